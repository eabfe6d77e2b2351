"""Erasing by the person reaches every store: read in the raw files of the databases, their logs and the outboxes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.stores.tracker_store import ErasableSQLTrackerStore
from tests.conftest import ROOT, migrate
from tests.intake.requests import Clinic, request_of

NUMBER = 7310  # the request's words are "reason 7310", its conversation is "somebody"
WORDS = request_of(NUMBER)["reason"]
PHONE = request_of(NUMBER)["phone"]


def files_with(folder: Path, words: str) -> set[str]:
    """Return the names of all files below a folder that hold these words."""
    found = (file for file in folder.rglob("*") if file.is_file())
    return {file.name for file in found if words.encode() in file.read_bytes()}


def send(clinic: Clinic, *task: object) -> str:
    """Let the action server's code do something; return its last line."""
    command = [sys.executable, "-m", "tests.intake.sender", *map(str, task)]
    environment = {**os.environ, **clinic.environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.splitlines()[-1]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ErasableSQLTrackerStore:
    """The tracker store, with a conversation in which the request was made."""
    monkeypatch.setenv("IPT_TRACKER_URL", f"sqlite:///{tmp_path / 'conversations.db'}")
    store = ErasableSQLTrackerStore(domain=Domain.load(str(ROOT / "domain.yml")))
    events = [UserUttered(WORDS), SlotSet("contact", {"answers": {"reason": WORDS}}), UserUttered(PHONE)]
    asyncio.run(store.save(DialogueStateTracker.from_events("somebody", events, store.domain.slots)))
    return store


def test_erasing_the_chat_leaves_only_the_request_and_withdrawing_leaves_nothing(
    store: ErasableSQLTrackerStore, tmp_path: Path
) -> None:
    clinic = Clinic(tmp_path)
    migrate(clinic.environment["IPT_CONSOLE_URL"])
    assert send(clinic, "send", NUMBER, NUMBER + 1) == f"told {NUMBER} stored"
    assert any(name.startswith("conversations.db") for name in files_with(tmp_path, WORDS))

    store.erase("somebody")
    assert {name.split("-")[0] for name in files_with(tmp_path, WORDS)} == {"console.db"}  # sent with consent: stays

    assert send(clinic, "withdraw", NUMBER, NUMBER + 1) == f"told {NUMBER} withdrawn"
    assert files_with(tmp_path, WORDS) == files_with(tmp_path, PHONE) == set()
    ((_, reason, withdrawn),) = clinic.rows()  # that there was one, and that it was taken back
    assert (reason, withdrawn) == ("", True)


def test_half_a_request_leaves_nothing_when_the_chat_is_erased(store: ErasableSQLTrackerStore, tmp_path: Path) -> None:
    store.erase("somebody")
    assert files_with(tmp_path, WORDS) == files_with(tmp_path, PHONE) == set()


def test_a_request_that_still_waits_on_disk_is_withdrawn_from_there_too(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path)  # its database has no tables yet: nothing can be stored
    assert send(clinic, "send", NUMBER, NUMBER + 1) == f"told {NUMBER} queued"
    assert files_with(tmp_path, WORDS)
    assert send(clinic, "withdraw", NUMBER, NUMBER + 1) == f"told {NUMBER} withdrawn"
    assert not clinic.waiting() and files_with(tmp_path, WORDS) == set()


def test_what_the_retention_job_erases_is_gone_from_the_files_too(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path)
    migrate(clinic.environment["IPT_CONSOLE_URL"])
    send(clinic, "send", NUMBER, NUMBER + 1)
    clinic.execute("UPDATE intake_contactrequest SET status = 'closed', updated_at = '2020-01-01 00:00:00'")
    environment = {
        **os.environ,
        **clinic.environment,
        "IPT_TRACKER_URL": f"sqlite:///{tmp_path / 'conversations.db'}",
        "IPT_CRISIS_OUTBOX": str(tmp_path / "crisis"),
    }
    command = [sys.executable, "-m", "console", "retention"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout == "Erased: 1 requests.\n", done.stderr
    assert files_with(tmp_path, WORDS) == files_with(tmp_path, PHONE) == set()
