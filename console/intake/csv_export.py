"""Contact requests as CSV for a spreadsheet: one row for each, the same columns always. No Django here."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timezone
from typing import Any, Iterable, Iterator, Mapping

# Their names are promised to whoever reads the file by program: add at the end, never rename.
COLUMNS = (
    "reference",
    "sent_at_utc",
    "status",
    "closed_reason",
    "urgency",
    "assigned_to",
    "follow_up_on",
    "name",
    "contact_method",
    "phone",
    "email",
    "reach_when",
    "safe_to_leave_message",
    "for_whom",
    "relation",
    "age_band",
    "trusted_adult",
    "reason",
    "hopes",
    "mode",
    "times",
    "language",
    "therapist_gender",
    "barriers",
    "country",
    "channel",
    "consent_at_utc",
    "transcript_attached",
    "withdrawn_at_utc",
    "updated_at_utc",
)
MARK = "\ufeff"  # tells Excel that the file is UTF-8
# A spreadsheet takes a cell that begins so for a formula, which could send the sheet's contents elsewhere.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def lines(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the file's text, line by line.

    Args:
        records: mappings with the columns' names without `_utc`; `sent_at` is `created_at`.
    """
    yield MARK + _line(COLUMNS)
    for record in records:
        yield _line(cell(_value(record, column)) for column in COLUMNS)


def cell(value: Any) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(FORMULA) else text


def _value(record: Mapping[str, Any], column: str) -> Any:
    name = column.removesuffix("_utc")
    return record.get("created_at" if name == "sent_at" else name)


def _line(cells: Iterable[str]) -> str:
    output = io.StringIO()
    csv.writer(output).writerow(cells)
    return output.getvalue()
