"""A part of a site table to its result rows, and its refusals: each row is in the one or among the others."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import polars as pl
from msgspec import Struct

from asmcarbon.batch import columns as table
from asmcarbon.batch.columns import WORDS, items, word_of
from asmcarbon.batch.draws import Draws, drawn_columns
from asmcarbon.batch.folder import DRAWN
from asmcarbon.batch.kernel import (
    ACCOUNTS,
    SCOPES,
    Codes,
    Coefficients,
    Groups,
    coefficients_of,
    denominator_of,
    emissions_of,
    intensity_column,
)
from asmcarbon.batch.lines import lines_of
from asmcarbon.batch.shapes import Compiled, Place, Placed, Shape, compiled
from asmcarbon.batch.stated import BASES, Column, Mask, Refusal, Stated, in_order
from asmcarbon.batch.twice import reason_twice
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.data_quality import CRITERIA
from asmcarbon.footprint.intensity import TOTALS, Denominator
from asmcarbon.site.processing import MINERALS
from asmcarbon.site.read import site_of

_KG_PER_T = 1000.0
_PERCENT = 100.0


class Recipe(Struct, dict=True):
    """How the sites of a table are computed: read once for a run, and filled with what its places need.

    amounts, others  items that the table may state: those that are amounts, and those that decide how a site is
                     computed
    people           items of who works there: what totals are divided by, and nothing else
    words            items that it tells in words
    method           of the account, as a site states it
    has_lines        the lines of each site are told as well
    draws            of the intervals; None where they are propagated only
    """

    tables: FactorTables
    amounts: tuple[str, ...]
    others: tuple[str, ...]
    people: tuple[str, ...]
    words: tuple[str, ...]
    method: Mapping[str, str]
    has_ranges: bool
    has_lines: bool = False
    draws: Draws | None = None

    def __post_init__(self) -> None:
        """Begin with nothing read."""
        self._shapes: dict[Shape, Compiled] = {}
        self._groups: dict[tuple[Shape, Place], tuple[Placed, Coefficients]] = {}
        self._lock = Lock()

    @cached_property
    def denominators(self) -> tuple[Denominator, ...]:
        """What totals are divided by, in the order of the result's columns."""
        people = Shape(BASES[0], (), frozenset(self.people) & {"workers", "hours"})
        whole = compiled(people, self.amounts, self.method, self.tables)
        return () if whole.refused else whole.denominators

    def shape(self, shape: Shape) -> Compiled:
        """Return a shape, read once."""
        with self._lock:
            if shape not in self._shapes:
                self._shapes[shape] = compiled(shape, self.amounts, self.method, self.tables)
            return self._shapes[shape]

    def group(self, shape: Shape, place: Place) -> tuple[Placed, Coefficients]:
        """Return what a shape at a place is computed by."""
        its = self.shape(shape)
        with self._lock:
            if (shape, place) not in self._groups:
                found = its.at(place)
                self._groups[shape, place] = found, coefficients_of(found, self.has_ranges)
            return self._groups[shape, place]


class Result(Struct, frozen=True):
    """What a part came to.

    rows      one an accepted row, in order
    lines     of the sites in `rows`; None where they are not asked for
    refused   by row, counted from 0 in the part
    accepted  which rows are in `rows`
    """

    rows: pl.DataFrame
    refused: list[Refusal]
    accepted: Mask
    lines: pl.DataFrame | None = None


def result_of(stated: Stated, recipe: Recipe, doubled: Sequence[int] = (), out: Codes | None = None) -> Result:
    """Return the results of a part of a table.

    doubled   rows whose site stands in another row already: refused where nothing else is wrong with them
    out       rows that are refused elsewhere
    """
    refused = list(stated.refused)
    good = np.ones(stated.size, dtype=bool)
    if out is not None:
        good[out] = False
    good[[one.row for one in refused]] = False
    refused += _crossed(stated, good) + _unpeopled(stated, recipe, good)
    good[[one.row for one in refused]] = False
    codes, groups = _grouped(stated, recipe, good)
    coefficients: list[Coefficients] = []
    placed: list[Placed | None] = []
    for number, (shape, place) in enumerate(groups):
        its = recipe.shape(shape)
        if its.refused:
            refused += _refused_shape(stated, codes == number, its.refused)
            coefficients.append(_NOTHING)
            placed.append(None)
            continue
        found, summed = recipe.group(shape, place)
        coefficients.append(summed)
        placed.append(found)
        for name, reason in found.refused.items():
            refused += _refused_item(stated, (codes == number) & stated.is_stated[name], name, reason)
    good[[one.row for one in refused]] = False
    refused += _doubled(stated, [row for row in doubled if good[row]])
    good[np.asarray(doubled, dtype=np.int64)] = False
    rows = np.flatnonzero(good)
    its = Groups(codes[rows], coefficients) if coefficients else Groups(codes[rows], (_NOTHING,))
    frame = _frame(stated, rows, its, placed, recipe)
    lines = lines_of(stated, np.where(good, codes, -1), placed) if recipe.has_lines else None
    return Result(frame, in_order(refused), good, lines)


_NOTHING = Coefficients({name: {} for name in (*SCOPES, *ACCOUNTS)}, {}, {}, {}, ({},) * len(CRITERIA), {})


def _doubled(stated: Stated, rows: Sequence[int]) -> list[Refusal]:
    column, reason = stated.columns["site"], reason_twice()
    return [Refusal(row, column, stated.sites[row], reason) for row in rows]


def _crossed(stated: Stated, good: Mask) -> list[Refusal]:
    """Return the rows whose figures do not go together: as a site's file would be told."""
    women, workers = stated.amounts.get("women"), stated.amounts.get("workers")
    if women is None or workers is None:
        return []
    refused: list[Refusal] = []
    more = good & (women > workers) & stated.is_stated["women"] & stated.is_stated["workers"]
    for row in np.flatnonzero(more).tolist():
        try:
            site_of(content_of(stated, row))
        except InputError as error:
            column = stated.columns["women"]
            refused += [Refusal(row, column, stated.cells(column, row), _reason(problem)) for problem in error.problems]
    return refused


def _unpeopled(stated: Stated, recipe: Recipe, good: Mask) -> list[Refusal]:
    """Return the rows that state of people what cannot stand without the rest."""
    codes = np.zeros(stated.size, dtype=np.int64)
    for place, name in enumerate(recipe.people):
        codes |= stated.is_stated[name].astype(np.int64) << place
    refused: list[Refusal] = []
    for code in np.unique(codes[good]).tolist():
        names = frozenset(name for place, name in enumerate(recipe.people) if code >> place & 1)
        its = recipe.shape(Shape(BASES[0], (), names))
        if its.refused:
            refused += _refused_shape(stated, good & (codes == code), its.refused)
    return refused


def content_of(stated: Stated, row: int) -> dict[str, Any]:
    """Return what a row states as the content of a site."""
    content: dict[str, Any] = {
        "name": stated.sites[row], "country": stated.countries[row], "year": int(stated.years[row])
    }  # fmt: skip
    basis = BASES[stated.bases[row]]
    for name, column in stated.amounts.items():
        if stated.is_stated[name][row]:
            item, spread = items()[name], stated.ranges.get(name)
            datum: dict[str, Any] = {"value": f"{float(column[row])!r} {item.measure.unit}", "basis": basis}
            if spread is not None and not np.isnan(spread[row]):
                datum["range"] = f"± {_PERCENT * float(spread[row])!r} %"
            table.placed(content, item.path, datum)
    for name, texts in stated.words.items():
        if texts[row]:
            table.placed(content, WORDS[name], word_of(name, texts[row]))
    return content


def _refusal(stated: Stated, row: int, problem: Problem) -> Refusal:
    """Return a problem of a site at the column that it is about."""
    paths = {".".join(str(part) for part in item.path): name for name, item in items().items()}
    paths |= {".".join(str(part) for part in path): name for name, path in WORDS.items()}
    about = next((name for path, name in paths.items() if problem.where == path), None)
    last = problem.where.rpartition(".")[2]
    name = about or (last if last in stated.columns else None)
    column = stated.columns.get(name, name) if name is not None else problem.where
    return Refusal(row, column or "", stated.cells(column or "", row), _reason(problem))


def _reason(problem: Problem) -> str:
    return Problem("", problem.what, problem.expected, problem.example).sentence()


def _refused_shape(stated: Stated, rows: Mask, problems: Sequence[Problem]) -> list[Refusal]:
    found = np.flatnonzero(rows).tolist()
    return [_refusal(stated, row, problem) for row in found for problem in problems]


def _refused_item(stated: Stated, rows: Mask, name: str, reason: str) -> list[Refusal]:
    column = stated.columns.get(name, name)
    return [Refusal(row, column, stated.cells(column, row), reason) for row in np.flatnonzero(rows).tolist()]


def _grouped(stated: Stated, recipe: Recipe, good: Mask) -> tuple[Codes, list[tuple[Shape, Place]]]:
    """Return the group of each row, -1 for those that are out, and what the groups are.

    Groups are in the order of their countries, years and shapes, whatever the order of the rows.
    """
    countries = sorted(one for one in stated.countries.unique().to_list() if one is not None)
    codes = stated.countries.cast(pl.Enum(countries), strict=False).to_physical().fill_null(0).to_numpy()
    codes = codes.astype(np.int64) * 200 + (stated.years - 1900)
    codes = codes * len(BASES) + stated.bases
    for name in recipe.others:
        codes, _kept = _renumbered(codes * 2 + stated.is_stated[name], None)
    words: dict[str, list[str]] = {}
    for name in recipe.words:
        words[name] = sorted(stated.words[name].unique().to_list())
        places = stated.words[name].cast(pl.Enum(words[name])).to_physical().to_numpy().astype(np.int64)
        codes, _kept = _renumbered(codes * len(words[name]) + places, None)
    codes, firsts = _renumbered(codes, good)
    groups: list[tuple[Shape, Place]] = []
    for row in firsts:
        shape = Shape(
            BASES[stated.bases[row]],
            tuple((name, stated.words[name][row]) for name in recipe.words if stated.words[name][row]),
            frozenset(name for name in recipe.others if name in stated.is_stated and stated.is_stated[name][row]),
        )
        groups.append((shape, Place(stated.countries[row], int(stated.years[row]))))
    return codes, groups


def _renumbered(codes: Codes, good: Mask | None) -> tuple[Codes, list[int]]:
    """Return codes without gaps, -1 where a row is out, and the first row of each."""
    kept = np.arange(len(codes)) if good is None else np.flatnonzero(good)
    if not len(kept):
        return np.full(len(codes), -1), []
    least = int(codes[kept].min())
    span = int(codes[kept].max()) - least + 1
    if span > 4 * len(codes) + 1000:
        _values, firsts, numbers = np.unique(codes[kept], return_index=True, return_inverse=True)
    else:
        first = np.full(span, -1, dtype=np.int64)
        first[codes[kept][::-1] - least] = np.arange(len(kept))[::-1]
        is_there = first >= 0
        number = np.cumsum(is_there) - 1
        firsts, numbers = first[is_there], number[codes[kept] - least]
    found = np.full(len(codes), -1, dtype=np.int64)
    found[kept] = numbers
    return found, kept[firsts].tolist()


def _frame(
    stated: Stated, rows: Codes, groups: Groups, placed: Sequence[Placed | None], recipe: Recipe
) -> pl.DataFrame:
    whole = len(rows) == stated.size
    amounts = stated.amounts if whole else {name: column[rows] for name, column in stated.amounts.items()}
    is_stated = stated.is_stated if whole else {name: mask[rows] for name, mask in stated.is_stated.items()}
    ranges = {name: column[rows] for name, column in stated.ranges.items()} if recipe.has_ranges else {}
    size = len(rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = emissions_of(amounts, ranges, groups, size)
        totals = {**{name: found[name] for name in SCOPES}}
        totals["scopes_1_2"] = found["scope_1"] + found["scope_2"]
        totals["scopes_1_2_3"] = totals["scopes_1_2"] + found["scope_3"]
        land = _where_stated(found["land_use_change"], is_stated.get("forest.opened"))
        removals = _where_stated(found["removals"], is_stated.get("rehabilitated"))
        columns: dict[str, Any] = {
            "site": stated.sites.gather(rows),
            "country": stated.countries.gather(rows),
            "year": stated.years[rows],
            "programme": None if stated.programmes is None else _blank_as_null(stated.programmes.gather(rows)),
            "minerals": _minerals(amounts, size),
        }
        columns |= {f"{name} [tCO2e/year]": column / _KG_PER_T for name, column in totals.items()}
        for name in ("ore", *MINERALS):
            if name in amounts:
                columns[f"{name} [{items()[name].measure.unit}]"] = _where_stated(amounts[name], is_stated[name])
        columns["jobs"] = np.full(size, np.nan)
        told = {**{name: totals[name] for name in TOTALS}, "land_use_change": land}
        for one in recipe.denominators:
            over = denominator_of(one, amounts)
            if one.name == "job":
                columns["jobs"] = np.where(is_stated["workers"] & is_stated["hours"], over.amount.magnitude, np.nan)
            for total, column in told.items():
                if total != "land_use_change" or "forest.opened" in is_stated:
                    columns[f"{total} per {one.name} [{one.unit}]"] = intensity_column(column, over)
        columns["interval [± %]"] = _PERCENT * found["relative"] if "relative" in found else np.full(size, np.nan)
        nothing = np.where(totals["scopes_1_2_3"] > 0, 0.0, np.nan)
        columns["interval covers [%]"] = _PERCENT * found["covered"] if "covered" in found else nothing
        if recipe.draws is not None:
            drawn = drawn_columns(amounts, ranges, groups.of_row, placed, recipe.draws)
            columns |= {name: _PERCENT * one for name, one in zip(DRAWN, drawn, strict=True)}
        columns["primary data share [%]"] = _PERCENT * found["primary"]
        columns["measured activity [%]"] = _PERCENT * found["measured"]
        columns |= {f"{name} data quality [1 best to 5]": found[name] for name in CRITERIA}
        columns["land_use_change [tCO2e/year]"] = land / _KG_PER_T
        columns["removals [tCO2e/year]"] = removals / _KG_PER_T
    frame = pl.DataFrame({name: column for name, column in columns.items() if column is not None})
    frame = frame.with_columns(pl.col(pl.Float64).fill_nan(None))
    if stated.programmes is None:
        frame.insert_column(3, pl.Series("programme", [None] * size, dtype=pl.String))
    return frame.with_columns(
        gwp_set=pl.lit(recipe.method.get("gwp_set", recipe.tables.default_gwp_set)),
        factor_release=pl.lit(recipe.tables.release),
    )


def _where_stated(column: Column, mask: Mask | None) -> Column:
    return np.full(len(column), np.nan) if mask is None else np.where(mask, column, np.nan)


def _blank_as_null(texts: pl.Series) -> pl.Series:
    return texts.set(texts == "", None)


def _minerals(amounts: Mapping[str, Column], size: int) -> pl.Series:
    """Return the metals of each row, joined."""
    known = [name for name in MINERALS if name in amounts]
    codes = np.zeros(size, dtype=np.int64)
    for place, name in enumerate(known):
        codes |= (amounts[name] > 0).astype(np.int64) << place
    texts: list[str | None] = [None]
    texts += ["+".join(name for n, name in enumerate(known) if code >> n & 1) for code in range(1, 1 << len(known))]
    return pl.Series("minerals", texts, dtype=pl.String).gather(codes)
