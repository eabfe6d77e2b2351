"""Writes the audit: every read and change, who, when, what, from where. Not what anybody wrote, nor what they searched."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from console.staff.addresses import address_of
from console.staff.models import AuditEntry

# What is recorded; content/console.yml says each in words, under `audit.actions`.
SIGNED_IN, SIGNED_OUT, SIGN_IN_FAILED, LOCKED_OUT = "signed_in", "signed_out", "sign_in_failed", "locked_out"
SESSION_ENDED = "session_ended"
REFUSED = "refused"
LISTED, READ, CHANGED, NOTED = "listed", "read", "changed", "noted"
ACKNOWLEDGED = "acknowledged"
EXPORTED, PRINTED, ERASED = "exported", "printed", "erased"
AUDIT_READ, STAFF_LISTED = "audit_read", "staff_listed"
STAFF_ADDED, STAFF_CHANGED = "staff_added", "staff_changed"
FACTOR_RESET, SET_UP_LINK, SET_UP = "factor_reset", "set_up_link", "set_up"
RECOVERY_CODES = "recovery_codes"


def record(
    request: HttpRequest | None,
    action: str,
    on: Model | None = None,
    *,
    user: Any = None,
    who: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry.

    Args:
        request: the web request, for who and from where; `None` for a command or a rule.
        action: one of the actions above.
        on: what it was done to.
        user: who, where it is not the request's user.
        who: the name that was typed, where nobody is signed in; the command's name where there is no request.
        detail: more, such as `{"field": "status", "to": "booked"}`. Never words of a visitor or of a note.
    """
    if user is None and request is not None and getattr(request, "user", None) and request.user.is_authenticated:
        user = request.user
    return AuditEntry.objects.create(
        user=user,
        who=(who or (user.get_username() if user else ""))[:150],
        action=action,
        kind=on._meta.model_name if on is not None else "",
        object_id=str(on.pk) if on is not None else "",
        address=address_of(request) if request is not None else None,
        detail=detail or {},
    )
