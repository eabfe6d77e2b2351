"""Checks the exercises (`content/exercises/`)."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional

from assistant.content.check_files import Document, Fault, Key, one_line
from assistant.content.check_words import Style, forbidden, too_hard, too_long, unfilled
from assistant.content.exercises import Exercise
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
STEP_WORDS = 28


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
    for where, fault in _faults(exercise, style):
        yield document.problem(where, fault)


def _faults(exercise: Exercise, style: Optional[Style]) -> Iterator[tuple[list[Key], Fault]]:
    for where, text in _texts(exercise):
        for fault in (*forbidden(text, style, example="example" in where), *unfilled(text)):
            yield where, fault
    graded = {
        "purpose": exercise.purpose,
        "steps": "\n".join(f"- {step}" for step in exercise.steps),
        "not_when": exercise.not_when,
        "evidence": exercise.evidence,
    }
    for key, text in graded.items():
        for fault in too_hard(text, GRADE, style):
            yield [key], fault
    for fault in too_long(exercise.purpose, PURPOSE_WORDS):
        yield ["purpose"], fault
    for fault in too_long(exercise.reason, REASON_WORDS):
        yield ["reason"], fault
    if not exercise.reason.startswith("because "):
        yield (
            ["reason"],
            Fault("does not start with `because`", "It is said after a comma: I suggest this one, because …"),
        )
    for index, step in enumerate(exercise.steps):
        for fault in too_long(step, STEP_WORDS):
            yield ["steps", index], fault


def _texts(exercise: Exercise) -> Iterator[tuple[list[Key], str]]:
    for key in ("title", "label", "purpose", "reason", "not_when", "evidence"):
        yield [key], getattr(exercise, key)
    for index, step in enumerate(exercise.steps):
        yield ["steps", index], step
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
