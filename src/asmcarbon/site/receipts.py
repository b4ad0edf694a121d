"""Receipts of a site: dated lines of what was bought, burned or dug, added up into the figures of its year.

    date,item,amount,unit,note
    2024-03-02,diesel.engines,2,drum,no. 1187
    2024-03-05,gold,14.2,g,

A table with commas, semicolons or tabs, in UTF-8. Nothing is dropped: a line that cannot be counted is refused, and
all of them at once; two that say the same are both counted, and the report says so.
"""

import csv
import difflib
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from asmcarbon.errors import Problem, UnitError
from asmcarbon.measures import LARGEST, Basis, Containers, counted
from asmcarbon.messages import _
from asmcarbon.site.items import FLOWS, ITEMS
from asmcarbon.site.records import day_of
from asmcarbon.units import dimension_name, number_of, unit_of

LARGEST_FILE = 5_000_000
COLUMNS = ("date", "item", "amount", "unit", "note")
NEEDED = COLUMNS[:4]

# Lime, cyanide and all else that a site lists under materials.
_MATERIAL = re.compile(r"materials\.([a-z0-9_]{1,60})")

# Written with a comma by a spreadsheet that puts semicolons between cells, and not to be mistaken for thousands.
_DECIMAL_COMMA = re.compile(r"[+-]?(0,[0-9]+|[0-9]+,([0-9]{1,2}|[0-9]{4,}))")


class Receipt(Struct, frozen=True):
    """One line that can be counted.

    size   what the amount's unit is in the unit of the item's sum
    """

    line: int
    day: date
    item: str
    amount: float
    unit: str
    note: str
    size: "Size"


class Size(Struct, frozen=True):
    """What one of a unit is in the unit of an item's sum: its value and range, and what stands behind it."""

    value: float
    low: float
    high: float
    basis: Basis
    container: str


class Table(Struct, frozen=True):
    """A file of receipts: its lines that can be counted, and what is wrong with the others."""

    name: str
    sha256: str = ""
    receipts: list[Receipt] = field(default_factory=list[Receipt])
    problems: list[Problem] = field(default_factory=list[Problem])


class Window(Struct, frozen=True):
    """The days that a receipt may be of; `words` calls them by name."""

    first: date
    last: date
    words: str


def flow_of(item: str) -> tuple[tuple[str, ...], str] | None:
    """Return where in a site an item is summed up, and in which unit; None where it is no such item."""
    return (tuple(item.split(".")), "kg") if _MATERIAL.fullmatch(item) else FLOWS.get(item)


def read_receipts(path: Path, name: str, window: Window | None, containers: Containers) -> Table:
    """Return the receipts of a file.

    name     what the site calls it
    window   None where the year of the site is not known: its own problem, told elsewhere
    """
    content = _content_of(path)
    if isinstance(content, Problem):
        return Table(name, problems=[content])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        what = _("is not a text in UTF-8")
        return Table(name, problems=[Problem("", what, _("a table saved as CSV UTF-8"), file=str(path))])
    table = Table(name, hashlib.sha256(content).hexdigest())
    _read_lines(table, text, str(path), _Reading(window, containers, text))
    if not table.receipts and not table.problems:
        what = _("holds no receipts")
        table.problems.append(Problem("", what, _("lines below the header"), _EXAMPLE, file=str(path)))
    return table


_EXAMPLE = "2024-03-02,diesel.engines,2,drum"


def _content_of(path: Path) -> bytes | Problem:
    what, expected = _("is not a file"), _("a table of receipts beside the site file")
    try:
        if path.exists() and not path.is_file():
            return Problem("", what, expected, "receipts.csv", file=str(path))
        size = path.stat().st_size
        if size > LARGEST_FILE:
            what = _("has {size:.0f} MB").format(size=size / 1e6)
            return Problem("", what, _("a table of receipts of at most 5 MB"), file=str(path))
        return path.read_bytes()
    except OSError as error:
        what = _("cannot be read: {reason}").format(reason=error.strerror or error)
        return Problem("", what, expected, file=str(path))


def _read_lines(table: Table, text: str, file: str, reading: "_Reading") -> None:
    """Add the lines of a table to what was read, and what is wrong to its problems."""
    header: tuple[str, ...] = ()
    for line, cells in _rows(text):
        if isinstance(cells, csv.Error):
            what = _("is not a CSV table ({reason})").format(reason=cells)
            table.problems.append(Problem("", what, _("quotes in pairs, around whole cells"), "", line, file))
            return
        row = [cell.strip() for cell in cells]
        if not any(row):
            continue
        if header:
            reading.read(table, line, file, dict(zip(header, row, strict=False)), (len(row), len(header)))
            continue
        header = tuple(cell.lower() for cell in row)
        wrong = _wrong_header(header)
        if wrong:
            table.problems.append(Problem("", wrong, ",".join(COLUMNS), _EXAMPLE, line, file))
            return
    if not header:
        table.problems.append(Problem("", _("is empty"), ",".join(COLUMNS), _EXAMPLE, file=file))


def _delimiter_of(text: str) -> str:
    """Return what stands between cells: a comma, or what a spreadsheet of another country writes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _rows(text: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Yield the rows of a table, each with the line that it starts on; last what makes it no table, if anything."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter_of(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, error
            return


def _wrong_header(header: tuple[str, ...]) -> str:
    missing = [name for name in NEEDED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing:
        return _("has no column {columns}").format(columns=", ".join(missing))
    if unknown:
        return _("has a column '{column}'").format(column=unknown[0][:40])
    return _("has a column twice") if len(set(header)) < len(header) else ""


class _Reading:
    """What lines are read by: the days they may be of, the site's containers, how decimals are written."""

    def __init__(self, window: Window | None, containers: Containers, text: str) -> None:
        self.window, self.containers = window, containers
        self.may_have_commas = _delimiter_of(text) != ","
        self.sizes: dict[tuple[str, str], Size | Problem] = {}
        self.told_items = False

    def read(self, table: Table, line: int, file: str, row: Mapping[str, str], cells: tuple[int, int]) -> None:
        """Add the receipt of a row to a table, or everything that is wrong with it."""
        if not len(NEEDED) <= cells[0] <= cells[1] or any(name not in row for name in NEEDED):
            what, expected = _("has {n} cells"), _("{n}, a comma inside a cell in quotes")
            what, expected = what.format(n=cells[0]), expected.format(n=cells[1])
            table.problems.append(Problem("", what, expected, _EXAMPLE, line, file))
            return
        day, amount, size = self._day(row["date"]), self._amount(row["amount"]), self._size(row["item"], row["unit"])
        if isinstance(day, Problem) or isinstance(amount, Problem) or isinstance(size, Problem):
            wrong = [one for one in (day, size, amount) if isinstance(one, Problem)]
            table.problems.extend(replace(one, line=line, file=file) for one in wrong)
            return
        table.receipts.append(Receipt(line, day, row["item"], amount, row["unit"], row.get("note", ""), size))

    def _day(self, text: str) -> date | Problem:
        day = day_of(text)
        if day is None:
            return Problem(
                "date", _("'{given}' is not a date").format(given=text[:40]), _("year-month-day"), "2024-03-02"
            )
        if self.window is not None and not self.window.first <= day <= self.window.last:
            return Problem("date", _("{day} lies outside {words}").format(day=day, words=self.window.words))
        return day

    def _amount(self, text: str) -> float | Problem:
        if self.may_have_commas and _DECIMAL_COMMA.fullmatch(text):
            text = text.replace(",", ".")
        try:
            amount = number_of(text)
        except UnitError as error:
            one = error.problems[0]
            return Problem("amount", one.what, _("a plain number"), "36.5")
        if amount < 0:
            what = _("{amount:.15g} is negative").format(amount=amount)
            return Problem("amount", what, _("at least 0: take what was given back off the receipt it belongs to"))
        if amount > LARGEST:
            return Problem("amount", _("{amount:.15g} is beyond any site").format(amount=amount))
        return amount

    def _size(self, item: str, unit: str) -> Size | Problem:
        key = (item, unit)
        if key in self.sizes:
            return self.sizes[key]
        size = self._new_size(item, unit)
        # The items that there are, or how to define a container, are told once.
        self.sizes[key] = replace(size, expected="", example="") if isinstance(size, Problem) else size
        return size

    def _new_size(self, item: str, unit: str) -> Size | Problem:
        flow = flow_of(item)
        if flow is None:
            return self._no_item(item)
        expected = _("an amount of {dimension} without time").format(dimension=dimension_name(unit_of(flow[1])))
        if not unit:
            return Problem("unit", _("is missing"), expected, flow[1])
        try:
            one = counted(1.0, unit, self.containers)
        except UnitError as error:
            first = error.problems[0]
            return Problem("unit", first.what, first.expected, first.example)
        into = unit_of(flow[1])
        if one.quantity.dimensionality != into.dimensionality:
            what = _("'{unit}' is {dimension}").format(unit=unit, dimension=dimension_name(one.quantity.units))
            return Problem("unit", what, expected, flow[1])
        value = float(one.quantity.m_as(into))
        low, high = (value if limit is None else float(limit.m_as(into)) for limit in (one.low, one.high))
        return Size(value, low, high, one.basis, one.source.partition(", ")[2])

    def _no_item(self, item: str) -> Problem:
        shown = item[:40]
        if item in ITEMS:
            what = _("{item} is not summed up from receipts").format(item=shown)
            return Problem("item", what, _("it in the site file"))
        close = difflib.get_close_matches(item.casefold(), FLOWS, 1, 0.75)
        if close:
            what = _("'{item}' is not an item; did you mean '{close}'?").format(item=shown, close=close[0])
            return Problem("item", what)
        expected = _("one of {items}, materials.<item>").format(items=", ".join(FLOWS)) if not self.told_items else ""
        self.told_items = True
        return Problem("item", _("'{item}' is not an item").format(item=shown), expected)
