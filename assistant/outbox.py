"""An outbox: things on disk until they are delivered, one file each. What lies there survives any process, and is never there twice."""

from __future__ import annotations

import logging
import os
import time
import uuid
from pathlib import Path
from typing import Any, Callable, Generic, Protocol, TypeVar

logger = logging.getLogger(__name__)

KEEP_MARKERS = 10_000  # ids of delivered things that are remembered
STALE_SECONDS = 60.0  # a temporary file older than this was left by a process that died


class Kept(Protocol):
    """Something an outbox can keep: its id is a file's name, the same for the same thing."""

    @property
    def id(self) -> str:
        """The file's name."""

    def check(self) -> None:
        """Raise `ValueError` where a value cannot be used."""

    def to_json(self) -> str:
        """Return it as JSON."""


Thing = TypeVar("Thing", bound=Kept)


class FolderOutbox(Generic[Thing]):
    """One file for each thing that is not delivered yet. Processes may share the folder.

    `<id>.json` waits, `delivered/<id>` is an empty marker, `broken/` holds files that cannot be read.
    """

    def __init__(
        self, folder: Path | str, read: Callable[[str], Thing], order: Callable[[Thing], Any], noun: str
    ) -> None:
        """Take a folder, which is made when first needed.

        Args:
            folder: where the files lie.
            read: makes a thing of its JSON; raises `ValueError`.
            order: what things are sorted by, oldest first.
            noun: what they are called in the log, such as "crisis event".
        """
        self.folder = Path(folder)
        self._read, self._order, self._noun = read, order, noun

    def put(self, thing: Thing) -> bool:
        """Keep a thing on disk; return `False` when it was there or delivered before.

        Raises:
            ValueError: the thing has a value that cannot be used.
            OSError: the disk does not take it.
        """
        thing.check()
        file = self._file(thing.id)
        if self.holds(thing.id):
            return False
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self.folder / f"{file.name}.{uuid.uuid4().hex}.tmp"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as output:
                output.write(thing.to_json())
                output.flush()
                os.fsync(output.fileno())
            temporary.replace(file)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(self.folder)
        return True

    def holds(self, thing_id: str) -> bool:
        """Return whether a thing waits here or was delivered from here."""
        return self._file(thing_id).exists() or self._marker(thing_id).exists()

    def pending(self) -> list[Thing]:
        """Return the things that wait, oldest first; files that cannot be read are set aside.

        Raises:
            OSError: the folder cannot be read.
        """
        things = []
        for file in _list(self.folder, ".json"):
            try:
                thing = self._read(file.read_text(encoding="utf-8"))
                if file.stem != thing.id:
                    raise ValueError(f"`id`: {thing.id} is not the file's name.")
            except FileNotFoundError:
                continue  # another process delivered it
            except OSError:
                logger.exception("%s: cannot be read now, stays in the outbox.", file)
                continue
            except ValueError as error:
                self._set_aside(file, error)
                continue
            if self._marker(thing.id).exists():
                file.unlink(missing_ok=True)
            else:
                things.append(thing)
        return sorted(things, key=lambda thing: (self._order(thing), thing.id))

    def delivered(self, thing_id: str) -> None:
        """Note that a thing was delivered: leave a marker, remove the file.

        Raises:
            OSError: the disk does not take it; the thing stays and is delivered again, which does no harm.
        """
        marker = self._marker(thing_id)
        marker.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        marker.touch(mode=0o600)
        self._file(thing_id).unlink(missing_ok=True)

    def waiting(self) -> int:
        """Return how many wait."""
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

    def _file(self, thing_id: str) -> Path:
        return self.folder / f"{thing_id}.json"

    def _marker(self, thing_id: str) -> Path:
        return self.folder / "delivered" / thing_id

    def _set_aside(self, file: Path, error: ValueError) -> None:
        target = self.folder / "broken" / f"{file.name}.{uuid.uuid4().hex[:8]}"
        try:
            target.parent.mkdir(mode=0o700, exist_ok=True)
            if _move(file, target):
                logger.error("%s: no %s, set aside as %s. %s", file, self._noun, target, error)
        except OSError:
            logger.exception("%s: no %s, and cannot be set aside. %s", file, self._noun, error)


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
