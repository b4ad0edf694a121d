"""Sizes changed for what a year costs with generators on and off, by worths that can be read off."""

import numpy as np
import pytest
from msgspec.structs import replace

from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.local_search import improved, is_allowed, resized
from asmcarbon.optimise.parameters import (
    AdequacyParameters,
    GeneratorParameters,
    Parameters,
    SolarParameters,
    StorageParameters,
)

SUN = np.tile(np.clip(np.sin((np.arange(24) - 6) / 12 * np.pi), 0.0, None), 3)


def given(**changed) -> Parameters:
    solar = SolarParameters(SUN, 1.0, 100.0, 2.0)
    storage = StorageParameters(2.0, 3.0, 30.0, 40.0, 0.9, 0.9, 0.2, 5.0)
    diesel = GeneratorParameters("diesel", 10.0, 0.5, 1.0, 0.3)
    site = Parameters(np.full(72, 4.0), None, solar=solar, storage=storage, generators=(diesel,))
    return replace(site, **changed)


def at(site: Parameters, *sizes: float):
    return resized(site, solve_by_cuts(site), sizes)  # type: ignore[arg-type]


def test_other_sizes_cost_what_they_cost() -> None:
    site = given()
    before, after = at(site, 10.0, 20.0, 5.0), at(site, 11.0, 22.0, 4.0)
    # 1 kW x 1 + 2 kWh x 2 - 1 kW x 3 a year; 100 + 60 - 40 up front; 2 + 10 kgCO2e
    assert after.annual_cost - before.annual_cost == pytest.approx(1 + 4 - 3)
    assert after.capital_cost - before.capital_cost == pytest.approx(100 + 60 - 40)
    assert after.embodied_kgco2e - before.embodied_kgco2e == pytest.approx(2 + 10)
    assert after.solar_available_kw == pytest.approx(11 * SUN)


def test_the_search_goes_where_it_pays_and_says_by_how_much() -> None:
    site = given()
    start = at(site, 10.0, 20.0, 5.0)
    # Nearest to 30 kWh and 7 kW, as if a generator rested then.
    found, gain = improved(site, start, 12.0, lambda one: abs(one.storage_kwh - 30.0) + abs(one.storage_kw - 7.0))
    assert found.storage_kwh > 24.0 and found.storage_kw > 5.5
    assert gain == pytest.approx(12.0 - abs(found.storage_kwh - 30.0) - abs(found.storage_kw - 7.0))


def test_sizes_that_are_best_stay() -> None:
    site = given()
    start = at(site, 10.0, 20.0, 5.0)
    found, gain = improved(site, start, 0.0, lambda one: (one.storage_kwh - 20.0) ** 2 + (one.solar_kw - 10.0) ** 2)
    assert (found.solar_kw, found.storage_kwh, gain) == (10.0, 20.0, 0.0)
    assert improved(site, start, 5.0, lambda _one: None) == (start, 0.0)


@pytest.mark.parametrize(
    ("changed", "sizes", "is_fine"),
    [
        ({}, (10.0, 20.0, 5.0), True),
        ({"budget": 1799.0}, (10.0, 20.0, 5.0), False),  # 10 x 100 + 20 x 30 + 5 x 40 = 1,800
        ({"budget": 1801.0}, (10.0, 20.0, 5.0), True),
        ({"adequacy": AdequacyParameters(12.0, 0.25)}, (10.0, 20.0, 5.0), True),  # 15 kW of 10 + 5
        ({"adequacy": AdequacyParameters(12.0, 0.25)}, (10.0, 20.0, 4.9), False),
        ({"adequacy": AdequacyParameters(4.0, carried_kwh=14.4)}, (10.0, 20.0, 5.0), True),  # 20 x 0.8 x 0.9
        ({"adequacy": AdequacyParameters(4.0, carried_kwh=14.5)}, (10.0, 20.0, 5.0), False),
        ({"adequacy": AdequacyParameters(5.5, carried_kwh=1.0)}, (10.0, 20.0, 5.0), False),
    ],
)
def test_sizes_keep_their_limits(changed: dict, sizes: tuple[float, ...], is_fine: bool) -> None:
    site = given(**changed)
    assert is_allowed(site, at(given(), *sizes)) == is_fine
    kept = given(solar=replace(given().solar, maximum_kw=9.0))
    assert not is_allowed(kept, at(given(), 10.0, 20.0, 5.0))


def test_kits_are_changed_as_a_whole() -> None:
    site = given(storage=replace(given().storage, kit_kwh=8.0))
    start = at(site, 10.0, 24.0, 5.0)
    found, _gain = improved(site, start, -24.0, lambda one: -one.storage_kwh)
    assert found.storage_kwh > 24.0
    assert found.storage_kwh % 8.0 == pytest.approx(0.0)
