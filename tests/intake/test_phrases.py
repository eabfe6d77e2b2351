"""Consent takes a yes in so many words, and a plain no keeps the chat out."""

from __future__ import annotations

import pytest

from assistant.intake.phrases import CLEAR_NO, CLEAR_YES


@pytest.mark.parametrize("text", ["yes", "Yes, I agree", "yes please.", "yeah", "go ahead", "yes send it", "👍"])
def test_a_yes(text: str) -> None:
    assert CLEAR_YES.fullmatch(text)


@pytest.mark.parametrize(
    "text",
    ["hm", "hmm", "maybe", "I guess", "let me think", "whatever", "lol ok", "yes but not my age", "no", "not now"],
)
def test_no_yes(text: str) -> None:
    assert not CLEAR_YES.fullmatch(text)


@pytest.mark.parametrize("text", ["no", "nope", "No thanks.", "no, just the summary", "no they don't need it"])
def test_a_no(text: str) -> None:
    assert CLEAR_NO.fullmatch(text)


@pytest.mark.parametrize("text", ["no don't", "not now", "no wait", "hm", "ok"])
def test_no_clear_no(text: str) -> None:
    assert not CLEAR_NO.fullmatch(text)
