"""What Slack's requests mean for us: updates of conversations, or nothing. No web server, no Slack client.

Shapes: api.slack.com, "Events API", `message.im`, `app_mention`, "block_actions payloads" (read 23 November 2026).
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from assistant.channels.messenger.platform import BUTTON, ELSEWHERE, INTENT, TEXT, UNREADABLE, Update
from assistant.channels.slack_blocks import typed_text
from assistant.content.channels import load_channels

SAID = {None, "file_share", "thread_broadcast", "me_message"}  # subtypes of messages that a person wrote just now
ALWAYS = {"erase", "export"}  # commands that hold without a slash in every state; the others are words like any other
ACTION = "choice-"
Json = Dict[str, Any]
MakeId = Callable[[str, str], str]  # a conversation's id, of team and person (or channel and person)


def message_update(envelope: Json, conversation_id: MakeId) -> Optional[Update]:
    """Return the update for a direct message; `None` for edits, joins, other bots and whatever nobody wrote."""
    event = envelope["event"]
    user, channel, ts = event.get("user"), event.get("channel"), event.get("ts")
    written = event.get("subtype") in SAID and not (event.get("bot_id") or event.get("hidden") or event.get("edited"))
    if not (written and user and channel and ts) or _is_ourselves(envelope, user):
        return None
    text = typed_text(event.get("text") or "")
    kind, value = read_words(text)
    if not text.strip():
        kind = UNREADABLE
    team = _team(envelope)
    return Update(
        id=f"{channel}:{ts}",  # the same for each retry, and for a second event about the same message
        conversation=conversation_id(team, user),
        address=_address(team, user, channel, event.get("thread_ts")),
        kind=kind,
        value=value,
        order=_order(ts),
        extra={"title": text.strip()} if kind == INTENT else {},
    )


def mention_update(envelope: Json, conversation_id: MakeId) -> Optional[Update]:
    """Return the update for a mention in a channel, which is answered to that person alone."""
    event = envelope["event"]
    user, channel, ts = event.get("user"), event.get("channel"), event.get("ts")
    if not (user and channel and ts) or event.get("bot_id") or event.get("edited") or _is_ourselves(envelope, user):
        return None
    team = _team(envelope)
    return Update(
        id=f"{channel}:{ts}",
        conversation=conversation_id(channel, user),
        address={**_address(team, user, channel, event.get("thread_ts")), "only_to": user},
        kind=ELSEWHERE,
        order=_order(ts),
    )


def press_update(payload: Json, conversation_id: MakeId) -> Optional[Update]:
    """Return the update for a pressed button of ours."""
    actions, message = payload.get("actions") or [], payload.get("message") or {}
    if payload.get("type") != "block_actions" or not actions or not message.get("ts"):
        return None
    action = actions[0]
    user, channel = (payload.get("user") or {}).get("id"), (payload.get("channel") or {}).get("id")
    if not (str(action.get("action_id", "")).startswith(ACTION) and user and channel):
        return None
    team = (payload.get("team") or {}).get("id") or (payload.get("user") or {}).get("team_id") or ""
    value = str(action.get("value") or "")
    return Update(
        id=f"{channel}:{message['ts']}:{value}",  # pressed twice before it gave way: one press
        conversation=conversation_id(team, user),
        address=_address(team, user, channel, message.get("thread_ts")),
        kind=BUTTON,
        value=value,
        order=_order(action.get("action_ts") or message["ts"]),
        extra={"message": {"channel": channel, "ts": message["ts"], "blocks": message.get("blocks") or []}},
    )


def team_left(envelope: Json) -> Optional[str]:
    """Return the workspace that uninstalled the app or took back its token, else `None`."""
    event = envelope["event"]
    revoked = event.get("type") == "tokens_revoked" and (event.get("tokens") or {}).get("bot")
    return _team(envelope) if event.get("type") == "app_uninstalled" or revoked else None


def read_words(text: str) -> tuple[str, str]:
    """Return kind and value of what was typed: a command (`/help`, `erase`), else the words.

    Typed text never becomes any other intent: `/greet{}` is no command.
    """
    typed = text.strip().rstrip(".!").casefold()
    name = typed.lstrip("/")
    command = load_channels().commands.get(name)
    if command and (typed == f"/{name}" or typed in ALWAYS):
        return (INTENT, command.intent) if command.intent else (TEXT, name)
    return TEXT, text


def _address(team: str, user: str, channel: str, thread: Optional[str]) -> Json:
    return {"team": team, "user": user, "channel": channel, **({"thread": thread} if thread else {})}


def _team(envelope: Json) -> str:
    return str(envelope.get("team_id") or envelope["event"].get("team") or "")


def _is_ourselves(envelope: Json, user: str) -> bool:
    authorizations: List[Json] = envelope.get("authorizations") or []
    return any(each.get("is_bot") and each.get("user_id") == user for each in authorizations)


def _order(ts: Any) -> float:
    """Return a Slack time stamp, `1700000000.000100`, as a number."""
    try:
        return float(ts)
    except (TypeError, ValueError):
        return 0.0
