"""Puts a contact request together with a person, sends it when they agree, and takes it back when they wish."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.contact_post import post_of_process
from assistant.dialogue.conversation import CONTACT, Conversation
from assistant.intake.moves import intake_of, read_request
from assistant.intake.readers import regions
from assistant.intake.runner import Runner
from assistant.intake.sending import Post
from assistant.intake.state import SLOT
from assistant.intake.voice import Setting
from assistant.practice.moves import Move
from assistant.practice.voice import Said

ABUSE = "crisis_abuse"


class ActionContactRequest(Action):
    """One turn of a contact request; its state is in the slot `contact`."""

    def __init__(self) -> None:
        # Now, when the action server starts: what waits from before a restart is delivered.
        post_of_process()

    def name(self) -> str:
        """Return the action's name in the domain."""
        return CONTACT

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[Dict[str, Any]]:
        """Say what comes next in the request."""
        conversation = Conversation.read(tracker.events)
        setting = setting_of(tracker, conversation)
        # In a thread: a slow database must not hold up other visitors.
        said, slot = await asyncio.to_thread(
            take_turn, conversation, setting, post_of_process(), datetime.now(timezone.utc)
        )
        for message in said:
            dispatcher.utter_message(text=message.text, buttons=message.buttons, **message.notes)
        return [SlotSet(SLOT, slot)]


def take_turn(conversation: Conversation, setting: Setting, post: Post, now: datetime) -> tuple[List[Said], Any]:
    """Return what is said in this turn, and the slot's new value.

    Args:
        conversation: up to and including the turn being answered.
        setting: what else is known of it.
        post: brings the request to the clinic.
        now: the present time, in UTC.
    """
    intake = intake_of(conversation, now)
    said = Runner(intake, setting, post, now).take(read_request(conversation) or Move("resume"))
    return said, intake.as_dict()


def setting_of(tracker: Tracker, conversation: Conversation) -> Setting:
    """Return what is known of a conversation besides the request."""
    events = tracker.events
    told = tracker.slots.get("country")
    locales = ((event.get("metadata") or {}).get("locale_country") for event in events if event.get("event") == "user")
    locale = next((country for country in locales if country), None)
    abused = any(
        ABUSE in (turn.intent, (turn.parse.get("crisis") or {}).get("label"))
        or any(ABUSE in message.action for message in turn.messages)
        for turn in conversation.turns
    )
    return Setting(
        conversation=tracker.sender_id,
        channel=str(tracker.get_latest_input_channel() or ""),
        told=str(told) if told else None,
        country=regions(None, {"country": told}, locale)[0],
        countries=regions(conversation.now, {"country": told}, locale),
        abused=abused,
        transcript=transcript_of(events),
    )


def transcript_of(events: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """Return what was said in a conversation as a person would read it: `{"from": "visitor" or "assistant", "text", "at"}`."""
    said = []
    for event in events:
        hidden = (event.get("metadata") or {}).get("hidden")
        who = {"user": "visitor", "bot": "assistant"}.get(str(event.get("event")))
        if who is None or hidden or not event.get("text"):
            continue
        at = datetime.fromtimestamp(event["timestamp"], timezone.utc).isoformat(timespec="seconds")
        said.append({"from": who, "text": event["text"], "at": at})
    return said
