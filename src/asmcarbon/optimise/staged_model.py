"""The program of a plan over stages: what is built in which year, and who pays for it (README.md)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import InputError, Problem
from asmcarbon.finance.discounting import present_value_factor
from asmcarbon.messages import _
from asmcarbon.optimise.financing import Bought, Money, add_financing
from asmcarbon.optimise.model import (
    collector_paused,
    fill,
    operational_kgco2e,
    person_days,
    rules_as_templates,
    running_cost,
    yearly_person_days,
)
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.terms import PayableKind, Terms

# What is built in cohorts: the block and variable of its size, its parameters, and its costs by the unit there.
COHORTS = (
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
        if len({one.offer for one in self.stages}) > 1:
            yield Problem("stages", _("the stages offer different things"), _("the same, at prices that may differ"))
        if len({one.objective for one in self.stages}) > 1:
            yield Problem("stages.objective", _("the stages seek different things"), _("the same in all"), "cost")
        if not 0.0 <= self.degradation < 1.0:
            what = _("{share:g} a year").format(share=self.degradation)
            yield Problem("stages.degradation", what, _("a share from 0, below 1"), "0.005")

    def weights(self) -> tuple[float, ...]:
        """Return what one a year over each stage is worth today: P(r, end) - P(r, start)."""
        years = (*self.starts, self.horizon_years)
        worth = [present_value_factor(self.discount_rate, year) for year in years]
        return tuple(after - before for before, after in pairwise(worth))

    @property
    def spans(self) -> tuple[int, ...]:
        """Years that each stage stands for."""
        return tuple(end - start for start, end in pairwise((*self.starts, self.horizon_years)))

    def in_service(self, cohort: int, stage: int, lifetime: int | None) -> bool:
        """Whether what was built in one stage serves in another."""
        age = self.starts[stage] - self.starts[cohort]
        return age >= 0 and (lifetime is None or age < lifetime)

    def output_share(self, cohort: int, stage: int) -> float:
        """Return the share of its first output that a cohort of panels gives in a stage, the mean of its years."""
        end = (*self.starts[1:], self.horizon_years)[stage]
        ages = np.arange(self.starts[stage], end) - self.starts[cohort]
        return float(np.mean((1.0 - self.degradation) ** ages))


def build_pathway(
    pathway: Pathway, terms: Terms | None = None, *, by_hours: bool = True, scenarios: int | None = None
) -> pyo.ConcreteModel:
    """Return the program of all stages: `stage[s]` is the program of one year, and between them

        least_net_present_cost  least Σ_s weight[s] * annual_cost[s]
        least_emissions         least Σ_s years[s] * operational_kgco2e[s], where that is the objective
        most_jobs               most person_days[last] + Σ_s years[s] * yearly_person_days[s], where that is it

        weight[s]          = P(r, end[s]) - P(r, start[s]),   P(r, n) = (1 - (1 + r) ** -n) / r
        k is in service at s where start[k] <= start[s] < start[k] + lifetime
        output_share[k, s] = mean of (1 - degradation) ** (y - start[k]) over the years y of s for panels, 1 for storage
        annual_cost[s]     = running_cost[s] + Σ_k annual_cost[k] * size[k] over all cohorts k in service at s
        capital_cost[s]    = Σ capital_cost[s] * size[s] of what is built + Σ capital_cost[s] * (taken[s] - taken[s-1])

        in_service         size_kw[s] = Σ_k output_share[k, s] * size[k] over the cohorts k in service at s
        new_kits           size[k] = kit[k] * kits[k], a whole number of kits, where it is sold in kits
        stays              taken[s] <= taken[s+1]; of what may only be given up: taken[s] >= taken[s+1]
        stage_budget       capital_cost[s] <= budget[s]
        person_days        (person_days[last] + Σ_s years[s] * yearly_person_days[s]) / n >= person_days_target
        is_running_cost    running_cost[s] >= Σ annual_cost of the program of stage s, in which cohorts cost nothing

    Of the plans that are equally good in the objective that is asked for, the one of least net present cost is taken.
    size[k] is what is built in stage k, at the costs of then; taken[s] what there is of each unit, connection, measure
    and hectare in stage s, of which those that may only be given up cost no capital. end[s] is the start of the next
    stage, of the last one the horizon.

    terms     who pays for it, which adds its net present cost, see `add_financing`; None: nobody but the site
    by_hours  as in `build_model`; False: the program's annual cost is a sum of few terms, and needs no `running_cost`
    scenarios  None: one year of each stage; else, without hours, the mean of as many, see `build_expected`
    """
    with collector_paused(), rules_as_templates():
        model = pyo.ConcreteModel(name="pathway")
        count = len(pathway.stages)
        model.stage = pyo.Block(range(count))
        for number in range(count):
            year = year_of_stage(pathway, terms, number)
            fill(model.stage[number], year, by_hours=by_hours, scenarios=scenarios)
        model.new = pyo.Block(range(len(COHORTS)))
        # By block and size and stage, by stage and place among its choices, by stage.
        model.new_kits, model.in_service = pyo.Constraint(pyo.Any), pyo.Constraint(pyo.Any)
        model.stays, model.stage_budget = pyo.Constraint(pyo.Any), pyo.Constraint(pyo.Any)
        for number, cohort in enumerate(COHORTS):
            if getattr(pathway.stages[0], cohort[2]) is not None:
                _add_cohorts(model, pathway, number, cohort)
        for earlier in range(count - 1):
            _stay(model, pathway, earlier)
        for number, parameters in enumerate(pathway.stages):
            if parameters.budget is not None:
                model.stage_budget[number] = capital_of(model, pathway, number) <= parameters.budget
        add_person_days(model, pathway)
        costs = [running_cost(model.stage[number], by_hours=by_hours) for number in range(count)]
        costs = [cost + cohorts_cost(model, pathway, number) for number, cost in enumerate(costs)]
        total = sum(weight * cost for weight, cost in zip(pathway.weights(), costs, strict=True))
    with collector_paused():
        if terms is not None:
            total = total + add_financing(model, terms, _money_of(model, pathway, terms, costs))
        if pathway.stages[0].objective == "emissions":
            emitted = [span * operational_kgco2e(model.stage[s]) for s, span in enumerate(pathway.spans)]
            model.least_emissions = pyo.Objective(expr=sum(emitted))
        if pathway.stages[0].objective == "jobs":
            model.most_jobs = pyo.Objective(expr=worked_days(model, pathway), sense=pyo.maximize)
        model.least_net_present_cost = pyo.Objective(expr=total)
    return model


def add_person_days(model: pyo.ConcreteModel, pathway: Pathway) -> None:
    """Add `person_days`: what is set of work a year, on average over the horizon, where anything is."""
    target = pathway.stages[0].person_days_target
    if target is None:
        return
    model.person_days = pyo.Constraint(expr=worked_days(model, pathway) / pathway.horizon_years >= target)


def worked_days(model: pyo.ConcreteModel, pathway: Pathway) -> Any:
    """Return the work of all years: what is done stays done, so that the last stage holds all that is done once."""
    work = person_days(model.stage[len(pathway.stages) - 1], 0.0)
    return work + sum([span * yearly_person_days(model.stage[s]) for s, span in enumerate(pathway.spans)])


def year_of_stage(pathway: Pathway, terms: Terms | None, stage: int) -> Parameters:
    """Return the year of a stage without the cost of what is built in cohorts, and the budget that pays for it.

    Who is paid for tonnes may not emit more than with today's equipment.
    """
    parameters = pathway.stages[stage]
    solar, storage, cap = parameters.solar, parameters.storage, parameters.emissions_cap_kgco2e
    today = terms.today_kgco2e[stage] if terms is not None and terms.tonnes else None
    return replace(
        parameters,
        budget=None,
        person_days_target=None,
        emissions_cap_kgco2e=cap if today is None else today if cap is None else min(cap, today),
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
        model.new_kits[f"{block}.{variable}", k] = new.size[k] == kits[k] * new.kits[k]
    for s in range(count):
        serving = sum(
            (pathway.output_share(k, s) if block == "solar" else 1.0) * new.size[k]
            for k in range(count)
            if pathway.in_service(k, s, pathway.lifetimes[number])
        )
        serves = model.stage[s].component(block).component(variable)
        model.in_service[f"{block}.{variable}", s] = serves == serving


class _Choice(Struct, frozen=True, eq=False):
    """A choice of a stage that follows from those before: its variable, the capital of one, whether it may only rise.

    kind, number   as `Terms.lifetimes` counts what is on offer
    """

    kind: PayableKind
    number: int
    variable: Any
    capital_cost: float
    rises: bool = True


def _choices(block: Any, parameters: Parameters) -> list[_Choice]:
    """Return the choices of a stage: generators that may be bought or given up, connection, measures, hectares."""
    found: list[_Choice] = []
    on_offer = 0
    for made, one in zip(block.generators.values(), parameters.generators, strict=True):
        if not one.is_fixed:
            rises = one.capital_cost_per_unit > 0.0
            found.append(_Choice("generator", on_offer, made.units, one.capital_cost_per_unit, rises))
            on_offer += rises
    grid = parameters.grid
    if grid is not None and not grid.is_connected:
        found.append(_Choice("connection", 0, block.grid.connected, grid.connection_capital_cost))
    found += [
        _Choice("measure", number, made.adopted, one.capital_cost)
        for number, (made, one) in enumerate(zip(block.measures.values(), parameters.measures, strict=True))
    ]
    if parameters.rehabilitation:
        area = block.rehabilitation.area_ha
        found += [
            _Choice("rehabilitation", m, area[m], one.capital_cost_per_ha)
            for m, one in enumerate(parameters.rehabilitation)
        ]
    return found


def _stay(model: pyo.ConcreteModel, pathway: Pathway, earlier: int) -> None:
    """Hold what was taken: it does not fall to the next stage; what was given up does not rise."""
    before = _choices(model.stage[earlier], pathway.stages[earlier])
    after = _choices(model.stage[earlier + 1], pathway.stages[earlier + 1])
    for nth, (one, next_one) in enumerate(zip(before, after, strict=True)):
        more = next_one.variable - one.variable
        model.stays[earlier, nth] = (more if one.rises else -more) >= 0.0


def cohorts_cost(model: pyo.ConcreteModel, pathway: Pathway, stage: int) -> Any:
    """Return the annuities and upkeep of a year of all cohorts in service in a stage."""
    cost: Any = 0.0
    for number, (_block, _variable, offer, annual, _capital, _kit) in enumerate(COHORTS):
        for k, bought in enumerate(pathway.stages):
            is_offered = getattr(bought, offer) is not None
            if is_offered and pathway.in_service(k, stage, pathway.lifetimes[number]):
                cost = cost + getattr(getattr(bought, offer), annual) * model.new[number].size[k]
    return cost


def capital_of(model: pyo.ConcreteModel, pathway: Pathway, stage: int) -> Any:
    """Return what is paid up front in a stage: cohorts of it, and choices that are new in it."""
    new = (*_new_cohorts(model, pathway, stage), *_new_choices(model, pathway, stage))
    return sum(cost for _kind, _number, cost in new)


def _new_cohorts(model: pyo.ConcreteModel, pathway: Pathway, stage: int) -> Iterator[tuple[PayableKind, int, Any]]:
    """Yield what is built in a stage: its kind, its number among the cohorts, its cost."""
    parameters = pathway.stages[stage]
    for number, (_block, _variable, offer, _annual, capital, _kit) in enumerate(COHORTS):
        if getattr(parameters, offer) is not None:
            kind: PayableKind = "solar" if offer == "solar" else "battery"
            yield kind, number, getattr(getattr(parameters, offer), capital) * model.new[number].size[stage]


def _new_choices(model: pyo.ConcreteModel, pathway: Pathway, stage: int) -> Iterator[tuple[PayableKind, int, Any]]:
    """Yield what is newly taken in a stage: its kind, its number among what is on offer, its cost."""
    now = _choices(model.stage[stage], pathway.stages[stage])
    before = _choices(model.stage[stage - 1], pathway.stages[stage - 1]) if stage > 0 else [None] * len(now)
    for one, earlier in zip(now, before, strict=True):
        if one.rises:
            more = one.variable if earlier is None else one.variable - earlier.variable
            yield one.kind, one.number, one.capital_cost * more


def _money_of(model: pyo.ConcreteModel, pathway: Pathway, terms: Terms, annual_costs: list[Any]) -> Money:
    """Return what the rows of financing are made of."""
    ends = (*pathway.starts[1:], pathway.horizon_years)
    count = len(pathway.stages)
    bought: list[Bought] = []
    for s, start in enumerate(pathway.starts):
        for kind, number, cost in _new_cohorts(model, pathway, s):
            lifetime = pathway.lifetimes[number]
            assert lifetime is not None
            serves = [later for later in range(count) if pathway.in_service(s, later, lifetime)]
            bought.append(Bought(kind, cost, lifetime, start, ends[serves[-1]]))
        for kind, number, cost in _new_choices(model, pathway, s):
            bought.append(Bought(kind, cost, terms.lifetimes[kind][number], start, pathway.horizon_years))
    blocks = [model.stage[s] for s in range(count)]
    ways = pathway.stages[0].rehabilitation
    removals = [
        sum(one.removals_kgco2e_per_ha_year * block.rehabilitation.area_ha[m] for m, one in enumerate(ways))
        for block in blocks
    ]
    most_ha = sum(one.available_ha for one in pathway.stages[0].land)
    return Money(
        starts=pathway.starts,
        horizon=pathway.horizon_years,
        discount_rate=pathway.discount_rate,
        annual_costs=annual_costs,
        bought=bought,
        kgco2e=[operational_kgco2e(block) for block in blocks],
        removals=removals,
        most_removals=most_ha * max((one.removals_kgco2e_per_ha_year for one in ways), default=0.0),
        adopted=[[one.adopted for one in block.measures.values()] for block in blocks],
    )
