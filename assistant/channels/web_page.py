"""The website chat's files: launcher, chat panel and demonstration page, with a strict Content-Security-Policy.

The launcher (`widget.js`) runs on a clinic's page and opens the panel in a frame of this server's own origin, so that the
clinic's page can read neither the chat nor its token (docs/decisions.md). All files are made by `make web`.
"""

from __future__ import annotations

import gzip
import json
import os
import secrets
from base64 import b64encode
from hashlib import sha256, sha384
from html import escape
from typing import Any, Callable, Coroutine, Dict, List, Optional

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, raw

from assistant.channels.settings import SettingsError, WebSettings
from assistant.channels.web_locale import country_of_browser
from assistant.content.files import ROOT
from assistant.content.helplines import Kind, load_helplines
from assistant.content.widget import LANGUAGE, direction, load_widget
from assistant.dialogue.generator import DEFAULT_COUNTRY

FOLDER = ROOT / "web" / "dist"
TYPES = {
    "widget.js": "text/javascript; charset=utf-8",
    "panel.js": "text/javascript; charset=utf-8",
    "panel.css": "text/css; charset=utf-8",
    "demo.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
KINDS: tuple[Kind, ...] = ("suicide", "abuse", "child")  # what "Help now" shows: a line for each kind of danger
POLICY = "default-src 'none'; script-src {scripts}; style-src 'nonce-{nonce}'; img-src 'self' data: blob:; "
POLICY += "connect-src 'self'; frame-src {frames}; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
PAGE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # Not `no-store`: a frame with it would keep the clinic's page out of the browser's back-forward cache.
    "Cache-Control": "private, no-cache",
}
LEAST_COMPRESSED = 256  # bytes


def add_page(blueprint: Blueprint, settings: WebSettings) -> None:
    """Add the files to a blueprint; they are read once.

    Raises:
        SettingsError: they were not made.
    """
    files = {name: _read(name) for name in (*TYPES, "panel.html", "demo.html")}
    versions = {name: sha256(content).hexdigest()[:16] for name, content in files.items()}
    for name in TYPES:
        serve = _file(name, files[name], versions[name])
        blueprint.add_route(serve, f"/{name}", ["GET"], name=f"file_{name.replace('.', '_')}")
    blueprint.add_route(_panel(files["panel.html"].decode(), versions, settings), "/panel", ["GET"], name="panel")
    integrity = integrity_of(files["widget.js"])
    blueprint.add_route(_demo(files["demo.html"].decode(), versions, integrity), "/", ["GET"], name="demo")


def integrity_of(content: bytes) -> str:
    """Return the Subresource Integrity value of a file."""
    return f"sha384-{b64encode(sha384(content).digest()).decode()}"


def help_lines(country: Optional[str]) -> Dict[str, Any]:
    """Return the lines that "Help now" shows for a country, as the card `helplines` has them, each line once."""
    every: List[Dict[str, Any]] = []
    for kind in KINDS:
        emergency, *lines = load_helplines().links(country, kind)
        every += [line for line in lines[:-1] if line not in every]
    return {"type": "helplines", "emergency": emergency, "lines": [*every, lines[-1]], "sources": []}


def _read(name: str) -> bytes:
    try:
        return (FOLDER / name).read_bytes()
    except OSError as error:
        raise SettingsError(f"{FOLDER / name} is missing. Run `make web`.") from error


def _file(name: str, content: bytes, version: str) -> Callable[[Request], Coroutine[Any, Any, HTTPResponse]]:
    headers = {
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{version}"',
        # Named with its version by our own pages; the launcher is named by others and asked after each time.
        "Cache-Control": "no-cache" if name == "widget.js" else "public, max-age=31536000, immutable",
        "Cross-Origin-Resource-Policy": "cross-origin" if name == "widget.js" else "same-origin",
    }
    if name == "widget.js":
        headers["Access-Control-Allow-Origin"] = "*"  # the same for everyone; Subresource Integrity needs it
    compressed = gzip.compress(content, 9, mtime=0)

    async def serve(request: Request) -> HTTPResponse:
        if request.headers.get("if-none-match") == headers["ETag"]:
            return empty(304, headers=headers)
        return _compressed(request, content, compressed, TYPES[name], headers)

    return serve


def _compressed(
    request: Request, content: bytes, compressed: bytes, content_type: str, headers: Dict[str, str]
) -> HTTPResponse:
    """Return a body, compressed if the browser takes it so."""
    if len(content) < LEAST_COMPRESSED or "gzip" not in request.headers.get("accept-encoding", ""):
        return raw(content, content_type=content_type, headers=headers)
    return raw(compressed, content_type=content_type, headers={**headers, "Content-Encoding": "gzip"})


def _page(request: Request, text: str, policy: str) -> HTTPResponse:
    content = text.encode()
    headers = {**PAGE_HEADERS, "Content-Security-Policy": policy}
    return _compressed(request, content, gzip.compress(content, 5), "text/html; charset=utf-8", headers)


def _panel(
    template: str, versions: Dict[str, str], settings: WebSettings
) -> Callable[[Request], Coroutine[Any, Any, HTTPResponse]]:
    ancestors = " ".join(["'self'", *sorted(settings.origins)])

    async def serve(request: Request) -> HTTPResponse:
        language = load_widget().language(request.args.get("lang") or "")
        labels = load_widget().labels(language).dict(exclude={"launcher"})
        country = _country(request)
        given = {
            "labels": labels,
            "help": help_lines(country),
            "exit": settings.exit_url,
            "limit": settings.max_characters,
        }
        nonce = secrets.token_urlsafe(16)
        values = {
            "nonce": nonce,
            "language": language,
            "direction": direction(language),
            "english": "hidden"
            if language == LANGUAGE
            else "",  # the line that says what language the assistant speaks
            "script": f"panel.js?v={versions['panel.js']}",
            "style": f"panel.css?v={versions['panel.css']}",
            # Inside a script element, which is no markup: only "<" could end it.
            "given": json.dumps(given, ensure_ascii=False).replace("<", "\\u003c"),
            **{f"label_{name}": escape(text) for name, text in labels.items()},
        }
        policy = POLICY.format(nonce=nonce, scripts=f"'nonce-{nonce}'", frames="'none'", ancestors=ancestors)
        return _page(request, _fill(template, values), policy)

    return serve


def _demo(
    template: str, versions: Dict[str, str], integrity: str
) -> Callable[[Request], Coroutine[Any, Any, HTTPResponse]]:
    async def serve(request: Request) -> HTTPResponse:
        nonce = secrets.token_urlsafe(16)
        origin = f"{request.scheme}://{request.host}"
        values = {"nonce": nonce, "integrity": integrity, "origin": escape(origin)}
        values["style"] = f"demo.css?v={versions['demo.css']}"
        policy = POLICY.format(nonce=nonce, scripts=f"'nonce-{nonce}'", frames="'self'", ancestors="'self'")
        return _page(request, _fill(template, values), policy)

    return serve


def _fill(template: str, values: Dict[str, str]) -> str:
    """Return a page with `{{name}}` replaced; what is filled in is not looked at again."""
    parts = template.split("{{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("}}")
        filled += [values[name], rest]
    return "".join(filled)


def _country(request: Request) -> str:
    """Return whose lines to show: the page's choice, else the browser's region, else `IPT_COUNTRY`."""
    wanted = (request.args.get("country") or "").upper()
    if wanted in load_helplines().countries:
        return wanted
    of_browser = country_of_browser(request.headers.get("accept-language", ""))
    return of_browser or os.environ.get("IPT_COUNTRY", DEFAULT_COUNTRY)
