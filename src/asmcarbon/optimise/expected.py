"""One plan over stages for several ways in which all years may turn out: at least expected cost (README.md)."""

import time
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, InputError, Problem
from asmcarbon.messages import _
from asmcarbon.optimise.cuts import Cuts, run_within
from asmcarbon.optimise.decisions import Decisions, has_structure
from asmcarbon.optimise.financing import Financing, financing_of
from asmcarbon.optimise.master import Master
from asmcarbon.optimise.means import mean_of
from asmcarbon.optimise.model import collector_paused
from asmcarbon.optimise.parameters import AdequacyParameters, Parameters
from asmcarbon.optimise.pathway import PathwayPlan, stage_plan
from asmcarbon.optimise.settling import Energy
from asmcarbon.optimise.solve import set_values
from asmcarbon.optimise.staged_model import Pathway, build_pathway, capital_of, year_of_stage
from asmcarbon.optimise.terms import Terms

# Sizes and choices of a plan over stages, by the names of their variables.
Decided = Mapping[str, float]


class ExpectedPlan(Struct, frozen=True, eq=False):
    """One plan of every stage's sizes and choices, and who pays for it.

    decided        its sizes and choices
    financing      of the expected money, whose cost is in the expected cost; None: nobody but the site
    expected_cost  net present, the mean over the scenarios. [money]
    gap            how much less, relative to it, the expected cost of another plan might still be
    columns        values of the master's columns
    """

    decided: dict[str, float]
    financing: Financing | None
    expected_cost: float
    gap: float
    dispatches: int
    columns: np.ndarray


def expected_pathway(scenarios: Sequence[Pathway]) -> Pathway:
    """Return the pathway of mean costs, without the caps and budgets that hold in each scenario.

    What must stand ready is what the scenario that asks most of it asks.
    """
    stages = [
        tuple(
            replace(one, emissions_cap_kgco2e=None, budget=None, adequacy=ready)
            for one, ready in zip(each.stages, _readiest(scenarios), strict=True)
        )
        for each in scenarios
    ]
    return replace(scenarios[0], stages=mean_of(stages))


def _readiest(scenarios: Sequence[Pathway]) -> list[AdequacyParameters | None]:
    found: list[AdequacyParameters | None] = []
    for stages in zip(*(one.stages for one in scenarios), strict=True):
        asked = [one.adequacy for one in stages if one.adequacy is not None]
        if not asked:
            found.append(None)
            continue
        names = ("critical_peak_kw", "largest_motor_start_kw", "carried_kwh")
        found.append(replace(asked[0], **{name: max(getattr(one, name) for one in asked) for name in names}))
    return found


def build_expected(scenarios: Sequence[Pathway], terms: Sequence[Terms] | None = None) -> pyo.ConcreteModel:
    """Return the program of a plan over stages, one for all scenarios w: that of `build_pathway` at mean costs, with

        annual_cost        = Σ_w cost[w] / number of scenarios
        operational_kgco2e = Σ_w kgco2e[w] / number of scenarios

        scenario_cap[s, w]     kgco2e[w] + Σ operational_kgco2e_change * adopted + other_kgco2e <= emissions_cap_kgco2e
                               of scenario w
        scenario_budget[s, w]  capital_cost[s] <= budget[s], both at the prices of scenario w

    in the place of the one year of each stage: cost[w] and kgco2e[w] are its block `years[w]`, the energy of its year
    in scenario w. Sizes, choices and who pays for them are decided before it is known which scenario comes, so that
    there is one variable of each for all of them. The rows of financing are of expected money: means of what is paid
    up front, of what running costs, and of what today's equipment would. Caps and budgets hold in every scenario, and
    so does what must stand ready: that of the scenario that asks most.

    terms   of each scenario; None: nobody but the site pays
    """
    mean_terms = None if terms is None else mean_of(terms)
    model = build_pathway(expected_pathway(scenarios), mean_terms, by_hours=False, scenarios=len(scenarios))
    model.scenario_cap, model.scenario_budget = pyo.Constraint(pyo.Any), pyo.Constraint(pyo.Any)
    for w, pathway in enumerate(scenarios):
        for s, given in enumerate(pathway.stages):
            block = model.stage[s]
            cap = _year(pathway, terms, s, w).emissions_cap_kgco2e
            if cap is not None:
                changes = sum(
                    one.operational_kgco2e_change * block.measures[m].adopted for m, one in enumerate(given.measures)
                )
                other = _other(block, given.other_kgco2e)
                model.scenario_cap[s, w] = block.years[w].kgco2e + changes + other <= cap
            if given.budget is not None:
                model.scenario_budget[s, w] = capital_of(model, pathway, s) <= given.budget
    return model


def _year(pathway: Pathway, terms: Sequence[Terms] | None, stage: int, scenario: int) -> Parameters:
    return year_of_stage(pathway, None if terms is None else terms[scenario], stage)


def _other(block: Any, other_kgco2e: float) -> Any:
    """Return what nothing changes in a scenario, by the variable whose two bounds are its mean."""
    return other_kgco2e / block.other_kgco2e.lb * block.other_kgco2e if other_kgco2e else 0.0


class _Seen:
    """A year of a stage in one scenario as the master takes it: the stage's decisions, a year and a cap of its own."""

    def __init__(self, stage: Any, year: Any, cap: Any) -> None:
        self.year, self._stage, self._cap = year, stage, cap
        self.generators, self.measures = stage.generators, stage.measures

    def component(self, name: str) -> Any:
        """Return a room of the stage, or the cap of the scenario."""
        return self._cap if name == "emissions_cap" else self._stage.component(name)


def _master_of(scenarios: Sequence[Pathway], terms: Sequence[Terms] | None) -> tuple[pyo.ConcreteModel, Master]:
    """Return the program and its master, whose years are those of the first scenario's stages, then the next one's."""
    with collector_paused():
        model = build_expected(scenarios, terms)
    years: list[tuple[Any, Any]] = []
    for w, pathway in enumerate(scenarios):
        for s in range(len(pathway.stages)):
            cap = model.scenario_cap[s, w] if (s, w) in model.scenario_cap else None  # noqa: SIM401 (no mapping)
            seen = _Seen(model.stage[s], model.stage[s].years[w], cap)
            years.append((seen, Decisions(_year(pathway, terms, s, w))))
    return model, Master(model, years)


def solve_expected(
    scenarios: Sequence[Pathway],
    terms: Sequence[Terms] | None = None,
    *,
    first: Decided | None = None,
    time_limit_s: float | None = None,
    gap: float = 1e-4,
) -> ExpectedPlan:
    """Return the plan of least expected cost over the horizon, every stage's full year dispatched in each scenario.

    terms   who pays for it, in each scenario
    first   sizes and choices to start from, or None

    Infeasible where no plan meets all the limits in all of them.
    """
    if not scenarios or len({one.starts for one in scenarios}) > 1:
        raise InputError(Problem("scenarios", _("none, or of different stages"), _("one or more, of the same stages")))
    for one in scenarios:
        _check_structure(one)
    started = time.perf_counter()
    model, master = _master_of(scenarios, terms)
    cuts = Cuts(master, "cost", gap, inf if time_limit_s is None else started + time_limit_s)
    columns = None if first is None else columns_of(master, first)
    try:
        run_within(cuts, columns if columns is not None and master.keeps_limits(columns) else None, time_limit_s)
    except Infeasible:
        text = _("no one plan of all stages keeps the limits in all {n} scenarios, and debt cover and cash of the mean")
        raise Infeasible((text + _("; relax a limit, or price unserved load")).format(n=len(scenarios))) from None
    best = cuts.final()
    return ExpectedPlan(
        decided=decided_in(master),
        financing=financing_of(model, None if terms is None else mean_of(terms)),
        expected_cost=best.objective,
        gap=max(cuts.proven, 0.0),
        dispatches=cuts.dispatches,
        columns=best.columns,
    )


def _check_structure(pathway: Pathway) -> None:
    """Refuse stages whose hours no exact dispatch serves."""
    if not all(has_structure(one) for one in pathway.stages):
        what = _("machines that wait, peaks, sales, promises, cycles or a limit of unserved load are given")
        raise InputError(Problem("stages", what, _("none of these, in scenarios of more than one stage")))


def refinanced_expected(
    scenarios: Sequence[Pathway],
    terms: Sequence[Terms],
    plan: ExpectedPlan,
    more: Sequence[Sequence[tuple[float, float]]],
) -> Financing | None:
    """Return the best financing of the expected money of a plan whose years turned out otherwise; None: there is none.

    more   what the year of each stage in each scenario costs more, and emits more, than the plan says
    """
    model, master = _master_of(scenarios, terms)
    master.make_whole(1e-6)
    pools: list[list[Energy]] = []
    for seen, (cost, kgco2e) in zip(master.stages, [one for each in more for one in each], strict=True):
        before = [0.0 if one is None else float(plan.columns[one]) for one in (seen.cost, seen.kgco2e)]
        pools.append([(before[0] + cost, before[1] + kgco2e)])
    settled = master.settled(plan.columns, pools, [inf] * len(pools)).columns
    if settled is None:
        return None
    set_values(master.matrix, settled)
    return financing_of(model, mean_of(terms))


def decided_in(master: Master) -> dict[str, float]:
    """Return the sizes and choices that a master's model holds, by name."""
    settling = master.settling
    years = {column for one in master.stages for column in (one.cost, one.kgco2e)}
    return {
        str(column.name): float(column.value or 0.0)
        for number, column in enumerate(master.matrix.columns)
        if number not in years and (settling is None or not settling.is_free[number])
    }


def columns_of(master: Master, decided: Decided) -> np.ndarray:
    """Return the columns of sizes and choices; what is decided of no column here is left out, the rest is nothing."""
    lower, upper = np.array(master.program.col_lower_), np.array(master.program.col_upper_)
    values = np.array([decided.get(str(column.name), 0.0) for column in master.matrix.columns])
    return np.clip(values, lower, upper)


def decided_by(pathway: Pathway, terms: Terms | None, plan: PathwayPlan) -> dict[str, float]:
    """Return the sizes and choices of a plan over stages, by name."""
    model = build_pathway(pathway, terms, by_hours=False)
    master = Master(model, _years_of(model, pathway, terms))
    set_values(master.matrix, plan.columns)
    return decided_in(master)


def pathway_at(pathway: Pathway, decided: Decided, terms: Terms | None = None) -> PathwayPlan | None:
    """Return a scenario's best years with sizes and choices held, each stage dispatched; None where a limit breaks.

    terms   whose buyers of tonnes cap what is emitted; no financing is sought
    """
    capped = [replace(one, emissions_cap_kgco2e=_year_cap(pathway, terms, s)) for s, one in enumerate(pathway.stages)]
    pathway = replace(pathway, stages=tuple(capped))
    model = build_pathway(pathway, by_hours=False)
    master = Master(model, _years_of(model, pathway, None))
    columns = columns_of(master, decided)
    if not master.keeps_limits(columns):
        return None
    cuts = Cuts(master, "cost", 1e-6, inf)
    cuts.best = cuts.at(columns, exactly=True)
    if cuts.best is None:
        return None
    cuts.proven = 0.0
    best = cuts.final()
    stages = tuple(stage_plan(model, pathway, cuts, s, mixture) for s, mixture in enumerate(best.years))
    cost = sum(w * one.solution.annual_cost for w, one in zip(pathway.weights(), stages, strict=True))
    return PathwayPlan(stages, cost, 0.0, cuts.dispatches, 0.0, best.columns)


def _year_cap(pathway: Pathway, terms: Terms | None, stage: int) -> float | None:
    return year_of_stage(pathway, terms, stage).emissions_cap_kgco2e


def _years_of(model: pyo.ConcreteModel, pathway: Pathway, terms: Terms | None) -> list[tuple[Any, Any]]:
    return [(model.stage[s], Decisions(year_of_stage(pathway, terms, s))) for s in range(len(pathway.stages))]
