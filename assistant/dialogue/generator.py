"""Chooses and fills the words: Rasa's templated generator, aware of the conversation.

Set in `endpoints.yml` (`nlg`). Over Rasa's own it adds: the words in braces that depend on the country or the person;
variants for the topic at hand; no text twice in a row; "more", "repeat", "back"; and the choices of "did you mean".
"""

from __future__ import annotations

import os
from copy import deepcopy
from itertools import islice
from typing import Any, Dict, List, Mapping, Optional

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from assistant.content.helplines import load_helplines
from assistant.content.lexicon import load_lexicon
from assistant.content.phrases import load_phrases
from assistant.dialogue.choices import choices, tells
from assistant.dialogue.conversation import ANSWER, Conversation, names_country
from assistant.dialogue.exercise import exercise_values
from assistant.dialogue.safety_answers import PLAN_STEPS, plan_answers
from assistant.dialogue.safety_state import CRISIS, GO_ON, SAY, interrupted
from assistant.intake.moves import requests_on
from assistant.practice.moves import GATE, wanted_exercise

DEFAULT_COUNTRY = "US"
_READ = "_conversation_read"  # an attribute of a tracker
EXERCISE = "utter_exercise/"
MESSENGERS = {"slack", "telegram"}  # names of their channels
KEPT_NOTES = (
    "sources",
    "care",
    "area",
    "if_yes",
    "if_no",
    "then",
)  # of a response's metadata; the rest is for clinicians
LINES_OF = {
    "abuse": ["abuse", "suicide"],
    "child": ["child", "young", "suicide"],
    "young": ["child", "young", "suicide"],
    "medical": [],
}  # others: suicide
WITH_LINES = {  # besides the first replies; elsewhere the words suffice, and the lines stay in sight above
    f"{SAY}safety/{name}"
    for name in (
        "now",
        "no_answer",
        "child",
        "young",
        "abuse_danger",
        "gate_yes",
        "no_exercise_abuse",
        "medical_alone",
        "friend_now",
        "about",
    )
}


def read_conversation(tracker: DialogueStateTracker) -> Conversation:
    """Return the conversation of a tracker; it is kept there and, for the next policy or action of a turn, read on from where it ended."""
    kinds = (UserUttered, BotUttered, ActionExecuted, SlotSet)
    events, read, conversation = getattr(tracker, _READ, (None, 0, None))
    if conversation is None or events is not tracker.events or read > len(events):
        read, conversation = 0, Conversation([])
    conversation.add(event.as_dict() for event in islice(tracker.events, read, None) if isinstance(event, kinds))
    setattr(tracker, _READ, (tracker.events, len(tracker.events), conversation))
    return conversation


class CuratedGenerator(TemplatedNaturalLanguageGenerator):
    """Picks among written sentences; never makes one."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        super().__init__((domain or Domain.empty()).responses)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        """Return the message for a response, or `None` if the response does not exist."""
        conversation = read_conversation(tracker)
        values = {**self._values(tracker, conversation, output_channel), **kwargs}
        if utter_action == "utter_repeat":
            repeated = self._repeat(conversation)
            if repeated:
                return repeated
        if utter_action == "utter_more":
            more = self._more(conversation, values)
            if more:
                return more
        if utter_action == SAY + GO_ON:
            return await self._where_we_were(conversation, tracker, output_channel)
        if utter_action == "utter_back":
            topics = conversation.topics()
            if len(topics) > 1:
                utter_action = f"{ANSWER}{topics[1]}"
                values["topic"] = None
        if utter_action.startswith(EXERCISE):
            values.update(exercise_values(utter_action[len(EXERCISE) :]))
        chosen = self._choose(utter_action, values, output_channel, conversation)
        if chosen is None:
            return None
        if utter_action.startswith(ANSWER) and any(
            message.metadata.get("variant") == chosen["variant"] for message in conversation.last_messages()
        ):
            # Asked the same again at once: the longer answer says it in other words.
            longer = self._longer_message(utter_action, chosen["variant"], values)
            return {**longer, "about": "utter_more"} if longer else self._finish(utter_action, chosen, values)
        if utter_action == GATE and not (conversation.now and conversation.now.parse.get("certain")):
            named = exercise_values(wanted_exercise(conversation) or "")
            chosen["text"] = f"{load_phrases().before_gate} {chosen['text']}" if named else chosen["text"]
            values.update(named)
        if utter_action == "utter_which_one":
            chosen["buttons"] = conversation.choices_offered()
        if utter_action == "utter_did_you_mean":
            chosen["buttons"] = choices(conversation, self.responses)
            if not chosen["buttons"]:
                return await self.generate("utter_menu", tracker, output_channel, **kwargs)
        return self._finish(utter_action, chosen, values)

    def _values(self, tracker: DialogueStateTracker, conversation: Conversation, channel: str) -> Dict[str, Any]:
        """Return what conditions and braces can refer to: the slots, and what follows from them."""
        phrases = load_phrases()
        values = dict(tracker.current_slot_values())
        given = values.get("country")
        values["country_given"] = bool(given) and names_country(conversation.now)
        country = country_of(tracker, os.environ)
        values["country"] = country
        entry = load_lexicon()["country"].values.get(country)
        values["country_name"] = entry.name if entry and entry.name else phrases.unknown_country
        helplines = load_helplines()
        values["emergency_number"] = helplines.emergency(country)
        values["suicide_line"] = helplines.say(country, "suicide")
        values["abuse_line"] = helplines.say(country, "abuse", "suicide")
        values["child_line"] = helplines.say(country, "child", "young", "suicide")
        values["own_abuse_line"] = values["abuse_line"] != helplines.say(country, "suicide")
        young = values["child_line"] != helplines.say(country, "suicide")
        values["for_young"] = " " + phrases.for_young.format(child_line=values["child_line"]) if young else ""
        values["suicide_short"] = helplines.short(country, "suicide")
        values["suicide_name"] = helplines.named(country, "suicide")
        values["abuse_short"] = helplines.short(country, "abuse", "suicide")
        values["text_line"] = helplines.texts(country, "suicide")
        values["abuse_text"] = helplines.texts(country, "abuse", "suicide")
        values["free_line"] = helplines.free(country, "suicide")
        values["hide_chat"] = phrases.hide_in_messenger if channel in MESSENGERS else phrases.hide_on_web
        answers = plan_answers(conversation)
        values.update({f"plan_{name}": answers.get(name, phrases.plan_skipped) for name in PLAN_STEPS})
        named = values.get("relationship")
        relationship = None if named in conversation.died() else named
        values["person"] = f"your {relationship}" if relationship else phrases.other_person
        values["with_person"] = f" with your {relationship}" if relationship else ""
        topics = conversation.topics()
        values["topic"] = topics[0] if topics else None
        values["contact_on"] = requests_on()
        values["telling"] = conversation.now is not None and tells(conversation.now)
        values["greeted"] = bool(conversation.said("utter_greet"))
        return values

    def _choose(
        self, action: str, values: Dict[str, Any], channel: str, conversation: Conversation
    ) -> Optional[Dict[str, Any]]:
        """Return a copy of the variant to say: of those that fit, the first one not said, else the one said longest ago."""
        if action not in self.responses:
            return None
        # Rasa puts the model's responses in place after this object was made, hence a new filter.
        fitting = ResponseVariationFilter(self.responses).responses_for_utter_action(action, channel, values)
        if not fitting:
            return None
        said = [message.metadata.get("variant") for turn in conversation.turns for message in turn.messages]

        def last_said(variant: Dict[str, Any]) -> int:
            key = self._variant_key(action, variant)
            return max((index for index, other in enumerate(said) if other == key), default=-1)

        best = min(fitting, key=last_said)
        copied = {key: value if key == "metadata" else deepcopy(value) for key, value in best.items()}
        return {**copied, "variant": self._variant_key(action, best)}

    def _variant_key(self, action: str, variant: Dict[str, Any]) -> str:
        return f"{action}#{self.responses[action].index(variant)}"

    def _finish(self, action: str, chosen: Dict[str, Any], values: Dict[str, Any]) -> Dict[str, Any]:
        """Fill braces, and turn the notes for clinicians into what a channel needs."""
        notes = chosen.pop("metadata", None) or {}
        chosen.pop("condition", None)
        buttons: List[Dict[str, Any]] = chosen.get("buttons") or []
        if self._longer(action):
            buttons = [{"title": load_phrases().button_more, "payload": "/more"}, *buttons]
        chosen["buttons"] = buttons
        filled = self._fill_response(chosen, values)
        filled["about"] = action
        filled.update({key: notes[key] for key in KEPT_NOTES if notes.get(key)})
        if action.startswith(SAY + CRISIS) or action in WITH_LINES:
            kind = next((name for name in LINES_OF if name in action), "")
            filled["helplines"] = {"country": values["country"], "kinds": LINES_OF.get(kind, ["suicide"])}
        return filled

    async def _where_we_were(
        self, conversation: Conversation, tracker: DialogueStateTracker, channel: str
    ) -> Optional[Dict[str, Any]]:
        """Return what was said before danger was raised, or the list of what the assistant can do."""
        lead = self.responses[SAY + GO_ON][0]["text"]
        turn = interrupted(conversation)
        if turn is None or turn.messages[-1].action == "utter_greet":
            return await self.generate("utter_what_can_you_do", tracker, channel)
        last = turn.messages[-1]
        kept = {key: value for key, value in last.metadata.items() if key in (*KEPT_NOTES, "variant")}
        text = "\n\n".join([lead.strip(), *(message.text for message in turn.messages if message.text)])
        return {"text": text, "buttons": last.buttons, "about": last.action, **kept}

    def _longer(self, action: str, said: str = "") -> Optional[Dict[str, Any]]:
        """Return the variant whose longer answer belongs to a response: the variant that was said, else the first that has one."""
        variants = [
            variant for variant in self.responses.get(action, []) if (variant.get("metadata") or {}).get("more")
        ]
        own = (variant for variant in variants if self._variant_key(action, variant) == said)
        return next(own, variants[0] if variants else None)

    def _longer_message(self, action: str, said: str, values: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        """Return the longer answer of a response as a message; it is said once, so it offers no "more" itself."""
        variant = self._longer(action, said)
        if variant is None:
            return None
        message = {"text": variant["metadata"]["more"], "buttons": deepcopy(variant.get("buttons") or [])}
        return {**self._fill_response(message, values), "sources": variant["metadata"].get("sources", [])}

    def _more(self, conversation: Conversation, values: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        """Return the longer answer on what was said last."""
        for message in reversed(conversation.last_messages()):
            longer = self._longer_message(message.action, message.metadata.get("variant", ""), values)
            if longer is not None:
                return longer
        return None

    def _repeat(self, conversation: Conversation) -> Optional[Dict[str, Any]]:
        messages = conversation.last_messages()
        if not messages:
            return None
        last = messages[-1]
        kept = {key: value for key, value in last.metadata.items() if key in (*KEPT_NOTES, "helplines")}
        text = "\n\n".join(message.text for message in messages if message.text)
        return {"text": text, "buttons": last.buttons, "about": last.action, **kept}


def country_of(tracker: DialogueStateTracker, environment: Mapping[str, str]) -> str:
    """Return the country whose numbers are shown: what the person said, else their locale, else `IPT_COUNTRY`."""
    locales = (event.metadata.get("locale_country") for event in tracker.events if isinstance(event, UserUttered))
    locale = next((country for country in locales if country), None)
    return str(tracker.get_slot("country") or locale or environment.get("IPT_COUNTRY", DEFAULT_COUNTRY))
