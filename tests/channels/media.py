"""One conversation on each medium: what a person says goes in, the content of the answers comes out without the medium's markup."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

import requests

from assistant.content.channels import load_channel_words
from tests.channels.fake_slack import FakeSlack, Message
from tests.channels.fake_telegram import Call, FakeTelegram, deliver, parse_markdown
from tests.channels.slack_person import Person, open_work, titles_of, wait_until
from tests.conftest import Assistant

_numbers = count(1)
Step = Any  # words, or [title of a button]


@dataclass
class Turn:
    """The content of the answers to one message: words, titles of buttons, names of sources, help lines, notes, pictures' words."""

    text: str = ""
    titles: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


class Medium(Protocol):
    """A conversation on one medium."""

    def turn(self, step: Step) -> Turn:
        """Say or press something; return what was answered."""


class Web:
    """The website chat."""

    def __init__(self, running: Assistant) -> None:
        self.url = running.url
        session = requests.post(f"{self.url}/session", timeout=20).json()
        self.headers = {"Authorization": f"Bearer {session['token']}"}
        self.shown: list[dict[str, Any]] = session["messages"]

    def turn(self, step: Step) -> Turn:
        body = {"button": self._button(step[0])} if isinstance(step, list) else {"text": step}
        answer = requests.post(f"{self.url}/messages", json=body, headers=self.headers, timeout=30)
        assert answer.status_code == 200, answer.text
        messages = answer.json()["messages"]
        self.shown += messages
        turn = Turn()
        for message in messages:
            card = message["card"] or {}
            turn.text += f" {message['text']}"
            turn.titles += [button["title"] for button in message["buttons"]]
            turn.sources += [source["title"].split(" — ")[0] for source in card.get("sources", [])]
            turn.notes += [card["text"]] if card.get("type") == "takeaway" else []
            turn.pictures += [card["alt"]] if card.get("type") == "picture" else []
            for line in [card["emergency"], *card["lines"]] if card.get("type") == "helplines" else []:
                ways = [*line["call"], line.get("text"), line.get("chat")]
                turn.lines += [line["name"], *(way["shown"] for way in ways if way)]
        return plain(turn)

    def _button(self, title: str) -> str:
        found = (
            button["id"]
            for message in reversed(self.shown)
            for button in message["buttons"]
            if button["title"] == title
        )
        return str(next(found))


class Slack:
    """Direct messages in Slack."""

    def __init__(self, running: Assistant, slack: FakeSlack) -> None:
        url = f"{running.url.rpartition('/')[0]}/slack/webhook"
        self.person = Person(slack, url, f"U5{next(_numbers):03}", running.database)
        slack.direct(self.person.user)
        self.words = load_channel_words("slack")

    def turn(self, step: Step) -> Turn:
        # Looked at as they were posted: buttons that are used go later.
        answers = self.person.press(step[0]) if isinstance(step, list) else self.person.say(step)
        turn = Turn()
        for message in answers:
            if squash(_without_markup(message.text)) != squash(self.words.first):
                self._read(message, turn)
        return plain(turn)

    def _read(self, message: Message, turn: Turn) -> None:
        turn.titles += titles_of(message)
        for block in message.blocks:
            if block["type"] == "section":
                literal = block["text"]["type"] == "plain_text"
                text = html.unescape(block["text"]["text"]) if literal else _without_markup(block["text"]["text"])
                if text.startswith(self.words.lines):
                    turn.lines.append(text.replace(self.words.lines, ""))
                else:
                    turn.text += f" {text}"
            elif block["type"] == "context":
                turn.sources.append(_without_markup(block["elements"][0]["text"]).replace(self.words.sources, "", 1))
        for file in message.files:
            turn.notes += [file["content"].decode()] if file["name"].endswith(".txt") else []
            turn.pictures += [file["alt"]] if file["name"].endswith(".png") else []


class Telegram:
    """A private chat in Telegram."""

    def __init__(self, running: Assistant, telegram: FakeTelegram) -> None:
        self.telegram, self.running = telegram, running
        self.url = running.url.removesuffix("/webhooks/web")
        self.chat = 880000 + next(_numbers)
        self.words = load_channel_words("telegram")

    def turn(self, step: Step) -> Turn:
        before = len(self.telegram.sent(self.chat))
        if isinstance(step, list):
            update = self.telegram.press(self.chat, step[0])
        else:
            update = self.telegram.text(self.chat, step)
        assert deliver(self.url, update).status_code == 200
        wait_until(lambda: len(self.telegram.sent(self.chat)) > before, "Telegram was not answered")
        wait_until(lambda: not open_work(self.running.database), "the assistant is still busy")
        turn = Turn()
        for call in self.telegram.sent(self.chat)[before:]:
            self._read(call, turn)
        return plain(turn)

    def _read(self, call: Call, turn: Turn) -> None:
        turn.titles += self.telegram.buttons(call)
        turn.notes += [content.decode() for name, content in call.files.items() if name.endswith(".txt")]
        if call.method == "sendPhoto":
            turn.pictures.append(parse_markdown(call.data["caption"]))
        text = parse_markdown(call.data.get("text", ""))
        if squash(text) == squash(self.words.first):
            return
        text, _, sources = text.partition(f"\n\n{self.words.sources}")
        text, _, lines = text.partition(f"\n\n{self.words.lines}")
        turn.text += f" {text}"
        turn.sources += [sources] if sources else []
        turn.lines += [lines] if lines else []


def plain(turn: Turn) -> Turn:
    """Return a turn with its words only."""
    turn.text = squash(turn.text)
    turn.sources, turn.lines = [squash(name) for name in turn.sources], [squash(line) for line in turn.lines]
    turn.notes, turn.pictures = [squash(note) for note in turn.notes], [squash(alt) for alt in turn.pictures]
    return turn


def squash(text: str) -> str:
    """Return a text as its words and signs: bullets, spaces and empty lines are the medium's."""
    return " ".join(re.sub(r"(?m)^\s*[-•]\s", " ", text).split())


def _without_markup(text: str) -> str:
    """Return mrkdwn as a person sees it."""
    text = re.sub(r"<([^<>|]+)\|([^<>]*)>", r"\2", text)
    return html.unescape(re.sub(r"(?<!\w)\*(\S[^*\n]*)\*(?!\w)", r"\1", text))
