"""The same conversations on the website, in Slack and in Telegram have the same content (`same_answers.yml`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.content.phrases import load_phrases
from tests.channels.fake_slack import FakeSlack
from tests.channels.fake_telegram import SECRET as TELEGRAM_SECRET
from tests.channels.fake_telegram import TOKEN as TELEGRAM_TOKEN
from tests.channels.fake_telegram import FakeTelegram
from tests.channels.media import Medium, Slack, Telegram, Web
from tests.channels.slack_person import SECRET
from tests.conftest import Assistant, run_assistant

CONVERSATIONS = yaml.safe_load((Path(__file__).parent / "same_answers.yml").read_text())


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture(scope="module")
def telegram() -> Iterator[FakeTelegram]:
    fake = FakeTelegram()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def running(
    slack: FakeSlack, telegram: FakeTelegram, endpoints: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    variables = {
        "IPT_SLACK_TOKEN": slack.token,
        "IPT_SLACK_SIGNING_SECRET": SECRET,
        "IPT_SLACK_API": slack.api,
        "IPT_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "IPT_TELEGRAM_SECRET": TELEGRAM_SECRET,
        "IPT_TELEGRAM_API": telegram.url,
        "IPT_COUNTRY": "US",
    }
    yield from run_assistant(tmp_path_factory.mktemp("same"), endpoints, **variables)


@pytest.fixture(params=["slack", "telegram"])
def messenger(request: pytest.FixtureRequest, running: Assistant, slack: FakeSlack, telegram: FakeTelegram) -> Medium:
    return Slack(running, slack) if request.param == "slack" else Telegram(running, telegram)


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=[each["conversation"] for each in CONVERSATIONS])
def test_the_content_is_the_same(conversation: dict[str, Any], messenger: Medium, running: Assistant) -> None:
    web = Web(running)
    for step in conversation["says"]:
        wanted, got = web.turn(step), messenger.turn(step)
        assert wanted.text, step
        assert got.text == for_messengers(wanted.text), step
        assert got.titles == wanted.titles, step
        assert all(words(name) <= words(" ".join(got.sources)) for name in wanted.sources), step
        assert bool(got.sources) == bool(wanted.sources), step
        assert words(" ".join(wanted.lines)) <= words(" ".join(got.lines)), step
        assert bool(got.lines) == bool(wanted.lines), step
        assert (got.notes, got.pictures) == (wanted.notes, wanted.pictures), step


def for_messengers(text: str) -> str:
    """Return a text of the website as messengers say it: only how to hide the chat differs."""
    phrases = load_phrases()
    return text.replace(phrases.hide_on_web, phrases.hide_in_messenger)


def words(text: str) -> set[str]:
    """Return the words of a text, whatever stands between them."""
    return {word.strip(".,;:()") for word in text.split()} - {""}
