"""One request's page, and what is done on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from assistant.content.console import load_console
from console.intake import work
from console.intake.forms import ChangeForm, NoteForm, colleagues
from console.intake.lists import RequestFilter, neighbours, order_of
from console.intake.models import Change, ContactRequest, Status
from console.staff import audit, roles
from console.staff.access import allowed
from console.staff.messages import say


@allowed(roles.INTAKE)
@require_GET
def detail(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Everything about one request, on one screen."""
    item = _item(request_id)
    audit.record(request, audit.READ, item)
    return _page(request, item)


@allowed(roles.INTAKE)
@require_GET
def version(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Say which version a request has, for its open page."""
    return JsonResponse({"version": get_object_or_404(ContactRequest.objects.only("version"), pk=request_id).version})


@allowed(roles.INTAKE)
@require_POST
def change(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Change status, who works on it, or the follow-up date; shows the clash if somebody else was faster."""
    item = _item(request_id)
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, item, status=400, form=form)
    wanted = form.wanted()
    if wanted.get("status") == Status.CONTACTED and item.assigned_to is None and not item.withdrawn_at:
        wanted.setdefault("assigned_to", request.user)
    try:
        changes = work.change(item.pk, form.cleaned_data["version"], request.user, **wanted)
    except work.ClashError as clash:
        audit.record(request, audit.READ, clash.request, detail={"clash": True})
        return _page(request, _item(request_id), status=409, clash=clash, posted=_posted(request))
    for made in changes:
        detail = {"field": made.field, "from": made.before, "to": made.after}
        audit.record(request, audit.CHANGED, item, detail=detail)
    if changes:
        say(request, "request", "saved", "; ".join(_in_words(made) for made in changes))
    return _back(request, item)


@allowed(roles.INTAKE)
@require_POST
def note(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Add a note."""
    item = _item(request_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, item, status=400, note_form=form)
    work.add_note(item.pk, request.user, form.cleaned_data["text"])
    audit.record(request, audit.NOTED, item)
    say(request, "request", "note_saved")
    return _back(request, item)


def _item(request_id: uuid.UUID) -> ContactRequest:
    return get_object_or_404(ContactRequest.objects.select_related("assigned_to"), pk=request_id)


def _page(request: HttpRequest, item: ContactRequest, status: int = 200, **more: Any) -> HttpResponse:
    query = request.GET.copy()
    found = RequestFilter(query, ContactRequest.objects.all(), request=request)
    before, after = neighbours(found.qs, order_of(query), item)
    seen = work.mark_seen(item, request.user)
    context = {
        "item": item,
        "query": query.urlencode(),
        "before": before,
        "after": after,
        "seen": seen,
        "notes": item.notes.select_related("by"),
        "changes": [made for made in item.changes.select_related("by") if made.field != work.NOTE],
        "unseen_changes": seen and item.changes.filter(version__gt=seen).exclude(by=request.user).exists(),
        "colleagues": colleagues(),
        "preferences": _preferences(item),
        **more,
    }
    return render(request, "intake/detail.html", context, status=status)


def _preferences(item: ContactRequest) -> list[tuple[str, str]]:
    """Return what the person told besides reason and contact, with its name, where they told it."""
    words = load_console()
    fields = ("for_whom", "relation", "hopes", "mode", "times", "language", "therapist_gender", "barriers", "age_band")
    names = words["names"]
    told = ((name, str(getattr(item, name))) for name in (*fields, "trusted_adult"))
    return [(words["fields"][name], names.get(name, {}).get(value, value)) for name, value in told if value]


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value) for name, value in request.POST.items() if name in ChangeForm.base_fields and name != "version"
    ]


def _in_words(made: Change) -> str:
    words = load_console()
    value = words["names"].get(made.field, {}).get(made.after, made.after) or words["request"]["nothing"]
    return f"{words['fields'][made.field]}: {value}"


def _back(request: HttpRequest, item: ContactRequest) -> HttpResponse:
    query = request.GET.urlencode()
    return redirect(reverse("intake:detail", args=[item.pk]) + (f"?{query}" if query else ""))
