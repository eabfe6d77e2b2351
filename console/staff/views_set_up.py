"""First use: a set-up link leads to a password, a second factor, and recovery codes."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

import qrcode
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET
from qrcode.image.svg import SvgPathImage

from console.staff import audit, sessions, set_up
from console.staff.access import anyone, signed_in
from console.staff.forms import CodeForm, PasswordForm

SETTING_UP = "setting_up"  # in the session: who is, since their link was opened and a password set
CODES = "recovery_codes"  # in the session, until they were shown
BACKEND = "django.contrib.auth.backends.ModelBackend"


@anyone
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """First step: a password. The link stays good until the second step is done."""
    user = set_up.user_of(token)
    if user is None:
        return render(request, "staff/link_gone.html", status=410)
    form = PasswordForm(user, request.POST or None, initial={"name": user.first_name})
    if request.method == "POST" and form.is_valid():
        user.first_name = form.cleaned_data["name"]
        user.set_password(form.cleaned_data["password"])
        user.save()
        request.session.flush()
        request.session[SETTING_UP] = [user.pk, token]
        return redirect("staff:second_factor")
    return render(request, "staff/set_up.html", {"form": form, "person": user})


@anyone
def second_factor(request: HttpRequest) -> HttpResponse:
    """Second step: the second factor. A right code signs in."""
    user = _setting_up(request)
    if user is None:
        return render(request, "staff/link_gone.html", status=410)
    device = set_up.new_device(user)
    form = CodeForm(request.POST or None)
    wrong = False
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["code"].replace(" ", "")) and set_up.use_up(user):
            _finish(request, user, device)
            return redirect("staff:codes")
        wrong = True
    context = {"form": form, "wrong": wrong, "qr": qr_code(device), "key": _key(device), "person": user}
    return render(request, "staff/second_factor.html", context, status=400 if wrong else 200)


@signed_in
@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """Show new recovery codes, once."""
    return render(request, "staff/codes.html", {"codes": request.session.pop(CODES, [])})


def _setting_up(request: HttpRequest) -> Any:
    """Return who sets up, or `None`; the link is looked at again, since it may be void by now."""
    pk, token = request.session.get(SETTING_UP, (None, ""))
    user = set_up.user_of(token) if token else None
    return user if user is not None and user.pk == pk else None


def _finish(request: HttpRequest, user: Any, device: Any) -> None:
    found = set_up.confirm(device)
    user = get_user_model().objects.get(pk=user.pk)
    user.otp_device = device
    login(request, user, backend=BACKEND)
    request.session.pop(SETTING_UP, None)
    sessions.begin(request)
    request.session[CODES] = found
    audit.record(request, audit.SET_UP, user)
    audit.record(request, audit.SIGNED_IN)


def qr_code(device: Any) -> SafeString:
    """Return the picture that an authenticator app reads, as SVG without styles."""
    picture = qrcode.make(device.config_url, image_factory=SvgPathImage, border=3)
    return mark_safe(picture.to_string(encoding="unicode"))


def _key(device: Any) -> str:
    key = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
