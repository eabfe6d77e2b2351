"""The words on the console's pages, from `content/console.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Union

from pydantic import BaseModel, StrictStr

from assistant.content.files import ROOT, parse, read_yaml

FILE = ROOT / "content" / "console.yml"


class ConsoleWords(BaseModel):
    """The whole file: sections, each with texts and with tables of names."""

    __root__: Dict[str, Dict[str, Union[StrictStr, Dict[str, StrictStr]]]]


@lru_cache(maxsize=1)
def load_console(path: Path = FILE) -> dict[str, dict[str, Any]]:
    """Return the words by section and key; a table of names is a mapping by value (`status`: `{"new": "New"}`).

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(ConsoleWords, read_yaml(path), path).__root__
