"""What belongs to a message of the website chat besides its words: help lines, a take-away, an exercise, places, sources."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Union

from pydantic import ValidationError

from assistant.content.care import Place, load_care
from assistant.content.exercises import load_exercises
from assistant.content.helplines import load_helplines
from assistant.content.sources import load_sources

Card = Dict[str, Any]


def card_of(text: str, buttons: List[Dict[str, str]], metadata: Dict[str, Any]) -> Optional[Card]:
    """Return the card of a message, or `None`; the kinds are in docs/web-channel.md.

    Args:
        text: the message's words.
        buttons: its buttons, as `{"id", "title"}`; the first one of an exercise starts it.
        metadata: what the dialogue noted with the message.
    """
    titles = load_sources()
    sources = [{"key": key, "title": titles[key].title} for key in metadata.get("sources") or [] if key in titles]
    asked = metadata.get("helplines")
    if asked:
        emergency, *lines = load_helplines().links(asked["country"], *asked["kinds"])
        return {"type": "helplines", "emergency": emergency, "lines": lines, "sources": sources}
    if metadata.get("takeaway"):
        return {"type": "takeaway", **metadata["takeaway"]}
    if metadata.get("picture"):
        return {"type": "picture", "alt": metadata["picture"]["alt"]}
    if metadata.get("exercise") in load_exercises() and buttons:
        return {**_exercise(metadata["exercise"], text, buttons[0]), "sources": sources}
    places = [place for place in map(_place, metadata.get("care") or []) if place]
    if places:
        return {"type": "care", "places": [place.links() for place in places], "sources": sources}
    return {"type": "sources", "sources": sources} if sources else None


def _exercise(name: str, text: str, start: Dict[str, str]) -> Card:
    """Return the card of an offered exercise; its words are those of the message, parted."""
    exercise = load_exercises()[name]
    purpose = exercise.purpose.strip()
    before, _, after = text.partition(f"{exercise.title}. {purpose}")
    return {
        "type": "exercise",
        "title": exercise.title,
        "purpose": purpose,
        "minutes": str(exercise.minutes),
        "before": before.strip(),
        "after": after.strip(),
        "start": start,
    }


def _place(named: Union[str, Dict[str, Any]]) -> Optional[Place]:
    """Return a place by its key in `content/care.yml`, or one from a directory; `None` for what is none."""
    if isinstance(named, str):
        return load_care().get(named)
    try:
        return Place.parse_obj(named)
    except ValidationError:
        return None
