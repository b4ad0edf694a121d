"""Rehabilitation by hand: land, obligations, targets, jobs."""

import pytest
from small_cases import LAND, generator, measure, method, parameters, solved

from asmcarbon.errors import Infeasible, InputError
from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.diagnose import ways_out

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


def test_work_that_is_set_is_given_by_the_cheapest_and_its_worth_is_told():
    # Over 10 years a hectare of wetland gives 30 once: 3 a year for 7. Upkeep of 4 a year makes forest 2 + 4 for 10.
    forest = method(yearly_person_days_per_ha=4.0)
    site = {**SITE, "rehabilitation": (forest, BACKFILL, WETLAND), "work_years": 10.0, "person_days_target": 12.0}
    for solution in (solved([1], **site), solve_by_cuts(parameters([1], **site))):
        assert solution.hectares == close((2.0, 0.0, 0.0))
        assert solution.person_days == close(10 * 12.0)
        assert solution.annual_cost == close(0.5 + 2 * 10)
        (limit,) = (one for one in solution.limits if one.key == "person_days")
        assert limit.worth == close(-10 / 6)
        assert limit.binds


def test_a_measure_gives_work_once_and_each_year():
    # 3 a year for 6 once and 2 a year over 4 years: 3.5 a year. Wetland gives 7.5 a year for 7, forest 5 for 10.
    sorting = measure(person_days=6.0, yearly_person_days=2.0, operational_kgco2e_change=0.0)
    site = {**SITE, "measures": (sorting,), "work_years": 4.0, "person_days_target": 6.0}
    solution = solved([1], **site, unserved_price_per_kwh=None)
    assert solution.measures == close((1.0,))
    assert solution.hectares == close((0.0, 0.0, 2.5 / 7.5))
    assert solution.person_days == close(4 * 6.0)


def test_most_jobs_counts_the_work_of_measures_over_the_years():
    # For 100 a hectare of wetland gives 30; the measure gives 1 a year for 50: over 40 years 40.
    sorting = measure(yearly_person_days=1.0)
    site = {"generators": (generator(),), "land": LAND, "rehabilitation": (WETLAND,), "measures": (sorting,)}
    long = solved([1], None, **site, budget=100.0, objective="jobs", work_years=40.0)
    assert long.measures == close((1.0,))
    assert long.person_days == pytest.approx(40 + 15, rel=1e-6)
    # Over 2 years it gives 2, less than the half hectare that it takes the place of.
    short = solved([1], None, **site, budget=100.0, objective="jobs", work_years=2.0)
    assert short.measures == close((0.0,))
    assert short.person_days == pytest.approx(30, rel=1e-6)


def test_the_way_out_of_too_much_work_is_the_most_that_there_is():
    # 3 ha of forest at 20 and 2 of wetland at 30 over 10 years: 12 a year; 300 buy 2 of wetland and 1 of forest.
    site = {**SITE, "work_years": 10.0, "person_days_target": 13.0}
    with pytest.raises(Infeasible, match="13 person-days a year"):
        solved([1], **site)
    assert ways_out(parameters([1], **site)).person_days_target == pytest.approx(12.0, rel=1e-5)
    ways = ways_out(parameters([1], **site, budget=300.0))
    assert ways.person_days_target == pytest.approx(8.0, rel=1e-5)
    assert ways.budget is None


def test_work_without_anything_that_gives_it_is_refused():
    with pytest.raises(InputError, match="nothing is offered that gives person-days"):
        parameters([1], person_days_target=1.0)
    with pytest.raises(InputError, match="nothing is offered that gives person-days"):
        parameters([1], None, generators=(generator(),), measures=(measure(),), objective="jobs")


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(InputError, match="no such class of land"):
        parameters([1], land=LAND, rehabilitation=(method(land="river"),))
    with pytest.raises(InputError, match="no method of rehabilitation"):
        parameters([1], rehabilitation_obligation_ha=1.0)
    with pytest.raises(InputError, match="a class of land is given twice"):
        parameters([1], land=(LAND[0], LAND[0]))
