"""Answers what is in the queue: in order within a conversation, conversations side by side, shared by all replicas.

A replica leases a conversation while it works on it, and renews its leases; what a replica left behind, another takes up when
the lease is over. An answer is stored before it is sent, and each message is removed when the platform has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from typing import Any, AsyncIterator, Dict, Optional

from rasa.core.agent import Agent
from sqlalchemy.exc import SQLAlchemyError

from assistant.channels.messenger import privacy
from assistant.channels.messenger.inbox import LEASE_SECONDS, WAITING, Chat, Inbox, Stored
from assistant.channels.messenger.platform import Gone, Later, Platform, Refused, Update
from assistant.channels.messenger.turns import AgentGetter, Answer, Turns

logger = logging.getLogger(__name__)

CALM_SECONDS, LONGEST_WAIT = 0.02, 2.0  # for the requests that this process has not come to read yet
LOOK_SECONDS = 1.0  # how often the queue is searched for what nobody works on
STOP_SECONDS = 10.0  # Sanic gives 15
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # between attempts to send
MOST_FAILURES = 3  # of a turn, or of sending for a reason nobody foresaw
TIDY_SECONDS = 3600.0
MOST_AT_ONCE, SLOW_SECONDS = 4, 5.0  # turns being answered; one that takes longer than this is not counted


class Stopped(Exception):
    """The assistant stops; what is not done is left to the next one."""


class Worker:
    """Works through the queue of one platform in this process."""

    def __init__(self, platform: Platform, inbox: Inbox, agent: AgentGetter) -> None:
        self._platform, self._inbox, self._agent = platform, inbox, agent
        self._turns = Turns(platform, inbox)
        self._owner = uuid.uuid4().hex
        self._tasks: Dict[str, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._look: Optional[asyncio.Task[None]] = None
        self._renewed = time.monotonic()
        self._tidied = 0.0
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._complained = False

    async def start(self) -> None:
        """Begin, with what is left from before."""
        self._stopping = asyncio.Event()
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._look = asyncio.create_task(self._look_around())

    async def stop(self) -> None:
        """Finish the messages being sent, give everything else back."""
        self._stopping.set()
        tasks = [task for task in (self._look, *self._tasks.values()) if task]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        await self._turns.close()
        self._inbox.close()

    def wake(self, conversation: str) -> None:
        """Work on a conversation now, if no other replica does."""
        if not self._stopping.is_set() and conversation not in self._tasks and self._ready() is not None:
            self._tasks[conversation] = asyncio.create_task(self._work(conversation))

    def _ready(self) -> Optional[Agent]:
        agent = self._agent()
        return agent if agent is not None and agent.is_ready() else None

    async def _look_around(self) -> None:
        """Renew the leases, and take up what nobody works on, until stopped."""
        while not self._stopping.is_set():
            try:
                self._inbox.renew(self._owner)
                self._renewed = time.monotonic()
                for conversation in self._inbox.waiting(self._platform.name):
                    self.wake(conversation)
                if time.monotonic() - self._tidied > TIDY_SECONDS:
                    self._inbox.tidy()
                    self._tidied = time.monotonic()
                self._complained = False
            except SQLAlchemyError as error:
                level = logging.DEBUG if self._complained else logging.ERROR
                logger.log(level, "The queue of %s cannot be read: %s", self._platform.name, type(error).__name__)
                self._complained = True
            await self._pause(LOOK_SECONDS)

    async def _work(self, conversation: str) -> None:
        """Do everything that is to be done in a conversation."""
        failures = 0
        try:
            if not self._inbox.lease(conversation, self._owner):
                return
            while not self._stopping.is_set():
                stored = self._inbox.next(conversation)
                if stored is None:
                    break
                try:
                    await self._one(stored, failures >= MOST_FAILURES)
                    failures = 0
                except (Stopped, Gone, asyncio.CancelledError):
                    raise
                except Exception as error:
                    failures += 1
                    logger.error("A turn on %s failed (%s).", self._platform.name, type(error).__name__, exc_info=error)
                    await self._pause(FIRST_PAUSE * 2**failures)
                    if failures > 2 * MOST_FAILURES:
                        break  # the database, most likely; looked at again from `_look_around`
        except Stopped:
            pass
        except Exception:
            logger.exception("The queue of %s failed.", self._platform.name)
            await self._pause(LOOK_SECONDS)
        finally:
            with contextlib.suppress(SQLAlchemyError):
                self._inbox.release(conversation, self._owner)
            del self._tasks[conversation]

    async def _one(self, stored: Stored, give_up: bool) -> None:
        """Answer one update, or send the rest of an answer."""
        chat = self._inbox.chat(stored.conversation)
        if chat is None:
            self._inbox.finish(stored)
            return
        if stored.state == WAITING and stored.update is not None:
            with self._turns.typing(stored.update):
                await self._settle(stored)
                async with self._room():
                    again = self._inbox.next(stored.conversation)
                    if again is None or again.seq != stored.seq:
                        return  # an earlier one came late
                    answer = await self._answer(stored, stored.update, chat, give_up)
            parts = [part for view in answer.views for part in self._platform.parts(view)]
            self._inbox.answered(stored, parts, answer.notes, answer.erased)
        try:
            for message, part in self._inbox.unsent(stored.seq):
                shown = await self._deliver(chat.address, part)
                self._inbox.sent(message, stored.conversation, shown)
        except Gone:
            await self._gone(stored)
        self._inbox.finish(stored)

    @contextlib.asynccontextmanager
    async def _room(self) -> AsyncIterator[None]:
        """Wait until few answers are being looked for: more at once are no faster, and keep new requests waiting for their 200.

        A turn gives its place back when it takes long, so that an action server that hangs holds up nobody else.

        Raises:
            Stopped: the assistant stops.
        """
        await self._places.acquire()
        place = [self._places]

        def leave() -> None:
            if place:
                place.pop().release()

        slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, leave)
        try:
            if self._stopping.is_set():
                raise Stopped
            yield
        finally:
            slow.cancel()
            leave()

    async def _settle(self, stored: Stored) -> None:
        """Wait a moment: platforms may bring two updates in the wrong order, and under load the earlier one has still to be read.

        A short sleep that is over in time says that this process has read what lay before it.
        """
        await self._pause(stored.received_at + self._platform.settle_seconds - time.time())
        end = time.monotonic() + LONGEST_WAIT
        while not self._stopping.is_set() and (before := time.monotonic()) < end:
            await asyncio.sleep(CALM_SECONDS)
            if time.monotonic() - before < 2 * CALM_SECONDS:
                break

    async def _answer(self, stored: Stored, update: Update, chat: Chat, give_up: bool) -> Answer:
        agent = self._ready()
        if agent is None:
            raise Stopped
        if give_up:
            return self._turns.trouble(chat)
        return await self._turns.answer(agent, stored, update, chat)

    async def _deliver(self, address: Dict[str, Any], part: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        """Send one message, however long it takes; return what takes its buttons away.

        Raises:
            Stopped: the assistant stops, or another replica has the conversation; the message stays in the queue.
            Gone: the person blocked the assistant.
        """
        pause, surprises = FIRST_PAUSE, 0
        while True:
            if self._stopping.is_set() or time.monotonic() - self._renewed > LEASE_SECONDS:
                raise Stopped
            try:
                return await self._platform.send(address, part)
            except Refused as refused:
                logger.error("%s refused a message: %s", self._platform.name, refused)
                return None
            except Later as later:
                wait = later.seconds if later.seconds is not None else pause
                if later.seconds is None:
                    pause = min(pause * 2, LONGEST_PAUSE)
            except (Gone, asyncio.CancelledError):
                raise
            except Exception as error:
                surprises += 1
                logger.error("Sending on %s failed (%s).", self._platform.name, type(error).__name__, exc_info=error)
                if surprises >= MOST_FAILURES:
                    return None
                wait = pause
            await self._pause(wait)

    async def _gone(self, stored: Stored) -> None:
        """Erase a conversation that cannot be answered any more."""
        agent = self._ready()
        if agent is None:
            raise Stopped
        await privacy.erase(agent, self._inbox, stored.conversation, stored.seq)
        self._inbox.answered(stored, [], {}, erasing=True)
        logger.info("A person left %s; the conversation is erased.", self._platform.name)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not when the assistant stops."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), max(seconds, 0.0))
