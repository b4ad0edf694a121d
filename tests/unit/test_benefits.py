"""Work, hectares and surplus solar power of a plan, by hand; and that what is given away moves nothing in it."""

import json

import numpy as np
import pytest

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.optimise.site_equipment import buyer_of, community_kw
from asmcarbon.planning.plan_site import plan_site
from asmcarbon.planning.plan_stages import plan_stages
from asmcarbon.reports.plan_rows import plan_report
from asmcarbon.reports.plan_text import plan_text
from asmcarbon.reports.stages import stages_report, stages_text
from asmcarbon.site.read import site_from

SITE = """
name: x
country: PER
year: 2024
location: {latitude: -15.8, longitude: -70.0, elevation: 3900 m}
people: {workers: 20 person, hours: 2080 h/year}
energy:
  diesel: {generator: 9000 L/year, density: 0.84 kg/L, price: 1.20 USD/L}
  generators: [{rated_power: 20 kW, fuel_use: 0.35 L/kWh}]
  machines: [{name: mill, rated_power: 10 kW, hours: 10 h/day, days: 250 day/year, window: "07:00-17:00"}]
land: {disturbed: [{land: tailings, area: 5 ha}]}
options:
  solar: {capital_cost: 1300 USD/kW, operation_cost: 20 USD/kW/year, lifetime: 25 year, person_days: 0.5 day/kW/year}
  battery: {energy_capital_cost: 350 USD/kWh, power_capital_cost: 250 USD/kW, lifetime: 10 year}
  rehabilitation:
    - {method: planting, land: tailings, capital_cost: 2500 USD/ha, lifetime: 20 year, person_days: 120 day/ha,
       yearly_person_days: 4 day/ha/year}
  person_days_target: 30 day/year
"""
SCHOOL = """
  community:
    demand: [{name: school, rated_power: 3 kW, hours: 8 h/day, days: 365 day/year, window: "07:00-15:00"}]
"""
# The cheapest plan leaves 4,853 kWh for it.
TARGET = "    target: 3000 kWh/year\n"
PRICE = "    price: 0.30 USD/kWh\n"


def planned(text: str):
    return plan_site(site_from(text, "x"), read_tables())


@pytest.fixture(scope="module")
def plain():
    return planned(SITE)


@pytest.fixture(scope="module")
def given():
    return planned(SITE + SCHOOL + TARGET)


def test_work_is_counted_once_and_by_the_year_and_told_as_jobs(plain):
    # 30 a year: a hectare gives 120 / 20 years + 4 = 10, so 3 ha; panels give 0.5 day a kW and year besides.
    benefits = plan_report(plain, read_tables())["benefits"]
    (area,) = benefits["hectares"]
    assert area["ha"] == pytest.approx(3.0, rel=1e-6)
    upkeep = 0.5 * plain.solution.solar_kw
    work = benefits["work"]
    assert work["once"] == pytest.approx(360, rel=1e-6)
    assert work["yearly"] == pytest.approx(12 + upkeep, rel=1e-6)
    assert work["mean_yearly"] == pytest.approx(30 + upkeep, rel=1e-6)
    # 8 h a person-day, of 2,080 h in a full-time year: 260 of them.
    assert work["full_time_jobs"] == pytest.approx((30 + upkeep) / 260, rel=1e-6)
    assert plain.plan.person_days == pytest.approx(20 * 30, rel=1e-6)


def test_a_site_that_says_nothing_of_its_people_gets_no_jobs():
    told = planned(SITE.replace("people: {workers: 20 person, hours: 2080 h/year}\n", ""))
    assert plan_report(told, read_tables())["benefits"]["work"]["full_time_jobs"] is None
    longer = planned(SITE.replace("2080 h/year}", "2080 h/year, person_day: 10 h/day}"))
    work = plan_report(longer, read_tables())["benefits"]["work"]
    assert work["full_time_jobs"] == pytest.approx(work["mean_yearly"] * 10 / 2080, rel=1e-9)


def test_work_that_is_set_is_told_with_its_price(plain):
    # 2,500 USD/ha at 10 % over 20 years is 293.65 a year for 10 person-days.
    (limit,) = (one for one in plain.plan.bindings if one.key == "person_days")
    assert limit.worth == pytest.approx(-29.365, rel=1e-4)
    assert "1 person-day/year more costs 29.4 USD/year" in plan_text(plan_report(plain, read_tables()))


def test_what_is_given_away_moves_nothing_in_the_plan(plain, given):
    assert given.plan.annual_cost == plain.plan.annual_cost
    assert given.plan.purchases == plain.plan.purchases
    left = given.solution.solar_curtailed_kw
    # 3 kW for 8 hours from seven to three, every day.
    school = np.tile(np.repeat([0.0, 3.0, 0.0], [7, 8, 9]), 365)
    surplus = plan_report(given, read_tables())["benefits"]["surplus_solar"]
    assert surplus["community"]["delivered_kwh"] == pytest.approx(np.minimum(left, school).sum(), rel=1e-12)
    assert surplus["community"]["demand_kwh"] == pytest.approx(3 * 8 * 365, rel=1e-12)
    assert surplus["kwh"] == pytest.approx(left.sum(), rel=1e-12)
    assert surplus["thrown_away_kwh"] + surplus["community"]["delivered_kwh"] == pytest.approx(left.sum(), rel=1e-12)
    assert surplus["community"]["income"] == 0


def test_a_target_beyond_what_is_left_over_is_held_and_told_with_its_price(given):
    held = planned(SITE + SCHOOL + "    target: 8000 kWh/year\n")
    report = plan_report(held, read_tables())
    community = report["benefits"]["surplus_solar"]["community"]
    assert community["delivered_kwh"] == pytest.approx(8000, rel=1e-6)
    school = np.tile(np.repeat([0.0, 3.0, 0.0], [7, 8, 9]), 365)
    assert np.minimum(held.solution.solar_curtailed_kw, school).sum() == pytest.approx(8000, rel=1e-6)
    assert held.plan.annual_cost > given.plan.annual_cost + 100
    assert community["beside_generators_kwh"] == pytest.approx(
        np.minimum(np.minimum(held.solution.solar_curtailed_kw, school), sum(held.solution.generators_kw)).sum()
    )
    text = plan_text(report)
    assert "the plan holds the target of 8,000 kWh a year; while generators ran" in text
    # Sun that the mill would use is made up by the generator: 9,000 L x 1.20 USD for the 25,000 kWh of its year.
    assert "1 kWh/year more costs 0.432 USD/year" in text


def test_what_is_sold_pays_and_is_within_what_they_take(plain):
    sold = planned(SITE + SCHOOL + PRICE)
    demand_kw = community_kw(sold.site)
    assert float((sold.solution.export_kw - np.minimum(demand_kw, sold.solution.solar_available_kw)).max()) <= 1e-6
    kwh = float(sold.solution.export_kw.sum())
    community = plan_report(sold, read_tables())["benefits"]["surplus_solar"]["community"]
    assert community["delivered_kwh"] == pytest.approx(kwh, rel=1e-9)
    assert community["income"] == pytest.approx(0.30 * kwh, rel=1e-9)
    # At 0.30 a kWh a kW of panels more is worth it; the plan is cheaper by no more than what is paid.
    assert sold.solution.solar_kw > plain.solution.solar_kw
    assert 0 < plain.plan.annual_cost - sold.plan.annual_cost < community["income"]
    assert not any(one.key == "grid" for one in sold.solution.limits)


def test_a_community_that_pays_nothing_is_no_buyer():
    assert buyer_of(site_from(SITE, "x")) is None
    assert buyer_of(site_from(SITE + SCHOOL, "x")) is None
    assert buyer_of(site_from(SITE + SCHOOL + "    price: 0 USD/kWh\n", "x")) is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            ("energy:", "energy:\n  grid: {connected: false, limit: 9 kW, price: 0.1 USD/kWh}"),
            "options.community.price",
        ),
        (
            ("options:", "options:\n  stages: {years: [0, 10]}"),
            "options.community.price  cannot be planned over stages",
        ),
        (("    price: 0.30 USD/kWh", "    target: 9000 kWh/year"), "is 9,000 kWh a year, and they would take 8,760"),
        (("person_days: 120 day/ha", "person_days: 960 h/ha"), "'960 h/ha' is in another unit; expected day/ha"),
        ((", person_days: 120 day/ha,\n       yearly_person_days: 4 day/ha/year", ""), "options.person_days_target"),
        (("hours: 8 h/day", "shiftable: true, hours: 8 h/day"), "school waits, or may never stand still"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_its_name(change, told):
    with pytest.raises(InputError) as refused:
        site = site_from((SITE + SCHOOL + PRICE).replace(*change), "x")
        (plan_stages if site.options.stages else plan_site)(site, read_tables())
    assert told in str(refused.value)


def test_work_over_stages_is_that_of_the_whole_horizon():
    found = plan_stages(
        site_from(SITE.replace("options:", "options:\n  stages: {years: [0, 10]}") + SCHOOL, "x"), read_tables()
    )
    report = stages_report(found, read_tables())
    first, last = (stage["benefits"] for stage in report["stages"])
    area = [sum(one["ha"] for one in stage["hectares"]) for stage in (first, last)]
    # What is done once by the end, and the upkeep of ten years each: 30 a year on average, panels apart.
    assert 120 * area[1] + 4 * 10 * sum(area) == pytest.approx(20 * 30, rel=1e-6)
    panels = sum(0.5 * new["size"] for stage in report["stages"] for new in stage["new"] if new["kind"] == "solar")
    assert report["work"]["mean_yearly"] == pytest.approx(30 + panels, rel=1e-6)
    assert "on average" in stages_text(report)
    assert first["surplus_solar"]["community"]["delivered_kwh"] > 0
    json.dumps(report, allow_nan=False)


def test_the_most_work_over_stages_is_what_their_budgets_pay_for():
    # 5,000 USD in each of two stages plant two hectares each at 2,500: the first for 20 years, two more for ten.
    # Each has 120 days once and 4 a year. Nothing is left for panels.
    text = SITE.replace("  person_days_target: 30 day/year\n", "").replace(
        "options:\n",
        "finance: {budget: 5000 USD}\noptions:\n  objective: most_jobs\n  stages: {years: [0, 10]}\n",
    )
    found = plan_stages(site_from(text, "x"), read_tables())
    report = stages_report(found, read_tables())
    assert report["work"]["once"] == pytest.approx(4 * 120, rel=2e-4)
    planted = [stage["benefits"]["hectares"][0]["ha"] for stage in report["stages"]]
    assert planted == pytest.approx([2, 4], rel=2e-3)
    assert report["work"]["mean_yearly"] == pytest.approx((4 * 120 + 4 * 2 * 20 + 4 * 2 * 10) / 20, rel=5e-3)
    assert "It gives the most work that the budget of each stage allows" in stages_text(report)
