"""How Slack calls us: events, presses and commands as signed requests, for people who write to the fake Slack.

Documentation read on 23 November 2026 (stored copies of api.slack.com):
- authentication/verifying-requests-from-slack: `v0=` and HMAC-SHA256 of `v0:<timestamp>:<body>`; older than five
  minutes is to be refused.
- apis/events-api: JSON `event_callback` with `event_id`; up to three retries with `x-slack-retry-num` and
  `x-slack-retry-reason` (http_timeout, http_error, connection_failed, ssl_error, too_many_redirects, unknown_error).
- reference/interaction-payloads/block-actions: a form with `payload`; no retries.
- interactivity/slash-commands: a form; now and then `ssl_check=1` to see that the address is there.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import sqlite3
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests

from tests.channels.fake_slack import APP, BOT_USER, TEAM, FakeSlack, Message

SECRET = "signing secret for tests"
DEADLINE = 30.0


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Return the headers by which a request shows that it comes from Slack."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def post(url: str, body: bytes, kind: str, **headers: str) -> requests.Response:
    """Send a signed request."""
    return requests.post(url, data=body, headers={"Content-Type": kind, **signed(body), **headers}, timeout=10)


def post_event(
    url: str, event: dict[str, Any], event_id: str = "", team: str = TEAM, **headers: str
) -> requests.Response:
    """Send an event in Slack's envelope."""
    envelope = {
        "token": "verification token, not used",
        "team_id": team,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id or f"Ev{uuid.uuid4().hex[:10]}",
        "event_time": int(time.time()),
        "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": BOT_USER, "is_bot": True}],
    }
    return post(url, json.dumps(envelope, ensure_ascii=False).encode(), "application/json; charset=utf-8", **headers)


def post_form(url: str, fields: dict[str, str], **headers: str) -> requests.Response:
    """Send a form: a press, a command or a check of the address."""
    return post(url, urlencode(fields).encode(), "application/x-www-form-urlencoded", **headers)


def message_event(user: str, channel: str, ts: str, text: str, **more: Any) -> dict[str, Any]:
    """Return a direct message as Slack reports it."""
    return {
        "type": "message",
        "user": user,
        "text": text,
        "ts": ts,
        "client_msg_id": str(uuid.uuid4()),
        "team": TEAM,
        "channel": channel,
        "event_ts": ts,
        "channel_type": "im",
        **more,
    }


@dataclass
class Person:
    """Somebody who writes to the assistant in direct messages."""

    slack: FakeSlack
    url: str
    user: str
    database: Path

    @property
    def channel(self) -> str:
        """The person's direct messages with the app."""
        return self.slack.direct(self.user)

    def write(self, text: str, ts: str = "", event_id: str = "", **more: Any) -> dict[str, Any]:
        """Send a message; return its event."""
        event = message_event(self.user, self.channel, ts or self.slack.new_ts(), _escaped(text), **more)
        answer = post_event(self.url, event, event_id)
        assert answer.status_code == 200, answer.text
        return event

    def say(self, text: str, **more: Any) -> list[Message]:
        """Send a message and return what was answered, when nothing more comes."""
        before = len(self.seen())
        self.write(text, **more)
        return self.answers(before)

    def press(self, title: str, message: Message | None = None) -> list[Message]:
        """Press the newest button with this title (or that of a message) and return what was answered."""
        before = len(self.seen())
        assert self.send_press(self.payload_of(title, message)).status_code == 200
        return self.answers(before)

    def payload_of(self, title: str, message: Message | None = None) -> dict[str, Any]:
        """Return what Slack sends when a button is pressed."""
        shown = [message] if message else reversed(self.seen())
        for candidate in shown:
            for element in buttons_of(candidate):
                if element["text"]["text"] == title:
                    return self._payload(candidate, element)
        raise AssertionError(f"No button {title!r} in {[titles_of(one) for one in self.seen()]}")

    def _payload(self, message: Message, element: dict[str, Any]) -> dict[str, Any]:
        shown = {"type": "message", "bot_id": "B0BOT", "ts": message.ts, "text": message.text, "blocks": message.blocks}
        if message.thread:
            shown["thread_ts"] = message.thread
        return {
            "type": "block_actions",
            "user": {"id": self.user, "username": "person", "team_id": TEAM},
            "api_app_id": APP,
            "container": {"type": "message", "message_ts": message.ts, "channel_id": self.channel},
            "trigger_id": uuid.uuid4().hex,
            "team": {"id": TEAM, "domain": "clinic"},
            "channel": {"id": self.channel, "name": "directmessage"},
            "message": shown,
            "response_url": "https://hooks.slack.example/actions/1",
            "actions": [{**element, "block_id": "b1", "action_ts": self.slack.new_ts()}],
        }

    def send_press(self, payload: dict[str, Any]) -> requests.Response:
        """Send a press."""
        return post_form(self.url, {"payload": json.dumps(payload)})

    def seen(self) -> list[Message]:
        """Return what stands in the direct messages."""
        return self.slack.seen_by(self.user)

    def answers(self, before: int) -> list[Message]:
        """Return the messages after the first `before`, when nothing more comes."""
        wait_until(lambda: len(self.seen()) > before, f"{self.user} was not answered")
        self.idle()
        return self.seen()[before:]

    def idle(self) -> None:
        """Wait until the assistant has nothing left to do."""
        wait_until(lambda: not open_work(self.database), "the assistant is still busy")


def open_work(database: Path) -> int:
    """Return how many updates are not dealt with yet."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        try:
            return int(connection.execute("select count(*) from channel_updates where state != 'done'").fetchone()[0])
        except sqlite3.OperationalError:  # no table yet: nothing came
            return 0


def wait_until(condition: Any, otherwise: str, seconds: float = DEADLINE) -> None:
    """Wait until a condition holds; fail if it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(otherwise)


def buttons_of(message: Message) -> list[dict[str, Any]]:
    """Return the buttons of a message."""
    return [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]


def titles_of(message: Message) -> list[str]:
    """Return the titles of a message's buttons."""
    return [element["text"]["text"] for element in buttons_of(message)]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
