"""A site to its activities: what was burned, detonated, bought or built in the year, each with its scope and factor."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.footprint.derivation import Step, convention, derived, site_input
from asmcarbon.footprint.equations import added, engine_fuel, engine_fuel_by_power
from asmcarbon.measures import Datum
from asmcarbon.messages import _
from asmcarbon.site.energy import USES, Engine, FuelName, Grid, Use
from asmcarbon.site.land import ZONE_POOLS, OnPeat, Opened, Pool
from asmcarbon.site.model import Part
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, unit_of
from asmcarbon.vocabulary import word

Account = Literal["energy", "market_based", "land_use_change", "land_history", "drained_peat", "removals"]
# Those of what was done to land.
LAND_ACCOUNTS: tuple[Account, ...] = ("land_use_change", "land_history", "drained_peat", "removals")

# Over how many years' clearing a product's land-use change is spread (ISO 14067, GHG Protocol Product Standard).
AMORTISATION_YEARS = 20

# The factor item of each use of a fuel: the kind of engine decides its methane and nitrous oxide.
_COMBUSTION: dict[Use, str] = {
    "generator": "stationary",
    "engines": "stationary",
    "machinery": "off_road",
    "vehicles": "road",
}


class Activity(Struct, frozen=True):
    """One thing that the site did in the year.

    source      where in the site it stands: `energy.diesel.generator`
    label       in words
    scope       1, 2 or 3 of the GHG Protocol Corporate Standard
    amount      what was done in a year, or the size of what was built
    item        the item of the factor tables that prices it
    boundaries  which boundaries of that item will do, best first; empty for any
    fuel        the fuel whose density and calorific value lead from volume to energy, or None
    lifetime    of equipment whose making is spread over its years, or None
    loss_item   the item of the share that a network loses: what is lost on the way is the activity, not what arrives
    loss_share  the site's own figure of that share
    share       of the amount that the activity is, or None for all of it
    own_factor  the site's own emission factor, which takes the place of the tables
    account     `energy` (and process), `land_use_change` or `removals`: three totals that are never merged; or
                `drained_peat`: the part of land-use change that comes again each year, `market_based`: scope 2 once
                more by contracts, and `land_history`: land opened in the years before, in none of them
    parts       further inputs by name, where the equation needs more than an amount
    pools       of carbon that land which was opened lost
    zone        the ecological zone whose rows give the stock of each pool, or None for a stock of the site's own
    pools_asked the site names its pools, so that one without a row is missing and not left out
    amount_from the equations that the amount comes from, where the site does not state it
    part        of the site that says more of land: its fire, soil, peat, or what was planted on it
    """

    source: str
    label: str
    scope: int
    amount: Datum
    item: str
    boundaries: tuple[str, ...] = ()
    fuel: FuelName | None = None
    lifetime: Datum | None = None
    loss_item: str | None = None
    loss_share: Datum | None = None
    share: Datum | None = None
    own_factor: Datum | None = None
    account: Account = "energy"
    parts: tuple[tuple[str, Datum], ...] = ()
    pools: tuple[Pool, ...] = ()
    zone: str | None = None
    pools_asked: bool = False
    amount_from: Step | None = None
    part: Part | None = None


def activities_of(site: Site) -> tuple[Activity, ...]:
    """Return everything that the site states of its year, in the order of the scopes."""
    found = [
        *_fuels(site),
        *_explosives(site),
        *_electricity(site),
        *_materials(site),
        *_carriage(site),
        *_capital_goods(site),
        *_land(site),
    ]
    return tuple(sorted(found, key=lambda activity: activity.scope))


def _fuels(site: Site) -> Iterator[Activity]:
    for name, fuel in site.energy.fuels().items():
        for use in USES:
            amount: Datum | None = getattr(fuel, use)
            if amount is not None:
                yield fuel_burned(name, use, amount)
                yield fuel_supplied(name, use, amount)
    for (name, use), implied in implied_fuel(site).items():
        stated = site.energy.fuels().get(name)
        if stated is None or getattr(stated, use) is None:
            amount = Datum(implied.quantity, source=_("from the duty of the engines"))
            yield replace(fuel_burned(name, use, amount), amount_from=implied)
            yield replace(fuel_supplied(name, use, amount), amount_from=implied)


def implied_fuel(site: Site) -> dict[tuple[FuelName, Use], Step]:
    """Return the fuel that the site's engines burn by their duty, by fuel and use.

    It counts where the site reports none for that use; where it does, the two are compared and the reported one counts.
    """
    found: dict[tuple[FuelName, Use], Step] = {}
    for number, engine in enumerate(site.energy.engines):
        burned = _fuel_of(engine, f"energy.engines.{number}")
        before = found.get((engine.fuel, engine.use))
        found[engine.fuel, engine.use] = burned if before is None else derived(added, one=before, other=burned)
    return found


def _fuel_of(engine: Engine, source: str) -> Step:
    """Return what an engine burns in a year, by the hour or by its power: the site states one of the two."""
    by_power = engine.fuel_rate is None
    names = (*(("rated_power", "load_factor", "fuel_use") if by_power else ("fuel_rate",)), "hours", "days")
    count = convention(f"{source}.count", float(engine.count), "1", _("as the site states"))
    parts = {name: site_input(f"{source}.{name}", name, getattr(engine, name)) for name in names}
    return derived(engine_fuel_by_power if by_power else engine_fuel, unit_of("L/year"), count=count, **parts)


def fuel_burned(name: FuelName, use: Use, amount: Datum) -> Activity:
    """Return the burning of a fuel (scope 1)."""
    item = f"{name}.{_COMBUSTION[use]}"
    return Activity(f"energy.{name}.{use}", f"{word(name)}, {word(use)}", 1, amount, item, ("combustion",), fuel=name)


def fuel_supplied(name: FuelName, use: Use, amount: Datum) -> Activity:
    """Return the supply of a fuel, from the well to the tank (scope 3, category 3)."""
    return Activity(
        f"energy.{name}.{use}",
        _("{fuel} supply, {use}").format(fuel=word(name), use=word(use)),
        3,
        amount,
        f"{name}.well_to_tank",
        ("well_to_tank",),
    )


def _explosives(site: Site) -> Iterator[Activity]:
    if site.explosives is None:
        return
    anfo = site.explosives.anfo
    if anfo is not None:
        yield Activity(
            "explosives.anfo", _("{name} detonated").format(name="ANFO"), 1, anfo, "anfo.detonation", ("detonation",)
        )
        yield Activity(
            "explosives.anfo", _("{item} made").format(item="ANFO"), 3, anfo, "anfo.manufacture", ("cradle_to_gate",)
        )
    for number, one in enumerate(site.explosives.other):
        source, label = f"explosives.other.{number}", _("{name} detonated").format(name=one.name)
        yield Activity(source, label, 1, one.amount, "", own_factor=one.factor)


def _electricity(site: Site) -> Iterator[Activity]:
    grid = site.energy.grid
    if grid is not None and grid.purchased is not None:
        yield electricity_bought(grid.purchased)
        yield electricity_lost(grid.purchased, grid.losses)
        yield from _market_based(grid, grid.purchased)


def _market_based(grid: Grid, purchased: Datum) -> Iterator[Activity]:
    """Yield scope 2 by contracts, where the site has any: the average of the country takes what no instrument covers.

    GHG Protocol Scope 2 Guidance (2015), ch. 6.5 and 7.
    """
    rest = Datum(quantity(grid.uncovered, "1"), source=_("what the contracts leave"))
    for number, one in enumerate(grid.contracts):
        label, share = _("electricity by {kind}, {name}").format(kind=one.kind, name=one.name), one.share or rest
        source = f"energy.grid.contracts.{number}"
        yield Activity(source, label, 2, purchased, "", share=share, own_factor=one.factor, account="market_based")
    has_residual = any(one.kind == "residual" for one in grid.contracts)
    if grid.contracts and not has_residual and grid.uncovered > 1e-9:
        average = replace(electricity_bought(purchased), label=_("electricity without contract"))
        yield replace(average, share=rest, account="market_based")


def electricity_bought(amount: Datum) -> Activity:
    """Return the purchase of electricity (scope 2, location-based).

    Direct figures of generation come first; a life-cycle figure will do where there is no other, and says so.
    """
    return Activity(
        "energy.grid.purchased", "electricity bought", 2, amount, "electricity.grid", ("direct", "lifecycle")
    )


def electricity_lost(amount: Datum, losses: Datum | None) -> Activity:
    """Return what the grid loses on the way of the electricity bought (scope 3, category 3).

    Of the same generation as the electricity itself: neither a direct nor a life-cycle figure has the network in it.
    """
    bought = electricity_bought(amount)
    return replace(
        bought, label=_("electricity lost in the grid"), scope=3, loss_item="electricity.losses", loss_share=losses
    )


def _materials(site: Site) -> Iterator[Activity]:
    for number, material in enumerate(site.materials):
        source, label = f"materials.{number}", _("{item} made").format(item=material.item)
        if material.amount is not None:
            item = f"{material.item}.manufacture"
            yield Activity(source, label, 3, material.amount, item, own_factor=material.factor)
        if material.spend is not None:
            yield Activity(source, label, 3, material.spend, f"{material.item}.spend")


def _carriage(site: Site) -> Iterator[Activity]:
    for number, one in enumerate(site.transport):
        source, item = f"transport.{number}", f"{one.mode}.freight"
        words = word(one.mode)
        label = _("carriage by {mode}").format(mode=words)
        if one.freight is not None:
            yield Activity(source, label, 3, one.freight, item)
            label = _("fuel supply of carriage by {mode}").format(mode=words)
            yield Activity(source, label, 3, one.freight, f"{item}.well_to_tank")
        if one.spend is not None:
            yield Activity(source, label, 3, one.spend, f"{one.mode}.spend")


def _land(site: Site) -> Iterator[Activity]:
    for number, opened in enumerate(site.land.opened):
        year = site.year if opened.year is None else opened.year
        source = f"land.opened.{number}"
        if year > site.year - AMORTISATION_YEARS:
            account: Account = "land_use_change" if year == site.year else "land_history"
            for activity in _land_opened(source, opened):
                yield replace(activity, account=account)
        if year == site.year and opened.is_peat:
            yield _peat_drained(source, opened.name, opened.area, opened)
    for number, drained in enumerate(site.land.drained):
        yield _peat_drained(f"land.drained.{number}", drained.name, drained.area, drained)
    for number, land in enumerate(site.land.rehabilitated):
        label = _("{method} on {land}").format(method=land.method, land=word(land.land))
        taken_up = Activity(f"land.rehabilitated.{number}", label, 1, land.area, "", account="removals")
        if land.removals is not None:
            yield replace(taken_up, parts=(("rate", land.removals),))
        elif land.growth is not None:
            yield replace(taken_up, item=land.growth, part=land)


def _land_opened(source: str, opened: Opened) -> Iterator[Activity]:
    """Yield the loss of carbon of the forest, that of the soil, and fire: whoever opens less has less of each."""
    stated = {
        "affected_share": opened.affected, "carbon_before": opened.carbon_before, "carbon_after": opened.carbon_after
    }  # fmt: skip
    zone, state = opened.zone, f".{opened.state}" if opened.state is not None else ""
    land = Activity(source, opened.name, 1, opened.area, "", account="land_use_change")
    yield replace(
        land,
        item="" if zone is None else f"forest.above_ground_biomass.{zone}{state}",
        parts=tuple((name, datum) for name, datum in stated.items() if datum is not None),
        pools=tuple(opened.pools or ZONE_POOLS),
        zone=zone,
        pools_asked=opened.pools is not None,
    )
    if opened.soil is not None:
        yield replace(land, item=f"forest.soil.{opened.soil.kind}", part=opened.soil)
    if opened.burned is not None:
        yield replace(land, item=f"biomass.burning.{opened.burned.fire_class}", part=opened.burned)


def _peat_drained(source: str, name: str, area: Datum, land: OnPeat) -> Activity:
    item = "" if land.peat_loss is not None else f"soil.drainage.{land.peat}"
    return Activity(source, name, 1, area, item, account="drained_peat", part=land)


def _capital_goods(site: Site) -> Iterator[Activity]:
    energy = site.energy
    for source, solar in (("energy.solar", energy.solar), ("energy.new_solar", energy.new_solar)):
        if solar is not None:
            yield replace(solar_built(solar.power, solar.lifetime), source=source)
    for source, battery in (("energy.battery", energy.battery), ("energy.new_battery", energy.new_battery)):
        if battery is not None:
            yield replace(battery_built(battery.capacity, battery.lifetime), source=source)


def solar_built(power: Datum, lifetime: Datum) -> Activity:
    """Return the making of a solar array, spread over its life (scope 3, capital goods)."""
    return Activity("energy.solar", _("solar array made"), 3, power, "solar.embodied", lifetime=lifetime)


def battery_built(capacity: Datum, lifetime: Datum) -> Activity:
    """Return the making of a battery, spread over its life (scope 3, capital goods)."""
    return Activity("energy.battery", _("battery made"), 3, capacity, "battery.embodied", lifetime=lifetime)
