"""A battery: energy and power sized apart, losses on the way in and on the way out, a year that closes on itself."""

import numpy as np
import pyomo.environ as pyo

from asmcarbon.optimise.parameters import StorageParameters
from asmcarbon.optimise.periods import Contribution, hourly, size_in_kits


def add_storage(model: pyo.ConcreteModel, parameters: StorageParameters, *, carried_kwh: float = 0.0) -> Contribution:
    """Add a battery as the block `storage`.

        supply_kw[t]    = discharge_kw[t] - charge_kw[t]
        annual_cost     = energy_annual_cost_per_kwh * size_kwh + power_annual_cost_per_kw * size_kw
        capital_cost    = energy_capital_cost_per_kwh * size_kwh + power_capital_cost_per_kw * size_kw
        embodied_kgco2e = embodied_kgco2e_per_kwh_year * size_kwh
        firm_kw         = size_kw + standing_kw

        0 <= size_kwh <= maximum_kwh,   0 <= size_kw <= maximum_kw
        0 <= charge_kw[t], which is 0 where it may not be charged;   0 <= discharge_kw[t]
        spare_kwh[t] >= carried_kwh / discharge_efficiency

        usable_kwh = (1 - minimum_state) * (size_kwh + standing_kwh)

        balance_storage  spare_kwh[t] = spare_kwh[t-1] + charge_efficiency * charge_kw[t]
                                        - discharge_kw[t] / discharge_efficiency
        storage_maximum  spare_kwh[t] <= usable_kwh
        storage_power    charge_kw[t] + discharge_kw[t] <= size_kw + standing_kw
        storage_cycles   Σ_t discharge_kw[t] / discharge_efficiency <= cycles_per_year * usable_kwh
        carried_energy   carried_kwh / discharge_efficiency <= usable_kwh

        size_kwh_is_whole_kits  size_kwh = kit_kwh * size_kwh_kits, a whole number of kits, where it is sold in kits
        size_kw_is_whole_kits   size_kw = kit_kw * size_kw_kits, in the same way

    The hour before the first is the last. `spare_kwh` is the energy stored above the minimum that always stays: stored
    energy is minimum_state * (size_kwh + standing_kwh) + spare_kwh[t]. Counting from the minimum turns 8,760 rows into
    a bound at zero, and HiGHS needs a third less time.

    carried_kwh  energy that the battery could give out from any hour on without being charged. [energy]
    """
    storage = model.storage = pyo.Block()
    storage.standing_kw = parameters.standing_kw
    size_in_kits(storage, "size_kwh", parameters.maximum_kwh, parameters.kit_kwh)
    size_in_kits(storage, "size_kw", parameters.maximum_kw, parameters.kit_kw)
    may_charge = np.ones(len(model.hours)) if parameters.may_charge is None else parameters.may_charge
    most_kw = [None if may else 0.0 for may in may_charge.tolist()]
    storage.charge_kw = pyo.Var(model.hours, bounds=lambda _, hour: (0.0, most_kw[hour]))
    storage.discharge_kw = pyo.Var(model.hours, bounds=(0.0, None))
    storage.spare_kwh = pyo.Var(model.hours, bounds=(carried_kwh / parameters.discharge_efficiency, None))
    storage.hour_before = hourly(model.hours, np.roll(model.hours.ordered_data(), 1))
    drawn_per_kwh = 1.0 / parameters.discharge_efficiency
    usable_share = 1.0 - parameters.minimum_state

    @storage.Constraint(model.hours)
    def balance_storage(storage, hour):
        change_kwh = parameters.charge_efficiency * storage.charge_kw[hour] - drawn_per_kwh * storage.discharge_kw[hour]
        return storage.spare_kwh[hour] - storage.spare_kwh[storage.hour_before[hour]] - change_kwh == 0.0

    @storage.Constraint(model.hours)
    def storage_maximum(storage, hour):
        return storage.spare_kwh[hour] - usable_share * storage.size_kwh <= usable_share * parameters.standing_kwh

    @storage.Constraint(model.hours)
    def storage_power(storage, hour):
        return storage.charge_kw[hour] + storage.discharge_kw[hour] - storage.size_kw <= parameters.standing_kw

    if carried_kwh > 0.0:
        least_kwh = drawn_per_kwh * carried_kwh - usable_share * parameters.standing_kwh
        storage.carried_energy = pyo.Constraint(expr=usable_share * storage.size_kwh >= least_kwh)
    if parameters.cycles_per_year is not None and len(model.hours):
        most_kwh = parameters.cycles_per_year * usable_share
        drawn_kwh = pyo.quicksum(drawn_per_kwh * one for one in storage.discharge_kw.values())
        storage.storage_cycles = pyo.Constraint(
            expr=drawn_kwh - most_kwh * storage.size_kwh <= most_kwh * parameters.standing_kwh
        )

    return Contribution(
        supply_kw=lambda hour: storage.discharge_kw[hour] - storage.charge_kw[hour],
        annual_cost=lambda: (
            parameters.energy_annual_cost_per_kwh * storage.size_kwh
            + parameters.power_annual_cost_per_kw * storage.size_kw
        ),
        capital_cost=lambda: (
            parameters.energy_capital_cost_per_kwh * storage.size_kwh
            + parameters.power_capital_cost_per_kw * storage.size_kw
        ),
        embodied_kgco2e=lambda: parameters.embodied_kgco2e_per_kwh_year * storage.size_kwh,
        firm_kw=lambda: storage.size_kw + parameters.standing_kw,
    )
