"""Signing in and out."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import login, logout
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from console.staff import audit, sessions
from console.staff.access import anyone, signed_in
from console.staff.forms import SignInForm
from console.staff.roles import ADMINISTRATOR, INTAKE, roles_of


@signed_in
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the page that one's role is for."""
    return redirect(_home_of(request.user))


@anyone
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name, password and code, and begin a session."""
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        login(request, user)
        sessions.begin(request)
        audit.record(request, audit.SIGNED_IN)
        return redirect(_way_back(request) or _home_of(user))
    return render(request, "staff/login.html", {"form": form, "next": _way_back(request)})


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    audit.record(request, audit.SIGNED_OUT)
    logout(request)
    return redirect("staff:login")


@signed_in
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Keep the session: sent while somebody types, or asks to stay."""
    request.session[sessions.ACTIVE_AT] = time.time()
    return HttpResponse(status=204)


@anyone
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say whether the console and its database answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    return JsonResponse({"status": "ok"})


@anyone
def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """Say that signing in is locked for a while."""
    return render(request, "staff/locked.html", status=429)


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else ""


def _home_of(user: Any) -> str:
    found = roles_of(user)
    if INTAKE in found:
        return resolve_url("intake:inbox")
    return resolve_url("staff:people" if ADMINISTRATOR in found else "staff:welcome")
