"""One plan for many scenarios of a site: against plans of each scenario, and by hand."""

import numpy as np
import pytest

from asmcarbon.errors import Infeasible, InputError, SolverStopped
from asmcarbon.factors.tables import read_tables
from asmcarbon.planning.plan_site import plan_site
from asmcarbon.planning.risk import risk_of
from asmcarbon.reports.risk import risk_report, risk_table, spread
from asmcarbon.reports.risk_text import risk_text
from asmcarbon.site.read import site_from

SITE = """name: A site
country: PER
year: 2024
location: {latitude: -15.8, longitude: -70.0, elevation: 3900 m}
energy:
  diesel: {generator: 8000 L/year, vehicles: 1000 L/year, price: 1.20 USD/L}
  generators: [{name: genset, rated_power: 11 kW, fuel_use: 0.35 L/kWh}]
  machines: [{name: mill, rated_power: 10 kW, hours: 10 h/day, days: 250 day/year}]
MORE
options:
  solar: {capital_cost: 1000 USD/kW, operation_cost: 10 USD/kW/year, lifetime: 25 year}
  battery: {energy_capital_cost: 350 USD/kWh, power_capital_cost: 250 USD/kW, lifetime: 10 year}
  uncertainty: UNCERTAINTY
"""
PRICES = "{fuel_price: ± 30 %, solar_cost: ± 15 %, battery_cost: ± 20 %}"


def site_with(uncertainty: str = PRICES, more: str = ""):
    return site_from(SITE.replace("UNCERTAINTY", uncertainty).replace("MORE", more), "site.yaml")


def risked(uncertainty: str = PRICES, more: str = "", **options):
    return risk_of(site_with(uncertainty, more), read_tables(), **{"scenarios": 4, "seed": 1, **options})


@pytest.fixture(scope="module")
def found():
    return risked()


def test_the_same_is_built_in_every_scenario_and_every_hour_is_served(found):
    first = found.outcomes[0].solution
    for one in found.outcomes:
        assert (one.solution.solar_kw, one.solution.storage_kwh) == pytest.approx(
            (first.solar_kw, first.storage_kwh), rel=1e-9
        )
        assert float(one.solution.surplus_kw.min()) >= -1e-6


def test_to_wait_and_see_costs_what_the_plans_of_each_scenario_cost(found):
    tables = read_tables()
    own = [plan_site(one.case.stated, tables).plan.annual_cost for one in found.outcomes]
    assert found.value.wait_and_see == pytest.approx(np.mean(own), rel=1e-5)
    assert found.value.of_perfect_information == pytest.approx(
        np.mean([one.plan.annual_cost for one in found.outcomes]) - np.mean(own), abs=0.5
    )


def test_planning_for_the_average_costs_no_less(found):
    assert found.failing == ()
    assert found.value.wait_and_see <= found.value.recourse <= found.value.of_average * (1 + 1e-5)
    assert found.cost_of_average == pytest.approx(found.value.of_average, rel=1e-5)


def test_a_scenario_is_worth_its_savings_discounted(found):
    # P(10 %, 20 years) = 8.513564; 9,000 L, of which 1,000 L are of vehicles, at the price of the scenario today.
    for one in found.outcomes:
        price = 1.20 * one.case.factors["fuel_price"]
        assert one.case.today is not None
        assert one.case.today.running_cost == pytest.approx(9000 * price, rel=1e-6)
        assert one.net_present_value == pytest.approx(8.513564 * (9000 * price - one.plan.annual_cost), rel=1e-6)


def test_what_matters_is_what_a_hand_reckons(found):
    # Held, the plan burns the same litres at any price: vehicles and generators, 0.6 of 1.20 USD/L from end to end.
    middle = found.tornado.middle
    assert middle is not None
    swings = {one.key: one for one in found.tornado.swings}
    litres = 1000 + middle.plan.planned.fuel_l["diesel"]
    assert swings["fuel_price"].width == pytest.approx(0.6 * 1.20 * litres, rel=1e-6)
    # Annuity of 25 years at 10 %: 0.110168.
    solar = middle.plan.bought("solar")[0]
    assert solar.asset.capital_cost == 1000
    assert swings["solar_cost"].width == pytest.approx(0.30 * 0.110168 * solar.capital_cost, rel=1e-5)
    assert [one.width for one in found.tornado.swings] == sorted(
        (one.width for one in found.tornado.swings), reverse=True
    )


def test_planned_anew_at_an_end_nothing_costs_more(found):
    for one in found.tornado.swings:
        for end in (one.low, one.high):
            assert end.gain is not None
            assert end.gain >= 0
    dear = next(one for one in found.tornado.swings if one.key == "fuel_price").high
    assert dear.anew is not None
    assert dear.anew.solar_kw > found.outcomes[0].solution.solar_kw


def test_a_load_that_today_cannot_carry_has_no_saving_and_is_told():
    # 10 kW all day and all year, and a generator of 11 kW: more than 10 % more load is more than it gives.
    text = SITE.replace("hours: 10 h/day, days: 250 day/year", "hours: 24 h/day, days: 365 day/year")
    text = text.replace("UNCERTAINTY", "{load: ± 25 %}").replace("MORE", "")
    found = risk_of(site_from(text, "site.yaml"), read_tables(), scenarios=4)
    short = [number for number, one in enumerate(found.outcomes, 1) if one.case.factors["load"] > 1.1]
    assert 0 < len(short) < 4
    report = risk_report(found, read_tables())
    assert report["without_comparison"] == short
    assert "today's equipment could not carry the load" in risk_text(report)
    assert f"none of {4 - len(short)}:" in risk_text(report)


def test_load_that_stays_unserved_is_told():
    text = SITE.replace("options:", "options:\n  unserved_energy_price: 0.05 USD/kWh")
    site = site_from(text.replace("UNCERTAINTY", "{load: ± 20 %}").replace("MORE", ""), "site.yaml")
    report = risk_report(risk_of(site, read_tables(), scenarios=2), read_tables())
    (unserved,) = (one for one in report["ranges"] if one["key"] == "unserved_kwh")
    assert unserved["most"] > 20_000


def test_a_budget_that_the_average_keeps_and_a_dear_scenario_does_not_makes_its_plan_fail():
    found = risked(more="finance: {budget: 5000 USD}")
    assert found.failing
    assert found.value.of_stochastic_solution is None
    assert found.cost_of_average is None
    assert all(one.plan.capital_cost <= 5000 * (1 + 1e-6) for one in found.outcomes)
    assert "no money makes that good" in risk_text(risk_report(found, read_tables()))


def test_a_cap_that_no_plan_keeps_is_infeasible():
    text = SITE.replace("options:", "options:\n  emissions_cap: 2 tCO2e/year")
    site = site_from(text.replace("UNCERTAINTY", PRICES).replace("MORE", ""), "site.yaml")
    with pytest.raises(Infeasible, match="an emissions cap of 2,000 kgCO2e"):
        risk_of(site, read_tables(), scenarios=2)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("options:", "options:\n  stages: {years: [0, 5]}"), "options.stages  are given to a plan of one year"),
        (
            ("options:", "finance: {budget: 9 USD}\noptions:\n  objective: least_emissions"),
            "options.objective  is least",
        ),
    ],
)
def test_a_site_that_asks_for_another_plan_is_refused(change: tuple[str, str], told: str):
    text = SITE.replace("UNCERTAINTY", PRICES).replace("MORE", "").replace(*change)
    with pytest.raises(InputError, match=told):
        risk_of(site_from(text, "site.yaml"), read_tables())


@pytest.mark.parametrize("count", [1, 51])
def test_too_few_and_too_many_scenarios_are_refused(count: int):
    with pytest.raises(InputError, match=f"{count} are asked for; expected from 2 to 50, for example 12"):
        risked(scenarios=count)


def test_a_site_of_which_nothing_varies_is_refused():
    with pytest.raises(InputError, match=r"options\.uncertainty  is not given, and neither prices nor days vary"):
        risked("{}", "  weather: {file: some.epw}")


def test_a_limit_of_time_is_told_as_it_was_given():
    with pytest.raises(SolverStopped, match=r"the limit of 1e-06 s was reached"):
        risked(time_limit_s=1e-6)


def test_the_table_has_a_row_for_each_scenario(found):
    report = risk_report(found, read_tables())
    rows = risk_table(report)
    assert [row["scenario"] for row in rows] == [1, 2, 3, 4]
    assert rows[2]["fuel_price factor"] == found.outcomes[2].case.factors["fuel_price"]
    assert rows[2]["annual_cost"] == found.outcomes[2].plan.annual_cost


def test_a_payback_that_never_comes_has_no_mean():
    # 1, 2 and never: half way is 2, and the worst has no end.
    found = spread([1.0, 2.0, float("inf")])
    assert (found["least"], found["median"], found["most"], found["mean"]) == (1.0, 2.0, None, None)


def test_percentiles_are_interpolated():
    # Of 12 values 1..12 the 5th percentile lies 0.05 x 11 = 0.55 steps above the first.
    assert spread([float(value) for value in range(1, 13)])["p5"] == pytest.approx(1.55)
