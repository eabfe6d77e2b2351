"""Suggests an exercise from what the person said: problem area, relationship, feeling, minutes; asks at most two questions before."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from assistant.content.exercises import load_exercises
from assistant.content.phrases import load_phrases
from assistant.content.practice import load_practice_words
from assistant.dialogue.conversation import PRACTICE, SUGGEST, SUGGESTED, Conversation
from assistant.dialogue.exercise import Wish, because, exercise_values, suggest, wish_from_slots
from assistant.practice.moves import DONE_SLOT, SLOT

PREFIX = "utter_exercise/"
ASK_AREA, ASK_MINUTES = f"{PRACTICE}ask_area", f"{PRACTICE}ask_minutes"
WANT_AREA, WANT_MINUTES = f"{PRACTICE}want_area_", f"{PRACTICE}want_minutes_"
WANT_SHORTER = f"{PRACTICE}want_shorter"
MINUTES = (5, 10, 20)
AREA_WORDS = {
    "grief": re.compile(r"\b(died|death|dead|grie\w+|loss|lost (my|someone|him|her)|passed away|funeral)\b"),
    "role_dispute": re.compile(r"\b(conflict|fight\w*|argu\w+|row|rows|quarrel\w*|disagree\w*|tension|drama)\b"),
    "role_transition": re.compile(
        r"\b(change|changes|mov(ed|ing)|divorc\w+|break ?up|new (job|baby|town)|retire\w*|lost my job|redundan\w+)\b"
    ),
    "loneliness": re.compile(r"\b(alone|lonely|loneliness|no friends|isolated|nobody)\b"),
}
_NUMBERS = {
    "two": 2,
    "three": 3,
    "five": 5,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "half": 30,
    "hour": 60,
}
_MINUTES = re.compile(rf"\b(?:\d{{1,3}}|{'|'.join(_NUMBERS)})\b")
SHORT = 5


class ActionSuggestExercise(Action):
    """Names one exercise with the reason, and one alternative; never the same one twice in a conversation."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return SUGGEST

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Ask what it is about if nothing is known, else say the suggestion (`utter_exercise/suggest`)."""
        conversation = Conversation.read(tracker.events)
        chosen = _chosen(conversation)
        slots = {**tracker.slots, **chosen}
        if "minutes" not in chosen and _wants_shorter(conversation):
            slots["minutes"] = SHORT
        changed: List[Dict[str, Any]] = [
            SlotSet(name, slots[name])
            for name in ("problem_area", "minutes")
            if slots.get(name) != tracker.slots.get(name)
        ]
        done = _done(conversation, slots)
        wish = wish_from_slots(slots, _shared_area(conversation), tuple(done))
        question = _question(conversation, wish)
        if question is not None:
            dispatcher.utter_message(**question)
            return changed
        ranked = suggest(wish)
        words, repeated = load_practice_words(), not ranked
        if repeated:
            wish = wish_from_slots(slots, _shared_area(conversation))
            ranked = suggest(wish)
        best, phrases = ranked[0], load_phrases()
        buttons = [{"title": phrases.button_start, "payload": f"/exercise/{best.id}"}]
        if len(ranked) > 1:
            buttons.append({"title": ranked[1].title, "payload": f"/exercise/{ranked[1].id}"})
        buttons.append({"title": phrases.button_something_else, "payload": "/exercise/suggest"})
        reason = because(best, wish)
        if repeated:
            dispatcher.utter_message(text=words.all_done, about=f"{PRACTICE}all_done")
        notes = {"because": reason, "exercise": best.id, **_spoken(best.id)}
        dispatcher.utter_message(response=SUGGESTED, buttons=buttons, **notes)
        return changed


def _question(conversation: Conversation, wish: Wish) -> Optional[Dict[str, Any]]:
    """Return the question to ask before suggesting; each is asked once, and neither if enough is known."""
    asked = {message.action for turn in conversation.turns for message in turn.messages}
    words = load_practice_words()
    known = wish.area or wish.feeling or wish.group
    suggested = SUGGESTED in asked
    if not known and ASK_AREA not in asked and not suggested:
        buttons = [{"title": title, "payload": f"/{WANT_AREA}{area}"} for area, title in words.areas.items()]
        return {"text": words.ask_area, "buttons": buttons, "about": ASK_AREA}
    if ASK_AREA in asked and wish.minutes is None and ASK_MINUTES not in asked and not suggested:
        buttons = [{"title": f"{minutes} minutes", "payload": f"/{WANT_MINUTES}{minutes}"} for minutes in MINUTES]
        text = words.ask_minutes if known else words.ask_minutes_anyway
        return {"text": text, "buttons": buttons, "about": ASK_MINUTES}
    return None


def _chosen(conversation: Conversation) -> Dict[str, Any]:
    """Return what a button of the two questions chose."""
    turn = conversation.now
    intent = turn.intent if turn else ""
    if turn and not turn.parse.get("certain"):
        intent = (conversation.chosen_button() or intent).lstrip("/")
    if intent.startswith(WANT_AREA):
        return {"problem_area": intent[len(WANT_AREA) :]}
    minutes = intent[len(WANT_MINUTES) :]
    if intent.startswith(WANT_MINUTES) and minutes.isdecimal():
        return {"minutes": int(minutes)}
    said = [message.action for message in conversation.last_messages()]
    asked = ASK_MINUTES in said
    if turn and ASK_AREA in said:
        area = next((name for name, words in AREA_WORDS.items() if words.search(turn.text.lower())), None)
        return {"problem_area": area} if area else {}
    typed = _MINUTES.search(turn.text.lower()) if turn and asked else None
    if typed is None:
        return {}
    return {"minutes": int(typed[0]) if typed[0].isdecimal() else _NUMBERS[typed[0]]}


def _wants_shorter(conversation: Conversation) -> bool:
    turn = conversation.now
    if turn is None:
        return False
    return turn.intent == WANT_SHORTER or (turn.parse.get("practice_move") or {}).get("name") == "shorter"


def _spoken(exercise_id: str) -> Dict[str, Any]:
    values = exercise_values(exercise_id)
    return {key: value for key, value in values.items() if key != "exercise_text"}


def _done(conversation: Conversation, slots: Dict[str, Any]) -> List[str]:
    """Return the ids of exercises that were suggested, begun or shown before."""
    ids = []
    for turn in conversation.turns:
        for message in turn.messages:
            if message.action == SUGGESTED and message.buttons:
                ids.append(message.buttons[0]["payload"].split("/")[-1])
            elif message.action.startswith((PREFIX, PRACTICE)):
                ids.append(message.action.split("/")[1])
    runs = [slots.get(SLOT), *(slots.get(DONE_SLOT) or [])]
    ids += [run["exercise"] for run in runs if isinstance(run, dict) and "exercise" in run]
    return [name for name in dict.fromkeys(ids) if name in load_exercises()]


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
