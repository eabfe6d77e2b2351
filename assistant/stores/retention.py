"""Erases conversations some time after their last message. No Rasa here, so that a small process can do it.

The tables are those of the tracker store and of the messengers' channels, in the database at `IPT_TRACKER_URL`.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Iterator

import sqlalchemy as sa

from assistant.stores.sqlite import checkpoint, prepare_sqlite

logger = logging.getLogger(__name__)

DEFAULT_URL = "sqlite:///var/conversations.db"
LOOKED_UP = 500  # conversations found by one query
AT_ONCE = 10  # erased in one transaction; SQLite lets nobody else write meanwhile
PAUSE_SECONDS = 0.01  # between two transactions, so that the assistant's writing gets its turn
TIMEOUT_SECONDS = 10
INDEX_NAME = "ix_events_timestamp"

# The inner ORDER BY makes SQLite use the index on the time, not walk through all conversations (0.08 s instead of 1.4 s at
# 100,000 of them).
_OLD = """
    SELECT DISTINCT old.sender_id FROM (SELECT sender_id FROM events WHERE timestamp < :before ORDER BY timestamp) AS old
    WHERE NOT EXISTS (SELECT 1 FROM events AS newer WHERE newer.sender_id = old.sender_id AND newer.timestamp >= :before)
"""
_COUNT = sa.text(f"SELECT count(*) FROM ({_OLD}) AS found")
_SELECT = sa.text(f"{_OLD} LIMIT :limit")
# Asks again whether it is old: a message may have come since.
_DELETE = sa.text(
    """
    DELETE FROM events WHERE sender_id = :sender_id AND NOT EXISTS
    (SELECT 1 FROM events AS newer WHERE newer.sender_id = :sender_id AND newer.timestamp >= :before)
    """
)


# The messengers' queue (assistant/channels/messenger), where it is in use: nothing said or received since.
CHANNEL_TABLES = {"channel_conversations", "channel_updates", "channel_messages"}
_OLD_CHATS = sa.text(
    """
    SELECT id FROM channel_conversations AS chat
    WHERE NOT EXISTS (SELECT 1 FROM events WHERE sender_id = chat.id AND timestamp >= :before)
    AND NOT EXISTS (SELECT 1 FROM channel_updates WHERE conversation = chat.id AND received_at >= :before)
    """
)
# An update's bare id stays for some days, so that a platform's retry is known; the queue itself forgets it.
_DELETE_CHAT = tuple(
    sa.text(statement)
    for statement in (
        "DELETE FROM channel_messages WHERE conversation = :id",
        "UPDATE channel_updates SET state = 'done', payload = NULL, conversation = '' WHERE conversation = :id",
        "DELETE FROM channel_conversations WHERE id = :id",
    )
)


@dataclass(frozen=True)
class Erased:
    """What was erased: whole conversations, their stored events, messengers' chats in the queue."""

    conversations: int = 0
    events: int = 0
    chats: int = 0


class Conversations:
    """The stored conversations, as far as erasing needs them."""

    def __init__(self, address: str | None = None) -> None:
        """Take an SQLAlchemy address, else `IPT_TRACKER_URL`, else `var/conversations.db`.

        Raises:
            ValueError: the address is for neither SQLite nor PostgreSQL.
            SQLAlchemyError: the address cannot be read.
        """
        self.engine = _engine(address or os.environ.get("IPT_TRACKER_URL") or DEFAULT_URL)

    def exist(self) -> bool:
        """Return whether there is a store at all; none is made, since its files would belong to the wrong user.

        Raises:
            SQLAlchemyError: the database is down.
        """
        if self.engine.dialect.name == "sqlite" and not Path(self.engine.url.database or "").is_file():
            return False
        return bool(sa.inspect(self.engine).has_table("events"))

    def erase_older(self, before: datetime) -> Erased:
        """Erase every conversation whose last event is older; return how much that was.

        Args:
            before: a time with its offset from UTC.

        Raises:
            SQLAlchemyError: the database is down. What was erased until then stays erased; call it again.
        """
        moment, conversations, events = before.timestamp(), 0, 0
        if not self.exist():
            return Erased()
        for found in self._old(moment):
            for start in range(0, len(found), AT_ONCE):
                for deleted in self._erase(found[start : start + AT_ONCE], moment):
                    conversations += bool(deleted)
                    events += deleted
                time.sleep(PAUSE_SECONDS)
        chats = self._erase_chats(moment)
        # Also when nothing was erased now: another process's erasing may not have been able to cut the log.
        if not checkpoint(self.engine):
            logger.warning("The write-ahead log of the conversations is in use; it is cut at the next run.")
        return Erased(conversations, events, chats)

    def _erase_chats(self, before: float) -> int:
        if not set(sa.inspect(self.engine).get_table_names()) >= CHANNEL_TABLES:
            return 0
        with self.engine.connect() as connection:
            found = connection.execute(_OLD_CHATS, {"before": before}).scalars().all()
        for chat in found:
            with self.engine.begin() as connection:
                for statement in _DELETE_CHAT:
                    connection.execute(statement, {"id": chat})
        return len(found)

    def _erase(self, sender_ids: list[str], before: float) -> list[int]:
        with self.engine.begin() as connection:
            values = ({"sender_id": sender_id, "before": before} for sender_id in sender_ids)
            return [connection.execute(_DELETE, value).rowcount for value in values]

    def count_older(self, before: datetime) -> int:
        """Return how many conversations `erase_older` would erase.

        Raises:
            SQLAlchemyError: the database is down.
        """
        if not self.exist():
            return 0
        with self.engine.connect() as connection:
            return int(connection.execute(_COUNT, {"before": before.timestamp()}).scalar() or 0)

    def _old(self, before: float) -> Iterator[list[str]]:
        """Yield the ids of old conversations, some at a time, until there are no more."""
        done: set[str] = set()
        while True:
            with self.engine.connect() as connection:
                rows = connection.execute(_SELECT, {"before": before, "limit": LOOKED_UP}).scalars().all()
            # One that gets a message between looking and erasing stays, and is not looked at again.
            found = [sender_id for sender_id in rows if sender_id not in done]
            if not found:
                return
            done.update(found)
            yield found


def ensure_index(engine: sa.engine.Engine, table: sa.Table) -> None:
    """Give the tracker store's table an index on the time, without which erasing reads every event.

    Whoever owns the table must do it: the assistant.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Replicas that start together must not make it twice.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": INDEX_NAME})
        known = {index["name"] for index in sa.inspect(connection).get_indexes(table.name)}
        if INDEX_NAME not in known:
            connection.execute(sa.text(f"CREATE INDEX {INDEX_NAME} ON {table.name} (timestamp, sender_id)"))


def _engine(address: str) -> sa.engine.Engine:
    url = sa.engine.make_url(address)
    kind = url.get_backend_name()
    if kind == "sqlite":
        engine = sa.create_engine(address, connect_args={"timeout": TIMEOUT_SECONDS}, hide_parameters=True)
        sa.event.listen(engine, "connect", prepare_sqlite)
        return engine
    if kind == "postgresql":
        arguments: dict[str, Any] = {"connect_timeout": TIMEOUT_SECONDS, "tcp_user_timeout": TIMEOUT_SECONDS * 1000}
        return sa.create_engine(address, connect_args=arguments, pool_pre_ping=True, hide_parameters=True)
    raise ValueError(f"IPT_TRACKER_URL: {kind!r} is not supported. Use sqlite:///… or postgresql://….")
