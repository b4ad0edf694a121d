"""The frontier after products: beside the plan of `optimise`, and the frontier of a site that no product pays."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from asmcarbon.api.frontier_answers import FrontierAnswer
from asmcarbon.errors import SolverStopped
from asmcarbon.factors.tables import read_tables
from asmcarbon.planning import frontier as frontier_room
from asmcarbon.planning.frontier import frontier_of_site
from asmcarbon.planning.plan_stages import plan_stages
from asmcarbon.planning.time_limit import TimeLimit
from asmcarbon.reports.frontier import frontier_report, frontier_table
from asmcarbon.reports.frontier_text import frontier_text
from asmcarbon.reports.page.frontier_charts import frontier_chart
from asmcarbon.site.read import site_from

EXAMPLE = Path(__file__).parents[2] / "examples" / "andean_gold" / "financed.yaml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
# Worth nothing: a twelfth of it a month is the discount rate a year, 10 % above prices that rise by 2 %.
NEUTRAL_RATE = 12 * ((1.10 * 1.02) ** (1 / 12) - 1)


def one_year(text: str) -> str:
    """The example without stages, and with a generator that is a straight line: its plans need no on/off dispatch."""
    curve, end = text.index("      fuel_curve:"), text.index("  machines:")
    text = f"{text[:curve]}      fuel_use: 0.33 L/kWh\n{text[end:]}"
    return text[: text.index("  stages:")]


def with_products(text: str, products: str) -> str:
    """The example with other products, and neither own money nor debt cover."""
    start, end = text.index("  own_money:"), text.index("options:")
    return f"{text[:start]}{products}\n{text[end:]}"


def report_of(text: str, points: int) -> dict[str, Any]:
    found = frontier_of_site(site_from(text, "site.yaml"), read_tables(), points=points)
    return json.loads(json.dumps(frontier_report(found)))


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return report_of(one_year(TEXT), 3)


def test_the_cheapest_point_costs_what_the_financed_plan_of_optimise_costs(report: dict[str, Any]) -> None:
    plan = plan_stages(site_from(one_year(TEXT), "site.yaml"), read_tables())
    assert plan.financed is not None
    cheapest, cost = report["points"][0], plan.financed.net_present_cost
    assert cheapest["net_present_cost"] == pytest.approx(cost, rel=cheapest["gap"] + plan.gap + 1e-6)
    assert cheapest["financing"]["cost_before_products"] == pytest.approx(plan.net_present_cost, rel=0.01)


def test_each_point_is_paid_for_in_full_and_within_the_terms(report: dict[str, Any]) -> None:
    assert len(report["points"]) == 3
    for one in report["points"]:
        paid = one["financing"]
        given = {product["name"]: product["amount"] for product in paid["products"]}
        # One stage: all is bought on the first day, and none of the products keeps a fee.
        assert paid["own_money"] + sum(given.values()) == pytest.approx(one["capital_cost"], abs=1.0)
        assert paid["own_money"] <= 30_000.5
        assert given["programme grant"] == pytest.approx(min(0.2 * 1300 * one["solar_kw"], 25_000), abs=1.0)
        assert given["green loan"] <= 80_000.5
        assert paid["least_debt_cover"]["value"] >= 1.3 - 1e-6
        assert one["net_present_cost"] < paid["cost_before_products"]


def test_a_year_without_stages_is_told_by_the_year_and_that_costs_are_after_products(report: dict[str, Any]) -> None:
    text = frontier_text(report)
    assert report["emissions_over"] == "year"
    assert report["today"]["gross_emissions"]["unit"] == "tCO2e/year"
    assert "All costs are after what finance.products pay" in text
    assert "Products taken" in text
    assert "after products, thousand USD" in frontier_chart(report).svg
    assert {"own_money", "products", "least_debt_cover"} <= frontier_table(report)[0].keys()
    assert msgspec.convert(report, FrontierAnswer) == report


def test_without_any_option_costs_are_those_of_today_and_nothing_is_borrowed(report: dict[str, Any]) -> None:
    nothing = next(one for one in report["alternatives"] if one["option"] == "solar and battery")["plan"]
    assert nothing["net_present_cost"] == pytest.approx(report["today"]["net_present_cost"], rel=1e-6)
    assert nothing["financing"]["products"] == []


def test_a_loan_that_is_worth_nothing_leaves_the_frontier_as_it_is_without_products() -> None:
    loan = f"  products:\n    - {{name: bank, kind: commercial_loan, rate: {100 * NEUTRAL_RATE} %, tenor: 48 month}}\n"
    found, alone = (report_of(with_products(one_year(TEXT), products), 3) for products in (loan, ""))
    assert (found["after_products"], alone["after_products"]) == (True, False)
    assert alone["points"][0]["financing"] is None
    for one, same in zip(found["points"], alone["points"], strict=True):
        assert one["net_present_cost"] == pytest.approx(same["net_present_cost"], rel=1e-3)
        assert one["gross_emissions"]["value"] == pytest.approx(same["gross_emissions"]["value"], rel=0.01)
        assert one["financing"]["cost_before_products"] == pytest.approx(one["net_present_cost"], rel=1e-6)
    assert found["today"]["net_present_cost"] == pytest.approx(alone["today"]["net_present_cost"], rel=1e-9)


def test_a_limit_of_time_that_ends_after_the_points_leaves_the_rest_out_and_says_so(monkeypatch) -> None:
    def ran_out(*_given: object) -> None:
        raise SolverStopped

    monkeypatch.setattr(frontier_room, "alternatives_of", ran_out)
    monkeypatch.setattr(TimeLimit, "allows", lambda _limit, _seconds=0.0: False)
    monkeypatch.setattr(TimeLimit, "check", lambda _limit: None)
    found = frontier_of_site(site_from(one_year(TEXT), "site.yaml"), read_tables(), points=2, time_limit_s=600.0)
    assert len(found.points) == 2
    assert found.alternatives == ()
    assert any("limit of 600 s" in note and "nearly as good" in note for note in found.notes)


def test_a_limit_of_time_without_a_plan_is_told_as_the_limit_that_was_given() -> None:
    with pytest.raises(SolverStopped, match=r"limit of 0\.001 s"):
        frontier_of_site(site_from(one_year(TEXT), "site.yaml"), read_tables(), time_limit_s=0.001)
