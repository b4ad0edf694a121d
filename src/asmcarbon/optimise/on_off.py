"""The on/off dispatch of a plan: generators that idle, start and keep their minimum load, over all 8,760 hours.

The linear program chooses the sizes with a straight line for each generator; what the year then costs and emits is
told by the dispatch that respects its fuel curve and minimum load, with a proven bound.
"""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible
from asmcarbon.messages import _
from asmcarbon.optimise.commitment import BOUND_LEVELS, Commitment, Unit, commit
from asmcarbon.optimise.dispatch import Source, Storage
from asmcarbon.optimise.grid import demand_charges, energy_charges, monthly_peaks_kw, peak_of_hour_kw
from asmcarbon.optimise.model import collector_paused
from asmcarbon.optimise.parameters import GeneratorParameters, Parameters
from asmcarbon.optimise.solve import Solution
from asmcarbon.site.energy import FuelName, Generator
from asmcarbon.site.options import GeneratorOption
from asmcarbon.site.site import Site

MOST_UNITS = 3

# Load that must be served is offered a way out at a price that nobody would pay, so that the search always has a year
# to improve; a year that takes more of it than rounding does is refused.
_FORBIDDEN = 1e5
_ROUNDING = 1e-6


class OnOff(Struct, frozen=True):
    """A solution as it runs with generators on and off.

    solution   with the on/off year in place of the linear one
    bound      what the year of this equipment costs at least, proven; energy and unserved load alone
    cost       what it costs as dispatched
    hours_run  of each unit
    """

    solution: Solution
    bound: float
    cost: float
    hours_run: tuple[int, ...]

    @property
    def gap(self) -> float:
        """How far the bound lies below the cost, as a share of it."""
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0


def is_needed(site: Site, solution: Solution) -> bool:
    """Whether a generator of the plan has a fuel curve or a minimum load, so that a straight line misleads."""
    return any(one.is_curved for one, units in _running(site, solution) if units > 0)


def is_possible(site: Site, solution: Solution) -> bool:
    """Whether the on/off dispatch takes so many units."""
    return sum(units for _one, units in _running(site, solution)) <= MOST_UNITS


def on_off(
    site: Site, parameters: Parameters, solution: Solution, fuel_scale: Mapping[FuelName, float], *, bound: bool = True
) -> OnOff:
    """Return a solution dispatched on/off at its sizes.

    fuel_scale   what the fuel use of the site's own generators is multiplied by; new ones keep their plate's
    bound        False leaves the bound out, which takes most of the time
    """
    owners: list[int] = []
    units: list[Unit] = []
    for number, (one, count) in enumerate(_running(site, solution)):
        own = number < len(site.energy.generators)
        unit = unit_of(site, one, fuel_scale.get(one.fuel, 1.0) if own else 1.0)
        units += [unit] * count
        owners += [number] * count
    held_kw, sold_kw = held_kw_of(parameters, solution), sellable_kw(parameters, solution)
    given_kw = held_kw if not is_sold(parameters) else np.zeros(len(held_kw))
    storage = _storage(parameters, solution)
    # The hours of each mode are a hundred thousand tuples, which the collector would walk again and again.
    with collector_paused():
        found = commit(
            solution.load_kw + sold_kw + given_kw,
            solution.solar_available_kw,
            tuple(units),
            _sources(parameters, solution, sold_kw, held_kw),
            storage,
            bound_levels=BOUND_LEVELS if bound and parameters.community is None else None,
        )
    # What is sold was counted as load that may be left at its price.
    price = parameters.grid.export_price_per_kwh if parameters.grid is not None else None
    income = (price or 0.0) * float(sold_kw.sum())
    found = replace(found, cost=found.cost - income, bound=found.bound - income)
    least = found.bound
    if bound and parameters.community is not None:
        # What is promised might be given in other hours: the bound is that of a year without the promise.
        least = on_off(site, replace(parameters, community=None), solution, fuel_scale).bound
    return OnOff(_told(parameters, solution, found, owners, sold_kw), least, found.cost, found.hours_run)


def is_sold(parameters: Parameters) -> bool:
    """Whether what is promised to a community is what the grid takes."""
    return parameters.community is not None and parameters.community.is_sold


def held_kw_of(parameters: Parameters, solution: Solution) -> np.ndarray:
    """Return what is kept for a community in each hour, so that what it is promised is met: nothing if nothing is.

        held_kw[t] = target_kwh / Σ delivered_kw * delivered_kw[t],   at most delivered_kw[t]

    delivered_kw   sold in the year of the solution, or left over in it and taken by the community

    Infeasible where that is less than what is promised.
    """
    promise = parameters.community
    if promise is None:
        return np.zeros(len(solution.load_kw))
    delivered_kw = solution.export_kw if promise.is_sold else np.minimum(solution.solar_curtailed_kw, promise.demand_kw)
    delivered_kw = np.minimum(delivered_kw, solution.solar_available_kw)
    kwh = float(delivered_kw.sum())
    if kwh < promise.target_kwh * (1.0 - _ROUNDING):
        text = _("the sizes leave {kwh:,.0f} kWh a year for the community, of {target:,.0f} kWh that it is promised")
        raise Infeasible(text.format(kwh=kwh, target=promise.target_kwh))
    return delivered_kw * min(promise.target_kwh / kwh, 1.0)


def sellable_kw(parameters: Parameters, solution: Solution) -> np.ndarray:
    """Return what of the sun the grid would take in each hour: within its limit, and only the sun's own power. [power]

    In the dispatch it is a load that may be left unserved at the price of what is sold: the same dispatch, and a source
    like any other.
    """
    grid = parameters.grid
    if grid is None or grid.export_price_per_kwh is None or not solution.is_connected:
        return np.zeros(len(solution.load_kw))
    limit_kw = grid.limit_kw if grid.export_limit_kw is None else grid.export_limit_kw
    given_kw = 0.0 if is_sold(parameters) else held_kw_of(parameters, solution)
    return np.minimum(limit_kw * grid.availability, solution.solar_available_kw - given_kw)


def redrawn(line: Parameters, found: Solution, excess_kgco2e: float) -> Parameters:
    """Return parameters whose generators burn what they burned on average in an on/off year; a broken cap is lowered.

    excess_kgco2e   by which the on/off year breaks the emissions cap, if above zero
    """
    generators: list[GeneratorParameters] = []
    for one, litres, output_kw in zip(line.generators, found.fuel_l, found.generators_kw, strict=True):
        used_kwh = float(np.minimum(output_kw, found.load_kw + found.charge_kw).sum())
        if litres > 0 and used_kwh > 0 and one.fuel_l_per_kwh > 0:
            change = litres / used_kwh / one.fuel_l_per_kwh
            generators.append(
                replace(
                    one,
                    fuel_l_per_kwh=one.fuel_l_per_kwh * change,
                    price_per_kwh=one.price_per_kwh * change,
                    emissions_kgco2e_per_kwh=one.emissions_kgco2e_per_kwh * change,
                )
            )
        else:
            generators.append(one)
    cap = line.emissions_cap_kgco2e
    lower = cap if cap is None or excess_kgco2e <= 0 else max(cap - 1.05 * excess_kgco2e, 0.0)
    return replace(line, generators=tuple(generators), emissions_cap_kgco2e=lower)


def unit_of(site: Site, one: Generator | GeneratorOption, scale: float) -> Unit:
    """Return a generator as the on/off dispatch takes it: litres an hour while it runs, and litres a kWh."""
    price = site.energy.fuel_price(one.fuel)
    operation = one.operation_cost.to("USD/kWh") if one.operation_cost is not None else 0.0
    rated = one.rated_power.to("kW")
    slope, intercept = one.curve_l_per_kwh
    return Unit(
        rated_kw=rated,
        minimum_share=one.minimum_load.to("1") if one.minimum_load is not None else 0.0,
        cost_per_hour=intercept * rated * scale * price,
        price_per_kwh=slope * scale * price + operation,
        fuel_l_per_hour=intercept * rated * scale,
        fuel_l_per_kwh=slope * scale,
    )


def _running(site: Site, solution: Solution) -> list[tuple[Generator | GeneratorOption, int]]:
    every = (*site.energy.generators, *site.options.generators)
    return list(zip(every, solution.generator_units, strict=False))


def _sources(
    parameters: Parameters, solution: Solution, sold_kw: np.ndarray, held_kw: np.ndarray
) -> tuple[Source, ...]:
    """Return the grid where there is one, load left unserved, load that must be served, sales that are left."""
    found: list[Source] = []
    grid = parameters.grid
    if grid is not None and solution.is_connected:
        limit_kw = grid.limit_kw * grid.availability
        if solution.peak_import_kw:
            # The peaks that the linear year pays for are paid; no hour goes beyond them.
            limit_kw = np.minimum(limit_kw, peak_of_hour_kw(grid, solution.peak_import_kw))
        found.append(Source(grid.price_per_kwh, limit_kw))
    price, unserved_kw = parameters.unserved_price_per_kwh, parameters.may_stay_unserved_kw
    if price is not None:
        found.append(Source(price, np.minimum(unserved_kw, solution.load_kw)))
    if must_be_served(parameters, solution):
        found.append(Source(_FORBIDDEN, solution.load_kw + sold_kw + held_kw))
    if sold_kw.any():
        assert grid is not None and grid.export_price_per_kwh is not None
        # What is promised is sold at any price.
        found.append(
            Source(grid.export_price_per_kwh, np.maximum(sold_kw - held_kw, 0.0) if is_sold(parameters) else sold_kw)
        )
    return tuple(found)


def must_be_served(parameters: Parameters, solution: Solution) -> bool:
    """Whether something may not stay unserved at any price: critical machines, what measures add, what is promised."""
    is_priced = parameters.unserved_price_per_kwh is not None and parameters.community is None
    return not is_priced or bool((parameters.may_stay_unserved_kw < solution.load_kw - 1e-9).any())


def _storage(parameters: Parameters, solution: Solution) -> Storage | None:
    storage = parameters.storage
    if storage is None or solution.battery_kwh <= 0 or solution.battery_kw <= 0:
        return None
    carried_kwh = parameters.adequacy.carried_kwh / storage.discharge_efficiency if parameters.adequacy else 0.0
    return Storage(
        power_kw=solution.battery_kw,
        energy_kwh=solution.battery_kwh,
        charge_efficiency=storage.charge_efficiency,
        discharge_efficiency=storage.discharge_efficiency,
        minimum_state=storage.minimum_state,
        may_charge=1.0 if storage.may_charge is None else storage.may_charge,
        floor_kwh=carried_kwh,
    )


def _told(
    parameters: Parameters, solution: Solution, found: Commitment, owners: list[int], sold_kw: np.ndarray
) -> Solution:
    hours = len(solution.load_kw)
    generators = [np.zeros(hours) for _one in parameters.generators]
    fuel = [0.0] * len(parameters.generators)
    for unit, owner in enumerate(owners):
        generators[owner] = generators[owner] + found.units_kw[unit]
        fuel[owner] += found.fuel_l[unit]
    sources = list(found.sources_kw)
    grid, price = parameters.grid, parameters.unserved_price_per_kwh
    grid_kw = sources.pop(0) if grid is not None and solution.is_connected else np.zeros(hours)
    unserved_kw = sources.pop(0) if price is not None else np.zeros(hours)
    short_kwh = float(sources.pop(0).sum()) if must_be_served(parameters, solution) else 0.0
    if short_kwh > _ROUNDING * float(solution.load_kw.sum()):
        text = _("no on/off dispatch serves every hour ({short:.1f} kWh short); give unserved load a price")
        raise Infeasible(text.format(short=short_kwh))
    export_kw = sold_kw - sources.pop(0) if sources else np.zeros(hours)
    peaks_kw = monthly_peaks_kw(grid, grid_kw) if grid is not None and solution.peak_import_kw else ()
    told = replace(
        solution,
        charge_kw=found.dispatch.charge_kw,
        discharge_kw=found.dispatch.discharge_kw,
        stored_kwh=found.dispatch.stored_kwh[1:],
        generators_kw=tuple(generators),
        grid_kw=grid_kw,
        export_kw=export_kw,
        peak_import_kw=peaks_kw,
        unserved_kw=unserved_kw,
        fuel_l=tuple(fuel),
        solver=f"{solution.solver}; on/off dispatch",
    )
    linear = sum(
        one.price_per_kwh * float(kw.sum())
        for one, kw in zip(parameters.generators, solution.generators_kw, strict=True)
    )
    linear += (price or 0.0) * float(solution.unserved_kw.sum())
    cost = found.cost - _FORBIDDEN * short_kwh
    if grid is not None:
        linear += energy_charges(grid, solution.grid_kw, solution.export_kw, solution.peak_import_kw)
        cost += demand_charges(grid, peaks_kw)
    return replace(
        told,
        annual_cost=solution.annual_cost - linear + cost,
        operational_kgco2e=solution.operational_kgco2e
        + _emissions(parameters, told)
        - _emissions(parameters, solution),
    )


def _emissions(parameters: Parameters, solution: Solution) -> float:
    """Return the operational emissions of fuel and grid: both are linear in litres and kWh."""
    total = 0.0
    for one, litres in zip(parameters.generators, solution.fuel_l, strict=True):
        total += one.emissions_kgco2e_per_kwh / one.fuel_l_per_kwh * litres if one.fuel_l_per_kwh > 0 else 0.0
    grid = parameters.grid
    return total + (grid.emissions_kgco2e_per_kwh * float(solution.grid_kw.sum()) if grid is not None else 0.0)
