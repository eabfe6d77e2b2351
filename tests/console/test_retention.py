"""What is over its time is erased from the console; what is not stays; one store that is down does not stop the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from console.intake.models import Acknowledgement, Change, ContactRequest, CrisisEvent, Note
from console.privacy.periods import Periods
from console.privacy.retention import erase
from console.staff import audit
from console.staff.models import AuditEntry
from tests.conftest import ROOT, migrate
from tests.console.staff import stored
from tests.intake.requests import Clinic
from tests.safety import wait_until

NOW = datetime.now(timezone.utc)
PERIODS = Periods(timedelta(hours=24), timedelta(days=365), timedelta(days=365), timedelta(days=3 * 365))


@pytest.fixture(autouse=True)
def no_conversations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPT_TRACKER_URL", f"sqlite:///{tmp_path / 'conversations.db'}")
    monkeypatch.setenv("IPT_CRISIS_OUTBOX", str(tmp_path / "crisis"))
    monkeypatch.setenv("IPT_CONTACT_OUTBOX", str(tmp_path / "contact"))


def days_ago(number: float) -> datetime:
    return NOW - timedelta(days=number)


def event(number: int, raised_at: datetime) -> CrisisEvent:
    return CrisisEvent.objects.create(
        id=str(number),
        kind="crisis_abuse",
        raised_at=raised_at,
        received_at=raised_at,
        conversation="x",
        channel="web",
    )


@pytest.mark.django_db
def test_requests_go_a_while_after_they_were_closed_or_withdrawn() -> None:
    colleague = get_user_model().objects.create_user("colleague")
    gone = stored(1, status="closed", updated_at=days_ago(366))
    Note.objects.create(request=gone, by=colleague, text="called")
    Change.objects.create(request=gone, version=2, field="status")
    stored(2, status="closed", updated_at=days_ago(364), created_at=days_ago(900))
    stored(3, withdrawn_at=days_ago(366), updated_at=days_ago(366))
    stored(4, withdrawn_at=days_ago(364))
    stored(5, status="waiting", updated_at=days_ago(400))
    outcome = erase(PERIODS, NOW)
    assert outcome.erased["requests"] == 2 and not outcome.problems
    assert sorted(ContactRequest.objects.values_list("reference", flat=True)) == ["K7M-002", "K7M-004", "K7M-005"]
    assert not Note.objects.exists() and not Change.objects.exists()
    assert outcome.open_for_long == 1  # staff are told, nothing is taken from them


@pytest.mark.django_db
def test_crisis_events_and_audit_have_periods_of_their_own() -> None:
    colleague = get_user_model().objects.create_user("colleague")
    for number, days in enumerate((366, 364, 1)):
        Acknowledgement.objects.create(event=event(number, days_ago(days)), by=colleague)
    AuditEntry.objects.bulk_create([AuditEntry(at=days_ago(days), action=audit.READ) for days in (1096, 1090, 1)])
    outcome = erase(PERIODS, NOW)
    assert (outcome.erased["crisis events"], outcome.erased["audit entries"]) == (1, 1)
    assert CrisisEvent.objects.count() == Acknowledgement.objects.count() == 2
    entry = AuditEntry.objects.get(action=audit.ERASED)
    assert (entry.who, entry.detail) == ("retention", {"crisis events": 1, "audit entries": 1})
    assert AuditEntry.objects.count() == 3
    erase(PERIODS, NOW)
    assert AuditEntry.objects.filter(action=audit.ERASED).count() == 1  # nothing to do leaves no entry


@pytest.mark.django_db
def test_a_request_is_erased_with_its_notes_when_a_person_asks_the_clinic() -> None:
    colleague = get_user_model().objects.create_user("colleague")
    item = stored(1, reference="K7M-3QD")
    Note.objects.create(request=item, by=colleague, text="called")
    stored(2)
    output = StringIO()
    call_command("erase", "k7m 3qd", stdout=output)
    assert "Request K7M-3QD is erased" in output.getvalue()
    assert [item.reference for item in ContactRequest.objects.all()] == ["K7M-002"] and not Note.objects.exists()
    entry = AuditEntry.objects.get(action=audit.ERASED)
    assert (entry.object_id, entry.detail) == (str(item.pk), {"reference": "K7M-3QD"})
    for wrong in ("K7M-3QD", "nonsense"):
        with pytest.raises(CommandError, match="There is no request"):
            call_command("erase", wrong)


@pytest.mark.django_db
def test_more_than_fit_into_one_transaction_all_go() -> None:
    for number in range(1, 451):
        stored(number, reference=f"{number:07d}", status="closed", updated_at=days_ago(400))
    assert erase(PERIODS, NOW).erased["requests"] == 450


@pytest.mark.django_db
def test_files_that_nobody_can_read_go_too(tmp_path: Path) -> None:
    for name, days in (("old", 366), ("new", 1)):
        file = tmp_path / "contact" / "broken" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("half a request")
        os.utime(file, times=(days_ago(days).timestamp(),) * 2)
    assert erase(PERIODS, NOW).erased["files set aside"] == 1
    assert [file.name for file in (tmp_path / "contact" / "broken").iterdir()] == ["new"]


@pytest.mark.django_db
def test_a_dry_run_counts_the_same_and_erases_nothing() -> None:
    stored(1, status="closed", updated_at=days_ago(366))
    event(1, days_ago(400))
    output = StringIO()
    call_command("retention", "--dry-run", stdout=output)
    assert output.getvalue() == "Would erase: 1 requests, 1 crisis events.\n"
    assert ContactRequest.objects.exists() and CrisisEvent.objects.exists() and not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_a_store_that_is_down_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IPT_TRACKER_URL", "postgresql://nobody@127.0.0.1:1/none")
    stored(1, status="closed", updated_at=days_ago(366))
    with pytest.raises(CommandError, match="Not reached: conversations: OperationalError"):
        call_command("retention", stdout=StringIO())
    assert not ContactRequest.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["0", "-1", "a day", "1.5", "999999999", "٣"])
def test_a_period_that_cannot_be_read_erases_nothing(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPT_REQUEST_RETENTION_DAYS", value)
    stored(1, status="closed", updated_at=days_ago(36600))
    with pytest.raises(CommandError, match="IPT_REQUEST_RETENTION_DAYS"):
        call_command("retention")
    assert ContactRequest.objects.exists()


def test_the_scheduled_job_waits_for_a_database_and_ends_when_told(tmp_path: Path) -> None:
    clinic, later, log = Clinic(tmp_path / "now"), Clinic(tmp_path / "later"), tmp_path / "log"
    migrate(later.environment["IPT_CONSOLE_URL"])
    sender = [sys.executable, "-m", "tests.intake.sender"]
    for task in (["send", "0", "1"], ["withdraw", "0", "1"]):
        subprocess.run([*sender, *task], cwd=ROOT, env={**os.environ, **later.environment}, check=True)
    later.execute("UPDATE intake_contactrequest SET withdrawn_at = '2020-01-01 00:00:00'")
    variables: dict[str, Any] = {
        **os.environ,
        **clinic.environment,
        "IPT_TRACKER_URL": f"sqlite:///{tmp_path / 'conversations.db'}",
    }
    command = [sys.executable, "-m", "console", "retention", "--every", "1h"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=output, stderr=output)
    try:
        wait_until(lambda: "Not reached" in log.read_text(), "it says that the console has no tables yet")
        later.database.replace(clinic.database)
        wait_until(lambda: not clinic.rows(), "it is tried again, and erased", 60)
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_wrong_options_are_explained() -> None:
    with pytest.raises(CommandError, match="write 30m, 1h or 1d"):
        call_command("retention", "--every", "hourly")
