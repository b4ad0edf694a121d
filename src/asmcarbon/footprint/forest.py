"""Carbon of forest from the tables, pool by pool: living biomass by zone, state and continent, dead matter by zone."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import FactorNotFound
from asmcarbon.factors.choose import choose
from asmcarbon.factors.tables import Factor, FactorTables
from asmcarbon.footprint.activities import Activity
from asmcarbon.footprint.derivation import Input, Node, Step, derived, factor_input, of_carbon
from asmcarbon.footprint.equations import above_ground_carbon, below_ground_carbon
from asmcarbon.site.land import Pool
from asmcarbon.site.site import Site
from asmcarbon.units import unit_of

# The rows of the carbon fraction that a zone takes, by the first word of its name: IPCC 2006 vol. 4 ch. 4, table 4.3
# has one domain for tropical and subtropical forest and one for temperate and boreal.
_CARBON_FRACTION = {
    "tropical": "tropical", "subtropical": "tropical", "temperate": "temperate", "boreal": "temperate",
    "mangrove": "mangrove",
}  # fmt: skip

# Where IPCC 2019 vol. 4 ch. 4, table 4.4 divides its ratios of roots to shoots, by the biomass above ground.
ROOT_TO_SHOOT_LIMIT = 125.0  # t/ha of dry matter


class Stock(Struct, frozen=True):
    """Carbon of one pool of a forest before it was opened.

    carbon   [carbon / area], and how it is computed
    row      of the tables that is the pool's own
    """

    pool: Pool
    carbon: Node
    row: Input


def stocks_of(opened: Activity, site: Site, tables: FactorTables) -> tuple[Stock, ...]:
    """Return the carbon of each pool of the forest that was opened.

    FactorNotFound where the biomass above ground has no row, which the rest hangs on, or where a pool has none that the
    site asks for by name; a pool that it does not ask for is left out.
    """
    return tuple(_stocks(opened, site, tables))


def _stocks(opened: Activity, site: Site, tables: FactorTables) -> Iterator[Stock]:
    zone = opened.zone or ""
    biomass, carbon = _living(opened, zone, site, tables)
    if "above_ground" in opened.pools:
        yield Stock("above_ground", carbon, biomass)
    kind = zone.partition("_")[0]
    # Mangroves have one ratio for every stand, and one figure of dead matter for every zone.
    size = ".up_to_125_t" if biomass.quantity.m_as("t/ha") <= ROOT_TO_SHOOT_LIMIT else ".over_125_t"
    roots = f"forest.root_to_shoot.{zone}" + ("" if kind == "mangrove" else size)
    row = _row_if_asked("below_ground", roots, opened, site, tables)
    if row is not None:
        ratio = factor_input(row, "root_to_shoot", tables)
        below = derived(below_ground_carbon, unit_of("tC/ha"), carbon_above_ground=carbon, root_to_shoot=ratio)
        yield Stock("below_ground", below, ratio)
    dead: tuple[Pool, ...] = ("dead_wood", "litter")
    for pool in dead:
        item = f"forest.{pool}.{'mangrove' if kind == 'mangrove' else zone}"
        found = _row_if_asked(pool, item, opened, site, tables)
        if found is not None:
            # The limits of table 2.2 are the smallest and the largest figure published, and no interval of the mean.
            stock = of_carbon(replace(factor_input(found, pool, tables), low=None, high=None))
            yield Stock(pool, stock, stock)


def _living(opened: Activity, zone: str, site: Site, tables: FactorTables) -> tuple[Input, Step]:
    """Return the row of the biomass above ground, and its carbon."""
    place = (site.country, site.year)
    biomass = factor_input(choose(tables, opened.item, *place).factor, "above_ground_biomass", tables)
    fraction = carbon_fraction(zone, site, tables)
    return biomass, derived(above_ground_carbon, unit_of("tC/ha"), biomass=biomass, carbon_fraction=fraction)


def carbon_fraction(zone: str, site: Site, tables: FactorTables) -> Input:
    """Return the carbon in dry matter above ground of a zone; that of any forest for what has no zone."""
    domain = _CARBON_FRACTION.get(zone.partition("_")[0])
    item = "biomass.carbon_fraction" + (f".{domain}" if domain else "")
    return of_carbon(factor_input(choose(tables, item, site.country, site.year).factor, "carbon_fraction", tables))


def _row_if_asked(pool: Pool, item: str, opened: Activity, site: Site, tables: FactorTables) -> Factor | None:
    if pool not in opened.pools:
        return None
    try:
        return choose(tables, item, site.country, site.year).factor
    except FactorNotFound:
        if opened.pools_asked:
            raise
        return None
