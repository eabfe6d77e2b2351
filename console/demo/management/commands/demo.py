"""`python -m console demo [--remove]`: made-up requests and crisis events, to look at the console with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from console.demo.filling import RealDataError, fill, remove


class Command(BaseCommand):
    """The command."""

    help = "Fill the console with made-up requests and crisis events, or take them out again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the option."""
        parser.add_argument("--remove", action="store_true", help="take them out again")

    def handle(self, *_: Any, **options: Any) -> None:
        """Fill, or remove.

        Raises:
            CommandError: the console holds real data.
        """
        if options["remove"]:
            requests, events = remove()
            self.stdout.write(f"{requests} made-up requests and {events} crisis events are gone.")
            return
        try:
            requests, events = fill(timezone.now())
        except RealDataError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{requests} made-up requests and {events} crisis events are in the console.\n"
            "Take them out before anybody real writes: python -m console demo --remove"
        )
