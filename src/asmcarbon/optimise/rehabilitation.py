"""Rehabilitation: hectares of each method on each class of disturbed land."""

from typing import Any

import pyomo.environ as pyo

from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.periods import Contribution


def add_rehabilitation(model: pyo.ConcreteModel, parameters: Parameters) -> Contribution:
    """Add every method of rehabilitation as the block `rehabilitation`, m being a method on one class of land.

        annual_cost        = Σ_m annual_cost_per_ha * area_ha[m]
        capital_cost       = Σ_m capital_cost_per_ha * area_ha[m]
        person_days        = Σ_m person_days_per_ha * area_ha[m]
        yearly_person_days = Σ_m yearly_person_days_per_ha * area_ha[m]

        minimum_ha <= area_ha[m] <= maximum_ha

        land_available             Σ_m on a class area_ha[m] <= available_ha, for each class
        rehabilitation_obligation  Σ_m area_ha[m] >= rehabilitation_obligation_ha
        hectares_target            Σ_m area_ha[m] >= rehabilitation_target_ha
        removals_target            Σ_m removals_kgco2e_per_ha_year * area_ha[m] >= removals_target_kgco2e_year

    Removals are no part of the operational emissions: they never make room under the emissions cap.
    """
    methods = parameters.rehabilitation
    block = model.rehabilitation = pyo.Block()
    block.methods = pyo.RangeSet(0, len(methods) - 1)
    block.area_ha = pyo.Var(
        block.methods,
        bounds=lambda _, m: (methods[m].minimum_ha, methods[m].maximum_ha),
        initialize=lambda _, m: methods[m].minimum_ha,
    )

    def summed(name: str) -> Any:
        return sum([getattr(method, name) * block.area_ha[m] for m, method in enumerate(methods)])

    # Each sum is over some of the methods, so that the rule is no template that holds for every class of land.
    block.land_available = pyo.ConstraintList()
    for land in parameters.land:
        on_it = [block.area_ha[m] for m, method in enumerate(methods) if method.land == land.name]
        if on_it:
            block.land_available.add(sum(on_it) <= land.available_ha)

    hectares = sum(block.area_ha[m] for m in range(len(methods)))
    if parameters.rehabilitation_obligation_ha is not None:
        block.rehabilitation_obligation = pyo.Constraint(expr=hectares >= parameters.rehabilitation_obligation_ha)
    if parameters.rehabilitation_target_ha is not None:
        block.hectares_target = pyo.Constraint(expr=hectares >= parameters.rehabilitation_target_ha)
    if parameters.removals_target_kgco2e_year is not None:
        removals_kgco2e = summed("removals_kgco2e_per_ha_year")
        block.removals_target = pyo.Constraint(expr=removals_kgco2e >= parameters.removals_target_kgco2e_year)
    return Contribution(
        annual_cost=lambda: summed("annual_cost_per_ha"),
        capital_cost=lambda: summed("capital_cost_per_ha"),
        person_days=lambda: summed("person_days_per_ha"),
        yearly_person_days=lambda: summed("yearly_person_days_per_ha"),
    )
