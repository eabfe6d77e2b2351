"""Who may see which page: the whole list of addresses, for each role and for nobody in particular."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from console.staff import roles
from console.staff.access import ATTRIBUTE
from tests.console.staff import signed_in, stored

pytestmark = pytest.mark.django_db

EVERYBODY, STAFF, INTAKE, ADMINISTRATOR = "everybody", "staff", roles.INTAKE, roles.ADMINISTRATOR
NOWHERE = "00000000-0000-4000-8000-000000000000"
POST_ONLY = {
    *("staff:logout", "staff:stay", "staff:change_password", "staff:new_codes", "staff:new_phone", "staff:add"),
    *("staff:set_roles", "staff:reset", "staff:set_active", "intake:change", "intake:note", "intake:acknowledge"),
}
# Each address of the console and who may see it. One that is not here fails the first test.
EXPECTED = {
    **dict.fromkeys(("staff:health", "staff:login", "staff:set_up", "staff:second_factor"), EVERYBODY),
    **dict.fromkeys(("staff:home", "staff:logout", "staff:stay", "staff:codes", "staff:welcome"), STAFF),
    **dict.fromkeys(("staff:account", "staff:change_password", "staff:new_codes", "staff:new_phone"), STAFF),
    **dict.fromkeys(("staff:people", "staff:add", "staff:set_roles", "staff:reset"), ADMINISTRATOR),
    **dict.fromkeys(("staff:set_active", "staff:audit"), ADMINISTRATOR),
    **dict.fromkeys(("intake:inbox", "intake:news", "intake:detail", "intake:version", "intake:change"), INTAKE),
    **dict.fromkeys(("intake:note", "intake:crisis", "intake:acknowledge"), INTAKE),
    **dict.fromkeys(("intake:csv_many", "intake:fhir_many", "intake:print_many"), INTAKE),
    **dict.fromkeys(("intake:csv_one", "intake:fhir_one", "intake:print_one"), INTAKE),
}


def views() -> Iterator[tuple[str, Any, list[str]]]:
    """Yield name, view and names of arguments of each address."""
    for resolver in get_resolver().url_patterns:
        assert isinstance(resolver, URLResolver)
        for pattern in resolver.url_patterns:
            assert isinstance(pattern, URLPattern)
            yield f"{resolver.namespace}:{pattern.name}", pattern.callback, list(pattern.pattern.converters)


def address(name: str, arguments: list[str]) -> str:
    values = {"request_id": NOWHERE, "user_id": 4711, "event_id": "none", "token": "none"}
    return reverse(name, kwargs={argument: values[argument] for argument in arguments})


def answer(client: Client, name: str, arguments: list[str]) -> HttpResponse:
    method = client.post if name in POST_ONLY else client.get
    return method(address(name, arguments))  # type: ignore[return-value]


def let_in(response: HttpResponse) -> bool:
    """Return whether the view itself answered: not with "sign in first", nor with "not for your role"."""
    to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse("staff:login"))
    return not to_sign_in and response.status_code not in (401, 403)


def test_every_address_says_who_may_see_it() -> None:
    found = {name: getattr(view, ATTRIBUTE, None) for name, view, _ in views()}
    assert found.keys() == EXPECTED.keys()
    assert None not in found.values()


@pytest.mark.parametrize("role", [*roles.ROLES, "no role"])
def test_each_role_sees_its_pages_and_no_others(role: str) -> None:
    given = [] if role == "no role" else [role]
    client = signed_in(*given)
    session = dict(client.session)
    for name, _, arguments in views():
        if name == "staff:logout":
            continue
        expected = EXPECTED[name] in (EVERYBODY, STAFF, role)
        response = answer(client, name, arguments)
        assert let_in(response) == expected, (name, response.status_code)
        assert response.status_code < 500, name
        store = client.session  # setting up and the like must not change who is signed in meanwhile
        store.update(session)
        store.save()


@pytest.mark.parametrize("second_factor", ["nobody", "without"])
def test_without_signing_in_or_without_a_second_factor_there_is_nothing(second_factor: str) -> None:
    client = Client() if second_factor == "nobody" else signed_in(*roles.ROLES, second_factor=False)
    for name, _, arguments in views():
        if EXPECTED[name] == EVERYBODY:
            continue
        response = answer(client, name, arguments)
        assert response.status_code == 302 and response["Location"].startswith(reverse("staff:login")), name


def test_a_script_is_told_with_a_status_rather_than_sent_elsewhere() -> None:
    response = Client().get(reverse("intake:news"), headers={"X-Console": "json"})
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_a_view_that_does_not_say_who_may_see_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from console.intake import views_inbox

    monkeypatch.delattr(views_inbox.inbox, ATTRIBUTE)
    assert signed_in(*roles.ROLES).get(reverse("intake:inbox")).status_code == 403


def test_somebody_shut_out_is_out_at_once() -> None:
    from django.contrib.auth import get_user_model

    client = signed_in(INTAKE)
    assert client.get(reverse("intake:inbox")).status_code == 200
    get_user_model().objects.update(is_active=False)
    assert client.get(reverse("intake:inbox")).status_code == 302


def test_a_role_taken_away_is_gone_at_once() -> None:
    from django.contrib.auth import get_user_model

    client = signed_in(INTAKE)
    get_user_model().objects.get().groups.clear()
    assert client.get(reverse("intake:inbox")).status_code == 403


def test_a_form_from_elsewhere_is_refused() -> None:
    item = stored()
    client = signed_in(INTAKE)
    client.handler.enforce_csrf_checks = True
    for name, _, arguments in views():
        if name in POST_ONLY and EXPECTED[name] != ADMINISTRATOR:
            assert client.post(address(name, arguments)).status_code == 403, name
    item.refresh_from_db()
    assert item.version == 1


def test_pages_are_kept_to_themselves() -> None:
    client = signed_in(INTAKE)
    for response in (client.get(reverse("intake:inbox")), Client().get(reverse("staff:login"))):
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["Cache-Control"] == "no-store"
        page = response.content.decode()
        assert " style=" not in page and "<style" not in page and "https://" not in page and "onclick" not in page


def test_the_address_counts_behind_a_proxy_only_where_one_is_trusted(settings: Any) -> None:
    from console.staff.addresses import address_of

    request = RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    assert address_of(request) == "127.0.0.1"
    settings.TRUST_PROXY = True
    assert address_of(request) == "203.0.113.9"
