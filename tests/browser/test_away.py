"""The page was away: the computer slept, the page lay in the back-forward cache, the network came and went."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

import jwt
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from assistant.channels.settings import WebSettings
from assistant.channels.web_security import issue_token
from tests.browser.clinic import Clinic, show, snippet
from tests.browser.conftest import ARGUMENTS, Chat, NewChat
from tests.browser.test_continuity import SECRET, turns
from tests.conftest import Assistant

HALF_A_DAY, DAY_AND_A_HALF = "13:00:00", "36:00:00"


def test_after_a_sleep_the_token_is_renewed_before_anything_is_said(new_chat: NewChat) -> None:
    chat = new_chat()
    chat.page.clock.install()
    chat.open()
    with chat.page.expect_response("**/session/renew") as renewed:
        chat.page.clock.fast_forward(HALF_A_DAY)  # timers stood still, and each that is due fires once
    assert renewed.value.status == 200
    chat.say("what is ipt")
    assert turns(chat) == ["what is ipt"]


def test_a_page_left_open_renews_its_token_by_itself(new_chat: NewChat) -> None:
    chat = new_chat()
    chat.page.clock.install()
    chat.open()
    conversation = jwt.decode(chat.token(), options={"verify_signature": False})["sub"]
    now = int(time.time())
    claims = {"sub": conversation, "iat": now - 600, "exp": now + 300, "aud": "web"}
    old = jwt.encode(claims, SECRET, algorithm="HS256")
    chat.run(f"localStorage.setItem('ipt-chat-token', '{old}')")
    chat.page.clock.run_for(61_000)
    frame = next(frame for frame in chat.page.frames if "/panel" in frame.url)
    frame.wait_for_function(f"() => localStorage.getItem('ipt-chat-token') !== '{old}'")


def test_a_sleep_longer_than_the_token_lives_ends_the_chat_and_keeps_what_was_typed(new_chat: NewChat) -> None:
    chat = new_chat()
    chat.page.clock.install()
    chat.open()
    chat.say("what is ipt")
    conversation = jwt.decode(chat.token(), options={"verify_signature": False})["sub"]
    short = issue_token(conversation, WebSettings(secret=SECRET, token_seconds=1))
    chat.run(f"localStorage.setItem('ipt-chat-token', '{short}')")
    chat.field.fill("half a sentence")
    headers = {"Authorization": f"Bearer {short}"}
    deadline = time.monotonic() + 20
    while requests.get(f"{chat.assistant.url}/history", headers=headers, timeout=20).status_code != 401:
        assert time.monotonic() < deadline
    chat.page.clock.fast_forward(DAY_AND_A_HALF)
    expect(chat.status).to_have_text("This chat has ended. Here is a new one.")
    expect(chat.mine).to_have_count(0)
    expect(chat.field).to_have_value("half a sentence")
    chat.field.press("Enter")
    expect(chat.mine).to_have_count(1)
    expect(chat.replies).to_have_count(2)


def test_a_message_that_waited_through_a_sleep_goes_out_once(new_chat: NewChat) -> None:
    chat = new_chat()
    chat.page.clock.install()
    chat.open()
    chat.page.context.set_offline(True)
    chat.write("what is ipt")
    expect(chat.status).to_contain_text("Your message is kept")
    chat.page.context.set_offline(False)
    chat.page.clock.fast_forward(HALF_A_DAY)
    expect(chat.replies.last).to_contain_text("talking therapy")
    assert turns(chat) == ["what is ipt"]


def test_the_network_comes_back_and_the_message_goes_at_once(chat: Chat) -> None:
    chat.page.context.set_offline(True)
    chat.write("what is ipt")
    expect(chat.status).to_contain_text("Trying again")
    chat.page.context.set_offline(False)  # the browser says "online"
    expect(chat.replies.last).to_contain_text("talking therapy")
    expect(chat.status).to_be_empty()
    assert turns(chat) == ["what is ipt"]


def test_what_another_device_said_meanwhile_is_there_when_the_network_is_back(chat: Chat) -> None:
    chat.page.context.set_offline(True)
    headers = {"Authorization": f"Bearer {chat.token()}"}
    requests.post(f"{chat.assistant.url}/messages", json={"text": "what is ipt"}, headers=headers, timeout=20)
    chat.page.context.set_offline(False)
    expect(chat.mine).to_have_count(1)
    expect(chat.replies.last).to_contain_text("talking therapy")


@pytest.fixture
def remembering(browser: Browser) -> Iterator[Page]:
    """A page of a browser with its back-forward cache on, as people have it."""
    switch = "--disable-back-forward-cache"
    path = shutil.which("chromium")
    own = browser.browser_type.launch(executable_path=path, args=ARGUMENTS, ignore_default_args=[switch])
    yield own.new_page(reduced_motion="reduce")
    own.close()


def away_and_back(page: Page, elsewhere: str) -> None:
    """Go elsewhere and back; the page must come back as it was left, not loaded anew."""
    page.evaluate("window.left = true; addEventListener('pageshow', event => { window.kept = event.persisted })")
    page.goto(elsewhere)
    page.evaluate(
        "void setTimeout(() => history.back())"
    )  # Playwright's own `go_back` waits for a load, which does not come
    page.wait_for_function("window.left === true && window.kept === true")


def test_a_chat_does_not_keep_the_clinics_page_out_of_the_cache(
    remembering: Page, clinic: Clinic, embedded: Assistant
) -> None:
    show(remembering, clinic, snippet(embedded), origin=clinic.neighbour)
    Chat(remembering, embedded).open().say("what is ipt")
    away_and_back(remembering, f"{clinic.origin}/another")


# Playwright loses sight of frames in the cache, hence the panel on its own in these two.
def open_alone(page: Page, assistant: Assistant) -> str:
    """Open the panel as a page of its own; return its token."""
    page.goto(f"{assistant.url}/panel")
    expect(page.locator(".message")).to_have_count(1)
    return str(page.evaluate("localStorage.getItem('ipt-chat-token')"))


def test_back_to_a_chat_that_the_browser_kept(remembering: Page, clinic: Clinic, assistant: Assistant) -> None:
    token = open_alone(remembering, assistant)
    remembering.locator("#text").fill("half a sentence")
    body, headers = {"text": "what is ipt"}, {"Authorization": f"Bearer {token}"}
    requests.post(f"{assistant.url}/messages", json=body, headers=headers, timeout=20)
    away_and_back(remembering, f"{clinic.origin}/another")
    expect(remembering.locator(".message")).to_have_count(3)
    expect(remembering.locator("#text")).to_have_value("half a sentence")


def test_back_after_the_chat_was_erased_elsewhere_shows_nothing_of_it(
    remembering: Page, clinic: Clinic, assistant: Assistant
) -> None:
    token = open_alone(remembering, assistant)
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.delete(f"{assistant.url}/session", headers=headers, timeout=20).status_code == 204
    away_and_back(remembering, f"{clinic.origin}/another")
    expect(remembering.locator(".message")).to_have_count(0)
