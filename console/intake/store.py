"""Stores what the chat sends: a contact request once, and that one was taken back.

Runs in the action server, with the chat's own database role where the clinic has set one up. That role may insert requests, empty them, and
look up `READ`; what a person wrote it cannot read (docs/contact-requests.md has the grants).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from console.intake.models import Change, ContactRequest
from console.intake.reference import reference_of
from console.privacy.sqlite_log import empty_log

READ = ("id", "reference", "conversation", "withdrawn_at", "version")  # columns the chat's role may select
ATTEMPTS = 5  # references tried; one in 148 million is another request's, for each request there is
WITHDRAWN = "withdrawn"  # the change that stands in the request's history
MOMENTS = ("created_at", "consent_at")
FIELDS = (
    *("id", "created_at", "conversation", "channel", "country", "consent_at"),
    *ContactRequest.CONTENT,
)


def store_request(data: dict[str, Any]) -> str:
    """Store a request durably and return its reference; one that is there already is left as it is.

    Args:
        data: values of `FIELDS`; `id` a UUID, moments in ISO 8601.

    Raises:
        ValueError: `data` has no id, an unknown key, or a moment that cannot be read.
        DatabaseError: the database is down, or refuses it.
    """
    unknown = sorted(data.keys() - set(FIELDS))
    if unknown or "id" not in data:
        raise ValueError(
            f"A request needs `id`, and takes {', '.join(FIELDS)}. Unknown: {', '.join(unknown) or 'none'}."
        )
    values = {key: _moment(value) if key in MOMENTS else value for key, value in data.items()}
    number = values["id"] = uuid.UUID(str(data["id"]))
    for attempt in range(ATTEMPTS):
        request = ContactRequest(**values, reference=reference_of(number, attempt))
        try:
            with transaction.atomic():
                request.save(force_insert=True)
            return str(request.reference)
        except IntegrityError:
            known = reference_stored(number)
            if known is not None:
                return known
    raise IntegrityError(f"No free reference for request {number}.")


def reference_stored(number: uuid.UUID | str) -> str | None:
    """Return the reference of a stored request, `None` if it is not there.

    Raises:
        DatabaseError: the database is down.
    """
    found = ContactRequest.objects.filter(pk=number).values_list("reference", flat=True).order_by().first()
    return str(found) if found is not None else None


def withdrawn(number: uuid.UUID | str) -> bool:
    """Return whether a stored request was taken back.

    Raises:
        DatabaseError: the database is down.
    """
    return ContactRequest.objects.filter(pk=number, withdrawn_at__isnull=False).order_by().values("id").exists()


def withdraw_request(reference: str, conversation: str) -> bool:
    """Empty a request of what the person wrote and mark it as taken back; return whether it is so now.

    Args:
        reference: such as `K7M-3QD`.
        conversation: the one it was sent from; no other can take it back.

    Raises:
        DatabaseError: the database is down.
    """
    if not conversation:
        return False
    mine = ContactRequest.objects.filter(reference=reference, conversation=conversation).order_by()
    for _ in range(ATTEMPTS):
        known = mine.values("id", "version", "withdrawn_at").first()
        if known is None or known["withdrawn_at"]:
            return known is not None
        now, version = timezone.now(), known["version"] + 1
        with transaction.atomic():
            # Staff may be changing it at this moment; then it is tried again with what they made of it.
            changed = mine.filter(version=known["version"], withdrawn_at__isnull=True).update(
                **ContactRequest.emptied(), withdrawn_at=now, updated_at=now, version=version
            )
            if changed:
                Change.objects.create(request_id=known["id"], version=version, changed_at=now, by=None, field=WITHDRAWN)
        if changed:
            empty_log()  # the words are overwritten in the file, but would stay in SQLite's log
            return True
    raise OperationalError(f"Request {reference} is being changed all the time.")


def _moment(value: Any) -> Any:
    """Return an ISO 8601 moment; others as they are."""
    return datetime.fromisoformat(value) if isinstance(value, str) and value else value or None
