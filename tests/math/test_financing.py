"""Who pays for a plan: against one program of all hours, against the plan without finance, and by hand."""

import numpy as np
import pytest
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from small_cases import generator, measure, parameters, solar, storage
from test_pathway import drawn_pathway

from asmcarbon.errors import Infeasible
from asmcarbon.finance.debt import schedule_of
from asmcarbon.optimise.highs import answer_of
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.pathway import PathwayPlan, solve_pathway
from asmcarbon.optimise.staged_model import Pathway, build_pathway
from asmcarbon.optimise.terms import Advance, Premium, Terms, Tonnes

LIFETIMES = {"generator": (12,) * 5, "measure": (10,) * 9, "rehabilitation": (20,) * 9, "connection": (30,)}


def loan(name: str, rate: float, months: int, **more: float) -> Advance:
    terms = {key: more.pop(key) for key in ("grace_months", "balloon") if key in more}
    due = schedule_of(rate, months, payments_per_year=1, **terms)  # type: ignore[arg-type]
    left = tuple(1.0 - float(np.sum(due.principal[: n + 1])) for n in range(len(due.principal)))
    return Advance(name, interest=due.interest, principal=due.principal, left=left, **more)  # type: ignore[arg-type]


def drawn_terms(seed: int, pathway: Pathway) -> Terms:
    draw = np.random.default_rng(seed + 1000)
    horizon = pathway.horizon_years
    load_kwh = [float(one.load_kw.sum()) for one in pathway.stages]
    today = tuple(float(draw.uniform(0.4, 0.8)) * one for one in load_kwh)
    tonnes = ()
    if draw.random() < 0.5:
        prices = tuple(20.0 * draw.uniform(0.5, 20.0) * 1.02**year for year in range(horizon + 1))
        fixed = float(draw.uniform(0.0, 0.02)) * today[0] if draw.random() < 0.5 else 0.0
        tonnes = (Tonnes("credits", prices, kept=0.8, yearly_cost=fixed, up_front_cost=2 * fixed),)
    advances = [
        replace(loan("bank", 0.16, 48, fee=0.02), share=0.7),
        replace(loan("green", 0.04, 84, grace_months=12), ceiling=float(draw.uniform(10, 300)), pays_for=("solar",)),
        Advance("grant", share=0.4, ceiling=float(draw.uniform(5, 100))),
    ]
    if draw.random() < 0.4:
        advances[1] = replace(advances[1], minimum=0.5 * (advances[1].ceiling or 0.0))
    return Terms(
        inflation=float(draw.uniform(0.0, 0.05)),
        lifetimes=LIFETIMES,
        today_cost=today,
        today_kgco2e=tuple(
            1.2 * one + 10.0 + given.other_kgco2e for one, given in zip(load_kwh, pathway.stages, strict=True)
        ),
        advances=tuple(advances[: int(draw.integers(1, 4))]),
        tonnes=tonnes,
        own_money=float(draw.uniform(50, 1000)) if draw.random() < 0.5 else None,
        minimum_cover=float(draw.uniform(0.5, 1.3)) if draw.random() < 0.5 else None,
        mine_income=tuple(1.5 * one for one in today) if draw.random() < 0.3 else None,
    )


MOST_HOURS = 300


def least_of_one_program(pathway: Pathway, terms: Terms) -> float | None:
    matrix = LinearStandardFormCompiler().write(build_pathway(pathway, terms), mixed_form=True)
    try:
        return answer_of(matrix, gap=1e-8)[0].objective
    except Infeasible:
        return None


@pytest.mark.parametrize("block", range(10))
def test_financed_stages_by_cuts_cost_what_one_program_of_all_hours_says(block: int) -> None:
    """Also where what a kilogram earns lies between two dispatches, whose mixture is the year then."""
    feasible = 0
    for seed in range(8 * block + 8, 8 * block + 16):
        pathway = drawn_pathway(seed)
        # A long year of many stages proves no more, and takes one program a minute.
        if pathway is None or sum(len(one.load_kw) for one in pathway.stages) > MOST_HOURS:
            continue
        pathway = replace(pathway, lifetimes=(25, 8, 15))
        terms = drawn_terms(seed, pathway)
        expected = least_of_one_program(pathway, terms)
        try:
            found = solve_pathway(pathway, terms, gap=1e-6)
        except Infeasible:
            assert expected is None, seed
            continue
        assert expected is not None, seed
        feasible += 1
        assert found.gap <= 1e-6, seed
        assert found.net_present_cost == pytest.approx(expected, rel=3e-6, abs=3e-6), seed
    assert feasible >= 1


def annual(capital: float, rate: float, years: int) -> float:
    """Repay a capital in equal parts a year, without the factor of the code."""
    return capital / sum((1.0 + rate) ** -age for age in range(1, years + 1))


def mill(load_kw: float = 1.0, rate: float = 0.0, life: int = 10, **changed) -> Parameters:
    """A year of one hour: fuel at 50 and 1 tCO2e a kWh, or panels at 100 a kW that need no upkeep."""
    panels = solar([1.0], annual_cost_per_kw=annual(100.0, rate, life))
    fuel = generator(rated_kw=10.0, price_per_kwh=50.0, emissions_kgco2e_per_kwh=1000.0)
    return parameters([load_kw], None, **{"solar": panels, "generators": (fuel,)} | changed)


def mine(rate: float = 0.0, **changed) -> Pathway:
    """One stage of ten years, as long as panels last: 1 kW of them costs 100 today at any rate, fuel 50 a year."""
    return Pathway((mill(rate=rate, **changed),), (0,), 10, rate, (10, 10, 10))


def paid(*advances: Advance, stages: tuple[float, ...] = (1.0,), **changed) -> Terms:
    """Terms without inflation, for loads in kW."""
    today = {"today_cost": tuple(50.0 * kw for kw in stages), "today_kgco2e": tuple(1000.0 * kw for kw in stages)}
    return Terms(**{"inflation": 0.0, "lifetimes": LIFETIMES, "advances": advances} | today | changed)


def given(found: PathwayPlan, number: int) -> float:
    """What an advance gives in all."""
    assert found.financing is not None
    return sum(value for (p, _kind, _s), value in found.financing.parts.items() if p == number)


def test_a_grant_pays_its_share_of_the_capital_of_each_stage() -> None:
    # 30 % of 100 today; of a second kW in year 5 as much again, worth 30 / 1.1 ** 5 = 18.627640.
    grant = Advance("grant", share=0.3)
    assert solve_pathway(mine(), paid(grant), gap=1e-9).net_present_cost == pytest.approx(70.0)
    grown = Pathway((mill(rate=0.1), mill(2.0, rate=0.1)), (0, 5), 10, 0.1, (10, 10, 10))
    alone = solve_pathway(grown, gap=1e-9)
    found = solve_pathway(grown, paid(grant, stages=(1.0, 2.0)), gap=1e-9)
    assert [one.new[0] for one in found.stages] == pytest.approx([1.0, 1.0], abs=1e-6)
    assert alone.net_present_cost - found.net_present_cost == pytest.approx(30.0 + 18.627640, abs=1e-5)


@pytest.mark.parametrize("months", [36, 96, 240])
def test_a_loan_at_the_rate_of_discount_changes_nothing_in_stages_that_grow(months: int) -> None:
    # Nominal: 1.08 * 1.03 - 1 = 11.24 % a year. Paid by the year, without a fee, it is worth nothing either way.
    sun, load = [0.0, 0.6, 1.0, 0.1], np.array([1.0, 2.0, 1.5, 2.5])
    panels = solar(sun, annual_cost_per_kw=annual(3.0, 0.08, 20), capital_cost_per_kw=3.0)
    battery = storage(
        energy_annual_cost_per_kwh=annual(0.9, 0.08, 8),
        energy_capital_cost_per_kwh=0.9,
        power_annual_cost_per_kw=annual(0.4, 0.08, 12),
        power_capital_cost_per_kw=0.4,
        charge_efficiency=0.95,
        discharge_efficiency=0.95,
    )
    stages = tuple(
        parameters(load * 1.05**year, None, solar=panels, storage=battery, generators=(generator(rated_kw=9.0),))
        for year in (0, 4, 7)
    )
    pathway = Pathway(stages, (0, 4, 7), 15, 0.08, (20, 8, 12))
    alone = solve_pathway(pathway, gap=1e-9)
    neutral = loan("bank", 1.08 * 1.03 - 1.0, months)
    found = solve_pathway(pathway, paid(neutral, stages=(7.0, 8.0, 9.0), inflation=0.03), gap=1e-9)
    assert found.net_present_cost == pytest.approx(alone.net_present_cost, rel=1e-7)
    for one, same in zip(found.stages, alone.stages, strict=True):
        assert one.new == pytest.approx(same.new, abs=1e-5)
    assert max(stage.new[0] for stage in alone.stages) > 0.5
    assert max(stage.new[1] for stage in alone.stages) > 0.05


def test_a_dear_loan_is_taken_only_where_own_money_asks_for_it() -> None:
    # At 20 % over two years each unit asks 0.2 / (1 - 1.2 ** -2) = 0.6545455 twice: 0.309091 more than it gives.
    # Of 100, 60 are lacking: 100 + 60 * 0.309091 = 118.545455. A kW less would cost 500 of fuel.
    dear = loan("dear", 0.20, 24)
    free = solve_pathway(mine(), paid(dear), gap=1e-9)
    assert (free.net_present_cost, given(free, 0)) == pytest.approx((100.0, 0.0), abs=1e-6)
    poor = solve_pathway(mine(), paid(dear, own_money=40.0), gap=1e-9)
    assert (poor.net_present_cost, given(poor, 0)) == pytest.approx((118.545455, 60.0), abs=1e-5)


@pytest.mark.parametrize(
    ("minimum", "lent", "cost"),
    [
        # A year free of interest at 10 %: each unit earns 1 - 1 / 1.1 = 0.090909. 100 - 100 * 0.090909.
        (80.0, 100.0, 90.909091),
        # 0.05 kW that nobody needs, for 5, so as to be lent 105 and earn 9.545455: it pays.
        (105.0, 105.0, 95.454545),
        # 0.2 kW too many, for 20, would earn 10.909: it does not.
        (120.0, 0.0, 100.0),
    ],
)
def test_a_loan_of_no_less_than_a_minimum_is_taken_whole_or_not_at_all(
    minimum: float, lent: float, cost: float
) -> None:
    ticket = replace(loan("ticket", 0.0, 12), minimum=minimum, ceiling=200.0)
    found = solve_pathway(mine(0.10), paid(ticket), gap=1e-9)
    assert (given(found, 0), found.net_present_cost) == pytest.approx((lent, cost), abs=1e-5)


def test_debt_cover_holds_a_loan_to_what_savings_carry() -> None:
    # 50 a year are saved; at a cover of 1.5 no more than 33.333333 may be due, half of what is lent: 66.666667.
    # Free of interest at 10 % each unit earns 1 - 0.5 / 1.1 - 0.5 / 1.21 = 0.132231: 100 - 66.666667 * 0.132231.
    found = solve_pathway(mine(0.10), paid(loan("free", 0.0, 24), minimum_cover=1.5), gap=1e-9)
    assert (given(found, 0), found.net_present_cost) == pytest.approx((66.666667, 91.184573), abs=1e-5)


@pytest.mark.parametrize(
    ("price", "cost"),
    [
        # 1 t a year, a fifth kept back: 8 times the price in ten years, against 10 * 2 + 20 = 40: from 5 on.
        (4.9, 100.0),
        (6.0, 100.0 - 48.0 + 40.0),
    ],
)
def test_credits_with_costs_of_their_own_are_sold_from_the_price_that_bears_them(price: float, cost: float) -> None:
    credit = Tonnes("credits", (price,) * 11, kept=0.8, yearly_cost=2.0, up_front_cost=20.0)
    found = solve_pathway(mine(), paid(tonnes=(credit,)), gap=1e-9)
    assert found.financing is not None
    assert found.net_present_cost == pytest.approx(cost, abs=1e-6)
    assert found.financing.accepted == (price > 5.0,)


@pytest.mark.parametrize(
    ("ceiling", "sold", "cost"),
    [
        # The dearer pays 10 for 0.8 of a tonne, the other 3 for all of it: 8 against 3, so the first takes it.
        (None, (0.8, 0.0), 100.0 - 80.0),
        # Until it has paid 40: 0.4 t a year, which are half a tonne; the other half goes for 1.5 a year.
        (40.0, (0.4, 0.5), 100.0 - 40.0 - 15.0),
    ],
)
def test_a_tonne_is_sold_once_and_to_the_dearer_buyer(
    ceiling: float | None, sold: tuple[float, float], cost: float
) -> None:
    buyers = (Tonnes("dearer", (10.0,) * 11, kept=0.8, ceiling=ceiling), Tonnes("other", (3.0,) * 11))
    found = solve_pathway(mine(), paid(tonnes=buyers), gap=1e-9)
    assert found.financing is not None
    assert (found.financing.avoided[0, 0], found.financing.avoided[1, 0]) == pytest.approx(sold, abs=1e-6)
    assert found.net_present_cost == pytest.approx(cost, abs=1e-5)


@pytest.mark.parametrize(("income", "adopted", "cost"), [(12.0, 1.0, 100.0 + 50.0 - 80.0), (8.0, 0.0, 100.0)])
def test_a_premium_brings_the_measure_that_it_requires_where_it_pays_for_it(
    income: float, adopted: float, cost: float
) -> None:
    # The measure costs 50 and saves nothing. Premium: ten times the income less 2, less 20 once: 80 > 50, or 40 < 50.
    nothing = measure(annual_cost=5.0, capital_cost=50.0, operational_kgco2e_change=0.0)
    premium = Premium("fair", (0.0, *(income,) * 10), measure=0, yearly_cost=2.0, up_front_cost=20.0)
    found = solve_pathway(mine(measures=(nothing,)), paid(premiums=(premium,)), gap=1e-9)
    assert found.net_present_cost == pytest.approx(cost, abs=1e-6)
    assert found.stages[0].solution.measures == pytest.approx((adopted,), abs=1e-9)


def test_a_balloon_is_due_with_the_last_payment_and_must_be_covered_too() -> None:
    # 10 %, two years, half of it at the end. Year 1: 0.5 * 0.1 / (1 - 1.1 ** -2) + 0.5 * 0.1 = 0.338095; year 2 as much
    # and the half: 0.838095. Of 60: 60 * 0.176190 of interest in all.
    leased = loan("lease", 0.10, 24, balloon=0.5)
    found = solve_pathway(mine(), paid(leased, own_money=40.0), gap=1e-9)
    assert (found.net_present_cost, given(found, 0)) == pytest.approx((100.0 + 60.0 * 0.1761905, 60.0), abs=1e-5)
    # With a cover of 1 the 50 * kw saved must carry 0.838095 * (100 * kw - 40): kw = 33.523810 / 33.809524 = 0.991549.
    # Lent 59.154930, for which 0.991549 kW are bought; the rest is fuel: 500 * 0.008451.
    covered = solve_pathway(mine(), paid(leased, own_money=40.0, minimum_cover=1.0), gap=1e-9)
    assert covered.stages[0].new[0] == pytest.approx(0.991549, abs=1e-5)
    cost = 99.154930 + 59.154930 * 0.1761905 + 500.0 * 0.0084507
    assert covered.net_present_cost == pytest.approx(cost, abs=1e-4)


def test_what_is_still_owed_at_the_horizon_is_a_cost_of_it() -> None:
    # Twenty years free of interest, at 10 %: a twentieth each year, half of it left after ten.
    # 5 * P(10 %, 10) + 50 / 1.1 ** 10 = 5 * 6.144567 + 50 * 0.385543 = 30.722836 + 19.277164.
    found = solve_pathway(mine(0.10), paid(loan("long", 0.0, 240)), gap=1e-9)
    assert (given(found, 0), found.net_present_cost) == pytest.approx((100.0, 50.0), abs=1e-5)


def test_the_second_stage_builds_what_cash_allows_and_waits_for_the_rest() -> None:
    # Loads of 1 kW, then 2 from year 1 on. 100 buys the first kW. Year 1 saves 50: half a kW in year 1, and
    # year 2 saves 100 - 25 of fuel: the other half in year 2. Panels last the twelve years of the plan:
    # 100 + 50 * 11 / 12 + 50 * 10 / 12 + 25 of fuel in year 2.
    stages = tuple(mill(kw, life=12) for kw in (1.0, 2.0, 2.0))
    pathway = Pathway(stages, (0, 1, 2), 12, 0.0, (12, 12, 12))
    found = solve_pathway(pathway, paid(stages=(1.0, 2.0, 2.0), own_money=100.0), gap=1e-9)
    assert [one.new[0] for one in found.stages] == pytest.approx([1.0, 0.5, 0.5], abs=1e-5)
    assert found.net_present_cost == pytest.approx(100.0 + 550.0 / 12.0 + 500.0 / 12.0 + 25.0, abs=1e-4)


def test_inflation_changes_no_real_result_where_there_is_no_product() -> None:
    # Prices and savings rise alike; the first day's money, which does not, is paid out on that day.
    grown = Pathway((mill(rate=0.1), mill(2.0, rate=0.1)), (0, 5), 10, 0.1, (10, 10, 10))
    alone = solve_pathway(grown, gap=1e-9)
    for inflation in (0.0, 0.2):
        rich = paid(stages=(1.0, 2.0), own_money=100.0, minimum_cover=1.2, inflation=inflation)
        found = solve_pathway(grown, rich, gap=1e-9)
        assert found.net_present_cost == pytest.approx(alone.net_present_cost, rel=1e-8)
        assert [one.new[0] for one in found.stages] == pytest.approx([1.0, 1.0], abs=1e-6)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        # The kW that must serve costs 100: no loan, and 40 to pay it with.
        ({"own_money": 40.0}, "can be paid for with own money of 40;"),
        # A loan of 60 asks 30 a year of the 50 that are saved, no cover of 3: more money would do, or less cover.
        (
            {"own_money": 40.0, "minimum_cover": 3.0, "advances": (loan("free", 0.0, 24),)},
            "can be paid for with own money of 40 and a debt cover of 3;",
        ),
        # Running costs 1 a year more than today, which no cover allows where a loan is offered, nor the cash of 40.
        (
            {
                "own_money": 40.0,
                "minimum_cover": 1.5,
                "today_cost": (-1.0,),
                "advances": (replace(loan("free", 0.0, 24), share=0.6),),
            },
            "can be paid for with own money of 40 and a debt cover of 1.5;",
        ),
        # There is room for 10 kW of panels, and a load of 11: money is not what lacks.
        ({"own_money": 400.0, "load_kw": 11.0}, "the load cannot be served in every hour"),
    ],
)
def test_money_is_named_where_it_is_what_lacks(changed: dict, told: str) -> None:
    load_kw = changed.pop("load_kw", 1.0)
    panels = replace(mill(load_kw).solar, maximum_kw=10.0)
    pathway = mine(load_kw=load_kw, generators=(), solar=panels)
    with pytest.raises(Infeasible, match=told):
        solve_pathway(pathway, paid(**changed))
