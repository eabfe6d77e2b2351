"""One's own account: password, recovery codes, another phone. Each asks for the present password."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from console.staff import audit, set_up
from console.staff.access import signed_in
from console.staff.forms import OldPasswordForm, PasswordForm
from console.staff.messages import say
from console.staff.views_set_up import CODES, SETTING_UP


@signed_in
@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """Where those land who see no requests: what is there for their role."""
    return render(request, "staff/welcome.html")


@signed_in
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show the account."""
    return _page(request, OldPasswordForm(request.user))


@signed_in
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Set another password; other sessions of the same person end."""
    old, new = OldPasswordForm(request.user, request.POST), PasswordForm(request.user, request.POST)
    if not (old.is_valid() & new.is_valid()):
        return _page(request, old, new, status=400)
    user = request.user
    user.first_name = new.cleaned_data["name"]
    user.set_password(new.cleaned_data["password"])
    user.save()
    update_session_auth_hash(request, user)
    audit.record(request, audit.STAFF_CHANGED, user, detail={"field": "password"})
    say(request, "account", "password_changed")
    return redirect("staff:account")


@signed_in
@require_POST
def new_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes; the old ones are void."""
    form = OldPasswordForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    request.session[CODES] = set_up.new_recovery_codes(request.user)
    audit.record(request, audit.RECOVERY_CODES, request.user)
    return redirect("staff:codes")


@signed_in
@require_POST
def new_phone(request: HttpRequest) -> HttpResponse:
    """Lead to the second step of setting up, where another second factor takes the place of this one."""
    form = OldPasswordForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    token = set_up.make_link(request.user).rstrip("/").rpartition("/")[2]
    request.session[SETTING_UP] = [request.user.pk, token]
    return redirect("staff:second_factor")


def _page(
    request: HttpRequest, old: OldPasswordForm, new: PasswordForm | None = None, status: int = 200
) -> HttpResponse:
    new = new or PasswordForm(request.user, initial={"name": request.user.first_name})
    return render(request, "staff/account.html", {"old": old, "new": new}, status=status)
