"""Why no row answers a question, and what to do: an item unknown, a country without a figure, a row expired."""

import difflib
from collections.abc import Sequence

from asmcarbon.errors import FactorError, FactorNotFound
from asmcarbon.factors.countries import regions_of
from asmcarbon.factors.rows import Factor, FactorTables
from asmcarbon.messages import _

ANYWHERE = "any"
WORLD = "World"
NEAREST_SHOWN = 5
REGIONS_SHOWN = 20


def not_found(
    tables: FactorTables,
    item: str,
    region: str,
    year: int,
    gas: str | None = None,
    boundaries: Sequence[str | None] = (None,),
    substitute: str | None = None,
) -> FactorNotFound:
    """Return the error that says why no row answers, and what to do.

    gas, boundaries, substitute   what was asked: any of the boundaries would have done, the last also of the world

    Where the region has rows that were valid before the year, or will be after it, they are named in the place of the
    nearest ones.
    """
    near = nearest(tables, item, region, year, gas, boundaries)
    rows = [
        row
        for row in tables.by_item.get(item, ())
        if gas in (None, row.gas)
        and (None in boundaries or row.boundary in boundaries)
        # A world average stands in for the last boundary only.
        and (row.region != WORLD or region == WORLD or boundaries[-1] in (None, row.boundary))
    ]
    levels = tuple(dict.fromkeys((*regions_of(region), ANYWHERE, *((WORLD,) if substitute == "world" else ()))))
    # A region's own row says more of it than one of its continent, as when a row is chosen.
    of_region = next((found for level in levels if (found := [row for row in rows if row.region == level])), None)
    if item not in tables.by_item:
        return FactorNotFound(item, region, year, near, why=_("the tables have no such item"))
    remedy = _remedy(rows, year, substitute)
    if of_region is None:
        return FactorNotFound(item, region, year, near, why=_no_figure(levels), remedy=remedy)
    ended = [row.valid_to for row in of_region if row.valid_to is not None and row.valid_to < year]
    valid_to = max(ended, default=None)
    why = _out_of_time(of_region, year)
    return FactorNotFound(item, region, year, near, why=why, remedy=remedy, is_named=True, valid_to=valid_to)


def _no_figure(levels: tuple[str, ...]) -> str:
    """Return that nothing is known of any of the regions whose rows would have answered."""
    places = [level for level in levels if level not in (ANYWHERE, WORLD)]
    if not places:
        return _("the tables have no figure that is valid anywhere")
    first, last = ", ".join(places[:-1]), places[-1]
    named = _("{first} or {last}").format(first=first, last=last) if first else last
    return _("the tables have no figure for {regions}, nor one that is valid anywhere").format(regions=named)


def _out_of_time(rows: list[Factor], year: int) -> str:
    """Return when the rows of a region are valid: before the year, after it, or on both sides of a gap."""
    before = [row for row in rows if row.valid_to is not None and row.valid_to < year]
    after = [row for row in rows if row.valid_from > year]
    last = max(before, key=lambda row: row.valid_to or 0, default=None)
    first = min(after, key=lambda row: row.valid_from, default=None)
    if last is not None and first is not None:
        text = _("{last} was valid until {valid_to} and the next row, {first}, begins in {valid_from}")
        return text.format(
            last=last.factor_id, valid_to=last.valid_to, first=first.factor_id, valid_from=first.valid_from
        )
    if last is not None:
        text = _("{last} was valid until {valid_to} and no row follows it")
        return text.format(last=last.factor_id, valid_to=last.valid_to)
    text = _("its first row, {first}, begins in {valid_from}, and no row is used for the years before its own")
    return text.format(first=first.factor_id if first else "", valid_from=first.valid_from if first else "")


def _remedy(rows: list[Factor], year: int, substitute: str | None) -> str:
    has_world = any(row.region == WORLD and row.is_valid_in(year) for row in rows)
    if has_world and substitute is None:
        return _(
            "lay a row of your own over the tables (method.factors),"
            " or allow the world average (method.substitute: world)"
        )
    return _("lay a row of your own over the tables (method.factors)")


def nearest(
    tables: FactorTables,
    item: str,
    region: str,
    year: int,
    gas: str | None = None,
    boundaries: Sequence[str | None] = (None,),
) -> tuple[str, ...]:
    """Return the ids of the rows that come closest to what was asked, best first.

    Rows of the item itself, of other countries only where there are no others: those of the same gas, then of the
    region, its continent, anywhere, the world, then of the same boundary, then of the nearest year. Where the item is
    not known, rows of the items that are spelled most alike.
    """
    rows = tables.by_item.get(item, ())
    if not rows:
        alike = difflib.get_close_matches(item, sorted(tables.by_item), NEAREST_SHOWN)
        return tuple(tables.by_item[name][0].factor_id for name in alike)

    regions = (*regions_of(region), ANYWHERE, WORLD)

    def distance(factor: Factor) -> tuple[bool, int, bool, int, str]:
        place = regions.index(factor.region) if factor.region in regions else len(regions)
        last = year if factor.valid_to is None else factor.valid_to
        years = max(factor.valid_from - year, year - last, 0)
        is_other_gas = gas is not None and factor.gas != gas
        is_other_boundary = None not in boundaries and factor.boundary not in boundaries
        return is_other_gas, place, is_other_boundary, years, factor.factor_id

    of_here = [factor for factor in rows if factor.region in regions]
    return tuple(factor.factor_id for factor in sorted(of_here or rows, key=distance)[:NEAREST_SHOWN])


def nothing_found(tables: FactorTables, item: str, region: str) -> str:
    """Return why a list of rows is empty: an item or a region that the tables do not have, or all filters together."""
    items = [name for name in tables.by_item if name.startswith(item)]
    if not items:
        alike = difflib.get_close_matches(item, sorted(tables.by_item), NEAREST_SHOWN, 0.5)
        text = _("no item begins with '{item}'; alike are {names}") if alike else _("no item begins with '{item}'")
        return text.format(item=item, names=", ".join(alike))
    regions = sorted({row.region for name in items for row in tables.by_item[name]})
    if region and region not in regions:
        meant = [known for known in regions if known.casefold() == region.casefold()]
        if meant:
            return _("no region is called '{region}'; did you mean {meant}?").format(region=region, meant=meant[0])
        text = _("no row of these items is of region '{region}'; there are {regions}")
        shown = ", ".join(regions[:REGIONS_SHOWN]) + (", …" if len(regions) > REGIONS_SHOWN else "")
        return text.format(region=region, regions=shown)
    return _("no row is all that was asked for")


def no_such_factor(tables: FactorTables, factor_id: str) -> FactorError:
    """Return the error that no row has an id: the rows of an item where it is one, or the ids that are alike."""
    rows = tables.by_item.get(factor_id, ())
    if rows:
        text = _("{given} is an item, of {n} rows, and no id of one; the first are {ids}; see: {command}")
        command = f"asmcarbon factors list --item {factor_id}"
        ids = ", ".join(row.factor_id for row in rows[:NEAREST_SHOWN])
        return FactorError(text.format(given=factor_id, n=len(rows), ids=ids, command=command))
    alike = difflib.get_close_matches(factor_id[:100], list(tables.by_id), 3, 0.3)
    text = _("no factor has the id {given}; alike are {ids}") if alike else _("no factor has the id {given}")
    return FactorError(text.format(given=factor_id[:100], ids=", ".join(alike)))
