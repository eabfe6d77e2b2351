"""Reads phone numbers and countries out of what people type, and says what is wrong with a number that cannot be right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Optional, Sequence

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult, shortnumberinfo

from assistant.content.lexicon import load_lexicon
from assistant.intake.values import ADDRESS, DIGITS

FEWEST_DIGITS, MOST_DIGITS = 7, 15  # of a number that may be right in a country not known yet
MOST_LOCAL = 10  # digits of a number without its country's code, where it may begin like that code
_TIMES = {"double": 2, "triple": 3}
_DIGIT_WORD = rf"(?:(?:double |triple )?(?:{'|'.join(DIGITS)}|oh)|(?:double |triple )\d)"
_SPELLED = re.compile(
    rf"\b(?:plus[\s,-]+)?(?=(?:\d+[\s,-]+)*{_DIGIT_WORD}\b)(?:{_DIGIT_WORD}|\d+)(?:[\s,-]+(?:{_DIGIT_WORD}|\d+)\b){{2,}}",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?:\+|\b00)?\(?\d(?:[\s().\-/]*\d){2,}")
_WRONG_ONE = re.compile(r"\b(not|instead|wrong|old|rather than|was)\b", re.IGNORECASE)


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


def read_phone(text: str, told: Optional[str], likely: Sequence[str]) -> Optional[Phone]:
    """Return the phone number in a text; `None` if there is nothing like one.

    Args:
        text: a whole sentence or just a number.
        told: the country the person named, as ISO code, if they did.
        likely: countries to try otherwise, likeliest first.
    """
    regions = [told] if told else list(dict.fromkeys(likely))
    plain = _with_plus(_without_addresses(_SPELLED.sub(_as_digits, text)), regions)
    tried: Sequence[Optional[str]] = regions or [None]
    for region in tried:
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
    candidates: List[str] = [match[0] for match in NUMBER.finditer(plain)]
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
    for match in NUMBER.finditer(text):
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


def region_of(number: str) -> Optional[str]:
    """Return the ISO code of the country of an E.164 number."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    return str(region) if region else None


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


def _as_digits(match: re.Match[str]) -> str:
    """Return digits that were spelled out; fewer than a number has stay as they are."""
    found, times = "", 1
    for part in re.split(r"[\s,-]+", match[0].lower()):
        if part in _TIMES:
            times = _TIMES[part]
            continue
        digit = "+" if part == "plus" else "0" if part == "oh" else str(DIGITS.index(part)) if part in DIGITS else part
        found, times = found + digit * times, 1
    return found if len(found) >= FEWEST_DIGITS else match[0]


def _without_addresses(text: str) -> str:
    return ADDRESS.sub(" ", text)
