"""Example A against its checks: hand figures of the published inputs that the file is built from."""

import json
from pathlib import Path

import pytest

from asmcarbon.energy.load import load_of
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.read import read_site


@pytest.fixture(scope="module")
def site(example: Path):
    return read_site(example)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory, example: Path):
    import subprocess
    import sys

    out = tmp_path_factory.mktemp("plan") / "plan.json"
    command = Path(sys.executable).with_name("asmcarbon")
    subprocess.run([command, "optimise", example, "--json", "-o", out], check=True, capture_output=True)
    return json.loads(out.read_text(encoding="utf-8"))


def test_fuel_emits_114_tonnes_of_co2(site):
    # 42,500 L x 0.84 kg/L x 43 GJ/t x 74.1 kgCO2/GJ (IPCC 2006) = 113.75 t; told as 114 t, 9.5 t/kg, 0.95 t a job.
    footprint = calculate(activities_of(site), site, read_tables())
    fuel = sum(line.emission for line in footprint.lines if line.gas == "CO2" and line.source.startswith("energy."))
    tonnes = fuel.to("tCO2/year").magnitude
    assert tonnes == pytest.approx(42_500 * 0.84 * 43 * 74.1 / 1e6, rel=1e-9)
    assert tonnes == pytest.approx(114, rel=0.01)
    assert tonnes / 12 == pytest.approx(9.5, rel=0.01)
    assert tonnes / 120 == pytest.approx(0.95, rel=0.01)


def test_machines_use_110_6_megawatt_hours(site):
    assert load_of(site.energy.machines).annual_kwh == pytest.approx(110_600, rel=0.01)


def test_every_line_names_its_factor_source_and_locator(site):
    tables = read_tables()
    for line in footprint_report(site, tables)["lines"]:
        factor = tables.by_id[line["factor_id"]]
        assert factor.locator
        assert factor.locator in line["factor_source"]
        assert line["release"] == tables.release


def test_intensities_stand_for_tonne_kilogram_ounce_and_job(site):
    report = footprint_report(site, read_tables())
    whole = report["totals"]["scopes_1_2_3"]["value"]
    told = {one["per"]: one["value"] for one in report["intensities"] if one["scopes"] == [1, 2, 3]}
    assert told["ore"] == pytest.approx(whole * 1000 / 1200, rel=1e-12)
    assert told["gold"] == pytest.approx(whole / 12, rel=1e-12)
    assert told["gold (troy oz)"] == pytest.approx(whole * 1000 / 12 * 0.0311034768, rel=1e-12)
    assert told["job"] == pytest.approx(whole / 120, rel=1e-12)


def test_large_scale_gold_stands_beside_it_at_the_same_boundary(site):
    rows = footprint_report(site, read_tables())["comparisons"]
    assert {row["boundary"] for row in rows} == {"scopes_1_2"}
    by_name = {(row["benchmark"], row["site"]["unit"]): row for row in rows}
    # S&P Global: 792 kgCO2e per troy ounce in 2023, 25.5 t/kg.
    assert by_name["large-scale gold, 2023", "tCO2e/kg"]["large_scale"]["value"] == pytest.approx(25.5, abs=0.05)


def test_the_plan_saves_money_and_carbon_by_its_own_sums(plan):
    # Re-derived from the plan's own parts: fuel at 1.20 USD/L, prices of the site file.
    sizes = {one["item"]: one["size"] for one in plan["purchases"]}
    capital = 1300 * sizes["solar array"] + 350 * sizes["battery"] + 250 * sizes["battery inverter"]
    assert plan["capital_cost"] == pytest.approx(capital, rel=1e-9)
    running = 1.20 * (plan["fuel_l"]["plan"]["diesel"] + 6000)
    running += 20 * sizes["solar array"] + 5 * sizes["battery"] + 5 * sizes["battery inverter"]
    assert plan["running_cost"]["plan"] == pytest.approx(running, rel=1e-6)
    assert plan["running_cost"]["today"] == pytest.approx(51_000, rel=1e-9)  # 42,500 L at 1.20 USD
    assert plan["payback_years"] == pytest.approx(capital / (51_000 - running), rel=1e-6)


def test_the_planned_year_balances(plan):
    supply = plan["supply_kwh"]["plan"]
    given = supply["solar"] + supply["generators"] + supply["grid"] + supply["unserved"]
    taken = supply["battery_losses"] + supply["generators_dumped"]
    assert given - taken == pytest.approx(plan["load_kwh"], rel=1e-6)
    # At least what its curve burns for that energy, 0.273 L/kWh, by the factor that meets the reported fuel of today.
    scale = plan["fuel_scale"]["diesel"]
    assert supply["generators"] * 0.273 * scale < plan["fuel_l"]["plan"]["diesel"]
    assert plan["fuel_l"]["plan"]["diesel"] < supply["generators"] * (0.273 + 0.033 / 0.10) * scale  # at 10 % load


def test_the_on_off_dispatch_is_proven_to_half_a_percent(plan):
    assert 0 <= plan["dispatch_gap"] < 0.005


def test_the_footprint_with_the_plan_is_the_footprint_of_the_site_it_makes(plan):
    before = plan["footprint_today"]["totals"]["scopes_1_2_3"]["value"]
    after = plan["footprint_plan"]["totals"]["scopes_1_2_3"]["value"]
    sizes = {one["item"]: one["size"] for one in plan["purchases"]}
    litres = 36_500 - plan["fuel_l"]["plan"]["diesel"]
    # A litre of diesel: 0.84 kg x 43 MJ/kg x (74.1 + 0.003 x 27 + 0.0006 x 273) g/MJ burned, 0.62409 kg supplied.
    litre = 0.84 * 43 * (74.1 + 0.003 * 27 + 0.0006 * 273) / 1e6 + 0.62409 / 1e3
    # Made: 1,112 kg a kW over 25 years (IEA PVPS 2022), 83.5 kg a kWh over 10 years (IVL C444).
    made = sizes["solar array"] * 1.112 / 25 + sizes["battery"] * 0.0835 / 10
    assert before - after == pytest.approx(litres * litre - made, rel=1e-6)


def test_what_is_assumed_is_marked_in_the_report(site):
    figures = footprint_report(site, read_tables())["data"]["assumed_figures"]
    assert "energy.generators.0.rated_power" in figures
    assert "processing.products.gold" not in figures
