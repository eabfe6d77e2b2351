"""The inbox and one request's page."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from console.intake.models import ContactRequest
from console.staff import audit, roles
from console.staff.access import allowed


@allowed(roles.INTAKE)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The list of requests."""
    audit.record(request, audit.LISTED)
    return render(request, "intake/inbox.html", {"requests": ContactRequest.objects.all()[:50]})


@allowed(roles.INTAKE)
@require_GET
def detail(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """One request."""
    item = get_object_or_404(ContactRequest, pk=request_id)
    audit.record(request, audit.READ, item)
    return render(request, "intake/detail.html", {"item": item})
