"""Small text operations shared by the language-understanding components."""

from __future__ import annotations

import re
import unicodedata

_REPEATED = re.compile(r"(\w)\1{2,}")
_SENTENCE_END = re.compile(r"(?<=[.?!…])[\"')\]]*\s+|\n+|\s+[–—-]\s+|;\s+")
_SECOND_QUESTION = re.compile(
    r"(?:,\s*|\s+)(?=(?:and|also|plus|but)\s+(?:also\s+)?"
    r"(?:what|whats|how|hows|who|whos|where|when|why|which|can|could|do|does|is|are|will|would|should)\b)",
    re.IGNORECASE,
)
MAX_SEGMENTS = 8


def normalise(text: str) -> str:
    """Lower-case, with one kind of quote and dash, and at most two equal letters in a row."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-"})
    return _REPEATED.sub(r"\1\1", text)


def segments(text: str) -> list[str]:
    """Split a message into sentences and joined questions, at most eight; empty for a single one.

    "I can't sleep. How long does it take and what does it cost?" gives three segments.
    """
    parts = [
        part.strip() for sentence in _SENTENCE_END.split(text) if sentence for part in _SECOND_QUESTION.split(sentence)
    ]
    parts = [part for part in parts if len(part.split()) >= 2]
    return parts[:MAX_SEGMENTS] if len(parts) > 1 else []
