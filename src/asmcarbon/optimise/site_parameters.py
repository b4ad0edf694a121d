"""A site to the numbers of the optimiser: the one place where pint lets go."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from asmcarbon.energy.load import Load
from asmcarbon.energy.outages import availability_of
from asmcarbon.energy.sun import Sun
from asmcarbon.errors import Infeasible, InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.discounting import annuity
from asmcarbon.footprint.activities import (
    Activity,
    battery_built,
    electricity_bought,
    fuel_burned,
    fuel_supplied,
    solar_built,
)
from asmcarbon.footprint.calculate import emission_factor_of
from asmcarbon.footprint.footprint import Footprint, Line
from asmcarbon.measures import Datum
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Assets
from asmcarbon.optimise.parameters import (
    GeneratorParameters,
    Goal,
    GridParameters,
    Parameters,
    SolarParameters,
    StorageParameters,
)
from asmcarbon.optimise.site_measures import land_of, measures_of, rehabilitation_of
from asmcarbon.site.energy import FuelName, Generator
from asmcarbon.site.options import GeneratorOption
from asmcarbon.site.site import Site
from asmcarbon.units import quantity


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Emissions of one unit of what the plan decides, from the calculator's own equations.

    fuel_kgco2e_per_l            burning a litre in a generator, by fuel: scope 1
    fuel_supply_kgco2e_per_l     supplying it: scope 3
    electricity_kgco2e_per_kwh   buying a kWh: scope 2
    solar_kgco2e_per_kw_year     making a kW, spread over its life: scope 3
    battery_kgco2e_per_kwh_year  making a kWh, spread over its life: scope 3
    """

    fuel_kgco2e_per_l: dict[FuelName, float]
    fuel_supply_kgco2e_per_l: dict[FuelName, float]
    electricity_kgco2e_per_kwh: float
    solar_kgco2e_per_kw_year: float
    battery_kgco2e_per_kwh_year: float


def coefficients_of(site: Site, assets: Assets, tables: FactorTables) -> Coefficients:
    """Return what one unit of each decision emits."""

    def one(value: float, unit: str) -> Datum:
        return Datum(quantity(value, unit))

    def factor(activity: Activity, unit: str) -> float:
        return float(emission_factor_of(activity, site, tables).m_as(quantity(1.0, unit).units))

    every = (*site.energy.generators, *site.options.generators)
    fuels: list[FuelName] = sorted({generator.fuel for generator in every})
    litre, solar_life, battery_life = one(1.0, "L/year"), assets.solar.lifetime, assets.battery.lifetime
    bought = one(1.0, "kWh/year")
    solar = solar_built(one(1.0, "kW"), one(solar_life, "year"))
    battery = battery_built(one(1.0, "kWh"), one(battery_life, "year"))
    return Coefficients(
        fuel_kgco2e_per_l={fuel: factor(fuel_burned(fuel, "generator", litre), "kgCO2e/L") for fuel in fuels},
        fuel_supply_kgco2e_per_l={fuel: factor(fuel_supplied(fuel, "generator", litre), "kgCO2e/L") for fuel in fuels},
        electricity_kgco2e_per_kwh=factor(electricity_bought(bought), "kgCO2e/kWh") if site.energy.grid else 0.0,
        solar_kgco2e_per_kw_year=factor(solar, "kgCO2e/kW/year"),
        battery_kgco2e_per_kwh_year=factor(battery, "kgCO2e/kWh/year"),
    )


_GOALS: dict[str, Goal] = {"least_cost": "cost", "least_emissions": "emissions", "most_jobs": "jobs"}


def is_gross(line: Line) -> bool:
    """Whether a line counts as gross operational emissions: scopes 1 and 2, and land-use change; never removals."""
    return line.scope < 3 and line.account != "removals"


def is_supply(line: Line) -> bool:
    """Whether a line belongs to the electricity supply, which the plan decides hour by hour."""
    supply = ("energy.grid.purchased", "energy.solar", "energy.battery")
    return line.source in supply or (line.source.startswith("energy.") and line.source.endswith(".generator"))


def baseline_parameters(
    site: Site, load: Load, coefficients: Coefficients, fuel_scale: Mapping[FuelName, float] = MappingProxyType({})
) -> Parameters:
    """Return today's equipment alone: the generators that stand there, and the grid where it is connected.

    fuel_scale   what each generator's fuel use is multiplied by, so that today's dispatch burns the reported fuel
    """
    grid = site.energy.grid
    return Parameters(
        load_kw=load.hourly_kw,
        unserved_price_per_kwh=_unserved_price(site),
        generators=_generators(site, coefficients, fuel_scale),
        grid=_grid(site, coefficients) if grid is not None and grid.connected else None,
    )


def parameters_of(
    site: Site,
    load: Load,
    sun: Sun,
    assets: Assets,
    coefficients: Coefficients,
    fuel_scale: Mapping[FuelName, float],
    before: Footprint,
) -> Parameters:
    """Return everything that the plan may use: today's equipment, what may be built or done, the grid, the limits."""
    options, rate = site.options, site.finance.discount_rate.to("1")
    cap, owed, budget = options.emissions_cap, site.land.obligation, site.finance.budget
    return Parameters(
        load_kw=load.hourly_kw,
        unserved_price_per_kwh=_unserved_price(site),
        generators=(*_generators(site, coefficients, fuel_scale), *_generators_on_offer(site, coefficients, rate)),
        solar=_solar(site, sun, assets, coefficients, rate) if options.solar.offered else None,
        storage=_storage(site, assets, coefficients, rate) if options.battery.offered else None,
        grid=_grid(site, coefficients) if site.energy.grid is not None else None,
        budget=budget.to("USD") if budget is not None else None,
        emissions_cap_kgco2e=cap.to("kgCO2e/year") if cap is not None else None,
        other_kgco2e=before.sum_of(lambda line: is_gross(line) and not is_supply(line)).m_as("kgCO2e/year"),
        measures=measures_of(site, before, rate),
        land=land_of(site),
        rehabilitation=rehabilitation_of(site, before, rate),
        rehabilitation_obligation_ha=owed.to("ha") if owed is not None else None,
        objective=_GOALS[options.objective],
    )


def check_plannable(site: Site) -> None:
    """Refuse a site that lacks what a plan needs, saying everything that is missing at once."""
    energy, problems = site.energy, []
    if not energy.machines and not site.options.measures and not site.options.rehabilitation:
        problems.append(
            Problem(
                "energy.machines",
                _("no machines are given"),
                _("what the plan has to supply, or measures or rehabilitation to choose from"),
                "- {name: mill, rated_power: 15 kW, hours: 12 h/day, days: 300 day/year}",
            )
        )
    for number, generator in enumerate(energy.generators):
        fuel = energy.fuels().get(generator.fuel)
        where = f"energy.{generator.fuel}"
        if fuel is None or fuel.generator is None:
            what = _("generators[{n}] burns {fuel}, but today's use is not given").format(n=number, fuel=generator.fuel)
            problems.append(Problem(f"{where}.generator", what, _("the fuel burned in a year"), "36500 L/year"))
        if fuel is None or fuel.price is None:
            problems.append(
                Problem(f"{where}.price", _("is missing"), _("what a litre costs at the site"), "1.20 USD/L")
            )
    for option in site.options.generators:
        fuel = energy.fuels().get(option.fuel)
        if fuel is None or fuel.price is None:
            problems.append(
                Problem(f"energy.{option.fuel}.price", _("is missing"), _("what a litre costs"), "1.20 USD/L")
            )
    if energy.grid is not None and energy.grid.limit is None:
        problems.append(Problem("energy.grid.limit", _("is missing"), _("the most that the connection gives"), "40 kW"))
    if energy.grid is not None and energy.grid.connected and energy.grid.purchased is None:
        problems.append(Problem("energy.grid.purchased", _("is missing"), _("what is bought today"), "12000 kWh/year"))
    if energy.grid is not None and energy.grid.price is None:
        problems.append(Problem("energy.grid.price", _("is missing"), _("what a kWh costs"), "0.16 USD/kWh"))
    if site.location is None and site.options.solar.offered:
        problems.append(
            Problem(
                "location", _("is missing"), _("the place whose sun is used"), "{latitude: -15.8, longitude: -70.0}"
            )
        )
    if site.options.objective != "least_cost":
        goal = site.options.objective
        if site.finance.budget is None:
            what = _("is missing: {goal} without a budget has no end").format(goal=goal)
            problems.append(Problem("finance.budget", what, _("the most to invest up front"), "50000 USD"))
        if site.options.unserved_energy_price is not None:
            what = _("{goal} would leave everything unserved").format(goal=goal)
            problems.append(Problem("options.unserved_energy_price", what, _("none with this objective")))
    for name in ("solar", "battery"):
        if getattr(energy, name) is not None:
            what = _("a plan for a site that has a {name} already cannot be made yet").format(name=name)
            problems.append(Problem(f"energy.{name}", what))
    if problems:
        raise InputError(list(dict.fromkeys(problems)))


def check_baseline(site: Site, load: Load) -> None:
    """Refuse a site whose equipment of today cannot carry its machines, unless unserved energy has a price."""
    grid, generators = site.energy.grid, site.energy.generators
    grid_kw = np.zeros_like(load.hourly_kw)
    if grid is not None and grid.connected and grid.limit is not None:
        grid_kw = grid.limit.to("kW") * availability_of(grid)
    capacity = sum(one.rated_power.to("kW") for one in generators) + grid_kw
    short = load.hourly_kw - capacity
    if _unserved_price(site) is None and float(np.max(short)) > 1e-9:
        text = _(
            "energy.generators  today's supply falls short of the machines by up to {short:.1f} kW, in {hours} hours of"
            " the year; give the generators' true power, or options.unserved_energy_price, for example 1 USD/kWh"
        )
        raise Infeasible(text.format(short=float(np.max(short)), hours=int((short > 1e-9).sum())))


def _generators(
    site: Site, coefficients: Coefficients, fuel_scale: Mapping[FuelName, float]
) -> tuple[GeneratorParameters, ...]:
    return tuple(_generator(one, site, coefficients, fuel_scale.get(one.fuel, 1.0)) for one in site.energy.generators)


def _generators_on_offer(site: Site, coefficients: Coefficients, rate: float) -> tuple[GeneratorParameters, ...]:
    found: list[GeneratorParameters] = []
    for option in site.options.generators:
        capital = option.capital_cost.to("USD/kW") * option.rated_power.to("kW")
        found.append(
            replace(
                _generator(option, site, coefficients, 1.0),
                units_minimum=0,
                units_maximum=option.maximum,
                annual_cost_per_unit=annuity(rate, option.lifetime.to("year")) * capital,
                capital_cost_per_unit=capital,
            )
        )
    return tuple(found)


def _generator(
    one: Generator | GeneratorOption, site: Site, coefficients: Coefficients, scale: float
) -> GeneratorParameters:
    fuel_l_per_kwh = one.full_load_l_per_kwh * scale
    operation = one.operation_cost.to("USD/kWh") if one.operation_cost is not None else 0.0
    return GeneratorParameters(
        name=one.name,
        rated_kw=one.rated_power.to("kW"),
        price_per_kwh=fuel_l_per_kwh * site.energy.fuel_price(one.fuel) + operation,
        emissions_kgco2e_per_kwh=fuel_l_per_kwh * coefficients.fuel_kgco2e_per_l[one.fuel],
        fuel_l_per_kwh=fuel_l_per_kwh,
    )


def _grid(site: Site, coefficients: Coefficients) -> GridParameters:
    grid = site.energy.grid
    assert grid is not None and grid.price is not None and grid.limit is not None
    return GridParameters(
        limit_kw=grid.limit.to("kW"),
        availability=availability_of(grid),
        price_per_kwh=grid.price.to("USD/kWh"),
        emissions_kgco2e_per_kwh=coefficients.electricity_kgco2e_per_kwh,
    )


def _solar(site: Site, sun: Sun, assets: Assets, coefficients: Coefficients, rate: float) -> SolarParameters:
    maximum = site.options.solar.maximum
    return SolarParameters(
        capacity_factor=sun.capacity_factor,
        annual_cost_per_kw=assets.solar.annual_cost(rate),
        capital_cost_per_kw=assets.solar.capital_cost,
        embodied_kgco2e_per_kw_year=coefficients.solar_kgco2e_per_kw_year,
        maximum_kw=maximum.to("kW") if maximum is not None else None,
    )


def _storage(site: Site, assets: Assets, coefficients: Coefficients, rate: float) -> StorageParameters:
    maximum = site.options.battery.maximum
    return StorageParameters(
        energy_annual_cost_per_kwh=assets.battery.annual_cost(rate),
        power_annual_cost_per_kw=assets.inverter.annual_cost(rate),
        energy_capital_cost_per_kwh=assets.battery.capital_cost,
        power_capital_cost_per_kw=assets.inverter.capital_cost,
        charge_efficiency=assets.charge_efficiency,
        discharge_efficiency=assets.discharge_efficiency,
        minimum_state=assets.minimum_state,
        embodied_kgco2e_per_kwh_year=coefficients.battery_kgco2e_per_kwh_year,
        maximum_kwh=maximum.to("kWh") if maximum is not None else None,
    )


def _unserved_price(site: Site) -> float | None:
    price = site.options.unserved_energy_price
    return price.to("USD/kWh") if price is not None else None
