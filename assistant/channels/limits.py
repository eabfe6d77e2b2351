"""Rate limits of the website chat (library `limits`)."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import Deque, Dict, Tuple

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.channels.problems import Problem
from assistant.channels.settings import SettingsError, WebSettings

SWEEP_EVERY = 1000  # acquisitions between two searches for keys whose times are all over


class TimesInMemory(MemoryStorage):
    """The library's storage for moving windows, without its thread.

    limits 2.4 starts a thread for each hit, which goes through all hits of all keys: with a few thousand messages it took a seventh of the
    server's time. Here the times of a key are dropped when the key is used, and keys that are not used any more now and then.
    """

    STORAGE_SCHEME = ["times"]

    def __init__(self) -> None:
        super().__init__()
        self._times: Dict[str, Deque[float]] = {}
        self._ends: Dict[str, float] = {}  # when the newest time of a key is over
        self._acquired = 0

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` hits of a key unless that makes more than `limit` within `expiry` seconds; return whether they were counted."""
        now = time.time()
        self._sweep(now)
        times = self._within(key, expiry, now)
        if len(times) + amount > limit:
            return False
        self._times[key] = times
        times.extend([now] * amount)
        self._ends[key] = now + expiry
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> Tuple[float, int]:  # type: ignore[override]
        """Return when the oldest hit of the last `expiry` seconds was (not cut to whole seconds), and how many there are."""
        now = time.time()
        times = self._within(key, expiry, now)
        return times[0] if times else now, len(times)

    def _within(self, key: str, expiry: int, now: float) -> Deque[float]:
        times = self._times.get(key, deque())
        while times and times[0] <= now - expiry:
            times.popleft()
        return times

    def _sweep(self, now: float) -> None:
        self._acquired += 1
        if self._acquired % SWEEP_EVERY == 0:
            for key in [key for key, end in self._ends.items() if end <= now]:
                del self._ends[key], self._times[key]


class WebLimits:
    """Counts messages by conversation and by address, and new conversations by address."""

    def __init__(self, settings: WebSettings) -> None:
        self._storage = TimesInMemory()  # the limiter itself keeps only a weak reference
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
