"""Sites whose figures look wrong, for an auditor: what does not go together, and what lies far from its like."""

from typing import Any

import polars as pl

from asmcarbon.batch.summary import measures_in

# Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, as others quote it: modified z-scores, 0.6745 times
# the distance from the median over the median distance, of more than 3.5 in size are labelled potential outliers.
FARTHEST = 3.5
_SCALE = 0.6745
# A median of fewer sites tells little.
LEAST_ALIKE = 10


def suspects_of(rows: pl.LazyFrame, columns: list[str], most: int = 1000) -> tuple[pl.DataFrame, int]:
    """Return the sites that look wrong, worst of each reason first, and how many there are in all.

    An intensity is far from its like where its logarithm has a modified z-score of more than 3.5 among the sites of the
    same minerals: 0.6745 (x - median) / MAD.

    most   how many are listed for each reason
    """
    asked = [_far(rows, measure.column) for measure in measures_in(columns) if measure.column.startswith("scopes_1_2 ")]
    asked += [_unlike(rows, reason, test) for reason, test in _tests(columns).items()]
    numbers = pl.collect_all([one.select(pl.len()) for one in asked])
    # Of each reason no more than are told is read by name.
    found = [one.sort(_ORDER, descending=_DOWN, nulls_last=False).head(most).collect() for one in asked]
    every = pl.concat([one for one in found if not one.is_empty()] or [pl.DataFrame(schema=_SCHEMA)])
    return every, sum(one.item() for one in numbers)


_SCHEMA: dict[str, Any] = {
    "site": pl.String, "country": pl.String, "year": pl.Int64, "minerals": pl.String, "reason": pl.String,
    **dict.fromkeys(("value", "median", "score"), pl.Float64),
}  # fmt: skip
# The farthest first.
_ORDER, _DOWN = ("score", "site", "year"), (True, False, False)


def _tests(columns: list[str]) -> dict[str, pl.Expr]:
    """Return what a site cannot be, by the reason that is told."""
    energy = pl.col("scopes_1_2 [tCO2e/year]")
    metals = pl.col("minerals").is_not_null()
    ore = pl.col("ore [t/year]").fill_null(0.0) > 0 if "ore [t/year]" in columns else pl.lit(value=False)
    jobs = pl.col("jobs").fill_null(0.0) > 0
    tests = {
        "fuel or electricity, but neither ore, metal nor jobs": (energy > 0) & ~metals & ~ore & ~jobs,
        "metal or ore without any fuel or electricity": (energy == 0) & (metals | ore),
    }
    if "ore [t/year]" in columns:
        tests["metal without ore"] = metals & ~ore
    return tests


def _unlike(rows: pl.LazyFrame, reason: str, test: pl.Expr) -> pl.LazyFrame:
    blank = (pl.lit(None, dtype=pl.Float64).alias(name) for name in ("value", "median", "score"))
    return rows.filter(test).select("site", "country", "year", "minerals", pl.lit(reason).alias("reason"), *blank)


def _far(rows: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """Return the sites far from their like; only these are read with their names."""
    value = pl.col(column)
    logged = rows.filter(value > 0).select(pl.col("minerals").fill_null(""), value.log10().alias("log")).collect()
    like = logged.group_by("minerals").agg(pl.col("log").median().alias("middle"), pl.len().alias("alike"))
    off = (pl.col("log") - pl.col("middle")).abs()
    spread = logged.join(like, on="minerals").group_by("minerals").agg(off.median().alias("spread"))
    known = like.filter(pl.col("alike") >= LEAST_ALIKE).join(spread.filter(pl.col("spread") > 0), on="minerals")
    if known.is_empty():
        return pl.LazyFrame(schema=_SCHEMA)
    of_its = {
        name: pl.col("minerals").fill_null("").replace_strict(known["minerals"], known[name], default=None)
        for name in ("middle", "spread")
    }
    score = (_SCALE * (value.log10() - of_its["middle"]) / of_its["spread"]).abs()
    return rows.filter((value > 0) & (score > FARTHEST)).select(
        "site", "country", "year", "minerals",
        pl.lit(f"{column} is far from its like").alias("reason"),
        value.alias("value"), (10.0 ** of_its["middle"]).alias("median"), score.alias("score"),
    )  # fmt: skip
