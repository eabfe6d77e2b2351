"""Requests on their way to the clinic: never lost, never twice, whatever is killed or down."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, migrate
from tests.intake.requests import Clinic, request_of
from tests.intake.sender import STEPS
from tests.safety import wait_until

KILLS = 12
MANY = 400


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the console."""
    database = tmp_path_factory.mktemp("console") / "console.db"
    migrate(f"sqlite:///{database}")
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return database


@pytest.fixture
def clinic(tmp_path: Path, migrated: Path) -> Iterator[Clinic]:
    clinic = Clinic(tmp_path)
    shutil.copy(migrated, clinic.database)
    yield clinic


def begin(clinic: Clinic, *arguments: object, output: Path | None = None, **environment: str) -> subprocess.Popen[str]:
    """Start a sender; what it prints goes to a pipe, or to a file."""
    command = [sys.executable, "-m", "tests.intake.sender", *map(str, arguments)]
    variables = {**os.environ, **clinic.environment, **environment}
    target = output.open("w") if output else subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=variables, stdout=target, stderr=subprocess.PIPE, text=True)


def run(clinic: Clinic, *arguments: object, **environment: str) -> tuple[int, list[str]]:
    process = begin(clinic, *arguments, **environment)
    output, errors = process.communicate(timeout=120)
    assert process.returncode in (0, -signal.SIGKILL), errors
    return process.returncode, output.splitlines()


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_and_sent_again_it_is_there_once(clinic: Clinic, step: str) -> None:
    code, lines = run(clinic, "send", 0, 1, KILL_AT=step)
    assert code == -signal.SIGKILL and lines == ["begin 0"]  # nobody was told anything
    code, lines = run(clinic, "send", 0, 1)  # the person presses the button again
    assert lines[-1] == "told 0 stored"
    run(clinic, "deliver")
    assert [row[1] for row in clinic.rows()] == ["reason 0"]
    assert clinic.waiting() == 0


@pytest.mark.parametrize("step", ["before the database", "in the transaction", "stored", "marked"])
def test_killed_once_it_is_on_disk_it_arrives_without_the_person(clinic: Clinic, step: str) -> None:
    run(clinic, "send", 0, 1, KILL_AT=step)
    run(clinic, "deliver")
    assert [row[1] for row in clinic.rows()] == ["reason 0"]
    assert clinic.waiting() == 0


def test_killed_at_random_again_and_again_nothing_is_lost_and_nothing_is_twice(clinic: Clinic) -> None:
    chance, told, begun, first = random.Random(7), set(), set(), 0
    for kill in range(KILLS):
        output = clinic.folder / f"output {kill}"
        process = begin(clinic, "send", first, first + MANY, output=output)
        wanted = chance.randrange(1, 60)
        wait_until(lambda: len(output.read_text().splitlines()) >= wanted, "it sends")  # noqa: B023
        time.sleep(chance.random() / 100)  # so that it falls anywhere in a step; what is waited for came before
        process.kill()
        process.communicate(timeout=60)
        lines = output.read_text().splitlines()
        begun |= {int(line.split()[1]) for line in lines if line.startswith("begin")}
        told |= {int(line.split()[1]) for line in lines if line.startswith("told")}
        first = max(begun)  # the one that was cut off is sent again
    run(clinic, "send", first, first + 1)
    while clinic.waiting():
        run(clinic, "deliver")
    reasons = [row[1] for row in clinic.rows()]
    assert len(told) > KILLS
    assert len(reasons) == len(set(reasons))
    assert {f"reason {number}" for number in told} <= set(reasons)
    assert set(reasons) <= {f"reason {number}" for number in begun}


def test_with_the_database_down_it_is_kept_on_disk_and_delivered_later(clinic: Clinic) -> None:
    database = clinic.database.read_bytes()
    clinic.database.unlink()
    clinic.database.mkdir()
    _, lines = run(clinic, "send", 0, 2)
    assert lines[1::2] == ["told 0 queued", "told 1 queued"]
    assert clinic.waiting() == 2
    outbox = clinic.folder / "outbox"
    assert {stat.S_IMODE(file.stat().st_mode) for file in outbox.iterdir() if file.is_file()} == {0o600}
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o700
    clinic.database.rmdir()
    clinic.database.write_bytes(database)
    assert run(clinic, "deliver")[1] == ["2 0"]
    assert sorted(row[1] for row in clinic.rows()) == ["reason 0", "reason 1"]
    assert run(clinic, "send", 0, 1)[1][-1] == "told 0 stored"
    assert len(clinic.rows()) == 2


def test_without_tables_yet_it_waits(clinic: Clinic) -> None:
    clinic.database.unlink()
    assert run(clinic, "send", 0, 1)[1][-1] == "told 0 queued"
    migrate(clinic.environment["IPT_CONSOLE_URL"])
    run(clinic, "deliver")
    assert [row[1] for row in clinic.rows()] == ["reason 0"]


def test_what_is_taken_back_while_it_waits_never_reaches_the_clinic(clinic: Clinic) -> None:
    database = clinic.database.read_bytes()
    clinic.database.unlink()
    clinic.database.mkdir()
    run(clinic, "send", 0, 1)
    assert run(clinic, "withdraw", 0, 1)[1][-1] == "told 0 withdrawn"
    clinic.database.rmdir()
    clinic.database.write_bytes(database)
    run(clinic, "deliver")
    assert clinic.rows() == [] and clinic.waiting() == 0
    assert "reason 0" not in "".join(
        file.read_text() for file in (clinic.folder / "outbox").rglob("*") if file.is_file()
    )


def test_a_stored_request_is_emptied_when_it_is_taken_back_also_later(clinic: Clinic) -> None:
    run(clinic, "send", 0, 2)
    assert run(clinic, "withdraw", 0, 1)[1][-1] == "told 0 withdrawn"
    moved = clinic.database.with_name("away.db")
    clinic.database.rename(moved)
    clinic.database.mkdir()
    assert run(clinic, "withdraw", 1, 2)[1][-1] == "told 1 queued"
    clinic.database.rmdir()
    moved.rename(clinic.database)
    run(clinic, "deliver")
    assert [row[1:] for row in clinic.rows()] == [("", True), ("", True)]


def test_many_at_once_from_several_processes_are_all_there_once(clinic: Clinic) -> None:
    processes = [begin(clinic, "send", 0, 15) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=120)
    run(clinic, "deliver")
    assert sorted(row[0] for row in clinic.rows()) == sorted(request_of(number)["id"] for number in range(15))
