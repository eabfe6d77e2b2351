"""The plain chat page at `/webhooks/web/`, with a strict Content-Security-Policy."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, Callable, Coroutine

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw

from assistant.channels.settings import WebSettings

FOLDER = Path(__file__).with_name("page")
TYPES = {
    "index.html": "text/html; charset=utf-8",
    "chat.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "help.js": "text/javascript; charset=utf-8",
    "leave.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
EXIT_URL = "{exit_url}"  # in index.html: where "Leave quickly" leads
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_page(blueprint: Blueprint, settings: WebSettings) -> None:
    """Add the page and its files to a blueprint; the files are read once."""
    for name in TYPES:
        path = "/" if name == "index.html" else f"/{name}"
        blueprint.add_route(_serve(name, settings), path, ["GET"], name=f"page_{name.replace('.', '_')}")


def _serve(name: str, settings: WebSettings) -> Callable[[Request], Coroutine[Any, Any, HTTPResponse]]:
    content = (FOLDER / name).read_bytes()
    if name == "index.html":
        content = content.replace(EXIT_URL.encode(), escape(settings.exit_url).encode())

    async def serve(_request: Request) -> HTTPResponse:
        return raw(content, content_type=TYPES[name], headers=HEADERS)

    return serve
