"""Rows as a CSV table that no spreadsheet runs."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from asmcarbon.errors import printable

# What a spreadsheet takes a cell for a formula by.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Sequence[dict[str, Any]], columns: Sequence[str] | None = None) -> str:
    """Return rows as CSV; columns are those of all rows, in the order in which they first stand."""
    names = list(columns) if columns is not None else list(dict.fromkeys(name for row in rows for name in row))
    return csv_lines([names, *([row.get(name) for name in names] for row in rows)])


def csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows of cells as CSV without a header."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula, and in which no control character ends a row."""
    if not isinstance(value, str):
        return value
    return f"'{printable(value)}" if value.startswith(FORMULA) else printable(value)
