"""Which parts the assistant depends on are down."""

from __future__ import annotations

import asyncio
from typing import List, Optional
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import sqlalchemy
from rasa.core.agent import Agent

from assistant.stores.tracker_store import store_of

TIMEOUT_SECONDS = 2.0


async def what_is_down(agent: Optional[Agent]) -> List[str]:
    """Return the names of the parts that do not answer: `model`, `tracker store`, `action server`."""
    if agent is None:
        return ["model"]
    down = [] if agent.is_ready() else ["model"]
    try:
        store_of(agent.tracker_store).exists("health")
    except sqlalchemy.exc.SQLAlchemyError:
        down.append("tracker store")
    if agent.action_endpoint is not None and not await _answers(agent.action_endpoint.url):
        down.append("action server")
    return down


async def _answers(webhook: str) -> bool:
    """Return whether the action server at this webhook address says that it is well."""
    health = urlunsplit(urlsplit(webhook)._replace(path="/health"))
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(health) as response:
            return response.status == 200
    except (aiohttp.ClientError, asyncio.TimeoutError):
        return False
