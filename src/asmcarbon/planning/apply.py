"""A plan applied to its site: the site as it will be, which the calculator then prices."""

from typing import Any

from asmcarbon.footprint.activities import implied_fuel
from asmcarbon.measures import Datum
from asmcarbon.optimise.plan import Plan
from asmcarbon.optimise.site_measures import removals_kgco2e_per_ha_year
from asmcarbon.site.energy import Battery, Fuel, Machine, Solar
from asmcarbon.site.rehabilitated import Rehabilitated
from asmcarbon.site.site import Site
from asmcarbon.units import quantity

_SOURCE = "the plan"


def apply(plan: Plan, site: Site) -> Site:
    """Return the site with the plan carried out: its fuel and purchases of the planned year, and its new equipment."""
    site = _rehabilitated(plan, _measured(plan, site))
    energy = site.energy
    changed: dict[str, Any] = {}
    for name, litres in plan.planned.fuel_l.items():
        fuel = energy.fuels().get(name, Fuel())
        if litres > 0 or fuel.generator is not None:
            changed[name] = fuel.model_copy(update={"generator": _burned(fuel.generator, litres)})
    if energy.grid is not None:
        purchased = _planned(plan.planned.supply.grid, "kWh/year")
        connected = energy.grid.connected or plan.planned.supply.grid > 0 or bool(plan.bought("connection"))
        update = {"purchased": purchased, "connected": connected}
        if connected:
            update |= {"connection_cost": None, "connection_lifetime": None}
        changed["grid"] = energy.grid.model_copy(update=update)
    sizes = {purchase.asset.kind: purchase for purchase in plan.purchases}
    if (solar := sizes.get("solar")) is not None:
        changed["new_solar"] = Solar(power=_planned(solar.size, "kW"), lifetime=_planned(solar.asset.lifetime, "year"))
    if (battery := sizes.get("battery")) is not None:
        inverter = sizes.get("inverter")
        changed["new_battery"] = Battery(
            capacity=_planned(battery.size, "kWh"),
            power=_planned(inverter.size if inverter is not None else 0.0, "kW"),
            lifetime=_planned(battery.asset.lifetime, "year"),
        )
    return site.model_copy(update={"energy": energy.model_copy(update=changed)})


def _measured(plan: Plan, site: Site) -> Site:
    """Return the site with the chosen measures taken: activities reduced, machines added."""
    shares: dict[str, float] = {}
    machines: list[Machine] = []
    for taken in plan.bought("measure"):
        option = site.options.measures[taken.asset.number]
        for one in option.reduces:
            shares[one.activity] = shares.get(one.activity, 0.0) + one.share.to("1") * taken.size
        for machine in option.adds:
            power = machine.rated_power.with_quantity(machine.rated_power.quantity * taken.size, _SOURCE)
            machines.append(machine.model_copy(update={"rated_power": power}))
    for activity, share in shares.items():
        site = _reduced(site, activity.split("."), share)
    energy = site.energy.model_copy(update={"machines": [*site.energy.machines, *machines]})
    return site.model_copy(update={"energy": energy})


def _reduced(site: Site, path: list[str], share: float) -> Site:
    """Return the site with one activity less by a share of today's amount."""
    match path:
        case ["energy", "machines", number]:
            machine = site.energy.machines[int(number)]
            machine = machine.model_copy(update={"rated_power": _less(machine.rated_power, share)})
            machines = _with(site.energy.machines, int(number), machine)
            return site.model_copy(update={"energy": site.energy.model_copy(update={"machines": machines})})
        case ["energy", name, use]:
            fuel: Fuel = getattr(site.energy, name) or Fuel()
            today: Datum = getattr(fuel, use) or implied_fuel(site)[name, use]  # type: ignore[index]
            fuel = fuel.model_copy(update={use: _less(today, share)})
            return site.model_copy(update={"energy": site.energy.model_copy(update={name: fuel})})
        case ["processing", "mercury"]:
            assert site.processing.mercury is not None
            processing = site.processing.model_copy(update={"mercury": _less(site.processing.mercury, share)})
            return site.model_copy(update={"processing": processing})
        case ["explosives", name]:
            assert site.explosives is not None
            explosives = site.explosives.model_copy(update={name: _less(getattr(site.explosives, name), share)})
            return site.model_copy(update={"explosives": explosives})
        case ["explosives", "other", number]:
            assert site.explosives is not None
            other = _less_of(site.explosives.other, int(number), share)
            return site.model_copy(update={"explosives": site.explosives.model_copy(update={"other": other})})
        case ["materials" | "transport" as name, number]:
            return site.model_copy(update={name: _less_of(getattr(site, name), int(number), share)})
        case ["land", "opened" | "drained" as name, number]:
            lands = getattr(site.land, name)
            land = lands[int(number)]
            less = _with(lands, int(number), land.model_copy(update={"area": _less(land.area, share)}))
            return site.model_copy(update={"land": site.land.model_copy(update={name: less})})
        case _:
            told = f"no rule to reduce {'.'.join(path)}"
            raise ValueError(told)


def _less_of(items: list[Any], number: int, share: float) -> list[Any]:
    """Return the items with one less by a share, in whichever of its ways it is stated."""
    one = items[number]
    stated = {name: getattr(one, name, None) for name in ("amount", "freight", "spend")}
    less = {name: _less(today, share) for name, today in stated.items() if today is not None}
    return _with(items, number, one.model_copy(update=less))


def _less(today: Datum, share: float) -> Datum:
    return today.with_quantity(today.quantity * (1.0 - share), _SOURCE)


def _with(items: list[Any], number: int, changed: Any) -> list[Any]:
    return [changed if place == number else one for place, one in enumerate(items)]


def _rehabilitated(plan: Plan, site: Site) -> Site:
    """Return the site with the chosen hectares under rehabilitation, and what they take up."""
    done: list[Rehabilitated] = []
    for taken in plan.bought("rehabilitation"):
        option = site.options.rehabilitation[taken.asset.number]
        removals = _planned(removals_kgco2e_per_ha_year(option), "kgCO2e/ha/year") if option.uptake else None
        area = _planned(taken.size, "ha")
        done.append(Rehabilitated(method=option.method, land=option.land, area=area, removals=removals))
    land = site.land.model_copy(update={"rehabilitated": [*site.land.rehabilitated, *done]})
    return site.model_copy(update={"land": land})


def _burned(today: Datum | None, litres: float) -> Datum:
    planned = _planned(litres, "L/year")
    return planned if today is None else today.with_quantity(planned.quantity, _SOURCE)


def _planned(value: float, unit: str) -> Datum:
    return Datum(quantity(value, unit), source=_SOURCE)
