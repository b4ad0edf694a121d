"""What a run tells over all its sites: totals and distributions by country, mineral, programme and year."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl
from msgspec import Struct

from asmcarbon.batch.columns import items
from asmcarbon.batch.kernel import Codes, Column
from asmcarbon.batch.stated import Mask
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.compare import benchmarks_of
from asmcarbon.footprint.intensity import TOTALS
from asmcarbon.site.processing import MINERALS
from asmcarbon.units import unit_of

GROUPINGS = ("all", "country", "minerals", "programme", "year")
SUMS = (
    "scopes_1_2 [tCO2e/year]", "scopes_1_2_3 [tCO2e/year]", "land_use_change [tCO2e/year]",
    "removals [tCO2e/year]", "jobs",
)  # fmt: skip


class Measure(Struct, frozen=True):
    """An intensity that a run tells.

    column   of the results
    total, over  columns of what is divided, and by what
    """

    column: str
    total: str
    over: str


def measures_in(columns: list[str]) -> list[Measure]:
    """Return the intensities among the columns of results; a troy ounce tells nothing that a kilogram does not."""
    found: list[Measure] = []
    for column in columns:
        name = column.partition(" [")[0]
        total, _per, over = name.partition(" per ")
        if not over or "troy oz" in over or total not in (*TOTALS, "land_use_change"):
            continue
        amount = "jobs" if over == "job" else f"{over} [{items()[over].measure.unit}]"
        found.append(Measure(column, f"{total} [tCO2e/year]", amount))
    return found


class _Grouping(Struct, frozen=True):
    """The groups of a grouping, in the order of their names, and which rows are of each.

    Rows are put in order a block at a time: what is worked on stays in the cache of a core.

    orders   of the rows of each block: those of each group beside each other
    bounds   where the rows of each group begin in it, and where the last ends
    """

    name: str
    groups: tuple[str, ...]
    orders: list[Any]
    bounds: list[Codes]

    def among(self, rows: Mask) -> "_Grouping":
        """Return the same groups of some of the rows."""
        orders: list[Any] = []
        bounds: list[Codes] = []
        for block, order, its in zip(_blocks(rows), self.orders, self.bounds, strict=True):
            there = block[order]
            orders.append(order[there])
            bounds.append(np.concatenate(([0], np.cumsum(there)))[its])
        return _Grouping(self.name, self.groups, orders, bounds)

    def of(self, column: Any) -> Iterator[Any]:
        """Yield a column for each group."""
        ordered = [block[order] for block, order in zip(_blocks(column), self.orders, strict=True)]
        ends = [its.tolist() for its in self.bounds]
        for group in range(len(self.groups)):
            yield np.concatenate([one[at[group] : at[group + 1]] for one, at in zip(ordered, ends, strict=True)])

    def sizes(self) -> list[int]:
        """Return how many rows each group has."""
        return [sum(int(at[group + 1] - at[group]) for at in self.bounds) for group in range(len(self.groups))]


_BLOCK = 1 << 16


def _blocks(column: Any) -> Iterator[Any]:
    for start in range(0, len(column), _BLOCK):
        yield column[start : start + _BLOCK]


def summary_of(rows: pl.LazyFrame, columns: list[str], tables: FactorTables) -> pl.DataFrame:
    """Return a row for each group of sites and each intensity, and the large-scale figures that it is set beside.

    Quartiles are those of Hyndman and Fan (1996), type 7: what spreadsheets and NumPy tell. `mean` is what all sites of
    the group that state the intensity emit, over all that they produce, or over all their jobs.
    """
    groupings = [_grouping(rows, name) for name in GROUPINGS]
    whole = [_sums(rows, grouping, [name for name in SUMS if name in columns]) for grouping in groupings]
    found: list[dict[str, Any]] = []
    for measure in measures_in(columns):
        value, over = _column(rows, measure.column), _column(rows, measure.over)
        benchmarks = [(row, figure, _made_of(rows, product)) for product, row, figure in _benchmarks(measure, tables)]
        for grouping, sums in zip(groupings, whole, strict=True):
            its = grouping.among(~np.isnan(value))
            values = list(its.of(value))
            for group, column, amounts in zip(sums, values, its.of(over), strict=True):
                if len(column):
                    found.append(group | {"measure": measure.column} | _distribution(column, amounts))
            for row, figure, is_alone in benchmarks:
                for group, column, alone in zip(sums, values, its.of(is_alone), strict=True):
                    compared = column[alone]
                    if len(compared):
                        its_share = 100.0 * float((compared < figure).sum()) / len(compared)
                        told = {"benchmark": row, "benchmark value": figure, "compared": len(compared)}
                        found.append(group | {"measure": measure.column} | told | {"share below [%]": its_share})
    every = pl.DataFrame(found, schema=_SCHEMA)
    return every.sort("grouping", "group", "measure", "benchmark", nulls_last=False)


_FLOATS = ("mean", "lower quartile", "median", "upper quartile", "least", "most")
_SCHEMA: dict[str, Any] = {
    "grouping": pl.String, "group": pl.String, "sites": pl.Int64, **dict.fromkeys(SUMS, pl.Float64),
    "measure": pl.String, "stating": pl.Int64, **dict.fromkeys(_FLOATS, pl.Float64), "benchmark": pl.String,
    "benchmark value": pl.Float64, "compared": pl.Int64, "share below [%]": pl.Float64,
}  # fmt: skip


def _grouping(rows: pl.LazyFrame, name: str) -> _Grouping:
    key = pl.lit("all") if name == "all" else pl.col(name).cast(pl.String).fill_null("")
    keys = rows.select(key.alias("group"), "year").collect()["group"]
    groups = tuple(sorted(keys.unique().to_list()))
    codes: Any = keys.cast(pl.Enum(groups)).to_physical().to_numpy()
    orders = [np.argsort(block, kind="stable") for block in _blocks(codes)]
    starts = np.arange(len(groups) + 1)
    bounds = [np.searchsorted(block[order], starts) for block, order in zip(_blocks(codes), orders, strict=True)]
    return _Grouping(name, groups, [order.astype(np.uint16) for order in orders], bounds)


def _column(rows: pl.LazyFrame, name: str) -> Column:
    """Return a column of numbers; NaN where a site does not state it."""
    return rows.select(pl.col(name).cast(pl.Float64).fill_null(np.nan)).collect().to_series().to_numpy()


def _made_of(rows: pl.LazyFrame, product: str) -> Mask:
    """Return which sites have a product, and no other."""
    return rows.select((pl.col("minerals") == product).fill_null(value=False)).collect().to_series().to_numpy()


def _sums(rows: pl.LazyFrame, grouping: _Grouping, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return what each group is, and its sums: none where no site of it states any, which is not a sum of nought."""
    found: list[dict[str, Any]] = [
        {"grouping": grouping.name, "group": group, "sites": size}
        for group, size in zip(grouping.groups, grouping.sizes(), strict=True)
    ]
    for name in names:
        for group, its in zip(found, grouping.of(_column(rows, name)), strict=True):
            stated = its[~np.isnan(its)]
            group[name] = float(stated.sum()) if len(stated) else None
    return found


def _distribution(stated: Column, over: Column) -> dict[str, Any]:
    """Return how an intensity is spread over sites that state it, and what it is of all of them together."""
    # Of the unit of the intensity: the totals have that of their columns.
    mean = float((stated * over).sum()) / float(over.sum())
    ordered = np.sort(stated)
    quartiles = np.quantile(ordered, (0.25, 0.5, 0.75)).tolist()
    ends = float(ordered[0]), float(ordered[-1])
    return {"stating": len(ordered), **dict(zip(_FLOATS, (mean, *quartiles, *ends), strict=True))}


def _benchmarks(measure: Measure, tables: FactorTables) -> Iterator[tuple[str, str, float]]:
    """Yield the product, the row and the value, in the unit of an intensity, that it is set beside."""
    name, _bracket, unit = measure.column.rstrip("]").partition(" [")
    total, _per, over = name.partition(" per ")
    if total != "scopes_1_2":
        return
    for product in MINERALS:
        for per, row in benchmarks_of(product, tables):
            if per == over and row.quantity.is_compatible_with(unit_of(unit)):
                yield product, row.factor_id, float(row.quantity.m_as(unit_of(unit)))
