"""Starts all processes (`make run`), prints their addresses when they answer, stops all on Ctrl-C."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from honcho.manager import Manager

ROOT = Path(__file__).resolve().parents[1]
PORTS = {"assistant": 5005, "actions": 5055, "console": 8000}
WAIT_SECONDS = 120
INTERRUPTED = 130  # stopped with Ctrl-C, as meant


def commands(interface: str) -> dict[str, str]:
    """Return the command of each process."""
    python = sys.executable
    return {
        "actions": f"{python} -m rasa_sdk --actions actions --port {PORTS['actions']}",
        "assistant": f"{python} -m assistant.serve --model models/assistant.tar.gz --interface {interface} "
        f"--port {PORTS['assistant']} --credentials credentials.yml --endpoints endpoints.yml",
        # No log of addresses: they hold what staff search for.
        "console": f"{python} -m gunicorn console.wsgi --bind {interface}:{PORTS['console']} --workers 2 --threads 4 "
        "--no-control-socket --log-level warning",
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


def console_address() -> str:
    """Return where staff find the console."""
    host = os.environ.get("IPT_CONSOLE_HOSTS", "").split(",")[0].strip()
    return f"https://{host.lstrip('.')}" if host else f"http://localhost:{PORTS['console']}"


def prepare_console() -> str:
    """Bring the console's database up to date; return the first administrator's set-up link, if one was made now."""
    command = [sys.executable, "-m", "console"]
    first = [*command, "first_administrator", "--address", console_address()]
    try:
        subprocess.run([*command, "migrate", "--verbosity", "0"], check=True)
        return subprocess.run(first, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    except subprocess.CalledProcessError:
        # The chat does not depend on it: requests and crisis events wait on disk (docs/contact-requests.md).
        print("The console's database is not ready; see IPT_CONSOLE_URL and the message above.", file=sys.stderr)
        return ""


def answers(address: str, deadline: float) -> bool:
    """Return whether an address answers before a moment of the monotonic clock."""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    return False


def announce(address: str, set_up_link: str) -> None:
    """Wait until assistant and console answer, then print where they are, and the set-up link if there is one."""
    deadline = time.monotonic() + WAIT_SECONDS
    healths = {
        "assistant": f"{address}/webhooks/web/health",
        "console": f"http://127.0.0.1:{PORTS['console']}/health/",
    }
    silent = [name for name, health in healths.items() if not answers(health, deadline)]
    for name in silent:
        print(f"\nThe {name} did not answer within {WAIT_SECONDS} seconds; see the messages above.\n", flush=True)
    if not silent:
        print(f"\n  The assistant is ready.\n  Chat:    {address}/webhooks/web/\n  Health:  {healths['assistant']}")
        print(f"  Console: {console_address()}/", flush=True)
    if set_up_link:
        print(
            "\n  There is no staff yet. This link makes you the first administrator. It works once, for three days, and is\n"
            f"  not shown again:\n  {set_up_link}",
            flush=True,
        )
    print("\n  Ctrl-C stops everything.\n", flush=True)


def main() -> int:
    """Run until stopped; return the exit code."""
    problem = port_problem()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    os.chdir(ROOT)
    Path("var").mkdir(exist_ok=True)
    interface = os.environ.get("IPT_INTERFACE", "127.0.0.1")
    set_up_link = prepare_console()
    manager = Manager()
    for name, command in commands(interface).items():
        # The action server's own option for its interface; without it, it listens to the whole network.
        manager.add_process(name, command, cwd=str(ROOT), env={**os.environ, "SANIC_HOST": interface})
    print("== starting (about 15 seconds)", flush=True)
    address = f"http://localhost:{PORTS['assistant']}"
    threading.Thread(target=announce, args=(address, set_up_link), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode == INTERRUPTED else manager.returncode or 0


if __name__ == "__main__":
    sys.exit(main())
