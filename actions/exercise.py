"""Guides an exercise: begins one, takes the person's words as an answer or a wish, goes on after an interruption."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from assistant.coach import review
from assistant.content.exercises import load_exercises
from assistant.content.lexicon import load_lexicon
from assistant.content.practice import load_practice_words
from assistant.dialogue.conversation import PRACTISE, Conversation
from assistant.practice.engine import Runner
from assistant.practice.moves import DONE_SLOT, SLOT, Move, practice_of, practising, read_move, wanted_exercise
from assistant.practice.state import Practice
from assistant.practice.voice import Said, buttons

MOST_KEPT = 40  # exercises of one conversation


class ActionExercise(Action):
    """One turn of a guided exercise; its state is in the slots `practice` and `practised`."""

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
        practice = _new(wanted, slots, now)
        said = Runner(practice, review, now, done).begin()
    else:
        if present is None or present.exercise not in load_exercises() or present.finished:
            return _nothing_open(conversation), {}
        practice = present
        runner = Runner(practice, review, now, done)
        move = read_move(conversation, practice) if practising(conversation) else _from_outside(conversation)
        said = runner.take(move or Move("question"))
    finished = [run for run in done if run.exercise in load_exercises()][-MOST_KEPT:]
    return said, {SLOT: practice.as_dict(), DONE_SLOT: [run.as_dict() for run in finished]}


def _from_outside(conversation: Conversation) -> Move:
    """Return the move of a turn that comes while the exercise rests: a button of it, or the wish to take it up."""
    turn = conversation.now
    if turn is not None and turn.intent.startswith("practice/"):
        name = turn.intent.split("/", 1)[1]
        return Move(name if name in ("words_move", "again", "keep", "skip", "stop", "start", "list") else "resume")
    return Move("resume")


def _new(exercise: str, slots: Dict[str, Any], now: datetime) -> Practice:
    relationship: Optional[str] = slots.get("relationship")
    entry = load_lexicon()["relationship"].values.get(relationship) if relationship else None
    person = f"your {relationship}" if relationship and load_exercises()[exercise].abuse_gate else None
    return Practice(
        exercise, person=person, group=entry.group if entry and person else None, day=now.date().isoformat()
    )


def _nothing_open(conversation: Conversation) -> List[Said]:
    words = load_practice_words()
    return [Said(words.nothing_open, buttons(words, "suggest"), {"about": "practice/none"})]
