"""A site that has an array and a battery already: today runs on them, the plan adds to them, the account keeps them."""

import pytest
from test_stages import SITE

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.planning.plan_site import SitePlan, plan_site
from asmcarbon.planning.plan_stages import plan_stages
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site

STANDING = """\
  solar: {power: 2 kW, lifetime: 20 year}
  battery: {capacity: 3 kWh, power: 1 kW, lifetime: 10 year}
"""


def site(standing: str = STANDING, stages: str = "") -> Site:
    text = SITE.replace("options:\n", standing + "options:\n")
    return site_from(text + (f"  stages: {{{stages}}}\n" if stages else ""), "site.yaml")


@pytest.fixture(scope="module")
def found() -> SitePlan:
    return plan_site(site(), read_tables())


def test_today_runs_on_what_stands(found: SitePlan) -> None:
    today = found.plan.today.supply
    assert today.solar == pytest.approx(2 * found.sun.annual_yield_kwh_per_kw - today.curtailed, rel=1e-6)
    assert today.solar + today.generators - today.battery_losses == pytest.approx(12_000, rel=1e-6)
    assert found.plan.today.fuel_l["diesel"] == pytest.approx(5000)


def test_the_plan_adds_to_what_stands(found: SitePlan) -> None:
    bare = plan_site(site(""), read_tables())
    new, alone = ({one.asset.kind: one.size for one in plan.plan.purchases} for plan in (found, bare))
    # Diesel today is that of a smaller share of the load, so a kWh of it costs more; panels come on top of the 2 kW.
    assert new["solar"] > 0
    assert found.plan.planned.supply.solar > found.plan.today.supply.solar
    assert new["solar"] + 2 > alone["solar"] * 0.9


def test_the_account_keeps_what_stands_and_adds_what_is_new(found: SitePlan) -> None:
    made = {
        source: sum(line.co2e.magnitude for line in found.after.lines if line.source == source)
        for source in ("energy.solar", "energy.new_solar", "energy.battery", "energy.new_battery")
    }
    # IEA PVPS 2022: 1,112 kgCO2e a kW; 2 kW over 20 years, and what is new over 25.
    new = next(one.size for one in found.plan.purchases if one.asset.kind == "solar")
    assert made["energy.solar"] == pytest.approx(1112 * 2 / 20, rel=1e-9)
    assert made["energy.new_solar"] == pytest.approx(1112 * new / 25, rel=1e-9)
    assert made["energy.battery"] > 0
    assert any("the array that stands already" in note for note in found.notes)


def test_what_stands_ends_when_its_years_are_over() -> None:
    ending = STANDING.replace("lifetime: 20 year}", "lifetime: 20 year, remaining: 5 year}")
    kept, ended = (plan_stages(site(one, "years: [0, 5]"), read_tables()) for one in (STANDING, ending))
    solar = [
        sum(one.size for one in plan.stages[1].plan.purchases if one.asset.kind == "solar") for plan in (kept, ended)
    ]
    assert solar[1] == pytest.approx(solar[0] + 2, rel=0.05)
    assert ended.net_present_cost > kept.net_present_cost


def test_what_a_plan_adds_is_no_input() -> None:
    added = site("  new_solar: {power: 2 kW, lifetime: 20 year}\n")
    with pytest.raises(InputError, match=r"energy\.new_solar  is what a plan has added"):
        plan_site(added, read_tables())
