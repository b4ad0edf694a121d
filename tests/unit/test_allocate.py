"""Which sites a fund takes: against every choice there is, a published knapsack, one worked by hand, and its laws."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from asmcarbon.errors import Infeasible
from asmcarbon.portfolio.allocate import allocate
from asmcarbon.portfolio.compare import bindings, greedy, with_site
from asmcarbon.portfolio.question import Floor, Limit, Offer, Question, broken, totals_of

GOALS = ("most_tonnes_avoided", "most_jobs", "least_cost")


def drawn(seed: int, sites: int, points: int) -> list[Offer]:
    draw = random.Random(seed)
    offers = []
    for number in range(sites):
        money, tonnes, jobs = 0.0, 0.0, float(draw.randint(5, 200))
        country, minerals = draw.choice(("PER", "COD", "TZA")), tuple(draw.sample(("gold", "copper", "cobalt"), 2))
        for point in range(1, points + 1):
            money, tonnes = money + draw.uniform(5, 60), tonnes + draw.uniform(1, 30)
            cost = draw.uniform(-80, 60)
            offers.append(
                Offer(f"site {number}", country, minerals, point, money, cost, tonnes, tonnes / 20, jobs, jobs / 4)
            )
    return offers


def every_choice(offers, question):
    """All that keeps what is asked, by nothing but counting: each site at no point or one of them, in each year."""
    sites = sorted({one.site for one in offers})
    choices = [[None, *(one for one in offers if one.site == site)] for site in sites]
    for combination in itertools.product(*choices):
        taken = [one for one in combination if one is not None]
        money = sum(one.money for one in taken)
        if money > sum(question.budget) + 1e-9:
            continue
        if not question.carry_over and not any(
            all(
                sum(one.money for one, start in zip(taken, starts, strict=True) if start == year) <= budget + 1e-9
                for year, budget in enumerate(question.budget)
            )
            for starts in itertools.product(range(len(question.budget)), repeat=len(taken))
        ):
            continue
        limits = (
            (sum(one.money for one in taken if limit.name in (one.country, *one.minerals)),
             limit.amount if limit.amount is not None else limit.share * money)
            for limit in question.limits
        )  # fmt: skip
        if any(used > most + 1e-9 for used, most in limits):
            continue
        reached = {name: sum(getattr(one, name) for one in taken) for name in ("jobs", "women", "tonnes")}
        reached["sites"] = len(taken)
        if all(reached[floor.name] >= floor.least - 1e-9 for floor in question.floors):
            yield taken


def aim(taken, goal):
    sums = {name: sum(getattr(one, name) for one in taken) for name in ("tonnes", "jobs", "cost")}
    return {"most_tonnes_avoided": -sums["tonnes"], "most_jobs": -sums["jobs"], "least_cost": sums["cost"]}[goal]


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("carry_over", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_no_choice_of_all_there_are_is_better(goal, carry_over, seed):
    offers = drawn(seed, 5 if not carry_over else 6, 3 if not carry_over else 4)
    floors = (Floor("tonnes", 40.0), Floor("jobs", 120.0), Floor("women", 20.0), Floor("sites", 2))
    limits = (Limit("country", "PER", share=0.5), Limit("mineral", "gold", amount=120.0))
    question = Question(goal, (90.0, 60.0), carry_over, limits, floors)
    every = list(every_choice(offers, question))
    if not every:
        with pytest.raises(Infeasible, match=r"cannot be met|not all of them together|no choice"):
            allocate(offers, question)
        return
    best = min(aim(taken, goal) for taken in every)
    found = allocate(offers, question)
    taken = [one.offer for one in found.funded]
    assert aim(taken, goal) == pytest.approx(best, rel=1e-6, abs=1e-6)
    equal = [other for other in every if aim(other, goal) <= best + 1e-7 * max(1.0, abs(best))]
    assert found.totals.cost == pytest.approx(min(sum(one.cost for one in other) for other in equal), rel=1e-6)
    assert not list(broken(found.funded, question))
    ranked = greedy(offers, question)
    if not list(broken(ranked, question)):
        assert aim([one.offer for one in ranked], goal) >= best - 1e-6


# OR-Tools documentation, "The Knapsack Problem": values, weights, a capacity of 850, and the printed solution of its
# solver: total value 7534, total weight 850.
VALUES = [
    360, 83, 59, 130, 431, 67, 230, 52, 93, 125, 670, 892, 600, 38, 48, 147, 78, 256, 63, 17, 120, 164, 432, 35, 92,
    110, 22, 42, 50, 323, 514, 28, 87, 73, 78, 15, 26, 78, 210, 36, 85, 189, 274, 43, 33, 10, 19, 389, 276, 312,
]  # fmt: skip
WEIGHTS = [
    7, 0, 30, 22, 80, 94, 11, 81, 70, 64, 59, 18, 0, 36, 3, 8, 15, 42, 9, 0, 42, 47, 52, 32, 26, 48, 55, 6, 29, 84, 2,
    4, 18, 56, 7, 29, 93, 44, 71, 3, 86, 66, 31, 65, 0, 79, 20, 65, 52, 13,
]  # fmt: skip
PACKED = [
    0, 1, 3, 4, 6, 10, 11, 12, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28, 29, 30, 31, 32, 34, 38, 39, 41, 42, 44, 47,
    48, 49,
]  # fmt: skip


def test_the_knapsack_of_the_or_tools_documentation_is_packed_as_printed_there():
    offers = [
        Offer(f"{n:02}", "PER", ("gold",), 1, float(weight), 0.0, float(value), float(value))
        for n, (value, weight) in enumerate(zip(VALUES, WEIGHTS, strict=True))
    ]
    found = allocate(offers, Question("most_tonnes_avoided", (850.0,)))
    assert (found.totals.tonnes, found.totals.money) == (7534.0, 850.0)
    assert [int(one.offer.site) for one in found.funded] == PACKED


def test_greedy_loses_where_the_best_ranked_site_leaves_money_that_buys_nothing():
    """By hand: 100 of money. A 60 for 66 t (0.91 a tonne) is ranked first and leaves 40, too little for B or C.

    B 50 for 50 t and C 50 for 48 t (1.00 and 1.04 a tonne) use all of it: 98 t against 66 t.
    """
    offers = [
        Offer("A", "PER", ("gold",), 1, 60.0, 5.0, 66.0, 3.3),
        Offer("B", "PER", ("gold",), 1, 50.0, 5.0, 50.0, 2.5),
        Offer("C", "PER", ("gold",), 1, 50.0, 5.0, 48.0, 2.4),
    ]
    question = Question("most_tonnes_avoided", (100.0,))
    assert totals_of(greedy(offers, question)).tonnes == 66.0
    found = allocate(offers, question)
    assert ([one.offer.site for one in found.funded], found.totals.tonnes) == (["B", "C"], 98.0)
    assert with_site(offers, question, "A") == 66.0
    # Ten more of money: A with B, 116 t.
    assert allocate(offers, replace(question, extra=10.0)).totals.tonnes == 116.0


def test_money_of_a_year_that_may_not_be_kept_is_lost_and_binds():
    offers = [Offer(name, "PER", ("gold",), 1, 60.0, 0.0, 10.0, 1.0) for name in "AB"]
    kept, lost = (Question("most_tonnes_avoided", (80.0, 40.0), carry_over) for carry_over in (True, False))
    first, second = allocate(offers, kept), allocate(offers, lost)
    assert (sorted(one.year for one in first.funded), first.totals.tonnes) == ([0, 1], 20.0)
    assert ([one.year for one in second.funded], second.totals.tonnes) == ([0], 10.0)
    (one,) = bindings(offers, lost, 10.0)
    assert (one.what, one.without, one.binds) == (None, 20.0, True)
    # 20 more in the second year, which is where it helps.
    assert allocate(offers, replace(lost, extra=20.0)).totals.tonnes == 20.0


def test_a_floor_that_cannot_be_met_says_how_far_it_could_be():
    offers = [Offer(name, "PER", ("gold",), 1, 60.0, 0.0, 10.0, 1.0, jobs=40.0, women=8.0) for name in "ABC"]
    question = Question("most_tonnes_avoided", (130.0,), floors=(Floor("jobs", 200.0),))
    with pytest.raises(Infeasible, match=r"jobs reach at most 80 job of the 200 job asked"):
        allocate(offers, question)
    apart = [
        Offer("A", "PER", ("gold",), 1, 60.0, 0.0, 10.0, 1.0, jobs=40.0),
        Offer("B", "PER", ("gold",), 1, 60.0, 0.0, 50.0, 5.0, jobs=3.0),
    ]
    both = Question("most_jobs", (60.0,), floors=(Floor("jobs", 30.0), Floor("tonnes", 40.0)))
    with pytest.raises(Infeasible, match=r"not all of them together: .*jobs reach at most 3 job of the 30 job asked"):
        allocate(apart, both)


seeds = st.integers(0, 10_000)


@given(seed=seeds, budget=st.floats(10, 300), more=st.floats(0, 100), carry_over=st.booleans())
@settings(max_examples=20)
def test_more_budget_never_avoids_fewer_tonnes(seed, budget, more, carry_over):
    offers = drawn(seed, 5, 3)
    question = Question("most_tonnes_avoided", (budget, budget / 2), carry_over)
    before = allocate(offers, question).totals.tonnes
    richer = replace(question, budget=(budget, budget / 2 + more))
    assert allocate(offers, richer).totals.tonnes >= before * (1 - 1e-6)
    assert allocate(offers, replace(question, extra=more)).totals.tonnes >= before * (1 - 1e-6)


@given(seed=seeds, goal=st.sampled_from(GOALS), carry_over=st.booleans())
@settings(max_examples=20)
def test_the_order_of_sites_changes_nothing(seed, goal, carry_over):
    offers = drawn(seed, 6, 3)
    mixed = random.Random(seed).sample(offers, len(offers))
    question = Question(goal, (70.0, 50.0), carry_over, floors=(Floor("tonnes", 10.0),))
    assert allocate(mixed, question) == allocate(offers, question)


@given(seed=seeds, goal=st.sampled_from(GOALS))
@settings(max_examples=20)
def test_a_limit_of_all_the_money_changes_nothing(seed, goal):
    offers = drawn(seed, 5, 3)
    question = Question(goal, (120.0,), floors=(Floor("tonnes", 10.0),))
    limited = replace(question, limits=(Limit("country", "PER", share=1.0), Limit("mineral", "gold", amount=120.0)))
    assert allocate(offers, limited) == allocate(offers, question)
