"""The certificate for the sceptic: HiGHS on the whole year, from the sizes that the cuts found."""

import math
import time
from collections.abc import Iterator
from typing import Any

import highspy
import numpy as np
from msgspec import Struct
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from asmcarbon.errors import SolverStopped
from asmcarbon.optimise.highs import linear_program, ran, solver_of, whole_columns
from asmcarbon.optimise.model import build_model, collector_paused
from asmcarbon.optimise.parameters import Goal, Parameters
from asmcarbon.optimise.solve import Solution


class Certificate(Struct, frozen=True):
    """What one program of all the hours says of a plan, its whole decisions held.

    found   objective of the plan that was found: annual cost, kgCO2e or person-days less than none
    held    the same by HiGHS, with the sizes of the plan
    least   the least by HiGHS, with its sizes free
    """

    found: float
    held: float
    least: float

    @property
    def excess(self) -> float:
        """How far the plan lies above the least, as a share of it."""
        return (self.found - self.least) / max(abs(self.least), 1.0)


def certify(parameters: Parameters, solution: Solution, *, time_limit_s: float | None = None) -> Certificate | None:
    """Return what HiGHS finds from the sizes of a solution: first held, then free by the primal simplex.

    The basis of the dispatch at the sizes is what the primal simplex starts from, a third of a cold solve. What is
    bought whole, or not at all, stays as it is: for those the gap of the search is the proof. None: HiGHS did not end
    within the limit of time.
    """
    until = math.inf if time_limit_s is None else time.perf_counter() + time_limit_s
    with collector_paused():
        model = build_model(parameters)
        matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
    program, whole = linear_program(matrix), set(whole_columns(matrix).tolist())
    number = {id(column): n for n, column in enumerate(matrix.columns)}
    stated = [(id(variable), size) for variable, size in _sizes(model, parameters, solution)]
    sizes = {number[variable]: size for variable, size in stated if variable in number}
    highs = solver_of(program)
    lower, upper = np.array(program.col_lower_), np.array(program.col_upper_)
    for column, size in sizes.items():
        held = min(max(round(size) if column in whole else size, lower[column]), upper[column])
        highs.changeColBounds(column, held, held)
    if (at_sizes := _least(highs, until)) is None:
        return None
    for column in sizes.keys() - whole:
        highs.changeColBounds(column, lower[column], upper[column])
    highs.setOptionValue("simplex_strategy", 4)
    if (least := _least(highs, until)) is None:
        return None
    found: dict[Goal, float] = {
        "cost": solution.annual_cost, "emissions": solution.operational_kgco2e, "jobs": -solution.person_days
    }  # fmt: skip
    return Certificate(found[parameters.objective], at_sizes, least)


def _sizes(model: Any, parameters: Parameters, solution: Solution) -> Iterator[tuple[Any, float]]:
    """Yield the variable of each size and choice, and its value in the solution."""
    solar, storage, grid = parameters.solar, parameters.storage, parameters.grid
    offers = (
        ("solar", "size_kw", solution.solar_kw, solar and solar.kit_kw),
        ("storage", "size_kwh", solution.storage_kwh, storage and storage.kit_kwh),
        ("storage", "size_kw", solution.storage_kw, storage and storage.kit_kw),
    )
    for name, size_name, size, kit in offers:
        block = model.component(name)
        if block is not None:
            yield block.component(size_name), size
            if kit is not None:
                yield block.component(f"{size_name}_kits"), size / kit
    for block, units in zip(model.generators.values(), solution.generator_units, strict=True):
        if block.component("units") is not None:
            yield block.units, units
    if grid is not None and not grid.is_connected:
        yield model.grid.connected, float(solution.is_connected)
    for block, adopted in zip(model.measures.values(), solution.measures, strict=True):
        yield block.adopted, adopted


def _least(highs: highspy.Highs, until: float) -> float | None:
    if not math.isinf(until):
        highs.setOptionValue("time_limit", highs.getRunTime() + max(until - time.perf_counter(), 0.0))
    try:
        ran(highs, is_feasible=True)
    except SolverStopped:
        return None
    return float(highs.getInfo().objective_function_value)
