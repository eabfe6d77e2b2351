"""Reads numbers, lists, choices and times out of what people type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import List, Optional, Sequence

import parsedatetime

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
NOBODY = {"nobody", "no one", "noone", "none", "nothing", "no", "n/a", "na", "nope", "-", "nobody really", "not really"}
MOST_ENTRY = 200
MOST_WORDS_BETWEEN_COMMAS = 5
_NUMBER = re.compile(
    rf"(?<![\w.])(10|\d|{'|'.join(NUMBERS)})(?:\s*(?:/|out of|of)\s*(?:10|ten))?(?![\w/])", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s*(?:[;\n•&+]|,(?!\d)|\b(?:and|plus)\b)\s*", re.IGNORECASE)
_LINE = re.compile(r"\s*[;\n•]+\s*")
_NUMBERING = re.compile(r"^\s*(?:[-*–•]|\d{1,2}[.)])\s*")
_SPELLINGS = {
    r"\b(?:tmrw|tmr|tmw|2moro|2morrow|tomoz|tomorow|tommorow)\b": "tomorrow",
    r"\b(?:wkend|weekend)\b": "saturday",
    r"\b(?:sat|satday)\b": "saturday",
    r"\bhalf an hour\b|\bhalf hour\b": "30 minutes",
    r"\b(?:a )?quarter of an hour\b": "15 minutes",
    r"\ban hour and a half\b": "90 minutes",
    r"\b(?:an|one) hour\b": "60 minutes",
    r"\b(?:a couple of|two) hours\b": "120 minutes",
    r"\bafter (?:dinner|tea|supper)\b": "evening",
    r"\bweds\b": "wednesday",
    r"\b(?:thurs|thur)\b": "thursday",
    r"\btues\b": "tuesday",
    r"\bhalf (?:past )?(\d{1,2})\b": r"\1:30",
    r"\bnoon\b": "12:00",
    r"\bafternoon\b": "15:00",
    r"\bafter (?:work|school)\b": "18:00",
}
_BARE_HOUR = re.compile(
    r"\b(?:at|around|about|by) (\d{1,2})(:\d\d)?(?!\s*(?::|am\b|pm\b|a\.m|p\.m|\d|th\b|st\b|nd\b|rd\b))", re.IGNORECASE
)
_AFTERTHOUGHT = re.compile(r",|\b(?:after|before|when|while|because|cos|as soon|once)\b")
MOST_WORDS_OF_A_CHOICE = 6
MOST_BESIDES_A_CHOICE = 3
_DENIES = re.compile(r"\b(not|n'?t|never|nothing|nobody|cant|dont|wont|isnt)\b|n't\b")
_LITTLE_WORDS = {
    "the",
    "and",
    "all",
    "them",
    "all of them",
    "with",
    "for",
    "you",
    "out",
    "now",
    "own",
    "say",
    "more",
    "just",
}
_COMMON = {"about", "their", "there", "would", "could", "right", "still", "really", "something"}
_NO_MOMENT = re.compile(r"\bnot (?:today|now|yet|tonight)\b|\bhours? apart\b")
_PART_OF_MONTH = re.compile(
    r"\b(end|middle|mid|beginning|start|early|late)(?: of)?(?: the)?[ -](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
)
_DAY_OF_PART = {"end": 28, "late": 25, "middle": 15, "mid": 15}  # others: the 3rd
_WAIT = re.compile(r"\b(\d{1,3}) ?(minutes|minute|mins|min|m)\b")
_WITH_TIME = (2, 3)  # parsedatetime: a time, or a date with a time
FIRST_MORNING_HOUR = 8  # "at 5" is in the afternoon, "at 9" in the morning


@dataclass(frozen=True)
class Moment:
    """A day, and the time of day if one was said."""

    day: date
    at: Optional[time] = None

    def __str__(self) -> str:
        """Return it in ISO 8601: "2026-11-24" or "2026-11-24T09:00"."""
        return f"{self.day.isoformat()}T{self.at:%H:%M}" if self.at else self.day.isoformat()

    @classmethod
    def from_text(cls, text: str) -> Moment:
        """Return the moment that `str` gave.

        Raises:
            ValueError: the text is no such moment.
        """
        day, _, at = text.partition("T")
        return cls(date.fromisoformat(day), time.fromisoformat(at) if at else None)


def read_number(text: str) -> Optional[int]:
    """Return the number from 0 to 10 that a text gives ("8 or 9": the higher one); `None` if there is none, or several."""
    said = re.sub(r"\b(this|that|the|next|no) one\b", "", text.lower())
    if re.search(
        r"\?|\b(what|mean|means|why|tomorrow|tonight|minutes?|mins?|hours?|weeks?|months?|o'?clock|pm|am)\b|\bat \d",
        said,
    ):
        return None
    if re.search(r"\bnot at all\b", said):
        return 0
    if re.search(r"\boff the (charts?|scale)\b|\bthrough the roof\b|^\s*(max|maximum|the most)\s*$", said):
        return 10
    said = re.sub(
        r"(?<=\d),? (?:was|it was|up from|down from|from) (?:an? )?\d+\b.*", "", said
    )  # "7, was 3 this morning"
    said = re.sub(r",? ?\bnot (?:an? )?\d+\b", "", said)  # "1 not 0"
    numbers = [
        NUMBERS.index(word) if word in NUMBERS else int(word) for word in (match[1] for match in _NUMBER.finditer(said))
    ]
    if len(set(numbers)) == 2 and re.search(r"\b(or|to|and)\b|[-–/]", said):
        return max(numbers)
    return numbers[0] if len(set(numbers)) == 1 else None


def read_list(text: str, names: bool) -> List[str]:
    """Return the entries of a text, one a line or between semicolons; `names`: commas and "and" part them too."""
    parts = _SEPARATOR.split(text) if names else _LINE.split(text)
    if not names and len(parts) == 1:
        between = text.split(",")
        if len(between) > 2 and all(len(part.split()) <= MOST_WORDS_BETWEEN_COMMAS for part in between):
            parts = between
    entries = (_NUMBERING.sub("", part).strip(" ,.;") for part in parts)
    return list(dict.fromkeys(entry[:MOST_ENTRY] for entry in entries if entry and entry.lower() not in NOBODY))


def read_choice(text: str, choices: Sequence[str], said_by: Sequence[Sequence[str]] = ()) -> Optional[int]:
    """Return the place of the choice a text names: its number, its words, or the only one that shares its telling words.

    Args:
        text: what was typed.
        choices: what stands on the buttons.
        said_by: for each choice, other words by which people say it.
    """
    typed = text.strip().rstrip(".!").casefold()
    if typed.isdecimal() and 1 <= int(typed) <= len(choices):
        return int(typed) - 1
    folded = [choice.casefold() for choice in choices]
    if typed in folded:
        return folded.index(typed)
    within = [index for index, choice in enumerate(folded) if len(typed) > 2 and _stands_in(typed, choice)]
    if len(within) == 1:
        return within[0]
    named = {index for index, words in enumerate(said_by) if any(re.search(rf"\b{word}", typed) for word in words)}
    if len(named) == 1:
        return named.pop()
    if _DENIES.search(typed) or len(typed.split()) > MOST_WORDS_OF_A_CHOICE:
        return None  # their own words, which say more than a button does
    words = set(re.findall(r"\w{5,}", typed)) - _COMMON
    shared = [index for index, choice in enumerate(folded) if words & set(re.findall(r"\w{5,}", choice))]
    return shared[0] if len(shared) == 1 else None


def _stands_in(typed: str, choice: str) -> bool:
    """Return whether what was typed is a part of a choice, or says it with hardly a word more."""
    if re.search(rf"(?<!\w){re.escape(typed)}(?!\w)", choice):
        return typed not in _LITTLE_WORDS
    whole = re.search(rf"(?<!\w){re.escape(choice)}(?!\w)", typed) is not None
    besides = typed.replace(choice, "")
    adds = len(besides.split()) > MOST_BESIDES_A_CHOICE or re.search(r",|\b(and|but|or)\b", besides) is not None
    return whole and not adds and not _DENIES.search(typed)


def read_moment(text: str, now: datetime) -> Optional[Moment]:
    """Return the day (and time) that a text plans, after `now`; `None` if it names no day and no time."""
    said = text.lower()
    if _NO_MOMENT.search(said):
        return None
    if re.fullmatch(r"\s*\d{1,2}([:.]\d\d)?\s*", said):
        said = f"at {said.strip()}"
    for pattern, plain in _SPELLINGS.items():
        said = re.sub(pattern, plain, said)
    late = re.search(r"\b(tonight|evening|afternoon|night)\b", said) is not None
    early = re.search(r"\b(morning|before (work|school|breakfast|handover|my shift|the shift))\b", said) is not None
    said = _BARE_HOUR.sub(lambda match: f"at {_with_half(int(match[1]), match[2] or '', late, early)}", said)
    said = re.sub(r"\b(?:this|all) week\b", "", said)
    said = _PART_OF_MONTH.sub(lambda match: f"{match[2]} {_DAY_OF_PART.get(match[1], 3)}", said)
    wait = _WAIT.search(said)
    if wait and not re.search(r"\b(for|at|after|before)\b", said) and not _calendar().nlp(_WAIT.sub("", said), now):
        then = now + timedelta(minutes=int(wait[1]))
        return Moment(then.date(), then.time().replace(second=0, microsecond=0))
    if re.search(r"\bmay\b(?! \d)(?!\d)", said):
        said = re.sub(r"\bmay\b", "", said)  # "may be later" is no month
    # "thursday at 7 pm after her shift": what follows the hour would be read as a time too.
    plain = _AFTERTHOUGHT.split(said)[0]
    found = _calendar().nlp(plain if re.search(r"\d", plain) else said, now) or ()
    if not found or found[0][0].date() < now.date():
        return None
    moment, kind = found[0][:2]
    # An hour is given only if one was said: "tomorrow morning" is no six o'clock.
    said_hour = kind in _WITH_TIME and re.search(r"\d(?!\d*(?:st|nd|rd|th)\b)", plain)
    return Moment(moment.date(), moment.time().replace(second=0, microsecond=0) if said_hour else None)


@lru_cache(maxsize=1)
def _calendar() -> parsedatetime.Calendar:
    return parsedatetime.Calendar()


def _with_half(hour: int, minutes: str, late: bool, early: bool) -> str:
    if not 1 <= hour <= 12:
        return f"{hour}{minutes or ':00'}"
    morning = early or (FIRST_MORNING_HOUR <= hour < 12 and not late)
    return f"{hour}{minutes} {'am' if morning else 'pm'}"
