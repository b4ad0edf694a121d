"""Generators and a connection that may be bought or given up, charges on the peak, sales, and machines that wait."""

import numpy as np
import pytest
from msgspec.structs import replace
from small_cases import generator, grid, measure, parameters, shiftable, solar, solved, storage

from asmcarbon.errors import InputError


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


CANDIDATE = {"name": "new", "units_minimum": 0, "units_maximum": 3, "capital_cost_per_unit": 40.0}


def test_whole_units_of_a_generator_are_bought():
    # 3 kW need two units of 2 kW: 2 * 1.5 a year and 4 kWh at 0.5.
    new = generator(**CANDIDATE, annual_cost_per_unit=1.5, embodied_kgco2e_per_unit_year=0.25)
    solution = solved([3, 1], generators=(new,))
    assert solution.generator_units == (2,)
    assert solution.generators_kw[0] == close([3.0, 1.0])
    assert solution.annual_cost == close(5.0)
    assert solution.capital_cost == close(80.0)
    assert solution.embodied_kgco2e == close(0.5)
    assert solution.fuel_l == close((1.2,))


def test_units_stay_within_their_maximum_and_the_budget():
    new = generator(**CANDIDATE, annual_cost_per_unit=1.5)
    assert solved([9], generators=(new,)).generator_units == (3,)
    assert solved([9], generators=(new,), budget=90.0).generator_units == (2,)


def test_a_generator_is_retired_where_keeping_it_costs_more_than_it_is_worth():
    # Kept it gives 1 kWh at 0.5 for 4 a year; the grid gives it at 0.2.
    old = generator(units_minimum=0, annual_cost_per_unit=4.0)
    gone = solved([1, 1], generators=(old,), grid=grid([1, 1]))
    assert gone.generator_units == (0,)
    assert gone.annual_cost == close(0.4)
    # In an outage it serves what would cost 10 unserved.
    kept = solved([1, 1], generators=(old,), grid=grid([1, 0]))
    assert kept.generator_units == (1,)
    assert kept.annual_cost == close(4.0 + 0.2 + 0.5)


def test_a_generator_that_stays_has_its_annual_cost_and_no_decision():
    solution = solved([1], generators=(generator(annual_cost_per_unit=4.0),))
    assert solution.generator_units == (1,)
    assert solution.annual_cost == close(4.5)


def test_units_that_are_not_whole_numbers_from_least_to_most_are_refused():
    with pytest.raises(InputError, match="2 to 1 units were given"):
        generator(units_minimum=2)
    with pytest.raises(InputError, match=r"0 to 1\.5 units were given"):
        generator(units_minimum=0, units_maximum=1.5)


def test_a_connection_is_bought_where_it_saves_more_than_it_costs():
    new = {"is_connected": False, "connection_annual_cost": 0.5, "connection_capital_cost": 70.0}
    # 2 kWh at 0.2 and 0.5 against 2 kWh at 0.5.
    bought = solved([1, 1], generators=(generator(),), grid=grid([1, 1], **new))
    assert bought.is_connected
    assert bought.annual_cost == close(0.9)
    assert bought.capital_cost == close(70.0)
    dear = solved([1, 1], generators=(generator(),), grid=grid([1, 1], **new | {"connection_annual_cost": 0.7}))
    assert not dear.is_connected
    assert dear.grid_kw == close([0.0, 0.0])
    assert dear.annual_cost == close(1.0)
    poor = solved([1, 1], generators=(generator(),), grid=grid([1, 1], **new), budget=69.0)
    assert not poor.is_connected


def test_a_new_connection_gives_what_is_available():
    new = grid([1, 0, 0.5], is_connected=False)
    assert solved([3, 3, 3], grid=new).grid_kw == close([3.0, 0.0, 2.0])


def test_the_peak_of_each_month_is_paid_for():
    # Two months stand for six each: 6 * 0.01 * (3 + 1) and 5 kWh at 0.2.
    charged = grid([1, 1, 1], demand_charge_per_kw_month=0.01, month=np.array([4.0, 4.0, 7.0]))
    solution = solved([3, 1, 1], grid=charged)
    assert solution.peak_import_kw == close((3.0, 1.0))
    assert solution.annual_cost == close(0.24 + 1.0)


def test_without_months_the_peak_of_the_year_is_paid_for_twelve_times():
    # A kW of peak costs 0.48: used in two hours it saves 0.6 of the generator's, used in one 0.3.
    charged = grid([1, 1], demand_charge_per_kw_month=0.04)
    solution = solved([2, 1], grid=charged, generators=(generator(),))
    assert solution.peak_import_kw == close((1.0,))
    assert solution.annual_cost == close(0.48 + 2 * 0.2 + 0.5)


def test_surplus_of_the_sun_is_sold_where_it_is_paid_for():
    # 2 kW, the most there is room for, give 2 and 1 kWh; 1 of them each hour is used, 1 is sold at 0.1.
    # The second kW costs 0.15, saves 0.5 kWh at 0.2 and sells 1 kWh: without the sale it is not worth its money.
    panels = solar([1, 0.5], maximum_kw=2.0, annual_cost_per_kw=0.15)
    solution = solved([1, 1], solar=panels, grid=grid([1, 1], export_price_per_kwh=0.1))
    assert solution.solar_kw == close(2.0)
    assert solution.export_kw == close([1.0, 0.0])
    assert solution.annual_cost == close(2 * 0.15 - 0.1)
    assert solution.solar_curtailed_kw == close([0.0, 0.0])
    assert solution.surplus_kw == close([0.0, 0.0])
    unsold = solved([1, 1], solar=panels, grid=grid([1, 1]))
    assert unsold.solar_kw == close(1.0)
    assert unsold.export_kw == close([0.0, 0.0])


def test_sales_stay_within_their_limit_and_stop_in_an_outage():
    sold = grid([1, 0], export_price_per_kwh=0.9, export_limit_kw=0.75)
    solution = solved([0, 0], solar=solar([1, 1]), grid=sold)
    assert solution.solar_kw == close(0.0)
    sold = grid([1, 0], export_price_per_kwh=2.0, export_limit_kw=0.75)
    solution = solved([0, 0], solar=solar([1, 1]), grid=sold)
    assert solution.export_kw == close([0.75, 0.0])
    assert solution.annual_cost == close(0.75 - 1.5)


def test_neither_fuel_nor_the_grid_s_own_power_is_sold():
    sold = grid([1, 1], export_price_per_kwh=5.0)
    assert solved([0, 0], generators=(generator(),), grid=sold).export_kw == close([0.0, 0.0])
    sunless = solved([0, 0], generators=(generator(),), grid=sold, solar=solar([0, 0]))
    assert sunless.export_kw == close([0.0, 0.0])


def test_without_a_connection_nothing_is_sold():
    new = grid([1, 1], export_price_per_kwh=2.0, is_connected=False, connection_annual_cost=100.0)
    solution = solved([0, 0], grid=new, solar=solar([1, 1]))
    assert (solution.is_connected, solution.export_kw.tolist()) == (False, [0.0, 0.0])


def test_a_machine_runs_when_the_sun_shines_within_its_window():
    # It needs 2 kWh; the sun is free in the second and third hours, and the third is outside the window.
    machine = shiftable(1.5, [1, 1, 0], 2.0)
    sun = solar([0, 1, 1], annual_cost_per_kw=0.0, capital_cost_per_kw=0.0, maximum_kw=9.0)
    solution = solved([0, 0, 0], None, solar=sun, generators=(generator(),), shiftable=(machine,))
    assert solution.shiftable_kw[0] == close([0.5, 1.5, 0.0])
    assert solution.load_kw == close([0.5, 1.5, 0.0])
    assert solution.annual_cost == close(0.25)


def test_a_machine_gets_the_energy_of_each_day():
    # Two days, the second of 2 hours: 1 kWh and 2 kWh.
    machine = shiftable(1.0, [1.0] * 26, 1.0, 2.0)
    solution = solved([0.0] * 26, generators=(generator(),), shiftable=(machine,))
    (power_kw,) = solution.shiftable_kw
    assert (power_kw[:24].sum(), power_kw[24:].sum()) == close((1.0, 2.0))
    assert power_kw.max() <= 1.0 + 1e-9
    assert solution.annual_cost == close(1.5)


def test_a_window_too_short_for_its_day_is_refused():
    with pytest.raises(InputError, match=r"day 1 needs 3 kWh; expected at most .* 2"):
        shiftable(1.0, [1, 1, 0], 3.0)
    with pytest.raises(InputError, match="2 days were given"):
        shiftable(1.0, [1, 1, 0], 1.0, 1.0)
    with pytest.raises(InputError, match="3 hours were given"):
        parameters([1, 1], shiftable=(shiftable(1.0, [1, 1, 0], 1.0),))


def test_kits_are_bought_whole():
    # 1.5 kW of sun would do; of kits of 1 kW it takes two, at 2 instead of 1.5 a year.
    found = solved([1.5], None, solar=solar([1.0], kit_kw=1.0))
    assert (found.solar_kw, found.annual_cost) == (close(2.0), close(2.0))


def test_kits_of_a_battery_are_bought_whole():
    # 1 kWh given out takes 1.25 kWh of stored energy: three kits of half a kWh; 2.5 kW go in: five of 0.5 kW.
    offered = {"solar": solar([1, 0]), "storage": storage(kit_kwh=0.5, kit_kw=0.5)}
    found = solved([0, 1], None, **offered)
    assert (found.storage_kwh, found.storage_kw) == (close(1.5), close(2.5))


def test_a_battery_is_not_cycled_beyond_its_years():
    # Each cycle of a kWh gives out 0.8; half a cycle a year of the usable capacity needs 2.5 kWh where 1.25 would do.
    offered = {"solar": solar([1, 0]), "storage": storage(cycles_per_year=0.5)}
    assert solved([0, 1], None, **offered).storage_kwh == close(2.5)


def test_a_battery_is_not_charged_where_it_is_too_cold():
    # The first hour has the cheap sun, but only in the second may the battery be charged, from the grid.
    offered = {"solar": solar([1, 0, 0]), "storage": storage(may_charge=np.array([0.0, 1.0, 1.0]))}
    found = solved([0, 0, 1], None, **offered, grid=grid([0, 1, 0]))
    assert found.solar_kw == close(0.0)
    assert found.grid_kw == close([0.0, 2.5, 0.0])


def test_critical_load_never_stays_unserved():
    # Unserved costs 0.1, the generator 0.5: all but the critical kW is left.
    found = solved([3], 0.1, generators=(generator(),), critical_kw=np.array([1.0]))
    assert found.unserved_kw == close([2.0])


def test_a_machine_of_a_measure_runs_as_far_as_the_measure_is_adopted():
    # Half of the measure is worth it to meet the cap: half of the 2 kWh run, in the hour of the sun.
    mill = shiftable(2.0, [1, 1], 2.0)
    offered = {
        "solar": solar([1, 0]),
        "generators": (generator(emissions_kgco2e_per_kwh=3.0),),
        "measures": (measure(is_whole=False),),
        "other_kgco2e": 8.0,
        "emissions_cap_kgco2e": 6.0,
    }
    found = solved([0, 0], None, **offered, shiftable=(replace(mill, measure=0),))
    assert found.measures == (close(0.5),)
    assert found.shiftable_kw[0] == close([1.0, 0.0])
    assert found.solar_kw == close(1.0)


def test_a_measure_that_spares_load_lowers_what_is_served():
    spared = measure([-1.0], operational_kgco2e_change=0.0, annual_cost=0.2)
    found = solved([2], None, generators=(generator(),), measures=(spared,))
    assert (found.measures, found.annual_cost) == ((close(1.0),), close(0.5 + 0.2))
