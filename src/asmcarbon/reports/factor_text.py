"""Factors as text for a terminal: a list, and one with all that is known about it."""

from collections.abc import Sequence
from textwrap import wrap

from asmcarbon.factors.rows import Factor, FactorTables
from asmcarbon.messages import _
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import table

_WIDEST = 100


def factors_text(rows: Sequence[Factor], release: str) -> str:
    """Return rows as a table; a number as it stands in the tables, and not rounded."""
    lines = [_("{n} factors of release {release}").format(n=len(rows), release=release)]
    if rows:
        head = ["", _("value"), _("unit"), _("range"), _("holds"), _("checked"), _("source"), _("place in it")]
        cells = [
            [
                row.factor_id,
                number(row.value),
                row.unit,
                _range(row),
                _years(row),
                row.checked,
                row.source_id,
                row.locator,
            ]
            for row in rows
        ]
        lines += table([head, *cells], right=(1,))
    return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """Return a number with every digit that it has.

    >>> number(0.170232636), number(37000.0)
    ('0.170232636', '37000')
    """
    return f"{value:.12g}"


def _range(row: Factor) -> str:
    return "" if row.low is None or row.high is None else f"{number(row.low)}..{number(row.high)}"


def _years(row: Factor) -> str:
    return (
        _("from {first}").format(first=row.valid_from) if row.valid_to is None else f"{row.valid_from}-{row.valid_to}"
    )


def other_years(factor: Factor, tables: FactorTables) -> list[Factor]:
    """Return the rows of the same item, region, gas and boundary that hold for other years, by year."""
    place = tables.by_place[factor.item, factor.region]
    same = (factor.gas, factor.boundary)
    found = [row for row in place if (row.gas, row.boundary) == same and row is not factor]
    return sorted(found, key=lambda row: row.valid_from)


def factor_text(row: Row, others: Sequence[Factor] = ()) -> str:
    """Return one factor with all that is known about it; `others` are its rows of other years."""
    told = {name: _text(value) for name, value in row.items()}
    told["valid_to"] = told["valid_to"] or _("(still holds)")
    # The text of a source ends in the locator, which has a line of its own.
    told["source"] = told["source"].removesuffix(f", {row['locator']}")
    width = max(map(len, told))
    lines: list[str] = []
    for name, text in told.items():
        first, *rest = wrap(text, _WIDEST, break_long_words=False) or ["-"]
        lines += [f"  {name:{width}}  {first}", *(f"  {'':{width}}  {line}" for line in rest)]
    if others:
        lines += ["", _("Other years")]
        lines += table([[one.factor_id, number(one.value), one.unit, _years(one)] for one in others], right=(1,))
    return "\n".join(lines) + "\n"


def _text(value: object) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, float) else str(value)
