"""What differs between two releases of the factor tables: row by row, cell by cell, with the change in percent."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from asmcarbon.errors import UnitError
from asmcarbon.factors.rows import COLUMNS, SOURCE_COLUMNS, Factor, FactorTables, Source

Change = Literal["added", "removed", "changed"]
Cell = str | float | int | None

# The columns of a row: its key, its numbers, which carry its unit, and what is said of them.
KEY = ("item", "region", "valid_from", "gas", "boundary")
NUMBERS = ("value", "low", "high")
_WORDS = (*(name for name in COLUMNS if name not in NUMBERS), "table")

# What makes a row that left and one that came the same figure under another key, the first that fits: another boundary,
# another year, or the same place in the same source.
_SAME: tuple[Callable[[Factor], Hashable], ...] = (
    lambda row: (row.item, row.region, row.valid_from, row.gas),
    lambda row: (row.item, row.region, row.gas, row.boundary),
    lambda row: (row.item, row.source_id, row.locator),
)

# Two figures are the same where only the rounding of a conversion between units tells them apart.
_ROUNDING = 1e-12


class CellChange(Struct, frozen=True):
    """One cell that differs; of a number the change in percent, None from nothing, from 0 or to another dimension."""

    column: str
    old: Cell
    new: Cell
    percent: float | None = None


class RowChange(Struct, frozen=True):
    """One row that was added, removed or changed; its key may be among what changed.

    beside     of a row that is in one release only: the row of the same item, region, gas and boundary in the other
               that stands nearest before it, or else first after it; None where there is none
    percent    the change of the value from the old row, or the one beside, to the new; None where it has none
    """

    change: Change
    old: Factor | None
    new: Factor | None
    cells: tuple[CellChange, ...] = ()
    beside: Factor | None = None
    percent: float | None = None

    @property
    def row(self) -> Factor:
        """The row as it stands now, or stood before it was removed."""
        row = self.new or self.old
        assert row is not None
        return row

    @property
    def is_of_value(self) -> bool:
        """Whether the value is another, and not only what is said of it."""
        return any(cell.column == "value" for cell in self.cells)


class SourceChange(Struct, frozen=True):
    """One publication that was added, removed or changed."""

    change: Change
    source_id: str
    cells: tuple[CellChange, ...] = ()


class TablesDiff(Struct, frozen=True):
    """What differs between two releases; rows by item, region and year, sources by their ids."""

    old: FactorTables
    new: FactorTables
    rows: tuple[RowChange, ...]
    sources: tuple[SourceChange, ...]

    def number(self, change: Change) -> int:
        """Return how many rows were added, removed or changed."""
        return sum(row.change == change for row in self.rows)

    @property
    def unchanged(self) -> int:
        """How many rows are the same in both."""
        return len(self.new.by_id) - self.number("added") - self.number("changed")


def diff_of(old: FactorTables, new: FactorTables) -> TablesDiff:
    """Return what differs between two releases of the tables.

    Numbers are compared with their units: 0.84 kg/L and 840 kg/m3 are one value in two units.
    """
    pairs = [(row, new.by_id[key]) for key, row in old.by_id.items() if key in new.by_id]
    gone = [row for key, row in old.by_id.items() if key not in new.by_id]
    came = [row for key, row in new.by_id.items() if key not in old.by_id]
    for same in _SAME:
        found = list(_paired(gone, came, same))
        pairs += found
        ids = {row.factor_id for pair in found for row in pair}
        gone, came = ([row for row in rows if row.factor_id not in ids] for rows in (gone, came))
    rows = [found for one, other in pairs if (found := _changed(one, other)) is not None]
    rows += [_alone("removed", row, new) for row in gone] + [_alone("added", row, old) for row in came]
    return TablesDiff(old, new, tuple(sorted(rows, key=_order)), tuple(_sources(old.sources, new.sources)))


def _paired(
    gone: Sequence[Factor], came: Sequence[Factor], same: Callable[[Factor], Hashable]
) -> Iterator[tuple[Factor, Factor]]:
    """Yield the rows that are the same figure, where there is one of each and no guess to make."""
    found: dict[Hashable, tuple[list[Factor], list[Factor]]] = {}
    for side, rows in enumerate((gone, came)):
        for row in rows:
            found.setdefault(same(row), ([], []))[side].append(row)
    for left, right in found.values():
        if len(left) == len(right) == 1:
            yield left[0], right[0]


def _order(one: RowChange) -> tuple[str, str, int, str, str]:
    return one.row.item, one.row.region, one.row.valid_from, one.row.gas, one.row.boundary


def _changed(old: Factor, new: Factor) -> RowChange | None:
    numbers = [_number(name, old, new) for name in NUMBERS]
    words = [CellChange(name, getattr(old, name), getattr(new, name)) for name in _WORDS]
    cells = [one for one in numbers if one is not None] + [one for one in words if one.old != one.new]
    if not cells:
        return None
    return RowChange("changed", old, new, tuple(cells), percent=percent_between(old, new))


def _number(name: str, old: Factor, new: Factor) -> CellChange | None:
    before, after = getattr(old, name), getattr(new, name)
    if before is None or after is None:
        return None if before is after else CellChange(name, before, after)
    scale = _scale(old.unit, new.unit)
    if scale is None:
        return CellChange(name, before, after)
    is_same = before == after if old.unit == new.unit else abs(after * scale - before) <= _ROUNDING * abs(before)
    return None if is_same else CellChange(name, before, after, _percent(before, after * scale))


def percent_between(old: Factor, new: Factor) -> float | None:
    """Return the change of the value between two rows in percent, whatever their units; None from 0 or across kinds."""
    if old.unit == new.unit and old.value == new.value:
        return 0.0
    cell = _number("value", old, new)
    return 0.0 if cell is None else cell.percent


def _scale(old: str, new: str) -> float | None:
    """Return what a number in the new unit is multiplied by to be in the old one; None where they measure other things.

    A unit that is not known measures nothing else.
    """
    if old == new:
        return 1.0
    from asmcarbon.units import quantity, unit_of  # only where a unit changed: the registry takes its time

    try:
        before, after = unit_of(old), quantity(1.0, new)
    except UnitError:
        return None
    return float(after.m_as(before)) if after.dimensionality == before.dimensionality else None


def _percent(before: float, after: float) -> float | None:
    return 100 * (after - before) / abs(before) if before else None


def _alone(change: Change, row: Factor, others: FactorTables) -> RowChange:
    """Return a row that only one release has, beside the row of its series in the other."""
    place = others.by_place.get((row.item, row.region), ())
    series = [one for one in place if (one.gas, one.boundary) == (row.gas, row.boundary)]
    before = [one for one in series if one.valid_from < row.valid_from]
    beside = max(before, key=_year, default=None) or min(series, key=_year, default=None)
    pair = (beside, row) if change == "added" else (row, beside)
    percent = None if pair[0] is None or pair[1] is None else percent_between(pair[0], pair[1])
    return RowChange(
        change, row if change == "removed" else None, row if change == "added" else None, beside=beside, percent=percent
    )


def _year(row: Factor) -> int:
    return row.valid_from


def _sources(old: Mapping[str, Source], new: Mapping[str, Source]) -> Iterator[SourceChange]:
    for source_id in sorted({*old, *new}):
        before, after = old.get(source_id), new.get(source_id)
        if before is None or after is None:
            yield SourceChange("added" if before is None else "removed", source_id)
            continue
        cells = [CellChange(name, getattr(before, name), getattr(after, name)) for name in SOURCE_COLUMNS]
        found = tuple(one for one in cells if one.old != one.new)
        if found:
            yield SourceChange("changed", source_id, found)
