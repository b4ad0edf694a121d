"""Plans for several scenarios: against one program of all their hours, the plan of one year, and by hand."""

import highspy
import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from small_cases import generator, grid, measure, parameters, solar
from test_cuts import drawn

from asmcarbon.errors import Infeasible, InputError
from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.highs import answer_of
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.scenarios import InformationValue, build_scenarios, solve_scenarios, year_at
from asmcarbon.optimise.solve import Solution


def drawn_scenarios(seed: int) -> list[Parameters] | None:
    """Two to four ways in which the year of a drawn site may turn out: sun, load, fuel and capital costs."""
    base = drawn(seed, "cost")
    if base is None:
        return None
    draw = np.random.default_rng(seed + 11)
    return [scenario_of(base, *draw.uniform(0.8, 1.2, 4)) for _number in range(int(draw.integers(2, 5)))]


def scenario_of(base: Parameters, sun: float, load: float, fuel: float, panels: float) -> Parameters:
    return replace(
        base,
        load_kw=base.load_kw * load,
        critical_kw=None if base.critical_kw is None else base.critical_kw * load,
        generators=tuple(replace(one, price_per_kwh=one.price_per_kwh * fuel) for one in base.generators),
        solar=base.solar
        and replace(
            base.solar,
            capacity_factor=base.solar.capacity_factor * sun,
            annual_cost_per_kw=base.solar.annual_cost_per_kw * panels,
            capital_cost_per_kw=base.solar.capital_cost_per_kw * panels,
        ),
    )


def least_of_one_program(scenarios: list[Parameters]) -> float | None:
    matrix = LinearStandardFormCompiler().write(build_scenarios(scenarios), mixed_form=True)
    try:
        return answer_of(matrix, gap=1e-8)[0].objective
    except Infeasible:
        return None


@pytest.mark.parametrize("block", range(3))
def test_a_plan_by_cuts_costs_what_one_program_of_all_hours_says(block: int) -> None:
    feasible = 0
    for seed in range(8 * block + 8, 8 * block + 16):
        scenarios = drawn_scenarios(seed)
        if scenarios is None:
            continue
        expected = least_of_one_program(scenarios)
        try:
            found = solve_scenarios(scenarios, gap=1e-6)
        except Infeasible:
            assert expected is None, seed
            continue
        assert expected is not None, seed
        feasible += 1
        assert found.expected_cost == pytest.approx(expected, rel=3e-6), seed
        first = found.years[0]
        for year, given in zip(found.years, scenarios, strict=True):
            for size in ("solar_kw", "storage_kw", "storage_kwh"):
                assert getattr(year, size) == pytest.approx(getattr(first, size), abs=1e-6), seed
            assert year.generator_units == first.generator_units
            if given.emissions_cap_kgco2e is not None:
                assert year.operational_kgco2e <= given.emissions_cap_kgco2e * (1 + 1e-8) + 1e-6
            if given.budget is not None:
                assert year.capital_cost <= given.budget * (1 + 1e-8)
            assert year.surplus_kw.min() >= -1e-6
    assert feasible >= 3


@pytest.mark.parametrize("block", range(3))
def test_foresight_costs_least_and_the_plan_for_one_scenario_most(block: int) -> None:
    judged = 0
    for seed in range(8 * block + 8, 8 * block + 16):
        scenarios = drawn_scenarios(seed)
        if scenarios is None:
            continue
        try:
            recourse = solve_scenarios(scenarios, gap=1e-6).expected_cost
        except Infeasible:
            continue
        own = [solve_by_cuts(one, gap=1e-6) for one in scenarios]
        assert np.mean([one.annual_cost for one in own]) <= recourse * (1 + 3e-6), seed
        years = [year_at(one, own[0]) for one in scenarios]
        if all(year is not None for year in years):
            judged += 1
            assert recourse <= np.mean([year.annual_cost for year in years if year]) * (1 + 3e-6), seed
    assert judged >= 1


def test_equal_scenarios_have_the_plan_of_one_year(reference) -> None:
    given = reference.reference_parameters(weak_grid=True)
    found = solve_scenarios([given] * 3, gap=1e-6)
    assert found.expected_cost == pytest.approx(reference.WEAK_GRID.annual_cost, rel=2e-6)
    assert found.years[2].solar_kw == pytest.approx(reference.WEAK_GRID.solar_kw, rel=5e-3)


def test_a_plan_held_in_its_own_year_costs_what_it_cost(reference) -> None:
    given = reference.reference_parameters(weak_grid=False)
    plan = solve_by_cuts(given, gap=1e-6)
    held = year_at(given, plan)
    assert held is not None
    assert held.annual_cost == pytest.approx(plan.annual_cost, rel=1e-9)


def by_hand(fuel: float) -> Parameters:
    """1 kWh a year by fuel at a price, or 1 kW of panels at 1 a year."""
    return parameters([1.0], None, solar=solar([1.0]), generators=(generator(rated_kw=10.0, price_per_kwh=fuel),))


def test_a_plan_for_dear_and_cheap_fuel_by_hand() -> None:
    # Fuel at 0.2 or at 1.9, mean 1.05: panels for both cost 1 in either, fuel 1.05 in the mean. Knowing which comes,
    # 0.2 and 1: WS 0.6. Were the mean 0.95 (0.2 and 1.7), fuel alone would be best: 0.95.
    found = solve_scenarios([by_hand(0.2), by_hand(1.9)], gap=1e-9)
    assert found.expected_cost == pytest.approx(1.0)
    assert found.years[0].solar_kw == pytest.approx(1.0)
    assert solve_scenarios([by_hand(0.2), by_hand(1.7)], gap=1e-9).expected_cost == pytest.approx(0.95)


@hypothesis.given(
    st.lists(st.floats(0.5, 4.0), min_size=1, max_size=5),
    st.lists(st.floats(0.2, 5.0), min_size=5, max_size=5),
)
@hypothesis.settings(max_examples=40)
def test_panels_for_loads_and_prices_to_come_are_those_of_the_newsvendor(
    loads: list[float], prices: list[float]
) -> None:
    # x kW at 1 a year before it is known how much load comes and what fuel costs: what they lack is burned. Convex and
    # piecewise linear in x, so that the best x is none or one of the loads: tried here one by one.
    def expected(panels: float) -> float:
        burned = [price * max(load - panels, 0.0) for load, price in zip(loads, prices, strict=False)]
        return panels + sum(burned) / len(loads)

    scenarios = [
        replace(by_hand(price), load_kw=np.array([load])) for load, price in zip(loads, prices, strict=False)
    ]  # fmt: skip
    found = solve_scenarios(scenarios, gap=1e-9)
    assert found.expected_cost == pytest.approx(min(expected(panels) for panels in [0.0, *loads]), rel=1e-6)
    foresight = sum(min(1.0, price) * load for load, price in zip(loads, prices, strict=False)) / len(loads)
    average = year_of_average(loads, prices[: len(loads)])
    years = [year_at(one, average) for one in scenarios]
    of_average = sum(year.annual_cost for year in years if year is not None) / len(years)
    assert of_average == pytest.approx(expected(average.solar_kw), rel=1e-6)
    assert foresight <= found.expected_cost * (1 + 1e-6)
    assert found.expected_cost <= of_average * (1 + 1e-6)


def year_of_average(loads: list[float], prices: list[float]) -> Solution:
    mean_load, mean_price = sum(loads) / len(loads), sum(prices) / len(prices)
    return solve_by_cuts(replace(by_hand(mean_price), load_kw=np.array([mean_load])), gap=1e-9)


def test_a_cap_and_a_budget_hold_in_every_scenario() -> None:
    # 1 kgCO2e a kWh of fuel; loads of 1 and 2 kWh under a cap of 0.5 take 1.5 kW of panels, used or not.
    small = replace(by_hand(0.1), emissions_cap_kgco2e=0.5)
    large = replace(small, load_kw=np.array([2.0]))
    found = solve_scenarios([small, large], gap=1e-9)
    assert found.years[0].solar_kw == pytest.approx(1.5, rel=1e-6)
    assert [year.operational_kgco2e for year in found.years] == pytest.approx([0.0, 0.5], abs=1e-6)
    # 1.5 kW at 100 or at 120 are not within 170: the scenario in which they are dearest says what is affordable.
    assert large.solar is not None
    dear = replace(large, solar=replace(large.solar, capital_cost_per_kw=120.0), budget=170.0)
    with pytest.raises(
        Infeasible, match=r"no one plan .* all 2 scenarios .*; in scenario 2 not even a plan of its own"
    ):
        solve_scenarios([replace(large, budget=170.0), dear], gap=1e-9)


def test_a_plan_that_a_scenario_breaks_is_no_plan_of_it() -> None:
    plan = solve_by_cuts(replace(by_hand(0.1), emissions_cap_kgco2e=0.5), gap=1e-9)
    more = replace(by_hand(0.1), load_kw=np.array([2.0]))
    assert year_at(replace(more, emissions_cap_kgco2e=0.5), plan) is None
    held = year_at(more, plan)
    assert held is not None
    assert held.annual_cost == pytest.approx(0.5 * 1.0 + 1.5 * 0.1)
    assert year_at(replace(more, budget=40.0), plan) is None


def test_whole_choices_are_the_same_in_every_scenario() -> None:
    # A measure at 4 a year that saves 3 or 6: taken, as 4.5 > 4; at 5 it is not.
    def scenarios(cost: float) -> list[Parameters]:
        return [
            parameters([1.0], generators=(generator(),), measures=(measure(annual_cost=cost - saves),))
            for saves in (3.0, 6.0)
        ]

    assert [year.measures for year in solve_scenarios(scenarios(4.0), gap=1e-9).years] == [(1.0,), (1.0,)]
    assert [year.measures for year in solve_scenarios(scenarios(5.0), gap=1e-9).years] == [(0.0,), (0.0,)]


def test_scenarios_of_different_offers_are_refused() -> None:
    with pytest.raises(InputError, match="they offer different things"):
        solve_scenarios([by_hand(1.0), replace(by_hand(1.0), grid=grid([1.0]))])
    with pytest.raises(InputError, match="none are given"):
        solve_scenarios([])


# Yields of wheat, corn and sugar beet in t an acre in bad, fair and good years, each a third.
YIELDS = np.array([[2.5, 3.0, 20.0]]) * np.array([[0.8], [1.0], [1.2]])


def farm(yields: np.ndarray, acres: np.ndarray | None = None) -> tuple[float, np.ndarray]:
    """Least expected cost of the farmer's problem and the acres of each crop, solved here by HiGHS alone.

    Birge & Louveaux (2011), Introduction to Stochastic Programming, 2nd ed., section 1.1: 500 acres planted at 150, 230
    and 260 an acre; 200 t of wheat and 240 t of corn are needed, bought at 238 and 210 a tonne, sold at 170 and 150;
    sugar beet is sold at 36 up to 6,000 t, then at 10.
    """
    lp = highspy.Highs()
    lp.setOptionValue("output_flag", False)
    plant = [lp.addVariable(lb=0.0, ub=500.0) for _crop in range(3)]
    lp.addConstr(plant[0] + plant[1] + plant[2] <= 500.0)
    cost = 150.0 * plant[0] + 230.0 * plant[1] + 260.0 * plant[2]
    for of_wheat, of_corn, of_beet in yields.tolist():
        buy = [lp.addVariable(lb=0.0) for _crop in range(2)]
        sell = [lp.addVariable(lb=0.0) for _crop in range(2)]
        beet, more_beet = lp.addVariable(lb=0.0, ub=6000.0), lp.addVariable(lb=0.0)
        lp.addConstr(of_wheat * plant[0] + buy[0] - sell[0] >= 200.0)
        lp.addConstr(of_corn * plant[1] + buy[1] - sell[1] >= 240.0)
        lp.addConstr(beet + more_beet - of_beet * plant[2] <= 0.0)
        year = 238.0 * buy[0] + 210.0 * buy[1] - 170.0 * sell[0] - 150.0 * sell[1] - 36.0 * beet - 10.0 * more_beet
        cost += (1.0 / len(yields)) * year
    if acres is not None:
        for variable, value in zip(plant, acres.tolist(), strict=True):
            lp.addConstr(variable == value)
    lp.minimize(cost)
    values = lp.getSolution().col_value
    return lp.getInfo().objective_function_value, np.array([values[one.index] for one in plant])


def test_the_farmers_problem_has_its_published_values_of_information() -> None:
    recourse, acres = farm(YIELDS)
    assert acres == pytest.approx([170.0, 80.0, 250.0])
    own = [farm(YIELDS[[year]])[0] for year in range(3)]
    assert own == pytest.approx([-59950.0, -118600.0, -167667.0], abs=1.0)
    average = farm(YIELDS, farm(YIELDS.mean(axis=0, keepdims=True))[1])[0]
    value = InformationValue(recourse, float(np.mean(own)), average)
    assert value.recourse == pytest.approx(-108390.0, abs=1.0)
    assert value.wait_and_see == pytest.approx(-115406.0, abs=1.0)
    assert value.of_average == pytest.approx(-107240.0, abs=1.0)
    assert value.of_perfect_information == pytest.approx(7016.0, abs=1.0)
    assert value.of_stochastic_solution == pytest.approx(1150.0, abs=1.0)


def test_no_money_makes_a_plan_good_that_fails_in_a_scenario() -> None:
    assert InformationValue(2.0, 1.0, None).of_stochastic_solution is None
