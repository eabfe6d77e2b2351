"""What the coach's classifiers read of a sentence, besides its vector and n-grams: telling words, questions, and the prompt."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, List, Optional, Sequence

import numpy as np

from assistant.content.coach import CoachWords
from assistant.nlu.text import normalise

_WORD = re.compile(r"[\w']+")
_COMMON = {
    "a",
    "an",
    "the",
    "and",
    "or",
    "but",
    "so",
    "i",
    "you",
    "he",
    "she",
    "it",
    "we",
    "they",
    "me",
    "him",
    "her",
    "us",
    "them",
    "my",
    "your",
    "his",
    "our",
    "their",
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "am",
    "do",
    "does",
    "did",
    "have",
    "has",
    "had",
    "to",
    "of",
    "in",
    "on",
    "at",
    "for",
    "with",
    "that",
    "this",
    "what",
    "not",
    "no",
    "if",
    "as",
    "from",
    "by",
    "about",
    "just",
    "really",
    "very",
}
OTHER_FEATURES = 6


def count_features(words: CoachWords) -> int:
    """Return how many figures `sign_features` gives."""
    return len(words.criteria) + OTHER_FEATURES


def sign_features(text: str, prompt: Optional[str], closeness: float, words: CoachWords) -> np.ndarray:
    """Return figures between 0 and 1, float32 [criteria + 6].

    Args:
        text: the person's own words.
        prompt: what the other person said, if there is one.
        closeness: cosine of the vectors of prompt and text; 0 without a prompt.
        words: the telling words.
    """
    plain = normalise(text)
    hits = [1.0 if pattern.search(plain) else 0.0 for pattern in _patterns(words).values()]
    mine = _content_words(plain)
    theirs = _content_words(normalise(prompt)) if prompt else set()
    shared = len(mine & theirs) / len(mine) if mine and theirs else 0.0
    others = [
        min(1.0, len(plain.split()) / 40),
        1.0 if "?" in text else 0.0,
        1.0 if text.rstrip().endswith("?") else 0.0,
        closeness,
        shared,
        1.0 if prompt and plain.strip(" .") in normalise(prompt) else 0.0,
    ]
    return np.array([*hits, *others], dtype=np.float32)


def find_word(text: str, criterion: str, words: CoachWords) -> Optional[str]:
    """Return the telling word of a criterion as it stands in a text, or `None`."""
    found = _patterns(words)[criterion].search(text.lower().replace("’", "'"))
    return text[found.start() : found.end()] if found else None


def _content_words(text: str) -> set[str]:
    return {word[:5] for word in _WORD.findall(text) if word not in _COMMON and len(word) > 2}


def _patterns(words: CoachWords) -> Dict[str, re.Pattern[str]]:
    return _compiled(tuple((name, tuple(criterion.words)) for name, criterion in sorted(words.criteria.items())))


@lru_cache(maxsize=2)
def _compiled(lists: Sequence[tuple[str, Sequence[str]]]) -> Dict[str, re.Pattern[str]]:
    return {name: re.compile(_alternatives(list(entries))) for name, entries in lists}


def _alternatives(entries: List[str]) -> str:
    """Return one expression for words and phrases; an apostrophe may be left out."""
    longest_first = sorted(entries, key=len, reverse=True)
    return r"(?<!\w)(?:" + "|".join(re.escape(entry.lower()).replace("'", "'?") for entry in longest_first) + r")(?!\w)"
