"""Brings contact requests to the clinic: on this machine's disk first, then into the console's database, again and again until it is there.

A request is told as sent when it is in the database, as saved when it is on disk. Nothing is stored twice, since both know its id.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Optional

from actions.contact_item import REQUEST, WITHDRAWAL, Item
from assistant.intake.sending import MISSING, QUEUED, STORED, UNKNOWN, WITHDRAWN
from assistant.outbox import FolderOutbox
from console.intake.reference import reference_of

logger = logging.getLogger(__name__)

DEFAULT_FOLDER = Path("var/contact/outbox")
FIRST_SECONDS, LONGEST_SECONDS = 1.0, 60.0  # between attempts
WAIT_SECONDS = 6.0  # longest time that a person waits for the database


class ContactPost:
    """Sends, takes back and looks up requests. One for each process; processes may share the folder.

    `deliver` runs under a lock on the folder, so that a request that is just being stored cannot be overtaken by its withdrawal.
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        """Take a folder, else `IPT_CONTACT_OUTBOX`, else `var/contact/outbox`; it is made when first needed."""
        chosen = folder or os.environ.get("IPT_CONTACT_OUTBOX") or DEFAULT_FOLDER
        self.outbox: FolderOutbox[Item] = FolderOutbox(
            chosen, Item.from_json, order=lambda item: item.made_at, noun="contact request"
        )
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="contact-request")
        self._wake = threading.Event()
        self._thread: Optional[threading.Thread] = None
        self._stopped = False
        self._complaints: set[str] = set()

    # --- what the runner asks for (`assistant.intake.sending.Post`) ---

    def send(self, request: dict[str, Any]) -> tuple[str, str]:
        """Keep a request on disk and store it; return `stored` or `queued` and its reference, or `missing`."""
        item = Item(str(request["id"]), REQUEST, request["created_at"], request)
        on_disk = self._keep(item)
        reference = _within(self._pool, lambda: self._store_now(item))
        if reference:
            return STORED, reference
        self._wake.set()
        return (QUEUED, reference_of(uuid.UUID(item.id))) if on_disk else (MISSING, "")

    def withdraw(self, request_id: str, reference: str, conversation: str) -> str:
        """Take a request back; return `withdrawn`, `queued`, or `missing` if the wish could be kept nowhere."""
        item = Item.withdrawal(request_id, reference, conversation)
        on_disk = self._keep(item)
        done = _within(self._pool, lambda: self._withdraw_now(item))
        if done:
            return WITHDRAWN
        self._wake.set()
        return QUEUED if on_disk else MISSING

    def state(self, request_id: str) -> str:
        """Return where a request is: `stored`, `queued`, `withdrawn`, `missing`; `unknown` if the database does not say."""
        waiting = {item.id for item in self._pending()}
        if request_id in waiting:
            return QUEUED
        found = _within(self._pool, lambda: _looked_up(request_id))
        return found or UNKNOWN

    def sent_before(self, request_id: str) -> Optional[str]:
        """Return the reference of a request that waits on this disk, or went from it, else `None`."""
        return reference_of(uuid.UUID(request_id)) if self.outbox.holds(request_id) else None

    # --- delivery ---

    def start(self) -> None:
        """Start the thread that delivers what waits, if it does not run."""
        if self._thread is None or not self._thread.is_alive():
            self._stopped = False
            self._thread = threading.Thread(target=self._run, name="contact-requests", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread; what is not delivered stays on disk."""
        self._stopped = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def deliver(self) -> tuple[int, int]:
        """Try once to deliver everything; return how many were delivered and how many still wait.

        Raises:
            OSError: the folder cannot be read or written.
        """
        if not self.outbox.waiting():
            return 0, 0
        done = 0
        with self._alone():
            self.outbox.tidy()
            items = self.outbox.pending()
            taken_back = {item.data["request"] for item in items if item.kind == WITHDRAWAL}
            dropped = {item.id for item in items if item.id in taken_back}  # never reach the clinic
            for item in items:
                if self._stopped:
                    break
                if item.data.get("request", item.id) in dropped:
                    self.outbox.delivered(item.id)
                    done += 1
                    continue
                problem, own = _attempt(item)
                if problem is None:
                    self.outbox.delivered(item.id)
                    done += 1
                    continue
                self._complain(f"{f'Contact request {item.id}' if own else 'Contact requests'}: {problem}.")
                if not own:
                    break
        if done:
            self._complaints.clear()
            logger.info("%d contact requests delivered.", done)
        return done, len(items) - done

    def _store_now(self, item: Item) -> Optional[str]:
        """Store a request that may already be stored, or just be on its way; return its reference."""
        with self._alone():
            reference = str(_console().store_request(item.data))
            self._note(item.id)
            return reference

    def _withdraw_now(self, item: Item) -> bool:
        with self._alone():
            waiting = {found.id for found in self._pending()}
            if self.outbox.holds(item.id) and item.id not in waiting:
                return True  # the thread that delivers was faster
            if item.data["request"] in waiting:
                self._note(item.data["request"])  # it waits here still, and never reaches the clinic
                self._note(item.id)
                return True
            if not _console().withdraw_request(item.data["reference"], item.data["conversation"]):
                logger.warning(
                    "Request %s is not there any more, so there is nothing to take back.", item.data["request"]
                )
            self._note(item.id)
            return True

    def _note(self, item_id: str) -> None:
        try:
            self.outbox.delivered(item_id)
        except OSError:
            logger.exception("%s is delivered, but the outbox cannot be written.", item_id)

    def _keep(self, item: Item) -> bool:
        try:
            self.outbox.put(item)
        except OSError:
            logger.exception("Contact request %s is not on disk.", item.id)
            return False
        self.start()
        return True

    def _pending(self) -> list[Item]:
        try:
            return self.outbox.pending()
        except OSError:
            logger.exception("The outbox %s cannot be read.", self.outbox.folder)
            return []

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder's lock, against other threads and processes; without a folder there is nothing to lock."""
        try:
            self.outbox.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.outbox.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            logger.exception("The outbox %s cannot be locked.", self.outbox.folder)
            yield
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _run(self) -> None:
        delay = FIRST_SECONDS
        while not self._stopped:
            self._wake.clear()
            try:
                done, left = self.deliver()
            except Exception:
                logger.exception("Contact requests could not be delivered, and stay.")
                done, left = 0, 1
            delay = FIRST_SECONDS if done or not left else min(delay * 2, LONGEST_SECONDS)
            # Also looks now and then when nothing waits: for what another process left behind.
            self._wake.wait(delay if left else LONGEST_SECONDS)

    def _complain(self, problem: str) -> None:
        """Log a problem as an error when it is new, only for debugging when it lasts."""
        logger.log(logging.DEBUG if problem in self._complaints else logging.ERROR, problem)
        self._complaints.add(problem)


def _attempt(item: Item) -> tuple[Optional[str], bool]:
    """Store an item; return the problem, if any, and whether it is this item's own."""
    from django.db import DataError, IntegrityError

    try:
        if item.kind == REQUEST:
            _console().store_request(item.data)
        elif not _console().withdraw_request(item.data["reference"], item.data["conversation"]):
            logger.warning("Request %s is not there any more, so there is nothing to take back.", item.data["request"])
    except (DataError, IntegrityError, ValueError) as error:
        return f"refused ({type(error).__name__})", True
    except Exception as error:
        return f"the console's database does not answer ({type(error).__name__}); they stay on disk", False
    finally:
        _let_go()
    return None, False


def _looked_up(request_id: str) -> str:
    if _console().reference_stored(request_id) is None:
        return MISSING
    return WITHDRAWN if _console().withdrawn(request_id) else STORED


def _within(pool: ThreadPoolExecutor, work: Callable[[], Any]) -> Any:
    """Return what work returns, or `None` if it fails or takes too long; then it goes on, and what it stores counts."""

    def let_go_after() -> Any:
        try:
            return work()
        finally:
            _let_go()

    try:
        return pool.submit(let_go_after).result(WAIT_SECONDS)
    except TooLong:
        logger.error("The console's database takes more than %d seconds.", WAIT_SECONDS)
    except Exception as error:
        # Never the message itself: a database's errors may quote what the person wrote.
        logger.error("The console's database does not take a contact request (%s).", type(error).__name__)
    return None


def _let_go() -> None:
    """Give back this thread's connection if it is broken or old."""
    if _console.cache_info().currsize:
        from django.db import close_old_connections

        close_old_connections()


@lru_cache(maxsize=1)
def _console() -> Any:
    """Return the console's module that stores, with Django set up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    import django

    django.setup()
    from console.intake import store

    return store


_posts: dict[int, ContactPost] = {}  # by process, since a thread does not live on in a forked process
_lock = threading.Lock()


def post_of_process() -> ContactPost:
    """Return this process's post; it delivers what waits from before."""
    with _lock:
        if os.getpid() not in _posts:
            _posts[os.getpid()] = ContactPost()
        post = _posts[os.getpid()]
    post.start()
    return post
