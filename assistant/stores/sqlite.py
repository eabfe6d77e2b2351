"""How SQLite files with people's words are opened, so that what is erased is gone from the disk."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def prepare_sqlite(connection: Any, _record: Any = None) -> None:
    """Set up a connection: erased words are overwritten, readers do not wait for a writer."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def checkpoint(engine: sa.engine.Engine) -> bool:
    """Empty the write-ahead log, which still holds erased words; return `False` when a reader held it up.

    Waits as long as the connection's timeout. Other databases have nothing to do.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        busy = connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")).first()
    return busy is not None and not busy[0]
