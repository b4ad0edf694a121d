"""Rows of a part of a table as columns, and the rows that do not have the cells of the header."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl

from asmcarbon.batch.sources import Part, Source, no_text, unreadable
from asmcarbon.batch.stated import Refusal, shown
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _


def frame_of(source: Source, part: Part) -> tuple[pl.DataFrame, list[Refusal]]:
    """Return the rows of a part in the table's own columns, and those that have more or fewer cells than the header.

    Rows without anything in them are rows still: they are refused for what they lack.
    """
    if source.spoken is None:
        return _parquet(source, part), []
    with source.path.open("rb") as file:
        file.seek(part.start)
        block = file.read(part.stop - part.start)
    return _csv(source, block)


def _parquet(source: Source, part: Part) -> pl.DataFrame:
    try:
        frame = pl.scan_parquet(source.path).slice(part.start, part.stop - part.start).collect()
    except Exception as error:
        raise unreadable(source.name, error) from None
    for name, kind in frame.schema.items():
        if not (kind.is_numeric() or kind in (pl.String, pl.Null) or isinstance(kind, pl.Categorical | pl.Enum)):
            what = _("holds {kind}").format(kind=kind)
            raise InputError(Problem(name, what, _("texts or numbers"), file=source.name))
    return frame


def _csv(source: Source, block: bytes) -> tuple[pl.DataFrame, list[Refusal]]:
    assert source.spoken is not None
    separator = source.spoken.separator
    if not block:
        return pl.DataFrame(schema=dict.fromkeys(source.header, pl.String)), []
    if b"\r" in block and b"\r" in block.replace(b"\r\n", b""):
        return _by_reader(source, block)
    quoted: dict[int, list[str]] = {}
    if b'"' in block:
        apart = _quoted_apart(source, block)
        if apart is None:
            return _by_reader(source, block)
        block, quoted = apart
    names = [str(place) for place in range(len(source.header))]
    try:
        frame = pl.read_csv(
            block, has_header=False, new_columns=names, separator=separator, infer_schema=False,
            empty_string_is_null=False, truncate_ragged_lines=True, schema=dict.fromkeys(names, pl.String),
            missing_columns="insert", extra_columns="ignore", raise_if_empty=False,
        )  # fmt: skip
    except (pl.exceptions.ComputeError, pl.exceptions.PolarsError, UnicodeError) as error:
        raise _because(source, block, error) from None
    if frame.height != block.count(b"\n") + (not block.endswith(b"\n")):
        return _by_reader(source, block)
    frame.columns = list(source.header)
    refused = [_refusal(row, cells, len(names), "") for row, cells in _miscounted(block, separator, frame)]
    if not quoted:
        return frame, refused
    its, of_quoted = _columns(source, quoted.values())
    rows = list(quoted)
    told = [Refusal(rows[one.row], one.column, one.value, one.reason) for one in of_quoted]
    return frame.with_columns(frame[name].scatter(rows, its[name]) for name in frame.columns), [*refused, *told]


def _quoted_apart(source: Source, block: bytes) -> tuple[bytes, dict[int, list[str]]] | None:
    """Return a block with another row in place of each that has quotes, and the cells of these.

    None where there are many, or where what is in quotes goes on in the next line.
    """
    assert source.spoken is not None
    codes = np.frombuffer(block, dtype=np.uint8)
    ends = np.append(np.flatnonzero(codes == ord("\n")), len(codes))
    rows = np.unique(np.searchsorted(ends, np.flatnonzero(codes == ord('"'))))
    if len(rows) > _MOST_QUOTED * len(ends):
        return None
    separator = source.spoken.separator
    instead = separator.join(["0"] * len(source.header)).encode()
    pieces: list[bytes] = []
    quoted: dict[int, list[str]] = {}
    done = 0
    for row in rows.tolist():
        start, stop = int(ends[row - 1]) + 1 if row else 0, int(ends[row])
        try:
            (cells,) = csv.reader([block[start:stop].decode("utf-8")], delimiter=separator, strict=True)
        except (csv.Error, UnicodeDecodeError):
            return None
        quoted[row] = cells
        pieces += [block[done:start], instead]
        done = stop
    return b"".join([*pieces, block[done:]]), quoted


# Share of rows with quotes up to which they are read apart from the others.
_MOST_QUOTED = 0.1


def _because(source: Source, block: bytes, error: Exception) -> InputError:
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as reason:
        return no_text(source.name, None, reason)
    return unreadable(source.name, error)


def _refusal(row: int, cells: int, expected: int, value: str) -> Refusal:
    what = _("has {n} cells").format(n=cells)
    reason = Problem("", what, _("{m}, as the header").format(m=expected)).sentence()
    return Refusal(row, "", value, reason)


def _miscounted(block: bytes, separator: str, frame: pl.DataFrame) -> list[tuple[int, int]]:
    """Return the rows of a block without quotes that have another number of cells than the header, and how many.

    A row with fewer leaves the last column empty, and one with more is made up for by others with fewer, or the sum is
    not right: only then is each row counted.
    """
    expected = frame.width
    is_right = block.count(separator.encode()) == frame.height * (expected - 1)
    if is_right and not (frame.to_series(expected - 1) == "").any():
        return []
    codes = np.frombuffer(block, dtype=np.uint8)
    ends = np.flatnonzero(codes == ord("\n"))
    if not len(ends) or ends[-1] != len(codes) - 1:
        ends = np.append(ends, len(codes))
    # A row of nothing at all is one cell.
    found = np.diff(np.searchsorted(np.flatnonzero(codes == ord(separator)), ends), prepend=0) + 1
    return [(int(row), int(found[row])) for row in np.flatnonzero(found != expected)]


def _by_reader(source: Source, block: bytes) -> tuple[pl.DataFrame, list[Refusal]]:
    """Read a block by Python's own reader: slower, and right where quotes hold separators and ends of rows."""
    assert source.spoken is not None
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError as error:
        raise no_text(source.name, None, error) from error
    csv.field_size_limit(max(len(text) + 1, csv.field_size_limit()))
    try:
        return _columns(source, csv.reader(io.StringIO(text, newline=""), delimiter=source.spoken.separator))
    except csv.Error as error:
        raise unreadable(source.name, error) from None


def _columns(source: Source, rows: Iterable[list[str]]) -> tuple[pl.DataFrame, list[Refusal]]:
    """Return rows of cells as columns, and those that have more or fewer cells than the header."""
    cells = len(source.header)
    refused: list[Refusal] = []
    columns: list[list[Any]] = [[] for _column in range(cells)]
    for row, found in enumerate(rows):
        if len(found) != cells:
            refused.append(_refusal(row, max(len(found), 1), cells, shown(found[0]) if found else ""))
            found = [*found[:cells], *[""] * (cells - len(found))]
        for column, cell in zip(columns, found, strict=True):
            column.append(cell)
    frame = pl.DataFrame(dict(zip(source.header, columns, strict=True)), schema=dict.fromkeys(source.header, pl.String))
    return frame, refused
