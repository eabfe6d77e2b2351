"""A messenger channel's connection to the core: takes updates, and starts and stops the work on them.

When the database fails, updates are kept in memory and answered all the same: a person in danger must not wait for it. Only these
would be lost if the assistant stopped too.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Optional

from rasa.core.agent import Agent
from sanic import Blueprint, Sanic
from sqlalchemy.exc import SQLAlchemyError

from assistant.channels.messenger import buttons
from assistant.channels.messenger.inbox import IN_MEMORY, Inbox
from assistant.channels.messenger.platform import Platform, Update
from assistant.channels.messenger.worker import Worker

logger = logging.getLogger(__name__)


class Messenger:
    """The core for one platform, in one process."""

    def __init__(self, platform: Platform, inbox: Optional[Inbox] = None) -> None:
        self.platform = platform
        self.inbox = inbox or Inbox()
        self._app: Optional[Sanic] = None
        self._spare = Inbox(IN_MEMORY)
        self._worker = Worker(platform, self.inbox, self._agent)
        self._spare_worker = Worker(platform, self._spare, self._agent)

    def listen(self, blueprint: Blueprint) -> None:
        """Work from the server's start to its stop."""

        @blueprint.listener("after_server_start")
        async def start(app: Sanic, _loop: Any) -> None:
            self._app = app
            await self.platform.start()
            await self._worker.start()
            await self._spare_worker.start()

        @blueprint.listener("before_server_stop")
        async def stop(_app: Sanic, _loop: Any) -> None:
            await asyncio.gather(self._worker.stop(), self._spare_worker.stop())
            await self.platform.close()

    def conversation_id(self, *ids: str) -> str:
        """Return the id of a conversation, from what the platform calls it (a chat; a team and a user)."""
        return buttons.conversation_id(self.platform.name, *ids)

    def accept(self, update: Update) -> bool:
        """Store an authentic update and work on it; return `False` when it was seen before.

        Raises:
            SQLAlchemyError: it cannot even be kept in memory; the platform must send it again.
        """
        inbox, worker = self.inbox, self._worker
        try:
            new = inbox.accept(self.platform.name, update)
        except SQLAlchemyError:
            logger.exception("The queue of %s cannot be written. An update is kept in memory.", self.platform.name)
            inbox, worker = self._spare, self._spare_worker
            new = inbox.accept(self.platform.name, update)
        if new:
            worker.wake(update.conversation)
        return new

    def _agent(self) -> Optional[Agent]:
        return getattr(self._app.ctx, "agent", None) if self._app else None
