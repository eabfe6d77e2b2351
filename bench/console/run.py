"""How fast the console answers with 20,000 requests in it: list, search, one request, on loopback, one after another.

    python -m bench.console.run [--requests 20000] [--database postgresql://…] [--out bench/results]

Without `--database`, an SQLite file in a folder for the time being. A database that is given must be empty; what is put in stays.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 40
START_SECONDS = 60


@contextmanager
def server(environment: dict[str, str]) -> Iterator[str]:
    """Run the console as `make run` does; give its address.

    Raises:
        TimeoutError: it does not answer.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "console.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    command += ["--threads", "4", "--no-control-socket", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_SECONDS
    try:
        while True:
            try:
                urllib.request.urlopen(f"{url}/health/", timeout=2).close()
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise TimeoutError("The console did not answer.") from error
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def milliseconds(url: str, cookie: str) -> list[float]:
    """Return how long each of `RUNS` requests took, after two that do not count."""
    taken = []
    for _ in range(RUNS + 2):
        request = urllib.request.Request(url, headers={"Cookie": f"console_session={cookie}"})
        start = time.perf_counter()
        with urllib.request.urlopen(request, timeout=30) as response:
            response.read()
            assert response.url == url, f"led to {response.url}"
        taken.append((time.perf_counter() - start) * 1000)
    return taken[2:]


def measure(requests: int, database: str) -> dict[str, dict[str, float]]:
    """Fill a database and return median and 95th percentile of each page, in milliseconds."""
    environment = {**os.environ, "IPT_CONSOLE_URL": database, "IPT_CONSOLE_SECRET": "for measuring only " * 3}
    run = {"cwd": ROOT, "env": environment, "check": True}
    subprocess.run([sys.executable, "-m", "console", "migrate", "--verbosity", "0"], **run)  # type: ignore[call-overload]
    fill = [sys.executable, "-m", "bench.console.fill", str(requests)]
    out = subprocess.run(fill, stdout=subprocess.PIPE, text=True, **run).stdout  # type: ignore[call-overload]
    cookie, key = out.split()
    pages = {
        "list, open, most urgent first": "/requests/",
        "list, all, newest first": "/requests/?status=all&order=newest",
        "list, all, last page": "/requests/?status=all&order=newest&page=400",
        "list, new or changed since I looked": "/requests/?status=all&show=changed",
        "search, a word in most requests": "/requests/?q=sleep",
        "search, two words": "/requests/?q=garden+hospital",
        "search, a word that is nowhere": "/requests/?q=quetzal",
        "search, a phone number": "/requests/?q=087+123+4567",
        "one request": f"/requests/{key}/",
        "one request, from a search": f"/requests/{key}/?q=sleep",
        "news, asked every two seconds": "/requests/news/",
    }
    found = {}
    with server(environment) as url:
        for name, path in pages.items():
            taken = milliseconds(f"{url}{path}", cookie)
            found[name] = {"median": statistics.median(taken), "p95": statistics.quantiles(taken, n=20)[-1]}
    return found


def main() -> int:
    """Measure, print and write the figures; return the exit code."""
    parser = argparse.ArgumentParser(description="Time the console's pages.")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--database", help="address of an empty database")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(options.requests, options.database or f"sqlite:///{folder}/console.db")
    for name, figures in found.items():
        print(f"{name:40} median {figures['median']:6.1f} ms   p95 {figures['p95']:6.1f} ms")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "console.json").write_text(json.dumps({"requests": options.requests, "pages": found}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
