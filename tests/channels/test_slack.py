"""The Slack channel as people meet it: the real assistant as a process, against a fake Slack that enforces Slack's limits."""

from __future__ import annotations

import io
import json
import sqlite3
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import requests
from PIL import Image

from assistant.content.channels import load_channel_words, load_channels
from tests.channels.fake_slack import BOT_USER, TEAM, FakeSlack, Message
from tests.channels.slack_person import (
    SECRET,
    Person,
    buttons_of,
    message_event,
    post,
    post_event,
    post_form,
    signed,
    titles_of,
    wait_until,
)
from tests.conftest import Assistant, run_assistant

WORDS = load_channel_words("slack")
_people = count(1)


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture(scope="module")
def running(slack: FakeSlack, endpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    variables = {"IPT_SLACK_TOKEN": slack.token, "IPT_SLACK_SIGNING_SECRET": SECRET, "IPT_SLACK_API": slack.api}
    yield from run_assistant(tmp_path_factory.mktemp("slack"), endpoints, IPT_COUNTRY="US", **variables)


@pytest.fixture()
def url(running: Assistant) -> str:
    return f"{running.url.rpartition('/')[0]}/slack/webhook"


@pytest.fixture()
def person(slack: FakeSlack, running: Assistant, url: str) -> Iterator[Person]:
    """Somebody new; in the end Slack must have refused nothing but what a test wanted refused."""
    before = len(slack.refusals())
    somebody = Person(slack, url, f"U{next(_people):04}", running.database)
    slack.direct(somebody.user)
    yield somebody
    somebody.idle()
    assert not [
        call for call in slack.refusals()[before:] if call.answer["error"] not in ("missing_scope", "fatal_error")
    ]


def shown(messages: list[Message]) -> str:
    return "\n\n".join(message.text for message in messages)


def stored_words(running: Assistant, words: str) -> bool:
    return any(words.encode() in file.read_bytes() for file in running.database.parent.glob("conversations.db*"))


# --- Authentic ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", ["no signature", "wrong secret", "old", "from the future", "changed body", "no number", "odd"]
)
def test_a_request_that_is_not_slacks_is_refused_and_nothing_happens(fault: str, person: Person, url: str) -> None:
    event = message_event(person.user, person.channel, person.slack.new_ts(), "hello")
    body = json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}).encode()
    headers = {
        "no signature": {},
        "wrong secret": signed(body, "another secret"),
        "old": signed(body, at=time.time() - 301),
        "from the future": signed(body, at=time.time() + 400),
        "changed body": signed(body + b" "),
        "no number": {**signed(body), "X-Slack-Request-Timestamp": "now"},
        "odd": {**signed(body), "X-Slack-Signature": "v0=\xe9"},
    }[fault]
    answer = requests.post(url, data=body, headers={"Content-Type": "application/json", **headers}, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    person.idle()
    assert not person.seen()


def test_an_unsigned_press_is_refused(person: Person, url: str) -> None:
    person.say("what is ipt")
    fields = {"payload": json.dumps(person.payload_of("Tell me more"))}
    before = len(person.seen())
    assert requests.post(url, data=fields, timeout=10).status_code == 401
    person.idle()
    assert len(person.seen()) == before


def test_slack_checks_the_address(url: str) -> None:
    body = b'{"token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P", "type": "url_verification"}'
    answer = post(url, body, "application/json")
    assert answer.json() == {"challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}
    assert post_form(url, {"ssl_check": "1", "token": "x"}).status_code == 200
    assert requests.post(url, data={"ssl_check": "1"}, timeout=10).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[1]", b'{"type": 5}', b'{"type": "event_callback", "event": 1}', b"\xff"]
)
def test_what_cannot_be_read_does_no_harm(body: bytes, person: Person, url: str) -> None:
    if body == b"\xff":
        headers = {"Content-Type": "application/json", **signed(b"x")}
        assert requests.post(url, data=body, headers=headers, timeout=10).status_code == 401
    else:
        assert post(url, body, "application/json").status_code in (200, 400)
    assert "program" in shown(person.say("hello"))


# --- Once, and in order -------------------------------------------------------------------------------------------------


def test_the_first_message_says_what_this_is_and_who_may_read(person: Person) -> None:
    first, *rest = person.say("what is ipt")
    assert first.text.startswith(WORDS.first.replace("'", "'")[:60])
    for words in ("not a person", "Slack", "employer", "erase"):
        assert words in first.text
    assert "Interpersonal" in shown(rest)
    assert WORDS.first not in shown(person.say("is it private"))


def test_charset_in_the_content_type_is_accepted(person: Person, url: str) -> None:
    event = message_event(person.user, person.channel, person.slack.new_ts(), "hello")
    answer = post_event(url, event)
    assert answer.request.headers["Content-Type"] == "application/json; charset=utf-8" and answer.status_code == 200
    assert person.answers(0)


@pytest.mark.parametrize("reason", ["http_timeout", "http_error", "connection_failed", "ssl_error", "unknown_error"])
def test_a_retry_is_answered_once(reason: str, person: Person, url: str) -> None:
    person.say("hello")
    before = len(person.seen())
    event = message_event(person.user, person.channel, person.slack.new_ts(), "how long does it take")
    for attempt in range(4):
        headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        assert post_event(url, event, "Ev0RETRY" + reason, **headers).status_code == 200
    assert len(person.answers(before)) == 1


def test_a_retry_whose_first_attempt_never_arrived_is_answered(person: Person, url: str) -> None:
    event = message_event(person.user, person.channel, person.slack.new_ts(), "hello")
    headers = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert post_event(url, event, **headers).status_code == 200
    assert person.answers(0)


def test_two_events_about_one_message_are_answered_once(person: Person, url: str) -> None:
    person.say("hello")
    before = len(person.seen())
    event = person.write("what is ipt", event_id="Ev0ONE")
    assert post_event(url, event, "Ev0OTHER").status_code == 200
    assert len(person.answers(before)) == 1


def test_messages_that_arrive_in_the_wrong_order_are_answered_in_the_right_one(person: Person) -> None:
    person.say("hello")
    before = len(person.seen())
    first, second = person.slack.new_ts(), person.slack.new_ts()
    person.write("tell me more", ts=second)
    person.write("what is ipt", ts=first)
    wait_until(lambda: len(person.seen()) >= before + 2, "two answers")
    answers = person.answers(before)
    assert "Interpersonal" in answers[0].text
    assert "12 to 16" in answers[1].text


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "message_changed", "message": {"text": "hello"}, "hidden": True},
        {"subtype": "message_deleted", "hidden": True},
        {"subtype": "channel_join"},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"bot_id": "B9", "app_id": "A9"},
        {"edited": {"user": "U1", "ts": "1.2"}},
        {"user": BOT_USER},
        {"user": None},
    ],
)
def test_edits_joins_and_other_bots_are_not_answered(more: dict, person: Person, url: str) -> None:
    event = message_event(person.user, person.channel, person.slack.new_ts(), "hello")
    assert post_event(url, {**event, **more}).status_code == 200
    person.idle()
    assert not person.seen()


# --- Private ------------------------------------------------------------------------------------------------------------


def test_a_mention_in_a_channel_is_answered_to_that_person_alone_and_once(person: Person, url: str) -> None:
    channel = person.slack.public("GENERAL", person.user, "U9")
    for text in (f"<@{BOT_USER}> my wife left me", f"<@{BOT_USER}> hello?"):
        event = {"type": "app_mention", "user": person.user, "text": text, "channel": channel}
        ts = person.slack.new_ts()
        assert post_event(url, {**event, "ts": ts, "event_ts": ts}).status_code == 200
        wait_until(lambda: any(message.channel == channel for message in person.slack.messages), "no answer")
        person.idle()
    answers = [message for message in person.slack.messages if message.channel == channel]
    assert [(message.only_to, message.text) for message in answers] == [
        (person.user, WORDS.elsewhere.replace("\n", " "))
    ]
    assert not person.seen()


def test_messages_in_a_channel_are_not_answered(person: Person, url: str) -> None:
    channel = person.slack.public("RANDOM", person.user)
    event = message_event(person.user, channel, person.slack.new_ts(), "hello", channel_type="channel")
    assert post_event(url, event).status_code == 200
    person.idle()
    assert not [message for message in person.slack.messages if message.channel == channel]


def test_who_wrote_it_is_not_in_the_id_of_a_conversation(person: Person, running: Assistant) -> None:
    person.say("hello")
    with sqlite3.connect(running.database) as database:
        senders = {sender for (sender,) in database.execute("select distinct sender_id from events")}
    assert senders and all(sender.startswith("slack-") and person.user not in sender for sender in senders)


def test_people_do_not_see_each_others_conversations(
    person: Person, slack: FakeSlack, url: str, running: Assistant
) -> None:
    other = Person(slack, url, "U8OTHER", running.database)
    person.say("what is ipt")
    other.say("hello")
    assert "Interpersonal" not in shown(other.say("tell me more"))


def test_a_button_of_another_persons_conversation_says_nothing(
    person: Person, slack: FakeSlack, url: str, running: Assistant
) -> None:
    other = Person(slack, url, "U7OTHER", running.database)
    person.say("what is ipt")
    other.say("hello")
    payload = person.payload_of("Tell me more")
    payload.update(user={"id": other.user}, channel={"id": other.channel})
    before = len(other.seen())
    other.send_press(payload)
    assert shown(other.answers(before)) == WORDS.button_gone
    wait_until(lambda: person.slack.refusals(), "the forged message was looked for")
    person.slack.calls[:] = [call for call in person.slack.calls if call.answer.get("error") != "message_not_found"]


# --- At home in Slack ---------------------------------------------------------------------------------------------------


def test_a_pressed_button_gives_way_to_the_choice(person: Person) -> None:
    *_, answer = person.say("what is ipt")
    assert all(len(button["value"]) == 32 and "faq" not in button["value"] for button in buttons_of(answer))
    assert "12 to 16" in shown(person.press("Tell me more"))
    wait_until(lambda: answer.updates == 1, "the buttons are still there")
    assert not buttons_of(answer) and "You chose: Tell me more" in answer.text


def test_two_taps_on_a_button_are_one(person: Person) -> None:
    person.say("what is ipt")
    payload, before = person.payload_of("Tell me more"), len(person.seen())
    person.send_press(payload)
    person.send_press({**payload, "trigger_id": "another"})
    assert len(person.answers(before)) == 1


@pytest.mark.parametrize("typed", ["1", "tell me more", "Tell me more."])
def test_every_button_can_be_typed(typed: str, person: Person) -> None:
    *_, answer = person.say("what is ipt")
    assert "12 to 16" in shown(person.say(typed))
    wait_until(lambda: not buttons_of(answer), "the buttons are still there")
    assert "You chose" not in answer.text


@pytest.mark.parametrize(
    "text", ["/greet", " /restart", '/faq/evidence{"country": "GB"}', '\u2003/session_start{"a":1}']
)
def test_a_typed_payload_is_text(text: str, person: Person, running: Assistant) -> None:
    person.say(text)
    with sqlite3.connect(running.database) as database:
        (data,) = database.execute(
            "select data from events where type_name = 'user' order by id desc limit 1"
        ).fetchone()
    event = json.loads(data)
    assert not event["text"].lstrip().startswith("/") and not event["parse_data"].get("certain")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("help", "exercises"),
        (" /help", "exercises"),
        ("exercises", "what is it about"),
        ("find", "findtreatment"),
        ("stop", ""),
    ],
)
def test_commands_are_words(typed: str, expected: str, person: Person) -> None:
    person.say("hello")
    assert expected in shown(person.say(typed)).lower()


@pytest.mark.parametrize("subtype", ["file_share", None])
def test_a_picture_or_voice_note_gets_a_friendly_word(subtype: str | None, person: Person) -> None:
    more = {"files": [{"id": "F1", "mimetype": "audio/mp4"}], **({"subtype": subtype} if subtype else {})}
    assert shown(person.say("", **more)) == WORDS.unreadable
    person.write("", **more)
    person.idle()
    assert len(person.seen()) == 1, "said once in a row"
    assert "Interpersonal" in shown(person.say("what is ipt", **more)), "words beside a picture are read"


def test_in_a_thread_the_answer_is_in_the_thread(person: Person) -> None:
    root = person.write("hello")
    person.answers(0)
    answers = person.say("what is ipt", thread_ts=root["ts"])
    assert {message.thread for message in answers} == {root["ts"]}
    assert {message.thread for message in person.press("Tell me more", answers[-1])} == {root["ts"]}
    assert {message.thread for message in person.say("is it private")} == {None}


def test_what_slack_marks_up_is_read_as_the_person_typed_it(person: Person, running: Assistant) -> None:
    person.say('zebra <b> & "quotes" <!channel>')
    with sqlite3.connect(running.database) as database:
        rows = database.execute("select data from events where type_name = 'user'").fetchall()
    assert 'zebra <b> & "quotes" <!channel>' in [json.loads(data)["text"] for (data,) in rows]


def test_a_very_long_message_is_answered(person: Person) -> None:
    assert person.say("my wife and I keep fighting. " * 1370)


def test_the_home_tab_says_what_it_does_who_reads_and_whom_to_call(person: Person, url: str) -> None:
    event = {"type": "app_home_opened", "user": person.user, "channel": person.channel, "tab": "home"}
    assert post_event(url, event).status_code == 200
    wait_until(lambda: person.user in person.slack.homes, "no home tab")
    home = json.dumps(person.slack.homes[person.user])
    for words in ("not a person", "<tel:988|988>", "<tel:911|911>", "employer", "erase"):
        assert words in home
    assert post_event(url, {**event, "tab": "messages", "user": "U6"}).status_code == 200
    person.idle()
    assert "U6" not in person.slack.homes and not person.seen()


def test_danger_shows_the_lines_before_anything_else(person: Person) -> None:
    answers = person.say("i want to end my life")
    assert "988" in answers[0].text and "<tel:988|988>" in json.dumps(answers[0].blocks)
    assert "employer" in answers[-1].text and "employer" not in answers[0].text


def test_the_circle_is_a_picture_with_its_words(person: Person) -> None:
    person.say("the closeness circle exercise")
    walk_through(person, ["start", "my mum and Jo", "done", "Tom", "done", "boss", "done"])
    files = [file for message in person.seen() for file in message.files]
    picture = next(file for file in files if file["name"].endswith(".png"))
    assert Image.open(io.BytesIO(picture["content"])).format == "PNG"
    assert "mum" in picture["alt"] and "Tom" in picture["alt"]
    notes = next(file for file in files if file["name"].endswith(".txt"))
    assert "Tom" in notes["content"].decode()


def walk_through(person: Person, answers: list[str]) -> None:
    """Say these, then press on until the exercise has given its notes."""
    for words in answers:
        person.say(words)
    for _ in range(25):
        if any(file["name"].endswith(".txt") for message in person.seen() for file in message.files):
            return
        titles = titles_of(person.seen()[-1])
        person.say("5" if "5" in titles else "skip" if "Skip" in " ".join(titles) else "done")
    raise AssertionError(shown(person.seen()[-3:]))


# --- Erase, export, leave -----------------------------------------------------------------------------------------------


def test_erase_asks_and_then_erases_every_trace(person: Person, running: Assistant) -> None:
    person.say("what is ipt")
    person.say("zanzibar is my secret word")
    assert stored_words(running, "zanzibar")
    (question,) = person.say("erase")
    assert titles_of(question) == [WORDS.erase_yes, WORDS.erase_no]
    assert shown(person.press(WORDS.erase_no)) == WORDS.kept
    assert stored_words(running, "zanzibar")
    person.say("delete my data")
    assert shown(person.say("1")) == WORDS.erased
    assert not stored_words(running, "zanzibar")
    assert "employer" in person.say("hello")[0].text, "a new chat begins with the first message"


def test_an_old_button_of_an_erased_conversation_is_answered_kindly(person: Person) -> None:
    person.say("what is ipt")
    payload = person.payload_of("Tell me more")
    person.say("erase")
    person.press(WORDS.erase_yes)
    before = len(person.seen())
    person.send_press(payload)
    assert shown(person.answers(before)) == WORDS.button_gone


def test_export_is_a_file_with_everything(person: Person) -> None:
    person.say("a very particular sentence")
    answers = person.say("export")
    (file,) = [file for message in answers for file in message.files]
    assert file["name"].endswith(".json")
    assert "a very particular sentence" in json.dumps(json.loads(file["content"]))


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}],
)
def test_when_the_app_is_uninstalled_every_conversation_is_erased(
    event: dict, person: Person, slack: FakeSlack, url: str, running: Assistant
) -> None:
    other = Person(slack, url, f"{person.user}B", running.database)
    for somebody in (person, other):
        somebody.say("madagascar is my secret word")
    assert post_event(url, event, team="T0ELSEWHERE").status_code == 200
    assert post_event(url, {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}).status_code == 200
    person.idle()
    assert stored_words(running, "madagascar"), "another workspace, or another's token"
    assert post_event(url, event).status_code == 200
    person.idle()
    assert not stored_words(running, "madagascar")
    with sqlite3.connect(running.database) as database:
        assert database.execute("select count(*) from channel_conversations").fetchone() == (0,)


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked"])
def test_a_workspace_that_is_gone_when_answering_is_erased(error: str, person: Person, running: Assistant) -> None:
    person.say("hello")
    person.slack.fail["chat.postMessage"] = [error]
    person.write("honolulu is my secret word")
    person.idle()
    assert not stored_words(running, "honolulu")
    # Slack refused on purpose here.
    person.slack.calls[:] = [call for call in person.slack.calls if call.answer.get("error") != error]


# --- When Slack is slow, full or down -----------------------------------------------------------------------------------


def test_rate_limits_are_obeyed(person: Person) -> None:
    person.say("hello")
    person.slack.limited += ["chat.postMessage"] * 2
    before = time.monotonic()
    assert "Interpersonal" in shown(person.say("what is ipt"))
    assert time.monotonic() - before >= 2
    calls = [call for call in person.slack.calls if call.method == "chat.postMessage" and call.at > before]
    assert [call.status for call in calls] == [429, 429, 200]


def test_an_outage_delays_the_answer_and_loses_nothing(person: Person) -> None:
    person.say("hello")
    before = len(person.seen())
    person.slack.down_until = time.monotonic() + 2
    person.write("what is ipt")
    person.write("tell me more")
    wait_until(lambda: len(person.seen()) >= before + 2, "two answers")
    answers = person.answers(before)
    assert len(answers) == 2 and "12 to 16" in answers[1].text


def test_without_the_right_to_send_files_their_words_are_sent(person: Person) -> None:
    person.say("the closeness circle exercise")
    person.slack.scopes = person.slack.scopes.replace("files:write,", "")
    try:
        for words in ("start", "my mum", "done", "Tom", "done", "boss"):
            person.say(words)
        assert "Tom" in shown(person.say("done"))
    finally:
        person.slack.scopes = "files:write," + person.slack.scopes


def test_without_settings_slack_is_off_and_says_so(endpoints: Path, tmp_path: Path) -> None:
    for without in run_assistant(tmp_path, endpoints, IPT_SLACK_TOKEN="", IPT_SLACK_SIGNING_SECRET=""):
        assert requests.post(f"{without.url.rpartition('/')[0]}/slack/webhook", timeout=10).status_code == 404
        assert "Slack is off" in without.log.read_text()


def test_the_words_on_the_home_tab_can_be_read_by_a_clinician() -> None:
    assert "erase" in load_channels().home.erase
