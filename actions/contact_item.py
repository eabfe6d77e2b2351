"""What lies in the outbox of contact requests: a request, or the wish to take one back."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

REQUEST, WITHDRAWAL = "request", "withdrawal"
_NAMESPACE = uuid.UUID("0d6b0a9e-3c1e-4b55-8a55-5d0f3b3c7f42")


@dataclass(frozen=True)
class Item:
    """One file of the outbox.

    Attributes:
        id: of the request; of a withdrawal the same for the same request.
        kind: `request` or `withdrawal`.
        made_at: ISO 8601, in UTC.
        data: of a request what `console.intake.store.store_request` takes; of a withdrawal `request`, `reference`, `conversation`.
    """

    id: str
    kind: str
    made_at: str
    data: dict[str, Any]

    @classmethod
    def withdrawal(cls, request_id: str, reference: str, conversation: str) -> Item:
        """Return the wish to take a request back."""
        data = {"request": request_id, "reference": reference, "conversation": conversation}
        return cls(str(uuid.uuid5(_NAMESPACE, request_id)), WITHDRAWAL, datetime.now(timezone.utc).isoformat(), data)

    @classmethod
    def from_json(cls, text: str) -> Item:
        """Return the item in a JSON text.

        Raises:
            ValueError: not JSON, or not an item.
        """
        content = json.loads(text)
        if not isinstance(content, dict) or content.keys() != set(cls.__dataclass_fields__):
            raise ValueError(f"An item has the keys {sorted(cls.__dataclass_fields__)}.")
        item = cls(**content)
        item.check()
        return item

    def to_json(self) -> str:
        """Return the item as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def check(self) -> None:
        """Check every value.

        Raises:
            ValueError: a value cannot be used.
        """
        if str(uuid.UUID(self.id)) != self.id:
            raise ValueError(f"`id`: {self.id!r} is not a UUID in small letters.")
        if self.kind not in (REQUEST, WITHDRAWAL):
            raise ValueError(f"`kind`: {self.kind!r} is neither {REQUEST} nor {WITHDRAWAL}.")
        datetime.fromisoformat(self.made_at)
        if not isinstance(self.data, dict):
            raise ValueError("`data`: must be a mapping.")
