"""Filters for the console's templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def named(value: Any, names: dict[str, str]) -> str:
    """Return a value's name from a table of `content/console.yml`, or the value itself where it has none."""
    return names.get(str(value), str(value))


@register.filter
def filled(text: str, value: Any) -> str:
    """Return a text with `{}` filled in."""
    return text.replace("{}", str(value))


@register.filter
def age(moment: datetime) -> str:
    """Return how long ago a moment is, short: `4 min`, `3 h 10 min`, `2 d 4 h`. console.js counts on."""
    return until(moment, timezone.now())


@register.filter
def until(start: datetime, end: datetime) -> str:
    """Return how long it is from one moment to another, short, in whole minutes."""
    minutes = max(0, int((end - start).total_seconds() // 60))
    hours, days = minutes // 60, minutes // 1440
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60} min" if not days else f"{days} d {hours % 24} h"
