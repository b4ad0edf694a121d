"""A site to its activities: scopes of the GHG Protocol Corporate Standard, and one factor item each."""

import pytest

from asmcarbon.footprint.activities import (
    activities_of,
    battery_built,
    electricity_bought,
    fuel_burned,
    fuel_supplied,
    solar_built,
)
from asmcarbon.measures import Datum
from asmcarbon.site.energy import FuelName, Use
from asmcarbon.site.read import site_from
from asmcarbon.units import quantity, quantity_of

HEAD = "name: A site\ncountry: PER\nyear: 2024\n"
EVERYTHING = (
    HEAD
    + """
energy:
  diesel: {generator: 1 L/year, engines: 2 L/year, machinery: 3 L/year, vehicles: 4 L/year}
  petrol: {engines: 5 L/year}
  grid: {purchased: 6 kWh/year}
  solar: {power: 50 kW, lifetime: 25 year}
  battery: {capacity: 100 kWh, power: 20 kW, lifetime: 10 year}
explosives: {anfo: 7 kg/year}
"""
)


def datum(text: str) -> Datum:
    return Datum(quantity_of(text))


def test_a_site_that_states_nothing_has_no_activities() -> None:
    assert activities_of(site_from(HEAD, "site")) == ()


def test_each_source_stands_in_its_scope() -> None:
    found = [(one.scope, one.source, one.item) for one in activities_of(site_from(EVERYTHING, "site"))]
    assert found == [
        (1, "energy.diesel.generator", "diesel.stationary"),
        (1, "energy.diesel.engines", "diesel.stationary"),
        (1, "energy.diesel.machinery", "diesel.off_road"),
        (1, "energy.diesel.vehicles", "diesel.road"),
        (1, "energy.petrol.engines", "petrol.stationary"),
        (1, "explosives.anfo", "anfo.detonation"),
        (2, "energy.grid.purchased", "electricity.grid"),
        (3, "energy.diesel.generator", "diesel.well_to_tank"),
        (3, "energy.diesel.engines", "diesel.well_to_tank"),
        (3, "energy.diesel.machinery", "diesel.well_to_tank"),
        (3, "energy.diesel.vehicles", "diesel.well_to_tank"),
        (3, "energy.petrol.engines", "petrol.well_to_tank"),
        (3, "explosives.anfo", "anfo.manufacture"),
        (3, "energy.grid.purchased", "electricity.grid"),
        (3, "energy.solar", "solar.embodied"),
        (3, "energy.battery", "battery.embodied"),
    ]


def test_every_litre_burned_is_a_litre_supplied() -> None:
    found = activities_of(site_from(EVERYTHING, "site"))
    burned = {one.source: one.amount for one in found if one.fuel is not None}
    supplied = {one.source: one.amount for one in found if one.item.endswith("well_to_tank")}
    assert burned == supplied
    assert len(burned) == 5


@pytest.mark.parametrize("fuel", ["diesel", "petrol"])
@pytest.mark.parametrize(
    ("use", "engine"),
    [("generator", "stationary"), ("engines", "stationary"), ("machinery", "off_road"), ("vehicles", "road")],
)
def test_the_engine_decides_the_factor_of_burning(fuel: FuelName, use: Use, engine: str) -> None:
    activity = fuel_burned(fuel, use, datum("5 L/year"))
    assert (activity.item, activity.scope, activity.fuel) == (f"{fuel}.{engine}", 1, fuel)
    assert fuel_supplied(fuel, use, datum("5 L/year")).fuel is None  # well to tank is priced by the litre


def test_direct_figures_of_a_grid_come_before_life_cycle_ones() -> None:
    activity = electricity_bought(datum("5 kWh/year"))
    assert (activity.scope, activity.boundaries) == (2, ("direct", "lifecycle"))  # GHG Protocol Scope 2 Guidance


def test_equipment_is_spread_over_its_life() -> None:
    solar = solar_built(datum("50 kW"), datum("25 year"))
    battery = battery_built(datum("100 kWh"), datum("10 year"))
    assert (solar.amount.quantity, solar.lifetime.quantity) == (quantity(50.0, "kW"), quantity(25.0, "year"))
    assert (battery.amount.quantity, battery.lifetime.quantity) == (quantity(100.0, "kWh"), quantity(10.0, "year"))
    assert (solar.scope, battery.scope) == (3, 3)


def test_an_amount_keeps_its_range_basis_and_source() -> None:
    text = HEAD + "energy: {diesel: {generator: {value: 5 L/year, range: ± 10 %, basis: measured, source: receipts}}}"
    for activity in activities_of(site_from(text, "site")):
        assert activity.amount.low == quantity(4.5, "L/year")
        assert (activity.amount.basis, activity.amount.source) == ("measured", "receipts")
