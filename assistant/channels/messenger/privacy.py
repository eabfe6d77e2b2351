"""Erasing and exporting a whole conversation of a messenger."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Dict

from rasa.core.agent import Agent

from assistant.channels import conversations
from assistant.channels.messenger.inbox import Inbox
from assistant.channels.messenger.rendering import File


async def erase(agent: Agent, inbox: Inbox, conversation: str, up_to: int) -> None:
    """Erase a conversation from the tracker store, from memory and from the queue.

    Args:
        agent: the assistant.
        inbox: the queue.
        conversation: which one.
        up_to: the update that asked for it; later ones stay, they begin a new conversation.

    Raises:
        Problem: 503, the tracker store fails; nothing was erased.
        SQLAlchemyError: the queue's database fails; the tracker store is erased.
    """
    async with agent.lock_store.lock(conversation):
        conversations.erase(agent, conversation)
    inbox.erase(conversation, up_to)


def export(agent: Agent, conversation: str, address: Dict[str, Any]) -> File:
    """Return everything stored of a conversation as a JSON file.

    Raises:
        Problem: 503, the store fails.
    """
    document = {
        "exported_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "conversation": conversation,
        "address": address,
        "events": conversations.events(agent, conversation),
    }
    return File("chat.json", json.dumps(document, ensure_ascii=False, indent=2), "application/json")
