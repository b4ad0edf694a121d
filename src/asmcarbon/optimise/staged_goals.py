"""What is sought over stages: least cost, most work, or least emissions, and of equals the plan of least cost."""

import time

from msgspec.structs import replace

from asmcarbon.errors import Infeasible, InputError, Problem
from asmcarbon.messages import _
from asmcarbon.optimise.frontier import Frontier
from asmcarbon.optimise.pathway import PathwayPlan, infeasible_stages_text, solve_pathway
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.optimise.terms import Terms


def solve_stages(
    pathway: Pathway, terms: Terms | None = None, *, time_limit_s: float | None = None, gap: float = 1e-4
) -> PathwayPlan:
    """Return the plan over stages that is best by their objective, and of equals the one of least cost.

    Least emissions are an end of the frontier: the least of all years together is sought, then the least cost under
    that as one cap on them all.

    InputError where who pays is asked of another objective than cost, or caps are stated where least is sought.
    """
    goal = pathway.stages[0].objective
    if goal != "cost" and terms is not None:
        what = _("who pays is planned at least cost")
        raise InputError(Problem("finance.products", what, _("none of them, or the objective least_cost")))
    if goal != "emissions":
        return solve_pathway(pathway, terms, time_limit_s=time_limit_s, gap=gap)
    if any(one.emissions_cap_kgco2e is not None for one in pathway.stages):
        what = _("caps are given where the least is sought")
        raise InputError(Problem("stages.emissions_cap_kgco2e", what, _("none of them, or the objective least_cost")))
    started = time.perf_counter()
    frontier = Frontier(pathway, gap=gap, time_limit_s=time_limit_s)
    try:
        least = frontier.least_emissions()
        proven = max(frontier.proven, 0.0)
        # Two searches stop within the gap of the least each.
        found = frontier.point(least + 2.0 * gap * max(abs(least), 1.0))
    except Infeasible:
        raise Infeasible(infeasible_stages_text(pathway, None, time_limit_s)) from None
    stages = tuple(replace(one, solution=replace(one.solution, objective="emissions")) for one in found.stages)
    return PathwayPlan(
        stages=stages,
        net_present_cost=found.cost,
        gap=max(found.gap, proven),
        dispatches=frontier.dispatches,
        seconds=time.perf_counter() - started,
        columns=found.columns,
        solved_by=frontier.master.stages[0].hours.solved_by,
    )
