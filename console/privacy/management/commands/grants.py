"""`python -m console grants [--role ipt_actions] [--sql]`: lets the action server add requests, and not read them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction

from console.privacy.grants import ROLE, statements


class Command(BaseCommand):
    """The command."""

    help = "Give the action server's role its rights in the console's database (PostgreSQL). Run it after each migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--role", default=ROLE, help=f"name of the role; default: {ROLE}")
        parser.add_argument("--sql", action="store_true", help="only print the SQL")

    def handle(self, *_: Any, **options: Any) -> None:
        """Grant, or print.

        Raises:
            CommandError: the database refuses it.
        """
        if options["sql"]:
            self.stdout.write("".join(f"{statement};\n" for statement in statements(options["role"])))
            return
        if connection.vendor != "postgresql":
            self.stdout.write(
                f"Nothing to do: {connection.display_name} knows no roles. Who may read the file reads all."
            )
            return
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements(options["role"]):
                    cursor.execute(statement)
        except DatabaseError as error:
            raise CommandError(
                f"{str(error).strip()}\nRun deploy/postgres/roles.sql and `python -m console migrate` first, and this as "
                "the role that owns the console's tables."
            ) from error
        self.stdout.write(
            f"{options['role']} can add requests and crisis events, withdraw, and not read what they say."
        )
