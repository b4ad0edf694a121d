"""Solar power that is promised to a community: by hand, against the whole program, and over stages."""

import numpy as np
import pytest
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from small_cases import generator, grid, parameters, solar
from whole_site import HOURS, LOAD_KW, SUN, structured_pathway, whole_site

from asmcarbon.errors import InputError
from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.diagnose import ExplainedInfeasible, ways_out
from asmcarbon.optimise.highs import answer_of
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.parameters import CommunityParameters, Parameters
from asmcarbon.optimise.pathway import solve_pathway
from asmcarbon.optimise.sizing import solve_plan
from asmcarbon.optimise.solve import leaves, solve
from asmcarbon.optimise.staged_model import build_pathway

# Sun in the first hour of two; a kWh of the generator costs 0.5, a kW of panels 1 a year.
SCHOOL_KW = np.array([20.0, 0.0])


def promised(kwh: float, **changed) -> Parameters:
    given = {"solar": solar([1.0, 0.0]), "generators": (generator(rated_kw=20.0),)}
    return parameters([10.0, 10.0], **given | changed, community=CommunityParameters(SCHOOL_KW, kwh))


@pytest.mark.parametrize("way", ["cuts", "whole"])
def test_a_promise_is_met_by_panels_that_nothing_else_would_buy(way: str):
    # Without it no panels pay: 1 a year against 0.5 saved. Each kWh promised takes a kW; the load stays on the fuel.
    given = promised(15.0)
    found = solve_by_cuts(given) if way == "cuts" else solve(build_model(given), given)
    assert found.solar_kw == pytest.approx(15.0, abs=1e-6)
    assert found.annual_cost == pytest.approx(15.0 + 0.5 * 20.0, abs=1e-6)
    assert leaves(found, replace(CommunityParameters(SCHOOL_KW, 15.0), target_kwh=15.0 - 1e-6))
    (limit,) = (one for one in found.limits if one.key == "community_target")
    assert (limit.limit, limit.binds) == (15.0, True)
    assert limit.worth == pytest.approx(-1.0, abs=1e-6)


def test_a_promise_that_the_cheapest_plan_keeps_costs_nothing():
    given = promised(15.0, solar=solar([1.0, 0.0], standing_kw=30.0))
    found, free = solve_plan(given), solve_plan(replace(given, community=None))
    assert found.annual_cost == pytest.approx(free.annual_cost, rel=1e-12)
    assert "exact dispatches" in found.solver


def test_where_a_promise_cannot_be_met_the_way_out_is_the_most_that_can_be():
    given = promised(15.0, solar=solar([1.0, 0.0], maximum_kw=12.0))
    with pytest.raises(ExplainedInfeasible) as refused:
        solve_plan(given, explain=True)
    assert refused.value.ways.community_kwh == 12.0
    assert "15 kWh a year of solar power for the community" in str(refused.value)
    assert "promising the community 12 kWh a year would be enough" in str(refused.value)
    # A budget that pays for 9 kW of panels is the other way out.
    ways = ways_out(promised(15.0, budget=900.0))
    assert (ways.community_kwh, ways.budget) == (pytest.approx(9.0), pytest.approx(1500.0))


def test_what_is_promised_to_a_buyer_is_sold_below_its_cost():
    # A kWh sold brings 0.2 and takes a kW of panels at 1 a year.
    buyer = grid([1.0, 1.0], limit_kw=0.0, price_per_kwh=0.0, export_price_per_kwh=0.2, export_limit_kw=20.0)
    given = replace(promised(15.0, grid=buyer), community=CommunityParameters(SCHOOL_KW, 15.0, is_sold=True))
    found = solve_plan(given)
    assert float(found.export_kw.sum()) == pytest.approx(15.0, abs=1e-6)
    assert found.annual_cost == pytest.approx(0.8 * 15.0 + 0.5 * 20.0, abs=1e-6)
    (limit,) = (one for one in found.limits if one.key == "community_target")
    assert limit.worth == pytest.approx(-0.8, abs=1e-6)
    assert solve(build_model(given), given).annual_cost == pytest.approx(found.annual_cost, abs=1e-6)


@pytest.mark.parametrize("kwh", [2.0, 9.0])
def test_a_year_with_everything_in_it_is_found_by_cuts_as_by_the_whole_program(kwh: float):
    promise = CommunityParameters(0.9 * (HOURS % 24 > 8) * (HOURS % 24 < 15), kwh)
    given = whole_site(community=promise)
    whole = solve(build_model(given), given)
    found = solve_by_cuts(given)
    assert found.annual_cost == pytest.approx(whole.annual_cost, rel=1e-5)
    assert leaves(found, replace(promise, target_kwh=kwh * (1 - 1e-6)))
    assert leaves(whole, replace(promise, target_kwh=kwh * (1 - 1e-6)))


def test_the_price_of_a_promise_is_what_a_little_more_costs():
    promise = CommunityParameters(3.0 * (SUN > 0.0), 55.0)

    def at(kwh: float):
        return solve_plan(
            parameters(
                LOAD_KW,
                solar=solar(SUN),
                generators=(generator(rated_kw=20.0),),
                community=replace(promise, target_kwh=kwh),
            )
        )

    (limit,) = (one for one in at(55.0).limits if one.key == "community_target")
    slopes = sorted(at(kwh).annual_cost - at(kwh - 0.5).annual_cost for kwh in (55.0, 55.5))
    assert limit.worth < -0.01
    assert 2 * slopes[0] - 1e-3 <= -limit.worth <= 2 * slopes[1] + 1e-3


def test_a_promise_is_kept_in_every_stage_at_the_cost_of_the_whole_program():
    free = structured_pathway()
    promise = CommunityParameters(2.0 * (SUN > 0.0), 30.0)
    stages = tuple(replace(one, community=promise) for one in free.stages)
    given = replace(free, stages=stages)
    found = solve_pathway(given, gap=1e-6)
    model = build_pathway(given)
    whole = answer_of(LinearStandardFormCompiler().write(model, mixed_form=True))[0]
    assert found.net_present_cost == pytest.approx(whole.objective, rel=1e-5)
    assert found.net_present_cost > solve_pathway(free, gap=1e-6).net_present_cost + 0.1
    for stage in found.stages:
        assert leaves(stage.solution, replace(promise, target_kwh=30.0 * (1 - 1e-6)))


def test_a_promise_of_the_sun_without_sun_or_of_sales_without_a_price_is_refused():
    with pytest.raises(InputError, match=r"community\.target_kwh"):
        promised(15.0, solar=None)
    with pytest.raises(InputError, match=r"community\.is_sold"):
        replace(promised(15.0), community=CommunityParameters(SCHOOL_KW, 15.0, is_sold=True))
