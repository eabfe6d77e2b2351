"""What is typed and not sent is kept: across a reload, a second tab, a lost connection; and nobody can read it in the browser's storage."""

from __future__ import annotations

import json

import requests
from playwright.sync_api import expect

from tests.browser.conftest import PROGRAM, Chat, NewChat
from tests.browser.test_continuity import turns
from tests.conftest import Assistant

WORDS = "my sister zanzibar never calls"


def stored(chat: Chat) -> str:
    """Return all that the browser keeps of the chat."""
    return str(
        chat.run("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, document.cookie, name])")
    )


def sealed(chat: Chat) -> None:
    """Wait until the words in the field are kept."""
    chat.page.wait_for_function(
        "() => document.querySelector('ipt-chat').shadowRoot.querySelector('iframe')"
        ".contentWindow.sessionStorage.getItem('ipt-chat-unsent')"
    )


def test_unsent_words_outlive_a_reload(chat: Chat) -> None:
    chat.field.fill(WORDS)
    sealed(chat)
    chat.page.reload()
    chat.launcher.click()
    expect(chat.field).to_have_value(WORDS)
    assert turns(chat) == []  # nothing of it was told to the server
    chat.field.press("Enter")
    expect(chat.mine).to_have_count(1)
    expect(chat.frame.locator("#typing")).to_be_hidden()
    assert turns(chat) == [WORDS]


def test_the_browser_keeps_no_word_of_it(chat: Chat) -> None:
    requested: list[str] = []
    chat.page.on("request", lambda request: requested.append(f"{request.url} {request.post_data or ''}"))
    chat.field.press_sequentially(WORDS)
    sealed(chat)
    kept = stored(chat)
    for word in WORDS.split():
        if len(word) > 3:
            assert word not in kept and not any(word in request for request in requested)
    local, session, *others = json.loads(kept)
    assert list(local) == ["ipt-chat-token"] and list(session) == ["ipt-chat-unsent"] and others == [None, "", ""]


def test_once_sent_or_deleted_only_the_token_is_kept(chat: Chat) -> None:
    only_the_token = "() => sessionStorage.length === 0 && Object.keys(localStorage).join() === 'ipt-chat-token'"
    frame = next(frame for frame in chat.page.frames if "/panel" in frame.url)
    chat.field.fill(WORDS)
    sealed(chat)
    chat.field.fill("")
    frame.wait_for_function(only_the_token)
    chat.say("what is ipt")
    frame.wait_for_function(only_the_token)


def test_what_was_kept_cannot_be_read_once_the_chat_is_erased(chat: Chat) -> None:
    chat.field.fill(WORDS)
    sealed(chat)
    copied = str(chat.run("sessionStorage.getItem('ipt-chat-unsent')"))
    chat.menu("Erase my chat")
    chat.button("Erase").click()
    expect(chat.status).to_contain_text("This chat was erased")
    expect(chat.field).to_have_value("")
    assert chat.run("sessionStorage.length") == 0
    chat.run(f"sessionStorage.setItem('ipt-chat-unsent', {json.dumps(copied)})")  # someone kept a copy of it
    chat.page.reload()
    chat.launcher.click()
    expect(chat.replies.first).to_contain_text(PROGRAM)
    expect(chat.field).to_have_value("")
    assert chat.run("sessionStorage.length") == 0


def test_leaving_quickly_leaves_no_word(chat: Chat) -> None:
    chat.page.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="Elsewhere"))
    chat.field.fill(WORDS)
    sealed(chat)
    chat.button("Leave quickly").click()
    chat.page.wait_for_url("https://www.wikipedia.org/")
    chat.page.goto(f"{chat.assistant.url}/")
    chat.open()
    expect(chat.field).to_have_value("")
    assert chat.run("sessionStorage.length") == 0


def test_a_second_tab_has_the_words_too_and_they_are_sent_once(new_chat: NewChat, assistant: Assistant) -> None:
    first = new_chat().open()
    first.field.fill(WORDS)
    second = new_chat.tab(first.page.context, assistant).open()  # type: ignore[attr-defined]
    expect(second.field).to_have_value(WORDS)
    second.field.press("Enter")
    expect(first.mine).to_have_count(1)
    expect(first.field).to_have_value("")
    assert turns(first) == [WORDS]
    first.field.fill("mine")
    second.field.fill("yours")
    second.page.reload()
    second.launcher.click()
    expect(second.field).to_have_value("yours")
    expect(first.field).to_have_value("mine")


def test_a_message_that_did_not_get_out_is_sent_once_after_a_reload(chat: Chat) -> None:
    chat.say("what is ipt")
    chat.page.route("**/messages", lambda route: route.abort())
    chat.write(WORDS)
    chat.field.fill("and more")
    expect(chat.status).to_contain_text("Your message is kept")
    sealed(chat)
    assert "zanzibar" not in stored(chat)
    chat.page.reload()
    chat.launcher.click()
    expect(chat.mine).to_have_count(2)
    expect(chat.mine.last).to_contain_text(WORDS)
    expect(chat.field).to_have_value("and more")
    chat.page.unroute("**/messages")
    chat.run("dispatchEvent(new Event('online'))")
    expect(chat.replies).to_have_count(3)
    assert turns(chat) == ["what is ipt", WORDS]


def test_a_message_whose_answer_was_lost_with_the_page_is_not_sent_again(chat: Chat) -> None:
    posted: list[str] = []

    def deliver_and_lose(route) -> None:  # type: ignore[no-untyped-def]
        posted.append(route.request.post_data)
        route.fetch()
        route.abort()

    chat.page.route("**/messages", deliver_and_lose)
    chat.write("what is ipt")
    expect(chat.status).to_contain_text("Trying again")
    chat.page.unroute("**/messages")
    chat.page.reload()
    chat.launcher.click()
    expect(chat.replies.last).to_contain_text("talking therapy")
    expect(chat.mine).to_have_count(1)
    assert turns(chat) == ["what is ipt"]
    assert chat.run("sessionStorage.length") == 0


def test_the_key_is_given_out_with_the_conversation_only(assistant: Assistant) -> None:
    session = requests.post(f"{assistant.url}/session", timeout=20).json()
    headers = {"Authorization": f"Bearer {session['token']}"}
    stored_there = requests.get(f"{assistant.url}/history", headers=headers, timeout=20).json()
    assert stored_there["draft_key"] == session["draft_key"]
    assert requests.post(f"{assistant.url}/session", timeout=20).json()["draft_key"] != session["draft_key"]
    assert requests.delete(f"{assistant.url}/session", headers=headers, timeout=20).status_code == 204
    refused = requests.get(f"{assistant.url}/history", headers=headers, timeout=20)
    assert refused.status_code == 401 and session["draft_key"] not in refused.text
