"""Ends sessions: a while after the last thing done, and a working day after signing in."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from console.staff import audit

SIGNED_IN_AT, ACTIVE_AT = "signed_in_at", "active_at"
BY_ITSELF = "X-Console-Poll"  # a page asking for news is nobody doing something
WRITE_SECONDS = 30  # `active_at` is stored this often, not with every request


class SessionEndMiddleware:
    """Signs out whose session is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = time.time()
            if _over(request, now):
                audit.record(request, audit.SESSION_ENDED)
                logout(request)
                request.session_ended = True
            elif not request.headers.get(BY_ITSELF) and now - request.session[ACTIVE_AT] > WRITE_SECONDS:
                request.session[ACTIVE_AT] = now
        return self.get_response(request)


def begin(request: HttpRequest) -> None:
    """Note that a session begins now."""
    request.session[SIGNED_IN_AT] = request.session[ACTIVE_AT] = time.time()


def _over(request: HttpRequest, now: float) -> bool:
    idle = now - request.session.get(ACTIVE_AT, 0)
    age = now - request.session.get(SIGNED_IN_AT, 0)
    return bool(idle > settings.SESSION_IDLE.total_seconds() or age > settings.SESSION_LONGEST.total_seconds())
