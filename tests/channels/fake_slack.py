"""Slack's Web API on loopback, for tests: enforces Slack's limits, records every call, keeps what each person sees.

Documentation read on 23 November 2026 (stored copies of api.slack.com; slack_sdk 3.47.0):
- authentication: token in the header `Authorization: Bearer`; `invalid_auth`, `not_authed`, `account_inactive`,
  `missing_scope` with `needed` and `provided`; the header `x-oauth-scopes` lists what a token may do.
- docs/rate-limits: HTTP 429 with `Retry-After` in seconds and `{"ok": false, "error": "ratelimited"}`; a message a second
  in each channel, short bursts allowed (here 20; then a new one each second).
- files: files.getUploadURLExternal, then the file to that address, then files.completeUploadExternal.
- chat.update changes only the app's own messages; chat.postEphemeral shows to one person who is in the channel.
Limits of messages: `slack_rules.py`. How Slack calls us: `slack_person.py`.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import yaml
from aiohttp import web

from tests.channels.slack_rules import (
    MOST_TEXT,
    MOST_UPDATED_TEXT,
    MOST_VIEW_BLOCKS,
    as_value,
    problems_of_blocks,
    problems_of_text,
    too_long_together,
)
from tests.conftest import ROOT

TEAM, BOT_USER, BOT, APP = "T0CLINIC", "U0BOT", "B0BOT", "A0APP"
MANIFEST = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yml").read_text())
SCOPES = ",".join(MANIFEST["oauth_config"]["scopes"]["bot"])
NEEDS = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.open": "im:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
}
BURST = 20
Arguments = dict[str, Any]


class Refused(Exception):
    """What Slack answers with `ok: false`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.body = {"ok": False, "error": error, **more}


@dataclass(frozen=True)
class Call:
    """One call: its method, its arguments, Slack's answer, when (monotonic seconds)."""

    method: str
    arguments: Arguments
    answer: dict[str, Any]
    status: int
    at: float


@dataclass
class Message:
    """One message as it stands in a channel; `only_to`: who alone sees it (ephemeral)."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    thread: str | None = None
    only_to: str | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    updates: int = 0


class FakeSlack:
    """The server, in a thread of its own. Use as a context manager."""

    def __init__(self, token: str = "xoxb-for-tests", scopes: str = SCOPES, burst: int = BURST) -> None:
        self.token, self.scopes, self.burst = token, scopes, burst
        self.calls: list[Call] = []
        self.messages: list[Message] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, set[str]] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.fail: dict[str, list[str]] = {}
        self.limited: list[str] = []
        self.random_limits = 0.0
        self.down_until = 0.0
        self._posted: dict[str, list[float]] = {}
        self._numbers = count(1)
        self._begun = int(time.time())
        self.lock = threading.RLock()
        self.api = ""

    def __enter__(self) -> FakeSlack:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def direct(self, user: str) -> str:
        """Return the channel in which a person writes to the app alone; opens it."""
        channel = f"D{user[1:]}"
        self.channels.setdefault(channel, {user, BOT_USER})
        return channel

    def public(self, name: str, *users: str) -> str:
        """Return a public channel with the app and some people in it; makes it."""
        self.channels.setdefault(f"C{name}", {BOT_USER}).update(users)
        return f"C{name}"

    def seen_by(self, user: str) -> list[Message]:
        """Return what stands in a person's direct messages with the app."""
        with self.lock:
            return [message for message in self.messages if message.channel == self.direct(user)]

    def of(self, method: str) -> list[Call]:
        """Return the calls of a method that Slack took."""
        with self.lock:
            return [call for call in self.calls if call.method == method and call.answer.get("ok")]

    def refusals(self) -> list[Call]:
        """Return the calls that Slack did not take, rate limits and outages apart."""
        with self.lock:
            return [call for call in self.calls if not call.answer.get("ok") and call.status == 200]

    def new_ts(self) -> str:
        """Return the time stamp of a new message: unlike any other, and later than those before."""
        with self.lock:
            number = next(self._numbers)
            return f"{self._begun + number // 1000}.{number % 1000:06}"

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start(ready))
        self._loop.run_forever()
        self._loop.run_until_complete(self._runner.cleanup())

    async def _start(self, ready: threading.Event) -> None:
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_route("*", "/api/{method}", self._answer)
        application.router.add_post("/upload/{file}", self._upload)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.api = f"http://127.0.0.1:{port}/api/"
        ready.set()

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        headers = {"x-oauth-scopes": self.scopes}
        with self.lock:
            if time.monotonic() < self.down_until:
                answer, status = {"ok": False, "error": "service_unavailable"}, 503
            elif self._over_limit(method, arguments):
                answer, status = {"ok": False, "error": "ratelimited"}, 429
                headers["Retry-After"] = "1"
            else:
                try:
                    self._check(request, method)
                    answer, status = {"ok": True, **self._do(method, arguments)}, 200
                except Refused as refused:
                    answer, status = refused.body, 200
            self.calls.append(Call(method, arguments, answer, status, time.monotonic()))
        return web.json_response(answer, status=status, headers=headers)

    def _over_limit(self, method: str, arguments: Arguments) -> bool:
        if method in self.limited:
            self.limited.remove(method)
            return True
        if random.random() < self.random_limits:
            return True
        if method != "chat.postMessage":
            return False
        now, posted = time.monotonic(), self._posted.setdefault(str(arguments.get("channel")), [])
        posted[:] = [at for at in posted if now - at < self.burst]
        if len(posted) >= self.burst:
            return True
        posted.append(now)
        return False

    def _check(self, request: web.Request, method: str) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            raise Refused("not_authed")
        if token != self.token:
            raise Refused("invalid_auth")
        needed = NEEDS.get(method)
        if needed and needed not in self.scopes.split(","):
            raise Refused("missing_scope", needed=needed, provided=self.scopes)
        if self.fail.get(method):
            raise Refused(self.fail[method].pop(0))

    def _do(self, method: str, arguments: Arguments) -> dict[str, Any]:
        does: dict[str, Callable[[Arguments], dict[str, Any]]] = {
            "api.test": lambda _: {},
            "auth.test": lambda _: {
                "url": "https://clinic.slack.example/",
                "team": "Clinic",
                "team_id": TEAM,
                "user": "ipt",
                "user_id": BOT_USER,
                "bot_id": BOT,
            },
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_to_one,
            "chat.update": self._update,
            "conversations.open": lambda given: {"channel": {"id": self.direct(str(given["users"]))}},
            "files.getUploadURLExternal": self._upload_address,
            "files.completeUploadExternal": self._complete_upload,
            "views.publish": self._publish,
        }
        if method not in does:
            raise Refused("unknown_method", req_method=method)
        return does[method](arguments)

    def _post(self, given: Arguments) -> dict[str, Any]:
        channel = self._channel(given.get("channel"))
        text, blocks = _content(given)
        thread = given.get("thread_ts")
        message = Message(channel, self.new_ts(), text[:MOST_TEXT], blocks, thread)
        self.messages.append(message)
        more = {"warning": "message_truncated"} if len(text) > MOST_TEXT else {}
        return {
            "channel": channel,
            "ts": message.ts,
            "message": {"text": text, "bot_id": BOT, "ts": message.ts},
            **more,
        }

    def _post_to_one(self, given: Arguments) -> dict[str, Any]:
        channel, user = self._channel(given.get("channel")), given.get("user")
        if user not in self.channels[channel]:
            raise Refused("user_not_in_channel")
        text, blocks = _content(given)
        message = Message(channel, self.new_ts(), text, blocks, given.get("thread_ts"), only_to=str(user))
        self.messages.append(message)
        return {"message_ts": message.ts}

    def _update(self, given: Arguments) -> dict[str, Any]:
        channel = self._channel(given.get("channel"))
        text, blocks = _content(given)
        if len(text) > MOST_UPDATED_TEXT:
            raise Refused("msg_too_long")
        for message in self.messages:
            if (message.channel, message.ts) == (channel, given.get("ts")) and message.only_to is None:
                message.text, message.blocks = text, blocks
                message.updates += 1
                return {"channel": channel, "ts": message.ts, "text": text}
        raise Refused("message_not_found")

    def _upload_address(self, given: Arguments) -> dict[str, Any]:
        if not given.get("filename") or int(given.get("length") or 0) < 1:
            raise Refused("invalid_arguments")
        name = f"F{next(self._numbers):05}"
        self.files[name] = {
            "id": name,
            "name": given["filename"],
            "length": int(given["length"]),
            "alt": given.get("alt_txt"),
        }
        return {"upload_url": self.api.replace("/api/", f"/upload/{name}"), "file_id": name}

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.files.get(request.match_info["file"])
        if file is None or time.monotonic() < self.down_until:
            return web.Response(status=503 if file else 404)
        body = await request.read()
        if len(body) != file["length"]:
            return web.Response(status=400, text="length does not match")
        file["content"] = body
        return web.Response(text="OK")

    def _complete_upload(self, given: Arguments) -> dict[str, Any]:
        wanted = as_value(given.get("files")) or []
        if not wanted or any("content" not in self.files.get(file.get("id"), {}) for file in wanted):
            raise Refused("file_not_found")
        found = [{**self.files[file["id"]], "title": file.get("title")} for file in wanted]
        if given.get("channel_id"):
            channel = self._channel(given["channel_id"])
            comment = given.get("initial_comment") or ""
            if problems_of_text(comment):
                raise Refused("invalid_arguments")
            self.messages.append(Message(channel, self.new_ts(), comment, [], given.get("thread_ts"), files=found))
        return {"files": [{key: value for key, value in file.items() if key != "content"} for file in found]}

    def _publish(self, given: Arguments) -> dict[str, Any]:
        view = as_value(given.get("view")) or {}
        if view.get("type") != "home" or not given.get("user_id"):
            raise Refused("invalid_arguments")
        problems = problems_of_blocks(view.get("blocks"), MOST_VIEW_BLOCKS)
        if problems:
            raise Refused("invalid_arguments", response_metadata={"messages": problems})
        self.homes[given["user_id"]] = view
        return {"view": view}

    def _channel(self, channel: Any) -> str:
        if channel not in self.channels:
            raise Refused("channel_not_found")
        return str(channel)


def _content(given: Arguments) -> tuple[str, list[dict[str, Any]]]:
    """Return text and blocks of a message.

    Raises:
        Refused: as Slack would.
    """
    text, blocks = str(given.get("text") or ""), as_value(given.get("blocks")) or []
    if not text and not blocks:
        raise Refused("no_text")
    problems = [*problems_of_blocks(blocks), *problems_of_text(text)]
    if problems:
        raise Refused("invalid_blocks", errors=problems, response_metadata={"messages": problems})
    if too_long_together(blocks):
        raise Refused("msg_blocks_too_long")
    return text, blocks


async def _arguments(request: web.Request) -> Arguments:
    """Return the arguments of a call: from the address, a form or a JSON body."""
    given: Arguments = dict(request.query)
    if request.content_type == "application/json":
        given.update(json.loads(await request.text() or "{}"))
    else:
        given.update(await request.post())
    return given
