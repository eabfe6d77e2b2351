"""Many people at once in a messenger, on a bad day: every turn answered exactly once, and in order.

    python -m bench.channels.load telegram [--people 200] [--turns 10] [--seed 1] [--out bench/results]

Each person writes, waits for the answer, and goes on; some send two messages at once, which arrive in either order a moment apart.
Some requests come twice, at once or much later. The platform refuses some messages for a second (429), its API is down for five
seconds after a third of the turns, and the assistant is stopped (SIGTERM) and started again after two thirds. Then what each
person got is held against what the assistant remembers of the conversation: every message once, every answer once, in order.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List

import aiohttp

from bench.channels.sides import SIDES, Delivery, Side
from bench.latency.run import ROOT, free_port

QUESTIONS = [
    "what is ipt",
    "how long does it take",
    "does it really work",
    "is there something for my teenager",
    "what does it cost",
    "can i do it online",
    "who gives this therapy",
    "what happens in the first session",
    "how is it different from cbt",
    "is what i say to a therapist private",
]
TWICE, LATE, TOGETHER = 0.15, 0.05, 0.2  # of all messages: come twice, come again at the end, come with the next one
GAP_SECONDS = 0.1  # between two that were sent at once
CONNECTIONS = 40  # that a platform has open to us (Telegram's `max_connections`)
OUTAGE_SECONDS = 5.0
START_SECONDS, WHOLE_SECONDS = 300, 1800
RETRY_SECONDS = 1.0


class Server:
    """The assistant in a process of its own, with one database; can be stopped and started again."""

    def __init__(self, folder: Path, environment: Dict[str, str]) -> None:
        self.database, self._log = folder / "conversations.db", folder / "log"
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._environment = {
            **os.environ,
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONWARNINGS": "ignore",
            "IPT_TRACKER_URL": f"sqlite:///{self.database}",
            "IPT_WEB_SECRET": "a secret for the load test " * 2,
            "IPT_CRISIS_OUTBOX": str(folder / "outbox"),
            **environment,
        }
        self.start()

    def start(self) -> None:
        """Start the process."""
        command = [
            sys.executable,
            "-m",
            "assistant.serve",
            "--model",
            "models/assistant.tar.gz",
            "--port",
            str(self._port),
        ]
        command += ["--interface", "127.0.0.1", "--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=self._environment)

    def stop(self) -> int:
        """End the process with SIGTERM; return its exit code."""
        self._process.terminate()
        return self._process.wait(30)

    async def ready(self, session: aiohttp.ClientSession) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                async with session.post(f"{self.url}/webhooks/web/session") as response:
                    if response.status == 201:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.2)
        raise TimeoutError(f"The assistant did not start; see {self._log}")


class Load:
    """One run."""

    def __init__(self, side: Side, server: Server, people: int, turns: int, seed: int) -> None:
        self._side, self._server, self._turns = side, server, turns
        self._people = range(1, people + 1)
        self._chance = random.Random(seed)
        self._late: List[Delivery] = []
        self._restarting, self._in_flight = False, 0
        self.sent: Dict[int, List[str]] = {person: [] for person in self._people}
        self.waits: List[float] = []
        self.repeated = self.swapped = 0

    async def run(self) -> None:
        """Let everybody talk, with an outage and a restart in between."""
        self._slots, self._pair = asyncio.Semaphore(CONNECTIONS), asyncio.Lock()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            await self._server.ready(session)
            talks = [asyncio.create_task(self._talk(session, person)) for person in self._people]
            trouble = asyncio.create_task(self._trouble(session))
            await asyncio.wait_for(asyncio.gather(*talks), WHOLE_SECONDS)
            await trouble
            await asyncio.gather(*(self._bring(session, self._side.again(late)) for late in self._late))
            self.repeated += len(self._late)
            await self._settled()

    async def _talk(self, session: aiohttp.ClientSession, person: int) -> None:
        chance = random.Random(self._chance.random())
        await asyncio.sleep(chance.random() * 2)
        while len(self.sent[person]) < self._turns:
            count = 2 if chance.random() < TOGETHER and self._turns - len(self.sent[person]) > 1 else 1
            texts = [QUESTIONS[(len(self.sent[person]) + place) % len(QUESTIONS)] for place in range(count)]
            deliveries = [self._side.delivery(person, text) for text in texts]
            self.sent[person] += texts
            started = time.monotonic()
            await self._bring_all(session, deliveries, chance)
            while self._side.count(person) <= len(self.sent[person]):  # one more: the first message
                await asyncio.sleep(0.05)
            self.waits.append(time.monotonic() - started)
            await asyncio.sleep(chance.random() * 0.5)

    async def _bring_all(
        self, session: aiohttp.ClientSession, deliveries: List[Delivery], chance: random.Random
    ) -> None:
        swapped = len(deliveries) > 1 and chance.random() < 0.5 and not self._restarting
        self.swapped += swapped
        self._in_flight += swapped
        if swapped:  # a moment apart, so none of the two waits for a connection
            async with self._pair:
                await self._slots.acquire()
                await self._slots.acquire()
        bringing = []
        for delivery in reversed(deliveries) if swapped else deliveries:
            bringing.append(asyncio.create_task(self._bring(session, delivery, swapped)))
            if chance.random() < TWICE:
                bringing.append(asyncio.create_task(self._bring(session, self._side.again(delivery))))
                self.repeated += 1
            if chance.random() < LATE:
                self._late.append(delivery)
            if len(deliveries) > 1:
                if not swapped:
                    await bringing[0]  # a platform brings the next one when it got its 200 for the first
                await asyncio.sleep(chance.random() * GAP_SECONDS)
        await asyncio.gather(*bringing)
        self._in_flight -= swapped

    async def _bring(self, session: aiohttp.ClientSession, delivery: Delivery, slot_taken: bool = False) -> None:
        """Bring a request until it is taken, as the platforms do."""
        while True:
            if not slot_taken:
                await self._slots.acquire()
            slot_taken = False
            try:
                url = f"{self._server.url}{delivery.path}"
                async with session.post(url, data=delivery.body, headers=delivery.headers) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            finally:
                self._slots.release()
            delivery = self._side.again(delivery)
            await asyncio.sleep(RETRY_SECONDS)

    async def _trouble(self, session: aiohttp.ClientSession) -> None:
        whole = len(self._people) * self._turns
        await self._until(whole / 3)
        self._side.outage(OUTAGE_SECONDS)
        await self._until(whole * 2 / 3)
        self._restarting = True
        while (
            self._in_flight
        ):  # a platform that gets no 200 brings the next one later: no pair is swapped over a restart
            await asyncio.sleep(GAP_SECONDS)
        code = await asyncio.to_thread(self._server.stop)
        print(f"stopped with exit code {code} after {self._answered()} answers, started again", flush=True)
        self._server.start()
        await self._server.ready(session)
        self._restarting = False

    async def _until(self, answers: float) -> None:
        while self._answered() < answers:
            await asyncio.sleep(0.1)

    def _answered(self) -> int:
        return sum(max(0, self._side.count(person) - 1) for person in self._people)

    async def _settled(self) -> None:
        while open_work(self._server.database):
            await asyncio.sleep(0.2)


def open_work(database: Path) -> int:
    """Return how many updates are not dealt with."""
    with sqlite3.connect(database, timeout=30) as connection:
        return int(connection.execute("select count(*) from channel_updates where state != 'done'").fetchone()[0])


def faults(load: Load, side: Side, database: Path) -> List[str]:
    """Return what went wrong: a line for each person whose conversation is not as it should be."""
    found = []
    with sqlite3.connect(database, timeout=30) as connection:
        for person, texts in load.sent.items():
            query = "select id from channel_conversations where address like ?"
            (conversation,) = connection.execute(query, (f"%{side.key(person)}%",)).fetchone()
            rows = connection.execute("select data from events where sender_id = ? order by id", (conversation,))
            events = [json.loads(data) for (data,) in rows]
            heard = [event["text"] for event in events if event["event"] == "user"]
            said = [event["text"] for event in events if event["event"] == "bot"]
            if heard != texts:
                found.append(f"person {person}: wrote {texts}, heard {heard}")
            seen = [_letters(text) for text in side.seen(person)][1:]
            if len(seen) != len(said) or not all(
                got.startswith(_letters(text)) for got, text in zip(seen, said, strict=True)
            ):
                found.append(f"person {person}: {len(said)} answers, {len(seen)} messages arrived, or in another order")
    return found


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def main() -> int:
    """Run, print and keep the result; return 1 if a turn was lost, repeated or out of order."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("platform", choices=sorted(SIDES))
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("bench/results"))
    given = parser.parse_args()
    side: Side = SIDES[given.platform](given.seed)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), side.environment)
        load = Load(side, server, given.people, given.turns, given.seed)
        started = time.monotonic()
        try:
            asyncio.run(load.run())
            wrong = faults(load, side, server.database)
        finally:
            server.stop()
            side.stop()
    waits = sorted(load.waits)
    result: Dict[str, Any] = {
        "platform": given.platform,
        "people": given.people,
        "turns": sum(map(len, load.sent.values())),
        "repeated_requests": load.repeated,
        "swapped_pairs": load.swapped,
        "refused_by_the_platform": side.refused(),
        "seconds": round(time.monotonic() - started, 1),
        "wait_median_seconds": round(statistics.median(waits), 2),
        "wait_95_seconds": round(waits[int(len(waits) * 0.95)], 2),
        "people_with_a_fault": len(wrong),
    }
    print(json.dumps(result, indent=2))
    for line in wrong[:20]:
        print(line)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / f"load_{given.platform}.json").write_text(json.dumps(result, indent=2) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
