"""A plan over stages: what to build in which year, each stage standing for the years until the next (README.md)."""

import time
from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, InputError, Problem, SolverStopped
from asmcarbon.messages import _
from asmcarbon.optimise.cuts import Cuts, run_within, series_of
from asmcarbon.optimise.decisions import Decisions, has_structure
from asmcarbon.optimise.financing import Financing, financing_of
from asmcarbon.optimise.master import Master
from asmcarbon.optimise.solve import Solution, agree, limits_text, set_values, solution_of
from asmcarbon.optimise.staged_model import COHORTS, Pathway, build_pathway, capital_of, cohorts_cost, year_of_stage
from asmcarbon.optimise.terms import Terms

# Gap at which a plan is told from none.
_ANY_GAP = 0.5


class StagePlan(Struct, frozen=True, eq=False):
    """One stage of a plan.

    solution      its year, with what is in service; its annual cost holds the annuities of it all
    new           kW of panels, kWh and kW of the battery that are built then
    capital_cost  what is paid up front then. [money]
    """

    start: int
    solution: Solution
    new: tuple[float, float, float]
    capital_cost: float


class PathwayPlan(Struct, frozen=True, eq=False):
    """The stages of a plan, its cost over the horizon discounted to today, and the gap that is proven.

    columns     values of the master's columns
    financing   who pays for it, whose cost is in the net present cost; None: nobody but the site
    """

    stages: tuple[StagePlan, ...]
    net_present_cost: float
    gap: float
    dispatches: int
    seconds: float
    columns: np.ndarray
    financing: Financing | None = None


def solve_pathway(
    pathway: Pathway, terms: Terms | None = None, *, time_limit_s: float | None = None, gap: float = 1e-4
) -> PathwayPlan:
    """Return the plan of least cost over the horizon, every stage's full year dispatched, and the gap that is proven.

    terms   who pays for it, as decisions beside the sizes; None: no financing

    InputError where a stage has not the structure, Infeasible where no plan meets all the limits.
    """
    check_structure(pathway)
    started = time.perf_counter()
    model, master = _master_of(pathway, terms)
    cuts = Cuts(master, "cost", gap, inf if time_limit_s is None else started + time_limit_s)
    try:
        run_within(cuts, first_plan(model, pathway, master), time_limit_s)
    except Infeasible:
        raise Infeasible(_infeasible_text(pathway, terms, time_limit_s)) from None
    best = cuts.final()
    stages = [stage_plan(model, pathway, cuts, s, mixture) for s, mixture in enumerate(best.years)]
    financing = financing_of(model, terms)
    cost = sum(w * one.solution.annual_cost for w, one in zip(pathway.weights(), stages, strict=True))
    cost += financing.net_present_cost if financing is not None else 0.0
    agree("net present cost", best.objective, cost)
    return PathwayPlan(
        stages=tuple(stages),
        net_present_cost=cost,
        gap=max(cuts.proven, 0.0),
        dispatches=cuts.dispatches,
        seconds=time.perf_counter() - started,
        financing=financing,
        columns=best.columns,
    )


def check_structure(pathway: Pathway) -> None:
    """Refuse stages whose hours no exact dispatch serves."""
    if not all(has_structure(one) for one in pathway.stages):
        what = _("machines that wait, peaks, sales, cycles or a limit of unserved load are given")
        raise InputError(Problem("stages", what, _("none of these, with more than one stage")))


def _master_of(pathway: Pathway, terms: Terms | None) -> tuple[pyo.ConcreteModel, Master]:
    model = build_pathway(pathway, terms, by_hours=False)
    stages = [(model.stage[s], Decisions(year_of_stage(pathway, terms, s))) for s in range(len(pathway.stages))]
    return model, Master(model, stages)


def refinanced(pathway: Pathway, terms: Terms, plan: PathwayPlan, years: Sequence[Solution]) -> Financing | None:
    """Return the best financing of a plan whose years turned out otherwise; None where there is none.

    years   of each stage at the plan's sizes: generators on and off
    """
    model, master = _master_of(pathway, terms)
    values = plan.columns.copy()
    for stage, before, year in zip(master.stages, plan.stages, years, strict=True):
        for column, more in (
            (stage.cost, year.annual_cost - before.solution.annual_cost),
            (stage.kgco2e, year.operational_kgco2e - before.solution.operational_kgco2e),
        ):
            if column is not None:
                values[column] += more
    master.make_whole(1e-6)
    settled = master.settle(values)
    if settled is None:
        return None
    set_values(master.matrix, settled)
    return financing_of(model, terms)


def _infeasible_text(pathway: Pathway, terms: Terms | None, time_limit_s: float | None) -> str:
    """Return one sentence on what cannot be met in all stages: the money, if there is a plan but for that."""
    if terms is not None and (limits := _money_limits(pathway, terms, time_limit_s)):
        text = _("no plan that serves the load can be paid for with {limits}; ask less, or offer another product")
        return text.format(limits=limits)
    each = _("from year {year}, {limits}")
    stages = zip(pathway.starts, pathway.stages, strict=True)
    limits = "; ".join(each.format(year=year, limits=limits_text(one)) for year, one in stages)
    text = _(
        "the load cannot be served in every hour of every stage within {limits}; relax one, or price unserved load"
    )
    return text.format(limits=limits)


def _money_limits(pathway: Pathway, terms: Terms, time_limit_s: float | None) -> str:
    """Return the limits of money without which there is a plan: each that is enough by itself, or all; or none."""
    limits: list[tuple[str, Terms]] = []
    if terms.own_money is not None:
        text = _("own money of {money:,.0f}").format(money=terms.own_money)
        limits.append((text, replace(terms, own_money=None)))
    if terms.minimum_cover is not None:
        text = _("a debt cover of {cover:.4g}").format(cover=terms.minimum_cover)
        limits.append((text, replace(terms, minimum_cover=None)))
    alone = [text for text, without in limits if _is_possible(pathway, without, time_limit_s)]
    if alone or len(limits) < 2:
        return _(" and ").join(alone)
    neither = replace(terms, own_money=None, minimum_cover=None)
    return _(" and ").join(text for text, _without in limits) if _is_possible(pathway, neither, time_limit_s) else ""


def _is_possible(pathway: Pathway, terms: Terms, time_limit_s: float | None) -> bool:
    """Whether there is any plan."""
    _model, master = _master_of(pathway, terms)
    cuts = Cuts(master, "cost", _ANY_GAP, inf if time_limit_s is None else time.perf_counter() + time_limit_s)
    try:
        cuts.run(None)
    except (Infeasible, SolverStopped):
        return False
    return True


def first_plan(model: pyo.ConcreteModel, pathway: Pathway, master: Master) -> np.ndarray | None:
    """Return a plan in which each stage builds what is lacking by a rule of thumb; None where a limit forbids it."""
    columns, count = np.zeros(len(master.matrix.columns)), len(pathway.stages)
    for number, (block, variable, offer, *_costs) in enumerate(COHORTS):
        if getattr(pathway.stages[0], offer) is None:
            continue
        new = [0.0] * count
        place = {"solar": 0, "size_kw": 1, "size_kwh": 2}["solar" if block == "solar" else variable]
        for s, stage in enumerate(master.stages):
            served = [k for k in range(s + 1) if pathway.in_service(k, s, pathway.lifetimes[number])]
            share = {k: pathway.output_share(k, s) if block == "solar" else 1.0 for k in served}
            before = sum(share[k] * new[k] for k in served)
            new[s] = max(stage.sizes_by_thumb()[place] - before, 0.0) / share[s]
            columns[master.number[id(model.new[number].size[s])]] = new[s]
            columns[stage.columns[place]] = before + share[s] * new[s]
    return columns if master.keeps_limits(columns) else None


def stage_plan(model: pyo.ConcreteModel, pathway: Pathway, cuts: Cuts, stage: int, mixture: Any) -> StagePlan:
    """Return one stage of the plan that the model holds, its year the mixture."""
    parameters = pathway.stages[stage]
    found = solution_of(model.stage[stage], parameters, series_of(mixture), ())
    return StagePlan(
        start=pathway.starts[stage],
        solution=replace(
            found,
            annual_cost=found.annual_cost + float(pyo.value(cohorts_cost(model, pathway, stage))),
            gap=max(cuts.proven, 0.0),
        ),
        new=tuple(
            max(model.new[n].size[stage].value, 0.0) if getattr(parameters, cohort[2]) is not None else 0.0
            for n, cohort in enumerate(COHORTS)
        ),  # type: ignore[arg-type]
        capital_cost=float(pyo.value(capital_of(model, pathway, stage))),
    )
