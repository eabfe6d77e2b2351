"""The roles of staff. A role is a Django group; a member of staff may have several."""

from __future__ import annotations

from typing import Any

INTAKE = "intake"  # works with requests and crisis events
CONTENT = "content"  # words and figures; sees no requests
ADMINISTRATOR = "administrator"  # staff and audit; sees no requests

ROLES = (INTAKE, CONTENT, ADMINISTRATOR)


def roles_of(user: Any) -> frozenset[str]:
    """Return the roles of a signed-in user, read once for each web request."""
    if not user.is_authenticated:
        return frozenset()
    found = getattr(user, "_roles", None)
    if found is None:
        found = user._roles = frozenset(user.groups.values_list("name", flat=True)) & frozenset(ROLES)
    return found
