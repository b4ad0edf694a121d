"""Model to solution: Pyomo compiles the matrix, HiGHS solves it, and nothing is believed that HiGHS did not prove."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
from msgspec import Struct, field
from msgspec.structs import replace
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler, LinearStandardFormInfo

from asmcarbon.errors import AuditMismatch, Infeasible
from asmcarbon.messages import _
from asmcarbon.optimise.highs import Answer, answer_of, highs_solver, highs_version, linear_program
from asmcarbon.optimise.limits import Limit, limits_of
from asmcarbon.optimise.model import (
    annual_cost,
    capital_cost,
    collector_paused,
    embodied_kgco2e,
    operational_kgco2e,
    person_days,
)
from asmcarbon.optimise.parameters import CommunityParameters, Goal, Parameters

__all__ = ["Solution", "highs_solver", "linear_program", "solve"]


class Solution(Struct, frozen=True, eq=False):
    """The least-cost sizes, every hour of the year, and what binds.

    Sizes are of what is built; `standing` is the battery that the site has already, and the sun that is available
    falls on both.

    An hourly series is an array over the hours; a technology that was not offered is zero throughout. The load is all
    that was to be served: the site's own, what the measures add, and what ran when it suited. A shadow price is what
    one more unit of the limit gains of the objective (annual cost saved, kgCO2e avoided, person-days), whole numbers
    being held; None where there is no such limit.

    status             optimal, or feasible: a plan whose gap is above one in a million.
    gap                how much better, relative to it, the objective of another plan might still be.
    generator_units    units of each generator.     measures      how much of each is adopted.
    peak_import_kw     highest import of each month that pays for it.
    hectares           of each method of rehabilitation.
    limits             that were given, and what one more unit of each is worth.
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
    iterations: int
    seconds: float
    solver: str
    objective: Goal = "cost"
    gap: float = 0.0
    generator_units: tuple[int, ...] = ()
    is_connected: bool = False
    export_kw: np.ndarray = field(default_factory=lambda: np.zeros(1))
    peak_import_kw: tuple[float, ...] = ()
    shiftable_kw: tuple[np.ndarray, ...] = ()
    measures: tuple[float, ...] = ()
    hectares: tuple[float, ...] = ()
    removals_kgco2e: float = 0.0
    person_days: float = 0.0
    limits: tuple[Limit, ...] = ()
    standing_kw: float = 0.0
    standing_kwh: float = 0.0

    @property
    def battery_kw(self) -> float:
        """Power of the battery in service: what is built and what stood already."""
        return self.storage_kw + self.standing_kw

    @property
    def battery_kwh(self) -> float:
        """Energy that the battery in service holds."""
        return self.storage_kwh + self.standing_kwh

    @property
    def budget_shadow_price(self) -> float | None:
        """What one more unit of budget gains."""
        return self._shadow_price("budget")

    @property
    def emissions_cap_shadow_price_per_kgco2e(self) -> float | None:
        """What a cap looser by one kgCO2e gains."""
        return self._shadow_price("emissions_cap")

    @property
    def solar_maximum_shadow_price_per_kw(self) -> float | None:
        """What room for one more kW of solar panels gains."""
        return self._shadow_price("solar")

    def _shadow_price(self, key: str) -> float | None:
        return next((max(one.worth, 0.0) for one in self.limits if one.key == key), None)

    @property
    def surplus_kw(self) -> np.ndarray:
        """Power thrown away in each hour: what is given less what is taken."""
        bought_kw = self.grid_kw + self.unserved_kw + sum(self.generators_kw)
        return self.solar_available_kw + self.discharge_kw + bought_kw - self.charge_kw - self.load_kw - self.export_kw

    @property
    def solar_curtailed_kw(self) -> np.ndarray:
        """Solar power thrown away: all of the surplus, as far as the sun gave it."""
        return np.clip(self.surplus_kw, 0.0, self.solar_available_kw)

    @property
    def solar_used_kw(self) -> np.ndarray:
        """Solar power that served the load or the battery."""
        return self.solar_available_kw - self.solar_curtailed_kw


def leaves(solution: Solution, promise: CommunityParameters) -> bool:
    """Whether a year leaves over for a community what it is promised."""
    left_kwh = float(np.minimum(solution.solar_curtailed_kw, promise.demand_kw).sum())
    return left_kwh >= promise.target_kwh


def solve(
    model: pyo.ConcreteModel,
    parameters: Parameters,
    *,
    time_limit_s: float | None = None,
    threads: int = 1,
    gap: float = 1e-6,
) -> Solution:
    """Return the best solution of `model`, which was built from `parameters`, and the gap that is proven.

    time_limit_s  seconds that HiGHS may take, or None. [time]
    threads       threads that HiGHS may use; its dual simplex uses one. [dimensionless]
    gap           relative gap at which the search for whole numbers ends. [dimensionless]

    Raises Infeasible where no plan meets all the limits, SolverStopped where time ran out before there was a plan, and
    SolveError where HiGHS ended in another way or used an algorithm that was not asked for.
    """
    started = time.perf_counter()
    try:
        with collector_paused():
            matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
        first, answer = answer_of(matrix, time_limit_s=time_limit_s, threads=threads, gap=gap)
    except (Infeasible, InfeasibleConstraintException):
        raise Infeasible(infeasible_text(parameters)) from None
    with collector_paused():
        return _solution(model, matrix, first, answer, parameters, started)


def infeasible_text(parameters: Parameters) -> str:
    """Return one sentence on what cannot be met at once."""
    text = _("the load cannot be served in every hour within {limits}; relax one, or give unserved load a price")
    return text.format(limits=limits_text(parameters))


def limits_text(parameters: Parameters) -> str:
    """Return the limits of a year in words."""
    limits = []
    if parameters.budget is not None:
        limits.append(_("a budget of {budget:,.0f}").format(budget=parameters.budget))
    if parameters.emissions_cap_kgco2e is not None:
        limits.append(_("an emissions cap of {cap:,.0f} kgCO2e a year").format(cap=parameters.emissions_cap_kgco2e))
    if parameters.unserved_maximum_kwh is not None:
        limits.append(_("{energy:,.0f} kWh unserved").format(energy=parameters.unserved_maximum_kwh))
    if parameters.adequacy is not None:
        limits.append(_("{power:,.4g} kW standing ready").format(power=parameters.adequacy.required_kw))
    hectares = max(parameters.rehabilitation_obligation_ha or 0.0, parameters.rehabilitation_target_ha or 0.0)
    if hectares > 0.0:
        limits.append(_("{area:,.4g} ha of rehabilitation").format(area=hectares))
    if parameters.removals_target_kgco2e_year is not None:
        text = _("removals of {removals:,.0f} kgCO2e a year")
        limits.append(text.format(removals=parameters.removals_target_kgco2e_year))
    if parameters.person_days_target is not None:
        limits.append(_("{days:,.4g} person-days a year").format(days=parameters.person_days_target))
    if parameters.community is not None:
        text = _("{energy:,.0f} kWh a year of solar power for the community")
        limits.append(text.format(energy=parameters.community.target_kwh))
    limits.append(_("the technologies offered and their limits"))
    return _(" and ").join(limits)


class Series(Struct, frozen=True, eq=False):
    """The hours of a solved year, as `Solution` has them."""

    charge_kw: np.ndarray
    discharge_kw: np.ndarray
    stored_kwh: np.ndarray
    generators_kw: tuple[np.ndarray, ...]
    grid_kw: np.ndarray
    unserved_kw: np.ndarray
    export_kw: np.ndarray
    peak_import_kw: tuple[float, ...]
    shiftable_kw: tuple[np.ndarray, ...]


def _solution(
    model: pyo.ConcreteModel,
    matrix: LinearStandardFormInfo,
    first: Answer,
    answer: Answer,
    parameters: Parameters,
    started: float,
) -> Solution:
    """Read the solution: values into the model, so that its own expressions can be evaluated, and series out of it."""
    set_values(matrix, answer.columns)
    _audit(model, matrix, first, answer)
    found = solution_of(
        model, parameters, hours_of(model, parameters, _values), limits_of(model, matrix, first, parameters)
    )
    return replace(
        found,
        status="optimal" if max(first.gap, answer.gap) <= 1e-6 else "feasible",
        iterations=answer.iterations,
        seconds=time.perf_counter() - started,
        solver=f"HiGHS {highs_version()}, dual simplex",
        gap=max(first.gap, answer.gap),
    )


def set_values(matrix: LinearStandardFormInfo, columns: np.ndarray) -> None:
    """Set the variables of a model to the values of its columns."""
    for column, number in zip(matrix.columns, columns.tolist(), strict=True):
        column.set_value(number, skip_validation=True)


def hours_of(model: pyo.ConcreteModel, parameters: Parameters, values: Callable[[pyo.Var], np.ndarray]) -> Series:
    """Return the hours of a model; zeros where a block or its variable is not there.

    values   returns the value of each index of a variable
    """
    storage, grid = model.component("storage"), model.component("grid")

    def series(block: Any, name: str) -> np.ndarray:
        variable = block.component(name) if block is not None else None
        return np.zeros(len(model.hours)) if variable is None else values(variable)

    stored_kwh = series(storage, "spare_kwh")
    if storage is not None and parameters.storage is not None:
        size_kwh = float(values(storage.size_kwh)[0]) + parameters.storage.standing_kwh
        stored_kwh = stored_kwh + parameters.storage.minimum_state * size_kwh
    peaks = grid.component("peak_kw") if grid is not None else None
    # A model of the hours alone has one generator more, for what nothing serves.
    generators = zip(parameters.generators, model.generators.values(), strict=False)
    return Series(
        charge_kw=series(storage, "charge_kw"),
        discharge_kw=series(storage, "discharge_kw"),
        stored_kwh=stored_kwh,
        generators_kw=tuple(series(block, "output_kw") for _one, block in generators),
        grid_kw=series(grid, "import_kw"),
        unserved_kw=series(model.demand, "unserved_kw"),
        export_kw=series(grid, "export_kw"),
        peak_import_kw=() if peaks is None else tuple(values(peaks).tolist()),
        shiftable_kw=tuple(series(one, "power_kw") for one in model.shiftable.values()),
    )


def _values(variable: pyo.Var) -> np.ndarray:
    """Return the values that a model holds of a variable."""
    return np.fromiter((column.value for column in variable.values()), dtype=float, count=len(variable))


def solution_of(
    model: pyo.ConcreteModel, parameters: Parameters, series: Series, limits: tuple[Limit, ...]
) -> Solution:
    """Return the plan that a model holds the values of; how it was found is still to be told."""
    solar, storage, grid = (model.component(name) for name in ("solar", "storage", "grid"))
    solar_kw = solar.size_kw.value if solar else 0.0
    standing_kw = parameters.solar.standing_kw if parameters.solar else 0.0
    sun = parameters.solar.capacity_factor if parameters.solar else np.zeros(len(parameters.load_kw))
    measures = tuple(max(0.0, measure.adopted.value) for measure in model.measures.values())
    hectares = tuple(area.value for area in model.rehabilitation.area_ha.values()) if parameters.rehabilitation else ()
    return Solution(
        status="",
        annual_cost=pyo.value(annual_cost(model)),
        capital_cost=pyo.value(capital_cost(model)),
        operational_kgco2e=pyo.value(operational_kgco2e(model)),
        embodied_kgco2e=pyo.value(embodied_kgco2e(model)),
        solar_kw=solar_kw,
        storage_kw=storage.size_kw.value if storage else 0.0,
        storage_kwh=storage.size_kwh.value if storage else 0.0,
        standing_kw=parameters.storage.standing_kw if parameters.storage else 0.0,
        standing_kwh=parameters.storage.standing_kwh if parameters.storage else 0.0,
        load_kw=_whole_load_kw(parameters, measures, series.shiftable_kw),
        solar_available_kw=(solar_kw + standing_kw) * sun,
        charge_kw=series.charge_kw,
        discharge_kw=series.discharge_kw,
        stored_kwh=series.stored_kwh,
        generators_kw=series.generators_kw,
        grid_kw=series.grid_kw,
        unserved_kw=series.unserved_kw,
        fuel_l=tuple(
            generator.fuel_l_per_kwh * float(output_kw.sum())
            for generator, output_kw in zip(parameters.generators, series.generators_kw, strict=True)
        ),
        iterations=0,
        seconds=0.0,
        solver="",
        objective=parameters.objective,
        generator_units=tuple(
            round(block.units.value) if block.component("units") is not None else generator.units_maximum
            for block, generator in zip(model.generators.values(), parameters.generators, strict=True)
        ),
        is_connected=grid is not None and (grid.component("connected") is None or grid.connected.value > 0.5),
        export_kw=series.export_kw,
        peak_import_kw=series.peak_import_kw,
        shiftable_kw=series.shiftable_kw,
        measures=measures,
        hectares=hectares,
        removals_kgco2e=sum(
            method.removals_kgco2e_per_ha_year * area_ha
            for method, area_ha in zip(parameters.rehabilitation, hectares, strict=True)
        ),
        person_days=pyo.value(person_days(model, parameters.work_years)),
        limits=limits,
    )


def _whole_load_kw(
    parameters: Parameters, measures: tuple[float, ...], shiftable_kw: tuple[np.ndarray, ...]
) -> np.ndarray:
    """Return all that was to be served in each hour."""
    load_kw = sum(shiftable_kw, start=parameters.load_kw)
    for measure, adopted in zip(parameters.measures, measures, strict=True):
        if measure.extra_load_kw is not None:
            load_kw = load_kw + adopted * measure.extra_load_kw
    # A load that is all spared, or a machine that rests, is zero but for rounding.
    return np.maximum(load_kw, 0.0)


def _audit(model: pyo.ConcreteModel, matrix: LinearStandardFormInfo, first: Answer, answer: Answer) -> None:
    """Raise unless the matrix that HiGHS solved says the same as the model it came from."""
    # The objective that is sought is the first, the annual cost the last; mostly they are one.
    cost = float((matrix.c @ answer.columns + matrix.c_offset)[-1])
    agree("objective", first.objective, float((matrix.c @ first.columns + matrix.c_offset)[0]))
    agree("annual cost", cost, annual_cost(model))
    for name, limited in (("budget", capital_cost), ("emissions_cap", operational_kgco2e)):
        if (number := _row_number(model, matrix, name)) is not None:
            agree(name, answer.rows[number], limited(model))


def agree(figure: str, modelled: float, expression: Any) -> None:
    """Raise unless both are the same."""
    evaluated = float(pyo.value(expression))
    if abs(modelled - evaluated) > 1e-6 * max(1.0, abs(evaluated)):
        raise AuditMismatch(figure, modelled, evaluated)


def _row_number(model: pyo.ConcreteModel, matrix: LinearStandardFormInfo, name: str) -> int | None:
    """Return the row of a limit in the matrix; None where there is no such limit, or nothing that it limits."""
    limit = model.component(name)
    return next(
        (number for number, row in enumerate(matrix.rows) if limit is not None and row.constraint is limit), None
    )
