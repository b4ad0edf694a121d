"""A grid connection: power at a price, in the hours when the grid is there."""

import pyomo.environ as pyo

from asmcarbon.optimise.parameters import GridParameters
from asmcarbon.optimise.periods import Contribution, total


def add_grid(model: pyo.ConcreteModel, parameters: GridParameters) -> Contribution:
    """Add a grid connection as the block `grid`.

        supply_kw[t]       = import_kw[t]
        annual_cost        = Σ_t price_per_kwh * import_kw[t]
        operational_kgco2e = Σ_t emissions_kgco2e_per_kwh * import_kw[t]

        0 <= import_kw[t] <= availability[t] * limit_kw

    Nothing is exported: what is too much is thrown away.
    """
    grid = model.grid = pyo.Block()
    available_kw = (parameters.availability * parameters.limit_kw).tolist()
    grid.import_kw = pyo.Var(model.hours, bounds=lambda _, hour: (0.0, available_kw[hour]))
    return Contribution(
        supply_kw=lambda hour: grid.import_kw[hour],
        annual_cost=lambda: total(parameters.price_per_kwh, grid.import_kw),
        operational_kgco2e=lambda: total(parameters.emissions_kgco2e_per_kwh, grid.import_kw),
    )
