"""What every page's template can use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from assistant.content.console import load_console
from console.staff.roles import roles_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the words of the console and the roles of who is signed in with a second factor."""
    user = getattr(request, "user", None)
    verified = bool(user and user.is_authenticated and user.is_verified())
    return {
        "words": load_console(),
        "roles": roles_of(user) if verified else frozenset(),
        "verified": verified,
        "idle_seconds": int(settings.SESSION_IDLE.total_seconds()),
    }
