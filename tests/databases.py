"""A real PostgreSQL of one's own, for tests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import free_port
from tests.safety import wait_until


def postgres_programs() -> Path:
    """Return the folder of the newest installed PostgreSQL, or skip the test."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not found:
        pytest.skip("PostgreSQL is not installed (tools/install_for_tests.sh).")
    return found[-1]


@contextmanager
def postgresql(auth: str = "trust") -> Iterator[str]:
    """Run a server with an empty database; give its superuser's address.

    Args:
        auth: how roles that come over TCP prove who they are; the superuser `postgres` is trusted anyway.
    """
    programs = postgres_programs()
    folder, port = Path(tempfile.mkdtemp(prefix="postgres")), free_port()
    owner: dict[str, Any] = {}
    if os.getuid() == 0:  # PostgreSQL does not run as root
        owner = {"user": "postgres"}
        shutil.chown(folder, "postgres")
    data = folder / "data"
    command = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **owner)
    rules = f"host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 {auth}\n"
    (data / "pg_hba.conf").write_text(rules)
    options = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), *options], stdout=log, stderr=log, cwd=folder, **owner
        )
    try:
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        wait_until(lambda: subprocess.run(ready).returncode == 0, "PostgreSQL answers")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # SIGTERM would wait for open connections
        process.wait(20)
        shutil.rmtree(folder)
