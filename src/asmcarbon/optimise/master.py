"""The master: the sizes and choices alone, in HiGHS, and the rows by which dispatched years tell what a year costs."""

from collections.abc import Sequence
from math import inf
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from asmcarbon.optimise.decisions import Hours, Year, variables_of
from asmcarbon.optimise.highs import (
    Answer,
    linear_program,
    ran,
    solver_of,
    whole_columns,
)
from asmcarbon.optimise.model import collector_paused
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.settling import Energy, Settled, Settling

# Years that serve a stage together, by their shares: one, or two that meet a cap.
Mixture = tuple[tuple[float, Year], ...]

# A first plan: panels that give the load of a year, and a battery of these shares of a day's load and of the peak.
_FIRST_ENERGY, _FIRST_POWER = 0.3, 0.4


class Stage(Struct, eq=False):
    """One year of hours, and where it stands among the columns of the master.

    columns        of its decisions, -1 where one is none and has a `fixed` value
    cost, kgco2e   columns of its energy, None where nothing asks for it
    cap_kgco2e     most that it may emit, and `cap_row`, the weights of the columns in that; None: no cap
    kgco2e_price   what a kilogram less earns, in money of the year, as financing was settled last
    cost_price     what one more of its cost came to then; 0 where nothing was settled
    """

    parameters: Parameters
    hours: Hours
    block: Any
    columns: np.ndarray
    fixed: np.ndarray
    cost: int | None
    kgco2e: int | None
    cap_kgco2e: float | None
    cap_row: np.ndarray | None
    kgco2e_price: float = 0.0
    cost_price: float = 0.0

    def decisions_at(self, columns: np.ndarray) -> np.ndarray:
        """Return the decisions that the hours see."""
        return np.where(self.columns >= 0, columns[self.columns], self.fixed)

    def sizes_by_thumb(self) -> tuple[float, float, float]:
        """Return kW of panels that give the year's load, and a battery for a part of the peak and of a day."""
        load_kw, solar = self.parameters.load_kw, self.parameters.solar
        sun = float(solar.capacity_factor.sum()) if solar is not None else 0.0
        load_kwh, days = float(load_kw.sum()), len(load_kw) / 24.0
        return load_kwh / sun if sun else 0.0, _FIRST_POWER * float(load_kw.max()), _FIRST_ENERGY * load_kwh / days

    def price_of(self, kgco2e_price: float, cost_price: float) -> float:
        """Return what a kilogram is worth in money of the year; where money is worth nothing, more than it costs."""
        if kgco2e_price <= 1e-12 * abs(cost_price):
            return 0.0
        dearest = _dearest(self.parameters)
        return min(kgco2e_price / cost_price, dearest) if cost_price > 0.0 else dearest

    def room_kgco2e(self, columns: np.ndarray) -> float:
        """Return what the cap leaves to the energy of the year."""
        if self.cap_kgco2e is None or self.cap_row is None or self.kgco2e is None:
            return inf
        others = self.cap_row @ columns - self.cap_row[self.kgco2e] * columns[self.kgco2e]
        return self.cap_kgco2e - float(others)


class Master:
    """The program of sizes and choices, in HiGHS, and the rows that dispatches add to it."""

    def __init__(self, model: pyo.ConcreteModel, stages: Sequence[tuple[Any, Hours]]) -> None:
        """Compile a model without hours; whole numbers may be any number until `make_whole`.

            decided  Σ decisions >= 0 in the block `year`, which always holds and names each of them a column

        stages  the block of each year of hours in the model, and what serves them
        """
        self.model = model
        with collector_paused():
            for block, hours in stages:
                decided = [one for one, _value in variables_of(hours.parameters, block) if one is not None]
                if decided:
                    # What costs nothing and is limited by nothing would be no column.
                    block.year.decided = pyo.Constraint(expr=pyo.quicksum(decided) >= 0.0)
            self.matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
        self.number = {id(column): n for n, column in enumerate(self.matrix.columns)}
        self.rows = self.matrix.A.toarray()
        self.stages = [self._stage(block, hours) for block, hours in stages]
        self.whole = whole_columns(self.matrix)
        self.objectives = self.matrix.c.toarray()
        self.costs, self.offset = self.objectives[0], float(self.matrix.c_offset[0])
        self.program = linear_program(self.matrix)
        self.highs, self.is_whole = solver_of(self.program), False
        self.held_row: int | None = None
        self.settling = self._settling()
        self.whole_sizes = self.whole if self.settling is None else self.whole[~self.settling.is_free[self.whole]]
        for tolerance in ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance"):
            self.highs.setOptionValue(tolerance, 1e-9)

    def _stage(self, block: Any, hours: Hours) -> Stage:
        variables, cap = variables_of(hours.parameters, block), block.component("emissions_cap")
        rows = [n for n, row in enumerate(self.matrix.rows) if cap is not None and row.constraint is cap]
        columns = [-1 if one is None else self.number[id(one)] for one, _value in variables]
        return Stage(
            parameters=hours.parameters,
            hours=hours,
            block=block,
            columns=np.array(columns, dtype=np.int32),
            fixed=np.array([value for _one, value in variables]),
            cost=self.number.get(id(block.year.cost)),
            kgco2e=self.number.get(id(block.year.kgco2e)),
            cap_kgco2e=hours.parameters.emissions_cap_kgco2e if rows else None,
            cap_row=self.rows[rows[0]] if rows else None,
        )

    def _settling(self) -> Settling | None:
        """Return the financing of the model; None where it has none."""
        financing = self.model.component("financing")
        if financing is None:
            return None
        ours = {id(one) for one in financing.component_data_objects(pyo.Var)}
        is_free = np.array([id(column) in ours for column in self.matrix.columns])
        return Settling(self.program, self.rows, is_free, self.whole, [(one.cost, one.kgco2e) for one in self.stages])

    def rule_of_thumb(self) -> np.ndarray | None:
        """Return a first plan of sizes alone; None where a limit forbids it."""
        lower, upper = np.array(self.program.col_lower_), np.array(self.program.col_upper_)
        columns = np.clip(np.zeros(len(lower)), lower, upper)
        for stage in self.stages:
            for column, size in zip(stage.columns[:3].tolist(), stage.sizes_by_thumb(), strict=True):
                if column >= 0:
                    columns[column] = min(size, upper[column])
        return columns if self.keeps_limits(columns) else None

    def keeps_limits(self, columns: np.ndarray) -> bool:
        """Whether columns lie within their bounds and the rows of the model, whatever the years say.

        Rows of financing are kept by `settled`.
        """
        program, activity = self.program, self.rows @ columns
        ours = np.ones(len(activity), dtype=bool) if self.settling is None else self.settling.is_kept
        found = [
            (columns, program.col_lower_, program.col_upper_, slice(None)),
            (activity, program.row_lower_, program.row_upper_, ours),
        ]
        for values, low, high, counted in found:
            loose = 1e-9 * np.maximum(1.0, np.abs(values))
            within = (values >= np.array(low) - loose) & (values <= np.array(high) + loose)
            if not within[counted].all():
                return False
        return True

    def settled(
        self,
        columns: np.ndarray,
        pools: Sequence[Sequence[Energy]],
        rooms_kgco2e: Sequence[float],
        *,
        is_decided: bool = False,
    ) -> Settled:
        """Return the best financing of a plan's sizes and choices, and the share of each of its years that suits it.

        pools         what the energy of each stage may be, or any mixture of it
        rooms_kgco2e  the most that it may emit
        is_decided    the whole numbers of financing are held as in the columns
        """
        assert self.settling is not None
        found = self.settling.settled(columns, pools, rooms_kgco2e, whole=self.is_whole, is_decided=is_decided)
        for stage, prices in zip(self.stages, found.prices, strict=True):
            stage.kgco2e_price = stage.price_of(prices.earned, prices.cost)
            stage.cost_price = max(prices.cost, 0.0)
        return found

    def make_whole(self, gap: float) -> None:
        """From now on whole numbers are whole, found to a gap."""
        kinds = np.full(len(self.whole), highspy.HighsVarType.kInteger)
        self.highs.changeColsIntegrality(len(self.whole), self.whole, kinds)
        self.highs.setOptionValue("mip_rel_gap", gap / 10.0)
        self.is_whole = True

    def is_whole_at(self, columns: np.ndarray) -> bool:
        """Whether whole numbers are whole, but for rounding."""
        return bool((np.abs(columns - np.round(columns))[self.whole] < 1e-6).all())

    def relax(self) -> None:
        """Whole numbers may be any number again."""
        if self.is_whole:
            kinds = np.full(len(self.whole), highspy.HighsVarType.kContinuous)
            self.highs.changeColsIntegrality(len(self.whole), self.whole, kinds)
            self.is_whole = False

    def solve(self, seconds: float) -> tuple[np.ndarray, float]:
        """Return the columns of the best plan by what is known so far, and the objective that no plan beats."""
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(seconds, 0.0))
        ran(self.highs)
        known = self.highs.getInfo()
        bound = known.mip_dual_bound if self.is_whole else known.objective_function_value
        return np.array(self.highs.getSolution().col_value), float(bound)

    def held(self, columns: np.ndarray) -> Answer:
        """Return the answer to the first objective with the whole numbers held: every price is that of the rest."""
        if self.held_row is not None:
            self.highs.changeRowBounds(self.held_row, -highspy.kHighsInf, highspy.kHighsInf)
            self.seek(0)
        if len(self.whole):
            kinds = np.full(len(self.whole), highspy.HighsVarType.kContinuous)
            self.highs.changeColsIntegrality(len(self.whole), self.whole, kinds)
            values = np.round(columns[self.whole]).astype(np.float64)
            self.highs.changeColsBounds(len(self.whole), self.whole, values, values)
            self.is_whole = False
        found, bound = self.solve(inf)
        known = self.highs.getSolution()
        return Answer(
            columns=found,
            rows=np.array(known.row_value),
            column_prices=-np.array(known.col_dual),
            row_prices=-np.array(known.row_dual),
            objective=bound,
            gap=0.0,
            iterations=0,
        )

    def seek(self, nth: int) -> None:
        """Seek another of the objectives."""
        self.costs, self.offset = self.objectives[nth], float(self.matrix.c_offset[nth])
        self.highs.changeColsCost(len(self.costs), np.arange(len(self.costs), dtype=np.int32), self.costs)
        self.highs.changeObjectiveOffset(self.offset)

    def hold(self, most: float) -> None:
        """Hold the objective that was sought at a value."""
        held = np.flatnonzero(self.costs).astype(np.int32)
        self.held_row = self.highs.getNumRow()
        self.highs.addRow(-highspy.kHighsInf, most - self.offset, len(held), held, self.costs[held])

    def objective_at(self, columns: np.ndarray, years: tuple[Mixture, ...]) -> float:
        """Return the objective of a plan with the energy of its years in the place of what the master thinks of it."""
        value = float(self.costs @ columns) + self.offset
        for stage, mixture in zip(self.stages, years, strict=True):
            for column, name in ((stage.cost, "cost"), (stage.kgco2e, "kgco2e")):
                if column is not None and self.costs[column]:
                    value += float(self.costs[column] * (summed(mixture, name) - columns[column]))
        return value

    def add(self, stage: Stage, year: Year, cost_weight: float, kgco2e_weight: float) -> None:
        """Add what a dispatched year says of its stage:

            cost_weight * cost + kgco2e_weight * kgco2e >= constant + gradient · decisions

        A weight of 0 leaves its column out; decisions that are none stand at their fixed values.
        """
        decided = stage.columns >= 0
        right = year.constant + float(year.gradient[~decided] @ stage.fixed[~decided])
        numbers, values = stage.columns[decided].tolist(), (-year.gradient[decided]).tolist()
        for column, weight in ((stage.cost, cost_weight), (stage.kgco2e, kgco2e_weight)):
            if weight and column is not None:
                numbers.append(column)
                values.append(weight)
        row = np.array(numbers, dtype=np.int32), np.array(values)
        self.highs.addRow(right, highspy.kHighsInf, len(numbers), *row)


def _dearest(parameters: Parameters) -> float:
    """Return a price of a kilogram that is dearer than any way of sparing one: what nothing is won beyond."""
    grid = [] if parameters.grid is None else [parameters.grid]
    priced = [(one.price_per_kwh, one.emissions_kgco2e_per_kwh) for one in (*parameters.generators, *grid)]
    unserved = parameters.unserved_price_per_kwh or 0.0
    emitting = [kgco2e for _price, kgco2e in priced if kgco2e > 0.0]
    dearest = max([price for price, _kgco2e in priced], default=0.0)
    return 10.0 * max(dearest, unserved) / min(emitting) if emitting else 0.0


def summed(mixture: Mixture, name: str) -> float:
    """Return the cost or the emissions of a mixture of years."""
    return sum(share * getattr(year, name) for share, year in mixture)
