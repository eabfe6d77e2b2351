"""What the console takes from its environment: database, secret, hosts, time zone."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

DEFAULT_URL = "sqlite:///var/console.db"
SECRET_FILE = Path("var/console_secret")
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
TIMEOUT_SECONDS = 5
ENGINES: dict[str, dict[str, Any]] = {
    "django.db.backends.sqlite3": {
        "timeout": TIMEOUT_SECONDS,
        # A writer takes its lock at once; otherwise two writers that have both read fail instead of waiting.
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    },
    "django.db.backends.postgresql": {"connect_timeout": TIMEOUT_SECONDS},
}


def flag(name: str) -> bool:
    """Return whether a variable is `1`."""
    return os.environ.get(name) == "1"


def database() -> dict[str, Any]:
    """Return Django's settings of the database at `IPT_CONSOLE_URL` (an SQLAlchemy address works too).

    Raises:
        ImproperlyConfigured: the address is for neither SQLite nor PostgreSQL.
    """
    address = re.sub(r"^(\w+)\+\w+:", r"\1:", os.environ.get("IPT_CONSOLE_URL") or DEFAULT_URL)
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(address, conn_max_age=60, conn_health_checks=True))
        options = ENGINES[found["ENGINE"]]
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            "IPT_CONSOLE_URL cannot be read. Use sqlite:///… or postgresql://user:password@host:5432/name."
        ) from error
    if found["ENGINE"].endswith("sqlite3") and found["NAME"] != ":memory:":
        Path(found["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    return {**found, "OPTIONS": {**options, **found.get("OPTIONS", {})}}


def secret() -> str:
    """Return `IPT_CONSOLE_SECRET`, else the secret that was made once and lies in `var/`, readable by its owner only."""
    given = os.environ.get("IPT_CONSOLE_SECRET")
    if given:
        return given
    SECRET_FILE.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return SECRET_FILE.read_text().strip()


def hosts() -> list[str]:
    """Return the names the console answers to: `IPT_CONSOLE_HOSTS`, separated by commas, and this machine."""
    given = [name.strip() for name in os.environ.get("IPT_CONSOLE_HOSTS", "").split(",") if name.strip()]
    return [*LOOPBACK, *given]


def on_loopback_only() -> bool:
    """Return whether the console is meant for this machine only, where there is no HTTPS."""
    return hosts() == LOOPBACK


def time_zone() -> str:
    """Return the clinic's time zone: `IPT_TIME_ZONE`, else this machine's, else UTC.

    Raises:
        ImproperlyConfigured: `IPT_TIME_ZONE` names no time zone.
    """
    given = os.environ.get("IPT_TIME_ZONE")
    local = Path("/etc/localtime").resolve().as_posix().partition("zoneinfo/")[2]
    for name in filter(None, (given, os.environ.get("TZ"), local)):
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            if name == given:
                raise ImproperlyConfigured(
                    f"IPT_TIME_ZONE: {name!r} is no time zone. Use Europe/Dublin, say."
                ) from error
    return "UTC"
