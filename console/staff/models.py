"""The tables of staff: the audit, and set-up links."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone


class AppendOnlyError(RuntimeError):
    """An audit entry cannot be changed or deleted."""


class AuditEntries(models.QuerySet):
    """Audit entries, which can be added and read."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError("Audit entries cannot be changed.")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError("Audit entries cannot be deleted.")


class AuditEntry(models.Model):
    """Who did or read what, when, from where. Never what a person wrote, nor the words of a search."""

    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    who = models.CharField(max_length=150, blank=True, default="")  # the name typed, where nobody is signed in
    action = models.CharField(max_length=60)
    kind = models.CharField(max_length=40, blank=True, default="")  # of the object
    object_id = models.CharField(max_length=64, blank=True, default="")
    address = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    objects = AuditEntries.as_manager()

    class Meta:
        """Newest first."""

        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("-at", "-id"), name="staff_audit_by_time"),
            models.Index(fields=("kind", "object_id"), name="staff_audit_by_object"),
            models.Index(fields=("user", "-at"), name="staff_audit_by_user"),
        )

    def save(self, *arguments: Any, **options: Any) -> None:
        """Add the entry.

        Raises:
            AppendOnlyError: it is there already.
        """
        if self.pk is not None:
            raise AppendOnlyError("Audit entries cannot be changed.")
        super().save(*arguments, **options)

    def delete(self, *arguments: Any, **options: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError("Audit entries cannot be deleted.")


class SetUpLink(models.Model):
    """A member of staff's latest link to set a password and a second factor; good once, and for a time."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="set_up_link")
    nonce = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
