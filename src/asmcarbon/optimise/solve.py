"""Model to solution: Pyomo compiles the matrix, HiGHS solves it, and nothing is believed that HiGHS did not prove."""

import time
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler, LinearStandardFormInfo

from asmcarbon.errors import AuditMismatch, Infeasible, SolveError, SolverStopped
from asmcarbon.messages import _
from asmcarbon.optimise.model import annual_cost, capital_cost, collector_paused, embodied_kgco2e, operational_kgco2e
from asmcarbon.optimise.parameters import Parameters


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The least-cost sizes, every hour of the year, and what binds.

    An hourly series is an array over the hours; a technology that was not offered is zero throughout. A shadow price is
    the annual cost saved by one more unit of the limit, and None where there is no such limit.
    """

    status: str
    annual_cost: float
    capital_cost: float
    operational_kgco2e: float
    embodied_kgco2e: float
    solar_kw: float
    storage_kw: float
    storage_kwh: float
    load_kw: np.ndarray
    solar_available_kw: np.ndarray
    charge_kw: np.ndarray
    discharge_kw: np.ndarray
    stored_kwh: np.ndarray
    generators_kw: tuple[np.ndarray, ...]
    grid_kw: np.ndarray
    unserved_kw: np.ndarray
    fuel_l: tuple[float, ...]
    budget_shadow_price: float | None
    emissions_cap_shadow_price_per_kgco2e: float | None
    solar_maximum_shadow_price_per_kw: float | None
    iterations: int
    seconds: float
    solver: str

    @property
    def surplus_kw(self) -> np.ndarray:
        """Power thrown away in each hour: what is given less what is taken."""
        bought_kw = self.grid_kw + self.unserved_kw + sum(self.generators_kw)
        return self.solar_available_kw + self.discharge_kw + bought_kw - self.charge_kw - self.load_kw

    @property
    def solar_curtailed_kw(self) -> np.ndarray:
        """Solar power thrown away: all of the surplus, as far as the sun gave it."""
        return np.clip(self.surplus_kw, 0.0, self.solar_available_kw)

    @property
    def solar_used_kw(self) -> np.ndarray:
        """Solar power that served the load or the battery."""
        return self.solar_available_kw - self.solar_curtailed_kw


def solve(
    model: pyo.ConcreteModel, parameters: Parameters, *, time_limit_s: float | None = None, threads: int = 1
) -> Solution:
    """Return the proven least-cost solution of `model`, which was built from `parameters`.

    time_limit_s  seconds that HiGHS may take, or None. [time]
    threads       threads that HiGHS may use; its dual simplex uses one. [dimensionless]

    Raises Infeasible where no plan meets all the limits, SolverStopped at the limit of time, and SolveError where HiGHS
    ended in another way or used an algorithm that was not asked for.
    """
    started = time.perf_counter()
    try:
        with collector_paused():
            matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
    except InfeasibleConstraintException:
        raise Infeasible(_infeasible(parameters)) from None
    highs = highs_solver(time_limit_s=time_limit_s, threads=threads)
    ran = highs.passModel(linear_program(matrix))
    if ran != highspy.HighsStatus.kError:
        ran = highs.run()
    if ran == highspy.HighsStatus.kError:
        # Another solve in this process has started HiGHS's threads with another number, which only all of them could
        # change. The dual simplex uses one of them, whatever their number.
        highs.setOptionValue("threads", 0)
        ran = highs.run()
    _believe(highs, ran, parameters, time_limit_s)
    with collector_paused():
        return _solution(model, matrix, highs, parameters, started)


def linear_program(matrix: LinearStandardFormInfo) -> highspy.HighsLp:
    """Return the compiled matrix as HiGHS takes it: rows between bounds, columns between bounds."""
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
    lp.col_cost_ = matrix.c.toarray().ravel()
    lp.offset_ = float(matrix.c_offset[0])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.A.indptr
    lp.a_matrix_.index_ = matrix.A.indices
    lp.a_matrix_.value_ = matrix.A.data
    return lp


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


def _believe(
    highs: highspy.Highs, ran: highspy.HighsStatus, parameters: Parameters, time_limit_s: float | None
) -> None:
    """Raise unless HiGHS proved an optimum, and by the algorithm that was asked for."""
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kTimeLimit:
        text = _("the solver reached its limit of {limit:g} s before it had a plan; allow it more time")
        raise SolverStopped(text.format(limit=time_limit_s))
    # No size earns money and every source is bounded, so what may be 'unbounded or infeasible' is infeasible.
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        raise Infeasible(_infeasible(parameters))
    if ran != highspy.HighsStatus.kOk or status != highspy.HighsModelStatus.kOptimal:
        text = _("HiGHS {version} ended with '{status}' and without a proven plan")
        raise SolveError(text.format(version=highs.version(), status=highs.modelStatusToString(status)))
    # HiGHS falls back to another algorithm without a word where one is not built in.
    counted = highs.getInfo()
    if counted.ipm_iteration_count > 0 or counted.pdlp_iteration_count > 0:
        raise SolveError(_("HiGHS {version} did not use the dual simplex").format(version=highs.version()))


def _infeasible(parameters: Parameters) -> str:
    """Return one sentence on what cannot be met at once."""
    limits = []
    if parameters.budget is not None:
        limits.append(_("a budget of {budget:,.0f}").format(budget=parameters.budget))
    if parameters.emissions_cap_kgco2e is not None:
        limits.append(_("an emissions cap of {cap:,.0f} kgCO2e a year").format(cap=parameters.emissions_cap_kgco2e))
    limits.append(_("the technologies offered and their limits"))
    text = _("the load cannot be served in every hour within {limits}; relax one, or give unserved load a price")
    return text.format(limits=_(" and ").join(limits))


def _solution(
    model: pyo.ConcreteModel,
    matrix: LinearStandardFormInfo,
    highs: highspy.Highs,
    parameters: Parameters,
    started: float,
) -> Solution:
    """Read the solution: values into the model, so that its own expressions can be evaluated, and series out of it."""
    found, counted = highs.getSolution(), highs.getInfo()
    for column, number in zip(matrix.columns, found.col_value, strict=True):
        column.set_value(number, skip_validation=True)
    _agree("annual cost", counted.objective_function_value, annual_cost(model))
    for name, limited in (("budget", capital_cost), ("emissions_cap", operational_kgco2e)):
        if (number := _row_number(model, matrix, name)) is not None:
            _agree(name, found.row_value[number], limited(model))
    solar, storage, hours = model.component("solar"), model.component("storage"), len(model.hours)
    storage_kwh = storage.size_kwh.value if storage else 0.0
    minimum_kwh = storage_kwh * parameters.storage.minimum_state if parameters.storage else 0.0
    solar_kw = solar.size_kw.value if solar else 0.0
    generators_kw = tuple(_series(model, generator, "output_kw") for generator in model.generators.values())
    return Solution(
        status=highs.modelStatusToString(highs.getModelStatus()).lower(),
        annual_cost=counted.objective_function_value,
        capital_cost=pyo.value(capital_cost(model)),
        operational_kgco2e=pyo.value(operational_kgco2e(model)),
        embodied_kgco2e=pyo.value(embodied_kgco2e(model)),
        solar_kw=solar_kw,
        storage_kw=storage.size_kw.value if storage else 0.0,
        storage_kwh=storage_kwh,
        load_kw=parameters.load_kw,
        solar_available_kw=solar_kw * (parameters.solar.capacity_factor if parameters.solar else np.zeros(hours)),
        charge_kw=_series(model, storage, "charge_kw"),
        discharge_kw=_series(model, storage, "discharge_kw"),
        stored_kwh=minimum_kwh + _series(model, storage, "spare_kwh"),
        generators_kw=generators_kw,
        grid_kw=_series(model, model.component("grid"), "import_kw"),
        unserved_kw=_series(model, model.demand, "unserved_kw"),
        fuel_l=tuple(
            generator.fuel_l_per_kwh * float(output_kw.sum())
            for generator, output_kw in zip(parameters.generators, generators_kw, strict=True)
        ),
        budget_shadow_price=_row_price(model, matrix, found, "budget", parameters.budget),
        emissions_cap_shadow_price_per_kgco2e=_row_price(
            model, matrix, found, "emissions_cap", parameters.emissions_cap_kgco2e
        ),
        solar_maximum_shadow_price_per_kw=_maximum_price(solar, matrix, found),
        iterations=counted.simplex_iteration_count,
        seconds=time.perf_counter() - started,
        solver=f"HiGHS {highs.version()}, dual simplex",
    )


def _series(model: pyo.ConcreteModel, block: pyo.Block | None, name: str) -> np.ndarray:
    """Return an hourly variable of a block as an array; zeros where the block does not have it."""
    variable = block.component(name) if block is not None else None
    hours = len(model.hours)
    if variable is None:
        return np.zeros(hours)
    return np.fromiter((column.value for column in variable.values()), dtype=float, count=hours)


def _agree(figure: str, modelled: float, expression: Any) -> None:
    """Raise unless the matrix that HiGHS solved says the same as the model it was compiled from."""
    evaluated = pyo.value(expression)
    if abs(modelled - evaluated) > 1e-6 * max(1.0, abs(evaluated)):
        raise AuditMismatch(figure, modelled, evaluated)


def _row_number(model: pyo.ConcreteModel, matrix: LinearStandardFormInfo, name: str) -> int | None:
    """Return the row of a limit in the matrix; None where there is no such limit, or nothing that it limits."""
    limit = model.component(name)
    return next(
        (number for number, row in enumerate(matrix.rows) if limit is not None and row.constraint is limit), None
    )


def _row_price(model, matrix, found, name: str, limit: float | None) -> float | None:
    """Return the annual cost saved by one more unit of a limit; 0 where nothing was there to be limited."""
    if limit is None:
        return None
    number = _row_number(model, matrix, name)
    return 0.0 if number is None else max(0.0, -found.row_dual[number])


def _maximum_price(solar, matrix, found) -> float | None:
    """Return the annual cost saved by room for one more kW of solar panels."""
    if solar is None or solar.size_kw.ub is None:
        return None
    number = next((number for number, column in enumerate(matrix.columns) if column is solar.size_kw), None)
    return 0.0 if number is None else max(0.0, -found.col_dual[number])
