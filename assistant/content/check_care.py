"""Checks the places that help people find care (`content/care.yml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, Optional

from assistant.content.care import Care
from assistant.content.check_files import Document, Fault, one_line
from assistant.content.check_words import Style, forbidden, unfilled
from assistant.content.files import ContentError, parse

CARE = "content/care.yml"


def check_care(document: Document, root: Path, sources: Optional[set[str]], style: Optional[Style]) -> Iterator[str]:
    """Yield the problems of the places; `sources` is `None` if they could not be read."""
    try:
        care = parse(Care, document.data, document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    for key, place in care.places.items():
        for fault in [*unfilled(place.what), *forbidden(place.what, style)]:
            yield document.problem(["places", key, "what"], fault)
        if sources is not None and place.source not in sources:
            fault = Fault(f"source {place.source} does not exist", "Name a key of content/sources.yml")
            yield document.problem(["places", key, "source"], fault)
