"""A browser, and the chat as a visitor meets it: on a clinic's page, in its frame."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect, sync_playwright

from tests.browser.clinic import Clinic
from tests.conftest import Assistant, run_assistant

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1200, "height": 800}
# A lost connection, and what the launcher tells the page's owner when the chat cannot be opened.
EXPECTED = ("ERR_FAILED", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "ERR_ABORTED", "could not be opened")
EXPECTED_STATUS = ("status of 401", "status of 429", "status of 413", "status of 400", "status of 503")
TARGET = 44  # CSS pixels, the least height and width of what is tapped
ELSEWHERE = "https://www.wikipedia.org/"
PROGRAM = "automated program"


@dataclasses.dataclass
class Chat:
    """The chat on a page: its launcher, its frame, and what one does with them."""

    page: Page
    assistant: Assistant
    problems: list[str] = dataclasses.field(default_factory=list)  # errors on the console

    @property
    def launcher(self) -> Locator:
        return self.page.locator("ipt-chat button.open")

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("ipt-chat iframe")

    @property
    def field(self) -> Locator:
        return self.frame.locator("textarea")

    @property
    def replies(self) -> Locator:
        return self.frame.locator(".message:not(.visitor)")

    @property
    def mine(self) -> Locator:
        return self.frame.locator(".visitor")

    @property
    def status(self) -> Locator:
        return self.frame.locator("#status")

    def button(self, name: str) -> Locator:
        return self.frame.get_by_role("button", name=name, exact=True)

    def open(self) -> Chat:
        self.launcher.click()
        expect(self.replies.first).to_contain_text(PROGRAM)
        return self

    def write(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def say(self, text: str) -> None:
        """Send a message and wait for the answer."""
        before = self.replies.count()
        self.write(text)
        expect(self.replies).not_to_have_count(before)
        expect(self.frame.locator("#typing")).to_be_hidden()

    def menu(self, entry: str) -> None:
        self.button("Menu").click()
        self.button(entry).click()

    def token(self) -> str:
        return str(self.run("localStorage.getItem('ipt-chat-token') || ''"))

    def run(self, script: str) -> object:
        """Run a script in the panel."""
        frame = next(frame for frame in self.page.frames if "/panel" in frame.url)
        return frame.evaluate(script)

    def axe(self) -> None:
        """Let axe look at the page with everything in it, frames too."""
        result = Axe().run(self.page)
        assert result.violations_count == 0, result.generate_report()


# For this folder only: Playwright's event loop must be gone when the tests after it start their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


NewChat = Callable[..., Chat]


@pytest.fixture
def new_chat(browser: Browser, assistant: Assistant) -> Iterator[NewChat]:
    """Make a visitor with a browser of their own; fails if their console shows an error that is not expected."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def make(at: Assistant = assistant, **options: object) -> Chat:
        context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        return tab(context, at)

    def tab(context: BrowserContext, at: Assistant) -> Chat:
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{at.url}/")
        return Chat(page, at, problems)

    make.tab = tab  # type: ignore[attr-defined]
    yield make
    for context in contexts:
        context.close()
    assert not [text for text in problems if not any(known in text for known in (*EXPECTED, *EXPECTED_STATUS))]


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def chat(request: pytest.FixtureRequest, new_chat: NewChat) -> Chat:
    """The chat, open, on a phone and on a desktop."""
    return new_chat(viewport=request.param).open()


@pytest.fixture(scope="package")
def clinic() -> Iterator[Clinic]:
    """A clinic's page on an origin of its own."""
    clinic = Clinic()
    yield clinic
    clinic.stop()


@pytest.fixture(scope="package")
def embedded(clinic: Clinic, endpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant that the clinic may use."""
    folder = tmp_path_factory.mktemp("embedded")
    yield from run_assistant(folder, endpoints, IPT_WEB_ORIGINS=f"{clinic.origin},{clinic.neighbour}", IPT_COUNTRY="US")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that nobody has used."""
    page = browser.new_page(reduced_motion="reduce")
    yield page
    page.close()
