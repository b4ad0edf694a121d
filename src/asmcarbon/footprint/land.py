"""Carbon of forest from the tables, pool by pool: living biomass by zone, state and continent, dead matter by zone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from asmcarbon.errors import FactorNotFound
from asmcarbon.factors.choose import choose
from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import Factor, FactorTables
from asmcarbon.footprint.activities import Activity
from asmcarbon.footprint.equations import above_ground_carbon, below_ground_carbon
from asmcarbon.footprint.footprint import Input, factor_input
from asmcarbon.site.land import Pool
from asmcarbon.site.site import Site
from asmcarbon.units import quantity

# The rows of the carbon fraction that a zone takes, by the first word of its name: IPCC 2006 vol. 4 ch. 4, table 4.3
# has one domain for tropical and subtropical forest and one for temperate and boreal.
_CARBON_FRACTION = {
    "tropical": "tropical", "subtropical": "tropical", "temperate": "temperate", "boreal": "temperate",
    "mangrove": "mangrove",
}  # fmt: skip

# Where IPCC 2019 vol. 4 ch. 4, table 4.4 divides its ratios of roots to shoots, by the biomass above ground.
_ROOT_TO_SHOOT_LIMIT = 125.0  # t/ha of dry matter


@dataclass(frozen=True, slots=True)
class Stock:
    """Carbon of one pool of a forest before it was opened.

    carbon       [carbon / area]
    rows         what it is the product of
    factor_id    the row that is the pool's own, with its citation
    """

    pool: Pool
    carbon: Any
    rows: tuple[Input, ...]
    factor_id: str
    citation: str


def stocks_of(opened: Activity, site: Site, tables: FactorTables) -> tuple[Stock, ...]:
    """Return the carbon of each pool of the forest that was opened.

    FactorNotFound where the biomass above ground has no row, which the rest hangs on, or where a pool has none that the
    site asks for by name; a pool that it does not ask for is left out.
    """
    return tuple(_stocks(opened, site, tables))


def _stocks(opened: Activity, site: Site, tables: FactorTables) -> Iterator[Stock]:
    zone = opened.zone or ""
    row, rows, carbon = _living(opened, zone, site, tables)
    if "above_ground" in opened.pools:
        yield Stock("above_ground", carbon, rows, row.factor_id, citation(tables, row))
    kind = zone.partition("_")[0]
    # Mangroves have one ratio for every stand, and one figure of dead matter for every zone.
    size = ".up_to_125_t" if row.quantity.m_as("t/ha") <= _ROOT_TO_SHOOT_LIMIT else ".over_125_t"
    roots = f"forest.root_to_shoot.{zone}" + ("" if kind == "mangrove" else size)
    ratio = _row_if_asked("below_ground", roots, opened, site, tables)
    if ratio is not None:
        used = (*rows, factor_input(ratio, "root_to_shoot", tables))
        below = below_ground_carbon(carbon, ratio.quantity)
        yield Stock("below_ground", below, used, ratio.factor_id, citation(tables, ratio))
    dead: tuple[Pool, ...] = ("dead_wood", "litter")
    for pool in dead:
        item = f"forest.{pool}.{'mangrove' if kind == 'mangrove' else zone}"
        found = _row_if_asked(pool, item, opened, site, tables)
        if found is not None:
            # The limits of table 2.2 are the smallest and the largest figure published, and no interval of the mean.
            stock = replace(factor_input(found, pool, tables), low=None, high=None)
            yield Stock(pool, found.quantity * _of_carbon(), (stock,), found.factor_id, citation(tables, found))


def _living(opened: Activity, zone: str, site: Site, tables: FactorTables) -> tuple[Factor, tuple[Input, ...], Any]:
    """Return the row of the biomass above ground, the inputs and the amount of its carbon."""
    place = (site.country, site.year)
    biomass = choose(tables, opened.item, *place).factor
    domain = _CARBON_FRACTION.get(zone.partition("_")[0])
    fraction = choose(tables, "biomass.carbon_fraction" + (f".{domain}" if domain else ""), *place).factor
    carbon = above_ground_carbon(biomass.quantity, fraction.quantity * _of_carbon())
    inputs = (
        factor_input(biomass, "above_ground_biomass", tables), factor_input(fraction, "carbon_fraction", tables)
    )  # fmt: skip
    return biomass, inputs, carbon


def _row_if_asked(pool: Pool, item: str, opened: Activity, site: Site, tables: FactorTables) -> Factor | None:
    if pool not in opened.pools:
        return None
    try:
        return choose(tables, item, site.country, site.year).factor
    except FactorNotFound:
        if opened.pools_asked:
            raise
        return None


def _of_carbon() -> Any:
    """Return what makes a tonne one of carbon: the tables print plain tonnes and shares, and say of what."""
    return quantity(1.0, "tC/t")
