"""The plain chat page in headless Chromium: a conversation, a reload, erasing, keyboard, axe, hostile markup."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import Assistant

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1200, "height": 800}


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
    assert not [problem for problem in problems if "ERR_FAILED" not in problem]


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    say(page, "what is ipt")
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    say(page, "suggest an exercise")
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for box in page.locator("button").all():
        size = box.bounding_box()
        assert size is None or size["height"] >= 24


def test_a_lost_connection_is_told_and_the_words_are_kept(page: Page) -> None:
    page.route("**/messages", lambda route: route.abort())
    page.get_by_label("Your message").fill("a long and careful sentence")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("try again")
    expect(page.get_by_label("Your message")).to_have_value("a long and careful sentence")
