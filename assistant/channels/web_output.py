"""What the website chat sends: messages as the interface has them."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.channels.channel import OutputChannel

from assistant.channels.settings import WebSettings
from assistant.channels.web_security import button_id
from assistant.content.helplines import load_helplines
from assistant.content.sources import load_sources


def to_message(
    conversation: str, text: Optional[str], data: Dict[str, Any], metadata: Dict[str, Any], settings: WebSettings
) -> Dict[str, Any]:
    """Return a bot message as `{"text", "buttons", "image", "card"}`; buttons with opaque ids."""
    buttons = [
        {"id": button_id(conversation, button["payload"], settings), "title": button["title"]}
        for button in data.get("buttons") or []
    ]
    return {"text": text or "", "buttons": buttons, "image": data.get("image"), "card": _card(metadata)}


def _card(metadata: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    """Return what stands under a message: help lines with their links (and the sources), else the sources."""
    titles = load_sources()
    sources = [{"key": key, "title": titles[key].title} for key in metadata.get("sources") or [] if key in titles]
    asked = metadata.get("helplines")
    if asked:
        emergency, *lines = load_helplines().links(asked["country"], *asked["kinds"])
        return {"type": "helplines", "emergency": emergency, "lines": lines, "sources": sources}
    return {"type": "sources", "sources": sources} if sources else None


class WebOutput(OutputChannel):
    """Collects the messages of one turn."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self.messages: List[Dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "web"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Collect one message with everything that belongs to it."""
        # Rasa merges data and metadata of a bot message into one dictionary here.
        self.messages.append(to_message(recipient_id, message.get("text"), message, message, self._settings))
