"""Corrections in a person's own words, at any point of a request: "no, the number is …", "change the name to Sam", "actually in person"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, Iterable, List, Optional, Tuple

from assistant.content.contact import ContactWords, Question
from assistant.intake.state import CONTACT, EMAIL, PHONE, questions_of
from assistant.intake.values import read_choice, relation_in

_CUE = re.compile(
    r"^(?:(?:oh|no|nope|sorry|wait|actually|oops|whoops|hang on|hold on|i mean|i meant|correction|ah|hmm|um|no wait|my mistake|typo|rather|well)(?:[\s,.!:–-]+|$))+",
    re.IGNORECASE,
)
_WISH = r"(?:(?:can|could|would) (?:you|i|we) (?:please )?|please |pls |i(?:'d| would)? (?:want|like|need) to |let me |let's |i have to )*"
_CHANGE = re.compile(
    rf"^{_WISH}(?:change|correct|fix|edit|update|make|set|replace|put|switch)\s+(.+)$", re.IGNORECASE | re.DOTALL
)
_REMOVE = re.compile(
    rf"^{_WISH}(?:remove|delete|take out|leave out|erase|drop|don'?t (?:include|send|put))\s+(?:the |my |out )?(.+)$",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"^(?:is|are|was|'s)? ?(?:wrong|not right|not correct|incorrect|a typo)\b[\s,.;:-]*(?:(?:it|that|they)(?:'s| is| should be)|should be)?\s*(?:actually )?",
    re.IGNORECASE,
)
_BECOMES = re.compile(
    r"^(?:is|are|'s|should be|has to be|must be|was meant to be|to|into|:|=|as|with)\s*(?:actually |now |not .{1,40}?,? (?:but|it'?s) )?",
    re.IGNORECASE,
)
_CALL_ME = re.compile(
    r"^(?:they can |you can |please |just )*call me (?!on\b|at\b|back\b|after\b|before\b|in\b|when\b|if\b|anytime\b|any\b|every\b|between\b|\d)(.+)$|^my name(?:'s| is) (.+)$",
    re.IGNORECASE,
)
CLOSED = ("mode", "therapist_gender", "urgency")  # whose words alone say what is meant: "actually in person"
MOST_WORDS = 6  # of a correction that names no field


@dataclass(frozen=True)
class Correction:
    """A field of the request (`phone` and `email` for the contact), and its new value in the person's words.

    `None`: the field shall be changed, but to what was not said. Empty: it shall be taken out.
    """

    field: str
    value: Optional[str] = None


def read_correction(text: str, words: ContactWords, answers: Dict[str, str], at: str) -> Optional[Correction]:
    """Return the correction in a message; `None` if it is none.

    Args:
        text: the message.
        words: the questions, with the names of the fields.
        answers: given so far.
        at: the question that is asked now, whose plain answer is no correction.
    """
    said = text.strip().replace("’", "'").rstrip("?! ")
    rest = _CUE.sub("", said).strip()
    cued = rest != said
    if not rest:
        return None
    removed = _REMOVE.match(rest)
    if removed:
        field, after = _named(removed[1], words, answers)
        if field and not after.strip(" .!") and field in answers:
            return Correction(field, "")
    changed = _CHANGE.match(rest)
    if changed:
        field, after = _named(re.sub(r"^(it|that)\s+(?=\S)", "", changed[1]), words, answers)
        if field:
            return Correction(field, _BECOMES.sub("", after.strip(" ,")).strip(" .") or None)
        return _closed(changed[1], words, answers, at)
    field, after = _named(rest, words, answers)
    given = field in answers or (field in (PHONE, EMAIL) and CONTACT in answers)
    if field and (cued or (given and field != at)):
        wrong = _WRONG.match(after.strip())
        if wrong:
            return Correction(field, after.strip()[wrong.end() :].strip(" .") or None)
        becomes = _BECOMES.match(after.strip())
        if becomes and becomes[0]:
            return Correction(field, after.strip()[becomes.end() :].strip(" .") or None)
    called = _CALL_ME.match(rest)
    if called and at != "name" and (cued or "name" in answers):
        return Correction("name", (called[1] or called[2]).strip(" ."))
    return _closed(rest, words, answers, at) if cued else None


def _named(text: str, words: ContactWords, answers: Dict[str, str]) -> Tuple[Optional[str], str]:
    """Return the field that a text begins with, and what follows its name."""
    start = re.match(r"^(?:the|my|their|her|his|our)?\s*", text, re.IGNORECASE)
    tail = text[start.end() :] if start else text
    for name, field in _names(words, answers):
        match = re.match(rf"{re.escape(name)}(?=$|[\s,.:;=']|s\b)", tail, re.IGNORECASE)
        if match:
            return field, tail[match.end() :]
    return None, ""


def _names(words: ContactWords, answers: Dict[str, str]) -> List[Tuple[str, str]]:
    """Return (name, field) of everything that can be named, longest names first."""
    found = [(name, PHONE) for name in (words.phone_label, *words.phone_names)]
    found += [(name, EMAIL) for name in (words.email_label, *words.email_names)]
    for question in questions_of(words, answers):
        found += [(name, question.id) for name in (question.label, *question.names)]
    return sorted(found, key=lambda entry: -len(entry[0]))


def field_named(text: str, words: ContactWords, answers: Dict[str, str]) -> Optional[str]:
    """Return the field that a short message names and nothing more: "the name", "phone number please"."""
    said = re.sub(r"\b(please|pls|thanks)\b", "", text, flags=re.IGNORECASE).strip(" .!?")
    field, after = _named(said, words, answers)
    return field if field and not after.strip() else None


def _closed(text: str, words: ContactWords, answers: Dict[str, str], at: str) -> Optional[Correction]:
    """Return a correction that names no field but says a value only one answered question has."""
    if len(text.split()) > MOST_WORDS:
        return None
    about = re.match(r"(it'?s |its |this is )?(for|about) ", text, re.IGNORECASE)
    named = relation_in(text) or re.search(r"\bfor (me|myself)\b", text, re.IGNORECASE)
    if about and named and "for_whom" in answers and at != "for_whom":
        return Correction("for_whom", text)
    for question in _answered(words.questions, answers, at):
        choice = question.choice(read_choice(question.copy(update={"own_words": False}), text))
        # "either" and "any" are said of much else.
        if choice is not None and (not choice.wins or text.casefold() in (*choice.words, choice.title.casefold())):
            return Correction(question.id, text)
    return None


def _answered(questions: Iterable[Question], answers: Dict[str, str], at: str) -> List[Question]:
    return [
        question for question in questions if question.id in CLOSED and question.id in answers and question.id != at
    ]
