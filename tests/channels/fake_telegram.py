"""A fake of Telegram's Bot API on loopback that keeps Telegram's rules and records what it was asked.

After the documentation at https://core.telegram.org/bots/api, Bot API 9.3 (31 December 2025), read from stored copies. The
rules kept here: the token in the address; text of 1 to 4,096 characters after entities are parsed (caption 0 to 1,024),
counted in UTF-16 code units; MarkdownV2 with every reserved character escaped outside entities; `callback_data` of 1 to 64
bytes; at most 100 buttons, none empty; `answerCallbackQuery` for queries that exist, with at most 200 characters; editing only
messages that exist, and only to something else; 403 for a person who blocked the bot; 429 with `parameters.retry_after`;
`secret_token` of 1 to 256 letters, digits, `_` and `-`; webhooks by https on four ports; commands of 1 to 32 characters.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

import requests
from aiohttp import web

TOKEN = "4242:fake-token_for-tests"
SECRET = "a-secret-for-tests_0123456789"
BOT = {"id": 4242, "is_bot": True, "first_name": "IPT", "username": "ipt_test_bot"}
RESERVED = set("_*[]()~`>#+-=|{}.!")
PAIRS = {"*": "bold", "_": "italic", "~": "strikethrough", "`": "code"}


class BadMarkup(ValueError):
    """What Telegram would not parse."""


def parse_markdown(text: str) -> str:
    """Return what a person sees of MarkdownV2; the constructs that our assistant may use are known.

    Raises:
        BadMarkup: a reserved character is not escaped, or an entity does not end.
    """
    seen: list[str] = []
    opened: list[str] = []
    quoted = False  # a quotation: each line begins with ">"; one that can be unfolded ends with "||"
    index = 0
    while index < len(text):
        character = text[index]
        at_line_start = index == 0 or text[index - 1] == "\n"
        if character == ">" and at_line_start:
            quoted = True
            index += 1
            continue
        if text.startswith("||", index) and quoted and (index + 2 == len(text) or text[index + 2] == "\n"):
            quoted = False
            index += 2
            continue
        if character == "\\":
            if index + 1 >= len(text) or not 1 <= ord(text[index + 1]) <= 126:
                raise BadMarkup("a backslash escapes nothing")
            seen.append(text[index + 1])
            index += 2
            continue
        if character in PAIRS:
            if opened and opened[-1] == character:
                opened.pop()
            elif character in opened:
                raise BadMarkup(f"entity {character} is not nested well")
            else:
                opened.append(character)
        elif character == "[":
            opened.append("[")
        elif character == "]":
            if not opened or opened[-1] != "[":
                raise BadMarkup("character ']' is reserved and must be escaped with the preceding '\\'")
            opened.pop()
            found = re.match(r"\(((?:[^)\\]|\\.)*)\)", text[index + 1 :])
            if not found or not found[1]:
                raise BadMarkup("a link has no address")
            index += 1 + found.end()
            continue
        elif character in RESERVED:
            raise BadMarkup(f"character '{character}' is reserved and must be escaped with the preceding '\\'")
        else:
            seen.append(character)
        index += 1
    if opened:
        raise BadMarkup(f"can't find end of the entity {opened[-1]}")
    return "".join(seen)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Call:
    """A call of the Bot API: method, parameters, names and contents of files, whether it worked, when."""

    method: str
    data: dict[str, Any]
    files: dict[str, bytes]
    ok: bool
    description: str
    at: float
    result: Any = None

    @property
    def chat(self) -> int:
        return int(self.data.get("chat_id", 0))


@dataclass
class FakeTelegram:
    """The fake; `url` is for `IPT_TELEGRAM_API`. Set `down`, `blocked`, `too_many`, `user_limit` to make life hard."""

    calls: list[Call] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    down: bool = False
    too_many: Callable[[str, dict[str, Any]], Optional[int]] = lambda method, data: None
    delay: float = 0.0
    webhook: dict[str, Any] = field(default_factory=lambda: {"url": "", "pending_update_count": 0})
    commands: list[dict[str, str]] = field(default_factory=list)
    reads_groups: bool = False
    url: str = ""

    def __post_init__(self) -> None:
        self._next_message, self._next_update = 100, 1000
        self._messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.shown: dict[tuple[int, int], str] = {}
        self._queries: set[str] = set()
        self._lock = threading.Lock()
        self.sent_to: dict[int, list[Call]] = {}

    # --- The person's side ---------------------------------------------------------------------------------------

    def update(self, **content: Any) -> dict[str, Any]:
        """Return a new update as Telegram would send it."""
        with self._lock:
            self._next_update += 1
            return {"update_id": self._next_update, **content}

    def message(self, person: int, **content: Any) -> dict[str, Any]:
        """Return a message of a person in a private chat; `text="…"`, `photo=[…]`, `chat={…}` and so on."""
        with self._lock:
            self._next_message += 1
            number = self._next_message
        sender = {"id": person, "is_bot": False, "first_name": "Ann", "username": "ann", "language_code": "en-US"}
        private = {"id": person, "type": "private", "first_name": "Ann", "username": "ann"}
        return {"message_id": number, "from": sender, "chat": private, "date": int(time.time()), **content}

    def text(self, chat: int, text: str) -> dict[str, Any]:
        """Return an update with a text, its command marked as Telegram does."""
        content: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self.update(message=self.message(chat, **content))

    def press(self, chat: int, title: str) -> dict[str, Any]:
        """Return the update of pressing the newest button with these words."""
        for call in reversed(self.sent(chat)):
            for button in self.keyboard(call):
                if button["text"] == title:
                    return self.press_data(chat, button["callback_data"], call.result["message_id"])
        raise AssertionError(f"no button {title!r} in {[self.buttons(call) for call in self.sent(chat)]}")

    def press_data(self, chat: int, data: str, message: int) -> dict[str, Any]:
        """Return the update of pressing a button with this data under a message."""
        with self._lock:
            query = f"query-{len(self._queries)}"
            self._queries.add(query)
        sender = self.message(chat)["from"]
        holder = {"message_id": message, "chat": self.message(chat)["chat"], "date": 1, "from": BOT}
        holder["text"] = self.shown.get((chat, message), "")
        return self.update(
            callback_query={"id": query, "from": sender, "message": holder, "chat_instance": "1", "data": data}
        )

    # --- What was recorded ---------------------------------------------------------------------------------------

    def sent(self, chat: int) -> list[Call]:
        """Return the messages that a person got, in order."""
        return list(self.sent_to.get(chat, []))

    def texts(self, chat: int) -> list[str]:
        """Return the texts that a person got, as they look."""
        return [parse_markdown(call.data["text"]) for call in self.sent(chat) if call.method == "sendMessage"]

    def keyboard(self, call: Call) -> list[dict[str, str]]:
        """Return the buttons under a message that are there now."""
        kept = self._messages.get((call.chat, call.result["message_id"]), {})
        return [button for row in kept.get("inline_keyboard", []) for button in row]

    def buttons(self, call: Call) -> list[str]:
        """Return the words on the buttons a message was sent with."""
        markup = json.loads(call.data.get("reply_markup", '{"inline_keyboard": []}'))
        return [button["text"] for row in markup["inline_keyboard"] for button in row]

    def made(self, method: str, chat: Optional[int] = None) -> list[Call]:
        """Return the calls of a method."""
        return [call for call in list(self.calls) if call.method == method and chat in (None, call.chat)]

    # --- The API -------------------------------------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self.down:
            return web.Response(status=502, text="Bad Gateway", content_type="text/html")
        data: dict[str, Any] = {}
        files: dict[str, bytes] = {}
        posted = await request.post()
        for key, value in posted.items():
            if isinstance(value, web.FileField):
                files[value.filename] = value.file.read()
                data[key] = f"attach://{value.filename}"
            else:
                data[key] = value
        if request.content_type == "application/json":
            data = await request.json()
        if self.delay:
            await asyncio.sleep(self.delay)
        method = request.match_info["method"]
        try:
            if request.match_info["token"] != TOKEN:
                raise Refusal(401, "Unauthorized")
            wait = self.too_many(method, data)
            if wait is not None:
                raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
            handler = getattr(self, f"_{method}", None)
            if handler is None:
                raise Refusal(404, "Not Found")
            result = handler(data, files)
        except Refusal as refusal:
            self.calls.append(Call(method, data, files, False, refusal.description, time.time()))
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            if refusal.parameters:
                body["parameters"] = refusal.parameters
            return web.json_response(body, status=refusal.code)
        call = Call(method, data, files, True, "", time.time(), result)
        self.calls.append(call)
        if method in ("sendMessage", "sendPhoto", "sendDocument"):
            self.sent_to.setdefault(call.chat, []).append(call)
        return web.json_response({"ok": True, "result": result})

    def _getMe(self, _data: dict[str, Any], _files: dict[str, bytes]) -> Any:
        more = {"can_join_groups": True, "can_read_all_group_messages": self.reads_groups}
        return {**BOT, **more, "supports_inline_queries": False}

    def _sendMessage(self, data: dict[str, Any], _files: dict[str, bytes]) -> Any:
        text = self._words(data, data.get("text", ""))
        if not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if units(text) > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        return self._keep(data, {"text": text})

    def _sendPhoto(self, data: dict[str, Any], files: dict[str, bytes]) -> Any:
        if not any(content.startswith((b"\x89PNG", b"\xff\xd8")) for content in files.values()):
            raise Refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        return self._keep(data, {"photo": [{}], "caption": self._caption(data)})

    def _sendDocument(self, data: dict[str, Any], files: dict[str, bytes]) -> Any:
        if not files or not all(files.values()):
            raise Refusal(400, "Bad Request: file must be non-empty")
        return self._keep(data, {"document": {}, "caption": self._caption(data)})

    def _sendChatAction(self, data: dict[str, Any], _files: dict[str, bytes]) -> Any:
        self._chat(data)
        if data.get("action") != "typing":
            raise Refusal(400, "Bad Request: wrong parameter action in request")
        return True

    def _answerCallbackQuery(self, data: dict[str, Any], _files: dict[str, bytes]) -> Any:
        if data.get("callback_query_id") not in self._queries:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if units(data.get("text", "")) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        self._queries.discard(data["callback_query_id"])
        return True

    def _editMessageReplyMarkup(self, data: dict[str, Any], _files: dict[str, bytes]) -> Any:
        key = (self._chat(data), int(data.get("message_id", 0)))
        if key not in self._messages:
            raise Refusal(400, "Bad Request: message to edit not found")
        markup = self._markup(data)
        if self._messages[key] == markup:
            raise Refusal(400, "Bad Request: message is not modified")
        self._messages[key] = markup
        return {"message_id": key[1]}

    def _editMessageText(self, data: dict[str, Any], _files: dict[str, bytes]) -> Any:
        key, text = (self._chat(data), int(data.get("message_id", 0))), self._words(data, data.get("text", ""))
        if key not in self._messages:
            raise Refusal(400, "Bad Request: message to edit not found")
        if not text.strip() or units(text) > 4096:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        for entity in json.loads(data.get("entities", "[]")):
            if entity["offset"] < 0 or entity["length"] < 1 or entity["offset"] + entity["length"] > units(text):
                raise Refusal(400, "Bad Request: ENTITY_BOUNDS_INVALID")
        markup = self._markup(data)
        if self._messages[key] == markup and self.shown[key] == text:
            raise Refusal(400, "Bad Request: message is not modified")
        self._messages[key], self.shown[key] = markup, text
        return {"message_id": key[1]}

    def _setWebhook(self, data: dict[str, Any], _files: dict[str, bytes]) -> Any:
        if not re.fullmatch(r"https://[^/:]+(:(443|80|88|8443))?(/.*)?", data.get("url", "")):
            raise Refusal(400, "Bad Request: bad webhook: HTTPS url must be provided for webhook")
        if "secret_token" in data and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", data["secret_token"]):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        allowed = json.loads(data.get("allowed_updates", "[]"))
        self.webhook.update(url=data["url"], allowed_updates=allowed, has_custom_certificate=False)
        return True

    def _getWebhookInfo(self, _data: dict[str, Any], _files: dict[str, bytes]) -> Any:
        return self.webhook

    def _setMyCommands(self, data: dict[str, Any], _files: dict[str, bytes]) -> Any:
        commands = json.loads(data["commands"])
        if len(commands) > 100:
            raise Refusal(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if (
                not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"])
                or not 1 <= units(command["description"]) <= 256
            ):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands = commands
        return True

    def _chat(self, data: dict[str, Any]) -> int:
        chat = int(data.get("chat_id") or 0)
        if not chat:
            raise Refusal(400, "Bad Request: chat_id is empty")
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return chat

    def _words(self, data: dict[str, Any], text: str) -> str:
        if data.get("parse_mode") != "MarkdownV2":
            return text
        try:
            return parse_markdown(text)
        except BadMarkup as error:
            raise Refusal(400, f"Bad Request: can't parse entities: {error}") from error

    def _caption(self, data: dict[str, Any]) -> str:
        caption = self._words(data, data.get("caption", ""))
        if units(caption) > 1024:
            raise Refusal(400, "Bad Request: message caption is too long")
        return caption

    def _markup(self, data: dict[str, Any]) -> dict[str, Any]:
        if "reply_markup" not in data:
            return {}
        markup: dict[str, Any] = json.loads(data["reply_markup"])
        buttons = [button for row in markup["inline_keyboard"] for button in row]
        if len(buttons) > 100 or any(len(row) > 8 for row in markup["inline_keyboard"]):
            raise Refusal(400, "Bad Request: REPLY_MARKUP_TOO_LONG")
        for button in buttons:
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
            if not button["text"].strip():
                raise Refusal(400, "Bad Request: inline keyboard button text must be non-empty")
        return markup if buttons else {}

    def _keep(self, data: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        chat, markup = self._chat(data), self._markup(data)
        with self._lock:
            self._next_message += 1
            number = self._next_message
        self._messages[(chat, number)] = markup
        self.shown[(chat, number)] = str(content.get("text") or content.get("caption") or "")
        return {"message_id": number, "chat": {"id": chat, "type": "private"}, "date": int(time.time()), **content}

    # --- Running -------------------------------------------------------------------------------------------------

    def start(self, port: int = 0) -> None:
        """Serve in a thread of its own."""
        self._loop, ready = asyncio.new_event_loop(), threading.Event()

        async def serve() -> None:
            app = web.Application(client_max_size=50 * 2**20)
            app.router.add_route("*", "/bot{token}/{method}", self.handle)
            self._runner = web.AppRunner(app, access_log=None)
            await self._runner.setup()
            site = web.TCPSite(self._runner, "127.0.0.1", port)
            await site.start()
            address = self._runner.addresses[0]
            self.url = f"http://127.0.0.1:{address[1]}"
            ready.set()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.run_until_complete(serve())
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def stop(self) -> None:
        """Stop serving."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


def deliver(url: str, update: dict[str, Any], secret: Optional[str] = SECRET) -> requests.Response:
    """Bring an update to the assistant's webhook as Telegram does."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
    return requests.post(f"{url}/webhooks/telegram/webhook", json=update, headers=headers, timeout=20)
