"""Solar panels: a size, and an output that follows the sun."""

import pyomo.environ as pyo

from asmcarbon.optimise.parameters import SolarParameters
from asmcarbon.optimise.periods import Contribution, hourly, size_in_kits


def add_solar(model: pyo.ConcreteModel, parameters: SolarParameters) -> Contribution:
    """Add solar panels as the block `solar`.

        supply_kw[t]    = capacity_factor[t] * (size_kw + standing_kw)
        annual_cost     = annual_cost_per_kw * size_kw
        capital_cost    = capital_cost_per_kw * size_kw
        embodied_kgco2e = embodied_kgco2e_per_kw_year * size_kw

        0 <= size_kw <= maximum_kw

        size_kw_is_whole_kits  size_kw = kit_kw * size_kw_kits, a whole number of kits, where it is sold in kits

    What is not used is thrown away for nothing, so the output needs no variable of its own: the balance is an
    inequality, and the model a fifth smaller.
    """
    solar = model.solar = pyo.Block()
    solar.capacity_factor = hourly(model.hours, parameters.capacity_factor)
    solar.standing_kw = parameters.standing_kw
    size_in_kits(solar, "size_kw", parameters.maximum_kw, parameters.kit_kw)
    return Contribution(
        supply_kw=lambda hour: solar.capacity_factor[hour] * (solar.size_kw + solar.standing_kw),
        annual_cost=lambda: parameters.annual_cost_per_kw * solar.size_kw,
        capital_cost=lambda: parameters.capital_cost_per_kw * solar.size_kw,
        embodied_kgco2e=lambda: parameters.embodied_kgco2e_per_kw_year * solar.size_kw,
    )
