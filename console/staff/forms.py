"""The forms of signing in, of setting up, and of managing staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model, password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django_otp import match_token

from assistant.content.console import load_console
from console.staff.roles import ROLES

CODE = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}
NEW_PASSWORD = {"autocomplete": "new-password"}


class SignInForm(AuthenticationForm):
    """Name, password and code on one page. Whatever is wrong, the answer is the same."""

    code = forms.CharField(max_length=16, widget=forms.TextInput(CODE))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take the words from the file."""
        super().__init__(*arguments, **options)
        wrong = load_console()["login"]["wrong"]
        self.error_messages = {"invalid_login": wrong, "inactive": wrong}

    def clean_username(self) -> str:
        """Return the name as it is stored; otherwise each spelling had failures of its own to make."""
        return str(self.cleaned_data["username"]).lower()

    def clean(self) -> dict[str, Any]:
        """Check the password, then the code; a wrong code counts as a failure, like a wrong password.

        Raises:
            ValidationError: one of the three is wrong.
        """
        cleaned = super().clean()
        user = self.get_user()
        code = self.cleaned_data.get("code", "").replace(" ", "").lower()
        if user is None or not code:
            return cleaned
        user.otp_device = match_token(user, code)
        if user.otp_device is None:
            name = user.get_username()
            user_login_failed.send(sender=__name__, credentials={"username": name}, request=self.request)
            self.user_cache = None
            raise self.get_invalid_login_error()
        return cleaned


class PasswordForm(forms.Form):
    """A new password, twice, for a person who sets up or changes theirs."""

    name = forms.CharField(max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(max_length=200, strip=False, widget=forms.PasswordInput(NEW_PASSWORD))
    again = forms.CharField(max_length=200, strip=False, widget=forms.PasswordInput(NEW_PASSWORD))

    def __init__(self, user: Any, *arguments: Any, **options: Any) -> None:
        """Take the person whose password it will be."""
        super().__init__(*arguments, **options)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Check that both are the same and that it is a good one."""
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password and cleaned.get("again") and password != cleaned["again"]:
            self.add_error("again", load_console()["set_up"]["not_the_same"])
        elif password:
            try:
                password_validation.validate_password(password, self.user)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class CodeForm(forms.Form):
    """A code of the second factor being set up."""

    code = forms.CharField(max_length=16, widget=forms.TextInput({**CODE, "inputmode": "numeric"}))


class OldPasswordForm(forms.Form):
    """The present password, asked again before what a thief at an open screen would do."""

    old = forms.CharField(max_length=200, strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"}))

    def __init__(self, user: Any, *arguments: Any, **options: Any) -> None:
        """Take the person whose password it is."""
        super().__init__(*arguments, **options)
        self.user = user

    def clean_old(self) -> str:
        """Check it.

        Raises:
            ValidationError: it is wrong.
        """
        if not self.user.check_password(self.cleaned_data["old"]):
            raise ValidationError(load_console()["account"]["old_wrong"])
        return str(self.cleaned_data["old"])


class PersonForm(forms.Form):
    """A new colleague."""

    name = forms.CharField(max_length=150, widget=forms.TextInput({"autocomplete": "off"}))
    username = forms.RegexField(
        r"^[a-zA-Z0-9.@_-]+$", max_length=60, widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"})
    )
    roles = forms.MultipleChoiceField(
        choices=[(role, role) for role in ROLES], widget=forms.CheckboxSelectMultiple, required=True
    )

    def clean_username(self) -> str:
        """Check that nobody has it, in upper or lower case.

        Raises:
            ValidationError: somebody has it.
        """
        username = str(self.cleaned_data["username"]).lower()
        if get_user_model().objects.filter(username__iexact=username).exists():
            raise ValidationError(load_console()["people"]["username_taken"])
        return username
