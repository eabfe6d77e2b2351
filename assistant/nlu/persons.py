"""Whom a message is about, of the people it names: "me and my husband fight about the kids" is about the husband."""

from __future__ import annotations

import re
from typing import Sequence, Tuple

# What stands behind or before the name of somebody who has died: "my mum died in may", "we lost our son", "at my dad's funeral".
DIED_AFTER = re.compile(
    r"(?:['’]?s)?(?: (?:has|have|had|just|also|sadly|suddenly))* "
    r"(?:died|death|funeral|is dead|was killed|is no longer with us|passed(?: (?:away|on|in|last|this|when)\b|$|[.,;]))",
    re.IGNORECASE,
)
DIED_BEFORE = re.compile(
    r"\b(?:lost|losing|loss of|buried|death of|funeral of) (?:my|our|his|her|their) (?:\w+ )?$", re.IGNORECASE
)
# What a quarrel is about, or when it began: "over dad's will", "since the baby", "because of my mum".
TOPIC_BEFORE = re.compile(
    r"\b(?:about|over|since|after|before|because of|cos of|regarding) (?:(?:my|our|the|a|an) )?(?:\w+ )?$",
    re.IGNORECASE,
)
Place = Tuple[int, int]


def has_died(text: str, start: int, end: int) -> bool:
    """Return whether a text tells the death of the person named from `start` to `end`."""
    return bool(DIED_AFTER.match(text, end) or DIED_BEFORE.search(text[:start]))


def most_meant(text: str, places: Sequence[Place]) -> int:
    """Return which of the persons named (their places in the text, at least one) a message is about.

    The first who is neither dead nor what a quarrel is about; else the first who is not dead; else the first.
    """

    def rank(index: int) -> Tuple[bool, bool, int]:
        start, end = places[index]
        return has_died(text, start, end), bool(TOPIC_BEFORE.search(text[:start])), start

    return min(range(len(places)), key=rank)
