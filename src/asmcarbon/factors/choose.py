"""Which row answers a question about an item, a region and a year. Nothing is put in the place of a missing row."""

from collections.abc import Sequence

from msgspec import Struct

from asmcarbon.errors import FactorError, InputError, Problem
from asmcarbon.factors.countries import regions_of
from asmcarbon.factors.missing import ANYWHERE, WORLD, not_found
from asmcarbon.factors.rows import Factor, FactorTables
from asmcarbon.messages import _


class Choice(Struct, frozen=True):
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

    FactorNotFound where no row fits, with the reason and the nearest rows; FactorError where more than one does.
    """
    for level, substituted in _levels(region, substitute):
        found = _rows_of(tables, item, level, year, gas, boundary)
        if len(found) > 1:
            raise _several(item, level, year, found)
        if found:
            return Choice(found[0], substituted)
    raise not_found(tables, item, region, year, gas, (boundary,), substitute)


def choose_gases(
    tables: FactorTables,
    item: str,
    region: str,
    year: int,
    boundary: str | Sequence[str] | None = None,
    substitute: str | None = None,
) -> tuple[Choice, ...]:
    """Return one row for each gas that the tables have for an item, by the same rules as `choose`, sorted by gas.

    boundary    one, or several that will do, best first: the first that has a row answers, and a world average may
                stand in only for the last; None, or none of them, admits every one

    A region's own CO2 is completed by the CH4 and N2O that are valid anywhere. A figure in CO2e has the gases in it
    already, so it is never joined with single gases: whichever the region has is taken.
    """
    asked = (boundary,) if isinstance(boundary, str) else tuple(boundary or (None,))
    for one in asked:
        chosen = _gases(tables, item, region, year, one, substitute if one == asked[-1] else None)
        if chosen:
            return tuple(chosen[gas] for gas in sorted(chosen))
    raise not_found(tables, item, region, year, None, asked, substitute)


def _gases(
    tables: FactorTables, item: str, region: str, year: int, boundary: str | None, substitute: str | None
) -> dict[str, Choice]:
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
    return chosen


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


def _replaces(own: Factor, shipped: Factor) -> bool:
    """Whether the user's own row stands in for one of asmcarbon's; a figure in CO2e has every gas in it."""
    gases = {own.gas, shipped.gas}
    return own.boundary == shipped.boundary and (len(gases) == 1 or "CO2e" in gases)


def _several(item: str, region: str, year: int, found: list[Factor]) -> FactorError:
    text = _("more than one factor for {item} in {region}, {year}: {rows}; name the gas or the boundary")
    rows = ", ".join(sorted(factor.factor_id for factor in found))
    return FactorError(text.format(item=item, region=region, year=year, rows=rows))
