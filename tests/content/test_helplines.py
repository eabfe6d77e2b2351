"""Problems of help lines: numbers that disagree, dates that are too old."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.content.test_check import Case, assert_one_line, change, copied, problems, rewrite

HELPLINES = "content/helplines.yml"


def british(data: Any) -> Any:
    """Return the second line of the United Kingdom: NHS 111."""
    return data["countries"]["GB"]["lines"][1]


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
        lambda data: british(data).update(say="call the NHS and choose option 2"),
        "does not say 111",
        "Make the numbers agree",
    ),
    "number that is said but not given": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="call NHS 111 and choose option 2, or 0800 1112"),
        "says 08001112",
        "Make the numbers agree",
    ),
    "no emergency number": (
        HELPLINES,
        "US, emergency, number",
        lambda data: data["countries"]["US"]["emergency"].update(number="ask around"),
        "no emergency number",
        "such as 112",
    ),
    "country without emergency": (
        HELPLINES,
        "countries.US.emergency",
        lambda data: data["countries"]["US"].pop("emergency"),
        "field required",
        "docs/content.md",
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
        lambda data: british(data).update(say="in England NHS 111 and option 2 help"),
        "cannot follow `you can`",
        "Start with call",
    ),
    "line with a full stop": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="call NHS 111 and choose option 2."),
        "full stop",
        "Delete it",
    ),
    "line with forbidden wording": (
        HELPLINES,
        "GB, help line 2, say",
        lambda data: british(data).update(say="call NHS 111, choose option 2 and calm down, please calm down"),
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
