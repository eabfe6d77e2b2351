"""Contact requests as plain mappings, for tests of the exports."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import Any

SENT_AT = datetime(2026, 11, 23, 9, 30, 5, 123456, tzinfo=timezone.utc)


def record(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a request in which everything was answered."""
    return {
        "id": uuid.UUID(int=number),
        "reference": "K7M-3QD",
        "created_at": SENT_AT,
        "conversation": "web-1",
        "channel": "web",
        "country": "IE",
        "for_whom": "self",
        "relation": "",
        "reason": "I can't sleep since my dad died",
        "hopes": "To feel like myself again",
        "mode": "online",
        "times": "Tuesday evenings",
        "language": "English",
        "therapist_gender": "a woman",
        "barriers": "I have a baby at home",
        "contact_method": "phone",
        "phone": "+353209174242",
        "email": "river@example.org",
        "reach_when": "after six",
        "safe_to_leave_message": False,
        "name": "River",
        "age_band": "18_plus",
        "trusted_adult": "",
        "urgency": "soon",
        "summary": "For: myself. Reason: I can't sleep since my dad died.",
        "consent_at": SENT_AT,
        "consent_words": "Yes, send exactly this to the clinic.",
        "transcript_attached": False,
        "transcript": None,
        "status": "new",
        "closed_reason": "",
        "withdrawn_at": None,
        "assigned_to": "",
        "follow_up_on": None,
        "updated_at": SENT_AT,
        "version": 1,
        **changes,
    }
