"""What a person's message means inside an exercise: an answer, a wish about the exercise, a remark, or a question of its own.

Pure functions over the conversation, so that the Rasa server, which decides who answers, and the action server, which does,
come to the same result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from assistant.content.exercises import Step, load_exercises
from assistant.dialogue.conversation import FALLBACK, PRACTICE, Conversation, Turn
from assistant.practice.state import AFTER, BEFORE, COACHED, INTRO, Practice, step_at
from assistant.practice.values import read_choice, read_moment, read_number

PREFIX = PRACTICE
SLOT, DONE_SLOT = "practice", "practised"
GATE, GATE_PASSED = "utter_safety/gate", "utter_safety/gate_no"
ANSWER, QUESTION, START, LEAVE = "answer", "question", "start", "leave"
REMARKS = ("remark_hard", "remark_wait", "remark_fine", "remark_annoyed")
# From this probability on, a message at a step that asks for words is no answer; known commands need none.
SURE = 0.85
SURE_QUESTION = 0.7  # of its intent, for a question at such a step
MOST_COMMAND = 9  # words
SHORT = 4  # words
# At a step whose answer may be any word (`literal`), and in a sentence that is practised, only these count, said in so many words.
COMMANDS = {"skip", "back", "repeat", "example", "help", "why", "stop", "pause", "other", "keep", "again", "done"}
PLAIN_STOP = re.compile(
    r"(please |ok(ay)? )?(i (want|need|would like|wanna|have) to |i'?d like to |can (we|i) |let'?s )?(stop|quit|end it|end this|take a break|have a break|pause)"
    r"( here| now| this| it| the exercise| for now| for today| please)*"
)
ON_THIS = re.compile(r"(this|that)( is|'s|s| feels)\b")
ABOUT_THE_STEP = {"skip", "back", "repeat", "example", "help", "why"}
KEEP = re.compile(r"(no,? )?(keep|leave) (it|that|mine|this)\b|(i )?meant it|it'?s fine (like|as) (that|it)")
ASKS_A_VERDICT = re.compile(
    r"(so )?(is|does|do|was|what|how|would|should|can)\b.{0,40}\b(good|ok|okay|right|better|mean|sound|you say|you think|wrong|improve)\b"
)
NOTHING = {"nothing", "none", "no", "nope", "nobody", "no one", "n/a", "nothing really", "not really"}


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
    asked_number = practice.at in (BEFORE, AFTER) or (step is not None and step.answer == "scale")
    # "Skip this one" is no 1.
    known = (turn.parse.get("practice_move") or {}).get("known")
    number = read_number(turn.text) if asked_number and not known else None
    if number is not None:
        return Move(ANSWER, number)
    if step is not None and step.answer == "choice":
        place = read_choice(turn.text, step.choices)
        if place is not None:
            return Move(ANSWER, place)
    chosen = conversation.chosen_button(numbers=practice.at == INTRO or bool(practice.pending))
    if chosen:
        return _pressed(chosen.lstrip("/")) if chosen.startswith(f"/{PREFIX}") else Move(QUESTION)
    if practice.at == INTRO:
        return _at_intro(turn)
    kind = _likeliest(turn)
    if step is not None and step.answer in ("text", "list", "when"):
        kind = _at_words(turn, step, practice)
    elif kind == QUESTION and (turn.intent == FALLBACK or _confidence(turn) < SURE_QUESTION / 2):
        kind = "not_understood"
    if kind == ANSWER and practice.filling and turn.intent == "deny" and len(turn.text.split()) <= SHORT:
        return Move("done")
    if practice.pending and turn.intent in ("affirm", "deny") and len(turn.text.split()) <= SHORT:
        return Move("again" if turn.intent == "affirm" and practice.pending == COACHED else "keep")
    return Move(kind, turn.text if kind == ANSWER else None)


def _at_words(turn: Turn, step: Step, practice: Practice) -> str:
    """Return the kind of a message at a step that asks for words: an answer, unless it is plainly something else."""
    said = turn.text.strip().strip(" .!").casefold()
    if step.answer == "when" and read_moment(turn.text, datetime.now()):
        return ANSWER
    if practice.pending and KEEP.match(said):
        return "keep"
    if practice.pending == COACHED and ASKS_A_VERDICT.match(said):
        return "judge"
    if not re.search(r"[^\W\d_]", said) and step.answer != "when":
        return "not_understood"  # "7", "?", "…" answer no question that asks for words
    if said in NOTHING and not (step.answer == "text" and step.literal):
        return "done" if step.answer == "list" else "keep" if practice.pending else "skip"
    return words_or_wish(turn, literal=step.literal, practised=bool(step.coach or step.rehearse))


def words_or_wish(turn: Turn, literal: bool = False, practised: bool = False) -> str:
    """Return the kind of a message where any words are asked for: an answer, unless it is plainly a wish, a remark or a question.

    Args:
        turn: with its parse result (`practice_move`, `intent`).
        literal: any word may be the answer ("fine", "stop"), so only plain commands are taken as such.
        practised: the answer is a sentence meant for somebody else, which may well be a question.
    """
    kind, said = _likeliest(turn), turn.text.strip().strip(" .!").casefold()
    move = turn.parse.get("practice_move") or {}
    sure = float(move.get("confidence") or 0.0) >= SURE and len(said.split()) <= MOST_COMMAND
    any_words = literal or practised
    if PLAIN_STOP.fullmatch(said):
        return "pause" if re.search(r"break|pause", said) else "stop"
    if kind == "remark_hard" and ON_THIS.match(said):
        return kind
    if kind in (ANSWER, QUESTION):
        enough = SURE if literal else SURE_QUESTION
        about_us = not practised and turn.intent != FALLBACK and _confidence(turn) >= enough
        asks = kind == QUESTION and sure and about_us and not turn.intent.startswith(("exercise", "share_", "crisis_"))
        return QUESTION if asks else ANSWER
    if move.get("known"):
        return kind if kind in COMMANDS or not any_words else ANSWER
    return kind if sure and (kind in ABOUT_THE_STEP or not any_words) else ANSWER


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


def _confidence(turn: Turn) -> float:
    return float((turn.parse.get("intent") or {}).get("confidence") or 0.0)
