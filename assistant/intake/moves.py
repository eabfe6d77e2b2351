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
from assistant.intake.corrections import field_named, read_correction
from assistant.intake.state import ATTACH, CHANGE, CONTACT, EMAIL, INTRO, PHONE, SLOT, SUMMARY, Draft, Intake
from assistant.intake.values import read_choice, read_country, read_email, read_phone, relation_in
from assistant.practice.moves import ANSWER, QUESTION, SHORT, SURE, Move, practice_of, words_or_wish

SWITCH = "IPT_CONTACT_REQUESTS"
OFF = ("off", "0", "no", "false")
DEFAULT_COUNTRY = "US"
NOT_TOLD = {"reason", "trusted_adult", "relation", "barriers"}  # a number there may be somebody else's
MOST_AFTERWARDS = 14  # words of a message on a request that was sent
_REFERENCE = re.compile(r"(?<![\w-])([34679ACDEFGHJKMNPQRTWXY]{3})[- ]?([34679ACDEFGHJKMNPQRTWXY]{3})(?![\w-])", re.IGNORECASE)
_REQUEST = r"(?:contact )?(?:request|enquiry|inquiry|form|message|call ?back)"
_WITHDRAW = re.compile(
    rf"\b(?:withdraw|take ?back|cancel|delete|remove|erase|retract|revoke|undo|pull|recall)\b.{{0,25}}\b{_REQUEST}\b|\btake (?:my |the |that )?{_REQUEST} back\b",
    re.IGNORECASE,
)
_TAKE_BACK = re.compile(
    r"\b(?:withdraw|take (?:it|that|this) back|cancel (?:it|that|this)|un-?send|i(?:'ve| have)? changed my mind|(?:don'?t|do not|no longer) want (?:them|the clinic|you|anyone|anybody) to "
    r"(?:call|contact|ring|phone|write|have|get|read|see))\b",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"\b(?:did|do|have|has|was|is|are)\b.{0,30}\b(?:get|got|gotten|have|receive|received|arrive|arrived|sent|send|go(?:ne)? through|went through|reach(?:ed)?|there|in)\b",
    re.IGNORECASE,
)
_IT = re.compile(rf"\b(?:it|that|this|{_REQUEST}|my number|my details)\b", re.IGNORECASE)
_RESUME = re.compile(rf"\b(?:go on|continue|resume|carry on|finish|back to|take up|pick up)\b.{{0,20}}\b{_REQUEST}\b", re.IGNORECASE)
_TELLS_CONTACT = re.compile(
    r"\b(?:my (?:number|phone|mobile|cell|email|e-mail|mail)|(?:call|ring|phone|text|reach|email|e-mail|write to|contact) me)\b", re.IGNORECASE
)
_REFUSES = re.compile(
    r"\b(?:rather not|don'?t (?:want|like|wanna|feel like)|won'?t|will not|not (?:giving|going to|gonna|comfortable)|refuse|no way|prefer not|don'?t have|haven'?t got|have no|no)\b",
    re.IGNORECASE,
)
_OF_PHONE = re.compile(r"\b(?:phone|number|mobile|cell|call|calls|telephone)\b", re.IGNORECASE)
_OF_EMAIL = re.compile(r"\b(?:e-?mail|mail|address|write)\b", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:change|edit|correct|fix|wrong|not right|mistake)\b", re.IGNORECASE)
_ATTACH = {
    "send_without": re.compile(r"\b(?:without|not the chat|no chat|only the summary|just the summary|don'?t attach|not attach)\b", re.IGNORECASE),
    "send_with": re.compile(r"\b(?:with (?:the|this|our) (?:chat|conversation)|attach (?:it|the|this)|include (?:it|the|this))\b", re.IGNORECASE),
}
_SENDS = re.compile(r"^(?:(?:yes|ok|okay|sure)[\s,]*)?(?:please |pls )?send(?: it| this| that)?(?: now| off| please| pls)*$|^i agree\b|^agreed?$|^(?:looks|all|that'?s) (?:good|right|fine|correct|ok)\b", re.IGNORECASE)


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
    if not turn.parse.get("certain"):
        afterwards = _afterwards(conversation, turn, intake)
        if afterwards is not None:
            return afterwards
    if draft is not None:
        return Move(QUESTION) if turn.parse.get("certain") else _at(conversation, turn, draft)
    if turn.intent == CONTACT_CLINIC:
        return Move("begin", None if turn.parse.get("certain") else turn.text)
    return Move("resume") if intake.draft is not None and _resumes(conversation, turn) else None


def _pressed(intent: str) -> Move:
    """Return the move of a button: `contact/skip`, `contact/choice_1`, `contact/field_name`, `contact/withdraw_yes`."""
    name = intent[len(REQUEST) :]
    kind, _, value = name.partition("_")
    if kind == "choice" and value.isdecimal():
        return Move(ANSWER, int(value))
    if kind == "field":
        return Move("edit", value)
    if kind == "take":
        return Move("withdraw", value)
    return Move(name)


def _afterwards(conversation: Conversation, turn: Turn, intake: Intake) -> Optional[Move]:
    """Return the move of a message on a request that was sent: to take it back, or whether it has arrived."""
    text, asked = turn.text, bool(intake.asking) and requesting(conversation)
    if asked and len(text.split()) <= SHORT and turn.intent in ("affirm", "deny"):
        return Move("withdraw_yes" if turn.intent == "affirm" else "withdraw_no")
    if len(text.split()) > MOST_AFTERWARDS:
        return None
    found = _REFERENCE.search(text)
    reference = f"{found[1]}-{found[2]}".upper() if found else None
    known = reference in [sent.reference for sent in intake.sent]
    if _STATUS.search(text) and (known or _IT.search(text)) and (intake.sent or intake.draft) and _asks(text):
        return Move("status", reference)
    after_sending = bool(intake.sent) and intake.draft is None
    if _WITHDRAW.search(text) and (intake.sent or not intake.draft):
        return Move("withdraw", reference)
    if after_sending and _TAKE_BACK.search(text) and (requesting(conversation) or known or "withdraw" in text.lower()):
        return Move("withdraw", reference)
    if known and len(text.split()) <= SHORT:
        return Move("status", reference)
    return Move("erase_note") if after_sending and turn.intent == "delete_my_data" else None


def _asks(text: str) -> bool:
    return bool(re.match(r"\W*(?:(?:and|so|but|ok|hey|hi|wait)\W+)*(?:did|do|have|has|was|is|are)\b", text, re.IGNORECASE)) or "?" in text


def _resumes(conversation: Conversation, turn: Turn) -> bool:
    """Return whether a message takes up a request that rests: by name, or as what was left last."""
    if _RESUME.search(turn.text):
        return True
    resumes = (turn.parse.get("practice_move") or {}).get("name") == "resume" or turn.intent == "more"
    return resumes and (requesting(conversation) or practice_of(conversation) is None) and len(turn.text.split()) <= SHORT * 2


def _at(conversation: Conversation, turn: Turn, draft: Draft) -> Optional[Move]:
    """Return the move of typed words at the question that is asked."""
    words = load_contact()
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
    if _SENDS.match(turn.text.strip(" .!")) or (turn.intent == "affirm" and len(turn.text.split()) <= SHORT):
        return Move("agree")
    told = _told(turn, draft, words)
    if told:
        return told
    if _TAKE_BACK.search(turn.text) or re.search(r"\b(don'?t|do not) send\b", turn.text, re.IGNORECASE):
        return Move("stop")
    if turn.intent == "deny" or _CHANGE.search(turn.text):
        return Move("change")
    return _wish(turn) or Move("consent_first")


def _at_attach(turn: Turn, draft: Draft, words: ContactWords) -> Optional[Move]:
    for kind, pattern in _ATTACH.items():
        if pattern.search(turn.text):
            return Move(kind)
    if _TAKE_BACK.search(turn.text) or re.search(r"\b(don'?t|do not) send\b(?! (?:the|this) chat)", turn.text, re.IGNORECASE):
        return Move("stop")
    if turn.intent in ("affirm", "deny") and len(turn.text.split()) <= SHORT:
        return Move("send_with" if turn.intent == "affirm" else "send_without")
    if _CHANGE.search(turn.text):
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
    if draft.at in NOT_TOLD and not _TELLS_CONTACT.search(turn.text):
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


def _at_question(
    conversation: Conversation, turn: Turn, draft: Draft, question: Question, words: ContactWords
) -> Move:
    told = _told(turn, draft, words) if question.answer != "contact" else None
    if told:
        return told
    kind = words_or_wish(turn, literal=question.answer == "name")
    if question.answer == "contact":
        return _at_contact(turn, draft, words, kind)
    if question.answer == "choice":
        return _at_choice(turn, question, kind)
    said = turn.text.strip(" .!?").casefold()
    if not re.search(r"\w", said) or (question.answer == "name" and not re.search(r"[^\W\d_]", said)):
        return Move("not_understood")
    if said in ("no", "nope", "nothing", "none", "n/a", "no one", "not really", "nothing really", "rather not say", "prefer not to say"):
        return Move("skip")
    return Move(kind, turn.text if kind == ANSWER else None)


def _at_choice(turn: Turn, question: Question, kind: str) -> Move:
    value = read_choice(question, turn.text)
    known = bool((turn.parse.get("practice_move") or {}).get("known"))
    if value is not None and not (question.own_words and kind != ANSWER) and not (known and kind in ("skip", "stop", "back", "pause")):
        return Move(ANSWER, turn.text)
    if question.id == "for_whom" and relation_in(turn.text):
        return Move(ANSWER, turn.text)
    if kind == ANSWER and (turn.intent in ("skip", "stop", "back") and len(turn.text.split()) <= SHORT):
        return Move(turn.intent)
    if kind == ANSWER and turn.text.rstrip().endswith("?") and turn.intent != FALLBACK:
        return Move(QUESTION)
    return Move(kind, turn.text if kind == ANSWER else None)


def _at_contact(turn: Turn, draft: Draft, words: ContactWords, kind: str) -> Move:
    """Return the move at the question how to reach the person, which cannot be skipped but may be refused in part."""
    text = turn.text
    country = read_country(text) if draft.number else None
    number = read_phone(text, None, regions(turn, {}))
    if number or read_email(text, words.mail_domains) or country or draft.number:
        if kind not in ("stop", "pause", "back") or number:
            return Move(ANSWER, text)
        return Move(kind)
    of_phone, of_email = bool(_OF_PHONE.search(text)), bool(_OF_EMAIL.search(text))
    short = len(text.split()) <= SHORT * 3
    if kind != QUESTION and short and _REFUSES.search(text):
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
    named = [entity.get("value") for entity in (turn.parse.get("entities") or []) if entity.get("entity") == "country"] if turn else []
    found = [slots.get("country"), *named, locale, os.environ.get("IPT_COUNTRY") or DEFAULT_COUNTRY]
    return [str(country) for country in dict.fromkeys(found) if country]


__all__ = ["CONTACT", "SURE", "asked_now", "intake_of", "read_request", "regions", "requesting", "requests_on"]
