"""Puts made-up requests and crisis events into the console, as if staff had worked on them for weeks, and takes them out."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from console.demo import people
from console.intake.models import Acknowledgement, Change, ContactRequest, CrisisEvent, Note, Status
from console.intake.store import WITHDRAWN
from console.staff.roles import INTAKE


class RealDataError(RuntimeError):
    """The console holds something that is not made up."""


def fill(now: datetime) -> tuple[int, int]:
    """Put everything in; return how many requests and crisis events there are.

    Raises:
        RealDataError: there are real requests or crisis events.
    """
    with transaction.atomic():
        real = ContactRequest.objects.exclude(pk__in=people.request_ids()).count()
        real += CrisisEvent.objects.exclude(pk__in=people.event_ids()).count()
        if real:
            raise RealDataError(
                f"This console holds {real} real requests or crisis events. Made-up ones do not go there."
            )
        remove()
        staff, chance = _staff(), random.Random(people.SEED)
        items, events = people.requests(now), people.events(now)
        for number, item in enumerate(items):
            _work_on(item, number, staff, chance, now)
        CrisisEvent.objects.bulk_create(events)
        for event in events[2:]:
            taken = event.raised_at + timedelta(minutes=chance.randint(3, 50))
            Acknowledgement.objects.create(event=event, acknowledged_at=taken, by=chance.choice(staff))
    return len(items), len(events)


def remove() -> tuple[int, int]:
    """Take out what `fill` put in, with whatever was added to it since; return how many requests and crisis events."""
    with transaction.atomic():
        requests = ContactRequest.objects.filter(pk__in=people.request_ids(), conversation__startswith=people.MARK)
        events = CrisisEvent.objects.filter(pk__in=people.event_ids(), conversation__startswith=people.MARK)
        counts = requests.count(), events.count()
        requests.delete()
        events.delete()
        names = [member["username"] for member in people.load()["staff"]]
        get_user_model().objects.filter(username__in=names, is_active=False).delete()
    return counts


def _staff() -> list[Any]:
    """Return the made-up members of staff, who cannot sign in."""
    members = []
    for member in people.load()["staff"]:
        user = get_user_model()(**member, is_active=False)
        user.set_unusable_password()
        user.save()
        user.groups.add(*Group.objects.filter(name=INTAKE))
        members.append(user)
    return members


def _work_on(item: ContactRequest, number: int, staff: list[Any], chance: random.Random, now: datetime) -> None:
    """Store a request as it would be by now: with status, notes, changes; one is withdrawn."""
    content = people.load()
    hours = (now - item.created_at).total_seconds() / 3600
    choices = next((found for longest, found in people.STATUS_BY_AGE if hours < longest), people.LATER)
    status = chance.choice(choices)
    withdrawn = number == people.REQUESTS - 3
    changes = []
    if withdrawn:
        item.withdrawn_at = item.created_at + timedelta(hours=5)
        item.__dict__.update(ContactRequest.emptied())
        status = Status.NEW
        changes.append((WITHDRAWN, "", "", None))
    elif status != Status.NEW:
        item.assigned_to = chance.choice(staff)
        changes.append(("status", Status.NEW, Status.CONTACTED, item.assigned_to))
        if status != Status.CONTACTED:
            changes.append(("status", Status.CONTACTED, status, item.assigned_to))
        if status == Status.CLOSED:
            item.closed_reason = chance.choice(content["closed_reasons"])
        elif chance.random() < 0.5:
            item.follow_up_on = (now + timedelta(days=chance.randint(-2, 6))).date()
    item.status, item.version = status, 1 + len(changes)
    moments = sorted(item.created_at + chance.random() * (now - item.created_at) for _ in changes)
    if withdrawn:
        moments = [item.withdrawn_at]
    item.updated_at = moments[-1] if moments else item.created_at
    item.save(force_insert=True)
    for version, ((field, before, after, by), moment) in enumerate(zip(changes, moments), start=2):
        Change.objects.create(
            request=item, version=version, changed_at=moment, by=by, field=field, before=before, after=after
        )
    for moment in moments if not withdrawn else []:
        if chance.random() < 0.7:
            Note.objects.create(
                request=item, written_at=moment, by=item.assigned_to, text=chance.choice(content["notes"])
            )
