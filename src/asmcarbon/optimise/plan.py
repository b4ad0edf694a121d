"""A solution to a plan: what to build, what it costs, what supplies the load, beside today."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from asmcarbon.finance.discounting import discounted_payback, present_value_factor, simple_payback
from asmcarbon.footprint.activities import implied_fuel
from asmcarbon.footprint.derivation import Step
from asmcarbon.measures import Datum
from asmcarbon.optimise.assets import Asset, Assets, Kind, Purchase
from asmcarbon.optimise.benefits import Delivery, delivery_of
from asmcarbon.optimise.grid import energy_charges
from asmcarbon.optimise.limits import Limit
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.reserve import short_hours
from asmcarbon.optimise.solve import Solution
from asmcarbon.site.energy import USES, FuelName
from asmcarbon.site.site import Site

# Below this a size is the solver's rounding and not something to buy.
SMALLEST = 1e-6


class Supply(Struct, frozen=True):
    """A year of electricity, by where it comes from, in kWh.

    solar      used, after what is thrown away
    curtailed  solar energy that nobody could use
    dumped     of what generators gave to keep their minimum load
    exported   solar energy that was sold
    """

    solar: float
    curtailed: float
    generators: float
    grid: float
    unserved: float
    battery_losses: float
    dumped: float = 0.0
    exported: float = 0.0


class Year(Struct, frozen=True):
    """What a year costs and burns, in the reporting currency, litres and kWh; capital is not in it.

    energy_cost        fuel and keep of generators, and electricity with its charges, less what is sold
    other_fuel_cost    fuel of engines, machinery and vehicles of today, as far as it has a price
    operation_cost     of what was bought; measures that save that fuel are below zero here
    operational_kgco2e of the electricity supply, and what measures change
    """

    energy_cost: float
    other_fuel_cost: float
    operation_cost: float
    unserved_cost: float
    fuel_l: dict[FuelName, float]
    supply: Supply
    operational_kgco2e: float

    @property
    def running_cost(self) -> float:
        """Everything that is paid each year."""
        return self.energy_cost + self.other_fuel_cost + self.operation_cost + self.unserved_cost


class Switched(Struct, frozen=True):
    """What is known of a year with generators on and off.

    gap     how far a proven bound lies below the cost of the year at its sizes, as a share
    saving  what changing the sizes for that year saved of the objective: annual cost or emissions
    """

    gap: float
    saving: float


class Plan(Struct, frozen=True):
    """What to build, and the year that follows, beside the year of today.

    annual_cost          of the plan: annuities of the capital and the running cost
    embodied_kgco2e      a year's share of making what is built
    person_days          of work in rehabilitation and measures over the horizon
    budget_shadow_price  annual cost that one more unit of budget saves; None without a budget
    bindings             limits that bind, and what one more unit of each is worth
    retired              generators that are given up
    battery_cycles       full cycles of its usable capacity that the battery makes in a year; None without one
    standing_ready_kw    power that has to stand ready for critical machines; None where the site asks for none
    short_reserve_hours  hours in which less stands ready than the site asks for; None where it asks for nothing
    switched             the gap and the gain of the year with generators on and off; None if linear
    delivery             of surplus solar power to a community; None where none is named
    gap                  how far below its annual cost the best plan could still be, as a share; 0 where proven best
    """

    purchases: tuple[Purchase, ...]
    today: Year
    planned: Year
    load_kwh: float
    annual_cost: float
    embodied_kgco2e: float
    discount_rate: float
    horizon_years: int
    fuel_scale: dict[FuelName, float]
    person_days: float
    budget_shadow_price: float | None
    gap: float
    switched: Switched | None
    solver: str
    bindings: tuple[Limit, ...] = ()
    retired: tuple[str, ...] = ()
    battery_cycles: float | None = None
    standing_ready_kw: float | None = None
    short_reserve_hours: int | None = None
    delivery: Delivery | None = None

    def bought(self, kind: Kind) -> tuple[Purchase, ...]:
        """Return what is bought of one kind."""
        return tuple(purchase for purchase in self.purchases if purchase.asset.kind == kind)

    @property
    def capital_cost(self) -> float:
        """What is paid up front."""
        return sum(purchase.capital_cost for purchase in self.purchases)

    @property
    def yearly_saving(self) -> float:
        """What running the site costs less than today, capital apart."""
        return self.today.running_cost - self.planned.running_cost

    @property
    def net_present_cost(self) -> float:
        """Cost of the plan over the horizon, discounted to today."""
        return self.annual_cost * present_value_factor(self.discount_rate, self.horizon_years)

    @property
    def net_present_cost_today(self) -> float:
        """Cost of going on as today over the horizon, discounted."""
        return self.today.running_cost * present_value_factor(self.discount_rate, self.horizon_years)

    @property
    def levelised_cost(self) -> float | None:
        """Annual cost of the electricity supply for each kWh that it serves; None where it serves none."""
        served = self.load_kwh - self.planned.supply.unserved
        others = [one for kind in ("measure", "rehabilitation") for one in self.bought(kind)]
        elsewhere = sum(one.asset.annual_cost(self.discount_rate) * one.size for one in others)
        supply = self.annual_cost - elsewhere - self.planned.other_fuel_cost - self.planned.unserved_cost
        return supply / served if served > 0 else None

    @property
    def levelised_cost_today(self) -> float | None:
        """The same for today's equipment, whose capital is spent already."""
        supply = self.today.supply
        served = supply.solar + supply.generators + supply.grid - supply.battery_losses - supply.dumped
        return self.today.energy_cost / served if served > 0 else None

    @property
    def payback_years(self) -> float | None:
        """Years after which savings have repaid what was paid up front; None where they never do."""
        return simple_payback(self.capital_cost, self.yearly_saving) if self.purchases else None

    @property
    def discounted_payback_years(self) -> float | None:
        """The same with savings discounted; None where they never do."""
        if not self.purchases:
            return None
        return discounted_payback(self.capital_cost, self.yearly_saving, self.discount_rate)


def plan_of(
    site: Site,
    assets: Assets,
    others: tuple[Asset, ...],
    parameters: Parameters,
    solution: Solution,
    today: Year,
    fuel_scale: dict[FuelName, float],
    switched: Switched | None = None,
) -> Plan:
    """Return the plan that a solution stands for.

    others   the site's generators on offer, measures and ways of rehabilitation, in the order of the parameters
    """
    on_offer = site.energy.grid is not None and site.energy.grid.connection_cost is not None
    connected = (1.0 if solution.is_connected else 0.0,) if on_offer else ()
    sizes = (
        (assets.solar, solution.solar_kw),
        (assets.battery, solution.storage_kwh),
        (assets.inverter, solution.storage_kw),
        *zip(others, (*bought_units(site, solution), *solution.measures, *solution.hectares, *connected), strict=True),
    )
    purchases = tuple(Purchase(asset, size) for asset, size in sizes if size > SMALLEST)
    operation = sum(asset.operation_cost * size for asset, size in sizes)
    return Plan(
        purchases=purchases,
        today=today,
        planned=year_of(site, parameters, solution, operation),
        load_kwh=float(solution.load_kw.sum()),
        annual_cost=solution.annual_cost + today.other_fuel_cost,
        embodied_kgco2e=solution.embodied_kgco2e,
        discount_rate=site.finance.discount_rate.to("1"),
        horizon_years=round(site.finance.horizon.to("year")),
        fuel_scale=fuel_scale,
        person_days=solution.person_days,
        budget_shadow_price=solution.budget_shadow_price,
        gap=solution.gap,
        switched=switched,
        solver=solution.solver,
        bindings=tuple(one for one in solution.limits if one.binds),
        retired=tuple(
            one.name for one, units in zip(site.energy.generators, solution.generator_units, strict=False) if not units
        ),
        battery_cycles=cycles_of(parameters, solution),
        standing_ready_kw=parameters.adequacy.required_kw if parameters.adequacy is not None else None,
        short_reserve_hours=short_hours(parameters, solution),
        delivery=delivery_of(site, solution),
    )


def cycles_of(parameters: Parameters, solution: Solution) -> float | None:
    """Return the full cycles of its usable capacity that the battery makes in the year; None without one.

    Σ_t discharge_kw[t] / discharge_efficiency / ((1 - minimum_state) * size_kwh)
    """
    storage = parameters.storage
    if storage is None or solution.battery_kwh <= SMALLEST:
        return None
    usable_kwh = (1.0 - storage.minimum_state) * solution.battery_kwh
    return float(np.sum(solution.discharge_kw)) / storage.discharge_efficiency / usable_kwh if usable_kwh > 0 else None


def year_of(site: Site, parameters: Parameters, solution: Solution, operation_cost: float = 0.0) -> Year:
    """Return what the year of a solution costs and burns."""
    generators = tuple(float(output.sum()) for output in solution.generators_kw)
    grid = float(solution.grid_kw.sum())
    unserved = float(solution.unserved_kw.sum())
    energy_cost = sum(generator_costs_of(site, solution.fuel_l, generators)) + kept_cost_of(site, solution)
    energy_cost += standing_charge_of(site, solution) + energy_charges_of(parameters, solution)
    return Year(
        energy_cost=energy_cost,
        other_fuel_cost=other_fuel_cost_of(site),
        operation_cost=operation_cost,
        unserved_cost=(parameters.unserved_price_per_kwh or 0.0) * unserved,
        fuel_l=fuel_by_name(site, solution.fuel_l),
        supply=Supply(
            solar=float(solution.solar_used_kw.sum()),
            curtailed=float(solution.solar_curtailed_kw.sum()),
            generators=sum(generators),
            grid=grid,
            unserved=unserved,
            battery_losses=float(np.sum(solution.charge_kw) - np.sum(solution.discharge_kw)),
            dumped=max(float(np.sum(solution.surplus_kw) - np.sum(solution.solar_curtailed_kw)), 0.0),
            exported=float(np.sum(solution.export_kw)),
        ),
        operational_kgco2e=solution.operational_kgco2e - parameters.other_kgco2e,
    )


def generator_costs_of(site: Site, fuel_l: tuple[float, ...], kwh: tuple[float, ...]) -> Iterator[float]:
    """Yield what each generator costs in a year: its fuel at its price, and its operation by the kWh."""
    every = (*site.energy.generators, *site.options.generators)[: len(fuel_l)]
    for one, litres, energy in zip(every, fuel_l, kwh, strict=True):
        price = site.energy.fuel_price(one.fuel)
        yield litres * price + energy * (one.operation_cost.to("USD/kWh") if one.operation_cost is not None else 0.0)


def kept_cost_of(site: Site, solution: Solution) -> float:
    """Return what keeping the site's own generators costs in a year, those apart that are given up."""
    own = zip(site.energy.generators, solution.generator_units, strict=False)
    return sum(units * one.fixed_cost.to("USD/year") for one, units in own if one.fixed_cost is not None)


def energy_charges_of(parameters: Parameters, solution: Solution) -> float:
    """Return what the grid charges for energy and peaks in a year, less what is sold."""
    if parameters.grid is None:
        return 0.0
    return energy_charges(parameters.grid, solution.grid_kw, solution.export_kw, solution.peak_import_kw)


def standing_charge_of(site: Site, solution: Solution) -> float:
    """Return what a connection costs in a year whether power is drawn or not."""
    grid = site.energy.grid
    charge = grid.standing_charge if grid is not None and solution.is_connected else None
    return charge.to("USD/year") if charge is not None else 0.0


def bought_units(site: Site, solution: Solution) -> tuple[float, ...]:
    """Return how many of each generator on offer are bought: they stand behind those that the site has."""
    return solution.generator_units[len(site.energy.generators) :]


def idle_year(site: Site) -> Year:
    """Return the year of a site without electric load."""
    return Year(0.0, other_fuel_cost_of(site), 0.0, 0.0, {}, Supply(0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 0.0)


def other_fuel_cost_of(site: Site) -> float:
    """Return what the fuel of engines, machinery and vehicles costs in a year, as far as it has a price."""
    total = 0.0
    implied = implied_fuel(site)
    for name, fuel in site.energy.fuels().items():
        for use in USES:
            burned: Datum | Step | None = getattr(fuel, use) or implied.get((name, use))
            if use != "generator" and burned is not None and fuel.price is not None:
                total += burned.to("L/year") * fuel.price.to("USD/L")
    return total


def fuel_by_name(site: Site, fuel_l: tuple[float, ...]) -> dict[FuelName, float]:
    """Return litres by fuel from litres by generator."""
    totals: dict[FuelName, float] = {}
    generators = (*site.energy.generators, *site.options.generators)[: len(fuel_l)]
    for generator, litres in zip(generators, fuel_l, strict=True):
        totals[generator.fuel] = totals.get(generator.fuel, 0.0) + litres
    return totals
