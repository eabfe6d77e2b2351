"""Sends to Telegram through aiogram's client: messages, keyboards, pictures, files."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from typing import Any, Dict, List, Optional

from aiogram import Bot
from aiogram.bot.api import TelegramAPIServer
from aiogram.utils import exceptions

from assistant.channels.messenger.platform import BUTTON, Gone, Later, Platform, Refused, Update
from assistant.channels.messenger.rendering import View
from assistant.channels.telegram_markup import LONGEST_CAPTION, LONGEST_TEXT, escape, length, rows, texts_of
from assistant.channels.telegram_settings import TelegramSettings
from assistant.content.channels import load_channel_words
from assistant.practice.picture_png import as_png

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15.0
NO_PREVIEW = '{"is_disabled": true}'
_ESCAPED = re.compile(r"\\(.)")


class Telegram(Platform):
    """Telegram, as one bot."""

    name = "telegram"

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        self._words = load_channel_words(self.name)
        self._bot: Optional[Bot] = None

    async def start(self) -> None:
        """Open the client; its connections belong to the running event loop."""
        self._bot = client(self._settings)

    async def close(self) -> None:
        """Close the client."""
        if self._bot is not None:
            await self._bot.session.close()

    def parts(self, view: View) -> List[Dict[str, Any]]:
        """Return a picture, then files, then the words, so that the keyboard is the last thing a person sees."""
        parts: List[Dict[str, Any]] = []
        before: List[str] = []
        if view.picture:
            words = str(view.picture.get("alt") or self._words.picture)
            short = length(escape(words)) <= LONGEST_CAPTION
            parts.append({"method": "sendPhoto", "picture": view.picture, "caption": escape(words) if short else ""})
            before = [] if short else texts_of(View(words), self._words)
        parts += [{"method": "sendMessage", "text": text} for text in before]
        parts += [
            {"method": "sendDocument", "name": file.name, "content": file.content, "type": file.media_type}
            for file in view.files
        ]
        texts = texts_of(view, self._words) or ([escape(self._words.picture)] if view.buttons else [])
        parts += [{"method": "sendMessage", "text": text} for text in texts]
        if view.buttons:
            parts[-1]["keyboard"] = rows(view.buttons)
        return parts

    async def send(self, address: Dict[str, Any], part: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        """Send one part; return the message's number if it has a keyboard."""
        data: Dict[str, Any] = {"chat_id": address["chat_id"]}
        files: Dict[str, Any] = {}
        if part["method"] == "sendMessage":
            data |= {"text": part["text"], "parse_mode": "MarkdownV2", "link_preview_options": NO_PREVIEW}
        elif part["method"] == "sendPhoto":
            picture = await asyncio.to_thread(as_png, part["picture"])
            files = {"photo": ("picture.png", io.BytesIO(picture))}
            data |= {"caption": part["caption"], "parse_mode": "MarkdownV2"} if part["caption"] else {}
        else:
            files = {"document": (part["name"], io.BytesIO(part["content"].encode()))}
        if part.get("keyboard"):
            data["reply_markup"] = json.dumps({"inline_keyboard": part["keyboard"]}, ensure_ascii=False)
        try:
            sent = await self._call(part["method"], data, files)
        except exceptions.CantParseEntities:
            # Never seen; but plain words are better than none.
            logger.error("Telegram could not read a message's markup; it is sent without.")
            plain: Dict[str, Any] = {key: _ESCAPED.sub(r"\1", data[key]) for key in ("text", "caption") if key in data}
            data.pop("parse_mode")
            sent = await self._call(part["method"], {**data, **plain}, files)
        return {"message_id": sent["message_id"]} if part.get("keyboard") else None

    async def typing(self, address: Dict[str, Any]) -> None:
        """Show "typing …" for some seconds."""
        await self._request("sendChatAction", {"chat_id": address["chat_id"], "action": "typing"}, {})

    async def used(self, update: Update, shown: List[Dict[str, Any]], title: str) -> None:
        """Answer the press (else the button keeps turning), write the choice below its message, and take keyboards away."""
        chat = update.address["chat_id"]
        pressed = None
        if update.kind == BUTTON:
            pressed = update.extra.get("message_id")
            await self._quietly("answerCallbackQuery", {"callback_query_id": update.extra.get("query")})
            if await self._choice(update, title):
                shown = [each for each in shown if each["message_id"] != pressed]
                pressed = None
        for message in dict.fromkeys([pressed, *(each["message_id"] for each in shown)]):
            if message is not None:
                data = {"chat_id": chat, "message_id": message, "reply_markup": '{"inline_keyboard": []}'}
                await self._quietly("editMessageReplyMarkup", data)

    async def _choice(self, update: Update, title: str) -> bool:
        """Write the choice below the pressed message, whose keyboard goes with that; return whether it was done."""
        text, words = update.extra.get("text"), self._words.chosen.format(title=title)
        if not title or not isinstance(text, str) or length(text) + length(words) > LONGEST_TEXT:
            return False
        italic = {"type": "italic", "offset": length(text) + 2, "length": length(words)}
        data = {
            "chat_id": update.address["chat_id"],
            "message_id": update.extra["message_id"],
            "text": f"{text}\n\n{words}",
            "entities": json.dumps([*update.extra.get("entities", []), italic], ensure_ascii=False),
            "link_preview_options": NO_PREVIEW,
        }
        return await self._quietly("editMessageText", data)

    async def _quietly(self, method: str, data: Dict[str, Any]) -> bool:
        """Call a method that nothing depends on (an old query, a message that was deleted); return whether it worked."""
        try:
            await self._request(method, data, {})
            return True
        except (exceptions.TelegramAPIError, asyncio.TimeoutError) as error:
            logger.debug("%s did not work (%s).", method, type(error).__name__)
            return False

    async def _call(self, method: str, data: Dict[str, Any], files: Dict[str, Any]) -> Any:
        """Call a method, with errors as the core knows them.

        Raises:
            Refused, Gone, Later: see there.
            CantParseEntities: the text's markup is wrong.
        """
        try:
            return await self._request(method, data, files)
        except exceptions.CantParseEntities:
            raise
        except exceptions.RetryAfter as error:
            raise Later(float(error.timeout)) from error
        except exceptions.BadRequest as error:
            raise Refused(f"{method}: {type(error).__name__}") from error
        except exceptions.Unauthorized as error:
            if type(error) is exceptions.Unauthorized and "forbidden" not in str(error).lower():
                logger.error("Telegram does not know the token. Check IPT_TELEGRAM_TOKEN.")
                raise Later from error
            raise Gone from error
        except (exceptions.TelegramAPIError, asyncio.TimeoutError, OSError) as error:
            raise Later from error

    async def _request(self, method: str, data: Dict[str, Any], files: Dict[str, Any]) -> Any:
        assert self._bot is not None
        for _name, file in files.values():
            file.seek(0)
        return await self._bot.request(method, {key: value for key, value in data.items() if value != ""}, files)


def client(settings: TelegramSettings) -> Bot:
    """Return aiogram's client for a bot; without previews of its own and with a time limit."""
    return Bot(settings.token, server=TelegramAPIServer.from_base(settings.api), timeout=TIMEOUT_SECONDS)
