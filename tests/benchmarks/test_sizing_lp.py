"""The sizing of a year: building, compiling, solving and reading, against HiGHS alone and against PyPSA.

Imports are excluded, one thread, dual simplex, warm; medians. HiGHS alone gets the same matrix, compiled beforehand,
with the same options; PyPSA gets the same case, with one joint power limit, through its own defaults or straight to
HiGHS, whichever is faster. Times are printed and never asserted.

    pytest tests/benchmarks/test_sizing_lp.py
"""

import logging
import resource
import time
from statistics import median

import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from reference import OFF_GRID, WEAK_GRID, reference_parameters

from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.solve import highs_solver, linear_program, solve

ROUNDS = 5


def seconds_of(function):
    started = time.perf_counter()
    answer = function()
    return time.perf_counter() - started, answer


def ours(given):
    return solve(build_model(given), given)


def highs_alone(given):
    model = build_model(given)
    program = linear_program(LinearStandardFormCompiler().write(model, mixed_form=True))
    highs = highs_solver()

    def run():
        highs.passModel(program)
        highs.run()
        return highs.getInfo().objective_function_value

    return seconds_of(run)


def pypsa_network(pypsa, given):
    solar, storage, generator, grid = given.solar, given.storage, given.generators[0], given.grid
    peak_kw = float(given.load_kw.max())
    network = pypsa.Network()
    network.set_snapshots(range(len(given.load_kw)))
    network.add("Bus", ["site", "battery"])
    network.add("Load", "load", bus="site", p_set=given.load_kw)
    network.add(
        "Generator",
        "solar",
        bus="site",
        p_nom_extendable=True,
        capital_cost=solar.annual_cost_per_kw,
        p_max_pu=solar.capacity_factor,
    )
    network.add("Generator", "diesel", bus="site", p_nom=generator.rated_kw, marginal_cost=generator.price_per_kwh)
    network.add(
        "Generator",
        "unserved",
        bus="site",
        p_nom=peak_kw,
        p_max_pu=given.load_kw / peak_kw,
        marginal_cost=given.unserved_price_per_kwh,
    )
    if grid is not None:
        network.add(
            "Generator",
            "grid",
            bus="site",
            p_nom=grid.limit_kw,
            p_max_pu=grid.availability,
            marginal_cost=grid.price_per_kwh,
        )
    network.add(
        "Store",
        "energy",
        bus="battery",
        e_nom_extendable=True,
        e_cyclic=True,
        e_min_pu=storage.minimum_state,
        capital_cost=storage.energy_annual_cost_per_kwh,
    )
    network.add(
        "Link",
        "charge",
        bus0="site",
        bus1="battery",
        p_nom_extendable=True,
        efficiency=storage.charge_efficiency,
        capital_cost=storage.power_annual_cost_per_kw,
    )
    network.add(
        "Link",
        "discharge",
        bus0="battery",
        bus1="site",
        p_nom_extendable=True,
        efficiency=storage.discharge_efficiency,
    )
    return network


def pypsa_plan(pypsa, given, **choices):
    def one_inverter(network, _snapshots):
        power, size = network.model["Link-p"], network.model["Link-p_nom"]
        link = next(name for name in power.dims if name != "snapshot")
        given_out = given.storage.discharge_efficiency * power.sel({link: "discharge"})
        rated = size.sel({size.dims[0]: "charge"})
        network.model.add_constraints(power.sel({link: "charge"}) + given_out - rated <= 0, name="joint_power")

    network = pypsa_network(pypsa, given)
    network.optimize(
        solver_name="highs",
        solver_options={"output_flag": False, "threads": 1},
        extra_functionality=one_inverter,
        **choices,
    )
    return network.objective


@pytest.mark.parametrize("weak_grid", [False, True], ids=["off-grid", "weak grid"])
def test_sizing_against_highs_alone(weak_grid, capsys):
    given, optimum = reference_parameters(weak_grid=weak_grid), WEAK_GRID if weak_grid else OFF_GRID
    ours(given)
    whole, alone = [], []
    for _ in range(ROUNDS):
        seconds, solution = seconds_of(lambda: ours(given))
        whole.append(seconds)
        seconds, least = highs_alone(given)
        alone.append(seconds)
        assert solution.annual_cost == pytest.approx(optimum.annual_cost, rel=1e-6)
        assert least == pytest.approx(optimum.annual_cost, rel=1e-6)
        for size in ("solar_kw", "storage_kw", "storage_kwh"):
            assert getattr(solution, size) == pytest.approx(getattr(optimum, size), rel=1e-3)
    building = median(seconds_of(lambda: build_model(given))[0] for _ in range(ROUNDS))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with capsys.disabled():
        print(
            f"\n{'weak grid' if weak_grid else 'off-grid'}: whole {median(whole):.2f} s (building {building:.2f} s), "
            f"HiGHS alone {median(alone):.2f} s, ratio {median(whole) / median(alone):.2f} (to reach: 1.35); "
            f"{solution.iterations} iterations, process at most {peak_mb:.0f} MB, {solution.solver}"
        )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("weak_grid", [False, True], ids=["off-grid", "weak grid"])
def test_sizing_against_pypsa(weak_grid, capfd):
    pypsa = pytest.importorskip("pypsa")
    given, optimum = reference_parameters(weak_grid=weak_grid), WEAK_GRID if weak_grid else OFF_GRID
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        theirs = {}
        for choice, choices in {"default": {}, "direct": {"io_api": "direct"}}.items():
            pypsa_plan(pypsa, given, **choices)
            timed = [seconds_of(lambda choices=choices: pypsa_plan(pypsa, given, **choices)) for _ in range(3)]
            theirs[choice] = median(seconds for seconds, _ in timed)
            assert timed[0][1] == pytest.approx(optimum.annual_cost, rel=1e-6)
    finally:
        logging.disable(before)
    ours(given)
    whole = median(seconds_of(lambda: ours(given))[0] for _ in range(3))
    with capfd.disabled():
        print(
            f"\n{'weak grid' if weak_grid else 'off-grid'}: whole {whole:.2f} s; "
            + ", ".join(f"PyPSA {choice} {seconds:.2f} s" for choice, seconds in theirs.items())
            + f"; ratio {whole / min(theirs.values()):.2f} to the faster (to reach: 0.70)"
        )
