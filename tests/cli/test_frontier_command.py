"""`asmcarbon frontier` as a user meets it: on a mine of the Andes, beside its footprint and its plan."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from asmcarbon.reports.frontier import frontier_table
from asmcarbon.reports.frontier_text import frontier_text
from asmcarbon.reports.page.frontier_charts import abatement_chart, frontier_chart

POINTS = 4


@pytest.fixture(scope="module")
def site(root: Path) -> Path:
    return root / "examples" / "andean_gold" / "site.yaml"


@pytest.fixture(scope="module")
def chart(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("frontier") / "frontier.svg"


@pytest.fixture(scope="module")
def report(asmcarbon, site, chart) -> dict:
    done = asmcarbon("frontier", site, "--points", POINTS, "--json", "--chart", chart)
    assert done.returncode == 0, done.stderr
    assert "… point 2 of 4" in done.stderr
    return json.loads(done.stdout)


def test_fewer_emissions_cost_more_and_every_cap_is_kept(report):
    points = report["points"]
    emitted = [one["gross_emissions"]["value"] for one in points]
    costs = [one["net_present_cost"] for one in points]
    assert len(points) == POINTS
    assert emitted == sorted(emitted, reverse=True)
    assert costs == sorted(costs)
    assert [one["emissions_cap"] is None for one in points] == [True, False, False, True]
    assert all(one["gross_emissions"]["value"] <= one["emissions_cap"]["value"] * (1 + 1e-6) for one in points[1:-1])
    caps = [emitted[0], *(one["emissions_cap"]["value"] for one in points[1:-1]), emitted[-1]]
    steps = [before - after for before, after in pairwise(caps)]
    assert steps == pytest.approx([steps[0]] * 3)
    tonnes = [one["cost_of_last_tonne"] for one in points[1:]]
    assert points[0]["cost_of_last_tonne"] is None
    assert tonnes == sorted(tonnes)


def test_emissions_are_those_of_the_litres_by_the_footprint_and_of_all_else_that_it_counts(asmcarbon, report, site):
    footprint = json.loads(asmcarbon("footprint", site, "--json").stdout)
    generator = sum(
        line["co2e"]["value"] for line in footprint["lines"]
        if line["source"] == "energy.diesel.generator" and line["scope"] == 1
    )  # fmt: skip
    gross = footprint["totals"]["scopes_1_2"]["value"]
    assert report["today"]["gross_emissions"]["value"] == pytest.approx(gross, rel=1e-9)
    for one in report["points"]:
        expected = gross + (one["fuel_l"]["diesel"] / 36500 - 1) * generator / 1000
        assert one["gross_emissions"]["value"] == pytest.approx(expected, rel=1e-6)


def test_a_plan_without_any_option_is_going_on_as_today(report):
    without = {one["option"]: one for one in report["alternatives"]}
    today = report["today"]
    nothing = without["solar and battery"]
    assert nothing["plan"]["net_present_cost"] == pytest.approx(today["net_present_cost"], rel=1e-6)
    assert nothing["plan"]["gross_emissions"]["value"] == pytest.approx(today["gross_emissions"]["value"], rel=1e-6)
    both = next(one for one in report["measures"] if one["option"] == "solar and battery")
    for name in ("in_plan", "alone"):
        assert both[name]["net_present_cost"] == pytest.approx(
            report["points"][0]["net_present_cost"] - today["net_present_cost"], rel=5e-3
        )
        assert both[name]["cost_per_tonne"] < 0


def test_the_cheapest_plan_is_close_to_the_one_of_optimise(asmcarbon, report, site):
    plan = json.loads(asmcarbon("optimise", site, "--json").stdout)
    cheapest = report["points"][0]
    assert report["today"]["net_present_cost"] == pytest.approx(plan["net_present_cost"]["today"], rel=1e-9)
    assert plan["net_present_cost"]["plan"] <= cheapest["net_present_cost"] * (1 + 1e-3)
    assert plan["net_present_cost"]["plan"] == pytest.approx(cheapest["net_present_cost"], rel=0.01)


def test_ranges_hold_the_plan_and_a_plan_without_a_battery_is_dearer_than_they_allow(report):
    ranges = {one["kind"]: one for one in report["ranges"]}
    for one in ranges.values():
        assert one["least"] < one["planned"] < one["most"]
    without = next(one for one in report["alternatives"] if one["option"] == "battery")
    assert (without["dearer"] > report["within"]) == (ranges["battery"]["least"] > 0)
    assert without["plan"]["storage_kwh"] == pytest.approx(0.0, abs=1e-9)


def test_the_page_says_what_is_proven_and_what_is_not(report):
    page = frontier_text(report)
    assert "emits 114.7 tCO2e a year" in page
    assert "without battery:" in page
    assert "within 2 % of the least cost:" in page
    assert "what options avoid does not add up" in page
    assert "by line" in page
    assert "on/off" in page
    assert max(len(line) for line in page.splitlines() if not line.startswith("  -")) <= 120


def test_the_table_has_a_row_for_each_point_and_its_unit(asmcarbon, report, site):
    rows = frontier_table(report)
    assert [row["point"] for row in rows] == [1, 2, 3, 4]
    assert {row["unit"] for row in rows} == {"tCO2e/year"}
    done = asmcarbon("frontier", site, "--points", 2, "--csv")
    table = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["point"] for row in table] == ["1", "2"]
    assert float(table[0]["net_present_cost"]) == pytest.approx(rows[0]["net_present_cost"], rel=1e-9)


def test_the_chart_is_one_file_with_a_dot_for_each_plan_and_units_on_its_axes(report, chart):
    space = "{http://www.w3.org/2000/svg}"
    drawing = ElementTree.fromstring(chart.read_text(encoding="utf-8"))
    texts = [text.text for text in drawing.iter(f"{space}text")]
    assert {str(number) for number in range(1, POINTS + 1)} <= set(texts)
    words = " ".join(filter(None, texts))
    assert "gross emissions, tCO2e a year" in words
    assert "net present cost over 20 years at 10%, thousand USD" in words
    assert not list(chart.parent.glob("*.part"))
    hostile = {**report, "site": {**report["site"], "name": '<script>"&'}}
    drawn = frontier_chart(hostile, hostile["site"]["name"]).svg
    assert "<script>" not in drawn
    assert '<script>"&' in [text.text for text in ElementTree.fromstring(drawn).iter(f"{space}text")]


def test_the_area_below_the_cost_of_a_further_tonne_is_what_the_cleanest_plan_costs_more(report):
    chart = abatement_chart(report)
    assert chart is not None
    numbers = [[float(cell.replace(",", "")) for cell in row] for row in chart.cells.rows[1:]]
    area = sum((end - begin) * cost for begin, end, cost in numbers)
    first, last = (report["points"][place]["by_line"]["net_present_cost"] for place in (0, -1))
    a_dollar_a_year_over_20_years_at_10_percent = 8.513564  # any table of annuities
    assert area * a_dollar_a_year_over_20_years_at_10_percent == pytest.approx(last - first, rel=5e-3)


def test_plans_told_by_a_line_are_hollow_and_the_chart_says_so(report):
    mixed = [{**one, "generators": "line" if place == 1 else one["generators"]}
             for place, one in enumerate(report["points"])]  # fmt: skip
    assert "each generator a straight line" not in frontier_chart(report).svg
    assert "each generator a straight line" in frontier_chart({**report, "points": mixed}).svg


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--points", "1"], "points  is 1; expected 2 to 50"),
        (["--within", "2"], "within"),
        (["--within", "2 kg"], "within  '2 kg' is no share"),
        (["--json", "--csv"], "--json  and --csv are both given"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(asmcarbon, site, options, said):
    done = asmcarbon("frontier", site, *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
