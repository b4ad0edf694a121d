"""Power and energy that stand ready, by hand."""

import pytest
from small_cases import generator, grid, parameters, solar, solved, storage

from asmcarbon.errors import Infeasible, InputError
from asmcarbon.optimise.parameters import AdequacyParameters


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_generators_and_the_inverter_carry_the_critical_peak_its_reserve_and_a_motor_start():
    # 2 * 1.25 + 1 = 3.5 kW, of which the generator gives 2: 1.5 kW of inverter at 100.
    ready = AdequacyParameters(critical_peak_kw=2.0, reserve=0.25, largest_motor_start_kw=1.0)
    solution = solved([1], generators=(generator(),), storage=storage(), adequacy=ready)
    assert solution.storage_kw == close(1.5)
    assert solution.annual_cost == close(0.5 + 150.0)


def test_whole_units_are_bought_to_stand_ready():
    new = generator(units_minimum=0, units_maximum=5, annual_cost_per_unit=1.0)
    assert solved([1], generators=(new,), adequacy=AdequacyParameters(5.0)).generator_units == (3,)


def test_the_grid_counts_only_where_it_is_firm():
    ready = AdequacyParameters(4.0)
    assert solved([1], grid=grid([1], is_firm=True), storage=storage(), adequacy=ready).storage_kw == close(0.0)
    assert solved([1], grid=grid([1]), storage=storage(), adequacy=ready).storage_kw == close(4.0)


def test_the_energy_carried_is_always_stored():
    # 0.4 kWh given out are 0.5 kWh of stored energy that stay, above the tenth that the battery always keeps.
    ready = AdequacyParameters(critical_peak_kw=0.0, carried_kwh=0.4)
    offered = {"solar": solar([1, 0]), "storage": storage(minimum_state=0.1), "adequacy": ready}
    solution = solved([0, 1], None, **offered)
    assert solution.storage_kwh == close((0.5 + 1.25) / 0.9)
    assert solution.stored_kwh == close([0.1 * solution.storage_kwh + 1.75, 0.1 * solution.storage_kwh + 0.5])


def test_power_that_nothing_offered_can_give_is_infeasible():
    with pytest.raises(Infeasible):
        solved([1], generators=(generator(),), adequacy=AdequacyParameters(3.0))
    with pytest.raises(Infeasible):
        solved([1], solar=solar([1]), adequacy=AdequacyParameters(3.0))
    assert solved([1], generators=(generator(),), adequacy=AdequacyParameters(2.0)).annual_cost == close(0.5)


def test_energy_that_no_battery_carries_is_refused():
    with pytest.raises(InputError, match="no battery is offered"):
        parameters([1], adequacy=AdequacyParameters(1.0, carried_kwh=1.0))


def test_a_battery_that_carries_the_critical_load_has_the_power_for_it():
    # The generator has its 2 kW ready; the inverter has 1.5 kW all the same, or the energy could not be given.
    ready = AdequacyParameters(critical_peak_kw=1.5, carried_kwh=0.4)
    found = solved([1], generators=(generator(),), storage=storage(), adequacy=ready)
    assert (found.storage_kw, found.storage_kwh) == (close(1.5), close(0.5))
