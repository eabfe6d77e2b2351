"""First use, new colleagues, lost phones: set-up links, and what administrators do."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp

from console.staff import audit, roles, set_up
from console.staff.models import AppendOnlyError, AuditEntry
from tests.console.staff import signed_in

pytestmark = pytest.mark.django_db

NEW = {"name": "Nora Daly", "password": "three words apart", "again": "three words apart"}


def code_of(user: Any) -> str:
    return f"{totp(user.totpdevice_set.get(confirmed=False).bin_key):06d}"


def go_through(link: str, user: Any) -> Client:
    """Set a password and a second factor with a link; return the browser."""
    client = Client()
    assert client.post(link, NEW)["Location"] == reverse("staff:second_factor")
    client.get(reverse("staff:second_factor"))
    response = client.post(reverse("staff:second_factor"), {"code": code_of(user)})
    assert response["Location"] == reverse("staff:codes")
    return client


def output_of(*command: str) -> str:
    output = StringIO()
    call_command(*command, stdout=output)
    return output.getvalue().strip()


def test_the_first_administrator_gets_a_link_once() -> None:
    link = output_of("first_administrator", "--address", "http://console.example:8000/")
    assert link.startswith("http://console.example:8000/set-up/")
    assert output_of("first_administrator") == ""
    user = get_user_model().objects.get()
    client = go_through(link.removeprefix("http://console.example:8000"), user)
    assert client.get(reverse("staff:people")).status_code == 200
    assert client.get(reverse("intake:inbox")).status_code == 200


def test_a_link_leads_to_a_password_a_second_factor_and_recovery_codes_shown_once() -> None:
    user = set_up.add_person("nora", "Nora", [roles.INTAKE])
    client = go_through(set_up.make_link(user), user)
    page = client.get(reverse("staff:codes")).content.decode()
    codes = re.findall(r"<code>([a-z2-7]{8})</code>", page)
    assert len(codes) == len(set(codes)) == 10
    assert "<code>" not in client.get(reverse("staff:codes")).content.decode()
    assert client.get(reverse("intake:inbox")).status_code == 200
    user.refresh_from_db()
    assert user.first_name == "Nora Daly"


def test_a_link_is_good_until_the_second_factor_works_and_no_longer() -> None:
    user = set_up.add_person("nora", "Nora", [roles.INTAKE])
    link = set_up.make_link(user)
    stopped_half_way = Client()
    stopped_half_way.post(link, NEW)
    assert stopped_half_way.get(reverse("intake:inbox")).status_code == 302
    go_through(link, user)
    assert Client().get(link).status_code == 410
    assert stopped_half_way.get(reverse("staff:second_factor")).status_code == 410


def test_older_forged_and_late_links_are_no_good(settings: Any) -> None:
    user = set_up.add_person("nora", "Nora", [roles.INTAKE])
    older, link = set_up.make_link(user), set_up.make_link(user)
    assert Client().get(older).status_code == 410
    assert Client().get(f"{link[:-2]}x/").status_code == 410
    assert Client().get(link).status_code == 200
    settings.SET_UP_LONGEST = timedelta(seconds=-1)
    assert Client().get(link).status_code == 410


def test_a_wrong_code_sets_nothing_up() -> None:
    user = set_up.add_person("nora", "Nora", [roles.INTAKE])
    client = Client()
    client.post(set_up.make_link(user), NEW)
    client.get(reverse("staff:second_factor"))
    right = code_of(user)
    wrong = "000000" if right != "000000" else "000001"
    assert client.post(reverse("staff:second_factor"), {"code": wrong}).status_code == 400
    assert client.get(reverse("intake:inbox")).status_code == 302


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", "nora-nora-nora"])
def test_a_weak_password_is_refused(password: str) -> None:
    user = set_up.add_person("nora-nora-nora", "Nora", [roles.INTAKE])
    response = Client().post(set_up.make_link(user), {**NEW, "password": password, "again": password})
    assert response.status_code == 200 and 'class="error"' in response.content.decode()
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_an_administrator_adds_a_colleague_whose_link_is_shown_once() -> None:
    client = signed_in(roles.ADMINISTRATOR)
    client.post(reverse("staff:add"), {"name": "Nora Daly", "username": "Nora", "roles": [roles.INTAKE]})
    page = client.get(reverse("staff:people")).content.decode()
    link = re.search(r"http://testserver(/set-up/[^<]+)</code>", page)
    assert link and "set-up/" not in client.get(reverse("staff:people")).content.decode()
    user = get_user_model().objects.get(username="nora")
    assert go_through(link[1], user).get(reverse("intake:inbox")).status_code == 200
    again = client.post(reverse("staff:add"), {"name": "N", "username": "NORA", "roles": [roles.INTAKE]})
    assert again.status_code == 400 and "Somebody has this name already" in again.content.decode()


def test_a_lost_phone_is_replaced_and_the_old_one_is_out_at_once() -> None:
    user = set_up.add_person("nora", "Nora", [roles.INTAKE])
    lost = go_through(set_up.make_link(user), user)
    administrator = signed_in(roles.ADMINISTRATOR)
    administrator.post(reverse("staff:reset", args=[user.pk]))
    assert lost.get(reverse("intake:inbox")).status_code == 302
    page = administrator.get(reverse("staff:people")).content.decode()
    link = re.search(r"http://testserver(/set-up/[^<]+)</code>", page)
    assert link and go_through(link[1], user).get(reverse("intake:inbox")).status_code == 200


def test_the_only_administrator_gets_back_in_with_a_command() -> None:
    user = set_up.add_person("ada", "Ada", [roles.ADMINISTRATOR])
    go_through(set_up.make_link(user), user)
    link = output_of("set_up_link", "ADA", "--address", "http://c")
    assert go_through(link.removeprefix("http://c"), user).get(reverse("staff:people")).status_code == 200
    with pytest.raises(CommandError, match=r"'nobody' cannot sign in\. There is: ada"):
        output_of("set_up_link", "nobody")


def test_another_phone_takes_the_place_of_the_first() -> None:
    user = set_up.add_person("nora", "Nora", [roles.INTAKE])
    client = go_through(set_up.make_link(user), user)
    first = user.totpdevice_set.get().pk
    client.post(reverse("staff:new_phone"), {"old": NEW["password"]})
    client.get(reverse("staff:second_factor"))
    client.post(reverse("staff:second_factor"), {"code": code_of(user)})
    assert user.totpdevice_set.get().pk != first
    assert client.get(reverse("intake:inbox")).status_code == 200


def test_there_is_always_one_administrator_and_nobody_shuts_themselves_out() -> None:
    client = signed_in(roles.ADMINISTRATOR)
    me = get_user_model().objects.get()
    client.post(reverse("staff:set_roles", args=[me.pk]), {"roles": [roles.INTAKE]})
    client.post(reverse("staff:set_active", args=[me.pk]), {"active": "0"})
    client.post(reverse("staff:reset", args=[me.pk]))
    assert client.get(reverse("staff:people")).status_code == 200


def test_what_administrators_do_is_in_the_audit() -> None:
    client = signed_in(roles.ADMINISTRATOR)
    client.post(reverse("staff:add"), {"name": "Nora", "username": "nora", "roles": [roles.INTAKE]})
    user = get_user_model().objects.get(username="nora")
    client.post(reverse("staff:set_roles", args=[user.pk]), {"roles": [roles.CONTENT]})
    client.post(reverse("staff:set_active", args=[user.pk]), {"active": "0"})
    client.post(reverse("staff:reset", args=[user.pk]))
    client.get(reverse("staff:audit"))
    found = AuditEntry.objects.order_by("id").values_list("action", "who", "address", "object_id")
    me, one = ("administrator-True", "127.0.0.1"), str(user.pk)
    assert list(found) == [
        (audit.STAFF_ADDED, *me, one),
        (audit.SET_UP_LINK, *me, one),
        (audit.STAFF_CHANGED, *me, one),
        (audit.STAFF_CHANGED, *me, one),
        (audit.FACTOR_RESET, *me, one),
        (audit.SET_UP_LINK, *me, one),
        (audit.AUDIT_READ, *me, ""),
    ]
    page = client.get(reverse("staff:audit"), {"action": audit.STAFF_ADDED}).content.decode()
    assert page.count("<tr>") == 2


def test_audit_entries_can_be_neither_changed_nor_deleted() -> None:
    entry = audit.record(None, audit.ERASED, who="a command")
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.update(who="somebody else")
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.all().delete()
