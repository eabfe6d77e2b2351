"""The made-up contents: plainly made up, never beside real ones, and gone again without a trace."""

from __future__ import annotations

import json
import re
from io import StringIO

import phonenumbers
import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from console.demo import people
from console.intake.exports import record_of
from console.intake.fhir import bundle
from console.intake.models import Acknowledgement, Change, ContactRequest, CrisisEvent, Note, Status, Urgency
from console.intake.store import store_request
from console.intake.wording import wording
from tests.intake.requests import request_of

pytestmark = pytest.mark.django_db
FICTION = re.compile(r"\+1(202|613)55501\d\d|\+447700900\d{3}|\+61491570\d{3}")


def demo(*options: str) -> str:
    output = StringIO()
    call_command("demo", *options, stdout=output)
    return output.getvalue()


def test_it_shows_every_kind_of_request_and_event() -> None:
    assert "36 made-up requests and 6 crisis events are in the console." in demo()
    found = ContactRequest.objects
    assert {*found.values_list("status", flat=True)} == {*Status.values}
    assert {*found.values_list("urgency", flat=True)} == {*Urgency.values}
    assert {*found.values_list("age_band", flat=True)} >= {"adult", "under 16", "16 or 17"}
    assert {*found.values_list("channel", flat=True)} == {"web", "slack", "telegram"}
    for field in ("for_whom", "contact_method", "safe_to_leave_message", "transcript_attached", "mode"):
        assert found.values(field).distinct().count() > 1, field
    assert found.filter(withdrawn_at__isnull=False).count() == 1
    assert found.filter(follow_up_on__isnull=False).exists() and Note.objects.count() > 5
    assert Acknowledgement.objects.count() == 4 and CrisisEvent.objects.filter(acknowledgement=None).count() == 2
    for item in found.all():
        assert item.version == 1 + Change.objects.filter(request=item).count()
        assert item.created_at <= item.updated_at <= timezone.now()
    made = bundle((record_of(item) for item in found.all()), wording(), timezone.now())
    assert json.loads(made.json())["type"] == "collection"


def test_nobody_in_it_exists() -> None:
    demo()
    for item in ContactRequest.objects.filter(withdrawn_at=None):
        assert not item.name or item.name.endswith(" Sample")
        assert item.email.endswith("@example.org") if item.email else FICTION.fullmatch(item.phone), item.phone
        assert not item.phone or phonenumbers.is_possible_number(phonenumbers.parse(item.phone))
    assert not get_user_model().objects.filter(is_active=True).exists()


def test_it_is_the_same_each_time_and_may_be_put_in_again() -> None:
    demo()
    first = list(ContactRequest.objects.order_by("id").values_list("id", "reference", "name", "phone", "status"))
    demo()
    again = list(ContactRequest.objects.order_by("id").values_list("id", "reference", "name", "phone", "status"))
    assert first == again and len(first) == people.REQUESTS


def test_it_refuses_a_console_with_real_requests() -> None:
    store_request(request_of(1))
    with pytest.raises(CommandError, match="1 real requests or crisis events"):
        demo()
    assert ContactRequest.objects.count() == 1 and not CrisisEvent.objects.exists()


def test_it_can_be_taken_out_with_what_staff_added_and_real_ones_stay() -> None:
    demo()
    colleague = get_user_model().objects.create_user("colleague")
    Note.objects.create(request=ContactRequest.objects.first(), by=colleague, text="tried it")
    store_request(request_of(1))
    assert demo("--remove") == "36 made-up requests and 6 crisis events are gone.\n"
    assert [item.reason for item in ContactRequest.objects.all()] == ["reason 1"]
    assert not any(table.objects.exists() for table in (Note, Change, CrisisEvent, Acknowledgement))
    assert [user.username for user in get_user_model().objects.all()] == ["colleague"]
    assert demo("--remove") == "0 made-up requests and 0 crisis events are gone.\n"
