"""Each constraint alone, on two or three hours, against a calculation by hand that is written in the test."""

import pytest
from small_cases import generator, grid, parameters, solar, solved, storage

from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.solve import solve


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_solar_is_sized_until_one_more_kw_costs_more_than_it_saves():
    # Below 4 kW the second hour is short: one more kW gives 0.5 kWh there and saves 5, for a cost of 1.
    solution = solved([1, 2], solar=solar([1, 0.5]))
    assert solution.solar_kw == close(4.0)
    assert solution.annual_cost == close(4.0)
    assert solution.capital_cost == close(400.0)
    assert solution.embodied_kgco2e == close(8.0)
    assert solution.solar_available_kw == close([4.0, 2.0])
    assert solution.solar_curtailed_kw == close([3.0, 0.0])
    assert solution.solar_used_kw == close([1.0, 2.0])


def test_solar_stays_within_its_maximum_and_the_shadow_price_says_what_room_is_worth():
    # 3 kW leave 2 - 1.5 = 0.5 kWh unserved: 3 + 5. One more kW would cost 1 and save 0.5 * 10.
    solution = solved([1, 2], solar=solar([1, 0.5], maximum_kw=3.0))
    assert solution.solar_kw == close(3.0)
    assert solution.unserved_kw == close([0.0, 0.5])
    assert solution.annual_cost == close(8.0)
    assert solution.solar_maximum_shadow_price_per_kw == close(4.0)


def test_a_maximum_that_does_not_bind_has_no_shadow_price():
    assert solved([1, 2], solar=solar([1, 0.5], maximum_kw=9.0)).solar_maximum_shadow_price_per_kw == close(0.0)
    assert solved([1, 2], solar=solar([1, 0.5])).solar_maximum_shadow_price_per_kw is None


def test_storage_loses_on_the_way_in_and_on_the_way_out():
    # 1 kWh given out takes 1 / 0.8 = 1.25 kWh of stored energy, and that takes 1.25 / 0.5 = 2.5 kWh of solar energy.
    # 2.5 kW solar + 10 * 1.25 kWh + 100 * 2.5 kW = 265; up front 100 * 2.5 + 30 * 1.25 + 20 * 2.5 = 337.5.
    solution = solved([0, 1], None, solar=solar([1, 0]), storage=storage())
    assert solution.charge_kw == close([2.5, 0.0])
    assert solution.discharge_kw == close([0.0, 1.0])
    assert solution.stored_kwh == close([1.25, 0.0])
    assert (solution.solar_kw, solution.storage_kwh, solution.storage_kw) == close((2.5, 1.25, 2.5))
    assert solution.annual_cost == close(265.0)
    assert solution.capital_cost == close(337.5)
    assert solution.embodied_kgco2e == close(2 * 2.5 + 3 * 1.25)


def test_the_minimum_state_stays_stored():
    # 1.25 kWh must be usable and half of the capacity never is: 2.5 kWh. 2.5 + 10 * 2.5 + 100 * 2.5 = 277.5.
    solution = solved([0, 1], None, solar=solar([1, 0]), storage=storage(minimum_state=0.5))
    assert solution.storage_kwh == close(2.5)
    assert solution.stored_kwh == close([2.5, 1.25])
    assert solution.annual_cost == close(277.5)


def test_the_year_closes_on_itself():
    # The sun comes in the last hour, the load in the first: only what the last hour stored can serve it.
    solution = solved([1, 0, 0], None, solar=solar([0, 0, 1]), storage=storage())
    assert solution.stored_kwh == close([0.0, 0.0, 1.25])
    assert solution.annual_cost == close(265.0)


def test_charge_and_discharge_share_the_power():
    # Made to charge at 2 kW and discharge at 0.5 kW in the same hour, the battery needs 2.5 kW.
    # The first hour stores 2 * 0.5 - 0.5 / 0.8 = 0.375 kWh; the second must give it back.
    given = parameters([0, 0], grid=grid([1, 1]), storage=storage())
    model = build_model(given)
    model.storage.charge_kw[0].fix(2.0)
    model.storage.discharge_kw[0].fix(0.5)
    solution = solve(model, given)
    assert solution.storage_kw == close(2.5)
    assert solution.storage_kwh == close(0.375)
    assert solution.discharge_kw == close([0.5, 0.375 * 0.8])


def test_storage_stays_within_its_maxima():
    # 0.5 kWh of stored energy give out 0.4 kWh; 0.5 kW of power let 0.25 kWh in, which give out 0.2 kWh.
    by_energy = solved([0, 1], 1e4, solar=solar([1, 0]), storage=storage(maximum_kwh=0.5))
    assert by_energy.unserved_kw == close([0.0, 0.6])
    by_power = solved([0, 1], 1e4, solar=solar([1, 0]), storage=storage(maximum_kw=0.5))
    assert by_power.unserved_kw == close([0.0, 0.8])


def test_a_generator_gives_no_more_than_its_rating():
    # 2 of 3 kW in the first hour: 3 kWh at 0.5 and 1 kWh unserved at 10.
    solution = solved([3, 1], generators=(generator(),))
    assert solution.generators_kw[0] == close([2.0, 1.0])
    assert solution.unserved_kw == close([1.0, 0.0])
    assert solution.annual_cost == close(11.5)
    assert solution.operational_kgco2e == close(3.0)
    assert solution.fuel_l == close((0.9,))


def test_the_cheaper_generator_runs_first():
    dear, cheap = generator(name="old"), generator(name="new", price_per_kwh=0.4)
    solution = solved([3, 1], generators=(dear, cheap))
    assert solution.generators_kw[0] == close([1.0, 0.0])
    assert solution.generators_kw[1] == close([2.0, 1.0])
    assert solution.annual_cost == close(0.5 + 3 * 0.4)


def test_the_grid_gives_what_is_available():
    # 4 kW, an outage, half of 4 kW: 5 kWh at 0.2 and 4 kWh unserved at 10.
    solution = solved([3, 3, 3], grid=grid([1, 0, 0.5]))
    assert solution.grid_kw == close([3.0, 0.0, 2.0])
    assert solution.unserved_kw == close([0.0, 3.0, 1.0])
    assert solution.annual_cost == close(41.0)
    assert solution.operational_kgco2e == close(1.25)


def test_load_is_left_unserved_where_serving_costs_more():
    # One more kW of solar panels costs 30 a year and saves 10 + 5.
    solution = solved([1, 2], solar=solar([1, 0.5], annual_cost_per_kw=30.0))
    assert solution.solar_kw == close(0.0)
    assert solution.unserved_kw == close([1.0, 2.0])


def test_without_a_price_no_load_is_left_unserved():
    solution = solved([1, 2], None, solar=solar([1, 0.5], annual_cost_per_kw=30.0))
    assert solution.solar_kw == close(4.0)
    assert solution.unserved_kw == close([0.0, 0.0])


def test_the_budget_binds_and_its_shadow_price_says_what_more_would_save():
    # 200 buy 2 kW, which leave 1 kWh unserved: 2 + 10. One more unit of money buys 0.01 kW: 0.01 * (0.5 * 10 - 1).
    solution = solved([1, 2], solar=solar([1, 0.5]), budget=200.0)
    assert solution.capital_cost == close(200.0)
    assert solution.annual_cost == close(12.0)
    assert solution.budget_shadow_price == close(0.04)


def test_the_emissions_cap_binds_and_its_shadow_price_says_what_a_looser_one_would_save():
    # 1.5 kgCO2e are 1.5 kWh: 1.5 * 0.5 + 0.5 * 10. One more kgCO2e serves a kWh at 0.5 that went unserved at 10.
    solution = solved([1, 1], generators=(generator(),), emissions_cap_kgco2e=1.5)
    assert solution.operational_kgco2e == close(1.5)
    assert solution.annual_cost == close(5.75)
    assert solution.emissions_cap_shadow_price_per_kgco2e == close(9.5)


def test_the_emissions_cap_counts_each_kwh_at_its_emissions():
    # At 0.8 kgCO2e for each kWh a cap of 1.2 lets 1.5 kWh through.
    clean = generator(emissions_kgco2e_per_kwh=0.8)
    solution = solved([1, 1], generators=(clean,), emissions_cap_kgco2e=1.2)
    assert solution.generators_kw[0].sum() == close(1.5)
    assert solution.operational_kgco2e == close(1.2)


def test_the_emissions_cap_counts_every_generator_and_the_grid():
    # The grid's 2 kWh are 0.5 kgCO2e, so that 0.5 kWh of the generator's 1 fit under a cap of 1.
    solution = solved([2, 1], generators=(generator(),), grid=grid([1, 0]), emissions_cap_kgco2e=1.0)
    assert solution.grid_kw == close([2.0, 0.0])
    assert solution.generators_kw[0].sum() == close(0.5)


def test_limits_that_do_not_bind_have_no_shadow_price():
    loose = solved([1], solar=solar([1]), generators=(generator(),), budget=1e6, emissions_cap_kgco2e=1e6)
    assert (loose.budget_shadow_price, loose.emissions_cap_shadow_price_per_kgco2e) == close((0.0, 0.0))
    none = solved([1], generators=(generator(),))
    assert (none.budget_shadow_price, none.emissions_cap_shadow_price_per_kgco2e) == (None, None)


def test_limits_on_nothing_have_no_shadow_price():
    nothing_to_buy = solved([1], generators=(generator(),), budget=1.0)
    nothing_that_emits = solved([1], solar=solar([1]), emissions_cap_kgco2e=0.0)
    assert nothing_to_buy.budget_shadow_price == 0.0
    assert nothing_that_emits.emissions_cap_shadow_price_per_kgco2e == 0.0


def test_what_is_not_offered_is_zero():
    solution = solved([1, 1], generators=(generator(),))
    assert (solution.solar_kw, solution.storage_kw, solution.storage_kwh) == (0.0, 0.0, 0.0)
    for series in (
        solution.solar_available_kw,
        solution.charge_kw,
        solution.discharge_kw,
        solution.stored_kwh,
        solution.grid_kw,
    ):
        assert series.tolist() == [0.0, 0.0]


def test_load_that_nothing_serves_costs_its_price():
    assert solved([1, 2]).annual_cost == close(30.0)
