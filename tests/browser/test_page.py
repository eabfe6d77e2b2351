"""The plain chat page in headless Chromium: a conversation, help lines, leaving quickly, keyboard, axe, hostile markup."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from assistant.channels.settings import WebSettings
from assistant.channels.web_output import to_message
from tests.conftest import Assistant

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1200, "height": 800}
EXPECTED = ("ERR_FAILED", "401")  # a lost connection, an erased chat
TARGET = 44  # CSS pixels, the least height of what is tapped
ELSEWHERE = "https://www.wikipedia.org/"
TOKEN = "sessionStorage.getItem('ipt-chat-token')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, browser: Browser, assistant: Assistant) -> Iterator[Page]:
    page = browser.new_page(viewport=request.param)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{assistant.url}/")
    expect(page.locator(".message").first).to_contain_text("automated program")
    yield page
    page.close()
    assert not [problem for problem in problems if not any(expected in problem for expected in EXPECTED)]


def say(page: Page, text: str) -> None:
    """Type a message and wait for the answer."""
    before = page.locator(".message:not(.visitor)").count()
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".message:not(.visitor)")).to_have_count(before + 1)


def test_a_question_a_button_and_the_sources(page: Page) -> None:
    say(page, "what is ipt")
    answer = page.locator(".message").last
    expect(answer).to_contain_text("talking therapy")
    answer.get_by_text("Where this is from").click()
    expect(answer.get_by_role("listitem").first).to_be_visible()
    page.get_by_role("button", name="Tell me more").click()
    expect(page.locator(".visitor").last).to_contain_text("Tell me more")
    expect(page.locator(".message").last).to_contain_text("12 to 16")


def test_a_reload_keeps_the_conversation(page: Page) -> None:
    say(page, "what is ipt")
    page.reload()
    expect(page.locator(".visitor")).to_have_count(1)
    say(page, "tell me more")
    expect(page.locator(".message").last).to_contain_text("12 to 16")


def test_erasing_starts_anew(page: Page) -> None:
    say(page, "what is ipt")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Erase this chat").click()
    expect(page.locator(".visitor")).to_have_count(0)
    expect(page.locator(".message")).to_have_count(1)


def test_downloading_gives_a_file(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download this chat").click()
    assert download.value.suggested_filename == "chat.json"


def test_markup_is_shown_and_not_run(page: Page) -> None:
    say(page, "<img src=x onerror=\"document.title='hacked'\"><b>hi</b>")
    expect(page.locator(".visitor").last).to_contain_text("<b>hi</b>")
    assert page.locator("#log img, #log b").count() == 0
    assert page.title() != "hacked"


def test_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    seen = []
    for _ in range(12):
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        if seen[-1] == "text":
            break
        page.keyboard.press("Tab")
    assert seen[-1] == "text" and "download" in seen
    page.keyboard.type("how long does it take")
    page.keyboard.press("Enter")
    expect(page.locator(".message").last).to_contain_text("12 to 16")
    expect(page.get_by_label("Your message")).to_be_focused()


def helped(country: str = "US", kind: str = "suicide") -> dict[str, object]:
    """Return a message that carries help lines, as the channel sends it."""
    notes = {"sources": ["S63"], "helplines": {"country": country, "kinds": [kind]}}
    return to_message("a conversation", "I'm glad you told me.", {}, notes, WebSettings(secret="for tests"))


def answer_with_help(page: Page, country: str = "US", kind: str = "suicide") -> None:
    """Let the next messages be answered with help lines, and send one."""
    body = json.dumps({"messages": [helped(country, kind)]})
    page.route("**/messages", lambda route: route.fulfill(body=body, content_type="application/json"))
    say(page, "a message")
    page.unroute("**/messages")


def assert_in_sight(page: Page, selector: str) -> None:
    for control in page.locator(selector).all():
        box, view = control.bounding_box(), page.viewport_size
        assert box and view
        assert box["height"] >= TARGET and box["width"] >= TARGET
        assert box["x"] >= 0 and box["y"] >= 0
        assert box["x"] + box["width"] <= view["width"] and box["y"] + box["height"] <= view["height"]


def test_help_lines_are_links_in_the_message(page: Page) -> None:
    answer_with_help(page)
    card = page.locator(".message").last.locator(".help")
    if page.viewport_size == PHONE:
        card.get_by_text("People who can help now").click()
    expect(card.get_by_role("link", name="Call 911, Emergency")).to_have_attribute("href", "tel:911")
    expect(card.get_by_role("link", name="Call 988, 988 Suicide")).to_have_attribute("href", "tel:988")
    expect(card.get_by_role("link", name="Text AYUDA to 988")).to_have_attribute("href", "sms:988?body=AYUDA")
    chat = card.get_by_role("link", name="Open 988lifeline.org (new tab)")
    expect(chat).to_have_attribute("href", "https://988lifeline.org")
    expect(chat).to_have_attribute("target", "_blank")
    expect(chat).to_have_attribute("rel", "noopener noreferrer")
    expect(page.locator(".message").last.get_by_text("Where this is from")).to_be_visible()


def test_help_stays_in_sight(page: Page) -> None:
    expect(page.locator("#help")).to_be_hidden()
    answer_with_help(page)
    say(page, "what is ipt")
    say(page, "does it work")
    bar = page.get_by_role("navigation", name="People who can help now")
    assert [link.inner_text() for link in bar.get_by_role("link").all()] == ["Emergency 911", "Call 988", "Text 988"]
    assert_in_sight(page, "#help a, #leave, #text, #form button")


def test_help_said_again_is_folded(page: Page) -> None:
    page.set_viewport_size(DESKTOP)
    answer_with_help(page)
    expect(page.locator(".message").last.locator(".help")).to_have_attribute("open", "")
    answer_with_help(page)
    expect(page.locator(".message").last.locator(".help")).not_to_have_attribute("open", "")
    answer_with_help(page, "GB")
    expect(page.locator(".message").last.locator(".help")).to_have_attribute("open", "")
    expect(page.locator("#help")).to_contain_text("Text SHOUT to 85258")


def test_on_a_phone_help_is_folded_and_the_bar_does(page: Page) -> None:
    page.set_viewport_size(PHONE)
    answer_with_help(page)
    expect(page.locator(".message").last.locator(".help")).not_to_have_attribute("open", "")
    assert_in_sight(page, "#help a")


def test_help_outlives_a_reload_but_not_erasing(page: Page) -> None:
    history = json.dumps({"messages": [{"from": "assistant", **helped("JP"), "at": "2026-11-22T10:00:00+00:00"}]})
    page.route("**/history", lambda route: route.fulfill(body=history, content_type="application/json"))
    page.reload()
    expect(page.locator("#help")).to_contain_text("Emergency 112")
    expect(page.locator("#help a").last).to_have_attribute("href", "https://findahelpline.com")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Erase this chat").click()
    expect(page.locator("#help")).to_be_hidden()


def test_an_emergency_without_lines_shows_the_number_alone(page: Page) -> None:
    notes = {"helplines": {"country": "GB", "kinds": []}}
    message = to_message("a conversation", "Call an ambulance.", {}, notes, WebSettings(secret="for tests"))
    body = json.dumps({"messages": [message]})
    page.route("**/messages", lambda route: route.fulfill(body=body, content_type="application/json"))
    say(page, "a message")
    assert [link.get_attribute("href") for link in page.locator("#help a").all()] == ["tel:999"]


def elsewhere(page: Page) -> None:
    """Stand in for the neutral page."""

    def answer(route: Route) -> None:
        route.fulfill(body="<!doctype html><title>Elsewhere</title><p>Elsewhere", content_type="text/html")

    page.route(f"{ELSEWHERE}**", answer)


def assert_left(page: Page, assistant: Assistant, token: str) -> None:
    page.wait_for_url(ELSEWHERE)
    expect(page.locator("body")).to_have_text("Elsewhere")
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(20):
        status = requests.get(f"{assistant.url}/history", headers=headers, timeout=20).status_code
        if status == 401:
            break
        page.wait_for_timeout(100)
    assert status == 401
    page.go_back()
    assert "Interpersonal" not in page.title()


def test_leaving_quickly_erases_and_goes_elsewhere(page: Page, assistant: Assistant) -> None:
    elsewhere(page)
    say(page, "what is ipt")
    token = page.evaluate(TOKEN)
    leave = page.get_by_role("button", name="Leave quickly")
    assert "Escape three times" in (leave.get_attribute("title") or "")
    leave.click()
    assert_left(page, assistant, token)
    page.goto(f"{assistant.url}/")
    expect(page.locator(".message").first).to_contain_text("automated program")
    assert page.evaluate(TOKEN) != token


def test_escape_three_times_leaves(page: Page, assistant: Assistant) -> None:
    elsewhere(page)
    token = page.evaluate(TOKEN)
    for _ in range(2):
        page.keyboard.press("Escape")
    page.wait_for_timeout(1100)
    for _ in range(2):
        page.keyboard.press("Escape")
    assert page.evaluate(TOKEN) == token
    page.wait_for_timeout(1100)
    page.get_by_label("Your message").focus()
    for _ in range(3):
        page.keyboard.press("Escape")
    assert_left(page, assistant, token)


def test_an_erased_chat_goes_on_in_a_new_one(page: Page, assistant: Assistant) -> None:
    headers = {"Authorization": f"Bearer {page.evaluate(TOKEN)}"}
    assert requests.delete(f"{assistant.url}/session", headers=headers, timeout=20).status_code == 204
    page.get_by_label("Your message").fill("what is ipt")
    page.keyboard.press("Enter")
    expect(page.locator(".message").last).to_contain_text("talking therapy")
    expect(page.locator(".visitor")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    say(page, "what is ipt")
    answer_with_help(page)
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    say(page, "suggest an exercise")
    answer_with_help(page)
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for box in page.locator("button").all():
        size = box.bounding_box()
        assert size is None or size["height"] >= TARGET


def test_a_lost_connection_is_told_and_the_words_are_kept(page: Page) -> None:
    page.route("**/messages", lambda route: route.abort())
    page.get_by_label("Your message").fill("a long and careful sentence")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("try again")
    expect(page.get_by_label("Your message")).to_have_value("a long and careful sentence")
