"""The platforms as the load test sees them: how a person's message reaches us, what the person sees, how to make life hard."""

from __future__ import annotations

import json
import random
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Dict, List

from tests.channels.fake_slack import TEAM, FakeSlack
from tests.channels.fake_telegram import SECRET, TOKEN, FakeTelegram, parse_markdown
from tests.channels.slack_person import SECRET as SIGNING_SECRET
from tests.channels.slack_person import message_event, signed

LIMITED = 0.03  # of all messages are refused once with "too many requests"
WAIT_SECONDS = 1


@dataclass(frozen=True)
class Delivery:
    """One request of a platform, which may come again."""

    path: str
    body: bytes
    headers: Dict[str, str]


class Side(ABC):
    """One platform: its fake, and its people, who are numbered."""

    environment: Dict[str, str]

    @abstractmethod
    def delivery(self, person: int, text: str) -> Delivery:
        """Return the request that brings a person's message."""

    @abstractmethod
    def again(self, delivery: Delivery) -> Delivery:
        """Return the request with which the platform tries again."""

    @abstractmethod
    def seen(self, person: int) -> List[str]:
        """Return the texts a person has got, in order, as they look."""

    @abstractmethod
    def count(self, person: int) -> int:
        """Return how many messages a person has got."""

    @abstractmethod
    def key(self, person: int) -> str:
        """Return what names the person in the address the assistant keeps."""

    @abstractmethod
    def outage(self, seconds: float) -> None:
        """Take the platform's API down for a while."""

    @abstractmethod
    def refused(self) -> Dict[str, int]:
        """Return how many calls were refused, by reason."""

    @abstractmethod
    def stop(self) -> None:
        """Stop the fake."""


class TelegramSide(Side):
    """Telegram."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._fake = FakeTelegram()
        self._fake.too_many = lambda method, _data: (
            WAIT_SECONDS if method == "sendMessage" and self._chance.random() < LIMITED else None
        )
        self._fake.start()
        self.environment = {
            "IPT_TELEGRAM_TOKEN": TOKEN,
            "IPT_TELEGRAM_SECRET": SECRET,
            "IPT_TELEGRAM_API": self._fake.url,
        }

    def delivery(self, person: int, text: str) -> Delivery:
        """Return an update."""
        body = json.dumps(self._fake.text(person + 9_000_000_000, text)).encode()
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
        return Delivery("/webhooks/telegram/webhook", body, headers)

    def again(self, delivery: Delivery) -> Delivery:
        """Return the same: Telegram repeats an update as it was."""
        return delivery

    def seen(self, person: int) -> List[str]:
        """Return the texts of a chat."""
        sent = self._fake.sent_to.get(person + 9_000_000_000, [])
        return [parse_markdown(call.data["text"]) for call in sent if call.method == "sendMessage"]

    def count(self, person: int) -> int:
        """Return the length of a chat."""
        return len(self._fake.sent_to.get(person + 9_000_000_000, []))

    def key(self, person: int) -> str:
        """Return the chat's number."""
        return str(person + 9_000_000_000)

    def outage(self, seconds: float) -> None:
        """Answer 502 for a while."""
        self._fake.down = True
        threading.Timer(seconds, lambda: setattr(self._fake, "down", False)).start()

    def refused(self) -> Dict[str, int]:
        """Return the refusals by their words."""
        found: Dict[str, int] = {}
        for call in self._fake.calls:
            if not call.ok:
                found[call.description] = found.get(call.description, 0) + 1
        return found

    def stop(self) -> None:
        """Stop the fake."""
        self._fake.stop()


class SlackSide(Side):
    """Slack; besides its limit of messages in a channel it refuses some calls at random."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._fake = FakeSlack(burst=6)
        self._fake.random_limits = LIMITED
        self._fake.__enter__()
        self.environment = {
            "IPT_SLACK_TOKEN": self._fake.token,
            "IPT_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "IPT_SLACK_API": self._fake.api,
        }

    def delivery(self, person: int, text: str) -> Delivery:
        """Return an event."""
        user = self._user(person)
        event = message_event(user, self._fake.direct(user), self._fake.new_ts(), text)
        envelope = {
            "type": "event_callback",
            "team_id": TEAM,
            "event": event,
            "event_id": f"Ev{self._chance.getrandbits(40):x}",
            "event_time": int(time.time()),
        }
        body = json.dumps(envelope).encode()
        return Delivery("/webhooks/slack/webhook", body, {"Content-Type": "application/json", **signed(body)})

    def again(self, delivery: Delivery) -> Delivery:
        """Return the same event, signed anew, with the headers of a retry."""
        retry = {"x-slack-retry-num": "1", "x-slack-retry-reason": "connection_failed"}
        headers = {"Content-Type": "application/json", **signed(delivery.body), **retry}
        return Delivery(delivery.path, delivery.body, headers)

    def seen(self, person: int) -> List[str]:
        """Return the texts of the direct messages."""
        return [message.text for message in self._fake.seen_by(self._user(person))]

    def count(self, person: int) -> int:
        """Return the length of the direct messages."""
        return len(self._fake.seen_by(self._user(person)))

    def key(self, person: int) -> str:
        """Return the channel."""
        return self._fake.direct(self._user(person))

    def outage(self, seconds: float) -> None:
        """Answer 503 for a while."""
        self._fake.down_until = time.monotonic() + seconds

    def refused(self) -> Dict[str, int]:
        """Return the refusals by their words."""
        found: Dict[str, int] = {}
        for call in self._fake.calls:
            if call.status != 200 or not call.answer.get("ok"):
                words = str(call.answer.get("error") or call.status)
                found[words] = found.get(words, 0) + 1
        return found

    def stop(self) -> None:
        """Stop the fake."""
        self._fake.__exit__(None, None, None)

    @staticmethod
    def _user(person: int) -> str:
        return f"U{person:08d}"


SIDES: Dict[str, Any] = {"telegram": TelegramSide, "slack": SlackSide}
