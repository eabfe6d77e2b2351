"""Reads email addresses, names, ages and choices out of what people type (phone numbers: `assistant.intake.phones`)."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Optional, Sequence

from email_validator import EmailNotValidError, validate_email

from assistant.content.contact import Choice, Question
from assistant.content.lexicon import load_lexicon
from assistant.practice.checks import person_in

LONGEST_NAME = 80
SHORT_ANSWER, MOST_WORDS_OF_ANY = 2, 6  # words; a longer answer where own words are taken is kept as it is
CLOSE = 0.88  # likeness from which a domain is taken for a slip of one people often have
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_AGE_WORDS = re.compile(
    rf"\b(?:({'|'.join(TENS)})(?:[\s-]({'|'.join(DIGITS[1:])}))?|({'|'.join(TEENS)}))\b", re.IGNORECASE
)
ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]]*")
_AT_WORD = re.compile(r"\b([\w.+-]+)\s+at\s+([\w-]+)\s+dot\s+(\w{2,}(?:(?:\s+dot\s+|\.)\w{2,})?)\b", re.IGNORECASE)
_NAME_LEAD = re.compile(
    r"^(?:(?:my (?:first |full )?name(?:'s| is)?|(?:you|they|u|please|just) can call me|(?:please |just )?call me|i am called|i'?m called|i am|i'?m|it is|it'?s|this is|"
    r"(?:the )?name(?: is|:)?|ask for|just|hi|hello)[\s,:]+)+",
    re.IGNORECASE,
)
_NAME_TAIL = re.compile(r"[\s,.]*\b(not \w+|please|pls|plz|thanks|thank you|is fine|is ok|will do)\W*$", re.IGNORECASE)
_AGE = re.compile(
    r"(?<![\w.:+-])(\d{1,3})(?![\w:.-]*\d)(?!\s*(?:am|pm|o'?clock|minutes|weeks|months|sessions|%))", re.IGNORECASE
)
_ADJECTIVE = re.compile(
    r"(?<=\bmy )(?:(?:little|big|older|younger|elderly|old|teenage|best|dear|poor|own|\d+[ -]years?[ -]old) )+",
    re.IGNORECASE,
)
_SELF = re.compile(r"\b(me|myself)\b", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(not|no|never|don'?t want|dont want|rather not|instead of|not really|without)\s+(an? |the |to |be )*$"
)


@dataclass(frozen=True)
class Email:
    """An email address read from a text, or the name of the words that say what is wrong with it (`email_no_dot` …)."""

    address: str = ""
    problem: str = ""
    instead: str = ""


def read_email(text: str, common: Sequence[str]) -> Optional[Email]:
    """Return the email address in a text, normalised; `None` if there is nothing like one.

    Args:
        text: a whole sentence or just an address; "sam at mail dot com" counts.
        common: domains that a slip of a letter is held against.
    """
    plain = _AT_WORD.sub(lambda found: f"{found[1]}@{found[2]}.{re.sub(r' *dot *', '.', found[3])}", text)
    plain = re.sub(r"\s*(?:\(at\)|\[at\])\s*", "@", re.sub(r"\s*@\s*", "@", plain))
    plain = re.sub(r"\s*(?:\(dot\)|\[dot\])\s*", ".", plain)
    found = [match[0].strip("'.!?") for match in ADDRESS.finditer(plain)]
    if not found:
        return None
    problem = ""
    for address in reversed(found):
        try:
            right = validate_email(address, check_deliverability=False).normalized
        except EmailNotValidError:
            domain = address.rpartition("@")[2]
            problem = problem or ("email_wrong" if "." in domain or not domain else "email_no_dot")
            continue
        local, _, domain = right.rpartition("@")
        close = [] if domain in common else difflib.get_close_matches(domain.lower(), common, 1, CLOSE)
        return Email(right, "email_slip", f"{local}@{close[0]}") if close else Email(right)
    return Email(problem=problem)


def read_name(text: str) -> str:
    """Return the name in an answer such as "you can call me Sam please"."""
    name = _NAME_TAIL.sub("", _NAME_LEAD.sub("", text.strip().strip("\"'.!")))
    return " ".join(name.split())[:LONGEST_NAME] or text.strip()[:LONGEST_NAME]


def read_choice(question: Question, text: str) -> Optional[str]:
    """Return the value of the choice a text means; `None` if it means none, or several.

    Where own words are taken, a longer answer stays as it is.
    """
    typed = re.sub(r"\s+", " ", text.replace("’", "'")).strip(" .!,").casefold()
    if (
        typed.isdecimal()
        and 1 <= int(typed) <= len(question.choices)
        and not any(c.to or c.from_ for c in question.choices)
    ):
        return question.choices[int(typed) - 1].value
    aged = _by_age(question, typed)
    if aged:
        return aged
    titled = next((choice for choice in question.choices if choice.title.casefold() == typed), None)
    if titled:
        return titled.value
    named = [choice for choice in question.choices if any(_says(typed, word) for word in choice.words)]
    winner = next((choice for choice in named if choice.wins), named[0] if len(named) == 1 else None)
    longest = MOST_WORDS_OF_ANY if winner and winner.wins else SHORT_ANSWER
    if winner and (not question.own_words or len(typed.split()) <= longest):
        return winner.value
    return text.strip() if question.own_words else None


def _says(typed: str, word: str) -> bool:
    return any(
        not _NEGATED.search(typed[: match.start()])
        for match in re.finditer(rf"(?<![\w-]){re.escape(word)}(?!['\w-])", typed)
    )


def _by_age(question: Question, text: str) -> Optional[str]:
    """Return the value of the choice that an age in a text belongs to."""
    ages = [int(found) for found in _AGE.findall(_AGE_WORDS.sub(_age_in_digits, text))]
    if not ages or not any(choice.to or choice.from_ for choice in question.choices):
        return None

    def fits(choice: Choice) -> bool:
        return (choice.from_ or 0) <= ages[0] <= (choice.to or 120) and bool(choice.from_ or choice.to)

    return next((choice.value for choice in question.choices if fits(choice)), None)


def _age_in_digits(match: re.Match[str]) -> str:
    tens, ones, teen = match[1], match[2], match[3]
    if teen:
        return str(TEENS.index(teen.lower()) + 10)
    return str((TENS.index(tens.lower()) + 2) * 10 + (DIGITS.index(ones.lower()) if ones else 0))


def relation_in(text: str) -> Optional[str]:
    """Return who a request is for, such as "mother", if a text names somebody who is not the person themselves."""
    text = _ADJECTIVE.sub("", text)
    person, _ = person_in(text)
    if person:
        mine = _SELF.search(text)
        return None if mine and not re.search(r"\bfor my\b", text, re.IGNORECASE) else person.removeprefix("your ")
    said = re.sub(r"^(it'?s |its )?(for|about) ", "", text.casefold().strip(" .!"))
    said = re.sub(r"^(a|an|the|our|him|her) ", "", said)
    for name, entry in load_lexicon()["relationship"].values.items():
        if said in entry.words:
            return name
    return None
