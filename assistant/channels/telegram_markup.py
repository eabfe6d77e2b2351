"""Words for Telegram: escaped for MarkdownV2, split below its limits, buttons in rows.

After https://core.telegram.org/bots/api#markdownv2-style. A message may have 4,096 characters after Telegram has read its
entities; here no text is longer before that either, so nothing needs to be counted twice.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, Sequence

from assistant.channels.messenger.buttons import Button
from assistant.channels.messenger.rendering import View, ways
from assistant.content.channels import ChannelWords
from assistant.content.sources import Source

LONGEST_TEXT = 4000
LONGEST_FOLDED = 3000
LONGEST_CAPTION = 1000  # 1,024 are allowed
_SPECIAL = re.compile(r"([_*\[\]()~`>#+\-=|{}.!\\])")
_SPECIAL_IN_ADDRESS = re.compile(r"([)\\])")
_BREAKS = ("\n\n", "\n", r"(?<=[.!?]) ", " ")
ROW_CHARACTERS, ROW_NUMBERS, ROW_WORDS = 28, 6, 2


def escape(text: str) -> str:
    """Return plain text as MarkdownV2 that shows just this text."""
    return _SPECIAL.sub(r"\\\1", text)


def link(title: str, address: str) -> str:
    """Return a link as MarkdownV2."""
    safe = _SPECIAL_IN_ADDRESS.sub(r"\\\1", address)
    return f"[{escape(title)}]({safe})"


def length(text: str) -> int:
    """Return how long Telegram takes a text to be: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def texts_of(view: View, words: ChannelWords) -> List[str]:
    """Return the texts of a message as MarkdownV2, each short enough; the words first, then help lines and sources."""
    blocks = [escape(piece) for piece in pieces(view.text.strip(), LONGEST_TEXT)]
    if view.helplines:
        blocks += _gathered([f"*{escape(words.lines)}*", *map(_line, view.helplines)], "\n")
    if view.sources:
        blocks += map(_folded, _gathered([escape(words.sources), *map(_source, view.sources)], "\n", LONGEST_FOLDED))
    return _gathered([block for block in blocks if block], "\n\n")


def pieces(text: str, most: int, breaks: Sequence[str] = _BREAKS) -> Iterator[str]:
    """Yield a plain text in pieces that are short enough when escaped: cut at paragraphs, else lines, sentences, words."""
    if length(escape(text)) <= most:
        yield text
        return
    if not breaks:
        half = len(text) // 2
        yield from pieces(text[:half], most, breaks)
        yield from pieces(text[half:], most, breaks)
        return
    first, rest = breaks[0], breaks[1:]
    joint = " " if first.endswith(" ") else first
    kept = ""
    for part in re.split(first, text):
        together = f"{kept}{joint}{part}" if kept else part
        if length(escape(together)) <= most:
            kept = together
            continue
        if kept:
            yield kept
        *whole, kept = pieces(part, most, rest)
        yield from whole
    if kept:
        yield kept


def rows(buttons: Sequence[Button]) -> List[List[Dict[str, str]]]:
    """Return buttons as the rows of an inline keyboard: numbers side by side, short words two in a row."""
    found: List[List[Dict[str, str]]] = []
    for button in buttons:
        titles = [each["text"] for each in found[-1]] if found else []
        numbers = all(title.isdecimal() for title in (*titles, button.title))
        most = ROW_NUMBERS if numbers else ROW_WORDS
        same = all(title.isdecimal() == button.title.isdecimal() for title in titles)
        fits = sum(map(len, titles)) + len(button.title) <= ROW_CHARACTERS
        entry = {"text": button.title, "callback_data": button.id}
        if titles and same and fits and len(titles) < most:
            found[-1].append(entry)
        else:
            found.append([entry])
    return found


def _line(line: Dict[str, object]) -> str:
    hours = f" ({line['hours']})" if line.get("hours") else ""
    return f"\\- *{escape(str(line['name']))}*{escape(f'{hours}: ' + ', '.join(ways(line)))}"


def _source(source: Source) -> str:
    """Return a source's title without the address behind its dash: small print must stay small."""
    title = source.title.split(" — ")[0]
    return link(title, source.url) if source.url else escape(title)


def _folded(lines: str) -> str:
    """Return lines as a quotation that shows its first lines until it is tapped (Bot API 7.4 and later)."""
    return "\n".join(f">{line}" for line in lines.split("\n")) + "||"


def _gathered(blocks: Sequence[str], joint: str, most: int = LONGEST_TEXT) -> List[str]:
    """Return blocks put together as far as one message holds; no block is cut."""
    found: List[str] = []
    for block in blocks:
        if found and length(found[-1]) + length(block) + len(joint) <= most:
            found[-1] += joint + block
        else:
            found.append(block)
    return found
