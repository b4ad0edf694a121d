"""Which row answers a question about an item, a region and a year. Nothing is put in the place of a missing row."""

import difflib
from dataclasses import dataclass

from asmcarbon.errors import FactorError, FactorNotFound, InputError, Problem
from asmcarbon.factors.countries import regions_of
from asmcarbon.factors.rows import Factor, FactorTables
from asmcarbon.messages import _

ANYWHERE = "any"
WORLD = "World"
NEAREST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """The row that was chosen, and whether it stands in for the region that was asked for."""

    factor: Factor
    substituted: bool = False


def choose(
    tables: FactorTables,
    item: str,
    region: str,
    year: int,
    gas: str | None = None,
    boundary: str | None = None,
    substitute: str | None = None,
) -> Choice:
    """Return the one row for an item in a region and year.

    The row of the region itself comes first, then one published for its part of a continent, for its continent, and
    as valid anywhere (`any`); a world average only where `substitute` is "world", and then the choice says that it was
    substituted. A row holds from its valid_from to its valid_to, or onwards where that is blank. The user's own row
    comes before one of the same region, gas and boundary.

    gas, boundary   as in the tables; None admits every one, as long as a single row remains.

    FactorNotFound where no row fits, with the nearest rows; FactorError where more than one does.
    """
    for level, substituted in _levels(region, substitute):
        found = _rows_of(tables, item, level, year, gas, boundary)
        if len(found) > 1:
            raise _several(item, level, year, found)
        if found:
            return Choice(found[0], substituted)
    raise _not_found(tables, item, region, year, gas, boundary)


def choose_gases(
    tables: FactorTables,
    item: str,
    region: str,
    year: int,
    boundary: str | None = None,
    substitute: str | None = None,
) -> tuple[Choice, ...]:
    """Return one row for each gas that the tables have for an item, by the same rules as `choose`, sorted by gas.

    A region's own CO2 is completed by the CH4 and N2O that are valid anywhere. A figure in CO2e has the gases in it
    already, so it is never joined with single gases: whichever the region has is taken.
    """
    chosen: dict[str, Choice] = {}
    for level, substituted in _levels(region, substitute):
        if substituted and chosen:
            break
        found = _rows_of(tables, item, level, year, None, boundary)
        gases = [factor.gas for factor in found]
        if len(set(gases)) < len(gases) or (len(gases) > 1 and "CO2e" in gases):
            raise _several(item, level, year, found)
        fits = [factor for factor in found if not chosen or "CO2e" not in {factor.gas, *chosen}]
        chosen = {factor.gas: Choice(factor, substituted) for factor in fits} | chosen
    if not chosen:
        raise _not_found(tables, item, region, year, None, boundary)
    return tuple(chosen[gas] for gas in sorted(chosen))


def nearest(
    tables: FactorTables, item: str, region: str, year: int, gas: str | None = None, boundary: str | None = None
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
        is_other_boundary = boundary is not None and factor.boundary != boundary
        return is_other_gas, place, is_other_boundary, years, factor.factor_id

    of_here = [factor for factor in rows if factor.region in regions]
    return tuple(factor.factor_id for factor in sorted(of_here or rows, key=distance)[:NEAREST_SHOWN])


def _levels(region: str, substitute: str | None) -> list[tuple[str, bool]]:
    if substitute not in (None, "world"):
        what = _("'{given}' cannot stand in for a missing factor").format(given=substitute)
        raise InputError(Problem("substitute", what, _("world, or nothing")))
    levels = dict.fromkeys((*regions_of(region), ANYWHERE))
    pairs = [(level, False) for level in levels]
    return [*pairs, (WORLD, True)] if substitute == "world" and region != WORLD else pairs


def _rows_of(
    tables: FactorTables, item: str, region: str, year: int, gas: str | None, boundary: str | None
) -> list[Factor]:
    found = [
        factor
        for factor in tables.by_place.get((item, region), ())
        if factor.is_valid_in(year)
        and (gas is None or factor.gas == gas)
        and (boundary is None or factor.boundary == boundary)
    ]
    own = [factor for factor in found if factor.is_own]
    return [factor for factor in found if factor.is_own or not any(_replaces(one, factor) for one in own)]


def _not_found(
    tables: FactorTables, item: str, region: str, year: int, gas: str | None, boundary: str | None
) -> FactorNotFound:
    """Return the error, with what stands in the way of the rows that there are: their years, or that they are means."""
    rows = [
        row
        for row in tables.by_item.get(item, ())
        if (gas is None or row.gas == gas) and (boundary is None or row.boundary == boundary)
    ]
    here = [row for row in rows if row.region in (*regions_of(region), ANYWHERE)]
    hint = ""
    if here and year < min(row.valid_from for row in here):
        hint = _("its first row begins in {year}").format(year=min(row.valid_from for row in here))
    elif here:
        ended = [row.valid_to for row in here if row.valid_to is not None and row.valid_to < year]
        hint = _("its last row ended in {year}").format(year=max(ended)) if ended else ""
    elif any(row.region == WORLD and row.is_valid_in(year) for row in rows):
        hint = _("{region} has none, and a world average only stands in where the site says method.substitute: world")
        hint = hint.format(region=region)
    near = nearest(tables, item, region, year, gas, boundary)
    return FactorNotFound(item, region, year, near, hint)


def _replaces(own: Factor, shipped: Factor) -> bool:
    """Whether the user's own row stands in for one of asmcarbon's; a figure in CO2e has every gas in it."""
    gases = {own.gas, shipped.gas}
    return own.boundary == shipped.boundary and (len(gases) == 1 or "CO2e" in gases)


def _several(item: str, region: str, year: int, found: list[Factor]) -> FactorError:
    text = _("more than one factor for {item} in {region}, {year}: {rows}; name the gas or the boundary")
    rows = ", ".join(sorted(factor.factor_id for factor in found))
    return FactorError(text.format(item=item, region=region, year=year, rows=rows))
