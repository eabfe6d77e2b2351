"""What a person's message means inside an exercise: an answer, a wish about the exercise, a remark, or a question of its own.

Pure functions over the conversation, so that the Rasa server, which decides who answers, and the action server, which does,
come to the same result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Optional

from assistant.content.exercises import Step, load_exercises
from assistant.content.practice import load_practice_words
from assistant.dialogue.conversation import FALLBACK, PRACTICE, Conversation, Turn, confidence
from assistant.practice import wordings
from assistant.practice.at_words import ANSWER, QUESTION, SURE_QUESTION, asks, at_words, stops
from assistant.practice.openings import named_exercise
from assistant.practice.state import AFTER, BEFORE, COACHED, INTRO, Practice, step_at
from assistant.practice.values import read_choice, read_number

PREFIX = PRACTICE
SLOT, DONE_SLOT = "practice", "practised"
GATE, GATE_PASSED = "utter_safety/gate", "utter_safety/gate_no"
START, LEAVE = "start", "leave"
REMARKS = ("remark_hard", "remark_wait", "remark_fine", "remark_annoyed")
SHORT = 4  # words
MOST_OF_A_REMARK = 10  # words


@dataclass(frozen=True)
class Move:
    """A move in an exercise: its kind, and the value of an answer (text, number, index of a choice)."""

    kind: str
    value: Any = None


def practice_of(conversation: Conversation) -> Optional[Practice]:
    """Return the exercise the person is or was in, if any."""
    return Practice.from_dict(conversation.slots.get(SLOT))


def practising(conversation: Conversation) -> Optional[Practice]:
    """Return the exercise whose question the person is answering now; `None` if something else was said last."""
    practice = practice_of(conversation)
    if practice is None or not practice.running or practice.exercise not in load_exercises():
        return None
    asked = any(message.action.startswith(PREFIX) for message in conversation.last_messages())
    return practice if asked else None


def wanted_exercise(conversation: Conversation) -> Optional[str]:
    """Return the id of the exercise that this turn asks for by name, by a button, or by passing the abuse gate."""
    turn = conversation.now
    if turn is None:
        return None
    if any(message.action == GATE_PASSED for message in turn.messages):
        return gated_exercise(conversation)
    if turn.parse.get("certain"):
        return _id(turn.intent)
    said = wordings.plainly(turn.text)
    if practising(conversation):
        chosen = conversation.chosen_button(numbers=False)
        if chosen:
            return _id(chosen.lstrip("/"))
        return (named_exercise(said) or _id(turn.intent)) if wordings.OTHER_EXERCISE.fullmatch(said) else None
    chosen = conversation.chosen_button()
    if chosen:
        return _id(chosen.lstrip("/"))
    if turn.intent == "affirm" and conversation.offer():
        return _id(str(conversation.offer()).lstrip("/"))
    if wordings.DONT_WRITE.fullmatch(said):
        return None
    return named_exercise(said) or _id(turn.intent)


def gated_exercise(conversation: Conversation) -> Optional[str]:
    """Return the id of the exercise that the abuse gate was asked for last."""
    for turn in conversation.before:
        if any(message.action == GATE for message in turn.messages):
            return wanted_exercise(Conversation(conversation.turns[: conversation.turns.index(turn) + 1]))
    return None


def _id(intent: str) -> Optional[str]:
    name = intent.partition("/")[2] if intent.startswith("exercise/") else ""
    return name if name in load_exercises() else None


def read_move(conversation: Conversation, practice: Practice) -> Optional[Move]:
    """Return the move of the turn being answered; `None` if it has nothing to do with the exercise.

    Args:
        conversation: up to and including the turn being answered.
        practice: the exercise; its question was asked last.
    """
    turn = conversation.now
    if turn is None:
        return None
    if turn.intent.startswith(PREFIX):
        return _pressed(turn.intent)
    if turn.parse.get("certain"):
        return Move(QUESTION)
    exercise = load_exercises()[practice.exercise]
    step = step_at(exercise, practice)
    said = wordings.plainly(turn.text)
    other_side = exercise.other_side
    of_a_few = step is not None and other_side is not None and other_side.mood_step == step.id
    asked_number = practice.at in (BEFORE, AFTER) or (step is not None and step.answer == "scale")
    # "Skip this one" is no 1.
    known = (turn.parse.get("practice_move") or {}).get("known")
    number = read_number(turn.text) if asked_number and not known and not wordings.LENGTH.fullmatch(said) else None
    if number is not None:
        return Move(ANSWER, number)
    if step is not None and step.answer == "choice" and not re.match(r"(what|why|how)", said):
        place = read_choice(turn.text, step.choices, step.choice_words)
        if place is not None:
            return Move(ANSWER, place)
    chosen = conversation.chosen_button(numbers=practice.at == INTRO or bool(practice.pending))
    if chosen:
        return _pressed(chosen.lstrip("/")) if chosen.startswith(f"/{PREFIX}") else Move(QUESTION)
    plain = _plainly(said, turn, step, practice, conversation)
    if plain is not None:
        return plain
    if practice.at == INTRO:
        return _at_intro(turn)
    kind = _likeliest(turn)
    if step is not None and (step.answer in ("text", "list", "when") or (step.answer == "choice" and not of_a_few)):
        kind = at_words(turn, step, kind, practice)
    elif asked_number and kind in ("remark_fine", ANSWER):
        # A remark on a number that was looked at keeps it: "yes its low i know".
        return Move("keep") if practice.pending else Move(ANSWER, turn.text)
    elif kind == QUESTION and (turn.intent == FALLBACK or confidence(turn) < SURE_QUESTION / 2 or not asks(said)):
        kind = "not_understood"
    if kind == ANSWER and practice.filling and turn.intent == "deny" and len(turn.text.split()) <= SHORT:
        return Move("done")
    short = len(turn.text.split()) <= SHORT
    if practice.pending and step is not None and stops(step, turn.text):
        return Move(ANSWER, turn.text)
    if practice.pending and turn.intent in ("affirm", "deny") and short:
        return Move("again" if turn.intent == "affirm" and practice.pending == COACHED else "keep")
    if step is not None and step.id in practice.offered and step.id not in practice.answers and short:
        if turn.intent == "affirm":
            return Move("keep")
        if turn.intent == "deny":
            return Move("again")
    return Move(kind, turn.text if kind == ANSWER else None)


def _plainly(
    said: str, turn: Turn, step: Optional[Step], practice: Practice, conversation: Conversation
) -> Optional[Move]:
    """Return the move of a wording that needs no model; where any word may be the answer, only the surest count."""
    waited = any(message.text in load_practice_words().remark_wait for message in conversation.last_messages())
    if wordings.BACK_FROM_AWAY.fullmatch(said) and (waited or said != "back"):
        return Move("resume")
    if wordings.WRITTEN.fullmatch(said):
        return Move("words_move")
    if wordings.CHART.fullmatch(said):
        return Move("chart")
    if wordings.CHANGE_IT.fullmatch(said.rstrip("?")):
        return Move("again" if practice.pending else "back")
    if wordings.KEEP_ALONE.fullmatch(said) and step is not None and step.answer in ("text", "when"):
        return Move("keep")
    if wordings.HELP_LINES.fullmatch(said):
        return Move(QUESTION)
    if wordings.STOP_AND_WHY.fullmatch(said):
        return Move("stop")
    if wordings.COMMAND.fullmatch(said):
        return Move(QUESTION)
    if wordings.WORSE.fullmatch(said):
        return Move("too_much")
    if wordings.LEAVING.fullmatch(said) and not (step is not None and step.literal):
        return Move("pause" if practice.written() else "stop")
    if wordings.WHAT_TO_WRITE.fullmatch(said):
        return Move("help")
    if step is not None and step.answer == "list" and wordings.THAT_IS_ALL.fullmatch(said):
        return Move("done")
    if step is not None and step.letter and wordings.NODS.fullmatch(said):
        return Move("remark_fine")
    if wordings.OTHER_EXERCISE.fullmatch(said):
        return Move("other")
    spoken = step is not None and bool(step.coach or step.rehearse)
    any_words = step is not None and (step.literal or spoken or step.may_ask)
    if step is not None and not spoken:
        if wordings.NOT_AN_ANSWER.fullmatch(said):
            return Move("back")
        if wordings.WAIT.fullmatch(said) and len(said.split()) <= MOST_OF_A_REMARK:
            return Move("remark_wait")
        if wordings.IS_IT_NORMAL.fullmatch(said.rstrip("?")):
            return Move("normal")
        person = None if step.who else wordings.corrected_person(turn.text)
        if person is not None:
            return Move("person", person)
        if wordings.OPTIONAL.fullmatch(said):
            return Move("optional")
    if wordings.PLAIN_STOP.fullmatch(said) and (step is None or step.answer in ("scale", "choice")):
        return Move("pause" if re.search(r"break|pause", said) else "stop")
    if wordings.JUST_THE_SENTENCE.fullmatch(said) and not spoken:
        return Move("to_sentence")
    if (
        wordings.YES.fullmatch(said)
        and step is not None
        and step.answer == "text"
        and not (any_words or practice.pending or step.id in practice.offered)
    ):
        return Move("not_understood")
    if wordings.TOO_MUCH.fullmatch(said) and not spoken:
        return Move("too_much")
    if wordings.DONT_WRITE.fullmatch(said) and not spoken:
        return Move("no_writing")
    if wordings.DONT_KNOW.fullmatch(said) and not (practice.pending and step is not None and step.coach):
        return Move("dont_know")
    if any_words:
        return None
    for wording, kind in (
        (wordings.GREETING, "resume"),
        (wordings.LENGTH, "shorter"),
        (wordings.POINTLESS, "why"),
        (wordings.ANNOYED, "remark_annoyed"),
    ):
        if wording.fullmatch(said):
            return Move(kind)
    return None


def _pressed(intent: str) -> Move:
    """Return the move of a button: `practice/skip`, `practice/scale_7`, `practice/choice_2`."""
    name = intent[len(PREFIX) :]
    kind, _, value = name.rpartition("_")
    if kind in ("scale", "choice") and value.isdecimal():
        return Move(ANSWER, int(value))
    return Move(name)


def _at_intro(turn: Turn) -> Optional[Move]:
    kind = _likeliest(turn)
    short = len(turn.text.split()) <= SHORT
    if re.search(r"\bsteps\b", turn.text.lower()):
        return Move("list")
    if kind == START or (turn.intent == "affirm" and short):
        return Move(START)
    if kind in ("stop", "pause", "other") or (turn.intent in ("deny", "stop", "skip") and short):
        return Move("other" if kind == "other" else LEAVE)
    if kind in ("example", "why", "repeat", *REMARKS):
        return Move(kind)
    return None


def _likeliest(turn: Turn) -> str:
    """Return the likeliest kind of move; an answer unless the model is sure enough of another."""
    return str((turn.parse.get("practice_move") or {}).get("name") or ANSWER)


def wish_from_outside(text: str, intent: str, practice: Practice) -> tuple[str, Any]:
    """Return kind and value of the move that a message means while the exercise rests or has ended; taking it up if none other."""
    said = wordings.plainly(text)
    if wordings.CHART.fullmatch(said):
        return "chart", None
    if wordings.WRITTEN.fullmatch(said) or practice.finished:
        return "words_move", None
    if practice.paused and practice.at == BEFORE and practice.before is not None:
        number = read_number(text)
        if number is not None:
            return ANSWER, number
    if intent == "greet" or wordings.GREETING.fullmatch(said):
        return "welcome", None
    return "resume", None


def asks_for_chart(turn: Turn) -> bool:
    """Return whether a message asks to see the chart of the diary."""
    return wordings.CHART.fullmatch(wordings.plainly(turn.text)) is not None


def returns_to(practice: Practice, conversation: Conversation) -> bool:
    """Return whether a message takes up an exercise that rests: a wish to go on, a greeting, a look at what was written."""
    turn = conversation.now
    if turn is None or turn.parse.get("certain"):
        return False
    said = wordings.plainly(turn.text)
    begun = practice.at != INTRO or practice.written()
    if (practice.written() and wordings.WRITTEN.fullmatch(said)) or wordings.CHART.fullmatch(said):
        return True
    just_left = any(message.action.startswith(PREFIX) for message in conversation.last_messages())
    if practice.finished:
        return just_left and practice.written() and wordings.BACK_FROM_AWAY.fullmatch(said) is not None
    if begun and (wordings.GREETING.fullmatch(said) or wordings.BACK_FROM_AWAY.fullmatch(said)):
        return True
    number = practice.at == BEFORE and practice.before is not None and read_number(turn.text) is not None
    return just_left and (turn.intent == "more" or wordings.GO_ON.fullmatch(said) is not None or number)
