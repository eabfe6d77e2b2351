"""Crisis events in the console's database: stored once, refused with a reason, listed for staff."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests

from actions import crisis_events
from actions.crisis_events import store, stored
from assistant.safety.events import CrisisEvent, call_of, confirms
from assistant.safety.outbox import Outbox
from assistant.safety.sender import Sender
from tests.conftest import ROOT
from tests.databases import postgresql
from tests.safety import ActionServer, event


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    server = ActionServer(tmp_path_factory.mktemp("actions"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL, or a skipped test."""
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty database of each kind, also for this process."""
    sqlite = f"sqlite:///{tmp_path / 'new folder' / 'console.db'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres")
    monkeypatch.setenv("IPT_CONSOLE_URL", url)
    yield url
    crisis_events.METADATA.drop_all(crisis_events.engine_from_environment())


def listing(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "actions.crisis_events", *options]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True)


def test_an_event_comes_back_as_it_was_and_once(database: str) -> None:
    assert stored() == []
    raised = event(1)
    assert store(raised) is True
    (row,) = stored()
    received = row.pop("received_at")
    assert CrisisEvent(**row) == raised
    assert raised.raised_at <= received <= datetime.now(timezone.utc)
    later = CrisisEvent.of("crisis_abuse", "somebody", "message 1", "web")
    assert store(later) is False
    (row,) = stored()
    assert (row["kind"], row["received_at"]) == ("crisis_suicide", received)


def test_an_event_stored_by_many_at_once_is_stored_once(database: str) -> None:
    store(event(0))
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: store(event(1)), range(40))) == 1
    assert len(stored()) == 2


def test_the_newest_comes_first_and_since_is_a_limit(database: str) -> None:
    now = datetime.now(timezone.utc)
    for hours in (2, 0, 1):
        store(CrisisEvent.of("crisis_abuse", "somebody", str(hours), "web", raised_at=now - timedelta(hours=hours)))
    assert [row["raised_at"] for row in stored()] == [now - timedelta(hours=hours) for hours in (0, 1, 2)]
    assert len(stored(now - timedelta(hours=1))) == 2


def test_the_way_from_the_outbox_into_each_database(database: str, tmp_path: Path) -> None:
    server, outbox = ActionServer(tmp_path, database), Outbox(tmp_path / "outbox")
    server.start()
    try:
        outbox.put(event(1))
        assert Sender(outbox, server.url).deliver() == (1, 0)
    finally:
        server.kill()
    assert [row["id"] for row in stored()] == [event(1).id]


def test_the_action_confirms_however_often_an_event_comes(server: ActionServer) -> None:
    for _ in range(3):
        response = requests.post(server.url, json=call_of(event(1)), timeout=20)
        assert response.status_code == 200 and confirms(response.json(), event(1).id)
    assert server.stored().count(event(1).id) == 1


@pytest.mark.parametrize(
    "wrong, reason",
    [
        ({"kind": "greet"}, "`kind`"),
        ({"text": "I want to die"}, "unknown: ['text']"),
        ({"raised_at": None}, "`raised_at`"),
    ],
)
def test_a_bad_event_is_refused_with_a_reason(server: ActionServer, wrong: dict[str, Any], reason: str) -> None:
    call = call_of(event(2))
    call["tracker"]["latest_message"]["metadata"]["crisis_event"].update(wrong)
    response = requests.post(server.url, json=call, timeout=20)
    assert response.status_code == 400 and reason in response.json()["error"]
    log = server.log.read_text()
    assert reason in log and "I want to die" not in log
    assert event(2).id not in server.stored()


def test_a_call_without_an_event_is_refused(server: ActionServer) -> None:
    call = {**call_of(event(3)), "tracker": {"sender_id": "somebody"}}
    assert requests.post(server.url, json=call, timeout=20).status_code == 400


def test_staff_see_the_list_and_what_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, folder = f"sqlite:///{tmp_path / 'console.db'}", tmp_path / "outbox"
    places = {"IPT_CONSOLE_URL": url, "IPT_CRISIS_OUTBOX": str(folder)}
    empty = listing(**places)
    assert (empty.returncode, empty.stdout) == (0, "0 stored. 0 in the outbox, not delivered yet.\n")
    monkeypatch.setenv("IPT_CONSOLE_URL", url)
    now = datetime.now(timezone.utc)
    store(CrisisEvent.of("crisis_abuse", "abc", "1", "slack", raised_at=now - timedelta(minutes=125)))
    store(CrisisEvent.of("crisis_suicide", "def", "2", "web", "IE", raised_at=now - timedelta(minutes=3)))
    Outbox(folder).put(event(3))

    head, newest, oldest, waiting = listing(**places).stdout.splitlines()
    assert head.split() == list(crisis_events.COLUMNS)
    assert newest.split()[3:] == ["crisis_suicide", "IE", "web", "def", "3", "min"]
    assert oldest.split()[3:] == ["crisis_abuse", "-", "slack", "abc", "2", "h", "5", "min"]
    assert waiting == "2 stored. 1 in the outbox, not delivered yet."

    content = json.loads(listing("--json", "--since", "1h", **places).stdout)
    (only,) = content["events"]
    assert (only["conversation"], content["in_outbox"], content["broken_in_outbox"]) == ("def", 1, 0)
    assert 180 <= only["waiting_seconds"] < 240
    since = (now - timedelta(hours=3)).isoformat()
    assert len(json.loads(listing("--json", "--since", since, **places).stdout)["events"]) == 2


def test_wrong_options_and_addresses_are_explained(tmp_path: Path) -> None:
    wrong = listing("--since", "yesterday")
    assert wrong.returncode == 2 and "write 30m, 24h or 7d" in wrong.stderr
    for url in ("mysql://somewhere/x", f"sqlite:///{tmp_path}", "nonsense"):
        failed = listing(IPT_CONSOLE_URL=url)
        assert failed.returncode == 1 and "See IPT_CONSOLE_URL" in failed.stderr, failed.stderr
        assert "Traceback" not in failed.stderr
