"""The runner on exercises of its own: checks, lists, items, the coach, leaving, a new file dropped in."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import assistant.content.exercises as content
from assistant.coach.reviewer import Review
from assistant.content.exercises import FOLDER, Check, load_exercises
from assistant.dialogue.exercise import Wish, suggest
from assistant.practice import answers, voice
from assistant.practice.checks import applies
from assistant.practice.engine import Runner
from assistant.practice.moves import Move
from assistant.practice.state import Practice

NOW = datetime(2026, 11, 23, 10, 0)
GOOD = Review({"threat": False}, praise="You say what you felt.")
TO_TRY = Review({"threat": False}, praise="You say what you felt.", tip="Is there a request?")


def step(name: str, **keys: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": name,
        "do": "Do it.",
        "ask": f"What about {name}?",
        "help": "Any words will do.",
        **keys,
    }


@pytest.fixture
def exercise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make an exercise of the steps given, beside the real ones; return a way to run it."""
    folder = tmp_path / "exercises"
    shutil.copytree(FOLDER, folder)
    template = yaml.safe_load((FOLDER / "repair.yml").read_text(encoding="utf-8"))

    def make(*steps: dict[str, Any], coach: Any = None, **keys: Any) -> Runner:
        data = {
            **template,
            "id": "breathe",
            "label": "breathe slowly",
            "distress_check": False,
            "steps": list(steps),
            **keys,
        }
        (folder / "breathe.yml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        loaded = load_exercises(folder)
        for module in (content, answers, voice):
            monkeypatch.setattr(module, "load_exercises", lambda: loaded)
        practice = Practice("breathe")
        runner = Runner(practice, coach or (lambda *_: GOOD), NOW)
        runner.begin()
        runner.take(Move("start"))
        return runner

    return make


def said(runner: Runner, kind: str, value: Any = None) -> str:
    return "\n".join(message.text for message in runner.take(Move(kind, value)))


def titles(runner: Runner, kind: str, value: Any = None) -> list[str]:
    return [button["title"] for message in runner.take(Move(kind, value)) for button in message.buttons]


def state(runner: Runner) -> Practice:
    return runner._practice


def test_a_file_dropped_in_appears_runs_and_is_suggested(exercise: Any) -> None:
    runner = exercise(step("a"), step("b"), step("c"), areas=["grief"], minutes={"shortest": 1, "longest": 1})
    for answer in ("one", "two"):
        said(runner, "answer", answer)
    assert "a: one" in said(runner, "answer", "three")
    assert state(runner).finished
    assert "breathe" in content.load_exercises()


def test_a_dropped_file_is_among_the_suggestions(exercise: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    exercise(step("a"), step("b"), step("c"), areas=["grief"], minutes={"shortest": 1, "longest": 1})
    monkeypatch.setattr("assistant.dialogue.exercise.load_exercises", content.load_exercises)
    assert suggest(Wish(area="grief", minutes=1))[0].id == "breathe"


def test_a_check_speaks_once_and_can_be_overruled(exercise: Any) -> None:
    checks = [{"any_of": ["always"], "say": "One time?"}]
    runner = exercise(step("a", checks=checks), step("b"), step("c"))
    assert said(runner, "answer", "he is ALWAYS late") == "One time?"
    assert "What about b" in said(runner, "keep")
    said(runner, "back")
    assert "What about b" in said(runner, "answer", "always")


def test_a_check_that_stops_asks_again_when_taken_up(exercise: Any) -> None:
    checks = [{"any_of": ["child"], "say": "Not for this.", "stop": True, "offer": ["time_out"]}]
    runner = exercise(step("a", checks=checks), step("b"), step("c"))
    assert "Pause before you reply" in titles(runner, "answer", "my child")
    assert state(runner).paused and "a" not in state(runner).answers
    assert "What about a" in said(runner, "resume")
    assert "What about a" in said(runner, "keep")


def test_a_list_grows_until_it_is_closed_and_its_entries_are_asked_for(exercise: Any) -> None:
    runner = exercise(step("a", answer="list"), step("b", each="a", ask="What of {item}?"), step("c"))
    said(runner, "answer", "stay\nleave")
    said(runner, "answer", "wait {item}")
    assert "What of stay?" in said(runner, "done")
    assert "What of leave?" in said(runner, "answer", "safe")
    assert "What of wait {item}?" in said(runner, "skip")
    said(runner, "answer", "time")
    assert state(runner).answers["b"] == {"stay": "safe", "wait {item}": "time"}


def test_an_empty_list_is_fine_and_not_commented(exercise: Any) -> None:
    runner = exercise(step("a", answer="list"), step("b", each="a", ask="What of {item}?"), step("c"))
    assert "What about c" in said(runner, "answer", "nobody")


def test_a_number_is_asked_for_again(exercise: Any) -> None:
    runner = exercise(step("a", answer="scale", ends=["low", "high"]), step("b"), step("c"))
    assert "number" in said(runner, "answer", "very much")
    assert "What about b" in said(runner, "answer", 7)


def test_the_coach_gives_two_tips_at_most_and_meaning_it_is_accepted(exercise: Any) -> None:
    runner = exercise(step("a", coach="i_statement"), step("b"), step("c"), coach=lambda *_: TO_TRY)
    for _ in range(2):
        assert "Is there a request?" in said(runner, "answer", "I was hurt")
    assert "What about b" in said(runner, "answer", "I was hurt")
    said(runner, "back")
    assert "What about b" in said(runner, "keep")
    assert state(runner).answers["a"] == "I was hurt"


def test_threats_go_to_safety_before_any_tip(exercise: Any) -> None:
    threat = Review({"threat": True}, tip="May sound like a threat.", threatens=True)
    runner = exercise(step("a", coach="i_statement"), step("b"), step("c"), coach=lambda *_: threat)
    found = runner.take(Move("answer", "or else"))
    assert {"/crisis_harm_others", "/crisis_abuse"} <= {button["payload"] for button in found[0].buttons}


def test_a_burden_gets_a_kind_word_and_a_way_to_say_more(exercise: Any) -> None:
    put_down = Review({"threat": False, "self_put_down": True}, tip="Hard on yourself.")
    runner = exercise(step("a", coach="ask_for_support"), step("b"), step("c"), coach=lambda *_: put_down)
    (message,) = runner.take(Move("answer", "sorry I'm such a burden"))
    assert "/crisis_suicide" in {button["payload"] for button in message.buttons}


def test_a_broken_coach_state_of_an_older_version_is_left_aside() -> None:
    assert Practice.from_dict({"exercise": 3}) is None
    assert Practice.from_dict(None) is None
    restored = Practice.from_dict({"exercise": "repair", "at": "act", "unknown": 1})
    assert restored is not None and restored.at == "act"


@pytest.mark.parametrize("name", sorted(load_exercises()))
def test_every_exercise_can_be_skipped_through_without_an_answer(name: str) -> None:
    practice = Practice(name)
    runner = Runner(practice, lambda *_: GOOD, NOW)
    runner.begin()
    runner.take(Move("start"))
    for _ in range(30):
        if practice.finished:
            break
        runner.take(Move("skip"))
    assert practice.finished


@pytest.mark.parametrize(
    "kind", ["back", "keep", "again", "done", "repeat", "why", "help", "example", "words_move", "nonsense"]
)
@pytest.mark.parametrize("name", ["i_statement", "decision_analysis", "closeness_circle", "role_play"])
def test_no_move_breaks_an_exercise_anywhere(name: str, kind: str) -> None:
    practice = Practice(name)
    runner = Runner(practice, lambda *_: GOOD, NOW)
    runner.begin()
    for _ in range(25):
        assert all(message.text for message in runner.take(Move(kind)))
        if practice.finished:
            break
        runner.take(Move("skip"))
    assert practice.finished or kind == "back"


def test_what_was_said_on_coming_can_be_taken(exercise: Any) -> None:
    runner = exercise(step("a"), step("b"), step("c"))
    state(runner).offered["b"] = "host Christmas"
    assert "host Christmas" in said(runner, "answer", "one")
    assert "What about c" in said(runner, "keep")
    assert state(runner).answers["b"] == "host Christmas"


def test_who_it_is_about_is_asked_only_where_nobody_was_named(exercise: Any) -> None:
    who = step("who", who=True, unless_known=True, ask="Who is it?")
    runner = exercise(who, step("a", ask="What did {person} do?"), step("b"))
    assert "What did Dave do?" in said(runner, "answer", "dave")
    state(runner).at, state(runner).person, state(runner).knew_person = "intro", "your boss", True
    assert "Step 1 of 2. What did your boss do?" in said(runner, "start")


def test_a_person_can_be_put_right(exercise: Any) -> None:
    runner = exercise(step("a", ask="What did {person} do?"), step("b"), step("c"))
    assert "What did your sister do?" in said(runner, "person", ("your sister", "sibling"))


def test_not_knowing_is_helped_once_and_then_left_out(exercise: Any) -> None:
    runner = exercise(step("a"), step("b"), step("c"))
    assert "Any words will do." in said(runner, "dont_know")
    assert "What about b" in said(runner, "dont_know")
    assert "Any words will do." in said(runner, "dont_know")


def test_skipping_what_was_answered_keeps_it(exercise: Any) -> None:
    runner = exercise(step("a"), step("b"), step("c"))
    said(runner, "answer", "one")
    said(runner, "back")
    assert "we keep it" in said(runner, "skip")
    assert state(runner).answers["a"] == "one"


def test_earlier_answers_are_shown_once_with_their_titles(exercise: Any) -> None:
    runner = exercise(step("a", title="What happened"), step("b", recall=["a"]), step("c"))
    assert "- What happened: he " in said(runner, "answer", "he " + "ran and " * 80)
    assert "What happened" not in said(runner, "help")


def test_coming_back_after_days_says_where_they_were(exercise: Any) -> None:
    runner = exercise(step("a"), step("b"), step("c"))
    state(runner).seen = "2026-11-20T09:00"
    assert said(runner, "resume").startswith("Welcome back")
    assert "Step 1 of 3" in said(runner, "welcome")


def test_a_planned_day_stays_the_day_that_was_meant(exercise: Any) -> None:
    runner = exercise(step("a", answer="when"), step("b"), step("c"))
    said(runner, "answer", "tomorrow at 9")
    runner._now = datetime(2026, 11, 29, 10, 0)
    for _ in range(2):
        text = said(runner, "skip")
    assert "tomorrow at 9 (Tuesday 24 November, 09:00)" in text


def test_skipping_everything_ends_without_praise(exercise: Any) -> None:
    runner = exercise(step("a"), step("b"), step("c"), closing="You did it.")
    for _ in range(3):
        text = said(runner, "skip")
    assert "You did it" not in text and "Nothing had to be written" in text


def test_the_parts_of_a_letter_make_one_text(exercise: Any) -> None:
    runner = exercise(step("a", letter=True), step("b", letter=True), step("c"))
    for answer in ("Dear Ray, I kept your cup.", "It was hard, too."):
        said(runner, "answer", answer)
    assert "Dear Ray, I kept your cup.\n\nIt was hard, too.\n\nc: tea" in said(runner, "answer", "tea")


def test_only_signs_answer_no_choice(exercise: Any) -> None:
    runner = exercise(step("a", answer="choice", choices=["red", "blue"]), step("b"), step("c"))
    assert "What about a" in said(runner, "answer", "6")
    assert "What about b" in said(runner, "answer", "none of these, more like green")


@pytest.mark.parametrize(
    ("words", "answer", "found"),
    [
        (["ll make you"], "ill make you pay", True),
        (["what's"], "whats the worst part", True),
        (["why don't"], "why dont you go", True),
        (["ll regret"], "the hill regret", False),
    ],
)
def test_checks_find_words_without_their_apostrophes(words: list[str], answer: str, found: bool) -> None:
    assert applies(Check(any_of=words, say="x"), answer) is found
