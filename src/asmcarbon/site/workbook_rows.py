"""Rows of a workbook, a key and a figure each, to the plain values that a YAML file would give.

Nothing here knows of files: it takes cells and gives a nested dictionary, which is read as any other site is.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from string import ascii_uppercase
from typing import Any

from msgspec import Struct, field

from asmcarbon.errors import Problem
from asmcarbon.messages import _
from asmcarbon.site.fields import place_at

DEEPEST = 20
LONGEST_KEY = 200

_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d+)(?![\d.,])")
_NUMBER = re.compile(r"[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][-+]?\d{1,3})?")
# What spreadsheets and web pages put between a number and its unit.
_SPACES = str.maketrans("\u00a0\u202f\t\n", "    ")
_SHARE = re.compile(r"\d+(\.\d+)? ?%")
_SPAN = re.compile(r"([-+\d.eE]+) ?(?:\.\.|–) ?([-+\d.eE]+)")


class Cell(Struct, frozen=True):
    """What stands in a cell.

    value         as the workbook keeps it; None where it is empty
    name          of the cell: C14
    is_percent    10 % is kept as 0.1
    is_unknown    a formula whose value the workbook does not have
    """

    value: Any = None
    name: str = ""
    is_percent: bool = False
    is_unknown: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.is_unknown and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))


EMPTY = Cell()


class SheetRow(Struct, frozen=True):
    """One row: its number and its cells by what stands above them: key, value, unit, range, basis, source."""

    number: int
    cells: dict[str, Cell]

    def cell(self, name: str) -> Cell:
        """Return the cell of a column."""
        return self.cells.get(name, EMPTY)


class Filled(Struct):
    """What the rows of a sheet say.

    content    keys and values, as a YAML file gives them
    lines      the row of each path
    texts      of each row: what was read, as errors quote it, with the name of its cell; first the value's
    problems   what is wrong with the form of the rows
    """

    content: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[Any, ...], int] = field(default_factory=dict)
    texts: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def cell_of(self, problem: Problem) -> str:
        """Return the cell that a problem with a row is about: the one whose text it quotes, else the value's."""
        texts = self.texts.get(problem.line or 0, [])
        quoted = [name for text, name in texts[1:] if text and f"'{text}'" in problem.what]
        return (quoted or [name for _text, name in texts] or [""])[0]


class _Leaf(Struct, frozen=True):
    row: int
    value: Any


def filled(rows: Sequence[SheetRow], sheet: str, name: str) -> Filled:
    """Return what the rows of a sheet say.

    sheet   what errors call the sheet
    name    what they call the file
    """
    return _Filling(sheet, name).of(rows)


class _Filling:
    """The rows that were read so far, as a tree."""

    def __init__(self, sheet: str, name: str) -> None:
        self.sheet, self.name = sheet, name
        self.found = Filled()
        self.tree: dict[str, Any] = {}
        self.first: dict[tuple[str, ...], str] = {}
        self.rows: dict[tuple[str, ...], int] = {}
        self.numbers: dict[tuple[str, ...], int] = {}

    def of(self, rows: Sequence[SheetRow]) -> Filled:
        """Return what all rows say."""
        for row in rows:
            self._add(row)
        self.found.content = self._plain(self.tree, ())
        for path, row in self.rows.items():
            self.found.lines.setdefault(self._renumbered(path), row)
        return self.found

    def _add(self, row: SheetRow) -> None:
        stated = [name for name in ("value", "range", "basis", "source") if not row.cell(name).is_empty]
        key = _text(row.cell("key")).strip()
        value = row.cell("value")
        if not key:
            if not value.is_empty:
                self._refuse("", value, _("has a value and no key"), _("the key beside it, or an empty cell"))
            return
        path = tuple(part.strip() for part in key.split("."))
        if len(key) > LONGEST_KEY or len(path) > DEEPEST or not all(path):
            self._refuse(
                key[:60], row.cell("key"), _("is not a key"), _("names joined by points"), "energy.diesel.price"
            )
            return
        self.rows.setdefault(path, row.number)
        self.found.texts[row.number] = [("", value.name or row.cell("key").name)]
        if not stated:
            return
        if path in self.first:
            what = _("is given twice; first in {first}").format(first=self.first[path])
            self._refuse(key, value, what)
            return
        self.first[path] = f"{self.sheet}!{value.name}"
        if any(self._refused(key, cell) for cell in row.cells.values()):
            self._put(path, _Leaf(row.number, None), key, value, is_kept=False)
            return
        if value.is_empty:
            other = row.cell(stated[0])
            self._refuse(key, other, _("has a {column} and no value").format(column=stated[0]), _("both, or neither"))
            return
        self._put(path, _Leaf(row.number, self._value(path, key, row)), key, value)

    def _refused(self, key: str, cell: Cell) -> bool:
        """Whether a cell cannot be read at all; says so."""
        if cell.is_unknown:
            what, expected = _("is a formula whose value is not kept in the file"), _("the value itself")
            self._refuse(key, cell, what, expected, _("open the file, let it calculate, and save it"))
        elif isinstance(cell.value, str) and re.fullmatch(r"#[A-Z0-9/]+[!?]?", cell.value):
            what = _("holds an error of the spreadsheet, {error}").format(error=cell.value)
            self._refuse(key, cell, what, _("a value"))
        elif isinstance(cell.value, time | timedelta):
            self._refuse(
                key, cell, _("holds a time of day"), _("text, for example behind an apostrophe"), "'07:00-18:00"
            )
        else:
            return False
        return True

    def _put(self, path: tuple[str, ...], leaf: _Leaf, key: str, cell: Cell, *, is_kept: bool = True) -> None:
        part: Any = self.tree
        for n, name in enumerate(path[:-1]):
            part = part.setdefault(name, {})
            if isinstance(part, _Leaf):
                what = _("stands below {above}, which has a value").format(above=".".join(path[: n + 1]))
                self._refuse(key, cell, what, _("one of the two"))
                return
        if isinstance(part.get(path[-1]), dict):
            self._refuse(key, cell, _("has a value and keys below it"), _("one of the two"))
        elif is_kept:
            part[path[-1]] = leaf

    def _value(self, path: tuple[str, ...], key: str, row: SheetRow) -> Any:
        place, value = place_at(path), row.cell("value")
        if place is not None and place.kind == "measure":
            return self._figure(key, row)
        for name in ("unit", "range", "basis"):
            if place is not None and place.kind != "group" and not row.cell(name).is_empty:
                what = _("takes no {column}").format(column=name)
                self._refuse(key, row.cell(name), what, _("an empty cell"))
        self.found.texts[row.number] = [(_text(value), value.name)]
        if place is None or place.kind == "group":
            return _scalar(value)
        if place.kind == "text":
            return _text(value).strip()
        if place.kind == "list":
            text = _text(value)
            return [_scalar(Cell(one.strip())) for one in text.split(";" if ";" in text else ",") if one.strip()]
        return _scalar(value)

    def _figure(self, key: str, row: SheetRow) -> Any:
        """Return a figure as YAML writes it: its text, or a mapping with what stands behind it."""
        amount = self._amount(key, row)
        low_high, source = _range(row.cell("range"), amount), _text(row.cell("source")).strip()
        basis = _text(row.cell("basis")).strip().lower()
        named = {"value": amount, "range": low_high, "basis": basis, "source": source}
        unit = _text(row.cell("unit")).strip()
        self.found.texts[row.number] = [
            (amount, row.cell("value").name),
            *((named[name], row.cell(name).name) for name in ("range", "basis", "source")),
            (unit, row.cell("unit").name),
        ]
        more = {name: text for name, text in named.items() if text}
        return amount if len(more) == 1 else more

    def _amount(self, key: str, row: SheetRow) -> str:
        cell, unit = row.cell("value"), _text(row.cell("unit")).strip()
        if isinstance(cell.value, date):
            what = _("holds a date, {date}").format(date=_text(cell))
            self._refuse(key, cell, what, _("a number, or a number and a unit as text"), "1200")
            return ""
        text, own = _pointed(_text(cell).strip()), ""
        if cell.is_percent and isinstance(cell.value, int | float):
            text, own = _number(float(Decimal(repr(cell.value)) * 100)), "%"
        elif not _NUMBER.fullmatch(text):
            own = text.partition(" ")[2].strip()
        if own and unit and own != unit:
            what = _("has the unit '{own}' beside '{unit}' in {cell}")
            what = what.format(own=own, unit=unit, cell=row.cell("unit").name)
            self._refuse(key, cell, what, _("one of the two"))
            return text if own in text else f"{text} {own}"
        return f"{text} {unit or own}".strip() if _NUMBER.fullmatch(text) else text

    def _refuse(self, where: str, cell: Cell, what: str, expected: str = "", example: str = "") -> None:
        row = int(cell.name.lstrip(ascii_uppercase))
        told = Problem(where, what, expected, example, row, self.name, f"{self.sheet}!{cell.name}")
        self.found.problems.append(told)

    def _plain(self, part: Any, path: tuple[str, ...]) -> Any:
        """Return a tree as plain values; keys that are all numbers are those of a list, in their order."""
        if isinstance(part, _Leaf):
            return part.value
        if part and all(name.isdecimal() for name in part):
            names = sorted(part, key=int)
            self.numbers |= {(*path, name): n for n, name in enumerate(names)}
            return [self._plain(part[name], (*path, name)) for name in names]
        return {name: self._plain(one, (*path, name)) for name, one in part.items()}

    def _renumbered(self, path: tuple[str, ...]) -> tuple[Any, ...]:
        """Return a path with the numbers that the items of lists have once empty ones are left out."""
        return tuple(self.numbers.get(path[: n + 1], part) for n, part in enumerate(path))


def _text(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).translate(_SPACES)


def _number(value: float) -> str:
    """Return a number as it may be written: whole ones without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else repr(value)


def _pointed(text: str) -> str:
    """Return a text with decimal points for decimal commas; 1,200 stays, for it may be a thousand and more.

    >>> _pointed("0,84 kg/L"), _pointed("1,200 L"), _pointed("0,125")
    ('0.84 kg/L', '1,200 L', '0.125')
    """
    return _COMMA.sub(lambda one: f"{one[1]}.{one[2]}" if len(one[2]) != 3 or one[1] == "0" else one[0], text)


def _range(cell: Cell, amount: str) -> str:
    """Return a range as YAML writes it: a bare share is to both sides, bare limits are in the unit of the amount."""
    if cell.is_percent and isinstance(cell.value, int | float):
        return f"± {_number(float(Decimal(repr(cell.value)) * 100))} %"
    text = _pointed(_text(cell).strip())
    if _SHARE.fullmatch(text):
        return f"± {text}"
    span = _SPAN.fullmatch(text)
    return text if span is None else f"{span[1]}..{span[2]} {amount.partition(' ')[2]}".strip()


def _scalar(cell: Cell) -> Any:
    """Return what YAML would read: true, false and plain numbers as such, all else as text."""
    value = cell.value
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, int | float):
        return value
    text = _text(cell).strip()
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    pointed = _pointed(text)
    if _NUMBER.fullmatch(pointed):
        return int(pointed) if pointed.lstrip("+-").isdigit() else float(pointed)
    return text
