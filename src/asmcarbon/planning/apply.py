"""A plan applied to its site: the site as it will be, which the calculator then prices."""

from typing import Any

from asmcarbon.measures import Datum
from asmcarbon.optimise.plan import Plan
from asmcarbon.site.energy import Battery, Fuel, Solar
from asmcarbon.site.site import Site
from asmcarbon.units import quantity

_SOURCE = "the plan"


def apply(plan: Plan, site: Site) -> Site:
    """Return the site with the plan carried out: its fuel and purchases of the planned year, and its new equipment."""
    energy = site.energy
    changed: dict[str, Any] = {}
    for name, fuel in energy.fuels().items():
        if name in plan.planned.fuel_l and fuel.generator is not None:
            changed[name] = _burning(fuel, plan.planned.fuel_l[name])
    if energy.grid is not None:
        purchased = _planned(plan.planned.supply.grid, "kWh/year")
        connected = energy.grid.connected or plan.planned.supply.grid > 0
        changed["grid"] = energy.grid.model_copy(update={"purchased": purchased, "connected": connected})
    sizes = {purchase.asset.name: purchase for purchase in plan.purchases}
    if (solar := sizes.get("solar array")) is not None:
        changed["solar"] = Solar(power=_planned(solar.size, "kW"), lifetime=_planned(solar.asset.lifetime, "year"))
    if (battery := sizes.get("battery")) is not None:
        inverter = sizes.get("battery inverter")
        changed["battery"] = Battery(
            capacity=_planned(battery.size, "kWh"),
            power=_planned(inverter.size if inverter is not None else 0.0, "kW"),
            lifetime=_planned(battery.asset.lifetime, "year"),
        )
    return site.model_copy(update={"energy": energy.model_copy(update=changed)})


def _burning(fuel: Fuel, litres: float) -> Fuel:
    assert fuel.generator is not None
    burned = fuel.generator.with_quantity(quantity(litres, "L/year"), _SOURCE)
    return fuel.model_copy(update={"generator": burned})


def _planned(value: float, unit: str) -> Datum:
    return Datum(quantity(value, unit), source=_SOURCE)
