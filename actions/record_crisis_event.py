"""Stores a crisis event for staff. The assistant's outbox calls it, never a rule or a story."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Dict, List

import sqlalchemy as sa
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.crisis_events import store
from assistant.safety.events import ACTION, CONFIRMATION, METADATA_KEY, CrisisEvent, EventError

logger = logging.getLogger(__name__)


class ActionRecordCrisisEvent(Action):
    """Stores an event once and confirms its id, however often it comes."""

    def name(self) -> str:
        """Return the action's name."""
        return ACTION

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[Dict[str, Any]]:
        """Store the event in the latest message's metadata.

        Raises:
            ActionExecutionRejection: the event itself cannot be accepted (status 400).
            SQLAlchemyError: the database is down (status 500).
        """
        try:
            event = CrisisEvent.from_dict((tracker.latest_message.get("metadata") or {}).get(METADATA_KEY))
            # In a thread: a slow database must not hold up other actions.
            await asyncio.to_thread(store, event)
        except (EventError, sa.exc.IntegrityError, sa.exc.DataError) as error:
            logger.error("A crisis event cannot be accepted, and stays in the outbox. %s", error)
            raise ActionExecutionRejection(self.name(), str(error)) from error
        return [SlotSet(CONFIRMATION, event.id)]
