"""Buttons of a messenger: ids that say nothing, are short enough for every platform, and open in one conversation only."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import NamedTuple

from assistant.channels.settings import WebSettings
from assistant.channels.web_security import button_id

ERASE, KEEP = "/messenger/erase", "/messenger/keep"  # the core's own; no intents


class Button(NamedTuple):
    """A button: its words, what it means (never sent), its id (32 letters and digits)."""

    title: str
    payload: str
    id: str


def open_button(conversation: str, payload: str, title: str) -> Button:
    """Return a button that is good in one conversation."""
    return Button(title, payload, button_id(conversation, payload, settings()))


def conversation_id(platform: str, *ids: str) -> str:
    """Return the id of a conversation: a keyed hash, so that nothing stored under it names the person.

    Args:
        platform: `telegram`, `slack`.
        ids: what the platform calls the chat or the person (for Slack team and user).
    """
    said = "\n".join([platform, *ids]).encode()
    digest = hmac.new(settings().secret.encode(), said, hashlib.sha256).hexdigest()
    return f"{platform}-{digest[:40]}"


@lru_cache(maxsize=1)
def settings() -> WebSettings:
    """Return the settings shared with the website chat: the secret (`IPT_WEB_SECRET`) and the longest message."""
    return WebSettings.from_environment()
