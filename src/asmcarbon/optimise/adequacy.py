"""Adequacy: power that stands ready, because a plan that foresees every hour keeps no reserve of its own."""

import pyomo.environ as pyo

from asmcarbon.optimise.parameters import AdequacyParameters


def add_adequacy(model: pyo.ConcreteModel, parameters: AdequacyParameters) -> None:
    """Add the block `adequacy`.

        firm_capacity  Σ firm_kw + nothing_kw >= critical_peak_kw * (1 + reserve) + largest_motor_start_kw
        carried_power  storage size_kw + standing_kw >= critical_peak_kw, where it has to carry the critical load

    The sum runs over generators, the battery's inverter, and the grid where it is firm. It is a limit on sizes and
    leaves the dispatch's structure as it is; so does the floor of stored energy, which is a bound (see `add_storage`).
    """
    adequacy = model.adequacy = pyo.Block()
    # What stands ready whatever is decided is a variable with two equal bounds: a sum without a variable is no row.
    adequacy.nothing_kw = pyo.Var(bounds=(0.0, 0.0), initialize=0.0)

    @adequacy.Constraint()
    def firm_capacity(adequacy):
        firm_kw = sum([contribution.firm_kw() for contribution in model.contributions])
        return firm_kw + adequacy.nothing_kw >= parameters.required_kw

    if parameters.carried_kwh > 0.0:
        least_kw = parameters.critical_peak_kw - model.storage.standing_kw
        adequacy.carried_power = pyo.Constraint(expr=model.storage.size_kw >= least_kw)
