"""The folders on disk where things wait for a database that is down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# As the senders have them (assistant/safety/outbox.py, actions/contact_post.py): the variable, and the folder where it is not set.
OUTBOXES = {"IPT_CRISIS_OUTBOX": "var/crisis/outbox", "IPT_CONTACT_OUTBOX": "var/contact/outbox"}


def folders() -> list[Path]:
    """Return the folders of the outboxes, whether they are there or not."""
    return [Path(os.environ.get(name) or default) for name, default in OUTBOXES.items()]


def set_aside() -> Iterator[Path]:
    """Yield the files that could not be read and were set aside."""
    for folder in folders():
        broken = folder / "broken"
        if broken.is_dir():
            yield from (file for file in sorted(broken.iterdir()) if file.is_file())
