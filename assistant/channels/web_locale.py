"""The country a browser's language settings speak of."""

from __future__ import annotations

import re
from typing import Optional

from assistant.content.helplines import load_helplines

_REGION = re.compile(r"[a-z]{2,3}(-[a-z]{4})?-(?P<region>[a-z]{2})(?![a-z0-9])", re.IGNORECASE)
_SAYS_NOTHING = "en-us"  # what browsers send in many countries when nobody chose a language


def country_of_browser(accept_language: str) -> Optional[str]:
    """Return the region of the first language that names one (`en-GB` is `GB`), if we have its help lines, else `None`.

    `accept_language` is the header `Accept-Language`; plain `en-US` is passed over.
    """
    for entry in accept_language.split(","):
        tag = entry.split(";")[0].strip()
        named = _REGION.match(tag)
        if named and tag.lower() != _SAYS_NOTHING:
            region = named["region"].upper()
            return region if region in load_helplines().countries else None
    return None
