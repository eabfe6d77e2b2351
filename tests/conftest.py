"""Real parts for tests: the encoder, the trained model, the action server and the whole assistant on loopback."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from assistant.nlu.encoder import SentenceEncoder

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "assistant.tar.gz"
START_SECONDS = 90


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """The sentence encoder as built by `make encoder`."""
    return SentenceEncoder()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path, answers: int = 200) -> None:
    """Wait until an address answers with a status; fail with the process's output if it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                status = response.status
        except urllib.error.HTTPError as error:
            status = error.code
        except (urllib.error.URLError, OSError):
            status = 0
        if status == answers:
            return
        time.sleep(0.2)
    pytest.fail(f"{address} did not answer.\n{log.read_text()[-3000:]}")


def start(command: list[str], log: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start a process of the assistant in the repository's folder."""
    variables = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", **environment}
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=variables)


def migrate(database: str) -> None:
    """Make the console's tables in a database."""
    environment = {**os.environ, "IPT_CONSOLE_URL": database}
    command = [sys.executable, "-m", "console", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=START_SECONDS)


@pytest.fixture(scope="session")
def console_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console's database of the running action server."""
    database = tmp_path_factory.mktemp("console") / "console.db"
    migrate(f"sqlite:///{database}")
    return database


@pytest.fixture(scope="session")
def action_server(console_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running action server; its webhook's address."""
    port, log = free_port(), tmp_path_factory.mktemp("actions") / "log"
    database = f"sqlite:///{console_database}"
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    process = start(command, log, IPT_CONSOLE_URL=database, IPT_CONTACT_OUTBOX=str(log.with_name("contact")))
    wait_for(f"http://127.0.0.1:{port}/health", process, log)
    yield f"http://127.0.0.1:{port}/webhook"
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def endpoints(action_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's endpoints, with the running action server."""
    content = yaml.safe_load((ROOT / "endpoints.yml").read_text())
    content["action_endpoint"]["url"] = action_server
    path = tmp_path_factory.mktemp("endpoints") / "endpoints.yml"
    path.write_text(yaml.safe_dump(content))
    return path


@dataclass(frozen=True)
class Assistant:
    """A running assistant: address of its website chat, its conversations' database, its log."""

    url: str
    database: Path
    log: Path


def run_assistant(folder: Path, endpoints: Path, answers: int = 200, **environment: str) -> Iterator[Assistant]:
    """Start the assistant with a database of its own, and stop it afterwards."""
    port, log, database = free_port(), folder / "log", folder / "conversations.db"
    command = [sys.executable, "-m", "assistant.serve", "--model", str(MODEL), "--interface", "127.0.0.1"]
    command += ["--port", str(port), "--credentials", "credentials.yml", "--endpoints", str(endpoints)]
    variables = {
        "IPT_TRACKER_URL": f"sqlite:///{database}",
        "IPT_WEB_SECRET": "a secret for tests " * 3,
        "IPT_CRISIS_OUTBOX": str(folder / "outbox"),
        "IPT_ACTION_URL": str(yaml.safe_load(endpoints.read_text())["action_endpoint"]["url"]),
        **environment,
    }
    process = start(command, log, **variables)
    url = f"http://127.0.0.1:{port}/webhooks/web"
    wait_for(f"{url}/health", process, log, answers)
    yield Assistant(url, database, log)
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="session")
def assistant(endpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The whole assistant, running, with wide rate limits."""
    limits = dict.fromkeys(("IPT_WEB_RATE_CONVERSATION", "IPT_WEB_RATE_ADDRESS"), "100000/minute")
    limits["IPT_WEB_RATE_SESSION"] = "100000/minute"
    yield from run_assistant(tmp_path_factory.mktemp("assistant"), endpoints, IPT_COUNTRY="US", **limits)


@pytest.fixture(scope="session")
def agent(endpoints: Path, tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """The trained model in this process, with its own generator and store."""
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints

    database = tmp_path_factory.mktemp("agent") / "conversations.db"
    os.environ["IPT_TRACKER_URL"] = f"sqlite:///{database}"
    os.environ["IPT_CRISIS_OUTBOX"] = str(database.with_name("outbox"))
    os.environ["IPT_ACTION_URL"] = str(yaml.safe_load(endpoints.read_text())["action_endpoint"]["url"])
    return asyncio.run(load_agent(str(MODEL), endpoints=AvailableEndpoints.read_endpoints(str(endpoints))))
