"""Failures of signing in, for the audit."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from console.staff import audit


@receiver(user_login_failed)
def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Record a failure."""
    audit.record(request, audit.SIGN_IN_FAILED, who=_known(credentials.get("username")))


@receiver(user_locked_out)
def locked(sender: Any, request: HttpRequest | None = None, username: str | None = None, **_: Any) -> None:
    """Record that a name was locked at an address."""
    audit.record(request, audit.LOCKED_OUT, who=_known(username))


def _known(username: Any) -> str:
    """Return the name of somebody who exists; what else was typed there may be a password."""
    known = isinstance(username, str) and get_user_model().objects.filter(username__iexact=username).exists()
    return str(username).lower() if known else "?"
