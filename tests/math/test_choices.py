"""Measures, alone and under limits, by hand; and the search over yes and no against trying every combination."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from small_cases import generator, measure, parameters, solar, solved

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.solve import solve


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_measure_is_adopted_where_it_saves_more_than_its_load_costs():
    # It saves 3 a year and needs 2 kWh at 0.5.
    solution = solved([1, 1], generators=(generator(),), measures=(measure([1, 1], annual_cost=-3.0),))
    assert solution.measures == close((1.0,))
    assert solution.annual_cost == close(2 * 0.5 - 3 + 2 * 0.5)
    assert solution.generators_kw[0] == close([2.0, 2.0])
    assert solution.load_kw == close([2.0, 2.0])
    assert solution.surplus_kw == close([0.0, 0.0])
    assert solution.capital_cost == close(50.0)
    assert solution.operational_kgco2e == close(4.0 - 4.0)
    assert solution.embodied_kgco2e == close(1.0)


def test_a_measure_is_left_where_its_load_costs_more_than_it_saves():
    solution = solved([1, 1], generators=(generator(),), measures=(measure([1, 1], annual_cost=-0.9),))
    assert solution.measures == (0.0,)
    assert solution.annual_cost == close(1.0)
    assert solution.load_kw == close([1.0, 1.0])


def test_a_measure_whole_or_not_at_all_and_a_measure_in_part():
    # The generator has 1 kW to spare: half of the measure.
    whole = measure([2, 0], annual_cost=-3.0)
    assert solved([1, 1], generators=(generator(),), measures=(whole,)).measures == (0.0,)
    part = measure([2, 0], annual_cost=-3.0, is_whole=False)
    solution = solved([1, 1], generators=(generator(),), measures=(part,))
    assert solution.measures == close((0.5,))
    assert solution.annual_cost == close(1.0 - 1.5 + 0.5)


def test_a_measure_may_be_adopted_several_times():
    # 2 kW less 1 kW leave room for one and a half of 2/3 kW; whole numbers: one. Of any share: one and a half.
    many = measure([2 / 3], annual_cost=-3.0, maximum=5.0)
    assert solved([1], generators=(generator(),), measures=(many,)).measures == close((1.0,))
    assert solved([1], generators=(generator(),), measures=(replace(many, is_whole=False),)).measures == close((1.5,))


def test_the_emissions_of_a_measure_count_under_the_cap():
    # 2 kWh are 2 kgCO2e. A cap of 0.5 leaves 1.5 kWh unserved for 15, or takes a measure of -4 kgCO2e for 3.
    solution = solved([1, 1], generators=(generator(),), measures=(measure(),), emissions_cap_kgco2e=0.5)
    assert solution.measures == close((1.0,))
    assert solution.annual_cost == close(1.0 + 3.0)
    assert solution.operational_kgco2e == close(-2.0)


def test_the_budget_counts_the_capital_of_a_measure():
    saving = measure(annual_cost=-3.0)
    assert solved([1], generators=(generator(),), measures=(saving,), budget=50.0).measures == close((1.0,))
    assert solved([1], generators=(generator(),), measures=(saving,), budget=49.0).measures == (0.0,)


def test_shadow_prices_are_those_of_the_rest_with_the_measures_held():
    # 150 buy the measure for 50 and 1 kW of solar panels for 100, which leave 1 - 0.5 kWh unserved in the second hour.
    # One more unit of money buys 0.01 kW and serves 0.01 + 0.005 kWh at 10 for 0.01 a year.
    solution = solved([2, 1], solar=solar([1, 0.5]), measures=(measure(annual_cost=-30.0),), budget=150.0)
    assert solution.measures == close((1.0,))
    assert solution.solar_kw == close(1.0)
    assert solution.budget_shadow_price == close(0.15 - 0.01)
    assert solution.gap == 0.0


def test_load_that_a_measure_adds_may_not_stay_unserved():
    assert solved([0], measures=(measure([1], annual_cost=-100.0),)).measures == (0.0,)


MEASURES = st.lists(
    st.builds(
        measure,
        extra_load_kw=st.lists(st.integers(0, 3), min_size=3, max_size=3),
        annual_cost=st.integers(-12, 6),
        capital_cost=st.integers(0, 150),
        operational_kgco2e_change=st.integers(-6, 2),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=30, deadline=None)
@given(measures=MEASURES, budget=st.integers(0, 400), cap=st.integers(0, 12))
def test_the_search_finds_what_trying_every_combination_finds(measures, budget, cap):
    offered = {
        "solar": solar([1, 0.5, 0]),
        "generators": (generator(), replace(generator(rated_kw=3.0), units_minimum=0, annual_cost_per_unit=1.0)),
        "budget": float(budget),
        "emissions_cap_kgco2e": float(cap),
    }

    def tried(adopted):
        site = parameters([1, 2, 1], 10.0, **offered, measures=tuple(measures))
        model = build_model(site)
        *chosen, units = adopted
        for block, value in zip(model.measures.values(), chosen, strict=True):
            block.adopted.setlb(value)
            block.adopted.setub(value)
        model.generators[1].units.setlb(units)
        model.generators[1].units.setub(units)
        try:
            return solve(model, site).annual_cost
        except Infeasible:
            return np.inf

    best = min(tried(adopted) for adopted in product((0, 1), repeat=len(measures) + 1))
    try:
        found = solved([1, 2, 1], 10.0, **offered, measures=tuple(measures)).annual_cost
    except Infeasible:
        found = np.inf
    assert found == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_the_limit_of_time_stops_the_search(reference):
    given_year = reference.reference_parameters(weak_grid=False)
    measured = replace(given_year, measures=(measure(annual_cost=-1.0),))
    with pytest.raises(SolverStopped, match=r"limit of 0\.01 s"):
        solve(build_model(measured), measured, time_limit_s=0.01)


def test_a_search_cut_short_gives_its_best_plan_and_the_gap(monkeypatch):
    # Ten measures under one budget: after a few programs there is a plan, and no proof yet.
    from asmcarbon.optimise import highs

    worth = [31, 27, 25, 22, 19, 17, 16, 13, 11, 7]
    measures = tuple(measure(annual_cost=-float(w), capital_cost=float(3 * w + w % 5)) for w in worth)
    offered = {"generators": (generator(),), "measures": measures, "budget": 200.0}
    whole = solved([1], **offered)
    ran, programs = highs._Search.run, []

    def at_most_twenty(search, lower, upper, *, is_limited=True):
        programs.append(lower)
        return highs.STOPPED if is_limited and len(programs) > 20 else ran(search, lower, upper, is_limited=is_limited)

    monkeypatch.setattr(highs._Search, "run", at_most_twenty)
    short = solved([1], **offered)
    assert short.status == "feasible"
    assert short.gap > 1e-6
    assert short.annual_cost >= whole.annual_cost - 1e-9
    assert short.annual_cost - short.gap * abs(short.annual_cost) <= whole.annual_cost + 1e-9
