"""The words around a chat in Telegram and Slack, from `content/channels.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Optional

from pydantic import BaseModel, Extra, root_validator

from assistant.content.files import ROOT, parse, read_yaml

FILE = ROOT / "content" / "channels.yml"


class ChannelWords(BaseModel, extra=Extra.forbid):
    """The words of one platform: those of `shared`, unless it has its own."""

    first: str
    privacy: str
    elsewhere: str
    unreadable: str
    erase_question: str
    erase_yes: str
    erase_no: str
    erased: str
    erase_failed: str
    kept: str
    export: str
    button_gone: str
    trouble: str
    chosen: str
    sources: str
    lines: str
    picture: str


class Command(BaseModel, extra=Extra.forbid):
    """A command such as `/help`: the full intent or the typed words it stands for, and the words beside it in the menu."""

    says: str
    intent: Optional[str] = None
    text: Optional[str] = None

    @root_validator
    def _one_meaning(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if (values.get("intent") is None) == (values.get("text") is None):
            raise ValueError("must have `intent` or `text`, one of the two")
        return values


class Home(BaseModel, extra=Extra.forbid):
    """The home tab in Slack, from top to bottom; the lines of `IPT_COUNTRY` stand after `lines`."""

    title: str
    what: str
    lines: str
    other_country: str
    who_reads: str
    erase: str


class ChannelsFile(BaseModel, extra=Extra.forbid):
    """The whole file."""

    shared: Dict[str, str]
    platforms: Dict[str, ChannelWords]
    commands: Dict[str, Command]
    home: Home

    @root_validator(pre=True)
    def _share(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        shared, platforms = values.get("shared"), values.get("platforms")
        if isinstance(shared, dict) and isinstance(platforms, dict):
            full = {name: {**shared, **own} if isinstance(own, dict) else own for name, own in platforms.items()}
            return {**values, "platforms": full}
        return values


@lru_cache(maxsize=1)
def load_channels(path: Path = FILE) -> ChannelsFile:
    """Return the whole file.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(ChannelsFile, read_yaml(path), path)


def load_channel_words(platform: str) -> ChannelWords:
    """Return the words of a platform.

    Raises:
        ContentError: the file is missing or wrong.
        KeyError: there are none for this platform.
    """
    return load_channels().platforms[platform]
