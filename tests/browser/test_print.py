"""A request on paper: one page, A4 or Letter, however long the answers are; nothing that axe finds."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from console.intake.models import ContactRequest
from console.staff import roles
from tests.conftest import ROOT
from tests.console.staff import signed_in, stored

# Playwright's loop runs in this thread; Django then takes it for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = pytest.mark.django_db

STYLE = (ROOT / "console" / "static" / "print.css").read_text()
FREE = ("reason", "hopes", "barriers", "times", "trusted_adult", "relation", "therapist_gender")
SENTENCE = "Since I lost my job I can't sleep, and I snap at everyone at home. "


@pytest.fixture
def printed(browser: Browser) -> Callable[[ContactRequest], Page]:
    """Open the page of a request as the console gives it."""

    def opened(item: ContactRequest) -> Page:
        html = signed_in(roles.INTAKE).get(reverse("intake:print_one", args=[item.pk])).content.decode()

        def answer(route: Route) -> None:
            css = route.request.url.endswith(".css")
            route.fulfill(body=STYLE if css else html, content_type="text/css" if css else "text/html")

        page = browser.new_page()
        page.route("**/*", answer)
        page.goto("http://console.test/")
        return page

    return opened


def pages(page: Page, size: str, folder: Path) -> int:
    """Return how many pages come out of the printer."""
    file = folder / "print.pdf"
    page.pdf(path=file, format=size)
    return len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("characters", [0, 60, 250, 450, 1000])
def test_a_request_is_one_page(
    printed: Callable[[ContactRequest], Page], characters: int, size: str, tmp_path: Path
) -> None:
    words = (SENTENCE * 20)[:characters]
    item = stored(1, for_whom="someone_else", safe_to_leave_message=False, **dict.fromkeys(FREE, words))
    assert pages(printed(item), size, tmp_path) == 1


def test_axe_finds_nothing_and_a_phone_shows_it_whole(printed: Callable[[ContactRequest], Page]) -> None:
    page = printed(stored(1))
    assert Axe().run(page).violations_count == 0
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
