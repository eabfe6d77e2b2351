"""The chat panel on a clinic's page: what a visitor sees and does, on a phone and on a desktop."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from playwright.sync_api import Route, expect

from tests.browser.conftest import DESKTOP, PHONE, PROGRAM, Chat, NewChat
from tests.browser.messages import NOTES, answer_with, in_sight, shown
from tests.conftest import Assistant

# Head


def test_it_always_says_what_it_is(chat: Chat) -> None:
    line = chat.frame.locator("#what", has_text="An automated program, not a person.")
    for text in ("what is ipt", "suggest an exercise"):
        chat.say(text)
        expect(line).to_be_in_viewport(ratio=1)
    in_sight(chat, "header button:visible, #text, form button")


def test_nothing_is_loaded_before_the_launcher_is_pressed(new_chat: NewChat) -> None:
    loaded: list[str] = []
    chat = new_chat()
    chat.page.on("request", lambda request: loaded.append(request.url))
    chat.page.reload()
    expect(chat.launcher).to_be_visible()
    assert not any("panel" in url or "session" in url for url in loaded)
    assert all(url.startswith(chat.assistant.url) for url in loaded)
    assert chat.page.evaluate("document.cookie + localStorage.length + sessionStorage.length") == "00"
    chat.open()
    assert all(url.startswith(chat.assistant.url) for url in loaded)
    assert chat.page.context.cookies() == []


def test_the_browser_keeps_the_token_only_and_no_address_has_it(chat: Chat) -> None:
    addresses: list[str] = []
    chat.page.on("request", lambda request: addresses.append(request.url))
    chat.say("what is ipt")
    stored = chat.run("JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage)])")
    assert stored == '[["ipt-chat-token"],[]]'
    assert addresses and not any(chat.token() in address for address in addresses)


# Menu


def test_menu_new_chat(chat: Chat) -> None:
    chat.say("what is ipt")
    chat.menu("New chat")
    chat.button("Cancel").click()
    expect(chat.mine).to_have_count(1)
    chat.menu("New chat")
    chat.button("Start a new chat").click()
    expect(chat.mine).to_have_count(0)
    expect(chat.replies).to_have_count(1)


def test_menu_erase(chat: Chat) -> None:
    chat.say("what is ipt")
    headers = {"Authorization": f"Bearer {chat.token()}"}
    chat.menu("Erase my chat")
    chat.button("Erase").click()
    expect(chat.status).to_have_text("This chat was erased. Here is a new one.")
    expect(chat.mine).to_have_count(0)
    assert requests.get(f"{chat.assistant.url}/history", headers=headers, timeout=20).status_code == 401


def test_menu_download(chat: Chat) -> None:
    chat.say("a very particular sentence")
    with chat.page.expect_download() as download:
        chat.menu("Download my chat")
    assert download.value.suggested_filename == "chat.json"
    assert "a very particular sentence" in download.value.path().read_text()


def test_menu_print(chat: Chat) -> None:
    chat.run("window.print = () => { window.printed = true }")
    chat.menu("Print my chat")
    assert chat.run("window.printed") is True


def test_menu_text_size(chat: Chat) -> None:
    before = chat.replies.first.evaluate("box => parseFloat(getComputedStyle(box).fontSize)")
    chat.button("Menu").click()
    for _ in range(4):
        chat.button("Larger text").click()
    expect(chat.button("Larger text")).to_have_attribute("aria-disabled", "true")
    assert chat.replies.first.evaluate("box => parseFloat(getComputedStyle(box).fontSize)") == before * 3
    chat.axe()
    for _ in range(4):
        chat.button("Smaller text").click()
    assert chat.replies.first.evaluate("box => parseFloat(getComputedStyle(box).fontSize)") == before


# Cards


def test_a_question_a_chip_and_the_sources(chat: Chat) -> None:
    chat.say("what is ipt")
    answer = chat.replies.last
    expect(answer).to_contain_text("talking therapy")
    answer.get_by_text("Where this is from").click()
    expect(answer.get_by_role("listitem").first).to_be_visible()
    before = chat.replies.count()
    chat.button("Tell me more").click()
    expect(chat.mine.last).to_contain_text("Tell me more")
    expect(chat.replies).not_to_have_count(before)
    expect(chat.replies.last).to_contain_text("12 to 16")
    expect(chat.frame.get_by_role("list", name="Suggestions")).to_have_count(1)


def test_a_take_away_is_copied_saved_printed_and_planned(chat: Chat) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer_with(
        chat, shown("Here are your notes.", takeaway={**NOTES, "calendar": "BEGIN:VCALENDAR", "planned": "Friday"})
    )
    chat.button("Copy").click()
    expect(chat.status).to_have_text("Copied.")
    for name, file in (("Download", "notes.txt"), ("Add to calendar: Friday", "plan.ics")):
        with chat.page.expect_download() as download:
            chat.button(name).click()
        assert download.value.suggested_filename == file
    chat.run("window.print = () => { window.printed = document.getElementById('sheet').textContent }")
    chat.button("Print").click()
    assert "I feel: tired" in str(chat.run("window.printed"))
    chat.page.emulate_media(media="print")
    displayed = "id => getComputedStyle(document.getElementById(id)).display"
    assert chat.run(f"['sheet', 'form'].map({displayed}).join()") == "block,none"
    assert chat.run("getComputedStyle(document.querySelector('main')).display") == "none"


def test_a_picture_has_words(chat: Chat) -> None:
    picture = {**shown("Here is your circle."), "image": "data:image/svg+xml;base64,PHN2Zy8+"}
    answer_with(chat, {**picture, "card": {"type": "picture", "alt": "A circle with three people"}})
    expect(chat.frame.get_by_role("img", name="A circle with three people")).to_have_count(1)
    expect(chat.frame.locator("#said")).to_contain_text("A circle with three people")
    expect(chat.frame.get_by_role("link", name="Download the picture")).to_have_attribute("download", "picture.svg")


def test_typing_is_shown_while_one_waits(chat: Chat) -> None:
    held: list[Route] = []
    chat.page.route("**/messages", lambda route: held.append(route))
    chat.write("what is ipt")
    expect(chat.frame.locator("#typing")).to_be_visible()
    held[0].continue_()
    expect(chat.frame.locator("#typing")).to_be_hidden()


# Options


def test_what_a_page_chooses(new_chat: NewChat, assistant: Assistant) -> None:
    chat = new_chat()

    def page_with(attributes: str) -> None:
        body = f'<!doctype html><html lang="en"><title>Clinic</title><link rel="icon" href="icon.svg"><main><h1>Clinic</h1></main><script src="widget.js" {attributes}></script>'
        chat.page.route("**/own-page", lambda route: route.fulfill(body=body, content_type="text/html"))
        chat.page.goto(f"{assistant.url}/own-page")
        chat.page.unroute("**/own-page")

    page_with(
        'data-title="Ask us" data-color="#ffcc00" data-position="left" data-open data-country="AU" data-topic="evidence"'
    )
    expect(chat.frame.get_by_role("heading", name="Ask us")).to_be_visible()
    expect(chat.replies).to_have_count(2)
    expect(chat.replies.first).to_contain_text("000")
    assert (chat.page.locator("ipt-chat .frame").bounding_box() or {})["x"] < 50
    assert chat.frame.locator(".head").evaluate("head => getComputedStyle(head).color") == "rgb(0, 0, 0)"
    chat.axe()
    page_with('data-title="<b>x</b>" data-color="red;} *{display:none" data-country="<x>" data-lang="xx"')
    expect(chat.launcher).to_have_text("Chat")
    chat.launcher.click()
    expect(chat.frame.get_by_role("heading", name="<b>x</b>")).to_be_visible()


def test_a_link_to_the_panel_cannot_pass_for_another_page(new_chat: NewChat, assistant: Assistant) -> None:
    page = new_chat().page
    page.goto(f"{assistant.url}/panel?title=Call+0900+now")
    expect(page.locator(".message").first).to_contain_text(PROGRAM)
    expect(page.get_by_role("heading", level=1)).to_have_text("Questions about Interpersonal Therapy")


@pytest.mark.parametrize("view", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_long_and_empty_texts_stay_inside(view: Any, new_chat: NewChat) -> None:
    chat = new_chat(viewport=view).open()
    answer_with(
        chat, shown("x" * 400), shown(""), {**shown("Choose."), "buttons": [{"id": "a" * 32, "title": "y" * 90}]}
    )
    assert chat.run("document.documentElement.scrollWidth <= innerWidth") is True
    assert chat.run("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth") is True
