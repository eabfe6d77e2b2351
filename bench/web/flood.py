"""What visitors meet while one address sends 200 requests a second: their reply times, what the flood is told, the server's memory.

    python -m bench.web.flood [--out bench/results]

The usual limits, behind a proxy as at a clinic. Half of the flood are messages of one conversation, half are new conversations.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import requests

from bench.latency.run import QUESTIONS, ROOT, our_bot

PER_SECOND, SECONDS = 200, 30
WARM_UP = 20  # messages, so that memory is at its usual level before the flood
NOISY, QUIET = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "198.51.100.9"}
AS_USUAL = {
    "IPT_TRUST_PROXY": "1",
    "IPT_WEB_RATE_CONVERSATION": "60/minute",
    "IPT_WEB_RATE_ADDRESS": "600/minute",
    "IPT_WEB_RATE_SESSION": "60/minute",
}


def begin(url: str, address: dict[str, str]) -> dict[str, str]:
    """Begin a conversation; return the headers of its requests."""
    token = requests.post(f"{url}/session", headers=address, timeout=60).json()["token"]
    return {**address, "Authorization": f"Bearer {token}"}


def quiet_milliseconds(url: str, headers: dict[str, str], messages: int) -> list[float]:
    """Return how long each message of a visitor took, about one a second."""
    taken = []
    for number in range(messages):
        started = time.perf_counter()
        body = {"text": QUESTIONS[number % len(QUESTIONS)]}
        requests.post(f"{url}/messages", json=body, headers=headers, timeout=60).raise_for_status()
        taken.append((time.perf_counter() - started) * 1000)
        time.sleep(max(0.0, 1 - taken[-1] / 1000))
    return taken


async def flood(url: str, headers: dict[str, str]) -> tuple[Counter[int], float]:
    """Send the flood; return how often each status came, and how many requests a second went out."""
    statuses: Counter[int] = Counter()

    async def send(session: aiohttp.ClientSession, number: int) -> None:
        path, body = ("messages", {"text": "hi"}) if number % 2 else ("session", {})
        async with session.post(f"{url}/{path}", json=body, headers=headers if number % 2 else NOISY) as answer:
            await answer.read()
            statuses[answer.status] += 1

    connector, limit = aiohttp.TCPConnector(limit=PER_SECOND), aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(connector=connector, timeout=limit) as session:
        started, sent = time.perf_counter(), []
        for number in range(PER_SECOND * SECONDS):
            sent.append(asyncio.create_task(send(session, number)))
            await asyncio.sleep(max(0.0, started + number / PER_SECOND - time.perf_counter()))
        rate = len(sent) / (time.perf_counter() - started)
        await asyncio.gather(*sent)
    return statuses, rate


async def measured(url: str) -> dict[str, Any]:
    """Return the figures of a visitor before and during the flood, and what the flood was told."""
    noisy, quiet = begin(url, NOISY), begin(url, QUIET)
    before = await asyncio.to_thread(quiet_milliseconds, url, quiet, WARM_UP)
    quiet = begin(url, QUIET)
    during, (statuses, rate) = await asyncio.gather(
        asyncio.to_thread(quiet_milliseconds, url, quiet, SECONDS), flood(url, noisy)
    )
    return {
        "requests_a_second": round(rate),
        "told": {str(status): count for status, count in sorted(statuses.items())},
        "visitor_before_ms": _summary(before),
        "visitor_during_ms": _summary(during),
    }


def main() -> None:
    """Measure, print, write `flood.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bot, _ = our_bot(Path(folder), **AS_USUAL)
        try:
            memory = bot.memory_mib()
            results = asyncio.run(measured(bot.address))
            results["memory_mib"] = {"before": round(memory), "after": round(bot.memory_mib())}
        finally:
            bot.stop()
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "flood.json").write_text(json.dumps(results, indent=2) + "\n")
    for name, figures in results.items():
        print(name, figures)


def _summary(milliseconds: list[float]) -> dict[str, int]:
    return {"median": round(statistics.median(milliseconds)), "slowest": round(max(milliseconds))}


if __name__ == "__main__":
    main()
