"""Telegram: Rasa input channel `telegram`, a webhook that checks, stores and says 200; the rest is the messenger core's.

Rasa's own class does not answer with the aiogram that is installed, lets anyone speak as anyone, and answers retries twice.
"""

from __future__ import annotations

import hmac
import logging
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json
from sqlalchemy.exc import SQLAlchemyError

from assistant.channels.messenger.messenger import Messenger
from assistant.channels.problems import Problem
from assistant.channels.stopping import close_when_stopping
from assistant.channels.telegram_platform import Telegram
from assistant.channels.telegram_settings import TelegramSettings
from assistant.channels.telegram_updates import NoUpdate, read_update

logger = logging.getLogger(__name__)

SECRET_HEADER = "x-telegram-bot-api-secret-token"


class TelegramInput(InputChannel):
    """Input channel `telegram`, at `/webhooks/telegram/webhook`; without a token it has no address at all."""

    def __init__(self, settings: Optional[TelegramSettings]) -> None:
        self._settings = settings
        self._messenger = Messenger(Telegram(settings)) if settings else None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is part of its address."""
        return "telegram"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> InputChannel:
        """Make the channel; its settings come from environment variables."""
        return cls(TelegramSettings.from_environment())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the route."""
        blueprint = Blueprint("telegram_channel", __name__)
        if self._messenger is None:
            logger.warning("Telegram is off: IPT_TELEGRAM_TOKEN is not set. See docs/messengers.md.")
            return blueprint
        self._messenger.listen(blueprint)
        close_when_stopping(blueprint)

        @blueprint.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            try:
                self._take(request)
            except Problem as problem:
                return problem.response()
            return json({})

        return blueprint

    def _take(self, request: Request) -> None:
        """Store an update.

        Raises:
            Problem: 401, 400 or 503; Telegram tries again later.
        """
        assert self._settings is not None and self._messenger is not None
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._settings.secret.encode()):
            raise Problem(401, "The secret token is missing or wrong. Run: python -m assistant.channels.setup telegram")
        try:
            update = read_update(request.json, self._settings.bot_id, self._messenger.conversation_id)
        except (NoUpdate, SanicException) as error:
            raise Problem(400, "The body must be an update of the Bot API.") from error
        if update is None:
            return
        try:
            self._messenger.accept(update)
        except SQLAlchemyError as error:
            logger.exception("An update could not be stored; Telegram will send it again.")
            raise Problem(503, "The store does not answer. Send it again in a minute.") from error
