"""Normalising and splitting of messages."""

from __future__ import annotations

import pytest

from assistant.nlu.text import MAX_SEGMENTS, as_typed, normalise, segments, without_end


def test_normalise_makes_variants_of_spelling_alike() -> None:
    assert normalise("I CAN’T sooooo") == "i can't soo"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("I want to die.", "I want to die"),
        ("why?", "why?"),
        ("no!! ", "no"),
        ("well…", "well"),
        ("he said …", "he said …"),
        ("...", "..."),
        ("", ""),
    ],
)
def test_the_end_of_a_message_is_not_read(text: str, read: str) -> None:
    assert without_end(text) == read


def test_an_ellipsis_that_stands_alone_ends_a_typed_message() -> None:
    assert [as_typed(text) for text in ("I want to die …", "no!! …", "…")] == ["I want to die", "no", "…"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("what is ipt", []),
        ("Does it work? How long is it?", ["Does it work?", "How long is it?"]),
        ("how much is it and do i need a referral", ["how much is it", "and do i need a referral"]),
        ("my dad and my mum fight", []),
        ("i lost my job\nwhat now", ["i lost my job", "what now"]),
        ("", []),
        ("...", []),
        ("e.g. this one", []),
    ],
)
def test_segments_are_sentences_and_joined_questions(text: str, parts: list[str]) -> None:
    assert segments(text) == parts


def test_segments_are_limited() -> None:
    assert len(segments("is it free? " * 50)) == MAX_SEGMENTS
