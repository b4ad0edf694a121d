"""HiGHS: a compiled matrix in, proven numbers out; yes or no decided by a search over warm linear programs."""

import time
from math import inf

import highspy
import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormInfo

from asmcarbon.errors import Infeasible, SolveError, SolverStopped
from asmcarbon.messages import _

OPTIMAL, STOPPED = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit
WHOLE_TOLERANCE = 1e-6


class Answer(Struct, frozen=True, eq=False):
    """What HiGHS found.

    columns, rows                value of each column, activity of each row
    column_prices, row_prices    by how much the objective falls with one more unit of each bound, whole columns fixed
    objective                    least value of the objective
    gap                          how much lower, relative to it, a plan might still be
    iterations                   iterations of the dual simplex, all programs together
    """

    columns: np.ndarray
    rows: np.ndarray
    column_prices: np.ndarray
    row_prices: np.ndarray
    objective: float
    gap: float
    iterations: int


class SilentHighs(highspy.Highs):
    """HiGHS without the line that highspy prints to standard output as soon as an instance is made."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """Silence HiGHS at the first thing that its constructor does."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def highs_solver(*, time_limit_s: float | None = None, threads: int = 1) -> highspy.Highs:
    """Return HiGHS, silent, set to the dual simplex: on a year of hours the fastest of its algorithms."""
    highs = SilentHighs()
    options = {"output_flag": False, "solver": "simplex", "simplex_strategy": 1, "parallel": "off", "threads": threads}
    if time_limit_s is not None:
        options["time_limit"] = float(time_limit_s)
    for name, value in options.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            text = _("HiGHS {version} does not take {name} = {value}").format(
                version=highs.version(), name=name, value=value
            )
            raise SolveError(text)
    return highs


def highs_version() -> str:
    """Return the version of HiGHS."""
    return f"{highspy.HIGHS_VERSION_MAJOR}.{highspy.HIGHS_VERSION_MINOR}.{highspy.HIGHS_VERSION_PATCH}"


def linear_program(matrix: LinearStandardFormInfo) -> highspy.HighsLp:
    """Return the compiled matrix as HiGHS takes it: rows and columns between bounds, and the first objective."""
    # Pyomo marks a row 0 where it equals its right-hand side, 1 where that is the most, -1 where it is the least.
    sense = np.fromiter((row.bound_type for row in matrix.rows), dtype=np.int8, count=len(matrix.rows))
    right = np.asarray(matrix.rhs, dtype=float)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.A.shape
    lp.row_lower_ = np.where(sense == 1, -highspy.kHighsInf, right)
    lp.row_upper_ = np.where(sense == -1, highspy.kHighsInf, right)
    lowest, highest = -highspy.kHighsInf, highspy.kHighsInf
    lp.col_lower_ = np.array([lowest if (lower := column.lb) is None else lower for column in matrix.columns])
    lp.col_upper_ = np.array([highest if (upper := column.ub) is None else upper for column in matrix.columns])
    lp.col_cost_ = matrix.c.toarray()[0]
    lp.offset_ = float(matrix.c_offset[0])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.A.indptr
    lp.a_matrix_.index_ = matrix.A.indices
    lp.a_matrix_.value_ = matrix.A.data
    return lp


def solver_of(program: highspy.HighsLp, *, time_limit_s: float | None = None, threads: int = 1) -> highspy.Highs:
    """Return HiGHS with a program in it."""
    highs = highs_solver(time_limit_s=time_limit_s, threads=threads)
    if highs.passModel(program) == highspy.HighsStatus.kError:
        raise SolveError(_("HiGHS {version} does not take the model").format(version=highs.version()))
    return highs


def ran(highs: highspy.Highs, *, is_feasible: bool = False) -> None:
    """Run HiGHS to a proven optimum; Infeasible, SolverStopped or SolveError where it ends otherwise.

    is_feasible   there is a solution by construction: that there were none is an error, and no answer
    """
    highs.run()
    status = highs.getModelStatus()
    # No size earns money and every source is bounded, so what may be 'unbounded or infeasible' is infeasible.
    infeasible = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
    if status in infeasible and not is_feasible:
        raise Infeasible(_("no plan meets all the limits"))
    if status == STOPPED:
        raise SolverStopped(_("the solver reached its limit of time"))
    if status != OPTIMAL:
        raise _unproven(highs)


def _unproven(highs: highspy.Highs) -> SolveError:
    text = _("HiGHS {version} ended with '{status}' and without a proven plan")
    ended = highs.modelStatusToString(highs.getModelStatus())
    return SolveError(text.format(version=highs.version(), status=ended))


def whole_columns(matrix: LinearStandardFormInfo) -> np.ndarray:
    """Return the numbers of the columns that must be whole numbers."""
    return np.array([n for n, column in enumerate(matrix.columns) if not column.is_continuous()], dtype=np.int32)


def answer_of(
    matrix: LinearStandardFormInfo,
    *,
    time_limit_s: float | None = None,
    threads: int = 1,
    gap: float = 1e-6,
) -> tuple[Answer, Answer]:
    """Return the best plan by the first objective, and of the equally good ones the best by the last.

    time_limit_s  seconds that HiGHS may take, or None. [time]
    gap           relative gap at which the search for whole numbers ends. [dimensionless]

    With one objective both are the same. With two, the second is solved from the first's basis under a row that holds
    the first objective at its least value, to one part in ten million. A weight in one objective would need no second
    solve, but none is small enough for every site: a money unit against a gram.

    Raises Infeasible, SolverStopped where time ran out before there was a plan, SolveError where HiGHS ended in another
    way or used an algorithm that was not asked for.
    """
    until = inf if time_limit_s is None else time.perf_counter() + time_limit_s
    lp, whole = linear_program(matrix), whole_columns(matrix)
    highs = solver_of(lp, threads=threads)
    search = _Search(highs, whole, np.array(lp.col_lower_)[whole], np.array(lp.col_upper_)[whole], gap, until)
    first = search.best(time_limit_s)
    if matrix.c.shape[0] == 1:
        return first, first
    costs = matrix.c.toarray()
    held = np.flatnonzero(costs[0]).astype(np.int32)
    most = first.objective - float(matrix.c_offset[0]) + 1e-7 * max(1.0, abs(first.objective))
    highs.addRow(-highspy.kHighsInf, most, len(held), held, costs[0][held])
    highs.changeColsCost(lp.num_col_, np.arange(lp.num_col_, dtype=np.int32), costs[-1])
    highs.changeObjectiveOffset(float(matrix.c_offset[-1]))
    # The first plan meets the new row: the primal simplex goes on from it.
    highs.setOptionValue("simplex_strategy", 4)
    # A node whose least is above what is held has no plan under the new row: to prove that anew took 16 s of a solve.
    search.roots = [node for node in search.leaves if node[0] <= most + float(matrix.c_offset[0])]
    try:
        return first, search.best(time_limit_s)
    except (SolverStopped, Infeasible):
        # There is a plan, and it is the best by what was asked for; only the cheapest of its equals is not known.
        return first, first


# The least that no plan of a node beats, and the bounds of its whole columns.
_Node = tuple[float, np.ndarray, np.ndarray]


class _Search:
    """Branch and bound over the whole columns, each program solved from the basis of the one before it.

    A year of hours has few decisions that are whole and a costly linear program: 1.9 s from nothing, but 0.06-0.13 s
    from a neighbour's basis, so that even all four combinations of two measures take no more than 2.3 s. Seconds, here
    and by HiGHS's own search, on the reference case, off-grid, a busy machine, one thread:

        one measure 2.3, 2.4;  two under a budget 3.2, 5.2;  three under a budget and a cap 4.0, 3.8
        a generator to retire, two to buy, under a budget 12, 26;  and three measures 17, 66
    """

    def __init__(
        self, highs: highspy.Highs, whole: np.ndarray, lower: np.ndarray, upper: np.ndarray, gap: float, until: float
    ) -> None:
        self.highs, self.whole, self.gap, self.until = highs, whole, gap, until
        self.roots: list[_Node] = [
            (-inf, np.ceil(lower - WHOLE_TOLERANCE), np.floor(upper + WHOLE_TOLERANCE)),
        ]
        self.leaves: list[_Node] = []
        self.iterations = 0

    def best(self, time_limit_s: float | None) -> Answer:
        """Return the best plan that was found, with the gap that is proven.

        `leaves` are then the nodes that together hold every plan there is, each with a least that no plan in it beats.
        """
        best: Answer | None = None
        open_nodes, self.leaves = [(-inf, lower, upper) for _bound, lower, upper in self.roots], []
        while open_nodes:
            # Down to a first plan, then wherever a better one might still be.
            nth = len(open_nodes) - 1 if best is None else min(range(len(open_nodes)), key=lambda n: open_nodes[n][0])
            bound, lower, upper = open_nodes[nth]
            if best is not None and bound >= best.objective - self.gap * max(1.0, abs(best.objective)):
                break
            status = self.run(lower, upper)
            if status == STOPPED:
                break
            open_nodes.pop(nth)
            if status != OPTIMAL:
                continue
            answer = self.read()
            if best is not None and answer.objective >= best.objective:
                self.leaves.append((answer.objective, lower, upper))
                continue
            if self.whole.size == 0:
                best = answer
                self.leaves.append((answer.objective, lower, upper))
                continue
            values = np.clip(answer.columns[self.whole], lower, upper)
            away = np.abs(values - np.round(values))
            held = self.held(np.round(values)) if away.max() <= WHOLE_TOLERANCE else None
            if held is None and away.max() == 0.0:
                held = answer
            if held is not None:
                self.leaves.append((answer.objective, lower, upper))
            if held is None:
                open_nodes.extend(_halves(answer.objective, lower, upper, int(away.argmax()), values))
            elif best is None or held.objective < best.objective:
                best = held
        self.leaves += open_nodes
        if best is None and open_nodes:
            text = _("the solver reached its limit of {limit:g} s before it had a plan; allow it more time")
            raise SolverStopped(text.format(limit=time_limit_s))
        if best is None:
            raise Infeasible(_("no plan meets all the limits"))
        lowest = min([best.objective, *(bound for bound, *_bounds in open_nodes)])
        gap = (best.objective - lowest) / max(1.0, abs(best.objective))
        return replace(best, gap=gap, iterations=self.iterations)

    def held(self, values: np.ndarray) -> Answer | None:
        """Return the plan with the whole columns held, so that every price is that of the rest; None: there is none."""
        # Their bounds close around a basis that is optimal already: hardly a pivot is left, and so no limit of time.
        return self.read() if self.run(values, values, is_limited=False) == OPTIMAL else None

    def run(self, lower: np.ndarray, upper: np.ndarray, *, is_limited: bool = True) -> highspy.HighsModelStatus:
        """Solve the linear program with the whole columns between these bounds."""
        highs = self.highs
        if self.whole.size:
            highs.changeColsBounds(len(self.whole), self.whole, lower, upper)
        left_s = max(0.0, self.until - time.perf_counter()) if is_limited else inf
        # HiGHS's clock runs on from one program to the next.
        highs.setOptionValue("time_limit", highs.getRunTime() + left_s)
        ran = highs.run()
        if ran == highspy.HighsStatus.kError:
            # Another solve in this process has started HiGHS's threads with another number, which only all of them
            # could change. The simplex uses one of them, whatever their number.
            highs.setOptionValue("threads", 0)
            ran = highs.run()
        return self.believed(ran)

    def believed(self, ran: highspy.HighsStatus) -> highspy.HighsModelStatus:
        """Return how HiGHS ended; raise where that is neither a proof nor the limit of time."""
        highs, status, counted = self.highs, self.highs.getModelStatus(), self.highs.getInfo()
        # HiGHS falls back to another algorithm without a word where one is not built in.
        if counted.ipm_iteration_count > 0 or counted.pdlp_iteration_count > 0:
            raise SolveError(_("HiGHS {version} did not use the dual simplex").format(version=highs.version()))
        self.iterations += max(0, counted.simplex_iteration_count)
        if status == STOPPED:
            return status
        # No size earns money and every source is bounded, so what may be 'unbounded or infeasible' is infeasible.
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return highspy.HighsModelStatus.kInfeasible
        if ran != highspy.HighsStatus.kOk or status != OPTIMAL:
            raise _unproven(highs)
        return status

    def read(self) -> Answer:
        """Return the solution of the program that was just solved."""
        found = self.highs.getSolution()
        return Answer(
            columns=np.array(found.col_value),
            rows=np.array(found.row_value),
            column_prices=-np.array(found.col_dual),
            row_prices=-np.array(found.row_dual),
            objective=self.highs.getInfo().objective_function_value,
            gap=0.0,
            iterations=self.iterations,
        )


def _halves(bound: float, lower: np.ndarray, upper: np.ndarray, nth: int, values: np.ndarray) -> list[_Node]:
    """Return the node without the fraction of its nth column; the nearer half, the next to be looked into, is last."""
    below, above = upper.copy(), lower.copy()
    below[nth] = np.floor(values[nth])
    above[nth] = below[nth] + 1.0
    halves = [(bound, lower, below), (bound, above, upper)]
    return halves if values[nth] - below[nth] > 0.5 else halves[::-1]
