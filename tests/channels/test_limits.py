"""The storage of the rate limits: moving windows, nothing kept for ever, no thread."""

from __future__ import annotations

import threading

import pytest
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from assistant.channels import limits
from assistant.channels.limits import SWEEP_EVERY, TimesInMemory


class Clock:
    """The time the storage sees."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000_000.5
        monkeypatch.setattr(limits.time, "time", lambda: self.now)


def test_a_hit_too_many_is_refused_until_the_oldest_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    storage = TimesInMemory()
    limiter, item = MovingWindowRateLimiter(storage), parse("3/minute")
    for _ in range(3):
        assert limiter.hit(item, "conversation", "a")
        clock.now += 10
    assert not limiter.hit(item, "conversation", "a")
    assert limiter.hit(item, "conversation", "b")
    reset, remaining = limiter.get_window_stats(item, "conversation", "a")
    assert (reset, remaining) == (1_000_060.5, 0)
    clock.now = float(reset)
    assert limiter.hit(item, "conversation", "a")
    assert not limiter.hit(item, "conversation", "a")


def test_keys_that_are_over_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    storage = TimesInMemory()
    limiter, item = MovingWindowRateLimiter(storage), parse("5/minute")
    for number in range(SWEEP_EVERY - 1):
        limiter.hit(item, "address", str(number))
    assert len(storage._times) == SWEEP_EVERY - 1
    clock.now += 61
    limiter.hit(item, "address", "last")
    assert list(storage._times) == list(storage._ends) == [item.key_for("address", "last")]


def test_no_thread_is_started_for_a_hit() -> None:
    storage = TimesInMemory()
    storage.timer.join()
    limiter, item = MovingWindowRateLimiter(storage), parse("1000/minute")
    before = threading.active_count()
    assert all(limiter.hit(item, "address", "x") for _ in range(100))
    assert threading.active_count() == before
