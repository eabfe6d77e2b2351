"""Checks what is said around exercises (`content/practice.yml`), by the coach (`content/coach.yml`), and the coach's sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, Optional

from assistant.content.check_files import Document, Fault, Key, one_line
from assistant.content.check_words import Style, forbidden, too_hard, too_long, unfilled, word_count
from assistant.content.coach import SENTENCES, CoachWords, load_sentences
from assistant.content.files import ROOT, ContentError, parse
from assistant.content.practice import PracticeWords

PRACTICE = "content/practice.yml"
COACH = "content/coach.yml"
TIP_WORDS = 30
GRADE = 8.0
SENTENCE_WORDS = 6  # a school grade says nothing about less
# The words in braces that the file's comment names.
FILLED = ["title", "purpose", "minutes", "count", "number", "person", "not_when", "low", "high", "answer"]


def check_practice(document: Document, root: Path, style: Optional[Style]) -> Iterator[str]:
    """Yield the problems of `content/practice.yml`."""
    try:
        parse(PracticeWords, document.data, document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    for where, text in texts_of(document.data, []):
        graded = too_hard(text, GRADE, style) if word_count(text) >= SENTENCE_WORDS else ()
        for fault in (*forbidden(text, style), *unfilled(text, *FILLED), *graded):
            yield document.problem(where, fault)


def check_coach(document: Document, root: Path, style: Optional[Style]) -> Iterator[str]:
    """Yield the problems of `content/coach.yml`, and of the sentences in `data/coach/`."""
    try:
        words = parse(CoachWords, document.data, document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    for name, criterion in words.criteria.items():
        for key in ("praise", "tip"):
            text = getattr(criterion, key) or ""
            faults = [*forbidden(text, style), *unfilled(text, "quote"), *too_long(text, TIP_WORDS)]
            for fault in faults:
                yield document.problem(["criteria", name, key], fault)
        if "{quote}" in (criterion.praise or ""):
            fault = Fault("{quote} is not filled in here", "Leave it out; the place is put before the praise")
            yield document.problem(["criteria", name, "praise"], fault)
    folder = root / SENTENCES.relative_to(ROOT)
    try:
        load_sentences(folder, words)
    except ContentError as error:
        yield one_line(error, root)


def texts_of(value: Any, where: list[Key]) -> Iterator[tuple[list[Key], str]]:
    """Yield every text below a key, with where it stands."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_of(inner, [*where, key])
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts_of(inner, [*where, index])
