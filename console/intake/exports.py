"""Exports and print of one request or of all that the inbox shows: CSV, FHIR R4, paper. Each is in the audit."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assistant.content.console import load_console
from console.intake.csv_export import lines
from console.intake.fhir import bundle
from console.intake.lists import RequestFilter, order_of, ordered
from console.intake.models import ContactRequest
from console.intake.wording import wording
from console.staff import audit, roles
from console.staff.access import allowed
from console.staff.addresses import address_of
from console.staff.models import AuditEntry

FHIR_JSON = "application/fhir+json; fhirVersion=4.0"
MOST = {"fhir": 1000, "print": 200}  # about 6 s; more than anybody prints
# Characters from which the printed page is set smaller, so that it stays one page; the chat takes 1,000 for each answer.
SIZES = ((2800, "smallest"), (1200, "smaller"))


@allowed(roles.INTAKE)
@require_GET
def csv_many(request: HttpRequest) -> HttpResponse:
    """All requests of the inbox's filter as CSV."""
    return _csv(request, _selected(request))


@allowed(roles.INTAKE)
@require_GET
def csv_one(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """One request as CSV."""
    return _csv(request, _one(request_id))


@allowed(roles.INTAKE)
@require_GET
def fhir_many(request: HttpRequest) -> HttpResponse:
    """All requests of the inbox's filter as a FHIR bundle."""
    return _fhir(request, _selected(request))


@allowed(roles.INTAKE)
@require_GET
def fhir_one(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """One request as a FHIR bundle."""
    return _fhir(request, _one(request_id))


@allowed(roles.INTAKE)
@require_GET
def print_many(request: HttpRequest) -> HttpResponse:
    """All requests of the inbox's filter, a page for each."""
    return _print(request, _selected(request))


@allowed(roles.INTAKE)
@require_GET
def print_one(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """One request on one page."""
    return _print(request, _one(request_id))


def record_of(item: ContactRequest) -> dict[str, Any]:
    """Return a request as the exports take it: a mapping by field names."""
    fields = (field.name for field in ContactRequest._meta.concrete_fields if field.name != "assigned_to")
    name = item.assigned_to.get_full_name() or item.assigned_to.get_username() if item.assigned_to else ""
    return {**{field: getattr(item, field) for field in fields}, "assigned_to": name}


def _selected(request: HttpRequest) -> QuerySet[ContactRequest]:
    items = ContactRequest.objects.select_related("assigned_to")
    return ordered(RequestFilter(request.GET, items, request=request).qs, order_of(request.GET))


def _one(request_id: uuid.UUID) -> QuerySet[ContactRequest]:
    get_object_or_404(ContactRequest, pk=request_id)
    return ContactRequest.objects.select_related("assigned_to").filter(pk=request_id)


def _csv(request: HttpRequest, items: QuerySet[ContactRequest]) -> HttpResponse:
    _note(request, audit.EXPORTED, items, "csv")
    rows = (record_of(item) for item in items.iterator(chunk_size=500))
    response = StreamingHttpResponse(
        (line.encode() for line in lines(rows)), content_type="text/csv; charset=utf-8; header=present"
    )
    return _as_file(response, items, "csv")


def _fhir(request: HttpRequest, items: QuerySet[ContactRequest]) -> HttpResponse:
    if refusal := _too_many(request, items, "fhir"):
        return refusal
    _note(request, audit.EXPORTED, items, "fhir")
    made = bundle((record_of(item) for item in items), wording(), timezone.now())
    return _as_file(HttpResponse(made.json(indent=2), content_type=FHIR_JSON), items, "fhir.json")


def _print(request: HttpRequest, items: QuerySet[ContactRequest]) -> HttpResponse:
    if refusal := _too_many(request, items, "print"):
        return refusal
    _note(request, audit.PRINTED, items, "paper")
    return render(request, "intake/print.html", {"pages": list(_pages(items)), "printed_at": timezone.now()})


def _pages(items: Iterable[ContactRequest]) -> Iterator[dict[str, Any]]:
    names: dict[str, str] = load_console()["print"]["fields"]
    labels = {asked.id: asked.labels for asked in wording().asked}
    for item in items:
        rows = []
        for field, name in names.items():
            value = str(getattr(item, field) or "")
            rows.append((name, labels.get(field, {}).get(value, value)))
        told = [row for row in rows if row[1]]
        length = sum(len(value) for _, value in told)
        size = next((name for least, name in SIZES if length >= least), "")
        yield {"item": item, "rows": told, "size": size}


def _too_many(request: HttpRequest, items: QuerySet[ContactRequest], kind: str) -> HttpResponse | None:
    count, most = items.count(), MOST[kind]
    if count <= most:
        return None
    words = load_console()["exports"]
    text = words["too_many"].replace("{count}", f"{count:,}").replace("{most}", f"{most:,}")
    return render(request, "staff/error.html", {"error": {"title": words["too_many_title"], "text": text}}, status=400)


def _note(request: HttpRequest, action: str, items: QuerySet[ContactRequest], kind: str) -> None:
    """Record the export, before anything of it leaves: an entry for each request, so that each one's page can show it."""
    keys = list(items.values_list("pk", flat=True))
    common: dict[str, Any] = {
        "user": request.user,
        "who": request.user.get_username(),
        "action": action,
        "kind": ContactRequest._meta.model_name,
        "address": address_of(request),
        "detail": {"format": kind, "requests": len(keys)},
    }
    AuditEntry.objects.bulk_create((AuditEntry(object_id=str(key), **common) for key in keys), batch_size=500)


def _as_file(response: Any, items: QuerySet[ContactRequest], ending: str) -> Any:
    only = list(items.values_list("reference", flat=True)[:2])
    name = only[0] if len(only) == 1 else f"requests-{timezone.localdate()}"
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
