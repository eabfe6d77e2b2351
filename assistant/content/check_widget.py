"""Checks the words on the chat window (`content/widget.yml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional

from assistant.content.check_files import Document, Fault, Key, one_line
from assistant.content.check_words import Style, forbidden, unfilled
from assistant.content.files import ContentError, parse
from assistant.content.widget import LANGUAGE, Widget, completed, missing

WIDGET = "content/widget.yml"
FILLED = {"slow_down": "seconds", "busy": "seconds", "too_long": "limit", "takeaway_calendar": "planned"}


def check_widget(document: Document, root: Path, style: Optional[Style]) -> Iterator[str]:
    """Yield the problems of the labels; the rules of wording are for English."""
    try:
        widget = parse(Widget, completed(document.data), document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    for place in missing(document.data):
        fault = Fault("is missing, so it is shown in English", f"Write it in this language, as `{LANGUAGE}` has it")
        yield document.problem(list(place), fault)
    for language, labels in widget.__root__.items():
        texts = labels.dict()
        launcher = texts.pop("launcher")
        where: list[tuple[list[Key], str]] = [([language, key], text) for key, text in texts.items()]
        where += [([language, "launcher", key], text) for key, text in launcher.items()]
        for keys, text in where:
            faults = [*unfilled(text, *filter(None, [FILLED.get(str(keys[-1]))]))]
            needed = FILLED.get(str(keys[-1]))
            if needed and f"{{{needed}}}" not in text:
                faults.append(Fault(f"lacks {{{needed}}}", "Put it where the number or the words belong"))
            faults += forbidden(text, style) if language == LANGUAGE else []
            for fault in faults:
                yield document.problem(keys, fault)
