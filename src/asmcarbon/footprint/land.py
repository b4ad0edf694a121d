"""Carbon of forest from the tables, pool by pool: living biomass by zone, state and continent, dead matter by zone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from asmcarbon.errors import FactorNotFound
from asmcarbon.factors.choose import choose
from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import Factor, FactorTables
from asmcarbon.footprint.equations import below_ground_biomass, biomass_carbon
from asmcarbon.footprint.footprint import Input, factor_input
from asmcarbon.site.land import Pool, State, Zone
from asmcarbon.site.site import Site
from asmcarbon.units import quantity

# Root:shoot ratios are published for stands below and above this dry matter above ground (IPCC 2019, vol. 4, table 4.4).
_DENSE = quantity(125.0, "t/ha")


@dataclass(frozen=True, slots=True)
class Forest:
    """Which forest was opened: `pools` None stands for all that the tables have."""

    zone: Zone
    state: State | None
    pools: tuple[Pool, ...] | None


@dataclass(frozen=True, slots=True)
class Stock:
    """Carbon of one pool of a forest. [carbon / area]

    rows      the rows that it is the product of, as inputs of a line
    factor_id, citation   of the row of the stock itself
    """

    pool: Pool
    carbon: Any
    rows: tuple[Input, ...]
    factor_id: str
    citation: str


def stocks_of(forest: Forest, site: Site, tables: FactorTables) -> tuple[Stock, ...]:
    """Return the carbon of each pool of a forest at a site for which the tables have rows.

    FactorNotFound where the living biomass above ground has no row, or a pool that the site asks for by name.
    """
    found: list[Stock] = []
    for pool, stock_of in _POOLS.items():
        if forest.pools is not None and pool not in forest.pools:
            continue
        try:
            found.append(stock_of(forest, site, tables))
        except FactorNotFound:
            if forest.pools is not None or pool == "above_ground":
                raise
    return tuple(found)


def _above_ground(forest: Forest, site: Site, tables: FactorTables) -> Stock:
    row, fraction = _biomass(forest, site, tables), _carbon_fraction(forest, site, tables)
    biomass = factor_input(row, "above_ground_biomass", tables)
    carbon = biomass_carbon(biomass.quantity, fraction.quantity)
    return Stock("above_ground", carbon, (biomass, fraction), row.factor_id, citation(tables, row))


def _below_ground(forest: Forest, site: Site, tables: FactorTables) -> Stock:
    row, fraction = _biomass(forest, site, tables), _carbon_fraction(forest, site, tables)
    biomass = factor_input(row, "above_ground_biomass", tables)
    item = f"forest.root_to_shoot.{forest.zone}"
    if not _is_mangrove(forest):
        item += ".over_125_t" if biomass.quantity > _DENSE else ".up_to_125_t"
    ratio_row = _row(item, site, tables)
    ratio = factor_input(ratio_row, "root_to_shoot", tables)
    carbon = biomass_carbon(below_ground_biomass(biomass.quantity, ratio.quantity), fraction.quantity)
    rows = (biomass, ratio, fraction)
    return Stock("below_ground", carbon, rows, ratio_row.factor_id, citation(tables, ratio_row))


def _dead_matter(pool: Pool) -> Callable[[Forest, Site, FactorTables], Stock]:
    def stock_of(forest: Forest, site: Site, tables: FactorTables) -> Stock:
        zone = "mangrove" if _is_mangrove(forest) else forest.zone
        row = _row(f"forest.{pool}.{zone}", site, tables)
        # The limits of table 2.2 are the smallest and largest figure published, which are no interval of the mean.
        stock = replace(_as_carbon(factor_input(row, f"{pool}_carbon", tables)), low=None, high=None)
        return Stock(pool, stock.quantity, (stock,), row.factor_id, citation(tables, row))

    return stock_of


_POOLS: dict[Pool, Callable[[Forest, Site, FactorTables], Stock]] = {
    "above_ground": _above_ground,
    "below_ground": _below_ground,
    "dead_wood": _dead_matter("dead_wood"),
    "litter": _dead_matter("litter"),
}


def _biomass(forest: Forest, site: Site, tables: FactorTables) -> Factor:
    parts = ("forest.above_ground_biomass", forest.zone, forest.state)
    return _row(".".join(part for part in parts if part), site, tables)


def _carbon_fraction(forest: Forest, site: Site, tables: FactorTables) -> Input:
    """Return the carbon in dry matter: of the climate where it has a row, else the default of all climates."""
    climate = forest.zone.split("_")[0]
    item = "biomass.carbon_fraction"
    item = f"{item}.{climate}" if f"{item}.{climate}" in tables.by_item else item
    return _as_carbon(factor_input(_row(item, site, tables), "carbon_fraction", tables))


def _row(item: str, site: Site, tables: FactorTables) -> Factor:
    return choose(tables, item, site.country, site.year).factor


def _as_carbon(one: Input) -> Input:
    """Return a share, or a mass for each hectare, as one of carbon: the tables print tonnes, and say of what."""
    carbon = quantity(1.0, "tC/t")
    low, high = (None if limit is None else limit * carbon for limit in (one.low, one.high))
    return replace(one, quantity=one.quantity * carbon, low=low, high=high)


def _is_mangrove(forest: Forest) -> bool:
    return forest.zone.startswith("mangrove_")
