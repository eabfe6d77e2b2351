"""The staff application's name, and what it listens to."""

from __future__ import annotations

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Signing in, roles, audit."""

    name = "console.staff"
    label = "staff"
