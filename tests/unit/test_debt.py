"""Schedules of loans: their terms, their sums, and what is refused."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asmcarbon.errors import InputError
from asmcarbon.finance import debt
from asmcarbon.finance.debt import (
    Repayment,
    Schedule,
    at_exchange,
    early_of,
    effective_rate,
    nominal_of,
    payments_of,
    real_of,
    schedule_of,
)


@st.composite
def terms(draw: st.DrawFn) -> dict[str, object]:
    """Terms that a loan can have."""
    a_year = draw(st.sampled_from([1, 2, 3, 4, 6, 12]))
    payments = draw(st.integers(1, 120))
    repayment: Repayment = draw(st.sampled_from(["annuity", "equal_principal", "bullet"]))
    return {
        "rate": draw(st.just(0.0) | st.floats(1e-6, 1.0)),
        "tenor_months": payments * 12 // a_year,
        "grace_months": draw(st.integers(0, payments - 1)) * 12 // a_year,
        "balloon": 0.0 if repayment == "bullet" else draw(st.just(0.0) | st.floats(0.0, 0.99)),
        "payments_per_year": a_year,
        "repayment": repayment,
    }


@given(terms(), st.integers(1, 40))
def test_what_is_repaid_and_what_is_not_make_up_the_loan(of: dict, years: int) -> None:
    loan = schedule_of(**of, years=years)
    assert len(loan.interest) == len(loan.principal) == len(loan.service) == years
    assert sum(loan.principal) + loan.outstanding == pytest.approx(1.0, abs=1e-9)
    assert min(loan.principal) >= -1e-12
    assert loan.outstanding >= -1e-12
    if years * 12 >= of["tenor_months"]:
        assert loan.outstanding == 0.0


@given(terms())
def test_payments_are_worth_the_loan_at_its_own_rate(of: dict) -> None:
    """Each payment discounted by hand at the rate of its period; the years hold the same payments, summed."""
    a_year = int(of["payments_per_year"])
    periodic = of["rate"] / a_year
    number, grace = (of[months] * a_year // 12 for months in ("tenor_months", "grace_months"))
    due = payments_of(periodic, number, grace, of["balloon"], of["repayment"])
    assert len(due) == number
    worth = 0.0
    for one in reversed(due):
        worth = (worth + one.interest + one.principal) / (1 + periodic)
    assert worth == pytest.approx(1.0, rel=1e-9)
    loan = schedule_of(**of)
    by_hand = [0.0] * len(loan.service)
    for at, one in enumerate(due):
        by_hand[at // a_year] += one.interest + one.principal
    assert loan.service == pytest.approx(by_hand)


@given(terms())
def test_grace_asks_interest_alone(of: dict) -> None:
    periodic = of["rate"] / int(of["payments_per_year"])
    number, grace = (of[months] * of["payments_per_year"] // 12 for months in ("tenor_months", "grace_months"))
    due = payments_of(periodic, number, grace, of["balloon"], of["repayment"])
    assert all(one.principal == 0.0 and one.interest == periodic for one in due[:grace])


def test_without_interest_the_principal_is_spread_evenly():
    for repayment in ("annuity", "equal_principal"):
        loan = schedule_of(0.0, 36, repayment=repayment)
        assert loan.principal == pytest.approx([1 / 3, 1 / 3, 1 / 3])
        assert loan.interest == (0.0, 0.0, 0.0)


def test_bullet_asks_interest_each_year_and_all_principal_at_the_end():
    loan = schedule_of(0.10, 36, payments_per_year=1, repayment="bullet", years=5)
    assert loan == Schedule((0.10, 0.10, 0.10, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0, 0.0), 0.0)


def test_a_loan_longer_than_the_horizon_leaves_the_rest_outstanding():
    """Ten equal parts of the principal, four of them due within the horizon."""
    loan = schedule_of(0.10, 120, payments_per_year=1, repayment="equal_principal", years=4)
    assert loan.outstanding == pytest.approx(0.6)
    assert loan.interest == pytest.approx([0.10, 0.09, 0.08, 0.07])


def test_a_tenor_that_ends_within_a_year_counts_its_payments_only():
    loan = schedule_of(0.0, 18, repayment="equal_principal")
    assert loan.principal == pytest.approx([12 / 18, 6 / 18])


def test_a_balloon_falls_due_with_the_last_payment():
    """By hand: half is a balloon; the other half is an annuity of 2 at 10 % (0.5 x 0.5761905), and interest on half."""
    loan = schedule_of(0.10, 24, balloon=0.5, payments_per_year=1)
    assert loan.service == pytest.approx([0.28809524 + 0.05, 0.28809524 + 0.05 + 0.5])


@pytest.mark.parametrize(
    ("terms", "where"),
    [
        ({"grace_months": 24}, ["grace_months"]),
        ({"grace_months": 30}, ["grace_months"]),
        ({"grace_months": -1}, ["grace_months"]),
        ({"tenor_months": 25, "payments_per_year": 4}, ["tenor_months"]),
        ({"grace_months": 2, "payments_per_year": 4}, ["grace_months"]),
        ({"tenor_months": 0}, ["tenor_months"]),
        ({"balloon": 1.0}, ["balloon"]),
        ({"balloon": -0.1}, ["balloon"]),
        ({"balloon": float("nan")}, ["balloon"]),
        ({"balloon": 0.2, "repayment": "bullet"}, ["balloon"]),
        ({"rate": -0.01}, ["rate"]),
        ({"rate": float("inf")}, ["rate"]),
        ({"rate": float("nan")}, ["rate"]),
        ({"payments_per_year": 5}, ["payments_per_year"]),
        ({"payments_per_year": 0}, ["payments_per_year"]),
        ({"years": 0}, ["years"]),
        (
            {"rate": -1.0, "balloon": 2.0, "tenor_months": 7, "payments_per_year": 2},
            ["rate", "balloon", "tenor_months"],
        ),
    ],
)
def test_terms_that_no_loan_has_are_refused_all_at_once(terms: dict, where: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        schedule_of(**{"rate": 0.12, "tenor_months": 24} | terms)
    assert [problem.where for problem in refused.value.problems] == where
    assert all(
        "expected" in problem.sentence() and "for example" in problem.sentence() for problem in refused.value.problems
    )


@given(st.floats(-0.5, 1.0), st.floats(-0.5, 10.0))
def test_inflation_put_on_a_rate_comes_off_again(rate: float, inflation: float) -> None:
    assert real_of(nominal_of(rate, inflation), inflation) == pytest.approx(rate, abs=1e-9)


def test_a_rate_that_compounds_once_is_its_own_effective_rate():
    assert effective_rate(0.12, 1) == pytest.approx(0.12)


def test_an_exchange_rate_that_stands_changes_nothing():
    assert at_exchange([0.3, 0.2], 0.0) == (0.3, 0.2)


@given(st.floats(0.0, 0.5), st.floats(-0.2, 1.0))
def test_a_loan_of_a_falling_currency_costs_what_the_parity_says(rate: float, depreciation: float) -> None:
    """Service at the local rate, exchanged, is worth the loan at (1 + j) / (1 + d) - 1: interest parity, by hand."""
    served = at_exchange(schedule_of(rate, 60, payments_per_year=1).service, depreciation)
    factor = (1 + depreciation) / (1 + rate)
    assert sum(amount * factor**year for year, amount in enumerate(served, start=1)) == pytest.approx(1.0)


def test_the_examples_of_the_docstrings_give_what_they_print():
    found = doctest.testmod(debt)
    assert found.attempted >= 6
    assert found.failed == 0


@pytest.mark.parametrize("rate", [0.0, 0.07, 0.30])
def test_yearly_sums_with_what_is_paid_early_are_worth_what_the_payments_are(rate: float) -> None:
    # Discounted payment by payment, at 12 % a year: a loan of 30 months at 12 % effective is worth what was lent.
    for periodic in (rate / 12, 1.12 ** (1 / 12) - 1):
        due = payments_of(periodic, 30, 4, 0.2)
        worth = sum((one.interest + one.principal) / 1.12 ** (month / 12) for month, one in enumerate(due, start=1))
        sums = [sum(one.interest + one.principal for one in due[12 * year : 12 * year + 12]) for year in range(3)]
        early = early_of(due, 12, 0.12)
        assert sum((sums[n] + early[n]) / 1.12 ** (n + 1) for n in range(3)) == pytest.approx(worth, rel=1e-12)
    assert worth == pytest.approx(1.0, rel=1e-12)
