"""What another release of the factor tables does to a site: every figure by `calculate`, with the one and the other."""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from asmcarbon.errors import AsmcarbonError
from asmcarbon.factors.rows import Factor, FactorTables, tables_of
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.footprint.moves import Move, moves_between
from asmcarbon.site.site import Site

UNIT = "tCO2e/year"

# The totals that are compared, by their names in every report.
TOTALS = ("scopes_1_2", "scopes_1_2_3", "scope_2_market_based", "land_use_change", "removals")

# The cause that is no item: the set of GWPs, and the rows of all sets.
GWP = "gwp100"

Laid = Callable[[FactorTables], FactorTables]


class Cause(Struct, frozen=True):
    """What one change does alone: the old tables with the new rows of one item, or with the new GWPs.

    totals   change of each total in `UNIT`; None where the item cannot be changed alone
    """

    item: str
    totals: dict[str, float] | None


class SiteEffect(Struct, frozen=True):
    """A site by the old and the new tables.

    old, new      its footprints, or why there is none
    moves         the lines that moved, the largest move first
    causes        what each change does alone, the largest first
    interaction   what the changes do together beyond what each does alone; None where one cannot stand alone
    used          the ids of the rows, of either release, that the footprints rest on
    """

    site: Site
    old: Footprint | AsmcarbonError
    new: Footprint | AsmcarbonError
    moves: tuple[Move, ...]
    causes: tuple[Cause, ...]
    interaction: dict[str, float] | None
    used: frozenset[str]


def effect_of(site: Site, old: FactorTables, new: FactorTables, laid: Laid = lambda one: one) -> SiteEffect:
    """Return what the change from the old to the new tables does to a site.

    laid   lays the site's own factors over tables, where it has any
    """
    before, after = laid(old), laid(new)
    was, now = _footprint(site, before), _footprint(site, after)
    used = frozenset((*_used(was, before), *_used(now, after)))
    if isinstance(was, AsmcarbonError) or isinstance(now, AsmcarbonError):
        return SiteEffect(site, was, now, (), (), None, used)
    moves = moves_between(was.lines, now.lines)
    today = totals_of(was)
    alone = [
        Cause(item, _change(today, _footprint(site, laid(_with_item(item, old, new)))))
        for item in dict.fromkeys(_items(moves, before, after))
    ]
    causes = [one for one in alone if one.totals is None or any(one.totals.values())]
    causes.sort(key=lambda one: (one.totals is None, -sum(abs(part) for part in (one.totals or {}).values()), one.item))
    return SiteEffect(site, was, now, moves, tuple(causes), _interaction(_change(today, now), causes), used)


def totals_of(footprint: Footprint) -> dict[str, float]:
    """Return the totals that are compared, in `UNIT`, without those that the site states nothing of."""
    lines = {name: footprint.lines_of(name) for name in TOTALS}
    stated = {name: found for name, found in lines.items() if found or name.startswith("scopes")}
    return {name: sum(float(line.co2e.m_as(UNIT)) for line in found) for name, found in stated.items()}


def _footprint(site: Site, tables: FactorTables) -> Footprint | AsmcarbonError:
    try:
        return calculate(activities_of(site), site, tables)
    except AsmcarbonError as error:
        return error


def _used(footprint: Footprint | AsmcarbonError, tables: FactorTables) -> Iterator[str]:
    """Yield the ids of asmcarbon's own rows that a footprint rests on."""
    if isinstance(footprint, Footprint):
        for line in footprint.lines:
            for one in line.inputs:
                row = tables.by_id.get(one.key)
                if row is not None and not row.is_own:
                    yield one.key


def _items(moves: tuple[Move, ...], before: FactorTables, after: FactorTables) -> Iterator[str]:
    """Yield the items of the rows that moved lines; all GWPs are one cause with the choice of their set."""
    for move in moves:
        for _name, *pair in move.causes:
            for one, tables in zip(pair, (before, after), strict=True):
                row = None if one is None else tables.by_id.get(one.key)
                if row is not None:
                    yield GWP if _is_of(GWP, row) else row.item


def _is_of(item: str, row: Factor) -> bool:
    return row.item.startswith(f"{GWP}.") if item == GWP else row.item == item


def _with_item(item: str, old: FactorTables, new: FactorTables) -> FactorTables:
    """Return the old tables with the new rows of an item, or with the new GWPs and the new default set of them."""
    kept = (row for row in old.factors if not _is_of(item, row))
    rows = (*kept, *(row for row in new.factors if _is_of(item, row)))
    gwp_set = new.default_gwp_set if item == GWP else old.default_gwp_set
    return tables_of(old.folder, old.release, gwp_set, rows, {**new.sources, **old.sources})


def _change(today: Mapping[str, float], changed: Footprint | AsmcarbonError) -> dict[str, float] | None:
    if isinstance(changed, AsmcarbonError):
        return None
    then = totals_of(changed)
    return {name: then.get(name, 0.0) - today.get(name, 0.0) for name in {**today, **then}}


def _interaction(whole: Mapping[str, float] | None, causes: list[Cause]) -> dict[str, float] | None:
    alone = [one.totals for one in causes if one.totals is not None]
    if whole is None or len(alone) < len(causes):
        return None
    return {name: change - sum(one.get(name, 0.0) for one in alone) for name, change in whole.items()}
