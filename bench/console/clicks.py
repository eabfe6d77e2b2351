"""Counts what an intake worker does in the console for one urgent request: clicks, pages loaded, fields typed into.

python -m bench.console.clicks
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

from playwright.sync_api import Page, sync_playwright

from bench.console.run import ROOT, server

# Counts real clicks; there is no phone here that a `tel:` link could open.
COUNT = """addEventListener("click", (event) => {
  if (event.isTrusted && event.detail) counted();
  if (event.target.closest?.("a[href^='tel:']")) event.preventDefault();
}, true);"""


def prepare(environment: dict[str, str]) -> str:
    """Fill a new database with made-up data; return the session of a member of staff."""
    for command in (["console", "migrate", "--verbosity", "0"], ["console", "demo"]):
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
    fill = [sys.executable, "-m", "bench.console.fill", "0"]
    done = subprocess.run(fill, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.split()[0]


def work(page: Page) -> None:
    """Read a new urgent request, call, note it, take it on, mark it contacted, set a follow-up date."""
    page.locator(".request.urgent", has=page.locator(".status.new")).locator("a.name").first.click()
    page.get_by_role("link", name="Call").click()
    page.get_by_label("New note").click()
    page.keyboard.type("Talked. Wants Tuesday.")
    page.get_by_label("Follow-up date").click()
    page.keyboard.type("05302031")
    page.get_by_role("button", name="Contacted").click()
    page.locator(".title .status.contacted").wait_for()
    assert page.get_by_label("Follow-up date").input_value() == "2031-05-30"
    assert page.locator(".who strong").inner_text() == "Bench"
    assert page.locator("article.note", has_text="Talked. Wants Tuesday.").is_visible()


def main() -> int:
    """Count and print; return the exit code."""
    clicks: list[int] = []
    loads: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environment = {**os.environ, "IPT_CONSOLE_URL": f"sqlite:///{folder}/console.db"}
        environment["IPT_CONSOLE_SECRET"] = "for counting only " * 3
        cookie = prepare(environment)
        with server(environment) as url:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US").new_page()
            page.context.add_cookies([{"name": "console_session", "value": cookie, "url": url}])
            page.expose_function("counted", lambda: clicks.append(1))
            page.add_init_script(COUNT)
            page.goto(f"{url}/requests/")
            page.on("load", lambda loaded: loads.append(loaded.url))
            work(page)
            browser.close()
    print(f"{len(clicks)} clicks, {len(loads)} pages loaded, 2 fields typed into (note, date)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
