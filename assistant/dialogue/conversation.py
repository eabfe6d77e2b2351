"""A reader of the conversation so far: turns, topic at hand, offers, misses.

Works on events as plain dictionaries, so the Rasa server and the action server read the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterable, Optional

from assistant.nlu.persons import has_died

FALLBACK = "nlu_fallback"
PRACTISE, SUGGEST = "action_exercise", "action_suggest_exercise"
SUGGESTED = "utter_exercise/suggest"
PRACTICE = "practice/"  # what is said in an exercise, and the buttons there
CONTACT = "action_contact_request"
CONTACT_CLINIC = "contact_clinic"
REQUEST = "contact/"  # what is said in a contact request, and the buttons there
ANSWER = "utter_faq/"
OFFERING = (
    ANSWER,
    "utter_share_",
    "utter_exercise/",
    "utter_talk_to_human",
    PRACTICE,
)  # responses whose first button is an offer
# "2", "#2", "option 2", "the second one", "the last one please"
PLACE = re.compile(
    r"(?:(?:the|number|option|choice|no\.?|nr\.?|#) ?)*"
    r"(?P<place>\d{1,2}|first|second|third|fourth|fifth|last)(?:st|nd|rd|th)?\)?"
    r"(?: (?:one|option|choice|button|of those))?(?: (?:please|pls|plz))?"
)
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
ASKING = {"utter_did_you_mean", "utter_which_one"}
MISSES = {"utter_did_you_mean", "utter_menu"}


@dataclass(frozen=True)
class Message:
    """One message of the assistant: its text, its buttons, and the response its words came from (`utter_…`)."""

    text: str
    buttons: list[dict[str, Any]]
    action: str
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass
class Turn:
    """What a person said, and what the assistant answered.

    Attributes:
        text: the person's words; the title of a button they chose.
        intent: full intent, such as `faq/evidence`.
        parse: the whole parse result.
        actions: names of the actions that ran, in order.
        messages: what was said.
    """

    text: str
    intent: str
    parse: dict[str, Any]
    actions: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


class Conversation:
    """The turns of a conversation; the last one is the turn being answered.

    `slots` are as they were when that turn began, so that what it means stays the same while actions change them.
    """

    def __init__(self, turns: list[Turn], slots: Optional[dict[str, Any]] = None) -> None:
        self.turns = turns
        self.slots = slots or {}
        self._filled = dict(self.slots)  # as they are after the last event

    @classmethod
    def read(cls, events: Iterable[dict[str, Any]]) -> Conversation:
        """Read events as Rasa stores them (`user`, `bot`, `action`, `slot`; others are passed over)."""
        conversation = cls([])
        conversation.add(events)
        return conversation

    def add(self, events: Iterable[dict[str, Any]]) -> None:
        """Read the events that follow those read."""
        turns = self.turns
        for event in events:
            kind = event.get("event")
            if kind == "user":
                parse = event.get("parse_data") or {}
                turns.append(Turn(event.get("text") or "", full_intent(parse), parse))
                self.slots = dict(self._filled)
            elif kind == "bot" and turns:
                metadata = event.get("metadata") or {}
                data = event.get("data") or {}
                action = metadata.get("about") or metadata.get("utter_action") or ""
                turns[-1].messages.append(Message(event.get("text") or "", data.get("buttons") or [], action, metadata))
            elif kind == "action" and turns:
                turns[-1].actions.append(event.get("name") or "")
            elif kind == "slot":
                self._filled[event.get("name") or ""] = event.get("value")

    @property
    def now(self) -> Optional[Turn]:
        """The turn being answered; none before the first message."""
        return self.turns[-1] if self.turns else None

    @property
    def before(self) -> list[Turn]:
        """The turns before the one being answered, newest first."""
        return self.turns[-2::-1] if len(self.turns) > 1 else []

    def topics(self) -> list[str]:
        """Return the topics answered before this turn, newest first, without repeats in a row."""
        found: list[str] = []
        for turn in self.before:
            for message in reversed(turn.messages):
                if message.action.startswith(ANSWER):
                    topic = message.action[len(ANSWER) :]
                    if not found or found[-1] != topic:
                        found.append(topic)
        return found

    def last_messages(self) -> list[Message]:
        """Return what the assistant said in the newest earlier turn in which it said something."""
        return next((turn.messages for turn in self.before if turn.messages), [])

    def offer(self) -> Optional[str]:
        """Return the payload of the offer that a "yes" takes: the first button of an answer or an exercise."""
        messages = self.last_messages()
        if not messages or not messages[-1].buttons or not messages[-1].action.startswith(OFFERING):
            return None
        return messages[-1].buttons[0].get("payload")

    def choices_offered(self) -> list[dict[str, Any]]:
        """Return the buttons of the last message if it asked what was meant."""
        messages = self.last_messages()
        return messages[-1].buttons if messages and messages[-1].action in ASKING else []

    def chosen_button(self, numbers: bool = True) -> Optional[str]:
        """Return the payload of the button whose words, or number if `numbers`, were typed in this turn; a pressed one needs no guess."""
        messages = self.last_messages()
        if self.now is None or not messages or self.now.parse.get("certain"):
            return None
        typed = self.now.text.strip().rstrip(".").casefold()
        buttons = [button for message in messages for button in message.buttons]
        titled = next((button for button in buttons if button.get("title", "").casefold() == typed), None)
        if titled is None and numbers:
            suggested = self._suggested()
            named = (
                suggested if len(suggested) > 1 and not re.search(r"\d", typed) else buttons
            )  # digits are of buttons
            place = place_named(typed, len(named))
            titled = named[place - 1] if 1 <= place <= len(named) else None
        return titled.get("payload") if titled else None

    def _suggested(self) -> list[dict[str, Any]]:
        """Return the buttons that start the exercises suggested one after the other until now, oldest first."""
        found: list[dict[str, Any]] = []
        for turn in self.before:
            starts = [
                message.buttons[0] for message in turn.messages if message.action == SUGGESTED and message.buttons
            ]
            if not starts:
                break
            found += starts
        return found[::-1]

    def misses(self) -> int:
        """Return how many turns in a row, this one included, ended in a question back ("did you mean", the menu)."""
        count = 1
        for turn in self.before:
            if not MISSES.intersection(turn.actions):
                break
            count += 1
        return count

    def died(self) -> set[str]:
        """Return the relationships ("mother") of those whose death was told; nobody quarrels with them or asks them for anything."""
        found = set()
        for turn in self.turns:
            for entity in turn.parse.get("entities") or []:
                start, end = entity.get("start"), entity.get("end")
                if entity.get("entity") != "relationship" or start is None or end is None:
                    continue
                if has_died(turn.text, start, end):
                    found.add(str(entity.get("value")))
        return found

    def said(self, action: str) -> list[str]:
        """Return the texts said for a response before, oldest first."""
        return [message.text for turn in self.turns for message in turn.messages if message.action == action]


def place_named(text: str, count: int) -> int:
    """Return the place among `count` things that a text names and nothing else ("2", "the last one"), from 1; 0 if it names none."""
    found = PLACE.fullmatch(text.strip().rstrip(".!").casefold())
    if found is None:
        return 0
    place = found["place"]
    return count if place == "last" else PLACES.get(place) or int(place)


def full_intent(parse: dict[str, Any]) -> str:
    """Return the full intent of a parse result: `faq/evidence`, not `faq`."""
    name = (parse.get("intent") or {}).get("name") or ""
    selected = ((parse.get("response_selector") or {}).get(name) or {}).get("response") or {}
    return selected.get("intent_response_key") or name


def names_country(turn: Optional[Turn]) -> bool:
    """Return whether a country, or a place in one, is named in a turn."""
    entities = (turn.parse.get("entities") or []) if turn is not None else []
    return any(entity.get("entity") == "country" for entity in entities)


def confidence(turn: Turn) -> float:
    """Return the confidence, 0 to 1, of a turn's intent."""
    return float((turn.parse.get("intent") or {}).get("confidence") or 0.0)


def parse_for(intent: str, text: str) -> dict[str, Any]:
    """Return the parse result of a message that certainly means a full intent, such as a button."""
    parent = intent.split("/")[0]
    parse: dict[str, Any] = {
        "text": text,
        "intent": {"name": parent, "confidence": 1.0},
        "entities": [],
        "intent_ranking": [{"name": parent, "confidence": 1.0}],
        "candidates": [{"name": intent, "confidence": 1.0}],
        "questions": [],
        "certain": True,
    }
    if parent != intent:
        response = {"intent_response_key": intent, "utter_action": f"utter_{intent}", "confidence": 1.0}
        parse["response_selector"] = {"all_retrieval_intents": [parent], parent: {"response": response, "ranking": []}}
    return parse


def action_for(intent: str) -> str:
    """Return the action that answers a full intent."""
    if intent == "exercise/suggest" or intent.startswith(f"{PRACTICE}want_"):
        return SUGGEST
    if intent.startswith(REQUEST):
        return CONTACT
    return PRACTISE if intent.startswith(("exercise/", PRACTICE)) else f"utter_{intent}"
