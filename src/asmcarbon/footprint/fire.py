"""Fire at clearing: methane and nitrous oxide. Its carbon dioxide is in the loss of carbon, never counted twice."""

from collections.abc import Iterator

from asmcarbon.factors.choose import choose
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import Activity
from asmcarbon.footprint.derivation import Node, derived, factor_input, site_input
from asmcarbon.footprint.emission import Emission, gas_of
from asmcarbon.footprint.equations import fuel_consumed, matter_burned
from asmcarbon.messages import _
from asmcarbon.site.land import Burned
from asmcarbon.site.site import Site
from asmcarbon.units import unit_of

# Never CO2, whatever a user's own table may hold.
_GASES = ("CH4", "N2O")


def fire_emissions(activity: Activity, fire: Burned, site: Site, tables: FactorTables) -> Iterator[Emission]:
    """Yield each gas of a fire. IPCC 2006 Guidelines, vol. 4, ch. 2, equation 2.27."""
    matter = derived(
        matter_burned,
        unit_of("t/year"),
        area=site_input(f"{activity.source}.area", "area", activity.amount),
        burned_share=site_input(f"{activity.source}.burned.share", "burned_share", fire.share),
        fuel_consumed=_consumed(activity, fire, site, tables),
    )
    for gas in _GASES:
        factor = choose(tables, activity.item, site.country, site.year, gas, "combustion").factor
        row = factor_input(factor, "emission_factor", tables)
        label = _("{name} burned").format(name=activity.label)
        yield Emission(gas, gas_of(gas, matter, row), label, row, notes=(_("its CO2 is in the loss of carbon"),))


def _consumed(activity: Activity, fire: Burned, site: Site, tables: FactorTables) -> Node:
    """Return the dry matter that burns on a hectare: of the tables, or the site's own fuel by the share that burns."""
    place = (site.country, site.year)
    if fire.fuel is None:
        row = choose(tables, f"fire.fuel_consumption.{fire.vegetation}", *place).factor
        return factor_input(row, "fuel_consumed", tables)
    source = f"{activity.source}.burned"
    if fire.combustion_factor is not None:
        share = site_input(f"{source}.combustion_factor", "combustion_factor", fire.combustion_factor)
    else:
        row = choose(tables, f"fire.combustion_factor.{fire.vegetation}", *place).factor
        share = factor_input(row, "combustion_factor", tables)
    fuel = site_input(f"{source}.fuel", "fuel", fire.fuel)
    return derived(fuel_consumed, unit_of("t/ha"), fuel=fuel, combustion_factor=share)
