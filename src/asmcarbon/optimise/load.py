"""The load: what may stay unserved at a price, and what may run at another hour."""

import pyomo.environ as pyo

from asmcarbon.optimise.parameters import Parameters, ShiftableParameters
from asmcarbon.optimise.periods import Contribution, hourly, total


def add_load(model: pyo.ConcreteModel, parameters: Parameters) -> Contribution:
    """Add the load of the site as the block `demand`.

        supply_kw[t] = unserved_kw[t] - load_kw[t]
        annual_cost  = Σ_t unserved_price_per_kwh * unserved_kw[t]

        0 <= unserved_kw[t] <= (load_kw[t] - critical_kw[t])+

        unserved_maximum  Σ_t unserved_kw[t] <= unserved_maximum_kwh

    Without a price there is no `unserved_kw`: every hour must be served. The block is not called `load` because Pyomo
    keeps that name for itself.
    """
    demand = model.demand = pyo.Block()
    demand.load_kw = hourly(model.hours, parameters.load_kw)
    price = parameters.unserved_price_per_kwh
    if price is None:
        return Contribution(supply_kw=lambda hour: -demand.load_kw[hour])

    most_kw = parameters.may_stay_unserved_kw.tolist()
    demand.unserved_kw = pyo.Var(model.hours, bounds=lambda _, hour: (0.0, most_kw[hour]))
    if parameters.unserved_maximum_kwh is not None and len(model.hours):
        demand.unserved_maximum = pyo.Constraint(
            expr=sum(demand.unserved_kw.values()) <= parameters.unserved_maximum_kwh
        )
    return Contribution(
        supply_kw=lambda hour: demand.unserved_kw[hour] - demand.load_kw[hour],
        annual_cost=lambda: total(price, demand.unserved_kw),
    )


def add_shiftable(model: pyo.ConcreteModel, number: int, parameters: ShiftableParameters) -> Contribution:
    """Add a machine that runs when it suits the site as the block `shiftable[number]`.

        supply_kw[t] = -power_kw[t]

        0 <= power_kw[t] <= power_kw * window[t]

        daily_energy   Σ_t of day d power_kw[t] = daily_energy_kwh[d] * adopted
        power_adopted  power_kw[t] <= power_kw * window[t] * adopted

    adopted is 1, or what is adopted of the measure that brings the machine. It must have its energy every day: none of
    it may stay unserved.
    """
    shiftable = model.shiftable[number]
    most_kw = (parameters.power_kw * parameters.window).tolist()
    adopted = 1.0
    if parameters.measure is None:
        shiftable.power_kw = pyo.Var(model.hours, bounds=lambda _, hour: (0.0, most_kw[hour]))
    else:
        adopted = model.measures[parameters.measure].adopted
        # Zero outside the window is a bound still.
        shiftable.power_kw = pyo.Var(model.hours, bounds=lambda _, hour: (0.0, None if most_kw[hour] > 0.0 else 0.0))
        shiftable.most_kw = hourly(model.hours, parameters.power_kw * parameters.window)

        @shiftable.Constraint(model.hours)
        def power_adopted(shiftable, hour):
            return shiftable.power_kw[hour] - shiftable.most_kw[hour] * adopted <= 0.0

    # A sum over the hours of one day is no template that holds for every day.
    shiftable.daily_energy = pyo.ConstraintList()
    for day, energy_kwh in enumerate(parameters.daily_energy_kwh.tolist() if len(model.hours) else []):
        hours = range(24 * day, min(24 * (day + 1), len(most_kw)))
        shiftable.daily_energy.add(pyo.quicksum(shiftable.power_kw[hour] for hour in hours) == energy_kwh * adopted)
    return Contribution(supply_kw=lambda hour: -shiftable.power_kw[hour])
