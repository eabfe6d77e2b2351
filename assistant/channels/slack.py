"""Slack: direct messages with the assistant. Takes Slack's requests; the messenger core answers them.

Set up by `IPT_SLACK_TOKEN` and `IPT_SLACK_SIGNING_SECRET` (docs/messengers.md); without them the channel is off.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, text
from sanic.response import json as json_response
from slack_sdk.signature import SignatureVerifier
from sqlalchemy.exc import SQLAlchemyError

from assistant.channels.messenger.messenger import Messenger
from assistant.channels.messenger.platform import GONE, Update
from assistant.channels.problems import Problem
from assistant.channels.slack_events import Json, mention_update, message_update, press_update, team_left
from assistant.channels.slack_platform import SlackPlatform
from assistant.channels.slack_settings import SlackSettings
from assistant.channels.stopping import close_when_stopping

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024  # a message of 40,000 characters comes twice in an event, and escaped
FORM = "application/x-www-form-urlencoded"


class SlackInput(InputChannel):
    """Input channel `slack`, at `/webhooks/slack/webhook`."""

    def __init__(self, settings: Optional[SlackSettings]) -> None:
        self._verifier = SignatureVerifier(settings.signing_secret) if settings else None
        self._platform = SlackPlatform(settings) if settings else None
        self._messenger = Messenger(self._platform) if self._platform else None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is part of its address."""
        return "slack"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> InputChannel:
        """Make the channel; its settings come from environment variables."""
        return cls(SlackSettings.from_environment())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes; none when Slack is not set up."""
        blueprint = Blueprint("slack_channel", __name__)
        if self._messenger is None:
            logger.info("Slack is off: IPT_SLACK_TOKEN and IPT_SLACK_SIGNING_SECRET are not set.")
            return blueprint

        @blueprint.listener("before_server_start")
        async def take_long_bodies(app: Sanic, _loop: Any) -> None:
            app.config.REQUEST_MAX_SIZE = max(app.config.REQUEST_MAX_SIZE, MAX_BODY_BYTES)

        self._messenger.listen(blueprint)
        close_when_stopping(blueprint)

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            return await self._receive(request)

        return blueprint

    async def _receive(self, request: Request) -> HTTPResponse:
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind == FORM and request.form.get("ssl_check") == "1":
            return empty(200)  # Slack looks whether somebody is here; nothing depends on it
        if not self._is_authentic(request):
            return Problem(
                401, "The request has no valid signature of Slack's, or is older than five minutes."
            ).response()
        try:
            body = json.loads(request.form.get("payload") or "{}") if kind == FORM else json.loads(request.body)
        except ValueError:
            return Problem(400, "The body is not JSON.").response()
        if not isinstance(body, dict):
            return Problem(400, "The body must be a JSON object.").response()
        if body.get("type") == "url_verification":
            return json_response({"challenge": body.get("challenge")})
        try:
            self._take(body)
        except SQLAlchemyError as error:
            logger.error(
                "A request of Slack's could not be stored (%s). Slack will send it again.", type(error).__name__
            )
            return Problem(503, "The request could not be stored. Send it again.").response()
        return text("")

    def _is_authentic(self, request: Request) -> bool:
        assert self._verifier is not None
        try:
            return self._verifier.is_valid_request(request.body, dict(request.headers))
        except (ValueError, TypeError):  # a time stamp that is no number, bytes that are no text
            return False

    def _take(self, body: Json) -> None:
        """Store what a request brings; its answer comes later.

        Raises:
            SQLAlchemyError: it could not be stored.
        """
        assert self._messenger is not None and self._platform is not None
        make_id = self._messenger.conversation_id
        event = body.get("event")
        if body.get("type") == "app_rate_limited":
            logger.error("Slack holds back messages to us: more than 30,000 in an hour.")
            return
        if body.get("type") != "event_callback" or not isinstance(event, dict):
            self._accept(press_update(body, make_id))
            return
        kind, private = (
            event.get("type"),
            event.get("channel_type") == "im" or str(event.get("channel")).startswith("D"),
        )
        if kind == "message" and private:
            self._accept(message_update(body, make_id))
        elif kind == "app_mention":
            self._accept(message_update(body, make_id) if private else mention_update(body, make_id))
        elif kind == "app_home_opened" and event.get("tab", "home") == "home" and event.get("user"):
            self._platform.show_home(str(event["user"]))
        elif kind in ("app_uninstalled", "tokens_revoked"):
            self._forget(body)

    def _accept(self, update: Optional[Update]) -> None:
        assert self._messenger is not None
        if update is not None and not self._messenger.accept(update):
            logger.info("Slack sent a request again; it is answered once.")

    def _forget(self, envelope: Json) -> None:
        """Erase every conversation of a workspace that uninstalled the app."""
        assert self._messenger is not None
        team = team_left(envelope)
        if not team:
            return
        logger.info("Slack: the app was uninstalled. The conversations of its workspace are erased.")
        for conversation, address in self._messenger.inbox.addresses("slack"):
            if address.get("team") == team:
                self._accept(Update(f"{envelope.get('event_id')}:{conversation}", conversation, address, GONE))
