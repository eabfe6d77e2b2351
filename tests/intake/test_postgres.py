"""Contact requests in PostgreSQL: with a role that cannot read them, and with the server stopped in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.conftest import ROOT, migrate
from tests.databases import postgresql

ROLE = "ipt_chat"
CONTENT = (
    "for_whom, relation, reason, hopes, mode, times, language, therapist_gender, barriers, contact_method, phone, email, reach_when, "
    "safe_to_leave_message, name, age_band, trusted_adult, urgency, summary, consent_words, transcript_attached, transcript"
)
GRANTS = f"""
CREATE ROLE {ROLE} LOGIN;
GRANT INSERT, SELECT (id, reference, conversation, withdrawn_at, version),
  UPDATE ({CONTENT}, withdrawn_at, updated_at, version) ON intake_contactrequest TO {ROLE};
GRANT INSERT, SELECT (id) ON intake_change TO {ROLE};
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with the console's tables and the chat's role; its superuser's address."""
    with postgresql() as address:
        migrate(address)
        with psycopg2.connect(address) as connection, connection.cursor() as cursor:
            cursor.execute(GRANTS)
        yield address


def send(address: str, folder: Path, *arguments: object) -> list[str]:
    variables = {**os.environ, "IPT_CONSOLE_URL": address, "IPT_CONTACT_OUTBOX": str(folder)}
    command = [sys.executable, "-m", "tests.intake.sender", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def as_role(address: str) -> str:
    return address.replace("postgres@", f"{ROLE}@")


def query(address: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())
    finally:
        connection.close()


def test_a_role_that_cannot_read_requests_stores_and_takes_back(server: str, tmp_path: Path) -> None:
    chat = as_role(server)
    assert send(chat, tmp_path, "send", 0, 2)[1::2] == ["told 0 stored", "told 1 stored"]
    assert send(chat, tmp_path, "send", 0, 1)[-1] == "told 0 stored"
    assert sorted(query(server, "SELECT reason FROM intake_contactrequest")) == [("reason 0",), ("reason 1",)]
    for column in ("reason", "phone", "summary", "*"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            query(chat, f"SELECT {column} FROM intake_contactrequest")
    assert send(chat, tmp_path, "withdraw", 0, 1)[-1] == "told 0 withdrawn"
    rows = query(server, "SELECT reason, phone, version FROM intake_contactrequest WHERE withdrawn_at IS NOT NULL")
    assert rows == [("", "", 2)]
    assert query(server, "SELECT field, version FROM intake_change") == [("withdrawn", 2)]


def test_a_server_that_hangs_is_waited_for_a_moment_and_gets_it_later(server: str, tmp_path: Path) -> None:
    chat = as_role(server)
    (pid,) = query(server, "SELECT pg_read_file('postmaster.pid', 0, 20)")[0]
    postmaster = int(str(pid).split()[0])
    os.kill(postmaster, signal.SIGSTOP)
    try:
        assert send(chat, tmp_path, "send", 7, 8)[-1] == "told 7 queued"
    finally:
        os.kill(postmaster, signal.SIGCONT)
    send(chat, tmp_path, "deliver")
    assert query(server, "SELECT count(*) FROM intake_contactrequest WHERE reason = 'reason 7'") == [(1,)]
    assert not list(tmp_path.glob("*.json"))


def test_a_stopped_server_loses_nothing(tmp_path: Path) -> None:
    with postgresql() as address:
        nobody = address.replace(address.rsplit(":", 1)[1].split("/")[0], "1")
        assert send(nobody, tmp_path, "send", 0, 3)[1::2] == [f"told {number} queued" for number in range(3)]
        migrate(address)
        assert send(address, tmp_path, "deliver") == ["3 0"]
        assert query(address, "SELECT count(*) FROM intake_contactrequest") == [(3,)]
