"""A process that sends requests, for tests that kill it: `python -m tests.intake.sender send 0 20`, `… deliver`, `… withdraw 0 1`.

Prints "begin <number>" before and "told <number> <outcome>" after each. With KILL_AT it kills itself at that step, once: a name of `STEPS`.
"""

from __future__ import annotations

import os
import signal
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from actions import contact_post
from actions.contact_post import ContactPost
from assistant.outbox import FolderOutbox
from console.intake.reference import reference_of
from tests.intake.requests import request_of

STEPS = ("before the disk", "half written", "written", "before the database", "in the transaction", "stored", "marked")


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(step: str) -> None:
    """Make this process kill itself at a step."""
    console = contact_post._console()
    if step == "before the disk":
        FolderOutbox.put = _die  # type: ignore[method-assign]
    elif step == "half written":
        os.fsync = _die
    elif step == "written":
        Path.replace = _die  # type: ignore[method-assign, assignment]
    elif step == "before the database":
        console.store_request = _die
    elif step == "in the transaction":
        from console.intake.models import ContactRequest

        save = ContactRequest.save

        def saved_then_dead(self: Any, *arguments: Any, **options: Any) -> None:
            save(self, *arguments, **options)
            _die()

        ContactRequest.save = saved_then_dead  # type: ignore[method-assign]
    elif step == "stored":
        FolderOutbox.delivered = _die  # type: ignore[method-assign]
    elif step == "marked":
        delivered: Callable[..., None] = FolderOutbox.delivered

        def marked_then_dead(self: Any, thing_id: str) -> None:
            delivered(self, thing_id)
            _die()

        FolderOutbox.delivered = marked_then_dead  # type: ignore[method-assign]


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Send, take back, or deliver what waits."""
    task, *numbers = sys.argv[1:]
    post = ContactPost()
    if os.environ.get("KILL_AT"):
        _dying(os.environ["KILL_AT"])
    if task == "deliver":
        _say(*post.deliver())
        return
    for number in range(*map(int, numbers)):
        request = request_of(number)
        _say("begin", number)
        if task == "send":
            outcome, _ = post.send(request)
        else:
            reference = reference_of(uuid.UUID(request["id"]))
            outcome = post.withdraw(request["id"], reference, request["conversation"])
        _say("told", number, outcome)


if __name__ == "__main__":
    main()
