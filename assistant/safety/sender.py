"""Crisis events on their way to staff: on disk first, then to the action server, again and again until it confirms.

`record(event)` is what others call. It never raises, and waits for the disk for a quarter of a second at most.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter
from pathlib import Path

import requests

from assistant.content.files import read_yaml
from assistant.safety.events import CrisisEvent, call_of, confirms
from assistant.safety.outbox import Outbox

logger = logging.getLogger(__name__)

DISK_SECONDS = 0.25  # longest time a reply waits for the disk
FIRST_SECONDS, LONGEST_SECONDS = 1.0, 60.0  # between attempts
TIMEOUT_SECONDS = 10.0  # for an answer of the action server
REFUSED = 400


class Sender:
    """Delivers what waits in an outbox, in a thread of its own."""

    def __init__(self, outbox: Outbox, action_url: str | None = None) -> None:
        """Take the webhook's address; without one it is looked up (`action_url_from`) at each attempt."""
        self._outbox, self._action_url = outbox, action_url
        self._wake, self._starting = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._failures: Counter[str] = Counter()
        self._complaints: set[str] = set()
        self._unwritten: dict[str, CrisisEvent] = {}  # events the disk did not take

    def start(self) -> None:
        """Start the thread, if it does not run."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._stopped = False
                self._thread = threading.Thread(target=self._run, name="crisis-events", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Stop the thread; what is not delivered stays in the outbox."""
        self._stopped = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def add(self, event: CrisisEvent) -> bool:
        """Keep an event and wake the thread; return whether it is on disk.

        Raises:
            EventError: the event has a value that cannot be used.
        """
        event.check()
        kept = threading.Event()
        threading.Thread(target=self._keep, args=(event, kept), name="crisis-event-to-disk", daemon=True).start()
        self.start()
        if kept.wait(DISK_SECONDS):
            return event.id not in self._unwritten
        logger.error("The disk takes long to keep crisis event %s (%s).", event.id, event.kind)
        return False

    def deliver(self) -> tuple[int, int]:
        """Try once to deliver everything; return how many were delivered and how many still wait.

        Events that failed least often come first, so that one that always fails does not hold up others.
        When the action server does not answer, or is at fault itself, the rest is left for the next time.

        Raises:
            ValueError: the action server's address cannot be read.
        """
        events, unreadable = {event.id: event for event in self._keep_unwritten()}, 0
        try:
            self._outbox.tidy()
            events.update((event.id, event) for event in self._outbox.pending())
        except OSError as error:
            self._complain(f"The outbox {self._outbox.folder} cannot be read: {error}.")
            unreadable = 1
        done = self._deliver(sorted(events.values(), key=lambda event: self._failures[event.id])) if events else 0
        left = len(events) - done + unreadable
        if not left:
            self._failures.clear()
        return done, left

    def _deliver(self, events: list[CrisisEvent]) -> int:
        url, done = self._action_url or action_url_from(), 0
        with requests.Session() as session:
            session.trust_env = False  # a proxy for the outer world is not for the action server
            for event in events:
                if self._stopped:
                    break
                problem, own = _post(session, url, event)
                if problem is None:
                    done += 1
                    self._done(event.id)
                    continue
                self._failures[event.id] += 1
                self._complain(
                    f"{f'Crisis event {event.id}' if own else 'Crisis events'} cannot be delivered: {problem}."
                )
                if not own:
                    break
        if done:
            logger.info("%d crisis events delivered.", done)
            self._complaints.clear()
        return done

    def _run(self) -> None:
        delay = FIRST_SECONDS
        while not self._stopped:
            self._wake.clear()
            try:
                done, left = self.deliver()
            except Exception:
                logger.exception("Crisis events could not be delivered, and stay.")
                done, left = 0, 1
            if done:
                delay = FIRST_SECONDS
            # Also looks now and then when nothing waits: for what another process left behind.
            if self._wake.wait(delay if left else LONGEST_SECONDS):
                delay = FIRST_SECONDS
            else:
                delay = min(delay * 2, LONGEST_SECONDS) if left else FIRST_SECONDS

    def _keep(self, event: CrisisEvent, kept: threading.Event) -> None:
        try:
            self._outbox.put(event)
        except Exception:
            logger.exception("Crisis event %s (%s) is not on disk; kept in memory.", event.id, event.kind)
            self._unwritten[event.id] = event
        kept.set()
        self._wake.set()

    def _keep_unwritten(self) -> list[CrisisEvent]:
        """Try again to write what the disk did not take; return what it still does not take."""
        for event in list(self._unwritten.values()):
            try:
                self._outbox.put(event)
            except OSError:
                continue
            self._unwritten.pop(event.id, None)
        return list(self._unwritten.values())

    def _done(self, event_id: str) -> None:
        self._unwritten.pop(event_id, None)
        self._failures.pop(event_id, None)
        try:
            self._outbox.delivered(event_id)
        except OSError:
            logger.exception("Crisis event %s is delivered, but the outbox cannot be written.", event_id)

    def _complain(self, problem: str) -> None:
        """Log a problem as an error when it is new, only for debugging when it lasts."""
        logger.log(logging.DEBUG if problem in self._complaints else logging.ERROR, problem)
        self._complaints.add(problem)


def action_url_from(endpoints_file: Path | str = "endpoints.yml") -> str:
    """Return the action server's webhook: `IPT_ACTION_URL`, else `action_endpoint.url` of the file.

    Raises:
        ValueError: the file cannot be read (then it is a `ContentError`), or does not name the address.
    """
    if url := os.environ.get("IPT_ACTION_URL"):
        return url
    endpoint = read_yaml(Path(endpoints_file)).get("action_endpoint")
    named = endpoint.get("url") if isinstance(endpoint, dict) else None
    if not named:
        raise ValueError(f"{endpoints_file}: `action_endpoint.url` is missing. Add it, or set IPT_ACTION_URL.")
    return os.path.expandvars(str(named))


def start(action_url: str | None = None) -> None:
    """Start to deliver what waits from before; call it when a process starts. Never raises.

    Args:
        action_url: the webhook's address; looked up by `action_url_from()` unless given. The first call decides.
    """
    try:
        _sender_of_process(action_url).start()
    except Exception:
        logger.exception("Crisis events that wait are not delivered.")


def record(event: CrisisEvent, action_url: str | None = None) -> bool:
    """Keep a crisis event for staff; return whether it is safely on disk. Never raises, never waits for a server.

    Args:
        event: made by `CrisisEvent.of`.
        action_url: as for `start`.
    """
    try:
        return _sender_of_process(action_url).add(event)
    except Exception:
        logger.exception("A crisis event is not recorded.")
        return False


_senders: dict[int, Sender] = {}  # by process, since a thread does not live on in a forked process
_lock = threading.Lock()


def _sender_of_process(action_url: str | None) -> Sender:
    with _lock:
        if os.getpid() not in _senders:
            _senders[os.getpid()] = Sender(Outbox(), action_url)
        return _senders[os.getpid()]


def _post(session: requests.Session, url: str, event: CrisisEvent) -> tuple[str | None, bool]:
    """Hand an event to the action server; return the problem, if any, and whether it is this event's own."""
    try:
        response = session.post(url, json=call_of(event), timeout=TIMEOUT_SECONDS)
        if response.status_code != requests.codes.ok:
            return f"{url} answers with status {response.status_code}", response.status_code == REFUSED
        if not confirms(response.json(), event.id):
            return f"{url} does not confirm it. Is this the webhook of the action server?", False
    except requests.RequestException as error:  # also when the answer is not JSON
        return f"{url} does not answer as it should ({type(error).__name__})", False
    return None, False
