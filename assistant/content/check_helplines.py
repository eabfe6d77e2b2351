"""Checks the help lines (`content/helplines.yml`): when they were checked, and that each number stands in one place."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Iterator, Optional

from pydantic import ValidationError

from assistant.content.check_files import Document, Fault, Key
from assistant.content.check_words import Style, forbidden, unfilled
from assistant.content.helplines import Backstop, Checked, Emergency, Helplines, Line

FILE = "content/helplines.yml"
SAID_IN_ANSWERS = {"suicide", "abuse", "child", "young"}
SHORTEST_NUMBER = 3  # digits; below that it is an age or a count
MISSING = {
    "backstop": "write where to look when a country has no line",
    "countries": "write the countries by their codes, such as GB",
    "emergency": 'write the emergency numbers, as {numbers: ["112"], checked_on: 2026-11-22, source: S63}',
    "numbers": 'write the emergency numbers in quotation marks, as ["112", "999"]',
    "lines": "write the help lines, or [] if none is known",
    "id": "write a name of its own, such as gb_childline",
    "name": "write what the line is called",
    "kinds": "write whom it is for, as [suicide]",
    "to": "write the number to text, in quotation marks",
    "hours": "write when it is open, such as 24/7",
    "languages": "write what is spoken there, as [en]",
    "say": "write the part of a sentence after `you can`, such as call Samaritans on {call}",
    "short": "write a few words for later mentions, such as call {call}",
    "checked_on": "write the day you checked it, as 2026-11-22",
    "source": "write the key of the page from content/sources.yml, such as S63",
}
IN_QUOTATION_MARKS = 'Put each number in quotation marks, as "0800 1111": without them 024 becomes 20'
_DIGITS = re.compile(r"\+?\d(?:[ -]?\d)*")
_WHOLE_NUMBER = re.compile(r"\+?\d[\d -]*")
_ADDRESS = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?")
_ALWAYS = re.compile(r"24/7")
_OPENING = re.compile(r"(call|text|chat|write|look|open)\b")


def check_helplines(
    document: Document,
    today: date,
    sources: Optional[set[str]],
    countries: Optional[set[str]],
    style: Optional[Style],
) -> Iterator[str]:
    """Yield the problems of the help lines; `sources` and `countries` are `None` if they could not be read."""
    try:
        helplines = Helplines.parse_obj(document.data)
    except ValidationError as error:
        for problem in error.errors():
            yield document.problem(list(problem["loc"]), _shape(problem))
        return
    for where, checked in _checked(helplines):
        for key, fault in _evidence(checked, today, sources):
            yield document.problem([*where, key], fault)
    for key, fault in _backstop(helplines.backstop, style):
        yield document.problem(["backstop", key], fault)
    ids: set[str] = set()
    for code, country in helplines.countries.items():
        where = ["countries", code]
        if countries is not None and code not in countries:
            fault = Fault("nobody can name this country", "Add it to content/lexicon/country.yml, or correct the code")
            yield document.problem(where, fault)
        for fault in _emergency(country.emergency):
            yield document.problem([*where, "emergency", "numbers"], fault)
        for index, line in enumerate(country.lines):
            for key, fault in (*_ways(line), *_words(line, style)):
                yield document.problem([*where, "lines", index, key], fault)
            if line.id in ids:
                fault = Fault(f"{line.id} names two lines", "Give one of them another id")
                yield document.problem([*where, "lines", index, "id"], fault)
            ids.add(line.id)


def _shape(problem: Any) -> Fault:
    """Return what pydantic says about a key in words for a person."""
    key = problem["loc"][-1]
    if problem["type"] == "value_error.missing":
        return Fault(f"`{key}` is missing", MISSING.get(str(key), "see docs/content.md for what to write"))
    if problem["type"] == "value_error.extra":
        return Fault(
            f"`{key}` is not a key here", "Correct its spelling; docs/content.md lists the keys of a help line"
        )
    if problem["type"] == "type_error.str":
        return Fault("is not in quotation marks", IN_QUOTATION_MARKS)
    if problem["type"] == "type_error.list":
        return Fault("is not a list", 'Write it in square brackets, as ["116 123"] or [en, fr]')
    return Fault(problem["msg"], "See docs/content.md for what each key takes")


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


def _backstop(backstop: Backstop, style: Optional[Style]) -> Iterator[tuple[str, Fault]]:
    for key in ("say", "short", "texts"):
        text = getattr(backstop, key)
        for fault in (*forbidden(text, style), *unfilled(text)):
            yield key, fault
        if backstop.address not in text:
            yield key, Fault(f"does not say {backstop.address}", "Name the address that `address` gives")
    if not _ADDRESS.fullmatch(backstop.address):
        yield "address", _not_an_address(backstop.address)
    if not re.match(r"\d", backstop.emergency):
        fault = Fault("does not begin with a number", "Write the number first, such as 112 (words about it)")
        yield "emergency", fault


def _emergency(emergency: Emergency) -> Iterator[Fault]:
    for number in emergency.numbers:
        if not _WHOLE_NUMBER.fullmatch(number):
            yield Fault(f"{number!r} is not a number to call", 'Write only digits, such as "112"; one number each')


def _ways(line: Line) -> Iterator[tuple[str, Fault]]:
    """Yield the faults of what is called, texted and opened."""
    if not line.call and not line.text and not line.chat:
        yield "call", Fault("has no number and no chat", "Give `call`, `text` or `chat`")
    for number in line.call:
        if not _WHOLE_NUMBER.fullmatch(number):
            remedy = "Write digits only, one number each; what to press goes into `then`"
            yield "call", Fault(f"{number!r} is not a number to call", remedy)
    if line.text and not _WHOLE_NUMBER.fullmatch(line.text.to):
        remedy = "Write digits only in `to`; the word to send goes into `word`"
        yield "text", Fault(f"{line.text.to!r} is not a number to text", remedy)
    if line.then and not line.call:
        yield "then", Fault("there is no number to call before it", "Give `call`, or delete `then`")
    if line.chat and not _ADDRESS.fullmatch(line.chat):
        yield "chat", _not_an_address(line.chat)


def _not_an_address(address: str) -> Fault:
    return Fault(f"{address!r} is not an address", "Write it without https://, such as 988lifeline.org")


def _words(line: Line, style: Optional[Style]) -> Iterator[tuple[str, Fault]]:
    """Yield the faults of what is said."""
    for key, text in (("name", line.name), ("hours", line.hours), ("then", line.then or "")):
        for fault in (*forbidden(text, style), *unfilled(text)):
            yield key, fault
    given = [*(["call"] if line.call else []), *(["text"] if line.text else [])]
    for key, text in (("say", line.say), ("short", line.short)):
        for fault in (*forbidden(text, style), *unfilled(text, *given), *_numbers(line, text)):
            yield key, fault
        if text.rstrip().endswith("."):
            yield key, Fault("ends with a full stop", "Delete it: this is a part of a sentence")
        if SAID_IN_ANSWERS & set(line.kinds) and not _OPENING.match(text):
            remedy = "Start with call, text, chat, write, look or open: answers put it after `you can`"
            yield key, Fault("cannot follow `you can`", remedy)
    for way in given:
        if f"{{{way}}}" not in line.say and not (way == "text" and line.text and line.text.shown in line.call):
            yield "say", Fault(f"does not say the number of `{way}`", f"Write {{{way}}} where the number belongs")
    if given and not any(f"{{{way}}}" in line.short for way in given):
        choice = " or ".join(f"{{{way}}}" for way in given)
        yield "short", Fault("says no number", f"Write {choice} where the number belongs")


def _numbers(line: Line, text: str) -> Iterator[Fault]:
    """Yield a fault for each number written out; one in the line's name, such as 988 Lifeline, is part of the name."""
    if re.search(r"[^\W\d_]", line.name):
        text = text.replace(line.name, "")
    for number in _DIGITS.findall(_ALWAYS.sub("", text)):
        if sum(character.isdigit() for character in number) >= SHORTEST_NUMBER:
            remedy = "Write {call} or {text} instead; the number itself belongs into `call` or `text`"
            yield Fault(f"says the number {number}", remedy)
