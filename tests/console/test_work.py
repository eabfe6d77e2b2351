"""Working on a request: one click, nothing overwritten that one did not see, all of it in the audit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from console.intake import work
from console.intake.models import Change, ContactRequest
from console.intake.store import withdraw_request
from console.staff import audit, roles
from console.staff.models import AuditEntry
from tests.console.staff import signed_in, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(roles.INTAKE)


@pytest.fixture
def item(client: Client) -> ContactRequest:
    return stored(1)


@pytest.fixture
def otto() -> Any:
    user = get_user_model().objects.create_user("otto", first_name="Otto")
    user.groups.add(Group.objects.get(name=roles.INTAKE))
    return user


def post(client: Client, item: ContactRequest, version: int = 1, **values: Any) -> Any:
    address = reverse("intake:change", args=[item.pk])
    return client.post(address, {"version": version, **values}, follow=True)


def now(item: ContactRequest) -> ContactRequest:
    return ContactRequest.objects.get(pk=item.pk)


def test_contacted_is_one_click_and_makes_it_mine(client: Client, item: ContactRequest) -> None:
    page = post(client, item, status="contacted").content.decode()
    assert "Saved. Status: Contacted; Assigned to: intake-True" in page
    found = now(item)
    assert (found.status, found.assigned_to.username, found.version) == ("contacted", "intake-True", 2)


def test_contacting_takes_nothing_from_a_colleague(client: Client, item: ContactRequest, otto: Any) -> None:
    work.change(item.pk, 1, otto, assigned_to=otto)
    post(client, item, version=2, status="contacted")
    assert now(item).assigned_to == otto


def test_closing_needs_a_reason_and_opening_again_drops_it(client: Client, item: ContactRequest) -> None:
    response = post(client, item, status="closed", note="half a note")
    page = response.content.decode()
    assert response.status_code == 400 and "Choose a reason, please." in page and "half a note</textarea>" in page
    assert now(item).status == "new"
    post(client, item, status="closed", closed_reason="no_answer")
    assert (now(item).status, now(item).closed_reason) == ("closed", "no_answer")
    post(client, item, version=2, status="waiting")
    assert (now(item).status, now(item).closed_reason) == ("waiting", "")


def test_assigning_and_follow_up_and_taking_both_back(client: Client, item: ContactRequest, otto: Any) -> None:
    post(client, item, assigned_to=otto.pk)
    post(client, item, version=2, follow_up_on="2026-12-24")
    assert (now(item).assigned_to, now(item).follow_up_on) == (otto, date(2026, 12, 24))
    post(client, item, version=3, assigned_to="")
    post(client, item, version=4, follow_up_on="")
    assert (now(item).assigned_to, now(item).follow_up_on) == (None, None)


@pytest.mark.parametrize(
    "wrong", [{"status": "lost"}, {"assigned_to": "4711"}, {"follow_up_on": "soon"}, {"version": "x", "status": "new"}]
)
def test_what_cannot_be_is_not_stored(client: Client, item: ContactRequest, wrong: dict[str, str]) -> None:
    address = reverse("intake:change", args=[item.pk])
    assert client.post(address, {"version": 1, **wrong}).status_code == 400
    assert now(item).version == 1


def test_a_request_is_not_given_to_somebody_who_may_not_see_it(client: Client, item: ContactRequest) -> None:
    outsider = get_user_model().objects.create_user("carla")
    post(client, item, assigned_to=outsider.pk)
    assert now(item).assigned_to is None


def test_pressing_the_same_button_twice_changes_nothing(client: Client, item: ContactRequest) -> None:
    post(client, item, status="booked")
    post(client, item, version=2, status="booked")
    assert now(item).version == 2 and Change.objects.count() == 1


def test_a_clash_shows_what_the_other_changed_and_loses_nothing(
    client: Client, item: ContactRequest, otto: Any
) -> None:
    work.change(item.pk, 1, otto, status="contacted", assigned_to=otto)
    work.add_note(item.pk, otto, "Spoke to her")
    response = post(client, item, status="booked", note="I had written this")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody changed this request while you were looking at it" in page
    assert "Otto" in page and "Contacted" in page and "a note" in page and "Spoke to her" in page
    assert "Status: Booked" in page
    assert now(item).status == "contacted"
    assert [note.text for note in item.notes.all()] == ["I had written this", "Spoke to her"]
    again = post(client, item, version=now(item).version, status="booked")
    assert again.status_code == 200 and (now(item).status, now(item).assigned_to) == ("booked", otto)


def test_a_request_taken_back_meanwhile_is_a_clash_too(client: Client, item: ContactRequest) -> None:
    withdraw_request(item.reference, item.conversation)
    response = post(client, item, status="contacted")
    assert response.status_code == 409 and "took the request back" in response.content.decode()
    assert now(item).assigned_to is None


def test_of_two_at_the_same_version_one_wins(item: ContactRequest, otto: Any) -> None:
    work.change(item.pk, 1, otto, status="booked")
    with pytest.raises(work.ClashError) as raised:
        work.change(item.pk, 1, otto, status="closed", closed_reason="mistake")
    assert [made.field for made in raised.value.since] == ["status"]
    assert now(item).status == "booked"


def test_a_note_half_written_goes_along_with_a_button(client: Client, item: ContactRequest) -> None:
    page = post(client, item, status="contacted", note="Left word with her sister").content.decode()
    assert "Left word with her sister" in page and item.notes.get().by.username == "intake-True"


def test_an_empty_note_is_refused_and_a_long_one_comes_back(client: Client, item: ContactRequest) -> None:
    address = reverse("intake:note", args=[item.pk])
    assert client.post(address, {"text": "  "}).status_code == 400
    response = client.post(address, {"text": "x" * 10_001})
    assert response.status_code == 400 and "x" * 10_001 in response.content.decode()
    assert not item.notes.exists()


def test_the_page_has_links_to_call_and_write_and_says_whether_to_leave_a_message(client: Client) -> None:
    item = stored(
        2, safe_to_leave_message=False, transcript_attached=True, transcript=[{"from": "visitor", "text": "hi"}]
    )
    page = client.get(reverse("intake:detail", args=[item.pk])).content.decode()
    assert 'href="tel:+353209174242"' in page and 'href="mailto:river@example.org"' in page
    assert "+353 20 917 4242" in page and "Do not leave a message." in page
    assert "<p>hi</p>" in page and "Tuesday evenings" in page and "A woman" in page


def test_every_read_and_change_is_in_the_audit_without_what_anybody_wrote(client: Client, item: ContactRequest) -> None:
    client.get(reverse("intake:detail", args=[item.pk]))
    post(client, item, status="contacted", note="quetzal")
    client.get(reverse("intake:detail", args=[item.pk]))
    entries = AuditEntry.objects.filter(object_id=str(item.pk)).order_by("id")
    assert [(entry.action, entry.detail) for entry in entries] == [
        (audit.READ, {}),
        (audit.CHANGED, {"field": "status", "from": "new", "to": "contacted"}),
        (audit.CHANGED, {"field": "assigned_to", "from": "", "to": "intake-True"}),
        (audit.NOTED, {}),
        (audit.READ, {}),
        (audit.READ, {}),
    ]
    assert {(entry.who, entry.address) for entry in entries} == {("intake-True", "127.0.0.1")}
    kept = str(list(AuditEntry.objects.values()))
    assert "quetzal" not in kept and "River" not in kept and "sleep" not in kept
