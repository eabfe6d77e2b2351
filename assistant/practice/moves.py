"""What a person's message means inside an exercise: an answer, a wish about the exercise, a remark, or a question of its own.

Pure functions over the conversation, so that the Rasa server, which decides who answers, and the action server, which does,
come to the same result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from assistant.content.exercises import load_exercises
from assistant.dialogue.conversation import FALLBACK, PRACTICE, Conversation, Turn
from assistant.practice.state import AFTER, BEFORE, INTRO, Practice, step_at
from assistant.practice.values import read_choice, read_moment, read_number

PREFIX = PRACTICE
SLOT, DONE_SLOT = "practice", "practised"
GATE, GATE_PASSED = "utter_safety/gate", "utter_safety/gate_no"
ANSWER, QUESTION, START, LEAVE = "answer", "question", "start", "leave"
REMARKS = ("remark_hard", "remark_wait", "remark_fine", "remark_annoyed")
# Intents that are never an answer to a step, however the step is asked.
SERVICES = {
    "talk_to_human",
    "ask_helpline",
    "privacy_of_chat",
    "delete_my_data",
    "export_my_data",
    "bot_challenge",
    "what_can_you_do",
    "ask_medication_advice",
    "ask_diagnosis",
    "contact_clinic",
    "find_therapist",
}
SURE_SERVICE = 0.6
SURE_QUESTION = 0.5
SHORT = 4  # words


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
    if practising(conversation) and not turn.parse.get("certain"):
        chosen = conversation.chosen_button(numbers=False)
        return _id(chosen.lstrip("/")) if chosen else None
    chosen = conversation.chosen_button()
    if chosen:
        return _id(chosen.lstrip("/"))
    if turn.intent == "affirm" and conversation.offer():
        return _id(str(conversation.offer()).lstrip("/"))
    return _id(turn.intent)


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
    number = read_number(turn.text) if practice.at in (BEFORE, AFTER) or (step and step.answer == "scale") else None
    if number is not None:
        return Move(ANSWER, number)
    if step is not None and step.answer == "choice":
        place = read_choice(turn.text, step.choices)
        if place is not None:
            return Move(ANSWER, place)
    chosen = conversation.chosen_button(numbers=practice.at == INTRO or practice.pending)
    if chosen:
        return _pressed(chosen.lstrip("/")) if chosen.startswith(f"/{PREFIX}") else Move(QUESTION)
    if practice.at == INTRO:
        return _at_intro(turn)
    kind = _likeliest(turn)
    if step is not None and step.answer == "when" and read_moment(turn.text, datetime.now()):
        kind = ANSWER
    if turn.intent in SERVICES and _confidence(turn) >= SURE_SERVICE and kind in (ANSWER, QUESTION):
        kind = QUESTION
    if kind == QUESTION and (turn.intent == FALLBACK or _confidence(turn) < SURE_QUESTION):
        kind = ANSWER if step and step.answer in ("text", "list") else "not_understood"
    if kind == ANSWER and practice.filling and turn.intent == "deny" and len(turn.text.split()) <= SHORT:
        return Move("done")
    if practice.pending and turn.intent in ("affirm", "deny") and len(turn.text.split()) <= SHORT:
        return Move("again" if turn.intent == "affirm" else "keep")
    return Move(kind, turn.text if kind == ANSWER else None)


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


def _confidence(turn: Turn) -> float:
    return float((turn.parse.get("intent") or {}).get("confidence") or 0.0)
