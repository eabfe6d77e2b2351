"""Telegram, with the running assistant and a fake of the Bot API: what a person gets."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from assistant.content.channels import load_channel_words
from tests.channels.fake_telegram import SECRET, TOKEN, Call, FakeTelegram, deliver
from tests.conftest import Assistant, run_assistant

WORDS = load_channel_words("telegram")
NUMBERS = count(5550000001)
WAIT_SECONDS = 20


def settings(telegram: FakeTelegram) -> dict[str, str]:
    return {
        "IPT_TELEGRAM_TOKEN": TOKEN,
        "IPT_TELEGRAM_SECRET": SECRET,
        "IPT_TELEGRAM_API": telegram.url,
        "IPT_COUNTRY": "US",
    }


@pytest.fixture(scope="module")
def telegram() -> Iterator[FakeTelegram]:
    fake = FakeTelegram()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def server(telegram: FakeTelegram, endpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    yield from run_assistant(tmp_path_factory.mktemp("telegram"), endpoints, **settings(telegram))


def until(condition: Callable[[], Any], what: str = "") -> Any:
    """Wait for a condition; return its value."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    pytest.fail(f"did not come: {what or condition}")


class Person:
    """Somebody with a private chat."""

    def __init__(self, telegram: FakeTelegram, server: Assistant) -> None:
        self.telegram = telegram
        self.server = server
        self.url = server.url.removesuffix("/webhooks/web")
        self.id = next(NUMBERS)

    def send(self, update: dict[str, Any]) -> None:
        assert deliver(self.url, update).status_code == 200

    def get(self, update: dict[str, Any]) -> list[Call]:
        """Send an update; return the messages that answer it."""
        before = len(self.telegram.sent(self.id))
        self.send(update)
        self.done()
        return self.telegram.sent(self.id)[before:]

    def say(self, text: str) -> list[Call]:
        return self.get(self.telegram.text(self.id, text))

    def press(self, title: str) -> list[Call]:
        return self.get(self.telegram.press(self.id, title))

    def done(self) -> None:
        """Wait until everything that came in is dealt with."""
        with sqlite3.connect(self.server.database, timeout=20) as database:
            query = "select count(*) from channel_updates where state != 'done'"
            until(lambda: database.execute(query).fetchone()[0] == 0, "the end of the queue")

    def seen(self) -> str:
        """Return everything the person has read."""
        return "\n".join(self.telegram.texts(self.id))


@pytest.fixture
def person(telegram: FakeTelegram, server: Assistant) -> Person:
    return Person(telegram, server)


def text_of(calls: list[Call]) -> str:
    return "\n".join(call.data.get("text", "") for call in calls).replace("\\", "")


def test_start_says_what_it_is_who_can_read_and_greets(person: Person, telegram: FakeTelegram) -> None:
    first, greeting = person.say("/start")
    assert "program" in text_of([first]) and "Telegram" in text_of([first]) and "/erase" in text_of([first])
    assert "Interpersonal Therapy" in text_of([greeting]) and telegram.buttons(greeting)
    (again,) = person.say("/start")
    assert WORDS.first not in person.seen().split(text_of([greeting]))[-1] and again.ok


def test_a_question_gets_its_answer_with_sources_and_buttons(person: Person, telegram: FakeTelegram) -> None:
    person.say("/start")
    (answer,) = person.say("what is ipt")
    assert WORDS.sources in answer.data["text"] and telegram.buttons(answer)
    assert answer.data["parse_mode"] == "MarkdownV2"
    until(lambda: telegram.made("sendChatAction", person.id), "typing")


def test_a_wrong_or_missing_secret_is_refused_and_nothing_happens(person: Person, telegram: FakeTelegram) -> None:
    update = telegram.text(person.id, "what is ipt")
    for secret in (None, "", "wrong", SECRET[:-1], SECRET + "x"):
        answer = deliver(person.url, update, secret)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
    person.done()
    assert not telegram.sent(person.id)


@pytest.mark.parametrize("body", [[], {}, {"update_id": "x"}, "text", 5])
def test_what_is_no_update_is_a_problem(person: Person, body: Any) -> None:
    assert deliver(person.url, body).status_code == 400


@pytest.mark.parametrize(
    "content",
    [
        {"poll": {}},
        {"callback_query": {"id": "1", "from": {"id": 1}, "data": "x", "inline_message_id": "y"}},
        {"my_chat_member": {}},
        {"message": {}},
        {"message": {"chat": {"id": 1, "type": "private"}, "message_id": 1, "date": 1, "pinned_message": {}}},
        {"channel_post": {"chat": {"id": -5, "type": "channel"}, "text": "hello"}},
    ],
)
def test_updates_that_are_not_for_us_are_passed_over(person: Person, telegram: FakeTelegram, content: Any) -> None:
    before = len(telegram.calls)
    person.send(telegram.update(**content))
    person.done()
    assert not [call for call in telegram.calls[before:] if call.method.startswith("send")]


def test_the_same_update_is_answered_once(person: Person, telegram: FakeTelegram) -> None:
    person.say("/start")
    update = telegram.text(person.id, "what is ipt")
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: deliver(person.url, update).status_code, range(8)))
    person.done()
    person.send(update)
    person.done()
    assert statuses == [200] * 8
    assert len(telegram.sent(person.id)) == 3


def test_messages_that_arrive_in_the_wrong_order_are_answered_in_the_right_one(
    person: Person, telegram: FakeTelegram
) -> None:
    person.say("/start")
    first, second = (telegram.text(person.id, text) for text in ("what is ipt", "how much does it cost"))
    person.send(second)
    person.send(first)
    person.done()
    what, cost = telegram.texts(person.id)[2:]
    assert "Interpersonal" in what and "your plan" in cost


def test_an_edited_message_is_not_answered_again(person: Person, telegram: FakeTelegram) -> None:
    person.say("/start")
    edited = telegram.message(person.id, text="how much does it cost", edit_date=5)
    assert person.get(telegram.update(edited_message=edited)) == []


def test_a_pressed_button_is_confirmed_and_goes_away(person: Person, telegram: FakeTelegram) -> None:
    *_, greeting = person.say("/start")
    title = telegram.buttons(greeting)[0]
    (answer,) = person.press(title)
    until(lambda: not telegram.keyboard(greeting), "an empty keyboard")
    (confirmed,) = until(lambda: telegram.made("answerCallbackQuery")[-1:], "an answered query")
    assert confirmed.ok
    kept = telegram.shown[person.id, greeting.result["message_id"]]
    assert kept.startswith("Hello") and kept.endswith(WORDS.chosen.format(title=title))
    assert telegram.keyboard(answer)
    person.say("and how long does it take")
    until(lambda: not telegram.keyboard(answer), "an empty keyboard after a typed message")


def test_button_data_is_short_says_nothing_and_is_good_in_its_own_chat_only(
    person: Person, telegram: FakeTelegram, server: Assistant
) -> None:
    other = Person(telegram, server)
    *_, greeting = person.say("/start")
    *_, others = other.say("/start")
    button = telegram.keyboard(greeting)[0]
    assert len(button["callback_data"].encode()) <= 64 and "faq" not in button["callback_data"]
    (answer,) = other.get(telegram.press_data(other.id, button["callback_data"], others.result["message_id"]))
    assert WORDS.button_gone in text_of([answer])
    (answer,) = other.get(telegram.press_data(other.id, "/faq/evidence", others.result["message_id"]))
    assert WORDS.button_gone in text_of([answer])


@pytest.mark.parametrize("typed", ["2", "2.", "How do I get it?", "how do i get it?"])
def test_a_button_can_be_typed(person: Person, telegram: FakeTelegram, typed: str) -> None:
    *_, greeting = person.say("/start")
    assert telegram.buttons(greeting)[1] == "How do I get it?"
    typed_answer = text_of(person.say(typed))
    pressed = Person(telegram, person.server)
    pressed.say("/start")
    assert typed_answer == text_of(pressed.press("How do I get it?"))


def test_seven_is_an_answer_where_a_number_is_asked(person: Person, telegram: FakeTelegram) -> None:
    person.say("/start")
    person.say("i want to practise i-statements with my colleague")
    for _ in range(4):
        newest = telegram.sent(person.id)[-1]
        if "0" in telegram.buttons(newest):
            break
        person.press(telegram.buttons(newest)[0])
    scale = telegram.sent(person.id)[-1]
    assert telegram.buttons(scale)[:11] == [str(number) for number in range(11)]
    (answer, *_) = person.say("7")
    assert "0" not in telegram.buttons(answer) and WORDS.button_gone not in text_of([answer])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/help", "exercise"),
        ("/exercises", "What is it about"),
        ("/find", "FindTreatment.gov"),
        ("/stop", "stop"),
        ("/start@ipt_test_bot", "Interpersonal"),
        ("/erase", WORDS.erase_question.split(".")[0]),
    ],
)
def test_commands(person: Person, command: str, expected: str) -> None:
    assert expected in text_of(person.say(command))


@pytest.mark.parametrize("text", ["/restart", "/foo", '/faq/evidence{"x": 1}', "/session_start", "//greet"])
def test_an_unknown_command_is_text_never_a_payload(person: Person, telegram: FakeTelegram, text: str) -> None:
    person.say("/start")
    assert person.say(text)
    (_, data) = stored(person)[-1]
    assert not data["text"].startswith("/") and data["parse_data"]["candidates"][0]["confidence"] < 1
    assert not any(kind == "restart" for kind, _ in stored(person, None))


def stored(person: Person, kind: str | None = "user") -> list[tuple[str, dict[str, Any]]]:
    """Return the newest conversation's events."""
    with sqlite3.connect(person.server.database, timeout=20) as database:
        (newest,) = database.execute("select sender_id from events order by id desc limit 1").fetchone()
        rows = database.execute("select type_name, data from events where sender_id = ? order by id", (newest,))
        return [(name, json.loads(data)) for name, data in rows if kind in (None, name)]


def test_a_group_is_told_once_how_to_write_in_private_and_nothing_of_it_is_kept(
    person: Person, telegram: FakeTelegram
) -> None:
    group = {"id": -person.id, "type": "supergroup", "title": "Family"}
    joined = {"chat": group, "from": {"id": person.id}, "date": 1, "new_chat_member": {"status": "member"}}
    person.send(telegram.update(my_chat_member=joined))
    for text in ("hello bot", "/help", "my xylophonium hurts"):
        person.send(telegram.update(message=telegram.message(person.id, chat=group, text=text)))
    person.done()
    (told,) = telegram.texts(-person.id)
    assert told == WORDS.elsewhere
    assert not telegram.sent(person.id)
    assert b"xylophonium" not in b"".join(file.read_bytes() for file in person.server.database.parent.glob("conv*"))


@pytest.mark.parametrize(
    "content", [{"photo": [{"file_id": "a"}]}, {"voice": {"file_id": "a"}}, {"sticker": {"file_id": "a"}}]
)
def test_pictures_and_voice_get_a_friendly_word_once_in_a_row(
    person: Person, telegram: FakeTelegram, content: dict[str, Any]
) -> None:
    person.say("/start")
    for expected in (1, 0):
        answers = person.get(telegram.update(message=telegram.message(person.id, **content)))
        assert [text_of([answer]) for answer in answers] == [WORDS.unreadable] * expected
    person.say("what is ipt")
    assert person.get(telegram.update(message=telegram.message(person.id, **content)))


def test_words_under_a_picture_are_read(person: Person, telegram: FakeTelegram) -> None:
    person.say("/start")
    message = telegram.message(person.id, photo=[{"file_id": "a"}], caption="i want to end my life")
    assert "988" in text_of(person.get(telegram.update(message=message)))


def test_in_danger_help_comes_first_and_the_introduction_after_it(person: Person) -> None:
    help_first, *_, last = person.say("i want to kill myself")
    assert "988" in text_of([help_first]) and WORDS.lines in text_of([help_first])
    assert text_of([last]) == WORDS.first


def test_an_exercise_ends_with_notes_as_a_file_and_the_circle_as_a_picture(
    person: Person, telegram: FakeTelegram
) -> None:
    person.say("/start")
    person.say("closeness circle")
    for answer in ("start", "Ann", "Bob", "Cem", *["skip"] * 12):
        if any(call.method == "sendDocument" for call in person.say(answer)):
            break
    photos = [call for call in telegram.sent(person.id) if call.method == "sendPhoto"]
    assert photos and "Ann" in photos[0].data["caption"]
    assert next(iter(photos[0].files.values())).startswith(b"\x89PNG")
    notes = [call for call in telegram.sent(person.id) if call.method == "sendDocument"]
    assert b"Ann" in notes[-1].files["my-notes.txt"]


def test_erasing_asks_first_then_removes_every_trace(person: Person, telegram: FakeTelegram) -> None:
    person.say("/start")
    person.say("zanzibar is my secret word")
    (question,) = person.say("/erase")
    assert telegram.buttons(question) == [WORDS.erase_yes, WORDS.erase_no]
    assert text_of(person.press(WORDS.erase_no)) == WORDS.kept
    person.say("please delete my data")
    assert text_of(person.say("1")) == WORDS.erased
    until(lambda: not in_files(person, "zanzibar") and not in_files(person, str(person.id)), "an erased file")
    assert text_of(person.say("/start")).startswith(WORDS.first[:40])


def test_a_copy_comes_as_a_file(person: Person) -> None:
    person.say("/start")
    person.say("a very particular sentence")
    document, text = person.say("/export")
    assert WORDS.export in text_of([text])
    copy = json.loads(document.files["chat.json"])
    assert "a very particular sentence" in json.dumps(copy) and copy["address"] == {"chat_id": person.id}


def in_files(person: Person, word: str) -> bool:
    """Return whether a word stands anywhere in the database's files."""
    files = person.server.database.parent.glob("conversations.db*")
    return any(word.encode() in file.read_bytes() for file in files)


def traces(person: Person) -> int:
    """Return how many rows still name the person."""
    with sqlite3.connect(person.server.database, timeout=20) as database:
        query = "select count(*) from channel_conversations where address like ?"
        return int(database.execute(query, (f"%{person.id}%",)).fetchone()[0])


def test_blocking_erases(person: Person, telegram: FakeTelegram) -> None:
    person.say("my word is quetzalcoatl")
    blocked = {"chat": {"id": person.id, "type": "private"}, "date": 1, "new_chat_member": {"status": "kicked"}}
    assert person.get(telegram.update(my_chat_member=blocked)) == []
    until(lambda: not in_files(person, "quetzalcoatl"), "an erased file")
    assert traces(person) == 0


def test_a_block_that_shows_when_sending_erases_too(person: Person, telegram: FakeTelegram) -> None:
    person.say("my word is huitzilopochtli")
    telegram.blocked.add(person.id)
    person.send(telegram.text(person.id, "what is ipt"))
    person.done()
    until(lambda: not in_files(person, "huitzilopochtli"), "an erased file")
    assert traces(person) == 0


def test_retry_after_is_obeyed_and_nothing_is_lost(person: Person, telegram: FakeTelegram) -> None:
    person.say("/start")
    refusals = [1, 2]
    telegram.too_many = lambda method, data: (
        refusals.pop(0) if refusals and method == "sendMessage" and int(data["chat_id"]) == person.id else None
    )
    (answer,) = person.say("what is ipt")
    tries = [call for call in telegram.made("sendMessage", person.id) if call.data["text"] == answer.data["text"]]
    assert [call.ok for call in tries] == [False, False, True]
    assert tries[1].at - tries[0].at >= 1 and tries[2].at - tries[1].at >= 2


def test_an_outage_delays_but_loses_and_repeats_nothing(person: Person, telegram: FakeTelegram) -> None:
    person.say("/start")
    telegram.down = True
    person.send(telegram.text(person.id, "what is ipt"))
    person.send(telegram.text(person.id, "how much does it cost"))
    time.sleep(1.5)  # the outage itself
    telegram.down = False
    person.done()
    what, cost = telegram.texts(person.id)[2:]
    assert "Interpersonal" in what and "your plan" in cost


def test_a_message_that_is_refused_for_good_does_not_hold_up_others(person: Person, telegram: FakeTelegram) -> None:
    person.say("/start")
    real, refused = telegram._sendMessage, []

    def refuse_once(data: dict[str, Any], files: dict[str, bytes]) -> Any:
        if int(data["chat_id"]) == person.id and not refused:
            refused.append(data)
            data = {**data, "text": "x" * 5000}
        return real(data, files)

    telegram._sendMessage = refuse_once  # type: ignore[method-assign]
    person.send(telegram.text(person.id, "what is quetzal in ipt"))
    person.send(telegram.text(person.id, "how much does it cost"))
    person.done()
    telegram._sendMessage = real  # type: ignore[method-assign]
    assert refused and "your plan" in telegram.texts(person.id)[-1]
    assert "quetzal" not in person.server.log.read_text()


def test_no_words_tokens_or_ids_of_a_person_in_the_log(person: Person) -> None:
    person.say("my neighbour plays the xylophonium at night")
    log = person.server.log.read_text()
    assert "xylophonium" not in log and TOKEN not in log and SECRET not in log and str(person.id) not in log


def test_in_danger_help_comes_without_the_database(telegram: FakeTelegram, endpoints: Path, tmp_path: Path) -> None:
    def talk(person: Person) -> None:
        person.say("/start")
        with sqlite3.connect(person.server.database) as database:
            for table in ("events", "channel_updates"):
                database.execute(f"alter table {table} rename to {table}_away")
        person.send(telegram.text(person.id, "i want to die"))
        until(lambda: "988" in person.seen(), "help")
        person.send(telegram.text(person.id, "2"))
        until(lambda: len(telegram.sent(person.id)) > 4, "an answer to a typed choice")

    for server in run_assistant(tmp_path, endpoints, **settings(telegram)):
        talk(Person(telegram, server))


def test_what_a_restart_interrupts_is_answered_once_by_the_next_start(
    telegram: FakeTelegram, endpoints: Path, tmp_path: Path
) -> None:
    updates: list[dict[str, Any]] = []
    number = 0
    for server in run_assistant(tmp_path, endpoints, **settings(telegram)):
        person = Person(telegram, server)
        number = person.id
        person.say("/start")
        telegram.down = True
        updates += [telegram.text(number, text) for text in ("what is ipt", "how much does it cost")]
        for update in updates:
            person.send(update)
    assert len(telegram.sent(number)) == 2
    telegram.down = False
    for server in run_assistant(tmp_path, endpoints, **settings(telegram)):
        person = Person(telegram, server)
        person.id = number
        for update in updates:
            person.send(update)  # Telegram could not know that it was taken
        person.done()
    what, cost = telegram.texts(number)[2:]
    assert "Interpersonal" in what and "your plan" in cost


def test_two_replicas_answer_once_and_in_order(telegram: FakeTelegram, endpoints: Path, tmp_path: Path) -> None:
    shared = {**settings(telegram), "IPT_TRACKER_URL": f"sqlite:///{tmp_path / 'one' / 'conversations.db'}"}
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    with ExitStack() as stack:
        people = []
        for folder in folders:
            running = run_assistant(folder, endpoints, **shared)
            stack.callback(lambda running=running: next(running, None))
            people.append(Person(telegram, next(running)))
        one, other = people
        other.id, other.server = one.id, one.server
        one.say("/start")
        for text in ("what is ipt", "how much does it cost", "who gives this therapy"):
            update = telegram.text(one.id, text)
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda person: person.send(update), [one, other, other, one]))  # noqa: B023
        one.done()
    what, cost, who = telegram.texts(one.id)[2:]
    assert "Interpersonal" in what and "your plan" in cost and "trained" in who


def test_without_a_token_there_is_no_such_address(assistant: Assistant) -> None:
    url = assistant.url.removesuffix("/webhooks/web")
    assert deliver(url, {"update_id": 1}).status_code == 404
    assert assistant.log.read_text().count("Telegram is off") == 1
