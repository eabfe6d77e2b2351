"""Which actions answer a turn whose meaning depends on the conversation; `None` leaves it to the rules."""

from __future__ import annotations

from typing import Optional

from assistant.dialogue.conversation import FALLBACK, Conversation, Turn, action_for

MOST_WORDS_OF_A_PLACE = 6
UNAVAILABLE = "utter_unavailable"


def plan(conversation: Conversation) -> Optional[list[str]]:
    """Return the actions for the turn being answered, in order, or `None`.

    A typed number or title of a button is that button; "yes" takes the offer; a second miss in a row brings the
    menu; a message with several questions gets several answers.
    """
    turn = conversation.now
    if turn is None:
        return None
    if turn.intent.startswith("crisis_"):
        return None
    ran = [name for name in turn.actions if name != "action_listen"]
    if UNAVAILABLE in ran:
        return ran
    if ran and ran[-1].startswith("action_") and not turn.messages:
        return [*ran, UNAVAILABLE]  # the action server did not answer, and nobody may be left without a reply
    chosen = conversation.chosen_button()
    if chosen:
        return [action_for(chosen.lstrip("/"))]
    if turn.intent == "affirm" and conversation.choices_offered():
        return ["utter_which_one"]
    if turn.intent == "affirm":
        offer = conversation.offer()
        return [action_for(offer.lstrip("/"))] if offer else None
    if turn.intent == "back" or (turn.intent.startswith("exercise/") and turn.intent != "exercise/suggest"):
        return [action_for(turn.intent)]
    if turn.intent == FALLBACK and _names_a_place(turn):
        return ["utter_set_country"]
    if turn.intent == FALLBACK:
        return ["utter_did_you_mean"] if conversation.misses() == 1 else ["utter_menu"]
    questions = turn.parse.get("questions") or []
    if questions:
        return [action_for(turn.intent), *(action_for(question) for question in questions)]
    return None


def _names_a_place(turn: Turn) -> bool:
    """Return whether a short message that was not understood names a country or town: "Dublin, why"."""
    entities = turn.parse.get("entities") or []
    return len(turn.text.split()) <= MOST_WORDS_OF_A_PLACE and any(
        entity.get("entity") == "country" for entity in entities
    )
