"""The inbox: order, filters, search, what is new, and how little the database is asked."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from console.intake import work
from console.intake.models import ContactRequest, CrisisEvent
from console.intake.store import withdraw_request
from console.staff import audit, roles
from console.staff.models import AuditEntry
from tests.console.staff import signed_in, stored

pytestmark = pytest.mark.django_db

INBOX = "intake:inbox"
MOST_QUERIES = 17  # whatever the number of requests


def ago(**span: float) -> Any:
    return timezone.now() - timedelta(**span)


def shown(client: Client, address: str = "", **filters: str) -> list[str]:
    """Return the references in the list, in its order."""
    page = client.get(address or reverse(INBOX), filters).content.decode()
    return re.findall(r'<span class="reference">([^<]+)</span>', page.split('id="list"')[1])


@pytest.fixture
def client() -> Client:
    return signed_in(roles.INTAKE)


@pytest.fixture
def me(client: Client) -> Any:
    return get_user_model().objects.get()


def test_the_most_urgent_come_first_and_of_these_the_newest(client: Client) -> None:
    stored(1, urgency="soon", created_at=ago(days=3))
    stored(2, urgency="routine", created_at=ago(hours=1))
    stored(3, urgency="urgent", created_at=ago(days=9))
    stored(4, urgency="soon", created_at=ago(days=1))
    stored(5, urgency="urgent", status="closed", created_at=ago(hours=2))
    assert shown(client) == ["K7M-003", "K7M-004", "K7M-001", "K7M-002"]
    assert shown(client, order="newest") == ["K7M-002", "K7M-004", "K7M-001", "K7M-003"]
    assert shown(client, order="oldest", status="all")[0] == "K7M-003"


def test_filters(client: Client, me: Any) -> None:
    stored(1, status="booked", urgency="urgent", created_at=ago(days=5), assigned_to=me)
    stored(2, status="new", urgency="soon", created_at=ago(hours=3), follow_up_on=timezone.localdate())
    stored(3, status="closed", urgency="soon", created_at=ago(days=20))
    assert shown(client, status="booked") == ["K7M-001"]
    assert shown(client, urgency="soon") == ["K7M-002"]
    assert shown(client, urgency="soon", status="all") == ["K7M-002", "K7M-003"]
    assert shown(client, age="over_days3") == ["K7M-001"]
    assert shown(client, age="under_day") == ["K7M-002"]
    assert shown(client, assigned="me") == shown(client, assigned=str(me.pk)) == ["K7M-001"]
    assert shown(client, assigned="nobody") == ["K7M-002"]
    assert shown(client, show="due") == ["K7M-002"]


@pytest.mark.parametrize("wrong", [{"status": "x"}, {"assigned": "0; DROP"}, {"age": "over_"}, {"q": "x" * 101}])
def test_a_filter_that_is_not_there_shows_nothing_rather_than_everything(client: Client, wrong: dict[str, str]) -> None:
    stored(1)
    assert shown(client, **wrong) == []


@pytest.mark.parametrize(
    "words",
    [
        *("K7M-3QD", "k7m3qd", " k7m 3qd ", "+353 20 917 4242", "020 917 4242", "9174242", "river@example.org"),
        *("River", "river sleep", "can't SLEEP", "RIVER@"),
    ],
)
def test_search_finds_name_reference_phone_email_and_words_also_of_closed_ones(client: Client, words: str) -> None:
    stored(1, reference="K7M-3QD", status="closed")
    stored(2, name="Lake", phone="+353209170000", email="lake@example.org", reason="Work", summary="Work")
    assert shown(client, q=words) == ["K7M-3QD"]


@pytest.mark.parametrize("words", ["%", "_", "nobody", "'; --", "\\"])
def test_search_takes_signs_as_they_are(client: Client, words: str) -> None:
    stored(1)
    assert shown(client, q=words) == []


def test_the_words_of_a_search_are_not_in_the_audit(client: Client) -> None:
    stored(1)
    shown(client, q="quetzal", status="new")
    (entry,) = AuditEntry.objects.filter(action=audit.LISTED)
    assert entry.detail == {"filters": {"status": "new"}, "searched": True, "page": 1, "by_itself": False}
    assert "quetzal" not in str(AuditEntry.objects.values())


def test_what_changed_since_one_looked_is_marked_for_each_of_the_staff(client: Client, me: Any) -> None:
    item = stored(1)
    other = get_user_model().objects.create_user("other", first_name="Otto")
    page = reverse(INBOX)
    assert "not looked at yet" in client.get(page).content.decode()
    client.get(reverse("intake:detail", args=[item.pk]))
    assert shown(client, show="changed") == []
    work.change(item.pk, 1, other, status="contacted")
    assert "changed since you looked" in client.get(page).content.decode()
    assert shown(client, show="changed") == ["K7M-001"]
    detail = client.get(reverse("intake:detail", args=[item.pk])).content.decode()
    assert "What is new is marked" in detail and '<span class="tag fresh">new</span>' in detail
    assert "What is new is marked" not in client.get(reverse("intake:detail", args=[item.pk])).content.decode()
    work.change(item.pk, 2, me, status="booked")
    assert shown(client, show="changed") == []


def test_of_a_withdrawn_request_nothing_but_that_is_shown(client: Client) -> None:
    item = stored(1)
    assert withdraw_request(item.reference, item.conversation)
    pages = [client.get(reverse(INBOX)), client.get(reverse("intake:detail", args=[item.pk]))]
    for page in (response.content.decode() for response in pages):
        assert "ithdrawn" in page
        for word in ("River", "sleep", "+353", "river@"):
            assert word not in page


def test_a_withdrawn_request_that_nobody_began_leaves_the_lists_of_work(client: Client) -> None:
    item = stored(1, reference="K7M-3QD", urgency="urgent", created_at=ago(minutes=5))
    stored(2, urgency="routine", created_at=ago(days=2))
    withdraw_request(item.reference, item.conversation)
    work_to_do = ({}, {"status": "new"}, {"assigned": "nobody"}, {"show": "changed"}, {"age": "under_day"})
    assert not any("K7M-3QD" in shown(client, **filters) for filters in work_to_do)
    assert shown(client, urgency="urgent", status="all") == []
    work.add_note(item.pk, get_user_model().objects.get(), "Rang us: all is well")
    assert "K7M-3QD" not in shown(client)
    assert shown(client, status="withdrawn") == shown(client, q="K7M-3QD") == ["K7M-3QD"]
    for page in (client.get(reverse(INBOX), {"status": "all"}), client.get(reverse("intake:detail", args=[item.pk]))):
        told = page.content.decode().split("<main")[1]
        assert "Withdrawn" in told and "tag urgency urgent" not in told and "request urgent" not in told


@pytest.mark.parametrize("begun", ["status", "assigned_to", "follow_up_on", "note"])
def test_a_withdrawn_request_that_somebody_works_on_stays_with_a_badge_and_is_not_urgent(
    client: Client, me: Any, begun: str
) -> None:
    item = stored(1, urgency="urgent", created_at=ago(days=1))
    stored(2, urgency="soon", created_at=ago(days=2))
    if begun == "note":
        work.add_note(item.pk, me, "Called, nobody there")
    else:
        values = {"status": "contacted", "assigned_to": me, "follow_up_on": timezone.localdate()}
        work.change(item.pk, 1, me, **{begun: values[begun]})
    withdraw_request(item.reference, item.conversation)
    assert shown(client) == ["K7M-002", "K7M-001"] and shown(client, show="due") == []
    row = re.findall(r'<li class="request.*?</li>', client.get(reverse(INBOX)).content.decode(), re.S)[1]
    assert '<span class="tag">Withdrawn</span>' in row and "Please do not contact them" in row
    assert "rgent" not in row and "Follow up" not in row and ">New<" not in row


def test_a_withdrawn_request_can_be_closed_and_not_worked_on(client: Client) -> None:
    item = stored(1, status="contacted")
    withdraw_request(item.reference, item.conversation)
    page = client.get(reverse("intake:detail", args=[item.pk])).content.decode()
    assert '<option value="withdrawn" selected>' in page and "Close request" in page
    for gone in ("tel:", "mailto:", 'id="assign-me"', 'id="status-contacted"', 'id="follow_up_on"'):
        assert gone not in page


def test_a_colleague_who_is_shut_out_is_still_shown_as_working_on_it(client: Client) -> None:
    gone = get_user_model().objects.create_user("otto", first_name="Otto", is_active=False)
    page = client.get(reverse("intake:detail", args=[stored(1, assigned_to=gone).pk])).content.decode()
    assert '<option value="" selected disabled>Otto</option>' in page


def test_what_people_write_is_text_and_not_markup(client: Client) -> None:
    evil = '<img src=x onerror="alert(1)">'
    item = stored(1, name=evil, reason=evil, summary=evil, times=evil, email=f'a"{evil}@example.org')
    work.add_note(item.pk, get_user_model().objects.get(), evil)
    for address in (reverse(INBOX), reverse("intake:detail", args=[item.pk])):
        page = client.get(address).content.decode()
        assert "<img" not in page and "&lt;img" in page


def test_previous_and_next_follow_the_list_that_one_came_from(client: Client) -> None:
    items = {number: stored(number, urgency="soon", created_at=ago(days=number)) for number in range(1, 5)}
    stored(9, urgency="urgent", status="booked")
    query = {"urgency": "soon"}
    seen = []
    address = reverse("intake:detail", args=[items[1].pk]) + "?urgency=soon"
    while address:
        page = client.get(address).content.decode()
        seen.append(re.findall(r'<span class="reference">([^<]+)', page)[0])
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1] if following else ""
    assert seen == shown(client, **query) == ["K7M-001", "K7M-002", "K7M-003", "K7M-004"]
    assert 'rel="prev"' in page


def test_pages_of_fifty(client: Client) -> None:
    for number in range(53):
        stored(number + 1)
    assert len(shown(client)) == 50 and len(shown(client, page="2")) == 3
    assert len(shown(client, page="99")) == 3 and len(shown(client, page="x")) == 50


def test_news_says_what_came_and_nothing_where_nothing_did(client: Client) -> None:
    stored(1, updated_at=ago(hours=1))
    page = client.get(reverse(INBOX)).content.decode()
    tag = re.search(r'data-tag="([^"]+)"', page)[1].replace("&quot;", '"')  # type: ignore[index]
    since = re.search(r'data-now="([^"]+)"', page)[1]  # type: ignore[index]
    news = reverse("intake:news")
    assert client.get(news, {"since": since}, headers={"If-None-Match": tag}).status_code == 304
    stored(2, updated_at=timezone.now())
    event("a")
    answer = client.get(news, {"since": since}, headers={"If-None-Match": tag})
    assert answer.status_code == 200 and answer["ETag"] != tag
    assert {key: answer.json()[key] for key in ("requests", "events", "waiting")} == {
        "requests": 1,
        "events": 1,
        "waiting": 1,
    }
    assert client.get(news, {"since": "nonsense"}).json()["requests"] == 0


@pytest.mark.parametrize("happening", ["change", "note", "withdrawn", "acknowledged", "erased"])
def test_news_comes_with_every_change(client: Client, me: Any, happening: str) -> None:
    item, danger = stored(1), event("a")
    news = reverse("intake:news")
    tag = client.get(news)["ETag"]
    {
        "change": lambda: work.change(item.pk, 1, me, status="booked"),
        "note": lambda: work.add_note(item.pk, me, "called"),
        "withdrawn": lambda: withdraw_request(item.reference, item.conversation),
        "acknowledged": lambda: work.acknowledge(danger, me),
        "erased": lambda: item.delete(),
    }[happening]()
    assert client.get(news, headers={"If-None-Match": tag}).status_code == 200


def event(number: str, **values: Any) -> CrisisEvent:
    given = {"kind": "crisis_suicide", "raised_at": ago(minutes=14), "conversation": "secret-id", "channel": "web"}
    return CrisisEvent.objects.create(id=number, country="IE", received_at=timezone.now(), **{**given, **values})


def test_a_crisis_event_stands_on_top_with_its_age_until_somebody_takes_note(client: Client) -> None:
    item = event("a")
    page = client.get(reverse(INBOX)).content.decode()
    assert page.index("Thoughts of suicide") < page.index('id="list"')
    assert "14 min ago" in page and "IE" in page and "website chat" in page and "secret-id" not in page
    client.post(reverse("intake:acknowledge", args=[item.pk]), {"note": "Told the duty team"})
    made = CrisisEvent.objects.get().acknowledgement
    assert (made.by.username, made.note) == ("intake-True", "Told the duty team")
    page = client.get(reverse(INBOX)).content.decode()
    assert "Crisis events that wait" not in page and "acknowledged by intake-True" in page
    assert "Told the duty team" in client.get(reverse("intake:crisis")).content.decode()
    assert AuditEntry.objects.get(action=audit.ACKNOWLEDGED).object_id == "a"


def test_of_two_who_take_note_the_first_counts_and_the_second_is_told(client: Client) -> None:
    item = event("a")
    work.acknowledge(item, get_user_model().objects.create_user("otto", first_name="Otto"))
    page = client.post(reverse("intake:acknowledge", args=[item.pk]), follow=True).content.decode()
    assert "Otto had acknowledged it before" in page
    assert CrisisEvent.objects.get().acknowledgement.by.username == "otto"


@pytest.mark.parametrize("number", [3, 49])
def test_the_database_is_asked_as_often_for_many_requests_as_for_few(client: Client, me: Any, number: int) -> None:
    for one in range(number):
        stored(one + 1, assigned_to=me, follow_up_on=timezone.localdate())
        event(str(one))
    for address in (reverse(INBOX), f"{reverse(INBOX)}?q=sleep&urgency=soon", reverse("intake:crisis")):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        assert len(queries) <= MOST_QUERIES, [query["sql"][:90] for query in queries]


def test_the_database_is_asked_as_often_for_a_request_with_much_history(client: Client, me: Any) -> None:
    item = stored(1)
    for number in range(20):
        work.add_note(item.pk, me, f"note {number}")
        work.change(item.pk, 2 * number + 2, me, follow_up_on=timezone.localdate() + timedelta(days=number))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("intake:detail", args=[item.pk]))
    assert len(queries) <= MOST_QUERIES + 3, [query["sql"][:90] for query in queries]


def test_a_request_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get(reverse("intake:detail", args=[uuid.uuid4()])).status_code == 404
    assert ContactRequest.objects.count() == 0
