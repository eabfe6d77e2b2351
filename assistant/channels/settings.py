"""Settings of the website chat, all from environment variables."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

SECRET_FILE = Path("var/web_secret")


class SettingsError(ValueError):
    """An environment variable has a value that cannot be used; the message names it and the remedy."""


@dataclass(frozen=True)
class WebSettings:
    """How the website chat behaves.

    Attributes:
        secret: signs tokens and button ids (`IPT_WEB_SECRET`; else made once and kept in `var/web_secret`).
        origins: other sites that may use the chat (`IPT_WEB_ORIGINS`, separated by commas or spaces).
        token_seconds: how long a token is good (`IPT_WEB_TOKEN_SECONDS`).
        max_characters: longest message (`IPT_WEB_MAX_CHARACTERS`).
        conversation_rate, address_rate, session_rate: limits such as `60/minute`, for the messages of one
            conversation and of one address, and for new conversations from one address (`IPT_WEB_RATE_…`).
        trust_proxy: take the visitor's address from `X-Forwarded-For` (`IPT_TRUST_PROXY=1`, only behind a proxy
            that sets it).
        exit_url: neutral page that "Leave quickly" opens (`IPT_EXIT_URL`).
    """

    secret: str
    origins: frozenset[str] = field(default_factory=frozenset)
    token_seconds: int = 24 * 3600
    max_characters: int = 1000
    conversation_rate: str = "60/minute"
    address_rate: str = "600/minute"
    session_rate: str = "60/minute"
    trust_proxy: bool = False
    exit_url: str = "https://www.wikipedia.org/"

    @classmethod
    def from_environment(cls) -> WebSettings:
        """Return the settings.

        Raises:
            SettingsError: a value cannot be used.
        """
        environment = os.environ
        origins = environment.get("IPT_WEB_ORIGINS", "").replace(",", " ").split()
        for origin in origins:
            if not origin.startswith(("http://", "https://")) or origin.count("/") != 2:
                raise SettingsError(
                    f"IPT_WEB_ORIGINS: {origin!r} is not an origin. Write it as https://clinic.example, without a path."
                )
        return cls(
            secret=environment.get("IPT_WEB_SECRET") or _kept_secret(),
            origins=frozenset(origins),
            token_seconds=_whole_number("IPT_WEB_TOKEN_SECONDS", cls.token_seconds),
            max_characters=_whole_number("IPT_WEB_MAX_CHARACTERS", cls.max_characters),
            conversation_rate=environment.get("IPT_WEB_RATE_CONVERSATION", cls.conversation_rate),
            address_rate=environment.get("IPT_WEB_RATE_ADDRESS", cls.address_rate),
            session_rate=environment.get("IPT_WEB_RATE_SESSION", cls.session_rate),
            trust_proxy=environment.get("IPT_TRUST_PROXY", "") == "1",
            exit_url=_web_address("IPT_EXIT_URL", cls.exit_url),
        )


def _whole_number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or int(value) < 1:
        raise SettingsError(f"{name}: {value!r} is not a whole number from 1. Correct it or unset it.")
    return int(value)


def _web_address(name: str, default: str) -> str:
    value = os.environ.get(name) or default
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"{name}: {value!r} is not a web address. Write it as https://www.wikipedia.org/.")
    return value


def _kept_secret(path: Path = SECRET_FILE) -> str:
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
