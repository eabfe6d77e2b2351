"""The communication exercises, one file each in `content/exercises/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import List, Literal, Optional

from pydantic import BaseModel, Extra, Field, validator

from assistant.content.files import ROOT, ContentError, parse, read_yaml

FOLDER = ROOT / "content" / "exercises"

Area = Literal["grief", "role_dispute", "role_transition", "loneliness", "any"]
Feeling = Literal[
    "angry",
    "sad",
    "lonely",
    "anxious",
    "guilty",
    "ashamed",
    "hurt",
    "overwhelmed",
    "self_critical",
    "numb",
    "stressed",
]
Group = Literal[
    "partner",
    "parent",
    "child",
    "sibling",
    "family",
    "friend",
    "work",
    "neighbour",
    "ex",
    "deceased",
    "self",
    "anyone",
]
Need = Literal[
    "conflict",
    "request",
    "refusal",
    "repair",
    "listening",
    "support",
    "grief",
    "change",
    "decision",
    "contact",
    "self_talk",
    "mood",
    "rehearsal",
    "calm_down",
    "overview",
]


class Minutes(BaseModel, extra=Extra.forbid):
    """How long an exercise takes."""

    shortest: int = Field(ge=1)
    longest: int = Field(ge=1)

    def __str__(self) -> str:
        if self.shortest == self.longest:
            return f"{self.shortest} minutes"
        return f"{self.shortest} to {self.longest} minutes"


class GoodFor(BaseModel, extra=Extra.forbid):
    """What an exercise is chosen by."""

    feelings: List[Feeling]
    relationships: List[Group]
    needs: List[Need] = Field(min_items=1)


class Example(BaseModel, extra=Extra.forbid):
    """A sentence that works, and one that works less well where that can be said."""

    better: str
    weaker: Optional[str] = None


class Exercise(BaseModel, extra=Extra.forbid):
    """One exercise. The keys are explained in `docs/content.md`."""

    id: str
    title: str = Field(max_length=30)
    label: str
    purpose: str
    minutes: Minutes
    areas: List[Area] = Field(min_items=1)
    good_for: GoodFor
    reason: str
    abuse_gate: bool
    steps: List[str] = Field(min_items=3, max_items=7)
    example: Example
    not_when: str
    evidence: str
    sources: List[str]
    borrowed_from: str
    reviewed_by: str

    @validator("steps", each_item=True)
    def _step_has_text(cls, step: str) -> str:
        if not step.strip():
            raise ValueError("a step is empty; write one short instruction")
        return step


@cache
def load_exercises(folder: Path = FOLDER) -> dict[str, Exercise]:
    """Return the exercises by id.

    Raises:
        ContentError: a file is wrong, or its `id` is not its file name.
    """
    exercises = {}
    for path in sorted(folder.glob("*.yml")):
        exercise = parse(Exercise, read_yaml(path), path)
        if exercise.id != path.stem:
            raise ContentError(f"{path}: `id: {exercise.id}` must be the file's name, {path.stem}.")
        exercises[exercise.id] = exercise
    if not exercises:
        raise ContentError(f"{folder}: no exercises (*.yml) found. Is the path right?")
    return exercises
