"""Errors as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from typing import Optional

from sanic.response import HTTPResponse, json

TITLES = {
    400: "Malformed request",
    401: "No valid token",
    403: "Origin not allowed",
    404: "Not found",
    405: "Method not allowed",
    413: "Message too long",
    415: "Wrong content type",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Not available",
}


class Problem(Exception):
    """A request that cannot be served; becomes the answer.

    Attributes:
        status: HTTP status.
        detail: what is wrong and what to do, for a developer.
        headers: further headers, such as `Retry-After`.
    """

    def __init__(self, status: int, detail: str, headers: Optional[dict[str, str]] = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}

    def response(self) -> HTTPResponse:
        """Return the answer."""
        body = {
            "type": "about:blank",
            "title": TITLES.get(self.status, "Error"),
            "status": self.status,
            "detail": self.detail,
        }
        return json(body, status=self.status, headers=self.headers, content_type="application/problem+json")
