"""Looks at answers without the coach: the conditions of `checks`, and the person an answer names."""

from __future__ import annotations

import re
from typing import Any, List, Optional

from assistant.content.exercises import Check
from assistant.content.lexicon import load_lexicon


def person_in(text: str) -> tuple[Optional[str], Optional[str]]:
    """Return the first person a text names by relationship: "your sister" and the group, or nothing."""
    for name, entry in load_lexicon()["relationship"].values.items():
        for word in entry.words:
            if re.search(
                rf"\bmy {re.escape(word)}\b" if not word.startswith("my ") else rf"\b{re.escape(word)}\b",
                text,
                re.IGNORECASE,
            ):
                return f"your {name}", entry.group
    return None, None


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
    found = any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words)
    return found if check.any_of else not found


def _names_group(text: str, groups: List[str]) -> bool:
    for entry in load_lexicon()["relationship"].values.values():
        if entry.group in groups and any(
            re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in entry.words
        ):
            return True
    return False
