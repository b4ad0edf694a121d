"""A plan over stages: what to build in which year, each stage standing for the years until the next (README.md)."""

import time
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, InputError, Problem
from asmcarbon.finance.discounting import present_value_factor
from asmcarbon.messages import _
from asmcarbon.optimise.cuts import Cuts, run_within, series_of
from asmcarbon.optimise.decisions import Decisions, has_structure
from asmcarbon.optimise.master import Master
from asmcarbon.optimise.model import (
    annual_cost,
    capital_cost,
    collector_paused,
    fill,
    person_days,
    rules_as_templates,
    yearly_person_days,
)
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.solve import Solution, agree, limits_text, solution_of

# What is built in cohorts: the block and variable of its size, its parameters, and its costs by the unit there.
_COHORTS = (
    ("solar", "size_kw", "solar", "annual_cost_per_kw", "capital_cost_per_kw", "kit_kw"),
    ("storage", "size_kwh", "storage", "energy_annual_cost_per_kwh", "energy_capital_cost_per_kwh", "kit_kwh"),
    ("storage", "size_kw", "storage", "power_annual_cost_per_kw", "power_capital_cost_per_kw", "kit_kw"),
)
Lifetimes = tuple[int | None, int | None, int | None]


class Pathway(Struct, frozen=True, eq=False):
    """Stages of investment over a horizon.

    stages          the year of hours of each: its load, prices, cap and budget; annual costs are the annuities of what
                    is bought then. [as in Parameters]
    starts          first year of each, from 0, rising. [time]
    horizon_years   n, to which the last one lasts. [time]
    discount_rate   r, real, a year. [dimensionless]
    lifetimes       of solar panels, battery and inverter: whole years after which a cohort is out of service; None: it
                    is replaced at the price that it was bought at, for as long as the plan lasts. [time]
    degradation     share of their first output that panels lose a year; a stage takes the mean of its years.
                    [dimensionless]

    Capital counts as annuities, paid for each year of service within the horizon: what is left then is credited, so
    that one stage is the plan of a single year. Connection, measures, bought units and rehabilitation, once taken,
    stay; units that are given up are gone.
    """

    stages: tuple[Parameters, ...]
    starts: tuple[int, ...]
    horizon_years: int
    discount_rate: float
    lifetimes: Lifetimes = (None, None, None)
    degradation: float = 0.0

    def __post_init__(self) -> None:
        """Refuse stages that do not follow each other, or differ in what they offer."""
        problems = list(self._problems())
        if problems:
            raise InputError(problems)

    def _problems(self) -> Any:
        ends = (*self.starts[1:], self.horizon_years)
        if len(self.starts) != len(self.stages) or not self.stages or self.starts[0] != 0:
            what = _("{starts} starts for {stages} stages").format(starts=len(self.starts), stages=len(self.stages))
            yield Problem("stages.starts", what, _("a year for each, the first being 0"), "[0, 5, 10, 15]")
        elif any(end <= start for start, end in zip(self.starts, ends, strict=True)):
            yield Problem("stages.starts", _("the years do not rise"), _("rising, below the horizon"), "[0, 5, 10, 15]")
        offers = {tuple(_offered(one)) for one in self.stages}
        if len(offers) > 1:
            yield Problem("stages", _("the stages offer different things"), _("the same, at prices that may differ"))
        if any(one.objective != "cost" for one in self.stages):
            yield Problem("stages.objective", _("stages are planned at least cost"), _("cost"))
        if not 0.0 <= self.degradation < 1.0:
            what = _("{share:g} a year").format(share=self.degradation)
            yield Problem("stages.degradation", what, _("a share from 0, below 1"), "0.005")

    def weights(self) -> tuple[float, ...]:
        """Return what one a year over each stage is worth today: P(r, end) - P(r, start)."""
        years = (*self.starts, self.horizon_years)
        worth = [present_value_factor(self.discount_rate, year) for year in years]
        return tuple(after - before for before, after in pairwise(worth))

    def in_service(self, cohort: int, stage: int, lifetime: int | None) -> bool:
        """Whether what was built in one stage serves in another."""
        age = self.starts[stage] - self.starts[cohort]
        return age >= 0 and (lifetime is None or age < lifetime)

    def output_share(self, cohort: int, stage: int) -> float:
        """Return the share of its first output that a cohort of panels gives in a stage, the mean of its years."""
        end = (*self.starts[1:], self.horizon_years)[stage]
        ages = np.arange(self.starts[stage], end) - self.starts[cohort]
        return float(np.mean((1.0 - self.degradation) ** ages))


def _offered(one: Parameters) -> Any:
    yield from (one.solar is None, one.storage is None, one.grid is None)
    yield from ((generator.name, generator.is_fixed) for generator in one.generators)
    yield from (measure.name for measure in one.measures)
    yield from ((method.name, method.land) for method in one.rehabilitation)


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
    """The stages of a plan, its cost over the horizon discounted to today, and the gap that is proven."""

    stages: tuple[StagePlan, ...]
    net_present_cost: float
    gap: float
    dispatches: int
    seconds: float


def build_pathway(pathway: Pathway, *, by_hours: bool = True) -> pyo.ConcreteModel:
    """Return the program of all stages: `stage[s]` is the program of one year, and between them

        size[s]         = Σ_k output_share[k, s] * new[k]     over the cohorts k in service at s
        annual_cost[s]  = what runs in the year + Σ_k annual_cost[k] * new[k], as it was when k was bought
        capital_cost[s] = Σ capital_cost[s] * new[s] + what units, connection and measures are new at s   <= budget[s]

        least Σ_s weight[s] * annual_cost[s]

        person_days:  work done once by the last stage + Σ_s years[s] * that of each year >= horizon_years * target

    by_hours  as in `build_model`
    """
    with collector_paused(), rules_as_templates():
        model = pyo.ConcreteModel(name="pathway")
        count = len(pathway.stages)
        model.stage = pyo.Block(range(count))
        for number, parameters in enumerate(pathway.stages):
            fill(model.stage[number], _without_cohorts(parameters), by_hours=by_hours)
        model.new = pyo.Block(range(len(_COHORTS)))
        model.links = pyo.ConstraintList()
        for number, cohort in enumerate(_COHORTS):
            if getattr(pathway.stages[0], cohort[2]) is not None:
                _add_cohorts(model, pathway, number, cohort)
        for earlier in range(count - 1):
            _stay(model, pathway, earlier)
        model.budgets = pyo.ConstraintList()
        for number, parameters in enumerate(pathway.stages):
            if parameters.budget is not None:
                model.budgets.add(capital_of(model, pathway, number) <= parameters.budget)
        add_person_days(model, pathway)
        costs = [_running_cost(model, number, by_hours=by_hours) for number in range(count)]
        costs = [cost + cohorts_cost(model, pathway, number) for number, cost in enumerate(costs)]
        total = sum(weight * cost for weight, cost in zip(pathway.weights(), costs, strict=True))
        model.least_net_present_cost = pyo.Objective(expr=total)
    return model


def add_person_days(model: pyo.ConcreteModel, pathway: Pathway) -> None:
    """Add `person_days`: what is set of work a year, on average over the horizon, where anything is."""
    target = pathway.stages[0].person_days_target
    if target is None:
        return
    spans = [end - start for start, end in pairwise((*pathway.starts, pathway.horizon_years))]
    # What is done stays done, so that the last stage holds all that is done once.
    work = person_days(model.stage[len(spans) - 1], 0.0)
    work += sum([span * yearly_person_days(model.stage[s]) for s, span in enumerate(spans)])
    model.person_days = pyo.Constraint(expr=work / pathway.horizon_years >= target)


def _without_cohorts(parameters: Parameters) -> Parameters:
    """Return parameters without the cost of what is built in cohorts, and without the budget that pays for it."""
    solar, storage = parameters.solar, parameters.storage
    return replace(
        parameters,
        budget=None,
        person_days_target=None,
        solar=solar and replace(solar, annual_cost_per_kw=0.0, capital_cost_per_kw=0.0, kit_kw=None),
        storage=storage
        and replace(
            storage,
            energy_annual_cost_per_kwh=0.0,
            power_annual_cost_per_kw=0.0,
            energy_capital_cost_per_kwh=0.0,
            power_capital_cost_per_kw=0.0,
            kit_kwh=None,
            kit_kw=None,
        ),
    )


def _add_cohorts(model: pyo.ConcreteModel, pathway: Pathway, number: int, cohort: tuple[str, ...]) -> None:
    """Add what is built in each stage, in whole kits where it is sold in kits, and what of it is in service."""
    block, variable, offer, _annual, _capital, kit_name = cohort
    count, new = len(pathway.stages), model.new[number]
    new.size = pyo.Var(range(count), bounds=(0.0, None), initialize=0.0)
    kits = [getattr(getattr(one, offer), kit_name) for one in pathway.stages]
    new.kits = pyo.Var([k for k in range(count) if kits[k] is not None], domain=pyo.NonNegativeIntegers, initialize=0)
    for k in new.kits:
        model.links.add(new.size[k] == kits[k] * new.kits[k])
    for s in range(count):
        serving = sum(
            (pathway.output_share(k, s) if block == "solar" else 1.0) * new.size[k]
            for k in range(count)
            if pathway.in_service(k, s, pathway.lifetimes[number])
        )
        model.links.add(model.stage[s].component(block).component(variable) == serving)


def _choices(block: Any, parameters: Parameters) -> list[tuple[Any, float, int]]:
    """Return the choices of a stage that follow from those before: variable, capital of one, 1 to rise, -1 to fall."""
    found = [
        (made.units, one.capital_cost_per_unit, -1 if one.capital_cost_per_unit == 0.0 else 1)
        for made, one in zip(block.generators.values(), parameters.generators, strict=True)
        if not one.is_fixed
    ]
    grid = parameters.grid
    if grid is not None and not grid.is_connected:
        found.append((block.grid.connected, grid.connection_capital_cost, 1))
    found += [
        (made.adopted, one.capital_cost, 1)
        for made, one in zip(block.measures.values(), parameters.measures, strict=True)
    ]
    if parameters.rehabilitation:
        area = block.rehabilitation.area_ha
        found += [(area[m], one.capital_cost_per_ha, 1) for m, one in enumerate(parameters.rehabilitation)]
    return found


def _stay(model: pyo.ConcreteModel, pathway: Pathway, earlier: int) -> None:
    """Hold what was taken: it does not fall to the next stage; what was given up does not rise."""
    before = _choices(model.stage[earlier], pathway.stages[earlier])
    after = _choices(model.stage[earlier + 1], pathway.stages[earlier + 1])
    for (one, _cost, way), (next_one, _next_cost, _way) in zip(before, after, strict=True):
        model.links.add(way * (next_one - one) >= 0.0)


def cohorts_cost(model: pyo.ConcreteModel, pathway: Pathway, stage: int) -> Any:
    """Return the annuities and upkeep of a year of all cohorts in service in a stage."""
    cost: Any = 0.0
    for number, (_block, _variable, offer, annual, _capital, _kit) in enumerate(_COHORTS):
        for k, bought in enumerate(pathway.stages):
            is_offered = getattr(bought, offer) is not None
            if is_offered and pathway.in_service(k, stage, pathway.lifetimes[number]):
                cost = cost + getattr(getattr(bought, offer), annual) * model.new[number].size[k]
    return cost


def capital_of(model: pyo.ConcreteModel, pathway: Pathway, stage: int) -> Any:
    """Return what is paid up front in a stage: cohorts of it, and choices that are new in it."""
    parameters, cost = pathway.stages[stage], capital_cost(model.stage[stage])
    if stage > 0:
        before = _choices(model.stage[stage - 1], pathway.stages[stage - 1])
        now = _choices(model.stage[stage], parameters)
        cost = cost - sum(
            one_cost * one for (one, _cost, way), (_v, one_cost, _w) in zip(before, now, strict=True) if way > 0
        )
    for number, (_block, _variable, offer, _annual, capital, _kit) in enumerate(_COHORTS):
        if getattr(parameters, offer) is not None:
            cost = cost + getattr(getattr(parameters, offer), capital) * model.new[number].size[stage]
    return cost


def _running_cost(model: pyo.ConcreteModel, stage: int, *, by_hours: bool) -> Any:
    """Return the annual cost of a stage's program, as a variable where it is a sum over the hours."""
    block = model.stage[stage]
    if not by_hours:
        return annual_cost(block)
    # A factor in front of a sum over the hours would be lost, see `periods.total`.
    block.running_cost = pyo.Var(initialize=0.0)
    block.is_running_cost = pyo.Constraint(rule=lambda block: block.running_cost - annual_cost(block) >= 0.0)
    return block.running_cost


def solve_pathway(pathway: Pathway, *, time_limit_s: float | None = None, gap: float = 1e-4) -> PathwayPlan:
    """Return the plan of least cost over the horizon, every stage's full year dispatched, and the gap that is proven.

    InputError where a stage has not the structure, Infeasible where no plan meets all the limits.
    """
    if not all(has_structure(one) for one in pathway.stages):
        what = _("machines that wait, peaks, sales, cycles or a limit of unserved load are given")
        raise InputError(Problem("stages", what, _("none of these, with more than one stage")))
    started = time.perf_counter()
    model = build_pathway(pathway, by_hours=False)
    master = Master(model, [(model.stage[s], Decisions(_without_cohorts(one))) for s, one in enumerate(pathway.stages)])
    cuts = Cuts(master, "cost", gap, inf if time_limit_s is None else started + time_limit_s)
    try:
        run_within(cuts, _first_plan(model, pathway, master), time_limit_s)
    except Infeasible:
        raise Infeasible(_infeasible_text(pathway)) from None
    best = cuts.final()
    stages = [_stage_plan(model, pathway, cuts, s, mixture) for s, mixture in enumerate(best.years)]
    cost = sum(w * one.solution.annual_cost for w, one in zip(pathway.weights(), stages, strict=True))
    agree("net present cost", best.objective, cost)
    return PathwayPlan(tuple(stages), cost, max(cuts.proven, 0.0), cuts.dispatches, time.perf_counter() - started)


def _infeasible_text(pathway: Pathway) -> str:
    """Return one sentence on what cannot be met in all stages."""
    each = _("from year {year}, {limits}")
    stages = zip(pathway.starts, pathway.stages, strict=True)
    limits = "; ".join(each.format(year=year, limits=limits_text(one)) for year, one in stages)
    text = _(
        "the load cannot be served in every hour of every stage within {limits}; relax one, or price unserved load"
    )
    return text.format(limits=limits)


def _first_plan(model: pyo.ConcreteModel, pathway: Pathway, master: Master) -> np.ndarray | None:
    """Return a plan in which each stage builds what is lacking by a rule of thumb; None where a limit forbids it."""
    columns, count = np.zeros(len(master.matrix.columns)), len(pathway.stages)
    for number, (block, variable, offer, *_costs) in enumerate(_COHORTS):
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


def _stage_plan(model: pyo.ConcreteModel, pathway: Pathway, cuts: Cuts, stage: int, mixture: Any) -> StagePlan:
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
            for n, cohort in enumerate(_COHORTS)
        ),  # type: ignore[arg-type]
        capital_cost=float(pyo.value(capital_of(model, pathway, stage))),
    )
