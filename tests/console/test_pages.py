"""The console's pages: who gets which, signing in and being locked out, the audit, and changes that meet."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver, reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from console.intake.models import Acknowledgement, CrisisEvent
from console.staff import audit, roles
from console.staff.models import AuditEntry
from tests.console.records import SENT_AT
from tests.console.staff import signed_in, stored

pytestmark = pytest.mark.django_db

NO_FACTOR = "no second factor"
OPEN = {"health", "login", "set_up", "second_factor"}
EVERY_ROLE = {"home", "logout", "stay", "codes", "welcome", "account", "change_password", "new_codes", "new_phone"}
ADMINISTRATOR = {"people", "add", "set_roles", "reset", "set_active", "audit"}
PASSWORD = "correct horse battery staple"
SECRETS = ("quetzalcoatl", "K7M-001")


def addresses() -> dict[str, str]:
    """Return every address of the console by its name, walked from the list of addresses itself."""
    item = stored(1, reason=SECRETS[0])
    event = crisis_event()
    values = {"request_id": item.pk, "event_id": event.pk, "user_id": 4711, "token": "no-such-token"}
    found = {}
    for prefix in ("staff", "intake"):
        included = get_resolver().namespace_dict[prefix][1]
        for name in (key for key in included.reverse_dict if isinstance(key, str)):
            wanted = included.reverse_dict[name][0][0][1]
            found[name] = reverse(f"{prefix}:{name}", kwargs={key: values[key] for key in wanted})
    assert len(found) > 25
    return found


def crisis_event() -> CrisisEvent:
    return CrisisEvent.objects.create(
        id="event-1",
        kind="crisis_suicide",
        raised_at=SENT_AT,
        conversation="web-1",
        channel="web",
        country="IE",
        received_at=SENT_AT,
    )


def code(device: TOTPDevice) -> str:
    return f"{TOTP(device.bin_key).token():06d}"


@pytest.mark.parametrize("role", [None, NO_FACTOR, *roles.ROLES])
def test_each_role_gets_its_own_pages_and_no_others(role: str | None) -> None:
    for number, (name, address) in enumerate(addresses().items()):
        for method in ("get", "post"):
            client = Client() if role is None else walker(role, f"{method}-{number}")
            answer = getattr(client, method)(address)
            told = b"".join(answer) if answer.streaming else answer.content
            assert answer.status_code < 500, name
            if name in OPEN:
                continue
            if role in (None, NO_FACTOR):
                assert answer.status_code == 302 and answer["Location"].startswith("/login/"), name
            else:
                assert (answer.status_code == 403) != may(str(role), name), (name, answer.status_code)
            if role != roles.INTAKE:
                assert not any(secret.encode() in told for secret in SECRETS), name


def may(role: str, name: str) -> bool:
    if name in EVERY_ROLE:
        return True
    return role == (roles.ADMINISTRATOR if name in ADMINISTRATOR else roles.INTAKE)


def walker(role: str, name: str) -> Client:
    """Return a session of its own, since one of the addresses signs out."""
    client = signed_in(roles.INTAKE, second_factor=False) if role == NO_FACTOR else signed_in(role)
    get_user_model().objects.filter(pk=client.session["_auth_user_id"]).update(username=name)
    return client


def colleague() -> tuple[dict[str, str], TOTPDevice]:
    user = get_user_model().objects.create_user("river", password=PASSWORD)
    return {"username": "river", "password": PASSWORD}, TOTPDevice.objects.create(user=user, confirmed=True)


def test_a_password_without_the_code_signs_nobody_in() -> None:
    form, device = colleague()
    client = Client()
    for wrong in ("", "000000x"):
        assert client.post(reverse("staff:login"), {**form, "code": wrong}).status_code == 200
        assert "_auth_user_id" not in client.session
    device.refresh_from_db()
    device.throttle_reset()  # after a wrong code the next one must wait a second
    assert client.post(reverse("staff:login"), {**form, "code": code(device)}).status_code == 302
    assert client.get(reverse("staff:account")).status_code == 200
    assert AuditEntry.objects.filter(action=audit.SIGNED_IN, user__username="river").count() == 1


def test_five_failures_lock_a_name_even_for_the_right_password() -> None:
    form, device = colleague()
    client = Client()
    statuses = [
        client.post(reverse("staff:login"), {**form, "password": "wrong", "code": "1"}).status_code for _ in range(5)
    ]
    assert statuses == [200, 200, 200, 200, 429]
    assert client.post(reverse("staff:login"), {**form, "code": code(device)}).status_code == 429
    assert AuditEntry.objects.filter(action=audit.LOCKED_OUT, who="river").exists()
    assert AuditEntry.objects.filter(action=audit.SIGN_IN_FAILED, who="river").count() >= 5


def test_passwords_are_stored_with_argon2() -> None:
    colleague()
    assert get_user_model().objects.get(username="river").password.startswith("argon2$argon2id")


def test_the_first_administrator_gets_a_link_once_and_it_works_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("first_administrator")
    link = capsys.readouterr().out.strip()
    call_command("first_administrator")
    assert capsys.readouterr().out == ""
    client, path = Client(), link.removeprefix("http://localhost:8000")
    answer = client.post(path, {"name": "River", "password": PASSWORD, "again": PASSWORD})
    assert answer["Location"] == reverse("staff:second_factor")
    client.get(answer["Location"])
    finished = client.post(answer["Location"], {"code": code(TOTPDevice.objects.get())})
    assert finished["Location"] == reverse("staff:codes")
    assert client.get(reverse("staff:people")).status_code == 200
    assert Client().get(path).status_code == 410


def test_reads_and_changes_are_in_the_audit_without_what_people_wrote() -> None:
    item, client = stored(1, reason=SECRETS[0]), signed_in(roles.INTAKE)
    client.get(reverse("intake:inbox"), {"q": "zorblax"})
    client.get(reverse("intake:detail", args=[item.pk]))
    client.post(reverse("intake:change", args=[item.pk]), {"version": 1, "status": "booked"})
    client.post(reverse("intake:note", args=[item.pk]), {"text": "frobnicate"})
    entries = list(AuditEntry.objects.order_by("id"))
    assert [entry.action for entry in entries] == [audit.LISTED, audit.READ, audit.CHANGED, audit.NOTED]
    assert entries[2].detail == {"field": "status", "from": "new", "to": "booked"}
    assert {entry.address for entry in entries} == {"127.0.0.1"}
    told = " ".join(str(entry.detail) for entry in entries)
    assert not any(word in told for word in (SECRETS[0], "zorblax", "frobnicate"))


def test_who_changes_what_somebody_else_changed_is_asked_first() -> None:
    item, first, second = stored(1), signed_in(roles.INTAKE), signed_in(roles.INTAKE, roles.CONTENT)
    address = reverse("intake:change", args=[item.pk])
    assert first.post(address, {"version": 1, "status": "booked"}).status_code == 302
    clash = second.post(address, {"version": 1, "status": "waiting"})
    item.refresh_from_db()
    assert clash.status_code == 409 and item.status == "booked"
    assert b"Somebody changed this request" in clash.content and b"Save mine all the same" in clash.content
    assert second.post(address, {"version": item.version, "status": "waiting"}).status_code == 302


def test_a_request_is_closed_only_with_a_reason() -> None:
    item, client = stored(1), signed_in(roles.INTAKE)
    address = reverse("intake:change", args=[item.pk])
    assert client.post(address, {"version": 1, "status": "closed"}).status_code == 400
    assert client.post(address, {"version": 1, "status": "closed", "closed_reason": "elsewhere"}).status_code == 302
    item.refresh_from_db()
    assert (item.status, item.closed_reason) == ("closed", "elsewhere")


def test_a_crisis_event_waits_on_top_until_somebody_acknowledges_it() -> None:
    event, client = crisis_event(), signed_in(roles.INTAKE)
    assert b"Crisis events that wait: 1" in client.get(reverse("intake:inbox")).content
    client.post(reverse("intake:acknowledge", args=[event.pk]), {"note": "called"})
    page = client.get(reverse("intake:inbox")).content
    assert b"Crisis events that wait" not in page and b"acknowledged by intake-True" in page
    assert Acknowledgement.objects.get().by.username == "intake-True"


def test_the_inbox_shows_the_most_urgent_first_and_finds() -> None:
    for number, urgency in enumerate(("routine", "urgent", "soon"), start=1):
        stored(number, urgency=urgency)
    client = signed_in(roles.INTAKE)

    def shown(**query: str) -> list[str]:
        return [item.reference for item in client.get(reverse("intake:inbox"), query).context["page"]]

    assert shown() == ["K7M-002", "K7M-003", "K7M-001"]
    assert shown(urgency="soon") == ["K7M-003"]
    assert shown(status="closed") == shown(q="nothing like it") == shown(status="no such status") == []
    assert len(shown(q="River")) == 3
