"""What an update is answered with: the dialogue's words, or the core's own around them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, Iterator, List, Optional, Set

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from sqlalchemy.exc import SQLAlchemyError

from assistant.channels import conversations
from assistant.channels.messenger import privacy
from assistant.channels.messenger.buttons import ERASE, KEEP, Button, open_button, settings
from assistant.channels.messenger.choices import typed_choice
from assistant.channels.messenger.inbox import Chat, Inbox, Stored
from assistant.channels.messenger.platform import BUTTON, ELSEWHERE, GONE, INTENT, SPOKEN, UNREADABLE, Platform, Update
from assistant.channels.messenger.rendering import View, view_of
from assistant.channels.problems import Problem
from assistant.channels.web_locale import country_of_browser
from assistant.channels.web_security import clean_text
from assistant.content.channels import load_channel_words
from assistant.dialogue.conversation import parse_for

logger = logging.getLogger(__name__)

ORNAMENT_SECONDS = 2.0
TYPING_SECONDS = 4.0  # the platforms show it for about five
MOST_CHARACTERS = 4096
ASK_ERASE, ASK_EXPORT, ABOUT_PRIVACY = "utter_delete_my_data", "utter_export_my_data", "utter_privacy_of_chat"


@dataclass
class Answer:
    """What is said, what is remembered of the conversation, and whether it was erased."""

    views: List[View] = field(default_factory=list)
    notes: Dict[str, Any] = field(default_factory=dict)
    erased: bool = False


class Turns:
    """Answers the updates of one platform."""

    def __init__(self, platform: Platform, inbox: Inbox) -> None:
        self._platform = platform
        self._inbox = inbox
        self._words = load_channel_words(platform.name)
        self._ornaments: Set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Wait a moment for what nothing depends on."""
        if self._ornaments:
            await asyncio.wait(self._ornaments, timeout=ORNAMENT_SECONDS)

    async def answer(self, agent: Agent, stored: Stored, update: Update, chat: Chat) -> Answer:
        """Return the answer to an update; the caller holds the conversation's lease.

        Raises:
            Exception: whatever a turn can fail with; nothing was said then, and the update can be tried again.
        """
        notes = dict(chat.notes)
        if update.kind == GONE:
            await privacy.erase(agent, self._inbox, update.conversation, stored.seq)
            return Answer(erased=True)
        if update.kind == ELSEWHERE:
            return self._once("told", self._words.elsewhere, notes)
        if update.kind == UNREADABLE:
            return self._once("unreadable", self._words.unreadable, notes)
        assert update.kind in SPOKEN
        notes.pop("unreadable", None)
        return await self._spoken(agent, stored, update, notes)

    @contextlib.contextmanager
    def typing(self, update: Update) -> Iterator[None]:
        """Show that an answer is coming, until it is there."""
        task = asyncio.create_task(self._type(update.address)) if update.kind in SPOKEN else None
        try:
            yield
        finally:
            if task:
                task.cancel()

    def trouble(self, chat: Chat) -> Answer:
        """Return the answer to an update that failed again and again."""
        return Answer([View(self._words.trouble)], dict(chat.notes))

    async def _spoken(self, agent: Agent, stored: Stored, update: Update, notes: Dict[str, Any]) -> Answer:
        own = self._own_buttons(update.conversation)
        asked = notes.pop("asked", None)
        shown = notes.pop("shown", [])
        text, intent, chosen = clean_text(update.value[:MOST_CHARACTERS]), None, None
        if update.kind == INTENT:
            text, intent = str(update.extra.get("title", "")), update.value
        elif update.kind == BUTTON:
            chosen = next((button for button in own if button.id == update.value), None)
            if chosen is None:
                try:
                    payload, text = await conversations.pressed(agent, update.conversation, update.value, settings())
                except Problem as problem:
                    logger.info("A button was not known: %s", problem.detail)
                    self._used(update, shown, "")
                    return Answer([View(self._words.button_gone)], notes)
                intent = payload.lstrip("/")
        elif asked == "erase":
            chosen = typed_choice(text, own)
        pressed = (chosen.title if chosen else text) if update.kind == BUTTON else ""
        self._used(update, shown, pressed)
        if chosen is not None:
            return await self._own(agent, stored, update, chosen, notes)
        if not text and intent is None:
            return self._once("unreadable", self._words.unreadable, notes)
        views = await self._dialogue(agent, update, text, intent)
        return self._finished(agent, update, views, notes)

    async def _dialogue(self, agent: Agent, update: Update, text: str, intent: Optional[str]) -> List[View]:
        """Let Rasa answer, unless the tracker holds the answer already (a crash came between)."""
        message_id = f"{self._platform.name}:{update.id}"
        metadata: Dict[str, Any] = {conversations.MESSAGE_ID: message_id}
        country = country_of_browser(str(update.extra.get("locale") or ""))
        if country:
            metadata["locale_country"] = country
        if agent.processor is None:
            raise Problem(503, "The assistant has no model yet. Run `make train`.")
        async with agent.lock_store.lock(update.conversation):
            told = await conversations.answered(agent, update.conversation, message_id)
            if told is not None:
                return [
                    view_of(
                        update.conversation, event.get("text"), event.get("data") or {}, event.get("metadata") or {}
                    )
                    for event in told
                ]
            output = Collector(self._platform.name)
            message = UserMessage(
                text,
                output,
                update.conversation,
                parse_data=parse_for(intent, text) if intent else None,
                input_channel=self._platform.name,
                metadata=metadata,
            )
            await agent.processor.handle_message(message)
        return output.views

    def _finished(self, agent: Agent, update: Update, views: List[View], notes: Dict[str, Any]) -> Answer:
        """Put the core's own words where the dialogue's are about a web page, and the first message where it belongs."""
        said = [self._fitting(agent, update, view) for view in views]
        if any(view.about == ASK_ERASE for view in views):
            notes["asked"] = "erase"
        if not notes.get("introduced"):
            notes["introduced"] = True
            # Help comes first; who can read the chat comes right after it.
            in_danger = any(view.helplines for view in said)
            said = [*said, View(self._words.first)] if in_danger else [View(self._words.first), *said]
        return Answer(said, notes)

    def _fitting(self, agent: Agent, update: Update, view: View) -> View:
        if view.about == ABOUT_PRIVACY:
            return replace(view, text=self._words.privacy)
        if view.about == ASK_ERASE:
            return replace(view, text=self._words.erase_question, buttons=self._own_buttons(update.conversation))
        if view.about == ASK_EXPORT:
            try:
                file = privacy.export(agent, update.conversation, update.address)
            except Problem:
                return View(self._words.trouble)
            return View(self._words.export, files=[file])
        return view

    async def _own(self, agent: Agent, stored: Stored, update: Update, chosen: Button, notes: Dict[str, Any]) -> Answer:
        """Do what one of the core's own buttons says."""
        if chosen.payload == KEEP:
            return Answer([View(self._words.kept)], notes)
        try:
            await privacy.erase(agent, self._inbox, update.conversation, stored.seq)
        except (Problem, SQLAlchemyError):
            logger.exception("A conversation could not be erased.")
            return Answer(
                [View(self._words.erase_failed, self._own_buttons(update.conversation))], {**notes, "asked": "erase"}
            )
        return Answer([View(self._words.erased)], erased=True)

    def _own_buttons(self, conversation: str) -> List[Button]:
        titles = {ERASE: self._words.erase_yes, KEEP: self._words.erase_no}
        return [open_button(conversation, payload, title) for payload, title in titles.items()]

    def _once(self, note: str, text: str, notes: Dict[str, Any]) -> Answer:
        """Say something, unless it was said before."""
        return Answer([] if notes.get(note) else [View(text)], {**notes, note: True})

    async def _type(self, address: Dict[str, Any]) -> None:
        while True:
            try:
                await self._platform.typing(address)
            except Exception as error:  # of any kind: an ornament
                logger.info("Typing could not be shown (%s).", type(error).__name__)
            await asyncio.sleep(TYPING_SECONDS)

    def _used(self, update: Update, shown: List[Dict[str, Any]], title: str) -> None:
        """Confirm a press and take away used buttons, while the answer is found."""
        task = asyncio.create_task(self._use(update, shown, title))
        self._ornaments.add(task)
        task.add_done_callback(self._ornaments.discard)

    async def _use(self, update: Update, shown: List[Dict[str, Any]], title: str) -> None:
        try:
            await self._platform.used(update, shown, title)
        except Exception as error:  # of any kind: a keyboard that stays must not cost the answer
            logger.info("Used buttons could not be taken away (%s).", type(error).__name__)


class Collector(OutputChannel):
    """Collects the messages of one turn as views."""

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self.views: List[View] = []

    def name(self) -> str:  # type: ignore[override]
        """Return the platform's name, by which responses can differ."""
        return self._platform

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Collect one message with everything that belongs to it."""
        # Rasa merges data and metadata of a bot message into one dictionary here.
        self.views.append(view_of(recipient_id, message.get("text"), message, message))


AgentGetter = Callable[[], Optional[Agent]]
