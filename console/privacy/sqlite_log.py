"""SQLite's write-ahead log, which still holds what was erased until it is emptied."""

from __future__ import annotations

from django.db import connection

WAIT_MILLISECONDS = 1000


def empty_log() -> bool:
    """Empty the log; return `False` when a reader held it up for a second, or inside a transaction. Other databases have nothing to do.

    Raises:
        DatabaseError: the database is down.
    """
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")
        try:
            row = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(before)}")
    return row is not None and not row[0]
