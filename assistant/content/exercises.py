"""The communication exercises, one file each in `content/exercises/`. How to write one: `docs/exercises.md`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Dict, List, Literal, Optional

from pydantic import BaseModel, Extra, Field, root_validator, validator

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
Coach = Literal[
    "i_statement",
    "assertive_request",
    "say_no",
    "active_listening",
    "voice_anger",
    "ask_for_support",
    "repair",
]
Kind = Literal["text", "choice", "scale", "list", "when"]
Ring = Literal["inner", "middle", "outer"]
Sort = Literal["clear", "vague", "blaming"]
RESERVED = {"intro", "before", "after", "end", "person", "with_person", "item"}
BRACES = re.compile(r"{(\w*)}")


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


class Check(BaseModel, extra=Extra.forbid):
    """Something to say about an answer; it never forces another one unless `stop` is set.

    Attributes:
        fewer_than: a list has fewer entries, a number is lower, a text has fewer words.
        more_than: likewise more.
        any_of: one of these words or phrases is in the answer.
        none_of: none of them is.
        about: the answer names a person of one of these groups of the lexicon (`child`, `deceased` …).
        say: what is said then, once for each step.
        stop: the exercise ends there.
        danger: with `stop`, the first button leads to the safety conversation; when the person goes on, this check is over.
        offer: exercises offered instead when it ends.
    """

    fewer_than: Optional[int] = Field(default=None, ge=1)
    more_than: Optional[int] = Field(default=None, ge=0)
    any_of: List[str] = []
    none_of: List[str] = []
    about: List[Group] = []
    say: str
    stop: bool = False
    danger: Optional[Literal["suicide", "abuse"]] = None
    offer: List[str] = []

    @root_validator
    def _one_condition(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        conditions = ("fewer_than", "more_than", "any_of", "none_of", "about")
        given = [key for key in conditions if values.get(key) not in (None, [])]
        if len(given) != 1:
            raise ValueError(f"a check needs exactly one of {', '.join(conditions)}")
        return values


class Step(BaseModel, extra=Extra.forbid):
    """One step: what to do alone, what is asked in the chat, and what may be said around it.

    Attributes:
        id: its name in this exercise.
        title: its heading in the take-away.
        do: the line for the list of steps, for doing the exercise alone.
        ask: the question in the chat. `{person}`, `{with_person}` and, with `each`, `{item}` are filled in.
        answer: kind of answer.
        choices: what to choose from (`choice`).
        choice_words: for each choice, other words by which people say it.
        ends: what the numbers 0 and 10 stand for (`scale`).
        example: an answer that somebody might give.
        help: said to "I don't know what to write".
        why: said to "why?".
        after: said when it was answered.
        recall: earlier steps whose answers are shown again with the question.
        each: a `list` step; the question is asked for each of its entries (four at most).
        coach: the exercise of the coach that reads the answer.
        checks: what else is looked at.
        only_for: the step is asked only if the other person is of one of these groups of the lexicon.
        literal: any word may be the answer ("fine", "stop"), so only plain commands are taken as such.
        ring: people listed here stand in this ring of the picture.
        rehearse: the other side replies to the answer (`other_side`).
        keep: whether the answer is in the take-away.
        who: the answer names the other person; later steps call them so.
        unless_known: the step is asked only if nobody was named when the exercise began.
        may_ask: the answer may itself be a question, so no question is answered here.
        letter: the answer is a part of a letter; parts that follow each other make one text in the take-away.
        opening_after: what follows one of these words in the message by which the person came is offered as the answer (`*`: a few words).
        opening_whole: that whole message is offered, if it is no request.
    """

    id: str = Field(regex=r"^[a-z_]+$")
    title: str = Field(max_length=40)
    do: str
    ask: str
    answer: Kind = "text"
    choices: List[str] = Field(default=[], max_items=8)
    choice_words: List[List[str]] = []
    ends: List[str] = Field(default=[], max_items=2)
    example: Optional[str] = None
    help: Optional[str] = None
    why: Optional[str] = None
    after: Optional[str] = None
    recall: List[str] = []
    each: Optional[str] = None
    coach: Optional[Coach] = None
    checks: List[Check] = []
    only_for: List[Group] = []
    literal: bool = False
    ring: Optional[Ring] = None
    rehearse: bool = False
    keep: bool = True
    who: bool = False
    unless_known: bool = False
    may_ask: bool = False
    letter: bool = False
    opening_after: List[str] = []
    opening_whole: bool = False

    @validator("do", "ask", "title")
    def _has_text(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("is empty; write one short sentence")
        return text

    @validator("ask", "after", "help", "example", "why")
    def _known_braces(cls, text: Optional[str]) -> Optional[str]:
        unknown = set(BRACES.findall(text or "")) - {"person", "with_person", "item"}
        if unknown:
            raise ValueError(
                f"{{{sorted(unknown)[0]}}} cannot be filled in; only {{person}}, {{with_person}} and {{item}} can"
            )
        return text

    @root_validator(skip_on_failure=True)
    def _fits_its_kind(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        kind = values["answer"]
        if values["id"] in RESERVED:
            raise ValueError(f"id: {values['id']} is taken by the program; choose another name")
        if (kind == "choice") != (len(values["choices"]) >= 2):
            raise ValueError("choices: two or more for `answer: choice`, none for other kinds")
        if values["choice_words"] and len(values["choice_words"]) != len(values["choices"]):
            raise ValueError("choice_words: one list of words for each of `choices`, in their order")
        if (kind == "scale") != (len(values["ends"]) == 2):
            raise ValueError("ends: two words for `answer: scale`, what 0 and 10 stand for; none for other kinds")
        if values["coach"] and kind != "text":
            raise ValueError("coach: only an answer of the kind text can be coached")
        if values["ring"] and kind != "list":
            raise ValueError("ring: only an answer of the kind list has people for a ring")
        if "{item}" in values["ask"] and not values["each"]:
            raise ValueError("ask: {item} needs `each`, the list step that the items come from")
        return values


class OtherSide(BaseModel, extra=Extra.forbid):
    """What the other side says in a rehearsal: by mood, then by how the person spoke; at least two wordings for each."""

    moods: Dict[str, Dict[Sort, List[str]]] = Field(min_items=1)
    mood_step: str

    @validator("moods")
    def _all_sorts(cls, moods: Dict[str, Dict[Sort, List[str]]]) -> Dict[str, Dict[Sort, List[str]]]:
        for mood, sorts in moods.items():
            for sort in ("clear", "vague", "blaming"):
                if len(sorts.get(sort, [])) < 2:  # type: ignore[call-overload]
                    raise ValueError(f"{mood}: {sort} needs at least two replies")
        return moods


class Exercise(BaseModel, extra=Extra.forbid):
    """One exercise. The keys are explained in `docs/exercises.md`."""

    id: str
    title: str = Field(max_length=30)
    label: str
    also_called: List[str] = []
    purpose: str
    minutes: Minutes
    areas: List[Area] = Field(min_items=1)
    good_for: GoodFor
    reason: str
    abuse_gate: bool
    distress_check: bool
    steps: List[Step] = Field(min_items=3, max_items=10)
    other_side: Optional[OtherSide] = None
    diary: bool = False
    closing: str
    example: Example
    not_when: str
    not_when_after_gate: Optional[str] = None
    evidence: str
    sources: List[str]
    borrowed_from: str
    reviewed_by: str

    @root_validator(skip_on_failure=True)
    def _steps_fit_together(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        seen: Dict[str, Step] = {}
        for step in values["steps"]:
            if step.id in seen:
                raise ValueError(f"steps: the id {step.id} is there twice; give each step its own")
            for earlier in step.recall:
                if earlier not in seen:
                    raise ValueError(f"steps: {step.id}: recall: {earlier} is not an earlier step")
            if step.each and (step.each not in seen or seen[step.each].answer != "list"):
                raise ValueError(f"steps: {step.id}: each: {step.each} is not an earlier step with `answer: list`")
            seen[step.id] = step
        other = values.get("other_side")
        rehearsed = [step.id for step in values["steps"] if step.rehearse]
        if bool(other) != bool(rehearsed):
            raise ValueError("other_side: needed exactly when a step has `rehearse: true`")
        if other and (other.mood_step not in seen or len(seen[other.mood_step].choices) != len(other.moods)):
            raise ValueError(
                "other_side: mood_step: must be a `choice` step with one choice for each mood, in their order"
            )
        return values

    def step(self, step_id: str) -> Step:
        """Return a step.

        Raises:
            KeyError: there is no such step.
        """
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(f"{self.id} has no step {step_id}")


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
