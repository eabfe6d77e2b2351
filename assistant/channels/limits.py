"""Rate limits of the website chat (library `limits`)."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.channels.problems import Problem
from assistant.channels.settings import SettingsError, WebSettings


class WebLimits:
    """Counts messages by conversation and by address, and new conversations by address."""

    def __init__(self, settings: WebSettings) -> None:
        self._storage = MemoryStorage()  # the limiter itself keeps only a weak reference
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._conversation = _item("IPT_WEB_RATE_CONVERSATION", settings.conversation_rate)
        self._address = _item("IPT_WEB_RATE_ADDRESS", settings.address_rate)
        self._session = _item("IPT_WEB_RATE_SESSION", settings.session_rate)

    def message(self, conversation: str, address: str) -> None:
        """Count a message.

        Raises:
            Problem: 429 with `Retry-After`, if there were too many.
        """
        self._hit(self._address, "address", address)
        self._hit(self._conversation, "conversation", conversation)

    def request(self, address: str) -> None:
        """Count another request, such as for the history.

        Raises:
            Problem: 429 with `Retry-After`, if there were too many.
        """
        self._hit(self._address, "address", address)

    def session(self, address: str) -> None:
        """Count a new conversation.

        Raises:
            Problem: 429 with `Retry-After`, if there were too many.
        """
        self._hit(self._session, "session", address)

    def _hit(self, item: RateLimitItem, *key: str) -> None:
        if self._limiter.hit(item, *key):
            return
        wait = max(1, math.ceil(self._limiter.get_window_stats(item, *key)[0] - time.time()))
        raise Problem(
            429, f"Too many messages in a short time. Try again in {wait} seconds.", {"Retry-After": str(wait)}
        )


def _item(name: str, value: str) -> RateLimitItem:
    try:
        return parse(value)
    except ValueError as error:
        raise SettingsError(f"{name}: {value!r} is not a limit. Write it like 60/minute.") from error
