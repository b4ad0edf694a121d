"""Parameters to their best plan: by cuts, and where they do not close by the whole year as one program."""

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.diagnose import ExplainedInfeasible, ways_out
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.solve import Solution, solve


def solve_plan(
    parameters: Parameters, *, time_limit_s: float | None = None, gap: float = 1e-6, explain: bool = False
) -> Solution:
    """Return the best plan and the gap that is proven.

    time_limit_s  seconds that it may take, or None; as many again to find the ways out. [time]
    gap           relative gap at which the search ends. [dimensionless]
    explain       whether an Infeasible is an ExplainedInfeasible, with the ways out
    """
    try:
        try:
            return solve_by_cuts(parameters, time_limit_s=time_limit_s, gap=gap)
        except SolverStopped:
            if time_limit_s is not None:
                raise
            return solve(build_model(parameters), parameters, gap=gap)
    except Infeasible as error:
        if not explain:
            raise
        ways = ways_out(parameters) if time_limit_s is None else ways_out(parameters, time_limit_s=time_limit_s)
        raise ExplainedInfeasible(str(error), ways, parameters) from None
