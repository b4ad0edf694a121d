"""The financed zone and milling centre: credits, results and loans reckoned again as a buyer and a bank would."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from asmcarbon.factors.tables import read_tables
from asmcarbon.planning.plan_stages import plan_stages
from asmcarbon.reports.stages import stages_report, stages_text
from asmcarbon.site.read import read_site

EXAMPLES = Path(__file__).parents[2] / "examples"
HORIZON = 12
YEARS = np.arange(HORIZON + 1)


def reported(folder: str) -> dict[str, Any]:
    path, tables = EXAMPLES / folder / "financed.yaml", read_tables()
    found = plan_stages(read_site(path), tables, folder=path.parent)
    return json.loads(json.dumps(stages_report(found, tables)))


@pytest.fixture(scope="module")
def zone() -> dict[str, Any]:
    return reported("copper_cobalt")


@pytest.fixture(scope="module")
def mill() -> dict[str, Any]:
    return reported("milling_centre")


def column(report: dict[str, Any], name: str) -> np.ndarray:
    return np.array([one[name] or 0.0 for one in report["financing"]["years"]])


def paid_by(report: dict[str, Any], name: str) -> dict[int, dict[str, float]]:
    (source,) = (one for one in report["financing"]["sources"] if one["name"] == name)
    return {stage["year"]: stage["pays_for"] for stage in source["stages"]}


def due_on(amount: float, year: int, rate: float, months: int, grace: int = 0, weaker: float = 0.0) -> np.ndarray:
    """What is due in each year on what a bank gave, month by month.

    weaker  by how much more of the bank's currency a dollar buys each year; a year is told at the rate of its end
    """
    due, balance = np.zeros(HORIZON + 1), amount
    payment = amount * rate / 12 / (1 - (1 + rate / 12) ** -(months - grace))
    for month in range(1, months + 1):
        interest = balance * rate / 12
        paid = interest if month <= grace else payment
        balance -= paid - interest
        of_loan = (month + 11) // 12
        due[year + of_loan] += paid / (1 + weaker) ** of_loan
    assert balance == pytest.approx(0.0, abs=1e-6)
    return due


def assert_uses_are_paid_for(report: dict[str, Any], names: tuple[str, ...]) -> None:
    for year in (0, 4):
        sources = sum(sum(paid_by(report, name)[year].values()) for name in names)
        (row,) = (one for one in report["financing"]["years"] if one["year"] == year)
        assert sources == pytest.approx(row["invested"] + row["fees"], abs=0.005)


def test_the_zone_sells_a_tenth_of_its_cobalt_and_the_tonnes_of_six_years(zone: dict[str, Any]) -> None:
    tonnes = np.zeros(HORIZON + 1)
    of_stage = {
        one["year"]: one["avoided_tonnes"] for one in zone["financing"]["sold"] if one["kind"] == "results_based"
    }
    tonnes[1:5], tonnes[5:7] = of_stage[0], of_stage[4]
    # 10 % of 210 t at 5,000 USD, less 90,000 USD a year; 15 USD a tonne of CO2e in years 1 to 6; prices rise by 2 %.
    income = (0.10 * 210 * 5000 - 90_000) * (YEARS > 0) + 15 * tonnes
    assert column(zone, "income") == pytest.approx(income * 1.02**YEARS, abs=0.01)
    assert column(zone, "up_front")[0] == pytest.approx(15_000)
    # Of tonnes: what the stage emits less than today's equipment would.
    for start, stage in zip((0, 4), zone["stages"], strict=True):
        today = zone["footprint_today"]["totals"]["scopes_1_2"]["value"]
        assert of_stage[start] == pytest.approx(today - stage["gross_emissions"]["value"], rel=1e-6)


def test_the_loan_of_the_zone_covers_its_share_and_is_paid_from_savings_and_sales(zone: dict[str, Any]) -> None:
    assert_uses_are_paid_for(zone, ("development loan", "own money"))
    due = np.zeros(HORIZON + 1)
    for year, parts in paid_by(zone, "development loan").items():
        assert set(parts) <= {"solar", "battery", "measure"}
        due += due_on(sum(parts.values()), year, 0.08, 48, 6)
    assert column(zone, "debt_service") == pytest.approx(due, abs=0.01)
    indebted = due > 0.01
    cover = (column(zone, "saving") + column(zone, "income"))[indebted] / due[indebted]
    assert zone["financing"]["least_debt_cover"]["value"] == pytest.approx(cover.min(), rel=1e-6)
    assert cover.min() >= 1.3
    text = stages_text(zone)
    assert "least debt service cover, from savings and what is sold and earned" in text
    assert "at first 15,000 USD for certification and the like, from the site's own cash" in text


def test_two_loans_connect_the_mill_and_are_due_as_a_bank_writes_it_down(mill: dict[str, Any]) -> None:
    assert_uses_are_paid_for(mill, ("connection loan", "bank in Geita", "own money"))
    loan, bank = (sum(paid_by(mill, name)[0].values()) for name in ("connection loan", "bank in Geita"))
    # 12,000 USD for line and transformer, and the bank's fee of 2 %.
    assert loan == pytest.approx(8000) and loan + bank + 1500 == pytest.approx(12_000 + 0.02 * bank, abs=0.01)
    due = due_on(loan, 0, 0.09, 60, 3) + due_on(bank, 0, 0.18, 36, weaker=0.03)
    assert column(mill, "debt_service") == pytest.approx(due, abs=0.01)
    saved = column(mill, "saving")
    assert mill["financing"]["least_debt_cover"]["value"] == pytest.approx((saved[1:6] / due[1:6]).min(), rel=1e-6)
    assert column(mill, "cash") == pytest.approx(1500 + np.cumsum(saved - due - column(mill, "own_money")), abs=0.01)
    assert "own money paid back after" in stages_text(mill) and " 1 months" not in stages_text(mill)


def test_the_project_of_the_mill_returns_what_its_flows_say(mill: dict[str, Any]) -> None:
    flows = column(mill, "saving")
    flows[0] -= 12_000
    # Eight of the connection's twenty years are left, at what they cost as an annuity, at the prices of year 12.
    flows[-1] += mill["financing"]["residual_value_at_horizon"]
    rate = mill["financing"]["project_internal_rate"]
    assert float(np.sum(flows / (1 + rate) ** YEARS)) == pytest.approx(0.0, abs=1.0)
    left = 12_000 * (1 - 1.1**-8) / (1 - 1.1**-20)
    assert mill["financing"]["residual_value_at_horizon"] == pytest.approx(left * 1.03**12, rel=1e-6)


def test_every_price_without_a_source_is_marked_as_assumed() -> None:
    for folder in ("copper_cobalt", "milling_centre"):
        for product in read_site(EXAMPLES / folder / "financed.yaml").finance.products:
            for name in product.model_fields_set - {"name", "kind", "of", "requires", "currency", "pays_for"}:
                datum = getattr(product, name)
                assert datum.basis in ("assumed", "sourced"), (product.name, name)
                assert datum.source, (product.name, name)
