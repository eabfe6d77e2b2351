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


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("my partner says i've changed since the baby, we snap at each other all day", "partner"),
        ("since the baby came my boyfriend and me argue every night", "boyfriend"),
        ("me and my husband fight about the kids", "husband"),
        ("fighting with my ex over the kids", "ex"),
        ("because of my mum my wife and i dont talk", "wife"),
        ("i argue with my mother about my brother all the time", "mother"),
        ("since my son moved out my husband and i have nothing to say", "husband"),
        ("my mum died in may and my sister and i row", "sister"),
        ("we lost our dad and my brother wants the house", "brother"),
        ("i quarrel with my son, my husband does nothing", "son"),
        ("after the row with my boss", "boss"),
        ("my mum died", "mother"),
    ],
)
def test_the_person_a_message_is_about_comes_last(text: str, person: str) -> None:
    people = [entity["value"] for entity in find_entities(LANGUAGE, text) if entity["entity"] == "relationship"]
    assert people[-1] == person


def test_nobody_quarrels_with_a_baby() -> None:
    assert ("relationship", "baby") not in found("the baby cries all night")


def test_every_word_of_the_lists_is_found() -> None:
    for entity, word_list in load_lexicon().items():
        for value, entry in word_list.values.items():
            for word in entry.words if entry.talks else []:
                assert (entity, value) in found(word), f"{entity}: {word}"


def test_a_word_under_two_values_is_named(tmp_path: Path) -> None:
    (tmp_path / "pets.yml").write_text("entity: pet\nvalues:\n  dog: {words: [rex]}\n  cat: {words: [rex]}\n")
    with pytest.raises(ContentError, match=r"pets.yml: `rex` stands under both `dog` and `cat`"):
        load_lexicon(tmp_path)


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "pets.yml").write_text("entity: pet\nvalues:\n  dog: {wrds: [rex]}\n")
    with pytest.raises(ContentError, match=r"pets.yml.*wrds"):
        load_lexicon(tmp_path)
