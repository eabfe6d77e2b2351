"""Signing in: password and second factor, lock-out, sessions that end."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP

from console.staff import audit, roles, set_up
from console.staff.models import AuditEntry
from console.staff.sessions import ACTIVE_AT, SIGNED_IN_AT
from tests.console.staff import signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "three words apart"


def person(name: str = "ines", *given: str) -> Any:
    """Return a member of staff who can sign in with `PASSWORD` and a code."""
    user = set_up.add_person(name, name.title(), list(given or (roles.INTAKE,)))
    user.set_password(PASSWORD)
    user.save()
    set_up.confirm(set_up.new_device(user))
    return user


def code_of(user: Any, steps: int = 0) -> str:
    """Return the code that the person's app shows, or shows some steps of 30 seconds later."""
    totp = TOTP(user.totpdevice_set.get().bin_key)
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def sign_in(client: Client, **values: str) -> Any:
    return client.post(reverse("staff:login"), {"username": "ines", "password": PASSWORD, **values})


def is_in(client: Client) -> bool:
    return client.get(reverse("intake:inbox")).status_code == 200


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_password_and_code_together_let_in() -> None:
    client, user = Client(), person()
    response = sign_in(client, code=code_of(user))
    assert response.status_code == 302 and response["Location"] == reverse("intake:inbox")
    assert is_in(client)
    assert actions()[0] == audit.SIGNED_IN


@pytest.mark.parametrize(
    "wrong", [{"code": "000000"}, {"code": ""}, {"password": "something else"}, {"username": "nina"}]
)
def test_whatever_is_wrong_lets_nobody_in_and_says_the_same(wrong: dict[str, str]) -> None:
    client, user = Client(), person()
    values = {"code": code_of(user), **wrong}
    if values["code"] == code_of(user) and "code" in wrong:
        pytest.skip("one in a million")
    response = sign_in(client, **values)
    assert response.status_code == 200 and not is_in(client)
    if wrong != {"code": ""}:
        assert "That did not work. Check the name, the password and the code." in response.content.decode()


def test_the_name_is_not_case_sensitive() -> None:
    client, user = Client(), person()
    sign_in(client, username="INES", code=code_of(user))
    assert is_in(client)


def test_a_code_works_once() -> None:
    user = person()
    code = code_of(user)
    sign_in(Client(), code=code)
    again = Client()
    sign_in(again, code=code)
    assert not is_in(again)


def test_a_recovery_code_works_in_place_of_the_app_and_once() -> None:
    user = person()
    code = set_up.new_recovery_codes(user)[0]
    first, second = Client(), Client()
    sign_in(first, code=code.upper())
    sign_in(second, code=code)
    assert is_in(first) and not is_in(second)


@pytest.mark.parametrize("failing", [{"password": "guess"}, {"code": "000000"}])
def test_five_failures_lock_the_name_at_that_address_even_for_the_right_words(failing: dict[str, str]) -> None:
    client, user = Client(), person()
    for spelling in ("ines", "Ines", "INES", "inEs", "ineS"):
        response = sign_in(client, **{"code": "111111", "username": spelling, **failing})
    assert response.status_code == 429 and "locked from here for 15 minutes" in response.content.decode()
    assert sign_in(client, code=code_of(user, 1)).status_code == 429 and not is_in(client)
    assert audit.LOCKED_OUT in actions() and actions().count(audit.SIGN_IN_FAILED) >= 5
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    for device in user.totpdevice_set.all():
        device.throttle_reset()
    sign_in(elsewhere, code=code_of(user, 1))
    assert is_in(elsewhere)  # nobody can lock a colleague out from afar


def test_a_password_typed_as_the_name_is_kept_nowhere() -> None:
    client = Client()
    person()
    sign_in(client, username="my secret password", code="123456")
    sign_in(client, code="314159")
    assert [entry.who for entry in AuditEntry.objects.order_by("id")] == ["?", "ines"]
    from axes.models import AccessAttempt

    kept = str(list(AccessAttempt.objects.values_list("get_data", "post_data", "path_info")))
    assert PASSWORD not in kept and "314159" not in kept


def test_somebody_shut_out_or_without_a_second_factor_cannot_sign_in() -> None:
    user = person()
    get_user_model().objects.update(is_active=False)
    client = Client()
    sign_in(client, code=code_of(user))
    assert not is_in(client)
    get_user_model().objects.update(is_active=True)
    set_up.remove_devices(user)
    sign_in(client, code="")
    sign_in(client, code="123456")
    assert not is_in(client)


def test_the_way_back_leads_to_our_own_pages_only() -> None:
    user = person()
    own = sign_in(Client(), code=code_of(user), next="/crisis/")
    assert own["Location"] == "/crisis/"
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        user = person(f"p{abs(hash(elsewhere))}")
        other = sign_in(Client(), username=user.username, code=code_of(user), next=elsewhere)
        assert other["Location"] == reverse("intake:inbox")


def test_passwords_are_stored_with_argon2() -> None:
    assert person().password.startswith("argon2$argon2id$")


def set_clock(client: Client, **ages: float) -> None:
    session = client.session
    for key, age in ages.items():
        session[key] = time.time() - age
    session.save()


def test_a_session_ends_half_an_hour_after_the_last_thing_done() -> None:
    client = signed_in(roles.INTAKE)
    set_clock(client, **{ACTIVE_AT: 29 * 60})
    assert is_in(client)
    assert time.time() - client.session[ACTIVE_AT] < 60
    set_clock(client, **{ACTIVE_AT: 31 * 60})
    assert not is_in(client)
    assert audit.SESSION_ENDED in actions()


def test_a_session_ends_twelve_hours_after_signing_in() -> None:
    client = signed_in(roles.INTAKE)
    set_clock(client, **{SIGNED_IN_AT: 12 * 3600 + 5})
    assert not is_in(client)


def test_an_open_page_that_asks_for_news_keeps_no_session_but_typing_does() -> None:
    client = signed_in(roles.INTAKE)
    set_clock(client, **{ACTIVE_AT: 20 * 60})
    client.get(reverse("intake:news"), headers={"X-Console-Poll": "1", "X-Console": "json"})
    assert time.time() - client.session[ACTIVE_AT] > 19 * 60
    client.post(reverse("staff:stay"))
    assert time.time() - client.session[ACTIVE_AT] < 60


def test_signing_out_ends_the_session() -> None:
    client = signed_in(roles.INTAKE)
    client.post(reverse("staff:logout"))
    assert not is_in(client) and audit.SIGNED_OUT in actions()


def test_a_new_password_ends_the_sessions_elsewhere() -> None:
    user = person()
    here, there = Client(), Client()
    sign_in(here, code=code_of(user))
    sign_in(there, code=set_up.new_recovery_codes(user)[0])
    values = {"name": "Ines", "old": PASSWORD, "password": "four other words here", "again": "four other words here"}
    here.post(reverse("staff:change_password"), values)
    assert is_in(here) and not is_in(there)


@pytest.mark.parametrize("page", ["change_password", "new_codes", "new_phone"])
def test_who_sits_down_at_an_open_screen_changes_nothing_without_the_password(page: str) -> None:
    user = person()
    client = Client()
    sign_in(client, code=code_of(user))
    before = user.password, list(user.staticdevice_set.get().token_set.values_list("token", flat=True))
    values = {"name": "X", "old": "a guess", "password": "four other words here", "again": "four other words here"}
    response = client.post(reverse(f"staff:{page}"), values)
    assert response.status_code == 400
    user.refresh_from_db()
    assert before == (user.password, list(user.staticdevice_set.get().token_set.values_list("token", flat=True)))
