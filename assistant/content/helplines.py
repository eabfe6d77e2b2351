"""Help lines and emergency numbers by country, from `content/helplines.yml`.

What is said and what is linked come from the same fields, so a number shown is the number dialled.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Literal, Optional
from urllib.parse import quote

from pydantic import BaseModel, Extra, Field, StrictStr

from assistant.content.files import ROOT, parse, read_yaml
from assistant.content.phrases import load_phrases

FILE = ROOT / "content" / "helplines.yml"
Kind = Literal["suicide", "abuse", "child", "veterans", "young", "information"]
ALL_HOURS = "24/7"
OWN_LANGUAGE = "en"


class Checked(BaseModel, extra=Extra.forbid):
    """Something read on a page on a day: `source` is a key of `content/sources.yml`."""

    checked_on: date
    source: str


class Emergency(Checked):
    """A country's emergency numbers, as shown."""

    numbers: List[StrictStr] = Field(min_items=1)

    @property
    def shown(self) -> str:
        """The numbers as said: `112 or 999`."""
        return " or ".join(self.numbers)


class Backstop(Checked):
    """Where to look when no line of the country is known: clauses as said, and what its links show."""

    name: str
    address: str
    emergency: str
    say: str
    short: str
    texts: str


class Text(BaseModel, extra=Extra.forbid):
    """Where to text, and the word to send if the line asks for one."""

    to: StrictStr
    word: Optional[StrictStr] = None

    @property
    def shown(self) -> str:
        """The number as said: `SHOUT to 85258`, or `988`."""
        return f"{self.word} to {self.to}" if self.word else self.to

    @property
    def href(self) -> str:
        """The link that opens a text message: `sms:85258?body=SHOUT`."""
        return f"sms:{digits(self.to)}" + (f"?body={quote(self.word)}" if self.word else "")


class Line(Checked):
    """One help line; `say` and `short` are how the assistant says it, without a full stop."""

    id: str
    name: StrictStr
    kinds: List[Kind] = Field(min_items=1)
    call: List[StrictStr] = []
    then: Optional[str] = None
    text: Optional[Text] = None
    chat: Optional[str] = None
    free: bool = False
    hours: str
    languages: List[StrictStr]
    say: str
    short: str

    def fill(self, clause: str) -> str:
        """Return a clause with the numbers in place of {call} and {text}."""
        called = self._then(" or ".join(self.call))
        return clause.replace("{call}", called).replace("{text}", self.text.shown if self.text else "")

    def links(self) -> Dict[str, Any]:
        """Return the line for a card; see `Helplines.links`."""
        calls = [{**call_link(number), "shown": self._then(number)} for number in self.call]
        text = {"shown": self.text.shown, "href": self.text.href} if self.text else None
        return _entry(self.name, self.hours, calls, text, self.chat)

    def _then(self, number: str) -> str:
        return f"{number}, then {self.then}" if self.then else number


class Country(BaseModel, extra=Extra.forbid):
    """The numbers of one country."""

    emergency: Emergency
    lines: List[Line]


class Helplines(BaseModel, extra=Extra.forbid):
    """The whole file; countries by ISO 3166 code.

    Of several kinds the first that the country has a line for counts. The assistant speaks English, so of its lines
    those that answer in English are said if there are any; the links hold all.
    """

    backstop: Backstop
    countries: Dict[str, Country]

    def emergency(self, country: Optional[str]) -> str:
        """Return the emergency number of a country, in words where none is known."""
        known = self.countries.get(country or "")
        return known.emergency.shown if known else load_phrases().unknown_emergency_number

    def say(self, country: Optional[str], *kinds: Kind) -> str:
        """Return the lines of a country as a clause; without a line the backstop, so that there always is one."""
        return "; ".join(line.fill(line.say) for line in self._said(country, *kinds)) or self.backstop.say

    def short(self, country: Optional[str], *kinds: Kind) -> str:
        """Return the first line of a country as a clause of a few words, for later mentions; else the backstop."""
        return next((line.fill(line.short) for line in self._said(country, *kinds)), self.backstop.short)

    def named(self, country: Optional[str], *kinds: Kind) -> str:
        """Return the first line of a country as a name with its number, `Samaritans (116 123)`; else the backstop."""
        line = next(iter(self._said(country, *kinds)), None)
        if line is None:
            return self.backstop.address
        numbers = " or ".join(line.call)
        if not line.call:
            return line.name
        return numbers if numbers in line.name else f"{line.name} ({numbers})"

    def texts(self, country: Optional[str], *kinds: Kind) -> str:
        """Return how to write instead of talk: `text SHOUT to 85258`, of the first kind that can; else the backstop."""
        for kind in kinds:
            for line in self._said(country, kind):
                ways = [f"text {line.text.shown}"] if line.text else []
                ways += [f"chat at {line.chat}"] if line.chat else []
                if ways:
                    return " or ".join(ways)
        return self.backstop.texts

    def free(self, country: Optional[str], *kinds: Kind) -> str:
        """Return a sentence saying that the first line costs nothing; empty if that is not known."""
        line = next(iter(self._said(country, *kinds)), None)
        if line is None or not line.free:
            return ""
        return f"{line.name} is free{', day and night' if line.hours == ALL_HOURS else ''}."

    def links(self, country: Optional[str], *kinds: Kind) -> List[Dict[str, Any]]:
        """Return what can be tapped: the emergency number, then the lines, last the backstop; without kinds only the first.

        Each is `{"name", "hours", "call": [{"shown", "href"}], "text": {"shown", "href"} or None, "chat": the same}`.
        """
        known = self.countries.get(country or "")
        numbers = known.emergency.numbers if known else [self.backstop.emergency]
        return [
            _entry("Emergency", "", [call_link(number) for number in numbers]),
            *(line.links() for line in self._lines(country, *kinds)),
            *([_entry(self.backstop.name, "", [], chat=self.backstop.address)] if kinds else []),
        ]

    def _lines(self, country: Optional[str], *kinds: Kind) -> List[Line]:
        known = self.countries.get(country or "")
        lines = known.lines if known else []
        found = ([line for line in lines if kind in line.kinds] for kind in kinds)
        return next((of_kind for of_kind in found if of_kind), [])

    def _said(self, country: Optional[str], *kinds: Kind) -> List[Line]:
        lines = self._lines(country, *kinds)
        return [line for line in lines if OWN_LANGUAGE in line.languages] or lines


def digits(number: str) -> str:
    """Return a number as it is dialled: its digits, and a leading `+`; what follows in brackets is words."""
    return re.sub(r"(?!^\+)\D", "", number.split("(")[0].strip())


def call_link(number: str) -> Dict[str, str]:
    """Return a number to call as `{"shown", "href"}`."""
    return {"shown": number, "href": f"tel:{digits(number)}"}


def _entry(
    name: str,
    hours: str,
    call: List[Dict[str, str]],
    text: Optional[Dict[str, str]] = None,
    chat: Optional[str] = None,
) -> Dict[str, Any]:
    address = {"shown": chat, "href": f"https://{chat}"} if chat else None
    return {"name": name, "hours": hours, "call": call, "text": text, "chat": address}


@lru_cache(maxsize=1)
def load_helplines(path: Path = FILE) -> Helplines:
    """Return the help lines.

    Raises:
        ContentError: the file is missing or wrong; names the key and what is expected.
    """
    return parse(Helplines, read_yaml(path), path)
