"""Which actions answer a turn whose meaning depends on the conversation; `None` leaves it to the rules."""

from __future__ import annotations

from typing import Optional

from assistant.content.exercises import load_exercises
from assistant.dialogue.conversation import (
    CONTACT,
    CONTACT_CLINIC,
    FALLBACK,
    PRACTICE,
    PRACTISE,
    SUGGEST,
    Conversation,
    Message,
    Turn,
    action_for,
    names_country,
)
from assistant.intake.moves import read_request
from assistant.practice.moves import (
    QUESTION,
    asks_for_chart,
    practice_of,
    practising,
    read_move,
    returns_to,
    wanted_exercise,
)
from assistant.practice.wordings import ASKS, ASKS_WHAT_TO_DO, DONT_WRITE, plainly

MOST_WORDS_OF_A_PLACE = 6
MOST_WORDS_OF_A_WISH = 6  # "something for grief"
TOLD, EXERCISE_DONE = "utter_share_", "utter_exercise_done"
SET_COUNTRY = "set_country"
ON_THE_WAY = {"utter_set_country", "utter_more"}  # between an answer and the country it is wanted for
UNAVAILABLE, CONTACT_UNAVAILABLE = "utter_unavailable", "utter_contact_unavailable"
# Clear wishes of another kind, which do not take up an exercise nor answer what was asked before suggesting one.
SURELY_OTHER = {
    "talk_to_human",
    "ask_helpline",
    "delete_my_data",
    "export_my_data",
    "privacy_of_chat",
    "bot_challenge",
    "find_therapist",
    "contact_clinic",
}


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
    if UNAVAILABLE in ran or CONTACT_UNAVAILABLE in ran:
        return ran
    if ran and ran[-1].startswith("action_") and not turn.messages:
        # The action server did not answer, and nobody may be left without a reply: an exercise can be done alone.
        if ran[-1] == CONTACT:
            return [*ran, CONTACT_UNAVAILABLE]
        wanted = wanted_exercise(conversation) if ran[-1] == PRACTISE else None
        return [*ran, f"utter_exercise/{wanted}" if wanted else UNAVAILABLE]
    contact = _contact(conversation, turn)
    if contact is not None:
        return contact
    practice = _practice(conversation, turn)
    if practice is not None:
        return practice
    return _plan_without_practice(conversation, turn)


def _contact(conversation: Conversation, turn: Turn) -> Optional[list[str]]:
    """Return the actions of a turn that belongs to a contact request, `None` for others."""
    move = read_request(conversation)
    if move is None:
        return None
    if move.kind not in (QUESTION, "erase_note"):
        return [CONTACT]
    if turn.intent == "goodbye" or turn.intent.startswith("exercise/"):
        return None
    if turn.intent == CONTACT_CLINIC:
        return [CONTACT]
    usual = _plan_without_practice(conversation, turn) or [action_for(turn.intent)]
    return [*(name for name in usual if name != CONTACT), CONTACT]


def _practice(conversation: Conversation, turn: Turn) -> Optional[list[str]]:
    """Return the actions of a turn that belongs to an exercise, `None` for others."""
    if wanted_exercise(conversation):
        return [PRACTISE]
    move = turn.parse.get("practice_move") or {}
    practice = practising(conversation)
    if practice is None:
        if turn.intent.startswith(PRACTICE):
            return [action_for(turn.intent)]
        if _wants_no_writing(conversation, turn):
            return [PRACTISE]
        if _answers_suggestion(conversation, turn):
            return [SUGGEST]
        rests = practice_of(conversation)
        if rests is None or rests.exercise not in load_exercises():
            return None
        if turn.intent in SURELY_OTHER and not asks_for_chart(turn):
            return None
        if rests.finished and move.get("name") == "done" and move.get("known") and _in_practice(conversation):
            return [EXERCISE_DONE]
        if returns_to(rests, conversation):
            return [PRACTISE]
        return [PRACTISE] if move.get("name") == "resume" and not rests.finished else None
    step = read_move(conversation, practice)
    if step is None:
        return None
    if step.kind == "other" or turn.intent.startswith(f"{PRACTICE}want_"):
        return [SUGGEST]
    if step.kind != QUESTION:
        return [PRACTISE]
    if turn.intent in ("goodbye", "exercise/suggest"):
        return None
    usual = _plan_without_practice(conversation, turn) or [action_for(turn.intent)]
    return [*(name for name in usual if name != PRACTISE), PRACTISE]


def _in_practice(conversation: Conversation) -> bool:
    """Return whether what was said last belongs to an exercise."""
    return any(message.action.startswith(PRACTICE) for message in conversation.last_messages())


def _wants_no_writing(conversation: Conversation, turn: Turn) -> bool:
    """Return whether a person would rather not write, after an exercise was named."""
    named = any(message.action.startswith((PRACTICE, "utter_exercise/")) for message in conversation.last_messages())
    return named and turn.intent not in SURELY_OTHER and DONT_WRITE.fullmatch(plainly(turn.text)) is not None


def _answers_suggestion(conversation: Conversation, turn: Turn) -> bool:
    """Return whether a turn asks for another exercise than the one suggested, or answers what was asked before suggesting."""
    said = [message.action for message in conversation.last_messages()]
    move = (turn.parse.get("practice_move") or {}).get("name")
    if f"{PRACTICE}ask_minutes" in said and len(turn.text.split()) <= MOST_WORDS_OF_A_WISH and "?" not in turn.text:
        return turn.intent not in SURELY_OTHER
    if f"{PRACTICE}ask_area" in said and len(turn.text.split()) <= MOST_WORDS_OF_A_WISH and "?" not in turn.text:
        return turn.intent not in SURELY_OTHER
    if f"{PRACTICE}ask_area" in said or f"{PRACTICE}ask_minutes" in said:
        return not turn.intent.startswith(("faq/", "goodbye", "stop")) and turn.intent not in SURELY_OTHER
    if "utter_exercise/suggest" not in said:
        return False
    named = {entity.get("entity") for entity in turn.parse.get("entities") or []}
    wish = (
        "?" not in turn.text
        and len(turn.text.split()) <= MOST_WORDS_OF_A_WISH
        and named & {"problem_area", "minutes", "life_event"}
    )
    return bool(wish) or move in ("other", "shorter") or turn.intent == "deny"


def _plan_without_practice(conversation: Conversation, turn: Turn) -> Optional[list[str]]:
    chosen = conversation.chosen_button()
    if chosen:
        return [action_for(chosen.lstrip("/"))]
    if turn.intent == "affirm" and conversation.choices_offered():
        return ["utter_which_one"]
    if turn.intent == "affirm":
        offer = conversation.offer()
        return [action_for(offer.lstrip("/"))] if offer else None
    if turn.intent == "back":
        return [action_for(turn.intent)]
    if _asks_what_to_do(conversation, turn):
        return [SUGGEST]
    if turn.intent == SET_COUNTRY or (turn.intent == FALLBACK and _names_a_place(turn)):
        again = _answer_for_country(conversation, turn)
        return ["utter_country_noted", again] if again else [action_for(SET_COUNTRY)]
    if turn.intent == FALLBACK:
        return ["utter_did_you_mean"] if conversation.misses() == 1 else ["utter_menu"]
    questions = turn.parse.get("questions") or []
    if questions:
        return [action_for(turn.intent), *(action_for(question) for question in questions)]
    return None


def _asks_what_to_do(conversation: Conversation, turn: Turn) -> bool:
    """Return whether a person who has just told what troubles them asks what to do: that takes the offer of an exercise."""
    told = any(message.action.startswith(TOLD) for message in conversation.last_messages())
    return told and ASKS_WHAT_TO_DO.fullmatch(plainly(turn.text)) is not None


def _answer_for_country(conversation: Conversation, turn: Turn) -> Optional[str]:
    """Return the response to give again when a person names a country after an answer that holds for another one."""
    if not names_country(turn):
        return None
    messages = next((turn.messages for turn in conversation.before if not ON_THE_WAY.intersection(turn.actions)), [])
    return next((message.action for message in messages if _depends_on_country(message)), None)


def _depends_on_country(message: Message) -> bool:
    """Return whether an answer is another one elsewhere: it then offers to say so."""
    return any(button.get("payload") == f"/{SET_COUNTRY}" for button in message.buttons)


def _names_a_place(turn: Turn) -> bool:
    """Return whether a short message that was not understood names a country or town: "Dublin, why"."""
    asks = ASKS.match(plainly(turn.text)) is not None
    return len(turn.text.split()) <= MOST_WORDS_OF_A_PLACE and names_country(turn) and not asks
