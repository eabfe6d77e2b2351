"""Reading a conversation, and planning a turn."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.conversation import Conversation, action_for, full_intent, parse_for, place_named
from assistant.dialogue.plan import plan
from assistant.practice.moves import SLOT
from assistant.practice.state import Practice


def user(text: str, intent: str, **parse: Any) -> dict[str, Any]:
    return {"event": "user", "text": text, "parse_data": {**parse_for(intent, text), "certain": False, **parse}}


def bot(action: str, *buttons: tuple[str, str]) -> list[dict[str, Any]]:
    data = {"buttons": [{"title": title, "payload": payload} for title, payload in buttons]}
    return [
        {"event": "action", "name": action},
        {"event": "bot", "text": action, "data": data, "metadata": {"utter_action": action}},
    ]


def test_topics_are_those_before_this_turn_newest_first() -> None:
    events = [
        user("a", "faq/anxiety"),
        *bot("utter_faq/anxiety"),
        user("b", "faq/evidence"),
        *bot("utter_faq/evidence"),
    ]
    conversation = Conversation.read([*events, user("c", "more")])
    assert conversation.topics() == ["evidence", "anxiety"]


def test_a_parse_result_and_its_full_intent_agree() -> None:
    assert full_intent(parse_for("faq/evidence", "x")) == "faq/evidence"
    assert full_intent(parse_for("greet", "x")) == "greet"
    assert full_intent({}) == ""


def test_yes_takes_the_first_button_of_the_last_message() -> None:
    events = [user("a", "share_anger"), *bot("utter_share_anger", ("Yes", "/exercise/suggest"), ("No", "/deny"))]
    assert plan(Conversation.read([*events, user("yes", "affirm")])) == ["action_suggest_exercise"]
    assert plan(Conversation.read([user("yes", "affirm")])) is None


def test_a_number_or_the_words_choose_a_button() -> None:
    events = [
        user("a", "greet"),
        *bot("utter_greet", ("What is IPT?", "/faq/what_is_ipt"), ("Cost", "/faq/cost_insurance")),
    ]
    for typed in ("2", "cost", " Cost. "):
        turn = user(typed, "nlu_fallback")
        assert plan(Conversation.read([*events, turn])) == ["utter_faq/cost_insurance"]
    for typed in ("3", "0", "²", "12345678901234567890"):
        assert plan(Conversation.read([*events, user(typed, "nlu_fallback")])) == ["utter_did_you_mean"]


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        ("the first one", "/exercise/repair"),
        ("the second one", "/exercise/time_out"),
        ("the last one", "/exercise/time_out"),
        ("2", "/exercise/suggest"),  # of the buttons, which messengers number
    ],
)
def test_the_first_one_is_the_first_of_several_suggestions(typed: str, payload: str) -> None:
    events = [
        user("an exercise", "exercise/suggest"),
        *bot("utter_exercise/suggest", ("Start this one", "/exercise/repair"), ("Else", "/exercise/suggest")),
        user("no", "deny"),
        *bot("utter_exercise/suggest", ("Start this one", "/exercise/time_out"), ("Else", "/exercise/suggest")),
    ]
    assert Conversation.read([*events, user(typed, "nlu_fallback")]).chosen_button() == payload


def test_a_danger_is_never_taken_for_a_button() -> None:
    events = [user("a", "greet"), *bot("utter_greet", ("i want to die", "/faq/what_is_ipt"))]
    assert plan(Conversation.read([*events, user("i want to die", "crisis_suicide")])) is None


def test_misses_in_a_row_are_counted() -> None:
    events: list[dict[str, Any]] = []
    for expected in (["utter_did_you_mean"], ["utter_menu"], ["utter_menu"]):
        events.append(user("?", "nlu_fallback"))
        assert plan(Conversation.read(events)) == expected
        events.extend(bot(expected[0]))
    events += [user("a", "faq/evidence"), *bot("utter_faq/evidence"), user("?", "nlu_fallback")]
    assert plan(Conversation.read(events)) == ["utter_did_you_mean"]


def test_several_questions_are_answered_in_their_order() -> None:
    turn = user("a and b", "faq/evidence", questions=["faq/anxiety"])
    assert plan(Conversation.read([turn])) == ["utter_faq/evidence", "utter_faq/anxiety"]


def test_actions_of_intents() -> None:
    assert action_for("exercise/suggest") == "action_suggest_exercise"
    assert action_for("exercise/say_no") == "action_exercise"
    assert action_for("find_therapist") == "utter_find_therapist"


def test_nothing_to_read() -> None:
    assert Conversation.read([]).now is None
    assert plan(Conversation.read([])) is None


def test_a_place_alone_is_where_the_person_is() -> None:
    place = [{"entity": "country", "value": "IE"}]
    assert plan(Conversation.read([user("dublin, why", "nlu_fallback", entities=place)])) == ["utter_set_country"]
    long = "when i was small we went to dublin every year with my aunt"
    assert plan(Conversation.read([user(long, "nlu_fallback", entities=place)])) == ["utter_did_you_mean"]


def test_what_troubles_a_person_and_what_can_i_do_about_it_takes_the_offer() -> None:
    told = [user("my boss shouts at me", "share_conflict"), *bot("utter_share_conflict", ("Yes", "/exercise/suggest"))]
    asks = ["so what can i do about it?", "any advice", "What do I do now?", "I don't know what to do anymore"]
    for text in asks:
        assert plan(Conversation.read([*told, user(text, "faq/not_working")])) == ["action_suggest_exercise"]
    assert plan(Conversation.read([*told, user("what should i do to find a therapist", "find_therapist")])) is None
    assert plan(Conversation.read([user("what can i do", "what_can_you_do")])) is None


def test_done_after_an_exercise_has_ended_is_not_a_yes_to_another() -> None:
    practice = Practice("say_no", finished=True).as_dict()
    move = {"name": "done", "confidence": 1.0, "known": True}
    events = [user("2", "practice/2"), {"event": "slot", "name": SLOT, "value": practice}]
    ended = bot("practice/end", ("Another exercise", "/exercise/suggest"))
    done = user("done", "affirm", practice_move=move)
    assert plan(Conversation.read([*events, *ended, done])) == ["utter_exercise_done"]
    assert plan(Conversation.read([*events, *bot("utter_thanks"), done])) != ["utter_exercise_done"]


def test_a_pressed_button_is_not_taken_for_a_newer_one_of_that_title() -> None:
    events = [user("a", "share_anger"), *bot("utter_share_anger", ("Yes", "/exercise/suggest"))]
    pressed = user("Yes", "exercise/say_no", certain=True)
    assert plan(Conversation.read([*events, pressed])) == ["action_exercise"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2", 2),
        ("2.", 2),
        ("#3", 3),
        ("Option 2", 2),
        ("number 1 please", 1),
        ("the second one", 2),
        ("first", 1),
        ("the last one.", 4),
        ("3rd", 3),
        ("no. 2", 2),
        ("9", 9),
        ("", 0),
        ("the second world war", 0),
        ("no", 0),
        ("1 or 2", 0),
        ("my first one was a disaster", 0),
    ],
)
def test_a_place_among_buttons_is_named(text: str, place: int) -> None:
    assert place_named(text, 4) == place


@pytest.mark.parametrize(
    ("text", "word", "dead"),
    [
        ("my mum died in may and my sister and i row", "mum", True),
        ("my mum died in may and my sister and i row", "sister", False),
        ("we lost our mum last year", "mum", True),
        ("at my mum's funeral nobody spoke", "mum", True),
        ("My mum passed away.", "mum", True),
        ("my mum passed me the salt and shouted", "mum", False),
        ("she said i never helped when mum was ill", "mum", False),
    ],
)
def test_who_died_is_known(text: str, word: str, dead: bool) -> None:
    start = text.index(word)
    entity = {"entity": "relationship", "value": "mother", "start": start, "end": start + len(word)}
    conversation = Conversation.read([user(text, "share_grief", entities=[entity])])
    assert conversation.died() == ({"mother"} if dead else set())
