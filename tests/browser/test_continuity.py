"""The conversation goes on: reload, tabs, lost connections, a server that is killed; nothing is sent twice, nothing is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Route, expect

from assistant.channels.settings import WebSettings
from assistant.channels.web_security import issue_token
from tests.browser.conftest import PROGRAM, Chat, NewChat
from tests.conftest import MODEL, Assistant, free_port, run_assistant, start, wait_for

SECRET = "a secret for tests " * 3


def turns(chat: Chat) -> list[str]:
    """Return what the server has of the visitor's words."""
    headers = {"Authorization": f"Bearer {chat.token()}"}
    messages = requests.get(f"{chat.assistant.url}/history", headers=headers, timeout=20).json()["messages"]
    return [message["text"] for message in messages if message["from"] == "visitor"]


def test_a_reload_in_the_middle_of_an_exercise(chat: Chat) -> None:
    chat.say("i want to practise an i-statement")
    chat.button("No").click()
    chat.button("Let's start").click()
    expect(chat.button("10")).to_be_visible()
    shown = chat.replies.all_inner_texts()
    chips = chat.frame.locator("#log .choices button").all_inner_texts()
    chat.page.reload()
    chat.launcher.click()
    expect(chat.replies).to_have_count(len(shown))
    assert chat.replies.all_inner_texts() == shown
    assert chat.frame.locator("#log .choices button").all_inner_texts() == chips
    expect(chat.frame.locator("#said")).to_be_empty()  # old replies are not told again
    chat.say("5")
    expect(chat.replies.last).to_contain_text("Step 1 of 9")
    assert turns(chat)[-1] == "5"


def test_closing_and_opening_keeps_what_was_typed(chat: Chat) -> None:
    chat.field.fill("half a sent")
    chat.button("Close the chat").click()
    chat.launcher.click()
    expect(chat.field).to_have_value("half a sent")


def test_going_away_and_back(chat: Chat) -> None:
    chat.say("what is ipt")
    chat.page.goto("about:blank")
    chat.page.go_back()
    chat.launcher.click()
    expect(chat.mine).to_have_count(1)
    chat.say("tell me more")
    assert turns(chat) == ["what is ipt", "tell me more"]


def test_a_reload_while_a_message_is_on_its_way(chat: Chat) -> None:
    chat.write("what is ipt")
    expect(chat.mine).to_have_count(1)
    chat.page.reload()
    chat.launcher.click()
    expect(chat.mine).to_have_count(1)
    expect(chat.replies.last).to_contain_text("talking therapy")
    assert turns(chat) == ["what is ipt"]


def test_two_tabs_are_one_conversation(new_chat: NewChat, assistant: Assistant) -> None:
    first = new_chat().open()
    first.say("what is ipt")
    second = new_chat.tab(first.page.context, assistant).open()  # type: ignore[attr-defined]
    expect(second.mine).to_have_count(1)
    second.say("tell me more")
    expect(first.mine).to_have_count(2)
    expect(first.replies.last).to_contain_text("12 to 16")
    first.say("does it work")
    expect(second.mine).to_have_count(3)
    assert turns(first) == turns(second) == ["what is ipt", "tell me more", "does it work"]
    first.menu("Erase my chat")
    first.button("Erase").click()
    expect(second.mine).to_have_count(0)
    expect(second.replies).to_have_count(1)
    assert first.token() == second.token()


def test_leaving_in_one_tab_empties_the_other(new_chat: NewChat, assistant: Assistant) -> None:
    first = new_chat().open()
    first.say("my secret")
    second = new_chat.tab(first.page.context, assistant).open()  # type: ignore[attr-defined]
    expect(second.mine).to_have_count(1)
    first.page.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="Elsewhere"))
    first.button("Leave quickly").click()
    expect(second.frame.locator(".message")).to_have_count(0)
    assert second.token() == ""
    second.say("what is ipt")  # begins a new one
    expect(second.mine).to_have_count(1)
    assert turns(second) == ["what is ipt"]


def test_offline_for_ten_seconds(new_chat: NewChat) -> None:
    chat = new_chat().open()
    chat.page.clock.install()
    chat.page.context.set_offline(True)
    chat.write("what is ipt")
    chat.write("how long does it take")
    expect(chat.status).to_have_text("No connection. Your message is kept. Trying again.")
    expect(chat.mine.first).to_have_class("message visitor waiting")
    chat.page.clock.run_for(10_000)
    expect(chat.status).to_contain_text("Trying again")
    chat.field.fill("typing on")
    chat.page.context.set_offline(False)
    chat.page.clock.run_for(15_000)
    expect(chat.replies.last).to_contain_text("12 to 16")
    expect(chat.status).to_be_empty()
    expect(chat.field).to_have_value("typing on")
    assert turns(chat) == ["what is ipt", "how long does it take"]


def test_an_answer_that_was_lost_is_fetched_and_not_asked_for_twice(chat: Chat) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
            return
        lost.append(answer.text())
        route.abort()

    chat.page.route("**/messages", lose_the_first)
    chat.write("what is ipt")
    expect(chat.replies.last).to_contain_text("talking therapy")
    assert lost and turns(chat) == ["what is ipt"]


def test_too_many_messages_wait_and_go(chat: Chat) -> None:
    refused: list[Route] = []

    def refuse_the_first(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route)
        route.fulfill(status=429, headers={"Retry-After": "1", "content-type": "application/problem+json"}, body="{}")

    chat.page.route("**/messages", refuse_the_first)
    chat.write("what is ipt")
    expect(chat.status).to_have_text("That was a lot at once. Your message is kept and will be sent in 1 seconds.")
    expect(chat.replies.last).to_contain_text("talking therapy")
    expect(chat.status).to_be_empty()


def test_too_long_a_message_comes_back(chat: Chat) -> None:
    text = "my wife and i " * 80
    chat.write(text)
    expect(chat.status).to_contain_text("up to 1000 characters")
    expect(chat.field).to_have_value(text.strip())
    expect(chat.mine).to_have_count(0)


def test_a_chat_erased_elsewhere_goes_on_in_a_new_one(chat: Chat) -> None:
    headers = {"Authorization": f"Bearer {chat.token()}"}
    assert requests.delete(f"{chat.assistant.url}/session", headers=headers, timeout=20).status_code == 204
    chat.write("what is ipt")
    expect(chat.replies.last).to_contain_text("talking therapy")
    expect(chat.mine).to_have_count(1)


def test_a_chip_that_is_gone_is_told(chat: Chat) -> None:
    chat.page.route("**/messages", lambda route: route.fulfill(status=400, body="{}"))
    chat.frame.locator("#log .choices button").first.click()
    expect(chat.status).to_contain_text("That choice is no longer open")
    expect(chat.mine).to_have_count(0)


def test_a_token_past_half_its_life_is_renewed(new_chat: NewChat) -> None:
    chat = new_chat().open()
    fresh = chat.token()
    import jwt

    conversation = jwt.decode(fresh, options={"verify_signature": False})["sub"]
    old = issue_token(conversation, WebSettings(secret=SECRET, token_seconds=60))
    claims = {**jwt.decode(old, options={"verify_signature": False}), "iat": int(time.time()) - 1000}
    old = jwt.encode(claims, SECRET, algorithm="HS256")
    chat.run(f"localStorage.setItem('ipt-chat-token', '{old}')")
    chat.say("what is ipt")
    assert chat.token() not in (old, "")
    assert turns(chat) == ["what is ipt"]


class Server:
    """An assistant that can be killed and started again on the same port and store."""

    def __init__(self, folder: Path, endpoints: Path) -> None:
        self.port, self.folder, self.endpoints = free_port(), folder, endpoints
        self.assistant = Assistant(f"http://127.0.0.1:{self.port}/webhooks/web", folder / "store.db", folder / "log")
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        command = [sys.executable, "-m", "assistant.serve", "--model", str(MODEL), "--interface", "127.0.0.1"]
        command += ["--port", str(self.port), "--credentials", "credentials.yml", "--endpoints", str(self.endpoints)]
        variables = {"IPT_TRACKER_URL": f"sqlite:///{self.assistant.database}", "IPT_WEB_SECRET": SECRET}
        variables |= {"IPT_CRISIS_OUTBOX": str(self.folder / "outbox"), "IPT_COUNTRY": "US"}
        self.process = start(command, self.assistant.log, **variables)

    def wait(self) -> None:
        wait_for(f"{self.assistant.url}/health", self.process, self.assistant.log)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def server(tmp_path: Path, endpoints: Path) -> Iterator[Server]:
    server = Server(tmp_path, endpoints)
    server.start()
    server.wait()
    yield server
    server.kill()


def test_a_server_killed_in_the_middle_of_a_conversation(server: Server, new_chat: NewChat) -> None:
    chat = new_chat(server.assistant).open()
    chat.say("what is ipt")
    server.kill()
    chat.write("tell me more")
    expect(chat.status).to_contain_text("Trying again")
    chat.button("Help now").click()
    expect(chat.frame.get_by_role("link", name="Call 911, Emergency")).to_be_visible()
    server.start()
    server.wait()
    chat.run("dispatchEvent(new Event('online'))")
    expect(chat.replies.last).to_contain_text("12 to 16", timeout=20_000)
    assert turns(chat) == ["what is ipt", "tell me more"]


@pytest.fixture(scope="module")
def limited(endpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    limits = {"IPT_WEB_RATE_CONVERSATION": "2/5 seconds", "IPT_COUNTRY": "US"}
    yield from run_assistant(tmp_path_factory.mktemp("limited"), endpoints, **limits)


def test_real_limits_end_well(limited: Assistant, new_chat: NewChat) -> None:
    chat = new_chat(limited).open()
    expect(chat.replies.first).to_contain_text(PROGRAM)
    for text in ("what is ipt", "does it work", "how long does it take"):
        chat.write(text)
    expect(chat.status).to_contain_text("That was a lot at once")
    expect(chat.replies).to_have_count(4, timeout=12_000)
    assert turns(chat) == ["what is ipt", "does it work", "how long does it take"]
