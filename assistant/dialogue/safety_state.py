"""Where the safety conversation stands. No Rasa here.

The steps themselves, their words and buttons are in `data/crisis/replies.yml`: a button `/safety/thoughts` leads to
`utter_safety/thoughts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Optional

from assistant.dialogue.conversation import Conversation, Turn
from assistant.intake.moves import asked_now
from assistant.practice.moves import practising

CRISIS = "crisis_"
STEP = "safety/"
SAY = "utter_"
SAFE = "safety/safe"
GO_ON = "safety/go_on"
GATE, GATE_AGAIN, GATE_NO, GATE_YES = "safety/gate", "safety/gate_again", "safety/gate_no", "safety/gate_yes"
IMMINENT = "safety/now"
NOT_A_QUESTION = {  # what is said besides; it asks nothing that a later "yes" or "no" could answer
    f"{SAY}safety/{name}" for name in ("go_on", "reminder", "reminder_abuse", "about", "goodbye_abuse", "gate_no")
}


@dataclass
class Safety:
    """Where the safety conversation stands before the turn being answered.

    Attributes:
        kind: the kind of danger raised last, until the person says that they are safe; then `None`.
        raised: whether danger was raised at all in this conversation.
        step: the step asked last, such as `safety/thoughts` or `crisis_suicide`, if the last turn was part of it.
        notes: `metadata` of the response asked last: what "yes" and "no" mean there, and what follows on free text.
        talked_on: how many turns before this one went by with talking on.
        quiet: how many turns went by without any safety words.
        request: the question of a contact request that is asked, if one is.
        taken_back: messages that raised danger, of which the person said later that it isn't like that.
        practising: whether the question of an exercise was asked last.
    """

    kind: Optional[str] = None
    raised: bool = False
    step: Optional[str] = None
    notes: dict[str, Any] = field(default_factory=dict)
    talked_on: int = 0
    quiet: int = 0
    request: Optional[str] = None
    taken_back: set[str] = field(default_factory=set)
    practising: bool = False

    @classmethod
    def read(cls, conversation: Conversation) -> Safety:
        """Read the turns before the one being answered."""
        state = cls(practising=practising(conversation) is not None)
        raised: set[str] = set()
        for turn in reversed(conversation.before):
            said = [message for message in turn.messages if part_of_safety(message.action)]
            names = [message.action.removeprefix(SAY) for message in said]
            for name in names:
                if name.startswith(CRISIS):
                    state.kind, state.raised = name, True
                    raised.add(plainly(turn.text))
                elif name == GATE_YES:
                    state.kind, state.raised = "crisis_abuse", True
                elif name == SAFE:
                    state.kind = None
                    state.taken_back |= raised
                elif name == IMMINENT:  # may be the first reply
                    found = turn.parse.get("crisis") or {}
                    state.kind = found.get("label") or state.kind or found.get("sensitive") or "crisis_suicide"
                    state.raised = True
            asked = [message for message in said if message.action not in NOT_A_QUESTION]
            state.step = asked[-1].action.removeprefix(SAY) if asked else None
            state.notes = asked[-1].metadata if asked else {}
            talked_on = any(name.startswith("safety/talk_on") for name in names)
            state.talked_on = state.talked_on + 1 if talked_on else 0
            state.quiet = 0 if said else state.quiet + 1
        draft = asked_now(conversation)
        state.request = draft.at if draft is not None else None
        return state


def interrupted(conversation: Conversation) -> Optional[Turn]:
    """Return the turn before danger was raised last: where the person was, if they were anywhere."""
    seen_danger = False
    for turn in conversation.before:
        safety = any(part_of_safety(message.action) for message in turn.messages)
        if safety:
            seen_danger = True
        elif seen_danger and turn.messages and not turn.intent.startswith(CRISIS):
            return turn
    return None


def part_of_safety(action: str) -> bool:
    """Return whether an action says something of the safety conversation."""
    return action.startswith((SAY + CRISIS, SAY + STEP))


def plainly(text: str) -> str:
    """Return the words of a text, to compare texts by."""
    return " ".join(re.findall(r"\w+", text.lower()))
