"""What is said around the steps of an exercise, from `content/practice.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Union

from pydantic import BaseModel, Extra, Field, validator

from assistant.content.files import ROOT, parse, read_yaml

FILE = ROOT / "content" / "practice.yml"
MOST_BUTTON = 30
BUTTONS = [
    "start",
    "list",
    "leave",
    "example",
    "skip",
    "stop",
    "done",
    "again",
    "keep",
    "go_on",
    "pause",
    "resume",
    "words",
    "another",
    "suggest",
    "helplines",
    "person",
    "hurt_someone",
    "afraid",
    "suicidal",
    "calm",
    "change",
    "kept",
    "no_threat",
    "shorter",
    "one_more",
    "take",
    "chart",
]


class PracticeWords(BaseModel, extra=Extra.forbid):
    """The whole file. Lists hold wordings used in turn; the file's comments say where each is used."""

    intro: str
    intro_practice: str
    intro_again: str
    before: List[str] = Field(min_items=1)
    after: List[str] = Field(min_items=1)
    calm: str
    too_long: str
    too_high: List[str] = Field(min_items=1)
    still_high: str
    risen: str
    calmer: str
    as_tense: str
    more_tense: str
    calmer_now: str
    progress: str
    recall: str
    wrote: str
    brought: str
    scale: str
    not_a_number: List[str] = Field(min_items=1)
    guess: str
    pick_one: List[str] = Field(min_items=1)
    list_more: List[str] = Field(min_items=1)
    list_empty: str
    said_it: str
    no_example: str
    no_help: str
    no_why: str
    why_number: str
    optional: str
    example: str
    skipped: List[str] = Field(min_items=1)
    first_step: str
    back: str
    resumed: List[str] = Field(min_items=1)
    welcome_back: str
    again: str
    judge: str
    no_hurry: str
    other_person_now: str
    remark_hard: List[str] = Field(min_items=1)
    remark_wait: List[str] = Field(min_items=1)
    remark_fine: List[str] = Field(min_items=1)
    remark_annoyed: List[str] = Field(min_items=1)
    not_understood: List[str] = Field(min_items=1)
    normal: str
    paused: str
    stopped: str
    too_much: str
    no_writing: str
    not_now: str
    nothing_open: str
    left_open: str
    no_words_yet: str
    takeaway: str
    takeaway_title: str
    takeaway_note: str
    closing_empty: str
    calendar_title: str
    calendar_day: str
    picture_circle: str
    picture_diary: str
    circle_alt: str
    ring_inner: str
    ring_middle: str
    ring_outer: str
    ring_nobody: str
    diary_alt: str
    low_mood: str
    no_chart: str
    other_side_says: str
    threat: str
    burden: str
    ask_area: str
    areas: Dict[str, str]
    ask_minutes: str
    ask_minutes_anyway: str
    all_done: str
    buttons: Dict[str, str]

    @validator("buttons")
    def _all_buttons(cls, buttons: Dict[str, str]) -> Dict[str, str]:
        missing = [name for name in BUTTONS if not buttons.get(name)]
        if missing:
            raise ValueError(f"{missing[0]} is missing; write what stands on that button")
        for name, title in buttons.items():
            if name not in BUTTONS:
                raise ValueError(f"{name} is not a button of the exercises; remove it")
            if len(title) > MOST_BUTTON:
                raise ValueError(f"{name}: {len(title)} characters; a button has room for {MOST_BUTTON}")
        return buttons

    def wording(self, name: str, turn: int) -> str:
        """Return the wording for a turn; several wordings are used one after the other."""
        words: Union[str, List[str]] = getattr(self, name)
        return words if isinstance(words, str) else words[turn % len(words)]


@lru_cache(maxsize=1)
def load_practice_words(path: Path = FILE) -> PracticeWords:
    """Return the words.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(PracticeWords, read_yaml(path), path)
