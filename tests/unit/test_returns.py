"""Internal rates, payback, cover and costs per unit, against hand calculations and laws."""

import doctest
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asmcarbon.finance import returns
from asmcarbon.finance.debt import effective_rate, schedule_of
from asmcarbon.finance.discounting import annuity, discounted_payback, net_present_value, simple_payback
from asmcarbon.finance.returns import (
    Abatement,
    cost_of_abatement,
    debt_service_cover,
    internal_rate_of_return,
    internal_rates,
    least_cover,
    levelised_cost,
    loan_life_cover,
    modified_internal_rate,
    payback_of,
    profitability_index,
)

FLOWS = st.lists(st.floats(-1e6, 1e6).filter(lambda flow: flow == 0 or abs(flow) > 1e-3), max_size=30)


@given(FLOWS)
def test_flows_are_worth_nothing_at_each_of_their_internal_rates(flows: list[float]) -> None:
    for rate in internal_rates(flows):
        assert -0.99 < rate < 100
        worth = [flow / (1 + rate) ** year for year, flow in enumerate(flows)]
        assert abs(sum(worth)) <= 1e-9 * sum(map(abs, worth))


@given(FLOWS)
def test_there_are_no_more_internal_rates_than_changes_of_sign(flows: list[float]) -> None:
    signs = [flow > 0 for flow in flows if flow != 0]
    assert len(internal_rates(flows)) <= sum(one != other for one, other in pairwise(signs))


@given(FLOWS, st.sampled_from([-8.0, -1.0, 0.25, 1024.0]))
def test_flows_of_another_size_have_the_same_internal_rates(flows: list[float], scale: float) -> None:
    assert internal_rates([scale * flow for flow in flows]) == internal_rates(flows)


@given(st.lists(st.floats(-0.9, 20.0), min_size=1, max_size=4))
def test_every_rate_that_flows_were_made_of_is_found(rates: list[float]) -> None:
    """By hand: the product of (1 - (1 + r) v) over the rates, in powers of v."""
    rates = sorted(rates)
    assume(all(1 + later >= 1.5 * (1 + sooner) for sooner, later in pairwise(rates)))
    flows = [1.0]
    for rate in rates:
        flows = [a - (1 + rate) * b for a, b in zip([*flows, 0.0], [0.0, *flows], strict=True)]
    assert internal_rates(flows) == pytest.approx(rates, rel=1e-6, abs=1e-6)


@given(st.floats(1.0, 1e6), st.lists(st.floats(1.0, 1e6), min_size=1, max_size=25))
def test_an_investment_followed_by_receipts_has_one_rate_or_lies_out_of_range(paid: float, got: list[float]) -> None:
    rate = internal_rate_of_return([-paid, *got])
    low, high = (net_present_value(edge, [-paid, *got]) for edge in (-0.99, 100.0))
    assert (rate is not None) == (low > 0 > high)


@pytest.mark.parametrize("flows", [[], [0.0, 0.0], [100.0, 50.0], [-1.0, -2.0], [-1000.0, 1.0], [-1.0, 0.0, 1e9]])
def test_flows_without_a_rate_in_range_have_none(flows: list[float]) -> None:
    assert internal_rate_of_return(flows) is None
    assert internal_rates(flows) == ()


def test_several_rates_are_listed_and_none_is_chosen():
    flows = [-1000.0, 2300.0, -1320.0]  # by hand: -1000 (1 - 1.1 v) (1 - 1.2 v)
    assert internal_rate_of_return(flows) is None
    assert internal_rates(flows) == pytest.approx((0.1, 0.2))


def test_a_rate_at_which_worth_touches_zero_without_crossing_is_found():
    assert internal_rates([-1.0, 2.2, -1.21]) == pytest.approx((0.1,))


def test_flows_that_start_late_have_the_rate_of_those_that_start_today():
    assert internal_rate_of_return([0.0, 0.0, -100.0, 110.0]) == pytest.approx(0.10)


@given(st.floats(0.0, 1.0), st.integers(1, 20), st.sampled_from(["annuity", "equal_principal", "bullet"]))
def test_the_internal_rate_of_a_loan_is_its_rate(rate: float, years: int, repayment: str) -> None:
    service = schedule_of(rate, 12 * years, payments_per_year=1, repayment=repayment).service
    assert internal_rate_of_return([1.0, *(-due for due in service)]) == pytest.approx(rate, abs=1e-9)


@given(st.floats(0.01, 1.0))
def test_reinvested_at_the_internal_rate_the_modified_rate_is_that_rate(saving: float) -> None:
    flows = [-1.0, saving, saving, saving]
    rate = internal_rate_of_return(flows)
    assert rate is not None
    assert modified_internal_rate(flows, 0.10, rate) == pytest.approx(rate, abs=1e-9)


@pytest.mark.parametrize("flows", [[1.0, 2.0], [-1.0, -2.0], [0.0, 0.0]])
def test_flows_of_one_sign_have_no_modified_rate(flows: list[float]) -> None:
    assert modified_internal_rate(flows, 0.10, 0.10) is None


@given(FLOWS.filter(lambda flows: flows and flows[0] < 0), st.floats(0.0, 0.5))
def test_an_index_above_one_is_a_net_present_value_above_zero(flows: list[float], rate: float) -> None:
    index, worth = profitability_index(flows, rate), net_present_value(rate, flows)
    assert index is not None
    assert (index - 1) * -flows[0] == pytest.approx(worth, rel=1e-6, abs=1e-6 * -flows[0] + 1e-6)


def test_nothing_invested_has_no_index():
    assert profitability_index([0.0, 10.0], 0.10) is None


@given(st.floats(1.0, 1e6), st.floats(0.1, 59.9), st.floats(0.001, 0.5))
def test_payback_of_equal_flows_is_the_uniform_one(investment: float, years: float, rate: float) -> None:
    """Simple: the same. Discounted: the same year, at most a little later, the chord lying below the curve."""
    flows = [-investment, *[investment / years] * 60]
    assert payback_of(flows) == pytest.approx(simple_payback(investment, flows[-1]))
    discounted = discounted_payback(investment, flows[-1], rate)
    found = payback_of(flows, rate)
    if discounted is None or discounted > 60 + 1e-6:
        assert found is None
    elif discounted < 60 - 1e-6:
        assert found is not None
        assert discounted - 1e-6 <= found <= discounted + rate / 4


def test_payback_within_a_year_by_hand():
    """80 of 100 repaid after two years; 20 of the 40 of year 3 are wanted. At 10 %: 36.36, 33.06, 30.05, 27.32."""
    assert payback_of([-100.0, 40.0, 40.0, 40.0, 40.0]) == 2.5
    assert payback_of([-100.0, 40.0, 40.0, 40.0, 40.0], 0.10) == pytest.approx(3 + (100 - 99.4741) / 27.3205, abs=1e-4)


def test_a_replacement_that_undoes_payback_counts_until_it_is_repaid():
    assert payback_of([-100.0, 60.0, 60.0, -60.0, 60.0]) == pytest.approx(3 + 40 / 60)
    assert payback_of([-100.0, 60.0, 60.0, -60.0]) is None


def test_what_costs_nothing_is_repaid_at_once_and_what_saves_nothing_never():
    assert payback_of([0.0, 10.0]) == 0.0
    assert payback_of([-10.0, 0.0, -1.0]) is None
    assert payback_of([]) == 0.0


def test_cover_is_told_for_the_years_in_which_something_is_due():
    cash, service = [120.0, 90.0, 50.0], [100.0, 0.0, 100.0]
    assert debt_service_cover(cash, service) == (1.2, None, 0.5)
    assert least_cover(cash, service) == 0.5
    assert least_cover(cash, [0.0, 0.0, 0.0]) is None


def test_cover_of_years_that_do_not_match_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        debt_service_cover([1.0, 2.0], [1.0])


@given(st.floats(0.0, 0.5), st.integers(1, 15), st.floats(0.1, 5.0))
def test_cash_that_covers_service_by_one_share_covers_the_loan_by_it(rate: float, years: int, share: float) -> None:
    loan = schedule_of(rate, 12 * years, payments_per_year=1, years=years + 3)
    cash = [share * due for due in loan.service[:years]] + [1e9] * 3  # what comes after the loan covers nothing of it
    assert loan_life_cover(cash, loan.service, effective_rate(rate, 1), 1.0) == pytest.approx(share)
    assert least_cover(cash, loan.service) == pytest.approx(share)


def test_a_loan_that_is_repaid_has_no_cover():
    assert loan_life_cover([10.0], [0.0], 0.10, 100.0) is None
    assert loan_life_cover([10.0], [5.0], 0.10, 0.0) is None


@given(st.floats(0.0, 0.3), st.integers(1, 40), st.floats(1.0, 1e6), st.floats(1.0, 1e6))
def test_levelised_cost_of_equal_years_is_the_annuity(rate: float, years: int, capital: float, energy: float) -> None:
    found = levelised_cost([capital, *[0.0] * years], [0.0, *[energy] * years], rate)
    assert found == pytest.approx(capital * annuity(rate, years) / energy)


def test_no_energy_has_no_cost():
    assert levelised_cost([1.0], [0.0], 0.10) is None


def test_a_tonne_costs_more_where_tonnes_are_discounted():
    """By hand at 10 %: 1000 / 20 and 1000 / (10 / 1.1 + 10 / 1.21)."""
    found = cost_of_abatement(1000.0, [0.0, 10.0, 10.0], 0.10)
    assert found == Abatement(50.0, pytest.approx(1000 / 17.3553719, rel=1e-8))


def test_a_plan_that_avoids_nothing_has_no_cost_of_abatement():
    assert cost_of_abatement(1000.0, [0.0, 0.0], 0.10) is None
    assert cost_of_abatement(-5.0, [0.0, -1.0], 0.10) is None


@given(st.floats(0.0, 0.3), st.lists(st.floats(1.0, 1e3), min_size=1, max_size=30), st.floats(-1e6, 1e6))
def test_paid_the_cost_of_a_discounted_tonne_the_plan_breaks_even(
    rate: float, tonnes: list[float], difference: float
) -> None:
    found = cost_of_abatement(difference, tonnes, rate)
    assert found is not None
    credits_sold = net_present_value(rate, [found.per_discounted_tonne * one for one in tonnes])
    assert credits_sold == pytest.approx(difference, abs=1e-6)


def test_the_examples_of_the_docstrings_give_what_they_print():
    found = doctest.testmod(returns)
    assert found.attempted >= 9
    assert found.failed == 0
