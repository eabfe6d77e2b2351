"""Contact requests over the website chat, with the real action server and its database: by ten kinds of people, and from end to end."""

from __future__ import annotations

import json
import sqlite3
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import Assistant, run_assistant
from tests.safety import wait_until
from tools.exercise_player import Player

TO_CONTACT = ("contact the clinic", ">Let's start", "me", "I can't sleep since March", ">Go to my contact", "Sam", "34")
TO_SUMMARY = (*TO_CONTACT, "+44 161 496 0000", ">It is safe", "after five", ">It can wait")


@pytest.fixture
def person(assistant: Assistant) -> Player:
    return Player(assistant.url)


@pytest.fixture
def plain_assistant(endpoints: Path, tmp_path: Path) -> Iterator[Assistant]:
    """An assistant of a clinic that takes no requests."""
    yield from run_assistant(tmp_path, endpoints, IPT_CONTACT_REQUESTS="off")


def say(person: Player, *lines: str) -> str:
    """Type lines one after the other; `>` presses the button that begins so. Return what was said last."""
    for line in lines:
        person.press(line[1:]) if line.startswith(">") else person.say(line)
        assert "{" not in person.text
    return person.text


def slot(person: Player) -> dict[str, Any]:
    """Return what the conversation keeps of requests."""
    return person.slot("contact") or {}


def stored(console_database: Path, reference: str) -> dict[str, Any]:
    """Return a request as it is in the console's database."""
    connection = sqlite3.connect(console_database, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        row = connection.execute("SELECT * FROM intake_contactrequest WHERE reference = ?", [reference]).fetchone()
        return dict(row) if row else {}
    finally:
        connection.close()


def everything(console_database: Path) -> bytes:
    """Return the bytes of the console's database, its log included."""
    return b"".join(path.read_bytes() for path in console_database.parent.glob("console.db*"))


def reference_of(person: Player) -> str:
    return str(slot(person)["sent"][-1]["reference"])


def test_asked_in_the_middle_corrected_edited_sent_and_taken_back(person: Player, console_database: Path) -> None:
    say(person, "could someone from the clinic call me back please", ">Let's start", "for me")
    answered = say(person, "how much does a therapist cost?")
    assert "plan" in answered and "What brings you here" in answered
    say(person, "I snap at everyone since I lost my job", "to be calmer", "online", "mornings", "skip", "skip", "skip")
    say(person, "you can call me Sam", "I'm thirty-four", "+44 161 496 0000", "yes that is fine", "after five")
    assert "I changed it. Phone: +44 161 496 0001" in say(person, "no, the number is 0161 496 0001")
    summary = say(person, "soon")
    assert "I snap at everyone since I lost my job" in summary and "Where: Online" in summary
    assert "Where: In person" in say(person, "actually in person")
    assert "Name: Alex" in say(person, ">Change something", ">Name", "Alex")
    said = say(person, "yes", "no")
    reference = reference_of(person)
    assert "has reached" in said and reference in said and "9:00" in said
    request = stored(console_database, reference)
    assert (request["phone"], request["mode"], request["name"]) == ("+441614960001", "in_person", "Alex")
    assert request["reason"] == "I snap at everyone since I lost my job"
    assert request["summary"] in person.through_text and request["transcript"] is None
    assert set(slot(person)["sent"][0]) == {"id", "reference", "at", "withdrawn"} and slot(person)["draft"] is None
    assert reference in say(person, "did they get my request?")
    assert "Shall I" in say(person, "please withdraw my request")
    assert "taken back" in say(person, "yes")
    request = stored(console_database, reference)
    assert request["withdrawn_at"] and not (request["phone"] or request["reason"] or request["summary"])


def test_half_a_request_leaves_nothing_behind(person: Player, console_database: Path) -> None:
    say(
        person,
        *TO_CONTACT[:3],
        "my secret reason is zanzibar",
        ">Go to my contact",
        "Quentin",
        "34",
        "+44 161 496 0009",
    )
    say(person, ">It is safe", "after five", ">It can wait", ">Yes, I agree")
    assert b"zanzibar" not in everything(console_database) and b"Quentin" not in everything(console_database)
    say(person, "stop")
    assert slot(person) == {}
    assert b"zanzibar" not in everything(console_database) and b"4961609" not in everything(console_database)


def test_the_conversation_goes_along_only_with_its_own_yes(person: Player, console_database: Path) -> None:
    say(person, *TO_SUMMARY, ">Yes, I agree", ">Send with this")
    request = stored(console_database, reference_of(person))
    transcript = json.loads(request["transcript"])
    assert request["transcript_attached"] and {"visitor", "assistant"} == {line["from"] for line in transcript}
    assert any("I can't sleep since March" in line["text"] for line in transcript)


@pytest.mark.parametrize("words", ["I don't want to live", "i just wish i wouldnt wake up", "my husband hits me"])
def test_danger_leaves_at_once_and_lands_in_no_field(person: Player, words: str) -> None:
    say(person, *TO_CONTACT[:3])
    at = slot(person)["draft"]["at"]
    said = say(person, words)
    assert "988" in said or "1-800-799-7233" in said
    assert words not in str(slot(person)["draft"]["answers"]) and slot(person)["draft"]["at"] == at
    assert "What brings you here" in say(person, "go on with my request")
    say(person, "I am so tired of everything at work")
    assert slot(person)["draft"]["answers"]["reason"] == "I am so tired of everything at work"


def test_a_false_alarm_leads_back_to_the_question(person: Player) -> None:
    say(person, *TO_CONTACT[:3], "I don't want to live")
    assert "What brings you here" in say(person, ">I'm safe, I meant", ">Yes, go on")


def test_after_abuse_a_safe_way_is_asked_for_and_its_answer_is_taken(person: Player, console_database: Path) -> None:
    say(person, *TO_CONTACT[:3], "my husband hits me when he drinks", ">Yes, for now", "contact the clinic")
    say(person, "we fight a lot and I need someone to talk to", ">Go to my contact", "Mia", "35")
    assert "the person you fear" in say(person, "+44 161 496 0000")
    assert "when you are alone" in say(person, "no, he checks my phone")
    say(person, "tuesdays 10 to 12", "soon", ">Yes, I agree", ">Send without")
    request = stored(console_database, reference_of(person))
    assert request["safe_to_leave_message"] == 0 and request["reach_when"] == "tuesdays 10 to 12"


def test_a_teenager_is_asked_for_an_adult_they_trust_and_why_is_answered(person: Player) -> None:
    say(person, "can someone from the clinic text me", ">Let's start", "me", ">Go to my contact", "Lia")
    assert "rules for who may agree" in say(person, "why do you need to know that")
    assert "Which adult do you trust" in say(person, "im 14")
    assert "phone number or an email" in say(person, "miss hadley, the school nurse")


def test_who_gives_neither_number_nor_address_is_told_why_and_may_stop(person: Player) -> None:
    say(person, *TO_CONTACT)
    assert "An email address is enough" in say(person, "i dont want to give my number")
    assert "can't do without" in say(person, "no email either")
    assert "Nothing was sent" in say(person, ">Stop, send nothing")


def test_a_number_that_cannot_be_right_is_met_with_the_reason(person: Player) -> None:
    say(person, *TO_CONTACT)
    assert "Which country" in say(person, "0151 23456789")
    assert "safe to leave" in say(person, "germany")
    assert slot(person)["draft"]["answers"]["phone"] == "+4915123456789"
    assert "emergency" in say(person, "change my number", "112")


def test_stop_skip_back_why_and_a_break(person: Player) -> None:
    say(person, *TO_CONTACT[:3])
    assert "see who could help" in say(person, "why do you ask that")
    assert "Since I lost my job" in say(person, "can you give me an example")
    assert "Who is this for" in say(person, "go back")
    say(person, "for me", "skip this one")
    assert slot(person)["draft"]["left"] == ["reason"]
    assert "Nothing was sent" in say(person, "lets take a break")
    assert "hope will be better" in say(person, "what is ipt", "go on with my request")


def test_after_a_reload_the_question_waits(person: Player) -> None:
    say(person, *TO_CONTACT[:3])
    assert person.history()[-1]["text"] == person.messages[-1]["text"]
    say(person, "too much worry")
    assert slot(person)["draft"]["answers"]["reason"] == "too much worry"


def test_erasing_the_chat_is_told_apart_from_taking_the_request_back(person: Player) -> None:
    say(person, *TO_SUMMARY, ">Yes, I agree", ">Send without")
    said = say(person, "delete everything i wrote here")
    assert "doesn't take back" in said and "Take it back" in person.titles


def test_a_reference_of_another_chat_is_not_taken_back(person: Player, assistant: Assistant) -> None:
    say(person, *TO_SUMMARY, ">Yes, I agree", ">Send without")
    other = Player(assistant.url)
    assert "I know no request" in say(other, f"withdraw my request {reference_of(person)}")


def test_switched_off_the_present_answer_stays(plain_assistant: Assistant) -> None:
    person = Player(plain_assistant.url)
    assert "I can't take a message for them yet" in person.say("can someone from the clinic call me back")


def test_with_the_database_down_the_person_is_told_so_and_it_arrives_later(
    person: Player, console_database: Path
) -> None:
    say(person, *TO_SUMMARY, ">Yes, I agree")
    lock = sqlite3.connect(console_database, timeout=30, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        assert "saved here" in say(person, ">Send without")
        reference = reference_of(person)
        assert "Not yet" in say(person, "has it arrived?")
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    wait_until(lambda: bool(stored(console_database, reference)), "the request is delivered", 70)
    assert "has arrived" in say(person, "has it arrived?")


def test_export_and_erasing_of_the_chat_know_the_request(person: Player, assistant: Assistant) -> None:
    say(person, *TO_CONTACT[:3], "nobody calls me since the ballooning")
    headers = person._headers
    export = requests.get(urllib.parse.urljoin(f"{assistant.url}/", "export"), headers=headers, timeout=30).text
    assert "since the ballooning" in export
    assert requests.delete(f"{assistant.url}/session", headers=headers, timeout=30).status_code == 204
    assert b"since the ballooning" not in assistant.database.read_bytes()


def test_all_in_one_sentence_is_taken_apart(person: Player) -> None:
    say(person, *TO_CONTACT[:3])
    said = say(person, "I can't sleep since my divorce, call me on +44 161 496 0000")
    assert "+44 161 496 0000" in said and "hope will be better" in said
    answers = slot(person)["draft"]["answers"]
    assert answers["phone"] == "+441614960000" and answers["reason"].startswith("I can't sleep since my divorce")


def test_from_an_exercise_to_a_request_and_back(person: Player) -> None:
    say(person, "closeness circle", ">Let's start", "my mum")
    say(person, "i want someone from the clinic to call me back")
    if not slot(person):
        say(person, "can the clinic call me back please?", "contact the clinic")
    assert slot(person)["draft"]["at"] == "intro"
    say(person, ">Let's start")
    assert "Step" in say(person, "go on with the exercise")
    assert "Who is this for" in say(person, "go on with my request")


def test_what_is_practised_in_an_exercise_is_no_wish_of_a_request(person: Player) -> None:
    say(person, "i want to practise an assertive request", ">No", ">Let's start")
    while "How would you" not in person.text and person.practice()["at"] != "request":
        if "Go on" in person.titles or person.practice()["finished"]:
            break
        say(person, "2" if person.practice()["at"] in ("before", "after") else "my boss never rings me back")
    say(person, "could you please call me back about the invoice by friday")
    assert slot(person) == {}
