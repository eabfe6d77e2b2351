"""Reply time over the website chat, memory, start and training time; side by side with a `rasa init` bot.

    python -m bench.latency.run [--without-init-bot] [--out bench/results]

The bots take turns, a conversation of one visitor each, so that what else the machine does hits both alike, and neither works with
caches and processors that the other has just used.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 400
TURNS = 20  # messages of one conversation
QUESTIONS = [
    "what is ipt",
    "how long does it take",
    "does it really work",
    "will my boss hear any of this",
    "is there something for my teenager",
    "thanks",
    "what does it cost",
    "can i do it online",
    "who gives this therapy",
    "i feel lonely since i moved",
]
START_SECONDS = 180


class Bot:
    """A Rasa server in a process of its own.

    Attributes:
        address: where it answers.
        ready_seconds: from start to the first answer.
    """

    def __init__(self, command: list[str], folder: Path, address: str, environment: dict[str, str]) -> None:
        started = time.perf_counter()
        variables = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", **environment}
        self._process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=variables
        )
        deadline = started + START_SECONDS
        while time.perf_counter() < deadline:
            try:
                if requests.get(address, timeout=2).ok:
                    break
            except requests.RequestException:
                time.sleep(0.1)
        else:
            raise TimeoutError(f"{' '.join(command)} did not answer at {address} within {START_SECONDS} s")
        self.address = address.rstrip("/")
        self.ready_seconds = time.perf_counter() - started

    def memory_mib(self) -> float:
        """Return the resident memory of the process."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(20)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Client:
    """A visitor's connection, kept open. `requests` would take longer than some of what is measured."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, path: str, body: dict[str, str], token: str = "") -> tuple[int, dict[str, object]]:
        """Return status and answer of a request with a JSON body.

        Raises:
            RuntimeError: the answer is no success, other than 503.
        """
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        self._connection.request("POST", path, json.dumps(body), headers)
        response = self._connection.getresponse()
        answer = json.loads(response.read())
        if response.status >= 300 and response.status != 503:
            raise RuntimeError(f"{path} answered {response.status}: {answer}")
        return response.status, answer if isinstance(answer, dict) else {"messages": answer}


def timed(action: Callable[[], object]) -> float:
    """Return how long an action takes, in milliseconds."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def our_bot(folder: Path, **settings: str) -> tuple[Bot, Callable[[int], None]]:
    """Start the assistant; return it and what sends its n-th message (a new conversation every 20, which that message pays for).

    `settings` are environment variables; without them there are no rate limits.
    """
    port = free_port()
    command = [sys.executable, "-m", "assistant.serve", "--model", "models/assistant.tar.gz", "--port", str(port)]
    command += ["--interface", "127.0.0.1", "--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
    limits = {f"IPT_WEB_RATE_{name}": "1000000/minute" for name in ("CONVERSATION", "ADDRESS", "SESSION")}
    environment = {"IPT_TRACKER_URL": f"sqlite:///{folder}/conversations.db", **limits, **settings}
    path = "/webhooks/web"
    bot = Bot(command, ROOT, f"http://127.0.0.1:{port}{path}/", environment)
    client = Client(port)
    while client.post(f"{path}/session", {})[0] == 503:
        time.sleep(0.1)

    tokens: list[str] = []

    def send(number: int) -> None:
        if number // TURNS >= len(tokens):
            tokens.append(str(client.post(f"{path}/session", {})[1]["token"]))
        client.post(f"{path}/messages", {"text": QUESTIONS[number % len(QUESTIONS)]}, tokens[number // TURNS])

    return bot, send


def init_bot(folder: Path) -> tuple[Bot, Callable[[int], None], float]:
    """Make, train and start a `rasa init` bot; return it, what sends its n-th message, and its training time in s."""
    run = [sys.executable, "-m", "rasa"]
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
    seconds = timed(
        lambda: subprocess.run(
            [*run, "init", "--no-prompt", "--init-dir", str(folder)],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    )
    port = free_port()
    command = [*run, "run", "--port", str(port), "--interface", "127.0.0.1", "--credentials", "credentials.yml"]
    bot = Bot(command, folder, f"http://127.0.0.1:{port}/webhooks/rest/", {})
    client = Client(port)

    def send(number: int) -> None:
        text = ["hello", "i am sad", "yes", "goodbye"][number % 4]
        client.post("/webhooks/rest/webhook", {"sender": f"visitor-{number // TURNS}", "message": text})

    return bot, send, seconds / 1000


def summary(milliseconds: list[float]) -> dict[str, float]:
    """Return median and 95th percentile, in milliseconds."""
    ordered = sorted(milliseconds)
    return {
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
        "messages": len(ordered),
    }


def main() -> int:
    """Measure, print a table, write `latency.json`; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--without-init-bot", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "init").mkdir()
        results: dict[str, dict[str, float]] = {}
        others = None if arguments.without_init_bot else init_bot(folder / "init")
        ours, send = our_bot(folder)
        own_times: list[float] = []
        other_times: list[float] = []
        for start in range(0, MESSAGES, TURNS):
            numbers = range(start, start + TURNS)
            own_times += [timed(lambda number=number: send(number)) for number in numbers]  # type: ignore[misc]
            if others:
                other_times += [timed(lambda number=number: others[1](number)) for number in numbers]  # type: ignore[misc]
        results["assistant"] = {
            **summary(own_times),
            "memory_mib": round(ours.memory_mib()),
            "ready_s": round(ours.ready_seconds, 1),
        }
        ours.stop()
        if others:
            results["rasa_init"] = {
                **summary(other_times),
                "memory_mib": round(others[0].memory_mib()),
                "ready_s": round(others[0].ready_seconds, 1),
                "training_s": round(others[2], 1),
            }
            others[0].stop()
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "latency.json").write_text(json.dumps(results, indent=2) + "\n")
    for bot, figures in results.items():
        print(bot, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
