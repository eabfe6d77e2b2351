"""Checks the words on the staff console's pages (`content/console.yml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional

from assistant.content.check_files import Document, Key, one_line
from assistant.content.check_words import Style, forbidden, too_hard, unfilled, word_count
from assistant.content.console import ConsoleWords
from assistant.content.files import ContentError, parse

CONSOLE = "content/console.yml"
FILLED = {"too_many": ("count", "most")}
GRADE = 8.0
SENTENCE_WORDS = 6  # a school grade says nothing about less


def check_console(document: Document, root: Path, style: Optional[Style]) -> Iterator[str]:
    """Yield the problems of the file. `{}` is filled in by the page; which page fills what, its tests know."""
    try:
        words = parse(ConsoleWords, document.data, document.path).__root__
    except ContentError as error:
        yield one_line(error, root)
        return
    texts: list[tuple[list[Key], str]] = []
    for section, keys in words.items():
        for key, found in keys.items():
            table = found.items() if isinstance(found, dict) else [("", found)]
            texts += [([section, key, *filter(None, [name])], text) for name, text in table]
    for where, text in texts:
        graded = too_hard(text, GRADE, style) if word_count(text) >= SENTENCE_WORDS else ()
        filled = unfilled(text.replace("{}", ""), *FILLED.get(str(where[-1]), ()))
        for fault in (*forbidden(text, style), *filled, *graded):
            yield document.problem(where, fault)
