"""A messenger channel's connection to the core: takes updates, and starts and stops the work on them."""

from __future__ import annotations

import logging
from typing import Any, Optional

from rasa.core.agent import Agent
from sanic import Blueprint, Sanic

from assistant.channels.messenger import buttons
from assistant.channels.messenger.inbox import Inbox
from assistant.channels.messenger.platform import Platform, Update
from assistant.channels.messenger.worker import Worker

logger = logging.getLogger(__name__)


class Messenger:
    """The core for one platform, in one process."""

    def __init__(self, platform: Platform, inbox: Optional[Inbox] = None) -> None:
        self.platform = platform
        self.inbox = inbox or Inbox()
        self._app: Optional[Sanic] = None
        self._worker = Worker(platform, self.inbox, self._agent)

    def listen(self, blueprint: Blueprint) -> None:
        """Work from the server's start to its stop."""

        @blueprint.listener("after_server_start")
        async def start(app: Sanic, _loop: Any) -> None:
            self._app = app
            await self._worker.start()

        @blueprint.listener("before_server_stop")
        async def stop(_app: Sanic, _loop: Any) -> None:
            await self._worker.stop()

    def conversation_id(self, *ids: str) -> str:
        """Return the id of a conversation, from what the platform calls it (a chat; a team and a user)."""
        return buttons.conversation_id(self.platform.name, *ids)

    def accept(self, update: Update) -> bool:
        """Store an authentic update and work on it; return `False` when it was seen before.

        Raises:
            SQLAlchemyError: the database fails; nothing is stored, and the platform must send it again.
        """
        new = self.inbox.accept(self.platform.name, update)
        if new:
            self._worker.wake(update.conversation)
        return new

    def _agent(self) -> Optional[Agent]:
        return getattr(self._app.ctx, "agent", None) if self._app else None
