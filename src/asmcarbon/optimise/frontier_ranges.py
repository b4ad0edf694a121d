"""How far a size may go in plans that cost hardly more than the best: the frontier's master by other objectives."""

import time
from math import inf

import highspy
import numpy as np

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.optimise.frontier import Frontier, Point

# Rounds in which the largest or smallest size is sought, and how closely, as a share of it.
_MOST_ROUNDS, _CLOSE = 40, 5e-3


def extreme(
    frontier: Frontier, optimum: Point, columns: np.ndarray, most_cost: float, *, largest: bool
) -> float | None:
    """Return the largest or the smallest sum of columns among plans that cost at most so much, without a cap.

    Yes-or-no choices and units stay as they are in the plan of least cost; kits may be more or fewer.

    optimum  the plan of least cost, from which it is sought: on the way from it to what the master thinks of,
             cost is convex, so that where the chord meets the limit is a plan that keeps it

    Returns what a dispatched plan has, within half a percent of what no plan passes; None where that did not close.
    """
    frontier.cap(inf)
    master, wanted = frontier.master, np.zeros(len(frontier.lower))
    kits = np.array(["kits" in one.name for one in master.matrix.columns])
    # What is whole in financing is settled for each plan anew.
    chosen = [column for column in master.whole_sizes.tolist() if not kits[column]]
    values = [float(round(float(optimum.columns[column]))) for column in chosen]
    frontier.bound_columns([(np.array([column]), one, one) for column, one in zip(chosen, values, strict=True)])
    if len(chosen) == len(master.whole):
        master.relax()
    else:
        master.make_whole(frontier.gap)
    wanted[columns] = -1.0 if largest else 1.0
    held = np.flatnonzero(master.costs).astype(np.int32)
    row = master.highs.getNumRow()
    master.highs.addRow(-highspy.kHighsInf, most_cost - master.offset, len(held), held, master.costs[held])
    frontier.seek(wanted, 0.0)
    try:
        return _extreme(frontier, optimum, wanted, most_cost, sign=-1.0 if largest else 1.0, in_steps=bool(kits.any()))
    finally:
        master.highs.changeRowBounds(row, -highspy.kHighsInf, highspy.kHighsInf)
        frontier.seek(master.costs, master.offset)
        frontier.bound_columns([])


def _extreme(
    frontier: Frontier, optimum: Point, wanted: np.ndarray, most_cost: float, *, sign: float, in_steps: bool
) -> float | None:
    best = float(wanted @ optimum.columns)
    for _round in range(_MOST_ROUNDS):
        try:
            columns, bound = frontier.master.solve(frontier.until - time.perf_counter())
        except (Infeasible, SolverStopped):
            return None
        found = frontier.at(columns)
        if found is not None and found.objective <= most_cost + frontier.gap * abs(most_cost):
            return sign * float(wanted @ columns)
        if not in_steps:
            spare = most_cost - optimum.cost
            share = 0.5 if found is None else spare / (found.objective - optimum.cost)
            between = frontier.at(optimum.columns + share * (columns - optimum.columns))
            if between is not None and between.objective <= most_cost + frontier.gap * abs(most_cost):
                best = min(best, float(wanted @ between.columns))
            if best - bound <= _CLOSE * max(abs(bound), 1.0):
                return sign * best
    return None
