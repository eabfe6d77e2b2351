"""Tokens, button ids, origins and cleaning for the website chat. No Rasa, no web server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
from functools import lru_cache
from typing import Optional
from urllib.parse import urlsplit

import jwt

from assistant.channels.settings import WebSettings

ALGORITHM = "HS256"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def new_conversation_id() -> str:
    """Return a conversation id that nobody can guess."""
    return f"web-{secrets.token_urlsafe(24)}"


def issue_token(conversation: str, settings: WebSettings) -> str:
    """Return a signed token for a conversation."""
    now = int(time.time())
    claims = {"sub": conversation, "iat": now, "exp": now + settings.token_seconds, "aud": "web"}
    return jwt.encode(claims, settings.secret, algorithm=ALGORITHM)


def conversation_of(token: str, settings: WebSettings) -> Optional[str]:
    """Return the conversation a token is for, or `None` if it is forged, damaged or too old."""
    try:
        claims = jwt.decode(
            token,
            _key(settings.secret),
            algorithms=[ALGORITHM],
            audience="web",
            options={"require": ["sub", "exp"]},
        )
    except jwt.PyJWTError:
        return None
    return str(claims["sub"])


@lru_cache(maxsize=4)
def _key(secret: str) -> jwt.PyJWK:
    """Return a secret made ready once; PyJWT checks it anew for each token."""
    encoded = base64.urlsafe_b64encode(secret.encode()).rstrip(b"=").decode()
    return jwt.PyJWK.from_dict({"kty": "oct", "k": encoded, "alg": ALGORITHM})


def button_id(conversation: str, payload: str, settings: WebSettings) -> str:
    """Return the id of a button: says nothing, and is good in its own conversation only."""
    digest = hmac.new(settings.secret.encode(), f"{conversation}\n{payload}".encode(), hashlib.sha256)
    return digest.hexdigest()[:32]


def draft_key(conversation: str, settings: WebSettings) -> str:
    """Return the key (32 bytes, base64) that the browser seals unsent words with; it is given out with the conversation only."""
    digest = hmac.new(settings.secret.encode(), f"draft\n{conversation}".encode(), hashlib.sha256)
    return base64.b64encode(digest.digest()).decode()


def origin_allowed(origin: Optional[str], host: str, settings: WebSettings) -> bool:
    """Return whether a request may come from a page of this origin (`None`: no browser page)."""
    if origin is None:
        return True
    return origin in settings.origins or urlsplit(origin).netloc == host


def clean_text(text: str) -> str:
    """Return what was typed as plain text: no control characters, and never a payload.

    Rasa takes a message that begins with "/" for an intent, so leading slashes go.
    """
    return re.sub(r"^[\s/]+", "", _CONTROL.sub(" ", text)).rstrip()
