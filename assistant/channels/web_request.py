"""What the requests of the website chat say, checked."""

from __future__ import annotations

import logging
import re
from typing import Any, Dict, NamedTuple, Optional

from rasa.shared.core.domain import Domain
from sanic.exceptions import SanicException
from sanic.request import Request

from assistant.channels.problems import Problem
from assistant.channels.web_security import clean_text
from assistant.content.helplines import load_helplines

logger = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_TOPIC = re.compile(r"[a-z0-9_]{1,60}")


class Said(NamedTuple):
    """A message: typed text, or the id of the button pressed; `id` is the browser's own, for sending it once."""

    text: str
    button: Optional[str]
    id: Optional[str]


class Wishes(NamedTuple):
    """What a clinic's page wants of a new conversation: numbers of a country, an intent to begin with."""

    country: Optional[str]
    intent: Optional[str]


def read_message(request: Request, max_characters: int) -> Said:
    """Return the message in a request.

    Raises:
        Problem: 400, 413 or 415, saying what the body must be.
    """
    body = _body(request)
    if len({"text", "button"} & body.keys()) != 1:
        raise Problem(400, 'Send {"text": "…"} or {"button": "<id>"}, one of the two.')
    value, message_id = body.get("text", body.get("button")), body.get("id")
    if not isinstance(value, str):
        raise Problem(400, "`text` and `button` must be strings.")
    if message_id is not None and not (isinstance(message_id, str) and _ID.fullmatch(message_id)):
        raise Problem(400, "`id` must have 8 to 64 letters, digits and hyphens.")
    if "button" in body:
        return Said("", value, message_id)
    if len(value) > max_characters:
        raise Problem(413, f"A message may have {max_characters} characters; this one has {len(value)}.")
    text = clean_text(value)
    if not text:
        raise Problem(400, "The message is empty.")
    return Said(text, None, message_id)


def opening_wishes(request: Request, domain: Domain) -> Wishes:
    """Return what a request for a new conversation asks for; its body may be empty.

    A country or topic we do not have is passed over: a slip on a clinic's page must not keep people from the chat.

    Raises:
        Problem: 400 or 415, the body is no JSON object.
    """
    body = _body(request) if request.body else {}
    country, topic = str(body.get("country", "")).upper(), str(body.get("topic", ""))
    intent = f"faq/{topic}" if _TOPIC.fullmatch(topic) and f"utter_faq/{topic}" in domain.responses else None
    if topic and intent is None:
        logger.warning("A page asked for a topic that there is not. See data-topic in docs/web-channel.md.")
    return Wishes(country if country in load_helplines().countries else None, intent)


def _body(request: Request) -> Dict[str, Any]:
    """Return the JSON object in a request.

    Raises:
        Problem: 400 or 415.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Problem(415, "Send the body as application/json.")
    try:
        body = request.json
    except SanicException as error:
        raise Problem(400, "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise Problem(400, "The body must be a JSON object.")
    return body
