"""The roles of a clinic's PostgreSQL: each process can do its work, and no more. With a real server and passwords."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from tests.conftest import ROOT, migrate
from tests.databases import postgres_programs, postgresql

PASSWORDS = {"assistant": "pass word'1", "actions": "actions-2", "console": "console-3"}
REQUESTS, EVENTS = "intake_contactrequest", "crisis_events"


@dataclass(frozen=True)
class Server:
    """A server with both databases; `roles` are addresses by role."""

    superuser: str

    def address(self, role: str, database: str) -> str:
        """Return the address of a database for a role."""
        password = PASSWORDS[role].replace(" ", "%20").replace("'", "%27")
        place = re.sub(r".*@([^/]+)/.*", r"\1", self.superuser)
        return f"postgresql://ipt_{role}:{password}@{place}/ipt_{database}"

    def query(self, role: str, database: str, statement: str) -> list[tuple[object, ...]]:
        """Run a statement as a role."""
        connection = psycopg2.connect(self.address(role, database))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def environment(self, role: str) -> dict[str, str]:
        """Return the variables of the process that has this role."""
        named = {
            "IPT_CONSOLE_URL": self.address(role, "console"),
            "IPT_TRACKER_URL": self.address(role, "conversations"),
        }
        return {**os.environ, **named}


def run(server: Server, role: str, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    variables = {**server.environment(role), **more}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql("scram-sha-256") as superuser:
        made = Server(superuser)
        secrets = {f"IPT_{role.upper()}_PASSWORD": password for role, password in PASSWORDS.items()}
        psql = [str(postgres_programs() / "psql"), superuser, "-q", "-f", str(ROOT / "deploy/postgres/roles.sql")]
        for _ in range(2):  # it may be run again
            done = subprocess.run(psql, env={**os.environ, **secrets}, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stderr
        migrate(made.address("console", "console"))
        for _ in range(2):
            done = run(made, "console", "console", "grants")
            assert done.returncode == 0, done.stderr
        yield made


def refused(server: Server, role: str, database: str, statement: str) -> bool:
    try:
        server.query(role, database, statement)
    except psycopg2.errors.InsufficientPrivilege:
        return True
    return False


def test_the_chats_side_sends_and_withdraws_but_cannot_read(server: Server, tmp_path: Path) -> None:
    outbox = {"IPT_CONTACT_OUTBOX": str(tmp_path)}
    done = run(server, "actions", "tests.intake.sender", "send", "0", "2", **outbox)
    assert done.stdout.splitlines()[1::2] == ["told 0 stored", "told 1 stored"], done.stderr
    done = run(server, "actions", "tests.intake.sender", "withdraw", "0", "1", **outbox)
    assert done.stdout.splitlines()[-1] == "told 0 withdrawn", done.stderr
    rows = server.query("console", "console", f"SELECT reason FROM {REQUESTS} ORDER BY reason")
    assert rows == [("",), ("reason 1",)]
    for column in ("reason", "name", "phone", "email", "summary", "transcript", "status", "*"):
        assert refused(server, "actions", "console", f"SELECT {column} FROM {REQUESTS}"), column
    assert refused(server, "actions", "console", f"DELETE FROM {REQUESTS}")
    assert refused(server, "actions", "console", f"UPDATE {REQUESTS} SET status = 'closed'")
    assert refused(server, "actions", "console", f"UPDATE {REQUESTS} SET name = '' RETURNING name")


def test_the_chats_side_reports_danger_but_cannot_read_or_remove_it(server: Server) -> None:
    store = "from actions.crisis_events import store; from tests.safety import event; print(store(event(1)), store(event(1)))"
    done = subprocess.run(
        [sys.executable, "-c", store], cwd=ROOT, env=server.environment("actions"), capture_output=True, text=True
    )
    assert done.stdout == "True False\n", done.stderr
    assert server.query("console", "console", f"SELECT kind FROM {EVENTS}") == [("crisis_suicide",)]
    for statement in (f"SELECT kind, conversation FROM {EVENTS}", f"DELETE FROM {EVENTS}"):
        assert refused(server, "actions", "console", statement)


def test_nothing_else_of_the_console_is_open_to_the_chats_side(server: Server) -> None:
    tables = server.query(
        "console", "console", "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    )
    assert len(tables) > 15
    for (table,) in tables:
        assert refused(server, "actions", "console", f"SELECT * FROM {table}"), table
        assert refused(server, "actions", "console", f"DELETE FROM {table}"), table
        if table not in (REQUESTS, EVENTS, "intake_change"):
            assert refused(server, "actions", "console", f"INSERT INTO {table} DEFAULT VALUES"), table
    assert refused(server, "actions", "console", "CREATE TABLE mine (id int)")


def test_nobody_gets_into_a_database_that_is_not_theirs(server: Server) -> None:
    for role, database in (("assistant", "console"), ("actions", "conversations")):
        with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
            server.query(role, database, "SELECT 1")


def test_conversations_are_the_assistants_and_the_console_erases_them(server: Server) -> None:
    make = (
        "import asyncio, time; from rasa.shared.core.domain import Domain; from rasa.shared.core.events import UserUttered;"
        "from rasa.shared.core.trackers import DialogueStateTracker as T;"
        "from assistant.stores.tracker_store import ErasableSQLTrackerStore as S;"
        "s = S(domain=Domain.load('domain.yml'));"
        "asyncio.run(s.save(T.from_events('old', [UserUttered('hello', timestamp=time.time() - 90000)], s.domain.slots)));"
        "asyncio.run(s.save(T.from_events('new', [UserUttered('hello')], s.domain.slots)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", make], cwd=ROOT, env=server.environment("assistant"), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "ix_events_timestamp" not in done.stderr
    done = run(server, "console", "console", "retention")
    assert (done.returncode, done.stdout) == (0, "Erased: 1 conversations.\n"), done.stderr
    assert server.query("assistant", "conversations", "SELECT DISTINCT sender_id FROM events") == [("new",)]
    assert refused(server, "console", "conversations", "INSERT INTO events (sender_id, type_name) VALUES ('a', 'b')")


def test_wrong_use_is_explained(server: Server, tmp_path: Path) -> None:
    done = run(server, "console", "console", "grants", "--role", "nobody")
    assert done.returncode == 1 and "deploy/postgres/roles.sql" in done.stderr and "Traceback" not in done.stderr
    done = run(server, "actions", "console", "grants")
    assert done.returncode == 1 and "the role that owns" in done.stderr
    done = run(server, "console", "console", "grants", IPT_CONSOLE_URL=f"sqlite:///{tmp_path / 'console.db'}")
    assert done.returncode == 0 and "SQLite knows no roles" in done.stdout
