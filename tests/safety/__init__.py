"""A real action server with a database of its own, for tests of crisis events."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from assistant.safety.events import CrisisEvent
from tests.conftest import free_port, start, wait_for

SECONDS = 30


def wait_until(condition: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    """Wait until a condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"Not within {seconds} seconds: {what}."
        time.sleep(0.02)


def event(number: int, kind: str = "crisis_suicide", conversation: str = "somebody") -> CrisisEvent:
    """Return an event; the same number gives the same id."""
    return CrisisEvent.of(kind, conversation, f"message {number}", "web", "IE")


@dataclass
class ActionServer:
    """An action server that can be started and killed again and again, on one port with one database."""

    folder: Path
    address: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "console.db"

    @property
    def database_url(self) -> str:
        """The database's address."""
        return self.address or f"sqlite:///{self.database}"

    @property
    def url(self) -> str:
        """The webhook."""
        return f"http://127.0.0.1:{self.port}/webhook"

    @property
    def log(self) -> Path:
        """What the server says since it was started last."""
        return self.folder / "actions.log"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(self.port)]
        self.process = start(
            command, self.log, IPT_CONSOLE_URL=self.database_url, IPT_CONTACT_OUTBOX=str(self.folder / "contact")
        )
        wait_for(f"http://127.0.0.1:{self.port}/health", self.process, self.log)

    def kill(self) -> None:
        """Kill the server without a warning."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def stored(self) -> list[str]:
        """Return the ids in the database."""
        if not self.database.exists():
            return []
        connection = sqlite3.connect(self.database, timeout=SECONDS)
        try:
            return [row[0] for row in connection.execute("SELECT id FROM crisis_events")]
        except sqlite3.OperationalError:
            return []  # no table yet
        finally:
            connection.close()
