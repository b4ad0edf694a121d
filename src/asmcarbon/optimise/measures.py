"""A measure: a pump made electric, a retort, an efficient motor; adopted or not, or as much of it as pays."""

import pyomo.environ as pyo

from asmcarbon.optimise.parameters import MeasureParameters
from asmcarbon.optimise.periods import Contribution, hourly


def add_measure(model: pyo.ConcreteModel, number: int, parameters: MeasureParameters) -> Contribution:
    """Add a measure as the block `measures[number]`.

        supply_kw[t]       = -extra_load_kw[t] * adopted
        annual_cost        = annual_cost * adopted
        capital_cost       = capital_cost * adopted
        operational_kgco2e = operational_kgco2e_change * adopted
        embodied_kgco2e    = embodied_kgco2e_year * adopted
        person_days        = person_days * adopted
        yearly_person_days = yearly_person_days * adopted

        0 <= adopted <= maximum, a whole number if `is_whole`

    What it adds to the load must be served: only the load of the site as it is may stay unserved.
    """
    measure = model.measures[number]
    domain = pyo.NonNegativeIntegers if parameters.is_whole else pyo.NonNegativeReals
    measure.adopted = pyo.Var(domain=domain, bounds=(0.0, parameters.maximum), initialize=0.0)
    if parameters.extra_load_kw is not None:
        measure.supply_kw = hourly(model.hours, -parameters.extra_load_kw)
    return Contribution(
        supply_kw=None if parameters.extra_load_kw is None else lambda hour: measure.supply_kw[hour] * measure.adopted,
        annual_cost=lambda: parameters.annual_cost * measure.adopted,
        capital_cost=lambda: parameters.capital_cost * measure.adopted,
        operational_kgco2e=lambda: parameters.operational_kgco2e_change * measure.adopted,
        embodied_kgco2e=lambda: parameters.embodied_kgco2e_year * measure.adopted,
        person_days=lambda: parameters.person_days * measure.adopted,
        yearly_person_days=lambda: parameters.yearly_person_days * measure.adopted,
    )
