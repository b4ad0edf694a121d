"""On/off dispatch: generators with a minimum load and a cost of running at all, planned and bounded (README.md)."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, InputError, Problem
from asmcarbon.messages import _
from asmcarbon.optimise.dispatch import Dispatch, Source, Storage, cut_of, dispatch
from asmcarbon.optimise.switching import Given, SwitchedYear, Unit, bound_of, plans_of

__all__ = ["BOUND_LEVELS", "MOST_UNITS", "Commitment", "Unit", "commit"]

MOST_UNITS = 3
# Levels of stored energy to which the bound rounds up: more is tighter and slower.
BOUND_LEVELS = 8001
# How often hours that end up short are given to a unit that stood still in them.
REPAIRS = 5


class Commitment(Struct, frozen=True, eq=False):
    """A year of on/off dispatch, and a proven bound below which no such year can cost.

    cost      energy, hours on and starts. [money]
    bound     no on/off dispatch of these sizes costs less. [money]
    on        whether each unit is on in each hour.
    units_kw  output of each unit in each hour. [power]
    dispatch  the exact dispatch of all else: storage, sources in the order given, surplus.
    """

    cost: float
    bound: float
    on: np.ndarray
    units_kw: np.ndarray
    sources_kw: np.ndarray
    starts: tuple[int, ...]
    hours_run: tuple[int, ...]
    fuel_l: tuple[float, ...]
    dispatch: Dispatch

    @property
    def gap(self) -> float:
        """Share of the cost that a better plan could save at most."""
        return (self.cost - self.bound) / self.cost if self.cost > 0.0 else 0.0


def commit(
    load_kw: np.ndarray,
    solar_kw: np.ndarray,
    units: tuple[Unit, ...],
    sources: tuple[Source, ...],
    storage: Storage | None = None,
    *,
    levels: int = 401,
    bound_levels: int | None = BOUND_LEVELS,
) -> Commitment:
    """Return an on/off dispatch of a year that closes on itself, close to the cheapest, and how close.

        cost = Σ on * cost_per_hour + Σ starts * start_cost + Σ price_per_kwh * output
        on * minimum_share * rated_kw <= unit output <= on * rated_kw,   the rest as in `dispatch`

    sources       what needs no start, in any order: the grid, unserved load.
    levels        of stored energy, between which the search interpolates; the hours on that it finds are then
                  dispatched exactly.
    bound_levels  of stored energy, to which the bound rounds up; None: no bound but the linear one.
    """
    if len(units) > MOST_UNITS:
        what = _("{units} generators that are on or off were given").format(units=len(units))
        raise InputError(Problem("units", what, _("at most {most}").format(most=MOST_UNITS)))
    given = Given(load_kw, solar_kw, units, sources, storage)
    switched = [number for number, unit in enumerate(units) if not unit.idles_free]
    on = np.ones((len(units), len(load_kw)), dtype=bool)
    bound = _linear_bound(given)
    if not switched:
        plan = _dispatched(given, on)
        return replace(plan, bound=min(bound, plan.cost))
    site = SwitchedYear.of(given)
    plans: list[Commitment] = []
    refused: Infeasible | None = None
    for modes in plans_of(site, levels):
        on[switched] = np.array(site.modes, dtype=bool)[modes].T
        try:
            plans.append(_dispatched(given, on))
        except Infeasible as error:  # hours on that leave load short are no year; others may be
            refused = error
    if refused is not None and not plans:
        raise refused
    plan = _repaired(given, min(plans, key=lambda plan: plan.cost))
    if bound_levels is not None:
        bound = max(bound, bound_of(site, bound_levels))
    return replace(plan, bound=min(bound, plan.cost))


def _repaired(given: Given, plan: Commitment) -> Commitment:
    """Return a plan whose dearest source is not used while a unit stands still, as far as that is cheaper.

    The search interpolates between levels of stored energy, so an hour may end a little short of what it counted on.
    """
    if not given.sources:
        return plan
    dearest = max(range(len(given.sources)), key=lambda number: given.sources[number].price_per_kwh)
    for _attempt in range(REPAIRS):
        short = plan.sources_kw[dearest] > 0.0
        if not (short & ~plan.on.all(axis=0)).any():
            return plan
        tried = _dispatched(given, plan.on | short)
        if tried.cost >= plan.cost:
            return plan
        plan = tried
    return plan


def _dispatched(given: Given, on: np.ndarray) -> Commitment:
    """Return the year with the hours on given: least output is there like the sun, what is above it at its price."""
    units = given.units
    least_kw = on * np.array([unit.minimum_kw for unit in units]).reshape(-1, 1)
    above = tuple(
        Source(unit.price_per_kwh, row * (unit.rated_kw - unit.minimum_kw)) for unit, row in zip(units, on, strict=True)
    )
    exact = dispatch(given.load_kw, given.solar_kw + least_kw.sum(axis=0), above + given.sources, given.storage)
    units_kw = least_kw + exact.sources_kw[: len(units)]
    # Off where on gives nothing; a unit that costs something to start was kept on for a reason.
    stays_on = np.array([unit.start_cost > 0.0 and not unit.idles_free for unit in units], dtype=bool).reshape(-1, 1)
    on = on & (stays_on | (units_kw > 0.0))
    hours_run = [int(row.sum()) for row in on]
    starts = [
        0 if unit.idles_free else int(np.sum(row & ~np.roll(row, 1))) for unit, row in zip(units, on, strict=True)
    ]
    running_cost = sum(
        hours * (unit.cost_per_hour + unit.price_per_kwh * unit.minimum_kw) + started * unit.start_cost
        for unit, hours, started in zip(units, hours_run, starts, strict=True)
    )
    return Commitment(
        cost=exact.cost + running_cost,
        bound=-np.inf,
        on=on,
        units_kw=units_kw,
        sources_kw=exact.sources_kw[len(units) :],
        starts=tuple(starts),
        hours_run=tuple(hours_run),
        fuel_l=tuple(
            unit.fuel_l_per_hour * hours + unit.fuel_l_per_kwh * float(row.sum())
            for unit, hours, row in zip(units, hours_run, units_kw, strict=True)
        ),
        dispatch=exact,
    )


def _linear_bound(given: Given) -> float:
    """Return the cost were every kWh to cost what it costs at the rating, the least a unit's kWh can."""
    rated = tuple(
        Source(unit.price_per_kwh + unit.cost_per_hour / unit.rated_kw, np.full(len(given.load_kw), unit.rated_kw))
        for unit in given.units
        if unit.rated_kw > 0.0
    )
    relaxed = dispatch(given.load_kw, given.solar_kw, rated + given.sources, given.storage)
    cut, size = cut_of(relaxed, given.solar_kw), relaxed.storage
    return cut.bound(1.0, size.power_kw, size.energy_kwh, (1.0,) * len(relaxed.sources))
