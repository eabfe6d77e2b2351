"""The outbox: crisis events on disk, until they are delivered (`assistant.safety.sender` does that)."""

from __future__ import annotations

import logging
import os
import time
import uuid
from pathlib import Path

from assistant.safety.events import CrisisEvent, EventError

logger = logging.getLogger(__name__)

DEFAULT_FOLDER = Path("var/crisis/outbox")
KEEP_MARKERS = 10_000  # ids of delivered events that are remembered
STALE_SECONDS = 60.0  # a temporary file older than this was left by a process that died


class Outbox:
    """One file for each event that is not delivered yet. Processes may share the folder.

    `<id>.json` waits, `delivered/<id>` is an empty marker, `broken/` holds files that cannot be read.
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        """Take a folder, else `IPT_CRISIS_OUTBOX`, else `var/crisis/outbox`; it is made when first needed."""
        self.folder = Path(folder or os.environ.get("IPT_CRISIS_OUTBOX") or DEFAULT_FOLDER)

    def put(self, event: CrisisEvent) -> bool:
        """Keep an event on disk; return `False` when it was there or delivered before.

        Raises:
            EventError: the event has a value that cannot be used.
            OSError: the disk does not take it.
        """
        event.check()
        file = self._file(event.id)
        if file.exists() or self._marker(event.id).exists():
            return False
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self.folder / f"{file.name}.{uuid.uuid4().hex}.tmp"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as output:
                output.write(event.to_json())
                output.flush()
                os.fsync(output.fileno())
            temporary.replace(file)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(self.folder)
        return True

    def pending(self) -> list[CrisisEvent]:
        """Return the events that wait, oldest first; files that cannot be read are set aside.

        Raises:
            OSError: the folder cannot be read.
        """
        events = []
        for file in _list(self.folder, ".json"):
            try:
                event = CrisisEvent.from_json(file.read_text(encoding="utf-8"))
                if file.stem != event.id:
                    raise EventError(f"`id`: {event.id} is not the file's name.")
            except FileNotFoundError:
                continue  # another process delivered it
            except OSError:
                logger.exception("%s: cannot be read now, stays in the outbox.", file)
                continue
            except ValueError as error:
                self._set_aside(file, error)
                continue
            if self._marker(event.id).exists():
                file.unlink(missing_ok=True)
            else:
                events.append(event)
        return sorted(events, key=lambda event: (event.raised_at, event.id))

    def delivered(self, event_id: str) -> None:
        """Note that an event was delivered: leave a marker, remove the file.

        Raises:
            OSError: the disk does not take it; the event stays and is delivered again, which does no harm.
        """
        marker = self._marker(event_id)
        marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        marker.touch(mode=0o600)
        self._file(event_id).unlink(missing_ok=True)

    def waiting(self) -> int:
        """Return how many events wait."""
        return len(_list(self.folder, ".json"))

    def broken(self) -> int:
        """Return how many files were set aside."""
        return len(_list(self.folder / "broken"))

    def tidy(self) -> None:
        """Take back what a process that died left half done, and forget the oldest markers.

        Raises:
            OSError: the folder cannot be read or written.
        """
        for temporary in _list(self.folder, ".tmp"):
            if _changed(temporary) < time.time() - STALE_SECONDS:
                # Whole: is delivered. Torn: is set aside.
                _move(temporary, self._file(temporary.name.split(".")[0]))
        markers = _list(self.folder / "delivered")
        if len(markers) > KEEP_MARKERS:
            for marker in sorted(markers, key=_changed)[:-KEEP_MARKERS]:
                marker.unlink(missing_ok=True)

    def _file(self, event_id: str) -> Path:
        return self.folder / f"{event_id}.json"

    def _marker(self, event_id: str) -> Path:
        return self.folder / "delivered" / event_id

    def _set_aside(self, file: Path, error: ValueError) -> None:
        target = self.folder / "broken" / f"{file.name}.{uuid.uuid4().hex[:8]}"
        try:
            target.parent.mkdir(mode=0o700, exist_ok=True)
            if _move(file, target):
                logger.error("%s: no crisis event, set aside as %s. %s", file, target, error)
        except OSError:
            logger.exception("%s: no crisis event, and cannot be set aside. %s", file, error)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _list(folder: Path, suffix: str = "") -> list[Path]:
    """Return the files of a folder; none when there is no folder yet."""
    try:
        return [file for file in folder.iterdir() if file.name.endswith(suffix)]
    except FileNotFoundError:
        return []


def _move(file: Path, target: Path) -> bool:
    """Move a file; return `False` when another process was faster."""
    try:
        file.replace(target)
    except FileNotFoundError:
        return False
    return True


def _changed(file: Path) -> float:
    """Return when a file was changed; now, when it is gone."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return time.time()
