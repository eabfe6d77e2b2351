"""Stopping without a wait: connections that a platform or a browser keeps open would hold the server up for 15 seconds."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse


def close_when_stopping(blueprint: Blueprint) -> None:
    """Let every answer that is given while the server stops be the last one on its connection."""

    @blueprint.middleware("response")
    async def leave(request: Request, _response: HTTPResponse) -> None:
        if request.app.is_stopping and request.stream is not None:
            request.stream.keep_alive = False  # type: ignore[union-attr]
