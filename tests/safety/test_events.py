"""Crisis events: the same message is the same event, and only what is meant to be kept is taken."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from assistant.safety.events import CrisisEvent, EventError, call_of, confirms
from tests.safety import event


def test_the_same_message_is_the_same_event() -> None:
    assert event(1).id == event(1).id
    others = [event(2), event(1, conversation="other"), CrisisEvent.of("crisis_abuse", "somebodymessage", " 1", "web")]
    assert len({event(1).id, *(other.id for other in others)}) == 4


def test_json_there_and_back() -> None:
    original = event(1)
    assert CrisisEvent.from_json(original.to_json()) == original


def test_times_are_kept_in_utc() -> None:
    moment = datetime(2025, 1, 31, 12, tzinfo=timezone(timedelta(hours=2)))
    raised = CrisisEvent.of("crisis_abuse", "somebody", "1", "web", raised_at=moment)
    assert raised.to_dict()["raised_at"] == "2025-01-31T10:00:00+00:00"
    assert CrisisEvent.from_dict({**raised.to_dict(), "raised_at": "2025-01-31T10:00:00Z"}) == raised


@pytest.mark.parametrize("country, kept", [("ie", "IE"), ("US", "US"), (None, None), ("", None), ("Ireland", None)])
def test_a_country_that_is_no_code_is_left_out(country: str | None, kept: str | None) -> None:
    made = CrisisEvent.of("crisis_abuse", "somebody", "1", None, country)
    made.check()
    assert (made.country, made.channel) == (kept, "unknown")


@pytest.mark.parametrize(
    "key, value",
    [
        ("id", "../../etc/passwd"),
        ("id", None),
        ("kind", "greet"),
        ("kind", "crisis_suicide\n"),
        ("raised_at", "yesterday"),
        ("raised_at", "2025-01-31T10:00:00"),
        ("raised_at", 5),
        ("conversation", ""),
        ("conversation", "a\0b"),
        ("conversation", "x" * 501),
        ("channel", None),
        ("country", "Ireland"),
        ("country", 7),
    ],
)
def test_an_error_names_the_key(key: str, value: Any) -> None:
    with pytest.raises(EventError, match=f"`{key}`"):
        CrisisEvent.from_dict({**event(1).to_dict(), key: value})


def test_words_of_a_person_are_refused() -> None:
    with pytest.raises(EventError, match=r"unknown: \['text'\]"):
        CrisisEvent.from_dict({**event(1).to_dict(), "text": "I want to die"})


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '"x"'])
def test_what_is_no_event_is_refused(text: str) -> None:
    with pytest.raises(EventError):
        CrisisEvent.from_json(text)


@pytest.mark.parametrize("answer", [None, [], {}, {"events": None}, {"events": [1]}, {"events": []}])
def test_other_answers_do_not_confirm(answer: Any) -> None:
    assert not confirms(answer, event(1).id)


def test_the_call_holds_the_event_only() -> None:
    call = call_of(event(1))
    assert CrisisEvent.from_dict(call["tracker"]["latest_message"]["metadata"]["crisis_event"]).id == event(1).id
    assert call["tracker"]["events"] == [] and call["domain"] == {}


def test_it_does_not_import_rasa() -> None:
    code = "import sys, assistant.safety.sender; assert not {'rasa', 'tensorflow', 'rasa_sdk'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True)
