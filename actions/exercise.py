"""Guides an exercise: begins one, takes the person's words as an answer or a wish, goes on after an interruption."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import datetime
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from assistant.coach import review
from assistant.coach.model import CoachError
from assistant.coach.reviewer import coach_model
from assistant.content.exercises import load_exercises
from assistant.content.practice import load_practice_words
from assistant.dialogue.conversation import PRACTICE, PRACTISE, Conversation, Turn
from assistant.dialogue.safety import kept_answer, repeats_false_alarm
from assistant.dialogue.safety_state import Safety
from assistant.nlu.encoder import EncoderError
from assistant.practice.checks import person_in
from assistant.practice.engine import Runner
from assistant.practice.moves import (
    DONE_SLOT,
    SLOT,
    Move,
    practice_of,
    practising,
    read_move,
    wanted_exercise,
    wish_from_outside,
)
from assistant.practice.openings import brought, only_names_exercise
from assistant.practice.state import Practice
from assistant.practice.voice import Said, buttons
from assistant.practice.wordings import DONT_WRITE, plainly

logger = logging.getLogger(__name__)

MOST_LOOKED_BACK = 8  # turns in which the person an exercise is about is looked for by name
MOST_KEPT = 40  # exercises of one conversation
FROM_OUTSIDE = {
    "words_move",
    "again",
    "keep",
    "skip",
    "stop",
    "start",
    "list",
    "calm",
    "chart",
}  # buttons that keep their meaning
REFUSES = re.compile(r"(no|nope|nah)\b")
AFTER_THE_END = {"words_move", "calm", "chart", "list"}


class ActionExercise(Action):
    """One turn of a guided exercise; its state is in the slots `practice` and `practised`."""

    def __init__(self) -> None:
        # Now, when the action server starts: the first visitor must not wait for it. Without it the other actions still run.
        try:
            coach_model()
        except (CoachError, EncoderError) as error:
            logger.error("Exercises with a coach will fail. %s", error)

    def name(self) -> str:
        """Return the action's name in the domain."""
        return PRACTISE

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[Dict[str, Any]]:
        """Say what comes next in the exercise.

        Raises:
            CoachError: the coach was not trained.
        """
        conversation = Conversation.read(tracker.events)
        # In a thread: the coach's encoder must not hold up other visitors.
        said, slots = await asyncio.to_thread(take_turn, conversation, tracker.slots, datetime.now())
        for message in said:
            dispatcher.utter_message(text=message.text, buttons=message.buttons, **message.notes)
        return [SlotSet(name, value) for name, value in slots.items()]


def take_turn(conversation: Conversation, slots: Dict[str, Any], now: datetime) -> tuple[List[Said], Dict[str, Any]]:
    """Return what is said in this turn and the slots it leaves.

    Args:
        conversation: up to and including the turn being answered.
        slots: the conversation's slots.
        now: the present time.
    """
    done = [run for run in map(Practice.from_dict, slots.get(DONE_SLOT) or []) if run]
    present = practice_of(conversation)
    wanted = wanted_exercise(conversation)
    if wanted is not None:
        if present is not None and present.written():
            done.append(present)
        practice = _new(wanted, conversation, now)
        said = Runner(practice, review, now, done).begin()
    else:
        apart = _without_exercise(conversation) if present is None or not present.running else None
        if apart is not None:
            return apart, {}
        if present is None or present.exercise not in load_exercises():
            return _nothing_open(), {}
        move = _answer_repeated(conversation)
        if move is None:
            move = (
                read_move(conversation, present) if practising(conversation) else _from_outside(conversation, present)
            )
        if present.finished and (move is None or move.kind not in AFTER_THE_END):
            return _nothing_open(), {}
        practice = _with_chart(present, done) if move is not None and move.kind == "chart" else present
        said = Runner(practice, review, now, done).take(move or Move("question"))
        practice = present
    practice.seen = now.isoformat(timespec="minutes")
    finished = [run for run in done if run.exercise in load_exercises()][-MOST_KEPT:]
    return said, {SLOT: practice.as_dict(), DONE_SLOT: [run.as_dict() for run in finished]}


def _with_chart(present: Practice, done: List[Practice]) -> Practice:
    """Return the last run of an exercise that is a diary; the present one if there is none."""
    known = load_exercises()
    return next(
        (run for run in [present, *reversed(done)] if run.exercise in known and known[run.exercise].diary), present
    )


def _answer_repeated(conversation: Conversation) -> Optional[Move]:
    """Return the answer that a person gives once more after it was taken for danger, and they said that it is none."""
    turn = conversation.now
    again = turn is not None and repeats_false_alarm(turn, Safety.read(conversation))
    return Move("answer", turn.text) if turn is not None and again else None


def _from_outside(conversation: Conversation, practice: Practice) -> Move:
    """Return the move of a turn that comes while the exercise rests: a button of it, or the wish to take it up."""
    turn = conversation.now
    kept = kept_answer(conversation)
    if kept is not None:
        return Move("answer", kept)
    if turn is None:
        return Move("resume")
    if turn.intent.startswith("practice/"):
        name = turn.intent.split("/", 1)[1]
        return Move(name if name in FROM_OUTSIDE else "resume")
    return Move(*wish_from_outside(turn.text, turn.intent, practice))


def _new(exercise: str, conversation: Conversation, now: datetime) -> Practice:
    """Return a run of an exercise.

    It is about the person who was named last (in the newest message that names one, the first), and what the person said
    when they came may already answer a step.
    """
    known = load_exercises()[exercise]
    practice = Practice(exercise, day=now.date().isoformat())
    turns = [*([conversation.now] if conversation.now else []), *conversation.before]
    told = [turn.text for turn in turns[:MOST_LOOKED_BACK] if not turn.parse.get("certain")]
    if known.abuse_gate:
        people = (person_in(text) for text in told)
        practice.person, practice.group = next((found for found in people if found[0]), (None, None))
        practice.knew_person = practice.person is not None
    for text in (turn.text for turn in turns[:MOST_LOOKED_BACK] if _tells(turn)):
        practice.offered = {**brought(known, text), **practice.offered}
    return practice


def _tells(turn: Turn) -> bool:
    """Return whether a person told in this turn what it is about, rather than naming an exercise or answering something."""
    by_need = turn.intent.startswith(("share_", "exercise/")) and not turn.parse.get("certain")
    return by_need and not only_names_exercise(turn.text) and not REFUSES.match(turn.text.strip().casefold())


def _without_exercise(conversation: Conversation) -> Optional[List[Said]]:
    """Return what is said, with no exercise at hand, to a wish for a quiet pause or to not having to write; `None` for others."""
    turn, words = conversation.now, load_practice_words()
    if turn is None or practising(conversation):
        return None
    if turn.intent == f"{PRACTICE}calm":
        return [Said(words.calm, buttons(words, "helplines", "person", "suggest"), {"about": f"{PRACTICE}none"})]
    if DONT_WRITE.fullmatch(plainly(turn.text)) and not turn.parse.get("certain"):
        return [Said(words.no_writing, buttons(words, "calm", "person", "suggest"), {"about": f"{PRACTICE}none"})]
    return None


def _nothing_open() -> List[Said]:
    words = load_practice_words()
    return [Said(words.nothing_open, buttons(words, "suggest"), {"about": "practice/none"})]
