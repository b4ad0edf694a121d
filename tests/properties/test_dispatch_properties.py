"""The exact dispatch against HiGHS on the same linear program, over random sites: cost, proof, and cuts."""

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from asmcarbon.errors import Infeasible
from asmcarbon.optimise.dispatch import Dispatch, Source, Storage, cut_of, dispatch
from asmcarbon.optimise.solve import highs_solver

thorough = settings(
    deadline=None,
    derandomize=True,
    max_examples=600,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

SIZES = st.sampled_from([0.0, 1e-4, 0.5, 3.0, 10.0, 1e3]) | st.floats(0.01, 30.0)
EFFICIENCIES = st.sampled_from([1.0, 0.95, 0.5]) | st.floats(0.3, 1.0)
PRICES = st.sampled_from([0.0, 0.2, 0.2, 0.5, 1.0]) | st.floats(0.0, 2.0)


@st.composite
def sites(draw, *, unserved_price: float | None = 5.0):
    """Return load, capacity factor, solar kW, sources and storage; whole numbers, so that ties are common, or not."""
    hours = draw(st.integers(2, 12) | st.integers(2, 60))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    whole = draw(st.booleans())

    def series(highest):
        return random.integers(0, int(highest) + 1, hours).astype(float) if whole else random.uniform(0, highest, hours)

    load_kw = series(8)
    sun = (
        random.integers(0, 2, hours) if whole else np.maximum(np.sin(np.arange(hours) * 0.26 + random.uniform(0, 6)), 0)
    )
    sources = []
    for price in draw(st.lists(PRICES, min_size=0 if unserved_price else 1, max_size=2)):
        has_outages = draw(st.booleans())
        there = random.integers(0, 2, hours) if has_outages else np.ones(hours)
        sources.append(Source(price, draw(st.sampled_from([0.0, 2.0, 6.0, 20.0])) * there))
    if unserved_price is not None:
        sources.insert(draw(st.integers(0, len(sources))), Source(unserved_price, load_kw))
    may_charge = draw(st.sampled_from([1.0, random.integers(0, 2, hours).astype(float), random.uniform(0, 1, hours)]))
    minima = st.sampled_from([0.0, 0.1, 0.5, 1.0])
    battery = draw(
        st.none() | st.builds(Storage, SIZES, SIZES, EFFICIENCIES, EFFICIENCIES, minima, st.just(may_charge))
    )
    return load_kw, sun * draw(st.sampled_from([0.0, 1.0])), draw(SIZES), tuple(sources), battery


def least_cost(load_kw, solar_kw, sources, storage) -> float | None:
    """Return the optimum of the linear program as HiGHS finds it, written out afresh; None where there is none."""
    hours, outputs = len(load_kw), len(sources)
    storage = storage or Storage(0.0, 0.0, 1.0, 1.0, 0.0)
    columns = hours * (outputs + 3)  # outputs by source, then charge, discharge, stored after the hour
    charge, discharge, stored = (hours * (outputs + number) for number in range(3))
    rows, lower, upper = [], [], []
    for hour in range(hours):
        balance = {source * hours + hour: 1.0 for source in range(outputs)}
        rows.append(balance | {discharge + hour: 1.0, charge + hour: -1.0})
        lower.append(load_kw[hour] - solar_kw[hour])
        upper.append(highspy.kHighsInf)
        rows.append(
            {
                stored + hour: 1.0,
                stored + (hour - 1) % hours: -1.0,
                charge + hour: -storage.charge_efficiency,
                discharge + hour: 1.0 / storage.discharge_efficiency,
            }
        )
        lower.append(0.0)
        upper.append(0.0)
        rows.append({charge + hour: 1.0, discharge + hour: 1.0})
        lower.append(-highspy.kHighsInf)
        upper.append(storage.power_kw)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = len(rows), columns
    lp.row_lower_, lp.row_upper_ = np.array(lower), np.array(upper)
    free, held = np.full(hours, highspy.kHighsInf), np.full(hours, storage.energy_kwh)
    charged = storage.power_kw * storage.may_charge * np.ones(hours)
    lp.col_lower_ = np.append(np.zeros(columns - hours), storage.minimum_state * held)
    lp.col_upper_ = np.concatenate([*(source.capacity_kw for source in sources), charged, free, held])
    lp.col_cost_ = np.append(np.repeat([source.price_per_kwh for source in sources], hours), np.zeros(3 * hours))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0] + [len(row) for row in rows])
    lp.a_matrix_.index_ = np.array([column for row in rows for column in row])
    lp.a_matrix_.value_ = np.array([value for row in rows for value in row.values()])
    highs = highs_solver()
    for tolerance in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        highs.setOptionValue(tolerance, 1e-10)
    highs.passModel(lp)
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return highs.getInfo().objective_function_value


def assert_possible(plan: Dispatch, load_kw, solar_kw):
    """The plan keeps every limit, and its cost is what its sources give."""
    storage = plan.storage
    given_kw = solar_kw + plan.sources_kw.sum(axis=0) + plan.discharge_kw - plan.charge_kw
    near = 1e-9 * (1.0 + storage.energy_kwh)
    np.testing.assert_allclose(given_kw - load_kw, plan.surplus_kw, atol=near)
    for source, output_kw in zip(plan.sources, plan.sources_kw, strict=True):
        assert ((output_kw >= 0.0) & (output_kw <= source.capacity_kw)).all()
    assert (np.maximum(plan.charge_kw, plan.discharge_kw) <= storage.power_kw + near).all()
    assert (plan.charge_kw <= storage.power_kw * storage.may_charge + near).all()
    assert plan.stored_kwh.min() >= storage.lowest_kwh - near
    assert plan.stored_kwh.max() <= storage.energy_kwh + near
    assert plan.stored_kwh[-1] == plan.stored_kwh[0]
    change_kwh = plan.charge_kw * storage.charge_efficiency - plan.discharge_kw / storage.discharge_efficiency
    np.testing.assert_allclose(np.diff(plan.stored_kwh), change_kwh, atol=near)
    prices = np.array([source.price_per_kwh for source in plan.sources])
    assert plan.cost == pytest.approx(prices @ plan.sources_kw.sum(axis=1), rel=1e-12, abs=1e-12)


@thorough
@given(site=sites(), seed=st.integers(0, 2**32))
def test_dispatch_costs_what_highs_finds_and_its_cut_lies_below(site, seed):
    load_kw, sun, solar_kw, sources, storage = site
    plan = dispatch(load_kw, solar_kw * sun, sources, storage)
    assert_possible(plan, load_kw, solar_kw * sun)
    assert plan.cost == pytest.approx(least_cost(load_kw, solar_kw * sun, sources, storage), rel=1e-9, abs=1e-8)

    cut, here = cut_of(plan, sun), (plan.storage.power_kw, plan.storage.energy_kwh)
    assert (plan.water_value >= 0.0).all()
    assert (plan.power_price >= 0.0).all()
    assert cut.bound(solar_kw, *here, (1.0,) * len(sources)) == pytest.approx(plan.cost, rel=1e-8, abs=1e-8)

    random = np.random.default_rng(seed)
    for _ in range(2):
        solar, power, energy = random.choice([0.0, 0.3, 1.0, 2.0, 8.0], 3) * random.uniform(0.5, 1.5, 3)
        # Unserved load, at 5, is always there.
        scale = tuple(1.0 if one.price_per_kwh == 5.0 else random.choice([0.0, 0.5, 1.0, 3.0]) for one in sources)
        changed = tuple(Source(one.price_per_kwh, k * one.capacity_kw) for one, k in zip(sources, scale, strict=True))
        kept = plan.storage
        other = None
        if storage is not None:
            other = replace(kept, power_kw=power, energy_kwh=energy)
        least = least_cost(load_kw, solar * sun, changed, other)
        sizes = (power, energy) if storage is not None else (0.0, 0.0)
        assert cut.bound(solar, *sizes, scale) <= least + 1e-8 * max(1.0, least)


@settings(thorough, max_examples=150)
@given(site=sites(unserved_price=None))
def test_a_load_that_must_be_served_is_served_or_refused(site):
    load_kw, sun, solar_kw, sources, storage = site
    least = least_cost(load_kw, solar_kw * sun, sources, storage)
    if least is None:
        with pytest.raises(Infeasible):
            dispatch(load_kw, solar_kw * sun, sources, storage)
        return
    plan = dispatch(load_kw, solar_kw * sun, sources, storage)
    assert_possible(plan, load_kw, solar_kw * sun)
    assert plan.cost == pytest.approx(least, rel=1e-9, abs=1e-8)
    own = cut_of(plan, sun).bound(solar_kw, plan.storage.power_kw, plan.storage.energy_kwh, (1.0,) * len(sources))
    assert own == pytest.approx(plan.cost, rel=1e-8, abs=1e-8)


@settings(thorough, max_examples=50)
@given(site=sites(), paid=st.floats(0.0, 1.0))
def test_a_source_that_pays_runs_flat_out(site, paid):
    load_kw, sun, solar_kw, sources, storage = site
    sources = (*sources, Source(-paid, np.full(len(load_kw), 2.0)))
    plan = dispatch(load_kw, solar_kw * sun, sources, storage)
    least = least_cost(load_kw, solar_kw * sun, sources, storage)
    assert plan.cost == pytest.approx(least, rel=1e-9, abs=1e-8)
    own = cut_of(plan, sun).bound(solar_kw, plan.storage.power_kw, plan.storage.energy_kwh, (1.0,) * len(sources))
    assert own == pytest.approx(plan.cost, rel=1e-8, abs=1e-8)
