"""The window's labels in other languages, from left to right and from right to left."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from assistant.content.widget import LANGUAGE, load_widget
from tests.browser.conftest import PHONE, PROGRAM, Chat, NewChat
from tests.browser.messages import answer_with, helped

LANGUAGES = sorted(set(load_widget().__root__) - {LANGUAGE})


def on_page(new_chat: NewChat, language: str, **options: object) -> Chat:
    """Open the chat on a page in a language."""
    chat = new_chat(**options)
    body = f'<!doctype html><html lang="{language}"><title>C</title><link rel="icon" href="icon.svg"><main><h1>C</h1></main>'
    body += '<meta name="viewport" content="width=device-width"><script src="widget.js"></script>'
    chat.page.route("**/own", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    chat.page.goto(f"{chat.assistant.url}/own")
    return chat


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language(language: str, new_chat: NewChat) -> None:
    labels = load_widget().labels(language)
    chat = on_page(new_chat, language, viewport={"width": 320, "height": 640})
    expect(chat.launcher).to_have_text(labels.launcher["short"])
    chat.axe()
    chat.launcher.click()
    expect(chat.replies.first).to_contain_text(PROGRAM)
    assert chat.run("document.documentElement.lang") == language
    assert chat.run("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    expect(chat.frame.get_by_text(labels.english_only)).to_be_in_viewport(ratio=1)
    expect(chat.frame.locator("#log")).to_have_attribute("lang", "en")
    chat.button(labels.help).click()
    expect(chat.frame.get_by_role("link", name=f"{labels.call} 911, {labels.emergency}")).to_be_visible()
    chat.axe()
    chat.button(labels.menu).click()
    chat.axe()
    chat.button(labels.menu).click()
    answer_with(chat, helped())
    chat.axe()
    chat.frame.locator("#text").fill("find a therapist")
    chat.button(labels.send).click()
    expect(chat.frame.get_by_role("list", name=labels.care)).to_be_visible()
    chat.axe()
    assert chat.run("document.documentElement.scrollWidth <= innerWidth") is True


def test_numbers_keep_their_order_from_right_to_left(new_chat: NewChat) -> None:
    chat = on_page(new_chat, "ar", viewport=PHONE)
    chat.launcher.click()
    answer_with(chat, helped("GB"))
    number = chat.frame.locator("#bar bdi").nth(1)
    expect(number).to_have_text("116 123")
    ends = """number => {
      const range = document.createRange();
      const at = (from) => { range.setStart(number.firstChild, from); range.setEnd(number.firstChild, from + 1);
        return range.getBoundingClientRect().x; };
      return [at(0), at(number.textContent.length - 1)];
    }"""
    first, last = number.evaluate(ends)
    assert first < last
    chat.frame.locator("#text").fill("مرحبا")
    assert chat.frame.locator("#text").evaluate("field => getComputedStyle(field).direction") == "rtl"
    chat.frame.locator("#text").fill("hello")
    assert chat.frame.locator("#text").evaluate("field => getComputedStyle(field).direction") == "ltr"


def test_an_english_panel_does_not_speak_of_english(chat: Chat) -> None:
    expect(chat.frame.locator("#english")).to_be_hidden()


@pytest.mark.parametrize("language", ["xx", "constructor", "en-GB", ""])
def test_a_language_we_have_not_is_english(language: str, new_chat: NewChat) -> None:
    chat = on_page(new_chat, language)
    expect(chat.launcher).to_have_text("Chat")
    chat.open()
    assert chat.run("document.documentElement.lang") == "en"
