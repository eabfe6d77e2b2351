"""For administrators: who is on the staff, in which roles; the audit."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from assistant.content.console import load_console
from console.staff import audit, roles, set_up
from console.staff.access import allowed
from console.staff.forms import PersonForm
from console.staff.messages import say
from console.staff.models import AuditEntry

PAGE = 100
LINK = "set_up_link"  # in the session, until it was shown
OWN, LAST = "own", "last_administrator"


@allowed(roles.ADMINISTRATOR)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """List the staff."""
    audit.record(request, audit.STAFF_LISTED)
    return _page(request, PersonForm())


@allowed(roles.ADMINISTRATOR)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add a colleague and show their set-up link, once."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    data = form.cleaned_data
    user = set_up.add_person(data["username"], data["name"], data["roles"])
    audit.record(request, audit.STAFF_ADDED, user, detail={"roles": data["roles"]})
    _show_link(request, user)
    return redirect("staff:people")


@allowed(roles.ADMINISTRATOR)
@require_POST
def set_roles(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a colleague other roles."""
    user = _person(user_id)
    wanted = sorted(set(request.POST.getlist("roles")) & set(roles.ROLES))
    with transaction.atomic():
        if roles.ADMINISTRATOR not in wanted and _last_administrator(user):
            return _refuse(request, LAST)
        user.groups.set(Group.objects.filter(name__in=wanted))
    audit.record(request, audit.STAFF_CHANGED, user, detail={"field": "roles", "to": wanted})
    say(request, "people", "roles_changed", _name(user))
    return redirect("staff:people")


@allowed(roles.ADMINISTRATOR)
@require_POST
def reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """Take a colleague's second factor and password away and show a new set-up link (lost phone, forgotten password)."""
    user = _person(user_id)
    if user == request.user:
        return _refuse(request, OWN)
    with transaction.atomic():
        set_up.remove_devices(user)
        user.set_unusable_password()  # ends their sessions
        user.save()
    audit.record(request, audit.FACTOR_RESET, user)
    _show_link(request, user)
    return redirect("staff:people")


@allowed(roles.ADMINISTRATOR)
@require_POST
def set_active(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a colleague sign in no more, or again."""
    user, active = _person(user_id), request.POST.get("active") == "1"
    if user == request.user:
        return _refuse(request, OWN)
    if not active and _last_administrator(user):
        return _refuse(request, LAST)
    user.is_active = active
    user.save()
    audit.record(request, audit.STAFF_CHANGED, user, detail={"field": "active", "to": active})
    say(request, "people", "let_in" if active else "shut_out", _name(user))
    return redirect("staff:people")


@allowed(roles.ADMINISTRATOR)
@require_GET
def audit_list(request: HttpRequest) -> HttpResponse:
    """Show the audit, newest first, by person, by action or by object."""
    names = load_console()["audit_actions"]
    found = AuditEntry.objects.select_related("user")
    who, action, of = (request.GET.get(name, "") for name in ("who", "action", "of"))
    if who.isdecimal():
        found = found.filter(user=int(who))
    if action in names:
        found = found.filter(action=action)
    if of:
        found = found.filter(object_id=of[:64])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    audit.record(request, audit.AUDIT_READ, detail={"page": page.number})
    query = request.GET.copy()
    query.pop("page", None)
    staff = get_user_model().objects.order_by("first_name", "username")
    context = {"page": page, "staff": staff, "who": who, "action": action, "of": of, "query": query.urlencode()}
    return render(request, "staff/audit.html", context)


def _page(request: HttpRequest, form: PersonForm, status: int = 200) -> HttpResponse:
    staff = (
        get_user_model()
        .objects.prefetch_related("groups")
        .annotate(factors=Count("totpdevice", filter=Q(totpdevice__confirmed=True)))
        .order_by("-is_active", "first_name", "username")
    )
    rows = [(person, [group.name for group in person.groups.all()]) for person in staff]
    context = {"rows": rows, "form": form, "all_roles": roles.ROLES, "link": request.session.pop(LINK, None)}
    return render(request, "staff/people.html", context, status=status)


def _show_link(request: HttpRequest, user: Any) -> None:
    request.session[LINK] = {"name": _name(user), "address": request.build_absolute_uri(set_up.make_link(user))}
    audit.record(request, audit.SET_UP_LINK, user)


def _refuse(request: HttpRequest, why: str) -> HttpResponse:
    say(request, "people", why, problem=True)
    return redirect("staff:people")


def _person(user_id: int) -> Any:
    return get_object_or_404(get_user_model(), pk=user_id)


def _name(user: Any) -> str:
    return str(user.get_full_name() or user.get_username())


def _last_administrator(user: Any) -> bool:
    others = get_user_model().objects.filter(groups__name=roles.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    return not others.exists()
