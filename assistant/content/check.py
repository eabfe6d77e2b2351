"""Checks all content and says what to mend: `python -m assistant.content.check`, or `make content` (docs/content.md)."""

from __future__ import annotations
