"""Points along a frontier: its ends, caps between them, and where the search for each begins (README.md)."""

import numpy as np

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.optimise.frontier import Frontier, Point

# Shares of the way to the cheapest by which the cap of the cleanest is loosened where products leave no plan under it.
_LOOSER = (0.0, 0.01, 0.05, 0.2)


def ends_of(frontier: Frontier, cheapest: Point | None = None) -> tuple[Point, Point]:
    """Return the plan of least cost, and of least emissions; twice the same where the cheapest emits the least.

    cheapest   the plan of least cost, if it is known
    """
    cheapest = frontier.point(first=frontier.first()) if cheapest is None else cheapest
    least = frontier.least_emissions()
    # What rounds in the search for the least.
    least += 2.0 * frontier.gap * max(abs(least), 1.0)
    if cheapest.kgco2e <= least:
        return cheapest, cheapest
    for share in _LOOSER:
        try:
            return cheapest, frontier.point(least + share * (cheapest.kgco2e - least), frontier.cleanest)
        except (Infeasible, SolverStopped):
            # What can be paid for but just may be lost in rounding.
            if frontier.terms is None or share == _LOOSER[-1]:
                raise
    raise AssertionError


def points_of(frontier: Frontier, count: int) -> tuple[Point, ...]:
    """Return points from least cost to least emissions, between them caps evenly spaced in emissions.

    count  of points, two or more; one is returned where least cost emits the least already

    Where nothing is whole, the plan between two on the frontier keeps the cap between theirs: each search starts there.
    """
    cheapest, last = ends_of(frontier)
    if last is cheapest:
        return (cheapest,)
    found = [cheapest]
    for nth in range(1, count - 1):
        cap = cheapest.kgco2e + (last.kgco2e - cheapest.kgco2e) * nth / (count - 1)
        found.append(frontier.point(cap, between(found[-1], last, cap), last.columns))
    return (*found, last)


def between(loose: Point, tight: Point, cap_kgco2e: float) -> np.ndarray:
    """Return the sizes between two points that keep a cap between theirs, where nothing is whole."""
    span = loose.kgco2e - tight.kgco2e
    share = min(max((loose.kgco2e - cap_kgco2e) / span, 0.0), 1.0) if span > 0.0 else 1.0
    return loose.columns + share * (tight.columns - loose.columns)
