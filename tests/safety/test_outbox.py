"""The outbox: nothing is lost, nothing is there twice."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant import outbox as module
from assistant.safety.outbox import Outbox
from tests.conftest import ROOT
from tests.safety import event


def test_an_event_is_kept_once(outbox: Outbox) -> None:
    assert outbox.put(event(1)) is True
    assert outbox.put(event(1)) is False
    assert [kept.id for kept in outbox.pending()] == [event(1).id]
    outbox.delivered(event(1).id)
    assert outbox.put(event(1)) is False
    assert outbox.pending() == [] and outbox.waiting() == 0


def test_an_event_put_by_many_at_once_is_there_once_and_whole(outbox: Outbox) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: outbox.put(event(1)), range(64)))
    assert [kept.id for kept in outbox.pending()] == [event(1).id]
    assert [file.name for file in outbox.folder.iterdir()] == [f"{event(1).id}.json"]


def test_the_oldest_comes_first(outbox: Outbox) -> None:
    events = [event(number) for number in range(20)]
    for kept in reversed(events):
        outbox.put(kept)
    assert outbox.pending() == events


def test_only_the_owner_may_read_it(outbox: Outbox) -> None:
    outbox.put(event(1))
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in outbox.folder.iterdir()] == [0o600]


def test_a_marker_holds_nothing_and_markers_are_bounded(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEEP_MARKERS", 3)
    for number in range(5):
        outbox.delivered(event(number).id)
        os.utime(outbox.folder / "delivered" / event(number).id, (number, number))
    outbox.tidy()
    markers = list((outbox.folder / "delivered").iterdir())
    assert {marker.name for marker in markers} == {event(number).id for number in (2, 3, 4)}
    assert all(marker.stat().st_size == 0 for marker in markers)


def test_a_broken_file_is_set_aside_and_the_rest_goes_on(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    outbox.put(event(1))
    (outbox.folder / "torn.json").write_text(event(2).to_json()[:30])
    (outbox.folder / "binary.json").write_bytes(b"\xff\xfe\x00")
    (outbox.folder / "other-name.json").write_text(event(3).to_json())
    assert [kept.id for kept in outbox.pending()] == [event(1).id]
    assert (outbox.waiting(), outbox.broken()) == (1, 3)
    assert "torn.json: no crisis event, set aside" in caplog.text


def test_what_a_process_left_half_done_is_taken_back(outbox: Outbox) -> None:
    outbox.put(event(1))
    whole, torn, young = (outbox.folder / f"{event(number).id}.json.x.tmp" for number in (2, 3, 4))
    whole.write_text(event(2).to_json())
    torn.write_text("{")
    young.write_text(event(4).to_json())
    for file in (whole, torn):
        os.utime(file, (1, 1))
    outbox.tidy()
    assert {kept.id for kept in outbox.pending()} == {event(1).id, event(2).id}
    assert outbox.broken() == 1 and young.exists()


def test_a_full_disk_leaves_nothing_behind(outbox: Outbox) -> None:
    code = (
        "import resource, sys\nfrom assistant.safety.outbox import Outbox\nfrom tests.safety import event\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "try: Outbox(sys.argv[1]).put(event(1))\nexcept OSError: sys.exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(outbox.folder)], cwd=ROOT).returncode == 7
    assert list(outbox.folder.iterdir()) == []
