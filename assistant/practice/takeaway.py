"""What a person takes with them: their own words in order, and a calendar entry for a planned talk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional
from uuid import NAMESPACE_OID, uuid5

from icalendar import Calendar, Event

from assistant.content.exercises import Exercise, Step
from assistant.content.practice import load_practice_words
from assistant.practice.state import Practice
from assistant.practice.values import Moment, read_moment

TALK = timedelta(minutes=30)


def as_text(exercise: Exercise, practice: Practice) -> str:
    """Return what was written, step by step; empty if nothing was."""
    lines: List[str] = []
    letter: List[str] = []
    for step in exercise.steps:
        value = practice.answers.get(step.id)
        if not step.keep or value in (None, "", [], {}):
            continue
        if step.letter:
            letter.append(str(value))
            continue
        if letter:
            lines += ["\n\n".join(letter), ""]
            letter = []
        if isinstance(value, dict):
            lines.append(f"{step.title}:")
            lines += [f"- {entry}: {text}" for entry, text in value.items()]
        elif isinstance(value, list):
            lines.append(f"{step.title}: {', '.join(value)}" if step.ring else f"{step.title}:")
            lines += [] if step.ring else [f"- {entry}" for entry in value]
        else:
            lines.append(f"{step.title}: {in_words(value)}{_planned_day(step, practice)}")
    return "\n".join([*lines, *(["\n\n".join(letter)] if letter else [])])


def _planned_day(step: Step, practice: Practice) -> str:
    """Return the day that a "tomorrow" meant when it was written, in brackets; empty if it named none."""
    moment = practice.moments.get(step.id)
    return f" ({say_moment(Moment.from_text(moment))})" if moment else ""


def in_words(value: Any) -> str:
    """Return an answer as one line."""
    if isinstance(value, dict):
        return "; ".join(f"{entry}: {text}" for entry, text in value.items())
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value} of 10" if isinstance(value, int) else str(value)


def as_notes(exercise: Exercise, practice: Practice, now: datetime) -> Dict[str, Any]:
    """Return the take-away for a channel: title, text, and `calendar` (an iCalendar file) where a time was planned."""
    words = load_practice_words()
    title = words.takeaway_title.format(title=exercise.title)
    text = (
        f"{title}\n{practice.day or now.date().isoformat()}\n\n{as_text(exercise, practice)}\n\n{words.takeaway_note}\n"
    )
    notes: Dict[str, Any] = {"title": title, "text": text}
    moment = planned(exercise, practice, now)
    if moment is not None:
        notes["calendar"] = as_calendar(
            words.calendar_title.format(title=exercise.title), as_text(exercise, practice), moment, now
        )
        notes["planned"] = say_moment(moment)
    return notes


def planned(exercise: Exercise, practice: Practice, now: datetime) -> Optional[Moment]:
    """Return when the person plans to talk or act, if a `when` step gave a day or time."""
    for step in exercise.steps:
        value = practice.answers.get(step.id)
        if step.answer == "when" and isinstance(value, str):
            kept = practice.moments.get(step.id)
            moment = Moment.from_text(kept) if kept else read_moment(value, now)
            if moment is not None:
                return moment
    return None


def say_moment(moment: Moment) -> str:
    """Return a moment in words: "Saturday 28 November, 10:00"."""
    day = f"{moment.day:%A} {moment.day.day} {moment.day:%B}"
    return f"{day}, {moment.at:%H:%M}" if moment.at else day


def as_calendar(title: str, text: str, moment: Moment, now: datetime) -> str:
    """Return an iCalendar file (RFC 5545) with one entry; its time is local to whoever opens it, half an hour long."""
    calendar = Calendar()
    calendar.add("prodid", "-//IPT assistant//EN")
    calendar.add("version", "2.0")
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_OID, f"{text}{moment}")))
    event.add("dtstamp", now)
    event.add("summary", title)
    event.add("description", text)
    if moment.at is None:
        event.add("dtstart", moment.day)
    else:
        begins = datetime.combine(moment.day, moment.at)
        event.add("dtstart", begins)
        event.add("dtend", begins + TALK)
    calendar.add_component(event)
    return str(calendar.to_ical().decode("utf-8"))
