"""The plan by cuts: a small program of sizes and choices learns what a year costs from exact dispatches (README.md)."""

import time
from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.messages import _
from asmcarbon.optimise.decisions import ROUNDING, Decisions, Hours, Year, has_structure
from asmcarbon.optimise.highs import highs_version
from asmcarbon.optimise.hourly_program import HourlyProgram
from asmcarbon.optimise.limits import limits_of
from asmcarbon.optimise.master import Master, Mixture, Stage, summed
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.parameters import Goal, Parameters
from asmcarbon.optimise.settling import Settled
from asmcarbon.optimise.solve import Series, Solution, agree, infeasible_text, set_values, solution_of

# How far towards the master's plan the next dispatch goes, from the best plan that is known; and under a cap.
_STEP, _CAPPED_STEP = 0.5, 0.8
# Rounds of the loop, steps back towards the best plan in one, and prices of emissions that are tried for a year.
MOST_ROUNDS, MOST_HALVINGS, MOST_CHORDS = 400, 4, 30
# How far around the last price of emissions the next is sought, and when a chord is flat, as a share of the gap.
_WIDER, _FLAT = 1.3, 0.1
# For one look at the master after the time has ended, which takes milliseconds: a plan without a gap is none.
_LAST_SECONDS = 5.0


class Found(Struct, frozen=True, eq=False):
    """A plan: the values of the master's columns, and for each stage the years whose mixture serves it.

    objective  what is sought: cost, emissions, or person-days less than none.
    """

    columns: np.ndarray
    objective: float
    years: tuple[Mixture, ...]


class Cuts:
    """The loop: a plan of the master, its years dispatched, what they say added, until the proven gap is small."""

    def __init__(self, master: Master, goal: Goal, gap: float, until: float) -> None:
        """Take what is sought, the gap at which to end, and the clock's time by which to end."""
        self.master, self.sought, self.gap, self.until = master, goal, gap, until
        self.dispatches = 0
        self.best: Found | None = None
        self.bound = -inf
        self.proven = inf
        # Prices of emissions that met the cap of each stage last.
        self.weights = [0.0] * len(master.stages)
        # Most that a year of each stage was seen to emit.
        self.largest = [0.0] * len(master.stages)

    @property
    def is_capped(self) -> bool:
        """Whether a cap on emissions holds for any of the stages."""
        return any(stage.cap_kgco2e is not None for stage in self.master.stages)

    def run(self, first: np.ndarray | None) -> None:
        """Find the best plan, to the gap; Infeasible where there is none, SolverStopped where none is found in time.

        first   a plan to start from, or None
        """
        master, whole = self.master, self.master.whole
        if first is not None and self.until > time.perf_counter():
            self._keep(first)
        self._run(self.gap if whole.size == 0 else max(self.gap, 1e-3))
        if whole.size:
            self.best, self.bound, self.proven = None, -inf, inf
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
            (stage,) = master.stages
            least = most - master.offset
            stage.cap_kgco2e = least if stage.cap_kgco2e is None else min(stage.cap_kgco2e, least)
            stage.cap_row = master.costs
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
                self.proven = self._gap_to(self.bound)
                if self.proven <= gap:
                    return
            self._try_from(columns)
        text = _("the search for a plan did not end after {n} rounds; loosen a cap or a budget")
        raise SolverStopped(text.format(n=MOST_ROUNDS))

    def prove(self) -> None:
        """Find the gap of a plan that was found as the time ended: what the master knows by then bounds every other."""
        if np.isinf(self.proven) and self.best is not None:
            _columns, bound = self.master.solve(_LAST_SECONDS)
            self.proven = self._gap_to(bound)

    def _gap_to(self, bound: float) -> float:
        assert self.best is not None
        return (self.best.objective - bound) / max(1.0, abs(self.best.objective))

    def _try_from(self, columns: np.ndarray) -> None:
        """Dispatch a plan between the best and the master's, or the master's own where whole numbers part them."""
        best, whole = self.best, self.master.whole_sizes
        parted = best is None or (
            self.master.is_whole and len(whole) > 0 and bool(np.abs(best.columns[whole] - columns[whole]).max() > 0.5)
        )
        if best is None or parted:
            self._keep(columns)
            return
        step = _CAPPED_STEP if self.is_capped else _STEP
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

    def at(self, columns: np.ndarray, *, exactly: bool = False) -> Found | None:
        """Return the plan of these sizes with its best years; None where a load cannot be served, or a cap not kept.

        Every stage is dispatched even so: the master learns from each.
        """
        years = [self._mixture(number, columns, exactly=exactly) for number in range(len(self.master.stages))]
        found = tuple(one for one in years if one is not None)
        if len(found) < len(years):
            return None
        if self.master.settling is None:
            return Found(columns, self.master.objective_at(columns, found), found)
        return self._settled(columns, found, exactly=exactly)

    def _settled(self, columns: np.ndarray, years: tuple[Mixture, ...], *, exactly: bool) -> Found | None:
        """Return the plan with its best financing and the years that suit that; None where no financing is possible.

        Whole numbers of financing, as the master has them and as they are best for the years that are known, each
        price a kilogram otherwise, and another year may suit them.
        """
        master = self.master
        pools = [[year for _share, year in mixture] for mixture in years]
        asked = [{stage.kgco2e_price, weight} for stage, weight in zip(master.stages, self.weights, strict=True)]
        settled = self._suited(columns, pools, asked, exactly=exactly)
        if master.is_whole and master.settling is not None and master.settling.decides_otherwise(columns, settled):
            known = sum(len(pool) for pool in pools)
            self._suited(columns, pools, asked, exactly=exactly, is_decided=True)
            if sum(len(pool) for pool in pools) > known:
                settled = self._suited(columns, pools, asked, exactly=exactly)
        if settled.columns is None:
            return None
        mixtures = tuple(
            tuple((share, year) for share, year in zip(shares, pool, strict=True) if share > 0.0)
            for shares, pool in zip(settled.shares, pools, strict=True)
        )
        return Found(settled.columns, master.objective_at(settled.columns, mixtures), mixtures)

    def _suited(
        self,
        columns: np.ndarray,
        pools: list[list[Year]],
        asked: list[set[float]],
        *,
        exactly: bool,
        is_decided: bool = False,
    ) -> Settled:
        """Return the best financing of sizes and choices, with years added to the pools until no other suits it better.

        What financing pays for a kilogram prices it for the next dispatch.

        asked       prices of a kilogram at which each stage was dispatched
        is_decided  the whole numbers of financing are held as in the columns
        """
        stages, rooms = self.master.stages, [self._room_of(number, columns) for number in range(len(pools))]
        while True:
            energy = [[(one.cost, one.kgco2e) for one in pool] for pool in pools]
            settled = self.master.settled(columns, energy, rooms, is_decided=is_decided)
            for stage, pool, prices, before in zip(stages, pools, settled.prices, asked, strict=True):
                price = stage.price_of(prices.kgco2e, prices.cost)
                if stage.kgco2e is None or any(abs(price - one) <= 1e-7 * price for one in before):
                    continue
                before.add(price)
                year = self.year(stage, stage.decisions_at(columns), 1.0, price, exactly=exactly)
                best = min(one.cost + price * one.kgco2e for one in pool)
                if year is not None and year.cost + price * year.kgco2e < best - _FLAT * self.gap * abs(best):
                    pool.append(year)
            most = max(len(pool) for pool in pools)
            if most > MOST_CHORDS or [len(pool) for pool in pools] == [len(pool) for pool in energy]:
                return settled

    def _room_of(self, number: int, columns: np.ndarray) -> float:
        """Return what the cap of a stage leaves to its energy, and what rounds in that.

        That is a share of all that the cap holds, so that a cap of nothing may be kept too.
        """
        stage = self.master.stages[number]
        rounding = ROUNDING * max(abs(stage.cap_kgco2e or 0.0), self.largest[number])
        return stage.room_kgco2e(columns) + rounding

    def _mixture(self, number: int, columns: np.ndarray, *, exactly: bool) -> Mixture | None:
        """Return the best year of a stage within its cap; None where there is none."""
        stage = self.master.stages[number]
        decisions, room = stage.decisions_at(columns), self._room_of(number, columns)

        def year(cost_weight: float, kgco2e_weight: float) -> Year | None:
            found = self.year(stage, decisions, cost_weight, kgco2e_weight, exactly=exactly)
            self.largest[number] = max(self.largest[number], found.kgco2e if found is not None else 0.0)
            return found

        if self.sought == "emissions":
            least = year(0.0, 1.0)
            return None if least is None or least.kgco2e > room else ((1.0, least),)
        bracket = self._bracket(year, stage.kgco2e_price, self.weights[number], room)
        if bracket is None:
            return None
        low, high = bracket
        if low is None or high is None:
            alone = low if low is not None else high
            return ((1.0, alone),) if alone is not None and alone.kgco2e <= room else None
        return self._mixed(number, year, low, high, stage.room_kgco2e(columns))

    def _bracket(
        self, year: Callable[[float, float], Year | None], least: float, weight: float, room: float
    ) -> tuple[Year | None, Year | None] | None:
        """Return a year that emits more than there is room for, and one that does not, from the price that was last.

        Only one of them: the least price, of what is earned by emitting less, is enough, or none is. None: the load
        cannot be served.
        """
        low = high = None
        prices = [(1.0, least)]
        if weight > least:
            prices = [(1.0, weight), (1.0, max(weight / _WIDER, least)), *prices]
        for price in prices:
            if (found := year(*price)) is None:
                return None
            if found.kgco2e > room:
                low = found
                break
            high = found
        if low is None or high is not None:
            return low, high
        for price in ([(1.0, weight * _WIDER)] if weight > least else []) + [(0.0, 1.0)]:
            if (found := year(*price)) is None:
                return None
            if found.kgco2e <= room:
                return low, found
            low = found
        return low, None

    def _mixed(
        self, number: int, year: Callable[[float, float], Year | None], low: Year, high: Year, room: float
    ) -> Mixture | None:
        """Return the two years whose mixture emits what the cap leaves, at least cost.

        Each chord between a year that emits too much and one that does not prices emissions for the next dispatch.
        """
        for _chord in range(MOST_CHORDS):
            if low.kgco2e - high.kgco2e <= 1e-12 * low.kgco2e:
                break
            weight = (high.cost - low.cost) / (low.kgco2e - high.kgco2e)
            if abs(weight - self.weights[number]) <= 1e-9 * weight:
                # The bracket began with this price: it was dispatched already.
                break
            if (between := year(1.0, weight)) is None:
                return None
            self.weights[number] = weight
            chord = low.cost + weight * low.kgco2e
            if between.cost + weight * between.kgco2e >= chord - _FLAT * self.gap * abs(chord):
                break
            low, high = (low, between) if between.kgco2e <= room else (between, high)
        share = max(room - high.kgco2e, 0.0) / max(low.kgco2e - high.kgco2e, 1e-300)
        return (share, low), (1.0 - share, high)

    def year(
        self, stage: Stage, decisions: np.ndarray, cost_weight: float, kgco2e_weight: float, *, exactly: bool = False
    ) -> Year | None:
        """Return the least year at weighted prices, and tell the master; None where the load cannot be served."""
        self.dispatches += 1
        found = stage.hours.priced(decisions, cost_weight, kgco2e_weight, exactly=exactly)
        self.master.add(stage, found, cost_weight, kgco2e_weight)
        if found.short_kwh <= stage.hours.rounding_kwh:
            return found
        # What the load lacks is a limit, and no price: 0 >= constant + gradient · decisions.
        self.dispatches += 1
        self.master.add(stage, stage.hours.shortest(decisions), 0.0, 0.0)
        return None

    def final(self) -> Found:
        """Return the best plan, dispatched at its exact sizes, and set the model to its values."""
        assert self.best is not None
        try:
            best = self.at(self.best.columns, exactly=True) or self.best
        except (SolverStopped, Infeasible):
            # Hours that are a program of their own stop with the time, and a storage of a watt that is taken as it is
            # may be lost in rounding; both were solved when the plan was found.
            best = self.best
        set_values(self.master.matrix, best.columns)
        for stage, mixture in zip(self.master.stages, best.years, strict=True):
            for name in ("cost", "kgco2e"):
                stage.block.year.component(name).set_value(summed(mixture, name), skip_validation=True)
        return best

    def told(self, found: Solution, started: float) -> Solution:
        """Return a solution with how it was found."""
        return replace(
            found,
            status="optimal" if self.proven <= 1e-6 else "feasible",
            iterations=self.dispatches,
            seconds=time.perf_counter() - started,
            solver=f"HiGHS {highs_version()}, {self.dispatches} {self.master.stages[0].hours.solved_by}",
            gap=max(self.proven, 0.0),
        )


def series_of(mixture: Mixture) -> Series:
    """Return the hours of a mixture of years."""

    def mixed(name: str) -> Any:
        parts = [(share, getattr(year.hours, name)) for share, year in mixture]
        if isinstance(parts[0][1], tuple):
            return tuple(sum(share * part[n] for share, part in parts) for n in range(len(parts[0][1])))
        return sum(share * part for share, part in parts)

    return Series(**{name: mixed(name) for name in Series.__struct_fields__})


def worth_of_grid(parameters: Parameters, mixture: Mixture) -> float | None:
    """Return what one more kW of the grid saves in a year; None where there is no grid."""
    grid, place = parameters.grid, 3 + len(parameters.generators)
    if grid is None or grid.limit_kw == 0.0:
        return None
    return -sum(share * float(year.gradient[place]) for share, year in mixture) / grid.limit_kw


def solve_by_cuts(parameters: Parameters, *, time_limit_s: float | None = None, gap: float = 1e-6) -> Solution:
    """Return the best plan with its exact year, and the gap that is proven.

    Where the year has the structure it is dispatched exactly, else by a linear program that stays warm.

    time_limit_s  seconds that it may take, or None. [time]
    gap           relative gap at which it ends. [dimensionless]

    Raises Infeasible where no plan meets all the limits, SolverStopped where the gap stays open.
    """
    started = time.perf_counter()
    model = build_model(parameters, by_hours=False)
    until = inf if time_limit_s is None else started + time_limit_s
    hours: Hours = Decisions(parameters) if has_structure(parameters) else HourlyProgram(parameters, until)
    master = Master(model, [(model, hours)])
    cuts = Cuts(master, parameters.objective, gap, until)
    try:
        run_within(cuts, master.rule_of_thumb(), time_limit_s)
    except Infeasible:
        raise Infeasible(infeasible_text(parameters)) from None
    best, (stage,) = cuts.final(), master.stages
    # What the limits are worth is of the first objective, which the dispatches of the second say little about.
    if parameters.objective == "emissions":
        cuts.year(stage, stage.decisions_at(best.columns), 0.0, 1.0)
    answer, (mixture,) = master.held(best.columns), best.years
    limits = limits_of(model, master.matrix, answer, parameters, worth_of_grid(parameters, mixture))
    found = solution_of(model, parameters, series_of(mixture), limits)
    if cuts.sought == "cost":
        agree("annual cost", best.objective, found.annual_cost)
    return cuts.told(found, started)


def run_within(cuts: Cuts, first: np.ndarray | None, time_limit_s: float | None) -> None:
    """Run to the gap, or to the limit of time where there is a plan by then; SolverStopped where there is none."""
    try:
        cuts.run(first)
    except SolverStopped:
        if cuts.best is None and time_limit_s is not None:
            text = _("the solver reached its limit of {limit:g} s before it had a plan; allow it more time")
            raise SolverStopped(text.format(limit=time_limit_s)) from None
        if cuts.best is None:
            raise
        cuts.prove()
