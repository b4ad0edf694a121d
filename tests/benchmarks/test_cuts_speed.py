"""A certified plan of a year by cuts, against HiGHS alone on the whole year and against PyPSA.

Imports are excluded, one thread, warm; medians. HiGHS alone gets the matrix of the whole year, compiled beforehand.
Cuts and PyPSA are counted from the parameters on, building included. Times are printed and never asserted.

    pytest tests/benchmarks/test_cuts_speed.py
"""

import logging
import time
from statistics import median

import pytest
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from reference import OFF_GRID, WEAK_GRID, reference_parameters
from test_sizing_lp import highs_alone, pypsa_plan, seconds_of

from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.highs import OPTIMAL
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.pathway import solve_pathway
from asmcarbon.optimise.solve import highs_solver, linear_program
from asmcarbon.optimise.staged_model import Pathway, build_pathway

ROUNDS = 7


@pytest.mark.parametrize("gap", [1e-3, 1e-4, 1e-6])
@pytest.mark.parametrize("weak_grid", [False, True], ids=["off-grid", "weak grid"])
def test_one_stage_against_highs_alone(weak_grid, gap, capsys):
    given, optimum = reference_parameters(weak_grid=weak_grid), WEAK_GRID if weak_grid else OFF_GRID
    solve_by_cuts(given, gap=gap)
    ours, theirs = [], []
    for round_ in range(ROUNDS):
        seconds, solution = seconds_of(lambda: solve_by_cuts(given, gap=gap))
        ours.append(seconds)
        assert solution.annual_cost == pytest.approx(optimum.annual_cost, rel=gap)
        assert solution.gap <= gap
        if round_ < 3:
            seconds, least = highs_alone(given)
            theirs.append(seconds)
            assert least == pytest.approx(optimum.annual_cost, rel=1e-6)
    with capsys.disabled():
        print(
            f"\n  {'weak grid' if weak_grid else 'off-grid'}, gap {gap:g}: {solution.iterations} dispatches,"
            f" {median(ours):.3f} s, HiGHS alone {median(theirs):.2f} s: {median(ours) / median(theirs):.4f} x"
        )


@pytest.mark.parametrize("weak_grid", [False, True], ids=["off-grid", "weak grid"])
def test_a_capped_stage_against_highs_alone(weak_grid, capsys):
    given = reference_parameters(weak_grid=weak_grid)
    capped = replace(given, emissions_cap_kgco2e=0.4 * solve_by_cuts(given, gap=1e-4).operational_kgco2e)
    ours = [seconds_of(lambda: solve_by_cuts(capped, gap=1e-3)) for _ in range(ROUNDS)]
    seconds, least = highs_alone(capped)
    assert ours[0][1].annual_cost == pytest.approx(least, rel=1e-3)
    assert ours[0][1].operational_kgco2e <= capped.emissions_cap_kgco2e * (1 + 1e-9)
    ours_s = median(one for one, _solution in ours)
    with capsys.disabled():
        print(f"\n  capped at 40 %, gap 1e-3: {ours_s:.3f} s, HiGHS alone {seconds:.2f} s: {ours_s / seconds:.4f} x")


def four_stages(*, weak_grid: bool, capped: bool) -> Pathway:
    """The reference case in years 0, 5, 10, 15 of 20, at 10 %: load grows by 4 % a year, one set is enough for all.

    Capped: diesel energy of at most 3, 2, 1 and 0.5 % of each stage's load, and, with the grid, as much CO2e.
    """
    base = reference_parameters(weak_grid=weak_grid)
    generators = tuple(replace(one, rated_kw=one.rated_kw * 1.04**15) for one in base.generators)
    kgco2e = base.generators[0].emissions_kgco2e_per_kwh
    stages = []
    for start, share in zip((0, 5, 10, 15), (0.03, 0.02, 0.01, 0.005), strict=True):
        load_kw = base.load_kw * 1.04**start
        cap = share * float(load_kw.sum()) * kgco2e if capped else None
        stages.append(replace(base, load_kw=load_kw, generators=generators, emissions_cap_kgco2e=cap))
    return Pathway(tuple(stages), (0, 5, 10, 15), 20, 0.10)


@pytest.mark.parametrize(("weak_grid", "capped"), [(False, False), (False, True), (True, False), (True, True)])
def test_four_stages_against_highs_alone(weak_grid, capped, capsys):
    """One program of 35,040 hours takes HiGHS 20 s to minutes: it is asked once."""
    pathway = four_stages(weak_grid=weak_grid, capped=capped)
    solve_pathway(pathway, gap=1e-3)
    ours = [seconds_of(lambda: solve_pathway(pathway, gap=1e-3)) for _ in range(3)]
    program = linear_program(LinearStandardFormCompiler().write(build_pathway(pathway), mixed_form=True))
    highs = highs_solver(time_limit_s=200.0)
    highs.passModel(program)
    seconds, _status = seconds_of(highs.run)
    found, ours_s = ours[0][1], median(one for one, _plan in ours)
    if highs.getModelStatus() == OPTIMAL:
        least = highs.getInfo().objective_function_value
        assert least * (1 - 1e-7) <= found.net_present_cost <= least * (1 + 1e-3)
    for stage, given in zip(found.stages, pathway.stages, strict=True):
        if given.emissions_cap_kgco2e is not None:
            assert stage.solution.operational_kgco2e <= given.emissions_cap_kgco2e * (1 + 1e-9)
    with capsys.disabled():
        print(
            f"\n  four stages, {'weak grid' if weak_grid else 'off-grid'}{', capped' if capped else ''}:"
            f" {found.dispatches} dispatches, {ours_s:.2f} s, gap {found.gap:.1e}; HiGHS alone {seconds:.1f} s"
            f" ({highs.modelStatusToString(highs.getModelStatus())}): {ours_s / seconds:.4f} x"
        )


@pytest.mark.filterwarnings("ignore")
def test_one_stage_against_pypsa(capfd):
    pypsa = pytest.importorskip("pypsa")
    given = reference_parameters(weak_grid=False)
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        theirs = {}
        for choice, choices in {"default": {}, "direct": {"io_api": "direct"}}.items():
            pypsa_plan(pypsa, given, **choices)
            timed = [seconds_of(lambda choices=choices: pypsa_plan(pypsa, given, **choices)) for _ in range(3)]
            theirs[choice] = median(seconds for seconds, _ in timed)
    finally:
        logging.disable(before)
    solve_by_cuts(given, gap=1e-4)
    ours_s = median(seconds_of(lambda: solve_by_cuts(given, gap=1e-4))[0] for _ in range(ROUNDS))
    with capfd.disabled():
        print(f"\n  off-grid: {ours_s:.3f} s; PyPSA takes {min(theirs.values()) / ours_s:.0f} times as long ({theirs})")


def test_the_whole_year_says_the_same_at_its_bound(capsys):
    """The certificate for the sceptic: HiGHS on the whole year, its sizes held at those of the cuts, then free."""
    given = reference_parameters(weak_grid=False)
    found = solve_by_cuts(given, gap=1e-6)
    model = build_model(given)
    matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
    highs = highs_solver()
    highs.passModel(linear_program(matrix))
    number = {id(column): n for n, column in enumerate(matrix.columns)}
    sizes = [
        (number[id(model.solar.size_kw)], found.solar_kw),
        (number[id(model.storage.size_kw)], found.storage_kw),
        (number[id(model.storage.size_kwh)], found.storage_kwh),
    ]
    for column, size in sizes:
        highs.changeColBounds(column, size, size)
    highs.run()
    held = highs.getInfo().objective_function_value
    assert held == pytest.approx(found.annual_cost, rel=1e-9)
    for column, _size in sizes:
        highs.changeColBounds(column, 0.0, float("inf"))
    highs.setOptionValue("simplex_strategy", 4)
    started = time.perf_counter()
    highs.run()
    seconds, free = time.perf_counter() - started, highs.getInfo().objective_function_value
    assert free <= found.annual_cost <= free * (1 + 1e-6)
    with capsys.disabled():
        print(f"\n  cuts {found.annual_cost:.6f}, HiGHS from there {free:.6f} in {seconds:.2f} s")
