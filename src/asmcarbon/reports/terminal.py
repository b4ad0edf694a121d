"""What pages of text for a terminal are made of: numbers, tables, the lines that several share."""

import re
from collections.abc import Iterable, Sequence
from math import floor, log10
from textwrap import wrap

from msgspec import Struct

from asmcarbon.messages import _, numeral
from asmcarbon.reports.rows import Row
from asmcarbon.vocabulary import word


def told(value: float | None, digits: int = 3) -> str:
    """Return a number as people read it: three significant digits, thousands with a comma.

    >>> told(114090.9), told(0.95556), told(12.06)
    ('114,000', '0.956', '12.1')
    """
    if value is None:
        return "-"
    if abs(value) < 1e-9:  # what rounding left
        return "0"
    places = digits - 1 - floor(log10(abs(value)))
    rounded = round(value, places)
    return numeral(rounded, f",.{max(places, 0)}f")


def money(value: float | None) -> str:
    """Return an amount of money to the unit."""
    return "-" if value is None else numeral(round(value) + 0)


class Cells(Struct, frozen=True):
    """Rows of text, for a terminal or a page.

    right    columns that are flush right
    is_headed  whether the first row tells what the columns are
    """

    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()
    is_headed: bool = True

    def lines(self) -> list[str]:
        """Return the rows as aligned lines."""
        return table(self.rows, self.right)


def table(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Return rows as aligned lines; columns named in `right` are flush right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    flush = set(right)
    lines: list[str] = []
    for row in rows:
        cells = [
            cell.rjust(width) if n in flush else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines


def data_lines(row: Row) -> list[str]:
    """Return what stands behind a site's own figures."""
    text = _("The site's figures: {measured} measured, {sourced} sourced, {assumed} assumed.").format(**row)
    if not row["assumed_figures"]:
        return [text]
    figures = dict.fromkeys(re.sub(r"\.\d+\.", ".*.", path) for path in row["assumed_figures"])
    return [
        text,
        *wrap(
            _("Assumed: {figures}").format(figures=", ".join(figures)),
            116,
            initial_indent="  ",
            subsequent_indent="    ",
        ),
    ]


def assumption_lines(report: Row) -> list[str]:
    """Return the figures that a plan took from the tables, each with its source."""
    return [f"  {one['name']}: {one['value']}  [{one['source']}]" for one in report["assumptions"]] or [
        "  " + _("nothing")
    ]


def source_cells(report: Row) -> Cells:
    """Return the sources of a footprint with what each emits and its share."""
    whole = report["totals"]["scopes_1_2_3"]["value"]
    rows = [
        [
            _("scope {n}").format(n=one["scope"]),
            one["label"],
            numeral(one["co2e"]["value"], ",.2f"),
            numeral(one["co2e"]["value"] / whole, ".0%") if whole else "-",
        ]
        for one in report["sources"]
    ]
    nothing = [[_("nothing: the site states no fuel, explosive or electricity")]]
    return Cells(rows or nothing, (2, 3), is_headed=False)


def provenance_line(report: Row) -> str:
    """Return what makes a report repeatable."""
    text = _("asmcarbon {version}, factors {release}, GWP100 of {gwp}, input {digest}")
    digest = report["input_sha256"][:12]
    return text.format(
        version=report["asmcarbon"], release=report["factor_release"], gwp=report["gwp_set"], digest=digest
    )


def per_text(name: str, report: Row) -> str:
    """Return what a total is told over, in words."""
    if name == "job":
        return _("per job ({jobs} full-time)").format(jobs=told(report["people"]["jobs"]["value"]))
    return over_text(name)


def over_text(name: str) -> str:
    """Return what a total is told over, in words, whoever's it is.

    >>> over_text("gold"), over_text("cobalt"), over_text("job")
    ('per kilogram of gold', 'per tonne of cobalt', 'per job')
    """
    if name == "job":
        return _("per job")
    if name == "ore":
        return _("per tonne of ore")
    if name.endswith(" (troy oz)"):
        return _("per troy ounce of {product}").format(product=word(name.removesuffix(" (troy oz)")))
    text = _("per kilogram of {product}") if name in ("gold", "silver") else _("per tonne of {product}")
    return text.format(product=word(name))
