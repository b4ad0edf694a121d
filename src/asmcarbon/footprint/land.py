"""What was done to land to the gases that it gives off or takes up: carbon lost, fire, drained peat, removals."""

from collections.abc import Iterator

from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import Activity
from asmcarbon.footprint.derivation import Input, Node, convention, derived, site_input
from asmcarbon.footprint.emission import Emission, co2_of
from asmcarbon.footprint.equations import land_carbon_lost, removal
from asmcarbon.footprint.fire import fire_emissions
from asmcarbon.footprint.forest import stocks_of
from asmcarbon.footprint.peat import peat_emission, soil_emission
from asmcarbon.footprint.removals import growth_emissions
from asmcarbon.messages import _
from asmcarbon.site.land import Burned, OnPeat, Pool, Soil
from asmcarbon.site.rehabilitated import Rehabilitated
from asmcarbon.site.site import Site
from asmcarbon.units import unit_of
from asmcarbon.vocabulary import word


def land_emissions(activity: Activity, site: Site, tables: FactorTables) -> Iterator[Emission]:
    """Yield what land gives off, or takes up where the account is that of removals, in the year."""
    match activity.part:
        case Burned() as fire:
            yield from fire_emissions(activity, fire, site, tables)
        case Soil() as soil:
            yield soil_emission(activity, soil, site, tables)
        case Rehabilitated() as way:
            yield from growth_emissions(activity, way, site, tables)
        case OnPeat() as land:
            yield peat_emission(activity, land, site, tables)
        case _ if activity.account == "removals":
            area, parts = _inputs(activity)
            taken_up = derived(removal, unit_of("kgCO2e/year"), area=area, **parts)
            yield Emission("CO2e", taken_up, activity.label)
        case _ if activity.zone is not None:
            # A line for each pool; one without a row that the site does not ask for is left out, as the notes say.
            for stock in stocks_of(activity, site, tables):
                yield _carbon_lost(activity, (stock.pool,), stock.carbon, stock.row)
        case _:
            yield _carbon_lost(activity, activity.pools, None, None)


def _inputs(activity: Activity) -> tuple[Input, dict[str, Node]]:
    area = site_input(f"{activity.source}.area", "area", activity.amount)
    return area, {name: site_input(f"{activity.source}.{name}", name, datum) for name, datum in activity.parts}


def _carbon_lost(
    activity: Activity, pools: tuple[Pool, ...], carbon_before: Node | None, row: Input | None
) -> Emission:
    """Return the carbon lost with land as CO2: of all of it, and all of the stock, where the site says no other."""
    area, stated = _inputs(activity)
    parts = {
        "affected_share": convention("affected_share", 1.0, "1", _("all of it: the site states no share")),
        "carbon_before": carbon_before or stated["carbon_before"],
        "carbon_after": convention("carbon_after", 0.0, "tC/ha", _("nothing is left: the site states no stock")),
        **stated,
    }
    carbon = derived(land_carbon_lost, unit_of("tC/year"), area=area, **parts)
    words = ", ".join(map(word, pools))
    label = _("{name} opened ({pools})").format(name=activity.label, pools=words)
    return Emission("CO2", co2_of(carbon), label, row, pools)
