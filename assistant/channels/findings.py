"""What a check of a channel's set-up found."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that was looked at: whether it is right, and else how to mend it."""

    right: bool
    text: str
