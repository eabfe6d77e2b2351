"""`python -m assistant.channels.setup telegram` registers, finds what is wrong, and says how to mend it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.channels import setup
from assistant.channels.telegram_check import check_telegram
from tests.channels.fake_telegram import SECRET, TOKEN, FakeTelegram
from tests.conftest import free_port

URL = "https://127.0.0.1:8443"


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTelegram]:
    fake = FakeTelegram()
    fake.start()
    values = {"IPT_TELEGRAM_TOKEN": TOKEN, "IPT_TELEGRAM_SECRET": SECRET, "IPT_TELEGRAM_API": fake.url}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    yield fake
    fake.stop()


async def wrong(url: str = URL, register: bool = False) -> str:
    return "\n".join(finding.text for finding in await check_telegram(url, register) if not finding.right)


async def test_registering_tells_telegram_address_secret_kinds_and_commands(telegram: FakeTelegram) -> None:
    found = await check_telegram(URL, register=True)
    assert telegram.webhook["url"] == f"{URL}/webhooks/telegram/webhook"
    assert telegram.made("setWebhook")[0].data["secret_token"] == SECRET
    assert telegram.webhook["allowed_updates"] == ["message", "callback_query", "my_chat_member"]
    assert {"command": "erase", "description": "Erase this chat from our records"} in telegram.commands
    # Nobody listens at our address in this test, and that is the one thing to mend.
    assert [finding.right for finding in found][:-1] == [True] * (len(found) - 1)
    assert "cannot be reached from here" in found[-1].text


async def test_checking_changes_nothing(telegram: FakeTelegram) -> None:
    assert "No webhook is registered" in await wrong()
    assert not telegram.made("setWebhook")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("IPT_TELEGRAM_TOKEN", "", "Telegram is off"),
        ("IPT_TELEGRAM_TOKEN", "abc", "Copy it from @BotFather"),
        ("IPT_TELEGRAM_TOKEN", "1:unknown", "does not know the token"),
        ("IPT_TELEGRAM_SECRET", "", "16 to 256"),
        ("IPT_TELEGRAM_SECRET", "with spaces in it, long", "16 to 256"),
        ("IPT_TELEGRAM_API", f"http://127.0.0.1:{free_port()}", "cannot be reached"),
    ],
)
async def test_each_fault_of_the_settings_is_named(
    variable: str, value: str, says: str, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert says in await wrong()


@pytest.mark.parametrize(
    "url", ["", "http://clinic.example", "https://clinic.example:5005", "clinic.example", "https://a:b"]
)
async def test_an_address_that_telegram_would_not_call_is_named(telegram: FakeTelegram, url: str) -> None:
    assert "--url" in await wrong(url) or "https addresses" in await wrong(url)


async def test_what_telegram_reports_is_told_with_its_remedy(telegram: FakeTelegram) -> None:
    await check_telegram(URL, register=True)
    error = "Wrong response from the webhook: 401 Unauthorized"
    telegram.webhook.update(last_error_message=error, last_error_date=1795000000, pending_update_count=500)
    telegram.webhook["allowed_updates"] = ["message"]
    telegram.reads_groups = True
    found = await wrong()
    for said in (error, "The secret differs", "500 messages wait", "callback_query, my_chat_member", "/setprivacy"):
        assert said in found
    telegram.webhook["url"] = "https://elsewhere.example/"
    assert "not to" in await wrong()


def test_the_command_says_right_or_wrong(telegram: FakeTelegram, capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main(["telegram", "--url", URL]) == 1
    said = capsys.readouterr().out
    assert "right: The token is good: @ipt_test_bot." in said and "\nwrong: https://127.0.0.1:8443/" in said
