"""The sender of crisis events: nothing is lost, nothing comes twice, nobody waits. With a real action server."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.safety import sender as module
from assistant.safety.events import CrisisEvent
from assistant.safety.outbox import Outbox
from assistant.safety.sender import Sender, action_url_from
from tests.conftest import ROOT, free_port
from tests.safety import SECONDS, ActionServer, event, wait_until

# Records as many events as asked, says so, and lives until it is told to end.
RECORDS = """
import sys
from assistant.safety import sender
from assistant.safety.sender import record, start
from tests.safety import event
sender.DISK_SECONDS = 30
start()
print([record(event(number)) for number in range(int(sys.argv[1]))], flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the disk as long as it takes, so that a busy machine fails no test."""
    monkeypatch.setattr(module, "DISK_SECONDS", SECONDS)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    """An action server that no test kills."""
    server = ActionServer(tmp_path_factory.mktemp("actions"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ActionServer]:
    """An action server that is not started yet."""
    server = ActionServer(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def senders() -> Iterator[list[Sender]]:
    """Senders to be stopped in the end."""
    made: list[Sender] = []
    yield made
    for sender in made:
        sender.stop()


def test_the_address_comes_from_the_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IPT_ACTION_URL", raising=False)
    assert action_url_from(ROOT / "endpoints.yml") == "http://localhost:5055/webhook"
    file = tmp_path / "endpoints.yml"
    file.write_text("action_endpoint:\n  url: http://${IPT_TEST_HOST}/webhook\n")
    monkeypatch.setenv("IPT_TEST_HOST", "actions:5055")
    assert action_url_from(file) == "http://actions:5055/webhook"
    file.write_text("nlg: {}\n")
    with pytest.raises(ValueError, match=r"action_endpoint.url.*IPT_ACTION_URL"):
        action_url_from(file)
    with pytest.raises(ValueError, match="cannot be read"):
        action_url_from(tmp_path / "none.yml")
    monkeypatch.setenv("IPT_ACTION_URL", "http://elsewhere/webhook")
    assert action_url_from(file) == "http://elsewhere/webhook"


def test_200_events_at_once_arrive_once_each(outbox: Outbox, running: ActionServer, senders: list[Sender]) -> None:
    sender = Sender(outbox, running.url)
    senders.append(sender)
    events = [event(number, conversation="200 at once") for number in range(200)]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(sender.add, events * 2))
    wait_until(lambda: outbox.waiting() == 0, "all are delivered", 60)
    stored = running.stored()
    assert {each.id for each in events} <= set(stored) and len(stored) == len(set(stored))


def test_two_senders_of_one_folder_do_no_harm(outbox: Outbox, running: ActionServer, senders: list[Sender]) -> None:
    events = [event(number, conversation="two senders") for number in range(50)]
    for each in events:
        outbox.put(each)
    senders.extend(Sender(Outbox(outbox.folder), running.url) for _ in range(2))
    for sender in senders:
        sender.start()
    wait_until(lambda: outbox.waiting() == 0, "all are delivered")
    stored = running.stored()
    assert {each.id for each in events} <= set(stored) and len(stored) == len(set(stored))


def test_events_wait_for_the_server_and_survive_its_being_killed(
    outbox: Outbox, server: ActionServer, senders: list[Sender], caplog: pytest.LogCaptureFixture
) -> None:
    sender = Sender(outbox, server.url)
    senders.append(sender)
    first, second = [[event(number) for number in range(*span)] for span in ((0, 100), (100, 200))]
    assert all(sender.add(each) for each in first)
    wait_until(lambda: "does not answer" in caplog.text, "the sender notices that the server is down")
    server.start()
    wait_until(lambda: bool(server.stored()), "delivery has begun")
    server.kill()
    assert all(sender.add(each) for each in second)
    assert outbox.waiting() >= len(second)
    server.start()
    wait_until(lambda: outbox.waiting() == 0, "all are delivered", 90)
    assert sorted(server.stored()) == sorted(each.id for each in first + second)
    assert caplog.text.count("does not answer") < 10, "An outage is not logged again and again."


def test_an_event_the_database_refuses_does_not_block_others(
    outbox: Outbox, server: ActionServer, senders: list[Sender], caplog: pytest.LogCaptureFixture
) -> None:
    columns = (
        "id PRIMARY KEY, kind CHECK (kind <> 'crisis_refused'), raised_at, conversation, channel, country, received_at"
    )
    with sqlite3.connect(server.database) as connection:
        connection.execute(f"CREATE TABLE crisis_events ({columns})")
    server.start()
    refused = event(0, "crisis_refused")
    outbox.put(refused)
    for number in range(1, 20):
        outbox.put(event(number))
    sender = Sender(outbox, server.url)
    senders.append(sender)
    sender.start()
    wait_until(lambda: outbox.waiting() == 1, "the others are delivered")
    assert [kept.id for kept in outbox.pending()] == [refused.id]
    assert f"Crisis event {refused.id} cannot be delivered" in caplog.text
    assert "A crisis event cannot be accepted, and stays in the outbox." in server.log.read_text()
    with sqlite3.connect(server.database, timeout=SECONDS) as connection:
        connection.execute("DROP TABLE crisis_events")
    wait_until(lambda: server.stored() == [refused.id], "it is delivered when the database accepts it")


def test_a_locked_database_keeps_events_in_the_outbox_and_other_actions_running(
    outbox: Outbox, server: ActionServer, senders: list[Sender], caplog: pytest.LogCaptureFixture
) -> None:
    server.start()
    lock = sqlite3.connect(server.database, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    sender = Sender(outbox, server.url)
    senders.append(sender)
    assert sender.add(event(1))
    slowest = 0.0
    while "status 500" not in caplog.text:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as connection:
            connection.sendall(b"GET /health HTTP/1.0\r\nHost: x\r\n\r\n")
            assert b"200 OK" in connection.recv(4096)
        slowest = max(slowest, time.monotonic() - began)
        assert time.monotonic() - began < SECONDS
    assert slowest < 3, "Other requests wait for the database."
    assert outbox.waiting() == 1
    lock.close()
    wait_until(lambda: server.stored() == [event(1).id], "it is delivered when the lock is gone")


def test_another_server_at_the_address_does_not_confirm(outbox: Outbox, running: ActionServer) -> None:
    outbox.put(event(1))
    sender = Sender(outbox, running.url.replace("/webhook", "/nothing"))
    assert sender.deliver() == (0, 1)
    assert Sender(outbox, running.url).deliver() == (1, 0)


def test_a_server_that_never_answers_delays_nobody(outbox: Outbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sender = Sender(outbox, f"http://127.0.0.1:{silent.getsockname()[1]}/webhook")
        began = time.monotonic()
        assert all(sender.add(event(number)) for number in range(10))
        assert time.monotonic() - began < module.TIMEOUT_SECONDS / 2
    sender.stop()
    assert outbox.waiting() == 10


def test_a_disk_that_hangs_delays_nobody_for_long(
    outbox: Outbox, senders: list[Sender], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DISK_SECONDS", 0.25)
    goes_on = threading.Event()

    class Hanging(Outbox):
        """A folder on a network drive that does not answer; no real one is at hand."""

        def put(self, event: CrisisEvent) -> bool:
            goes_on.wait(SECONDS)
            return super().put(event)

    sender = Sender(Hanging(outbox.folder), f"http://127.0.0.1:{free_port()}/webhook")
    senders.append(sender)
    began = time.monotonic()
    assert sender.add(event(1)) is False
    assert time.monotonic() - began < module.DISK_SECONDS + 1
    goes_on.set()
    wait_until(lambda: outbox.waiting() == 1, "it is written when the disk goes on")


def test_without_a_disk_an_event_is_delivered_from_memory(
    tmp_path: Path, running: ActionServer, senders: list[Sender], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    sender = Sender(Outbox(tmp_path / "file"), running.url)
    senders.append(sender)
    unwritten = event(1, conversation="no disk")
    sender.add(unwritten)
    wait_until(lambda: unwritten.id in running.stored(), "it is delivered")
    assert "is not on disk; kept in memory" in caplog.text


def test_what_the_disk_did_not_take_is_written_when_it_does(tmp_path: Path, senders: list[Sender]) -> None:
    folder = tmp_path / "outbox"
    folder.touch()
    sender = Sender(Outbox(folder), f"http://127.0.0.1:{free_port()}/webhook")
    senders.append(sender)
    assert sender.add(event(1)) is False
    folder.unlink()
    wait_until(lambda: Outbox(folder).waiting() == 1, "it is on disk")


def records(count: int, folder: Path, url: str) -> tuple[subprocess.Popen[str], str]:
    """Return a process that recorded events by `record`, and what it said."""
    environment = {**os.environ, "IPT_CRISIS_OUTBOX": str(folder), "IPT_ACTION_URL": url}
    process = subprocess.Popen(
        [sys.executable, "-c", RECORDS, str(count)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_events_of_a_killed_process_are_delivered_by_the_next(outbox: Outbox, server: ActionServer) -> None:
    killed, said = records(5, outbox.folder, server.url)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=10)
    assert said == str([True] * 5) and outbox.waiting() == 5
    server.start()
    restarted, _ = records(0, outbox.folder, server.url)
    wait_until(lambda: outbox.waiting() == 0, "a started process delivers what waits")
    restarted.communicate("", timeout=10)
    assert restarted.returncode == 0, "The sender's thread must not keep a process from ending."
    again, said = records(5, outbox.folder, server.url)
    again.communicate("", timeout=10)
    assert said == str([True] * 5) and outbox.waiting() == 0
    assert sorted(server.stored()) == sorted(event(number).id for number in range(5))


def test_recording_never_raises(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    process, said = records(2, tmp_path / "file", f"http://127.0.0.1:{free_port()}/webhook")
    assert said == str([False] * 2)
    _, errors = process.communicate("", timeout=10)
    assert process.returncode == 0 and "is not on disk; kept in memory" in errors
