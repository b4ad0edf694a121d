"""What may turn out otherwise: from where it is known, how it is drawn, and the site as it is where it does."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from asmcarbon.energy.sun import brightened, sun_of
from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.optimise.assets import assets_of
from asmcarbon.planning.uncertain import (
    Uncertain,
    datum_at,
    drawn,
    has_seeds,
    priced,
    seeds_of,
    uncertain_inputs,
    varied,
)
from asmcarbon.site.read import site_from

SITE = """name: A site
country: PER
year: 2024
location: {latitude: -15.8, longitude: -70.0, elevation: 3900 m}
energy:
  diesel: {generator: 3000 L/year, price: {value: 1.20 USD/L, range: 1.00..1.80 USD/L}}
  generators: [{name: genset, rated_power: 20 kW, fuel_use: 0.35 L/kWh}]
  machines:
    - {name: mill, rated_power: 10 kW, hours: 10 h/day, days: 250 day/year}
    - {name: pump, rated_power: 2 kW, hours: 5 h/day, days: 250 day/year}
options:
  solar: {capital_cost: {value: 1000 USD/kW, range: ± 10 %}}
"""


def site_with(uncertainty: str = "", more: str = ""):
    return site_from(SITE + more + (f"  uncertainty: {uncertainty}\n" if uncertainty else ""), "site.yaml")


def ranges_of(site) -> dict[str, tuple[float, float]]:
    return {one.key: (round(one.low, 9), round(one.high, 9)) for one in uncertain_inputs(site)}


def test_without_a_word_of_the_site_only_the_ranges_of_its_prices_count():
    # 1.00 and 1.80 of 1.20: 5/6 and 3/2. No range is made up for the battery, the load or the sun.
    assert ranges_of(site_with()) == {
        "energy.diesel.price": (0.833333333, 1.5), "options.solar.capital_cost": (0.9, 1.1)
    }  # fmt: skip
    plain = SITE.replace("{value: 1.20 USD/L, range: 1.00..1.80 USD/L}", "1.20 USD/L").replace(", range: ± 10 %", "")
    assert uncertain_inputs(site_from(plain, "site.yaml")) == ()


def test_what_the_site_says_of_its_uncertainty_counts_in_place_of_its_ranges():
    found = ranges_of(site_with("{fuel_price: ± 30 %, battery_cost: 20 %, load: ± 10 %, sun: ± 5 %}"))
    assert found == {
        "fuel_price": (0.7, 1.3), "options.solar.capital_cost": (0.9, 1.1), "battery_cost": (0.8, 1.2),
        "load": (0.9, 1.1), "sun": (0.95, 1.05),
    }  # fmt: skip
    assert "energy.diesel.price" not in ranges_of(site_with("{fuel_price: ± 0 %}"))


def test_ranges_of_other_capital_costs_count_too():
    more = """  measures: [{name: retort, capital_cost: {value: 200 USD, range: ± 50 %}, lifetime: 5 year}]
  generators: [{name: new, rated_power: 5 kW, fuel_use: 0.3 L/kWh, lifetime: 10 year,
    capital_cost: {value: 500 USD/kW, range: 400..700 USD/kW}}]
"""
    found = ranges_of(site_with(more=more))
    assert found["options.measures.0.capital_cost"] == (0.5, 1.5)
    assert found["options.generators.0.capital_cost"] == (0.8, 1.4)


@pytest.mark.parametrize(
    ("uncertainty", "told"),
    [
        ("{grid_price: ± 30 %}", "options.uncertainty.grid_price  is given, but the site has no grid; expected none"),
        ("{load: ± 10 %, battery_cost: ± 9 %}", "battery_cost  is given, but no battery is offered"),
    ],
)
def test_an_uncertainty_of_what_is_not_there_is_refused(uncertainty: str, told: str):
    with pytest.raises(InputError, match=told):
        uncertain_inputs(site_with(uncertainty, more="  battery: {offered: false}\n"))


@pytest.mark.parametrize(
    ("given", "told"),
    [("± 120 %", "'120 %' is too large"), ("30", "'30' has no unit"), ("± 3 USD", "expected a plain number")],
)
def test_a_spread_that_is_none_is_refused(given: str, told: str):
    with pytest.raises(InputError, match=told):
        site_with(f"{{fuel_price: {given}}}")


def test_a_price_of_nothing_with_a_range_cannot_be_multiplied():
    text = SITE.replace("value: 1.20 USD/L, range: 1.00..1.80", "value: 0 USD/L, range: 0..1.80")
    with pytest.raises(InputError, match=r"energy\.diesel\.price  is 0 and has a range"):
        uncertain_inputs(site_from(text, "site.yaml"))


INPUT = Uncertain("load", "load", (), 0.9, 1.1, "")


@given(st.integers(2, 50), st.integers(0, 2**31 - 1))
def test_each_part_of_a_range_that_is_equally_likely_is_drawn_once(count: int, seed: int):
    values = sorted(one["load"] for one in drawn([INPUT], count, seed))
    # Symmetric and narrow: normal, the ends of the range 1.959964 standard deviations from the middle.
    shape = NormalDist(1.0, 0.1 / 1.959964)
    assert [int(shape.cdf(value) * count) for value in values] == list(range(count))


@given(st.integers(0, 2**31 - 1))
def test_another_input_moves_no_draw_and_the_same_seed_gives_the_same(seed: int):
    other = replace(INPUT, key="sun", low=0.95, high=1.05)
    alone, both = drawn([INPUT], 7, seed), drawn([other, INPUT], 7, seed)
    assert [one["load"] for one in alone] == [one["load"] for one in both]
    assert drawn([INPUT], 7, seed) == alone
    assert drawn([INPUT], 7, seed ^ 1) != alone
    assert seeds_of(7, seed) == seeds_of(7, seed)
    assert len(set(seeds_of(7, seed))) == 7


def test_a_skewed_range_is_drawn_lognormal_about_its_middle():
    values = np.array([one["price"] for one in drawn([Uncertain("price", "", (), 0.5, 2.0, "")], 50, 1)])
    # ln 0.5 and ln 2 about 0: median 1, standard deviation of the logarithm 0.6931 / 1.96 = 0.3537.
    assert np.median(values) == pytest.approx(1.0, abs=0.03)
    assert np.log(values).std() == pytest.approx(0.3537, rel=0.05)
    assert values.min() > 0


def test_a_site_is_multiplied_where_its_inputs_say_and_nowhere_else():
    site = site_with("{fuel_price: ± 30 %, load: ± 10 %, battery_cost: ± 20 %}")
    factors = {"fuel_price": 1.5, "load": 0.8, "battery_cost": 2.0}
    ready = priced(site, assets_of(site, read_tables()))
    then = varied(ready, uncertain_inputs(site), factors, 9)
    assert then.energy.fuel_price("diesel") == pytest.approx(1.80)
    assert [one.rated_power.to("kW") for one in then.energy.machines] == pytest.approx([8.0, 1.6])
    for path in ("options.battery.energy_capital_cost", "options.battery.power_capital_cost"):
        before, after = datum_at(ready, path), datum_at(then, path)
        assert before is not None
        assert after is not None
        assert after.quantity == 2.0 * before.quantity
    assert then.options.solar == ready.options.solar
    assert then.energy.weather.seed == 9
    assert varied(site, uncertain_inputs(site), {}, None) == site


def test_a_weather_file_has_no_seed_but_outages_do():
    assert has_seeds(site_with())
    files = SITE.replace(
        "options:",
        "  weather: {file: a.epw}\n  grid: {limit: 9 kW, price: 0.1 USD/kWh, purchased: 9 kWh/year}\noptions:",
    )
    assert not has_seeds(site_from(files, "site.yaml"))
    outages = files.replace(
        "purchased: 9 kWh/year", "purchased: 9 kWh/year, outages: {per_month: 3 1/month, duration: 2 h}"
    )
    site = site_from(outages, "site.yaml")
    assert has_seeds(site)
    then = varied(site, (), {}, 5)
    assert then.energy.grid is not None
    assert then.energy.grid.outages is not None
    assert then.energy.grid.outages.seed == 5


def test_a_brighter_sun_gives_a_little_less_than_its_share_more():
    # Panels lose 0.47 % a kelvin, and get hotter; the inverter cuts what is above 1 / 1.1 of the panels.
    sun = sun_of(-15.8, -70.0, 3900.0)
    more = brightened(sun, 1.05, -15.8, -70.0)
    assert 1.03 < more.annual_yield_kwh_per_kw / sun.annual_yield_kwh_per_kw < 1.05
    assert more.ghi_kwh_m2_day == pytest.approx(1.05 * sun.ghi_kwh_m2_day)
    assert brightened(sun, 1.0, -15.8, -70.0) is sun
