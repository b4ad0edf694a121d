"""The solution of a week, worked out again in plain NumPy; and what must hold of any solution."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_cases import generator, solar, solved, storage

from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.solve import solve


@pytest.fixture(scope="module", params=[False, True], ids=["off-grid", "weak grid"])
def week(request, reference):
    # Annual costs are those of a year: a week's share makes panels and battery worth their money.
    whole = reference.reference_parameters(weak_grid=request.param, hours=slice(24 * 7 * 20, 24 * 7 * 21))
    parameters = type(whole)(
        load_kw=whole.load_kw,
        unserved_price_per_kwh=whole.unserved_price_per_kwh,
        solar=reference.SolarParameters(whole.solar.capacity_factor, 125.0 / 52, 950.0, 40.0),
        storage=reference.StorageParameters(51.0 / 52, 26.0 / 52, 290.0, 220.0, 0.95, 0.93, 0.1, 7.0),
        generators=whole.generators,
        grid=whole.grid,
        budget=100_000.0,
        emissions_cap_kgco2e=250.0,
    )
    return parameters, solve(build_model(parameters), parameters)


def test_every_hour_is_served(week):
    parameters, solution = week
    given_kw = parameters.solar.capacity_factor * solution.solar_kw + solution.discharge_kw + solution.generators_kw[0]
    given_kw += solution.grid_kw + solution.unserved_kw
    surplus_kw = given_kw - solution.charge_kw - parameters.load_kw
    assert surplus_kw.min() >= -1e-6
    np.testing.assert_allclose(solution.surplus_kw, surplus_kw, atol=1e-6)
    np.testing.assert_allclose(solution.solar_used_kw + solution.solar_curtailed_kw, solution.solar_available_kw)


def test_stored_energy_follows_from_charge_and_discharge(week):
    parameters, solution = week
    change_kwh = parameters.storage.charge_efficiency * solution.charge_kw
    change_kwh -= solution.discharge_kw / parameters.storage.discharge_efficiency
    np.testing.assert_allclose(solution.stored_kwh - np.roll(solution.stored_kwh, 1), change_kwh, atol=1e-6)
    assert solution.storage_kwh > 1.0
    assert solution.stored_kwh.min() >= parameters.storage.minimum_state * solution.storage_kwh - 1e-6
    assert solution.stored_kwh.max() <= solution.storage_kwh + 1e-6
    assert (solution.charge_kw + solution.discharge_kw).max() <= solution.storage_kw + 1e-6


def test_sources_stay_within_their_limits(week):
    parameters, solution = week
    assert solution.generators_kw[0].max() <= parameters.generators[0].rated_kw + 1e-6
    assert (solution.unserved_kw <= parameters.load_kw + 1e-6).all()
    if parameters.grid:
        assert (solution.grid_kw <= parameters.grid.limit_kw * parameters.grid.availability + 1e-6).all()


def test_the_sums_follow_from_the_series(week):
    parameters, solution = week
    solar, storage, generator = parameters.solar, parameters.storage, parameters.generators[0]
    diesel_kwh, grid_kwh = solution.generators_kw[0].sum(), solution.grid_kw.sum()
    grid_price, grid_kgco2e = (0.16, 0.25) if parameters.grid else (0.0, 0.0)
    annual_cost = (
        solar.annual_cost_per_kw * solution.solar_kw
        + storage.energy_annual_cost_per_kwh * solution.storage_kwh
        + storage.power_annual_cost_per_kw * solution.storage_kw
        + generator.price_per_kwh * diesel_kwh
        + grid_price * grid_kwh
        + 3.0 * solution.unserved_kw.sum()
    )
    capital_cost = 950.0 * solution.solar_kw + 290.0 * solution.storage_kwh + 220.0 * solution.storage_kw
    assert solution.annual_cost == pytest.approx(annual_cost, rel=1e-6)
    assert solution.capital_cost == pytest.approx(capital_cost, rel=1e-6)
    assert solution.capital_cost <= parameters.budget * (1 + 1e-6)
    assert solution.operational_kgco2e == pytest.approx(0.3 * 2.68 * diesel_kwh + grid_kgco2e * grid_kwh, rel=1e-6)
    assert solution.operational_kgco2e <= 250.0 * (1 + 1e-6)
    assert solution.embodied_kgco2e == pytest.approx(40 * solution.solar_kw + 7 * solution.storage_kwh, rel=1e-6)
    assert solution.fuel_l == pytest.approx((0.3 * diesel_kwh,), rel=1e-6)


HOURS = 12
SUN = np.clip(np.sin(np.linspace(0, 2 * np.pi, HOURS, endpoint=False)), 0, None)
limits = st.floats(min_value=0, max_value=3000, allow_nan=False)
loads = st.lists(st.floats(min_value=0, max_value=5, allow_nan=False), min_size=HOURS, max_size=HOURS)


def cost_within(load_kw, **limit):
    battery = storage(energy_annual_cost_per_kwh=0.2, power_annual_cost_per_kw=0.3)
    return solved(load_kw, solar=solar(SUN), storage=battery, generators=(generator(),), **limit).annual_cost


@settings(max_examples=20, deadline=None)
@given(load_kw=loads, budget=limits, more=limits)
def test_more_budget_never_costs_more(load_kw, budget, more):
    assert cost_within(load_kw, budget=budget + more) <= cost_within(load_kw, budget=budget) + 1e-6


@settings(max_examples=20, deadline=None)
@given(load_kw=loads, cap=st.floats(0, 40), more=st.floats(0, 40))
def test_a_looser_emissions_cap_never_costs_more(load_kw, cap, more):
    looser, tighter = (cost_within(load_kw, emissions_cap_kgco2e=kgco2e) for kgco2e in (cap + more, cap))
    assert looser <= tighter + 1e-6
