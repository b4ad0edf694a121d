"""Plans over stages: against one program of all their hours, against the plan of one year, and by hand."""

import numpy as np
import pytest
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from small_cases import generator, grid, measure, parameters, solar, storage
from test_cuts import drawn
from whole_site import structured_pathway

from asmcarbon.errors import Infeasible, InputError
from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.highs import answer_of
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.pathway import solve_pathway
from asmcarbon.optimise.staged_goals import solve_stages
from asmcarbon.optimise.staged_model import Pathway, build_pathway

GROWTH = 1.04


def drawn_pathway(seed: int) -> Pathway | None:
    """Two to four stages of a drawn site: load that grows, prices that move, caps that fall."""
    base = drawn(seed, "cost")
    if base is None:
        return None
    draw = np.random.default_rng(seed + 7)
    count = int(draw.integers(2, 5))
    starts = tuple(sorted([0, *draw.choice(np.arange(1, 15), count - 1, replace=False).tolist()]))
    stages = []
    for number, start in enumerate(starts):
        growth, fuel, panels = GROWTH**start, draw.uniform(0.8, 1.5), draw.uniform(0.7, 1.0)
        cap, critical = base.emissions_cap_kgco2e, base.critical_kw
        stages.append(
            replace(
                base,
                load_kw=base.load_kw * growth,
                critical_kw=None if critical is None else critical * growth,
                generators=tuple(replace(one, price_per_kwh=one.price_per_kwh * fuel) for one in base.generators),
                solar=base.solar
                and replace(
                    base.solar,
                    annual_cost_per_kw=base.solar.annual_cost_per_kw * panels,
                    capital_cost_per_kw=base.solar.capital_cost_per_kw * panels,
                ),
                emissions_cap_kgco2e=None if cap is None else cap * (1 - 0.1 * number),
            )
        )
    lifetimes = (25, 8 if draw.random() < 0.5 else None, 15)
    return Pathway(tuple(stages), starts, 20, 0.10, lifetimes, 0.005 if draw.random() < 0.5 else 0.0)


def least_of_one_program(pathway: Pathway) -> float | None:
    matrix = LinearStandardFormCompiler().write(build_pathway(pathway), mixed_form=True)
    try:
        return answer_of(matrix, gap=1e-8)[0].objective
    except Infeasible:
        return None


@pytest.mark.parametrize("block", range(4))
def test_stages_by_cuts_cost_what_one_program_of_all_hours_says(block: int) -> None:
    feasible = 0
    for seed in range(8 * block + 8, 8 * block + 16):
        pathway = drawn_pathway(seed)
        if pathway is None:
            continue
        expected = least_of_one_program(pathway)
        try:
            found = solve_pathway(pathway, gap=1e-6)
        except Infeasible:
            assert expected is None, seed
            continue
        assert expected is not None, seed
        feasible += 1
        assert found.net_present_cost == pytest.approx(expected, rel=3e-6), seed
        for stage, given in zip(found.stages, pathway.stages, strict=True):
            if given.emissions_cap_kgco2e is not None:
                assert stage.solution.operational_kgco2e <= given.emissions_cap_kgco2e * (1 + 1e-8) + 1e-6
            if given.budget is not None:
                assert stage.capital_cost <= given.budget * (1 + 1e-8)
            assert stage.solution.surplus_kw.min() >= -1e-6
    assert feasible >= 3


def test_one_stage_is_the_plan_of_a_year(reference) -> None:
    given = reference.reference_parameters(weak_grid=True)
    found = solve_pathway(Pathway((given,), (0,), 20, 0.10), gap=1e-6)
    # P(10 %, 20 years) = (1 - 1.1 ** -20) / 0.1 = 8.513564
    assert found.net_present_cost == pytest.approx(8.513564 * solve_by_cuts(given, gap=1e-6).annual_cost, rel=3e-6)
    assert found.stages[0].solution.annual_cost == pytest.approx(reference.WEAK_GRID.annual_cost, rel=2e-6)


def test_panels_that_become_cheap_are_waited_for() -> None:
    # 1 kWh a year by fuel at 0.5 a kWh, or 1 kW of panels at 1 a year and 100 up front, at 0.2 and 20 from year 10 on.
    dear = parameters([1.0], None, solar=solar([1.0]), generators=(generator(),))
    cheap = replace(dear, solar=solar([1.0], annual_cost_per_kw=0.2, capital_cost_per_kw=20.0))
    found = solve_pathway(Pathway((dear, cheap), (0, 10), 20, 0.0), gap=1e-9)
    assert found.net_present_cost == pytest.approx(10 * 0.5 + 10 * 0.2)
    assert [stage.new[0] for stage in found.stages] == pytest.approx([0.0, 1.0], abs=1e-9)
    assert [stage.capital_cost for stage in found.stages] == pytest.approx([0.0, 20.0], abs=1e-6)


def test_panels_at_the_end_of_their_life_are_bought_anew_at_the_price_of_then() -> None:
    # Panels of 5 years at 0.4 a year beat fuel at 0.5; at 0.6 from year 5 on they do not.
    first = parameters([1.0], None, solar=solar([1.0], annual_cost_per_kw=0.4), generators=(generator(),))
    then = replace(first, solar=solar([1.0], annual_cost_per_kw=0.6))
    kept = Pathway((first, then), (0, 5), 10, 0.0)
    assert solve_pathway(kept, gap=1e-9).net_present_cost == pytest.approx(10 * 0.4)
    ended = solve_pathway(replace(kept, lifetimes=(5, None, None)), gap=1e-9)
    assert ended.net_present_cost == pytest.approx(5 * 0.4 + 5 * 0.5)
    assert ended.stages[1].solution.solar_kw == pytest.approx(0.0, abs=1e-6)


def test_panels_lose_output_with_their_years() -> None:
    # 10 % a year: over years 0 and 1 the mean is 0.95; 1 kW of load that must be served takes 1 / 0.95 kW.
    given = parameters([1.0], None, solar=solar([1.0]))
    found = solve_pathway(Pathway((given,), (0,), 2, 0.0, degradation=0.10), gap=1e-9)
    assert found.stages[0].new[0] == pytest.approx(1 / 0.95, rel=1e-6)
    assert found.stages[0].solution.solar_kw == pytest.approx(1.0, rel=1e-6)


def test_what_is_taken_stays_and_is_paid_for_once() -> None:
    # A measure that saves 3 a year from the first stage on, for 50 up front: within the budget of the first year alone.
    saves = measure(annual_cost=-3.0)
    given = parameters([1.0], generators=(generator(),), measures=(saves,), budget=50.0)
    found = solve_pathway(Pathway((given, replace(given, budget=0.0)), (0, 1), 2, 0.0), gap=1e-9)
    assert [stage.solution.measures for stage in found.stages] == [pytest.approx((1.0,)), pytest.approx((1.0,))]
    assert [stage.capital_cost for stage in found.stages] == pytest.approx([50.0, 0.0], abs=1e-9)
    # With money in the second year only, it comes then.
    later = solve_pathway(Pathway((replace(given, budget=0.0), given), (0, 1), 2, 0.0), gap=1e-9)
    assert [stage.solution.measures[0] for stage in later.stages] == pytest.approx([0.0, 1.0], abs=1e-9)


def test_a_cap_of_a_stage_binds_that_stage() -> None:
    # 1 kgCO2e a kWh of fuel, panels twice as dear: the cap of 0.25 of the second stage alone makes 0.75 kW of them.
    given = parameters([1.0], None, solar=solar([1.0]), generators=(generator(),))
    capped = replace(given, emissions_cap_kgco2e=0.25)
    found = solve_pathway(Pathway((given, capped), (0, 5), 10, 0.0), gap=1e-9)
    assert [stage.new[0] for stage in found.stages] == pytest.approx([0.0, 0.75], abs=1e-6)
    assert [stage.solution.operational_kgco2e for stage in found.stages] == pytest.approx([1.0, 0.25], abs=1e-6)
    assert found.net_present_cost == pytest.approx(5 * 0.5 + 5 * (0.25 * 0.5 + 0.75 * 1.0))


def test_a_cap_of_nothing_is_kept(reference) -> None:
    given = reference.reference_parameters(weak_grid=False, hours=slice(0, 504))
    clean = replace(given, emissions_cap_kgco2e=0.0)
    found = solve_pathway(Pathway((given, clean), (0, 5), 20, 0.10), gap=1e-4)
    assert found.stages[1].solution.operational_kgco2e == pytest.approx(0.0, abs=1e-5)
    matrix = LinearStandardFormCompiler().write(
        build_pathway(Pathway((given, clean), (0, 5), 20, 0.10)), mixed_form=True
    )
    assert found.net_present_cost == pytest.approx(answer_of(matrix)[0].objective, rel=1e-4)


def stage(**changed) -> Parameters:
    return parameters([1.0], solar=solar([1.0]), storage=storage(), generators=(generator(),), **changed)


@pytest.mark.parametrize(
    ("pathway", "told"),
    [
        (lambda: Pathway((stage(),), (1,), 10, 0.1), "1 starts for 1 stages"),
        (lambda: Pathway((stage(), stage()), (0, 10), 10, 0.1), "the years do not rise"),
        (lambda: Pathway((stage(), stage(grid=grid([1.0]))), (0, 5), 10, 0.1), "the stages offer different things"),
        (lambda: Pathway((stage(),), (0,), 10, 0.1, degradation=1.0), "1 a year"),
    ],
)
def test_stages_that_do_not_follow_are_refused(pathway, told: str) -> None:
    with pytest.raises(InputError, match=told):
        pathway()


def test_stages_that_nothing_meets_are_infeasible() -> None:
    impossible = replace(stage(), unserved_price_per_kwh=None, generators=(), emissions_cap_kgco2e=1.0, budget=1.0)
    with pytest.raises(Infeasible, match=r"within from year 0, a budget of 1 and an emissions cap of 1 kgCO2e"):
        solve_pathway(Pathway((impossible,), (0,), 10, 0.1))


def with_work(objective: str, **changed) -> Pathway:
    """Two stages of the site with all its rooms but what has no structure, that seek something else than cost."""
    whole = structured_pathway()
    stages = tuple(
        replace(one, objective=objective, unserved_price_per_kwh=None, emissions_cap_kgco2e=None, **changed)
        for one in whole.stages
    )
    return replace(whole, stages=stages)


@pytest.mark.parametrize(("objective", "budget"), [("jobs", 900.0), ("emissions", 900.0)])
def test_the_most_work_and_the_least_emissions_over_stages_are_those_of_one_program(objective: str, budget: float):
    given = with_work(objective, budget=budget)
    model = build_pathway(given)
    matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
    first, second = answer_of(matrix, gap=1e-8)
    sought = first.objective
    cost = float((matrix.c @ second.columns + matrix.c_offset)[-1])
    found = solve_stages(given, gap=1e-6)
    if objective == "jobs":
        assert found.person_days == pytest.approx(-sought, rel=1e-5)
        assert found.person_days > 1.2 * solve_stages(with_work("cost", budget=budget)).person_days
    else:
        emitted = sum(4 * one.solution.operational_kgco2e if one.start == 0 else 6 * one.solution.operational_kgco2e
                      for one in found.stages)  # fmt: skip
        assert emitted == pytest.approx(sought, rel=1e-5)
    # Of equals the cheapest: money bought by a little less of what is sought is no better.
    assert found.net_present_cost == pytest.approx(cost, rel=1e-3)


def test_another_objective_with_caps_on_its_own_subject_or_with_stages_that_differ_is_refused():
    given = with_work("emissions", budget=900.0)
    capped = replace(given, stages=tuple(replace(one, emissions_cap_kgco2e=90.0) for one in given.stages))
    with pytest.raises(InputError, match="caps are given where the least is sought"):
        solve_stages(capped)
    with pytest.raises(InputError, match="seek different things"):
        replace(given, stages=(given.stages[0], replace(given.stages[1], objective="jobs")))
