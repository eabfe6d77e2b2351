"""The website chat: Rasa input channel with the interface of `docs/web-channel.md`.

The server makes the conversation ids; a signed token opens one conversation; typed text is never a payload; buttons
have opaque ids. Nothing here knows what is said or why.
"""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from functools import wraps
from typing import Any, Awaitable, Callable, Coroutine, Dict, List, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from assistant.channels import conversations
from assistant.channels.conversations import MESSAGE_ID
from assistant.channels.health import what_is_down
from assistant.channels.limits import WebLimits
from assistant.channels.problems import Problem
from assistant.channels.settings import WebSettings
from assistant.channels.stopping import close_when_stopping
from assistant.channels.web_locale import country_of_browser
from assistant.channels.web_output import WebOutput, to_message
from assistant.channels.web_page import add_page
from assistant.channels.web_request import opening_wishes, read_message
from assistant.channels.web_security import (
    conversation_of,
    draft_key,
    issue_token,
    new_conversation_id,
    origin_allowed,
)
from assistant.dialogue.conversation import parse_for

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 160 * 1024  # for all channels: Telegram quotes the message that is replied to
CORS_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "600",
}
Handler = Callable[..., Coroutine[Any, Any, HTTPResponse]]


class WebInput(InputChannel):
    """Input channel `web`, at `/webhooks/web/`."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._limits = WebLimits(settings)

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is part of its address."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> InputChannel:
        """Make the channel; its settings come from environment variables."""
        return cls(WebSettings.from_environment())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("web_channel", __name__)

        @blueprint.listener("before_server_start")
        async def limit_bodies(app: Sanic, _loop: Any) -> None:
            app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES

        @blueprint.exception(SanicException)
        async def as_problem(_request: Request, error: SanicException) -> HTTPResponse:
            return Problem(getattr(error, "status_code", 500), str(error)).response()

        @blueprint.middleware("response")
        async def share_with_origins(request: Request, response: HTTPResponse) -> None:
            # Also for preflights, which Rasa's own CORS extension answers before any route.
            response.headers["Vary"] = "Origin, Accept-Encoding"
            origin = request.headers.get("origin")
            if origin in self._settings.origins:
                response.headers.update({"Access-Control-Allow-Origin": origin, **CORS_HEADERS})

        blueprint.add_route(self._guarded(self._new_session), "/session", ["POST"], name="new_session")
        blueprint.add_route(self._guarded(self._erase), "/session", ["DELETE"], name="erase")
        blueprint.add_route(self._guarded(self._renew), "/session/renew", ["POST"], name="renew")
        blueprint.add_route(self._guarded(self._message), "/messages", ["POST"], name="message")
        blueprint.add_route(self._guarded(self._history), "/history", ["GET"], name="history")
        blueprint.add_route(self._guarded(self._export), "/export", ["GET"], name="export")
        blueprint.add_route(self._guarded(self._health), "/health", ["GET"], name="health")
        for path in ("session", "session/renew", "messages", "history", "export"):
            blueprint.add_route(
                self._guarded(_preflight), f"/{path}", ["OPTIONS"], name=f"preflight_{path.replace('/', '_')}"
            )
        add_page(blueprint, self._settings)
        close_when_stopping(blueprint)
        return blueprint

    def _guarded(self, handler: Handler) -> Handler:
        """Check the origin, turn problems into answers, and add the headers every answer needs."""

        @wraps(handler)
        async def guarded(request: Request) -> HTTPResponse:
            origin = request.headers.get("origin")
            try:
                if not origin_allowed(origin, request.host, self._settings):
                    raise Problem(403, f"Pages of {origin} may not use this chat. See IPT_WEB_ORIGINS.")
                response = await handler(request)
            except Problem as problem:
                response = problem.response()
            except SanicException:
                raise
            except Exception:
                logger.exception("A request to %s failed.", request.path)
                response = Problem(500, "Something went wrong on our side. Please try again.").response()
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Content-Type-Options"] = "nosniff"
            return response

        return guarded

    async def _new_session(self, request: Request) -> HTTPResponse:
        self._limits.session(self._address(request))
        agent = _agent(request)
        conversation = new_conversation_id()
        wanted = opening_wishes(request, agent.domain)
        opening: Dict[str, Any] = {"hidden": True}
        country = wanted.country or country_of_browser(request.headers.get("accept-language", ""))
        if country:
            opening["locale_country"] = country
        async with agent.lock_store.lock(conversation):
            messages = await self._handle(agent, conversation, "", "greet", opening)
            if wanted.intent:
                messages += await self._handle(agent, conversation, "", wanted.intent, {"hidden": True})
        token = issue_token(conversation, self._settings)
        body = {
            "token": token,
            "expires_in": self._settings.token_seconds,
            "draft_key": draft_key(conversation, self._settings),
            "messages": messages,
        }
        return json(body, status=201)

    async def _message(self, request: Request) -> HTTPResponse:
        conversation = self._conversation(request)
        self._limits.message(conversation, self._address(request))
        said = read_message(request, self._settings.max_characters)
        agent = _agent(request)
        async with agent.lock_store.lock(conversation):
            # Looked up under the lock: a message must not bring back a conversation that is being erased.
            conversations.require(agent, conversation)
            told = await conversations.answered(agent, conversation, said.id) if said.id else None
            metadata = {MESSAGE_ID: said.id} if said.id else None
            if told is not None:
                messages = [self._shown(conversation, event) for event in told]
            elif said.button is None:
                messages = await self._handle(agent, conversation, said.text, None, metadata)
            else:
                payload, title = await conversations.pressed(agent, conversation, said.button, self._settings)
                messages = await self._handle(agent, conversation, title, payload.lstrip("/"), metadata)
        return json({"messages": messages})

    async def _history(self, request: Request) -> HTTPResponse:
        agent = _agent(request)
        conversation = self._conversation(request)
        self._limits.request(self._address(request))
        async with agent.lock_store.lock(conversation):  # what is being answered is waited for
            conversations.require(agent, conversation)
            events = conversations.events(agent, conversation)
        messages: List[Dict[str, Any]] = []
        for event in events:
            notes = event.get("metadata") or {}
            if event["event"] == "user" and not notes.get("hidden"):
                said: Dict[str, Any] = {
                    "from": "visitor",
                    "text": event.get("text") or "",
                    "buttons": [],
                    "at": _at(event),
                }
                messages.append({**said, "id": notes[MESSAGE_ID]} if notes.get(MESSAGE_ID) else said)
            elif event["event"] == "bot":
                messages.append({"from": "assistant", **self._shown(conversation, event), "at": _at(event)})
        return json({"messages": messages, "draft_key": draft_key(conversation, self._settings)})

    async def _export(self, request: Request) -> HTTPResponse:
        agent = _agent(request)
        conversation = self._conversation(request)
        self._limits.request(self._address(request))
        conversations.require(agent, conversation)
        body = {
            "exported_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "conversation": conversation,
            "events": conversations.events(agent, conversation),
        }
        headers = {"Content-Disposition": 'attachment; filename="chat.json"'}
        return json(body, headers=headers, ensure_ascii=False, indent=2)

    async def _erase(self, request: Request) -> HTTPResponse:
        agent = _agent(request)
        conversation = self._conversation(request)
        async with agent.lock_store.lock(conversation):
            conversations.require(agent, conversation)
            conversations.erase(agent, conversation)
        return empty(204)

    async def _renew(self, request: Request) -> HTTPResponse:
        conversation = self._conversation(request)
        self._limits.request(self._address(request))
        conversations.require(_agent(request), conversation)
        return json({"token": issue_token(conversation, self._settings), "expires_in": self._settings.token_seconds})

    async def _health(self, request: Request) -> HTTPResponse:
        down = await what_is_down(getattr(request.app.ctx, "agent", None))
        if down:
            raise Problem(503, f"Down: {', '.join(down)}.")
        return json({"status": "ok"})

    def _shown(self, conversation: str, event: Dict[str, Any]) -> Dict[str, Any]:
        """Return a stored bot event as a message."""
        data, metadata = event.get("data") or {}, event.get("metadata") or {}
        return to_message(conversation, event.get("text"), data, metadata, self._settings)

    async def _handle(
        self,
        agent: Agent,
        conversation: str,
        text: str,
        intent: Optional[str],
        metadata: Optional[Dict[str, Any]] = None,
    ) -> List[Dict[str, Any]]:
        """Let Rasa answer a message; the caller holds the conversation's lock."""
        output = WebOutput(self._settings)
        message = UserMessage(
            text,
            output,
            conversation,
            parse_data=parse_for(intent, text) if intent else None,
            input_channel=self.name(),
            metadata=metadata,
        )
        if agent.processor is None:
            raise Problem(503, "The assistant has no model yet. Run `make train`.")
        await agent.processor.handle_message(message)
        return output.messages

    def _conversation(self, request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        conversation = conversation_of(token.strip(), self._settings) if scheme.lower() == "bearer" else None
        if conversation is None:
            raise Problem(401, "Send `Authorization: Bearer <token>` with a token from POST session.")
        return conversation

    def _address(self, request: Request) -> str:
        forwarded = request.headers.get("x-forwarded-for", "") if self._settings.trust_proxy else ""
        return forwarded.split(",")[-1].strip() or request.ip


async def _preflight(_request: Request) -> HTTPResponse:
    return empty(204)


def _agent(request: Request) -> Agent:
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise Problem(503, "The assistant is starting. Try again in a few seconds.", {"Retry-After": "5"})
    return agent


def _at(event: Dict[str, Any]) -> str:
    return datetime.fromtimestamp(event["timestamp"], timezone.utc).isoformat(timespec="milliseconds")
