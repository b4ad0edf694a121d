"""A site planned over stages: one stage against the plan of a year, growth and cash by hand, and what is refused."""

import pytest

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.optimise.assets import assets_of
from asmcarbon.planning.plan_site import plan_site
from asmcarbon.planning.plan_stages import SiteStages, plan_stages
from asmcarbon.planning.stage_sites import site_of_stage
from asmcarbon.reports.stages import stages_report, stages_text
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site

SITE = """\
name: x
country: PER
year: 2024
location: {latitude: -15.8, longitude: -70.0, elevation: 3900 m}
people: {workers: 10 person, hours: 2080 h/year}
energy:
  diesel: {generator: 5000 L/year, price: 1.20 USD/L}
  generators: [{rated_power: 20 kW, fuel_use: 0.35 L/kWh}]
  machines: [{name: mill, rated_power: 4 kW, hours: 10 h/day, days: 300 day/year, window: "07:00-17:00"}]
options:
  solar: {capital_cost: 1300 USD/kW, operation_cost: 20 USD/kW/year, lifetime: 25 year}
  battery: {energy_capital_cost: 350 USD/kWh, power_capital_cost: 250 USD/kW, operation_cost: 5 USD/kWh/year,
            power_operation_cost: 5 USD/kW/year, lifetime: 10 year, inverter_lifetime: 10 year}
"""


def site(stages: str = "", **changed: str) -> Site:
    text = SITE + (f"  stages: {{{stages}}}\n" if stages else "")
    for old, new in changed.values():
        assert old in text
        text = text.replace(old, new)
    return site_from(text, "site.yaml")


def planned(stages: str) -> SiteStages:
    return plan_stages(site(stages), read_tables())


@pytest.fixture(scope="module")
def grown() -> SiteStages:
    return planned("years: [0, 5, 10], load_growth: 4 %, fuel_price_growth: 2 %, battery_cost_growth: -3 %")


def test_one_stage_is_the_plan_of_a_year() -> None:
    one, year = planned("years: [0]"), plan_site(site(), read_tables())
    assert one.net_present_cost == pytest.approx(year.plan.net_present_cost, rel=2e-4)
    assert one.net_present_value == pytest.approx(year.cashflow.net_present_value, rel=2e-3)
    sizes = [{item.asset.kind: item.size for item in items} for items in (one.stages[0].new, year.plan.purchases)]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.05)


def test_a_stage_has_the_load_and_the_prices_of_its_year() -> None:
    stated = site(
        "years: [0, 5], load_growth: 4 %, fuel_price_growth: 2 %, battery_cost_growth: -3 %, budgets: [1 USD, 2 USD]"
    )
    stages = stated.options.stages
    assert stages is not None
    then = site_of_stage(stated, stages, 1, assets_of(stated, read_tables()))
    # 1.04 ** 5 = 1.2166529, 1.02 ** 5 = 1.1040808, 0.97 ** 5 = 0.8587340
    assert then.energy.machines[0].rated_power.to("kW") == pytest.approx(4 * 1.2166529, rel=1e-7)
    assert then.energy.fuel_price("diesel") == pytest.approx(1.20 * 1.1040808, rel=1e-7)
    assert then.options.battery.energy_capital_cost.to("USD/kWh") == pytest.approx(350 * 0.8587340, rel=1e-6)
    assert then.options.battery.power_capital_cost.to("USD/kW") == pytest.approx(250 * 0.8587340, rel=1e-6)
    assert then.options.solar.capital_cost.to("USD/kW") == 1300
    assert then.finance.budget.to("USD") == 2


def test_every_stage_serves_its_load(grown: SiteStages) -> None:
    for number, stage in enumerate(grown.stages):
        supply = stage.plan.planned.supply
        load = 4 * 10 * 300 * 1.04 ** (5 * number)
        assert stage.year == 2024 + 5 * number
        assert stage.plan.load_kwh == pytest.approx(load, rel=1e-9)
        assert supply.solar + supply.generators - supply.battery_losses == pytest.approx(load, rel=1e-6)


def test_the_net_present_cost_is_that_of_the_cash_by_hand(grown: SiteStages) -> None:
    # Bought on the first day of a stage, replaced after its life, sold at the end for the annuities still to come.
    flows = [0.0] * 21
    for number, stage in enumerate(grown.stages):
        start = 5 * number
        for year in range(start + 1, (start + 6) if number < 2 else 21):
            flows[year] += stage.plan.planned.running_cost
        for item in stage.new:
            life = round(item.asset.lifetime)
            # A battery of year 5 ends in year 15, within the last stage, and is replaced for the rest of it.
            end = {25: 20, 10: {0: 10, 5: 20, 10: 20}[start]}[life]
            for bought in range(start, end, life):
                flows[bought] += item.capital_cost
            left = -(start - end) % life
            if left:
                still = life - left
                annuity = 0.1 / (1 - 1.1**-life)
                flows[end] -= item.capital_cost * annuity * (1 - 1.1**-still) / 0.1
    worth = sum(flow / 1.1**year for year, flow in enumerate(flows))
    assert grown.net_present_cost == pytest.approx(worth, rel=1e-9)


def test_fuel_that_grows_dear_is_told_beside_going_on_as_today(grown: SiteStages) -> None:
    # 5,000 L are reported; the set burns them for 12,000 kWh, and more for a larger load at a higher price.
    for number, stage in enumerate(grown.stages):
        assert stage.as_today is not None
        expected = 5000 * 1.04 ** (5 * number) * 1.20 * 1.02 ** (5 * number)
        assert stage.as_today.running_cost == pytest.approx(expected, rel=1e-6)
    assert grown.net_present_value is not None and grown.net_present_value > 0


def test_caps_that_fall_are_kept_in_each_stage() -> None:
    found = planned("years: [0, 10], emissions_caps: [4 tCO2e/year, 1 tCO2e/year]")
    gross = [one.after.total((1, 2)).m_as("tCO2e/year") for one in found.stages]
    assert gross[0] <= 4 * (1 + 1e-9) and gross[1] <= 1 * (1 + 1e-9)


def test_growth_beyond_todays_equipment_is_told() -> None:
    found = planned("years: [0, 15], load_growth: 12 %")  # 4 kW x 1.12 ** 15 = 21.9 kW, of a set of 20 kW
    assert found.stages[1].as_today is None
    assert found.net_present_value is None


@pytest.mark.parametrize(
    ("stages", "changed", "told"),
    [
        ("years: [1, 5]", {}, r"\[1, 5\] does not rise from 0"),
        ("years: [0, 5, 5]", {}, r"\[0, 5, 5\] does not rise from 0"),
        ("years: [0, 5], budgets: [1 USD]", {}, "budgets has 1 figures for 2 years"),
        ("years: [0, 5], emissions_caps: []", {}, "emissions_caps has 0 figures for 2 years"),
        ("years: [0], load_growth: 80 %", {}, "'80 %' is too large"),
        ("years: [0, 25]", {}, "the last is 25, and the horizon 20 years"),
        ("years: [0], supply_caps: [50 %]",
         {"goal": ("options:\n", "finance: {budget: 9 USD}\noptions:\n  objective: least_emissions\n")},
         "is least_emissions; expected least_cost, where stages have caps"),
        ("years: [0]",
         {"goal": ("options:\n", "finance: {budget: 9 USD}\noptions:\n  objective: least_emissions\n"
                   "  unserved_energy_price: 1 USD/kWh\n")},
         r"options\.unserved_energy_price  is given: least_emissions would leave everything unserved"),
        ("years: [0]",
         {"goal": ("options:\n", "finance: {budget: 9 USD, products: [{name: x, kind: grant, share: 10 %}]}\noptions:\n"
                   "  objective: least_emissions\n")},
         "is least_emissions; expected least_cost, where finance.products asks who pays"),
        ("years: [0]", {"mill": ("window:", "shiftable: true, window:")}, r"machines\.0\.shiftable  cannot be planned"),
    ],
)  # fmt: skip
def test_stages_that_cannot_be_planned_are_refused(stages: str, changed: dict, told: str) -> None:
    with pytest.raises(InputError, match=told):
        plan_stages(site(stages, **changed), read_tables())


def test_a_plan_of_one_year_never_leaves_stages_out() -> None:
    stated = site("years: [0, 5]")
    with pytest.raises(InputError, match=r"options\.stages  are given to a plan of one year"):
        plan_site(stated, read_tables())


LEAST = {"goal": ("options:\n", "finance: {budget: 6000 USD}\noptions:\n  objective: least_emissions\n")}


def test_one_stage_of_least_emissions_emits_what_the_year_does_and_two_emit_less_than_the_cheapest() -> None:
    one, year = plan_stages(site("years: [0]", **LEAST), read_tables()), plan_site(site(**LEAST), read_tables())
    emitted = one.stages[0].plan.planned.operational_kgco2e
    assert emitted == pytest.approx(year.plan.planned.operational_kgco2e, rel=5e-4)
    assert one.stages[0].capital_cost <= 6000 * (1 + 1e-6)
    assert one.net_present_cost <= year.plan.net_present_cost * (1 + 1e-3)

    budget = {"goal": ("options:\n", "finance: {budget: 6000 USD}\noptions:\n")}
    cheapest = plan_stages(site("years: [0, 8]", **budget), read_tables())
    two = plan_stages(site("years: [0, 8]", **LEAST), read_tables())
    tonnes = [
        sum(
            years * stage.plan.planned.operational_kgco2e / 1000
            for years, stage in zip((8, 12), plan.stages, strict=True)
        )
        for plan in (two, cheapest)
    ]
    assert tonnes[0] < 0.997 * tonnes[1]
    assert two.net_present_cost > cheapest.net_present_cost
    report = stages_report(two, read_tables())
    assert report["objective"] == "least_emissions"
    assert "It emits the least that the budget of each stage allows" in stages_text(report)
