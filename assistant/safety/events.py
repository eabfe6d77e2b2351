"""A crisis event: that danger was raised in a conversation, never the words that raised it."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

# What the sender and the action agree on: the action, where it finds the event, the slot that confirms its id.
ACTION = "action_record_crisis_event"
METADATA_KEY = "crisis_event"
CONFIRMATION = "crisis_event_recorded"

UNKNOWN = "unknown"
_NAMESPACE = uuid.UUID("6f2f7b0e-5d0c-4f3e-9a53-0c1f6f6b8a11")
_KIND = re.compile(r"crisis_[a-z_]{1,40}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LONGEST = {"conversation": 500, "channel": 50}


class EventError(ValueError):
    """A crisis event cannot be used; the message names the key and what is expected there."""


@dataclass(frozen=True)
class CrisisEvent:
    """A crisis event as staff see it.

    Attributes:
        id: the same for the same message of the same conversation, so that nothing is counted twice.
        kind: the crisis intent, such as `crisis_suicide`.
        raised_at: when, in UTC.
        conversation: the conversation's opaque id.
        channel: where the person writes, such as `web`.
        country: ISO code such as `IE`, or `None`.
    """

    id: str
    kind: str
    raised_at: datetime
    conversation: str
    channel: str
    country: str | None

    @classmethod
    def of(
        cls,
        kind: str,
        conversation: str,
        message_id: str,
        channel: str | None,
        country: str | None = None,
        raised_at: datetime | None = None,
    ) -> CrisisEvent:
        """Return the event of one message; what is not known for sure is left out rather than refused.

        Args:
            kind: the crisis intent.
            conversation: the conversation's opaque id.
            message_id: the message's id; the same id gives the same event.
            channel: name of the channel, if known.
            country: ISO code, if known.
            raised_at: when; now, unless told.
        """
        code = str(country or "").upper()
        moment = raised_at or datetime.now(timezone.utc)
        return cls(
            id=str(uuid.uuid5(_NAMESPACE, json.dumps([conversation, message_id]))),
            kind=kind,
            raised_at=moment.astimezone(timezone.utc),
            conversation=conversation,
            channel=channel or UNKNOWN,
            country=code if _COUNTRY.fullmatch(code) else None,
        )

    @classmethod
    def from_dict(cls, content: Any) -> CrisisEvent:
        """Return the event in a mapping.

        Raises:
            EventError: a key is missing, unknown or has a value that cannot be used.
        """
        if not isinstance(content, dict):
            raise EventError(f"A crisis event is a mapping, not {type(content).__name__}.")
        keys = set(cls.__dataclass_fields__)
        if content.keys() != keys:
            missing, unknown = sorted(keys - content.keys()), sorted(str(key) for key in content.keys() - keys)
            raise EventError(f"A crisis event has the keys {sorted(keys)}. Missing: {missing}; unknown: {unknown}.")
        event = cls(**{**content, "raised_at": _moment(content["raised_at"])})
        event.check()
        return event

    @classmethod
    def from_json(cls, text: str) -> CrisisEvent:
        """Return the event in a JSON text.

        Raises:
            EventError: not JSON, or as for `from_dict`.
        """
        try:
            content = json.loads(text)
        except ValueError as error:
            raise EventError(f"Not JSON: {error}.") from error
        return cls.from_dict(content)

    def to_dict(self) -> dict[str, Any]:
        """Return the event as a mapping that JSON can hold."""
        return {**asdict(self), "raised_at": self.raised_at.astimezone(timezone.utc).isoformat()}

    def to_json(self) -> str:
        """Return the event as one line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def check(self) -> None:
        """Check every value.

        Raises:
            EventError: a value cannot be used.
        """
        if not _is_uuid(self.id):
            raise EventError(f"`id`: {self.id!r} is not a UUID in small letters.")
        if not isinstance(self.kind, str) or not _KIND.fullmatch(self.kind):
            raise EventError(f"`kind`: {self.kind!r} is not the name of a crisis intent, such as `crisis_suicide`.")
        if not isinstance(self.raised_at, datetime) or self.raised_at.tzinfo is None:
            raise EventError(f"`raised_at`: {self.raised_at!r} is not a time with its offset from UTC.")
        for key, longest in _LONGEST.items():
            value = getattr(self, key)
            if not isinstance(value, str) or not value or not value.isprintable() or len(value) > longest:
                raise EventError(f"`{key}`: must be a printable text of 1 to {longest} characters.")
        if self.country is not None and not (isinstance(self.country, str) and _COUNTRY.fullmatch(self.country)):
            raise EventError(f"`country`: {self.country!r} is neither null nor an ISO code such as `IE`.")


def call_of(event: CrisisEvent) -> dict[str, Any]:
    """Return the call of the action that stores an event, as the action server's webhook takes it."""
    tracker = {
        "sender_id": event.conversation,
        "slots": {},
        "latest_message": {"metadata": {METADATA_KEY: event.to_dict()}},
        "events": [],
    }
    return {"next_action": ACTION, "sender_id": event.conversation, "tracker": tracker, "domain": {}}


def confirms(answer: Any, event_id: str) -> bool:
    """Return whether an answer of the action server confirms that an event is stored."""
    try:
        return any(event.get("name") == CONFIRMATION and event.get("value") == event_id for event in answer["events"])
    except (KeyError, TypeError, AttributeError):
        return False


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _moment(value: Any) -> datetime:
    """Return an ISO 8601 time in UTC."""
    try:
        moment = datetime.fromisoformat(re.sub("Z$", "+00:00", value))
    except (TypeError, ValueError) as error:
        raise EventError(
            f"`raised_at`: {value!r} is not an ISO 8601 time such as 2025-01-31T12:00:00+00:00."
        ) from error
    if moment.tzinfo is None:
        raise EventError(f"`raised_at`: {value!r} has no offset from UTC. Add +00:00.")
    return moment.astimezone(timezone.utc)
