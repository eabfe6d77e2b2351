"""How long things are kept: from environment variables, with the defaults of docs/privacy.md."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

LONGEST = {"hours": 24 * 365, "days": 365 * 100}


@dataclass(frozen=True)
class Periods:
    """How long things are kept.

    Attributes:
        conversations: since their last message.
        requests: since they were closed or withdrawn.
        crisis: since they were raised.
        audit: since they were written.
        sign_in_failures: since they happened.
    """

    conversations: timedelta
    requests: timedelta
    crisis: timedelta
    audit: timedelta
    sign_in_failures: timedelta = timedelta(days=30)

    @classmethod
    def from_environment(cls) -> Periods:
        """Return what the environment says.

        Raises:
            ImproperlyConfigured: a variable is not a whole number from 1 on.
        """
        return cls(
            conversations=_period("IPT_RETENTION_HOURS", "hours", 24),
            requests=_period("IPT_REQUEST_RETENTION_DAYS", "days", 365),
            crisis=_period("IPT_CRISIS_RETENTION_DAYS", "days", 365),
            audit=_period("IPT_AUDIT_RETENTION_DAYS", "days", 3 * 365),
        )


def _period(name: str, unit: str, default: int) -> timedelta:
    given = os.environ.get(name, "").strip() or str(default)
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= LONGEST[unit]:
        raise ImproperlyConfigured(f"{name}: {given!r} is not a number of {unit} from 1 to {LONGEST[unit]}.")
    return timedelta(**{unit: int(given)})
