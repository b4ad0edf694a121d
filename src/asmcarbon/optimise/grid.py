"""A grid connection: power at a price in the hours when the grid is there, a charge on the peak, surplus sold."""

import numpy as np
import pyomo.environ as pyo

from asmcarbon.optimise.parameters import GridParameters
from asmcarbon.optimise.periods import Contribution, hourly, nothing, total


def add_grid(model: pyo.ConcreteModel, parameters: GridParameters) -> Contribution:
    """Add a grid connection as the block `grid`.

        supply_kw[t]       = import_kw[t] - export_kw[t]
        annual_cost        = Σ_t price_per_kwh * import_kw[t] - Σ_t export_price_per_kwh * export_kw[t]
                             + connection_annual_cost * connected
                             + Σ_m demand_charge_per_kw_month * 12 / months * peak_kw[m]
        capital_cost       = connection_capital_cost * connected
        operational_kgco2e = Σ_t emissions_kgco2e_per_kwh * import_kw[t]
        firm_kw            = limit_kw * connected, where the grid is firm

        0 <= import_kw[t],   0 <= export_kw[t],   0 <= peak_kw[m],   connected is 0 or 1

        import_limit  import_kw[t] <= availability[t] * limit_kw * connected
        export_limit  export_kw[t] <= availability[t] * export_limit_kw * connected
        export_solar  export_kw[t] <= capacity_factor[t] * (solar size_kw + standing_kw)
        peak_import   import_kw[t] <= peak_kw[month of t]

    A connection that the site has is no decision, and its limits are bounds and no rows. Only solar power is sold: fuel
    and the grid's own power are not. What is neither used nor sold is thrown away, so the sun's output still needs no
    variable. Emissions are gross: nothing is credited for what is sold. Without months there is one peak, paid twelve
    times; with twelve each is paid once.
    """
    grid = model.grid = pyo.Block()
    import_limit_kw = parameters.availability * parameters.limit_kw
    grid.import_kw = _limited(model, import_limit_kw, is_bound=parameters.is_connected)
    connected = 1.0
    if not parameters.is_connected:
        connected = grid.connected = pyo.Var(domain=pyo.Binary, initialize=0.0)
        grid.import_limit_kw = hourly(model.hours, import_limit_kw)

        @grid.Constraint(model.hours)
        def import_limit(grid, hour):
            return grid.import_kw[hour] - grid.import_limit_kw[hour] * grid.connected <= 0.0

    # A model without hours has neither sales nor peaks: what they cost is told it with the rest of the year.
    has_hours = len(model.hours) > 0
    is_sold = has_hours and parameters.export_price_per_kwh is not None and model.component("solar") is not None
    has_peaks = has_hours and parameters.demand_charge_per_kw_month > 0.0
    if is_sold:
        _add_export(model, parameters)
    if has_peaks:
        _add_peak(model, parameters)

    def annual_cost():
        cost = total(parameters.price_per_kwh, grid.import_kw) + parameters.connection_annual_cost * connected
        if is_sold:
            cost = cost + total(-(parameters.export_price_per_kwh or 0.0), grid.export_kw)
        if has_peaks:
            cost = cost + total(_price_of_peak(parameters, len(grid.peak_kw)), grid.peak_kw)
        return cost

    return Contribution(
        supply_kw=lambda hour: grid.import_kw[hour] - grid.export_kw[hour] if is_sold else grid.import_kw[hour],
        annual_cost=annual_cost,
        capital_cost=nothing if parameters.is_connected else lambda: parameters.connection_capital_cost * connected,
        operational_kgco2e=lambda: total(parameters.emissions_kgco2e_per_kwh, grid.import_kw),
        firm_kw=(lambda: parameters.limit_kw * connected) if parameters.is_firm else nothing,
    )


def _limited(model: pyo.ConcreteModel, limit_kw: np.ndarray, *, is_bound: bool) -> pyo.Var:
    """Return an hourly power of 0 or more, with the limit as its bound or, where a row holds it, without."""
    most_kw = limit_kw.tolist() if is_bound else [None] * len(limit_kw)
    return pyo.Var(model.hours, bounds=lambda _, hour: (0.0, most_kw[hour]))


def _add_export(model: pyo.ConcreteModel, parameters: GridParameters) -> None:
    """Add the solar power that is sold."""
    grid = model.grid
    limit_kw = parameters.limit_kw if parameters.export_limit_kw is None else parameters.export_limit_kw
    export_limit_kw = parameters.availability * limit_kw
    grid.export_kw = _limited(model, export_limit_kw, is_bound=parameters.is_connected)

    @grid.Constraint(model.hours)
    def export_solar(grid, hour):
        solar = model.solar
        return grid.export_kw[hour] - solar.capacity_factor[hour] * (solar.size_kw + solar.standing_kw) <= 0.0

    if not parameters.is_connected:
        grid.export_limit_kw = hourly(model.hours, export_limit_kw)

        @grid.Constraint(model.hours)
        def export_limit(grid, hour):
            return grid.export_kw[hour] - grid.export_limit_kw[hour] * grid.connected <= 0.0


def _add_peak(model: pyo.ConcreteModel, parameters: GridParameters) -> None:
    """Add the highest import of each month."""
    grid = model.grid
    month = _month_of_hour(parameters)
    grid.month = hourly(model.hours, month)
    grid.peak_kw = pyo.Var(range(int(month.max()) + 1), bounds=(0.0, None))

    @grid.Constraint(model.hours)
    def peak_import(grid, hour):
        return grid.import_kw[hour] - grid.peak_kw[grid.month[hour]] <= 0.0


def _month_of_hour(parameters: GridParameters) -> np.ndarray:
    """Return the number of the month of each hour, counted from 0 without gaps."""
    months = np.zeros(len(parameters.availability)) if parameters.month is None else parameters.month
    return np.unique(months, return_inverse=True)[1]


def peak_of_hour_kw(parameters: GridParameters, peaks_kw: tuple[float, ...]) -> np.ndarray:
    """Return the peak of the month that each hour lies in. [power]"""
    return np.array(peaks_kw)[_month_of_hour(parameters)]


def monthly_peaks_kw(parameters: GridParameters, import_kw: np.ndarray) -> tuple[float, ...]:
    """Return the highest import of each month. [power]"""
    month = _month_of_hour(parameters)
    peaks_kw = np.zeros(int(month.max()) + 1)
    np.maximum.at(peaks_kw, month, import_kw)
    return tuple(peaks_kw.tolist())


def _price_of_peak(parameters: GridParameters, peaks: int) -> float:
    """Return what a kW of a peak costs in a year that has so many: twelve charges, shared by them. [money / power]"""
    return parameters.demand_charge_per_kw_month * 12.0 / peaks


def energy_charges(
    parameters: GridParameters, import_kw: np.ndarray, export_kw: np.ndarray, peaks_kw: tuple[float, ...]
) -> float:
    """Return what the grid charges for a year: energy and peaks, less what is sold. [money]"""
    energy = parameters.price_per_kwh * float(np.sum(import_kw)) + demand_charges(parameters, peaks_kw)
    return energy - (parameters.export_price_per_kwh or 0.0) * float(np.sum(export_kw))


def demand_charges(parameters: GridParameters, peaks_kw: tuple[float, ...]) -> float:
    """Return what the grid charges for the peaks of a year; there are none where it charges nothing. [money]"""
    return _price_of_peak(parameters, len(peaks_kw)) * sum(peaks_kw) if peaks_kw else 0.0
