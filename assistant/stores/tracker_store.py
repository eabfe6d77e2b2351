"""Rasa's SQL tracker store with erasing, set by one environment variable.

`IPT_TRACKER_URL`: an SQLAlchemy address; default: SQLite under `var/`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Optional

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain

DEFAULT_FILE = Path("var/conversations.db")


class ErasableSQLTrackerStore(SQLTrackerStore):
    """Keeps conversations in SQLite or PostgreSQL; a conversation can be erased."""

    def __init__(
        self,
        host: Optional[str] = None,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        """Connect; `host` (from `endpoints.yml`) is overruled by `IPT_TRACKER_URL`."""
        address = os.environ.get("IPT_TRACKER_URL") or host
        if not address:
            DEFAULT_FILE.parent.mkdir(exist_ok=True)
            address = f"sqlite:///{DEFAULT_FILE}"
        super().__init__(domain=domain, host=address, event_broker=event_broker, **kwargs)
        if self.engine.dialect.name == "sqlite":
            # Erased words must not stay in free pages; readers must not wait for a writer.
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            self.engine.dispose()

    def exists(self, sender_id: str) -> bool:
        """Return whether anything is stored of a conversation."""
        with self.session_scope() as session:
            query = session.query(self.SQLEvent.id).filter(self.SQLEvent.sender_id == sender_id)
            return query.first() is not None

    def erase(self, sender_id: str) -> int:
        """Remove every event of a conversation; return how many there were."""
        with self.session_scope() as session:
            query = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id)
            count = query.delete(synchronize_session=False)
            session.commit()
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return int(count)

    def events(self, sender_id: str) -> list[dict[str, Any]]:
        """Return everything stored of a conversation, oldest first, as it is stored."""
        with self.session_scope() as session:
            query = session.query(self.SQLEvent.data).filter(self.SQLEvent.sender_id == sender_id)
            return [json.loads(row.data) for row in query.order_by(self.SQLEvent.id)]


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()
