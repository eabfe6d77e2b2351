"""Corrections in people's own words, and ordinary answers that only look like one."""

from __future__ import annotations

import pytest

from assistant.content.contact import load_contact
from assistant.intake.corrections import Correction, read_correction

GIVEN = {
    "for_whom": "self",
    "mode": "online",
    "phone": "+441614960000",
    "contact": "phone",
    "name": "Max",
    "reason": "x",
    "times": "mornings",
    "urgency": "soon",
}


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("no, the number is 0151 23456789", "phone", "0151 23456789"),
        ("the email should be a@web.de", "email", "a@web.de"),
        ("my number is 0161 496 0001 sorry", "phone", "0161 496 0001 sorry"),
        ("change the name to Sam", "name", "Sam"),
        ("can you change my number?", "phone", None),
        ("the number is wrong", "phone", None),
        ("call me Sam", "name", "Sam"),
        ("no, name is Sam", "name", "Sam"),
        ("actually in person", "mode", "in person"),
        ("make it in person please", "mode", "it in person please"),
        ("actually it's urgent", "urgency", "it's urgent"),
        ("wait, the reason is my wife left", "reason", "my wife left"),
        ("change times to afternoons only", "times", "afternoons only"),
        ("sorry it's for my mother", "for_whom", "it's for my mother"),
        ("delete the reason", "reason", ""),
        ("take out the times", "times", ""),
    ],
)
def test_a_correction_names_its_field(text: str, field: str, value: str | None) -> None:
    assert read_correction(text, load_contact(), GIVEN, "barriers") == Correction(field, value)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "no email either",
        "no i can't sleep since march",
        "actually it's been worse since may and i cry a lot",
        "call me after 5",
        "call me at 0161 496 0000",
        "stairs are hard, i use a wheelchair",
        "my husband says no",
        "where would i park",
        "wrong trains all the time",
    ],
)
def test_an_answer_is_no_correction(text: str) -> None:
    assert read_correction(text, load_contact(), GIVEN, "barriers") is None
