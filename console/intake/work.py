"""What staff do with a request. Every change says which version it saw, so that nobody overwrites what they did not see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from console.intake.models import Acknowledgement, Change, ContactRequest, CrisisEvent, Note, SeenMark, Status

NOTE = "note"
CHANGEABLE = ("status", "closed_reason", "assigned_to", "follow_up_on")


@dataclass
class ClashError(Exception):
    """Somebody else changed the request after it was shown; nothing was stored.

    Attributes:
        request: the request as it is now.
        since: the changes since the version that was shown, oldest first.
        wanted: what was to be changed.
    """

    request: ContactRequest
    since: list[Change]
    wanted: dict[str, Any]


def change(request_id: uuid.UUID, seen: int, by: Any, **values: Any) -> list[Change]:
    """Change fields of a request and write its history.

    Args:
        request_id: which request.
        seen: the version that was shown to whom changes it.
        by: who.
        values: new values of fields of `CHANGEABLE`.

    Returns:
        What really changed; nothing, if all values were there already.

    Raises:
        ClashError: it has another version by now.
        ContactRequest.DoesNotExist: there is no such request.
    """
    with transaction.atomic():
        request = ContactRequest.objects.select_for_update().get(pk=request_id)
        if request.version != seen:
            since = list(request.changes.filter(version__gt=seen).select_related("by").order_by("version", "id"))
            raise ClashError(request, since, values)
        if values.get("status", request.status) != Status.CLOSED:
            values["closed_reason"] = ""
        changed = [name for name in CHANGEABLE if name in values and getattr(request, name) != values[name]]
        version, now = request.version + 1, timezone.now()
        changes = [
            Change(
                request=request,
                version=version,
                changed_at=now,
                by=by,
                field=name,
                before=as_text(getattr(request, name)),
                after=as_text(values[name]),
            )
            for name in changed
        ]
        if changes:
            for name in changed:
                setattr(request, name, values[name])
            _step(request, version, now, *changed)
            Change.objects.bulk_create(changes)
            mark_seen(request, by)
        return changes


def add_note(request_id: uuid.UUID, by: Any, text: str) -> Note:
    """Add a note; it never clashes, since it takes nothing away.

    Raises:
        ContactRequest.DoesNotExist: there is no such request.
    """
    with transaction.atomic():
        request = ContactRequest.objects.select_for_update().get(pk=request_id)
        seen_all = request.seen_marks.filter(by=by, version=request.version).exists()
        note = Note.objects.create(request=request, by=by, text=text)
        version, now = request.version + 1, timezone.now()
        _step(request, version, now)
        Change.objects.create(request=request, version=version, changed_at=now, by=by, field=NOTE)
        if seen_all:
            mark_seen(request, by)
        return note


def _step(request: ContactRequest, version: int, now: Any, *fields: str) -> None:
    request.version, request.updated_at = version, now
    request.save(update_fields=["version", "updated_at", *fields])


def as_text(value: Any) -> str:
    """Return a value as the history keeps it: of a person the name."""
    if value is None:
        return ""
    return value.get_full_name() or value.get_username() if hasattr(value, "get_username") else str(value)


def mark_seen(request: ContactRequest, by: Any) -> SeenMark | None:
    """Note that somebody saw the request as it is; return the mark as it was before, `None` if they never saw it."""
    mark, made = SeenMark.objects.get_or_create(request=request, by=by, defaults={"version": request.version})
    if not made and mark.version != request.version:
        SeenMark.objects.filter(pk=mark.pk).update(version=request.version, seen_at=timezone.now())
    return None if made else mark


def acknowledge(event: CrisisEvent, by: Any, note: str = "") -> tuple[Acknowledgement, bool]:
    """Take note of a crisis event; return its acknowledgement and whether this made it (somebody may have been first)."""
    try:
        with transaction.atomic():
            return Acknowledgement.objects.create(event=event, by=by, note=note), True
    except IntegrityError:
        return Acknowledgement.objects.select_related("by").get(event=event), False
