"""The privacy application's name."""

from __future__ import annotations

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Erasing after a time, and the database's roles. It has no tables."""

    name = "console.privacy"
    label = "privacy"
