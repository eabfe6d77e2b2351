"""One request's page, and what is done on it."""

from __future__ import annotations

import uuid
from typing import Any

import phonenumbers
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from assistant.content.console import load_console
from console.intake import work
from console.intake.forms import ChangeForm, NoteForm, colleagues
from console.intake.lists import RequestFilter, neighbours, order_of
from console.intake.models import ContactRequest, Status
from console.intake.wording import wording
from console.staff import audit, roles
from console.staff.access import allowed
from console.staff.messages import say

PREFERENCES = (
    *("for_whom", "relation", "age_band", "trusted_adult", "hopes", "mode", "times", "language", "therapist_gender"),
    "barriers",
)


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
        return _page(request, item, status=400, form=form, draft=request.POST.get("note", ""))
    wanted, note_text = form.wanted(), form.cleaned_data["note"]
    if wanted.get("status") == Status.CONTACTED and item.assigned_to is None and not item.withdrawn_at:
        wanted.setdefault("assigned_to", request.user)
    try:
        changes = work.change(item.pk, form.cleaned_data["version"], request.user, **wanted)
    except work.ClashError as clash:
        _keep_note(request, item, note_text)
        audit.record(request, audit.READ, clash.request, detail={"clash": True})
        more = {"clash": clash, "posted": _posted(request), "wanted": _wishes(wanted)}
        return _page(request, _item(request_id), status=409, **more)
    for made in changes:
        detail = {"field": made.field, "from": made.before, "to": made.after}
        audit.record(request, audit.CHANGED, item, detail=detail)
    _keep_note(request, item, note_text)
    told = [_in_words(made.field, made.after) for made in changes if made.after or made.field != "closed_reason"]
    if told:
        say(request, "request", "saved", "; ".join(told))
    return redirect(_with_query(request, "intake:detail", item))


@allowed(roles.INTAKE)
@require_POST
def note(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Add a note."""
    item = _item(request_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, item, status=400, note_form=form, draft=request.POST.get("text", ""))
    _keep_note(request, item, form.cleaned_data["text"])
    return redirect(_with_query(request, "intake:detail", item))


def _item(request_id: uuid.UUID) -> ContactRequest:
    return get_object_or_404(ContactRequest.objects.select_related("assigned_to"), pk=request_id)


def _keep_note(request: HttpRequest, item: ContactRequest, text: str) -> None:
    if text:
        work.add_note(item.pk, request.user, text)
        audit.record(request, audit.NOTED, item)
        say(request, "request", "note_saved")


def _page(request: HttpRequest, item: ContactRequest, status: int = 200, **more: Any) -> HttpResponse:
    found = RequestFilter(request.GET, ContactRequest.objects.all(), request=request)
    before, after = neighbours(found.qs, order_of(request.GET), item)
    seen = work.mark_seen(item, request.user)
    changes = list(item.changes.select_related("by"))
    context = {
        "item": item,
        "query": request.GET.urlencode(),
        "before": before,
        "after": after,
        "seen": seen,
        "unseen_changes": seen and any(made.version > seen.version and made.by != request.user for made in changes),
        "notes": item.notes.select_related("by"),
        "changes": [made for made in changes if made.field != work.NOTE],
        "colleagues": colleagues(),
        "preferences": _preferences(item),
        "phone": _phone(item.phone),
        "change_url": _with_query(request, "intake:change", item),
        "note_url": _with_query(request, "intake:note", item),
        **more,
    }
    return render(request, "intake/detail.html", context, status=status)


def _preferences(item: ContactRequest) -> list[tuple[str, str]]:
    """Return what the person told besides reason and contact, with its name, and choices as the chat called them."""
    names, labels = load_console()["fields"], {asked.id: asked.labels for asked in wording().asked}
    told = ((name, str(getattr(item, name))) for name in PREFERENCES)
    return [(names[name], labels.get(name, {}).get(value, value)) for name, value in told if value]


def _phone(number: str) -> str:
    """Return a phone number as people write it, with its country."""
    try:
        return str(phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    except phonenumbers.NumberParseException:
        return number


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.POST.items() if name in work.CHANGEABLE]


def _wishes(wanted: dict[str, Any]) -> str:
    return "; ".join(_in_words(field, work.as_text(value)) for field, value in wanted.items())


def _in_words(field: str, after: str) -> str:
    words = load_console()
    value = words["names"].get(field, {}).get(after, after) or words["request"]["nothing"]
    return f"{words['fields'][field]}: {value}"


def _with_query(request: HttpRequest, view: str, item: ContactRequest) -> str:
    """Return an address of a request that keeps the list it was opened from."""
    query = request.GET.urlencode()
    return reverse(view, args=[item.pk]) + (f"?{query}" if query else "")
