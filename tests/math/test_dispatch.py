"""The exact linear dispatch: hours worked by hand, its edges, and the year of the reference case."""

import numpy as np
import pytest

from asmcarbon.errors import Infeasible, InputError
from asmcarbon.optimise.dispatch import Source, Storage, cut_of, dispatch

BATTERY = Storage(power_kw=2.5, energy_kwh=1.25, charge_efficiency=0.5, discharge_efficiency=0.8, minimum_state=0.0)


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def series(*numbers):
    return np.array(numbers, dtype=float)


def proven(plan, capacity_factor=None, solar_kw=0.0):
    """What the plan's own cut says that it costs at least, at its own sizes."""
    sun = np.zeros(len(plan.load_kw)) if capacity_factor is None else capacity_factor
    sizes = solar_kw, plan.storage.power_kw, plan.storage.energy_kwh
    return cut_of(plan, sun).bound(*sizes, (1.0,) * len(plan.sources))


def test_the_cheaper_source_serves_first_whatever_their_order():
    # 2 of 3 kW at 0.4, 1 at 0.5; then 1 at 0.4.
    dear, cheap = Source(0.5, series(2, 2)), Source(0.4, series(2, 2))
    plan = dispatch(series(3, 1), series(0, 0), (dear, cheap))
    assert plan.sources_kw.tolist() == [close([1.0, 0.0]), close([2.0, 1.0])]
    assert plan.cost == close(0.5 + 3 * 0.4)
    assert plan.power_price == close([0.5, 0.4])
    assert plan.stored_kwh.tolist() == [0.0, 0.0, 0.0]


def test_storage_loses_on_the_way_in_and_on_the_way_out():
    # 2.5 kWh of sun are 1.25 kWh stored and 1 kWh given out.
    load_kw = series(0, 1)
    plan = dispatch(load_kw, series(2.5, 0), (Source(10.0, load_kw),), BATTERY)
    assert plan.charge_kw == close([2.5, 0.0])
    assert plan.discharge_kw == close([0.0, 1.0])
    assert plan.stored_kwh == close([0.0, 1.25, 0.0])
    assert (plan.cost, proven(plan, series(1, 0), 2.5)) == (close(0.0), close(0.0))


def test_storage_buys_cheap_and_sells_dear_only_if_the_losses_let_it():
    # 1 kWh given out takes 2.5 kWh in: at 0.3 it costs 0.75, worth it at 1 and not at 0.7.
    load_kw, grid = series(0, 1), series(9, 0)
    assert dispatch(load_kw, 0 * load_kw, (Source(0.3, grid), Source(1.0, load_kw)), BATTERY).cost == close(0.75)
    assert dispatch(load_kw, 0 * load_kw, (Source(0.3, grid), Source(0.7, load_kw)), BATTERY).cost == close(0.7)


def test_the_water_value_and_the_power_price_say_what_one_more_kwh_is_worth():
    # Stored energy is bought at 0.3 / 0.5, less of it than the battery holds: 0.6 in both hours. A kWh of load costs
    # 0.3 in the first and 0.6 / 0.8 in the second.
    load_kw = series(0, 0.5)
    plan = dispatch(load_kw, 0 * load_kw, (Source(0.3, series(9, 0)), Source(1.0, load_kw)), BATTERY)
    assert plan.power_price == close([0.3, 0.75])
    # The first hour starts from an empty storage, worth no less then.
    assert plan.water_value == close([0.6, 0.6])
    assert proven(plan) == close(plan.cost)


def test_the_year_closes_on_itself():
    # The sun comes in the last hour, the load in the first.
    load_kw = series(1, 0, 0)
    plan = dispatch(load_kw, series(0, 0, 2.5), (Source(10.0, load_kw),), BATTERY)
    assert plan.stored_kwh == close([1.25, 0.0, 0.0, 1.25])
    assert plan.cost == close(0.0)


def test_a_year_that_drifts_for_many_laps_still_closes():
    # 0.001 kW moves in each hour, so that a thousand laps lie between full and empty.
    slow = Storage(0.001, 10.0, 1.0, 1.0, 0.0)
    load_kw = series(1, 1, 1)
    plan = dispatch(load_kw, series(3, 0, 0), (Source(1.0, load_kw),), slow)
    assert plan.cost == close(2.0 - 0.001)
    assert proven(plan, series(1, 0, 0), 3.0) == close(plan.cost)
    assert plan.stored_kwh[0] == plan.stored_kwh[-1]


def test_the_minimum_state_stays_stored():
    half = Storage(2.5, 2.5, 0.5, 0.8, minimum_state=0.5)
    load_kw = series(0, 1)
    plan = dispatch(load_kw, series(2.5, 0), (Source(10.0, load_kw),), half)
    assert plan.stored_kwh == close([1.25, 2.5, 1.25])


@pytest.mark.parametrize("storage", [Storage(0, 5, 0.9, 0.9, 0.1), Storage(5, 0, 0.9, 0.9, 0.1), None])
def test_a_storage_of_size_zero_is_none(storage):
    load_kw, solar_kw = series(1, 2, 3), series(2, 1, 0)
    plan = dispatch(load_kw, solar_kw, (Source(0.5, load_kw),), storage)
    assert plan.cost == close(2.0)
    assert plan.surplus_kw == close([1.0, 0.0, 0.0])
    assert proven(plan, solar_kw, 1.0) == close(2.0)


def test_solar_alone_serves_what_it_can():
    plan = dispatch(series(1, 0.5), series(2, 2), ())
    assert (plan.cost, proven(plan, series(1, 1), 2.0)) == (0.0, 0.0)
    assert plan.surplus_kw == close([1.0, 1.5])


def test_what_cannot_be_served_is_refused():
    with pytest.raises(Infeasible, match="give unserved load a price"):
        dispatch(series(3, 1), series(0, 0), (Source(0.5, series(2, 2)),))


def test_a_load_that_storage_alone_can_carry_is_carried():
    # 2 of 3 kW in the second hour; the storage must give 1, and so 1.25 kWh must be stored, whatever that costs.
    plan = dispatch(series(0, 3), series(0, 0), (Source(0.5, series(9, 2)),), BATTERY)
    assert plan.cost == close(2.5 * 0.5 + 2 * 0.5)
    assert proven(plan) == close(plan.cost)


@pytest.mark.parametrize("price", [0.0, -0.5])
def test_a_source_that_costs_nothing_or_pays(price):
    # At 0 it serves the load and fills the storage; paid for, it runs flat out.
    plan = dispatch(series(0, 1), series(0, 0), (Source(price, series(3, 0)), Source(1.0, series(0, 1))), BATTERY)
    assert plan.cost == close(3 * price)
    assert proven(plan) == close(plan.cost)


def test_the_cut_says_what_more_of_each_size_is_worth():
    # 1 kW of sun in the first hour, 1 of 2 kW of load in the second at 1: each kW of sun adds 0.4 kWh given out.
    load_kw, sun = series(0, 2), series(1, 0)
    plan = dispatch(load_kw, 1.0 * sun, (Source(1.0, load_kw),), BATTERY)
    cut = cut_of(plan, sun)
    assert plan.cost == close(1.6)
    assert cut.per_solar_kw == close(-0.4)
    assert (cut.per_storage_kw, cut.per_storage_kwh) == (close(0.0), close(0.0))
    assert cut.bound(3.0, 2.5, 1.25, (1.0,)) == close(0.8)
    assert dispatch(load_kw, 3.0 * sun, (Source(1.0, load_kw),), BATTERY).cost == close(1.0)


def test_hours_that_do_not_match_are_refused():
    with pytest.raises(InputError, match=r"source\.capacity_kw .*3 hours"):
        dispatch(series(1, 1), series(0, 0), (Source(1.0, series(1, 1, 1)),))


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("source.price_per_kwh", lambda: Source(np.nan, series(1))),
        ("source.capacity_kw", lambda: Source(1.0, series(-1))),
        ("storage.power_kw", lambda: Storage(-1.0, 1.0, 1.0, 1.0, 0.0)),
        ("storage.energy_kwh", lambda: Storage(1.0, np.inf, 1.0, 1.0, 0.0)),
        ("storage.charge_efficiency", lambda: Storage(1.0, 1.0, 0.0, 1.0, 0.0)),
        ("storage.discharge_efficiency", lambda: Storage(1.0, 1.0, 1.0, 1.1, 0.0)),
        ("storage.minimum_state", lambda: Storage(1.0, 1.0, 1.0, 1.0, -0.1)),
    ],
)
def test_what_is_outside_its_range_is_refused(where, wrong):
    with pytest.raises(InputError) as refused:
        wrong()
    assert [problem.where for problem in refused.value.problems] == [where]


@pytest.mark.parametrize("weak_grid", [False, True], ids=["off-grid", "weak grid"])
def test_at_the_sizes_of_the_reference_optimum_the_dispatch_costs_what_the_optimum_does(reference, weak_grid):
    given = reference.reference_parameters(weak_grid=weak_grid)
    optimum = reference.WEAK_GRID if weak_grid else reference.OFF_GRID
    sun, unit = given.solar.capacity_factor, given.generators[0]
    sources = [Source(3.0, given.load_kw), Source(unit.price_per_kwh, np.full(len(sun), unit.rated_kw))]
    if given.grid:
        sources.append(Source(given.grid.price_per_kwh, given.grid.limit_kw * given.grid.availability))
    storage = Storage(optimum.storage_kw, optimum.storage_kwh, 0.95, 0.95, 0.1)
    plan = dispatch(given.load_kw, optimum.solar_kw * sun, tuple(sources), storage)
    sizes = optimum.solar_kw * given.solar.annual_cost_per_kw
    sizes += optimum.storage_kw * given.storage.power_annual_cost_per_kw
    sizes += optimum.storage_kwh * given.storage.energy_annual_cost_per_kwh
    assert sizes + plan.cost == pytest.approx(optimum.annual_cost, rel=1e-6)
    assert proven(plan, sun, optimum.solar_kw) == pytest.approx(plan.cost, rel=1e-10)

    # Far from these sizes, on a day or on a season of storage, its proof holds as well.
    for energy_kwh in (1e-4, 20.0, 20_000.0):
        other = Storage(optimum.storage_kw, energy_kwh, 0.95, 0.95, 0.1)
        plan = dispatch(given.load_kw, optimum.solar_kw * sun, tuple(sources), other)
        assert proven(plan, sun, optimum.solar_kw) == pytest.approx(plan.cost, rel=1e-8)
