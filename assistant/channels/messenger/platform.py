"""What a messenger channel gives to the core: updates that came in, and a way to send."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Optional

from assistant.channels.messenger.rendering import View

TEXT, BUTTON, INTENT, UNREADABLE, GONE, ELSEWHERE = "text", "button", "intent", "unreadable", "gone", "elsewhere"
SPOKEN = (TEXT, BUTTON, INTENT)


@dataclass(frozen=True)
class Update:
    """Something that happened on the platform, authenticated.

    Attributes:
        id: the platform's own id of it; an id is answered once.
        conversation: made by `conversation_id`, never the platform's own id.
        address: where to answer; JSON object, kept in the core's table only.
        kind: one of `TEXT`, `BUTTON`, `INTENT`, `UNREADABLE`, `GONE`, `ELSEWHERE`.
        value: the words, the button's id or the intent.
        order: grows with each update of a conversation; late ones are put in their place.
        extra: JSON object for the platform's own use in `used`; `title` is the text of an `INTENT`, `locale` the person's
            language ("en-GB"), which tells whose emergency numbers to show.
    """

    id: str
    conversation: str
    address: Dict[str, Any]
    kind: str
    value: str = ""
    order: float = 0.0
    extra: Dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> Dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)


class Refused(Exception):
    """The platform will never take this message; the text says why, without the person's words."""


class Gone(Exception):
    """The person blocked the assistant or uninstalled it; the conversation is erased."""


class Later(Exception):
    """The platform does not take a message now; `seconds` is its own wish, `None` when it does not answer at all."""

    def __init__(self, seconds: Optional[float] = None) -> None:
        super().__init__("later")
        self.seconds = seconds


class Platform(ABC):
    """One messenger. `name` is the channel's name, such as `telegram`, and a key below `platforms` in channels.yml."""

    name: str
    settle_seconds: float = 0.25  # how long an update waits for an earlier one that comes late

    @abstractmethod
    def parts(self, view: View) -> List[Dict[str, Any]]:
        """Return what is sent for one message of the assistant, in order; each part is a JSON object for `send`."""

    @abstractmethod
    async def send(self, address: Dict[str, Any], part: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        """Send one part; return a JSON object that `used` needs when the part has buttons, else `None`.

        Raises:
            Refused, Gone, Later: see there. Anything else counts as `Later` a few times, then as `Refused`.
        """

    async def typing(self, address: Dict[str, Any]) -> None:
        """Show that an answer is coming, where the platform can. May fail; nothing depends on it."""
        return

    async def used(self, update: Update, shown: List[Dict[str, Any]], title: str) -> None:
        """Confirm a press and take away buttons that are over. May fail; nothing depends on it.

        Args:
            update: what the person did now; for `BUTTON` its `extra` says which message was pressed.
            shown: what `send` returned for messages whose buttons are still there.
            title: the words on the pressed button; empty when something was typed or the button was not known.
        """
        return

    async def start(self) -> None:
        """Open connections, on the running event loop."""
        return

    async def close(self) -> None:
        """Close connections."""
        return
