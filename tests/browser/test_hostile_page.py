"""The launcher on pages that do not make it easy: style resets, layers on top, changed built-ins, policies that keep it out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clinic import Clinic, show, snippet
from tests.browser.conftest import Chat
from tests.conftest import Assistant

RESET = """<style>
  * { all: unset !important }
  body > *, ipt-chat { display: none !important; opacity: 0 !important; transform: rotate(90deg) !important; filter: blur(9px) !important; pointer-events: none !important; visibility: hidden !important }
  button, iframe { width: 1px !important; color: red !important; font: 3px serif !important }
</style>"""
ON_TOP = "<div style='position:fixed;inset:0;z-index:2147483647;background:#fff'>A banner of the clinic</div>"
POLLUTED = """<script>
  Object.prototype.title = 'hacked'; Object.prototype.open = 'hacked'; Object.prototype.country = '<x>';
  Array.prototype.each = function () {}; Object.prototype.toJSON = function () { return 'hacked'; };
  String.prototype.toJSON = function () { return 'hacked'; }; Element.prototype.clonePosition = () => {};
  window.$ = () => { throw new Error('not jQuery'); }; window.define = () => {}; window.define.amd = {}; window.exports = {};
</script>"""


def chat_on(page: Page, clinic: Clinic, assistant: Assistant, body: str = "", head: str = "", policy: str = "") -> Chat:
    show(page, clinic, body + snippet(assistant), policy, head)
    return Chat(page, assistant)


def test_a_page_that_resets_all_styles(page: Page, clinic: Clinic, embedded: Assistant) -> None:
    chat = chat_on(page, clinic, embedded, head=RESET)
    box = chat.launcher.bounding_box()
    assert box and box["height"] == 56 and 56 < box["width"] < 200
    assert chat.launcher.evaluate("button => getComputedStyle(button).fontSize") == "16px"
    chat.open()
    chat.say("what is ipt")
    frame = page.locator("ipt-chat iframe").bounding_box()
    assert frame and frame["width"] > 400
    chat.button("Close the chat").click()
    expect(chat.launcher).to_be_focused()


def test_a_banner_on_the_highest_layer(page: Page, clinic: Clinic, embedded: Assistant) -> None:
    chat = chat_on(page, clinic, embedded, body=ON_TOP)
    chat.open()  # a click that something covers would fail
    chat.say("what is ipt")


def test_a_page_with_changed_built_ins(page: Page, clinic: Clinic, embedded: Assistant) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    chat = chat_on(page, clinic, embedded, head=POLLUTED)
    expect(page.locator("ipt-chat iframe")).to_have_count(0)  # `data-open` was not asked for
    chat.open()
    expect(chat.frame.get_by_role("heading", level=1)).to_have_text("Questions about Interpersonal Therapy")
    chat.say("what is ipt")
    assert errors == []


def test_leaving_hides_the_chat_at_once(page: Page, clinic: Clinic, embedded: Assistant) -> None:
    chat = chat_on(page, clinic, embedded).open()
    page.route("https://www.wikipedia.org/**", lambda route: route.abort())  # the neutral page does not answer
    chat.button("Leave quickly").click()
    expect(page.locator("ipt-chat iframe")).to_be_hidden()
    expect(chat.launcher).to_be_hidden()
    expect(page.locator("main")).to_be_hidden()


@pytest.fixture
def told(page: Page) -> list[str]:
    """What the page's console says."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    return told


def assert_fallen_back(page: Page) -> None:
    card = page.locator("ipt-chat .card")
    expect(card).to_contain_text("In danger, call your emergency number")
    expect(card.get_by_role("link", name="findahelpline.com")).to_be_visible()


def test_a_policy_without_our_frame_is_explained(
    page: Page, clinic: Clinic, embedded: Assistant, told: list[str]
) -> None:
    origin = embedded.url.removesuffix("/webhooks/web")
    chat = chat_on(page, clinic, embedded, policy=f"default-src 'none'; script-src {origin}")
    chat.launcher.click()
    assert_fallen_back(page)
    (explained,) = [text for text in told if text.startswith("IPT chat:")]
    assert "Content-Security-Policy" in explained and f"Add {origin} to frame-src" in explained


def test_a_site_that_is_not_in_the_settings_is_explained(
    page: Page, clinic: Clinic, assistant: Assistant, told: list[str]
) -> None:
    chat = chat_on(page, clinic, assistant)
    chat.launcher.click()
    assert_fallen_back(page)
    (explained,) = [text for text in told if text.startswith("IPT chat:")]
    assert f"is {clinic.origin} in its IPT_WEB_ORIGINS" in explained


def test_a_policy_without_our_script_leaves_the_page_as_it_was(
    page: Page, clinic: Clinic, embedded: Assistant, told: list[str]
) -> None:
    show(page, clinic, "<h1>Clinic</h1>" + snippet(embedded), "default-src 'none'; script-src 'self'")
    expect(page.get_by_role("heading")).to_be_visible()
    assert page.locator("ipt-chat").count() == 0
    assert any("widget.js" in text and "script-src" in text for text in told)  # the browser itself says it
