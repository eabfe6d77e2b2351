"""`python -m console set_up_link NAME`: a new set-up link, where no administrator can make one (their own phone is lost)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from console.staff import audit, set_up


class Command(BaseCommand):
    """Takes password and second factor away and prints a link to set new ones."""

    help = "Take a person's password and second factor away and print a link to set new ones."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sign-in name and the console's address."""
        parser.add_argument("name", help="the person's sign-in name")
        parser.add_argument("--address", default="http://localhost:8000", help="the console's address")

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Reset and print.

        Raises:
            CommandError: nobody of that name may sign in.
        """
        people = get_user_model().objects.filter(is_active=True)
        user = people.filter(username__iexact=options["name"]).first()
        if user is None:
            known = ", ".join(people.values_list("username", flat=True)) or "nobody"
            raise CommandError(f"{options['name']!r} cannot sign in. There is: {known}.")
        with transaction.atomic():
            set_up.remove_devices(user)
            user.set_unusable_password()
            user.save()
            audit.record(None, audit.FACTOR_RESET, user, who="command set_up_link")
        self.stdout.write(options["address"].rstrip("/") + set_up.make_link(user))
