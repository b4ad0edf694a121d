"""An activity table, one figure of a site a row, to what its sites state."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl
from msgspec import Struct

from asmcarbon.batch.columns import WORDS, Item, items
from asmcarbon.batch.layout import ACTIVITY, OPTIONAL, scale_of
from asmcarbon.batch.read import frame_of
from asmcarbon.batch.sources import Part, Read, Source, spans_of
from asmcarbon.batch.stated import (
    Column,
    Refusal,
    Stated,
    bases_in,
    beyond,
    countries_in,
    names_in,
    numbers_of,
    ranges_in,
    shown,
    text_in,
    why_no_figure,
    years_in,
)
from asmcarbon.errors import InputError, Problem, or_nearest
from asmcarbon.messages import _
from asmcarbon.units import LONGEST_TEXT

RANGE = "uncertainty"
_KNOWN = (*ACTIVITY, *OPTIONAL, RANGE)
Codes = np.ndarray[Any, np.dtype[np.int64]]


class Pivoted(Struct):
    """What the sites of an activity table state.

    stated    a row a site, in the order of their first rows; what is refused in it counts sites
    of_row    the site of each row of the table
    refused   rows of the table that cannot be used
    item_row  the row of a site's figure, by item; -1 where it states none
    """

    stated: Stated
    of_row: Codes
    refused: list[Refusal]
    item_row: dict[str, Codes]


def columns_of(header: Sequence[str], file: str) -> dict[str, str]:
    """Return the columns of an activity table by their names; InputError lists all that is wrong with them."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for column in header:
        name = column.strip().lower()
        if name not in _KNOWN:
            what, expected = or_nearest(_("is no column of an activity table"), name, _KNOWN)
            problems.append(Problem(column[:100], what, expected, "", 1, file))
        elif name in found:
            problems.append(Problem(column[:100], _("stands twice"), _("each column once"), "", 1, file))
        else:
            found[name] = column
    missing = [name for name in ACTIVITY if name not in found]
    if missing:
        what = _("has no column {columns}").format(columns=", ".join(missing))
        problems.append(Problem("", what, ",".join(ACTIVITY), "", 1, file))
    if problems:
        raise InputError(problems)
    return found


def items_in(source: Source) -> frozenset[str]:
    """Return the items that an activity table names anywhere."""
    known = {*items(), *WORDS}
    found: set[str] = set()
    for start, stop, first in spans_of(source, Read()):
        frame, _refused = frame_of(source, Part(0, 0, start, stop, first))
        name = next(one for one in frame.columns if one.strip().lower() == "item")
        found |= set(text_in(frame[name]).str.to_lowercase().unique().to_list()) & known
    return frozenset(found)


def pivoted(frame: pl.DataFrame, columns: dict[str, str], decimal: str, refused: Sequence[Refusal] = ()) -> Pivoted:
    """Return what the sites of an activity table state.

    refused   rows that were refused already
    """
    problems = list(refused)
    texts = {name: text_in(frame[column]) for name, column in columns.items() if name not in ("amount", RANGE)}
    names = names_in(texts["site"], columns["site"], problems)
    countries = countries_in(texts["country"], columns["country"], problems)
    years = years_in(frame[columns["year"]], columns["year"], problems)
    bases = bases_in(texts.get("basis"), frame.height, columns.get("basis", ""), problems)
    sites, of_row, first = _sites(names, years)
    programmes = names_in(texts["programme"], columns["programme"], problems, True) if "programme" in texts else None
    of_site = {"country": countries.fill_null(""), **{name: texts[name] for name in OPTIONAL if name in texts}}
    for name, column in of_site.items():
        problems += _unlike(column, columns[name], of_row, first)
    item = _items(texts["item"], columns["item"], problems)
    figures = _Figures(frame, columns, texts["item"], texts["unit"], decimal, problems)
    amounts: dict[str, Column] = {}
    is_stated: dict[str, Any] = {}
    ranges: dict[str, Column] = {}
    item_row: dict[str, Codes] = {}
    words: dict[str, pl.Series] = {}
    order = [*items(), *WORDS]
    for name in (one for place, one in enumerate(order) if (item == place).any()):
        rows = np.flatnonzero(item == order.index(name))
        rows = _once(rows, of_row, columns["item"], texts["item"], problems)
        its = item_row[name] = np.full(len(sites), -1, dtype=np.int64)
        its[of_row[rows]] = rows
        if name in WORDS:
            cells = text_in(frame[columns["amount"]]).gather(rows)
            words[name] = _spread_words(cells, of_row[rows], len(sites))
            continue
        values = figures.of(items()[name], rows)
        amounts[name], is_stated[name] = np.zeros(len(sites)), its >= 0
        amounts[name][of_row[rows]] = values
        if RANGE in columns:
            ranges[name] = np.full(len(sites), np.nan)
            ranges[name][of_row[rows]] = figures.ranges[rows]
    stated = Stated(
        sites=sites,
        programmes=None if programmes is None else programmes.gather(first),
        countries=countries.gather(first),
        years=years[first],
        bases=bases[first],
        amounts=amounts,
        is_stated=is_stated,
        ranges={name: one for name, one in ranges.items() if not np.isnan(one).all()},
        words=words,
        columns={**{name: name for name in (*item_row, *of_site)}, "site": columns["site"], "year": columns["year"]},
        cells=_cells(frame, columns, item_row),
        refused=[],
    )
    return Pivoted(stated, of_row, problems, item_row)


def _cells(frame: pl.DataFrame, columns: dict[str, str], item_row: dict[str, Codes]) -> Callable[[str, int], str]:
    def cell(name: str, site: int) -> str:
        row = item_row[name][site] if name in item_row else -1
        if row < 0:
            return ""
        return f"{shown(frame[columns['amount']][int(row)])} {shown(frame[columns['unit']][int(row)])}".strip()

    return cell


def _sites(names: pl.Series, years: Codes) -> tuple[pl.Series, Codes, Codes]:
    """Return the sites in the order of their first rows, the site of each row, and the first row of each site.

    A site in another year is another row of the results.
    """
    order = pl.DataFrame({"site": names, "year": years, "row": np.arange(len(names))})
    firsts = order.group_by("site", "year", maintain_order=True).agg(pl.col("row").first())
    numbered = firsts.select("site", "year", pl.int_range(pl.len(), dtype=pl.Int64).alias("number"))
    of_row = order.join(numbered, on=["site", "year"], how="left", maintain_order="left")["number"].to_numpy()
    return firsts["site"], of_row, firsts["row"].to_numpy()


def _unlike(texts: pl.Series, column: str, of_row: Codes, first: Codes) -> list[Refusal]:
    """Return the rows that say otherwise of their site than its first row does."""
    of_first = texts.gather(first).gather(of_row)
    other = (texts != of_first).to_numpy()
    what = _("differs from the site's first row, {value}")
    return [
        Refusal(row, column, shown(texts[row]), what.format(value=shown(of_first[row])))
        for row in np.flatnonzero(other).tolist()
    ]


def _items(texts: pl.Series, column: str, refused: list[Refusal]) -> Codes:
    """Return the place of each row's item among all that there are; -1 where it is none."""
    order = {name: place for place, name in enumerate([*items(), *WORDS])}
    found = texts.str.to_lowercase().replace_strict(order, default=-1, return_dtype=pl.Int64).to_numpy()
    known = list(order)
    reasons: dict[str, str] = {}
    for row in np.flatnonzero(found < 0).tolist():
        text = shown(texts[row])
        if text not in reasons:
            what = _("is empty") if not text else _("is not an item")
            reasons[text] = Problem("", *or_nearest(what, text, known)).sentence()
        refused.append(Refusal(row, column, text, reasons[text]))
    return found


def _once(rows: Codes, of_row: Codes, column: str, texts: pl.Series, refused: list[Refusal]) -> Codes:
    """Return the first row of each site among those of one item; the others are refused."""
    _sites_found, firsts = np.unique(of_row[rows], return_index=True)
    if len(firsts) == len(rows):
        return rows
    kept = np.zeros(len(rows), dtype=bool)
    kept[firsts] = True
    for row in rows[~kept].tolist():
        refused.append(Refusal(row, column, shown(texts[row]), _("stands twice in its site")))
    return rows[kept]


def _spread_words(cells: pl.Series, sites: Codes, size: int) -> pl.Series:
    texts = np.full(size, "", dtype=object)
    texts[sites] = cells.to_numpy()
    return pl.Series(texts.tolist(), dtype=pl.String)


class _Figures:
    """The amounts of a table: numbers whose units stand in another column."""

    def __init__(
        self, frame: pl.DataFrame, columns: dict[str, str], item: pl.Series, unit: pl.Series, decimal: str,
        refused: list[Refusal],
    ) -> None:  # fmt: skip
        """Read the numbers; the units are of an item each."""
        self.column, self.decimal, self.refused, self.unit = columns["amount"], decimal, refused, unit
        given = frame[self.column]
        self.given = given
        if given.dtype.is_numeric():
            self.numbers = given.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        else:
            self.numbers = numbers_of(text_in(given), decimal)
        self.ranges = np.full(frame.height, np.nan)
        if RANGE in columns:
            stands = ~item.is_in(list(WORDS)).to_numpy()
            self.ranges = ranges_in(frame[columns[RANGE]], columns[RANGE], stands, decimal, refused)

    def of(self, item: Item, rows: Codes) -> Column:
        """Return the figures of an item in its unit, 0 where a row has none that can be used."""
        units = self.unit.gather(rows)
        scales: dict[str, float] = {}
        for unit in units.unique().to_list():
            scale, problem = scale_of(item, unit) if len(unit) <= LONGEST_TEXT else (1.0, Problem("", ""))
            scales[unit] = scale if problem is None else float("nan")
        scale = units.replace_strict(list(scales), list(scales.values()), return_dtype=pl.Float64).to_numpy()
        values = self.numbers[rows] * scale
        bad = beyond(item, values)
        for place in np.flatnonzero(bad).tolist():
            row = int(rows[place])
            text, unit = shown(self.given[row]), shown(self.unit[row])
            reason = why_no_figure(item, text, unit, self.decimal)
            self.refused.append(Refusal(row, self.column, f"{text} {unit}".strip(), reason))
        return np.where(bad, 0.0, values)


def refused_rows(pivot: Pivoted, refused: Sequence[Refusal]) -> list[Refusal]:
    """Return the refusals of sites as refusals of their rows: each row of a site that is out, with a reason.

    refused   by site
    """
    found = list(pivot.refused)
    for one in refused:
        rows = pivot.item_row.get(one.column)
        row = int(rows[one.row]) if rows is not None and rows[one.row] >= 0 else -1
        if row < 0:
            row = int(np.flatnonzero(pivot.of_row == one.row)[0])
        found.append(Refusal(row, one.column, one.value, one.reason))
    out = np.zeros(pivot.stated.size, dtype=bool)
    out[[one.row for one in refused]] = True
    out[pivot.of_row[[one.row for one in pivot.refused]]] = True
    told = {one.row for one in found}
    what = _("its site {site} is refused for other rows")
    for row in np.flatnonzero(out[pivot.of_row]).tolist():
        if row not in told:
            site = shown(pivot.stated.sites[int(pivot.of_row[row])])
            found.append(Refusal(row, "", "", what.format(site=site)))
    return found


def sites_out(pivot: Pivoted) -> Codes:
    """Return the sites that have a row that cannot be used."""
    return np.unique(pivot.of_row[[one.row for one in pivot.refused]])
