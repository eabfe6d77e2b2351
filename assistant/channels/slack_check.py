"""Checks how Slack is set up, and says what is wrong and how to mend it. Used by `python -m assistant.channels.setup slack`."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from typing import Any, Dict, List

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from assistant.channels.findings import Finding
from assistant.channels.settings import SettingsError
from assistant.channels.slack_settings import SIGNING_SECRET, TOKEN, SlackSettings
from assistant.content.files import ROOT

MANIFEST = ROOT / "deploy" / "slack-manifest.yml"
WEBHOOK = "/webhooks/slack/webhook"
TIMEOUT = aiohttp.ClientTimeout(total=10)
MEND_TOKEN = {
    "invalid_auth": f'Copy the "Bot User OAuth Token" from "OAuth & Permissions" into {TOKEN} again.',
    "account_inactive": 'The app was uninstalled or the workspace is gone. Install it again under "Install App".',
    "token_revoked": 'The token was taken back. Install the app again under "Install App" and copy the new token.',
    "token_expired": "Token rotation is on, which the assistant does not do. Create the app anew from the manifest.",
}


async def check_slack(public_url: str = "") -> List[Finding]:
    """Return what was found, in the order of the steps in docs/messengers.md.

    Args:
        public_url: the assistant's address as Slack sees it, such as `https://assistant.clinic.example`; without it the
            way from Slack to us is not tried.
    """
    try:
        settings = SlackSettings.from_environment()
    except SettingsError as error:
        return [Finding(False, str(error))]
    if settings is None:
        return [Finding(False, f"Slack is off. Set {TOKEN} and {SIGNING_SECRET} (docs/messengers.md, Slack).")]
    found = [Finding(True, f"{TOKEN} and {SIGNING_SECRET} are set.")]
    found += await _check_token(settings)
    if not public_url:
        found.append(Finding(True, "Whether Slack can reach us was not tried: give --url https://your.host"))
        return found
    return found + await _check_address(settings, public_url.rstrip("/"))


def wanted_scopes() -> List[str]:
    """Return the scopes of the manifest."""
    return list(_manifest()["oauth_config"]["scopes"]["bot"])


async def _check_token(settings: SlackSettings) -> List[Finding]:
    client = AsyncWebClient(settings.token, base_url=settings.api, timeout=10, retry_handlers=[])
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        code = str(error.response.get("error"))
        mend = MEND_TOKEN.get(code, "See https://docs.slack.dev/reference/methods/auth.test for what that means.")
        return [Finding(False, f"Slack does not take the token: {code}. {mend}")]
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        reason = f"{settings.api} cannot be reached ({type(error).__name__})"
        return [Finding(False, f"{reason}. Does this machine get out to the internet? A proxy goes into HTTPS_PROXY.")]
    found = [Finding(True, f"The token is good: {answer['user']} in the workspace {answer['team']}.")]
    given = set(str(answer.headers.get("x-oauth-scopes", "")).replace(" ", "").split(","))
    missing = [scope for scope in wanted_scopes() if scope not in given]
    more = sorted(given.difference(wanted_scopes()) - {""})
    if missing:
        mend = 'Add them under "OAuth & Permissions", then "Reinstall to Workspace"'
        found.append(Finding(False, f"Scopes are missing: {', '.join(missing)}. {mend}."))
    else:
        found.append(Finding(True, "All scopes of the manifest are there."))
    if more:
        mend = 'Remove them under "OAuth & Permissions": the assistant must not be able to do more than it needs'
        found.append(Finding(False, f"Scopes that are not needed: {', '.join(more)}. {mend}."))
    return found


async def _check_address(settings: SlackSettings, public_url: str) -> List[Finding]:
    """Send what Slack sends when it checks an address, rightly and wrongly signed."""
    url = f"{public_url}{WEBHOOK}"
    challenge = hashlib.sha256(str(time.time()).encode()).hexdigest()
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
    found = [] if url.startswith("https://") else [Finding(False, f"{url}: Slack calls https addresses only.")]
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            right, answer = await _post(session, url, body, settings.signing_secret)
            wrong, _ = await _post(session, url, body, settings.signing_secret + "x")
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        mend = "Is the assistant running, and does the proxy pass /webhooks/slack/ on?"
        return [*found, Finding(False, f"{url} cannot be reached ({type(error).__name__}). {mend}")]
    if right == 200 and answer.get("challenge") == challenge:
        found.append(Finding(True, f"{url} answers as Slack wants it."))
    else:
        found.append(Finding(False, f"{url} answers with status {right}. {_mend_status(right)}"))
    if right == 200 and wrong != 401:
        found.append(Finding(False, f"{url} takes a wrong signature (status {wrong}). Something else answers there."))
    found.append(Finding(True, f'Put this address into the app\'s "Event Subscriptions" and "Interactivity": {url}'))
    return found


async def _post(session: aiohttp.ClientSession, url: str, body: bytes, secret: str) -> tuple[int, Dict[str, Any]]:
    stamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or ""
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
    async with session.post(url, data=body, headers=headers) as response:
        try:
            answer = json.loads(await response.text())
        except ValueError:
            answer = {}
        return response.status, answer if isinstance(answer, dict) else {}


def _mend_status(status: int) -> str:
    if status == 401:
        return f"{SIGNING_SECRET} differs from that of the running assistant, or the clocks differ by five minutes."
    if status == 404:
        return f"The assistant runs without Slack: give it {TOKEN} and {SIGNING_SECRET}, and start it again."
    return "Look into the log of the proxy and of the assistant."


def _manifest() -> Dict[str, Any]:
    content: Dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return content
