"""The inbox: crisis events on top, requests below, and what is new."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from console.intake import work
from console.intake.lists import MOST_FOUND, PAGE, RequestFilter, filter_choices, order_of, page_of
from console.intake.models import Acknowledgement, ContactRequest, CrisisEvent, SeenMark
from console.staff import audit, roles
from console.staff.access import allowed
from console.staff.messages import say

ACKNOWLEDGED_SHOWN = timedelta(hours=24)
MOST_EVENTS = 50
LONGEST_NOTE = 1000
FRAGMENT = "list"  # asked for by console.js when something is new


@allowed(roles.INTAKE)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The list of requests, with crisis events above; only these two parts where the page asks for them itself."""
    tag, now = news_tag(), timezone.now()  # before the lists are read: what comes meanwhile is news then
    found = RequestFilter(request.GET, _rows(), request=request)
    page = page_of(found, order_of(request.GET), request.GET.get("page"))
    _mark(page.object_list, request.user)
    fragment = request.headers.get("X-Console") == FRAGMENT
    filters = {name: value for name, value in found.form.cleaned_data.items() if value and name != "q"}
    searched = bool(found.form.cleaned_data.get("q"))
    detail = {"filters": filters, "searched": searched, "page": page.number, "by_itself": fragment}
    audit.record(request, audit.LISTED, detail=detail)
    context = {
        "filter": found,
        "page": page,
        "query": _query(request),
        "filters": filter_choices(found, order_of(request.GET)),
        "filtered": bool(filters),
        "tag": tag,
        "now": now.isoformat(),
        "total": page.paginator.count,
        "cut": bool(found.form.cleaned_data.get("q")) and page.paginator.count == MOST_FOUND,
        "this_year": timezone.localdate().year,
        **crisis_events(),
    }
    return render(request, "intake/_lists.html" if fragment else "intake/inbox.html", context)


@allowed(roles.INTAKE)
@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """Say, for the page that asks every two seconds, whether anything changed; 304 where nothing did."""
    tag, now = news_tag(), timezone.now()
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    since = _moment(request.GET.get("since", ""))
    new_requests = ContactRequest.objects.filter(version=1, updated_at__gt=since).count()
    new_events = CrisisEvent.objects.filter(received_at__gt=since).count()
    waiting = CrisisEvent.objects.filter(acknowledgement=None).count()
    answer = {"requests": new_requests, "events": new_events, "waiting": waiting, "now": now.isoformat()}
    return JsonResponse(answer, headers={"ETag": tag})


@allowed(roles.INTAKE)
@require_GET
def crisis(request: HttpRequest) -> HttpResponse:
    """All crisis events, newest first."""
    page = Paginator(CrisisEvent.objects.select_related("acknowledgement__by"), PAGE).get_page(request.GET.get("page"))
    audit.record(request, audit.LISTED, detail={"what": "crisis events", "page": page.number})
    return render(request, "intake/crisis.html", {"page": page})


@allowed(roles.INTAKE)
@require_POST
def acknowledge(request: HttpRequest, event_id: str) -> HttpResponse:
    """Take note of a crisis event."""
    event = get_object_or_404(CrisisEvent, pk=event_id)
    made, first = work.acknowledge(event, request.user, request.POST.get("note", "").strip()[:LONGEST_NOTE])
    if first:
        audit.record(request, audit.ACKNOWLEDGED, event)
        say(request, "crisis", "done")
    else:
        say(request, "crisis", "was_first", made.by.get_full_name() or made.by.get_username())
    return redirect("intake:inbox")


def crisis_events() -> dict[str, Any]:
    """Return the crisis events that wait, oldest first, and those acknowledged lately."""
    events = CrisisEvent.objects.select_related("acknowledgement__by")
    lately = timezone.now() - ACKNOWLEDGED_SHOWN
    return {
        "waiting_events": events.filter(acknowledgement=None).order_by("raised_at", "id")[:MOST_EVENTS],
        "waiting_number": events.filter(acknowledgement=None).count(),
        "acknowledged_events": events.filter(acknowledgement__acknowledged_at__gte=lately)[:MOST_EVENTS],
    }


def news_tag() -> str:
    """Return an entity tag that is another one as soon as there is, or is no more, anything in the lists."""
    moments = ((ContactRequest, "updated_at"), (CrisisEvent, "received_at"), (Acknowledgement, "acknowledged_at"))
    stamps = (model.objects.aggregate(latest=Max(field), number=Count("pk")) for model, field in moments)
    text = "/".join(f"{stamp['latest']} {stamp['number']}" for stamp in stamps)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def _rows() -> QuerySet:
    shown = (
        "name",
        "reference",
        "reason",
        "created_at",
        "urgency",
        "status",
        "withdrawn_at",
        "follow_up_on",
        "version",
    )
    who = ("assigned_to__first_name", "assigned_to__last_name", "assigned_to__username")
    return ContactRequest.objects.select_related("assigned_to").only(*shown, "for_whom", "contact_method", *who)


def _mark(items: Any, user: Any) -> None:
    """Set on each row whether its reader has not seen it at all, or not since it changed."""
    seen = dict(
        SeenMark.objects.filter(by=user, request__in=[item.pk for item in items]).values_list("request", "version")
    )
    today = timezone.localdate()
    for item in items:
        item.unseen = item.pk not in seen
        item.changed = not item.unseen and seen[item.pk] != item.version
        item.due = bool(item.follow_up_on and not item.withdrawn_at and item.follow_up_on <= today)


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    return moment if moment and moment.tzinfo else timezone.now()
