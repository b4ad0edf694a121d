"""What the rows of a table state: columns of plain numbers, and every cell that states nothing that can be used."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, get_args

import numpy as np
import polars as pl
from msgspec import Struct

from asmcarbon.batch.columns import Item
from asmcarbon.batch.countries import code_of
from asmcarbon.batch.layout import Layout, Quantities, reason_of, scale_of
from asmcarbon.errors import Problem
from asmcarbon.measures import LARGEST, SMALLEST, Basis
from asmcarbon.messages import _
from asmcarbon.site.model import LINE, LONGEST_NAME
from asmcarbon.site.site import FIRST_YEAR, LAST_YEAR
from asmcarbon.units import LONGEST_TEXT

Column = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

LARGEST_CELL = 200
# What a figure is where a row does not say comes first.
BASES: tuple[Basis, ...] = tuple(sorted(get_args(Basis)))


class Refusal(Struct, frozen=True):
    """A cell of a table that cannot be used; `row` counts from 0."""

    row: int
    column: str
    value: str
    reason: str


class Stated(Struct):
    """What the rows of a site table, or of a part of it, state.

    sites, programmes  names
    countries          codes; null where there is none
    years              0 where there is none
    bases              how the figures of a row are known, by their place in `BASES`
    amounts            by item, in the item's unit; 0 where a row states none
    is_stated          by item: whether a row states it
    ranges             half the 95 % range over the figure, by item; NaN where a row states none
    words              by item; blank where a row has none
    cells              what stood in a row's cell, by item, for what is refused later
    refused            cells that cannot be used
    """

    sites: pl.Series
    programmes: pl.Series | None
    countries: pl.Series
    years: np.ndarray[Any, np.dtype[np.int64]]
    bases: np.ndarray[Any, np.dtype[np.int64]]
    amounts: dict[str, Column]
    is_stated: dict[str, Mask]
    ranges: dict[str, Column]
    words: dict[str, pl.Series]
    columns: dict[str, str]
    cells: Callable[[str, int], str]
    refused: list[Refusal]

    @property
    def size(self) -> int:
        """How many rows."""
        return len(self.sites)


def stated_in(frame: pl.DataFrame, layout: Layout, decimal: str) -> Stated:
    """Return what the rows of a frame state.

    decimal   the sign before decimals in its texts
    """
    refused: list[Refusal] = []
    texts = {name: text_in(frame[column]) for name, column in layout.texts.items()}
    names = names_in(texts["site"], layout.texts["site"], refused)
    programmes = names_in(texts["programme"], "programme", refused, True) if "programme" in texts else None
    amounts: dict[str, Column] = {}
    is_stated: dict[str, Mask] = {}
    for name, its in layout.quantities.items():
        values, stands = _figures(frame, its, decimal, refused)
        amounts[name], is_stated[name] = values, stands
    ranges = {
        name: ranges_in(frame[column], column, is_stated[name], decimal, refused)
        for name, column in layout.ranges.items()
    }
    return Stated(
        sites=names,
        programmes=programmes,
        countries=countries_in(texts["country"], layout.texts["country"], refused),
        years=years_in(frame[layout.texts["year"]], layout.texts["year"], refused),
        bases=bases_in(texts.get("basis"), frame.height, layout.texts.get("basis", ""), refused),
        amounts=amounts,
        is_stated=is_stated,
        ranges=ranges,
        words={name: text_in(frame[column]) for name, column in layout.words.items()},
        columns=_headers(layout),
        cells=lambda column, row: shown(frame[column][row]) if column in frame.columns else "",
        refused=refused,
    )


def _headers(layout: Layout) -> dict[str, str]:
    """Return the header of each item and text."""
    figures = {name: its.column for name, its in layout.quantities.items()}
    return {**layout.texts, **figures, **layout.words}


def shown(value: object) -> str:
    """Return what a cell holds, cut where nobody would read on."""
    text = "" if value is None else str(value)
    return text if len(text) <= LARGEST_CELL else f"{text[:LARGEST_CELL]}…"


def text_in(column: pl.Series) -> pl.Series:
    """Return a column as text without spaces around it; nothing is an empty text."""
    text = column if column.dtype == pl.String else column.cast(pl.String, strict=False)
    return text.fill_null("").str.strip_chars()


def _told(rows: Mask, column: str, texts: pl.Series, reason: Callable[[str], str], refused: list[Refusal]) -> None:
    known = lru_cache(maxsize=1000)(reason)
    for row in np.flatnonzero(rows).tolist():
        text = shown(texts[row])
        refused.append(Refusal(row, column, text, known(text)))


def names_in(texts: pl.Series, column: str, refused: list[Refusal], may_be_blank: bool = False) -> pl.Series:
    """Return names as they are; those that are none are refused."""
    fits = texts.str.contains(f"^{LINE}$") & texts.str.len_chars().is_between(1, LONGEST_NAME)
    bad = (~fits & (texts != "")) if may_be_blank else ~fits
    if bad.any():
        _told(bad.to_numpy(), column, texts, _why_no_name, refused)
    return texts


def _why_no_name(text: str) -> str:
    what = (
        _("is empty")
        if not text
        else _("is longer than {n} characters, or has control characters").format(n=LONGEST_NAME)
    )
    return Problem("", what, _("one line of text"), "mine-1").sentence()


def countries_in(texts: pl.Series, column: str, refused: list[Refusal]) -> pl.Series:
    """Return the codes of countries; null where a text names none, which is refused."""
    found = texts.unique()
    known = {text: code_of(text) for text in found.to_list()}
    codes = texts.replace_strict(list(known), list(known.values()), return_dtype=pl.String)
    bad = codes.is_null()
    if bad.any():
        _told(bad.to_numpy(), column, texts, _why_no_country, refused)
    return codes


def _why_no_country(text: str) -> str:
    what = _("is empty") if not text else _("'{text}' is no country").format(text=text)
    return Problem("", what, _("its code in ISO 3166, or its name"), "PER").sentence()


def years_in(column: pl.Series, name: str, refused: list[Refusal]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return years; 0 where a cell states none, which is refused."""
    if column.dtype.is_integer():
        whole = column.cast(pl.Int64)
    elif column.dtype.is_float():
        whole = pl.Series(column.is_finite() & (column == column.round())).fill_null(value=False)
        whole = column.zip_with(whole, pl.Series([None], dtype=column.dtype)).cast(pl.Int64, strict=False)
    else:
        whole = text_in(column).cast(pl.Int64, strict=False)
    years = whole.fill_null(0).to_numpy()
    bad = (years < FIRST_YEAR) | (years > LAST_YEAR)
    if bad.any():
        _told(bad, name, text_in(column), _why_no_year, refused)
        years = np.where(bad, 0, years)
    return years


def _why_no_year(text: str) -> str:
    what = _("is empty") if not text else _("'{text}' is no year").format(text=text)
    return Problem("", what, f"{FIRST_YEAR} .. {LAST_YEAR}", "2024").sentence()


def bases_in(
    texts: pl.Series | None, size: int, column: str, refused: list[Refusal]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return how figures are known: assumed where a row does not say, as in a site's file."""
    if texts is None:
        return np.zeros(size, dtype=np.int64)
    places = texts.replace_strict({"": 0, **{name: place for place, name in enumerate(BASES)}}, default=-1)
    found = places.cast(pl.Int64).to_numpy()
    if (found < 0).any():
        _told(found < 0, column, texts, _why_no_basis, refused)
    return np.maximum(found, 0)


def _why_no_basis(text: str) -> str:
    return Problem("", _("'{text}' is not known").format(text=text), " | ".join(BASES), "measured").sentence()


def _figures(frame: pl.DataFrame, its: Quantities, decimal: str, refused: list[Refusal]) -> tuple[Column, Mask]:
    """Return the figures of a column in the unit of their item, 0 where there is none, and where there is one."""
    column = frame[its.column]
    if column.dtype.is_numeric():
        texts, blank = None, column.is_null().to_numpy()
        values = column.cast(pl.Float64).fill_null(0.0).to_numpy()
        units = None if its.units is None else text_in(frame[its.units])
    else:
        texts = text_in(column)
        blank = (texts == "").to_numpy()
        numbers, units = (texts, None) if its.unit is not None else _parted(texts)
        units = text_in(frame[its.units]) if its.units is not None else units
        values = numbers_of(numbers, decimal)
    scale: Any = its.scale if units is None else _scales(its.item, units)
    if units is None and its.unit is None:
        scale = np.full(frame.height, np.nan)
    values = np.where(blank, 0.0, values * scale)
    bad = beyond(its.item, values)
    bad &= ~blank
    if bad.any():
        for row in np.flatnonzero(bad).tolist():
            text, unit = shown(column[row]), its.unit if units is None else shown(units[row])
            refused.append(Refusal(row, its.column, text, why_no_figure(its.item, text, unit, decimal)))
        values = np.where(bad, 0.0, values)
    return np.ascontiguousarray(values), ~blank


def numbers_of(texts: pl.Series, decimal: str) -> Column:
    """Return texts as numbers; NaN where one is none."""
    plain = texts.str.replace(",", ".", literal=True) if decimal == "," else texts
    found = plain.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    long = (plain.str.len_bytes() > LONGEST_TEXT).to_numpy()
    return np.where(long, np.nan, found) if long.any() else found


def _parted(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the number and the unit of texts that hold both: `1200 L/month`."""
    parts = texts.str.splitn(" ", 2)
    numbers, units = parts.struct.field("field_0"), parts.struct.field("field_1").fill_null("").str.strip_chars()
    return numbers, units


def _scales(item: Item, units: pl.Series) -> Column:
    known: dict[str, float] = {}
    for unit in units.unique().to_list():
        scale, problem = scale_of(item, unit) if len(unit) <= LONGEST_TEXT else (1.0, Problem("", ""))
        known[unit] = scale if problem is None else float("nan")
    return units.replace_strict(list(known), list(known.values()), return_dtype=pl.Float64).to_numpy()


def beyond(item: Item, values: Column) -> Mask:
    """Return which figures no site can have, by the limits of the item's measure; NaN is one of them."""
    measure = item.measure
    with np.errstate(invalid="ignore"):
        size = np.abs(values)
        bad = ~(size <= LARGEST) | ((size < SMALLEST) & (size > 0))
        if measure.minimum is not None:
            bad |= values <= measure.minimum if measure.above_minimum else values < measure.minimum
        if measure.maximum is not None:
            bad |= values > measure.maximum
        if measure.whole:
            bad |= values != np.round(values)
    return bad


@lru_cache(maxsize=10_000)
def why_no_figure(item: Item, text: str, unit: str | None, decimal: str) -> str:
    """Return why a cell states no figure of an item, as a site's file would be told."""
    number = text.replace(",", ".", 1) if decimal == "," else text
    problem = reason_of(item, number if unit is None else f"{number} {unit}")
    if problem is None:
        return _("cannot be used")
    return Problem("", problem.what, problem.expected, problem.example).sentence()


def ranges_in(column: pl.Series, name: str, is_stated: Mask, decimal: str, refused: list[Refusal]) -> Column:
    """Return half of the ranges of figures, relative to them; NaN where there is none."""
    texts = None if column.dtype.is_numeric() else text_in(column)
    blank = column.is_null().to_numpy() if texts is None else (texts == "").to_numpy()
    values = column.cast(pl.Float64).fill_null(0.0).to_numpy() if texts is None else numbers_of(texts, decimal)
    bad = ~blank & ~((values >= 0) & (values < 100))
    lonely = ~blank & ~bad & ~is_stated
    for rows, why in ((bad, _why_no_range), (lonely, _why_no_figure_for_range)):
        if rows.any():
            _told(rows, name, text_in(column), why, refused)
    return np.where(blank | bad, np.nan, values / 100)


def _why_no_range(text: str) -> str:
    return Problem("", _("'{text}' is no range").format(text=text), _("0 .. 99 percent"), "10").sentence()


def _why_no_figure_for_range(_text: str) -> str:
    return Problem("", _("is the range of a figure that is not there"), _("the figure beside it"), "").sentence()


def in_order(refused: Sequence[Refusal]) -> list[Refusal]:
    """Return refusals by their rows."""
    return sorted(refused, key=lambda one: (one.row, one.column, one.reason))
