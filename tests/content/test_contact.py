"""`content/contact.yml`: what is wrong there is named with file, key and remedy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.content.check_contact import check_contact
from assistant.content.check_files import Document
from assistant.content.check_words import Style
from assistant.content.contact import FIELDS, FILE, load_contact
from assistant.content.files import ROOT, parse, read_yaml
from assistant.intake.state import Draft, next_open

STYLE = parse(Style, read_yaml(ROOT / "content" / "style.yml"), ROOT / "content" / "style.yml")


def question(content: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in content["questions"] if entry["id"] == name)


def change(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda content: content.__setitem__(key, value)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda content: question(content, "contact").pop("skip"), "skip: false"),
        (lambda content: content["questions"].remove(question(content, "contact")), "contact is missing"),
        (lambda content: question(content, "mode")["choices"][0].update(value="video"), "in_person"),
        (lambda content: question(content, "reason").update(id="diagnosis"), "no field of a request"),
        (lambda content: question(content, "trusted_adult").update(only_for={"age_band": ["12"]}), "only_for"),
        (lambda content: content["buttons"].pop("agree"), "agree is missing"),
        (lambda content: question(content, "hopes").update(ask="Great! What do you hope for?"), "exclamation"),
        (change("sent", "It is there. Your reference is {number_of_it}."), "{number_of_it}"),
    ],
)
def test_a_mistake_is_named(spoil: Callable[[dict[str, Any]], Any], named: str, tmp_path: Path) -> None:
    content = copy.deepcopy(read_yaml(FILE))
    spoil(content)
    path = tmp_path / "content" / "contact.yml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    problems = list(check_contact(Document.read(path, tmp_path), tmp_path, STYLE))
    assert problems and problems[0].startswith("content/contact.yml") and named in problems[0]


def test_every_field_is_asked_for_and_questions_can_be_left_out_or_moved() -> None:
    words = load_contact()
    assert {entry.id for entry in words.questions} == set(FIELDS)
    fewer = words.copy(update={"questions": [entry for entry in reversed(words.questions) if entry.id != "hopes"]})
    first = next_open(fewer, Draft())
    assert first is not None and first.id == "urgency"
