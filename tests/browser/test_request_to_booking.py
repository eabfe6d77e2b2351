"""From a visitor's chat to a booked first talk: two browsers, one console, nobody reloads anything."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fhir.resources.bundle import Bundle
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, Chat, NewChat
from tests.browser.console import Console, check, run_console, set_up

SEEN_SECONDS = 3  # from the confirmation in the chat to the row in the inbox
REASON = "I snap at everyone since I lost my job"
# What is typed to each question, in their order; `>` presses a button.
ANSWERS = (
    *(">Let's start", ">Me", REASON, "to be calmer with my kids", ">In person", "Tuesdays after four", ">English"),
    *(">A woman", "I'd have to bring the baby", "Sam", "34", "+44 161 496 0000", ">It is safe", "after five"),
)
REFERENCE = re.compile(r"reference is (\w{3}-\w{3})")
WRONG, RIGHT = "+44 161 496 0000", "+44 161 496 0001"


@pytest.fixture(scope="module")
def console(console_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console at the database that the assistant's action server stores into."""
    yield from run_console(tmp_path_factory.mktemp("console"), console_database)


@pytest.fixture(scope="module")
def worker(browser: Browser, console: Console) -> Iterator[Page]:
    """A browser in which an intake worker is signed in, on another computer than the visitor's."""
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    set_up(page, console.link, "Inés Quinn")
    yield page
    context.close()


@pytest.fixture
def inbox(worker: Page, console: Console) -> Page:
    """The inbox."""
    worker.goto(f"{console.url}/requests/")
    return worker


def answer(chat: Chat, *lines: str) -> str:
    """Type lines one after the other, or press a button; return the last reply."""
    for line in lines:
        if line.startswith(">"):
            before = chat.replies.count()
            chat.button(line[1:]).click()
            expect(chat.replies).not_to_have_count(before)
            expect(chat.frame.locator("#typing")).to_be_hidden()
        else:
            chat.say(line)
    return chat.replies.last.inner_text()


def test_a_visitors_request_is_seen_at_once_worked_to_booked_and_exported(new_chat: NewChat, inbox: Page) -> None:
    inbox.evaluate("window.notReloaded = true")
    chat = new_chat().open()
    answer(chat, "could someone from the clinic call me back please", *ANSWERS)
    expect(chat.frame.locator("#log")).not_to_contain_text(RIGHT)
    answer(chat, "no, the number is 0161 496 0001", ">As soon as possible")
    summary = chat.replies.filter(has_text="would get:").last
    expect(summary).to_contain_text(RIGHT)
    expect(summary).not_to_contain_text(WRONG)
    expect(summary).to_contain_text(REASON)
    answer(chat, ">Yes, I agree")
    chat.button("Send without this chat").click()

    confirmation = chat.replies.filter(has_text="It has reached")
    expect(confirmation).to_be_visible()
    told = time.monotonic()
    reference = REFERENCE.findall(confirmation.inner_text())[0]
    row = inbox.locator(".request", has_text=reference)
    expect(row).to_be_visible(timeout=SEEN_SECONDS * 1000)
    assert time.monotonic() - told <= SEEN_SECONDS
    assert inbox.evaluate("window.notReloaded")
    expect(row).to_contain_text("Sam")
    expect(row).to_contain_text(REASON)
    expect(row.locator(".urgency")).to_have_text("Urgent")

    row.get_by_role("link").click()
    expect(inbox.get_by_role("link", name=f"Call {RIGHT}")).to_have_attribute("href", "tel:+441614960001")
    for told_once in (REASON, "to be calmer with my kids", "Tuesdays after four", "I'd have to bring the baby"):
        expect(inbox.locator(".told")).to_contain_text(told_once)
    check(inbox)
    inbox.get_by_role("button", name="Assign to me").click()
    expect(inbox.locator(".work strong", has_text="Inés Quinn")).to_be_visible()
    for status in ("Contacted", "Booked"):
        inbox.get_by_role("button", name=status).click()
        expect(inbox.locator(".title .status")).to_have_text(status)

    with inbox.expect_download() as download:
        inbox.get_by_role("link", name="Record (FHIR)").click()
    bundle = Bundle.parse_file(download.value.path())
    resources = {entry.resource.resource_type: entry.resource for entry in bundle.entry}
    assert "Condition" not in resources
    assert resources["ServiceRequest"].intent == "proposal"
    assert [code.text for code in resources["ServiceRequest"].reasonCode] == [REASON]
    patient = resources["Patient"]
    assert patient.name[0].text == "Sam"
    assert [contact.value for contact in patient.telecom] == ["+441614960001"]


@pytest.mark.parametrize("begun", [False, True], ids=["not begun", "begun"])
def test_a_request_taken_back_in_the_chat_is_no_work_to_do(new_chat: NewChat, inbox: Page, begun: bool) -> None:
    chat = new_chat().open()
    answer(
        chat, "contact the clinic", ">Let's start", ">Me", "I miss my brother", ">Go to my contact details", "Kim", "40"
    )
    answer(chat, WRONG, ">It is safe", "after five", ">As soon as possible", ">Yes, I agree", ">Send without this chat")
    reference = REFERENCE.findall(chat.frame.locator("#log").inner_text())[0]
    row = inbox.locator(".request", has_text=reference)
    expect(row.locator(".urgency")).to_have_text("Urgent")
    if begun:
        row.get_by_role("link").click()
        inbox.get_by_role("button", name="Contacted").click()
        expect(inbox.locator(".title .status")).to_have_text("Contacted")
        inbox.get_by_role("link", name="Inbox").last.click()
        expect(row).to_be_visible()
    answer(chat, "please withdraw my request", "yes")
    expect(chat.replies.filter(has_text=f"{reference} is taken back")).to_be_visible()
    if not begun:
        expect(row).to_have_count(0, timeout=SEEN_SECONDS * 1000)
        return
    expect(row).to_contain_text("Withdrawn", timeout=SEEN_SECONDS * 1000)
    expect(row).not_to_contain_text("Kim")
    expect(row.locator(".urgency")).to_have_count(0)
    row.get_by_role("link").click()
    check(inbox)
    inbox.get_by_role("button", name="Close request").click()
    expect(inbox.locator(".title .status")).to_have_text("Closed: Withdrawn by the person")
