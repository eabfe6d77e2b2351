"""Puts 20,000 made-up requests into the console's database at `IPT_CONSOLE_URL`, and signs somebody in; prints the cookie.

python -m bench.console.fill 20000
"""

from __future__ import annotations

import os
import random
import sys
import time
import uuid
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_otp import DEVICE_ID_SESSION_KEY  # noqa: E402

from console.intake.models import Change, ContactRequest, CrisisEvent, Note, SeenMark, Status, Urgency  # noqa: E402
from console.intake.reference import reference_of  # noqa: E402
from console.staff import set_up  # noqa: E402
from console.staff.roles import INTAKE  # noqa: E402
from console.staff.sessions import ACTIVE_AT, SIGNED_IN_AT  # noqa: E402

WORDS = (  # noqa: SIM905 - one line is easier to read than forty
    "sleep work mother father partner argue alone baby move city friend lost job school tired angry sad worry talk "
    "help week evening family divorce illness hospital money study exam garden winter summer street bus phone"
).split()
NAMES = ("River", "Hazel", "Linden", "Rowan", "Wren", "Lark", "Robin", "Finch", "Sorrel", "Clover", "Juniper")
CHUNK = 1000


def fill(number: int, user: object) -> None:
    """Store requests of the last two years, nine of ten closed, each with a note, changes and marks of what was seen."""
    chance, now = random.Random(7), timezone.now()
    taken: set[str] = set()
    for start in range(0, number, CHUNK):
        items = [_request(chance, now, user, taken) for _ in range(min(CHUNK, number - start))]
        ContactRequest.objects.bulk_create(items)
        Note.objects.bulk_create(Note(request=item, by=user, text=_text(chance, 30)) for item in items)
        marks = [
            SeenMark(request=item, by=user, version=chance.choice((1, 2))) for item in items if chance.random() < 0.9
        ]
        SeenMark.objects.bulk_create(marks)
        Change.objects.bulk_create(
            Change(request=item, version=2, by=user, field="status", before="new", after=item.status) for item in items
        )
    CrisisEvent.objects.bulk_create(
        CrisisEvent(
            id=str(uuid.uuid4()),
            kind="crisis_suicide",
            raised_at=now - timedelta(hours=hour),
            conversation=str(hour),
            channel="web",
            country="IE",
            received_at=now - timedelta(hours=hour),
        )
        for hour in range(20)
    )


def _request(chance: random.Random, now: object, user: object, taken: set[str]) -> ContactRequest:
    key = uuid.UUID(int=chance.getrandbits(128), version=4)
    reference = next(found for attempt in range(5) if (found := reference_of(key, attempt)) not in taken)
    taken.add(reference)
    reason, name = _text(chance, 40), f"{chance.choice(NAMES)} {chance.randrange(10_000)}"
    sent = now - timedelta(minutes=chance.randrange(2 * 365 * 24 * 60))  # type: ignore[operator]
    return ContactRequest(
        id=key,
        reference=reference,
        created_at=sent,
        updated_at=sent,
        consent_at=sent,
        name=name,
        reason=reason,
        hopes=_text(chance, 15),
        phone=f"+35387{chance.randrange(10**7):07d}",
        email=f"{name.lower().replace(' ', '.')}@example.org",
        summary=f"For: me.\nWhat it is about: {reason}\n{_text(chance, 60)}",
        urgency=chance.choice(Urgency.values),
        status=Status.CLOSED if chance.random() < 0.9 else chance.choice(Status.values),
        assigned_to=user if chance.random() < 0.5 else None,
        version=2,
    )


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def sign_in(user: object) -> str:
    """Return the session's key of a member of staff, signed in with a second factor."""
    device = set_up.new_device(user)
    set_up.confirm(device)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"  # type: ignore[attr-defined]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    session[SIGNED_IN_AT] = session[ACTIVE_AT] = time.time()
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    somebody = set_up.add_person("bench", "Bench", [INTAKE])
    fill(int(sys.argv[1]), somebody)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as PostgreSQL does by itself within a minute
    print(sign_in(somebody), ContactRequest.objects.order_by("?").values_list("pk", flat=True)[0])
