"""What Telegram sends to the webhook, as updates of the core; anything that is not for us is passed over.

After https://core.telegram.org/bots/api#update.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Optional

from assistant.channels.messenger.platform import BUTTON, ELSEWHERE, GONE, INTENT, TEXT, UNREADABLE, Update
from assistant.content.channels import load_channels

WANTED = ["message", "callback_query", "my_chat_member"]  # edited messages are not answered again
GROUPS = ("group", "supergroup")
CANNOT_READ = {
    "animation", "audio", "contact", "dice", "document", "game", "location", "paid_media", "photo", "poll", "sticker", "story",
    "venue", "video", "video_note", "voice",
}  # fmt: skip
_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
Namer = Callable[[str], str]


class NoUpdate(ValueError):
    """The request is no update of the Bot API."""


def read_update(body: Any, bot_id: str, conversation_of: Namer) -> Optional[Update]:
    """Return an update, or `None` if there is nothing to do.

    Args:
        body: the request's JSON.
        bot_id: the bot's number; another bot counts its updates from another start.
        conversation_of: makes a conversation's id from a chat's id.

    Raises:
        NoUpdate: the request is something else.
    """
    if not isinstance(body, dict) or not isinstance(body.get("update_id"), int):
        raise NoUpdate("The body must be an update of the Bot API.")
    number = body["update_id"]
    for kind, read in (("message", _message), ("callback_query", _press), ("my_chat_member", _membership)):
        if isinstance(body.get(kind), dict):
            found = read(body[kind])
            if found is None:
                return None
            chat = found.pop("chat_id")
            return Update(
                id=f"{bot_id}-{number}",
                conversation=conversation_of(str(chat)),
                address={"chat_id": chat},
                order=float(number),
                **found,
            )
    return None


def _message(message: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    chat, sender = _chat(message), message.get("from") or {}
    if chat is None or sender.get("is_bot"):
        return None
    if chat["type"] in GROUPS:
        # Nothing that is said in a group is kept.
        return {"chat_id": chat["id"], "kind": ELSEWHERE}
    if chat["type"] != "private":
        return None
    extra = {"locale": sender["language_code"]} if isinstance(sender.get("language_code"), str) else {}
    text = message.get("text") or message.get("caption")
    if isinstance(text, str):
        return {"chat_id": chat["id"], "extra": extra, **_said(text, extra)}
    return {"chat_id": chat["id"], "kind": UNREADABLE} if CANNOT_READ & message.keys() else None


def _said(text: str, extra: Dict[str, Any]) -> Dict[str, Any]:
    """Return kind and value of what was typed: a command we know, else text, even if it begins with a slash."""
    found = _COMMAND.fullmatch(text.strip())
    command = load_channels().commands.get(found[1].lower()) if found else None
    if found is None or command is None:
        return {"kind": TEXT, "value": text}
    name, more = found[1].lower(), (found[2] or "").strip()
    if more and name != "start":  # "/find a therapist in Leeds"; what follows /start is a link's
        return {"kind": TEXT, "value": f"{name} {more}"}
    if command.intent is None:
        return {"kind": TEXT, "value": str(command.text)}
    return {"kind": INTENT, "value": command.intent, "extra": {**extra, "title": command.says}}


def _press(query: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    message = query.get("message") or {}
    chat = _chat(message)
    if chat is None or chat["type"] != "private" or not isinstance(query.get("data"), str):
        return None  # a button of an inline message; we send none
    extra = {"query": str(query.get("id")), "message_id": message.get("message_id")}
    if isinstance(message.get("text"), str):  # not of a message that Telegram no longer shows to bots
        extra |= {"text": message["text"], "entities": message.get("entities") or []}
    return {"chat_id": chat["id"], "kind": BUTTON, "value": query["data"], "extra": extra}


def _membership(change: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    chat, status = _chat(change), (change.get("new_chat_member") or {}).get("status")
    if chat is None:
        return None
    if status in ("kicked", "left"):  # blocked by the person; taken out of a group
        return {"chat_id": chat["id"], "kind": GONE}
    if chat["type"] in GROUPS and status in ("member", "administrator"):
        return {"chat_id": chat["id"], "kind": ELSEWHERE}
    return None


def _chat(holder: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    chat = holder.get("chat")
    return chat if isinstance(chat, dict) and isinstance(chat.get("id"), int) and "type" in chat else None
