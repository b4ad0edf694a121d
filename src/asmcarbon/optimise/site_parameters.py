"""A site to the parameters of the optimiser: today's equipment alone, and everything that the plan may use."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from asmcarbon.energy.load import Load, load_of
from asmcarbon.energy.sun import Sun
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.optimise.assets import Assets
from asmcarbon.optimise.coefficients import Coefficients, is_gross, is_supply
from asmcarbon.optimise.parameters import Goal, Parameters
from asmcarbon.optimise.site_equipment import (
    adequacy_of,
    buyer_of,
    generators_of,
    generators_on_offer,
    grid_of,
    promise_of,
    shiftable_of,
    solar_of,
    storage_of,
    unserved_price_of,
)
from asmcarbon.optimise.site_measures import land_of, measures_of, rehabilitation_of
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site

_GOALS: dict[str, Goal] = {"least_cost": "cost", "least_emissions": "emissions", "most_jobs": "jobs"}


def baseline_parameters(
    site: Site,
    load: Load,
    sun: Sun,
    assets: Assets,
    coefficients: Coefficients,
    fuel_scale: Mapping[FuelName, float] = MappingProxyType({}),
) -> Parameters:
    """Return today's equipment alone: generators, array and battery that stand there, the grid where it is connected.

    fuel_scale   what each generator's fuel use is multiplied by, so that today's dispatch burns the reported fuel
    """
    grid, solar, storage = site.energy.grid, None, None
    if site.energy.solar is not None:
        solar = replace(solar_of(site, sun, assets, coefficients, 0.0), maximum_kw=0.0, kit_kw=None)
    if site.energy.battery is not None:
        bought = storage_of(site, sun, assets, coefficients, 0.0)
        storage = replace(bought, maximum_kwh=0.0, maximum_kw=0.0, kit_kwh=None, kit_kw=None)
    return Parameters(
        load_kw=load.hourly_kw,
        unserved_price_per_kwh=unserved_price_of(site),
        solar=solar,
        storage=storage,
        generators=generators_of(site, coefficients, fuel_scale, may_retire=False),
        grid=grid_of(site, coefficients, 0.0) if grid is not None and grid.connected else None,
        critical_kw=load.critical_kw,
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
    target, removals, unserved = options.rehabilitation_target, options.removals_target, options.unserved_maximum
    work = options.person_days_target
    own = generators_of(site, coefficients, fuel_scale, may_retire=True)
    has_solar = options.solar.offered or site.energy.solar is not None
    has_storage = options.battery.offered or site.energy.battery is not None
    return Parameters(
        load_kw=load_of([machine for machine in site.energy.machines if not machine.shiftable]).hourly_kw,
        unserved_price_per_kwh=unserved_price_of(site),
        unserved_maximum_kwh=unserved.to("kWh/year") if unserved is not None else None,
        critical_kw=load.critical_kw,
        generators=(*own, *generators_on_offer(site, coefficients, rate)),
        solar=solar_of(site, sun, assets, coefficients, rate) if has_solar else None,
        storage=storage_of(site, sun, assets, coefficients, rate) if has_storage else None,
        grid=grid_of(site, coefficients, rate) if site.energy.grid is not None else buyer_of(site),
        shiftable=shiftable_of(site),
        adequacy=adequacy_of(site, load),
        budget=budget.to("USD") if budget is not None else None,
        emissions_cap_kgco2e=cap.to("kgCO2e/year") if cap is not None else None,
        other_kgco2e=before.sum_of(lambda line: is_gross(line) and not is_supply(line)).m_as("kgCO2e/year"),
        measures=measures_of(site, before, rate),
        land=land_of(site),
        rehabilitation=rehabilitation_of(site, before, rate),
        rehabilitation_obligation_ha=owed.to("ha") if owed is not None else None,
        rehabilitation_target_ha=target.to("ha") if target is not None else None,
        removals_target_kgco2e_year=removals.to("kgCO2e/year") if removals is not None else None,
        objective=_GOALS[options.objective],
        work_years=site.finance.horizon.to("year"),
        person_days_target=work.to("day/year") if work is not None else None,
        community=promise_of(site),
    )
