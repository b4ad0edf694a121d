"""Present values and annuities against compound interest tables and sums by hand."""

import math

import pytest

from asmcarbon.finance.discounting import (
    annuity,
    discounted_payback,
    net_present_value,
    present_value_factor,
    residual_value,
    simple_payback,
)
from asmcarbon.units import quantity


@pytest.mark.parametrize(
    ("rate", "years", "series_present_worth", "capital_recovery"),
    [
        # (P/A, i, n) and (A/P, i, n) of compound interest tables in engineering economy textbooks
        (0.0025, 1, 0.9975, 1.0025),  # "Interest and Annuity Tables for Discrete Compounding", Table C-1
        (0.0025, 5, 4.9627, 0.2015),
        (0.0025, 10, 9.8639, 0.1014),
        (0.0025, 25, 24.2055, 0.0413),
        (0.05, 10, 7.7217, 0.1295),
        (0.08, 10, 6.7101, 0.1490),
        (0.10, 5, 3.7908, 0.2638),
        (0.10, 20, 8.5136, 0.1175),
        (0.12, 15, 6.8109, 0.1468),
    ],
)
def test_factors_are_those_of_the_tables(
    rate: float, years: int, series_present_worth: float, capital_recovery: float
) -> None:
    assert present_value_factor(rate, years) == pytest.approx(series_present_worth, abs=6e-5)
    assert annuity(rate, years) == pytest.approx(capital_recovery, abs=6e-5)


@pytest.mark.parametrize("rate", [0.03, 0.10, 0.5, 1.0])
@pytest.mark.parametrize("years", [1, 2, 7, 30])
def test_a_present_value_is_the_sum_of_its_payments(rate: float, years: int) -> None:
    by_hand = math.fsum((1 + rate) ** -year for year in range(1, years + 1))
    assert present_value_factor(rate, years) == pytest.approx(by_hand, rel=1e-12)


def test_without_a_rate_each_year_counts_the_same() -> None:
    assert present_value_factor(0.0, 20) == 20
    assert annuity(0.0, 20) == pytest.approx(0.05)
    assert residual_value(0.0, 20, 15) == pytest.approx(0.25)


@pytest.mark.parametrize("rate", [1e-20, 1e-16, 1e-12, 1e-8])
def test_a_very_small_rate_is_nearly_none(rate: float) -> None:
    assert annuity(rate, 20) == pytest.approx(1 / 20, rel=1e-6)
    assert present_value_factor(rate, 20) == pytest.approx(20, rel=1e-6)


def test_quantities_give_the_same_as_plain_numbers() -> None:
    assert annuity(quantity(10.0, "%"), 20).m_as("") == pytest.approx(annuity(0.1, 20), rel=1e-12)
    assert annuity(quantity(0.1, "1"), quantity(20.0, "1")).m_as("") == pytest.approx(annuity(0.1, 20), rel=1e-12)


def test_a_residual_value_by_hand() -> None:
    # bought for 1000 at 10 % over 3 years: 402.11 a year (A/P 0.40211); after 2 years one payment is left, worth
    # 402.11 / 1.1 = 365.56 then
    assert 1000 * annuity(0.10, 3) == pytest.approx(402.11, abs=0.005)
    assert 1000 * residual_value(0.10, 3, 2) == pytest.approx(365.56, abs=0.005)
    assert residual_value(0.10, 3, 0) == pytest.approx(1, rel=1e-12)
    assert residual_value(0.10, 3, 3) == 0


def test_a_net_present_value_by_hand() -> None:
    # -1000 + 500 / 1.1 + 600 / 1.21 + 100 / 1.331 = -1000 + 454.55 + 495.87 + 75.13
    assert net_present_value(0.10, [-1000.0, 500.0, 600.0, 100.0]) == pytest.approx(25.54, abs=0.01)
    assert net_present_value(0.0, [-1000.0, 500.0, 600.0]) == 100
    assert net_present_value(0.10, []) == 0


def test_paybacks_by_hand() -> None:
    assert simple_payback(1000.0, 250.0) == 4
    # (P/A, 10 %, n) = 3.7908 at n = 5: what costs 3790.8 and saves 1000 a year is repaid after 5 years
    assert discounted_payback(3790.787, 1000.0, 0.10) == pytest.approx(5, abs=1e-5)
    assert discounted_payback(1000.0, 250.0, 0.0) == 4


def test_what_is_never_repaid_has_no_payback() -> None:
    assert simple_payback(1000.0, 0.0) is None
    assert simple_payback(1000.0, -5.0) is None
    assert discounted_payback(1000.0, 100.0, 0.10) is None  # interest alone takes the saving
    assert discounted_payback(1000.0, 0.0, 0.10) is None
