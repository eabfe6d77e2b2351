"""The take-away: the person's own words in order, and a calendar entry that calendars can read."""

from __future__ import annotations

from datetime import datetime

from icalendar import Calendar

from assistant.content.exercises import load_exercises
from assistant.practice.state import Practice
from assistant.practice.takeaway import as_notes, as_text

EXERCISE = load_exercises()["i_statement"]
NOW = datetime(2026, 11, 23, 10, 0)


def notes(when: str) -> dict[str, str]:
    answers = {"when": when, "event": "the call", "feeling": "hurt; really\nhurt, {twice}"}
    return as_notes(EXERCISE, Practice(EXERCISE.id, answers=answers, day="2026-11-23"), NOW)  # type: ignore[arg-type]


def test_the_words_stand_in_the_order_of_the_steps() -> None:
    text = notes("never mind")["text"]
    assert text.index("the call") < text.index("{twice}")
    assert EXERCISE.title in text and "2026-11-23" in text


def test_a_planned_talk_gives_a_calendar_entry() -> None:
    found = notes("Saturday at 10")
    assert found["planned"] == "Saturday 28 November, 10:00"
    (event,) = Calendar.from_ical(found["calendar"]).walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 11, 28, 10, 0)
    assert "{twice}" in event["description"]


def test_a_day_without_a_time_is_a_whole_day() -> None:
    (event,) = Calendar.from_ical(notes("on friday")["calendar"]).walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 11, 27).date()


def test_without_a_time_there_is_no_entry() -> None:
    assert "calendar" not in notes("when she is in a good mood")


def test_nothing_written_gives_nothing() -> None:
    assert as_text(EXERCISE, Practice(EXERCISE.id)) == ""
