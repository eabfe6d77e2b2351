"""Small text operations shared by the language-understanding components."""

from __future__ import annotations

import itertools
import re
import unicodedata

_REPEATED = re.compile(r"(\w)\1{2,}")
_SENTENCE_END = re.compile(r"(?<=[.?!…])[\"')\]]*\s+|\n+|\s+[–—-]\s+|;\s+")
_SECOND_QUESTION = re.compile(
    r"(?:,\s*|\s+)(?=(?:and|also|plus|but)\s+(?:also\s+)?"
    r"(?:what|whats|how|hows|who|whos|where|when|why|which|can|could|do|does|is|are|will|would|should)\b)",
    re.IGNORECASE,
)
_END = re.compile(r"(?:[\s.!]|(?<=\w)…)+$")  # a "…" that stands alone is for words left out
MAX_SEGMENTS = 8
MAX_PIECES = 20


def normalise(text: str) -> str:
    """Lower-case, with one kind of quote and dash, and at most two equal letters in a row."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-"})
    return _REPEATED.sub(r"\1\1", text)


def without_end(text: str) -> str:
    """Return a text without the full stops, exclamation marks and spaces at its end, by which alone people's ways of typing differ.

    Most training examples end without one; a model that reads the sign takes "I want to die." for another kind of text
    than "i want to die".
    """
    return _END.sub("", text) or text


def as_typed(text: str) -> str:
    """Return a typed message without its end: there a "…" that stands alone is one too, and no gap as in the coach's texts."""
    return without_end(text.rstrip(" …") or text)


def segments(text: str) -> list[str]:
    """Split a message into sentences and joined questions, at most eight; empty for a single one.

    "I can't sleep. How long does it take and what does it cost?" gives three segments.
    """
    parts = [
        part.strip() for sentence in _SENTENCE_END.split(text) if sentence for part in _SECOND_QUESTION.split(sentence)
    ]
    parts = [part for part in parts if len(part.split()) >= 2]
    return parts[:MAX_SEGMENTS] if len(parts) > 1 else []


def pieces(text: str) -> list[str]:
    """Split a message into its sentences and each two that follow one another; empty for a single sentence.

    The danger of a message may lie in one sentence ("… I sat in the car and wanted to be dead. How much is it?") or
    between two. A message with more than ten sentences is read in longer stretches, so that none is left out.
    """
    sentences = [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]
    while len(sentences) > MAX_PIECES // 2:
        sentences = [" ".join(sentences[start : start + 2]) for start in range(0, len(sentences), 2)]
    if len(sentences) < 2:
        return []
    singles = [part for part in sentences if len(part.split()) >= 2]
    pairs = [" ".join(pair) for pair in itertools.pairwise(sentences)] if len(sentences) > 2 else []
    return [*singles, *pairs]
