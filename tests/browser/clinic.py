"""A clinic's own page, on another origin than the assistant's."""

from __future__ import annotations

import http.server
import threading
from typing import Any

from playwright.sync_api import Page

from assistant.channels.web_page import FOLDER, integrity_of
from tests.conftest import Assistant


class Clinic:
    """A web server with one page on it; `page`, `policy` (its Content-Security-Policy) are what it answers next.

    The assistant's address begins with "127.0.0.1". To a browser `origin` ("localhost") is another site; `neighbour` is another
    origin of the same site, as the addresses of one clinic are.
    """

    def __init__(self) -> None:
        self.page, self.policy = b"", ""
        clinic = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if clinic.policy:
                    self.send_header("Content-Security-Policy", clinic.policy)
                self.end_headers()
                self.wfile.write(clinic.page)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self._server.server_port}"
        self.neighbour = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()


def show(page: Page, clinic: Clinic, body: str, policy: str = "", head: str = "", origin: str = "") -> None:
    """Open a clinic's page with this inside."""
    text = f'<!doctype html><html lang="en"><title>Clinic</title>{head}<main>{body}</main>'
    clinic.page, clinic.policy = text.encode(), policy
    page.goto(f"{origin or clinic.origin}/")


def snippet(assistant: Assistant, integrity: str = "", attributes: str = "") -> str:
    """Return the line of the docs."""
    checked = integrity or integrity_of((FOLDER / "widget.js").read_bytes())
    source = f'src="{assistant.url}/widget.js" integrity="{checked}" crossorigin="anonymous"'
    return f"<script {source} {attributes} defer></script>"
