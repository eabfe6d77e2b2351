"""The stored conversations, as the website chat needs them.

A store that fails must not silence the assistant: Rasa then keeps new events in memory (`FailSafeTrackerStore`), and
messages are answered. What needs the store itself, such as history or erasing, answers 503.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, Iterable, Iterator, List, Optional

from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from sqlalchemy.exc import SQLAlchemyError

from assistant.channels.problems import Problem
from assistant.channels.settings import WebSettings
from assistant.channels.web_security import button_id
from assistant.stores.tracker_store import store_of

logger = logging.getLogger(__name__)

MESSAGE_ID = "message_id"  # in a message's metadata: the id that the browser gave it
STORE_DOWN = "The store of the conversations does not answer. Try again in a minute."


def require(agent: Agent, conversation: str) -> None:
    """Make sure that a conversation was not erased; if the store fails, its signed token is proof enough.

    Raises:
        Problem: 401, nothing is stored of it.
    """
    try:
        known = store_of(agent.tracker_store).exists(conversation)
    except SQLAlchemyError:
        logger.exception("The tracker store failed. The conversation goes on in memory.")
        return
    if not known and conversation not in _memory(agent).store:
        raise Problem(401, "This conversation was erased. Start a new one with POST session.")


def events(agent: Agent, conversation: str) -> List[Dict[str, Any]]:
    """Return everything stored of a conversation, oldest first.

    Raises:
        Problem: 503, the store fails.
    """
    try:
        return store_of(agent.tracker_store).events(conversation)
    except SQLAlchemyError as error:
        logger.exception("The tracker store failed. A conversation could not be read.")
        raise Problem(503, STORE_DOWN) from error


def erase(agent: Agent, conversation: str) -> None:
    """Erase a conversation everywhere.

    Raises:
        Problem: 503, the store fails; nothing was erased.
    """
    try:
        store_of(agent.tracker_store).erase(conversation)
    except SQLAlchemyError as error:
        logger.exception("The tracker store failed. A conversation could not be erased.")
        raise Problem(503, STORE_DOWN) from error
    _memory(agent).store.pop(conversation, None)


async def pressed(agent: Agent, conversation: str, wanted: str, settings: WebSettings) -> tuple[str, str]:
    """Return payload and title of a button that was shown in a conversation.

    If the store fails, what Rasa remembers since then is searched, then the buttons of all responses: an id is
    signed for its conversation, so it can only come from one that was shown.

    Raises:
        Problem: 400, there was no such button; 503, the store fails and the button is not known.
    """
    known: List[Dict[str, Any]] = []
    failed = False
    try:
        known += _buttons(store_of(agent.tracker_store).events(conversation))
    except SQLAlchemyError:
        logger.exception("The tracker store failed. The button is looked up elsewhere.")
        failed = True
        known += (button for variants in agent.domain.responses.values() for button in _buttons_of(variants))
    remembered = await _memory(agent).retrieve(conversation)
    if remembered is not None:
        known += _buttons(event.as_dict() for event in remembered.events)
    for button in reversed(known):
        if button_id(conversation, button["payload"], settings) == wanted:
            return button["payload"], button["title"]
    if failed:
        raise Problem(503, STORE_DOWN)
    raise Problem(400, "This button does not belong to this conversation.")


async def answered(agent: Agent, conversation: str, message_id: str) -> Optional[List[Dict[str, Any]]]:
    """Return the stored bot events that answered a message of this id, or `None` if it has not been answered."""
    try:
        stored = store_of(agent.tracker_store).events(conversation)
    except SQLAlchemyError:
        logger.exception("The tracker store failed. A repeated message is looked up in memory.")
        stored = []
    remembered = await _memory(agent).retrieve(conversation)
    if remembered is not None:
        stored += [event.as_dict() for event in remembered.events]
    answer: Optional[List[Dict[str, Any]]] = None
    for event in stored:
        if event["event"] == "user":
            if answer is not None:
                return answer
            if (event.get("metadata") or {}).get(MESSAGE_ID) == message_id:
                answer = []
        elif event["event"] == "bot" and answer is not None:
            answer.append(event)
    return answer


def _buttons(stored: Iterable[Dict[str, Any]]) -> Iterator[Dict[str, Any]]:
    return _buttons_of(event.get("data") or {} for event in stored)


def _buttons_of(messages: Iterable[Dict[str, Any]]) -> Iterator[Dict[str, Any]]:
    return (button for message in messages for button in message.get("buttons") or [])


def _memory(agent: Agent) -> InMemoryTrackerStore:
    """Return where Rasa keeps conversations while the store fails."""
    assert isinstance(agent.tracker_store, FailSafeTrackerStore)
    memory = agent.tracker_store.fallback_tracker_store
    assert isinstance(memory, InMemoryTrackerStore)
    return memory
