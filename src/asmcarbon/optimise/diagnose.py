"""Why there is no plan, and the ways out: each limit alone, loosened by the least that makes a plan possible."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.messages import _
from asmcarbon.optimise.highs import answer_of
from asmcarbon.optimise.model import (
    build_model,
    capital_cost,
    collector_paused,
    operational_kgco2e,
    rules_as_templates,
)
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.periods import nothing


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways out of limits that nothing meets; each by itself, everything else staying as it was given.

    budget                smallest budget with which there is a plan. [money]
    emissions_cap_kgco2e  smallest emissions cap with which there is a plan. [mass]
    unserved_kwh          least load that would stay unserved in the year. [energy]

    None: there was no such limit, or loosening it alone does not help; or, if `was_stopped`, time ran out.
    """

    budget: float | None
    emissions_cap_kgco2e: float | None
    unserved_kwh: float | None
    was_stopped: bool = False

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

    subject to everything else, on every hour: typical days mislead by up to three times. The slack is the objective
    itself and has no price, so that no price can be too low. On the reference case each takes 3 to 10 s, warm or cold,
    by any simplex and with or without a little of the cost in the objective.

    time_limit_s  seconds that all of them together may take, or None. [time]
    """
    until = None if time_limit_s is None else time.perf_counter() + time_limit_s
    given = replace(parameters, objective="cost")
    relaxed: list[tuple[Parameters, str] | None] = [None, None, None]
    if given.budget is not None:
        relaxed[0] = replace(given, budget=None), "capital_cost"
    if given.emissions_cap_kgco2e is not None:
        relaxed[1] = replace(given, emissions_cap_kgco2e=None), "operational_kgco2e"
    if given.unserved_price_per_kwh is None or given.unserved_maximum_kwh is not None:
        relaxed[2] = replace(given, unserved_price_per_kwh=0.0, unserved_maximum_kwh=None), "unserved_kwh"
    found: list[float | None] = []
    was_stopped = False
    for nth, way in enumerate(relaxed):
        least = None
        if way is not None:
            # A way that takes long leaves the others their share of the time.
            left = sum(one is not None for one in relaxed[nth:])
            try:
                least = _least(*way, None if until is None else max(0.0, until - time.perf_counter()) / left)
            except SolverStopped:
                was_stopped = True
        found.append(least)
    return Ways(*found, was_stopped=was_stopped)


def unserved_kwh(model: pyo.ConcreteModel) -> Any:
    """Return the load of the year that is not served."""
    return sum(model.demand.unserved_kw[hour] for hour in model.hours)


SUMS = {"capital_cost": capital_cost, "operational_kgco2e": operational_kgco2e, "unserved_kwh": unserved_kwh}


def _least(parameters: Parameters, sought: str, time_limit_s: float | None) -> float | None:
    """Return the least of what is sought within all the limits of `parameters`; None where nothing meets them."""
    model = build_model(parameters)
    if all(getattr(one, sought, None) is nothing for one in model.contributions):
        return None
    model.least_annual_cost.deactivate()
    with collector_paused(), rules_as_templates():
        model.least_change = pyo.Objective(rule=SUMS[sought])
    try:
        with collector_paused():
            matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
        first, _last = answer_of(matrix, time_limit_s=time_limit_s)
    except (Infeasible, InfeasibleConstraintException):
        return None
    return first.objective
