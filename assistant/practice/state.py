"""Where a person is in an exercise, and what they wrote; kept in the slots `practice` and `practised`."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Optional, Union

from assistant.content.exercises import Exercise, Step

INTRO, BEFORE, AFTER, END = "intro", "before", "after", "end"
MOST_ITEMS = 4
COACHED, CHECKED = "coach", "check"  # who said something about an answer
Answer = Union[str, int, List[str], Dict[str, str]]


@dataclass
class Practice:
    """One run through an exercise.

    Attributes:
        exercise: its id.
        at: `intro`, `before` (distress), a step's id, `after` or `end`.
        item: with a step asked for each entry of a list, which entry.
        answers: by step: a text, a number, a list, or texts by entry.
        person: what the other person is called ("your boss"), if known.
        group: their group in the lexicon (`work`), if known.
        before: distress before, 0 to 10.
        after: distress after.
        pending: `coach` or `check` said something about the answer; the person may write another or keep it.
        filling: a list has entries and is not closed yet.
        checked: steps whose checks had their say.
        tips: how many tips the coach gave, by step.
        turns: number of moves so far, for the wording to use.
        paused: left for later.
        finished: gone through to the end.
        day: date of the start, ISO 8601.
        offered: answers, by step, that the message by which the person came already gives.
        knew_person: the other person was known when the exercise began.
        moments: by step, the day (and time) that an answer planned when it was given, ISO 8601.
        helped: how often "I don't know" was said at the present question.
        seen: when the person last wrote in it, ISO 8601.
    """

    exercise: str
    at: str = INTRO
    item: Optional[int] = None
    answers: Dict[str, Answer] = field(default_factory=dict)
    person: Optional[str] = None
    group: Optional[str] = None
    before: Optional[int] = None
    after: Optional[int] = None
    pending: str = ""
    filling: bool = False
    checked: List[str] = field(default_factory=list)
    tips: Dict[str, int] = field(default_factory=dict)
    turns: int = 0
    paused: bool = False
    finished: bool = False
    day: str = ""
    offered: Dict[str, str] = field(default_factory=dict)
    knew_person: bool = False
    moments: Dict[str, str] = field(default_factory=dict)
    helped: int = 0
    seen: str = ""

    def as_dict(self) -> Dict[str, Any]:
        """Return the value of the slot."""
        return asdict(self)

    @classmethod
    def from_dict(cls, value: Any) -> Optional[Practice]:
        """Return what a slot holds; `None` if it is empty or of another version of the program."""
        if not isinstance(value, dict) or not isinstance(value.get("exercise"), str):
            return None
        known = {key: value[key] for key in cls.__dataclass_fields__ if key in value}
        return cls(**known)

    @property
    def running(self) -> bool:
        """Whether a step waits for an answer."""
        return not self.paused and not self.finished and self.at != END

    def written(self) -> bool:
        """Return whether anything was written yet."""
        return any(value not in (None, "", [], {}) for value in self.answers.values())


@dataclass(frozen=True)
class Place:
    """One question of an exercise: a step, and the entry it is about where it is asked for each."""

    at: str
    item: Optional[int] = None


def places(exercise: Exercise, practice: Practice) -> List[Place]:
    """Return the questions of an exercise in their order, as far as the answers so far tell."""
    found = [Place(BEFORE)] if exercise.distress_check else []
    for step in exercise.steps:
        if not is_asked(step, practice):
            continue
        if step.each:
            entries = practice.answers.get(step.each)
            count = len(entries) if isinstance(entries, list) else 0
            found += [Place(step.id, index) for index in range(min(count, MOST_ITEMS))]
        else:
            found.append(Place(step.id))
    return [*found, Place(AFTER)] if exercise.distress_check else found


def is_asked(step: Step, practice: Practice) -> bool:
    """Return whether a step is meant for this person."""
    if step.unless_known and practice.knew_person:
        return False
    return not step.only_for or practice.group in step.only_for


def step_at(exercise: Exercise, practice: Practice) -> Optional[Step]:
    """Return the step that is asked, `None` before the first and after the last."""
    return next((step for step in exercise.steps if step.id == practice.at), None)


def entry_at(exercise: Exercise, practice: Practice) -> Optional[str]:
    """Return the entry of a list that the present question is about."""
    step = step_at(exercise, practice)
    if step is None or step.each is None or practice.item is None:
        return None
    entries = practice.answers.get(step.each)
    return entries[practice.item] if isinstance(entries, list) and practice.item < len(entries) else None


_PICKED = re.compile(
    r"(?:the )?(?:number|no\.?|step|line|option)? ?(\d|first|second|third|fourth|one|two|three|four)(?:st|nd|rd|th)?(?: (?:one|step|line))?"
)
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "one": 1, "two": 2, "three": 3, "four": 4}


def picked_entry(step: Step, practice: Practice, said: str) -> Optional[str]:
    """Return the entry of a list shown with the step that is picked by its number ("3", "line 2", "the first one")."""
    found = _PICKED.fullmatch(said.strip().casefold())
    lists = [practice.answers.get(name) for name in step.recall]
    entries = next((value for value in lists if isinstance(value, list)), [])
    if found is None or step.answer != "text" or not entries:
        return None
    place = _PLACES.get(found[1]) or int(found[1])
    return entries[place - 1] if 1 <= place <= len(entries) else None


def answer_at(exercise: Exercise, practice: Practice) -> Optional[Answer]:
    """Return what was answered to the present question before, if it was."""
    if practice.at == BEFORE:
        return practice.before
    if practice.at == AFTER:
        return practice.after
    given = practice.answers.get(practice.at)
    entry = entry_at(exercise, practice)
    return given.get(entry) if entry is not None and isinstance(given, dict) else given
