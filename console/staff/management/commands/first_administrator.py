"""`python -m console first_administrator`: where there is no administrator, makes one and prints a set-up link."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandParser

from console.staff import audit, roles, set_up

USERNAME = "administrator"


class Command(BaseCommand):
    """Prints the link, and nothing where there is an administrator."""

    help = "Make the first administrator, where there is none, and print their set-up link once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the console's address."""
        parser.add_argument("--address", default="http://localhost:8000", help="the console's address")

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Make and print."""
        # The staff of the made-up data do not count: nobody could sign in.
        if get_user_model().objects.filter(groups__name=roles.ADMINISTRATOR).exists():
            return
        user = set_up.add_person(USERNAME, "", [roles.ADMINISTRATOR, roles.INTAKE])
        audit.record(None, audit.STAFF_ADDED, user, who="command first_administrator")
        self.stdout.write(options["address"].rstrip("/") + set_up.make_link(user))
