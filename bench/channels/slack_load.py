"""Many people at once in Slack, with everything that goes wrong: `python -m bench.channels.slack_load [--people 200] [--turns 10]`.

One message in ten arrives twice, one in ten changes places with the next, one call in twenty is answered 429, Slack is down for
five seconds, and the assistant is stopped and started again in the middle. In the end each person's messages must stand in the
tracker once and in order, and each answer must have reached Slack once and in order. Writes `bench/results/slack-load.json`.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import random
import re
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Dict, List

import requests

from assistant.channels.messenger.buttons import conversation_id
from assistant.content.channels import load_channel_words
from assistant.content.files import ROOT
from bench.channels.parts import endpoints_in, slack_settings
from tests.channels.fake_slack import TEAM, FakeSlack
from tests.channels.slack_person import message_event, open_work, post_event, wait_until
from tests.conftest import Assistant, run_assistant

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
SECONDS = 60.0  # in which everybody says everything
TWICE, SWAPPED, LIMITED = 0.1, 0.1, 0.05
SECRET = "a secret for the load test " * 3


class Load:
    """One run."""

    def __init__(self, people: int, turns: int) -> None:
        self.people, self.turns = people, turns
        self.url = ""
        self.requests = 0
        self.slowest = 0.0
        self.said: Dict[str, List[str]] = {}

    def talk(self, user: str, slack: FakeSlack) -> None:
        """Say everything one person says, at their own pace."""
        chance = random.Random(user)
        channel = slack.direct(user)
        events = []
        for number in range(self.turns):
            text = QUESTIONS[(chance.randrange(len(QUESTIONS)) + number) % len(QUESTIONS)]
            events.append(message_event(user, channel, "", text))
        self.said[user] = [event["text"] for event in events]
        number = 0
        while number < len(events):
            time.sleep(chance.uniform(0.5, 1.5) * SECONDS / self.turns)
            swap = chance.random() < SWAPPED and number + 1 < len(events)
            now = events[number : number + 1 + swap]
            for event in now:
                event["ts"] = event["event_ts"] = slack.new_ts()
            number += len(now)
            for event in reversed(now):
                for _ in range(1 + (chance.random() < TWICE)):
                    self._bring(event)

    def _bring(self, event: Dict[str, Any]) -> None:
        """Bring an event until it is taken, as Slack does."""
        while True:
            started = time.monotonic()
            try:
                if post_event(self.url, event, f"Ev{event['ts']}").status_code == 200:
                    self.requests += 1
                    self.slowest = max(self.slowest, time.monotonic() - started)
                    return
            except requests.RequestException:
                pass
            time.sleep(0.3)


def main() -> None:
    """Run, check and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--turns", type=int, default=10)
    given = parser.parse_args()
    os.environ["IPT_WEB_SECRET"] = SECRET
    load = Load(given.people, given.turns)
    with tempfile.TemporaryDirectory() as folder, FakeSlack() as slack, endpoints_in(Path(folder)) as endpoints:
        slack.random_limits = LIMITED
        settings = {**slack_settings(slack), "IPT_WEB_SECRET": SECRET, "IPT_COUNTRY": "US"}
        started = time.monotonic()
        database = _run(load, slack, Path(folder), endpoints, settings)
        seconds = time.monotonic() - started
        faults = _faults(load, slack, database)
        statuses = [call.status for call in slack.calls]
    figures = {
        "people": given.people,
        "turns": given.people * given.turns,
        "requests_taken": load.requests,
        "slowest_200_seconds": round(load.slowest, 2),
        "calls_answered_429": statuses.count(429),
        "calls_answered_503": statuses.count(503),
        "seconds": round(seconds),
        "faults": faults,
    }
    output = ROOT / "bench" / "results" / "slack-load.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2)[:3000])
    sys.exit(1 if faults else 0)


def _run(load: Load, slack: FakeSlack, folder: Path, endpoints: Path, settings: Dict[str, str]) -> Path:
    """Let everybody talk to an assistant that is started twice; return its database."""
    database = folder / "conversations.db"
    threads = [threading.Thread(target=load.talk, args=(f"U{number:05}", slack)) for number in range(load.people)]
    for running in run_assistant(folder, endpoints, 200, **settings):
        load.url = _webhook(running)
        for thread in threads:
            thread.start()
        time.sleep(SECONDS / 3)
        slack.down_until = time.monotonic() + 5
        time.sleep(SECONDS / 3)
    for running in run_assistant(folder, endpoints, 200, **settings):
        load.url = _webhook(running)
        for thread in threads:
            thread.join()
        wait_until(lambda: not open_work(database), "the queue did not get empty", 600)
    return database


def _webhook(running: Assistant) -> str:
    return f"{running.url.rpartition('/')[0]}/slack/webhook"


def _faults(load: Load, slack: FakeSlack, database: Path) -> List[str]:
    """Return what was lost, doubled or out of order."""
    faults: List[str] = []
    first = load_channel_words("slack").first
    with closing(sqlite3.connect(database)) as connection:
        query = "select data from events where sender_id = ? order by id"
        for user, said in load.said.items():
            rows = connection.execute(query, (conversation_id("slack", TEAM, user),)).fetchall()
            events = [json.loads(data) for (data,) in rows]
            heard = [event["text"] for event in events if event["event"] == "user"]
            if heard != said:
                faults.append(f"{user} said {said}, heard was {heard}")
            told = [_words(event["text"]) for event in events if event["event"] == "bot"]
            shown = [_words(html.unescape(message.text)) for message in slack.seen_by(user)]
            wanted = [_words(first), *told]
            if len(shown) != len(wanted) or any(not got.startswith(want) for got, want in zip(shown, wanted)):
                faults.append(f"{user} was told {len(wanted)} messages, {len(shown)} were shown or the order differs")
    return faults


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


if __name__ == "__main__":
    main()
