"""The staff application's name, and what it listens to."""

from __future__ import annotations

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Signing in, roles, audit."""

    name = "console.staff"
    label = "staff"

    def ready(self) -> None:
        """Listen to failures of signing in."""
        from console.staff import signals  # noqa: F401
