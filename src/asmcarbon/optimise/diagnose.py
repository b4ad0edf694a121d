"""Why there is no plan, and the ways out: each limit alone, loosened by the least that makes a plan possible."""

import math
import time
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.messages import _
from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.parameters import Parameters


class Ways(Struct, frozen=True):
    """The ways out of limits that nothing meets; each by itself, everything else staying as it was given.

    budget                smallest budget with which there is a plan. [money]
    emissions_cap_kgco2e  smallest emissions cap with which there is a plan. [mass]
    unserved_kwh          least load that would stay unserved in the year. [energy]
    person_days_target    most person-days a year with which there is a plan. [time]
    community_kwh         most solar power for a community in the year with which there is a plan. [energy]

    None: there was no such limit, or loosening it alone does not help; or, if `was_stopped`, time ran out.
    """

    budget: float | None
    emissions_cap_kgco2e: float | None
    unserved_kwh: float | None
    was_stopped: bool = False
    person_days_target: float | None = None
    community_kwh: float | None = None

    def sentences(self, parameters: Parameters) -> tuple[str, ...]:
        """Return one sentence for each way out of `parameters`, or one that says there is none."""
        ways = tuple(self._sentences(parameters))
        if ways:
            return ways
        if self.was_stopped:
            return (_("time ran out before a way out was found"),)
        return (_("no larger budget, looser cap or unserved load alone would be enough; offer more, or ask for less"),)

    def _sentences(self, parameters: Parameters) -> Iterator[str]:
        if self.budget is not None and parameters.budget is not None:
            text = _("a budget larger by {more:,.0f}, {budget:,.0f} in all, would be enough")
            yield text.format(more=self.budget - parameters.budget, budget=self.budget)
        if self.emissions_cap_kgco2e is not None and parameters.emissions_cap_kgco2e is not None:
            text = _("an emissions cap looser by {more:,.0f} kgCO2e a year, {cap:,.0f} in all, would be enough")
            more = self.emissions_cap_kgco2e - parameters.emissions_cap_kgco2e
            yield text.format(more=more, cap=self.emissions_cap_kgco2e)
        if self.unserved_kwh is not None:
            text = _("leaving {energy:,.0f} kWh a year of the load unserved would be enough")
            yield text.format(energy=self.unserved_kwh)
        if self.person_days_target is not None:
            text = _(
                "asking for {days:,.4g} person-days a year would be enough; nothing within the other limits gives more"
            )
            yield text.format(days=self.person_days_target)
        if self.community_kwh is not None:
            text = _("promising the community {energy:,.0f} kWh a year would be enough; the other limits allow no more")
            yield text.format(energy=self.community_kwh)


class ExplainedInfeasible(Infeasible):
    """Nothing meets all the limits at once; `ways` says what would."""

    def __init__(self, text: str, ways: Ways, parameters: Parameters) -> None:
        """Take what cannot be met and the ways out of it."""
        self.ways = ways
        super().__init__("; ".join([text, *ways.sentences(parameters)]))


def ways_out(parameters: Parameters, *, time_limit_s: float | None = 60.0) -> Ways:
    """Return the smallest change of each limit alone that gives `parameters` a plan.

        least  Σ capital_cost, without the budget
        least  Σ operational_kgco2e, without the emissions cap
        least  Σ_t unserved_kw[t], where none or only so much may stay unserved
        most   Σ person_days / work_years + Σ yearly_person_days, without the target of them
        least  short_kwh of what is promised to a community

    subject to everything else, on every hour: typical days mislead by up to three times. What is sought takes the place
    of the annual cost, so that no price of a slack can be too low.

    time_limit_s  seconds that all of them together may take, or None. [time]
    """
    until = None if time_limit_s is None else time.perf_counter() + time_limit_s
    given = replace(parameters, objective="cost")
    relaxed: list[Parameters | None] = [None, None, None, None, None]
    if given.budget is not None and _costs_capital(given):
        relaxed[0] = counting(replace(given, budget=None), "capital_cost")
    if given.emissions_cap_kgco2e is not None:
        relaxed[1] = counting(replace(given, emissions_cap_kgco2e=None), "operational_kgco2e")
    if given.unserved_price_per_kwh is None or given.unserved_maximum_kwh is not None:
        relaxed[2] = counting(replace(given, unserved_price_per_kwh=0.0, unserved_maximum_kwh=None), "unserved_kwh")
    if given.person_days_target is not None:
        relaxed[3] = _most_jobs(given)
    if given.community is not None:
        relaxed[4] = counting(given, "short_kwh")
    found: list[float | None] = []
    was_stopped = False
    for nth, way in enumerate(relaxed):
        least = None
        if way is not None:
            # A way that takes long leaves the others their share of the time.
            left = sum(one is not None for one in relaxed[nth:])
            try:
                least = _least(way, None if until is None else max(0.0, until - time.perf_counter()) / left)
            except SolverStopped:
                was_stopped = True
        found.append(least)
    if found[1] is not None:
        found[1] += parameters.other_kgco2e
    budget, cap, unserved_kwh, work, short_kwh = found
    days = None if work is None else work / given.work_years
    promised = None
    if short_kwh is not None and given.community is not None:
        # Rounded down, so that what is said is possible; the gap of the search is a millionth.
        promised = float(math.floor((1.0 + 2e-6) * given.community.target_kwh - short_kwh))
    return Ways(budget, cap, unserved_kwh, was_stopped, days, promised)


Counted = Literal["capital_cost", "operational_kgco2e", "unserved_kwh", "short_kwh"]


def counting(parameters: Parameters, counted: Counted) -> Parameters:
    """Return parameters whose annual cost is the capital, the operational emissions, or energy that is not given.

    That is the load that is not served, or what is promised to a community and not met.

    So whatever finds the least annual cost finds the least of these. Emissions that nothing changes are left out.
    """
    is_capital, is_emissions = counted == "capital_cost", counted == "operational_kgco2e"

    def capital(cost: float) -> float:
        return cost if is_capital else 0.0

    solar, storage, grid, community = parameters.solar, parameters.storage, parameters.grid, parameters.community
    is_sold = community is not None and community.is_sold
    return replace(
        parameters,
        community=community and replace(community, short_price_per_kwh=1.0 if counted == "short_kwh" else None),
        unserved_price_per_kwh=None
        if parameters.unserved_price_per_kwh is None
        else 1.0
        if counted == "unserved_kwh"
        else 0.0,
        solar=solar and replace(solar, annual_cost_per_kw=capital(solar.capital_cost_per_kw)),
        storage=storage
        and replace(
            storage,
            energy_annual_cost_per_kwh=capital(storage.energy_capital_cost_per_kwh),
            power_annual_cost_per_kw=capital(storage.power_capital_cost_per_kw),
        ),
        generators=tuple(
            replace(
                one,
                price_per_kwh=one.emissions_kgco2e_per_kwh if is_emissions else 0.0,
                annual_cost_per_unit=capital(one.capital_cost_per_unit),
            )
            for one in parameters.generators
        ),
        grid=grid
        and replace(
            grid,
            price_per_kwh=grid.emissions_kgco2e_per_kwh if is_emissions else 0.0,
            connection_annual_cost=capital(grid.connection_capital_cost),
            demand_charge_per_kw_month=0.0,
            export_price_per_kwh=0.0 if is_sold else None,
        ),
        measures=tuple(
            replace(one, annual_cost=one.operational_kgco2e_change if is_emissions else capital(one.capital_cost))
            for one in parameters.measures
        ),
        rehabilitation=tuple(
            replace(one, annual_cost_per_ha=capital(one.capital_cost_per_ha)) for one in parameters.rehabilitation
        ),
    )


def _costs_capital(parameters: Parameters) -> bool:
    """Whether anything that is offered costs something up front; a connection that is there already does not."""
    given, grid = parameters, parameters.grid
    offered = bool(given.solar or given.storage or given.measures or given.rehabilitation)
    return offered or any(not one.is_fixed for one in given.generators) or (grid is not None and not grid.is_connected)


def _most_jobs(parameters: Parameters) -> Parameters:
    """Return parameters whose objective is most person-days, without a target of them."""
    most_kwh = parameters.unserved_maximum_kwh
    if parameters.unserved_price_per_kwh is not None and most_kwh is None:
        # As much may stay unserved as before: all of it.
        most_kwh = float(parameters.load_kw.sum())
    return replace(parameters, objective="jobs", person_days_target=None, unserved_maximum_kwh=most_kwh)


def _least(parameters: Parameters, time_limit_s: float | None) -> float | None:
    """Return the least annual cost, or the most person-days, within all limits; None where nothing meets them."""
    try:
        found = solve_by_cuts(parameters, time_limit_s=time_limit_s)
        return found.person_days if parameters.objective == "jobs" else found.annual_cost
    except Infeasible:
        return None
