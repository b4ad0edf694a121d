"""Groups of sites whose figures may be published: none of them tells what any one site states.

A figure of a group is published (a sum, or an intensity with what it is a mean of) where all that follows from it and
from the others of the group is of so many sites as are asked for, and where no site makes up so much of any of that
that another could tell it (the p % rule). Groups part the sites, and there is no total over them: nothing follows from
several of them. All figures are rounded.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from msgspec import Struct

from asmcarbon.batch.kernel import Codes, Column
from asmcarbon.batch.stated import Mask
from asmcarbon.batch.summary import SUMS, measures_in

GROUPED_BY = ("country", "minerals", "programme", "year")
# What the sites beside the two largest must add up to, over the largest. The p % rule that takes the place of a (2, 85)
# dominance rule: p = 100 (100 - k) / k. Handbook on Statistical Disclosure Control, section 4.2, and the k of its
# glossary.
P = (100 - 85) / 85
# Digits of what is told, and of quartiles, which are the figures of single sites.
_DIGITS, _QUARTILE_DIGITS = 3, 2


class _Figure(Struct, frozen=True):
    """What may be told of a group.

    name    column of the results
    total   column that it is a sum of, or of which it is an intensity
    over    column that an intensity is over; None for a sum
    """

    name: str
    total: str
    over: str | None = None


def anonymous_of(rows: pl.LazyFrame, columns: list[str], by: Sequence[str], least: int) -> tuple[pl.DataFrame, int]:
    """Return a row for each figure of each group that may be published, and how many sites are in no such row.

    Groups with fewer sites are told together as `others` where they may be.

    by      columns that part the sites into groups
    least   sites that a figure must be of
    """
    figures = [_Figure(name, name) for name in SUMS if name in columns]
    figures += [_Figure(one.column, one.total, one.over) for one in measures_in(columns)]
    needed = dict.fromkeys(("site", *by, *_columns(figures)))
    keys = [pl.col(name).cast(pl.String).fill_null("").alias(name) for name in by]
    frame = rows.select(*needed).with_columns(keys).collect()
    frame = frame.with_columns(frame["site"].rank("dense").cast(pl.Int64).alias("site"))
    found: list[dict[str, Any]] = []
    small: list[pl.DataFrame] = []
    for key, its in sorted(frame.group_by(by), key=lambda one: one[0]):
        if its["site"].n_unique() < least:
            small.append(its)
        else:
            found += _told(dict(zip(by, key, strict=True)), its, figures, least)
    left = pl.concat(small) if small else frame.clear()
    if left["site"].n_unique() >= least:
        found += _told(dict.fromkeys(by, "others"), left, figures, least)
        left = frame.clear()
    schema: dict[str, Any] = {
        **dict.fromkeys(by, pl.String), "sites": pl.Int64, "figure": pl.String, "stating": pl.Int64,
        **dict.fromkeys(("value", *_QUARTILES), pl.Float64),
    }  # fmt: skip
    return pl.DataFrame(found, schema=schema), left["site"].n_unique()


_QUARTILES = ("lower quartile", "median", "upper quartile")


def _told(group: dict[str, str], its: pl.DataFrame, figures: Sequence[_Figure], least: int) -> Iterator[dict[str, Any]]:
    """Yield what may be published of a group."""
    sites = its["site"].to_numpy()
    columns = {name: its[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in _columns(figures)}
    published = _Published(sites, least)
    stating = {one.name: ~np.isnan(columns[one.name]) for one in figures}
    # Those that most sites state come first: they decide what else may be told.
    for one in sorted(figures, key=lambda one: -int(stating[one.name].sum())):
        stated, value = stating[one.name], columns[one.name]
        summed = {name: columns[name] for name in (one.total, one.over) if name is not None}
        if one.total.startswith("scopes_1_2_3"):
            # What follows from it and from its like without the supply chain.
            summed["scope_3"] = columns[one.total] - columns[one.total.replace("scopes_1_2_3", "scopes_1_2")]
        # A sum of nothing tells of each site that it has none.
        if not all(float(summed[name][stated].sum()) for name in (one.total, one.over) if name is not None):
            continue
        if not published.take(stated, summed):
            continue
        told = float(value[stated].sum())
        if one.over is not None:
            # In the unit of the intensity: the totals have that of their columns.
            over = columns[one.over][stated]
            told = float((value[stated] * over).sum()) / float(over.sum())
        number = len(np.unique(sites[stated]))
        row = {"figure": one.name, "stating": number, "value": _rounded(told, _DIGITS)}
        if one.over is not None and number >= 4 * least:
            quartiles = np.quantile(value[stated], (0.25, 0.5, 0.75)).tolist()
            row |= {
                name: _rounded(quartile, _QUARTILE_DIGITS) for name, quartile in zip(_QUARTILES, quartiles, strict=True)
            }
        yield group | {"sites": len(np.unique(sites))} | row


def _columns(figures: Sequence[_Figure]) -> list[str]:
    return list(dict.fromkeys(name for one in figures for name in (one.name, one.total, one.over) if name is not None))


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


class _Published:
    """What was published of a group, and whether something more may be.

    Sums over several sets of sites tell no more than the sums over the lots that these part the sites into: where each
    lot is of enough sites, and none of them makes up too much of it, nothing that follows is of fewer.
    """

    def __init__(self, sites: Codes, least: int) -> None:
        """Begin with nothing."""
        self.sites, self.least = sites, least
        self._sets: dict[str, list[Mask]] = {}

    def take(self, stated: Mask, parts: Mapping[str, Column]) -> bool:
        """Return whether sums over rows may be published, and take note of them.

        stated   the rows
        parts    what is summed, by its name: nothing below zero
        """
        for name, column in parts.items():
            sets = np.stack([*self._sets.get(name, []), stated], axis=1)
            patterns, lot = np.unique(sets, axis=0, return_inverse=True)
            for place, pattern in enumerate(patterns):
                # Of those that are in none of the sets nothing is told.
                if pattern.any() and not self._is_shared(column, lot.ravel() == place):
                    return False
        for name in parts:
            self._sets.setdefault(name, []).append(stated)
        return True

    def _is_shared(self, column: Column, rows: Mask) -> bool:
        """Return whether rows are of enough sites, and no site makes up too much of their sum: the p % rule."""
        every, place = np.unique(self.sites[rows], return_inverse=True)
        of_site = np.sort(np.bincount(place, np.nan_to_num(column[rows])))[::-1]
        return len(every) >= self.least and bool(of_site[2:].sum() >= P * of_site[0])
