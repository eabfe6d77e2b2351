"""Crisis events in the console's database: the table, and a list for staff until the console shows it.

`python -m actions.crisis_events [--since 24h] [--json]`. The database's address is `IPT_CONSOLE_URL`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from assistant.safety.events import CrisisEvent
from assistant.safety.outbox import Outbox

DEFAULT_URL = "sqlite:///var/console.db"
TIMEOUT_SECONDS = 5
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
COLUMNS = ("raised", "kind", "country", "channel", "conversation", "waiting")


class _Utc(sa.types.TypeDecorator):
    """A time in UTC, also where the database knows no offsets (SQLite)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        moment = value.astimezone(timezone.utc)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


METADATA = sa.MetaData()
TABLE = sa.Table(
    "crisis_events",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kind", sa.String(50), nullable=False),
    sa.Column("raised_at", _Utc, nullable=False, index=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("channel", sa.String(50), nullable=False),
    sa.Column("country", sa.String(2)),
    sa.Column("received_at", _Utc, nullable=False),
)
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def store(event: CrisisEvent) -> bool:
    """Store an event; return `False` when it was stored before, which leaves it as it is.

    Raises:
        SQLAlchemyError: the database is down, or refuses it.
    """
    engine = engine_from_environment()
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text(f"SET LOCAL statement_timeout = '{TIMEOUT_SECONDS}s'"))
        METADATA.create_all(connection)
        # Not `INSERT OR IGNORE`: that would also pass over a row for other reasons, and the event were lost.
        insert = _INSERTS[engine.dialect.name](TABLE).on_conflict_do_nothing(index_elements=["id"])
        values = {key: getattr(event, key) for key in CrisisEvent.__dataclass_fields__}
        result = connection.execute(insert, {**values, "received_at": datetime.now(timezone.utc)})
        return bool(result.rowcount)


def stored(since: datetime | None = None) -> list[dict[str, Any]]:
    """Return the stored events, newest first.

    Args:
        since: only those raised then or later.

    Raises:
        SQLAlchemyError: the database cannot be read.
    """
    query = sa.select(TABLE).order_by(TABLE.c.raised_at.desc(), TABLE.c.id)
    if since is not None:
        query = query.where(TABLE.c.raised_at >= since)
    with engine_from_environment().connect() as connection:
        if not sa.inspect(connection).has_table(TABLE.name):
            return []
        return [dict(row) for row in connection.execute(query).mappings()]


def engine_from_environment() -> sa.engine.Engine:
    """Return the database at `IPT_CONSOLE_URL`, else `var/console.db`.

    Raises:
        ValueError: the address is for neither SQLite nor PostgreSQL.
        SQLAlchemyError: the address cannot be read.
    """
    return _engine(os.environ.get("IPT_CONSOLE_URL") or DEFAULT_URL)


@lru_cache(maxsize=4)
def _engine(address: str) -> sa.engine.Engine:
    url = sa.engine.make_url(address)
    kind = url.get_backend_name()
    if kind not in _INSERTS:
        raise ValueError(f"IPT_CONSOLE_URL: {kind!r} is not supported. Use sqlite:///… or postgresql://….")
    if kind == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        arguments: dict[str, Any] = {"timeout": TIMEOUT_SECONDS}
    else:
        arguments = {"connect_timeout": TIMEOUT_SECONDS, "tcp_user_timeout": TIMEOUT_SECONDS * 1000}
    return sa.create_engine(address, connect_args=arguments, pool_pre_ping=True, hide_parameters=True)


def main(arguments: list[str] | None = None) -> int:
    """Print the list; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m actions.crisis_events", description="List crisis events.")
    parser.add_argument("--since", type=_since, help="only from then on: 30m, 24h, 7d, or a time such as 2025-01-31")
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")
    options = parser.parse_args(arguments)
    outbox = Outbox()
    try:
        rows, waiting, broken = stored(options.since), outbox.waiting(), outbox.broken()
    except (sa.exc.SQLAlchemyError, OSError, ValueError) as error:
        sys.stderr.write(f"Crisis events cannot be read. {error}\nSee IPT_CONSOLE_URL and IPT_CRISIS_OUTBOX.\n")
        return 1
    now = datetime.now(timezone.utc)
    text = _as_json(rows, waiting, broken, now) if options.json else _as_table(rows, waiting, broken, now)
    sys.stdout.write(f"{text}\n")
    return 0


def _as_json(rows: list[dict[str, Any]], waiting: int, broken: int, now: datetime) -> str:
    events = [
        {
            **{key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()},
            "waiting_seconds": round((now - row["raised_at"]).total_seconds()),
        }
        for row in rows
    ]
    return json.dumps({"events": events, "in_outbox": waiting, "broken_in_outbox": broken}, indent=2)


def _as_table(rows: list[dict[str, Any]], waiting: int, broken: int, now: datetime) -> str:
    lines = [COLUMNS] if rows else []
    for row in rows:
        raised = row["raised_at"].strftime("%Y-%m-%d %H:%M:%S UTC")
        waits = _in_words(now - row["raised_at"])
        lines.append((raised, row["kind"], row["country"] or "-", row["channel"], row["conversation"], waits))
    widths = [max(map(len, column)) for column in zip(*lines)]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    table.append(f"{len(rows)} stored. {waiting} in the outbox, not delivered yet.")
    if broken:
        table.append(f"{broken} files in the outbox's folder broken/ cannot be read; show them to an engineer.")
    return "\n".join(table)


def _in_words(duration: timedelta) -> str:
    minutes = max(0, int(duration.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"


def _since(text: str) -> datetime:
    """Return the moment of `24h` or of an ISO 8601 time, which is in UTC unless it says otherwise."""
    if match := re.fullmatch(r"(\d{1,5})([mhd])", text):
        return datetime.now(timezone.utc) - timedelta(**{UNITS[match[2]]: int(match[1])})
    try:
        moment = datetime.fromisoformat(re.sub("Z$", "+00:00", text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r}: write 30m, 24h or 7d, or a time such as 2025-01-31T12:00."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


if __name__ == "__main__":
    sys.exit(main())
