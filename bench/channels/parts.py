"""The real parts that the drawings and the load test run: an action server, and the settings for a fake Slack."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Dict

import yaml

from assistant.content.files import ROOT
from tests.channels.fake_slack import FakeSlack
from tests.channels.slack_person import SECRET
from tests.conftest import free_port, start, wait_for


@contextmanager
def endpoints_in(folder: Path) -> Iterator[Path]:
    """Run an action server; yield the project's endpoints with its address, in a folder."""
    port, log = free_port(), folder / "actions.log"
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    process = start(command, log, IPT_CONSOLE_URL=f"sqlite:///{folder / 'console.db'}")
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, log)
        content = yaml.safe_load((ROOT / "endpoints.yml").read_text())
        content["action_endpoint"]["url"] = f"http://127.0.0.1:{port}/webhook"
        endpoints = folder / "endpoints.yml"
        endpoints.write_text(yaml.safe_dump(content))
        yield endpoints
    finally:
        process.terminate()
        process.wait(10)


def slack_settings(slack: FakeSlack) -> Dict[str, str]:
    """Return the variables that let the assistant talk to a fake Slack."""
    return {"IPT_SLACK_TOKEN": slack.token, "IPT_SLACK_SIGNING_SECRET": SECRET, "IPT_SLACK_API": slack.api}
