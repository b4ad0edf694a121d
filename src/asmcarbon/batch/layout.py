"""The header of a table: which column holds what, in which unit; or all that is wrong with it, at once."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from pydantic_core import PydanticCustomError

from asmcarbon.batch.columns import WORDS, Item, items
from asmcarbon.errors import InputError, Problem, UnitError, or_nearest
from asmcarbon.messages import _
from asmcarbon.units import is_of, quantity

# An activity table has one activity a row.
ACTIVITY = ("site", "item", "amount", "unit", "country", "year")
NEEDED = ("site", "country", "year")
OPTIONAL = ("programme", "basis")
MOST_COLUMNS = 500
LONGEST_NAME = 100

_HEADER = re.compile(r"(?P<item>[^\[\]]+?) *(\[ *(?P<unit>[^\[\]]*?) *\])?")
_RANGE = ("± %", "+- %")


class Quantities(Struct, frozen=True):
    """A column of figures.

    column   its header
    unit     of all its cells; None where another column, or each cell, has it
    units    the column that has the unit of each cell
    scale    from the unit to that of the item
    """

    item: Item
    column: str
    unit: str | None = None
    units: str | None = None
    scale: float = 1.0


class Layout(Struct, frozen=True):
    """What the columns of a site table hold.

    texts       columns by what they are: site, country, year, programme, basis
    quantities  by item
    ranges      columns of half the 95 % range of a figure in percent, by item
    words       columns by item
    """

    texts: dict[str, str]
    quantities: dict[str, Quantities]
    ranges: dict[str, str]
    words: dict[str, str]


def is_activity_table(header: Sequence[str]) -> bool:
    """Whether a header is that of an activity table: one that has an item and an amount in each row."""
    return {"item", "amount"} <= {name.strip().lower() for name in header}


def layout_of(header: Sequence[str], file: str) -> Layout:
    """Return what the columns of a site table hold; InputError lists all that is wrong with them."""
    problems = _too_many(header, file) or _doubled(header, file)
    if problems:
        raise InputError(problems)
    texts: dict[str, str] = {}
    quantities: dict[str, Quantities] = {}
    ranges: dict[str, str] = {}
    words: dict[str, str] = {}
    units: dict[str, str] = {}
    for column in header:
        name = column.strip().lower()
        if name in (*NEEDED, *OPTIONAL):
            texts[name] = column
        elif name in WORDS:
            words[name] = column
        elif name.endswith(" unit") and name.removesuffix(" unit") in items():
            units[name.removesuffix(" unit")] = column
        else:
            problem = _figures(column, file, quantities, ranges)
            problems += [problem] if problem is not None else []
    missing = [name for name in NEEDED if name not in texts]
    if missing:
        what = _("has no column {columns}").format(columns=", ".join(missing))
        problems.append(Problem("", what, _("a table of sites, or of activities"), ",".join(ACTIVITY), 1, file))
    for name, column in units.items():
        known = quantities.get(name)
        if known is None or known.unit is not None:
            what = _("is the unit of a column that is not there, or has its unit in its header")
            problems.append(Problem(column, what, _("a column {item} beside it").format(item=name), name, 1, file))
        else:
            quantities[name] = Quantities(known.item, known.column, None, column)
    for name, column in ranges.items():
        if name not in quantities:
            what = _("is the range of a column that is not there")
            example = f"{name} [{items()[name].measure.unit}]"
            problems.append(Problem(column, what, _("a column {item} beside it").format(item=name), example, 1, file))
    if problems:
        raise InputError(problems)
    return Layout(texts, quantities, ranges, words)


def _too_many(header: Sequence[str], file: str) -> list[Problem]:
    if len(header) <= MOST_COLUMNS:
        return []
    what = _("has {n} columns").format(n=len(header))
    return [Problem("", what, _("at most {n}").format(n=MOST_COLUMNS), "", 1, file)]


def _doubled(header: Sequence[str], file: str) -> list[Problem]:
    seen: dict[str, str] = {}
    problems: list[Problem] = []
    for column in header:
        match = _HEADER.fullmatch(column.strip().lower())
        name = column.strip().lower() if match is None else match["item"]
        kind = "range" if match is not None and match["unit"] in _RANGE else ""
        if name + kind in seen:
            what = _("stands twice; the other is '{column}'").format(column=_shown(seen[name + kind]))
            problems.append(Problem(_shown(column), what, _("each item once"), "", 1, file))
        seen.setdefault(name + kind, column)
    return problems


def _figures(column: str, file: str, quantities: dict[str, Quantities], ranges: dict[str, str]) -> Problem | None:
    """Take a column of figures, or of their ranges; return what is wrong with it."""
    shown = _shown(column)
    match = _HEADER.fullmatch(column.strip())
    name = match["item"].lower() if match is not None else ""
    item = items().get(name)
    if item is None:
        known = [*NEEDED, *OPTIONAL, *items(), *WORDS]
        what, expected = or_nearest(_("is not an item that asmcarbon knows"), name or column.strip().lower(), known)
        return Problem(shown, what, expected, "diesel.generator [L/month]", 1, file)
    assert match is not None
    if match["unit"] in _RANGE:
        ranges[name] = column
        return None
    if match["unit"] is None:
        quantities[name] = Quantities(item, column)
        return None
    scale, problem = scale_of(item, match["unit"])
    if problem is not None:
        return Problem(shown, problem.what, problem.expected, f"{name} [{item.measure.unit}]", 1, file)
    quantities[name] = Quantities(item, column, match["unit"], None, scale)
    return None


def scale_of(item: Item, unit: str) -> tuple[float, Problem | None]:
    """Return what leads from a unit to that of an item; or what is wrong with the unit."""
    try:
        one = quantity(1.0, unit)
    except UnitError as error:
        return 1.0, error.problems[0]
    if is_of(one, item.measure.unit):
        return float(one.m_as(item.measure.unit)), None
    return 1.0, reason_of(item, f"1 {unit}")


def reason_of(item: Item, text: str | Mapping[str, object]) -> Problem | None:
    """Return why a text, or a mapping, states no figure of an item; None where it states one."""
    try:
        item.measure.read(text)
    except PydanticCustomError as error:
        told = error.context or {}
        return Problem("", str(told["what"]), str(told["expected"]), str(told["example"]))
    return None


def _shown(column: str) -> str:
    return column if len(column) <= LONGEST_NAME else f"{column[:LONGEST_NAME]}…"
