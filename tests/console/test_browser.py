"""The console as staff meet it: a running server, its own database, a real browser."""

from __future__ import annotations

import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, DESKTOP, PHONE
from tests.conftest import ROOT, free_port, migrate, start, wait_for

PASSWORD = "correct horse battery staple"
SOON = 3000  # milliseconds
STORE = """
import sys, django
django.setup()
from django.utils import timezone
from console.intake.models import ContactRequest
ContactRequest.objects.create(reference=sys.argv[1], name=sys.argv[2], urgency="urgent",
                              reason="I can't sleep", phone="+353209174242", contact_method="phone")
"""


class Console:
    """A running console: its address, its database, and commands on it."""

    def __init__(self, folder: Path) -> None:
        self.database = f"sqlite:///{folder / 'console.db'}"
        migrate(self.database)
        port = free_port()
        self.address = f"http://localhost:{port}"
        command = [sys.executable, "-m", "gunicorn", "console.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
        self.process = start(command, folder / "log", IPT_CONSOLE_URL=self.database)
        wait_for(f"{self.address}/health/", self.process, folder / "log")

    def run(self, *arguments: str) -> str:
        environment = {"IPT_CONSOLE_URL": self.database, "DJANGO_SETTINGS_MODULE": "console.settings"}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def new_request(self, reference: str, name: str) -> None:
        self.run("-c", STORE, reference, name)


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    running = Console(tmp_path_factory.mktemp("console"))
    running.run("-m", "console", "demo")
    yield running
    running.process.terminate()
    running.process.wait(10)


@pytest.fixture(scope="module")
def page(console: Console) -> Iterator[Page]:
    """A page on which the first administrator has set up and is signed in; errors of the page fail the test."""
    link = console.run("-m", "console", "first_administrator", "--address", console.address)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_page(viewport=DESKTOP)
        page.set_default_timeout(10_000)
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(link)
        page.get_by_label("Your name").fill("River")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The same password").fill(PASSWORD)
        page.get_by_role("button", name="Next").click()
        key = page.locator("code.key").inner_text().replace(" ", "")
        page.get_by_label("Code").fill(one_time_code(key))
        page.get_by_role("button", name="Finish").click()
        expect(page.locator(".codes code")).to_have_count(10)
        yield page
        assert problems == []
        browser.close()


def one_time_code(key: str) -> str:
    from base64 import b32decode

    return f"{TOTP(b32decode(key + '=' * (-len(key) % 8))).token():06d}"


def axe(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_new_request_shows_within_three_seconds_without_reload(console: Console, page: Page) -> None:
    page.goto(f"{console.address}/requests/")
    page.evaluate("window.samePage = true")
    reference = f"X{uuid.uuid4().hex[:2]}-AAA"
    console.new_request(reference, "Robin")
    expect(page.locator("#list")).to_contain_text(reference, timeout=SOON)
    assert page.evaluate("window.samePage")


def test_keys_lead_from_the_list_to_a_request_and_a_click_books_it(console: Console, page: Page) -> None:
    console.new_request("K7M-CCC", "Sam")
    page.goto(f"{console.address}/requests/?q=K7M-CCC")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sam")
    page.get_by_role("button", name="Booked").click()
    expect(page.locator(".title .tag.status")).to_have_text("Booked")
    page.keyboard.press("u")
    expect(page.locator("#list")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_and_nothing_is_cut_off(console: Console, page: Page, view: dict, scheme: str) -> None:
    page.set_viewport_size(view)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{console.address}/requests/")
    look_at(page)
    page.locator("a.name").first.click()
    look_at(page)
    for path in ("/staff/", "/audit/", "/account/", "/crisis/"):
        page.goto(console.address + path)
        look_at(page)
    visitor = page.context.browser.new_page(viewport=view, color_scheme=scheme)  # type: ignore[union-attr,arg-type]
    visitor.goto(f"{console.address}/login/")
    look_at(visitor)
    visitor.close()


def look_at(page: Page) -> None:
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
