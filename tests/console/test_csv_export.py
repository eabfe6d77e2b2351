"""The CSV export: the same columns always, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from console.intake.csv_export import COLUMNS, lines
from tests.console.records import record


def read(*records: dict[str, Any]) -> list[dict[str, str]]:
    """Return the file as a program reads it."""
    text = "".join(lines(records)).encode().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_row_for_each_request_with_what_was_said() -> None:
    first, second = read(record(1), record(2, reason='Zoë said:\r\n"we never talk", then left'))
    assert tuple(first) == COLUMNS
    assert (first["reference"], first["sent_at_utc"]) == ("K7M-3QD", "2026-11-23 09:30:05")
    assert first["safe_to_leave_message"] == "no" and first["withdrawn_at_utc"] == ""
    assert second["reason"] == 'Zoë said:\r\n"we never talk", then left'


def test_excel_reads_it_as_utf_8() -> None:
    assert "".join(lines([])).encode().startswith(b"\xef\xbb\xbfreference,")


@pytest.mark.parametrize(
    "words", ["=1+1", "+353209174242", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0"]
)
def test_words_that_look_like_a_formula_stay_words(words: str) -> None:
    (row,) = read(record(reason=words, name=words))
    assert row["reason"] == row["name"] == f"'{words}"


def test_nobodys_words_add_a_row_or_a_column() -> None:
    (row,) = read(record(reason='",,\n\r\n"x"\x00', name="a;b,c"))
    assert None not in row and len(row) == len(COLUMNS)
    assert row["name"] == "a;b,c" and row["urgency"] == "soon"
