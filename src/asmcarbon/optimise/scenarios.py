"""One plan for several ways in which a year may turn out: at least expected cost over all of them (README.md)."""

import time
from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, InputError, Problem
from asmcarbon.messages import _
from asmcarbon.optimise.cuts import Cuts, run_within, series_of
from asmcarbon.optimise.decisions import Decisions, Hours, has_structure
from asmcarbon.optimise.hourly_program import HourlyProgram
from asmcarbon.optimise.master import Master
from asmcarbon.optimise.model import build_model, collector_paused, fill, rules_as_templates, running_cost
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.solve import Solution, agree, limits_text, solution_of


class ScenarioPlan(Struct, frozen=True, eq=False):
    """One plan of sizes and choices, and its year in each scenario.

    years          the plan in each scenario: the same sizes and choices, a dispatch of its own
    expected_cost  the mean of their annual costs. [money]
    gap            how much less, relative to it, the expected cost of another plan might still be
    """

    years: tuple[Solution, ...]
    expected_cost: float
    gap: float
    dispatches: int


class InformationValue(Struct, frozen=True):
    """What it is worth to plan for all scenarios, and what it would be worth to know which one comes. [money]

    recourse       RP, the expected cost of the plan that is best over all scenarios
    wait_and_see   WS, the mean cost of the plans that are each best in one
    of_average     EEV, the expected cost of the plan that is best in the average; None where it fails in a scenario
    """

    recourse: float
    wait_and_see: float
    of_average: float | None

    @property
    def of_perfect_information(self) -> float:
        """Return the expected value of perfect information: what to know the scenario beforehand would save.

            EVPI = RP - WS

        The farmer's problem, in dollars:

        >>> InformationValue(-108390.0, -115406.0, -107240.0).of_perfect_information
        7016.0

        Source: Birge (1982), The value of the stochastic solution in stochastic linear programs with fixed recourse,
        Mathematical Programming 24, 314-325; example: Birge & Louveaux (2011), Introduction to Stochastic Programming,
        section 1.1.
        """
        return self.recourse - self.wait_and_see

    @property
    def of_stochastic_solution(self) -> float | None:
        """Return the value of the stochastic solution: the regret of planning for the average.

            VSS = EEV - RP

        None where the plan for the average fails in a scenario: no money makes that good.

        >>> InformationValue(-108390.0, -115406.0, -107240.0).of_stochastic_solution
        1150.0

        Source: Birge (1982), The value of the stochastic solution in stochastic linear programs with fixed recourse,
        Mathematical Programming 24, 314-325; example: Birge & Louveaux (2011), Introduction to Stochastic Programming,
        section 1.1.
        """
        return None if self.of_average is None else self.of_average - self.recourse


def build_scenarios(scenarios: Sequence[Parameters], *, by_hours: bool = True) -> pyo.ConcreteModel:
    """Return the two-stage program of all scenarios: `scenario[s]` is the program of one year, and

        least_expected_cost  least Σ_s annual_cost[s] / number of scenarios

        same                 decided[s] = decided[0] for each size and choice, before it is known which scenario comes
        is_running_cost      running_cost[s] >= Σ annual_cost of the program of scenario s, dispatched when it is known

    Budget, cap and what must stand ready hold in every scenario.

    by_hours  as in `build_model`
    """
    with collector_paused(), rules_as_templates():
        model = pyo.ConcreteModel(name="scenarios")
        model.scenario = pyo.Block(range(len(scenarios)))
        for number, parameters in enumerate(scenarios):
            fill(model.scenario[number], parameters if number == 0 else _without_kits(parameters), by_hours=by_hours)
        model.same = pyo.ConstraintList()
        first = [one for one, _value in _decided(model.scenario[0], scenarios[0])]
        for number, parameters in enumerate(scenarios[1:], start=1):
            for one, (other, _value) in zip(first, _decided(model.scenario[number], parameters), strict=True):
                model.same.add(other - one == 0.0)
        costs = [running_cost(model.scenario[number], by_hours=by_hours) for number in range(len(scenarios))]
        model.least_expected_cost = pyo.Objective(expr=sum(cost / len(scenarios) for cost in costs))
    return model


def solve_scenarios(
    scenarios: Sequence[Parameters], *, time_limit_s: float | None = None, gap: float = 1e-4
) -> ScenarioPlan:
    """Return the plan of least expected cost, the full year of each scenario dispatched, and the gap that is proven.

    InputError where the scenarios offer different things, Infeasible where no plan meets the limits in all of them.
    """
    _check(scenarios)
    started = time.perf_counter()
    until = inf if time_limit_s is None else started + time_limit_s
    model = build_scenarios(scenarios, by_hours=False)
    master = Master(model, [(model.scenario[s], _hours(one, until)) for s, one in enumerate(scenarios)])
    cuts = Cuts(master, "cost", gap, until)
    try:
        run_within(cuts, _first_plan(master), time_limit_s)
    except Infeasible:
        raise Infeasible(_infeasible_text(scenarios)) from None
    best = cuts.final()
    years = [
        replace(solution_of(model.scenario[s], scenarios[s], series_of(mixture), ()), gap=max(cuts.proven, 0.0))
        for s, mixture in enumerate(best.years)
    ]
    cost = sum(one.annual_cost for one in years) / len(years)
    agree("expected cost", best.objective, cost)
    return ScenarioPlan(tuple(years), cost, max(cuts.proven, 0.0), cuts.dispatches)


def year_at(parameters: Parameters, plan: Solution, *, time_limit_s: float | None = None) -> Solution | None:
    """Return the best year of a scenario with the sizes and choices of a plan held; None where that breaks a limit."""
    model = build_model(parameters, by_hours=False)
    until = inf if time_limit_s is None else time.perf_counter() + time_limit_s
    master = Master(model, [(model, _hours(parameters, until))])
    columns = np.zeros(len(master.matrix.columns))
    lower, upper = np.array(master.program.col_lower_), np.array(master.program.col_upper_)
    columns = np.clip(columns, lower, upper)
    values = [value for _one, value in _decided(model, parameters, plan)]
    for (one, _value), value in zip(_decided(model, parameters), values, strict=True):
        if id(one) in master.number:
            columns[master.number[id(one)]] = value
    for block, size, kit in _kits(model, parameters):
        columns[master.number[id(block)]] = round(columns[master.number[id(size)]] / kit)
    if not master.keeps_limits(columns):
        return None
    cuts = Cuts(master, "cost", 1e-6, until)
    cuts.best = cuts.at(columns, exactly=True)
    if cuts.best is None:
        return None
    best = cuts.final()
    return solution_of(model, parameters, series_of(best.years[0]), ())


def _check(scenarios: Sequence[Parameters]) -> None:
    problems: list[Problem] = []
    if not scenarios:
        problems.append(Problem("scenarios", _("none are given"), _("one or more")))
    if len({one.offer for one in scenarios}) > 1:
        problems.append(
            Problem("scenarios", _("they offer different things"), _("the same, at prices that may differ"))
        )
    if any(one.objective != "cost" for one in scenarios):
        problems.append(Problem("scenarios.objective", _("is not cost"), _("plans for scenarios at least cost")))
    if problems:
        raise InputError(problems)


def _hours(parameters: Parameters, until: float) -> Hours:
    return Decisions(parameters) if has_structure(parameters) else HourlyProgram(parameters, until)


def _without_kits(parameters: Parameters) -> Parameters:
    """Return parameters whose sizes are any: that the first scenario buys whole kits is enough."""
    solar, storage = parameters.solar, parameters.storage
    return replace(
        parameters,
        solar=solar and replace(solar, kit_kw=None),
        storage=storage and replace(storage, kit_kwh=None, kit_kw=None),
    )


def _decided(block: Any, parameters: Parameters, plan: Solution | None = None) -> list[tuple[Any, float]]:
    """Return every variable that is decided before the scenario is known, and its value in a plan."""
    found: list[tuple[Any, float]] = []
    if parameters.solar is not None:
        found.append((block.solar.size_kw, plan.solar_kw if plan else 0.0))
    if parameters.storage is not None:
        found.append((block.storage.size_kw, plan.storage_kw if plan else 0.0))
        found.append((block.storage.size_kwh, plan.storage_kwh if plan else 0.0))
    for number, one in enumerate(parameters.generators):
        if not one.is_fixed:
            found.append((block.generators[number].units, float(plan.generator_units[number]) if plan else 0.0))
    if parameters.grid is not None and not parameters.grid.is_connected:
        found.append((block.grid.connected, float(plan.is_connected) if plan else 0.0))
    for number in range(len(parameters.measures)):
        found.append((block.measures[number].adopted, plan.measures[number] if plan else 0.0))
    for number in range(len(parameters.rehabilitation)):
        found.append((block.rehabilitation.area_ha[number], plan.hectares[number] if plan else 0.0))
    return found


def _kits(model: Any, parameters: Parameters) -> list[tuple[Any, Any, float]]:
    """Return the number of kits, the size that they make up, and the size of one, for each that is sold in kits."""
    offers = ((parameters.solar, "solar", "size_kw", "kit_kw"), (parameters.storage, "storage", "size_kw", "kit_kw"),
              (parameters.storage, "storage", "size_kwh", "kit_kwh"))  # fmt: skip
    return [
        (block.component(f"{size}_kits"), block.component(size), getattr(offer, kit))
        for offer, name, size, kit in offers
        if offer is not None and getattr(offer, kit) is not None
        for block in [model.component(name)]
    ]


def _first_plan(master: Master) -> np.ndarray | None:
    """Return a plan of the largest sizes by a rule of thumb in any scenario; None where a limit forbids it."""
    lower, upper = np.array(master.program.col_lower_), np.array(master.program.col_upper_)
    columns = np.clip(np.zeros(len(lower)), lower, upper)
    sizes = np.max([stage.sizes_by_thumb() for stage in master.stages], axis=0).tolist()
    for stage in master.stages:
        for column, size in zip(stage.columns[:3].tolist(), sizes, strict=True):
            if column >= 0:
                columns[column] = min(size, upper[column])
    return columns if master.keeps_limits(columns) else None


def _infeasible_text(scenarios: Sequence[Parameters]) -> str:
    """Return one sentence on what cannot be met, and in which scenarios it cannot be met even by a plan for each."""
    alone = [number for number, one in enumerate(scenarios, start=1) if not _is_possible(one)]
    text = _("no one plan serves the load in every hour of all {n} scenarios within {limits}")
    found = text.format(n=len(scenarios), limits=limits_text(scenarios[0]))
    if alone:
        which = ", ".join(str(number) for number in alone)
        found += _("; in scenario {which} not even a plan of its own would").format(which=which)
    return found + _("; relax a limit, or price unserved load")


def _is_possible(parameters: Parameters) -> bool:
    """Whether a scenario by itself has a plan."""
    model = build_model(parameters, by_hours=False)
    try:
        Cuts(Master(model, [(model, _hours(parameters, inf))]), "cost", 1e-2, inf).run(None)
    except Infeasible:
        return False
    return True
