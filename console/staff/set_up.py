"""Set-up links: with one, a member of staff sets a password and a second factor. Good once, for a time, and only the latest."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_otp import devices_for_user
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from console.staff.models import SetUpLink

SALT = "console.set-up"
RECOVERY_CODES = 10


def make_link(user: Any) -> str:
    """Return the path of a new set-up link; older ones of the same person are void from now on."""
    nonce = secrets.token_urlsafe(32)
    values = {"nonce": nonce, "made_at": timezone.now(), "used_at": None}
    SetUpLink.objects.update_or_create(user=user, defaults=values)
    return reverse("staff:set_up", args=[signing.dumps([user.pk, nonce], salt=SALT)])


def user_of(token: str) -> Any:
    """Return whom a link is for, or `None` if it is not good (any more)."""
    try:
        pk, nonce = signing.loads(token, salt=SALT, max_age=settings.SET_UP_LONGEST)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    link = SetUpLink.objects.select_related("user").filter(user=pk, used_at=None, user__is_active=True).first()
    return link.user if link and hmac.compare_digest(link.nonce, nonce) else None


def use_up(user: Any) -> bool:
    """Make a person's link void; return `False` if it was so already."""
    return bool(SetUpLink.objects.filter(user=user, used_at=None).update(used_at=timezone.now()))


def add_person(username: str, name: str, roles: list[str]) -> Any:
    """Return a new member of staff, who cannot sign in before using a set-up link."""
    with transaction.atomic():
        user = get_user_model().objects.create_user(username=username, first_name=name)
        user.groups.set(Group.objects.filter(name__in=roles))
    return user


def new_device(user: Any) -> TOTPDevice:
    """Return the second factor that a person is setting up: theirs not confirmed yet, else a new one."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "phone"})
    return device


def confirm(device: TOTPDevice) -> list[str]:
    """Put a second factor in the place of all older ones; return new recovery codes."""
    with transaction.atomic():
        remove_devices(device.user, keep=device)
        device.confirmed = True
        device.save()
        return new_recovery_codes(device.user)


def new_recovery_codes(user: Any) -> list[str]:
    """Return new recovery codes, each good once, in the place of the old ones."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery codes")
        codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def remove_devices(user: Any, keep: Any = None) -> None:
    """Take a person's second factors and recovery codes away."""
    for device in devices_for_user(user, confirmed=None):
        if device != keep:
            device.delete()
