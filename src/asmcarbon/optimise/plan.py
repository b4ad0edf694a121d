"""A solution to a plan: what to build, what it costs, what supplies the load, beside today."""

from dataclasses import dataclass

import numpy as np

from asmcarbon.energy.load import Load
from asmcarbon.finance.discounting import discounted_payback, present_value_factor, simple_payback
from asmcarbon.optimise.assets import Asset, Assets
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.solve import Solution
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site

# Below this a size is the solver's rounding and not something to buy.
SMALLEST = 1e-6


@dataclass(frozen=True, slots=True)
class Purchase:
    """One thing to buy, in its unit, and what it costs up front."""

    asset: Asset
    size: float

    @property
    def capital_cost(self) -> float:
        """What it costs up front."""
        return self.asset.capital_cost * self.size


@dataclass(frozen=True, slots=True)
class Supply:
    """A year of electricity, by where it comes from, in kWh.

    solar      used, after what is thrown away
    curtailed  solar energy that nobody could use
    """

    solar: float
    curtailed: float
    generators: float
    grid: float
    unserved: float
    battery_losses: float


@dataclass(frozen=True, slots=True)
class Year:
    """What a year costs and burns, in the reporting currency, litres and kWh; capital is not in it."""

    energy_cost: float
    operation_cost: float
    unserved_cost: float
    fuel_l: dict[FuelName, float]
    supply: Supply
    operational_kgco2e: float

    @property
    def running_cost(self) -> float:
        """Everything that is paid each year."""
        return self.energy_cost + self.operation_cost + self.unserved_cost


@dataclass(frozen=True, slots=True)
class Plan:
    """What to build, and the year that follows, beside the year of today.

    annual_cost          of the plan: annuities of the capital and the running cost
    embodied_kgco2e      a year's share of making what is built
    budget_shadow_price  annual cost that one more unit of budget saves; None without a budget
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
    budget_shadow_price: float | None
    solver: str

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
        """Annual cost for each kWh that is served; None where none is."""
        served = self.load_kwh - self.planned.supply.unserved
        return (self.annual_cost - self.planned.unserved_cost) / served if served > 0 else None

    @property
    def levelised_cost_today(self) -> float | None:
        """The same for today's equipment, whose capital is spent already."""
        served = self.load_kwh - self.today.supply.unserved
        return (self.today.running_cost - self.today.unserved_cost) / served if served > 0 else None

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
    load: Load,
    assets: Assets,
    parameters: Parameters,
    solution: Solution,
    today: Year,
    fuel_scale: dict[FuelName, float],
) -> Plan:
    """Return the plan that a solution stands for."""
    sizes = (
        (assets.solar, solution.solar_kw),
        (assets.battery, solution.storage_kwh),
        (assets.inverter, solution.storage_kw),
    )
    purchases = tuple(Purchase(asset, size) for asset, size in sizes if size > SMALLEST)
    operation = sum(asset.operation_cost * size for asset, size in sizes)
    return Plan(
        purchases=purchases,
        today=today,
        planned=year_of(site, parameters, solution, operation),
        load_kwh=load.annual_kwh,
        annual_cost=solution.annual_cost,
        embodied_kgco2e=solution.embodied_kgco2e,
        discount_rate=site.finance.discount_rate.to("1"),
        horizon_years=round(site.finance.horizon.to("year")),
        fuel_scale=fuel_scale,
        budget_shadow_price=solution.budget_shadow_price,
        solver=solution.solver,
    )


def year_of(site: Site, parameters: Parameters, solution: Solution, operation_cost: float = 0.0) -> Year:
    """Return what the year of a solution costs and burns."""
    generators = tuple(float(output.sum()) for output in solution.generators_kw)
    grid = float(solution.grid_kw.sum())
    unserved = float(solution.unserved_kw.sum())
    energy_cost = sum(one.price_per_kwh * kwh for one, kwh in zip(parameters.generators, generators, strict=True))
    energy_cost += parameters.grid.price_per_kwh * grid if parameters.grid is not None else 0.0
    return Year(
        energy_cost=energy_cost,
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
        ),
        operational_kgco2e=solution.operational_kgco2e,
    )


def fuel_by_name(site: Site, fuel_l: tuple[float, ...]) -> dict[FuelName, float]:
    """Return litres by fuel from litres by generator."""
    totals: dict[FuelName, float] = {}
    for generator, litres in zip(site.energy.generators, fuel_l, strict=True):
        totals[generator.fuel] = totals.get(generator.fuel, 0.0) + litres
    return totals
