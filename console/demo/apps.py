"""The demonstration's name."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Made-up contents. It has no tables."""

    name = "console.demo"
    label = "demo"
