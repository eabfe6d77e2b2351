"""The outbox of crisis events: on disk until they are delivered (`assistant.safety.sender` does that)."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.outbox import FolderOutbox
from assistant.safety.events import CrisisEvent

DEFAULT_FOLDER = Path("var/crisis/outbox")


class Outbox(FolderOutbox[CrisisEvent]):
    """Crisis events, oldest first."""

    def __init__(self, folder: Path | str | None = None) -> None:
        """Take a folder, else `IPT_CRISIS_OUTBOX`, else `var/crisis/outbox`; it is made when first needed."""
        super().__init__(
            folder or os.environ.get("IPT_CRISIS_OUTBOX") or DEFAULT_FOLDER,
            CrisisEvent.from_json,
            order=lambda event: event.raised_at,
            noun="crisis event",
        )
