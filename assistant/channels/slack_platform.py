"""Slack for the messenger core: makes messages of views and sends them through Slack's Web API."""

from __future__ import annotations

import asyncio
import logging
from base64 import b64decode, b64encode
from typing import Any, Dict, List, Optional, Set

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from assistant.channels.messenger.platform import Gone, Later, Platform, Refused, Update
from assistant.channels.messenger.rendering import View
from assistant.channels.slack_blocks import (
    Button,
    button_blocks,
    escape,
    fallback,
    helpline_blocks,
    messages_of,
    source_blocks,
    text_sections,
    without_buttons,
)
from assistant.channels.slack_home import home_view
from assistant.channels.slack_settings import SlackSettings
from assistant.content.channels import load_channel_words
from assistant.practice.picture_png import as_png

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20
ATTEMPTS = 5  # for what is no answer: used buttons, the home tab
LONGEST_ALT = 1000
LEFT = {
    "account_inactive",
    "token_revoked",
    "user_disabled",
}  # the app was uninstalled, the workspace or person is gone
TO_MEND = {"invalid_auth", "not_authed", "token_expired", "missing_scope"}  # by whoever set it up
PASSING = {
    "ratelimited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}


class SlackPlatform(Platform):
    """One Slack app in one workspace."""

    name = "slack"

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self._words = load_channel_words(self.name)
        self._session: Optional[aiohttp.ClientSession] = None
        self._client = self._new_client(None)
        self._besides: Set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open connections."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        self._client = self._new_client(self._session)

    async def close(self) -> None:
        """Close connections."""
        for task in self._besides:
            task.cancel()
        if self._session:
            await self._session.close()

    def parts(self, view: View) -> List[Dict[str, Any]]:
        """Return messages (`{"text", "blocks"}`), then files (`{"files": [...], "blocks"}`: what is shown if they are refused)."""
        cards = [
            *helpline_blocks(view.helplines, self._words.lines),
            *source_blocks([name_of(source.title) for source in view.sources], self._words.sources),
        ]
        parts = messages_of(view.text, cards, button_blocks([Button(each.title, each.id) for each in view.buttons]))
        if view.picture:
            alt = str(view.picture["alt"])
            content = b64encode(as_png(view.picture)).decode()
            file = {"filename": "picture.png", "content": content, "title": self._words.picture}
            parts.append({"files": [{**file, "alt_txt": alt[:LONGEST_ALT]}], "blocks": text_sections([escape(alt)])})
        if view.files:
            files = [
                {"filename": file.name, "content": b64encode(file.content.encode()).decode(), "title": file.name}
                for file in view.files
            ]
            shown = [file.content for file in view.files if file.media_type == "text/plain"]
            parts.append({"files": files, "blocks": [each for text in shown for each in text_sections([escape(text)])]})
        return parts

    async def send(self, address: Dict[str, Any], part: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        """Send one message or its files."""
        try:
            if "files" in part:
                await self._send_files(address, part)
                return None
            where = {"channel": address["channel"], "thread_ts": address.get("thread")}
            said = {"text": part["text"], "blocks": part["blocks"]}
            if address.get("only_to"):
                await self._client.chat_postEphemeral(**where, **said, user=address["only_to"])
                return None
            sent = await self._client.chat_postMessage(**where, **said, unfurl_links=False, unfurl_media=False)
        except SlackApiError as error:
            raise outcome(error) from error
        except (aiohttp.ClientError, asyncio.TimeoutError, SlackRequestError) as error:
            logger.warning("Slack cannot be reached (%s).", type(error).__name__)
            raise Later from error
        has_buttons = any(block["type"] == "actions" for block in part["blocks"])
        return {"channel": sent["channel"], "ts": sent["ts"], "blocks": part["blocks"]} if has_buttons else None

    async def used(self, update: Update, shown: List[Dict[str, Any]], title: str) -> None:
        """Put the choice made in the place of the pressed buttons, and take away the others that are over."""
        pressed = update.extra.get("message")
        messages = {(each["channel"], each["ts"]): each for each in (*([pressed] if pressed else []), *shown)}
        for key, message in messages.items():
            mine = pressed is not None and key == (pressed["channel"], pressed["ts"])
            blocks = without_buttons(message["blocks"], self._words.chosen, title if mine else "")
            if blocks:
                self._beside(
                    self._client.chat_update,
                    {"channel": key[0], "ts": key[1], "text": fallback(blocks), "blocks": blocks},
                )

    def show_home(self, user: str) -> None:
        """Show the home tab to a person who opened it."""
        self._beside(self._client.views_publish, {"user_id": user, "view": home_view()})

    def _new_client(self, session: Optional[aiohttp.ClientSession]) -> AsyncWebClient:
        return AsyncWebClient(
            self._settings.token,
            base_url=self._settings.api,
            timeout=TIMEOUT_SECONDS,
            session=session,
            retry_handlers=[],  # the queue of the core tries again, and knows when
        )

    async def _send_files(self, address: Dict[str, Any], part: Dict[str, Any]) -> None:
        uploads = [{**file, "content": b64decode(file["content"])} for file in part["files"]]
        where = {"channel": address["channel"], "thread_ts": address.get("thread")}
        try:
            await self._client.files_upload_v2(file_uploads=uploads, **where)
        except SlackApiError as error:
            wanted = outcome(error)
            if not isinstance(wanted, Refused) or not part["blocks"]:
                raise
            logger.error("Slack refused a file: %s. Its words are sent instead.", error.response["error"])
            words = {"text": fallback(part["blocks"]), "blocks": part["blocks"]}
            await self._client.chat_postMessage(**where, **words)

    def _beside(self, call: Any, arguments: Dict[str, Any]) -> None:
        """Call Slack without holding up the answer."""
        task = asyncio.create_task(self._try(call, arguments))
        self._besides.add(task)
        task.add_done_callback(self._besides.discard)

    async def _try(self, call: Any, arguments: Dict[str, Any]) -> None:
        pause = 1.0
        for _ in range(ATTEMPTS):
            try:
                await call(**arguments)
                return
            except SlackApiError as error:
                wanted = outcome(error)
                if not isinstance(wanted, Later):
                    logger.warning("Slack refused a change of what is shown: %s.", error.response.get("error"))
                    return
                pause = wanted.seconds or pause
            except (aiohttp.ClientError, asyncio.TimeoutError):
                pass
            await asyncio.sleep(pause)
            pause *= 2


def outcome(error: SlackApiError) -> Exception:
    """Return what an error of Slack's means for the message: later, never, or that the person is gone."""
    response = error.response
    code = str(response.get("error") or "") if isinstance(response.data, dict) else ""
    if response.status_code == 429:
        return Later(_seconds(response.headers.get("Retry-After")))
    if response.status_code >= 500 or code in PASSING:
        return Later()
    if code in LEFT:
        return Gone()
    if code in TO_MEND:
        logger.error("Slack: %s. Run `python -m assistant.channels.setup slack`, which says how to mend it.", code)
        return Refused(code) if code == "missing_scope" else Later()
    return Refused(f"{code or 'no answer that can be read'} {_details(response.data)}".strip())


def name_of(title: str) -> str:
    """Return a source's title without the address behind its dash: small print must stay small."""
    return title.split(" — ")[0]


def _seconds(value: Any) -> Optional[float]:
    return float(value) if str(value or "").isdecimal() else None


def _details(data: Any) -> str:
    """Return what Slack says of the fault: places in the message, never its words."""
    messages = ((data or {}).get("response_metadata") or {}).get("messages") if isinstance(data, dict) else None
    return "; ".join(str(message) for message in messages or [])[:300]
