"""Made-up contact requests and crisis events, the same each time. What they say lies in `people.yml`."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from console.intake.models import ContactMethod, ContactRequest, CrisisEvent, Status, Urgency
from console.intake.reference import reference_of

FILE = Path(__file__).with_name("people.yml")
NAMESPACE = uuid.UUID("d3e0d3e0-0000-4000-8000-00000000d3e0")
MARK = "demo-"  # what a made-up conversation's id begins with; no real one does
REQUESTS, EVENTS, SEED = 36, 6, 20261123
KINDS = ("crisis_suicide", "crisis_self_harm", "crisis_abuse", "crisis_third_party", "crisis_medical", "crisis_suicide")
# Of how long ago, in hours: some new this morning, some weeks old.
AGES = (
    0.1,
    0.7,
    2,
    3,
    5,
    8,
    20,
    23,
    26,
    30,
    44,
    50,
    70,
    75,
    96,
    100,
    120,
    150,
    170,
    200,
    240,
    300,
    340,
    400,
    500,
    600,
    700,
    800,
)
EVENT_AGES = (0.05, 0.6, 5, 27, 100, 400)
STATUS_BY_AGE = ((24, (Status.NEW,)), (120, (Status.NEW, Status.CONTACTED, Status.WAITING)))
LATER = (Status.CONTACTED, Status.BOOKED, Status.BOOKED, Status.WAITING, Status.CLOSED, Status.CLOSED)


def load() -> dict[str, Any]:
    """Return the contents of `people.yml`."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def request_ids() -> list[uuid.UUID]:
    """Return the ids of the made-up requests."""
    return [uuid.uuid5(NAMESPACE, f"request {number}") for number in range(REQUESTS)]


def event_ids() -> list[str]:
    """Return the ids of the made-up crisis events."""
    return [str(uuid.uuid5(NAMESPACE, f"event {number}")) for number in range(EVENTS)]


def requests(now: datetime) -> list[ContactRequest]:
    """Return the made-up requests, not stored yet."""
    content, chance = load(), random.Random(SEED)
    return [_request(number, content, chance, now) for number in range(REQUESTS)]


def events(now: datetime) -> list[CrisisEvent]:
    """Return the made-up crisis events, not stored yet."""
    return [
        CrisisEvent(
            id=event_ids()[number],
            kind=KINDS[number],
            raised_at=now - timedelta(hours=EVENT_AGES[number]),
            received_at=now - timedelta(hours=EVENT_AGES[number]) + timedelta(seconds=1),
            conversation=f"{MARK}event-{number}",
            channel=("web", "slack", "telegram")[number % 3],
            country=("US", "GB", "IE", None)[number % 4],
        )
        for number in range(EVENTS)
    ]


def _request(number: int, content: dict[str, Any], chance: random.Random, now: datetime) -> ContactRequest:
    story = content["stories"][number % len(content["stories"])]
    name, country = content["names"][number], chance.choice(list(content["phones"]))
    sent_at = now - timedelta(hours=AGES[number % len(AGES)] * (1 if number < len(AGES) else 1.7))
    by_phone = chance.random() < 0.6
    attached = chance.random() < 0.3
    item = ContactRequest(
        id=request_ids()[number],
        reference=reference_of(request_ids()[number]),
        created_at=sent_at,
        updated_at=sent_at,
        conversation=f"{MARK}{number}",
        channel=chance.choice(("web", "web", "web", "slack", "telegram")),
        country=country,
        for_whom=story.get("for", "self"),
        relation=story.get("relation", ""),
        reason=story["reason"],
        hopes=story["hopes"],
        mode=chance.choice(("online", "in_person", "either", "")),
        times=chance.choice(content["times"]),
        language=story.get("language", "English"),
        therapist_gender=chance.choice(("a woman", "a man", "no preference", "no preference", "")),
        barriers=story.get("barriers") or chance.choice(content["barriers"]),
        contact_method=ContactMethod.PHONE if by_phone else ContactMethod.EMAIL,
        phone=content["phones"][country].format(digit=number % 10) if by_phone else "",
        email="" if by_phone else f"{name.split()[0].lower()}@example.org",
        reach_when=chance.choice(content["reach_when"]),
        safe_to_leave_message=chance.choice((True, True, False, None)),
        name=name if chance.random() < 0.9 else "",
        age_band=story.get("age", "adult"),
        trusted_adult=story.get("adult", ""),
        urgency=story.get("urgency", chance.choice((Urgency.ROUTINE, Urgency.ROUTINE, Urgency.SOON))),
        consent_at=sent_at,
        consent_words="Do you agree that exactly this goes to the clinic? Yes.",
        transcript_attached=attached,
        transcript=[{"from": who, "text": text} for who, text in content["talk"]] if attached else None,
    )
    item.summary = _summary(item)
    return item


def _summary(item: ContactRequest) -> str:
    lines = (
        ("For", "me" if item.for_whom == "self" else item.relation),
        ("What it is about", item.reason),
        ("What you hope for", item.hopes),
        ("Good times to meet", item.times),
        ("Language", item.language),
        ("What makes it hard to come", item.barriers),
        ("Name", item.name),
        ("How to reach you", item.phone or item.email),
        ("When to reach you", item.reach_when),
    )
    return "\n".join(f"{label}: {value}" for label, value in lines if value)
