"""What a run tells over all its sites: totals and distributions by country, mineral, programme and year."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from msgspec import Struct

from asmcarbon.batch.columns import items
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.compare import benchmarks_of
from asmcarbon.footprint.intensity import TOTALS
from asmcarbon.site.processing import MINERALS
from asmcarbon.units import unit_of

GROUPINGS = ("all", "country", "minerals", "programme", "year")
_SUMS = (
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


def summary_of(rows: pl.LazyFrame, columns: list[str], tables: FactorTables) -> pl.DataFrame:
    """Return a row for each group of sites and each intensity, and the large-scale figures that it is set beside.

    Quartiles are those of Hyndman and Fan (1996), type 7: what spreadsheets and NumPy tell. `mean` is what all sites of
    the group that state the intensity emit, over all that they produce, or over all their jobs.
    """
    found = [pl.DataFrame(schema=_SCHEMA)]
    for grouping in GROUPINGS:
        key = pl.lit("all") if grouping == "all" else pl.col(grouping).cast(pl.String).fill_null("")
        keyed = rows.with_columns(key.alias("group"))
        sums = {name: pl.col(name) for name in _SUMS if name in columns}
        whole = keyed.group_by("group").agg(pl.len().cast(pl.Int64).alias("sites")).collect()
        whole = whole.join(_summed(keyed, sums), on="group", how="left")
        for measure in measures_in(columns):
            one = _distribution(keyed, measure)
            for benchmark in [None, *_benchmarks(measure, tables)]:
                told = one if benchmark is None else _beside(keyed, measure, benchmark)
                if not told.is_empty():
                    found.append(_told(grouping, whole, told, measure))
    return pl.concat(found, how="diagonal").sort("grouping", "group", "measure", "benchmark", nulls_last=False)


_FLOATS = ("mean", "lower quartile", "median", "upper quartile", "least", "most", "share below [%]", "benchmark value")
_SCHEMA: dict[str, Any] = {
    "grouping": pl.String, "group": pl.String, "sites": pl.Int64, **dict.fromkeys(_SUMS, pl.Float64),
    "measure": pl.String, "stating": pl.Int64, **dict.fromkeys(_FLOATS[:6], pl.Float64), "benchmark": pl.String,
    "benchmark value": pl.Float64, "compared": pl.Int64, "share below [%]": pl.Float64,
}  # fmt: skip


def _summed(keyed: pl.LazyFrame, values: dict[str, pl.Expr]) -> pl.DataFrame:
    """Return the sums of groups in one order of values: threads, which meet them in any, move no last digit."""
    frame = keyed.select("group", *(value.alias(name) for name, value in values.items())).collect()
    found: list[dict[str, Any]] = []
    for (group,), part in frame.group_by("group"):
        columns = {name: np.sort(part[name].drop_nulls().to_numpy()) for name in values}
        # Where no site of the group states it there is no sum, which is not a sum of nought.
        sums = {name: float(column.sum()) if len(column) else None for name, column in columns.items()}
        found.append({"group": group, **sums})
    return pl.DataFrame(found, schema={"group": pl.String, **dict.fromkeys(values, pl.Float64)})


def _distribution(keyed: pl.LazyFrame, measure: Measure) -> pl.DataFrame:
    value, over = pl.col(measure.column), pl.col(measure.over)
    stating = keyed.select("group", measure.column, measure.over).filter(value.is_not_null())
    # Of the unit of the intensity: the totals have that of their columns.
    means = _summed(stating, {"emitted": value * over, "over": over})
    spread = stating.group_by("group").agg(
        pl.len().cast(pl.Int64).alias("stating"),
        *(
            value.quantile(share, interpolation="linear").alias(name)
            for share, name in ((0.25, "lower quartile"), (0.5, "median"), (0.75, "upper quartile"))
        ),
        value.min().alias("least"),
        value.max().alias("most"),
    )
    ratio = (pl.col("emitted") / pl.col("over")).alias("mean")
    return spread.collect().join(means.select("group", ratio), on="group", how="left")


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


def _beside(keyed: pl.LazyFrame, measure: Measure, benchmark: tuple[str, str, float]) -> pl.DataFrame:
    """Return how many sites of one product alone lie below a large-scale figure of it."""
    product, row, value = benchmark
    its = keyed.select("group", "minerals", measure.column).filter(
        (pl.col("minerals") == product) & pl.col(measure.column).is_not_null()
    )
    below = (pl.col(measure.column) < value).sum()
    return its.group_by("group").agg(
        pl.len().cast(pl.Int64).alias("compared"),
        (100 * below / pl.len()).alias("share below [%]"),
    ).with_columns(pl.lit(row).alias("benchmark"), pl.lit(value).alias("benchmark value")).collect()  # fmt: skip


def _told(grouping: str, whole: pl.DataFrame, told: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    named = told.with_columns(pl.lit(grouping).alias("grouping"), pl.lit(measure.column).alias("measure"))
    return named.join(whole, on="group", how="left")
