"""Plans of whole sites: a grid with outages, the budget, the weather file, and the audit that nothing passes by."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from asmcarbon.energy.sun import sun_of
from asmcarbon.errors import AuditMismatch, Infeasible, InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.finance.cashflow import cashflow_of
from asmcarbon.optimise import local_search
from asmcarbon.optimise.coefficients import coefficients_of
from asmcarbon.planning.audit import audit
from asmcarbon.planning.plan_site import plan_site
from asmcarbon.site.read import site_from

SITE = """
name: x
country: PER
year: 2024
location: {latitude: -15.8, longitude: -70.0, elevation: 3900 m}
energy:
  diesel: {generator: 3000 L/year, vehicles: 500 L/year, density: 0.84 kg/L, price: 1.20 USD/L}
  generators: [{rated_power: 20 kW, fuel_use: 0.35 L/kWh}]
  machines: [{name: mill, rated_power: 10 kW, hours: 10 h/day, days: 250 day/year, window: "07:00-17:00"}]
GRID
options:
  solar: {capital_cost: 1300 USD/kW, operation_cost: 20 USD/kW/year, lifetime: 25 year}
  battery: {energy_capital_cost: 350 USD/kWh, power_capital_cost: 250 USD/kW, lifetime: 10 year}
"""


def planned(text: str, **options):
    return plan_site(site_from(text, "site.yaml"), read_tables(), **options)


@pytest.fixture(scope="module")
def off_grid():
    return planned(SITE.replace("GRID", ""))


def test_fuel_of_today_is_the_fuel_that_was_reported(off_grid):
    # 10 kW x 10 h x 250 days = 25,000 kWh; x 0.35 L/kWh = 8,750 L; 3,000 L were reported.
    assert off_grid.plan.fuel_scale["diesel"] == pytest.approx(3000 / 8750, rel=1e-9)
    assert off_grid.plan.today.fuel_l["diesel"] == pytest.approx(3000, rel=1e-9)
    assert any("machines explain 292%" in note for note in off_grid.notes)


def test_the_planned_year_serves_every_hour(off_grid):
    assert float(off_grid.solution.surplus_kw.min()) >= -1e-6


@pytest.mark.parametrize("change", ["operational_kgco2e", "energy_cost"])
def test_a_figure_that_was_tampered_with_fails_the_audit(off_grid, change):
    tables = read_tables()
    year = replace(off_grid.plan.planned, **{change: getattr(off_grid.plan.planned, change) + 1.0})
    wrong = replace(off_grid.plan, planned=year)
    coefficients = coefficients_of(off_grid.site, off_grid.assets, tables)
    audit(off_grid.plan, off_grid.site, off_grid.before, off_grid.after, off_grid.cashflow, coefficients)
    with pytest.raises(AuditMismatch):
        audit(wrong, off_grid.site, off_grid.before, off_grid.after, cashflow_of(wrong), coefficients)


def test_cash_flow_by_hand(off_grid):
    # Year 0 buys everything; the battery is bought again in year 10, the inverter (10 years by default) too.
    by_name = {one.asset.name: one for one in off_grid.plan.purchases}
    years = off_grid.cashflow.years
    assert years[0].capital == pytest.approx(sum(one.capital_cost for one in by_name.values()))
    again = sum(by_name[name].capital_cost for name in ("battery", "battery inverter") if name in by_name)
    assert years[10].capital == pytest.approx(again)
    assert years[20].capital == 0
    # Of 25 years of panels at 10 %, five are left: annuity 0.110168 x present value of five years 3.790787.
    assert -years[20].residual == pytest.approx(by_name["solar array"].capital_cost * 0.110168 * 3.790787, rel=1e-5)


def test_a_grid_gives_nothing_while_it_is_out():
    hours = [0 if hour % 24 in (9, 10) else 1 for hour in range(8760)]
    grid = f"  grid: {{limit: 40 kW, price: 0.05 USD/kWh, purchased: 20000 kWh/year, availability: {hours}}}"
    found = planned(SITE.replace("GRID", grid))
    assert found.solution.grid_kw[np.array(hours) == 0].max() == 0
    # Two hours of ten lie in the outage: 5,000 kWh a year from the generator, 20,000 from the grid.
    assert found.plan.today.supply.grid == pytest.approx(20_000, rel=1e-6)
    assert found.plan.today.supply.generators == pytest.approx(5_000, rel=1e-6)


def test_a_budget_is_never_exceeded_and_its_worth_is_told(off_grid):
    found = planned(SITE.replace("GRID", "finance: {budget: 2000 USD}"))
    # The last dollars of a budget are worth less than the gap at which the search ends.
    assert 0.998 * 2000 <= found.plan.capital_cost <= 2000 * (1 + 1e-9)
    assert found.plan.annual_cost >= off_grid.plan.annual_cost
    more = planned(SITE.replace("GRID", "finance: {budget: 2010 USD}"))
    saved = found.plan.annual_cost - more.plan.annual_cost
    assert found.plan.budget_shadow_price == pytest.approx(saved / 10, rel=1e-3)


def test_a_weather_file_is_found_beside_the_site(tmp_path: Path):
    sun = sun_of(-15.8, -70.0, 3900.0)
    pvgis = [
        "Latitude (decimal degrees): -15.8",
        "Longitude (decimal degrees): -70.0",
        "Elevation (m): 3900.0",
        "month,year",
    ]
    assert sun.annual_yield_kwh_per_kw > 1000
    (tmp_path / "weather.epw").write_text("\n".join(pvgis), encoding="utf-8")
    text = SITE.replace("GRID", "  weather: {file: weather.epw}")
    with pytest.raises(InputError, match=r"weather\.epw"):
        planned(text, folder=tmp_path)
    with pytest.raises(InputError, match="nowhere"):
        planned(text.replace("weather.epw", "nowhere.epw"), folder=tmp_path)


def test_a_site_without_what_a_plan_needs_is_told_everything_at_once():
    with pytest.raises(InputError) as error:
        planned("name: x\ncountry: PER\nyear: 2024\nenergy: {generators: [{rated_power: 5 kW, fuel_use: 0.3 L/kWh}]}\n")
    assert {problem.where for problem in error.value.problems} == {
        "energy.machines", "energy.diesel.generator", "energy.diesel.price", "location",
    }  # fmt: skip


def test_supply_that_falls_short_is_said_with_figures():
    with pytest.raises(Infeasible, match=r"up to 5\.0 kW, in 2500 hours"):
        planned(SITE.replace("GRID", "").replace("rated_power: 20 kW", "rated_power: 5 kW"))


def test_unserved_energy_at_a_price_makes_it_possible():
    text = SITE.replace("GRID", "").replace("rated_power: 20 kW", "rated_power: 5 kW")
    found = planned(text.replace("options:\n", "options:\n  unserved_energy_price: 2 USD/kWh\n"))
    assert found.plan.today.supply.unserved == pytest.approx(5 * 2500, rel=1e-6)
    assert found.plan.today.unserved_cost == pytest.approx(2 * 5 * 2500, rel=1e-6)


def test_a_cap_of_nothing_is_judged_on_the_year_with_generators_on_and_off(monkeypatch):
    # No other size could burn less than nothing.
    monkeypatch.setattr(local_search, "MOST_TRIALS", 1)
    curve = "fuel_curve: {slope: 0.25 L/kWh, intercept: 0.03 L/kWh}, minimum_load: 30 %"
    curved = SITE.replace("fuel_use: 0.35 L/kWh", curve)
    capped = curved.replace("vehicles: 500 L/year, ", "").replace(
        "options:\n", "options:\n  emissions_cap: 0 tCO2e/year\n"
    )
    found = planned(capped.replace("GRID", ""))
    assert found.plan.switched is not None
    assert found.plan.planned.fuel_l["diesel"] == 0.0
    assert found.plan.planned.operational_kgco2e == pytest.approx(0.0, abs=1e-6)


def test_a_plan_that_opens_less_land_burns_and_drains_less():
    land = """
land:
  opened:
    - area: 10 ha/year
      carbon_before: 40 tC/ha
      pools: [above_ground]
      burned: {share: 60 %, vegetation: primary_tropical_moist_forest}
      soil: {kind: tropical_wet.low_activity_clay, lost: 80 %}
    - {area: 5 ha/year, carbon_before: 40 tC/ha, pools: [above_ground], peat: tropical.forest}
  drained: [{area: 12 ha, peat: tropical.forest}]
  disturbed: [{land: overburden, area: 8 ha}]
  rehabilitated:
    - {method: planting, land: overburden, area: 2 ha, growth: forest.growth.tropical_rainforest, planted: 2019,
       survival: 70 %, buffer: 20 %}
"""
    measures = """
  objective: least_emissions
  measures:
    - {name: less forest, capital_cost: 1 USD, lifetime: 10 year, reduces: [{activity: land.opened.0, share: 40 %}]}
    - {name: less peat, capital_cost: 1 USD, lifetime: 10 year, reduces: [{activity: land.opened.1, share: 50 %}]}
    - {name: wet again, capital_cost: 1 USD, lifetime: 10 year, reduces: [{activity: land.drained.0, share: 25 %}]}
"""
    text = SITE.replace("GRID", "").replace("\noptions:", f"{land}finance: {{budget: 1000 USD}}\noptions:") + measures
    found = planned(text)  # its audit compares the model's emissions with the calculator's
    assert {one.asset.name for one in found.plan.bought("measure")} == {"less forest", "less peat", "wet again"}
    left = {"land.opened.0": 0.60, "land.opened.1": 0.50, "land.drained.0": 0.75, "land.rehabilitated.0": 1.0}
    before = {(line.source, line.label, line.gas): line.co2e.magnitude for line in found.before.lines}
    after = {(line.source, line.label, line.gas): line.co2e.magnitude for line in found.after.lines}
    on_land = [key for key in before if key[0].startswith("land.")]
    assert len(on_land) == 4 + 2 + 1 + 2
    for key in on_land:
        assert after[key] == pytest.approx(left[key[0]] * before[key], rel=1e-9)
