"""Rehabilitation by hand: land, obligations, targets, jobs."""

import pytest
from small_cases import LAND, generator, method, parameters, solved

from asmcarbon.errors import Infeasible, InputError

FOREST = method()
BACKFILL = method("backfill", annual_cost_per_ha=4.0, removals_kgco2e_per_ha_year=0.0, person_days_per_ha=5.0)
WETLAND = method("wetland", "tailings", annual_cost_per_ha=7.0, person_days_per_ha=30.0)
SITE = {"generators": (generator(),), "land": LAND, "rehabilitation": (FOREST, BACKFILL, WETLAND)}


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_least_cost_alone_rehabilitates_nothing():
    assert solved([1], **SITE).hectares == close((0.0, 0.0, 0.0))


def test_an_obligation_is_met_by_the_cheapest_methods_that_the_land_allows():
    # 3 ha of the pit at 4 a year each, then 1 ha of the tailings at 7.
    solution = solved([1], **SITE, rehabilitation_obligation_ha=4.0)
    assert solution.hectares == close((0.0, 3.0, 1.0))
    assert solution.annual_cost == close(0.5 + 3 * 4 + 7)
    assert solution.capital_cost == close(400.0)
    assert solution.person_days == close(3 * 5 + 30)
    assert solution.removals_kgco2e == close(500.0)


def test_an_obligation_beyond_the_land_is_infeasible():
    with pytest.raises(Infeasible):
        solved([1], **SITE, rehabilitation_obligation_ha=5.1)


def test_the_target_is_the_site_s_own_and_the_higher_of_the_two_binds():
    solution = solved([1], **SITE, rehabilitation_obligation_ha=1.0, rehabilitation_target_ha=2.0)
    assert sum(solution.hectares) == close(2.0)


def test_a_removals_target_is_met_by_methods_that_take_up_carbon():
    # 2 ha of the tailings at 7 a year, then 1 ha of forest at 10.
    solution = solved([1], **SITE, removals_target_kgco2e_year=1500.0)
    assert solution.hectares == close((1.0, 0.0, 2.0))
    assert solution.removals_kgco2e == close(1500.0)


def test_removals_make_no_room_under_the_emissions_cap():
    solution = solved([1], **SITE, rehabilitation_target_ha=5.0, emissions_cap_kgco2e=0.5)
    assert solution.operational_kgco2e == close(0.5)
    assert solution.unserved_kw == close([0.5])


def test_a_method_stays_between_its_least_and_its_most():
    least = method(minimum_ha=0.5)
    most = method("backfill", annual_cost_per_ha=4.0, maximum_ha=1.0)
    solution = solved([1], land=LAND, rehabilitation=(least, most), rehabilitation_obligation_ha=2.0)
    assert solution.hectares == close((1.0, 1.0))
    assert solved([1], land=LAND, rehabilitation=(least, most)).hectares == close((0.5, 0.0))


def test_income_above_its_cost_pays_for_all_the_land_there_is():
    earning = method(annual_cost_per_ha=-2.0)
    assert solved([1], land=LAND, rehabilitation=(earning,)).hectares == close((3.0,))


def test_most_jobs_within_a_budget():
    # A wetland gives 30 days for 100, forest 20: 2 ha of wetland, then what is left buys 1.5 ha of forest.
    site = {**SITE, "budget": 350.0, "objective": "jobs"}
    solution = solved([1], None, **site)
    assert solution.hectares == pytest.approx((1.5, 0.0, 2.0), rel=1e-6)
    assert solution.person_days == pytest.approx(1.5 * 20 + 2 * 30, rel=1e-6)
    assert solution.annual_cost == pytest.approx(0.5 + 1.5 * 10 + 2 * 7, rel=1e-6)
    # One more unit of money buys 0.01 ha of forest.
    assert solution.budget_shadow_price == close(0.2)
    assert solution.objective == "jobs"


def test_of_plans_with_equally_many_jobs_the_cheapest_is_taken():
    dear, cheap = method("dear", annual_cost_per_ha=9.0), method("cheap", annual_cost_per_ha=8.0)
    solution = solved([1], None, generators=(generator(),), land=LAND, rehabilitation=(dear, cheap), objective="jobs")
    assert solution.hectares == pytest.approx((0.0, 3.0), abs=1e-5)


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(InputError, match="no such class of land"):
        parameters([1], land=LAND, rehabilitation=(method(land="river"),))
    with pytest.raises(InputError, match="no method of rehabilitation"):
        parameters([1], rehabilitation_obligation_ha=1.0)
    with pytest.raises(InputError, match="a class of land is given twice"):
        parameters([1], land=(LAND[0], LAND[0]))
