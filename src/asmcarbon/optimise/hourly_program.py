"""The hours of a year as a linear program at fixed decisions, kept warm, where their dispatch has no such structure."""

import time
from math import inf
from typing import Any

import numpy as np
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.optimise.decisions import FORBIDDEN, Decisions, Hours, Year, has_structure, variables_of
from asmcarbon.optimise.highs import linear_program, ran, solver_of
from asmcarbon.optimise.model import build_model, collector_paused
from asmcarbon.optimise.parameters import GeneratorParameters, Parameters
from asmcarbon.optimise.solve import hours_of

# HiGHS keeps its rows to a ten-millionth each.
_ROUNDING = 1e-7


class HourlyProgram:
    """The year of `build_model` without what the master decides: its sizes and choices are columns that are held.

        cost(decisions) >= cost + Σ reduced cost of a held column * (decision - held)

    Reduced costs are the planes of `cut_of`, of any program: machines that wait, peaks, sales, cycles and limits of
    unserved load included.
    """

    def __init__(self, parameters: Parameters, until: float = inf) -> None:
        """Build and compile the year.

        until  the clock's time after which it stops
        """
        self.parameters, self.until = parameters, until
        with collector_paused():
            alone = _hours_alone(parameters)
            self.model = build_model(alone)
            matrix = LinearStandardFormCompiler().write(self.model, mixed_form=True)
        number = {id(column): n for n, column in enumerate(matrix.columns)}
        variables = variables_of(parameters, self.model)
        self.held = np.array([-1 if one is None else number.get(id(one), -1) for one, _value in variables], np.int32)
        self.number = number
        program = linear_program(matrix)
        self.upper = np.array(program.col_upper_)
        blocks = list(self.model.generators.values())
        self.generators = [self._numbers(block.output_kw) for block in blocks[:-1]]
        self.shortage = self._numbers(blocks[-1].output_kw)
        promised_kwh, community = 0.0, parameters.community
        if community is not None:
            promised_kwh = community.target_kwh
            if community.short_price_per_kwh is None:
                self.shortage = np.append(self.shortage, self._numbers(self.model.community.short_kwh))
        self.costs = np.array(program.col_cost_)
        self.costs[self.shortage] = 0.0
        self.kgco2e = np.zeros(len(self.costs))
        for columns, one in zip(self.generators, parameters.generators, strict=True):
            self.kgco2e[columns] = one.emissions_kgco2e_per_kwh
        if parameters.grid is not None:
            self.kgco2e[self._numbers(self.model.grid.import_kw)] = parameters.grid.emissions_kgco2e_per_kwh
        self.solved_by = _("linear programs of the year")
        self.rounding_kwh = _ROUNDING * (float(parameters.load_kw.sum()) + promised_kwh)
        self.highs = solver_of(program)
        self.sought: np.ndarray | None = None

    def _numbers(self, variable: Any) -> np.ndarray:
        return np.array([self.number[id(one)] for one in variable.values()], dtype=np.int32)

    def priced(self, decisions: np.ndarray, cost_weight: float, kgco2e_weight: float, *, exactly: bool = False) -> Year:
        """Return the least year at these decisions and weighted prices; what nothing serves is dearer than all else."""
        del exactly  # every size is taken as it is
        costs = cost_weight * self.costs + kgco2e_weight * self.kgco2e
        costs[self.shortage] = FORBIDDEN * max(float(costs.max()), 1.0)
        return self._year(decisions, costs)

    def shortest(self, decisions: np.ndarray) -> Year:
        """Return the year that leaves least of the load to nothing."""
        costs = np.zeros(len(self.costs))
        costs[self.shortage] = 1.0
        return self._year(decisions, costs)

    def _year(self, decisions: np.ndarray, costs: np.ndarray) -> Year:
        highs, decided = self.highs, self.held >= 0
        columns = self.held[decided]
        values = np.maximum(decisions[decided], 0.0).astype(np.float64)
        highs.changeColsBounds(len(columns), columns, values, values)
        if self.sought is None or not np.array_equal(costs, self.sought):
            highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
            self.sought = costs
        if not np.isinf(self.until):
            highs.setOptionValue("time_limit", highs.getRunTime() + max(self.until - time.perf_counter(), 0.0))
        ran(highs, is_feasible=True)
        found = highs.getSolution()
        activity, reduced = np.array(found.col_value), np.array(found.col_dual)
        gradient = np.zeros(len(decisions))
        gradient[decided] = reduced[columns]
        gradient += self._of_fixed_grid(decisions, reduced)
        return Year(
            hours=hours_of(self.model, self.parameters, lambda variable: activity[self._numbers(variable)]),
            cost=float(self.costs @ activity),
            kgco2e=float(self.kgco2e @ activity),
            short_kwh=float(activity[self.shortage].sum()),
            constant=float(costs @ activity) - float(gradient @ decisions),
            gradient=gradient,
        )

    def _of_fixed_grid(self, decisions: np.ndarray, reduced: np.ndarray) -> np.ndarray:
        """Return what more of a connection that is there would change: it is no column, and the master asks nothing."""
        more, grid = np.zeros(len(decisions)), self.parameters.grid
        if grid is not None and grid.is_connected:
            columns = self._numbers(self.model.grid.import_kw)
            more[3 + len(self.generators)] = float(np.minimum(reduced[columns], 0.0) @ self.upper[columns])
        return more


def hours_by_stage(parameters: Parameters, until: float = inf) -> Hours:
    """Return what serves the year of a stage: exact dispatch, or this program where solar power is promised.

    InputError where the year has anything else without structure, which stages are not planned with yet.
    """
    if has_structure(parameters):
        return Decisions(parameters)
    if parameters.community is None or not has_structure(replace(parameters, community=None)):
        what = _("machines that wait, peaks, sales, cycles or a limit of unserved load are given")
        raise InputError(Problem("stages", what, _("none of these, with more than one stage")))
    return HourlyProgram(parameters, until)


def _hours_alone(parameters: Parameters) -> Parameters:
    """Return parameters whose annual cost is the energy of the year, with a source for what nothing else serves.

    So too of what is promised to a community: what it lacks is told, and has no limit.
    """
    solar, storage, grid = parameters.solar, parameters.storage, parameters.grid
    community = parameters.community
    if community is not None and community.short_price_per_kwh is None:
        community = replace(community, short_price_per_kwh=0.0)
    most_kw = float(parameters.load_kw.max()) + sum(one.power_kw for one in parameters.shiftable)
    for measure in parameters.measures:
        if measure.extra_load_kw is not None:
            most_kw += float(np.maximum(measure.extra_load_kw, 0.0).max()) * measure.maximum
    generators = [replace(one, annual_cost_per_unit=0.0) for one in parameters.generators]
    generators.append(GeneratorParameters("shortage", most_kw, 1.0, 0.0, 0.0))
    return replace(
        parameters,
        solar=solar and replace(solar, annual_cost_per_kw=0.0, maximum_kw=None, kit_kw=None),
        storage=storage
        and replace(
            storage,
            energy_annual_cost_per_kwh=0.0,
            power_annual_cost_per_kw=0.0,
            maximum_kwh=None,
            maximum_kw=None,
            kit_kwh=None,
            kit_kw=None,
        ),
        generators=tuple(generators),
        grid=grid and replace(grid, connection_annual_cost=0.0),
        measures=tuple(replace(one, annual_cost=0.0, is_whole=False) for one in parameters.measures),
        rehabilitation=(),
        land=(),
        rehabilitation_obligation_ha=None,
        rehabilitation_target_ha=None,
        removals_target_kgco2e_year=None,
        person_days_target=None,
        community=community,
        budget=None,
        emissions_cap_kgco2e=None,
        other_kgco2e=0.0,
        objective="cost",
        # What must stand ready is the master's; what the battery carries is a bound of every hour.
        adequacy=parameters.adequacy and replace(parameters.adequacy, critical_peak_kw=0.0, largest_motor_start_kw=0.0),
    )
