"""A request's reference: six characters that cannot be misread or misheard, such as `K7M-3QD`."""

from __future__ import annotations

import hashlib
import re
import uuid

# Without 0 and O, 1 and I and L, 5 and S, 2 and Z, 8 and B, U and V.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
_SHAPE = re.compile(rf"\W*([{ALPHABET}]{{3}})\W*([{ALPHABET}]{{3}})\W*", re.IGNORECASE)


def reference_of(request: uuid.UUID, attempt: int = 0) -> str:
    """Return the reference of a request; the same request always gets the same one.

    Args:
        request: the request's id.
        attempt: 1, 2 … when the reference before is another request's (one chance in 148 million for each request there is).
    """
    number = int.from_bytes(hashlib.sha256(f"{request}/{attempt}".encode()).digest(), "big")
    letters = []
    for _ in range(6):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"


def as_reference(text: str) -> str | None:
    """Return a reference as it is written, from what somebody typed ("k7m 3qd"), or `None` if it has not its shape."""
    match = _SHAPE.fullmatch(text)
    return f"{match[1]}-{match[2]}".upper() if match else None
