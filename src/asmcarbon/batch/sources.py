"""Tables on disk to parts of a size that memory can hold: of a CSV file by bytes, of a Parquet file by rows.

How a file is parted depends on the file alone, so that results have the same bytes whoever works on the parts.
"""

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

ENDINGS = (".csv", ".tsv", ".txt", ".parquet")
PART_ROWS = 125_000
PART_BYTES = 16_000_000
# How much of a file is looked at to tell how it is written.
_SAMPLE = 200_000
_SEPARATORS = (",", ";", "\t", "|")
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
# More than any header, or any row, of a table of sites.
LARGEST_ROW = 8_000_000


class Spoken(Struct, frozen=True):
    """How a CSV file is written.

    separator, decimal  between cells, and before decimals
    """

    separator: str = ","
    decimal: str = "."


class Source(Struct, frozen=True):
    """A table.

    file     where its rows are read: a copy in UTF-8 where it is written otherwise
    name     what it is called in refusals
    header   names of its columns
    spoken   how it is written; None for Parquet
    start    of its rows, in bytes
    stamp    size and time of the file that was given: a rerun goes on only with the same
    """

    file: str
    name: str
    header: tuple[str, ...]
    spoken: Spoken | None = None
    start: int = 0
    stamp: str = ""

    @property
    def path(self) -> Path:
        """Where its rows are read."""
        return Path(self.file)


class Part(Struct, frozen=True):
    """Some rows of a table.

    number       of the part in the run
    source       number of the table
    start, stop  bytes of a CSV file, rows of a Parquet file
    first        number of the row that is its first, from 1
    pieces       files that hold its rows instead: those of some sites of an activity table
    """

    number: int
    source: int
    start: int
    stop: int
    first: int
    pieces: tuple[str, ...] = ()


def source_of(
    path: Path, name: str, folder: Path, encoding: str | None, spoken: tuple[str | None, str | None]
) -> Source:
    """Return a table, with how it is written; InputError where that cannot be told.

    folder    for a copy in UTF-8
    encoding  that the user says it has, or None
    spoken    separator and sign before decimals that the user says it has, or None
    """
    try:
        stamp = f"{path.stat().st_size} {path.stat().st_mtime_ns}"
    except OSError as error:
        raise unreadable(name, error) from error
    if path.suffix.lower() == ".parquet":
        return Source(str(path.absolute()), name, _parquet_header(path, name), stamp=stamp)
    path = _in_utf8(path, name, folder, encoding)
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if b"\x00" in sample:
        raise InputError(Problem("", _("holds bytes that are no text"), _("a CSV or Parquet table"), file=name))
    start = len(codecs.BOM_UTF8) if sample.startswith(codecs.BOM_UTF8) else 0
    separator = spoken[0] or _separator_of(sample[start:].decode("utf-8", "replace"))
    header, end = _header_of(path, start, separator, name)
    rows = sample[end : sample.rfind(b"\n") + 1] if len(sample) == _SAMPLE else sample[end:]
    decimal = spoken[1] or _decimal_of(rows.decode("utf-8", "replace"), separator, name)
    return Source(str(path.absolute()), name, header, Spoken(separator, decimal), end, stamp)


def _parquet_header(path: Path, name: str) -> tuple[str, ...]:
    import polars as pl

    try:
        return tuple(pl.read_parquet_schema(path))
    except Exception as error:
        raise unreadable(name, error) from None


def unreadable(name: str, error: Exception) -> InputError:
    """Return what is told of a file that its library cannot read."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    shown = re.sub(r"\s+", " ", reason)[:120]
    what = _("cannot be read: {reason}").format(reason=shown)
    return InputError(Problem("", what, _("a whole CSV or Parquet table"), file=name))


def _in_utf8(path: Path, name: str, folder: Path, encoding: str | None) -> Path:
    """Return a file in UTF-8 with rows that end in a newline: itself, or a copy."""
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE)
    except OSError as error:
        raise unreadable(name, error) from error
    if not sample.strip():
        raise InputError(Problem("", _("is empty"), _("a table with a header"), file=name))
    marked = next((its for mark, its in _MARKS.items() if sample.startswith(mark)), None)
    has_old_ends = b"\r" in sample and b"\n" not in sample
    if encoding is None and marked != "utf-16" and not has_old_ends:
        return path
    copy = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:12]}.utf8.csv"
    try:
        with (
            path.open(encoding=encoding or marked or "utf-8", newline=None if has_old_ends else "") as given,
            copy.open("w", encoding="utf-8", newline="") as made,
        ):
            while text := given.read(1 << 20):
                made.write(text.removeprefix("\ufeff"))
    except LookupError:
        what = _("'{encoding}' is no encoding").format(encoding=encoding)
        raise InputError(Problem("--encoding", what, _("its name"), "cp1252")) from None
    except UnicodeError as error:
        raise no_text(name, encoding, error) from error
    return copy


def no_text(name: str, encoding: str | None, error: Exception) -> InputError:
    """Return what is told of a file that is not in the encoding it should be in."""
    what = _("is not in {encoding} ({reason})").format(encoding=encoding or "UTF-8", reason=str(error)[:80])
    return InputError(Problem("", what, _("--encoding with the one that it is in"), "--encoding cp1252", file=name))


def _separator_of(text: str) -> str:
    """Return what separates the cells of a header: whatever stands in it most often outside quotes."""
    line = re.sub(r'"[^"]*"', "", text.splitlines()[0] if text.splitlines() else "")
    line = re.sub(r"\[[^\]]*\]", "", line)
    return max(_SEPARATORS, key=lambda one: (line.count(one), -_SEPARATORS.index(one)))


def _header_of(path: Path, start: int, separator: str, name: str) -> tuple[tuple[str, ...], int]:
    """Return the names of the columns, and where the rows begin, in bytes."""
    with path.open("rb") as file:
        file.seek(start)
        line = b""
        while True:
            more = file.readline(LARGEST_ROW)
            line += more
            if not more or len(line) >= LARGEST_ROW or line.count(b'"') % 2 == 0:
                break
        end = file.tell()
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise no_text(name, None, error) from error
    header = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    return tuple(header), end


def _decimal_of(text: str, separator: str, name: str) -> str:
    """Return the sign before decimals; InputError where a comma may be that or part thousands.

    A comma can be it only where it separates no cells.
    """
    if separator == ",":
        return "."
    cells = [cell for line in text.splitlines() for cell in line.replace('"', "").split(separator)]
    commas = [cell.strip() for cell in cells if re.fullmatch(r"\s*[-+]?\d+,\d+\s*", cell)]
    points = any(re.fullmatch(r"\s*[-+]?\d+\.\d+\s*", cell) for cell in cells)
    if not commas:
        return "."
    example = commas[0]
    if points:
        what = _("has numbers with commas, as {example}, and numbers with points").format(example=example)
        raise InputError(Problem("", what, _("--decimal with the sign before decimals"), "--decimal ,", file=name))
    if all(re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", cell) for cell in commas):
        what = _("'{example}' may be a thousand or a thousandth").format(example=example)
        raise InputError(Problem("", what, _("--decimal with the sign before decimals"), "--decimal ,", file=name))
    return ","


class Read(Struct):
    """What is known of a table once all of it was read."""

    sha256: str = ""
    rows: int = 0


def spans_of(source: Source, read: Read, *, whole: bool = False) -> Iterator[tuple[int, int, int]]:
    """Yield where the parts of a table start and stop, and the number of the first row of each.

    read   is filled in when all of the table was read
    whole  of at most two parts' size, and left in one
    """
    spans = _spans_of_parquet(source, read) if source.spoken is None else _spans_of_csv(source, read)
    if not whole:
        yield from spans
        return
    every = list(spans)
    if every:
        yield every[0][0], every[-1][1], 1


def _spans_of_parquet(source: Source, read: Read) -> Iterator[tuple[int, int, int]]:
    import polars as pl

    try:
        read.rows = int(pl.scan_parquet(source.path).select(pl.len()).collect().item())
    except Exception as error:
        raise unreadable(source.name, error) from None
    for start in range(0, read.rows, PART_ROWS):
        yield start, min(start + PART_ROWS, read.rows), start + 1
    with source.path.open("rb") as file:
        read.sha256 = hashlib.file_digest(file, "sha256").hexdigest()


def _spans_of_csv(source: Source, read: Read) -> Iterator[tuple[int, int, int]]:
    """Yield bytes that end with a row: a newline in quotes ends none."""
    digest, start, first, left = hashlib.sha256(), source.start, 1, b""
    with source.path.open("rb") as file:
        digest.update(file.read(start))
        while block := file.read(PART_BYTES):
            digest.update(block)
            whole = left + block
            end = _end_of_rows(whole)
            if len(whole) - end > LARGEST_ROW:
                what = _("has a row of more than {n} bytes, or a quote that is never closed").format(n=LARGEST_ROW)
                raise InputError(Problem("", what, _("one site, or one activity, a row"), file=source.name))
            if end:
                yield start, start + end, first
                first += _rows_in(whole[:end])
                start += end
            left = whole[end:]
    if left.strip():
        yield start, start + len(left), first
        first += _rows_in(left) + (not left.endswith(b"\n"))
    read.sha256, read.rows = digest.hexdigest(), first - 1


def _end_of_rows(block: bytes) -> int:
    """Return where the last whole row of a block ends; the block begins with a row."""
    end, quotes = block.rfind(b"\n"), block.count(b'"')
    quotes -= block.count(b'"', end) if end >= 0 else 0
    while end >= 0 and quotes % 2:
        before = block.rfind(b"\n", 0, end)
        quotes -= block.count(b'"', max(before, 0), end)
        end = before
    return end + 1


def _rows_in(block: bytes) -> int:
    """Return how many rows end in a block that begins with a row."""
    if b'"' not in block:
        return block.count(b"\n")
    return sum(piece.count(b"\n") for piece in block.split(b'"')[::2])
