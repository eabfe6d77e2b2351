"""How "did you mean …" names a choice, from `content/choices.yml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Dict

from pydantic import BaseModel, Extra

from assistant.content.files import ROOT, parse, read_yaml

FILE = ROOT / "content" / "choices.yml"


class Choices(BaseModel, extra=Extra.forbid):
    """`content/choices.yml`: how a choice is named, for intents without a label of their own; `none` ends the list."""

    none: str
    labels: Dict[str, str]


@lru_cache(maxsize=1)
def load_choices() -> Choices:
    """Return the labels.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(Choices, read_yaml(FILE), FILE)
