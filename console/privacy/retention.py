"""Erases what is over its time, in every store. Each store by itself, so that one that is down does not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q

from assistant.stores.retention import Conversations
from console.intake.models import OPEN_REQUESTS, ContactRequest, CrisisEvent, Status
from console.privacy.outboxes import set_aside
from console.privacy.periods import Periods
from console.privacy.sqlite_log import empty_log
from console.staff import audit
from console.staff.models import AuditEntry

logger = logging.getLogger("console.retention")

AT_ONCE = 200  # rows in one transaction, so that staff and chat never wait long to write
WHO = "retention"  # in the audit


@dataclass
class Outcome:
    """What was erased, or would be, by its name; what is left to do; and which stores could not be reached."""

    erased: dict[str, int] = field(default_factory=dict)
    open_for_long: int = 0
    problems: list[str] = field(default_factory=list)


def erase(periods: Periods, now: datetime, dry_run: bool = False) -> Outcome:
    """Erase everything that is over its time.

    Args:
        periods: how long things are kept.
        now: with its offset from UTC.
        dry_run: only count.
    """
    outcome = Outcome()
    for name, work in _steps(periods, now, dry_run):
        try:
            outcome.erased[name] = work()
        except (DatabaseError, sa.exc.SQLAlchemyError, OSError) as error:
            # Only the kind of error: a database's own words may hold a person's.
            outcome.problems.append(f"{name}: {type(error).__name__}")
            logger.debug("Erasing of %s failed.", name, exc_info=True)
    try:
        outcome.open_for_long = ContactRequest.objects.filter(
            OPEN_REQUESTS, withdrawn_at=None, updated_at__lt=now - periods.requests
        ).count()
        if not dry_run:
            _note(outcome)
            if not empty_log():
                logger.warning(
                    "The write-ahead log of the console's database is in use; it is emptied at the next run."
                )
    except DatabaseError as error:
        outcome.problems.append(f"console: {type(error).__name__}")
    return outcome


def _steps(periods: Periods, now: datetime, dry_run: bool) -> Iterator[tuple[str, Callable[[], int]]]:
    def of(name: str, rows: models.QuerySet) -> tuple[str, Callable[[], int]]:
        return name, rows.count if dry_run else lambda: _delete(rows)

    yield "conversations", lambda: _conversations(now - periods.conversations, dry_run)
    over = Q(status=Status.CLOSED, updated_at__lt=now - periods.requests) | Q(withdrawn_at__lt=now - periods.requests)
    yield of("requests", ContactRequest.objects.filter(over).order_by("pk"))
    yield of("crisis events", CrisisEvent.objects.filter(raised_at__lt=now - periods.crisis).order_by("pk"))
    yield "audit entries", lambda: _audit(now - periods.audit, dry_run)
    yield of("sessions", Session.objects.filter(expire_date__lt=now).order_by("pk"))
    failed = now - periods.sign_in_failures
    yield of("failed sign-ins", AccessAttempt.objects.filter(attempt_time__lt=failed).order_by("pk"))
    yield of("logged sign-in failures", AccessFailureLog.objects.filter(attempt_time__lt=failed).order_by("pk"))
    yield "files set aside", lambda: _files(now - periods.requests, dry_run)


def _conversations(before: datetime, dry_run: bool) -> int:
    stored = Conversations()
    try:
        return stored.count_older(before) if dry_run else stored.erase_older(before).conversations
    finally:
        stored.engine.dispose()


def _delete(rows: models.QuerySet) -> int:
    """Delete rows with what hangs on them, some at a time; return how many rows that were."""
    count = 0
    while keys := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            # Once more under the transaction: staff may have opened a request again.
            count += rows.filter(pk__in=keys).order_by().delete()[1].get(rows.model._meta.label, 0)
    return count


def _audit(before: datetime, dry_run: bool) -> int:
    """Delete audit entries, which the console itself cannot: they can only be added and read."""
    if dry_run:
        return AuditEntry.objects.filter(at__lt=before).count()
    column = connection.ops.quote_name("at")
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(before)
        cursor.execute(f"DELETE FROM {AuditEntry._meta.db_table} WHERE {column} < %s", [moment])
        return max(0, cursor.rowcount)


def _files(before: datetime, dry_run: bool) -> int:
    """Delete files that an outbox set aside because they cannot be read; nobody else ever does."""
    found: list[Path] = [file for file in set_aside() if file.stat().st_mtime < before.timestamp()]
    if not dry_run:
        for file in found:
            file.unlink(missing_ok=True)
    return len(found)


def _note(outcome: Outcome) -> None:
    """Leave in the audit how much was erased, if anything was."""
    counts = {name: count for name, count in outcome.erased.items() if count}
    if counts:
        audit.record(None, audit.ERASED, who=WHO, detail=counts)
