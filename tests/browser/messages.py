"""Messages as the channel sends them, to put before the panel."""

from __future__ import annotations

import json
from typing import Any

from assistant.channels.settings import WebSettings
from assistant.channels.web_output import to_message
from tests.browser.conftest import TARGET, Chat

NOTES = {"title": "Your notes", "text": "Your notes\n\nI feel: tired\n"}


def answer_with(chat: Chat, *messages: dict[str, Any]) -> None:
    """Let the next message be answered with these, and send one."""
    body = json.dumps({"messages": list(messages)})
    chat.page.route("**/messages", lambda route: route.fulfill(body=body, content_type="application/json"))
    chat.say("a message")
    chat.page.unroute("**/messages")


def shown(text: str, **metadata: Any) -> dict[str, Any]:
    """Return a message as the channel sends it."""
    return to_message("a conversation", text, {}, metadata, WebSettings(secret="for tests"))


def helped(country: str = "US", *kinds: str) -> dict[str, Any]:
    """Return a message that carries help lines."""
    return shown(
        "I'm glad you told me.", sources=["S63"], helplines={"country": country, "kinds": kinds or ["suicide"]}
    )


def in_sight(chat: Chat, selector: str) -> None:
    """Check that controls are large enough and wholly on the screen."""
    view = chat.page.viewport_size
    for control in chat.frame.locator(selector).all():
        box = control.bounding_box()
        assert box and view
        assert box["height"] >= TARGET and box["width"] >= TARGET, control
        assert box["x"] >= 0 and box["y"] >= 0, control
        assert box["x"] + box["width"] <= view["width"] and box["y"] + box["height"] <= view["height"], control
