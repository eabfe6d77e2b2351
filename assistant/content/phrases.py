"""The words the program puts together itself, from `content/phrases.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, Extra, Field

from assistant.content.files import ROOT, parse, read_yaml

FILE = ROOT / "content" / "phrases.yml"


class Phrases(BaseModel, extra=Extra.forbid):
    """The whole file; its comments say where each is used."""

    exercise_not_when: str
    exercise_example: str
    exercise_practice: str
    before_gate: str
    reason_grief: str
    reason_role_dispute: str
    reason_role_dispute_unnamed: str
    reason_role_transition: str
    reason_loneliness: str
    reason_minutes: str
    reason_any: str
    button_more: str = Field(max_length=30)
    button_start: str = Field(max_length=30)
    button_something_else: str = Field(max_length=30)
    other_person: str
    unknown_country: str
    unknown_emergency_number: str
    for_young: str
    hide_on_web: str
    hide_in_messenger: str
    plan_skipped: str


@lru_cache(maxsize=1)
def load_phrases(path: Path = FILE) -> Phrases:
    """Return the phrases.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(Phrases, read_yaml(path), path)
