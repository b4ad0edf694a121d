"""One plan over stages, and who pays for it, in many scenarios: against plans of each scenario, and by hand."""

import numpy as np
import pytest

from asmcarbon.errors import Infeasible, InputError, SolverStopped
from asmcarbon.factors.tables import read_tables
from asmcarbon.finance.returns import internal_rate_of_return
from asmcarbon.planning import stage_risk
from asmcarbon.planning.plan_stages import plan_stages
from asmcarbon.planning.stage_cases import StageCases
from asmcarbon.planning.stage_risk import stage_risk_of
from asmcarbon.planning.stage_runs import plan_of_middle
from asmcarbon.planning.stage_tornado import Held
from asmcarbon.planning.time_limit import time_limit_of
from asmcarbon.planning.uncertain import uncertain_inputs
from asmcarbon.reports.stage_risk import stage_risk_report, stage_risk_table
from asmcarbon.reports.stage_risk_text import stage_risk_text
from asmcarbon.reports.stages import stages_report
from asmcarbon.reports.tornado_chart import stage_tornado_chart
from asmcarbon.site.read import site_from
from asmcarbon.site.stages import stages_of

SITE = """name: A site
country: PER
year: 2024
location: {latitude: -15.8, longitude: -70.0, elevation: 3900 m}
energy:
  diesel: {generator: 8000 L/year, vehicles: 1000 L/year, price: 1.20 USD/L}
  generators: [{name: genset, rated_power: 14 kW, GENSET}]
  machines: [{name: mill, rated_power: 10 kW, hours: 10 h/day, days: 250 day/year}]
finance:
  discount_rate: 10 %
  horizon: 10 year
MONEY
options:
  solar: {capital_cost: 1000 USD/kW, operation_cost: 10 USD/kW/year, lifetime: 25 year}
  battery: {energy_capital_cost: 350 USD/kWh, power_capital_cost: 250 USD/kW, lifetime: 10 year}
  uncertainty: UNCERTAINTY
STAGES
"""
MONEY = """  inflation: 2 %
  own_money: 9000 USD
  minimum_cover: 1.3
  products:
    - {name: grant, kind: grant, share: 20 %, ceiling: 4000 USD, pays_for: [solar]}
    - {name: loan, kind: concessional_loan, rate: 8 %, tenor: 48 month, share: 70 %, ceiling: 9000 USD}
"""
STAGES = "  stages: {years: [0, 4], load_growth: 1 %, fuel_price_growth: 1 %, solar_degradation: 0.5 %}"
STRAIGHT = "fuel_use: 0.35 L/kWh"
CURVED = "fuel_curve: {slope: 0.273 L/kWh, intercept: 0.033 L/kWh}, minimum_load: 10 %"
RUNNING = "{fuel_price: ± 30 %, load: ± 10 %}"


def site_with(uncertainty: str = RUNNING, money: str = MONEY, stages: str = STAGES, genset: str = STRAIGHT):
    text = SITE.replace("UNCERTAINTY", uncertainty).replace("MONEY", money)
    return site_from(text.replace("STAGES", stages).replace("GENSET", genset), "site.yaml")


def risked(*given: str, scenarios: int = 4, seed: int = 1, **changed: str):
    return stage_risk_of(site_with(*given, **changed), read_tables(), scenarios=scenarios, seed=seed)


@pytest.fixture(scope="module")
def found():
    return risked()


@pytest.fixture(scope="module")
def priced():
    return risked("{fuel_price: ± 30 %, solar_cost: ± 30 %, battery_cost: ± 20 %}")


@pytest.mark.parametrize("genset", [STRAIGHT, CURVED])
def test_the_middle_of_all_ranges_is_the_plan_of_the_site_and_dearer_fuel_its_stress(genset: str):
    site, tables = site_with(genset=genset), read_tables()
    cases = StageCases(site, tables, uncertain_inputs(site), None, stages_of(site.options.stages))
    middle = plan_of_middle(cases, time_limit_of(None), lambda _message: None)
    held = Held(cases, middle.decided, middle.found.financing, middle.shares)
    report = stages_report(plan_stages(site, tables), tables)["financing"]
    rows = [(1.0, report), *((1.0 + one["change"], one) for one in report["stress"])]
    assert len(rows) == 5
    for share, row in rows:
        outcome = held.outcome({"fuel_price": share}, None)
        assert outcome is not None
        flow = outcome.made.financed
        assert flow is not None
        for key, value in (
            ("net_present_cost", flow.net_present_cost), ("net_present_value", flow.net_present_value),
        ):  # fmt: skip
            assert value == pytest.approx(row[key], rel=1e-6)
        for key, value in (("least_debt_cover", flow.least_cover), ("least_cash", flow.least_cash)):
            assert value is not None
            assert value[1] == pytest.approx(row[key]["value"], rel=1e-6)


def test_the_same_is_built_and_agreed_in_every_scenario(found):
    first, *others = found.known
    for one in others:
        assert [stage.new for stage in one.found.stages] == [stage.new for stage in first.found.stages]
        assert one.financing.parts == first.financing.parts


def test_the_plan_costs_on_average_what_its_master_says(found):
    # Fuel and load alone vary, so that who pays is the same: 1,000 L of vehicles at the mean of the drawn prices.
    weights = found.cases.middle.pathway.weights()
    vehicles = [
        sum(w * 1000.0 * case.case.site.energy.fuel_price("diesel") * 1.01**start
            for w, start in zip(weights, (0, 4), strict=True))
        for case in found.scenarios
    ]  # fmt: skip
    own = [one.net_present_cost - other for one, other in zip(found.known, vehicles, strict=True)]
    assert found.is_of_middle is False
    assert np.mean(own) == pytest.approx(found.sought.expected_cost, rel=1e-6)


def test_planning_for_all_costs_no_more_than_holding_the_plan_of_the_middle_nor_less_than_knowing(found):
    value = found.value
    assert value is not None
    assert value.wait_and_see <= value.recourse * (1 + 1e-6)
    assert value.recourse <= value.of_average * (1 + 3e-5)
    assert np.mean([one.net_present_cost for one in found.known]) <= found.middle_cost * (1 + 3e-5)


def test_with_generators_on_and_off_the_plan_that_is_told_costs_no_more_than_that_of_the_middle():
    found = risked(RUNNING, "", scenarios=2, genset=CURVED)
    assert found.is_switched
    assert found.middle_keeps_money
    assert np.mean([one.net_present_cost for one in found.known]) <= found.middle_cost * (1 + 1e-9)


def test_expected_money_keeps_cover_and_cash_and_how_often_a_scenario_does_not_is_told():
    indebted = risked(RUNNING, MONEY.replace("ceiling: 9000", "ceiling: 20000"))
    report = stage_risk_report(indebted, read_tables())
    year, cover = report["expected_money"]["least_debt_cover"].values()
    assert cover == pytest.approx(1.3, rel=1e-6)
    # The mean of what is left for debt over the mean of what is due, and not the mean of covers.
    years = [one.made.financed.years[year] for one in indebted.known]
    assert cover == pytest.approx(sum(one.cfads for one in years) / sum(one.service for one in years), rel=1e-9)
    below = [row["scenario"] for row in report["outcomes"] if row["least_debt_cover"]["value"] < 1.3]
    assert 0 < len(below) < 4
    assert report["broken"]["cover_below_minimum"] == {
        "count": len(below), "share": len(below) / 4, "scenarios": below,
    }  # fmt: skip


def test_ranges_are_those_of_the_scenarios(found):
    report = stage_risk_report(found, read_tables())
    ranges = {one["key"]: one for one in report["ranges"]}
    costs = [row["net_present_cost"] for row in report["outcomes"]]
    assert ranges["net_present_cost"]["mean"] == pytest.approx(np.mean(costs), rel=1e-12)
    assert ranges["net_present_cost"]["p95"] == pytest.approx(np.quantile(costs, 0.95), rel=1e-12)
    assert [row["net_present_cost"] for row in stage_risk_table(report)] == costs
    for one, row in zip(found.known, report["outcomes"], strict=True):
        assert row["own_internal_rate"] == internal_rate_of_return(one.made.financed.own_flows)


def test_products_pay_no_larger_share_of_a_cheaper_bill_and_no_more_of_a_dearer_one(priced):
    agreed = priced.agreed
    for case, one in zip(priced.scenarios, priced.known, strict=True):
        mean = np.mean([each.case.factors["solar_cost"] for each in priced.scenarios])
        ratio = min(1.0, case.case.factors["solar_cost"] / mean)
        (grant,) = (p for p, advance in enumerate(one.case.terms.advances) if advance.name == "grant")
        assert one.financing.parts[grant, "solar", 0] == pytest.approx(
            ratio * agreed.parts[grant, "solar", 0], rel=1e-6
        )
        paid = one.made.financed.years[0]
        assert paid.own >= -1e-6
        assert paid.own + sum(paid.given) - paid.fees == pytest.approx(paid.invested, rel=1e-9)


def test_dearer_panels_cost_what_the_capital_less_the_residual_does(priced):
    # Held, the plan buys the same panels: ± 30 % of what they cost at each stage, discounted, less what is left at 10.
    middle = priced.tornado.middle
    (swing,) = (one for one in priced.tornado.swings if one.key == "solar_cost")
    worth = 0.0
    for placed in middle.made.placed:
        if placed.purchase.asset.kind == "solar":
            annuity = 0.10 / (1 - 1.10**-25)
            years = range(placed.start + 1, 11)
            worth += placed.purchase.capital_cost * annuity * sum(1.10**-year for year in years)
    low, high = swing.low.outcome, swing.high.outcome
    before = high.made.net_present_cost - low.made.net_present_cost
    assert before == pytest.approx(0.60 * worth, rel=1e-6)


def test_caps_hold_in_every_scenario_though_the_plan_of_the_middle_breaks_them():
    capped = STAGES.replace("load_growth", "supply_caps: [60 %, 20 %], load_growth")
    found = risked("{load: ± 25 %, fuel_price: ± 5 %}", "", capped)
    assert found.middle_cost is None
    assert None in found.middle_outcomes
    assert not any(one.broken_caps for one in found.known)
    assert len(found.known) == 4
    assert found.value is not None
    assert found.value.of_stochastic_solution is None
    report = stage_risk_report(found, read_tables())
    assert report["information"]["middle_fails_in"]
    assert report["plan"]["sources"] == []
    assert report["broken"]["cover_below_minimum"] is None
    text = stage_risk_text(report)
    assert "breaks a limit in scenario" in text
    assert "lender" not in text


def test_where_none_can_be_sought_the_plan_of_the_middle_is_held_and_what_it_breaks_is_told(monkeypatch):
    def stopped(*_given):
        raise Infeasible("no one plan")

    monkeypatch.setattr(stage_risk, "planned_for_all", stopped)
    capped = STAGES.replace("load_growth", "supply_caps: [60 %, 20 %], load_growth")
    found = risked("{load: ± 25 %, fuel_price: ± 5 %}", "", capped)
    assert found.is_of_middle
    assert found.value is None
    report = stage_risk_report(found, read_tables())
    failing = report["fails_in"]
    assert failing == [row["scenario"] for row in report["outcomes"] if row["net_present_cost"] is None]
    assert 0 < len(failing) < 4
    text = stage_risk_text(report)
    assert "held in every scenario: no one plan." in text
    assert "cannot serve the load within all limits in scenario" in text
    assert stage_risk_table(report)[failing[0] - 1]["net_present_cost"] is None


def test_time_that_ends_leaves_the_plan_of_the_middle(monkeypatch):
    def stopped(*_given):
        raise SolverStopped("late")

    monkeypatch.setattr(stage_risk, "planned_for_all", stopped)
    found = risked(scenarios=2)
    assert found.is_of_middle
    assert found.sought is None
    assert "no time to seek one" in stage_risk_text(stage_risk_report(found, read_tables()))


def test_a_limit_of_time_is_told_as_it_was_given():
    with pytest.raises(SolverStopped, match=r"the limit of 1e-06 s was reached"):
        stage_risk_of(site_with(), read_tables(), time_limit_s=1e-6)


def test_products_without_stages_are_one_stage():
    found = risked(RUNNING, MONEY, "", scenarios=2)
    report = stage_risk_report(found, read_tables())
    assert [one["year"] for one in report["plan"]["stages"]] == [2024]
    assert {one["name"] for one in report["plan"]["sources"]} == {"grant", "loan", "own money"}
    assert "One plan of one stage for 2 scenarios" in stage_risk_text(report)
    drawn = stage_tornado_chart(report)
    assert "least debt cover at the same ends" in drawn
    assert drawn.count("fuel price") == 2


@pytest.mark.parametrize("count", [1, 51])
def test_too_few_and_too_many_scenarios_are_refused(count: int):
    with pytest.raises(InputError, match=f"{count} are asked for; expected from 2 to 50, for example 12"):
        stage_risk_of(site_with(), read_tables(), scenarios=count)


def test_a_scenario_in_which_today_cannot_go_on_is_named():
    # 10 kW all day, 1 % more each year, and a generator of 11 kW: a tenth more load is more than it gives.
    text = SITE.replace("hours: 10 h/day, days: 250 day/year", "hours: 24 h/day, days: 365 day/year")
    text = text.replace("14 kW", "11 kW").replace("UNCERTAINTY", "{load: ± 25 %}").replace("MONEY", MONEY)
    site = site_from(text.replace("STAGES", STAGES).replace("GENSET", STRAIGHT), "site.yaml")
    with pytest.raises(InputError, match=r"finance\.own_money  in scenario \d+: is reckoned against today's equipment"):
        stage_risk_of(site, read_tables(), scenarios=4)
