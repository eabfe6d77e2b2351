"""Registers the Telegram webhook and commands, and checks the set-up. Used by `python -m assistant.channels.setup telegram`."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timezone
from typing import Any, Dict, List
from urllib.parse import urlsplit

import aiohttp
from aiogram import Bot
from aiogram.utils import exceptions

from assistant.channels.findings import Finding
from assistant.channels.settings import SettingsError
from assistant.channels.telegram_platform import client
from assistant.channels.telegram_settings import WEBHOOK, TelegramSettings
from assistant.channels.telegram_updates import WANTED
from assistant.content.channels import load_channels

PORTS = (None, 443, 80, 88, 8443)  # Telegram calls no other
TIMEOUT = aiohttp.ClientTimeout(total=10)
MOST_PENDING = 100
CONNECTIONS = 40  # Telegram's default
OFF = "Telegram is off. Set IPT_TELEGRAM_TOKEN and IPT_TELEGRAM_SECRET (docs/messengers.md, Telegram)."
NO_ADDRESS = "Telegram must know our address. Give it with --url https://your.host, or set IPT_PUBLIC_URL."


async def check_telegram(public_url: str = "", register: bool = False) -> List[Finding]:
    """Return what was found, in the order of the steps in docs/messengers.md.

    Args:
        public_url: the assistant's address as Telegram sees it, such as `https://assistant.clinic.example`.
        register: tell Telegram the webhook, the secret and the commands before checking.
    """
    try:
        settings = TelegramSettings.from_environment()
    except SettingsError as error:
        return [Finding(False, str(error))]
    if settings is None:
        return [Finding(False, OFF)]
    address = _address(public_url)
    bot = client(settings)
    try:
        found = await _check_bot(bot)
        if isinstance(address, Finding):
            return [*found, address]
        if register:
            await _register(bot, settings, address)
            found.append(Finding(True, "The webhook, the secret and the commands were registered."))
        found += _check_webhook(await bot.request("getWebhookInfo"), address)
    except exceptions.Unauthorized:
        return [Finding(False, "Telegram does not know the token. Copy it again from @BotFather: /mybots, API Token.")]
    except exceptions.RetryAfter as error:
        return [Finding(False, f"Telegram asks to wait. Run this again in {error.timeout} seconds.")]
    except (exceptions.NetworkError, asyncio.TimeoutError) as error:
        reason = f"{settings.api} cannot be reached ({type(error).__name__})"
        return [Finding(False, f"{reason}. Does this machine get out to the internet?")]
    except exceptions.TelegramAPIError as error:
        return [Finding(False, f"Telegram refused: {error}. Is the address right, and open to the internet?")]
    finally:
        await bot.session.close()
    return found + await _check_address(settings, address)


def _address(public_url: str) -> str | Finding:
    """Return the webhook's address, or what is wrong with it."""
    if not public_url:
        return Finding(False, NO_ADDRESS)
    try:
        parts = urlsplit(public_url)
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.port in PORTS
    except ValueError:
        usable = False
    if not usable:
        why = "Telegram calls https addresses on the ports 443, 80, 88 and 8443 only"
        return Finding(False, f"{public_url}: {why}. Put a proxy with a certificate in front of the assistant.")
    return f"{public_url.rstrip('/')}{WEBHOOK}"


async def _register(bot: Bot, settings: TelegramSettings, address: str) -> None:
    webhook = {
        "url": address,
        "secret_token": settings.secret,
        "allowed_updates": json.dumps(WANTED),
        "max_connections": CONNECTIONS,
    }
    await bot.request("setWebhook", webhook)
    commands = [{"command": name, "description": command.says} for name, command in load_channels().commands.items()]
    scope = json.dumps({"type": "all_private_chats"})
    await bot.request("setMyCommands", {"commands": json.dumps(commands), "scope": scope})


async def _check_bot(bot: Bot) -> List[Finding]:
    me = await bot.request("getMe")
    found = [Finding(True, f"The token is good: @{me.get('username')}.")]
    if me.get("can_read_all_group_messages"):
        mend = "In @BotFather: /setprivacy, choose the bot, Enable. The assistant keeps nothing of groups, but need not see them"
        found.append(Finding(False, f"The bot gets everything that is said in groups. {mend}."))
    else:
        found.append(Finding(True, "Privacy mode is on: in groups the bot gets what is meant for it only."))
    return found


def _check_webhook(info: Dict[str, Any], address: str) -> List[Finding]:
    """Return what Telegram says of the webhook."""
    again = "Run this command without --check"
    if not info.get("url"):
        return [Finding(False, f"No webhook is registered, so nothing reaches the assistant. {again}.")]
    if info["url"] != address:
        return [Finding(False, f"Telegram sends to {info['url']}, not to {address}. {again}, with the right --url.")]
    found = [Finding(True, f"Telegram sends to {address}.")]
    missing = [kind for kind in WANTED if info.get("allowed_updates") and kind not in info["allowed_updates"]]
    if missing:
        found.append(Finding(False, f"Telegram does not send {', '.join(missing)}. {again}."))
    if info.get("last_error_message"):
        when = datetime.fromtimestamp(info.get("last_error_date", 0), timezone.utc).isoformat(timespec="minutes")
        found.append(Finding(False, f"Last error, {when}: {info['last_error_message']}. {_mend(info)}"))
    pending = int(info.get("pending_update_count", 0))
    if pending > MOST_PENDING:
        found.append(
            Finding(False, f"{pending} messages wait at Telegram. Does the assistant run? See the last error.")
        )
    else:
        found.append(Finding(True, f"{pending} messages wait at Telegram."))
    return found


def _mend(info: Dict[str, Any]) -> str:
    said = str(info["last_error_message"]).lower()
    if "401" in said:
        return "The secret differs: run this command with the variables of the running assistant."
    if "404" in said:
        return "The assistant ran without IPT_TELEGRAM_TOKEN, or the proxy does not pass /webhooks/telegram/ on."
    if "ssl" in said or "certificate" in said:
        return "The certificate is not good, or its chain is not complete. Renew it."
    if "503" in said or "502" in said or "timed out" in said or "refused" in said:
        return "The assistant or its database did not answer. If it does now, this line goes away with time."
    return "Look into the log of the proxy and of the assistant."


async def _check_address(settings: TelegramSettings, address: str) -> List[Finding]:
    """Send an update that means nothing, with the right secret and a wrong one."""
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            right = await _post(session, address, settings.secret)
            wrong = await _post(session, address, "x")
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        mend = "Is the assistant running, and does the proxy pass /webhooks/telegram/ on?"
        return [Finding(False, f"{address} cannot be reached from here ({type(error).__name__}). {mend}")]
    if right == 401:
        return [Finding(False, f"{address}: IPT_TELEGRAM_SECRET differs from that of the running assistant.")]
    if right == 404:
        mend = "Give the running assistant IPT_TELEGRAM_TOKEN and IPT_TELEGRAM_SECRET, and start it again"
        return [Finding(False, f"{address}: the assistant runs without Telegram. {mend}.")]
    if right != 200 or wrong != 401:
        return [
            Finding(
                False,
                f"{address} answers with status {right}, and {wrong} to a wrong secret; it should be 200 and 401.",
            )
        ]
    return [Finding(True, f"{address} answers as Telegram wants it, and refuses a wrong secret.")]


async def _post(session: aiohttp.ClientSession, address: str, secret: str) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with session.post(address, json={"update_id": 0}, headers=headers) as response:
        return response.status
