"""Small values of FHIR R4, made of Python's."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timezone
from typing import Any, Mapping


def coded(system: str, code: str, display: str) -> dict[str, Any]:
    """Return a `CodeableConcept`."""
    return {"coding": [{"system": system, "code": code, "display": display}]}


def attachment(title: str, text: str) -> dict[str, Any]:
    """Return a text as an `Attachment`."""
    data = b64encode(text.encode()).decode("ascii")
    return {"contentType": "text/plain; charset=utf-8", "title": title, "data": data}


def instant(moment: datetime) -> str:
    """Return a time as R4's `instant` and `dateTime` have it, in UTC."""
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds")


def clean(text: str) -> str:
    """Leave out what FHIR strings may not hold: control characters other than tab and line ends."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\r\n").strip()


def conversation_of(record: Mapping[str, Any]) -> str:
    """Return the attached conversation as lines; empty when the person did not agree to attach it."""
    if not record.get("transcript_attached"):
        return ""
    who = {"visitor": "Visitor", "assistant": "Assistant"}
    lines = (
        f"{who.get(turn.get('from', ''), 'Assistant')}: {turn.get('text') or ''}" for turn in record["transcript"] or []
    )
    return clean("\n".join(lines))
