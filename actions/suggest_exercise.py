"""Suggests an exercise from what the person said: problem area, relationship, feeling, minutes."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from assistant.content.phrases import load_phrases
from assistant.dialogue.conversation import Conversation
from assistant.dialogue.exercise import because, exercise_values, suggest, wish_from_slots

PREFIX = "utter_exercise/"


class ActionSuggestExercise(Action):
    """Names one exercise with the reason, and one alternative; never the same one twice in a conversation."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_suggest_exercise"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Say the suggestion; the words are the response `utter_exercise/suggest`."""
        conversation = Conversation.read(tracker.events)
        done = _done(conversation)
        wish = wish_from_slots(tracker.slots, _shared_area(conversation), tuple(done))
        ranked = suggest(wish)
        if not ranked:
            wish = wish_from_slots(tracker.slots, _shared_area(conversation))
            ranked = suggest(wish)
        best, phrases = ranked[0], load_phrases()
        buttons = [{"title": phrases.button_steps, "payload": f"/exercise/{best.id}"}]
        if len(ranked) > 1:
            buttons.append({"title": ranked[1].title, "payload": f"/exercise/{ranked[1].id}"})
        buttons.append({"title": phrases.button_something_else, "payload": "/exercise/suggest"})
        dispatcher.utter_message(
            response=f"{PREFIX}suggest", buttons=buttons, because=because(best, wish), **_spoken(best.id)
        )
        return []


def _spoken(exercise_id: str) -> Dict[str, Any]:
    values = exercise_values(exercise_id)
    return {key: value for key, value in values.items() if key != "exercise_text"}


def _done(conversation: Conversation) -> List[str]:
    """Return the ids of exercises that were suggested or shown before."""
    ids = []
    for turn in conversation.turns:
        for message in turn.messages:
            if message.action == f"{PREFIX}suggest" and message.buttons:
                ids.append(message.buttons[0]["payload"].split("/")[-1])
            elif message.action.startswith(PREFIX):
                ids.append(message.action[len(PREFIX) :])
    return ids


def _shared_area(conversation: Conversation) -> Optional[str]:
    """Return the problem area of what the person last told, or asked about."""
    asked = {
        "faq/grief_area": "grief",
        "faq/role_disputes_area": "role_dispute",
        "faq/role_transitions_area": "role_transition",
        "faq/loneliness_area": "loneliness",
    }
    for turn in [*([conversation.now] if conversation.now else []), *conversation.before]:
        for message in turn.messages:
            if message.metadata.get("area"):
                return str(message.metadata["area"])
        if turn.intent in asked:
            return asked[turn.intent]
    return None
