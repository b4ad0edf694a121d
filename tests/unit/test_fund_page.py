"""The pages of a fund and of sites side by side: the figures of their reports, whatever a name holds."""

from pathlib import Path

import pytest

from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.compare import compare_report
from asmcarbon.reports.page.page import comparison_page, fund_page
from asmcarbon.site.read import read_site

HOSTILE = '<script>alert("x")</script> منجم الذهب ' + "long " * 50


def totals(money: float, tonnes: float) -> dict:
    return {
        "sites": 1, "money": money, "net_present_cost": -500.0, "avoided": {"value": tonnes / 10, "unit": "tCO2e/year"},
        "avoided_over_horizon": {"value": tonnes, "unit": "tCO2e"},
        "land_avoided": {"value": 0.0, "unit": "tCO2e/year"},
        "cost_per_tonne": -500.0 / tonnes, "money_per_tonne": money / tonnes, "jobs": 12.0, "women": 3.0,
    }  # fmt: skip


def fund(name: str = "A fund") -> dict:
    """A fund of one site, as `portfolio --json` tells it: 20,000 of 30,000 USD for 1,000 t."""
    one = {
        "site": name, "file": "a.yaml", "country": "PER", "minerals": ["gold"], "year": 2026, "point": 2, "points": 3,
        "horizon_years": 10, "solar_kw": 12.0, "storage_kwh": 30.0, "storage_kw": 5.0, "taken": ["a pump"],
        **totals(20_000.0, 1000.0),
    }  # fmt: skip
    return {
        "asmcarbon": "0", "factor_release": "2026.1", "input_sha256": "0" * 64, "gwp_set": "AR6", "currency": "USD",
        "name": name, "goal": "most_jobs", "carry_over": True, "totals": totals(20_000.0, 1000.0), "funded": [one],
        "left_out": [{"site": "B", "file": "b.yaml", "why": "others do more for the goal", "loss": None}],
        "by_year": [{"year": 2026, "budget": 30_000.0, "spent": 20_000.0, "left": 10_000.0}],
        "by_country": [{"name": "PER", **totals(20_000.0, 1000.0)}], "by_mineral": [], "limits": [],
        "next": {"money": 100_000.0, "gain": 4.0, "totals": totals(90_000.0, 2000.0), "added": ["B"], "dropped": [],
                 "moved": []},
        "greedy": {"totals": totals(20_000.0, 1000.0), "short": 0.0, "funded": [], "breaks": []},
        "gap": 1e-6, "notes": ["a note"],
    }  # fmt: skip


def test_the_page_of_a_fund_has_its_figures():
    page = fund_page(fund())
    for told in ("Of 30,000 USD 20,000 are spent.", "A tonne avoided costs -0.5 USD net", "<th scope=row>A fund</th>",
                 "B: others do more for the goal", "A fund: a pump", "<b>20,000</b> USD"):  # fmt: skip
        assert told in page
    assert page.count("<svg ") == 2


def test_a_fund_of_nothing_says_so():
    nothing = {**fund(), "funded": [], "totals": {**totals(0.0, 1.0), "cost_per_tonne": None, "money_per_tonne": None}}
    assert "No site is funded." in fund_page(nothing)


@pytest.mark.parametrize("name", [HOSTILE, "&amp;", "x"])
def test_a_name_stands_on_the_page_as_text(name: str):
    page = fund_page(fund(name))
    assert "<script" not in page
    assert len(page) < 200_000


def test_sites_side_by_side_have_their_figures_and_those_of_large_mines():
    years = Path(__file__).parents[2] / "examples" / "andean_gold" / "years"
    given = [(f"{year}", read_site(years / f"{year}.yaml"), read_tables()) for year in (2022, 2024)]
    page = comparison_page(compare_report(given))
    for told in ("11.2", "6.39", "32.7", "2 sites side by side", "the years differ"):
        assert told in page
    assert page.count("<svg ") == 2


def test_sites_of_hostile_names_stand_side_by_side():
    site = read_site(Path(__file__).parents[2] / "examples" / "alluvial_gold" / "site.yaml")
    both = [("a", site.model_copy(update={"name": HOSTILE[:200]}), read_tables()), ("b", site, read_tables())]
    assert "<script" not in comparison_page(compare_report(both))
