"""Places that help people find care, from `content/care.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Optional

from pydantic import BaseModel, Extra, Field, StrictStr, root_validator

from assistant.content.files import ROOT, parse, read_yaml
from assistant.content.helplines import call_link

FILE = ROOT / "content" / "care.yml"


class Place(BaseModel, extra=Extra.forbid):
    """One place: its name, what it is, and the ways to it."""

    name: StrictStr = Field(min_length=1, max_length=90)
    what: StrictStr = Field(max_length=300)
    call: List[StrictStr] = []
    link: Optional[StrictStr] = Field(None, regex=r"^[a-z0-9-]+(\.[a-z0-9-]+)+(/[\w./-]*)?$")
    source: Optional[StrictStr] = None

    @root_validator(skip_on_failure=True)
    def _can_be_reached(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if not values["call"] and not values["link"]:
            raise ValueError("needs `call` or `link`")
        return values

    def links(self) -> Dict[str, Any]:
        """Return `{"name", "what", "call": [{"shown", "href"}], "link": {"shown", "href"} or None}`."""
        link = {"shown": self.link.split("/")[0], "href": f"https://{self.link}"} if self.link else None
        return {"name": self.name, "what": self.what, "call": [call_link(n) for n in self.call], "link": link}


class Care(BaseModel, extra=Extra.forbid):
    """The whole file, by key."""

    places: Dict[str, Place]


@lru_cache(maxsize=1)
def load_care(path: Path = FILE) -> Dict[str, Place]:
    """Return the places by key.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(Care, read_yaml(path), path).places
