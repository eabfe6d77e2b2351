"""Conversations are erased some time after their last message, words and all; others stay whole."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.channels.messenger import inbox as queue
from assistant.stores import retention
from assistant.stores.retention import Conversations, Erased
from assistant.stores.tracker_store import ErasableSQLTrackerStore
from tests.conftest import ROOT
from tests.databases import postgresql

HOUR = 3600.0


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgresql() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'conversations.db'}"
        return
    url = request.getfixturevalue("postgres")
    yield url
    engine = sa.create_engine(url)
    engine.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    engine.dispose()


@pytest.fixture
def store(address: str, domain: Domain, monkeypatch: pytest.MonkeyPatch) -> ErasableSQLTrackerStore:
    monkeypatch.setenv("IPT_TRACKER_URL", address)
    return ErasableSQLTrackerStore(domain=domain)


async def say(store: ErasableSQLTrackerStore, who: str, *hours_ago: float, words: str = "hello") -> None:
    """Store a conversation with a message at each of these times."""
    events = [UserUttered(f"{words} {number}", timestamp=time.time() - h * HOUR) for number, h in enumerate(hours_ago)]
    await store.save(DialogueStateTracker.from_events(who, events, store.domain.slots))


def a_day_ago() -> datetime:
    return datetime.now(timezone.utc) - timedelta(hours=24)


async def test_what_rests_for_a_day_is_erased_and_what_goes_on_stays_whole(store: ErasableSQLTrackerStore) -> None:
    await say(store, "old", 30, 25)
    await say(store, "goes on", 30, 25, 23)
    await say(store, "new", 0.1)
    stored = Conversations()
    assert stored.count_older(a_day_ago()) == 1
    assert stored.erase_older(a_day_ago()) == Erased(conversations=1, events=2)
    assert not store.exists("old")
    assert len(store.events("goes on")) == 3 and len(store.events("new")) == 1
    assert stored.erase_older(a_day_ago()) == Erased()


async def test_nothing_of_it_is_left_in_the_files(store: ErasableSQLTrackerStore, address: str, tmp_path: Path) -> None:
    await say(store, "old", 30, 25, words="quetzalcoatl " * 2000)
    await say(store, "new", 1)
    Conversations().erase_older(a_day_ago())
    if address.startswith("sqlite"):
        files = list(tmp_path.glob("conversations.db*"))
        assert files
        for file in files:
            assert b"quetzalcoatl" not in file.read_bytes()


async def test_more_than_are_found_at_once_are_all_erased(
    store: ErasableSQLTrackerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "LOOKED_UP", 7)
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    for number in range(20):
        await say(store, f"old {number}", 26)
    assert Conversations().erase_older(a_day_ago()).conversations == 20


async def test_the_chat_goes_on_while_old_conversations_are_erased(store: ErasableSQLTrackerStore) -> None:
    for number in range(30):
        await say(store, f"old {number}", *range(100, 25, -1))
    found = Conversations()._old(a_day_ago().timestamp())
    chosen = next(found)
    # One that was found gets a message before its turn comes.
    await say(store, chosen[0], *range(100, 25, -1), 0)
    assert Conversations().erase_older(a_day_ago()).conversations == 29
    assert len(store.events(chosen[0])) == 76


async def test_a_messengers_queue_forgets_the_chat_too(store: ErasableSQLTrackerStore) -> None:
    engine = store.engine
    queue.metadata.create_all(engine)
    words = json.dumps({"text": "quetzalcoatl"})
    for number, (who, hours) in enumerate((("old", 30), ("new", 1), ("waits", 1))):
        chat = {"id": who, "channel": "slack", "address": "{}", "notes": "{}", "leased_until": 0}
        update = {"channel": "slack", "update_id": f"update {number}", "conversation": who, "sort": 0, "payload": words}
        update |= {"seq": number, "state": queue.WAITING, "received_at": time.time() - hours * HOUR}
        engine.execute(queue.CONVERSATIONS.insert().values(chat))
        engine.execute(queue.UPDATES.insert().values(update))
        engine.execute(queue.MESSAGES.insert().values(id=number, seq=number, conversation=who, payload=words))
    await say(store, "old", 30)
    await say(store, "new", 1)
    assert Conversations().erase_older(a_day_ago()) == Erased(conversations=1, events=1, chats=1)
    chats = engine.execute("SELECT id FROM channel_conversations ORDER BY id").scalars().all()
    assert chats == ["new", "waits"]  # what came in an hour ago still waits for its answer
    # The bare id stays, so that the platform's retry is known.
    row = engine.execute("SELECT update_id, state, payload, conversation FROM channel_updates WHERE seq = 0").one()
    assert tuple(row) == ("update 0", "done", None, "")
    assert engine.execute("SELECT count(*) FROM channel_messages WHERE conversation = 'old'").scalar() == 0


async def test_a_table_from_before_gets_the_index(
    address: str, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPT_TRACKER_URL", address)
    store = ErasableSQLTrackerStore(domain=domain)
    store.engine.execute(f"DROP INDEX {retention.INDEX_NAME}")
    for _ in range(2):
        again = ErasableSQLTrackerStore(domain=domain)
    names = {index["name"] for index in sa.inspect(again.engine).get_indexes("events")}
    assert retention.INDEX_NAME in names


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    stored = Conversations(f"sqlite:///{tmp_path / 'none' / 'conversations.db'}")
    assert stored.erase_older(a_day_ago()) == Erased() and stored.count_older(a_day_ago()) == 0
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="IPT_TRACKER_URL"):
        Conversations("mysql://somewhere/x")


async def test_a_reader_that_holds_up_the_log_does_not_stop_the_erasing(
    store: ErasableSQLTrackerStore, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not address.startswith("sqlite"):
        pytest.skip("Only SQLite has this log.")
    monkeypatch.setattr(retention, "TIMEOUT_SECONDS", 0.2)
    await say(store, "old", 30, words="quetzalcoatl")
    reader = sqlite3.connect(tmp_path / "conversations.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM events").fetchone()
    assert Conversations().erase_older(a_day_ago()).conversations == 1
    reader.execute("COMMIT")
    reader.close()
    assert Conversations().erase_older(a_day_ago()) == Erased()  # the next run cuts the log
    for file in tmp_path.glob("conversations.db*"):
        assert b"quetzalcoatl" not in file.read_bytes()
