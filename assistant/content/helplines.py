"""Help lines and emergency numbers by country, from `content/helplines.yml`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Literal, Optional

from pydantic import BaseModel, Extra, Field

from assistant.content.files import ROOT, parse, read_yaml
from assistant.content.phrases import load_phrases

FILE = ROOT / "content" / "helplines.yml"
Kind = Literal["suicide", "abuse", "child", "veterans", "young", "information"]


class Checked(BaseModel, extra=Extra.forbid):
    """Something read on a page on a day: `source` is a key of `content/sources.yml`."""

    checked_on: date
    source: str


class Emergency(Checked):
    """A country's emergency number."""

    number: str


class Backstop(Checked):
    """Where to look when no line of the country is known."""

    name: str
    say: str


class Line(Checked):
    """One help line; `say` is how the assistant says it, without a full stop."""

    id: str
    name: str
    kinds: List[Kind] = Field(min_items=1)
    call: Optional[str] = None
    text: Optional[str] = None
    chat: Optional[str] = None
    hours: str
    languages: List[str]
    say: str


class Country(BaseModel, extra=Extra.forbid):
    """The numbers of one country."""

    emergency: Emergency
    lines: List[Line]


class Helplines(BaseModel, extra=Extra.forbid):
    """The whole file; countries by ISO 3166 code."""

    backstop: Backstop
    countries: Dict[str, Country]

    def emergency(self, country: Optional[str]) -> str:
        """Return the emergency number of a country, in words where none is known."""
        known = self.countries.get(country or "")
        return known.emergency.number if known else load_phrases().unknown_emergency_number

    def say(self, country: Optional[str], *kinds: Kind) -> str:
        """Return the lines of a country for the first of the kinds that it has, as a clause.

        Without a line, the backstop is named; there always is something to call or to open.
        """
        known = self.countries.get(country or "")
        for kind in kinds:
            lines = [line.say for line in (known.lines if known else []) if kind in line.kinds]
            if lines:
                return "; ".join(lines)
        return f"look at {self.backstop.say}"


@lru_cache(maxsize=1)
def load_helplines(path: Path = FILE) -> Helplines:
    """Return the help lines.

    Raises:
        ContentError: the file is missing or wrong; names the key and what is expected.
    """
    return parse(Helplines, read_yaml(path), path)
