"""One message of the assistant, as every messenger sees it; made from what Rasa stores or hands to a channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, NamedTuple, Optional

from assistant.channels.messenger.buttons import Button, open_button
from assistant.content.helplines import load_helplines
from assistant.content.sources import Source, load_sources


class File(NamedTuple):
    """A file to send: name, content, media type."""

    name: str
    content: str
    media_type: str


@dataclass(frozen=True)
class View:
    """What a person gets to see.

    Attributes:
        text: plain words, paragraphs parted by empty lines, list items on lines that begin with "- " or "1. ".
        buttons: to be shown below, in order.
        sources: where the words come from.
        helplines: entries as `Helplines.links` returns them, the emergency number first; empty for other messages.
        picture: data for `assistant.practice.pictures`, with its words under `alt`; or `None`.
        files: a take-away, a calendar entry, an export.
        about: the response the words came from (`utter_…`), if any.
    """

    text: str
    buttons: List[Button] = field(default_factory=list)
    sources: List[Source] = field(default_factory=list)
    helplines: List[Dict[str, Any]] = field(default_factory=list)
    picture: Optional[Dict[str, Any]] = None
    files: List[File] = field(default_factory=list)
    about: str = ""


def view_of(conversation: str, text: Optional[str], data: Dict[str, Any], metadata: Dict[str, Any]) -> View:
    """Return a bot message as a view; `data` and `metadata` as in Rasa's event `bot`."""
    known = load_sources()
    asked = metadata.get("helplines")
    return View(
        text=text or "",
        buttons=[open_button(conversation, each["payload"], each["title"]) for each in data.get("buttons") or []],
        sources=[known[key] for key in metadata.get("sources") or [] if key in known],
        helplines=load_helplines().links(asked["country"], *asked["kinds"]) if asked else [],
        picture=metadata.get("picture"),
        files=_files(metadata.get("takeaway") or {}),
        about=metadata.get("about") or metadata.get("utter_action") or "",
    )


def _files(takeaway: Dict[str, Any]) -> List[File]:
    files = [File("my-notes.txt", takeaway["text"], "text/plain")] if takeaway.get("text") else []
    if takeaway.get("calendar"):
        files.append(File("my-plan.ics", takeaway["calendar"], "text/calendar"))
    return files


def ways(line: Dict[str, Any]) -> List[str]:
    """Return how to reach a help line in words: `call 988`, `text 988`, `chat at 988lifeline.org`."""
    found = [f"call {number['shown']}" for number in line["call"]]
    found += [f"text {line['text']['shown']}"] if line.get("text") else []
    return found + ([str(line["chat"]["shown"])] if line.get("chat") else [])
