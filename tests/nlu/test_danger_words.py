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
    "text",
    [
        "i don't feel suicidal",
        "i have never been suicidal",
        "ich will leben",
        "quiero vivir",
        "does it hurt to talk about it",
        "is there a quick way to cancel",
        "how do i ask my friend to pick up my pills from the pharmacy",
        "i need a pause before i say something stupid",
        "i want to write a letter to my gran, she died when i was ten",
        "my stepdad comes into my room without knocking",
        "he's on the bridge committee",
        "he's on the roof of the clinic mending tiles",
        "my chest gets tight before meetings",
        "i put a pillow over my head when they argue",
        "is there an exercise for not losing my temper",
        "i tell my kids when dinner is ready",
        "i keep killing my plants",
    ],
)
def test_no_denial_and_no_plain_question_is_certain(text: str, finder: DangerWordFinder) -> None:
    assert finder.find(text).certain is None


@pytest.mark.parametrize(
    "text, kind",
    [
        ("mama, no quiero vivir mas", "crisis_suicide"),
        ("is there a painless way to die", "crisis_suicide"),
        ("does it hurt to drown", "crisis_suicide"),
        ("can you help me ask my wife to hide my pills from me", "crisis_suicide"),
        ("anyone i can talk to before i do something stupid", "crisis_suicide"),
        ("help me write a letter for after I'm gone", "crisis_suicide"),
        ("how do i tell someone my uncle comes into my room at night", "crisis_abuse"),
        ("is there an exercise for not killing yourself", "crisis_suicide"),
        ("can we do it with the gun in my lap", "crisis_suicide"),
        ("my chest is tight and my arm is numb, do i wait", "crisis_medical"),
        ("how do i talk to my mate, hes on the ledge", "crisis_third_party"),
        ("is it wrong to want to put a pillow over his face", "crisis_harm_others"),
        ("what do i do when he puts his hand over my mouth", "crisis_abuse"),
    ],
)
def test_another_language_and_danger_asked_as_a_question_are_certain(
    text: str, kind: str, finder: DangerWordFinder
) -> None:
    assert finder.find(text).certain == kind
