"""The inbox on PostgreSQL, where search and lists are asked for in other words than in SQLite."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import ROOT
from tests.databases import postgresql


def test_the_inbox_is_the_same_on_postgresql() -> None:
    with postgresql() as url:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/console/test_inbox.py"]
        environment = {**os.environ, "IPT_CONSOLE_URL": url}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
