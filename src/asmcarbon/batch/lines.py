"""The result lines of many sites: each gas of each thing that a site did, with the row of the tables behind it."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from asmcarbon.batch.kernel import Codes, Column
from asmcarbon.batch.shapes import Placed, Term
from asmcarbon.batch.stated import Stated

_WORDS = ("source", "label", "gas", "account", "factor_id")
SCHEMA = {
    "site": pl.String, "country": pl.String, "year": pl.Int64, "source": pl.String, "label": pl.String,
    "scope": pl.Int64, "gas": pl.String, "account": pl.String, "emission [kgCO2e/year]": pl.Float64,
    "factor_id": pl.String,
}  # fmt: skip


def lines_of(stated: Stated, codes: Codes, placed: Sequence[Placed | None]) -> pl.DataFrame:
    """Return the lines of the sites of a part, in the order of its rows and then of a report.

    codes   the group of each row, -1 where it is refused
    placed  what each group is computed by
    """
    found: list[pl.DataFrame] = []
    for number, its in enumerate(placed):
        rows = np.flatnonzero(codes == number)
        if its is not None and len(rows):
            found += [_of_term(stated, rows, term, place) for place, term in enumerate(its.terms)]
    if not found:
        return pl.DataFrame(schema=SCHEMA)
    every = pl.concat(found).sort("row", "place")
    sites = pl.DataFrame({"site": stated.sites, "country": stated.countries, "year": stated.years})
    told = sites[every["row"]].hstack(every.drop("row", "place"))
    return told.select(*SCHEMA)


def _of_term(stated: Stated, rows: Codes, term: Term, place: int) -> pl.DataFrame:
    """Return one line of every site of a group that states all that the line is made of."""
    there = np.ones(len(rows), dtype=bool)
    emission: Column = np.full(len(rows), term.coefficient)
    for name, power in term.powers:
        there &= stated.is_stated[name][rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            emission = emission * stated.amounts[name][rows] ** float(power)
    kept = rows[there]
    words = {name: pl.lit(getattr(term.line, name), dtype=pl.String) for name in _WORDS}
    return pl.DataFrame({"row": kept, "emission [kgCO2e/year]": emission[there]}).with_columns(
        pl.lit(place).alias("place"), pl.lit(term.line.scope, dtype=pl.Int64).alias("scope"), **words
    )
