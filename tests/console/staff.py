"""Members of staff who are signed in, and requests in the console, for tests of its pages."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from console.intake.models import ContactRequest
from console.staff.sessions import ACTIVE_AT, SIGNED_IN_AT
from tests.console.records import record


def signed_in(*roles: str, second_factor: bool = True) -> Client:
    """Return a browser in which a member of staff with these roles is signed in."""
    user = get_user_model().objects.create_user(f"{'-'.join(roles) or 'nobody'}-{second_factor}")
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SIGNED_IN_AT] = session[ACTIVE_AT] = time.time()
    if second_factor:
        device = TOTPDevice.objects.create(user=user, confirmed=True)
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def stored(number: int = 1, **changes: Any) -> ContactRequest:
    """Store a request in which everything was answered; the number gives its reference."""
    values = {**record(number), "reference": f"K7M-{number:03d}", "assigned_to": None, **changes}
    return ContactRequest.objects.create(**values)
