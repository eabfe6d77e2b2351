"""The reply to danger when other parts are down, and the crisis event that arrives when they are back."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests
import sqlalchemy as sa
import yaml

from tests.conftest import ROOT, free_port, run_assistant, start, wait_for

DEADLINE = 60


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for a condition; fail after a minute."""
    limit = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < limit, "waited a minute"
        time.sleep(0.1)


def events(database: Path) -> list[str]:
    """Return the kinds of the crisis events that are stored."""
    if not database.is_file():
        return []
    engine = sa.create_engine(f"sqlite:///{database}")
    try:
        with engine.connect() as connection:
            return [kind for (kind,) in connection.execute(sa.text("SELECT kind FROM crisis_events"))]
    except sa.exc.OperationalError:
        return []


def test_the_action_server_is_killed_and_comes_back(tmp_path: Path) -> None:
    port, database, log = free_port(), tmp_path / "console.db", tmp_path / "actions.log"
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    server = start(command, log, IPT_CONSOLE_URL=f"sqlite:///{database}")
    wait_for(f"http://127.0.0.1:{port}/health", server, log)
    content = yaml.safe_load((ROOT / "endpoints.yml").read_text())
    content["action_endpoint"]["url"] = f"http://127.0.0.1:{port}/webhook"
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(yaml.safe_dump(content))
    for assistant in run_assistant(tmp_path, endpoints):
        session = requests.post(f"{assistant.url}/session", json={}, timeout=10).json()
        headers = {"Authorization": f"Bearer {session['token']}"}

        def say(text: str, url: str = assistant.url, headers: dict[str, str] = headers) -> str:
            response = requests.post(f"{url}/messages", json={"text": text}, headers=headers, timeout=20)
            assert response.status_code == 200, response.text
            return " ".join(message["text"] for message in response.json()["messages"])

        assert "988" in say("i want to die")
        wait_until(lambda: events(database) == ["crisis_suicide"])
        server.kill()
        server.wait()
        assert "1-800-799-7233" in say("and my husband hits me")
        assert "911" in say("i have taken an overdose")
        assert events(database) == ["crisis_suicide"]
        server = start(command, log, IPT_CONSOLE_URL=f"sqlite:///{database}")
        wait_until(lambda: sorted(events(database)) == ["crisis_abuse", "crisis_medical", "crisis_suicide"])
    server.terminate()
    server.wait(10)
