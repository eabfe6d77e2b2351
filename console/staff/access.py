"""Who may see which page: every view says so with a decorator from here; one that says nothing is refused to all.

@allowed(roles.INTAKE)       signed in with a second factor, and in this role (or one of these)
@signed_in                   signed in with a second factor
@anyone                      everybody, also nobody in particular
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from console.staff import audit
from console.staff.roles import ROLES, roles_of

View = TypeVar("View", bound=Callable[..., Any])

ATTRIBUTE = "console_access"
ANYONE, SIGNED_IN = "anyone", "signed in"


def allowed(*roles: str) -> Callable[[View], View]:
    """Open a view to the given roles.

    Raises:
        ValueError: there is no such role.
    """
    if not roles or set(roles) - set(ROLES):
        raise ValueError(f"roles must be of {ROLES}, not {roles}")
    return lambda view: _marked(view, frozenset(roles))


def signed_in(view: View) -> View:
    """Open a view to all who are signed in."""
    return _marked(view, SIGNED_IN)


def anyone(view: View) -> View:
    """Open a view to everybody."""
    return _marked(view, ANYONE)


def _marked(view: View, access: object) -> View:
    setattr(view, ATTRIBUTE, access)
    return view


class AccessMiddleware:
    """Lets nobody into a view that does not say that they may see it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: tuple[Any, ...], names: dict[str, Any]
    ) -> HttpResponse | None:
        """Return the answer to those who may not pass, `None` to the others.

        Raises:
            PermissionDenied: signed in, but not in a role that may see it.
        """
        access: Any = getattr(view, ATTRIBUTE, frozenset())
        if access == ANYONE:
            return None
        # A session without a second factor (django-otp marks those that have one) is as good as none.
        if not (request.user.is_authenticated and request.user.is_active and request.user.is_verified()):
            return _sign_in_first(request)
        if access == SIGNED_IN or access & roles_of(request.user):
            return None
        audit.record(request, audit.REFUSED, detail={"view": request.resolver_match.view_name})
        raise PermissionDenied


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(
            {"title": "Sign in first", "status": 401}, status=401, content_type="application/problem+json"
        )
    way_back = f"?next={quote(request.get_full_path())}" if request.method == "GET" and request.path != "/" else ""
    return redirect(f"{reverse('staff:login')}{way_back}")


def wants_json(request: HttpRequest) -> bool:
    """Return whether a script asks rather than a person."""
    return "application/json" in request.headers.get("Accept", "") or bool(request.headers.get("X-Console"))
