"""The reviewed danger words: how phrases are read, and what they say of a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.content.crisis import FOLDER, check_phrases, load_crisis_words
from assistant.content.files import ContentError
from assistant.nlu.crisis_data import read_examples
from assistant.nlu.danger_words import DangerWordFinder, read_phrase


@pytest.fixture(scope="module")
def finder() -> DangerWordFinder:
    return DangerWordFinder(load_crisis_words())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to kill myself", "crisis_suicide"),
        ("i wnat to kil myslef", "crisis_suicide"),
        ("gonna unalive myself", "crisis_suicide"),
        ("I WISH I WOULDN’T WAKE UP TOMORROW", "crisis_suicide"),
        ("my dad hits me", "crisis_abuse"),
        ("i took an overdose", "crisis_medical"),
        ("my friend wants to kill herself", "crisis_third_party"),
        ("i want to hurt my baby", "crisis_harm_others"),
        ("started cutting myself again", "crisis_self_harm"),
    ],
)
def test_clear_phrases_are_found(text: str, kind: str, finder: DangerWordFinder) -> None:
    found = finder.find(text)
    assert kind in (found.clear, found.raised)


@pytest.mark.parametrize(
    "text", ["this traffic is killing me", "i could murder a curry", "i'm dying to see her", "", "60614"]
)
def test_idioms_are_not_clear(text: str, finder: DangerWordFinder) -> None:
    found = finder.find(text)
    assert found.clear is None
    assert found.raised is None or found.lowered


def test_now_and_the_subject_are_noticed(finder: DangerWordFinder) -> None:
    assert finder.find("i am going to do it tonight").imminent
    assert finder.find("does ipt help with suicidal thoughts").mentioned
    assert not finder.find("what does it cost").mentioned


def test_a_phrase_without_a_fixed_word_is_refused() -> None:
    with pytest.raises(ValueError, match="no word"):
        read_phrase("to? ... maybe?")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.yml"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "abuse.yml").write_text("kind: crisis_abuse\nreviewed_by: ''\nclear: [hits me]\n")
    with pytest.raises(ContentError, match=r"abuse\.yml.*raise"):
        load_crisis_words(tmp_path)
    (tmp_path / "abuse.yml").write_text(
        "kind: crisis_abuse\nreviewed_by: ''\nclear: ['to? ...']\nraise: []\nimminent: []\n"
    )
    load_crisis_words.cache_clear()
    with pytest.raises(ContentError, match=r"abuse\.yml.*no word"):
        check_phrases(load_crisis_words(tmp_path), tmp_path)
    load_crisis_words.cache_clear()


def test_looking_for_a_telling_word_first_loses_nothing(finder: DangerWordFinder) -> None:
    """The same result with the matcher on every message, for all of the detector's examples."""
    thorough = DangerWordFinder(load_crisis_words())
    thorough._beginnings = ("",)
    texts = [example.text for example in read_examples()]
    assert [finder.find(text) for text in texts] == [thorough.find(text) for text in texts]


@pytest.mark.parametrize(
    "text", ["i don't feel suicidal", "i have never been suicidal", "ich will leben", "quiero vivir"]
)
def test_nothing_in_english_and_no_wish_to_live_is_certain(text: str, finder: DangerWordFinder) -> None:
    assert finder.find(text).certain is None


def test_another_language_is_certain(finder: DangerWordFinder) -> None:
    assert finder.find("mama, no quiero vivir mas").certain == "crisis_suicide"
