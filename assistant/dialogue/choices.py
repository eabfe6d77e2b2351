"""The readable choices of "did you mean …": likely intents, in a person's words."""

from __future__ import annotations

from typing import Any, Optional

from assistant.content.choices import load_choices
from assistant.content.exercises import load_exercises
from assistant.dialogue.conversation import Conversation, Turn

COUNT = 3


def label(intent: str, responses: dict[str, list[dict[str, Any]]]) -> Optional[str]:
    """Return what a choice for a full intent is called, or `None` if it cannot be offered."""
    if intent.startswith("exercise/"):
        exercise = load_exercises().get(intent.split("/")[1])
        if exercise:
            return f"Exercise: {exercise.label}"
    for variant in responses.get(f"utter_{intent}", []):
        found = (variant.get("metadata") or {}).get("label")
        if found:
            return str(found)[0].upper() + str(found)[1:]
    return load_choices().labels.get(intent)


def choices(conversation: Conversation, responses: dict[str, list[dict[str, Any]]]) -> list[dict[str, str]]:
    """Return up to three buttons for what the message may have meant, and one for none of them."""
    turn = conversation.now
    buttons: list[dict[str, str]] = []
    for candidate in (turn.parse.get("candidates") or []) if turn else []:
        title = label(candidate["name"], responses)
        if title and all(title != button["title"] for button in buttons):
            buttons.append({"title": title, "payload": f"/{candidate['name']}"})
    if not buttons:
        return []
    return [*buttons[:COUNT], {"title": load_choices().none, "payload": "/what_can_you_do"}]


def tells(turn: Turn) -> bool:
    """Return whether a message is rather one that tells what troubles a person than one that asks."""
    candidates = turn.parse.get("candidates") or []
    return bool(candidates) and str(candidates[0]["name"]).startswith("share_") and "?" not in turn.text
