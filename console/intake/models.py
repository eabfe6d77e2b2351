"""The tables of intake: contact requests with what is done about them, and crisis events."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Status(models.TextChoices):
    """How far a request is."""

    NEW = "new"
    CONTACTED = "contacted"
    BOOKED = "booked"
    WAITING = "waiting"
    CLOSED = "closed"


class Urgency(models.TextChoices):
    """How soon, in the person's own view. In the order of the alphabet the most urgent comes last."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


class Mode(models.TextChoices):
    """Where the person would like to meet."""

    EITHER = "either"
    ONLINE = "online"
    IN_PERSON = "in_person"


class ContactMethod(models.TextChoices):
    """How the person wants to be reached."""

    PHONE = "phone"
    EMAIL = "email"


OPEN = (Status.NEW, Status.CONTACTED, Status.BOOKED, Status.WAITING)


class ContactRequest(models.Model):
    """What a person asked a clinic for in the chat, as they agreed to send it, and how far staff are with it.

    The chat gives the id, so that a request sent twice is stored once. `version` counts changes; whoever changes a
    request says which version they saw (console/intake/work.py).
    """

    # What the person gave. `emptied()` empties it when they withdraw.
    CONTENT = (
        *("for_whom", "relation", "reason", "hopes", "mode", "times", "language", "therapist_gender", "barriers"),
        *("contact_method", "phone", "email", "reach_when", "safe_to_leave_message", "name", "age_band"),
        *("trusted_adult", "urgency", "summary", "consent_words", "transcript_attached", "transcript"),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=7, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    conversation = models.TextField(blank=True, default="", db_index=True)
    channel = models.CharField(max_length=50, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")

    for_whom = models.TextField(blank=True, default="")
    relation = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    hopes = models.TextField(blank=True, default="")
    mode = models.CharField(max_length=20, choices=Mode.choices, blank=True, default="")
    times = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    therapist_gender = models.TextField(blank=True, default="")
    barriers = models.TextField(blank=True, default="")
    contact_method = models.CharField(max_length=20, choices=ContactMethod.choices, blank=True, default="")
    phone = models.CharField(max_length=20, blank=True, default="")  # E.164
    email = models.CharField(max_length=254, blank=True, default="")
    reach_when = models.TextField(blank=True, default="")
    safe_to_leave_message = models.BooleanField(null=True, default=None)  # `None`: not said
    name = models.TextField(blank=True, default="")
    age_band = models.CharField(max_length=40, blank=True, default="")
    trusted_adult = models.TextField(blank=True, default="")
    urgency = models.CharField(max_length=20, choices=Urgency.choices, default=Urgency.ROUTINE)

    summary = models.TextField(blank=True, default="")  # exactly what was consented to
    consent_at = models.DateTimeField(null=True, blank=True)
    consent_words = models.TextField(blank=True, default="")
    transcript_attached = models.BooleanField(default=False)
    transcript = models.JSONField(null=True, blank=True, default=None)

    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    closed_reason = models.CharField(max_length=40, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="requests"
    )
    follow_up_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Newest and most urgent first, in one index with what the list filters by."""

        ordering = ("-urgency", "-created_at", "-id")
        indexes = (
            models.Index(F("urgency").desc(), F("created_at").desc(), F("id").desc(), name="intake_by_urgency"),
            models.Index(F("created_at").desc(), F("id").desc(), name="intake_by_time"),
            models.Index(fields=("status", "created_at"), name="intake_by_status"),
            models.Index(fields=("updated_at",), name="intake_by_change"),
            models.Index(fields=("follow_up_on",), name="intake_by_follow_up"),
            models.Index(fields=("phone",), name="intake_by_phone"),
            models.Index(fields=("email",), name="intake_by_email"),
        )

    def __str__(self) -> str:
        return str(self.reference)

    @classmethod
    def emptied(cls) -> dict[str, Any]:
        """Return the fields of `CONTENT` with nothing in them."""
        return {name: cls._meta.get_field(name).get_default() for name in cls.CONTENT}


class Note(models.Model):
    """What a member of staff wrote about a request."""

    request = models.ForeignKey(ContactRequest, models.CASCADE, related_name="notes")
    written_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        """Newest first."""

        ordering = ("-written_at", "-id")


class Change(models.Model):
    """One change of a request: which field, from what, to what. Never what a person or a note said."""

    request = models.ForeignKey(ContactRequest, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()  # the request's version since this change
    changed_at = models.DateTimeField(default=timezone.now)
    # Nobody: the person themselves, or a rule (`withdrawn`).
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True, default="")
    after = models.TextField(blank=True, default="")

    class Meta:
        """Newest first."""

        ordering = ("-version", "-id")


class SeenMark(models.Model):
    """Which version of a request a member of staff saw last."""

    request = models.ForeignKey(ContactRequest, models.CASCADE, related_name="seen_marks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One for each request and member of staff."""

        constraints = (models.UniqueConstraint(fields=("by", "request"), name="intake_one_seen_mark"),)


class CrisisEvent(models.Model):
    """That danger was raised in a conversation. The action server stores it (actions/crisis_events.py)."""

    id = models.CharField(primary_key=True, max_length=36)
    kind = models.CharField(max_length=50)
    raised_at = models.DateTimeField()
    conversation = models.TextField()
    channel = models.CharField(max_length=50)
    country = models.CharField(max_length=2, null=True)
    received_at = models.DateTimeField()

    class Meta:
        """The action server's table."""

        db_table = "crisis_events"
        ordering = ("-raised_at", "id")
        indexes = (models.Index(fields=("raised_at",), name="ix_crisis_events_raised_at"),)


class Acknowledgement(models.Model):
    """That a member of staff has taken note of a crisis event."""

    event = models.OneToOneField(CrisisEvent, models.CASCADE, related_name="acknowledgement")
    acknowledged_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(blank=True, default="")


OPEN_REQUESTS = Q(status__in=OPEN)
