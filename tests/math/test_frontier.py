"""The frontier: by hand, against plans from scratch and one program of all hours, and by the laws that it must keep."""

from itertools import pairwise

import numpy as np
import pyomo.environ as pyo
import pytest
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from small_cases import generator, measure, parameters, solar
from test_cuts import drawn
from test_financing import annual, drawn_terms, loan, paid
from test_pathway import drawn_pathway

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.frontier import Frontier, years_of
from asmcarbon.optimise.frontier_points import points_of
from asmcarbon.optimise.frontier_ranges import extreme
from asmcarbon.optimise.highs import answer_of
from asmcarbon.optimise.model import annual_cost, build_model, operational_kgco2e
from asmcarbon.optimise.offers import offers_of, sizes_in_service
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.pathway import solve_pathway
from asmcarbon.optimise.solve import solve
from asmcarbon.optimise.staged_model import Pathway, build_pathway
from asmcarbon.optimise.terms import Advance, Terms, Tonnes

GAP = 1e-6


def frontier_case(seed: int) -> Parameters | None:
    """A drawn site without a cap, and with enough that nothing changes that its measures never take away more."""
    given = drawn(seed, "cost")
    if given is None:
        return None
    return replace(given, emissions_cap_kgco2e=None, other_kgco2e=30.0 * len(given.load_kw) / 24.0)


def cases(seeds: range) -> list[tuple[int, Parameters]]:
    found = [(seed, frontier_case(seed)) for seed in seeds]
    return [(seed, given) for seed, given in found if given is not None]


def test_two_hours_worked_by_hand() -> None:
    # 2 kW by day and by night, a generator at 0.5 and 1 kg a kWh, panels at 1 a year for each kW: a kW of panels spares
    # 1 kWh by day, so it costs 0.5 more than it saves, and what the night burns nothing spares.
    #   least cost: no panels,    4 kWh, cost 2.0, 4 kg
    #   cleanest:   2 kW panels,  2 kWh, cost 3.0, 2 kg;  in the middle 1 kW, 3 kWh, cost 2.5
    given = parameters([2.0, 2.0], None, solar=solar([1.0, 0.0]), generators=(generator(),))
    points = points_of(Frontier(given, gap=1e-9), 3)
    assert [one.cost for one in points] == pytest.approx([2.0, 2.5, 3.0], abs=1e-6)
    assert [one.kgco2e for one in points] == pytest.approx([4.0, 3.0, 2.0], abs=1e-6)
    assert [one.stages[0].new[0] for one in points] == pytest.approx([0.0, 1.0, 2.0], abs=1e-6)


def test_a_whole_measure_leaps_where_panels_step() -> None:
    # The measure costs 3 and takes 4 kg away, whole or not at all: 4 kg + 10 others without it, 6 + 4 with it.
    given = parameters([2.0, 2.0], None, generators=(generator(),), measures=(measure(),), other_kgco2e=10.0)
    points = points_of(Frontier(given, gap=1e-9), 4)
    assert [one.cost for one in points] == pytest.approx([2.0, 5.0, 5.0, 5.0])
    assert [one.kgco2e for one in points] == pytest.approx([14.0, 10.0, 10.0, 10.0])


def test_where_nothing_emits_less_than_the_cheapest_there_is_one_point() -> None:
    given = parameters([2.0, 2.0], None, generators=(generator(),))
    (only,) = points_of(Frontier(given), 5)
    assert (only.cost, only.kgco2e) == pytest.approx((2.0, 4.0))


@pytest.mark.parametrize("block", range(3))
def test_each_point_costs_what_a_plan_from_scratch_under_its_cap_costs(block: int) -> None:
    compared = 0
    for seed, given in cases(range(200 + 12 * block, 212 + 12 * block)):
        try:
            points = points_of(Frontier(given, gap=GAP), 4)
        except Infeasible:
            with pytest.raises(Infeasible):
                solve_by_cuts(given, gap=GAP)
            continue
        for one in points:
            cap = None if one.cap_kgco2e == np.inf else one.cap_kgco2e
            scratch = solve_by_cuts(replace(given, emissions_cap_kgco2e=cap), gap=GAP)
            assert one.cost == pytest.approx(scratch.annual_cost, rel=3 * GAP, abs=1e-6), (seed, cap)
            assert one.gap <= GAP
            assert one.cost == pytest.approx(one.stages[0].solution.annual_cost, rel=1e-9, abs=1e-9)
            assert one.kgco2e == pytest.approx(one.stages[0].solution.operational_kgco2e, rel=1e-7, abs=1e-6)
            assert cap is None or one.kgco2e <= cap * (1 + 1e-7) + 1e-6
            compared += 1
    assert compared >= 12


def test_points_cost_and_emit_what_the_whole_year_as_one_program_says() -> None:
    compared = 0
    for seed, given in cases(range(200, 226)):
        try:
            points = points_of(Frontier(given, gap=GAP), 3)
        except Infeasible:
            continue
        for one in points:
            cap = None if one.cap_kgco2e == np.inf else one.cap_kgco2e
            capped = replace(given, emissions_cap_kgco2e=cap)
            whole = solve(build_model(capped), capped, gap=1e-8)
            assert one.cost == pytest.approx(whole.annual_cost, rel=3e-6, abs=1e-6), seed
        if given.unserved_price_per_kwh is None:
            cleanest = replace(given, objective="emissions")
            least = solve(build_model(cleanest), cleanest, gap=1e-8).operational_kgco2e
            assert points[-1].kgco2e == pytest.approx(least, rel=5 * GAP, abs=5e-6), seed
            compared += 1
    assert compared >= 4


def test_the_frontier_is_convex_where_nothing_is_whole(reference) -> None:
    given = reference.reference_parameters(weak_grid=True)
    points = points_of(Frontier(given, gap=GAP), 9)
    slopes = [
        (after.cost - before.cost) / (before.kgco2e - after.kgco2e)
        for before, after in pairwise(points)
        if before.kgco2e - after.kgco2e > 1e-3 * points[0].kgco2e
    ]
    assert len(slopes) >= 7
    assert all(earlier < later * (1 + 1e-3) + 1e-4 for earlier, later in pairwise(slopes))
    assert min(slopes) > 0.0


def test_points_that_share_their_cuts_take_fewer_dispatches_than_each_from_scratch(reference) -> None:
    given = reference.reference_parameters(weak_grid=False)
    frontier = Frontier(given, gap=1e-4)
    points = points_of(frontier, 12)
    scratch = [
        solve_by_cuts(replace(given, emissions_cap_kgco2e=one.cap_kgco2e), gap=1e-4).iterations for one in points[1:-1]
    ]
    assert sum(one.dispatches for one in points[1:-1]) < 0.6 * sum(scratch)


def one_program(pathway: Pathway, cap: float, terms: Terms | None = None) -> float:
    """Return the least cost of one program of all hours of all stages under a cap on their sum."""
    model = build_pathway(pathway, terms)
    model.emitted = pyo.Var(range(len(pathway.stages)), initialize=0.0)
    model.emissions = pyo.ConstraintList()
    for number in range(len(pathway.stages)):
        # A factor in front of a sum over the hours would be lost, see `periods.total`.
        model.emissions.add(model.emitted[number] - operational_kgco2e(model.stage[number]) == 0.0)
    shares = years_of(pathway)
    model.emissions.add(sum(share * model.emitted[number] for number, share in enumerate(shares)) <= cap)
    return answer_of(LinearStandardFormCompiler().write(model, mixed_form=True), gap=1e-8)[0].objective


def test_points_over_stages_cost_what_one_program_under_one_cap_of_all_years_says() -> None:
    compared = 0
    for seed in range(40, 60):
        pathway = drawn_pathway(seed)
        if pathway is None or sum(len(one.load_kw) for one in pathway.stages) > 220:
            continue
        pathway = replace(pathway, stages=tuple(replace(one, emissions_cap_kgco2e=None) for one in pathway.stages))
        try:
            points = points_of(Frontier(pathway, gap=GAP), 3)
        except Infeasible:
            continue
        assert points[0].cost == pytest.approx(solve_pathway(pathway, gap=GAP).net_present_cost, rel=3e-6), seed
        for one in points[1:]:
            assert one.cost == pytest.approx(one_program(pathway, one.cap_kgco2e), rel=5e-6), seed
            sums = sum(
                share * stage.solution.operational_kgco2e
                for share, stage in zip(years_of(pathway), one.stages, strict=True)
            )
            assert one.kgco2e == pytest.approx(sums, rel=1e-7, abs=1e-6)
            compared += 1
    assert compared >= 4


def fuel_or_panels() -> Pathway:
    """One stage of ten years without discount: 1 kW, fuel at 5 and 1 t a kWh for a single hour, panels at 100 a kW."""
    panels = solar([1.0], annual_cost_per_kw=10.0, capital_cost_per_kw=100.0)
    fuel = generator(rated_kw=10.0, price_per_kwh=5.0, emissions_kgco2e_per_kwh=1000.0)
    return Pathway((parameters([1.0], None, solar=panels, generators=(fuel,)),), (0,), 10, 0.0, (10, 10, 10))


@pytest.mark.parametrize(
    ("terms", "costs", "kgco2e"),
    [
        # Ten years of fuel cost 50, panels 100: with a grant of 30 % of them, 70.
        ({"advances": (Advance("grant", share=0.3),)}, [50.0, 60.0, 70.0], [1000.0, 500.0, 0.0]),
        # Of the 70 for a whole kW there are 35: half of it is the cleanest that can be paid for.
        (
            {"advances": (Advance("grant", share=0.3),), "own_money": 35.0},
            [50.0, 55.0, 60.0],
            [1000.0, 750.0, 500.0],
        ),
        # 3 for each tonne avoided: a kW of panels costs 100 and earns 30, where it spares 50.
        ({"tonnes": (Tonnes("credits", (3.0,) * 11),)}, [50.0, 60.0, 70.0], [1000.0, 500.0, 0.0]),
    ],
)
def test_fewer_emissions_cost_less_where_products_pay_for_them_worked_by_hand(
    terms: dict, costs: list[float], kgco2e: list[float]
) -> None:
    points = points_of(Frontier(fuel_or_panels(), paid(**terms, today_cost=(5.0,)), gap=1e-9), 3)
    assert [one.kgco2e for one in points] == pytest.approx(kgco2e, abs=1e-3)
    assert [one.cost for one in points] == pytest.approx(costs, abs=1e-3)
    for one in points:
        assert one.financing is not None
        spent = one.stages[0].capital_cost
        given = sum(one.financing.parts.values())
        assert given == pytest.approx(0.3 * spent if "advances" in terms else 0.0, abs=1e-6)
        assert sum(one.financing.own.values()) == pytest.approx(spent - given, abs=1e-6)


def test_products_that_are_worth_nothing_leave_the_frontier_as_it_is() -> None:
    # Nominal: 1.08 * 1.03 - 1 = 11.24 % a year. Paid by the year, without a fee, such a loan is worth nothing.
    panels = solar([0.0, 0.6, 1.0, 0.1], annual_cost_per_kw=annual(3.0, 0.08, 20), capital_cost_per_kw=3.0)
    load = np.array([1.0, 2.0, 1.5, 2.5])
    stages = tuple(
        parameters(load * 1.05**year, None, solar=panels, generators=(generator(rated_kw=9.0),)) for year in (0, 4, 7)
    )
    pathway = Pathway(stages, (0, 4, 7), 15, 0.08, (20, 8, 12))
    neutral = paid(loan("bank", 1.08 * 1.03 - 1.0, 96), stages=(7.0, 8.0, 9.0), inflation=0.03)
    alone, found = (points_of(Frontier(pathway, terms, gap=1e-8), 4) for terms in (None, neutral))
    assert [one.cost for one in found] == pytest.approx([one.cost for one in alone], rel=1e-6)
    assert [one.kgco2e for one in found] == pytest.approx([one.kgco2e for one in alone], rel=1e-6)
    assert alone[-1].cost > 1.01 * alone[0].cost


def test_the_cheapest_point_after_products_is_the_plan_over_stages() -> None:
    compared = 0
    for seed in (40, 41, 42, 43, 46, 49, 51):
        pathway = uncapped_pathway(seed)
        if pathway is None:
            continue
        terms = drawn_terms(seed, pathway)
        try:
            plan = solve_pathway(pathway, terms, gap=1e-4)
        except Infeasible:
            continue
        frontier = Frontier(pathway, terms, gap=1e-4)
        cheapest = frontier.point(first=frontier.first())
        apart = (cheapest.gap + plan.gap) * max(1.0, abs(plan.net_present_cost))
        assert cheapest.cost == pytest.approx(plan.net_present_cost, abs=apart + 1e-5), seed
        compared += 1
    assert compared >= 4


def uncapped_pathway(seed: int) -> Pathway | None:
    pathway = drawn_pathway(seed)
    if pathway is None or sum(len(one.load_kw) for one in pathway.stages) > 400:
        return None
    stages = tuple(replace(one, emissions_cap_kgco2e=None) for one in pathway.stages)
    return replace(pathway, stages=stages, lifetimes=(25, 8, 15))


@pytest.mark.parametrize("seeds", [(40, 41, 42, 43), (46, 48, 49, 51), (53, 54, 56, 57), (58, 61, 62, 63)])
def test_points_after_products_cost_what_one_program_of_hours_and_financing_under_their_cap_says(
    seeds: tuple[int, ...],
) -> None:
    """Where what a kilogram earns lies between two dispatches the gap may stay open: it is told, and it holds."""
    compared = proven = 0
    for seed in seeds:
        pathway = uncapped_pathway(seed)
        if pathway is None:
            continue
        terms = drawn_terms(seed, pathway)
        try:
            points = points_of(Frontier(pathway, terms, gap=GAP), 3)
        except Infeasible:
            with pytest.raises(Infeasible):
                solve_pathway(pathway, terms, gap=GAP)
            continue
        for one in points:
            expected = one_program(pathway, one.cap_kgco2e, terms)
            tolerance = 5e-6 * max(1.0, abs(expected))
            assert -tolerance <= one.cost - expected <= tolerance + one.gap * abs(one.cost), (seed, one.cap_kgco2e)
            assert one.kgco2e <= one.cap_kgco2e + 1e-7 * abs(one.cap_kgco2e) + 1e-6
            compared, proven = compared + 1, proven + (one.gap <= GAP)
    assert compared >= 3
    assert proven >= compared - 2


def test_without_an_option_the_plan_is_that_of_a_site_which_lacks_it() -> None:
    compared = 0
    for seed, given in cases(range(240, 270)):
        if given.storage is None or given.solar is None or given.adequacy is not None:
            continue
        try:
            frontier = Frontier(given, gap=GAP)
            frontier.point()
        except Infeasible:
            continue
        for offer in offers_of(frontier):
            lacking = {("solar",): {"solar": None}, ("battery",): {"storage": None}}.get(offer.kinds)
            if lacking is None:
                continue
            frontier.bound_columns([(offer.columns, None, 0.0)])
            without = replace(given, **lacking)
            try:
                scratch = solve_by_cuts(without, gap=GAP).annual_cost
            except Infeasible:
                with pytest.raises(Infeasible):
                    frontier.point()
                continue
            assert frontier.point().cost == pytest.approx(scratch, rel=3 * GAP, abs=1e-6), (seed, offer.name)
            compared += 1
    assert compared >= 8


@pytest.mark.parametrize("largest", [False, True])
def test_sizes_within_a_share_of_least_cost_are_those_of_one_program_with_its_cost_held(largest: bool) -> None:
    compared = 0
    for _seed, given in cases(range(270, 400)):
        wholes = given.measures or any(not one.is_fixed for one in given.generators)
        if given.solar is None or given.storage is None or wholes or given.solar.kit_kw or given.storage.kit_kwh:
            continue
        if given.storage.kit_kw or (given.grid is not None and not given.grid.is_connected):
            continue
        frontier = Frontier(given, gap=GAP)
        try:
            best = frontier.point()
        except Infeasible:
            continue
        most = best.cost + 0.02 * abs(best.cost)
        found = extreme(frontier, best, sizes_in_service(frontier)["solar"], most, largest=largest)
        model = build_model(given)
        model.spent = pyo.Var(initialize=0.0)
        model.is_spent = pyo.Constraint(expr=model.spent - annual_cost(model) >= 0.0)
        model.spent.setub(most)
        model.least_annual_cost.deactivate()
        model.size = pyo.Objective(expr=(-1.0 if largest else 1.0) * model.solar.size_kw)
        expected = abs(answer_of(LinearStandardFormCompiler().write(model, mixed_form=True), gap=1e-8)[0].objective)
        assert found == pytest.approx(expected, rel=0.01, abs=0.02)
        compared += 1
    assert compared >= 3


def test_time_that_ran_out_is_said_and_no_plan_is_made_up() -> None:
    given = parameters([2.0, 2.0], None, solar=solar([1.0, 0.0]), generators=(generator(),))
    with pytest.raises(SolverStopped, match="fewer points"):
        points_of(Frontier(given, time_limit_s=0.0), 3)
