"""The whole year as one linear program: the readable model, and the reference for every faster way."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyomo.core.base.constraint
import pyomo.core.base.objective
import pyomo.environ as pyo

from asmcarbon.optimise.generator import add_generator
from asmcarbon.optimise.grid import add_grid
from asmcarbon.optimise.load import add_load
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.periods import Contribution
from asmcarbon.optimise.solar import add_solar
from asmcarbon.optimise.storage import add_storage


def build_model(parameters: Parameters) -> pyo.ConcreteModel:
    """Return the linear program that serves a year of load at least cost.

        least    Σ annual_cost
        subject  Σ supply_kw[t] >= 0 in every hour t, what is too much being thrown away   (balance_energy)
        to       Σ capital_cost <= budget                                                  (budget)
                 Σ operational_kgco2e <= emissions_cap_kgco2e                              (emissions_cap)

    Each sum runs over the technologies; the load is one of them, and takes away.
    """
    with collector_paused(), rules_as_templates():
        model = pyo.ConcreteModel(name="site")
        model.hours = pyo.RangeSet(0, len(parameters.load_kw) - 1)
        model.generators = pyo.Block(pyo.RangeSet(0, len(parameters.generators) - 1))

        model.contributions = [add_load(model, parameters)]
        if parameters.solar is not None:
            model.contributions.append(add_solar(model, parameters.solar))
        if parameters.storage is not None:
            model.contributions.append(add_storage(model, parameters.storage))
        for number, generator in enumerate(parameters.generators):
            model.contributions.append(add_generator(model, number, generator))
        if parameters.grid is not None:
            model.contributions.append(add_grid(model, parameters.grid))

        add_balance(model)
        add_limits(model, parameters)
        add_objective(model)
    return model


def add_balance(model: pyo.ConcreteModel) -> None:
    """Add `balance_energy`: in every hour, what is given covers what is taken."""
    contributions: list[Contribution] = model.contributions

    @model.Constraint(model.hours)
    def balance_energy(_, hour):
        return sum([contribution.supply_kw(hour) for contribution in contributions]) >= 0.0


def add_limits(model: pyo.ConcreteModel, parameters: Parameters) -> None:
    """Add `budget` and `emissions_cap`, where there is something that they can limit."""
    if parameters.budget is not None and (parameters.solar is not None or parameters.storage is not None):
        model.budget = pyo.Constraint(rule=lambda model: capital_cost(model) <= parameters.budget)
    if parameters.emissions_cap_kgco2e is not None and (parameters.generators or parameters.grid is not None):
        cap_kgco2e = parameters.emissions_cap_kgco2e
        model.emissions_cap = pyo.Constraint(rule=lambda model: operational_kgco2e(model) <= cap_kgco2e)


def add_objective(model: pyo.ConcreteModel) -> None:
    """Add `least_annual_cost`."""
    model.least_annual_cost = pyo.Objective(rule=annual_cost)


def annual_cost(model: pyo.ConcreteModel) -> Any:
    """Return the cost of the year: sizes, energy, and load that is not served."""
    return sum([contribution.annual_cost() for contribution in model.contributions])


def capital_cost(model: pyo.ConcreteModel) -> Any:
    """Return what is paid up front."""
    return sum([contribution.capital_cost() for contribution in model.contributions])


def operational_kgco2e(model: pyo.ConcreteModel) -> Any:
    """Return the emissions of running the site for the year."""
    return sum([contribution.operational_kgco2e() for contribution in model.contributions])


def embodied_kgco2e(model: pyo.ConcreteModel) -> Any:
    """Return the emissions of making what is built, the share of one year."""
    return sum([contribution.embodied_kgco2e() for contribution in model.contributions])


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
