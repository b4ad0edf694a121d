"""A site to its activities: what was burned, detonated, bought or built in the year, each with its scope and factor."""

from collections.abc import Iterator
from dataclasses import dataclass

from asmcarbon.measures import Datum
from asmcarbon.site.energy import USES, FuelName, Use
from asmcarbon.site.site import Site

# The factor item of each use of a fuel: the kind of engine decides its methane and nitrous oxide.
_COMBUSTION: dict[Use, str] = {
    "generator": "stationary",
    "engines": "stationary",
    "machinery": "off_road",
    "vehicles": "road",
}


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that the site did in the year.

    source      where in the site it stands: `energy.diesel.generator`
    label       in words
    scope       1, 2 or 3 of the GHG Protocol Corporate Standard
    amount      what was done in a year, or the size of what was built
    item        the item of the factor tables that prices it
    boundaries  which boundaries of that item will do, best first; empty for any
    fuel        the fuel whose density and calorific value lead from volume to energy, or None
    lifetime    of equipment whose making is spread over its years, or None
    """

    source: str
    label: str
    scope: int
    amount: Datum
    item: str
    boundaries: tuple[str, ...] = ()
    fuel: FuelName | None = None
    lifetime: Datum | None = None


def activities_of(site: Site) -> tuple[Activity, ...]:
    """Return everything that the site states of its year, in the order of the scopes."""
    found = [*_fuels(site), *_explosives(site), *_electricity(site), *_capital_goods(site)]
    return tuple(sorted(found, key=lambda activity: activity.scope))


def _fuels(site: Site) -> Iterator[Activity]:
    for name, fuel in site.energy.fuels().items():
        for use in USES:
            amount = getattr(fuel, use)
            if amount is not None:
                yield fuel_burned(name, use, amount)
                yield fuel_supplied(name, use, amount)


def fuel_burned(name: FuelName, use: Use, amount: Datum) -> Activity:
    """Return the burning of a fuel (scope 1)."""
    item = f"{name}.{_COMBUSTION[use]}"
    return Activity(f"energy.{name}.{use}", f"{name}, {use}", 1, amount, item, ("combustion",), fuel=name)


def fuel_supplied(name: FuelName, use: Use, amount: Datum) -> Activity:
    """Return the supply of a fuel, from the well to the tank (scope 3, category 3)."""
    return Activity(
        f"energy.{name}.{use}", f"{name} supply, {use}", 3, amount, f"{name}.well_to_tank", ("well_to_tank",)
    )


def _explosives(site: Site) -> Iterator[Activity]:
    if site.explosives is not None and site.explosives.anfo is not None:
        anfo = site.explosives.anfo
        yield Activity("explosives.anfo", "ANFO detonated", 1, anfo, "anfo.detonation", ("detonation",))
        yield Activity("explosives.anfo", "ANFO made", 3, anfo, "anfo.manufacture", ("cradle_to_gate",))


def _electricity(site: Site) -> Iterator[Activity]:
    grid = site.energy.grid
    if grid is not None and grid.purchased is not None:
        yield electricity_bought(grid.purchased)


def electricity_bought(amount: Datum) -> Activity:
    """Return the purchase of electricity (scope 2, location-based).

    Direct figures of generation come first; a life-cycle figure will do where there is no other, and says so.
    """
    return Activity(
        "energy.grid.purchased", "electricity bought", 2, amount, "electricity.grid", ("direct", "lifecycle")
    )


def _capital_goods(site: Site) -> Iterator[Activity]:
    solar, battery = site.energy.solar, site.energy.battery
    if solar is not None:
        yield solar_built(solar.power, solar.lifetime)
    if battery is not None:
        yield battery_built(battery.capacity, battery.lifetime)


def solar_built(power: Datum, lifetime: Datum) -> Activity:
    """Return the making of a solar array, spread over its life (scope 3, capital goods)."""
    return Activity("energy.solar", "solar array made", 3, power, "solar.embodied", lifetime=lifetime)


def battery_built(capacity: Datum, lifetime: Datum) -> Activity:
    """Return the making of a battery, spread over its life (scope 3, capital goods)."""
    return Activity("energy.battery", "battery made", 3, capacity, "battery.embodied", lifetime=lifetime)
