"""The console in a real browser: first use, new items without reload, working a request, keys, phone, axe."""

from __future__ import annotations

import dataclasses
import re
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.console import PASSWORD, Console, check, run_console, set_up

SEEN_SECONDS = 3  # within which what is new must be there
VALUES = {
    "name": "River",
    "reason": "I can't sleep since my dad died",
    "phone": "+353209174242",
    "contact_method": "phone",
    "summary": "For: me.\nWhat it is about: I can't sleep since my dad died",
    "consent_words": "Yes, send exactly this.",
    "safe_to_leave_message": False,
    "times": "Tuesday evenings",
}


@dataclasses.dataclass
class Staff:
    """Somebody signed in; `state` opens more browsers for the same person."""

    console: Console
    state: Any
    codes: list[str]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    yield from run_console(tmp_path_factory.mktemp("console"))


@pytest.fixture(scope="module")
def staff(console: Console, browser: Browser) -> Staff:
    """The first administrator, set up with the link that `make run` prints."""
    context = browser.new_context()
    codes = set_up(context.new_page(), console.link, "Inés Quinn")
    state = context.storage_state()
    context.close()
    return Staff(console, state, codes)


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, staff: Staff) -> Iterator[Open]:
    """Open a page of the console, signed in; fails if the browser complains about anything."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def make(path: str, signed_in: bool = True, **options: Any) -> Page:
        state = {"storage_state": staff.state} if signed_in else {}
        context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **state, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{staff.console.url}{path}")
        return page

    yield make
    for context in contexts:
        context.close()
    expected = ("status of 401", "status of 409", "status of 410")  # signed out; a clash; a link used up
    assert not [problem for problem in problems if not any(status in problem for status in expected)]


def request(console: Console, **values: Any) -> tuple[str, str]:
    """Store a request; return its id and reference."""
    number = str(uuid.uuid4())
    return number, console.store("request", id=number, conversation=number, **{**VALUES, **values})


LOOKS = [(size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("viewport", "color_scheme"), LOOKS, ids=["phone", "phone-dark", "desktop", "desktop-dark"])
def test_every_page_passes_axe_and_fits(open_page: Open, console: Console, viewport: Any, color_scheme: Any) -> None:
    look = {"viewport": viewport, "color_scheme": color_scheme}
    number, _ = request(
        console, urgency="urgent", transcript_attached=True, transcript=[{"from": "visitor", "text": "hi"}]
    )
    console.store("crisis_suicide", message=number)
    check(open_page("/login/", signed_in=False, **look))
    check(open_page("/set-up/gone/", signed_in=False, **look))  # 410
    page = open_page("/requests/?urgency=urgent", **look)
    check(page)
    for path in (f"/requests/{number}/", "/crisis/", "/staff/", "/audit/", "/account/", "/welcome/", "/set-up/codes/"):
        page.goto(f"{console.url}{path}")
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        check(page)


@pytest.mark.parametrize(("viewport", "color_scheme"), LOOKS, ids=["phone", "phone-dark", "desktop", "desktop-dark"])
def test_setting_up_passes_axe_and_fits(open_page: Open, viewport: Any, color_scheme: Any) -> None:
    administrator = open_page("/staff/")
    name = f"nora{uuid.uuid4().hex[:8]}"
    administrator.get_by_label("Name", exact=True).fill("Nora Daly")
    administrator.get_by_label("Sign-in name").fill(name)
    administrator.locator("form[action$='add/']").get_by_label("Intake").check()
    administrator.get_by_role("button", name="Add and make a set-up link").click()
    link = administrator.locator(".notice code.key").inner_text()
    page = open_page("/login/", signed_in=False, viewport=viewport, color_scheme=color_scheme)
    page.goto(link)
    check(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password once more").fill(PASSWORD)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("img", name="Picture to scan")).to_be_visible()
    check(page)


def test_the_first_link_works_once_and_a_recovery_code_lets_in(open_page: Open, staff: Staff) -> None:
    page = open_page("/login/", signed_in=False)
    page.get_by_label("Sign-in name").fill("administrator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(staff.codes.pop())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main menu")).to_contain_text("Inés Quinn")
    assert page.request.get(staff.console.link).status == 410


def test_a_new_request_and_a_crisis_event_appear_without_reload_within_three_seconds(
    open_page: Open, console: Console
) -> None:
    page = open_page("/requests/")
    page.evaluate("window.notReloaded = true")
    page.locator("#q").fill("half a")
    _, reference = request(console, name="Linden")
    stored = time.monotonic()
    row = page.locator(".request", has_text=reference)
    expect(row).to_be_visible(timeout=SEEN_SECONDS * 1000)
    assert time.monotonic() - stored <= SEEN_SECONDS + 0.5
    expect(page.get_by_role("status").filter(has_text="1 new request")).to_have_count(1)
    console.store("crisis_abuse", message=reference)
    event = page.locator(".event.waits", has_text="Abuse or violence").last
    expect(event).to_be_visible(timeout=SEEN_SECONDS * 1000)
    expect(event).to_contain_text("0 min ago")
    expect(page.locator("#live")).to_have_text("1 new crisis event")
    assert page.evaluate("window.notReloaded") and page.locator("#q").input_value() == "half a"
    expect(page.locator("#q")).to_be_focused()


def test_what_is_typed_to_a_crisis_event_stays_when_something_new_comes(open_page: Open, console: Console) -> None:
    console.store("crisis_medical", message=str(uuid.uuid4()))
    page = open_page("/requests/")
    event = page.locator(".event.waits", has_text="Medical emergency").first
    event.get_by_text("Add a note").click()
    event.get_by_label("Note, if you want").fill("Called the duty")
    _, reference = request(console)
    expect(page.locator(".request", has_text=reference)).to_be_visible()
    expect(event.get_by_label("Note, if you want")).to_have_value("Called the duty")
    expect(event.get_by_label("Note, if you want")).to_be_focused()
    event.get_by_role("button").click()
    expect(page.locator("main > .notice")).to_have_text("Acknowledged.")


def test_a_request_is_worked_to_booked_with_few_clicks_and_a_colleague_sees_it(
    open_page: Open, console: Console
) -> None:
    _, reference = request(console, name="Hazel", urgency="urgent")
    page, colleague = open_page("/requests/"), open_page("/requests/")
    page.get_by_role("link", name=reference).click()
    expect(page.get_by_role("link", name="Call +353 20 917 4242")).to_have_attribute("href", "tel:+353209174242")
    expect(page.get_by_text("Do not leave a message.")).to_be_visible()
    page.get_by_label("New note").fill("Talked. Wants Tuesday.")
    page.get_by_role("button", name="Contacted").click()
    expect(page.locator(".title .status")).to_have_text("Contacted")
    expect(page.get_by_text("Talked. Wants Tuesday.")).to_be_visible()
    expect(page.locator(".work")).to_contain_text("Inés Quinn")
    page.get_by_role("button", name="Booked").click()
    expect(page.locator(".title .status")).to_have_text("Booked")
    expect(colleague.locator(".request", has_text=reference).locator(".status")).to_have_text("Booked")
    with page.expect_download() as download:
        page.get_by_role("link", name="Record (FHIR)").click()
    assert reference in download.value.suggested_filename


def test_a_date_and_a_note_half_done_go_along_with_any_button(open_page: Open, console: Console) -> None:
    number, _ = request(console)
    page = open_page(f"/requests/{number}/")
    page.get_by_label("Follow-up date").fill("2031-05-30")
    page.get_by_label("New note").fill("Rang her.")
    page.get_by_role("button", name="Contacted").click()
    expect(page.locator(".title .status")).to_have_text("Contacted")
    expect(page.get_by_label("Follow-up date")).to_have_value("2031-05-30")
    expect(page.locator("article.note")).to_contain_text("Rang her.")
    page.get_by_label("Who works on it").select_option("Nobody")
    page.get_by_label("New note").fill("Somebody else, please.")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("article.note")).to_have_count(2)
    expect(page.locator(".who")).to_contain_text("Nobody")
    page.get_by_label("Follow-up date").fill("2031-06-01")
    page.get_by_label("Who works on it").select_option("Nobody")
    page.get_by_role("button", name="Assign to me").click()
    expect(page.locator(".who strong")).to_have_text("Inés Quinn")
    expect(page.get_by_label("Follow-up date")).to_have_value("2031-06-01")


def test_two_at_one_request_do_not_overwrite_each_other(open_page: Open, console: Console) -> None:
    number, _ = request(console)
    first, second = open_page(f"/requests/{number}/"), open_page(f"/requests/{number}/")
    first.get_by_role("button", name="Contacted").click()
    expect(second.get_by_text("This request was changed just now.")).to_be_visible()
    second.get_by_label("New note").fill("My own words")
    second.get_by_role("button", name="Waiting list").click()
    clash = second.get_by_role("alert").filter(has_text="Somebody changed this request")
    expect(clash).to_contain_text("Status: Contacted")
    expect(clash).to_contain_text("Status: Waiting list")
    expect(second.get_by_text("My own words")).to_be_visible()
    check(second)
    clash.get_by_role("button", name="Save mine all the same").click()
    expect(second.locator(".title .status")).to_have_text("Waiting list")


def test_with_the_keys_alone(open_page: Open, console: Console) -> None:
    references = {request(console, name="Keys")[1] for _ in range(2)}
    page = open_page("/requests/?q=Keys")
    names = page.locator(".request .name")
    page.keyboard.press("j")
    expect(names.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(names.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("h1 .reference")).to_have_text(re.compile("|".join(references)))
    page.wait_for_load_state()  # keys work once the scripts have run, after the text is seen
    page.keyboard.press("c")
    expect(page.locator(".title .status")).to_have_text("Contacted")
    page.wait_for_load_state()
    page.keyboard.press("n")
    page.keyboard.type("cm/?ju")  # letters while one types are letters
    expect(page.get_by_label("New note")).to_have_value("cm/?ju")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.note")).to_contain_text("cm/?ju")
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.locator(".title .status")).to_have_text("New")
    page.wait_for_load_state()
    page.keyboard.press("u")
    page.wait_for_url("**/requests/?q=Keys")  # and loaded
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.locator("#q").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    check(page)
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(names.nth(0)).not_to_be_focused()


def test_an_ended_session_leads_to_signing_in_and_back(open_page: Open, console: Console, staff: Staff) -> None:
    page = open_page("/login/", signed_in=False)
    page.get_by_label("Sign-in name").fill("administrator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(staff.codes.pop())
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{console.url}/requests/?assigned=me")
    page.context.clear_cookies()
    page.wait_for_url("**/login/?next=%2Frequests%2F%3Fassigned%3Dme")


def test_a_note_half_written_is_there_again_after_signing_in(open_page: Open, console: Console, staff: Staff) -> None:
    number, _ = request(console)
    page = open_page(f"/requests/{number}/")
    page.get_by_label("New note").fill("She would like")
    page.context.clear_cookies()
    page.wait_for_url("**/login/?next=**")
    page.get_by_label("Sign-in name").fill("administrator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(staff.codes.pop())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("New note")).to_have_value("She would like")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("article.note")).to_contain_text("She would like")
    expect(page.get_by_label("New note")).to_have_value("")


def test_without_scripts_everything_can_be_done(open_page: Open, console: Console) -> None:
    _, reference = request(console)
    page = open_page("/requests/", java_script_enabled=False)
    page.get_by_role("link", name=reference).click()
    page.get_by_role("button", name="Booked").click()
    expect(page.locator(".title .status")).to_have_text("Booked")


def test_a_half_written_note_is_not_left_by_accident(open_page: Open, console: Console) -> None:
    number, _ = request(console)
    page = open_page(f"/requests/{number}/")
    page.get_by_label("New note").click()
    page.keyboard.type("half")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Inbox").first.click()
    expect(page.get_by_label("New note")).to_have_value("half")
    assert asked == ["beforeunload"]
