"""Our messages as Slack shows them: Block Kit with mrkdwn, within Slack's limits. No web server, no Rasa.

Limits and escaping: api.slack.com, "Reference: blocks", "Block elements", "Formatting text for app surfaces"; the limit on
all texts together is not documented, see slackapi/bolt-js issues 2509 and 2867 (read 23 November 2026).
"""

from __future__ import annotations

import re
from typing import Any, Dict, Iterable, List, NamedTuple, Sequence

SECTION = 3000  # characters of one section
HEADER = 150
BUTTON = 75
IN_A_ROW = 5  # Slack takes 25; five can still be read on a phone
BLOCKS = 45  # of one message; Slack takes 50
TOGETHER = 9000  # characters of all blocks of one message; Slack has refused 11,341
FALLBACK = 3900  # the plain text for notices and screen readers; over 4,000 is discouraged, and refused in an update
SOURCE = 300

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s)<>|]+)\)")
_LIST = re.compile(r"(?m)^- ")
_MARKUP = re.compile(r"(?<!\w)([*_~`])\S")
_CONTROL = re.compile(r"<([^<>]*)>")
_AFTER = re.compile(r"[\s\S]*[.!?\n…](?=\s)\s*")
Block = Dict[str, Any]


class Button(NamedTuple):
    """A button: what stands on it, and the opaque id that comes back when it is pressed."""

    title: str
    id: str


def escape(text: str) -> str:
    """Return plain text as mrkdwn: Slack reads `&`, `<` and `>` as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed_text(text: str) -> str:
    """Return what a person typed, from the text of a Slack event: links and mentions as they were shown, no entities."""

    def shown(match: re.Match[str]) -> str:
        address, _, label = match[1].partition("|")
        return label or address.lstrip("@#!")

    return _CONTROL.sub(shown, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mrkdwn(text: str) -> str:
    """Return our markdown (bold, links, lists, paragraphs) as mrkdwn."""
    parts, end = [], 0
    for link in _LINK.finditer(text):
        parts += [_bold(text[end : link.start()]), f"<{escape(link[2])}|{escape(link[1])}>"]
        end = link.end()
    return _LIST.sub("• ", "".join([*parts, _bold(text[end:])]))


def text_blocks(text: str) -> List[Block]:
    """Return a text as sections: as many paragraphs in each as it holds."""
    sections: List[str] = []
    for paragraph in re.split(r"\n{2,}", text.strip()):
        for piece in _pieces(paragraph, SECTION):
            if sections and len(mrkdwn(f"{sections[-1]}\n\n{piece}")) <= SECTION:
                sections[-1] += f"\n\n{piece}"
            else:
                sections.append(piece)
    return [_section(piece) for piece in sections if piece.strip()]


def button_blocks(buttons: Sequence[Button]) -> List[Block]:
    """Return buttons in rows; each has an id of its own, and comes back with its value."""
    rows = [buttons[start : start + IN_A_ROW] for start in range(0, len(buttons), IN_A_ROW)]
    return [
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": f"choice-{number * IN_A_ROW + place}",
                    "text": {"type": "plain_text", "text": _cut(button.title, BUTTON), "emoji": False},
                    "value": button.id,
                }
                for place, button in enumerate(row)
            ],
        }
        for number, row in enumerate(rows)
    ]


def helpline_blocks(lines: Sequence[Dict[str, Any]], title: str) -> List[Block]:
    """Return help lines as a section of links; `lines` as in `Helplines.links`."""
    return text_sections([f"*{escape(title)}*", *(f"• {_line(line)}" for line in lines)]) if lines else []


def source_blocks(titles: Sequence[str], lead: str) -> List[Block]:
    """Return sources as small print, after a lead such as "From:"."""
    if not titles:
        return []
    shown = escape(lead)
    for title in titles:
        more = f" {escape(_cut(title, SOURCE))};"
        if len(shown) + len(more) <= SECTION:
            shown += more
    return [context(shown.rstrip(";"))]


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": {"type": "plain_text", "text": _cut(text, HEADER), "emoji": False}}


def context(text: str) -> Block:
    """Return small print; `text` is mrkdwn."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def text_sections(lines: Iterable[str]) -> List[Block]:
    """Return lines of mrkdwn as sections, as many lines in each as it holds."""
    sections: List[str] = []
    for line in lines:
        if sections and len(sections[-1]) + 1 + len(line) <= SECTION:
            sections[-1] += f"\n{line}"
        else:
            sections.append(line)
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in sections]


def messages_of(text: str, parts: Sequence[Block], last: Sequence[Block]) -> List[Dict[str, Any]]:
    """Return a text with its cards as one or more messages, `{"text", "blocks"}` each.

    Args:
        text: what is said, in our markdown.
        parts: cards below it.
        last: what must stand at the end of the last message: the buttons.
    """
    messages: List[List[Block]] = [[]]
    for block in [*text_blocks(text), *parts]:
        if len(messages[-1]) >= BLOCKS - len(last) or _length([*messages[-1], block]) > TOGETHER:
            messages.append([])
        messages[-1].append(block)
    messages[-1] += last
    return [{"text": fallback(blocks), "blocks": blocks} for blocks in messages if blocks]


def fallback(blocks: Sequence[Block]) -> str:
    """Return blocks as one text, for notices and for screen readers, which do not read the blocks."""
    said: List[str] = []
    for block in blocks:
        if block["type"] in ("section", "header"):
            said.append(block["text"]["text"] if block["text"]["type"] == "mrkdwn" else escape(block["text"]["text"]))
        elif block["type"] == "context":
            said += [element["text"] for element in block["elements"]]
        elif block["type"] == "actions":
            said.append(" · ".join(escape(element["text"]["text"]) for element in block["elements"]))
    whole = "\n\n".join(said)
    if len(whole) <= FALLBACK:
        return whole
    # Not in the middle of an entity or a link.
    return re.sub(r"(&[^;\s]*|<[^<>]*)$", "", whole[: FALLBACK - 1]) + "…"


def without_buttons(blocks: Sequence[Block], chosen: str, title: str) -> List[Block]:
    """Return a message's blocks with its buttons replaced by the choice made (`chosen`: "You chose: {title}"), if any."""
    kept = [block for block in blocks if block["type"] != "actions"]
    return [*kept, context(escape(chosen.format(title=title)))] if title else kept


def _section(text: str) -> Block:
    """Return a section; words that Slack would take for markup, such as `_so_`, stand as they are."""
    plain = _MARKUP.search(_BOLD.sub("", text)) and not (_BOLD.search(text) or _LINK.search(text))
    if plain:
        return {"type": "section", "text": {"type": "plain_text", "text": escape(text), "emoji": False}}
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn(text)}}


def _line(line: Dict[str, Any]) -> str:
    hours = f" ({line['hours']})" if line.get("hours") else ""
    ways = [f"call <{call['href']}|{escape(call['shown'])}>" for call in line["call"]]
    if line.get("text"):  # Slack makes no links of sms: addresses
        ways.append(f"text {escape(line['text']['shown'])}")
    if line.get("chat"):
        ways.append(f"<{escape(line['chat']['href'])}|{escape(line['chat']['shown'])}>")
    return f"*{escape(line['name'])}*{escape(hours)}: {', '.join(ways)}"


def _bold(text: str) -> str:
    return _BOLD.sub(r"*\1*", escape(text))


def _pieces(text: str, most: int) -> List[str]:
    """Return a paragraph in pieces that fit into a section, cut after a sentence, else after a word, else anywhere."""
    if len(mrkdwn(text)) <= most:
        return [text]
    half = text[: len(text) // 2]
    sentence = _AFTER.match(half)
    end = sentence.end() if sentence else half.rfind(" ") + 1 or len(half)
    return [*_pieces(text[:end].rstrip(), most), *_pieces(text[end:].lstrip(), most)]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _length(blocks: Sequence[Block]) -> int:
    """Return how many characters blocks show."""
    texts = [block["text"]["text"] for block in blocks if "text" in block]
    for element in (element for block in blocks for element in block.get("elements", [])):
        texts.append(element["text"] if isinstance(element["text"], str) else element["text"]["text"])
    return sum(map(len, texts))
