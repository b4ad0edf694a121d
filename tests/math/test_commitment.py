"""On/off dispatch: hours worked by hand, every pattern of hours on tried out, and a year of the reference case."""

from itertools import product

import numpy as np
import pytest

from asmcarbon.errors import Infeasible, InputError
from asmcarbon.optimise.commitment import Unit, commit
from asmcarbon.optimise.dispatch import Source, Storage, dispatch

BATTERY = Storage(power_kw=2.0, energy_kwh=4.0, charge_efficiency=0.5, discharge_efficiency=0.8, minimum_state=0.0)


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def unserved(load_kw, price=10.0):
    return Source(price, np.array(load_kw, dtype=float))


def committed(load_kw, units, *more, solar_kw=None, storage=None, price=10.0, **choices):
    load_kw = np.array(load_kw, dtype=float)
    solar_kw = np.zeros(len(load_kw)) if solar_kw is None else np.array(solar_kw, dtype=float)
    return commit(load_kw, solar_kw, units, (unserved(load_kw, price), *more), storage, **choices)


def test_a_unit_runs_where_that_costs_less_than_unserved_load():
    # On, an hour costs 3 + 0.5 a kWh: 3 + 2 for 4 kWh, against 40. 0.3 kWh cost 3 unserved and 3.15 served.
    plan = committed([4, 0.3, 0], (Unit(5.0, 0.0, 3.0, 0.5),))
    assert plan.on.tolist() == [[True, False, False]]
    assert plan.cost == close(5.0 + 3.0)
    assert plan.bound == close(8.0)
    assert (plan.starts, plan.hours_run) == ((1,), (1,))
    assert plan.sources_kw.tolist() == [close([0.0, 0.3, 0.0])]


def test_below_its_minimum_load_what_is_too_much_is_thrown_away():
    # 1 kW of load, at least 2 kW of output: 1 + 2 * 0.5, and 1 kW too much.
    plan = committed([1, 4], (Unit(4.0, 0.5, 1.0, 0.5),))
    assert plan.units_kw.tolist() == [close([2.0, 4.0])]
    assert plan.dispatch.surplus_kw == close([1.0, 0.0])
    assert plan.cost == close(2.0 + 3.0)
    assert plan.bound == close(5.0)


def test_fuel_follows_the_curve():
    plan = committed([1, 4], (Unit(4.0, 0.5, 1.0, 0.5, fuel_l_per_hour=0.25, fuel_l_per_kwh=0.125),))
    assert plan.fuel_l == close((2 * 0.25 + 6.0 * 0.125,))


def test_storage_spares_an_hour_on():
    # Once on in the first hour: 1 kW serves the load, 2 kW are stored as 1 kWh, which gives out 0.8 kWh in the second.
    # 4 + 3 * 0.5; on in both hours it would be 8 + 1.8 * 0.5.
    plan = committed([1, 0.8], (Unit(5.0, 0.0, 4.0, 0.5),), storage=BATTERY)
    assert plan.hours_run == (1,)
    assert plan.cost == close(5.5)
    assert plan.dispatch.charge_kw.sum() == close(2.0)
    assert 5.0 < plan.bound <= 5.5


def test_a_start_is_worth_avoiding_until_idling_costs_more():
    # Off in the hour between: one more start. On there costs an hour at 1.
    unit = Unit(4.0, 0.0, 1.0, 0.5, start_cost=0.75)
    stopped, kept_on = committed([2, 0, 2, 0, 0], (unit,)), committed([2, 0, 2, 0, 0], (Unit(4.0, 0.0, 1.0, 0.5, 1.5),))
    assert (stopped.starts, stopped.hours_run, stopped.cost) == ((2,), (2,), close(2 * 1.0 + 2.0 + 2 * 0.75))
    assert (kept_on.starts, kept_on.hours_run, kept_on.cost) == ((1,), (3,), close(3 * 1.0 + 2.0 + 1.5))
    assert (stopped.bound, kept_on.bound) == (close(stopped.cost), close(kept_on.cost))


def test_the_year_closes_on_itself_for_starts_too():
    # On in the last and the first hour is one start.
    plan = committed([2, 0, 0, 2], (Unit(4.0, 0.0, 1.0, 0.5, start_cost=1.5),))
    assert plan.on.tolist() == [[True, False, False, True]]
    assert (plan.starts, plan.cost) == ((1,), close(2 * 1.0 + 2.0 + 1.5))


def test_on_in_every_hour_is_no_start():
    plan = committed([2, 2], (Unit(4.0, 0.0, 1.0, 0.5, start_cost=5.0),))
    assert (plan.starts, plan.cost) == ((0,), close(2 * 1.0 + 2.0))


def test_the_grid_is_used_where_it_is_there_and_cheaper():
    # The grid gives 3 kWh at 0.25; in its outage the unit runs: 1 + 3 * 0.5.
    plan = committed([3, 3], (Unit(4.0, 0.5, 1.0, 0.5),), Source(0.25, np.array([4.0, 0.0])))
    assert plan.on.tolist() == [[False, True]]
    assert plan.cost == close(0.75 + 2.5)
    assert plan.sources_kw[1] == close([3.0, 0.0])


def test_two_units_share_what_one_cannot_carry():
    # 5 kW need both: 1 + 2 for the hours, 4 * 0.5 + 1 * 1; 2 kW only the small one: 1 + 2 * 0.5.
    small, large = Unit(4.0, 0.0, 1.0, 0.5), Unit(6.0, 0.1, 2.0, 1.0)
    plan = committed([5, 2], (small, large))
    assert plan.on.tolist() == [[True, True], [True, False]]
    assert plan.cost == close(3.0 + 2.0 + 1.0 + 2.0)


def test_a_unit_that_idles_for_nothing_is_dispatched_as_a_source():
    load_kw, solar_kw = np.array([3.0, 1.0, 4.0, 0.0]), np.array([0.0, 4.0, 0.0, 2.0])
    free = Unit(2.0, 0.0, 0.0, 0.5, start_cost=9.0)
    plan = commit(load_kw, solar_kw, (free,), (unserved(load_kw),), BATTERY)
    linear = dispatch(load_kw, solar_kw, (Source(0.5, np.full(4, 2.0)), unserved(load_kw)), BATTERY)
    assert plan.cost == linear.cost
    assert plan.bound == close(linear.cost)
    np.testing.assert_array_equal(plan.units_kw[0], linear.sources_kw[0])
    assert plan.starts == (0,)


def test_what_cannot_be_served_is_refused():
    load_kw = np.array([3.0, 1.0])
    with pytest.raises(Infeasible, match="give unserved load a price"):
        commit(load_kw, np.zeros(2), (Unit(2.0, 0.0, 1.0, 0.5),), ())


def test_more_units_than_can_be_combined_are_refused():
    with pytest.raises(InputError, match="4 generators that are on or off were given; expected at most 3"):
        committed([1], (Unit(1.0, 0.0, 1.0, 0.5),) * 4)


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_a_minimum_load_outside_its_range_is_refused(share):
    with pytest.raises(InputError, match=r"unit\.minimum_share"):
        Unit(1.0, share, 1.0, 0.5)


def best_of_all_patterns(load_kw, solar_kw, units, sources, storage):
    """Return the least cost over every pattern of hours on, each dispatched by the exact linear dispatch."""
    hours, best = len(load_kw), np.inf
    for pattern in product((0.0, 1.0), repeat=hours * len(units)):
        on = np.array(pattern).reshape(len(units), hours)
        least_kw, above, cost = np.zeros(hours), [], 0.0
        for unit, row in zip(units, on, strict=True):
            least_kw += row * unit.minimum_kw
            above.append(Source(unit.price_per_kwh, row * (unit.rated_kw - unit.minimum_kw)))
            starts = np.sum((row == 1.0) & (np.roll(row, 1) == 0.0))
            cost += row.sum() * (unit.cost_per_hour + unit.price_per_kwh * unit.minimum_kw) + starts * unit.start_cost
        best = min(best, cost + dispatch(load_kw, solar_kw + least_kw, (*above, *sources), storage).cost)
    return best


@pytest.mark.parametrize("seed", range(24))
def test_the_plan_is_near_the_best_of_all_patterns_and_the_bound_below_it(seed):
    random = np.random.default_rng(seed)
    two_units = seed % 6 == 5
    hours = 4 if two_units else int(random.integers(4, 9))
    load_kw, solar_kw = random.uniform(0, 6, hours), random.uniform(0, 8, hours) * random.integers(0, 2, hours)
    units = tuple(
        Unit(*random.uniform([2, 0, 0.2, 0.2], [7, 0.6, 2, 0.6]), start_cost=random.choice([0.0, 1.0]))
        for _ in range(2 if two_units else 1)
    )
    sources = [unserved(load_kw, 3.0)]
    if seed % 2:
        sources.append(Source(random.uniform(0.1, 1.0), 3.0 * random.integers(0, 2, hours)))
    storage = None
    if seed % 4:
        storage = Storage(*random.uniform([1, 2, 0.7, 0.7, 0], [4, 12, 1, 1, 0.3]))
    best = best_of_all_patterns(load_kw, solar_kw, units, tuple(sources), storage)
    plan = commit(load_kw, solar_kw, units, tuple(sources), storage)
    assert plan.cost == close(best)
    # Years that only close on themselves after two may cost less, and the bound is below those too.
    assert plan.bound <= best + 1e-9
    if storage is None:
        assert plan.bound == close(best)


@pytest.mark.parametrize("weak_grid", [False, True], ids=["off-grid", "weak grid"])
def test_a_year_of_the_reference_case_is_planned_close_to_its_bound(reference, weak_grid):
    given = reference.reference_parameters(weak_grid=weak_grid)
    sizes = reference.WEAK_GRID if weak_grid else reference.OFF_GRID
    sun = given.solar.capacity_factor
    storage = Storage(sizes.storage_kw, sizes.storage_kwh, 0.95, 0.95, 0.1)
    sources = [Source(3.0, given.load_kw)]
    if given.grid:
        sources.append(Source(given.grid.price_per_kwh, given.grid.limit_kw * given.grid.availability))
    diesel = Unit(80.0, 0.3, cost_per_hour=7.728, price_per_kwh=0.3029)
    plan = commit(given.load_kw, sizes.solar_kw * sun, (diesel,), tuple(sources), storage)
    fixed = sizes.solar_kw * given.solar.annual_cost_per_kw + sizes.storage_kw * given.storage.power_annual_cost_per_kw
    fixed += sizes.storage_kwh * given.storage.energy_annual_cost_per_kwh
    assert plan.bound <= plan.cost <= plan.bound + 1e-3 * (fixed + plan.cost)

    # Worked out again from the series alone.
    bought = sum(source.price_per_kwh * row.sum() for source, row in zip(sources, plan.sources_kw, strict=True))
    again = bought + 7.728 * plan.on.sum() + 0.3029 * plan.units_kw.sum()
    assert plan.cost == pytest.approx(again, rel=1e-9)
    output_kw, charge_kw, discharge_kw = plan.units_kw[0], plan.dispatch.charge_kw, plan.dispatch.discharge_kw
    assert (output_kw[~plan.on[0]] == 0.0).all()
    assert (output_kw[plan.on[0]] >= 24.0 - 1e-9).all()
    assert (output_kw <= 80.0 + 1e-9).all()
    given_kw = sizes.solar_kw * sun + output_kw + plan.sources_kw.sum(axis=0) + discharge_kw - charge_kw
    assert (given_kw >= given.load_kw - 1e-9).all()
    change_kwh = 0.95 * charge_kw - discharge_kw / 0.95
    np.testing.assert_allclose(np.diff(plan.dispatch.stored_kwh), change_kwh, atol=1e-9)


def test_a_start_is_paid_where_hours_on_of_another_start_would_leave_load_short():
    # Off in the first hour, then 1 for the hour, 5 for the start and 50 kWh at 10: 506 (at its 20 kW minimum: 702).
    unit = Unit(200.0, 0.1, 1.0, 10.0, start_cost=5.0)
    assert commit(np.array([0.0, 50.0]), np.zeros(2), (unit,), ()).cost == pytest.approx(506.0)


def test_without_storage_or_starts_each_hour_of_a_long_year_takes_its_cheapest_units():
    draw = np.random.default_rng(5)
    load_kw, solar_kw = draw.uniform(0.0, 12.0, 500), draw.uniform(0.0, 4.0, 500)
    units = (Unit(8.0, 0.3, 0.8, 0.25), Unit(4.0, 0.5, 0.2, 0.45))
    grid_kw = np.where(draw.random(500) < 0.5, 3.0, 0.0)

    def hour(load: float, solar: float, grid: float) -> float:
        costs = []
        for pattern in product((0, 1), repeat=2):
            on = list(zip(pattern, units, strict=True))
            least = [switch * unit.minimum_kw for switch, unit in on]
            cost = sum(switch * (one.cost_per_hour + one.price_per_kwh * one.minimum_kw) for switch, one in on)
            left = max(load - solar - sum(least), 0.0)
            above = [(one.price_per_kwh, switch * (one.rated_kw - one.minimum_kw)) for switch, one in on]
            for price, most in sorted([*above, (0.6, grid), (10.0, load)]):
                served = min(left, most)
                cost, left = cost + price * served, left - served
            costs.append(cost)
        return min(costs)

    plan = committed(load_kw, units, Source(0.6, grid_kw), solar_kw=solar_kw)
    assert plan.cost == close(sum(hour(*one) for one in zip(load_kw, solar_kw, grid_kw, strict=True)))
