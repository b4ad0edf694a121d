"""The plan by cuts: a small program of sizes and choices learns what a year costs from exact dispatches (README.md)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.messages import _
from asmcarbon.optimise.decisions import ROUNDING, Decisions, Year
from asmcarbon.optimise.dispatch import Dispatch
from asmcarbon.optimise.highs import highs_version
from asmcarbon.optimise.limits import limits_of
from asmcarbon.optimise.master import Master
from asmcarbon.optimise.parameters import Goal, Parameters
from asmcarbon.optimise.solve import Series, Solution, agree, infeasible_text, set_values, solution_of

# How far towards the master's plan the next dispatch goes, from the best plan that is known.
_STEP = 0.5
# Rounds of the loop, steps back towards the best plan in one, and prices of emissions that are tried for a year.
MOST_ROUNDS, MOST_HALVINGS, MOST_CHORDS = 400, 4, 30
# Dearer than any way of serving the load by this factor: what the master learns where it cannot be served.
_FORBIDDEN = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A plan: the values of the master's columns, and the years whose mixture, by shares, serves it.

    objective  what is sought: annual cost, emissions, or person-days less than none.
    """

    columns: np.ndarray
    objective: float
    years: tuple[tuple[float, Year], ...]


class Cuts:
    """The loop: a plan of the master, its year dispatched, what that says added, until the proven gap is small."""

    def __init__(self, parameters: Parameters, gap: float, until: float) -> None:
        """Build the master of these parameters."""
        self.parameters, self.gap, self.until = parameters, gap, until
        self.decisions = Decisions(parameters)
        self.master = Master(parameters, self.decisions)
        self.cap = parameters.emissions_cap_kgco2e if self.master.cap_row is not None else None
        self.sought: Goal = parameters.objective
        self.dispatches = 0
        self.best: Found | None = None
        self.bound = -inf
        self.proven = inf

    def run(self) -> None:
        """Find the best plan, to the gap; Infeasible where there is none, SolverStopped where none is found in time."""
        master, whole = self.master, self.master.whole
        self._run(self.gap if whole.size == 0 else max(self.gap, 1e-3))
        if whole.size:
            self.best, self.bound = None, -inf
            master.make_whole(self.gap)
            self._run(self.gap)
        if len(master.objectives) > 1:
            self._run_second()

    def _run_second(self) -> None:
        """Of the plans that are as good as the best, but for the gap, find the one of least annual cost."""
        master, first, proven = self.master, self.best, self.proven
        assert first is not None
        most = first.objective + self.gap * max(1.0, abs(first.objective))
        master.hold(most)
        if self.sought == "emissions":
            self.cap = most - master.offset if self.cap is None else min(self.cap, most - master.offset)
            master.cap_row = master.costs
        master.seek(-1)
        self.sought, self.best, self.bound = "cost", None, -inf
        self._keep(first.columns)
        try:
            self._run(self.gap)
        except (SolverStopped, Infeasible):
            # There is a plan, and it is the best by what was asked for; only the cheapest of its equals is not known.
            self.best = self.best or first
        self.proven = max(self.proven, proven)

    def _run(self, gap: float) -> None:
        for _nth in range(MOST_ROUNDS):
            if time.perf_counter() > self.until:
                break
            columns, bound = self.master.solve(self.until - time.perf_counter())
            self.bound = max(self.bound, bound)
            if self.best is not None:
                self.proven = (self.best.objective - self.bound) / max(1.0, abs(self.best.objective))
                if self.proven <= gap:
                    return
            self._try_from(columns)
        raise SolverStopped(_("the cuts did not close"))

    def _try_from(self, columns: np.ndarray) -> None:
        """Dispatch a plan between the best and the master's, or the master's own where whole numbers part them."""
        best, whole = self.best, self.master.whole
        parted = best is None or (
            self.master.is_whole and bool(np.abs(best.columns[whole] - columns[whole]).max() > 0.5)
        )
        if best is None or parted:
            self._keep(columns)
            return
        step = _STEP
        for _halving in range(MOST_HALVINGS):
            between = best.columns + step * (columns - best.columns)
            if self._keep(between):
                break
            step /= 2.0
        if self.master.is_whole:
            self._keep(columns)

    def _keep(self, columns: np.ndarray) -> bool:
        """Dispatch a plan and keep it if it is the best; False where it breaks a limit."""
        found = self.at(columns)
        if found is not None and (self.best is None or found.objective < self.best.objective):
            self.best = found
        return found is not None

    def at(self, columns: np.ndarray) -> Found | None:
        """Return the plan of these sizes with its best year within the cap; None where load or cap is broken."""
        decisions = self.master.decisions_at(columns)
        room = inf if self.cap is None else self.master.room_kgco2e(columns, self.cap)
        low = self.year(decisions, 0.0, 1.0) if self.sought == "emissions" else self.year(decisions, 1.0, 0.0)
        if low is None:
            return None
        years: tuple[tuple[float, Year], ...] = ((1.0, low),)
        if low.kgco2e > room:
            mixed = None if self.sought == "emissions" else self._mixed(decisions, low, room)
            if mixed is None:
                return None
            years = mixed
        return Found(columns, self.master.objective_at(columns, years), years)

    def _mixed(self, decisions: np.ndarray, low: Year, room: float) -> tuple[tuple[float, Year], ...] | None:
        """Return the two years whose mixture emits what the cap leaves, at least cost; None: nothing emits so little.

        Each chord between a year that emits too much and one that does not prices emissions for the next dispatch.
        """
        high = self.year(decisions, 0.0, 1.0)
        if high is None or high.kgco2e > room + ROUNDING * abs(self.cap or 0.0):
            return None
        for _chord in range(MOST_CHORDS):
            if low.kgco2e - high.kgco2e <= 1e-12 * low.kgco2e:
                break
            weight = (high.cost - low.cost) / (low.kgco2e - high.kgco2e)
            between = self.year(decisions, 1.0, weight)
            if between is None:
                return None
            chord = low.cost + weight * low.kgco2e
            if between.cost + weight * between.kgco2e >= chord - 1e-9 * abs(chord):
                break
            if between.kgco2e <= room:
                high = between
            else:
                low = between
        share = max(room - high.kgco2e, 0.0) / max(low.kgco2e - high.kgco2e, 1e-300)
        return (share, low), (1.0 - share, high)

    def solution(self, started: float) -> Solution:
        """Return the best plan as a solution, with what each limit is worth once its whole numbers are held."""
        assert self.best is not None
        self.decisions.may_be_larger = False
        best, master = self.at(self.best.columns) or self.best, self.master
        set_values(master.matrix, best.columns)
        for name in ("cost", "kgco2e"):
            energy = sum(share * getattr(year, name) for share, year in best.years)
            master.model.year.component(name).set_value(energy, skip_validation=True)
        # What the limits are worth is of the first objective, which the dispatches of the second say little about.
        if self.parameters.objective == "emissions":
            self.year(master.decisions_at(best.columns), 0.0, 1.0)
        answer = master.held(best.columns)
        grid_worth = None
        if self.parameters.grid is not None and self.parameters.grid.limit_kw > 0.0:
            place = 3 + len(self.parameters.generators)
            worth = -sum(share * year.gradient[place] for share, year in best.years)
            grid_worth = worth / self.parameters.grid.limit_kw
        limits = limits_of(master.model, master.matrix, answer, self.parameters, grid_worth)
        found = solution_of(master.model, self.parameters, self._series(best), limits)
        if self.sought == "cost":
            agree("annual cost", best.objective, found.annual_cost)
        return replace(
            found,
            status="optimal" if self.proven <= 1e-6 else "feasible",
            iterations=self.dispatches,
            seconds=time.perf_counter() - started,
            solver=f"HiGHS {highs_version()} and {self.dispatches} exact dispatches",
            gap=max(self.proven, 0.0),
        )

    def _series(self, best: Found) -> Series:
        """Return the hours of the mixture of years."""

        def mixed(part: Callable[[Dispatch], np.ndarray]) -> np.ndarray:
            return np.sum([share * part(year.dispatch) for share, year in best.years], axis=0)

        nothing, given = np.zeros(len(self.parameters.load_kw)), self.parameters
        sources = list(mixed(lambda year: year.sources_kw))
        generators = [sources.pop(0) for _generator in given.generators]
        return Series(
            charge_kw=mixed(lambda year: year.charge_kw),
            discharge_kw=mixed(lambda year: year.discharge_kw),
            stored_kwh=mixed(lambda year: year.stored_kwh[1:]) if given.storage is not None else nothing,
            generators_kw=tuple(generators),
            grid_kw=sources.pop(0) if given.grid is not None else nothing,
            unserved_kw=sources.pop(0) if given.unserved_price_per_kwh is not None else nothing,
            export_kw=nothing,
            peak_import_kw=(),
            shiftable_kw=(),
        )

    def year(self, decisions: np.ndarray, cost_weight: float, kgco2e_weight: float) -> Year | None:
        """Return the least year at weighted prices, and tell the master; None where the load cannot be served."""
        self.dispatches += 1
        true_prices = np.array([one.price_per_kwh for one in self.decisions.sources])
        prices = cost_weight * true_prices + kgco2e_weight * self.decisions.kgco2e[:-1]
        forbidden = _FORBIDDEN * max(float(prices.max(initial=0.0)), 1.0)
        found = self.decisions.year(decisions, prices, forbidden)
        self.master.add(found, cost_weight, kgco2e_weight)
        if found.short_kwh <= self.decisions.rounding_kwh:
            return found
        # What the load lacks is a limit, and no price: 0 >= constant + gradient · decisions.
        self.dispatches += 1
        self.master.add(self.decisions.year(decisions, 0.0 * prices, 1.0), 0.0, 0.0)
        return None


def solve_by_cuts(parameters: Parameters, *, time_limit_s: float | None = None, gap: float = 1e-6) -> Solution:
    """Return the best plan of parameters that have the structure, with its exact year, and the gap that is proven.

    time_limit_s  seconds that it may take, or None. [time]
    gap           relative gap at which it ends. [dimensionless]

    Raises Infeasible where no plan meets all the limits, SolverStopped where the gap stays open.
    """
    started = time.perf_counter()
    cuts = Cuts(parameters, gap, inf if time_limit_s is None else started + time_limit_s)
    try:
        cuts.run()
    except SolverStopped:
        if cuts.best is None and time_limit_s is None:
            raise
        if cuts.best is None:
            text = _("the solver reached its limit of {limit:g} s before it had a plan; allow it more time")
            raise SolverStopped(text.format(limit=time_limit_s)) from None
    except Infeasible:
        raise Infeasible(infeasible_text(parameters)) from None
    return cuts.solution(started)
