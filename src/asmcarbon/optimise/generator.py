"""A generator: it gives up to its rating, at the price of its fuel and upkeep; it stays, goes, or is bought."""

import pyomo.environ as pyo
from msgspec.structs import replace

from asmcarbon.optimise.parameters import GeneratorParameters
from asmcarbon.optimise.periods import Contribution, total


def add_generator(model: pyo.ConcreteModel, number: int, parameters: GeneratorParameters) -> Contribution:
    """Add a generator as the block `generators[number]`.

        supply_kw[t]       = output_kw[t]
        annual_cost        = Σ_t price_per_kwh * output_kw[t] + annual_cost_per_unit * units
        capital_cost       = capital_cost_per_unit * units
        operational_kgco2e = Σ_t emissions_kgco2e_per_kwh * output_kw[t]
        embodied_kgco2e    = embodied_kgco2e_per_unit_year * units
        firm_kw            = rated_kw * units

        0 <= output_kw[t]
        units_minimum <= units <= units_maximum, a whole number

        generator_rating  output_kw[t] <= rated_kw * units

    Where the units are fixed, their rating is a bound and no row. A generator may give any part of its rating, at the
    same fuel for every kWh: minimum load and starts are judged by the on/off dispatch.
    """
    generator = model.generators[number]
    if parameters.is_fixed:
        units = parameters.units_maximum
        generator.output_kw = pyo.Var(model.hours, bounds=(0.0, parameters.rated_kw * units))
    else:
        bounds = (parameters.units_minimum, parameters.units_maximum)
        units = generator.units = pyo.Var(domain=pyo.NonNegativeIntegers, bounds=bounds, initialize=bounds[0])
        generator.output_kw = pyo.Var(model.hours, bounds=(0.0, None))

        @generator.Constraint(model.hours)
        def generator_rating(generator, hour):
            return generator.output_kw[hour] - parameters.rated_kw * generator.units <= 0.0

    contribution = Contribution(
        supply_kw=lambda hour: generator.output_kw[hour],
        annual_cost=lambda: (
            total(parameters.price_per_kwh, generator.output_kw) + parameters.annual_cost_per_unit * units
        ),
        operational_kgco2e=lambda: total(parameters.emissions_kgco2e_per_kwh, generator.output_kw),
        embodied_kgco2e=lambda: parameters.embodied_kgco2e_per_unit_year * units,
        firm_kw=lambda: parameters.rated_kw * units,
    )
    if parameters.is_fixed:
        return contribution
    return replace(contribution, capital_cost=lambda: parameters.capital_cost_per_unit * units)
