"""Least emissions, the ways out where there is no plan, and what is not used."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from small_cases import LAND, generator, grid, measure, method, parameters, shiftable, solar, solved, storage

from asmcarbon.errors import Infeasible, InputError
from asmcarbon.optimise import model as model_room
from asmcarbon.optimise.diagnose import ExplainedInfeasible, Ways, ways_out
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.parameters import AdequacyParameters
from asmcarbon.optimise.sizing import solve_plan
from asmcarbon.optimise.solve import linear_program, solve


def close(expected):
    return pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_least_emissions_within_a_budget():
    # 100 buy 1 kW, which gives 1 and 0.5 kWh of 1 and 1; the generator gives the rest.
    offered = {"solar": solar([1, 0.5]), "generators": (generator(),), "budget": 100.0, "objective": "emissions"}
    solution = solved([1, 1], None, **offered)
    assert solution.operational_kgco2e == close(0.5)
    assert solution.annual_cost == close(1.0 + 0.25)
    # Another unit of money buys 0.01 kW more, which saves 0.005 kWh.
    assert solution.budget_shadow_price == close(0.005)


def test_of_plans_with_equal_emissions_the_cheapest_is_taken():
    dear, cheap = generator(price_per_kwh=0.7), generator(price_per_kwh=0.6)
    solution = solved([1, 1], None, generators=(dear, cheap), objective="emissions")
    assert solution.operational_kgco2e == close(2.0)
    assert solution.annual_cost == close(1.2)


def test_a_measure_that_lowers_emissions_is_adopted_whatever_it_costs():
    offered = {"generators": (generator(),), "measures": (measure(annual_cost=1e4),), "objective": "emissions"}
    solution = solved([1], None, **offered)
    assert solution.measures == close((1.0,))
    assert solution.operational_kgco2e == close(1.0 - 4.0)


def test_emissions_that_nothing_changes_count_under_the_cap():
    solution = solved([1, 1], generators=(generator(),), other_kgco2e=5.0, emissions_cap_kgco2e=6.5)
    assert solution.operational_kgco2e == close(6.5)
    assert solution.unserved_kw.sum() == close(0.5)
    with pytest.raises(Infeasible):
        solved([1], solar=solar([1]), other_kgco2e=5.0, emissions_cap_kgco2e=4.0)


def test_least_emissions_by_serving_nothing_are_not_sought():
    with pytest.raises(InputError, match="load may stay unserved without limit"):
        parameters([1], 10.0, generators=(generator(),), objective="emissions")
    bounded = solved([1, 1], 10.0, generators=(generator(),), objective="emissions", unserved_maximum_kwh=0.5)
    assert bounded.operational_kgco2e == close(1.5)


def test_unserved_load_stays_within_its_maximum():
    solution = solved([1, 1], 0.1, generators=(generator(),), unserved_maximum_kwh=0.5)
    assert solution.unserved_kw.sum() == close(0.5)
    with pytest.raises(Infeasible):
        solved([3], 0.1, generators=(generator(),), unserved_maximum_kwh=0.5)


def test_each_way_out_is_the_smallest():
    # 2 kWh must be served; 50 buy 0.5 kW, which serves 0.5, a cap of 0.25 lets 0.25 through.
    site = parameters([2], None, solar=solar([1]), generators=(generator(),), budget=50.0, emissions_cap_kgco2e=0.25)
    ways = ways_out(site)
    # 1.75 kW of panels; 1.5 kWh of fuel; 2 - 0.5 - 0.25 kWh unserved.
    assert (ways.budget, ways.emissions_cap_kgco2e, ways.unserved_kwh) == close((175.0, 1.5, 1.25))
    with pytest.raises(ExplainedInfeasible) as refused:
        solve_plan(site, explain=True)
    assert refused.value.ways.budget == close(175.0)
    assert str(refused.value).endswith(
        "; a budget larger by 125, 175 in all, would be enough"
        "; an emissions cap looser by 1 kgCO2e a year, 2 in all, would be enough"
        "; leaving 1 kWh a year of the load unserved would be enough"
    )
    assert pickle.loads(pickle.dumps(refused.value)).ways == refused.value.ways


def test_every_way_out_is_a_way_out():
    site = parameters([2], None, solar=solar([1]), generators=(generator(),), budget=50.0, emissions_cap_kgco2e=0.25)
    ways = ways_out(site)
    for loosened in (
        replace(site, budget=ways.budget + 1e-6),
        replace(site, emissions_cap_kgco2e=ways.emissions_cap_kgco2e + 1e-6),
        replace(site, unserved_price_per_kwh=1.0, unserved_maximum_kwh=ways.unserved_kwh + 1e-6),
    ):
        assert solve(build_model(loosened), loosened).status == "optimal"


def test_what_does_not_help_is_no_way_out():
    # No money and no cap make 3 kW of a generator of 2; 1 kWh unserved does.
    site = parameters([3], None, generators=(generator(),), budget=0.0, emissions_cap_kgco2e=9.0)
    assert ways_out(site) == Ways(None, None, pytest.approx(1.0))
    # More land than there is cannot be rehabilitated by leaving load unserved.
    site = parameters([1], None, generators=(generator(),), land=LAND, rehabilitation=(method(),),
                       rehabilitation_obligation_ha=9.0)  # fmt: skip
    ways = ways_out(site)
    assert ways == Ways(None, None, None)
    assert "offer more, or ask for less" in ways.sentences(site)[0]


def test_ways_out_with_whole_decisions():
    # A unit of 2 kW for 40 each: 3 kWh need two.
    new = generator(units_minimum=0, units_maximum=3, capital_cost_per_unit=40.0)
    assert ways_out(parameters([3], None, generators=(new,), budget=40.0)).budget == close(80.0)


def test_ways_out_say_that_time_ran_out(reference):
    site = replace(reference.reference_parameters(weak_grid=False), unserved_price_per_kwh=None, budget=1e3)
    site = replace(site, emissions_cap_kgco2e=1.0)
    ways = ways_out(site, time_limit_s=0.0)
    assert ways == Ways(None, None, None, was_stopped=True)
    assert ways.sentences(site) == ("time ran out before a way out was found",)


EVERYTHING = {
    "solar": solar([1, 0.5, 0.25]),
    "storage": storage(minimum_state=0.2),
    "generators": (generator(), generator(name="new", units_minimum=0, units_maximum=2, capital_cost_per_unit=4.0)),
    "grid": grid(
        [1, 0, 0.5],
        is_connected=False,
        connection_annual_cost=1.0,
        connection_capital_cost=5.0,
        demand_charge_per_kw_month=0.1,
        month=np.array([0.0, 0.0, 1.0]),
        export_price_per_kwh=0.05,
        is_firm=True,
    ),
    "shiftable": (shiftable(1.0, [1, 1, 0], 1.0),),
    "measures": (measure([1, 0, 2], annual_cost=-2.0), measure(name="retort", is_whole=False)),
    "land": LAND,
    "rehabilitation": (method(), method("wetland", "tailings", annual_cost_per_ha=7.0)),
    "rehabilitation_obligation_ha": 1.0,
    "removals_target_kgco2e_year": 600.0,
    "adequacy": AdequacyParameters(2.0, 0.2, 0.5, 0.1),
    "other_kgco2e": 2.0,
    "unserved_maximum_kwh": 4.0,
}
LIMITS = {"budget": 900.0, "emissions_cap_kgco2e": 9.0}
ALONE = [
    {"generators": EVERYTHING["generators"][1:]},
    {"grid": grid([1, 1, 0], is_connected=False, connection_capital_cost=5.0)},
    {"grid": EVERYTHING["grid"], "solar": EVERYTHING["solar"]},
    {"measures": EVERYTHING["measures"][:1]},
    {"land": LAND, "rehabilitation": EVERYTHING["rehabilitation"][:1], "rehabilitation_obligation_ha": 1.0},
    {"storage": storage(), "adequacy": EVERYTHING["adequacy"]},
    {
        "storage": storage(kit_kwh=0.5, kit_kw=0.5, cycles_per_year=2.0, may_charge=np.array([1.0, 0.0, 1.0])),
        "solar": solar([1, 0.5, 0.25], kit_kw=0.5),
        "critical_kw": np.array([1.0, 0.0, 1.0]),
    },
    {"measures": EVERYTHING["measures"], "shiftable": (replace(shiftable(1.0, [1, 1, 0], 1.0), measure=1),)},
    {"generators": (generator(emissions_kgco2e_per_kwh=0.8),), "other_kgco2e": 2.0},
]


def compiled(site):
    model = build_model(site)
    matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
    program = linear_program(matrix)
    order = np.argsort([column.name for column in matrix.columns])
    rows = np.argsort([row.constraint.name for row in matrix.rows], kind="stable")
    return (
        matrix.A.toarray()[rows][:, order],
        matrix.c.toarray()[:, order],
        matrix.c_offset,
        *(np.array(getattr(program, name))[rows] for name in ("row_lower_", "row_upper_")),
        *(np.array(getattr(program, name))[order] for name in ("col_lower_", "col_upper_")),
    )


@pytest.mark.parametrize("goal", ["cost", "emissions", "jobs"])
@pytest.mark.parametrize("offered", [EVERYTHING, *ALONE])
def test_rules_as_templates_give_the_same_matrix_for_every_option(monkeypatch, offered, goal):
    goal = goal if goal != "jobs" or "rehabilitation" in offered else "cost"
    site = parameters([3, 1, 2], 10.0, **{"unserved_maximum_kwh": 6.0} | offered, **LIMITS, objective=goal)
    templates = compiled(site)
    monkeypatch.setattr(model_room, "rules_as_templates", model_room.collector_paused)
    for by_template, by_hour in zip(templates, compiled(site), strict=True):
        np.testing.assert_array_equal(by_template, by_hour)


PLAIN = {
    "solar": EVERYTHING["solar"],
    "storage": EVERYTHING["storage"],
    "generators": (generator(),),
    "grid": grid([1, 0, 0.5]),
}


def test_what_is_offered_at_no_advantage_changes_nothing():
    plain = solved([3, 1, 2], 10.0, **PLAIN, budget=500.0, emissions_cap_kgco2e=2.0)
    useless = {
        "measures": (measure(operational_kgco2e_change=0.0),),
        "land": LAND,
        "rehabilitation": (method(),),
        "adequacy": AdequacyParameters(0.0),
        "generators": (*PLAIN["generators"], generator(units_minimum=0, annual_cost_per_unit=99.0)),
        "unserved_maximum_kwh": 99.0,
    }
    offered = solved([3, 1, 2], 10.0, **PLAIN | useless, budget=500.0, emissions_cap_kgco2e=2.0)
    for figure in ("annual_cost", "capital_cost", "operational_kgco2e", "solar_kw", "storage_kwh", "unserved_kw"):
        assert getattr(offered, figure) == close(getattr(plain, figure))


def test_what_is_not_offered_adds_no_row_and_no_column():
    site = parameters([3, 1, 2], 10.0, **PLAIN, budget=500.0, emissions_cap_kgco2e=2.0)
    model = build_model(site)  # kept: rows point to their constraints weakly
    matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
    hourly = {"balance_energy", "balance_storage", "storage_maximum", "storage_power"}
    rows = [row.constraint.parent_component().local_name for row in matrix.rows]
    assert sorted(rows) == sorted([*hourly] * 3 + ["budget", "emissions_cap"])
    # Three sizes; charge, discharge, stored energy, generator, grid and unserved load of each hour.
    assert len(matrix.columns) == 3 + 6 * 3


@pytest.mark.parametrize("goal", ["cost", "emissions", "jobs"])
def test_a_solution_with_every_option_follows_from_its_decisions(goal):
    site = parameters([3, 1, 2], 10.0, **EVERYTHING, **LIMITS, objective=goal)
    found = solve(build_model(site), site)
    new, connection = site.generators[1], site.grid
    units, adopted, hectares = np.array(found.generator_units), np.array(found.measures), np.array(found.hectares)

    load_kw = site.load_kw + found.shiftable_kw[0] + adopted[0] * site.measures[0].extra_load_kw
    np.testing.assert_allclose(found.load_kw, load_kw, atol=1e-6)
    supplied_kw = site.solar.capacity_factor * found.solar_kw + found.discharge_kw - found.charge_kw + found.grid_kw
    supplied_kw = supplied_kw + sum(found.generators_kw) + found.unserved_kw - found.export_kw
    np.testing.assert_allclose(found.surplus_kw, supplied_kw - load_kw, atol=1e-6)
    assert found.surplus_kw.min() >= -1e-6
    assert found.generators_kw[1].max() <= 2.0 * units[1] + 1e-6
    assert (found.grid_kw <= 4.0 * connection.availability * found.is_connected + 1e-6).all()
    assert (found.export_kw <= site.solar.capacity_factor * found.solar_kw + 1e-6).all()
    assert found.unserved_kw.sum() <= 4.0 + 1e-6
    assert found.shiftable_kw[0].sum() == close(1.0)
    assert found.peak_import_kw == close((found.grid_kw[:2].max(), found.grid_kw[2])) or goal != "cost"
    assert 2.0 + 2.0 * units[1] + found.storage_kw + 4.0 * found.is_connected >= 2.9 - 1e-6
    spare_kwh = found.stored_kwh - 0.2 * found.storage_kwh
    assert spare_kwh.min() >= 0.1 / 0.8 - 1e-6
    assert hectares.sum() >= 1.0 - 1e-6
    assert found.removals_kgco2e == close(500.0 * hectares.sum())

    cost = found.solar_kw + 10 * found.storage_kwh + 100 * found.storage_kw
    cost += 0.5 * sum(found.generators_kw).sum() + 0.2 * found.grid_kw.sum() + 1.0 * found.is_connected
    cost += 0.1 * 6 * sum(found.peak_import_kw) - 0.05 * found.export_kw.sum() + 10 * found.unserved_kw.sum()
    cost += adopted @ [-2.0, 3.0] + hectares @ [10.0, 7.0] + new.annual_cost_per_unit * units[1]
    assert found.annual_cost == close(cost)
    capital = 100 * found.solar_kw + 30 * found.storage_kwh + 20 * found.storage_kw + 4 * units[1]
    capital += 5 * found.is_connected + 50 * adopted.sum() + 100 * hectares.sum()
    assert found.capital_cost == close(capital)
    assert capital <= 900.0 + 1e-6
    emitted = sum(found.generators_kw).sum() + 0.25 * found.grid_kw.sum() - 4 * adopted.sum() + 2.0
    assert found.operational_kgco2e == close(emitted)
    assert found.embodied_kgco2e == close(2 * found.solar_kw + 3 * found.storage_kwh + adopted.sum())
    assert found.person_days == close(20.0 * hectares.sum())


def cost_within(**limits):
    try:
        return solved([3, 1, 2], 10.0, **EVERYTHING, **LIMITS | limits).annual_cost
    except Infeasible:
        return np.inf


@pytest.mark.parametrize("limit", LIMITS)
@settings(max_examples=12, deadline=None)
@given(share=st.floats(0.3, 1.5), more=st.floats(0.0, 1.0))
def test_with_whole_decisions_a_looser_limit_never_costs_more(limit, share, more):
    tight, loose = (cost_within(**{limit: LIMITS[limit] * part}) for part in (share, share + more))
    assert loose <= tight * (1 + 1e-6)


def test_the_limits_of_the_case_with_every_option_can_be_met():
    assert np.isfinite(cost_within())


@pytest.mark.parametrize(
    ("limit", "named"),
    [
        ({"adequacy": AdequacyParameters(9.0)}, "9 kW standing ready"),
        ({"rehabilitation_obligation_ha": 9.0}, "9 ha of rehabilitation"),
        ({"rehabilitation_target_ha": 8.0}, "8 ha of rehabilitation"),
        ({"removals_target_kgco2e_year": 9000.0}, "removals of 9,000 kgCO2e a year"),
    ],
)
def test_the_sentence_names_every_limit(limit, named):
    offered = {"generators": (generator(),), "land": LAND, "rehabilitation": (method(),)}
    with pytest.raises(Infeasible, match=named):
        solved([1], None, **offered | limit)


def test_a_frontier_of_emissions_and_cost_is_consistent():
    offered = {**EVERYTHING, "unserved_maximum_kwh": 0.0}
    least = solved([3, 1, 2], 10.0, **offered, budget=900.0, objective="emissions")
    cost = solved([3, 1, 2], 10.0, **offered, budget=900.0)
    assert least.operational_kgco2e <= cost.operational_kgco2e + 1e-6
    assert least.annual_cost >= cost.annual_cost - 1e-6
