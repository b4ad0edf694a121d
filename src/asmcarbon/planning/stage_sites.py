"""A site as it is in a year of investment: what its machines draw by then, what fuel, grid and equipment cost."""

from typing import Any

from asmcarbon.measures import Datum
from asmcarbon.optimise.assets import Assets
from asmcarbon.site.site import Site
from asmcarbon.site.stages import Stages
from asmcarbon.units import quantity

_SOURCE = "grown to the year of the stage"


def site_of_stage(site: Site, stages: Stages, number: int, assets: Assets) -> Site:
    """Return the site in a stage: machines, prices, cap and budget of that year, and its calendar year as the first.

    assets   equipment at the prices of the first year
    """
    year = stages.years[number]

    def grown(datum: Datum | None, name: str) -> Datum | None:
        share = stages.share(name, year)
        return datum if datum is None or share == 1.0 else datum.with_quantity(datum.quantity * share, _SOURCE)

    def priced(value: float, unit: str, name: str) -> Datum:
        return Datum(quantity(value * stages.share(name, year), unit), source=_SOURCE)

    energy = site.energy
    changed: dict[str, Any] = {
        "machines": [
            one.model_copy(update={"rated_power": grown(one.rated_power, "load_growth")}) for one in energy.machines
        ],
        **{
            str(name): fuel.model_copy(update={"price": grown(fuel.price, "fuel_price_growth")})
            for name, fuel in energy.fuels().items()
        },
    }
    for name in ("solar", "battery"):
        standing = getattr(energy, name)
        if standing is not None and standing.remaining is not None and year >= standing.remaining.to("year"):
            changed[name] = None
    if energy.grid is not None:
        changed["grid"] = energy.grid.model_copy(update={"price": grown(energy.grid.price, "grid_price_growth")})
    solar = site.options.solar.model_copy(
        update={"capital_cost": priced(assets.solar.capital_cost, "USD/kW", "solar_cost_growth")}
    )
    battery = site.options.battery.model_copy(
        update={
            "energy_capital_cost": priced(assets.battery.capital_cost, "USD/kWh", "battery_cost_growth"),
            "power_capital_cost": priced(assets.inverter.capital_cost, "USD/kW", "battery_cost_growth"),
        }
    )
    options = {"solar": solar, "battery": battery}
    if stages.emissions_caps is not None:
        options["emissions_cap"] = stages.emissions_caps[number]
    finance = site.finance
    if stages.budgets is not None:
        finance = finance.model_copy(update={"budget": stages.budgets[number]})
    return site.model_copy(
        update={
            "energy": energy.model_copy(update=changed),
            "options": site.options.model_copy(update=options),
            "finance": finance,
        }
    )


def capped(site: Site, kgco2e: float) -> Site:
    """Return the site with a cap on the gross emissions of a year."""
    source = "a share of today's electricity supply, beside what no plan changes"
    cap = Datum(quantity(kgco2e / 1000.0, "tCO2e/year"), source=source)
    return site.model_copy(update={"options": site.options.model_copy(update={"emissions_cap": cap})})
