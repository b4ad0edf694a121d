"""Aggregates that tell of no single site: each group that is shown is large enough, and what groups leave over too."""

import polars as pl

from asmcarbon.batch.summary import GROUPINGS, summary_of
from asmcarbon.factors.tables import FactorTables

OTHER = "other"
# One in each quarter says where each of them is: so many times the least group, before quartiles are told.
_QUARTERS = 4
_QUARTILES = ("lower quartile", "median", "upper quartile")


def merged(sizes: dict[str, int], least: int) -> dict[str, str]:
    """Return the group that each group is told in: itself, or `other` with all that are too small.

    What the shown groups leave over of the whole is `other`: it holds as many sites as a group has to, or is empty. So
    the next smallest group joins it where it would be too small.

    >>> merged({"a": 50, "b": 12, "c": 3, "d": 4}, 10)
    {'a': 'a', 'b': 'other', 'c': 'other', 'd': 'other'}
    """
    ordered = sorted(sizes, key=lambda name: (sizes[name], name))
    together: list[str] = []
    for name in ordered:
        if sizes[name] >= least and (not together or sum(sizes[one] for one in together) >= least):
            break
        together.append(name)
    return {name: OTHER if name in together else name for name in sizes}


def anonymous_of(rows: pl.LazyFrame, columns: list[str], tables: FactorTables, least: int) -> pl.DataFrame:
    """Return the summary of a run with groups of at least so many sites; nothing where all together have fewer.

    Least and most are single sites and are left out; so are quartiles of fewer than four times as many sites. The
    minerals, countries, programmes and years are told one by one, never crossed.
    """
    told = rows
    for grouping in GROUPINGS[1:]:
        key = pl.col(grouping).cast(pl.String).fill_null("")
        sizes = dict(rows.group_by(key.alias("group")).len().collect().iter_rows())
        names = merged(sizes, least)
        told = told.with_columns(key.replace_strict(list(names), list(names.values()), return_dtype=pl.String))
    summary = summary_of(told, columns, tables).drop("least", "most")
    enough = (pl.col("sites") >= least) & (pl.coalesce("stating", "compared") >= least)
    few = pl.coalesce("stating", "compared") < _QUARTERS * least
    hidden = [pl.when(few).then(None).otherwise(pl.col(name)).alias(name) for name in _QUARTILES]
    return summary.filter(enough).with_columns(*hidden)
