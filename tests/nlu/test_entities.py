"""Entities from the word lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.content.files import ContentError
from assistant.content.lexicon import load_lexicon
from assistant.nlu.entities import build_ruler, find_entities
from tests.conftest import ROOT

LANGUAGE = build_ruler(ROOT / "content" / "lexicon")


def found(text: str) -> set[tuple[str, object]]:
    return {(entity["entity"], entity["value"]) for entity in find_entities(LANGUAGE, text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My BOSS keeps shouting", {("relationship", "boss")}),
        ("my mother in law moved in", {("relationship", "mother-in-law")}),
        ("me and my ex", {("relationship", "ex")}),
        ("he told his mum about it", set()),
        ("its my husband not my mother", {("relationship", "husband")}),
        ("i'm in Dublin", {("country", "IE")}),
        ("i moved here from poland", set()),
        ("i'm from ireland", {("country", "IE")}),
        ("in england now but from mexico", {("country", "GB")}),
        ("i have ten minutes", {("minutes", 10)}),
        ("only half an hour", {("minutes", 30)}),
        ("2 hours", {("minutes", 120)}),
        ("tell us more", set()),
        ("", set()),
    ],
)
def test_finds_what_people_say(text: str, expected: set[tuple[str, object]]) -> None:
    assert found(text) == expected


def test_one_word_can_be_a_feeling_and_a_problem_area() -> None:
    assert {("feeling", "lonely"), ("problem_area", "loneliness")} <= found("so lonely")


def test_places_are_those_of_the_text() -> None:
    text = "Sorry, my wife left"
    (wife,) = (entity for entity in find_entities(LANGUAGE, text) if entity["entity"] == "relationship")
    assert text[wife["start"] : wife["end"]] == "wife"


def test_every_word_of_the_lists_is_found() -> None:
    for entity, word_list in load_lexicon().items():
        for value, entry in word_list.values.items():
            for word in entry.words:
                assert (entity, value) in found(word), f"{entity}: {word}"


def test_a_word_under_two_values_is_named(tmp_path: Path) -> None:
    (tmp_path / "pets.yml").write_text("entity: pet\nvalues:\n  dog: {words: [rex]}\n  cat: {words: [rex]}\n")
    with pytest.raises(ContentError, match=r"pets.yml: `rex` stands under both `dog` and `cat`"):
        load_lexicon(tmp_path)


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "pets.yml").write_text("entity: pet\nvalues:\n  dog: {wrds: [rex]}\n")
    with pytest.raises(ContentError, match=r"pets.yml.*wrds"):
        load_lexicon(tmp_path)
