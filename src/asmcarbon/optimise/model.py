"""The whole year as one linear program: the readable model, and the reference for every faster way."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyomo.core.base.constraint
import pyomo.core.base.objective
import pyomo.environ as pyo

from asmcarbon.optimise.adequacy import add_adequacy
from asmcarbon.optimise.community import add_community
from asmcarbon.optimise.generator import add_generator
from asmcarbon.optimise.grid import add_grid
from asmcarbon.optimise.load import add_load, add_shiftable
from asmcarbon.optimise.measures import add_measure
from asmcarbon.optimise.parameters import GridParameters, Parameters
from asmcarbon.optimise.periods import Contribution, nothing
from asmcarbon.optimise.rehabilitation import add_rehabilitation
from asmcarbon.optimise.solar import add_solar
from asmcarbon.optimise.storage import add_storage


def build_model(parameters: Parameters, *, by_hours: bool = True) -> pyo.ConcreteModel:
    """Return the program that serves a year of load at least cost: linear, but for what is bought whole or not at all.

        least_annual_cost  least Σ annual_cost
        least_emissions    least Σ operational_kgco2e, where that is the objective
        most_jobs          most Σ person_days + work_years * Σ yearly_person_days, where that is the objective

        balance_energy     Σ supply_kw[t] >= 0 in every hour t, what is too much being thrown away
        budget             Σ capital_cost <= budget
        emissions_cap      Σ operational_kgco2e <= emissions_cap_kgco2e
        person_days        Σ person_days / work_years + Σ yearly_person_days >= person_days_target

    Each sum runs over the technologies; the load is one of them, and takes away. What is not offered adds nothing: no
    row, no column. The room of each technology has its own rows, and `add_adequacy` what must stand ready.

    by_hours  False: the sizes and choices alone, with the year's cost and emissions as two variables of the block
              `year`, which know of the hours only what is told them by rows that are added; see `cuts.py`.
    """
    with collector_paused(), rules_as_templates():
        model = pyo.ConcreteModel(name="site")
        fill(model, parameters, by_hours=by_hours)
        add_objective(model, parameters)
    return model


def fill(model: Any, parameters: Parameters, *, by_hours: bool, scenarios: int | None = None) -> None:
    """Add everything but the objective to a model, or to a block of one.

    scenarios   None: one year; else, without hours, the mean of as many, see `add_years`
    """
    model.hours = pyo.RangeSet(0, len(parameters.load_kw) - 1 if by_hours else -1)
    model.contributions = [add_load(model, parameters)]
    if parameters.solar is not None:
        model.contributions.append(add_solar(model, parameters.solar))
    if parameters.storage is not None:
        carried_kwh = parameters.adequacy.carried_kwh if parameters.adequacy is not None else 0.0
        model.contributions.append(add_storage(model, parameters.storage, carried_kwh=carried_kwh))
    add_each(model, "generators", parameters.generators, add_generator)
    if parameters.grid is not None:
        model.contributions.append(add_grid(model, parameters.grid))
    add_each(model, "measures", parameters.measures, add_measure)
    add_each(model, "shiftable", parameters.shiftable, add_shiftable)
    if parameters.rehabilitation:
        model.contributions.append(add_rehabilitation(model, parameters))
    if parameters.community is not None:
        model.contributions.append(add_community(model, parameters.community))
    if not by_hours:
        grid = parameters.grid
        year = add_year(model, grid) if scenarios is None else add_years(model, grid, scenarios)
        model.contributions.append(year)
    if parameters.other_kgco2e > 0.0 or parameters.objective == "emissions":
        model.contributions.append(add_other_emissions(model, parameters.other_kgco2e))
    add_balance(model)
    add_limits(model, parameters)
    if parameters.adequacy is not None:
        add_adequacy(model, parameters.adequacy)


def add_each(model: pyo.ConcreteModel, name: str, offered: tuple[Any, ...], add: Callable[..., Contribution]) -> None:
    """Add the block `name`, numbered, with one of its rooms for each that is offered."""
    model.add_component(name, pyo.Block(pyo.RangeSet(0, len(offered) - 1)))
    for number, one in enumerate(offered):
        model.contributions.append(add(model, number, one))


def add_other_emissions(model: pyo.ConcreteModel, other_kgco2e: float) -> Contribution:
    """Add the emissions that nothing here changes, as a variable with two equal bounds.

        operational_kgco2e = other_kgco2e

    So neither the row of the cap nor the objective holds a constant, and neither is ever without a variable, which
    Pyomo 6.10.1 cannot compile.
    """
    model.other_kgco2e = pyo.Var(bounds=(other_kgco2e, other_kgco2e), initialize=other_kgco2e)
    return Contribution(operational_kgco2e=lambda: 1.0 * model.other_kgco2e)


def add_year(model: pyo.ConcreteModel, grid: GridParameters | None) -> Contribution:
    """Add what the energy of a year costs and emits as the block `year`, for a model without hours.

        annual_cost        = cost
        operational_kgco2e = kgco2e

        cost >= -export_price_per_kwh * Σ_t availability[t] * export_limit_kw, or 0 where nothing is sold
        kgco2e >= 0

    It costs less than nothing only by what is sold, of which there is a limit.
    """
    year = model.year = pyo.Block()
    _add_energy(year, grid)
    return Contribution(annual_cost=lambda: 1.0 * year.cost, operational_kgco2e=lambda: 1.0 * year.kgco2e)


def add_years(model: pyo.ConcreteModel, grid: GridParameters | None, scenarios: int) -> Contribution:
    """Add what the energy of a year costs and emits in each of equally likely scenarios w, the blocks `years[w]`.

        annual_cost        = Σ_w cost[w] / number of scenarios
        operational_kgco2e = Σ_w kgco2e[w] / number of scenarios

    Their bounds are those of `add_year`.
    """
    model.years = pyo.Block(range(scenarios))
    for w in range(scenarios):
        _add_energy(model.years[w], grid)
    share = 1.0 / scenarios
    return Contribution(
        annual_cost=lambda: sum([share * one.cost for one in model.years.values()]),
        operational_kgco2e=lambda: sum([share * one.kgco2e for one in model.years.values()]),
    )


def _add_energy(year: Any, grid: GridParameters | None) -> None:
    most = 0.0
    if grid is not None and grid.export_price_per_kwh is not None:
        limit_kw = grid.limit_kw if grid.export_limit_kw is None else grid.export_limit_kw
        most = grid.export_price_per_kwh * limit_kw * float(grid.availability.sum())
    year.cost = pyo.Var(bounds=(-most, None), initialize=0.0)
    year.kgco2e = pyo.Var(bounds=(0.0, None), initialize=0.0)


def add_balance(model: pyo.ConcreteModel) -> None:
    """Add `balance_energy`: in every hour, what is given covers what is taken."""
    supplies = [one.supply_kw for one in model.contributions if one.supply_kw is not None]

    @model.Constraint(model.hours)
    def balance_energy(_, hour):
        return sum([supply_kw(hour) for supply_kw in supplies]) >= 0.0


def add_limits(model: pyo.ConcreteModel, parameters: Parameters) -> None:
    """Add `budget`, `emissions_cap` and `person_days`, where there is something that they can limit."""
    contributions: list[Contribution] = model.contributions
    if parameters.budget is not None and any(one.capital_cost is not nothing for one in contributions):
        model.budget = pyo.Constraint(rule=lambda model: capital_cost(model) <= parameters.budget)
    cap_kgco2e = parameters.emissions_cap_kgco2e
    if cap_kgco2e is not None and any(one.operational_kgco2e is not nothing for one in contributions):
        model.emissions_cap = pyo.Constraint(rule=lambda model: operational_kgco2e(model) <= cap_kgco2e)
    if parameters.person_days_target is not None:
        years, least = parameters.work_years, parameters.person_days_target
        model.person_days = pyo.Constraint(rule=lambda model: person_days(model, years) / years >= least)


def add_objective(model: pyo.ConcreteModel, parameters: Parameters) -> None:
    """Add `least_annual_cost`, and before it `least_emissions` or `most_jobs` where that is the objective.

    The first is sought first, and of the plans that are equally good in it the one of least annual cost.
    """
    if parameters.objective == "emissions":
        model.least_emissions = pyo.Objective(rule=operational_kgco2e)
    if parameters.objective == "jobs":
        years = parameters.work_years
        model.most_jobs = pyo.Objective(rule=lambda model: person_days(model, years), sense=pyo.maximize)
    model.least_annual_cost = pyo.Objective(rule=annual_cost)


def annual_cost(model: pyo.ConcreteModel) -> Any:
    """Return the cost of the year: sizes, energy, and load that is not served."""
    return sum([contribution.annual_cost() for contribution in model.contributions])


def running_cost(block: Any, *, by_hours: bool) -> Any:
    """Return the annual cost of a year that is a block of a program, as a variable where it is a sum over the hours.

    A factor in front of a sum over the hours would be lost, see `periods.total`.
    """
    if not by_hours:
        return annual_cost(block)
    block.running_cost = pyo.Var(initialize=0.0)
    block.is_running_cost = pyo.Constraint(rule=lambda block: block.running_cost - annual_cost(block) >= 0.0)
    return block.running_cost


def capital_cost(model: pyo.ConcreteModel) -> Any:
    """Return what is paid up front."""
    return sum([contribution.capital_cost() for contribution in model.contributions])


def operational_kgco2e(model: pyo.ConcreteModel) -> Any:
    """Return the emissions of running the site for the year."""
    return sum([contribution.operational_kgco2e() for contribution in model.contributions])


def embodied_kgco2e(model: pyo.ConcreteModel) -> Any:
    """Return the emissions of making what is built, the share of one year."""
    return sum([contribution.embodied_kgco2e() for contribution in model.contributions])


def person_days(model: pyo.ConcreteModel, years: float) -> Any:
    """Return the work that the plan gives over so many years: once, and in each of them."""
    once = sum([contribution.person_days() for contribution in model.contributions])
    return once + years * yearly_person_days(model)


def yearly_person_days(model: pyo.ConcreteModel) -> Any:
    """Return the work that the plan gives in each year."""
    return sum([contribution.yearly_person_days() for contribution in model.contributions])


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking the model while it grows: it holds no garbage, and 80,000 objects."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def rules_as_templates() -> Iterator[None]:
    """Let Pyomo call each rule once, with a placeholder for the hour, and compile it for all the hours.

    Building and compiling a year takes 0.2 s instead of 0.5 s. The two switches are Pyomo's own and belong to the
    process, so two threads must not build models at once; a Pyomo without them builds the same model, slower.
    """
    constraints, objectives = pyomo.core.base.constraint, pyomo.core.base.objective
    before = getattr(constraints, "TEMPLATIZE_CONSTRAINTS", False), getattr(objectives, "TEMPLATIZE_OBJECTIVES", False)
    setattr(constraints, "TEMPLATIZE_CONSTRAINTS", True)  # noqa: B010 (older versions of Pyomo do not declare it)
    setattr(objectives, "TEMPLATIZE_OBJECTIVES", True)  # noqa: B010
    try:
        yield
    finally:
        setattr(constraints, "TEMPLATIZE_CONSTRAINTS", before[0])  # noqa: B010
        setattr(objectives, "TEMPLATIZE_OBJECTIVES", before[1])  # noqa: B010
