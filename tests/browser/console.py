"""The console as staff meet it: running in a process of its own, in a browser."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import totp
from playwright.sync_api import Page

from tests.conftest import ROOT, free_port, migrate, start, wait_for

PASSWORD = "three words apart"
STORE = """
import json, os, django
django.setup()
from django.utils import timezone
from console.intake.store import store_request
from actions.crisis_events import store
from assistant.safety.events import CrisisEvent
asked = json.loads(os.environ["ASKED"])
if asked["kind"] == "request":
    print(store_request({"created_at": timezone.now().isoformat(), **asked["values"]}))
else:
    store(CrisisEvent.of(asked["kind"], "somebody", asked["values"]["message"], "web", "IE"))
"""


@dataclasses.dataclass(frozen=True)
class Console:
    """A running console: its address, its database, the first administrator's link."""

    url: str
    database: str
    link: str

    def store(self, kind: str, **values: Any) -> str:
        """Store a request (`request`) or a crisis event (its kind), as the action server does; return the reference."""
        asked = json.dumps({"kind": kind, "values": values})
        variables = {"IPT_CONSOLE_URL": self.database, "DJANGO_SETTINGS_MODULE": "console.settings", "ASKED": asked}
        command = [sys.executable, "-c", STORE]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def run_console(folder: Path, file: Path | None = None) -> Iterator[Console]:
    """Start a console as `make run` does, and stop it afterwards; its database is a file, or a new one in the folder."""
    port, log, database = free_port(), folder / "log", f"sqlite:///{file or folder / 'console.db'}"
    url = f"http://127.0.0.1:{port}"
    migrate(database)
    variables = {"IPT_CONSOLE_URL": database, "IPT_CONSOLE_SECRET": "a secret for tests " * 3}
    command = [sys.executable, "-m", "console", "first_administrator", "--address", url]
    link = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=True
    )
    command = [sys.executable, "-m", "gunicorn", "console.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    process = start([*command, "--threads", "4", "--no-control-socket"], log, **variables)
    wait_for(f"{url}/health/", process, log)
    yield Console(url, database, link.stdout.strip())
    process.terminate()
    process.wait(20)


def set_up(page: Page, link: str, name: str) -> list[str]:
    """Go through a set-up link as a person does; return the recovery codes. The person is signed in afterwards."""
    page.goto(link)
    page.get_by_label("Your name, as colleagues know it").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password once more").fill(PASSWORD)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Code", exact=True).fill(code(page.locator("code.key").inner_text()))
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    return codes


def code(key: str) -> str:
    """Return what an authenticator app shows for a key."""
    letters = re.sub(r"\s", "", key)
    return f"{totp(base64.b32decode(letters + '=' * (-len(letters) % 8))):06d}"


def check(page: Page) -> None:
    """Let axe look at a page, and see that nothing sticks out at its sides."""
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
