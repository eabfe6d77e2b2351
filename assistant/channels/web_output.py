"""What the website chat sends: messages as the interface has them."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Dict, List, Optional

from rasa.core.channels.channel import OutputChannel

from assistant.channels.settings import WebSettings
from assistant.channels.web_cards import card_of
from assistant.channels.web_security import button_id
from assistant.practice.pictures import as_svg


def to_message(
    conversation: str, text: Optional[str], data: Dict[str, Any], metadata: Dict[str, Any], settings: WebSettings
) -> Dict[str, Any]:
    """Return a bot message as `{"text", "buttons", "image", "card"}`; buttons with opaque ids."""
    buttons = [
        {"id": button_id(conversation, button["payload"], settings), "title": button["title"]}
        for button in data.get("buttons") or []
    ]
    image = _picture(metadata["picture"]) if metadata.get("picture") else data.get("image")
    return {"text": text or "", "buttons": buttons, "image": image, "card": card_of(text or "", buttons, metadata)}


def _picture(picture: Dict[str, Any]) -> str:
    """Return a picture as a data address: it is nowhere else than in this conversation."""
    return f"data:image/svg+xml;base64,{b64encode(as_svg(picture).encode()).decode()}"


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
