"""The choice of an exercise, with the reason given."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.suggest_exercise import ActionSuggestExercise
from assistant.content.exercises import load_exercises
from assistant.dialogue.exercise import Wish, because, suggest


@pytest.mark.parametrize("area", ["grief", "role_dispute", "role_transition", "loneliness"])
def test_the_suggestion_is_for_the_problem_area(area: str) -> None:
    assert area in suggest(Wish(area=area))[0].areas


@pytest.mark.parametrize("minutes", [1, 3, 5, 10, 20])
def test_the_suggestion_fits_the_time_where_one_does(minutes: int) -> None:
    best = suggest(Wish(minutes=minutes))[0]
    shortest = min(exercise.minutes.shortest for exercise in load_exercises().values())
    assert best.minutes.shortest <= max(minutes, shortest)


def test_none_is_suggested_twice_and_all_come() -> None:
    done: list[str] = []
    while True:
        ranked = suggest(Wish(area="grief", done=tuple(done)))
        if not ranked:
            break
        assert ranked[0].id not in done
        done.append(ranked[0].id)
    assert sorted(done) == sorted(load_exercises())


def test_the_reason_is_the_persons_own() -> None:
    exercise = load_exercises()["i_statement"]
    assert (
        because(exercise, Wish(area="role_dispute", person="your boss")) == ", because things are tense with your boss"
    )
    assert because(exercise, Wish(minutes=5)) == ", because you have 5 minutes"
    assert because(exercise, Wish()).startswith(", because")


def run(slots: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    tracker = Tracker("x", slots, {}, events, False, None, {}, None)
    dispatcher = CollectingDispatcher()
    assert ActionSuggestExercise().run(dispatcher, tracker, {}) == []
    return dispatcher.messages[-1]


def test_the_action_names_one_offers_another_and_gives_a_reason() -> None:
    message = run({"relationship": "boss", "life_event": "an argument"}, [])
    assert message["response"] == "utter_exercise/suggest"
    assert "your boss" in message["because"]
    payloads = [button["payload"] for button in message["buttons"]]
    assert len(set(payloads)) == 3 and payloads[-1] == "/exercise/suggest"


def test_the_action_starts_anew_when_all_were_shown() -> None:
    events: list[dict[str, Any]] = [{"event": "user", "text": "x", "parse_data": {"intent": {"name": "greet"}}}]
    for exercise in load_exercises():
        events.append({"event": "bot", "text": "x", "data": {}, "metadata": {"about": f"utter_exercise/{exercise}"}})
    assert run({"feeling": "sad"}, events)["exercise_title"]


def test_what_it_is_about_is_asked_only_when_nothing_is_known() -> None:
    asked = run({}, [])
    assert asked["about"] == "practice/ask_area" and len(asked["buttons"]) == 4
    assert run({"feeling": "sad"}, [])["response"] == "utter_exercise/suggest"


def test_an_exercise_that_was_done_is_not_suggested() -> None:
    first = run({"feeling": "lonely"}, [])["buttons"][0]["payload"].split("/")[-1]
    again = run({"feeling": "lonely", "practised": [{"exercise": first}]}, [])
    assert again["buttons"][0]["payload"] != f"/exercise/{first}"
