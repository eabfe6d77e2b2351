"""The table of crisis events: made by the console's migration or by the action server, whichever comes first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, migrate
from tests.databases import postgresql

STORE = """
from actions.crisis_events import store
from assistant.safety.events import CrisisEvent
assert store(CrisisEvent.of("crisis_abuse", "somebody", "message 1", "web", "IE"))
"""
READ = """
import json, django
django.setup()
from console.intake.models import CrisisEvent
from console.intake.work import acknowledge
from django.contrib.auth import get_user_model
event = CrisisEvent.objects.get()
acknowledge(event, get_user_model().objects.create_user("ines"))
print(json.dumps([event.kind, event.country, event.raised_at <= event.received_at, event.raised_at.tzinfo is not None]))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'console.db'}"
        return
    with postgresql() as address:
        yield address


def run(script: str, database: str) -> str:
    environment = {**os.environ, "IPT_CONSOLE_URL": database, "DJANGO_SETTINGS_MODULE": "console.settings"}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("first", ["console", "action server"])
def test_whoever_makes_the_table_both_use_it(database: str, first: str) -> None:
    if first == "console":
        migrate(database)
        run(STORE, database)
    else:
        run(STORE, database)
        migrate(database)
    assert json.loads(run(READ, database)) == ["crisis_abuse", "IE", True, True]
    migrate(database)
