"""Checks the exercises (`content/exercises/`)."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional

from assistant.content.check_files import Document, Fault, Key, one_line
from assistant.content.check_words import Style, forbidden, too_hard, too_long, unfilled
from assistant.content.exercises import Exercise, Step
from assistant.content.files import ContentError, parse

FOLDER = "content/exercises"
# Other parts of the project and its tests rely on these.
REQUIRED = (
    "i_statement",
    "active_listening",
    "assertive_request",
    "say_no",
    "communication_analysis",
    "voice_anger",
    "ask_for_support",
    "repair",
    "closeness_circle",
    "decision_analysis",
    "role_play",
    "kinder_self_talk",
    "mood_diary",
    "grief_letter",
    "role_balance",
    "small_steps",
    "time_out",
)
GRADE = 8.0
PURPOSE_WORDS = 30
REASON_WORDS = 16
CLOSING_WORDS = 45
# Of a step: words at most.
STEP_WORDS = {"do": 28, "ask": 35, "help": 35, "why": 30, "after": 30}
CHECK_WORDS = 30
CHOICE_CHARACTERS = 30
FILLED = ("person", "with_person", "item")


def check_exercise(
    document: Document, root: Path, sources: Optional[set[str]], style: Optional[Style]
) -> Iterator[str]:
    """Yield the problems of one exercise; `sources` is `None` if they could not be read."""
    try:
        exercise = parse(Exercise, document.data, document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    if exercise.id != document.path.stem:
        fault = Fault(f"is {exercise.id}, but the file is {document.path.name}", "Give both the same name")
        yield document.problem(["id"], fault)
    for key in exercise.sources:
        if sources is not None and key not in sources:
            fault = Fault(f"source {key} does not exist", "Add it to content/sources.yml, or correct the key")
            yield document.problem(["sources"], fault)
    for where, fault in _faults(exercise, style, document.path.parent):
        yield document.problem(where, fault)


def _faults(exercise: Exercise, style: Optional[Style], folder: Path) -> Iterator[tuple[list[Key], Fault]]:
    for where, text in _texts(exercise):
        example = where[0] in ("example", "other_side") or where[-1] == "example"
        for fault in (*forbidden(text, style, example=example), *unfilled(text, *FILLED)):
            yield where, fault
    graded: dict[str, str] = {
        "purpose": exercise.purpose,
        "steps": "\n".join(f"- {step.do}" for step in exercise.steps),
        "not_when": exercise.not_when,
        "not_when_after_gate": exercise.not_when_after_gate or "",
        "evidence": exercise.evidence,
        "closing": exercise.closing,
    }
    for key, text in graded.items():
        for fault in too_hard(text, GRADE, style):
            yield [key], fault
    said = " ".join(text for where, text in _texts(exercise) if where[0] == "steps" and where[-1] != "example")
    for fault in too_hard(said, GRADE, style):
        yield ["steps"], fault
    limits = {"purpose": PURPOSE_WORDS, "reason": REASON_WORDS, "closing": CLOSING_WORDS}
    for key, most in limits.items():
        for fault in too_long(getattr(exercise, key), most):
            yield [key], fault
    if not exercise.reason.startswith("because "):
        yield (
            ["reason"],
            Fault("does not start with `because`", "It is said after a comma: I suggest this one, because …"),
        )
    for index, step in enumerate(exercise.steps):
        for where, fault in _step_faults(step, folder):
            yield ["steps", index, *where], fault


def _step_faults(step: Step, folder: Path) -> Iterator[tuple[list[Key], Fault]]:
    for key, most in STEP_WORDS.items():
        for fault in too_long(getattr(step, key) or "", most):
            yield [key], fault
    for number, check in enumerate(step.checks):
        for fault in too_long(check.say, CHECK_WORDS):
            yield ["checks", number, "say"], fault
        for name in check.offer:
            if not (folder / f"{name}.yml").is_file():
                fault = Fault(f"{name} is no exercise", "Offer one that has a file in content/exercises")
                yield ["checks", number, "offer"], fault
    for number, choice in enumerate(step.choices):
        if len(choice) > CHOICE_CHARACTERS:
            fault = Fault(f"{len(choice)} characters, and a button has room for {CHOICE_CHARACTERS}", "Shorten it")
            yield ["choices", number], fault
    if step.answer == "text" and not step.help:
        yield ["help"], Fault("is missing", 'Write what is said to "I don\'t know what to write"')


def _texts(exercise: Exercise) -> Iterator[tuple[list[Key], str]]:
    for key in ("title", "label", "purpose", "reason", "not_when", "not_when_after_gate", "evidence", "closing"):
        yield [key], getattr(exercise, key) or ""
    for index, step in enumerate(exercise.steps):
        for key in ("title", "do", "ask", "example", "help", "why", "after"):
            yield ["steps", index, key], getattr(step, key) or ""
        for number, check in enumerate(step.checks):
            yield ["steps", index, "checks", number, "say"], check.say
        for number, choice in enumerate(step.choices):
            yield ["steps", index, "choices", number], choice
    for mood, sorts in (exercise.other_side.moods if exercise.other_side else {}).items():
        for sort, replies in sorts.items():
            for number, reply in enumerate(replies):
                yield ["other_side", "moods", mood, sort, number], reply
    yield ["example", "better"], exercise.example.better
    yield ["example", "weaker"], exercise.example.weaker or ""


def check_presence(ids: set[str], intents: Optional[set[str]], responses: set[str]) -> Iterator[str]:
    """Yield a problem for each exercise that lacks its file, its example messages or its response.

    `intents` is `None` if a file with messages or responses could not be read.
    """
    asked = {intent[len("exercise/") :] for intent in intents or set() if intent.startswith("exercise/")} - {"suggest"}
    for name in sorted({*REQUIRED, *asked} - ids):
        yield f"{FOLDER}/{name}.yml: id: the exercise is missing. Restore the file."
    for name in sorted(ids) if intents is not None else ():
        if name not in asked:
            wrong = f"no message asks for it. Add `- intent: exercise/{name}` with examples to data/nlu/exercises.yml."
            yield f"{FOLDER}/{name}.yml: id: {wrong}"
        if f"utter_exercise/{name}" not in responses:
            wrong = f"it is never said. Add `utter_exercise/{name}` to data/nlu/exercises.yml, as for the others."
            yield f"{FOLDER}/{name}.yml: id: {wrong}"
