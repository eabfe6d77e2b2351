"""`python -m assistant.channels.setup slack` finds what is wrong with a set-up and says how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.channels.slack_check import check_slack
from tests.channels.fake_slack import SCOPES, FakeSlack
from tests.channels.slack_person import SECRET
from tests.conftest import Assistant, free_port, run_assistant


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture()
def environment(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables of a good set-up, set in this process."""
    slack.scopes = SCOPES
    values = {"IPT_SLACK_TOKEN": slack.token, "IPT_SLACK_SIGNING_SECRET": SECRET, "IPT_SLACK_API": slack.api}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


@pytest.fixture(scope="module")
def running(slack: FakeSlack, endpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    variables = {"IPT_SLACK_TOKEN": slack.token, "IPT_SLACK_SIGNING_SECRET": SECRET, "IPT_SLACK_API": slack.api}
    yield from run_assistant(tmp_path_factory.mktemp("setup"), endpoints, **variables)


async def wrong(url: str = "") -> str:
    return "\n".join(finding.text for finding in await check_slack(url) if not finding.right)


async def test_a_good_set_up_has_nothing_to_mend(environment: dict[str, str], running: Assistant) -> None:
    address = running.url.rpartition("/webhooks")[0]
    assert await wrong() == ""
    assert await wrong(address) == f"{address}/webhooks/slack/webhook: Slack calls https addresses only."


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("IPT_SLACK_TOKEN", "", "IPT_SLACK_TOKEN is not"),
        ("IPT_SLACK_SIGNING_SECRET", "", "IPT_SLACK_SIGNING_SECRET is not"),
        ("IPT_SLACK_TOKEN", "xoxp-mine", "xoxb-"),
        ("IPT_SLACK_TOKEN", "xoxb-old", "invalid_auth. Copy the"),
        ("IPT_SLACK_API", "http://127.0.0.1:9/api/", "cannot be reached"),
    ],
)
async def test_each_fault_of_the_settings_is_named(
    variable: str, value: str, says: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert says in await wrong()


async def test_too_few_and_too_many_scopes_are_named(environment: dict[str, str], slack: FakeSlack) -> None:
    slack.scopes = "chat:write,im:history,app_mentions:read,channels:history"
    found = await wrong()
    assert "missing: files:write" in found and "not needed: channels:history" in found


async def test_an_address_where_nobody_or_another_answers_is_named(
    environment: dict[str, str], running: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "cannot be reached" in await wrong(f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("IPT_SLACK_SIGNING_SECRET", "another secret")
    assert "status 401" in await wrong(running.url.rpartition("/webhooks")[0])
