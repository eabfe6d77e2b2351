"""Help in danger, and leaving quickly, on a phone and on a desktop."""

from __future__ import annotations

import json

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import ELSEWHERE, PROGRAM, Chat, NewChat
from tests.browser.messages import answer_with, helped, in_sight, shown
from tests.conftest import Assistant

# Help


def test_help_now_is_in_one_place_and_needs_no_server(chat: Chat) -> None:
    button = chat.button("Help now")
    place = button.bounding_box()
    chat.page.context.set_offline(True)
    button.click()
    lines = chat.frame.get_by_role("region", name="People who can help now")
    expect(lines.get_by_role("link", name="Call 911, Emergency")).to_have_attribute("href", "tel:911")
    expect(lines.get_by_role("link", name="Call 988, 988 Suicide")).to_be_visible()
    expect(lines.get_by_role("link", name="Call 1-800-799-7233")).to_have_attribute("href", "tel:18007997233")
    expect(lines.get_by_role("link", name="findahelpline.com")).to_have_attribute("href", "https://findahelpline.com")
    chat.axe()
    button.click()
    expect(lines).to_be_hidden()
    chat.page.context.set_offline(False)
    chat.say("what is ipt")
    answer_with(chat, helped("GB"))
    assert button.bounding_box() == place


def test_help_now_when_the_chat_itself_cannot_be_reached(new_chat: NewChat) -> None:
    chat = new_chat()
    chat.page.route("**/session", lambda route: route.abort())
    chat.launcher.click()
    expect(chat.status).to_contain_text("Trying again")
    chat.button("Help now").click()
    expect(chat.frame.get_by_role("link", name="Call 911, Emergency")).to_be_visible()
    chat.page.unroute("**/session")
    chat.run("dispatchEvent(new Event('online'))")
    expect(chat.replies.first).to_contain_text(PROGRAM)


def test_help_now_after_lines_of_another_country(chat: Chat) -> None:
    answer_with(chat, helped("GB"))
    chat.button("Help now").click()
    lines = chat.frame.get_by_role("region", name="People who can help now")
    expect(lines.get_by_role("link").first).to_have_attribute("href", "tel:999")
    expect(lines.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")


def test_help_lines_are_links_in_the_message(chat: Chat) -> None:
    answer_with(chat, helped())
    card = chat.replies.last.locator(".help")
    if not card.evaluate("card => card.open"):
        card.get_by_text("People who can help now").click()
    expect(card.get_by_role("link", name="Text AYUDA to 988")).to_have_attribute("href", "sms:988?body=AYUDA")
    page = card.get_by_role("link", name="Open 988lifeline.org (new tab)")
    expect(page).to_have_attribute("href", "https://988lifeline.org")
    expect(page).to_have_attribute("target", "_blank")
    expect(page).to_have_attribute("rel", "noopener noreferrer")
    expect(chat.replies.last.get_by_text("Where this is from")).to_be_visible()


def test_the_help_bar_stays_in_sight_until_erased(chat: Chat) -> None:
    bar = chat.frame.get_by_role("navigation", name="People who can help now")
    expect(bar).to_be_hidden()
    answer_with(chat, helped())
    chat.say("what is ipt")
    assert [link.inner_text() for link in bar.get_by_role("link").all()] == ["Emergency 911", "Call 988", "Text 988"]
    in_sight(chat, "#bar a, #leave, #help-button, #text, form button")
    chat.menu("Erase my chat")
    chat.button("Erase").click()
    expect(bar).to_be_hidden()


def test_an_emergency_without_lines_shows_the_number_alone(chat: Chat) -> None:
    answer_with(chat, shown("Call an ambulance.", helplines={"country": "GB", "kinds": []}))
    assert [link.get_attribute("href") for link in chat.frame.locator("#bar a").all()] == ["tel:999"]


def test_lines_in_a_message_are_folded_where_the_bar_must_do(chat: Chat) -> None:
    answer_with(chat, helped())
    expect(chat.replies.last.locator(".help")).not_to_have_attribute("open", "")
    in_sight(chat, "#bar a")


def test_where_there_is_room_lines_are_open_once(new_chat: NewChat, assistant: Assistant) -> None:
    page = new_chat().page
    page.goto(f"{assistant.url}/panel")
    expect(page.locator(".message").first).to_contain_text(PROGRAM)
    answers = iter([json.dumps({"messages": [helped(country)]}) for country in ("US", "US", "GB")])
    page.route("**/messages", lambda route: route.fulfill(body=next(answers), content_type="application/json"))
    cards = page.locator(".message .help")
    for number, is_open in enumerate([True, False, True]):
        page.get_by_role("textbox").fill("a message")
        page.keyboard.press("Enter")
        expect(cards).to_have_count(number + 1)
        assert cards.last.evaluate("card => card.open") is is_open


def test_help_outlives_a_reload(chat: Chat) -> None:
    entry = {"from": "assistant", **helped("JP"), "at": "2026-11-22T10:00:00+00:00"}
    body = json.dumps({"messages": [entry]})
    chat.page.route("**/history", lambda route: route.fulfill(body=body, content_type="application/json"))
    chat.page.reload()
    chat.launcher.click()
    expect(chat.frame.locator("#bar")).to_contain_text("Emergency 112")
    expect(chat.frame.locator("#bar a").last).to_have_attribute("href", "https://findahelpline.com")


# Leaving


def elsewhere(page: Page) -> None:
    """Stand in for the neutral page."""

    def answer(route: Route) -> None:
        route.fulfill(body="<!doctype html><title>Elsewhere</title><p>Elsewhere", content_type="text/html")

    page.route(f"{ELSEWHERE}**", answer)


def assert_left(chat: Chat, token: str) -> None:
    # Not `wait_for_url`: the frame and the page may both ask for the same address, and the first request is then given up.
    expect(chat.page).to_have_url(ELSEWHERE)
    expect(chat.page.locator("body")).to_have_text("Elsewhere")
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(50):
        if requests.get(f"{chat.assistant.url}/history", headers=headers, timeout=20).status_code == 401:
            break
        chat.page.wait_for_timeout(50)
    else:
        pytest.fail("the chat was not erased")
    chat.page.go_back()
    expect(chat.page).not_to_have_url(f"{chat.assistant.url}/")


def test_leaving_quickly_erases_and_goes(chat: Chat) -> None:
    elsewhere(chat.page)
    chat.say("my neighbour plays loud music")
    token = chat.token()
    leave = chat.button("Leave quickly")
    assert "Escape three times" in (leave.get_attribute("title") or "")
    leave.click()
    assert_left(chat, token)


@pytest.mark.parametrize("where", ["panel", "page"])
def test_escape_three_times_leaves(where: str, chat: Chat) -> None:
    elsewhere(chat.page)
    token = chat.token()
    if where == "panel":
        chat.field.focus()
    else:
        chat.field.press("Escape")
        expect(chat.launcher).to_be_focused()
        chat.page.wait_for_timeout(1100)  # presses count together within a second
    for _ in range(3):
        chat.page.keyboard.press("Escape")
    assert_left(chat, token)


def test_escape_closes_one_thing_at_a_time(chat: Chat) -> None:
    chat.button("Menu").click()
    chat.button("Download my chat").focus()
    chat.page.keyboard.press("Escape")
    expect(chat.button("Download my chat")).to_be_hidden()
    expect(chat.button("Menu")).to_be_focused()
    chat.page.wait_for_timeout(1100)
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()
    expect(chat.page.locator("ipt-chat iframe")).to_be_hidden()
