"""Checks the example messages: every line is read, and no message stands twice."""

from __future__ import annotations

from typing import Iterator, Sequence

from assistant.content.check_files import Document, Fault

DASH = "- "


def check_messages(documents: Sequence[Document]) -> Iterator[str]:
    """Yield a problem for each line that Rasa would pass over, and for each message that stands twice."""
    seen: dict[str, str] = {}
    for document in documents:
        for index, item in enumerate(document.data.get("nlu") or []):
            if not isinstance(item, dict) or not isinstance(item.get("examples"), str):
                continue
            intent = str(item.get("intent"))
            for line in item["examples"].splitlines():
                for fault in _line(line, intent, seen):
                    yield document.problem(["nlu", index], fault, name=intent)


def _line(line: str, intent: str, seen: dict[str, str]) -> Iterator[Fault]:
    if not line.strip():
        return
    if not line.startswith(DASH):
        yield Fault(f'"{line.strip()}" has no dash and would be passed over', 'Start the line with "- "')
        return
    message = line[len(DASH) :].strip().casefold()
    if message in seen:
        yield Fault(f'"{message}" stands under {seen[message]} too', "Keep it where it belongs")
    seen.setdefault(message, intent)
