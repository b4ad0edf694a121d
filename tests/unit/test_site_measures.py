"""Measures and rehabilitation of a site as numbers of the optimiser, by hand; and a plan that takes them."""

from pathlib import Path

import pytest

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.optimise.site_measures import land_of, measure_problems, measures_of, others_of, rehabilitation_of
from asmcarbon.planning.plan_site import plan_site
from asmcarbon.site.read import read_site, site_from

# A litre of diesel burned in an engine: 0.84 kg x 43 MJ/kg x (74.1 + 0.003 x 27 + 0.0006 x 273) g/MJ.
LITRE = 0.84 * 43 * (74.1 + 0.003 * 27 + 0.0006 * 273) / 1e3


@pytest.fixture(scope="module")
def alluvial(root: Path):
    return read_site(root / "examples" / "alluvial_gold" / "site.yaml")


@pytest.fixture(scope="module")
def before(alluvial):
    return calculate(activities_of(alluvial), alluvial, read_tables())


@pytest.fixture(scope="module")
def plan(alluvial):
    return plan_site(alluvial, read_tables())


def test_a_measure_costs_its_annuity_and_saves_its_fuel(alluvial, before):
    prospecting, backfilling, pumps = measures_of(alluvial, before, 0.10)
    # Annuities at 10 %: 0.263797 over 5 years, 0.162745 over 10.
    assert prospecting.annual_cost == pytest.approx(15_000 * 0.263797 + 4000, rel=1e-5)
    assert backfilling.annual_cost == pytest.approx(5_000 * 0.162745 + 6000, rel=1e-5)
    assert pumps.annual_cost == pytest.approx(20_000 * 0.162745 - 0.5 * 60_950 * 1.20, rel=1e-5)


def test_a_measure_changes_the_gross_emissions_of_what_it_reduces(alluvial, before):
    prospecting, backfilling, pumps = measures_of(alluvial, before, 0.10)
    land = 4 * 47.4 * 44 / 12 * 1000
    assert prospecting.operational_kgco2e_change == pytest.approx(-0.4 * land, rel=1e-9)
    assert backfilling.operational_kgco2e_change == pytest.approx(-0.2 * land, rel=1e-9)
    assert pumps.operational_kgco2e_change == pytest.approx(-0.5 * 60_950 * LITRE, rel=1e-9)
    # 45 kW x 9 h x 200 days.
    assert pumps.extra_load_kw.sum() == pytest.approx(81_000, rel=1e-9)


def test_a_hectare_counts_what_survives_less_the_buffer(alluvial, before):
    planting, reshaping = rehabilitation_of(alluvial, before, 0.10)
    assert planting.removals_kgco2e_per_ha_year == pytest.approx(6000 * 0.82 * 0.80, rel=1e-12)
    assert reshaping.removals_kgco2e_per_ha_year == 0
    assert planting.annual_cost_per_ha == pytest.approx(2500 * 0.117460, rel=1e-5)  # annuity of 20 years at 10 %
    assert {one.name: one.available_ha for one in land_of(alluvial)} == {"pits_and_ponds": 10, "overburden": 10}


def test_everything_that_may_be_bought_is_listed_in_the_sites_order(alluvial, before):
    assert [(one.kind, one.number) for one in others_of(alluvial, before)] == [
        ("generator", 0), ("measure", 0), ("measure", 1), ("measure", 2), ("rehabilitation", 0), ("rehabilitation", 1),
    ]  # fmt: skip


def test_measures_of_activities_that_are_not_there_are_refused_together():
    text = """
name: x
country: PER
year: 2024
energy:
  diesel: {generator: 10 L/year, engines: 10 L/year}
options:
  measures:
    - {name: a, capital_cost: 1 USD, lifetime: 5 year, reduces: [{activity: energy.diesel.generator, share: 5 %}]}
    - {name: b, capital_cost: 1 USD, lifetime: 5 year, reduces: [{activity: energy.petrol.engines, share: 5 %}]}
    - {name: c, capital_cost: 1 USD, lifetime: 5 year, reduces: [{activity: energy.diesel.engines, share: 60 %}]}
    - {name: d, capital_cost: 1 USD, lifetime: 5 year, reduces: [{activity: energy.diesel.engines, share: 60 %}]}
"""
    site = site_from(text, "x")
    problems = measure_problems(site, calculate(activities_of(site), site, read_tables()))
    assert [problem.what for problem in problems] == [
        "energy.diesel.generator is decided by the plan",
        "the site has no activity energy.petrol.engines",
        "the measures together take 120% of energy.diesel.engines",
    ]
    with pytest.raises(InputError):
        plan_site(site, read_tables())


def test_the_alluvial_plan_is_about_land_first(plan):
    land = [one.account_total("land_use_change").m_as("tCO2e/year") for one in (plan.before, plan.after)]
    assert land[1] == pytest.approx(land[0] * (1 - 0.4 - 0.2), rel=1e-9)
    saved = land[0] - land[1]
    energy = plan.before.total((1, 2)).m_as("tCO2e/year") - plan.after.total((1, 2)).m_as("tCO2e/year")
    assert saved > energy > 0
    assert plan.plan.capital_cost <= 110_000 * (1 + 1e-9)


def test_the_obligation_is_met_and_removals_stand_apart(plan):
    areas = {one.asset.name: one.size for one in plan.plan.bought("rehabilitation")}
    assert sum(areas.values()) >= 4 - 1e-6
    removals = plan.after.account_total("removals")
    planted = areas.get("reshaping and planting on overburden", 0.0)
    expected = planted * 6 * 0.82 * 0.80
    assert (removals.m_as("tCO2e/year") if removals is not None else 0.0) == pytest.approx(expected, rel=1e-9)


def test_a_measure_lowers_land_by_zone_in_every_pool(root: Path) -> None:
    lines = (root / "examples" / "alluvial_gold" / "site.yaml").read_text(encoding="utf-8").splitlines()
    (stock,) = (n for n, one in enumerate(lines) if one.strip().startswith("carbon_before:"))
    (pools,) = (n for n, one in enumerate(lines) if one.strip().startswith("pools:"))
    lines[stock], lines[pools] = "      zone: tropical_rainforest", "      state: primary"
    site = site_from("\n".join(lines), "by zone")
    before = calculate(activities_of(site), site, read_tables())
    prospecting, backfilling, _pumps = measures_of(site, before, 0.10)
    # IPCC 2019 vol. 4 ch. 4, Americas: 307.1 t/ha, roots 0.221 of it; 2006: 0.47 carbon; dead wood and litter of ch. 2.
    land = 4 * (307.1 * 0.47 * 1.221 + 14.8 + 4.8) * 44 / 12 * 1000
    assert prospecting.operational_kgco2e_change == pytest.approx(-0.4 * land, rel=1e-9)
    assert backfilling.operational_kgco2e_change == pytest.approx(-0.2 * land, rel=1e-9)


CARRIAGE_REDUCED = """\
name: x
country: PER
year: 2024
location: {latitude: -10.0, longitude: -75.0}
transport: [{mode: truck_rigid_over_17_t, freight: 1000 t*km/year}]
energy:
  diesel: {generator: 3000 L/year, price: 1.2 USD/L}
  generators: [{rated_power: 5 kW, fuel_use: 0.35 L/kWh}]
  machines: [{name: pump, rated_power: 3 kW, hours: 8 h/day, days: 300 day/year}]
options:
  solar: {offered: false}
  battery: {offered: false}
  measures:
    - name: nearer mill
      capital_cost: 10 USD
      yearly_cost: -500 USD/year
      lifetime: 10 year
      reduces: [{activity: transport.0, share: 40 %}]
"""


def test_a_measure_may_spare_carriage():
    result = plan_site(site_from(CARRIAGE_REDUCED, "x"), read_tables())
    carried = [
        sum(line.co2e.magnitude for line in one.lines if line.source == "transport.0")
        for one in (result.before, result.after)
    ]
    assert carried[1] == pytest.approx(0.6 * carried[0], rel=1e-12)
