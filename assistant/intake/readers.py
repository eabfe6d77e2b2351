"""What typed words mean at the question of a contact request that is asked, and what its buttons mean."""

from __future__ import annotations

import os
import re
from typing import Any, List, Mapping, Optional

from assistant.content.contact import ContactWords, Question, load_contact
from assistant.dialogue.conversation import FALLBACK, REQUEST, Conversation, Turn
from assistant.intake.afterwards import TAKE_BACK
from assistant.intake.corrections import field_named, read_correction
from assistant.intake.phones import NUMBER, read_country, read_phone
from assistant.intake.phrases import (
    AGED,
    AROUND_A_NUMBER,
    ASKS,
    ASKS_BACK,
    ATTACHING,
    CHANGING,
    CLEAR_NO,
    CLEAR_YES,
    FIGURES,
    LITERAL,
    NEXT,
    NO_NAME,
    OF_EMAIL,
    OF_PHONE,
    OK,
    REFUSES,
    RESUME,
    SENDS,
    SMALL_TALK,
    STOPS,
    TELLS_CONTACT,
    TO_EXERCISE,
)
from assistant.intake.state import ATTACH, CHANGE, EMAIL, INTRO, PHONE, SUMMARY, Draft
from assistant.intake.values import ADDRESS, read_choice, read_email, relation_in
from assistant.practice.at_words import ANSWER, QUESTION, words_or_wish
from assistant.practice.moves import REMARKS, SHORT, Move, practice_of

DEFAULT_COUNTRY = "US"
NOT_TOLD = {"reason", "trusted_adult", "relation", "barriers"}  # a number there may be somebody else's
COMMANDS = {
    "back": "back",
    "go back": "back",
    "cancel": "stop",
    "cancel everything": "stop",
    "menu": QUESTION,
    "erase": QUESTION,
    "erase this chat": QUESTION,
    "delete my data": QUESTION,
}  # said in so many words, they are no answers; "find a therapist" is one here, unlike in an exercise
FEWEST_BESIDES = 2  # telling words beside a number, from which a message is an answer too


def pressed(intent: str) -> Move:
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


def read_at(conversation: Conversation, turn: Turn, draft: Draft) -> Optional[Move]:
    """Return the move of typed words at the question that is asked."""
    words = load_contact()
    if STOPS.fullmatch(turn.text.strip(" .!")) and draft.at != INTRO:
        return Move("stop")
    if RESUME.search(turn.text):
        return Move("resume")
    if practice_of(conversation) is not None and TO_EXERCISE.search(turn.text):
        return None
    correction = read_correction(turn.text, words, draft.answers, draft.at)
    if correction is not None:
        return Move("correct", correction)
    chosen = conversation.chosen_button(numbers=draft.at in (INTRO, CHANGE, SUMMARY, ATTACH))
    if chosen:
        return pressed(chosen.lstrip("/")) if chosen.startswith(f"/{REQUEST}") else Move(QUESTION)
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
    if SENDS.match(turn.text.strip(" .!")) or CLEAR_YES.fullmatch(turn.text.strip()) or OK.fullmatch(turn.text.strip()):
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
    if CLEAR_YES.fullmatch(turn.text.strip()):
        return Move("send_with")
    if CLEAR_NO.fullmatch(turn.text.strip()):
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


def _said_besides(text: str, question: Question) -> Optional[str]:
    """Return the message as an answer too, if it says more than a number or address."""
    if question.answer == "choice":
        return text if read_choice(question.copy(update={"own_words": False}), text) else None
    rest = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", NUMBER.sub(" ", ADDRESS.sub(" ", text)).casefold())
    return text if len([word for word in rest if not AROUND_A_NUMBER.fullmatch(word)]) >= FEWEST_BESIDES else None


def _at_question(conversation: Conversation, turn: Turn, draft: Draft, question: Question, words: ContactWords) -> Move:
    told = _told(turn, draft, words) if question.answer != "contact" else None
    if told:
        return Move("told", (*told.value, _said_besides(turn.text, question)))
    command = COMMANDS.get(turn.text.strip(" .!").casefold())
    if command:
        return Move(command)
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
