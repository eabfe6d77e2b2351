"""Settings of the Telegram channel, all from environment variables."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Optional

from assistant.channels.settings import SettingsError

API = "https://api.telegram.org"
WEBHOOK = "/webhooks/telegram/webhook"
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")  # Telegram takes 1 to 256 of these; fewer than 16 can be guessed
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class TelegramSettings:
    """How the channel reaches Telegram, and Telegram the channel.

    Attributes:
        token: the bot's token from @BotFather (`IPT_TELEGRAM_TOKEN`).
        secret: what Telegram sends with each update (`IPT_TELEGRAM_SECRET`).
        api: address of the Bot API (`IPT_TELEGRAM_API`; one's own Bot API server, or a fake for tests).
    """

    token: str
    secret: str
    api: str = API

    @property
    def bot_id(self) -> str:
        """The bot's own number, the first part of its token."""
        return self.token.split(":")[0]

    @classmethod
    def from_environment(cls) -> Optional[TelegramSettings]:
        """Return the settings, or `None` when there is no token and the channel is off.

        Raises:
            SettingsError: a value cannot be used.
        """
        token, secret = os.environ.get("IPT_TELEGRAM_TOKEN", "").strip(), os.environ.get("IPT_TELEGRAM_SECRET", "")
        if not token:
            return None
        if not _TOKEN.fullmatch(token):
            raise SettingsError(
                "IPT_TELEGRAM_TOKEN is not a token. Copy it from @BotFather; it looks like 123456:ABC-DEF."
            )
        if not _SECRET.fullmatch(secret):
            raise SettingsError(
                "IPT_TELEGRAM_SECRET must have 16 to 256 letters, digits, _ or -. Without it anyone could write as anyone. "
                "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        return cls(token, secret, os.environ.get("IPT_TELEGRAM_API") or API)
