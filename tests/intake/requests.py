"""Requests as the chat sends them, and a console's database to send them to."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def request_of(number: int) -> dict[str, Any]:
    """Return a request; the same number gives the same one."""
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"request {number}")),
        "created_at": "2026-11-23T10:00:00+00:00",
        "conversation": "somebody",
        "channel": "web",
        "country": "GB",
        "for_whom": "self",
        "reason": f"reason {number}",
        "contact_method": "phone",
        "phone": "+441614960000",
        "urgency": "soon",
        "summary": f"What it is about: reason {number}",
        "consent_at": "2026-11-23T10:00:00+00:00",
        "consent_words": "1: yes",
        "transcript_attached": False,
        "transcript": None,
    }


@dataclass
class Clinic:
    """A console's SQLite database, and the outbox on the way to it."""

    folder: Path

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.folder / "console.db"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that name both."""
        return {"IPT_CONSOLE_URL": f"sqlite:///{self.database}", "IPT_CONTACT_OUTBOX": str(self.folder / "outbox")}

    def rows(self) -> list[tuple[str, str, bool]]:
        """Return (id, reason, taken back) of all requests."""
        connection = sqlite3.connect(self.database, timeout=30)
        try:
            found = connection.execute("SELECT id, reason, withdrawn_at IS NOT NULL FROM intake_contactrequest")
            return [(str(uuid.UUID(row[0])), row[1], bool(row[2])) for row in found]
        finally:
            connection.close()

    def execute(self, statement: str) -> None:
        """Change the database as nobody should."""
        connection = sqlite3.connect(self.database, timeout=30)
        with connection:
            connection.execute(statement)
        connection.close()

    def waiting(self) -> int:
        """Return how many files wait in the outbox."""
        return len(list((self.folder / "outbox").glob("*.json")))
