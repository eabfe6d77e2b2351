"""`python -m console erase K7M-3QD`: erases a request with all staff wrote about it, when a person asks the clinic to."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from console.intake.models import ContactRequest
from console.intake.reference import as_reference
from console.privacy.sqlite_log import empty_log
from console.staff import audit


class Command(BaseCommand):
    """The command."""

    help = "Erase one request with its notes and history. The audit keeps that it was there."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the argument."""
        parser.add_argument("reference", help="such as K7M-3QD")

    def handle(self, *_: Any, **options: Any) -> None:
        """Erase it.

        Raises:
            CommandError: there is no such request.
        """
        reference = as_reference(options["reference"])
        with transaction.atomic():
            item = ContactRequest.objects.filter(reference=reference).first() if reference else None
            if item is None:
                raise CommandError(f"There is no request {options['reference']}. A reference looks like K7M-3QD.")
            audit.record(None, audit.ERASED, item, who=getpass.getuser(), detail={"reference": item.reference})
            item.delete()
        done = empty_log()
        self.stdout.write(f"Request {reference} is erased, with its notes. Exported copies and backups are not.")
        if not done:
            self.stdout.write(
                "SQLite's log is in use and still holds it; the retention job empties it within the hour."
            )
