"""Exports and print: what intake staff get, that it is in the audit, and that nobody else gets anything."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from fhir.resources.bundle import Bundle

from console.intake import exports
from console.staff import audit, roles
from console.staff.models import AuditEntry
from tests.console.records import SENT_AT
from tests.console.staff import signed_in, stored

pytestmark = pytest.mark.django_db

MANY = ("csv_many", "fhir_many", "print_many")
ONE = ("csv_one", "fhir_one", "print_one")


def content(response: object) -> str:
    streaming = getattr(response, "streaming", False)
    return (b"".join(response) if streaming else response.content).decode()  # type: ignore[attr-defined,call-overload]


def test_one_request_as_fhir_with_the_questions_of_the_chat() -> None:
    item = stored(1, reason="I miss my brother")
    stored(2)
    response = signed_in(roles.INTAKE).get(reverse("intake:fhir_one", args=[item.pk]))
    assert response["Content-Type"] == "application/fhir+json; fhirVersion=4.0"
    assert response["Content-Disposition"] == 'attachment; filename="K7M-001.fhir.json"'
    assert response["Cache-Control"] == "no-store"
    made = Bundle.parse_raw(response.content)
    kinds = [entry.resource.resource_type for entry in made.entry]
    assert kinds == ["Device", "Patient", "ServiceRequest", "QuestionnaireResponse", "Consent", "Provenance"]
    items = {item["linkId"]: item for item in json.loads(response.content)["entry"][3]["resource"]["item"]}
    assert items["reason"]["text"] == "What brings you here? Say it in your own words. One sentence is enough."
    assert items["reason"]["answer"] == [{"valueString": "I miss my brother"}]
    assert items["leave_message"]["answer"] == [{"valueString": "No, only speak with me"}]
    assert "{" not in "".join(item["text"] for item in items.values())


def test_many_requests_as_one_bundle_and_as_one_table() -> None:
    for number in range(1, 6):
        stored(number)
    client = signed_in(roles.INTAKE)
    made = Bundle.parse_raw(client.get(reverse("intake:fhir_many")).content)
    assert sum(entry.resource.resource_type == "ServiceRequest" for entry in made.entry) == 5
    response = client.get(reverse("intake:csv_many"))
    assert response["Content-Disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(content(response).removeprefix("\ufeff"), newline="")))
    assert {row["reference"] for row in rows} == {f"K7M-{number:03d}" for number in range(1, 6)}


def test_the_inboxs_filters_and_order_hold_for_exports() -> None:
    stored(1, urgency="routine"), stored(2, urgency="urgent"), stored(3, status="closed"), stored(4, name="Sorrel")
    client = signed_in(roles.INTAKE)

    def references(query: str) -> list[str]:
        text = content(client.get(f"{reverse('intake:csv_many')}?{query}"))
        return [row["reference"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]

    assert references("") == ["K7M-002", "K7M-004", "K7M-001"]  # open ones, most urgent first
    assert references("status=closed") == ["K7M-003"]
    assert references("urgency=urgent") == ["K7M-002"]
    assert references("q=sorrel") == ["K7M-004"]


def test_every_export_is_in_the_audit_once_for_each_request() -> None:
    first, _ = stored(1), stored(2)
    client = signed_in(roles.INTAKE)
    client.get(reverse("intake:csv_many"))
    client.get(reverse("intake:print_one", args=[first.pk]))
    entries = AuditEntry.objects.filter(object_id=str(first.pk)).order_by("id")
    assert [(entry.action, entry.who, entry.address, entry.detail) for entry in entries] == [
        (audit.EXPORTED, "intake-True", "127.0.0.1", {"format": "csv", "requests": 2}),
        (audit.PRINTED, "intake-True", "127.0.0.1", {"format": "paper", "requests": 1}),
    ]
    assert AuditEntry.objects.filter(action=audit.EXPORTED).count() == 2


def test_only_intake_staff_with_a_second_factor_get_anything() -> None:
    item = stored(1, reason="quetzalcoatl")
    addresses = [reverse(f"intake:{name}") for name in MANY]
    addresses += [reverse(f"intake:{name}", args=[item.pk]) for name in ONE]
    others = [Client(), signed_in(roles.CONTENT), signed_in(roles.ADMINISTRATOR), signed_in()]
    others.append(signed_in(roles.INTAKE, second_factor=False))
    for client in others:
        for address in addresses:
            response = client.get(address)
            assert response.status_code in (302, 403) and "quetzalcoatl" not in content(response)
    assert not AuditEntry.objects.filter(action__in=(audit.EXPORTED, audit.PRINTED)).exists()
    for address in addresses:
        assert signed_in_once().post(address).status_code in (403, 405)


def signed_in_once() -> Client:
    """Return the browser of an intake worker, the same user each time."""
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(username="intake-True").delete()
    return signed_in(roles.INTAKE)


def test_too_many_for_one_file_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(exports.MOST, "fhir", 1)
    stored(1), stored(2)
    response = signed_in(roles.INTAKE).get(reverse("intake:fhir_many"))
    assert response.status_code == 400
    assert not AuditEntry.objects.filter(action=audit.EXPORTED).exists()


def test_a_request_that_is_not_there_is_not_found() -> None:
    address = reverse("intake:fhir_one", args=["00000000-0000-4000-8000-000000000000"])
    assert signed_in(roles.INTAKE).get(address).status_code == 404


def test_the_printed_page_warns_where_a_message_is_not_safe() -> None:
    item = stored(1, safe_to_leave_message=False, reason="<script>alert(1)</script>")
    page = content(signed_in(roles.INTAKE).get(reverse("intake:print_one", args=[item.pk])))
    assert "Leave no message. Speak only with the person." in page
    assert "&lt;script&gt;" in page and "<script" not in page
    assert "I have a baby at home" in page and "K7M-001" in page


def test_of_a_withdrawn_request_nothing_is_printed_but_that() -> None:
    item = stored(1, withdrawn_at=SENT_AT)
    page = content(signed_in(roles.INTAKE).get(reverse("intake:print_one", args=[item.pk])))
    assert "took this request back" in page
    assert "can&#x27;t sleep" not in page and "River" not in page and "+353" not in page
