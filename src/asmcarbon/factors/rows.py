"""One row of a factor table, frozen; the tables as a whole; and how a row is read from text."""

import csv
import io
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from asmcarbon.messages import _

if TYPE_CHECKING:
    import pint

COLUMNS = (
    "item", "region", "valid_from", "valid_to", "gas", "value", "unit", "gwp_set", "low", "high", "distribution",
    "boundary", "source_id", "locator", "checked", "checked_on", "redistributable", "note",
)  # fmt: skip
SOURCE_COLUMNS = ("source_id", "citation", "publisher", "year", "url", "licence", "retrieved")

# The table that a user's own rows are of.
OVERLAY = "overlay"

# `NaN` and infinity are read, so that `check` can name them; anything else that is not plain decimal text is not.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?|[+-]?(nan|inf(inity)?)", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_EXACT = 1e15  # below it a float that is whole is written as whole
_NEEDED = ("item", "region", "valid_from", "value")
_TEXTS = tuple(name for name in COLUMNS if name not in {"value", "low", "high", "valid_from", "valid_to"})


class Source(Struct, frozen=True):
    """One publication that figures come from: a row of `sources.csv`."""

    source_id: str
    citation: str
    publisher: str
    year: int | None
    url: str
    licence: str
    retrieved: str


class Factor(Struct, frozen=True, dict=True, cache_hash=True):
    """One number from outside: a row of one of the tables."""

    table: str
    line: int
    release: str
    item: str
    region: str
    valid_from: int
    valid_to: int | None
    gas: str
    value: float
    unit: str
    gwp_set: str
    low: float | None
    high: float | None
    distribution: str
    boundary: str
    source_id: str
    locator: str
    checked: str
    checked_on: str
    redistributable: str
    note: str

    @cached_property
    def factor_id(self) -> str:
        """The row's key as one text: item:region:valid_from:gas:boundary, `-` where a part is blank."""
        parts = (self.item, self.region, str(self.valid_from), self.gas, self.boundary)
        return ":".join(part or "-" for part in parts)

    @cached_property
    def quantity(self) -> "pint.Quantity[float]":
        """The value with its unit. The unit registry is loaded at the first use, not when tables are read."""
        from asmcarbon.units import quantity

        return quantity(self.value, self.unit)

    @property
    def is_own(self) -> bool:
        """Whether the row is the user's own, not one of asmcarbon's."""
        return self.table == OVERLAY

    def is_valid_in(self, year: int) -> bool:
        """Whether the row holds for a year: from `valid_from` to `valid_to`, or onwards where that is blank."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)


class FactorTables(Struct, frozen=True, eq=False, dict=True):
    """One release of the factor tables."""

    folder: Path
    release: str
    default_gwp_set: str
    factors: tuple[Factor, ...]
    sources: Mapping[str, Source]

    @cached_property
    def by_item(self) -> Mapping[str, tuple[Factor, ...]]:
        """The rows of each item, in the order of the tables."""
        rows: dict[str, list[Factor]] = {}
        for factor in self.factors:
            rows.setdefault(factor.item, []).append(factor)
        return MappingProxyType({item: tuple(found) for item, found in rows.items()})

    @cached_property
    def by_place(self) -> Mapping[tuple[str, str], tuple[Factor, ...]]:
        """The rows of each item and region, in the order of the tables."""
        rows: dict[tuple[str, str], list[Factor]] = {}
        for factor in self.factors:
            rows.setdefault((factor.item, factor.region), []).append(factor)
        return MappingProxyType({place: tuple(found) for place, found in rows.items()})

    @cached_property
    def benchmarks(self) -> tuple[Factor, ...]:
        """The rows that results are set beside."""
        return tuple(factor for factor in self.factors if factor.table == "benchmarks")

    @cached_property
    def by_id(self) -> Mapping[str, Factor]:
        """Each row by its `factor_id`."""
        return MappingProxyType({factor.factor_id: factor for factor in self.factors})

    @cached_property
    def inputs(self) -> dict[tuple[Factor, str], Any]:
        """Rows as inputs of equations, by row and part: kept as they are made, since no row changes."""
        return {}

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from plain parts, so that tables reach a worker process."""
        return tables_of, (self.folder, self.release, self.default_gwp_set, self.factors, dict(self.sources))


def tables_of(
    folder: Path, release: str, default_gwp_set: str, factors: tuple[Factor, ...], sources: dict[str, Source]
) -> FactorTables:
    """Return tables whose sources cannot be changed afterwards."""
    return FactorTables(folder, release, default_gwp_set, factors, MappingProxyType(sources))


def cells_of(name: str, content: bytes, problems: list[str]) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV text, the header among them, each with the line that it ends on."""
    try:
        # `newline=""`: the csv module sees the text as it stands, so that a bare return inside a cell is not a new row
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        return [(reader.line_num, cells) for cells in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        problems.append(_("{name}  cannot be read ({error})").format(name=name, error=error))
        return []


def row_cells(factor: Factor) -> dict[str, str | int | float]:
    """Return a row as its cells stand in a table: what `factor_of` reads."""
    cells = {name: "" if getattr(factor, name) is None else getattr(factor, name) for name in COLUMNS}
    return {
        name: int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT else cell
        for name, cell in cells.items()
    }


def factor_of(
    table: str, where: str, line: int, release: str, row: Mapping[str, str], problems: list[str]
) -> Factor | None:
    """Return the row that the cells state, or None with a sentence in `problems` for each thing that is not text of it.

    where   what the sentences begin with: file and line
    """
    before = len(problems)
    value, low, high = (_number(row[name], where, name, problems) for name in ("value", "low", "high"))
    valid_from, valid_to = (year_of(row[name], where, name, problems) for name in ("valid_from", "valid_to"))
    missing = [name for name in _NEEDED if not row[name]]
    problems.extend(_("{where}  has no {name}").format(where=where, name=name) for name in missing)
    if len(problems) > before or value is None or valid_from is None:
        return None
    texts = {name: row[name] for name in _TEXTS}
    return Factor(
        table=table, line=line, release=release, value=value, low=low, high=high, valid_from=valid_from,
        valid_to=valid_to, **texts,
    )  # fmt: skip


def _number(text: str, where: str, name: str, problems: list[str]) -> float | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        problems.append(
            _("{where}  {name} is '{text}'; expected a number with a point for decimals, for example 0.84").format(
                where=where, name=name, text=text
            )
        )
        return None
    return float(text)


def year_of(text: str, where: str, name: str, problems: list[str]) -> int | None:
    """Return the year that a text states, None where it is blank or not a year."""
    if not text:
        return None
    if not _YEAR.fullmatch(text):
        problems.append(
            _("{where}  {name} is '{text}'; expected a year, for example 2024").format(
                where=where, name=name, text=text
            )
        )
        return None
    return int(text)
