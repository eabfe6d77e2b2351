"""What tests of crisis events share."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.safety.outbox import Outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")
