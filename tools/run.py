"""Starts all processes (`make run`), prints their addresses when they answer, stops all on Ctrl-C."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from honcho.manager import Manager

ROOT = Path(__file__).resolve().parents[1]
PORTS = {"assistant": 5005, "actions": 5055}
WAIT_SECONDS = 120
INTERRUPTED = 130  # stopped with Ctrl-C, as meant


def commands(interface: str) -> dict[str, str]:
    """Return the command of each process."""
    python = sys.executable
    return {
        "actions": f"{python} -m rasa_sdk --actions actions --port {PORTS['actions']}",
        "assistant": f"{python} -m assistant.serve --model models/assistant.tar.gz --interface {interface} "
        f"--port {PORTS['assistant']} --credentials credentials.yml --endpoints endpoints.yml",
        # Erases what is over its time (docs/privacy.md).
        "retention": f"{python} -m console retention --every 1h",
    }


def port_problem() -> str | None:
    """Return a line saying which port is in use and what to do, or `None`."""
    for name, port in PORTS.items():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return f"Port {port} ({name}) is in use. Stop what listens there (see: ss -ltnp 'sport = :{port}')."
    return None


def announce(address: str) -> None:
    """Wait until the assistant answers, then print where it is."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/webhooks/web/health", timeout=2):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    else:
        print(f"\nThe assistant did not answer within {WAIT_SECONDS} seconds; see the messages above.\n", flush=True)
        return
    print(
        f"\n  The assistant is ready.\n  Chat:   {address}/webhooks/web/\n  Health: {address}/webhooks/web/health\n"
        "  Ctrl-C stops everything.\n",
        flush=True,
    )


def main() -> int:
    """Run until stopped; return the exit code."""
    problem = port_problem()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    os.chdir(ROOT)
    Path("var").mkdir(exist_ok=True)
    interface = os.environ.get("IPT_INTERFACE", "127.0.0.1")
    manager = Manager()
    for name, command in commands(interface).items():
        # The action server's own option for its interface; without it, it listens to the whole network.
        manager.add_process(name, command, cwd=str(ROOT), env={**os.environ, "SANIC_HOST": interface})
    print("== starting (about 15 seconds)", flush=True)
    address = f"http://localhost:{PORTS['assistant']}"
    threading.Thread(target=announce, args=(address,), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode == INTERRUPTED else manager.returncode or 0


if __name__ == "__main__":
    sys.exit(main())
