"""The straight lines that stand for generators while sizes are sought, and the on/off years that they lead to."""

import math
from collections.abc import Mapping

from msgspec.structs import replace

from asmcarbon.errors import SolverStopped
from asmcarbon.optimise.on_off import is_needed, is_possible, on_off, redrawn
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.sizing import solve_plan
from asmcarbon.optimise.solve import Solution
from asmcarbon.planning.cases import Case
from asmcarbon.planning.prepare import cap_of
from asmcarbon.planning.time_limit import TimeLimit
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site

# How often the lines are redrawn, what counts as better, and where each search ends.
ATTEMPTS = 3
BETTER = 1e-3
GAP = 1e-6


def is_switched(site: Site, solution: Solution) -> bool:
    """Whether the generators of a plan are dispatched on and off."""
    return is_needed(site, solution) and is_possible(site, solution)


def dispatched(case: Case, line: Parameters, solution: Solution, fuel_scale: Mapping[FuelName, float]) -> Solution:
    """Return a solution with its generators on and off where one has a curve or a minimum load, else as it is."""
    if not is_switched(case.site, solution):
        return solution
    return on_off(case.site, line, solution, fuel_scale, bound=False).solution


def relined(parameters: Parameters, shares: tuple[float, ...]) -> Parameters:
    """Return parameters whose generators burn so much more by the kWh than their plates say."""
    return replace(
        parameters,
        generators=tuple(
            replace(
                one,
                fuel_l_per_kwh=one.fuel_l_per_kwh * share,
                price_per_kwh=one.price_per_kwh * share,
                emissions_kgco2e_per_kwh=one.emissions_kgco2e_per_kwh * share,
            )
            for one, share in zip(parameters.generators, shares, strict=True)
        ),
    )


def shares_of(line: Parameters, plates: Parameters) -> tuple[float, ...]:
    """Return how much more by the kWh the generators of a line burn than their plates say."""
    return tuple(
        one.fuel_l_per_kwh / plate.fuel_l_per_kwh if plate.fuel_l_per_kwh > 0 else 1.0
        for one, plate in zip(line.generators, plates.generators, strict=True)
    )


def plan_by_lines(
    case: Case, fuel_scale: Mapping[FuelName, float], limit: TimeLimit
) -> tuple[Solution, tuple[float, ...]]:  # fmt: skip
    """Return the plan that is best in one case, and what the lines through its year are of the generators' plates.

    As for a plan of one year: each line is redrawn through the on/off year that it led to, as long as that year gets
    cheaper. The plan returned is the one of the lines.
    """
    line = case.parameters
    best: tuple[float, Solution, Parameters] | None = None  # cost on and off, plan, lines through its year
    first = solution = solve_plan(line, time_limit_s=limit.left_s(), gap=GAP)
    for attempt in range(ATTEMPTS):
        if not is_switched(case.site, solution):
            break
        year = dispatched(case, line, solution, fuel_scale)
        excess = year.operational_kgco2e - cap_of(case.parameters)
        worth = year.annual_cost if excess <= 0 else math.inf
        if best is not None and worth >= best[0] * (1 - BETTER):
            break
        best = worth, solution, redrawn(line, year, 0.0)
        line = redrawn(line, year, excess)
        if attempt < ATTEMPTS - 1:
            try:
                solution = solve_plan(line, time_limit_s=limit.left_s(), gap=GAP)
            except SolverStopped:
                break
    _worth, solution, line = best if best is not None else (0.0, first, case.parameters)
    return solution, shares_of(line, case.parameters)
