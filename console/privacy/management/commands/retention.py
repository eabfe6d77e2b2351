"""`python -m console retention [--dry-run] [--every 1h]`: erases what is over its time (docs/privacy.md)."""

from __future__ import annotations

import argparse
import logging
import re
import signal
import threading
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from console.privacy.periods import Periods
from console.privacy.retention import Outcome, erase

logger = logging.getLogger("console.retention")

UNITS = {"m": 60, "h": 3600, "d": 86400}
FIRST_SECONDS = 2.0  # until the next try, when a store was down; doubled each time, up to the whole period


class Command(BaseCommand):
    """The command."""

    help = "Erase conversations, requests, crisis events and audit entries that are over their time."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would be erased")
        parser.add_argument("--every", type=_seconds, metavar="1h", help="go on, and do it again after so long")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run once, or again and again until stopped.

        Raises:
            CommandError: a period cannot be read, or (run once) a store could not be reached.
        """
        try:
            periods = Periods.from_environment()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if options["every"]:
            self._go_on(periods, options["every"], options["dry_run"])
            return
        outcome = erase(periods, timezone.now(), options["dry_run"])
        self.stdout.write(in_words(outcome, options["dry_run"]))
        if outcome.problems:
            raise CommandError(f"Not reached: {'; '.join(outcome.problems)}. Run it again when that is mended.")

    def _go_on(self, periods: Periods, every: float, dry_run: bool) -> None:
        stopped, wait = threading.Event(), FIRST_SECONDS
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            outcome = erase(periods, timezone.now(), dry_run)
            connections.close_all()  # none is held for an hour, and none to a database that is gone
            if any(outcome.erased.values()):
                logger.info(in_words(outcome, dry_run))
            if outcome.problems:
                wait = min(wait, every)
                logger.error("Not reached: %s. Next try in %d s.", "; ".join(outcome.problems), wait)
                stopped.wait(wait)
                wait *= 2
            else:
                wait = FIRST_SECONDS
                stopped.wait(every)


def in_words(outcome: Outcome, dry_run: bool) -> str:
    """Return what was erased as one or two lines."""
    counts = ", ".join(f"{count} {name}" for name, count in outcome.erased.items() if count) or "nothing"
    text = f"{'Would erase' if dry_run else 'Erased'}: {counts}."
    if outcome.open_for_long:
        text += (
            f"\n{outcome.open_for_long} requests are older than IPT_REQUEST_RETENTION_DAYS and still open. "
            "They stay until somebody closes them."
        )
    return text


def _seconds(text: str) -> float:
    match = re.fullmatch(r"([1-9]\d{0,4})([mhd])", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r}: write 30m, 1h or 1d.")
    return float(match[1]) * UNITS[match[2]]
