"""What the chat's side may do in the console's database (PostgreSQL): add, withdraw, and never read what somebody wrote."""

from __future__ import annotations

from django.db import connection

from console.intake.models import Change, ContactRequest, CrisisEvent
from console.intake.store import READ

ROLE = "ipt_actions"
# What withdrawing writes: it empties what the person wrote.
WITHDRAWN = (*ContactRequest.CONTENT, "withdrawn_at", "updated_at", "version")


def statements(role: str = ROLE) -> list[str]:
    """Return the SQL that gives a role exactly this, and takes everything else away.

    The role must be there (`deploy/postgres/roles.sql`); whoever runs it must own the tables.
    """
    quote = connection.ops.quote_name
    to, requests = quote(role), quote(ContactRequest._meta.db_table)
    changes, events = quote(Change._meta.db_table), quote(CrisisEvent._meta.db_table)
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {to}",
        f"GRANT INSERT, SELECT ({_columns(READ)}), UPDATE ({_columns(WITHDRAWN)}) ON {requests} TO {to}",
        # Reading the key is what `INSERT … ON CONFLICT` and `RETURNING` need.
        f"GRANT INSERT, SELECT (id) ON {changes} TO {to}",
        f"GRANT INSERT, SELECT (id) ON {events} TO {to}",
    ]


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)
