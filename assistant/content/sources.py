"""The sources that answers cite, from `content/sources.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, Optional

from pydantic import BaseModel, Extra

from assistant.content.files import ROOT, parse, read_yaml

FILE = ROOT / "content" / "sources.yml"


class Source(BaseModel, extra=Extra.forbid):
    """A publication or page. `title` is how it is named to a visitor."""

    title: str
    url: Optional[str] = None


class Sources(BaseModel, extra=Extra.forbid):
    """The whole file, by key."""

    sources: Dict[str, Source]


@lru_cache(maxsize=1)
def load_sources(path: Path = FILE) -> dict[str, Source]:
    """Return the sources by key.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(Sources, read_yaml(path), path).sources
