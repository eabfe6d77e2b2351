"""Looks at answers without the coach: the conditions of `checks`, and the person an answer names."""

from __future__ import annotations

import re
from typing import Any, List, Optional

from assistant.content.exercises import Check
from assistant.content.lexicon import load_lexicon

# "my daughter in law", "my son's teacher", "the father of my kids", "my grown up son" are no children to act out a talk with.
_GROWN = re.compile(
    r"\b(grown|adult|(father|mother|dad|mum|mom|teacher|friend) of (my|our)|[2-9]\d( ?y|,| years)?)\b", re.IGNORECASE
)
_OTHER = r"(?!'s?\b|s'|[\s-]+in[\s-]+law|s? (dad|mum|mom|father|mother|teacher|school)\b)"


def person_in(text: str) -> tuple[Optional[str], Optional[str]]:
    """Return the first person a text names as theirs ("my sister") as "your sister", and the group; or nothing.

    "My sister's husband" and "my mother in law" are not taken for the sister or the mother.
    """
    found: List[tuple[int, str, Optional[str]]] = []
    for name, entry in load_lexicon()["relationship"].values.items():
        for word in entry.words:
            own = word if word.startswith(("my ", "the ")) else f"my {word}"
            match = re.search(rf"(?<!\w){re.escape(own)}(?!\w){_OTHER}", text, re.IGNORECASE)
            if match:
                found.append((match.start(), name, entry.group))
    if not found:
        return None, None
    _, name, group = min(found)
    return f"your {name}", group


def applies(check: Check, value: Any) -> bool:
    """Return whether the condition of a check holds for an answer."""
    size = value if isinstance(value, int) else len(value) if isinstance(value, list) else len(str(value).split())
    text = (" ".join(value) if isinstance(value, list) else str(value)).replace("’", "'")
    if check.fewer_than is not None:
        return size < check.fewer_than
    if check.more_than is not None:
        return size > check.more_than
    if check.about:
        return _names_group(text, list(check.about))
    words = check.any_of or check.none_of
    found = any(_is_in(word, text) for word in words)
    return found if check.any_of else not found


def _is_in(word: str, text: str) -> bool:
    """Return whether a text has a word or phrase, with or without its apostrophes ("whats", "ill make you")."""
    plain = re.escape(word.replace("’", "'")).replace("'", "'?")
    if word.startswith("ll "):
        plain = rf"(?:(?:i|you|he|she|we|they|it)'?)?{plain}"
    return re.search(rf"(?<!\w){plain}(?!\w)", text, re.IGNORECASE) is not None


def _names_group(text: str, groups: List[str]) -> bool:
    if _GROWN.search(text):
        return False
    words = (
        word
        for entry in load_lexicon()["relationship"].values.values()
        if entry.group in groups
        for word in entry.words
    )
    return any(re.search(rf"(?<![\w-]){re.escape(word)}(?!\w){_OTHER}", text, re.IGNORECASE) for word in words)
