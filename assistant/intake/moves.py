"""What a person's message means for their contact request: an answer, a correction, a wish, a question of its own, or a word on a request that was sent.

Pure functions over the conversation, so that the Rasa server, which decides who answers, and the action server, which does, come to the
same result (as `assistant.practice.moves` for exercises).
"""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import Mapping, Optional

from assistant.dialogue.conversation import CONTACT_CLINIC, PRACTICE, REQUEST, Conversation, Turn
from assistant.intake.afterwards import read_afterwards
from assistant.intake.phrases import RESUME
from assistant.intake.readers import pressed, read_at
from assistant.intake.state import INTRO, SLOT, Draft, Intake
from assistant.practice.moves import QUESTION, SHORT, Move, practice_of, practising, read_move

SWITCH = "IPT_CONTACT_REQUESTS"
OFF = ("off", "0", "no", "false")


def requests_on(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the clinic takes contact requests (`IPT_CONTACT_REQUESTS`; on unless it says `off`)."""
    return environment.get(SWITCH, "").strip().lower() not in OFF


def intake_of(conversation: Conversation, now: Optional[datetime] = None) -> Intake:
    """Return what the slot held when the turn being answered began."""
    return Intake.from_dict(conversation.slots.get(SLOT), now or datetime.now(timezone.utc))


def requesting(conversation: Conversation) -> bool:
    """Return whether the person is at a request: of all that was said last, its words or an exercise's came last."""
    said = [message.action for message in conversation.last_messages()]
    last = next((name for name in reversed(said) if name.startswith((REQUEST, PRACTICE))), "")
    return last.startswith(REQUEST)


def asked_now(conversation: Conversation) -> Optional[Draft]:
    """Return the request whose question the person is answering now; `None` if something else was said last."""
    draft = intake_of(conversation).draft
    return draft if draft is not None and not draft.paused and requesting(conversation) else None


def read_request(conversation: Conversation) -> Optional[Move]:
    """Return the move of the turn being answered; `None` if it has nothing to do with a request.

    `Move("question")` is a message to be answered as usual, after which the request's question comes again.
    """
    turn = conversation.now
    if turn is None or not (requests_on() or intake_of(conversation).sent):
        return None  # what was sent before it was switched off can still be taken back
    if turn.intent.startswith(REQUEST):
        return pressed(turn.intent)
    intake, draft = intake_of(conversation), asked_now(conversation)
    named = intake.draft is not None and RESUME.search(turn.text) and len(turn.text.split()) <= SHORT * 2
    if _belongs_to_exercise(conversation, turn):
        return Move("resume") if named else None
    if not turn.parse.get("certain"):
        afterwards = read_afterwards(turn, intake, requesting(conversation))
        if afterwards is not None:
            return afterwards
    if _wants_clinic(conversation, turn) and (draft is None or draft.at == INTRO or turn.parse.get("certain")):
        return Move("begin", None if turn.parse.get("certain") or turn.intent != CONTACT_CLINIC else turn.text)
    if draft is not None:
        return Move(QUESTION) if turn.parse.get("certain") else read_at(conversation, turn, draft)
    return Move("resume") if intake.draft is not None and _resumes(conversation, turn) else None


def _belongs_to_exercise(conversation: Conversation, turn: Turn) -> bool:
    """Return whether typed words answer an exercise: "could you call me back?" may be a sentence that is practised there."""
    practice = practising(conversation) if not turn.parse.get("certain") else None
    step = read_move(conversation, practice) if practice is not None else None
    return step is not None and step.kind != QUESTION


def _wants_clinic(conversation: Conversation, turn: Turn) -> bool:
    """Return whether a turn asks for the clinic: in words, by a button, by a button's words, or by "yes" to that offer."""
    if not requests_on():
        return False
    if turn.intent == CONTACT_CLINIC or turn.parse.get("certain"):
        return turn.intent == CONTACT_CLINIC
    offered = conversation.offer() if turn.intent == "affirm" else None
    return f"/{CONTACT_CLINIC}" in (conversation.chosen_button(), offered)


def _resumes(conversation: Conversation, turn: Turn) -> bool:
    """Return whether a message takes up a request that rests: by name, or as what was left last."""
    if RESUME.search(turn.text):
        return True
    resumes = (turn.parse.get("practice_move") or {}).get("name") == "resume" or turn.intent == "more"
    return (
        resumes
        and (requesting(conversation) or practice_of(conversation) is None)
        and len(turn.text.split()) <= SHORT * 2
    )
