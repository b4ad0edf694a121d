"""The exact dispatch against HiGHS on the same fixed sizes, and the on/off dispatch against HiGHS's branch and bound.

One thread; medians; times and ratios are printed and never asserted. The branch and bound takes as many seconds as
ASMCARBON_MILP_SECONDS says, and is left out without it.

    ASMCARBON_MILP_SECONDS=300 pytest tests/benchmarks/test_dispatch_speed.py
"""

import os
import time
from statistics import median

import highspy
import numpy as np
import pytest
from reference import OFF_GRID, WEAK_GRID, reference_parameters
from scipy import sparse

from asmcarbon.optimise.commitment import Unit, commit
from asmcarbon.optimise.dispatch import Source, Storage, cut_of, dispatch
from asmcarbon.optimise.solve import highs_solver

ROUNDS = 7
# 0.084 L/h for each kW of rating and 0.246 L/kWh at 1.15 USD/L, and 0.02 USD/kWh of upkeep.
DIESEL = Unit(80.0, 0.3, cost_per_hour=7.728, price_per_kwh=0.3029, fuel_l_per_hour=6.72, fuel_l_per_kwh=0.246)


def seconds_of(function):
    started = time.perf_counter()
    answer = function()
    return time.perf_counter() - started, answer


@pytest.fixture(params=[False, True], ids=["off-grid", "weak grid"])
def site(request):
    """Load, solar kW offered, sources beside the generator, storage, what the sizes cost, and the known optimum."""
    given, optimum = reference_parameters(weak_grid=request.param), WEAK_GRID if request.param else OFF_GRID
    storage = Storage(
        optimum.storage_kw,
        optimum.storage_kwh,
        given.storage.charge_efficiency,
        given.storage.discharge_efficiency,
        given.storage.minimum_state,
    )
    sources = [Source(given.unserved_price_per_kwh, given.load_kw)]
    if given.grid is not None:
        sources.append(Source(given.grid.price_per_kwh, given.grid.limit_kw * given.grid.availability))
    sizes = optimum.solar_kw * given.solar.annual_cost_per_kw
    sizes += optimum.storage_kwh * given.storage.energy_annual_cost_per_kwh
    sizes += optimum.storage_kw * given.storage.power_annual_cost_per_kw
    return given, optimum, tuple(sources), storage, sizes


def program(load_kw, solar_kw, sources, storage, unit=None) -> highspy.HighsLp:
    """Return the dispatch at fixed sizes as HiGHS takes it; with a unit, its hours on are whole numbers.

    Columns by hour: each source, charge, discharge, stored after the hour, and, of the unit, output and on.
    """
    hours = len(load_kw)
    one, none = sparse.identity(hours, format="csc"), sparse.csc_matrix((hours, hours))
    before = sparse.csc_matrix((np.ones(hours), (np.arange(hours), (np.arange(hours) - 1) % hours)))
    outputs = len(sources)
    balance = [one] * outputs + [-one, one, none]
    change = [none] * outputs + [-storage.charge_efficiency * one, one / storage.discharge_efficiency, one - before]
    power = [none] * outputs + [one, one, none]
    rows = [balance, change, power]
    lower = [load_kw - solar_kw, np.zeros(hours), np.full(hours, -highspy.kHighsInf)]
    upper = [np.full(hours, highspy.kHighsInf), np.zeros(hours), np.full(hours, storage.power_kw)]
    most = [*(source.capacity_kw for source in sources), *[np.full(hours, storage.power_kw)] * 2]
    most.append(np.full(hours, storage.energy_kwh))
    price = [source.price_per_kwh for source in sources] + [0.0] * 3
    if unit is not None:
        rows = [[*balance, one, none], [*change, none, none], [*power, none, none]]
        rows.append([none] * (outputs + 3) + [one, -unit.minimum_kw * one])
        rows.append([none] * (outputs + 3) + [one, -unit.rated_kw * one])
        lower += [np.zeros(hours), np.full(hours, -highspy.kHighsInf)]
        upper += [np.full(hours, highspy.kHighsInf), np.zeros(hours)]
        most += [np.full(hours, unit.rated_kw), np.ones(hours)]
        price += [unit.price_per_kwh, unit.cost_per_hour]
    matrix = sparse.bmat(rows, format="csc")
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.row_lower_, lp.row_upper_ = np.concatenate(lower), np.concatenate(upper)
    lowest = np.zeros(matrix.shape[1])
    lowest[(outputs + 2) * hours : (outputs + 3) * hours] = storage.lowest_kwh
    lp.col_lower_, lp.col_upper_ = lowest, np.concatenate(most)
    lp.col_cost_ = np.repeat(price, hours)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    if unit is not None:
        continuous = [highspy.HighsVarType.kContinuous] * (matrix.shape[1] - hours)
        lp.integrality_ = continuous + [highspy.HighsVarType.kInteger] * hours
    return lp


def test_dispatch_against_highs_alone(site, capsys):
    given, optimum, sources, storage, sizes = site
    sources = (*sources, Source(given.generators[0].price_per_kwh, np.full(len(given.load_kw), 80.0)))
    sun = given.solar.capacity_factor
    solar_kw = optimum.solar_kw * sun
    dispatch(given.load_kw, solar_kw, sources, storage)
    ours = [seconds_of(lambda: dispatch(given.load_kw, solar_kw, sources, storage)) for _ in range(ROUNDS)]
    cuts = [seconds_of(lambda: cut_of(ours[0][1], sun))[0] for _ in range(ROUNDS)]
    lp, theirs = program(given.load_kw, solar_kw, sources, storage), []
    for _ in range(3):
        highs = highs_solver()
        highs.passModel(lp)
        theirs.append(seconds_of(highs.run)[0])
        least = highs.getInfo().objective_function_value
    plan = ours[0][1]
    proven = cut_of(plan, sun).bound(optimum.solar_kw, storage.power_kw, storage.energy_kwh, (1.0,) * len(sources))
    assert plan.cost == pytest.approx(least, rel=1e-9)
    assert sizes + plan.cost == pytest.approx(optimum.annual_cost, rel=1e-6)
    ours_s, theirs_s = median(seconds for seconds, _ in ours), median(theirs)
    with capsys.disabled():
        print(
            f"\ndispatch {1e3 * ours_s:.1f} ms and its cut {1e3 * median(cuts):.2f} ms, HiGHS {theirs_s:.2f} s, ratio "
            f"{ours_s / theirs_s:.4f}; costs differ by {abs(plan.cost - least) / least:.1e}, own proof by "
            f"{abs(plan.cost - proven) / plan.cost:.1e}"
        )


def test_commitment_against_branch_and_bound(site, capsys):
    given, optimum, sources, storage, sizes = site
    solar_kw = optimum.solar_kw * given.solar.capacity_factor
    plan_s, _ = seconds_of(lambda: commit(given.load_kw, solar_kw, (DIESEL,), sources, storage, bound_levels=None))
    both_s, plan = seconds_of(lambda: commit(given.load_kw, solar_kw, (DIESEL,), sources, storage))
    cost, bound = sizes + plan.cost, sizes + plan.bound
    text = (
        f"\non/off: {cost:,.2f}, bound {bound:,.2f}, gap {1e2 * (cost - bound) / cost:.3f} % with the sizes' cost, "
        f"{1e2 * plan.gap:.3f} % without; plan {plan_s:.2f} s, plan and bound {both_s:.2f} s; "
        f"{plan.hours_run[0]} h, {plan.starts[0]} starts, {plan.fuel_l[0]:,.0f} L"
    )
    assert plan.bound <= plan.cost
    limit_s = float(os.environ.get("ASMCARBON_MILP_SECONDS", "0"))
    if limit_s > 0.0:
        highs = highs_solver(time_limit_s=limit_s)
        highs.setOptionValue("solver", "choose")
        highs.passModel(program(given.load_kw, solar_kw, sources, storage, DIESEL))
        seconds, _ = seconds_of(highs.run)
        info = highs.getInfo()
        theirs, below = sizes + info.objective_function_value, sizes + info.mip_dual_bound
        text += f"\nHiGHS {highs.version()}: cost {theirs:,.2f}, bound {below:,.2f} after {seconds:.0f} s"
        assert sizes + plan.bound <= theirs * (1.0 + 1e-9)
        assert below <= cost * (1.0 + 1e-9)
    with capsys.disabled():
        print(text)
