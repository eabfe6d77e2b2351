"""Help lines: what is said and linked; problems such as a number written twice, or a date that is too old."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.content.helplines import Helplines, load_helplines
from tests.content.test_check import Case, assert_one_line, change, copied, problems, rewrite

HELPLINES = "content/helplines.yml"


def british(data: Any) -> Any:
    """Return the second line of the United Kingdom: Shout, by text only."""
    return data["countries"]["GB"]["lines"][1]


def american(data: Any) -> Any:
    """Return the first line of the United States: 988, by call, text and chat."""
    return data["countries"]["US"]["lines"][0]


# Each: file, key, what is changed, what is said about it, what to do.
PROBLEMS: dict[str, Case] = {
    "line checked too long ago": (
        HELPLINES,
        "US, help line 1, checked_on",
        lambda data: data["countries"]["US"]["lines"][0].update(checked_on=date(2025, 11, 22)),
        "more than 12 months ago",
        "dial the number",
    ),
    "emergency number checked too long ago": (
        HELPLINES,
        "US, emergency, checked_on",
        lambda data: data["countries"]["US"]["emergency"].update(checked_on=date(2024, 1, 1)),
        "more than 12 months ago",
        "dial the number",
    ),
    "line checked in the future": (
        HELPLINES,
        "backstop, checked_on",
        lambda data: data["backstop"].update(checked_on=date(2027, 1, 1)),
        "has not come yet",
        "Write the day",
    ),
    "source of a line that does not exist": (
        HELPLINES,
        "US, emergency, source",
        lambda data: data["countries"]["US"]["emergency"].update(source="S999"),
        "S999 does not exist",
        "content/sources.yml",
    ),
    "number that is given but not said": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="text Shout"),
        "does not say the number of `text`",
        "Write {text}",
    ),
    "number that is written out": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="text {text}, or call 0800 1112"),
        "says the number 0800 1112",
        "Write {call} or {text} instead",
    ),
    "number that is written out in the short form": (
        HELPLINES,
        "US, help line 1, short",
        lambda data: american(data).update(short="call {call} or 911"),
        "says the number 911",
        "Write {call} or {text} instead",
    ),
    "short form without a number": (
        HELPLINES,
        "US, help line 1, short",
        lambda data: american(data).update(short="call the lifeline"),
        "says no number",
        "Write {call} or {text}",
    ),
    "word in braces that is not filled": (
        HELPLINES,
        "US, help line 1, short",
        lambda data: american(data).update(short="call {call} or {phone}"),
        "{phone} is not filled in here",
        "Use one of {call}, {text}",
    ),
    "text of a line that has none": (
        HELPLINES,
        "GB, help line 1, short",
        lambda data: data["countries"]["GB"]["lines"][0].update(short="call {call} or text {text}"),
        "{text} is not filled in here",
        "Use one of {call}",
    ),
    "line without call, text or chat": (
        HELPLINES,
        "GB, help line 2, call",
        lambda data: british(data).update(text=None, say="text Shout", short="text Shout"),
        "has no number and no chat",
        "Give `call`, `text` or `chat`",
    ),
    "words in the number to text": (
        HELPLINES,
        "GB, help line 2, text",
        lambda data: british(data).update(text={"to": "SHOUT to 85258"}),
        "is not a number to text",
        "goes into `word`",
    ),
    "words in the number to call": (
        HELPLINES,
        "GB, help line 1, call",
        lambda data: data["countries"]["GB"]["lines"][0].update(call=["116 123, then press 1"]),
        "is not a number to call",
        "goes into `then`",
    ),
    "something to press without a number": (
        HELPLINES,
        "GB, help line 2, then",
        lambda data: british(data).update(then="press 1"),
        "no number to call before it",
        "Give `call`",
    ),
    "chat with a scheme": (
        HELPLINES,
        "US, help line 1, chat",
        lambda data: american(data).update(chat="https://988lifeline.org"),
        "is not an address",
        "without https://",
    ),
    "number without quotation marks": (
        HELPLINES,
        "GB, help line 2, text, to",
        lambda data: british(data).update(text={"to": 85258}),
        "is not in quotation marks",
        "quotation marks",
    ),
    "one number where a list belongs": (
        HELPLINES,
        "US, help line 1, call",
        lambda data: american(data).update(call="988"),
        "is not a list",
        "square brackets",
    ),
    "no emergency number": (
        HELPLINES,
        "US, emergency, numbers",
        lambda data: data["countries"]["US"]["emergency"].update(numbers=["ask around"]),
        "is not a number to call",
        'such as "112"',
    ),
    "country without emergency": (
        HELPLINES,
        "US, emergency",
        lambda data: data["countries"]["US"].pop("emergency"),
        "`emergency` is missing",
        "write the emergency numbers",
    ),
    "line without the day it was checked": (
        HELPLINES,
        "US, help line 1, checked_on",
        lambda data: american(data).pop("checked_on"),
        "`checked_on` is missing",
        "write the day you checked it, as 2026-11-22",
    ),
    "misspelt key": (
        HELPLINES,
        "US, help line 1, cal",
        lambda data: american(data).update(cal=["988"]),
        "`cal` is not a key here",
        "Correct its spelling",
    ),
    "backstop that does not name its address": (
        HELPLINES,
        "backstop, short",
        lambda data: data["backstop"].update(short="look on the web"),
        "does not say findahelpline.com",
        "Name the address",
    ),
    "country nobody can name": (
        HELPLINES,
        "XX",
        lambda data: data["countries"].update(XX={**data["countries"]["US"], "lines": []}),
        "nobody can name",
        "content/lexicon/country.yml",
    ),
    "line that does not fit its sentence": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="in Britain {text} helps"),
        "cannot follow `you can`",
        "Start with call",
    ),
    "line with a full stop": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="text {text}."),
        "full stop",
        "Delete it",
    ),
    "line with forbidden wording": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="text {text} and calm down, please calm down"),
        "calm down",
        "Say what to do",
    ),
    "two lines of one id": (
        HELPLINES,
        "GB, help line 2, id",
        lambda data: british(data).update(id="gb_samaritans"),
        "names two lines",
        "another id",
    ),
}


@pytest.mark.parametrize("case", PROBLEMS.values(), ids=PROBLEMS)
def test_is_one_line_that_names_file_key_and_remedy(tmp_path: Path, case: Case) -> None:
    root = copied(tmp_path)
    change(root / case[0], case[2])

    assert_one_line(problems(root), case)


@pytest.mark.parametrize(("today", "stale"), [(date(2027, 11, 22), False), (date(2027, 11, 23), True)])
def test_lines_hold_for_twelve_months_to_the_day(tmp_path: Path, today: date, stale: bool) -> None:
    found = problems(copied(tmp_path), today)

    assert any("more than 12 months ago" in problem for problem in found) is stale


def test_a_line_checked_on_28_february_holds_on_the_next_leap_day(tmp_path: Path) -> None:
    root = copied(tmp_path)
    change(root / HELPLINES, lambda data: data["backstop"].update(checked_on=date(2027, 2, 28)))

    assert not any("backstop" in problem for problem in problems(root, date(2028, 2, 29)))


def test_a_date_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    root = copied(tmp_path)
    rewrite(root / HELPLINES, "checked_on: 2026-11-22", "checked_on: 2026-13-22")

    found = problems(root)

    assert len(found) == 1
    assert found[0].startswith(f"{HELPLINES}: ")
    assert "Correct the date" in found[0]


@pytest.fixture
def helplines() -> Helplines:
    return load_helplines()


def test_what_is_said_holds_the_numbers(helplines: Helplines) -> None:
    assert helplines.emergency("IE") == "112 or 999"
    assert helplines.say("US", "suicide").startswith("call or text 988 (988 Suicide & Crisis Lifeline")
    assert "116 123" in helplines.say("GB", "suicide") and "SHOUT to 85258" in helplines.say("GB", "suicide")
    assert helplines.say("DE", "suicide").startswith("call TelefonSeelsorge on 0800 111 0 111 or 0800 111 0 222")
    assert helplines.say("US", "veterans") == "if you are a veteran, call 988, then press 1, or text 838255"


def test_the_first_kind_with_a_line_counts(helplines: Helplines) -> None:
    assert "181" in helplines.say("IN", "abuse", "suicide")
    assert "116 123" in helplines.say("GB", "abuse", "suicide")


def test_lines_in_english_are_said_and_the_others_linked(helplines: Helplines) -> None:
    assert "press 2" not in helplines.say("US", "suicide")
    assert any("español" in line["name"] for line in helplines.links("US", "suicide"))
    assert "3114" in helplines.say("FR", "suicide")


def test_short_forms(helplines: Helplines) -> None:
    assert helplines.short("US", "suicide") == "call or text 988"
    assert helplines.short("GB", "suicide") == "call Samaritans on 116 123"
    assert helplines.short("US", "abuse") == "call 1-800-799-7233 or text START to 88788"


def test_how_to_write_instead_of_talk(helplines: Helplines) -> None:
    assert helplines.texts("US", "suicide") == "text 988 or chat at 988lifeline.org"
    assert helplines.texts("GB", "child", "suicide") == "text SHOUT to 85258"
    assert helplines.texts("IE", "suicide") == "findahelpline.com shows lines you can text or chat with"


def test_what_is_free_is_said_to_be_free(helplines: Helplines) -> None:
    assert helplines.free("US", "suicide") == "988 Suicide & Crisis Lifeline is free, day and night."
    assert helplines.free("BR", "suicide") == "CVV is free."
    assert helplines.free("AU", "suicide") == ""
    assert helplines.free("JP", "suicide") == ""


@pytest.mark.parametrize("country", ["JP", "", None])
def test_an_unknown_country_has_the_backstop(helplines: Helplines, country: str) -> None:
    assert "112" in helplines.emergency(country)
    assert helplines.say(country, "suicide").startswith("look at findahelpline.com")
    assert helplines.short(country, "suicide") == "look at findahelpline.com"
    emergency, backstop = helplines.links(country, "suicide")
    assert emergency["call"][0]["href"] == "tel:112"
    assert backstop["chat"] == {"shown": "findahelpline.com", "href": "https://findahelpline.com"}


def test_without_kinds_only_the_emergency_number_is_linked(helplines: Helplines) -> None:
    assert [entry["name"] for entry in helplines.links("US")] == ["Emergency"]


def test_links_of_a_line(helplines: Helplines) -> None:
    emergency, lifeline, *_ = helplines.links("US", "suicide")
    assert emergency == {
        "name": "Emergency",
        "hours": "",
        "call": [{"shown": "911", "href": "tel:911"}],
        "text": None,
        "chat": None,
    }
    assert lifeline == {
        "name": "988 Suicide & Crisis Lifeline",
        "hours": "24/7",
        "call": [{"shown": "988", "href": "tel:988"}],
        "text": {"shown": "988", "href": "sms:988"},
        "chat": {"shown": "988lifeline.org", "href": "https://988lifeline.org"},
    }
    assert helplines.links("GB", "suicide")[2]["text"]["href"] == "sms:85258?body=SHOUT"
    assert helplines.links("US", "veterans")[1]["call"] == [{"shown": "988, then press 1", "href": "tel:988"}]


def test_every_link_dials_what_it_shows(helplines: Helplines) -> None:
    for country in [*helplines.countries, "JP"]:
        for kind in ("suicide", "abuse", "child", "young", "veterans", "information"):
            for entry in helplines.links(country, kind):  # type: ignore[arg-type]
                for number in [*entry["call"], *([entry["text"]] if entry["text"] else [])]:
                    address = re.sub(r"^(tel|sms):|\?.*", "", number["href"])
                    assert re.fullmatch(r"\+?\d{2,}", address)
                    assert address in re.sub(r"[ -]", "", number["shown"])
