"""The load, and the part of it that may stay unserved at a price."""

import pyomo.environ as pyo

from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.periods import Contribution, hourly, total


def add_load(model: pyo.ConcreteModel, parameters: Parameters) -> Contribution:
    """Add the load of the site as the block `demand`.

        supply_kw[t] = unserved_kw[t] - load_kw[t]
        annual_cost  = Σ_t unserved_price_per_kwh * unserved_kw[t]

        0 <= unserved_kw[t] <= load_kw[t]

    Without a price there is no `unserved_kw`: every hour must be served. The block is not called `load` because Pyomo
    keeps that name for itself.
    """
    demand = model.demand = pyo.Block()
    demand.load_kw = hourly(model.hours, parameters.load_kw)
    price = parameters.unserved_price_per_kwh
    if price is None:
        return Contribution(supply_kw=lambda hour: -demand.load_kw[hour])

    load_kw = parameters.load_kw.tolist()
    demand.unserved_kw = pyo.Var(model.hours, bounds=lambda _, hour: (0.0, load_kw[hour]))
    return Contribution(
        supply_kw=lambda hour: demand.unserved_kw[hour] - demand.load_kw[hour],
        annual_cost=lambda: total(price, demand.unserved_kw),
    )
