"""Every row, bound and objective of the model worked out again in plain NumPy from the book's formulas.

Rows are compared at values drawn at random, where each coefficient counts and nothing is zero because it is optimal;
then at the solution, where they must hold as well.
"""

from collections import defaultdict
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from by_hand import NEVER, ByHand, PathwayByHand, Rows, ScenariosByHand, emitted_in_scenario, emitted_without_hours
from financing_by_hand import FinancedByHand
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from whole_site import (
    connected_site,
    financed_pathway,
    mine_terms,
    savings_terms,
    structured_pathway,
    whole_pathway,
    whole_scenarios,
    whole_site,
    whole_stage_scenarios,
)

from asmcarbon.finance.discounting import annuity
from asmcarbon.optimise.assets import Asset
from asmcarbon.optimise.expected import build_expected
from asmcarbon.optimise.frontier import Frontier
from asmcarbon.optimise.highs import answer_of
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.scenarios import build_scenarios
from asmcarbon.optimise.solve import set_values, solve
from asmcarbon.optimise.staged_model import build_pathway


class Compiled:
    """A model as HiGHS is given it, at values of its columns."""

    def __init__(self, model: pyo.ConcreteModel) -> None:
        self.model = model
        self.matrix = LinearStandardFormCompiler().write(model, mixed_form=True)

    def draw(self, seed: int) -> None:
        self.put(np.random.default_rng(seed).uniform(0.1, 10.0, len(self.matrix.columns)))

    def put(self, columns: np.ndarray) -> None:
        self.columns = columns
        set_values(self.matrix, columns)

    @property
    def objectives(self) -> np.ndarray:
        return self.matrix.c @ self.columns + self.matrix.c_offset

    @property
    def excess(self) -> Rows:
        """By how much each row is exceeded, below zero what it leaves; of an equation, by how much it is missed."""
        found: dict[str, list[tuple[Any, float]]] = defaultdict(list)
        for row, activity, right in zip(self.matrix.rows, self.matrix.A @ self.columns, self.matrix.rhs, strict=True):
            missed = float(activity - right)
            missed = abs(missed) if row.bound_type == 0 else row.bound_type * missed
            found[row.constraint.parent_component().name].append((row.constraint.index(), missed))
        return {name: np.array([missed for _index, missed in sorted(rows)]) for name, rows in found.items()}

    @property
    def bounds(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        found: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for one in self.matrix.columns:
            low, high = one.bounds
            found[one.parent_component().name].append((-NEVER if low is None else low, NEVER if high is None else high))
        return {name: (np.array(pairs).T[0], np.array(pairs).T[1]) for name, pairs in found.items()}


def agree(found: Rows, expected: Rows) -> None:
    assert sorted(found) == sorted(expected)
    for name, values in found.items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-9, atol=1e-9, err_msg=name)


SITES = {
    "on offer": whole_site,
    "connected": connected_site,
    "emissions": lambda: whole_site(objective="emissions"),
    "jobs": lambda: whole_site(objective="jobs"),
}


@pytest.mark.parametrize("name", SITES)
def test_every_row_sum_and_objective_is_what_the_book_says(name: str) -> None:
    given = SITES[name]()
    compiled = Compiled(build_model(given))
    for seed in range(3):
        compiled.draw(seed)
        by_hand = ByHand(given, compiled.model)
        agree(compiled.excess, by_hand.excess)
        objectives = {
            "emissions": [by_hand.operational_kgco2e, by_hand.annual_cost],
            "jobs": [
                -by_hand.person_days - given.work_years * by_hand.yearly_person_days,
                by_hand.annual_cost,
            ],
        }
        np.testing.assert_allclose(compiled.objectives, objectives.get(name, [by_hand.annual_cost]), rtol=1e-9)


@pytest.mark.parametrize("name", ["on offer", "connected"])
def test_every_bound_is_what_the_book_says(name: str) -> None:
    given = SITES[name]()
    compiled = Compiled(build_model(given))
    compiled.draw(0)
    found, expected = compiled.bounds, ByHand(given, compiled.model).bounds
    assert sorted(found) == sorted(expected)
    for variable, (low, high) in found.items():
        np.testing.assert_allclose(low, np.broadcast_to(expected[variable][0], low.shape), err_msg=variable)
        np.testing.assert_allclose(high, np.broadcast_to(expected[variable][1], high.shape), err_msg=variable)


@pytest.mark.parametrize("name", ["on offer", "connected"])
def test_a_solved_year_keeps_every_row_and_tells_the_sums_of_the_book(name: str) -> None:
    given = SITES[name]()
    model = build_model(given)
    solution = solve(model, given)
    by_hand = ByHand(given, model)
    for row, excess in by_hand.excess.items():
        assert excess.max() <= 1e-6, row
    for figure in ("annual_cost", "capital_cost", "operational_kgco2e", "embodied_kgco2e"):
        assert getattr(solution, figure) == pytest.approx(getattr(by_hand, figure), rel=1e-9, abs=1e-9), figure
    # What a community is given is what the site leaves over.
    np.testing.assert_allclose(solution.surplus_kw, by_hand.supply_kw + by_hand.given_kw, rtol=1e-9, atol=1e-9)
    # Something of everything is in the plan, or the sums say little.
    assert by_hand.size_kwh > 1.0 and by_hand.panels_kw > 1.0 and by_hand.import_kw.sum() > 1.0
    assert by_hand.area_ha.sum() >= given.rehabilitation_target_ha - 1e-6 and max(by_hand.adopted) > 0.5
    worked = by_hand.person_days + given.work_years * by_hand.yearly_person_days
    assert solution.person_days == pytest.approx(worked, rel=1e-9)


def test_every_row_and_the_objective_of_two_stages_are_what_the_book_says() -> None:
    pathway = whole_pathway()
    compiled = Compiled(build_pathway(pathway))
    for seed in range(3):
        compiled.draw(seed)
        by_hand = PathwayByHand(pathway, compiled.model)
        agree(compiled.excess, by_hand.excess)
        np.testing.assert_allclose(compiled.objectives, [by_hand.net_present_cost], rtol=1e-9)


@pytest.mark.parametrize("objective", ["emissions", "jobs"])
def test_what_stages_seek_before_their_cost_is_what_the_book_says(objective: str) -> None:
    whole = whole_pathway()
    pathway = replace(whole, stages=tuple(replace(one, objective=objective) for one in whole.stages))
    compiled = Compiled(build_pathway(pathway))
    for seed in range(3):
        compiled.draw(seed)
        by_hand = PathwayByHand(pathway, compiled.model)
        first, last = by_hand.years
        # Years 0 to 4 and 4 to 10; what is done once is all there by the last stage.
        sought = {
            "emissions": 4 * first.operational_kgco2e + 6 * last.operational_kgco2e,
            "jobs": -last.person_days - 4 * first.yearly_person_days - 6 * last.yearly_person_days,
        }[objective]
        np.testing.assert_allclose(compiled.objectives, [sought, by_hand.net_present_cost], rtol=1e-9)


def test_two_solved_stages_cost_what_their_years_discounted_one_by_one_do() -> None:
    pathway = whole_pathway()
    compiled = Compiled(build_pathway(pathway))
    answer = answer_of(compiled.matrix)[0]
    compiled.put(answer.columns)
    by_hand = PathwayByHand(pathway, compiled.model)
    for row, excess in by_hand.excess.items():
        assert excess.max() <= 1e-6, row
    assert answer.objective == pytest.approx(by_hand.net_present_cost, rel=1e-9)


def test_every_row_and_the_objective_of_scenarios_are_what_the_book_says() -> None:
    scenarios = whole_scenarios()
    compiled = Compiled(build_scenarios(scenarios))
    for seed in range(3):
        compiled.draw(seed)
        by_hand = ScenariosByHand(scenarios, compiled.model)
        agree(compiled.excess, by_hand.excess)
        np.testing.assert_allclose(compiled.objectives, [by_hand.expected_cost], rtol=1e-9)


def test_solved_scenarios_share_one_plan_and_cost_the_mean_of_their_years() -> None:
    scenarios = whole_scenarios()
    compiled = Compiled(build_scenarios(scenarios))
    answer = answer_of(compiled.matrix)[0]
    compiled.put(answer.columns)
    by_hand = ScenariosByHand(scenarios, compiled.model)
    for row, excess in by_hand.excess.items():
        assert excess.max() <= 1e-6, row
    mild, dear = by_hand.years
    assert answer.objective == pytest.approx((mild.annual_cost + dear.annual_cost) / 2.0, rel=1e-9)
    # Something is bought, and the years are not the same, or the mean says little.
    assert mild.panels_kw > 1.0 and dear.annual_cost > 1.01 * mild.annual_cost


def test_the_rows_and_the_objective_of_stages_in_scenarios_are_those_of_each_scenario_and_their_mean() -> None:
    scenarios = whole_stage_scenarios()
    compiled = Compiled(build_expected(scenarios))
    alone = [build_pathway(one, by_hours=False) for one in scenarios]
    ready = [Compiled(one) for one in alone]
    for seed in range(3):
        compiled.draw(seed)
        drawn = {str(column.name): column.value for column in compiled.matrix.columns}
        budgets, costs = [], []
        for w, one in enumerate(ready):
            # The same sizes and choices in the program of the scenario alone, and its year.
            names = [str(column.name).replace(".year.", f".years[{w}].") for column in one.matrix.columns]
            one.put(np.array([drawn[name] for name in names]))
            budgets.append(one.excess["stage_budget"])
            costs.append(float(one.objectives[0]))
        np.testing.assert_allclose(compiled.objectives, [np.mean(costs)], rtol=1e-9)
        # Rows are sorted by stage, and then by scenario.
        np.testing.assert_allclose(compiled.excess["scenario_budget"], np.array(budgets).T.ravel(), rtol=1e-9)
        emitted = [
            emitted_in_scenario(one.stages[s], compiled.model.stage[s], w) - one.stages[s].emissions_cap_kgco2e
            for s in range(2)
            for w, one in enumerate(scenarios)
        ]
        np.testing.assert_allclose(compiled.excess["scenario_cap"], emitted, rtol=1e-9)
        for s in range(2):
            asked = max(one.stages[s].adequacy.required_kw for one in scenarios)
            firm = compiled.excess[f"stage[{s}].adequacy.firm_capacity"]
            dear = ready[1].excess[f"stage[{s}].adequacy.firm_capacity"]
            assert asked == scenarios[1].stages[s].adequacy.required_kw
            np.testing.assert_allclose(firm, dear, rtol=1e-9)
        assert "stage_budget" not in compiled.excess
        assert not any(name.endswith("emissions_cap") for name in compiled.excess)


@pytest.mark.parametrize("cap_kgco2e", [150.0, 900.0])
def test_the_cap_of_the_frontier_is_on_the_emissions_of_all_years(cap_kgco2e: float) -> None:
    year, stages = whole_site(), structured_pathway()
    year_alone, staged = Frontier(year), Frontier(stages)
    blocks = [(1.0, year, year_alone.model)]
    # The stages begin in year 0 and 4 of 10.
    in_turn = [(span, stages.stages[s], staged.model.stage[s]) for s, span in enumerate((4.0, 6.0))]
    for frontier, summed in ((year_alone, blocks), (staged, in_turn)):
        frontier.cap(cap_kgco2e)
        compiled = Compiled(frontier.model)
        for seed in range(3):
            compiled.draw(seed)
            emitted = sum(span * emitted_without_hours(given, block) for span, given, block in summed)
            np.testing.assert_allclose(compiled.excess["total_emissions"], [emitted], rtol=1e-9)
            # Of the model the row is against nothing; HiGHS alone is told of the cap.
            most = frontier.master.highs.getLp().row_upper_[frontier.cap_row]
            given_to_highs = sum(
                weight * column.value
                for weight, column in zip(frontier.emitted, frontier.master.matrix.columns, strict=True)
            )
            assert given_to_highs - most == pytest.approx(emitted - cap_kgco2e, rel=1e-9)


TERMS = {"mine": mine_terms, "savings": savings_terms}


@pytest.mark.parametrize("name", TERMS)
def test_every_row_and_bound_of_financing_and_its_cost_are_what_the_book_says(name: str) -> None:
    pathway, terms = financed_pathway(), TERMS[name]()
    compiled = Compiled(build_pathway(pathway, terms))
    for seed in range(3):
        compiled.draw(seed)
        by_hand = FinancedByHand(pathway, terms, compiled.model)
        agree(compiled.excess, by_hand.excess)
        objective = by_hand.net_present_cost + by_hand.value("net_present_cost")
        np.testing.assert_allclose(compiled.objectives, [objective], rtol=1e-9)
    found = {key.removeprefix("financing."): pair for key, pair in compiled.bounds.items() if "financing." in key}
    assert sorted(found) == sorted(by_hand.bounds)
    for variable, (low, high) in found.items():
        assert {*low.tolist()} == {by_hand.bounds[variable][0]}, variable
        assert {*high.tolist()} == {by_hand.bounds[variable][1]}, variable


@pytest.mark.parametrize("name", TERMS)
def test_a_financed_plan_costs_what_its_payments_year_by_year_do(name: str) -> None:
    pathway, terms = financed_pathway(), TERMS[name]()
    compiled = Compiled(build_pathway(pathway, terms))
    answer = answer_of(compiled.matrix)[0]
    compiled.put(answer.columns)
    by_hand = FinancedByHand(pathway, terms, compiled.model)
    for row, excess in by_hand.excess.items():
        assert excess.max() <= 1e-6, row
    assert answer.objective == pytest.approx(by_hand.net_present_cost + by_hand.added_cost, rel=1e-9)
    assert answer.objective == pytest.approx(by_hand.year_by_year, rel=1e-9)
    # From the own money on, through each year: never below zero.
    cash = terms.own_money - by_hand.up_front(0) - by_hand.own(0)
    for t in range(1, pathway.horizon_years + 1):
        assert cash == pytest.approx(by_hand.value("cash", t - 1), abs=1e-6)
        assert cash >= -1e-6
        cash += by_hand.cfads(t) - by_hand.service(t) - by_hand.up_front(t) - by_hand.own(t) - by_hand.replaced(t)
    assert cash == pytest.approx(by_hand.value("cash", pathway.horizon_years), abs=1e-6)
    # Something of everything is in the plan, or the sums say little.
    assert all(sum(by_hand.value("given", p, s) for s in range(2)) > 1.0 for p in range(3))
    assert sum(by_hand.sold(1, s) for s in range(2)) > 1.0
    assert by_hand.value("agreed", 0, 1) == 1.0
    assert by_hand.replaced(6) > 1.0
    assert by_hand.interest(9) > 1.0


def test_one_stage_costs_the_single_year_times_what_one_a_year_is_worth() -> None:
    given = connected_site()
    staged = replace(whole_pathway(lifetimes=(None, None, None), degradation=0.0), stages=(given,), starts=(0,))
    stages, year = Compiled(build_pathway(staged)), build_model(given)
    best = answer_of(stages.matrix, gap=1e-9)[0].objective
    worth = sum(1.08**-n for n in range(1, 11))
    assert best == pytest.approx(worth * solve(year, given, gap=1e-9).annual_cost, rel=1e-8)


@pytest.mark.parametrize(("rate", "years"), [(0.08, 20.0), (0.0, 12.0)])
def test_an_annual_cost_repays_the_capital_with_interest_and_the_upkeep(rate: float, years: float) -> None:
    # What is owed at the end of each year: what was, with interest, less the payment; nothing at the end.
    asset = Asset("panels", "kW", 950.0, 12.0, years, "solar")
    owed = 950.0
    for _year in range(int(years)):
        owed = owed * (1 + rate) - (asset.annual_cost(rate) - 12.0)
    assert owed == pytest.approx(0.0, abs=1e-9)
    assert annuity(rate, years) * 950.0 == pytest.approx(asset.annual_cost(rate) - 12.0, rel=1e-12)
