"""Hostile words and hostile pages: markup is never run, links are of allowed kinds, other origins get nothing."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from assistant.channels.web_page import integrity_of
from tests.browser.clinic import Clinic, show, snippet
from tests.browser.conftest import PROGRAM, Chat
from tests.browser.messages import NOTES, answer_with, helped, shown
from tests.conftest import Assistant

MARKUP = "<img src=x onerror=\"top.hacked=1;document.title='hacked'\"><script>top.hacked=1</script><b>bold</b>"


def assert_harmless(chat: Chat) -> None:
    assert chat.frame.locator("#log b, #log script, #log img[src=x], #lines b, #bar b").count() == 0
    assert chat.page.title() != "hacked" and chat.run("document.title") != "hacked"
    assert chat.page.evaluate("window.hacked") is None


def test_markup_that_a_visitor_writes(chat: Chat) -> None:
    chat.say(MARKUP)
    expect(chat.mine.last).to_contain_text("<b>bold</b>")
    assert_harmless(chat)
    chat.page.reload()
    chat.launcher.click()
    expect(chat.mine.last).to_contain_text("<b>bold</b>")
    assert_harmless(chat)


def test_markup_in_everything_a_message_has(chat: Chat) -> None:
    bad = {"shown": MARKUP, "href": "javascript:top.hacked=1"}
    line = {"name": MARKUP, "hours": MARKUP, "call": [bad], "text": bad, "chat": bad}
    lines = {"type": "helplines", "emergency": line, "lines": [line], "sources": [{"key": "x", "title": MARKUP}]}
    answer_with(
        chat,
        {**shown(MARKUP), "card": lines},
        {**shown(MARKUP), "image": "javascript:top.hacked=1", "card": {"type": "picture", "alt": MARKUP}},
        {**shown(MARKUP), "image": "data:text/html,<script>top.hacked=1</script>"},
        {
            **shown("x"),
            "card": {"type": "takeaway", "title": MARKUP, "text": MARKUP, "planned": MARKUP, "calendar": "x"},
        },
        {**shown("x"), "card": {"type": "unknown", "html": MARKUP}},
        {**shown(MARKUP), "buttons": [{"id": MARKUP, "title": MARKUP}]},
    )
    expect(chat.frame.locator("#log .choices button")).to_have_text(MARKUP)
    assert_harmless(chat)
    assert chat.frame.locator("a[href^='javascript'], a[href^='data'], img").count() == 0


def test_links_in_words_are_of_one_kind(chat: Chat) -> None:
    text = "See https://www.nimh.nih.gov/health. Not http://x.example, javascript:alert(1), ftp://x or https://"
    answer_with(chat, shown(text))
    links = chat.replies.last.get_by_role("link").all()
    assert [link.get_attribute("href") for link in links] == ["https://www.nimh.nih.gov/health"]
    assert links[0].get_attribute("rel") == "noopener noreferrer"
    expect(chat.replies.last).to_contain_text(text)


def test_inline_scripts_and_styles_do_not_run_in_the_panel(chat: Chat) -> None:
    frame = next(frame for frame in chat.page.frames if "/panel" in frame.url)
    violated = frame.evaluate("""() => new Promise(resolve => {
      const seen = [];
      document.addEventListener('securitypolicyviolation', event => {
        seen.push(event.effectiveDirective);
        if (seen.length === 2) resolve(seen.sort());
      });
      const script = document.createElement('script');
      script.textContent = 'window.ran = 1';
      document.body.append(script);
      const holder = document.createElement('div');
      holder.innerHTML = '<p onclick="window.ran = 1">x</p>';
      document.body.append(holder);
      holder.firstChild.click();
    })""")
    assert violated == ["script-src-attr", "script-src-elem"]
    assert frame.evaluate("window.ran") is None
    chat.problems.clear()  # both were reported, as they should be


# Other origins


def test_the_snippet_works_on_a_strict_page_of_an_allowed_origin(
    page: Page, clinic: Clinic, embedded: Assistant
) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if "icon" not in message.location["url"] else None)
    origin = embedded.url.removesuffix("/webhooks/web")
    show(page, clinic, snippet(embedded), f"default-src 'none'; script-src {origin}; frame-src {origin}")
    chat = Chat(page, embedded).open()
    chat.say("what is ipt")
    assert problems == []
    with pytest.raises(Exception, match="cross-origin"):
        page.evaluate("document.querySelector('ipt-chat').shadowRoot.querySelector('iframe').contentWindow.document")
    assert page.evaluate("localStorage.length + document.cookie") == "0"
    page.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="Elsewhere"))
    chat.button("Leave quickly").click()
    page.wait_for_url("https://www.wikipedia.org/")


def test_messages_of_a_hostile_page_do_nothing_but_leave(page: Page, clinic: Clinic, embedded: Assistant) -> None:
    show(page, clinic, snippet(embedded) + "<iframe id='other' srcdoc='<p>x'></iframe>")
    chat = Chat(page, embedded).open()
    heard = page.evaluate("""async (type) => {
      const heard = [];
      addEventListener('message', (event) => heard.push(JSON.stringify(event.data)));
      const target = document.querySelector('ipt-chat').shadowRoot.querySelector('iframe').contentWindow;
      for (const data of [null, 'x', { type: 'history' }, { type: 'opened', html: '<b>' }, { type: 'token' }])
        target.postMessage(data, '*');
      // A third page pretends to be the panel.
      const script = document.getElementById('other').contentWindow;
      script.eval("parent.postMessage({ type: 'leave', exit: 'https://evil.example/' }, '*')");
      await new Promise((resolve) => setTimeout(resolve, 300));
      return heard;
    }""")
    assert not any(word in text for text in heard for word in ("eyJ", "ipt-chat-token", PROGRAM))
    assert page.url.startswith(clinic.origin)
    expect(chat.replies.first).to_contain_text(PROGRAM)


def test_a_changed_launcher_is_not_run(page: Page, clinic: Clinic, embedded: Assistant) -> None:
    show(page, clinic, snippet(embedded, integrity_of(b"something else")))
    assert page.locator("ipt-chat").count() == 0


def test_an_origin_that_is_not_allowed_gets_nothing(page: Page, clinic: Clinic, assistant: Assistant) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    show(page, clinic, snippet(assistant))
    page.locator("ipt-chat button.open").click()
    page.wait_for_function("() => performance.now() > 0")
    expect(page.frame_locator("ipt-chat iframe").locator(".message")).to_have_count(0)
    page.wait_for_event("console", lambda _: any("frame-ancestors" in text for text in refused)) if not any(
        "frame-ancestors" in text for text in refused
    ) else None
    answer = page.evaluate(
        "url => fetch(url + '/session', {method: 'POST'}).then(() => 'read', () => 'refused')", assistant.url
    )
    assert answer == "refused"


def test_hostile_names_in_a_stored_history(chat: Chat) -> None:
    card = {**helped()["card"], "sources": [{"key": "x", "title": MARKUP}]}
    entries = [{"from": "assistant", **shown(MARKUP), "card": card, "at": "2026-11-22T10:00:00+00:00"}]
    entries.append({"from": "visitor", "text": MARKUP, "buttons": [], "at": "2026-11-22T10:00:01+00:00"})  # type: ignore[list-item]
    entries.append(
        {"from": "assistant", **shown("x", takeaway={**NOTES, "title": MARKUP}), "at": "2026-11-22T10:01:00Z"}
    )
    body = json.dumps({"messages": entries})
    chat.page.route("**/history", lambda route: route.fulfill(body=body, content_type="application/json"))
    chat.page.reload()
    chat.launcher.click()
    expect(chat.mine.last).to_contain_text("<b>bold</b>")
    assert_harmless(chat)
