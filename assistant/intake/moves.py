"""What a person's message means for their contact request: an answer, a correction, a wish, a question of its own, or a word on a request that was sent.

Pure functions over the conversation, so that the Rasa server, which decides who answers, and the action server, which does, come to the
same result (as `assistant.practice.moves` for exercises).
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timezone
from typing import Any, List, Mapping, Optional

from assistant.content.contact import ContactWords, Question, load_contact
from assistant.dialogue.conversation import CONTACT_CLINIC, FALLBACK, PRACTICE, REQUEST, Conversation, Turn
from assistant.intake.afterwards import TAKE_BACK, read_afterwards
from assistant.intake.corrections import field_named, read_correction
from assistant.intake.phones import read_country, read_phone
from assistant.intake.phrases import (
    AGED,
    ASKS,
    ASKS_BACK,
    ATTACHING,
    CHANGING,
    FIGURES,
    HOLDS_ON,
    LITERAL,
    NEXT,
    NO_NAME,
    OF_EMAIL,
    OF_PHONE,
    REFUSES,
    RESUME,
    SENDS,
    SMALL_TALK,
    STOPS,
    TELLS_CONTACT,
)
from assistant.intake.state import ATTACH, CHANGE, EMAIL, INTRO, PHONE, SLOT, SUMMARY, Draft, Intake
from assistant.intake.values import read_choice, read_email, relation_in
from assistant.practice.moves import ANSWER, QUESTION, REMARKS, SHORT, Move, practice_of, words_or_wish

SWITCH = "IPT_CONTACT_REQUESTS"
OFF = ("off", "0", "no", "false")
DEFAULT_COUNTRY = "US"
NOT_TOLD = {"reason", "trusted_adult", "relation", "barriers"}  # a number there may be somebody else's


def requests_on(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the clinic takes contact requests (`IPT_CONTACT_REQUESTS`; on unless it says `off`)."""
    return environment.get(SWITCH, "").strip().lower() not in OFF


def intake_of(conversation: Conversation, now: Optional[datetime] = None) -> Intake:
    """Return what the slot held when the turn being answered began."""
    return Intake.from_dict(conversation.slots.get(SLOT), now or datetime.now(timezone.utc))


def requesting(conversation: Conversation) -> bool:
    """Return whether the person is at a request: of all that was said last, its words or an exercise's came last."""
    said = [message.action for message in conversation.last_messages()]
    last = next((name for name in reversed(said) if name.startswith((REQUEST, PRACTICE))), "")
    return last.startswith(REQUEST)


def asked_now(conversation: Conversation) -> Optional[Draft]:
    """Return the request whose question the person is answering now; `None` if something else was said last."""
    draft = intake_of(conversation).draft
    return draft if draft is not None and not draft.paused and requesting(conversation) else None


def read_request(conversation: Conversation) -> Optional[Move]:
    """Return the move of the turn being answered; `None` if it has nothing to do with a request.

    `Move("question")` is a message to be answered as usual, after which the request's question comes again.
    """
    turn = conversation.now
    if turn is None or not requests_on():
        return None
    if turn.intent.startswith(REQUEST):
        return _pressed(turn.intent)
    intake, draft = intake_of(conversation), asked_now(conversation)
    if _wants_clinic(conversation, turn) and (draft is None or turn.parse.get("certain")):
        return Move("begin", None if turn.parse.get("certain") or turn.intent != CONTACT_CLINIC else turn.text)
    if not turn.parse.get("certain"):
        afterwards = read_afterwards(turn, intake, requesting(conversation))
        if afterwards is not None:
            return afterwards
    if draft is not None:
        return Move(QUESTION) if turn.parse.get("certain") else _at(conversation, turn, draft)
    return Move("resume") if intake.draft is not None and _resumes(conversation, turn) else None


def _wants_clinic(conversation: Conversation, turn: Turn) -> bool:
    """Return whether a turn asks for the clinic: in words, by a button, by a button's words, or by "yes" to that offer."""
    if turn.intent == CONTACT_CLINIC or turn.parse.get("certain"):
        return turn.intent == CONTACT_CLINIC
    offered = conversation.offer() if turn.intent == "affirm" else None
    return f"/{CONTACT_CLINIC}" in (conversation.chosen_button(), offered)


def _pressed(intent: str) -> Move:
    """Return the move of a button: `contact/skip`, `contact/choice_mode_1`, `contact/field_name`, `contact/take_K7M-3QD`."""
    name = intent[len(REQUEST) :]
    kind, _, value = name.partition("_")
    if kind == "choice":
        return Move("chosen", value)
    if kind == "field":
        return Move("edit", value)
    if kind == "take":
        return Move("withdraw", value)
    if kind == "yes":
        return Move("withdraw_yes", value)
    return Move(name)


def _resumes(conversation: Conversation, turn: Turn) -> bool:
    """Return whether a message takes up a request that rests: by name, or as what was left last."""
    if RESUME.search(turn.text):
        return True
    resumes = (turn.parse.get("practice_move") or {}).get("name") == "resume" or turn.intent == "more"
    return (
        resumes
        and (requesting(conversation) or practice_of(conversation) is None)
        and len(turn.text.split()) <= SHORT * 2
    )


def _at(conversation: Conversation, turn: Turn, draft: Draft) -> Optional[Move]:
    """Return the move of typed words at the question that is asked."""
    words = load_contact()
    if STOPS.fullmatch(turn.text.strip(" .!")) and draft.at != INTRO:
        return Move("stop")
    if RESUME.search(turn.text):
        return Move("resume")
    correction = read_correction(turn.text, words, draft.answers, draft.at)
    if correction is not None:
        return Move("correct", correction)
    chosen = conversation.chosen_button(numbers=draft.at in (INTRO, CHANGE, SUMMARY, ATTACH))
    if chosen:
        return _pressed(chosen.lstrip("/")) if chosen.startswith(f"/{REQUEST}") else Move(QUESTION)
    places = {INTRO: _at_intro, CHANGE: _at_change, SUMMARY: _at_summary, ATTACH: _at_attach}
    if draft.at in places:
        return places[draft.at](turn, draft, words)
    question = words.question(draft.at)
    if question is None:
        return Move("resume")
    return _at_question(conversation, turn, draft, question, words)


def _at_intro(turn: Turn, _draft: Draft, _words: ContactWords) -> Optional[Move]:
    kind, short = words_or_wish(turn), len(turn.text.split()) <= SHORT
    if kind == "start" or (turn.intent == "affirm" and short):
        return Move("start")
    if kind in ("stop", "pause") or (turn.intent in ("deny", "stop", "skip") and short):
        return Move("leave")
    return Move(kind) if kind in ("why", "repeat") else None


def _at_change(turn: Turn, draft: Draft, words: ContactWords) -> Optional[Move]:
    field = field_named(turn.text, words, draft.answers)
    if field:
        return Move("edit", field)
    if turn.intent == "deny" or re.match(r"\W*(?:nothing|none)\b", turn.text, re.IGNORECASE):
        return Move(SUMMARY)
    return _wish(turn) or _told(turn, draft, words) or Move("not_understood")


def _at_summary(turn: Turn, draft: Draft, words: ContactWords) -> Optional[Move]:
    field = field_named(turn.text, words, draft.answers)
    if field:
        return Move("edit", field)
    if SENDS.match(turn.text.strip(" .!")) or (turn.intent == "affirm" and len(turn.text.split()) <= SHORT):
        return Move("agree")
    told = _told(turn, draft, words)
    if told:
        return told
    if NEXT.search(turn.text):
        return Move("what_next")
    if TAKE_BACK.search(turn.text) or re.search(r"\b(don'?t|do not) send\b", turn.text, re.IGNORECASE):
        return Move("stop")
    if turn.intent == "deny" or CHANGING.search(turn.text):
        return Move("change")
    return _wish(turn) or Move("consent_first")


def _at_attach(turn: Turn, draft: Draft, words: ContactWords) -> Optional[Move]:
    if NEXT.search(turn.text):
        return Move("what_next")
    for kind, pattern in ATTACHING.items():
        if pattern.search(turn.text):
            return Move(kind)
    if TAKE_BACK.search(turn.text) or re.search(
        r"\b(don'?t|do not) send\b(?! (?:the|this) chat)", turn.text, re.IGNORECASE
    ):
        return Move("stop")
    if turn.intent == "affirm" and len(turn.text.split()) <= SHORT:
        return Move("send_with")
    refused = turn.intent == "deny" or re.match(r"\W*(?:no|nope|nah)\b", turn.text, re.IGNORECASE)
    if refused and not HOLDS_ON.search(turn.text) and len(turn.text.split()) <= SHORT * 2:
        return Move("send_without")
    if CHANGING.search(turn.text):
        return Move("change")
    return _wish(turn) or Move("not_understood")


def _wish(turn: Turn) -> Optional[Move]:
    """Return the move of a message where nothing has to be answered in words; `None` if it looks like an answer."""
    kind = words_or_wish(turn)
    if kind == QUESTION and turn.intent == FALLBACK:
        return None
    return None if kind == ANSWER else Move(kind)


def _told(turn: Turn, draft: Draft, words: ContactWords) -> Optional[Move]:
    """Return a way to be reached that a message gives at another question."""
    if draft.at in NOT_TOLD and not TELLS_CONTACT.search(turn.text):
        return None
    if draft.at == "trusted_adult":
        return None
    email = read_email(turn.text, words.mail_domains)
    if email and email.address and email.address != draft.answers.get(EMAIL):
        return Move("told", (EMAIL, turn.text))
    phone = read_phone(turn.text, None, regions(turn, {}))
    if phone and phone.number and phone.number != draft.answers.get(PHONE):
        return Move("told", (PHONE, turn.text))
    return None


def _at_question(conversation: Conversation, turn: Turn, draft: Draft, question: Question, words: ContactWords) -> Move:
    told = _told(turn, draft, words) if question.answer != "contact" else None
    if told:
        return told
    if ASKS_BACK.fullmatch(turn.text.strip()):
        return Move("help")
    if AGED.match(turn.text) and question.id != "age_band" and draft.answers.get("for_whom") != "someone_else":
        return Move("aged", turn.text)
    kind = words_or_wish(turn, literal=question.id in LITERAL)
    if question.answer == "contact":
        return _at_contact(turn, draft, words, kind)
    if question.answer == "name" and words_or_wish(turn) in REMARKS and len(turn.text.split()) > 2:
        return Move(words_or_wish(turn))
    if question.answer == "choice":
        return _at_choice(turn, question, kind)
    said = turn.text.strip(" .!?").casefold()
    readable = r"\w" if question.id in FIGURES else r"[^\W\d_]"
    if not re.search(readable, said) or (question.answer == "name" and said in NO_NAME):
        return Move("not_understood")
    if said in (
        "no",
        "nope",
        "nothing",
        "none",
        "n/a",
        "no one",
        "not really",
        "nothing really",
        "rather not say",
        "prefer not to say",
    ):
        return Move("skip")
    return Move(kind, turn.text if kind == ANSWER else None)


def _at_choice(turn: Turn, question: Question, kind: str) -> Move:
    worded = any(
        turn.text.strip(" .!?").casefold() in (choice.title.casefold(), *choice.words) for choice in question.choices
    )
    if ASKS.match(turn.text) and not worded:
        if kind != ANSWER:
            return Move(kind)
        if re.match(r"\W*(?:and |but |so )?why\b", turn.text, re.IGNORECASE):
            return Move("why")
        return Move("not_understood" if turn.intent == FALLBACK else QUESTION)
    value = read_choice(question, turn.text)
    if question.own_words and question.choice(value) is None and turn.intent == "deny" and len(turn.text.split()) <= 2:
        return Move("skip")
    known = bool((turn.parse.get("practice_move") or {}).get("known"))
    if (
        value is not None
        and not (question.own_words and kind != ANSWER)
        and not (known and kind in ("skip", "stop", "back", "pause"))
    ):
        return Move(ANSWER, turn.text)
    if question.id == "for_whom" and relation_in(turn.text):
        return Move(ANSWER, turn.text)
    if turn.intent in SMALL_TALK and kind == ANSWER and not question.own_words:
        return Move("not_understood")
    if kind == ANSWER and (turn.intent in ("skip", "stop", "back") and len(turn.text.split()) <= SHORT):
        return Move(turn.intent)
    if kind == ANSWER and turn.text.rstrip().endswith("?") and turn.intent != FALLBACK:
        return Move(QUESTION)
    return Move(kind, turn.text if kind == ANSWER else None)


def _at_contact(turn: Turn, draft: Draft, words: ContactWords, kind: str) -> Move:
    """Return the move at the question how to reach the person, which cannot be skipped but may be refused in part."""
    text = turn.text
    if draft.slip and turn.intent in ("affirm", "deny") and len(text.split()) <= SHORT:
        return Move("slip_yes" if turn.intent == "affirm" else "slip_no")
    country = read_country(text) if draft.number else None
    number = read_phone(text, None, regions(turn, {}))
    if number or read_email(text, words.mail_domains) or country or draft.number:
        if kind not in ("stop", "pause", "back") or number:
            return Move(ANSWER, text)
        return Move(kind)
    if ASKS.match(text):
        if kind == ANSWER and re.match(r"\W*(?:and |but |so )?why\b", text, re.IGNORECASE):
            return Move("why")
        return Move(
            QUESTION if kind == ANSWER and turn.intent != FALLBACK else kind if kind != ANSWER else "not_understood"
        )
    of_phone, of_email = bool(OF_PHONE.search(text)), bool(OF_EMAIL.search(text))
    short = len(text.split()) <= SHORT * 3
    if kind != QUESTION and short and REFUSES.search(text):
        if of_phone != of_email:
            return Move("offer", EMAIL if of_phone else PHONE)
        return Move("refuse")
    if kind == "skip" or turn.intent == "skip":
        return Move("refuse")
    if kind == ANSWER and of_phone != of_email and short and not text.rstrip().endswith("?"):
        return Move("method", PHONE if of_phone else EMAIL)
    return Move(kind, text if kind == ANSWER else None)


def regions(turn: Optional[Turn], slots: Mapping[str, Any], locale: Optional[str] = None) -> List[str]:
    """Return the countries a number may be from, likeliest first: what the person named, their locale's, the clinic's."""
    named = (
        [entity.get("value") for entity in (turn.parse.get("entities") or []) if entity.get("entity") == "country"]
        if turn
        else []
    )
    found = [slots.get("country"), *named, locale, os.environ.get("IPT_COUNTRY") or DEFAULT_COUNTRY]
    return [str(country) for country in dict.fromkeys(found) if country]
