"""The forms of signing in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django_otp import match_token


class SignInForm(AuthenticationForm):
    """Name, password and code on one page. Whatever is wrong, the answer is the same."""

    code = forms.CharField(
        max_length=16,
        strip=True,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}),
    )

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
