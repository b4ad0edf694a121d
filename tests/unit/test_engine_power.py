"""Engines by their power, load and hours: what they burn, and what is refused."""

import pytest

from asmcarbon.errors import InputError
from asmcarbon.footprint.activities import activities_of, implied_fuel
from asmcarbon.site.read import site_from
from asmcarbon.units import quantity

HEAD = "name: A site\ncountry: PER\nyear: 2024\n"
DUTY = "hours: 8 h/day, days: 200 day/year"
POWER = "rated_power: 22 kW, load_factor: 60 %, fuel_use: 0.3 L/kWh"


def site_with(*engines: str, more: str = ""):
    listed = ", ".join(f"{{name: pump, {DUTY}, {engine}}}" for engine in engines)
    return site_from(f"{HEAD}energy: {{engines: [{listed}]{more}}}\n", "site.yaml")


def refusal(engine: str) -> str:
    with pytest.raises(InputError) as caught:
        site_with(engine)
    return str(caught.value)


def test_an_engine_by_power_burns_power_times_load_times_hours():
    # 2 x 22 kW x 0.6 x 1,600 h = 42,240 kWh, at 0.3 L/kWh
    found = implied_fuel(site_with(f"count: 2, {POWER}"))
    assert found["diesel", "engines"].to("L/year") == pytest.approx(42_240 * 0.3, rel=1e-12)


def test_power_on_the_plate_may_be_in_horsepower():
    found = implied_fuel(site_with("rated_power: 30 hp, load_factor: 0.5 1, fuel_use: 0.3 L/kWh"))
    # NIST SP 811: 745.6999 W
    assert found["diesel", "engines"].to("L/year") == pytest.approx(30 * 0.7456999 * 0.5 * 1600 * 0.3, rel=1e-12)


def test_the_two_ways_add_up_and_agree_where_they_say_the_same():
    # 22 kW x 0.6 x 0.3 L/kWh = 3.96 L/h
    one, other = implied_fuel(site_with(POWER)), implied_fuel(site_with("fuel_rate: 3.96 L/h"))
    both = implied_fuel(site_with(POWER, "fuel_rate: 3.96 L/h"))
    litres = one["diesel", "engines"].to("L/year")
    assert other["diesel", "engines"].to("L/year") == pytest.approx(litres, rel=1e-12)
    assert both["diesel", "engines"].to("L/year") == pytest.approx(2 * litres, rel=1e-12)


def test_what_engines_imply_is_counted_where_nothing_is_reported():
    (burned, _supplied) = activities_of(site_with(f"{POWER}, use: machinery"))
    assert burned.source == "energy.diesel.machinery"
    assert burned.amount.quantity.m_as(quantity(1, "L/year").units) == pytest.approx(22 * 0.6 * 1600 * 0.3, rel=1e-12)


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        ("use: engines", "neither fuel_rate nor rated_power is given"),
        (f"fuel_rate: 4 L/h, {POWER}", "fuel_rate stands beside rated_power, load_factor, fuel_use"),
        ("fuel_rate: 4 L/h, load_factor: 60 %", "fuel_rate stands beside load_factor"),
        ("rated_power: 22 kW", "rated_power stands without load_factor, fuel_use"),
        ("rated_power: 22 kW, load_factor: 60 %", "the tables have no row for them"),
        ("load_factor: 60 %, fuel_use: 0.3 L/kWh", "load_factor, fuel_use stands without rated_power"),
        ("rated_power: 22 L, load_factor: 60 %, fuel_use: 0.3 L/kWh", "'22 L' is volume"),
        ("rated_power: 22 kW, load_factor: 160 %, fuel_use: 0.3 L/kWh", "too large"),
        ("rated_power: 22 kW, load_factor: 60 %, fuel_use: 0 L/kWh", "too small"),
    ],
)
def test_an_engine_burns_in_one_way_told_in_full(engine: str, said: str):
    told = refusal(engine)
    assert "site.yaml:4  energy.engines.0" in told
    assert said in told
