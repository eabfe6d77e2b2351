"""Rasa's SQL tracker store with erasing, set by one environment variable.

`IPT_TRACKER_URL`: an SQLAlchemy address; default: SQLite under `var/`.
"""

from __future__ import annotations

import json
import logging
import os
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Optional

import sqlalchemy as sa
import ujson
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from sqlalchemy.orm import Query, Session, sessionmaker
from sqlalchemy.pool import QueuePool

from assistant.stores.retention import ensure_index
from assistant.stores.sqlite import checkpoint, prepare_sqlite

logger = logging.getLogger(__name__)

# Plain SQL: the object mapper doubles the time of a read, and these run for every message.
_EXISTS = sa.text("SELECT 1 FROM events WHERE sender_id = :sender_id LIMIT 1")
_COUNT = sa.text("SELECT count(*) FROM events WHERE sender_id = :sender_id")
_EVENTS = sa.text("SELECT data FROM events WHERE sender_id = :sender_id ORDER BY id")
DEFAULT_FILE = Path("var/conversations.db")


class ErasableSQLTrackerStore(SQLTrackerStore):
    """Keeps conversations in SQLite or PostgreSQL; a conversation can be erased."""

    engine: sa.engine.Engine

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
            # A pool, since SQLAlchemy 1.4 opens an SQLite file anew for each query (a fifth of the reply time).
            self.engine.dispose()
            self.engine = sa.create_engine(address, poolclass=QueuePool, connect_args={"check_same_thread": False})
            sa.event.listen(self.engine, "connect", prepare_sqlite)
            self.sessionmaker = sessionmaker(bind=self.engine)
        self._ensure_index()
        self.engine.hide_parameters = True  # a failing statement must not put a person's words into the log

    def _ensure_index(self) -> None:
        """Erasing by age needs an index; a database that is down at the start is no reason not to start."""
        try:
            ensure_index(self.engine, self.SQLEvent.__table__)
        except sa.exc.SQLAlchemyError:
            logger.exception("The index for erasing conversations could not be made. Erasing works without, slowly.")

    def _event_query(self, session: Session, sender_id: str, fetch_events_from_all_sessions: bool) -> Query:
        """Return the query for a conversation's events; sessions never expire (domain.yml), so there is only one."""
        return session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).order_by(self.SQLEvent.id)

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> Optional[DialogueStateTracker]:
        """Return the tracker of a conversation, or `None`.

        Rasa looks for each event's class through all classes (0.2 ms an event); here the classes are looked up once.
        """
        classes = _event_classes()
        events = [classes[event["event"]]._from_parameters(event) for event in self.events(sender_id)]
        if not events or not self.domain:
            return None
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the events of a conversation that are not stored yet, in one transaction."""
        await self.stream_events(tracker)
        with self.engine.begin() as connection:
            stored = connection.execute(_COUNT, {"sender_id": tracker.sender_id}).scalar()
            rows = [_row(tracker.sender_id, event) for event in islice(tracker.events, stored, None)]
            if rows:
                connection.execute(sa.insert(self.SQLEvent.__table__), rows)

    def exists(self, sender_id: str) -> bool:
        """Return whether anything is stored of a conversation."""
        with self.engine.connect() as connection:
            return connection.execute(_EXISTS, {"sender_id": sender_id}).first() is not None

    def erase(self, sender_id: str) -> int:
        """Remove every event of a conversation; return how many there were."""
        with self.session_scope() as session:
            query = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id)
            count = query.delete(synchronize_session=False)
            session.commit()
        if not checkpoint(self.engine):
            logger.warning("The write-ahead log of the conversations is in use; it is cut later.")
        return int(count)

    def events(self, sender_id: str) -> list[dict[str, Any]]:
        """Return everything stored of a conversation, oldest first, as it is stored."""
        with self.engine.connect() as connection:
            # The driver's rows, read at once: this runs for every message.
            stored = connection.execute(_EVENTS, {"sender_id": sender_id}).cursor.fetchall()
            events: list[dict[str, Any]] = ujson.loads(f"[{','.join(data for (data,) in stored)}]")
        return events


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    """Return an event as a row of the table `events`, as Rasa's own store has it."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


@lru_cache(maxsize=1)
def _event_classes() -> dict[str, type[Event]]:
    return {event.type_name: event for event in all_subclasses(Event)}


def store_of(store: Any) -> ErasableSQLTrackerStore:
    """Return our store inside Rasa's wrappers.

    Raises:
        TypeError: `endpoints.yml` names another store.
    """
    while not isinstance(store, ErasableSQLTrackerStore):
        store = getattr(store, "_tracker_store", None)
        if store is None:
            raise TypeError("The web channel needs assistant.stores.tracker_store in endpoints.yml (tracker_store).")
    return store
