"""Pages for what went wrong."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from assistant.content.console import load_console
from console.staff.access import anyone, wants_json


@anyone
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400, "bad_request")


@anyone
def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, not in a role that may see it."""
    return _page(request, 403, "refused")


@anyone
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, a form that did not come from our own page, or from one that is too old."""
    return _page(request, 403, "csrf")


@anyone
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page(request, 404, "not_found")


@anyone
def failed(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(request, 500, "failed")


def _page(request: HttpRequest, status: int, name: str) -> HttpResponse:
    words: dict[str, Any] = load_console()["errors"][name]
    if wants_json(request):
        problem = {"title": words["title"], "detail": words["text"], "status": status}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    return render(request, "staff/error.html", {"error": words}, status=status)
