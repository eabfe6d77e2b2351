"""The queue between a platform and the assistant, in the tracker store's database, shared by all replicas.

Three tables: `channel_conversations` (where to answer, whose turn it is to work), `channel_updates` (what came in) and
`channel_messages` (what is to be sent). Words are kept only until they are dealt with: an update loses its words when its answer
is stored, a message is deleted when it is sent. What stays for some days is the bare id of an update, so that a retry is known.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import QueuePool, StaticPool

from assistant.channels.messenger.platform import Update
from assistant.stores.sqlite import prepare_sqlite
from assistant.stores.tracker_store import DEFAULT_FILE

LEASE_SECONDS = 30.0
KEEP_IDS_SECONDS = 7 * 24 * 3600.0  # Telegram tries again for a day, Slack for an hour
IN_MEMORY = "sqlite://"
WAITING, ANSWERED, ERASING, DONE = "waiting", "answered", "erasing", "done"

metadata = sa.MetaData()
CONVERSATIONS = sa.Table(
    "channel_conversations",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("owner", sa.String(40)),
    sa.Column("leased_until", sa.Float, nullable=False),
)
UPDATES = sa.Table(
    "channel_updates",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("update_id", sa.String(120), nullable=False),
    sa.Column("conversation", sa.String(80), nullable=False),
    sa.Column("sort", sa.Float, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("payload", sa.Text),
    sa.Column("received_at", sa.Float, nullable=False),
    sa.UniqueConstraint("channel", "update_id"),
    sa.Index("ix_channel_updates_work", "conversation", "state"),
    sqlite_autoincrement=True,
)
MESSAGES = sa.Table(
    "channel_messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("seq", sa.Integer, nullable=False, index=True),
    sa.Column("conversation", sa.String(80), nullable=False, index=True),
    sa.Column("payload", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)


class Chat(NamedTuple):
    """Where to answer in a conversation, and what the core remembers of it (both JSON objects)."""

    address: Dict[str, Any]
    notes: Dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """An update in the queue; `update` is `None` once its answer is stored."""

    seq: int
    conversation: str
    state: str
    update: Optional[Update]
    received_at: float


class Inbox:
    """The queue. Every method is one short transaction; each may raise `sqlalchemy.exc.SQLAlchemyError`."""

    def __init__(self, address: Optional[str] = None) -> None:
        """Use a database (SQLAlchemy address), else the tracker store's: `IPT_TRACKER_URL`, else SQLite under `var/`."""
        self._engine = _engine(address or os.environ.get("IPT_TRACKER_URL") or _default())
        self._insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        self._made = False

    def accept(self, channel: str, update: Update) -> bool:
        """Store an update that is authentic; return `False` when its id was seen before."""
        self._make_tables()
        chat = {"id": update.conversation, "channel": channel, "address": json.dumps(update.address)}
        row = {
            "channel": channel,
            "update_id": update.id,
            "conversation": update.conversation,
            "sort": update.order,
            "state": WAITING,
            "payload": json.dumps(update.as_dict()),
            "received_at": time.time(),
        }
        with self._engine.begin() as connection:
            stored = connection.execute(self._insert(UPDATES).values(**row).on_conflict_do_nothing())
            if not stored.rowcount:
                return False
            # This locks the conversation, so that an erasure that ends now does not overlook the new update.
            insert = self._insert(CONVERSATIONS).values(**chat, notes="{}", leased_until=0.0)
            connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_={"address": chat["address"]}))
        return True

    def waiting(self, channel: str) -> List[str]:
        """Return the conversations that have something to do and that nobody works on."""
        self._make_tables()
        free = sa.or_(CONVERSATIONS.c.owner.is_(None), CONVERSATIONS.c.leased_until < time.time())
        query = (
            sa.select(CONVERSATIONS.c.id)
            .where(CONVERSATIONS.c.channel == channel, free)
            .where(sa.exists().where(UPDATES.c.conversation == CONVERSATIONS.c.id, UPDATES.c.state != DONE))
        )
        with self._engine.begin() as connection:
            return list(connection.execute(query).scalars())

    def lease(self, conversation: str, owner: str) -> bool:
        """Take a conversation, or keep it; return whether it is the owner's now."""
        now = time.time()
        mine = sa.or_(
            CONVERSATIONS.c.owner.is_(None), CONVERSATIONS.c.owner == owner, CONVERSATIONS.c.leased_until < now
        )
        taken = {"owner": owner, "leased_until": now + LEASE_SECONDS}
        with self._engine.begin() as connection:
            query = sa.update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation, mine).values(**taken)
            return bool(connection.execute(query).rowcount)

    def renew(self, owner: str) -> None:
        """Keep all conversations of an owner."""
        self._make_tables()
        query = sa.update(CONVERSATIONS).where(CONVERSATIONS.c.owner == owner)
        with self._engine.begin() as connection:
            connection.execute(query.values(leased_until=time.time() + LEASE_SECONDS))

    def release(self, conversation: str, owner: str) -> None:
        """Give a conversation back."""
        where = (CONVERSATIONS.c.id == conversation, CONVERSATIONS.c.owner == owner)
        with self._engine.begin() as connection:
            connection.execute(sa.update(CONVERSATIONS).where(*where).values(owner=None, leased_until=0.0))

    def next(self, conversation: str) -> Optional[Stored]:
        """Return what is to be done next in a conversation: an answer half sent, else the earliest update."""
        query = (
            sa.select(UPDATES)
            .where(UPDATES.c.conversation == conversation, UPDATES.c.state != DONE)
            .order_by(sa.case((UPDATES.c.state == WAITING, 1), else_=0), UPDATES.c.sort, UPDATES.c.seq)
            .limit(1)
        )
        with self._engine.begin() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        update = Update(**json.loads(row.payload)) if row.payload else None
        return Stored(row.seq, row.conversation, row.state, update, row.received_at)

    def chat(self, conversation: str) -> Optional[Chat]:
        """Return where to answer and what is remembered; `None` for a conversation that is not known."""
        query = sa.select(CONVERSATIONS.c.address, CONVERSATIONS.c.notes).where(CONVERSATIONS.c.id == conversation)
        with self._engine.begin() as connection:
            row = connection.execute(query).first()
        return Chat(json.loads(row.address), json.loads(row.notes)) if row else None

    def addresses(self, channel: str) -> List[tuple[str, Dict[str, Any]]]:
        """Return all conversations of a channel that are known, each with where to answer."""
        self._make_tables()
        query = sa.select(CONVERSATIONS.c.id, CONVERSATIONS.c.address).where(CONVERSATIONS.c.channel == channel)
        with self._engine.begin() as connection:
            return [(row.id, json.loads(row.address)) for row in connection.execute(query)]

    def answered(
        self, stored: Stored, parts: Sequence[Dict[str, Any]], notes: Dict[str, Any], erasing: bool = False
    ) -> None:
        """Store the answer to an update, and forget the update's words."""
        rows = [{"seq": stored.seq, "conversation": stored.conversation, "payload": json.dumps(part)} for part in parts]
        state = ERASING if erasing else ANSWERED
        with self._engine.begin() as connection:
            connection.execute(sa.update(UPDATES).where(UPDATES.c.seq == stored.seq).values(state=state, payload=None))
            if rows:
                connection.execute(sa.insert(MESSAGES), rows)
            self._note(connection, stored.conversation, notes)

    def unsent(self, seq: int) -> List[tuple[int, Dict[str, Any]]]:
        """Return what is still to be sent of the answer to an update, in order, each with its own id."""
        query = sa.select(MESSAGES.c.id, MESSAGES.c.payload).where(MESSAGES.c.seq == seq).order_by(MESSAGES.c.id)
        with self._engine.begin() as connection:
            return [(row.id, json.loads(row.payload)) for row in connection.execute(query)]

    def sent(self, message: int, conversation: str, shown: Optional[Dict[str, Any]] = None) -> None:
        """Remove a message that was sent or refused; remember what takes its buttons away."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(MESSAGES).where(MESSAGES.c.id == message))
            if shown is not None:
                query = sa.select(CONVERSATIONS.c.notes).where(CONVERSATIONS.c.id == conversation)
                notes = json.loads(connection.execute(query).scalar() or "{}")
                self._note(connection, conversation, {**notes, "shown": [*notes.get("shown", []), shown]})

    def finish(self, stored: Stored) -> None:
        """Note that an update is dealt with: its bare id stays, an erased conversation goes."""
        with self._engine.begin() as connection:
            locked = sa.select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.id == stored.conversation)
            connection.execute(locked.with_for_update())
            done = {"state": DONE, "payload": None, "conversation": ""}
            state = connection.execute(sa.select(UPDATES.c.state).where(UPDATES.c.seq == stored.seq)).scalar()
            connection.execute(sa.update(UPDATES).where(UPDATES.c.seq == stored.seq).values(**done))
            if state != ERASING:
                return
            others = sa.select(UPDATES.c.seq).where(UPDATES.c.conversation == stored.conversation)
            if connection.execute(others.limit(1)).first() is None:
                connection.execute(sa.delete(CONVERSATIONS).where(CONVERSATIONS.c.id == stored.conversation))
            else:
                self._note(connection, stored.conversation, {})
        self.tidy()

    def erase(self, conversation: str, up_to: int) -> None:
        """Remove what was to be sent, and the updates before one."""
        earlier = (UPDATES.c.conversation == conversation, UPDATES.c.seq < up_to)
        done = {"state": DONE, "payload": None, "conversation": ""}
        with self._engine.begin() as connection:
            connection.execute(sa.delete(MESSAGES).where(MESSAGES.c.conversation == conversation))
            connection.execute(sa.update(UPDATES).where(*earlier).values(**done))
        self.tidy()

    def tidy(self) -> None:
        """Forget old ids; on SQLite also overwrite what was removed."""
        old = (UPDATES.c.state == DONE, UPDATES.c.received_at < time.time() - KEEP_IDS_SECONDS)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(UPDATES).where(*old))
        if self._engine.dialect.name == "sqlite":
            connection = self._engine.raw_connection()  # outside any transaction
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _make_tables(self) -> None:
        """Make the tables at the first use, so that a database that is down does not keep the assistant from starting."""
        if not self._made:
            metadata.create_all(self._engine)
            self._made = True

    def _note(self, connection: sa.engine.Connection, conversation: str, notes: Dict[str, Any]) -> None:
        values = {"notes": json.dumps(notes)}
        connection.execute(sa.update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation).values(**values))


def _default() -> str:
    DEFAULT_FILE.parent.mkdir(exist_ok=True)
    return f"sqlite:///{DEFAULT_FILE}"


def _engine(address: str) -> sa.engine.Engine:
    """Connect; on SQLite every transaction takes its turn at writing when it begins, so none fails half way."""
    if not address.startswith("sqlite"):
        return sa.create_engine(address, pool_pre_ping=True, hide_parameters=True)
    engine = sa.create_engine(
        address,
        poolclass=StaticPool if address == IN_MEMORY else QueuePool,  # a database in memory is its connection
        hide_parameters=True,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 5},
    )
    sa.event.listen(engine, "connect", prepare_sqlite)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine
