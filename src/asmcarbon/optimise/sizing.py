"""Parameters to their best plan: by cuts, and where they do not close by the whole year as one program."""

import time

from msgspec.structs import replace

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.decisions import has_structure
from asmcarbon.optimise.diagnose import ExplainedInfeasible, ways_out
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.solve import Solution, leaves, solve


def solve_plan(
    parameters: Parameters, *, time_limit_s: float | None = None, gap: float = 1e-6, explain: bool = False
) -> Solution:
    """Return the best plan and the gap that is proven.

    time_limit_s  seconds that it may take, or None; the ways out are sought in what is left of them. [time]
    gap           relative gap at which the search ends. [dimensionless]
    explain       whether an Infeasible is an ExplainedInfeasible, with the ways out
    """
    until = None if time_limit_s is None else time.perf_counter() + time_limit_s
    try:
        try:
            if (found := _promised_anyway(parameters, time_limit_s, gap)) is not None:
                return found
            return solve_by_cuts(parameters, time_limit_s=time_limit_s, gap=gap)
        except SolverStopped:
            if time_limit_s is not None:
                raise
            return solve(build_model(parameters), parameters, gap=gap)
    except Infeasible as error:
        if not explain:
            raise
        left_s = None if until is None else max(until - time.perf_counter(), 0.0)
        ways = ways_out(parameters) if left_s is None else ways_out(parameters, time_limit_s=left_s)
        raise ExplainedInfeasible(str(error), ways, parameters) from None


def _promised_anyway(parameters: Parameters, time_limit_s: float | None, gap: float) -> Solution | None:
    """Return the best plan without what is promised to a community, where it keeps that too; else None."""
    promise = parameters.community
    free = replace(parameters, community=None)
    if promise is None or promise.is_sold or not has_structure(free):
        return None
    found = solve_by_cuts(free, time_limit_s=time_limit_s, gap=gap)
    return found if leaves(found, promise) else None
