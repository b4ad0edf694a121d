"""The master: the sizes and choices alone, in HiGHS, and the rows by which dispatched years tell what a year costs."""

from math import inf

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from asmcarbon.errors import Infeasible, SolveError, SolverStopped
from asmcarbon.messages import _
from asmcarbon.optimise.decisions import Decisions, Year
from asmcarbon.optimise.highs import (
    OPTIMAL,
    STOPPED,
    Answer,
    highs_solver,
    linear_program,
    whole_columns,
)
from asmcarbon.optimise.model import build_model, collector_paused
from asmcarbon.optimise.parameters import Parameters


class Master:
    """The program of sizes and choices, in HiGHS, and the rows that dispatches add to it."""

    def __init__(self, parameters: Parameters, decisions: Decisions) -> None:
        """Build and compile the model without hours; whole numbers may be any number until `make_whole`."""
        self.decisions = decisions
        with collector_paused():
            self.model = build_model(parameters, by_hours=False)
            variables = decisions.variables(self.model)
            decided = [one for one, _value in variables if one is not None]
            if decided:
                # What costs nothing and is limited by nothing would be no column.
                self.model.year.decided = pyo.Constraint(expr=pyo.quicksum(decided) >= 0.0)
            self.matrix = LinearStandardFormCompiler().write(self.model, mixed_form=True)
        number = {id(column): n for n, column in enumerate(self.matrix.columns)}
        self.columns = np.array([-1 if one is None else number[id(one)] for one, _value in variables], dtype=np.int32)
        self.fixed = np.array([value for _one, value in variables])
        self.cost_column, self.kgco2e_column = (
            number.get(id(column)) for column in (self.model.year.cost, self.model.year.kgco2e)
        )
        self.whole = whole_columns(self.matrix)
        self.objectives = self.matrix.c.toarray()
        self.costs, self.offset = self.objectives[0], float(self.matrix.c_offset[0])
        self.cap_row = self._row_of("emissions_cap")
        self.highs, self.is_whole = highs_solver(), False
        self.held_row: int | None = None
        for tolerance in ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance"):
            self.highs.setOptionValue(tolerance, 1e-9)
        if self.highs.passModel(linear_program(self.matrix)) == highspy.HighsStatus.kError:
            raise SolveError(_("HiGHS {version} does not take the model").format(version=self.highs.version()))

    def _row_of(self, name: str) -> np.ndarray | None:
        limit = self.model.component(name)
        rows = [n for n, row in enumerate(self.matrix.rows) if limit is not None and row.constraint is limit]
        return self.matrix.A.toarray()[rows[0]] if rows else None

    def make_whole(self, gap: float) -> None:
        """From now on whole numbers are whole, found to a gap."""
        kinds = np.full(len(self.whole), highspy.HighsVarType.kInteger)
        self.highs.changeColsIntegrality(len(self.whole), self.whole, kinds)
        self.highs.setOptionValue("mip_rel_gap", gap / 10.0)
        self.is_whole = True

    def solve(self, seconds: float) -> tuple[np.ndarray, float]:
        """Return the columns of the best plan by what is known so far, and the objective that no plan beats."""
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(seconds, 0.0))
        self.highs.run()
        status = self.highs.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            raise Infeasible(_("no plan meets all the limits"))
        if status == STOPPED:
            raise SolverStopped(_("the solver reached its limit of time"))
        if status != OPTIMAL:
            text = _("HiGHS {version} ended with '{status}' and without a proven plan")
            raise SolveError(text.format(version=self.highs.version(), status=self.highs.modelStatusToString(status)))
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

    def decisions_at(self, columns: np.ndarray) -> np.ndarray:
        """Return the decisions that the hours see."""
        return np.where(self.columns >= 0, columns[self.columns], self.fixed)

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

    def objective_at(self, columns: np.ndarray, years: tuple[tuple[float, Year], ...]) -> float:
        """Return the objective of a plan with the energy of its years in the place of what the master thinks of it."""
        value = float(self.costs @ columns) + self.offset
        for column, name in ((self.cost_column, "cost"), (self.kgco2e_column, "kgco2e")):
            if column is not None and self.costs[column]:
                energy = sum(share * getattr(year, name) for share, year in years)
                value += float(self.costs[column] * (energy - columns[column]))
        return value

    def room_kgco2e(self, columns: np.ndarray, cap_kgco2e: float) -> float:
        """Return what the cap leaves to the energy of the year."""
        assert self.cap_row is not None and self.kgco2e_column is not None
        others = self.cap_row @ columns - self.cap_row[self.kgco2e_column] * columns[self.kgco2e_column]
        return cap_kgco2e - float(others)

    def add(self, year: Year, cost_weight: float, kgco2e_weight: float) -> None:
        """Add what a dispatched year says:

            cost_weight * cost + kgco2e_weight * kgco2e >= constant + gradient · decisions
        """  # fmt: skip
        decided = self.columns >= 0
        right = year.constant + float(year.gradient[~decided] @ self.fixed[~decided])
        numbers = self.columns[decided].tolist()
        values = (-year.gradient[decided]).tolist()
        for column, weight in ((self.cost_column, cost_weight), (self.kgco2e_column, kgco2e_weight)):
            if weight and column is not None:
                numbers.append(column)
                values.append(weight)
        row = np.array(numbers, dtype=np.int32), np.array(values)
        self.highs.addRow(right, highspy.kHighsInf, len(numbers), *row)
