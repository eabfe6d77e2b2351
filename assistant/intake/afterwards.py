"""What a message means for a request that was sent: "withdraw my request", "did you get it?", its reference."""

from __future__ import annotations

import re
from typing import Optional

from assistant.dialogue.conversation import Turn
from assistant.intake.state import Intake
from assistant.practice.moves import SHORT, Move

MOST_AFTERWARDS = 14  # words of a message on a request that was sent
_REFERENCE = re.compile(
    r"(?<![\w-])([34679ACDEFGHJKMNPQRTWXY]{3})[- ]?([34679ACDEFGHJKMNPQRTWXY]{3})(?![\w-])", re.IGNORECASE
)
REQUEST_WORDS = r"(?:contact )?(?:request|enquiry|inquiry|form|message|call ?back)"
_WITHDRAW = re.compile(
    rf"\b(?:withdraw|take ?back|cancel|delete|remove|erase|retract|revoke|undo|pull|recall)\b.{{0,25}}\b{REQUEST_WORDS}\b|\btake (?:my |the |that )?{REQUEST_WORDS} back\b",
    re.IGNORECASE,
)
TAKE_BACK = re.compile(
    r"\b(?:withdraw|take (?:it|that|this) back|cancel (?:it|that|this)|un-?send|i(?:'ve| have)? changed my mind|(?:don'?t|do not|no longer) want (?:them|the clinic|you|anyone|anybody) to "
    r"(?:call|contact|ring|phone|write|have|get|read|see))\b",
    re.IGNORECASE,
)
_MY_REQUEST = re.compile(r"\bmy (?:contact )?(?:request|enquiry|inquiry)\b", re.IGNORECASE)
_STATUS = re.compile(
    r"\b(?:did|do|have|has|was|is|are)\b.{0,30}\b(?:get|got|gotten|have|receive|received|arrive|arrived|sent|send|go(?:ne)? through|went through|reach(?:ed)?|there|in)\b",
    re.IGNORECASE,
)
_IT = re.compile(rf"\b(?:it|that|this|{REQUEST_WORDS}|my number|my details)\b", re.IGNORECASE)

_YES_TAKE_IT = re.compile(
    r"\W*(?:yes|yeah|yep|yup|please|sure|take it back|withdraw it|do it)\b(?!.*\b(?:keep|don'?t|not)\b)", re.IGNORECASE
)
_NO_KEEP_IT = re.compile(r"\W*(?:no|nope|nah|keep it)\b", re.IGNORECASE)


def read_afterwards(turn: Turn, intake: Intake, at_it: bool) -> Optional[Move]:
    """Return the move of a message on a request that was sent: to take it back, or whether it has arrived.

    Args:
        turn: the message.
        intake: what was sent from this conversation.
        at_it: whether a request was spoken of last.
    """
    text, asked = turn.text, bool(intake.asking) and at_it
    if asked and _YES_TAKE_IT.match(text):
        return Move("withdraw_yes")
    if asked and (_NO_KEEP_IT.match(text) or (turn.intent == "deny" and len(text.split()) <= SHORT)):
        return Move("withdraw_no")
    if len(text.split()) > MOST_AFTERWARDS:
        return None
    found = _REFERENCE.search(text)
    reference = f"{found[1]}-{found[2]}".upper() if found else None
    known = reference in [sent.reference for sent in intake.sent]
    if _STATUS.search(text) and (known or _IT.search(text)) and (intake.sent or intake.draft) and _asks(text):
        return Move("status", reference)
    after_sending = bool(intake.sent) and intake.draft is None
    if _WITHDRAW.search(text) and (intake.sent or (not intake.draft and _MY_REQUEST.search(text))):
        return Move("withdraw", reference)
    if after_sending and TAKE_BACK.search(text) and (at_it or known or "withdraw" in text.lower()):
        return Move("withdraw", reference)
    if known and len(text.split()) <= SHORT:
        return Move("status", reference)
    return Move("erase_note") if after_sending and turn.intent == "delete_my_data" else None


def _asks(text: str) -> bool:
    return (
        bool(re.match(r"\W*(?:(?:and|so|but|ok|hey|hi|wait)\W+)*(?:did|do|have|has|was|is|are)\b", text, re.IGNORECASE))
        or "?" in text
    )
