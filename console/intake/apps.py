"""The intake application's name."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Contact requests and crisis events."""

    name = "console.intake"
    label = "intake"
