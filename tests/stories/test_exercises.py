"""Every exercise over the website chat: to the end, with interruptions, with skip, back and stop, in danger, after a reload."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.content.exercises import load_exercises
from tests.conftest import Assistant
from tools.exercise_player import Player, stories

STORIES = stories()
every_exercise = pytest.mark.parametrize("name", sorted(load_exercises()))


def begun(assistant: Assistant, name: str) -> Player:
    """Return a conversation in which the first step of an exercise is asked."""
    player = Player(assistant.url)
    player.begin(STORIES[name])
    if load_exercises()[name].distress_check:
        player.say(str(STORIES[name]["before"]))
    assert player.practice()["exercise"] == name
    assert player.practice()["at"] == first_step(player)
    return player


def first_step(player: Player) -> str:
    """Return the step that comes first; who it is about is not asked of a person who said it."""
    practice = player.practice()
    steps = load_exercises()[practice["exercise"]].steps
    return next(step.id for step in steps if not (step.unless_known and practice["knew_person"]))


def past_the_first(assistant: Assistant, name: str) -> Player:
    """Return a conversation in which the second step is asked."""
    player = begun(assistant, name)
    player.answer(STORIES[name])
    for _ in range(2):
        if player.practice()["pending"] or player.practice()["at"] == first_step(player):
            player.answer(STORIES[name])
    assert player.practice()["at"] != first_step(player)
    return player


@every_exercise
def test_straight_through_ends_with_the_own_words(name: str, assistant: Assistant) -> None:
    player = Player(assistant.url)
    player.begin(STORIES[name])
    player.through(STORIES[name])
    (card,) = [message["card"] for message in player.messages if (message["card"] or {}).get("type") == "takeaway"]
    for piece in STORIES[name]["keeps"]:
        assert piece in card["text"] and piece in player.text
    assert load_exercises()[name].closing.strip() in player.text
    assert "{" not in player.text


@every_exercise
def test_a_question_is_answered_and_the_step_comes_again(name: str, assistant: Assistant) -> None:
    player = past_the_first(assistant, name)
    at = player.practice()["at"]
    said = player.say("how much does a therapist cost?")
    assert "plan" in said and "Step" in said
    assert player.practice()["at"] == at


@every_exercise
def test_skip_back_why_example_help_and_remarks_are_no_answers(name: str, assistant: Assistant) -> None:
    player = past_the_first(assistant, name)
    at, written = player.practice()["at"], player.practice()["answers"]
    for typed in (
        "can you give me an example",
        "why do you need to know that",
        "idk what to write",
        "this is really hard",
    ):
        player.say(typed)
        assert (player.practice()["at"], player.practice()["answers"]) == (at, written), typed
    player.say("go back please")
    assert player.practice()["at"] != at
    player.say("skip this one")
    assert player.practice()["at"] == at


@every_exercise
def test_stop_keeps_what_was_written_and_it_can_be_taken_up(name: str, assistant: Assistant) -> None:
    player = past_the_first(assistant, name)
    before = player.practice()
    player.say("i want to stop")
    assert player.practice()["paused"]
    assert "your plan" in player.say("is ipt covered by insurance, what does it cost")
    assert "Step" in player.say("ok lets go on with the exercise")
    after = player.practice()
    assert (after["at"], after["answers"], after["paused"]) == (before["at"], before["answers"], False)


@every_exercise
def test_danger_leaves_at_once_and_the_step_waits(name: str, assistant: Assistant) -> None:
    player = past_the_first(assistant, name)
    written = player.practice()["answers"]
    assert "988" in player.say("i dont want to live anymore")
    assert player.practice()["answers"] == written
    player.press("I'm safe")
    player.press("Yes, go on")
    # They said that they meant otherwise: then the words were an answer where the step asks for words.
    assert "Step" in player.text or "That's all" in player.titles or "Go on" in player.titles
    assert not player.practice()["paused"]


@every_exercise
def test_after_a_reload_the_history_is_there_and_the_step_goes_on(name: str, assistant: Assistant) -> None:
    player = past_the_first(assistant, name)
    history = player.history()
    assert history[-1]["from"] == "assistant" and history[-1]["text"] == player.messages[-1]["text"]
    at = player.practice()["at"]
    player.say("skip")
    assert player.practice()["at"] != at


def test_every_exercise_has_its_story() -> None:
    assert set(STORIES) == set(load_exercises())
    assert all(story["exercise"] == name for name, story in STORIES.items())


def suggested(player: Player) -> str:
    """Return the title of the exercise that the last message suggests."""
    assert "I suggest this one" in player.text, player.text
    return next(exercise.title for exercise in load_exercises().values() if f"{exercise.title}." in player.text)


def test_a_suggestion_asks_at_most_two_questions_and_never_repeats_itself(assistant: Assistant) -> None:
    player = Player(assistant.url)
    player.say("suggest an exercise")
    player.press("A conflict")
    player.press("10 minutes")
    found = [suggested(player)]
    for wish in ("not that", "something shorter", "something else please"):
        player.say(wish)
        found.append(suggested(player))
    assert len(set(found)) == len(found)


def test_what_was_told_spares_the_questions(assistant: Assistant) -> None:
    player = Player(assistant.url)
    player.say("my mum died in march and i miss her so much")
    player.say("yes please")
    assert "because you are grieving" in player.text


def test_something_for_grief_after_a_suggestion(assistant: Assistant) -> None:
    player = Player(assistant.url)
    player.say("i keep fighting with my brother")
    player.say("yes")
    player.say("something for grief")
    assert "because you are grieving" in player.text


def test_high_distress_stops_before_the_first_step(assistant: Assistant) -> None:
    player = Player(assistant.url)
    player.begin(STORIES["i_statement"])
    player.say("9")
    assert "Put both feet on the floor" in player.text or "Name five things" in player.text
    assert {"Help lines", "Talk to a person"} <= set(player.titles)
    assert player.practice()["paused"]


def test_distress_that_rises_ends_with_a_person_to_talk_to(assistant: Assistant) -> None:
    story: dict[str, Any] = {**STORIES["i_statement"], "before": 3, "after": 7}
    player = Player(assistant.url)
    player.begin(story)
    player.through(story)
    assert "more tense than before" in player.text
    assert "Talk to a person" in player.titles


def test_a_threat_in_a_practised_sentence_goes_to_safety_first(assistant: Assistant) -> None:
    story = STORIES["i_statement"]
    player = begun(assistant, "i_statement")
    while player.practice()["at"] != "sentence":
        player.answer(story)
    said = player.say("Give me the money back or you'll regret it, I'll make you pay")
    assert "help for both" in said or "988" in said or "911" in said


def test_the_circle_is_a_picture_with_its_words(assistant: Assistant) -> None:
    player = Player(assistant.url)
    player.begin(STORIES["closeness_circle"])
    player.through(STORIES["closeness_circle"])
    (picture,) = [message for message in player.history() if (message.get("card") or {}).get("type") == "picture"]
    assert picture["image"].startswith("data:image/svg+xml;base64,")
    assert "Inner ring" in picture["card"]["alt"]


def test_the_abuse_gate_keeps_an_exercise_from_being_taken_up(assistant: Assistant) -> None:
    player = past_the_first(assistant, "i_statement")
    player.say("he hits me when i say something like that")
    said = player.say("lets go on with the exercise")
    assert "Step" not in said
