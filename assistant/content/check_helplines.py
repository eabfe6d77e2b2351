"""Checks the help lines (`content/helplines.yml`): when they were checked, and whether every number agrees."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Iterator, Optional

from assistant.content.check_files import Document, Fault, Key, one_line
from assistant.content.check_words import Style, forbidden, unfilled
from assistant.content.files import ContentError, parse
from assistant.content.helplines import Checked, Helplines, Line

FILE = "content/helplines.yml"
SAID_IN_ANSWERS = {"suicide", "abuse", "child", "young"}
SHORTEST_NUMBER = 3  # digits; below that it is an age or a count
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[\d -]*\d)?(?!\w)")
_OPENING = re.compile(r"(call|text|chat|write|look|open)\b")


def check_helplines(
    document: Document,
    root: Path,
    today: date,
    sources: Optional[set[str]],
    countries: Optional[set[str]],
    style: Optional[Style],
) -> Iterator[str]:
    """Yield the problems of the help lines; `sources` and `countries` are `None` if they could not be read."""
    try:
        helplines = parse(Helplines, document.data, document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    for where, checked in _checked(helplines):
        for key, fault in _evidence(checked, today, sources):
            yield document.problem([*where, key], fault)
    for fault in (*forbidden(helplines.backstop.say, style), *unfilled(helplines.backstop.say)):
        yield document.problem(["backstop", "say"], fault)
    ids: set[str] = set()
    for code, country in helplines.countries.items():
        where = ["countries", code]
        if countries is not None and code not in countries:
            fault = Fault("nobody can name this country", "Add it to content/lexicon/country.yml, or correct the code")
            yield document.problem(where, fault)
        if not re.search(r"\d", country.emergency.number):
            fault = Fault("has no emergency number", "Write the number to call, such as 112")
            yield document.problem([*where, "emergency", "number"], fault)
        for index, line in enumerate(country.lines):
            for key, fault in _line(line, style):
                yield document.problem([*where, "lines", index, key], fault)
            if line.id in ids:
                fault = Fault(f"{line.id} names two lines", "Give one of them another id")
                yield document.problem([*where, "lines", index, "id"], fault)
            ids.add(line.id)


def _checked(helplines: Helplines) -> Iterator[tuple[list[Key], Checked]]:
    yield ["backstop"], helplines.backstop
    for code, country in helplines.countries.items():
        yield ["countries", code, "emergency"], country.emergency
        for index, line in enumerate(country.lines):
            yield ["countries", code, "lines", index], line


def _evidence(checked: Checked, today: date, sources: Optional[set[str]]) -> Iterator[tuple[str, Fault]]:
    if checked.checked_on < a_year_before(today):
        remedy = "Open the official site or dial the number, then write the day you did it"
        yield "checked_on", Fault(f"{checked.checked_on} is more than 12 months ago", remedy)
    elif checked.checked_on > today:
        yield "checked_on", Fault(f"{checked.checked_on} has not come yet", "Write the day the number was checked")
    if sources is not None and checked.source not in sources:
        yield (
            "source",
            Fault(f"source {checked.source} does not exist", "Add it to content/sources.yml, or correct the key"),
        )


def a_year_before(day: date) -> date:
    """Return the same day one year earlier; 28 February for 29 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _line(line: Line, style: Optional[Style]) -> Iterator[tuple[str, Fault]]:
    for key, text in (("say", line.say), ("name", line.name), ("hours", line.hours)):
        for fault in (*forbidden(text, style), *unfilled(text)):
            yield key, fault
    said, given = _numbers(line.say), _numbers(f"{line.call or ''}; {line.text or ''}")
    if not given and not line.chat:
        yield "call", Fault("has no number and no chat", "Give `call`, `text` or `chat`")
    for number in sorted(given - said):
        yield "say", Fault(f"does not say {number}, which `call` or `text` gives", "Make the numbers agree")
    for number in sorted(said - given - _numbers(line.name)):
        if len(number) >= SHORTEST_NUMBER:
            fault = Fault(f"says {number}, which neither `call` nor `text` gives", "Make the numbers agree")
            yield "say", fault
    if line.say.rstrip().endswith("."):
        yield "say", Fault("ends with a full stop", "Delete it: this is a part of a sentence")
    if SAID_IN_ANSWERS & set(line.kinds) and not _OPENING.match(line.say):
        remedy = "Start with call, text, chat, write, look or open: answers put it after `you can`"
        yield "say", Fault("cannot follow `you can`", remedy)


def _numbers(text: str) -> set[str]:
    """Return the numbers in a text, digits only."""
    return {re.sub(r"\D", "", number) for number in _NUMBER.findall(text)}
