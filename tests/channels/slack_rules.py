"""What Slack accepts in a message, a view and a file, as its documentation has it; answers in Slack's own error words.

Read on 23 November 2026 in stored copies of api.slack.com (docs.slack.dev since 2025) and in slack_sdk 3.47.0, whose
`models/blocks` carry the same figures:
- reference/block-kit/blocks and …/block-elements: 50 blocks a message, 100 a view; section text 3,000; header 150;
  context 10 elements; actions 25 elements; button text 75, value 2,000, url 3,000; action_id and block_id 255;
  image alt text 2,000; action ids of one message differ.
- methods/chat.postMessage and changelog/2018-04-truncating-really-long-messages: text is cut at 40,000 characters;
  over 4,000 is discouraged; chat.update refuses over 4,000 (`msg_too_long`).
- slackapi/bolt-js issues 2509 and 2867: blocks together over some 13,200 characters are refused with
  `msg_blocks_too_long`, which the reference does not say; measured refusals begin at 11,341. Here the limit is 11,000.
- reference/surfaces/formatting: `&`, `<` and `>` must be written as entities.

Stricter than Slack in two things, since Slack would spoil such a message without an error: an unescaped `&`, `<` or `>`
that is no link, and any mention (`<@…>`, `<!channel>`), are `invalid_blocks` here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_BLOCKS, MOST_VIEW_BLOCKS = 50, 100
MOST_TEXT, MOST_UPDATED_TEXT = 40_000, 4_000
MOST_TOGETHER = 11_000
LINK = re.compile(r"<(https?://|tel:|sms:|mailto:)[^<>|\s]+(\|[^<>|\n]+)?>")
ENTITY = re.compile(r"&(amp|lt|gt);")
KEYS = {
    "section": {"type", "block_id", "text", "expand"},
    "header": {"type", "block_id", "text"},
    "context": {"type", "block_id", "elements"},
    "actions": {"type", "block_id", "elements"},
    "divider": {"type", "block_id"},
    "image": {"type", "block_id", "slack_file", "image_url", "alt_text", "title"},
    "button": {"type", "action_id", "text", "value", "url", "style", "accessibility_label"},
}


def problems_of_blocks(blocks: Any, most: int = MOST_BLOCKS) -> list[str]:
    """Return what Slack would find wrong with blocks, in the words of its `response_metadata.messages`."""
    if not isinstance(blocks, list):
        return ["must provide an array [json-pointer:/blocks]"]
    found = [f"no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
    ids: list[str] = []
    for index, block in enumerate(blocks):
        found += [f"{problem} [json-pointer:/blocks/{index}]" for problem in _block(block, ids)]
    found += [f"`action_id` {name} already exists" for name in {name for name in ids if ids.count(name) > 1}]
    return found


def problems_of_text(text: str) -> list[str]:
    """Return what is wrong with a text in mrkdwn: characters that Slack reads as markup."""
    rest = ENTITY.sub("", LINK.sub("", text))
    return [f"not escaped: {text[:80]!r}"] if re.search(r"[&<>]", rest) else []


def too_long_together(blocks: list[dict[str, Any]]) -> bool:
    """Return whether blocks together hold more text than Slack takes."""
    return sum(len(text) for text in _strings(blocks)) > MOST_TOGETHER


def as_value(value: Any) -> Any:
    """Return an argument as it was meant: lists and objects may come as JSON in a string."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _block(block: Any, ids: list[str]) -> Iterator[str]:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in KEYS or kind == "button":
        yield f"unsupported type: {kind}"
        return
    if block.keys() - KEYS[kind]:
        yield f"no additional properties: {sorted(block.keys() - KEYS[kind])}"
    if len(block.get("block_id", "")) > 255:
        yield "block_id must be less than 256 characters"
    if kind == "section":
        yield from _text(block.get("text"), 3000)
    elif kind == "header":
        yield from _text(block.get("text"), 150, plain=True)
    elif kind == "context":
        yield from _elements(block, 10)
        for element in block.get("elements") or []:
            yield from _text(element, 3000)
    elif kind == "actions":
        yield from _elements(block, 25)
        for element in block.get("elements") or []:
            yield from _button(element, ids)
    elif kind == "image":
        if not block.get("alt_text") or len(block["alt_text"]) > 2000:
            yield "alt_text must have 1 to 2000 characters"
        if not (block.get("slack_file") or block.get("image_url")):
            yield "missing required field: image_url or slack_file"


def _elements(block: dict[str, Any], most: int) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield "no fewer than 1 items allowed"
    elif len(elements) > most:
        yield f"no more than {most} items allowed"


def _text(text: Any, most: int, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in ({"plain_text"} if plain else {"mrkdwn", "plain_text"}):
        yield "missing required field: text"
        return
    words = text.get("text")
    if not isinstance(words, str) or not words:
        yield "must be more than 0 characters"
    elif len(words) > most:
        yield f"must be less than {most + 1} characters"
    elif text["type"] == "mrkdwn":
        yield from problems_of_text(words)


def _button(button: Any, ids: list[str]) -> Iterator[str]:
    if not isinstance(button, dict) or button.get("type") != "button":
        yield "unsupported element"
        return
    if button.keys() - KEYS["button"]:
        yield f"no additional properties: {sorted(button.keys() - KEYS['button'])}"
    yield from _text(button.get("text"), 75, plain=True)
    if button.get("style") not in (None, "primary", "danger"):
        yield "style must be primary or danger"
    for key, most in (("action_id", 255), ("value", 2000), ("url", 3000)):
        if len(button.get(key, "")) > most:
            yield f"{key} must be less than {most + 1} characters"
    ids.append(button.get("action_id", ""))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inside in value.items():
            if key == "text" and isinstance(inside, str):
                yield inside
            else:
                yield from _strings(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _strings(inside)
