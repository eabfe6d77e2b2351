"""Reads phone numbers, email addresses, names, ages and choices out of what people type."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import List, Optional, Sequence

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat, ValidationResult, shortnumberinfo

from assistant.content.contact import Choice, Question
from assistant.content.lexicon import load_lexicon
from assistant.practice.checks import person_in

LONGEST_NAME = 80
SHORT_ANSWER = 3  # words; a longer answer where own words are taken is kept as it is
FEWEST_DIGITS, MOST_DIGITS = 7, 15  # of a number that may be right in a country not known yet
MOST_LOCAL = 10  # digits of a number without its country's code, where it may begin like that code
CLOSE = 0.88  # likeness from which a domain is taken for a slip of one people often have
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_DIGIT_WORD = rf"(?:{'|'.join(DIGITS)}|oh)"
_SPELLED = re.compile(rf"\b{_DIGIT_WORD}(?:[\s,-]+(?:{_DIGIT_WORD}|\d+)\b){{4,}}", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\+|\b00)?\(?\d(?:[\s().\-/]*\d){2,}")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]]*")
_AT_WORD = re.compile(r"\b([\w.+-]+)\s+at\s+([\w-]+)\s+dot\s+(\w{2,}(?:(?:\s+dot\s+|\.)\w{2,})?)\b", re.IGNORECASE)
_WRONG_ONE = re.compile(r"\b(not|instead|wrong|old|rather than|was)\b", re.IGNORECASE)
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
class Phone:
    """A phone number read from a text: E.164, or what is wrong with it.

    Attributes:
        number: such as `+4915123456789`; empty if it cannot be right.
        problem: the name of the words that say so (`phone_too_short` …), or empty.
        country: what to call the country in these words.
        typed: the digits as they were typed.
    """

    number: str = ""
    problem: str = ""
    country: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Email:
    """An email address read from a text, or the name of the words that say what is wrong with it (`email_no_dot` …)."""

    address: str = ""
    problem: str = ""
    instead: str = ""


def read_phone(text: str, told: Optional[str], likely: Sequence[str]) -> Optional[Phone]:
    """Return the phone number in a text; `None` if there is nothing like one.

    Args:
        text: a whole sentence or just a number.
        told: the country the person named, as ISO code, if they did.
        likely: countries to try otherwise, likeliest first.
    """
    regions = [told] if told else list(dict.fromkeys(likely))
    plain = _with_plus(_without_addresses(_SPELLED.sub(_as_digits, text)), regions)
    for region in regions or [None]:
        valid = list(
            dict.fromkeys(
                phonenumbers.format_number(match.number, PhoneNumberFormat.E164)
                for match in phonenumbers.PhoneNumberMatcher(plain, region, leniency=phonenumbers.Leniency.VALID)
            )
        )
        if len(valid) > 1 and not _WRONG_ONE.search(plain):
            return Phone(problem="phone_several")
        if valid:
            return Phone(valid[-1])
    candidates: List[str] = [match[0] for match in _NUMBER.finditer(plain)]
    if not candidates:
        return None
    typed = max(candidates, key=lambda found: len(re.sub(r"\D", "", found)))
    return _judged(typed, told, regions)


def _judged(typed: str, told: Optional[str], regions: Sequence[str]) -> Phone:
    """Return a number that was not found valid, with the reason."""
    digits = re.sub(r"\D", "", typed)
    international = typed.startswith("+") or digits.startswith("00")
    region = regions[0] if regions else None
    if region and len(digits) <= 6 and _is_service(digits, region):
        return Phone(problem="phone_emergency", typed=digits)
    try:
        parsed = phonenumbers.parse(f"+{digits.lstrip('0')}" if international else typed, region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE and international:
            return Phone(problem="phone_unknown_code", typed=digits)
        return Phone(problem="phone_too_short" if len(digits) < FEWEST_DIGITS else "phone_country", typed=digits)
    if phonenumbers.is_valid_number(parsed):
        return Phone(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))
    if not international and not told and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        return Phone(problem="phone_country", typed=digits)
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    problem = {
        ValidationResult.TOO_SHORT: "phone_too_short",
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_too_short",
        ValidationResult.TOO_LONG: "phone_too_long",
        ValidationResult.INVALID_COUNTRY_CODE: "phone_unknown_code",
    }.get(reason, "phone_not_given_out")
    code = phonenumbers.region_code_for_country_code(parsed.country_code or 0) if international else region
    return Phone(problem=problem, country=country_name(code) or f"+{parsed.country_code}", typed=digits)


def _with_plus(text: str, regions: Sequence[str]) -> str:
    """Put the plus before a number that begins with a likely country's code: "49 151 2345…"."""
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        codes = [str(phonenumbers.country_code_for_region(region)) for region in regions]
        if match[0].startswith("+") or not any(digits.startswith(code) for code in codes) or len(digits) <= MOST_LOCAL:
            continue
        if phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}", None)):
            return text.replace(match[0], f"+{digits}", 1)
    return text


def _is_service(digits: str, region: str) -> bool:
    short = phonenumbers.PhoneNumber(
        country_code=phonenumbers.country_code_for_region(region), national_number=int(digits)
    )
    return shortnumberinfo.is_emergency_number(digits, region) or shortnumberinfo.is_valid_short_number(short)


def shown_phone(number: str) -> str:
    """Return an E.164 number as people write it, with its country: `+49 1512 3456789 (Germany)`."""
    parsed = phonenumbers.parse(number, None)
    name = country_name(phonenumbers.region_code_for_number(parsed))
    shown = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return f"{shown} ({name})" if name else shown


def country_name(code: Optional[str]) -> str:
    """Return how a country is named in a sentence; empty if it is not in `content/lexicon/country.yml`."""
    entry = load_lexicon()["country"].values.get(code or "")
    return entry.name or "" if entry else ""


def read_country(text: str) -> Optional[str]:
    """Return the ISO code of the country a text names by its name, a town of it, its code (`DE`) or its prefix (`+49`)."""
    said = text.casefold()
    found = [
        (len(word), code)
        for code, entry in load_lexicon()["country"].values.items()
        for word in entry.words
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said)
    ]
    if found:
        return max(found)[1]
    prefix = re.fullmatch(r"\W*(?:\+|00)(\d{1,3})\W*", text)
    if prefix:
        region = phonenumbers.region_code_for_country_code(int(prefix[1]))
        return region if region in phonenumbers.SUPPORTED_REGIONS else None
    code = text.strip(" .!").upper()
    return code if code in phonenumbers.SUPPORTED_REGIONS else None


def read_email(text: str, common: Sequence[str]) -> Optional[Email]:
    """Return the email address in a text, normalised; `None` if there is nothing like one.

    Args:
        text: a whole sentence or just an address; "sam at mail dot com" counts.
        common: domains that a slip of a letter is held against.
    """
    plain = _AT_WORD.sub(lambda found: f"{found[1]}@{found[2]}.{re.sub(r' *dot *', '.', found[3])}", text)
    plain = re.sub(r"\s*(?:\(at\)|\[at\])\s*", "@", re.sub(r"\s*@\s*", "@", plain))
    plain = re.sub(r"\s*(?:\(dot\)|\[dot\])\s*", ".", plain)
    found = [match[0].strip("'.!?") for match in _ADDRESS.finditer(plain)]
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
    if question.own_words and len(typed.split()) > SHORT_ANSWER:
        return text.strip()
    named = [choice for choice in question.choices if any(_says(typed, word) for word in choice.words)]
    winner = next((choice for choice in named if choice.wins), named[0] if len(named) == 1 else None)
    if winner and (winner.wins or not question.own_words or len(typed.split()) < SHORT_ANSWER):
        return winner.value
    return text.strip() if question.own_words else None


def _says(typed: str, word: str) -> bool:
    return any(
        not _NEGATED.search(typed[: match.start()])
        for match in re.finditer(rf"(?<![\w-]){re.escape(word)}(?!['\w-])", typed)
    )


def _by_age(question: Question, text: str) -> Optional[str]:
    """Return the value of the choice that an age in a text belongs to."""
    ages = [int(found) for found in _AGE.findall(text)]
    if not ages or not any(choice.to or choice.from_ for choice in question.choices):
        return None

    def fits(choice: Choice) -> bool:
        return (choice.from_ or 0) <= ages[0] <= (choice.to or 120) and bool(choice.from_ or choice.to)

    return next((choice.value for choice in question.choices if fits(choice)), None)


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


def _as_digits(match: re.Match[str]) -> str:
    parts = re.split(r"[\s,-]+", match[0].lower())
    return "".join("0" if part == "oh" else str(DIGITS.index(part)) if part in DIGITS else part for part in parts)


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub(" ", text)
