"""A generator the site has: it gives up to its rating, at the price of its fuel and upkeep."""

import pyomo.environ as pyo

from asmcarbon.optimise.parameters import GeneratorParameters
from asmcarbon.optimise.periods import Contribution, total


def add_generator(model: pyo.ConcreteModel, number: int, parameters: GeneratorParameters) -> Contribution:
    """Add a generator as the block `generators[number]`.

        supply_kw[t]       = output_kw[t]
        annual_cost        = Σ_t price_per_kwh * output_kw[t]
        operational_kgco2e = Σ_t emissions_kgco2e_per_kwh * output_kw[t]

        0 <= output_kw[t] <= rated_kw

    It may give any part of its rating, at the same fuel for every kWh: minimum load and starts are judged by the
    on/off dispatch.
    """
    generator = model.generators[number]
    generator.output_kw = pyo.Var(model.hours, bounds=(0.0, parameters.rated_kw))
    return Contribution(
        supply_kw=lambda hour: generator.output_kw[hour],
        annual_cost=lambda: total(parameters.price_per_kwh, generator.output_kw),
        operational_kgco2e=lambda: total(parameters.emissions_kgco2e_per_kwh, generator.output_kw),
    )
