"""Least cost under one cap on emissions after the other: one master, whose cuts hold for every cap (README.md)."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.messages import _
from asmcarbon.optimise.cuts import MOST_CHORDS, Cuts, Found, series_of
from asmcarbon.optimise.decisions import ROUNDING, Decisions, Hours, Year, has_structure
from asmcarbon.optimise.financing import Financing, financing_of
from asmcarbon.optimise.hourly_program import HourlyProgram, hours_by_stage
from asmcarbon.optimise.master import Master, Mixture, summed
from asmcarbon.optimise.model import build_model, operational_kgco2e
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.pathway import StagePlan, first_plan, refinanced_by, stage_plan
from asmcarbon.optimise.solve import Solution, solution_of
from asmcarbon.optimise.staged_model import Pathway, build_pathway, year_of_stage
from asmcarbon.optimise.terms import Terms

# The gap of whole numbers relaxed, from which those that are whole are sought.
_RELAXED_GAP = 1e-3
# How often years are dispatched by what their financing lacks, and halvings of the share of those that lack it.
_SETTLED, _HALVINGS = 2, 20
# Rounds without progress after which a search with products ends, the gap at which a plan is told from none, and how
# often what the least emissions may still be is halved.
_MOST_STALLED, _ANY_GAP, _MOST_CAPS = 20, 0.5, 5
# How closely the least emissions are found where money is what lacks, as a share of them.
_CLOSE = 5e-3


class Point(Struct, frozen=True, eq=False):
    """The plan of least cost under a cap.

    cap_kgco2e  on the emissions of all years together; infinite: none. [mass]
    cost        what is sought: of a year, or discounted over the horizon and after what products pay. [money]
    kgco2e      gross operational emissions of all years together. [mass]
    gap         how far below its cost another plan under this cap might still be, as a share. [dimensionless]
    dispatches  of a year that it took, beyond those of the points before it
    columns     of the master
    stages      the plan; one stage where it is of a year
    financing   who pays for it, whose cost is in the cost; None: nobody but the site
    """

    cap_kgco2e: float
    cost: float
    kgco2e: float
    gap: float
    dispatches: int
    columns: np.ndarray
    stages: tuple[StagePlan, ...]
    financing: Financing | None = None


class Together(Struct, frozen=True, eq=False):
    """A year of each stage at one price of emissions, with what they emit together and, by its prices, cost."""

    cost: float
    kgco2e: float
    years: tuple[Year, ...]


class Frontier(Cuts):
    """The loop of cuts under one cap on all stages together, which may be changed: every cut holds for every cap.

        cost of stage s:  cost_weight[s] * cost[s];   emissions:  years[s] * kgco2e[s],  their sum <= cap

    The price of emissions that meets the cap is one for all stages, each dispatched at price * years / cost_weight.
    Where products pay, a unit of cost and a kilogram of a stage come to what the last settling says, before that price.
    """

    def __init__(
        self,
        given: Parameters | Pathway,
        terms: Terms | None = None,
        *,
        gap: float = 1e-4,
        time_limit_s: float | None = None,
    ) -> None:
        """Build the master of a year, or of stages; caps that they state are left out.

            total_emissions  Σ_s years[s] * operational_kgco2e[s] <= cap

        terms         who pays for a plan over stages, as decisions beside the sizes; None: no financing
        gap           proven, at which the search for a point ends. [dimensionless]
        time_limit_s  seconds from now by which to end; None: no limit. [time]
        """
        until = inf if time_limit_s is None else time.perf_counter() + time_limit_s
        self.terms = terms
        self.pathway = given if isinstance(given, Pathway) else None
        self.parameters = tuple(
            replace(one, emissions_cap_kgco2e=None, objective="cost")
            for one in (given.stages if isinstance(given, Pathway) else (given,))
        )
        self.model, blocks = self._built(given, until)
        self.years = (1.0,) if self.pathway is None else years_of(self.pathway)
        emitted = pyo.quicksum(
            share * operational_kgco2e(block) for share, (block, _hours) in zip(self.years, blocks, strict=True)
        )
        self.model.total_emissions = pyo.Constraint(expr=emitted <= 0.0)
        super().__init__(Master(self.model, blocks), "cost", gap, until)
        rows = self.master.matrix.rows
        self.cap_row = next(n for n, row in enumerate(rows) if row.constraint is self.model.total_emissions)
        self.emitted, self.constant = self.master.rows[self.cap_row], -float(self.master.matrix.rhs[self.cap_row])
        self.cost_weights = [float(self.master.objectives[0][stage.cost]) for stage in self.master.stages]
        self.cap_kgco2e = inf
        # Less than this no plan emits, and columns of the cleanest that was found, once it was sought.
        self.least_kgco2e = -inf
        self.cleanest: np.ndarray | None = None
        self.lower = np.array(self.master.program.col_lower_)
        self.upper = np.array(self.master.program.col_upper_)
        self.cap(inf)

    def _built(self, given: Parameters | Pathway, until: float) -> tuple[Any, Sequence[tuple[Any, Hours]]]:
        if isinstance(given, Pathway):
            self.pathway = replace(given, stages=self.parameters)
            model = build_pathway(self.pathway, self.terms, by_hours=False)
            years = [year_of_stage(self.pathway, self.terms, s) for s in range(len(self.parameters))]
            return model, [(model.stage[s], hours_by_stage(year, until)) for s, year in enumerate(years)]
        (parameters,) = self.parameters
        model = build_model(parameters, by_hours=False)
        hours: Hours = Decisions(parameters) if has_structure(parameters) else HourlyProgram(parameters, until)
        return model, [(model, hours)]

    @property
    def is_capped(self) -> bool:
        """Whether there is a cap now."""
        return self.cap_kgco2e < inf

    def cap(self, most_kgco2e: float) -> None:
        """From now on all stages together may emit so much; infinite: as much as is cheapest."""
        self.cap_kgco2e = most_kgco2e
        most = most_kgco2e - self.constant if most_kgco2e < inf else highspy.kHighsInf
        self.master.highs.changeRowBounds(self.cap_row, -highspy.kHighsInf, most)

    def bound_columns(self, bounds: Sequence[tuple[np.ndarray, float | None, float | None]]) -> None:
        """Hold columns between other bounds than the model's, None being its own; all others have theirs again.

        bounds  columns, the least and the most of each
        """
        lower, upper = self.lower.copy(), self.upper.copy()
        for columns, least, most in bounds:
            if least is not None:
                lower[columns] = least
            if most is not None:
                upper[columns] = most
        self.master.highs.changeColsBounds(len(lower), np.arange(len(lower), dtype=np.int32), lower, upper)

    def at(self, columns: np.ndarray, *, exactly: bool = False) -> Found | None:
        """Return the plan of these sizes with its best years and financing.

        None where a load is not served, the cap not kept, or no financing possible. Years for which there is none are
        dispatched once more, by the prices of what their financing lacks.
        """
        stages = self.master.stages
        decisions = [stage.decisions_at(columns) for stage in stages]

        def together(cost_weight: float, kgco2e_weight: float, worth: Sequence[float] | None = None) -> Together | None:
            each = self._worth() if worth is None else worth
            years: list[Year] = []
            for number, stage in enumerate(stages):
                weights = 0.0, self.years[number]
                if cost_weight and each[number]:
                    weights = 1.0, kgco2e_weight * self.years[number] / each[number] + stage.kgco2e_price
                if (year := self.year(stage, decisions[number], *weights, exactly=exactly)) is not None:
                    years.append(year)
            if len(years) < len(stages):
                return None
            earned = [stage.kgco2e_price for stage in stages]
            cost = sum(one * (year.cost + kg * year.kgco2e) for year, one, kg in zip(years, each, earned, strict=True))
            kgco2e = sum(span * year.kgco2e for year, span in zip(years, self.years, strict=True))
            self.largest[0] = max(self.largest[0], kgco2e)
            return Together(cost, kgco2e, tuple(years))

        if self.sought == "emissions":
            return self._cleanest(columns, together)
        for _nth in range(_SETTLED):
            mixture = self._least(together, self._room(columns))
            found = None if mixture is None else self.financed(columns, mixture)
            if mixture is None or found is not None:
                return found
            if not any(stage.cost_price or stage.kgco2e_price for stage in stages):
                # What lacks is no matter of the years.
                break
        return None

    def _worth(self) -> list[float]:
        """Return what one more of each stage's cost comes to."""
        stages = self.master.stages
        return [one.cost_price or weight for one, weight in zip(stages, self.cost_weights, strict=True)]

    def financed(self, columns: np.ndarray, mixture: tuple[tuple[float, Together], ...]) -> Found | None:
        """Return the plan of sizes and years with its best financing; None where no financing is possible."""
        years: tuple[Mixture, ...] = tuple(
            tuple((share, one.years[number]) for share, one in mixture) for number in range(len(self.master.stages))
        )
        if self.terms is None:
            return Found(columns, self.master.objective_at(columns, years), years)
        energy = [[(summed(one, "cost"), summed(one, "kgco2e"))] for one in years]
        settled = self.master.settled(columns, energy, [inf] * len(energy)).columns
        return None if settled is None else Found(settled, self.master.objective_at(settled, years), years)

    def _cleanest(self, columns: np.ndarray, together: Callable[..., Together | None]) -> Found | None:
        """Return the years of least emissions that can be financed.

        Where those of all are not, the chord between them and such as financing lacks least for is followed as for a
        cap, by what cost comes to in that.
        """
        clean = together(0.0, 1.0)
        found = None if clean is None else self.financed(columns, ((1.0, clean),))
        if clean is None or found is not None:
            return found
        worth = [stage.cost_price for stage in self.master.stages]
        cheap = together(1.0, 0.0, worth) if any(worth) else None
        found = None if cheap is None else self.financed(columns, ((1.0, cheap),))
        if cheap is None or found is None:
            return None
        clean = replace(clean, cost=sum(one * year.cost for one, year in zip(worth, clean.years, strict=True)))
        for _chord in range(MOST_CHORDS):
            if cheap.kgco2e - clean.kgco2e <= 1e-12 * cheap.kgco2e:
                break
            weight = (clean.cost - cheap.cost) / (cheap.kgco2e - clean.kgco2e)
            if (between := together(1.0, weight, worth)) is None:
                return found
            if between.cost + weight * between.kgco2e >= (1.0 - self.gap) * (cheap.cost + weight * cheap.kgco2e):
                break
            better = self.financed(columns, ((1.0, between),))
            found, cheap, clean = (found, cheap, between) if better is None else (better, between, clean)
        low, high = 0.0, 1.0
        for _halving in range(_HALVINGS):
            share = (low + high) / 2.0
            better = self.financed(columns, ((share, clean), (1.0 - share, cheap)))
            found, low, high = (found, low, share) if better is None else (better, share, high)
        return found

    def _room(self, columns: np.ndarray) -> float:
        """Return what the cap leaves to the energy of all stages."""
        if self.cap_kgco2e == inf:
            return inf
        energy = sum(self.emitted[stage.kgco2e] * columns[stage.kgco2e] for stage in self.master.stages)
        return self.cap_kgco2e - self.constant - float(self.emitted @ columns - energy)

    def _least(
        self, together: Callable[[float, float], Together | None], room: float
    ) -> tuple[tuple[float, Together], ...] | None:
        """Return the years of least cost within the room."""
        rounding = ROUNDING * max(self.cap_kgco2e if self.is_capped else 0.0, self.largest[0])
        bracket = self._bracket(together, 0.0, self.weights[0] if self.is_capped else 0.0, room + rounding)  # type: ignore[arg-type]
        if bracket is None:
            return None
        low, high = bracket
        if low is not None and high is not None:
            return self._mixed(0, together, low, high, room)  # type: ignore[arg-type, return-value]
        return None if high is None else ((1.0, high),)  # type: ignore[return-value]

    def _emitted_by(self, found: Found) -> float:
        """Return what a plan emits in all its years."""
        value = float(self.emitted @ found.columns) + self.constant
        for stage, mixture in zip(self.master.stages, found.years, strict=True):
            value += float(self.emitted[stage.kgco2e] * (summed(mixture, "kgco2e") - found.columns[stage.kgco2e]))
        return value

    def point(self, most_kgco2e: float = inf, first: np.ndarray | None = None, sure: np.ndarray | None = None) -> Point:
        """Return the plan of least cost under a cap, to the gap.

        first   columns to start from, or None
        sure    columns of a plan under a tighter cap, to start from where the first are no plan; or None

        Infeasible where no plan meets all the limits; SolverStopped where none is found in time.
        """
        before = self.dispatches
        self.cap(most_kgco2e)
        self._search(first, sure)
        return self._told(most_kgco2e, self.dispatches - before)

    def _search(self, *starts: np.ndarray | None) -> None:
        """Find the best plan by what is sought, first with whole numbers relaxed, then whole."""
        master = self.master
        master.relax()
        self._start(starts)
        with suppress(SolverStopped):
            self._run(max(self.gap, _RELAXED_GAP) if master.whole.size else self.gap)
        if master.whole.size:
            # A plan whose whole numbers are none is not kept, whatever the time.
            master.make_whole(self.gap)
            self._start([one for one in starts if one is not None and master.is_whole_at(one)])
            with suppress(SolverStopped):
                self._run(self.gap)
        if self.best is None and time.perf_counter() > self.until:
            raise SolverStopped(
                _("time ran out before every point had a plan; allow more of it, or ask for fewer points")
            )
        if self.best is None:
            raise SolverStopped(_("no plan was found for a point of the frontier; loosen debt cover or a budget"))

    def _start(self, starts: Sequence[np.ndarray | None]) -> None:
        """Forget the point before, and keep the first of the starts that is a plan."""
        self.best, self.bound, self.proven = None, -inf, inf
        self.progress = 0, inf, -inf
        for one in starts:
            if one is not None and self._keep(one):
                break

    def _try_from(self, columns: np.ndarray) -> None:
        """Go on as without products; with them end where neither plan nor bound got better for a while."""
        super()._try_from(columns)
        if self.terms is None:
            return
        rounds, objective, bound = self.progress
        now = inf if self.best is None else self.best.objective
        enough = 0.1 * self.gap * max(1.0, abs(self.bound) if self.best is None else abs(now))
        if now < objective - enough or self.bound > bound + enough:
            self.progress = 0, now, self.bound
        elif rounds < _MOST_STALLED:
            self.progress = rounds + 1, objective, bound
        else:
            raise SolverStopped

    def least_emissions(self) -> float:
        """Return the least that all stages together can emit, within the budget, what is offered, and what is paid."""
        self.cap(inf)
        self._objective(self.emitted, self.constant)
        self.sought = "emissions"
        try:
            self._search()
            assert self.best is not None
            least, bound, proven = self.best.objective, self.bound, self.proven
            self.cleanest = self.best.columns
        finally:
            self.sought = "cost"
            self._objective(self.master.objectives[0], float(self.master.matrix.c_offset[0]))
        found = least if proven <= _CLOSE else self._least_by_caps(least, bound)
        self.least_kgco2e = min(bound, found)
        return found

    def _least_by_caps(self, least: float, bound: float) -> float:
        """Return less than emissions that are possible, as far as halving what is left above a bound finds a plan."""
        gap, self.gap = self.gap, _ANY_GAP
        try:
            for _nth in range(_MOST_CAPS):
                if least - bound <= _CLOSE * max(abs(least), 1.0) or time.perf_counter() > self.until:
                    break
                self.cap((least + bound) / 2.0)
                try:
                    self._search()
                    assert self.best is not None
                    least, self.cleanest = self._emitted_by(self.best), self.best.columns
                except (Infeasible, SolverStopped):
                    bound = self.cap_kgco2e
        finally:
            self.gap = gap
        return least

    def _objective(self, costs: np.ndarray, offset: float) -> None:
        master = self.master
        master.costs, master.offset = costs, offset
        self.seek(costs, offset)

    def seek(self, costs: np.ndarray, offset: float) -> None:
        """Let the master seek the least of other costs of its columns."""
        highs = self.master.highs
        highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), np.asarray(costs, dtype=float))
        highs.changeObjectiveOffset(offset)

    def _told(self, cap_kgco2e: float, dispatches: int) -> Point:
        best = self.final()
        if self.pathway is None:
            found = solution_of(self.model, self.parameters[0], series_of(best.years[0]), ())
            found = replace(found, gap=max(self.proven, 0.0))
            new = (found.solar_kw, found.storage_kwh, found.storage_kw)
            stages = (StagePlan(0, found, new, found.capital_cost),)
        else:
            stages = tuple(
                stage_plan(self.model, self.pathway, self, number, mixture) for number, mixture in enumerate(best.years)
            )
        return Point(
            cap_kgco2e=cap_kgco2e,
            cost=best.objective,
            kgco2e=self._emitted_by(best),
            gap=max(self.proven, 0.0),
            dispatches=dispatches,
            columns=best.columns,
            stages=stages,
            financing=financing_of(self.model, self.terms),
        )

    def refinanced(self, point: Point, years: Sequence[Solution]) -> Financing | None:
        """Return the best financing of a point whose years turned out otherwise; None where there is none."""
        return refinanced_by(self.master, self.terms, point.columns, point.stages, years)

    def first(self) -> np.ndarray | None:
        """Return a plan by rule of thumb; None where a limit forbids it."""
        if self.pathway is None:
            return self.master.rule_of_thumb()
        return first_plan(self.model, self.pathway, self.master)


def years_of(pathway: Pathway) -> tuple[float, ...]:
    """Return the years that each stage stands for; 1 where there is but one, whose emissions are told by the year."""
    if len(pathway.stages) == 1:
        return (1.0,)
    ends = (*pathway.starts[1:], pathway.horizon_years)
    return tuple(float(end - start) for start, end in zip(pathway.starts, ends, strict=True))
