"""Checks the words around a chat in Telegram and Slack (`content/channels.yml`)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator, Optional, Set

from assistant.content.channels import ChannelsFile
from assistant.content.check_files import Document, Fault, Key, one_line
from assistant.content.check_words import Style, forbidden, too_hard, unfilled, word_count
from assistant.content.files import ContentError, parse

CHANNELS = "content/channels.yml"
FILLED = {"chosen": "title"}
GRADE = 8.0
SENTENCE_WORDS = 6  # a school grade says nothing about less
LONGEST = {"erase_yes": 20, "erase_no": 20}  # characters on a button of a phone
COMMAND = re.compile(r"[a-z0-9_]{1,32}")  # what Telegram takes
LONGEST_COMMAND = 256


def check_channels(
    document: Document, root: Path, style: Optional[Style], intents: Optional[Set[str]]
) -> Iterator[str]:
    """Yield the problems of the file."""
    try:
        parsed = parse(ChannelsFile, document.data, document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    texts: list[tuple[list[Key], str]] = [(["shared", key], text) for key, text in document.data["shared"].items()]
    for platform, own in document.data["platforms"].items():
        texts += [(["platforms", platform, key], text) for key, text in own.items()]
    texts += [(["commands", name, "says"], command.says) for name, command in parsed.commands.items()]
    texts += [(["home", key], text) for key, text in parsed.home.dict().items()]
    for where, text in texts:
        key = str(where[-1])
        graded = too_hard(text, GRADE, style) if word_count(text) >= SENTENCE_WORDS else ()
        for fault in (*forbidden(text, style), *unfilled(text, *filter(None, [FILLED.get(key)])), *graded):
            yield document.problem(where, fault)
        if len(text) > LONGEST.get(key, LONGEST_COMMAND if key == "says" else len(text)):
            yield document.problem(where, Fault(f"has {len(text)} characters", "Shorten it"))
    for name, command in parsed.commands.items():
        if not COMMAND.fullmatch(name):
            fault = Fault("is no name of a command", "Use small letters, digits and _, at most 32")
            yield document.problem(["commands", name], fault)
        if intents is not None and command.intent is not None and command.intent not in intents:
            fault = Fault(f"{command.intent!r} is not something a person can mean", "Use a full intent, such as greet")
            yield document.problem(["commands", name, "intent"], fault)
