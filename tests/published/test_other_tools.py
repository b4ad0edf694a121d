"""Worked examples and tests of other tools: their published input, given to our code, gives their published result.

Read at: PyPSA v1.3.0 (0209b0e), oemof-solph 0.6.5a2 (5131b06), oemof-tools (45e85e4), Calliope (bdda2db), REopt.jl
(029db01), numpy-financial (f47e8af), and the manuals of HOMER and of a maker. The locator stands in each test, with
what is translated.
"""

import json

import numpy as np
import pytest

from asmcarbon.errors import Infeasible
from asmcarbon.finance.discounting import (
    annuity,
    discounted_payback,
    net_present_value,
    present_value_factor,
    residual_value,
)
from asmcarbon.optimise.commitment import Commitment, Unit, commit
from asmcarbon.optimise.derating import power_left
from asmcarbon.optimise.dispatch import Source
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.on_off import unit_of
from asmcarbon.optimise.parameters import (
    AdequacyParameters,
    GeneratorParameters,
    GridParameters,
    Parameters,
    SolarParameters,
    StorageParameters,
)
from asmcarbon.optimise.solve import Solution, solve
from asmcarbon.site.read import site_from

DERATED = (0.97, 0.94, 0.91, 0.88, 0.85, 0.82)


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def series(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=float)


def solar(profile_kw: np.ndarray) -> SolarParameters:
    """Return a free source that may give its profile: panels of at most 1 kW."""
    return SolarParameters(profile_kw, 0.0, 0.0, 0.0, maximum_kw=1.0)


def lossless(**given: float) -> StorageParameters:
    """Return a store without losses, free where no cost is given."""
    costs = dict.fromkeys(("energy_annual_cost_per_kwh", "power_annual_cost_per_kw"), 0.0)
    capital = dict.fromkeys(("energy_capital_cost_per_kwh", "power_capital_cost_per_kw"), 0.0)
    rest = {"charge_efficiency": 1.0, "discharge_efficiency": 1.0, "minimum_state": 0.0}
    return StorageParameters(**costs | capital | rest | {"embodied_kgco2e_per_kwh_year": 0.0} | given)


def generator(name: str, rated_kw: float, price: float, **given: float) -> GeneratorParameters:
    """Return a generator that emits nothing where no emissions are given."""
    return GeneratorParameters(
        name, rated_kw, price, **{"emissions_kgco2e_per_kwh": 0.0, "fuel_l_per_kwh": 0.0} | given
    )


def solved(load_kw: np.ndarray, unserved_price: float | None = None, **offered) -> Solution:
    given = Parameters(load_kw, unserved_price, **offered)
    return solve(build_model(given), given)


def committed(load_kw: np.ndarray, *units: Unit, other_price: float | None = None) -> Commitment:
    """Dispatch on/off; at other_price something else can serve the whole load, and nothing else where it is None."""
    others = () if other_price is None else (Source(other_price, load_kw),)
    return commit(load_kw, np.zeros(len(load_kw)), units, others)


# PyPSA: energy systems


def test_pypsa_three_hours_of_storage_cost_2_6():
    """PyPSA test/test_lopf_storage.py:32-54: a store with 1 at the start, a generator in the first of three hours: 2.6.

    1 a kWh of the generator, 0.2 for each kWh stored at the end of an hour, load 1, up to 3 from the generator, up to
    10 stored. Translated: an hour in front, free, fills the store with its 1 kWh, as our year closes on itself; the
    generator is a grid that fails after its hour; as we have no price of keeping energy, it is added to the stored
    energy, whose path is the only one that costs least.
    """
    available = series(0, 1, 0, 0)
    first = SolarParameters(series(1, 0, 0, 0), 0.0, 0.0, 0.0, maximum_kw=1.0)
    offered = {"grid": GridParameters(3.0, available, 1.0, 0.0), "storage": lossless(maximum_kwh=10.0)}
    given = Parameters(series(0, 1, 1, 1), None, solar=first, **offered)
    model = build_model(given)
    model.storage.spare_kwh[0].fix(1.0)
    solution = solve(model, given)
    assert solution.annual_cost + 0.2 * solution.stored_kwh[1:].sum() == close(2.6)
    assert solution.grid_kw == close([0, 2, 0, 0])


@pytest.mark.parametrize(("emissions", "cap", "cost"), [(0.2, 0.8, 10 * 4 + 1 * 4), (1.0, 6.0, 10 * 2 + 1 * 6)])
def test_pypsa_a_cap_on_emissions_leaves_the_cheap_source_its_share(emissions, cap, cost):
    """PyPSA test/test_lopf_multiinvest.py:677-727 (and :782-833, the same as a storage unit): 44 under 0.8, 26 under 6.

    A stock of gas of 10 at 1 a kWh and 0.2 t, a clean generator of 2 kW at 10 a kWh, load 1. Translated: two periods of
    two hours, each of weight 2, are eight hours; the stock is a generator, as it is not refilled; the limit on kWh is a
    cap at 1 kgCO2e a kWh.
    """
    sources = (generator("gas", 10.0, 1.0, emissions_kgco2e_per_kwh=emissions), generator("clean", 2.0, 10.0))
    solution = solved(np.ones(8), generators=sources, emissions_cap_kgco2e=cap)
    assert solution.annual_cost == close(cost)


def test_pypsa_modules_of_a_generator_and_a_store_are_5000_and_1000():
    """PyPSA test/test_lopf_modularity.py:11-52: generator 5000 in modules of 1000, store 1000 in modules of 100.

    Generator 10 a kWh, at most 5000; store 100 a kWh, at most 2000; load 4000, 5000, 6000, 800.
    """
    gas = generator("gas", 1000.0, 10.0, units_minimum=0, units_maximum=5)
    store = lossless(energy_annual_cost_per_kwh=100.0, maximum_kwh=2000.0, kit_kwh=100.0)
    solution = solved(series(4000, 5000, 6000, 800), generators=(gas,), storage=store)
    assert solution.generator_units == (5,)
    assert solution.storage_kwh == close(1000.0)


# PyPSA: units that are on or off. Its coal has 10000 kW at 20 a kWh, its gas 1000 kW at 70.

COAL_AND_GAS_KW = series(4000, 6000, 5000, 800)


def coal(**given: float) -> Unit:
    return Unit(10000.0, 0.3, given.pop("cost_per_hour", 0.0), 20.0, **given)


def gas(**given: float) -> Unit:
    return Unit(1000.0, 0.1, given.pop("cost_per_hour", 0.0), 70.0, **given)


def test_pypsa_coal_stands_still_below_its_minimum():
    """PyPSA test/test_lopf_unit_commitment.py:13-56: status and dispatch of coal (minimum 0.3) and gas (0.1)."""
    plan = committed(COAL_AND_GAS_KW, coal(), gas())
    assert plan.on.astype(int).tolist() == [[1, 1, 1, 0], [0, 0, 0, 1]]
    assert plan.units_kw.tolist() == [close([4000, 6000, 5000, 0]), close([0, 0, 0, 800])]
    assert plan.bound == close(plan.cost)


def test_pypsa_two_shut_downs_make_it_358000():
    """PyPSA test/test_lopf_unit_commitment.py:290-323: as above, 1000 for each shut-down: 358000.

    Translated: in a year that closes on itself each stop has its start, so what a stop costs is paid at the start; load
    that is not served costs 1000 a kWh, and none is.
    """
    plan = committed(COAL_AND_GAS_KW, coal(start_cost=1000.0), gas(start_cost=1000.0), other_price=1000.0)
    assert plan.cost == close(358000.0)


def test_pypsa_standing_by_costs_10_in_its_hour():
    """PyPSA test/test_stand_by_cost.py:11-63: as above, 10 for each hour of gas: 80000, 120000, 100000, 56010."""
    plan = committed(COAL_AND_GAS_KW, coal(), gas(cost_per_hour=10.0))
    assert plan.cost == close(80000 + 120000 + 100000 + 56010)
    assert plan.units_kw.T @ [20.0, 70.0] + plan.on[1] * 10.0 == close([80000, 120000, 100000, 56010])


def test_pypsa_a_start_and_an_hour_on_make_it_506():
    """PyPSA test/test_riskaversion.py:329-353: 200 kW, minimum 0.1, 10 a kWh, 1 an hour, 5 a start; 0 and 50: 506.

    Translated: load that is not served costs 1000 a kWh, and none is.
    """
    plan = committed(series(0, 50), Unit(200.0, 0.1, 1.0, 10.0, start_cost=5.0), other_price=1000.0)
    assert plan.cost == close(506.0)
    assert plan.on.tolist() == [[False, True]]


# oemof-solph


def test_oemof_the_storage_of_five_hours_is_10_kw_and_20_kwh():
    """oemof-solph tests/test_eval_economy.py:109-147: investment of 100 in power and 2000 in energy.

    A fixed source of 20, 20, 10, 0, 0, a demand of 10; 10 a kW, 100 a kWh, balanced. It is the stated result of a
    function whose name keeps pytest from running it there.
    """
    store = lossless(energy_annual_cost_per_kwh=100.0, power_annual_cost_per_kw=10.0)
    solution = solved(np.full(5, 10.0), solar=solar(series(20, 20, 10, 0, 0)), storage=store)
    assert 10.0 * solution.storage_kw == close(100.0)
    assert 100.0 * solution.storage_kwh == close(2000.0)


def test_oemof_the_cheap_of_two_heat_pumps_is_built_at_51_1():
    """oemof-solph tests/test_scripts/test_solph/test_non_convex_investment_offset/ (its only file, lines 24-103): 51.1.

    100 and an offset of 2000, or 50 and an offset of 0.1; 1 a kWh, load 1 in one hour. Translated: a size up to 1 with
    an offset is a whole unit of 1, as the load needs all of it; the free electricity of both is left out.
    """
    offered = {"units_minimum": 0, "units_maximum": 1}
    expensive = generator("expensive", 1.0, 1.0, annual_cost_per_unit=100.0 + 2000.0, **offered)
    cheap = generator("cheap", 1.0, 1.0, annual_cost_per_unit=50.0 + 0.1, **offered)
    solution = solved(series(1), generators=(expensive, cheap))
    assert solution.annual_cost == close(51.1)
    assert solution.generator_units == (0, 1)


def test_oemof_the_boiler_gives_way_below_its_minimum_load():
    """oemof-solph tests/test_scripts/test_solph/test_status_variable/test_status.py:23-84: boiler 1, 0; pump 0, 1.

    Boiler 5 at 0.15, minimum 0.5; heat pump of at most 1 at 0.1, minimum 0.5; heater at 0.3; 5 times 0.5 and 0.3.
    Translated: the pump, 0.1 a year for each kW, has its largest size.
    """
    plan = committed(series(2.5, 1.5), Unit(5.0, 0.5, 0.0, 0.15), Unit(1.0, 0.5, 0.0, 0.1), other_price=0.3)
    assert plan.on.astype(int).tolist() == [[1, 0], [0, 1]]


def test_oemof_a_unit_runs_once_its_income_pays_for_the_hour():
    """oemof-solph tests/test_flows/test_non_convex_flow.py:65-76: 0, 0, 0, 3, 4, 5, 6, 7, 8.

    Up to 10, minimum 0.1, at most 1, 1, 2, 3, 4 ... in each hour, an income of 0.45 a kWh, 1 for each hour on.
    Translated: the income is a load that costs 0.45 a kWh where it is not served. The tenth hour, which alone costs 10,
    is left out, as an hour on costs us the same in every hour.
    """
    plan = committed(series(1, 1, 2, 3, 4, 5, 6, 7, 8), Unit(10.0, 0.1, 1.0, 0.0), other_price=0.45)
    assert plan.units_kw[0] == close([0, 0, 0, 3, 4, 5, 6, 7, 8])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((0,), (), (0, 0, 0, 10, 1, 1, 1, 10, 0, 0)),
        ((10,), (0, 0, 0, 0), (1, 1, 1, 10, 1, 1, 1, 10, 0, 0)),
        ((10,), (), (1, 1, 1, 10, 1, 1, 1, 10, 1, 1)),
    ],
    ids=["start-off", "start-on", "shut-down-start-on"],
)
def test_oemof_a_unit_idles_through_hours_that_cost_less_than_a_start(before, after, expected):
    """oemof-solph tests/test_flows/test_non_convex_flow.py:92-134: 5 a start (or stop), 1 a kWh, -4 in two hours.

    Up to 10, minimum 0.1. Translated: -4 is a load of 10 that costs 1 + 4 a kWh where it is not served; the state
    before the first hour is an hour in front, without a load or with one; as our year closes on itself, four idle hours
    follow where the unit may end off, and what a stop costs is paid at the start.
    """
    load_kw = series(*before, 0, 0, 0, 10, 0, 0, 0, 10, 0, 0, *after)
    plan = committed(load_kw, Unit(10.0, 0.1, 0.0, 1.0, start_cost=5.0), other_price=5.0)
    assert plan.units_kw[0][1:11] == close(expected)


# REopt.jl: a generator and nothing else, test/scenarios/off_grid.json and test/runtests.jl:2241-2264


def test_reopt_99_of_100_kwh_take_7_52_gallons_and_22_57_dollars():
    """REopt.jl test/runtests.jl:2254-2256: 99.0 kWh, 7.52 gal, 22.57 USD in the first year.

    100 kW of 32.32898 % (off_grid.json) on fuel of 40.7 kWh a gallon (src/core/generator.jl, default), 3 USD a gallon,
    100 kWh of load of which 99 % must be met. Translated: the load is flat, as only its sum counts; litres are gallons.
    """
    gallons_per_kwh = 1.0 / (0.3232898 * 40.7)
    engine = generator("generator", 100.0, 3.0 * gallons_per_kwh, fuel_l_per_kwh=gallons_per_kwh)
    solution = solved(np.full(100, 1.0), 0.0, generators=(engine,), unserved_maximum_kwh=1.0)
    assert solution.generators_kw[0].sum() == close(99.0)
    assert solution.fuel_l[0] == pytest.approx(7.52, abs=0.005)
    assert solution.annual_cost == pytest.approx(22.57, abs=0.005)


def test_reopt_twenty_years_of_its_fuel_are_worth_205_35():
    """REopt.jl test/runtests.jl:2257: 205.35 after tax, of 22.57 USD in the first year (to its digits).

    20 years, fuel dearer by 2.7 % and discounted by 8 % a year, tax 26 % (off_grid.json). Translated: growth from the
    first year on is a real discount rate of 1.08 / 1.027 - 1.
    """
    assert 22.57 * (1 - 0.26) * present_value_factor(1.08 / 1.027 - 1, 20) == pytest.approx(205.35, abs=0.05)


def test_reopt_a_replacement_in_year_ten_is_worth_324_235442_a_kw():
    """REopt.jl test/runtests.jl:2261-2264: 700 USD a kW in year 10 at 8 % (off_grid.json): 324.235442."""
    assert net_present_value(0.08, [0.0] * 10 + [700.0]) == pytest.approx(324.235442, abs=5e-7)


def test_reopt_a_flat_year_on_a_blended_tariff_costs_1000_and_136_99():
    """REopt.jl test/runtests.jl:224-228 with test/scenarios/no_techs.json: 1000.0 for energy, 136.99 for demand.

    10,000 kWh of flat load, 0.1 USD a kWh, 10 USD for the peak kW of each month.
    """
    lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    month = np.repeat(np.arange(12.0), np.array(lengths) * 24)
    grid = GridParameters(10.0, np.ones(8760), 0.1, 0.0, demand_charge_per_kw_month=10.0, month=month)
    solution = solved(np.full(8760, 10000 / 8760), grid=grid)
    assert 0.1 * solution.grid_kw.sum() == pytest.approx(1000.0)
    assert 10.0 * sum(solution.peak_import_kw) == pytest.approx(136.99, abs=0.005)
    assert solution.annual_cost == pytest.approx(1000.0 + 136.99, abs=0.005)


def test_reopt_100_kw_serve_100_kw_but_not_with_a_tenth_in_reserve():
    """REopt.jl test/runtests.jl:2266-2282: infeasible, as the reserve is not met.

    One generator of 100 kW, 876,000 kWh of flat load (100 kW), all of it to be met, operating reserve 10 % of the load
    (off_grid.json). Translated: the reserve is what must stand ready above the highest critical load.
    """
    engine = (generator("generator", 100.0, 1.0),)
    load_kw = np.full(24, 876000 / 8760)
    assert solved(load_kw, generators=engine, adequacy=AdequacyParameters(100.0)).unserved_kw.sum() == 0.0
    with pytest.raises(Infeasible, match="110 kW standing ready"):
        solved(load_kw, generators=engine, adequacy=AdequacyParameters(100.0, reserve=0.1))


def test_reopt_3000_written_off_in_a_straight_line_cost_2617_092():
    """REopt.jl test/runtests.jl:2230: 2617.092 within 0.01.

    3000 USD up front, written off over 20 years against a tax of 26 %, discounted by 8 % a year (off_grid.json).
    """
    assert 3000 - 0.26 * 3000 / 20 * present_value_factor(0.08, 20) == pytest.approx(2617.092, abs=0.01)


# HOMER


def test_homer_50_kw_burn_8_48_l_at_half_load_and_15_3_at_full():
    """HOMER Pro 3.12 manual, generator_fuel_curve_intercept_coefficient.html: 8.48 L/h at 25 kW, 15.3 L/h at 50 kW.

    Slope 0.273 L/h/kW, intercept 0.033 L/h/kW, which the manual rounds from 0.0331; nothing in an hour it stands still.
    """
    curve = {"slope": "0.273 L/kWh", "intercept": "0.033 L/kWh"}
    energy = {"diesel": {"price": "1 USD/L"}, "generators": [{"rated_power": "50 kW", "fuel_curve": curve}]}
    site = site_from(json.dumps({"name": "homer", "country": "PER", "year": 2024, "energy": energy}), "homer")
    unit = unit_of(site, site.energy.generators[0], 1.0)
    at_half, at_full, still = (committed(series(load_kw), unit, other_price=9.0).fuel_l[0] for load_kw in (25, 50, 0))
    assert at_half == pytest.approx(8.48, abs=0.01)
    assert at_full == pytest.approx(15.3, abs=0.01)
    assert still == 0.0
    assert site.energy.generators[0].full_load_l_per_kwh * 50 == pytest.approx(15.3, abs=0.01)


def test_homer_the_capital_recovery_factor_of_5_years_at_7_percent_is_0_2439():
    """HOMER Grid 1.4 manual, capital_recovery_factor.html: 0.2439; five payments of 243.90 are worth 1000 today."""
    assert annuity(0.07, 5) == pytest.approx(0.2439, abs=5e-5)
    assert 243.90 * present_value_factor(0.07, 5) == pytest.approx(1000.0, abs=0.05)


def test_homer_the_sinking_fund_factor_of_5_years_at_7_percent_is_0_1739():
    """HOMER Grid 1.9 manual, sinking_fund_factor.html: 0.1739; it is the annuity less the interest."""
    assert annuity(0.07, 5) - 0.07 == pytest.approx(0.1739, abs=5e-5)


def test_homer_1000_in_twelve_years_at_6_percent_are_497_today():
    """HOMER Pro 3.14 manual, present_value.html: 497."""
    assert net_present_value(0.06, [0.0] * 12 + [1000.0]) == pytest.approx(497.0, abs=0.5)


def test_homer_a_turbine_of_25_years_is_worth_2000_after_20():
    """HOMER knowledge base, capital-cost-rebates-and-salvage-value: 10,000 falls in a straight line to 2,000.

    Translated: a straight line is our residual value without a discount rate.
    """
    assert 10000.0 * residual_value(0.0, 25, 20) == close(2000.0)


def test_homer_a_wind_turbine_costs_241938_or_18926_a_year():
    """HOMER Grid manual, annualized_cost.html: 241,938 over 25 years at 6 %, factor 0.0782, 18,926 a year.

    165,000, again 95,000 after 20 years, 5,000 a year, straight-line salvage at the end. Within 1 dollar:
    added without rounding, these flows are worth 241,937.08.
    """
    flows = [165000.0] + [5000.0] * 25
    flows[20] += 95000.0
    flows[25] -= 95000.0 * residual_value(0.0, 20, 5)
    cost = net_present_value(0.06, flows)
    assert cost == pytest.approx(241938.0, abs=1.0)
    assert annuity(0.06, 25) == pytest.approx(0.0782, abs=5e-5)
    assert cost * annuity(0.06, 25) == pytest.approx(18926.0, abs=0.5)


def test_homer_a_generator_that_lasts_3_52_years_costs_725240():
    """HOMER Grid 1.1 manual, net_present_cost.html: 725,240 over 25 years at 6 %.

    96,000, again 48,000 every 3.52 years, 2,471 + 34,969 a year, straight-line salvage. Translated: 1 at the time t is
    worth 1 - r P(r, t), also between years; the life is published to three digits, hence 0.002 %.
    """
    ages = [3.52 * number for number in range(1, 8)]
    replaced = sum(1 - 0.06 * present_value_factor(0.06, age) for age in ages)
    left = residual_value(0.0, 3.52, 25 - ages[-1])
    years = present_value_factor(0.06, 25)
    cost = 96000 + 48000 * replaced + (2471 + 34969) * years - 48000 * left * (1 - 0.06 * years)
    assert cost == pytest.approx(725240.0, rel=2e-5)


# A maker of generators


@pytest.mark.parametrize(
    ("height_m", "heat_c", "share"),
    [
        *((height_m, 20.0, share) for height_m, share in zip(range(1500, 4001, 500), DERATED, strict=True)),
        *((0.0, heat_c, share) for heat_c, share in zip(range(45, 61, 5), DERATED, strict=False)),
    ],
)
def test_wacker_neuson_tables_of_what_a_generator_gives_high_up_and_in_the_heat(height_m, heat_c, share):
    """Wacker Neuson G 3.3A operator's manual, section 4.4 Generator Derating: both of its tables.

    3 % for every 500 m above 1000 m, 3 % for every 5 °C above 40 °C.
    """
    kelvin = 273.15
    found = power_left(height_m, 1000.0, 0.03 / 500.0, heat_c + kelvin, 40.0 + kelvin, 0.03 / 5.0)
    assert found == close(share)


# Annuities and present values of other tools


@pytest.mark.parametrize(
    ("rate", "lifetime", "least", "below"),
    [(0.07, 25, 0.0858, 0.0859), (0.0, 20, 0.05, 0.0500001), (-0.02, 20, 0.040, 0.041)],
)
def test_pypsa_annuities_agree_to_the_digits_it_states(rate, lifetime, least, below):
    """PyPSA pypsa/costs.py:44-52, examples of its annuity: 0.0858..., 0.05, 0.040..., cut off and not rounded."""
    assert least <= annuity(rate, lifetime) < below


def test_calliope_two_million_over_25_years_at_10_percent_are_0_22_million_a_year():
    """Calliope docs/basic/modes.md:51-55."""
    assert 2.0 * annuity(0.1, 25) == pytest.approx(0.22, abs=0.005)


@pytest.mark.parametrize(("rate", "coefficient"), [(0.1, 0.00025152527897265027), (0.0, 9.132420091324201e-05)])
def test_calliope_two_hours_carry_their_part_of_the_annuity(rate, coefficient):
    """Calliope tests/math/lp_files/cost_investment_annualised.lp and ..._no_interest_rate.lp: the coefficients.

    10 up front, 25 years (tests/math/base_math_tests.yaml:572-618), two of the 8,760 hours of the year. Through the
    model: one kW of panels that must be there costs, for two hours, what the coefficient says.
    """
    a_kw = SolarParameters(series(1, 1), 10.0 * annuity(rate, 25) * 2 / 8760, 10.0, 0.0)
    solution = solved(series(1, 1), solar=a_kw)
    assert solution.annual_cost == pytest.approx(coefficient, rel=1e-12)
    assert solution.capital_cost == close(10.0)


def test_oemof_tools_annuities_are_163_264_and_222():
    """oemof-tools tests/test_tools.py:77-83: 1000 over 10 years at 10 %; bought again after 5; and then 10 % cheaper.

    Translated: the second purchase is a flow in year 5, cheaper by 10 % in each of five years.
    """
    assert round(1000 * annuity(0.1, 10)) == 163
    assert round(net_present_value(0.1, [1000, 0, 0, 0, 0, 1000]) * annuity(0.1, 10)) == 264
    assert round(net_present_value(0.1, [1000, 0, 0, 0, 0, 1000 * 0.9**5]) * annuity(0.1, 10)) == 222


def test_numpy_financial_present_values_agree():
    """numpy-financial numpy_financial/_financial.py:1232-1254 and tests/test_financial.py:167-168."""
    assert net_present_value(0.08, [-40000, 5000, 8000, 12000, 30000]) == pytest.approx(3065.22267, abs=5e-6)
    flows = ([-4000, 500, 800], [-5000, 600, 900])
    found = [[round(net_present_value(rate, one), 2) for one in flows] for rate in (0.0, 0.05, 0.10)]
    assert found == [[-2700.0, -3500.0], [-2798.19, -3612.24], [-2884.3, -3710.74]]
    assert 12000 * present_value_factor(0.07, 20) == pytest.approx(127128.1709461939327, rel=1e-14)


@pytest.mark.parametrize(
    ("rate", "periods", "loan", "payment"),
    [
        (0.075 / 12, 12 * 15, 200000, 1854.0247200054619),
        (0.08 / 12, 5 * 12, 15000, 304.1459143262052370),
        (0.0, 5 * 12, 15000, 250.0),
        (0.3, 12, 2000, 626.90814),
        (0.8, 3, 20000, 19311.258),
    ],
)
def test_numpy_financial_payments_are_annuities(rate, periods, loan, payment):
    """numpy-financial numpy_financial/_financial.py:373-374 and tests/test_financial.py:279-305: pmt, a month each."""
    assert loan * annuity(rate, periods) == pytest.approx(payment, rel=1e-7)


def test_numpy_financial_a_loan_of_8000_is_repaid_after_64_07335_months():
    """numpy-financial numpy_financial/_financial.py:447-451: nper of 150 a month at 7 % a year."""
    assert discounted_payback(8000, 150, 0.07 / 12) == pytest.approx(64.07335, abs=5e-6)
