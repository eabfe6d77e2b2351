"""The forms on a request's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model

from assistant.content.console import load_console
from console.intake.models import Status
from console.staff.roles import INTAKE

LONGEST_NOTE = 10_000


def colleagues() -> Any:
    """Return who can be given a request."""
    return get_user_model().objects.filter(groups__name=INTAKE, is_active=True).order_by("first_name", "username")


class ChangeForm(forms.Form):
    """One change: only what the pressed button sends is changed. A request is closed with a reason."""

    version = forms.IntegerField(min_value=1)
    status = forms.ChoiceField(choices=Status.choices, required=False)
    closed_reason = forms.ChoiceField(choices=lambda: load_console()["names"]["closed_reason"].items(), required=False)
    assigned_to = forms.ModelChoiceField(queryset=None, required=False)
    follow_up_on = forms.DateField(required=False)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)  # one that was half written, and goes along

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Read who is on the staff now."""
        super().__init__(*arguments, **options)
        self.fields["assigned_to"].queryset = colleagues()

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where a request is closed."""
        cleaned = super().clean() or {}
        if cleaned.get("status") == Status.CLOSED and not cleaned.get("closed_reason"):
            self.add_error("closed_reason", load_console()["request"]["reason_missing"])
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """Return the fields that were sent, with their values."""
        values = {
            name: self.cleaned_data[name] for name in ("status", "assigned_to", "follow_up_on") if name in self.data
        }
        if values.get("status") == Status.CLOSED:
            values["closed_reason"] = self.cleaned_data["closed_reason"]
        return values


class NoteForm(forms.Form):
    """A note."""

    text = forms.CharField(max_length=LONGEST_NOTE)
