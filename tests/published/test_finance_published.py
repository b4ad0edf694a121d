"""Loans, returns and covers that others have printed, each within half of the last digit printed.

Manuals of spreadsheets and libraries of finance hold most. Weakest are grace (two pages for borrowers), exchange rates
and cover (answers to questions of students and accountants, a small library), the cover over the life of a loan (a
wiki for investors), payback and index (a small language's wiki), levelised cost (the test of a library), and Fisher (a
calculator). No publisher was found who prints a cost of a tonne avoided with what it comes from:
tests/unit/test_returns.py holds it by hand and by its law. NREL's manual (Short, Packey and Holt 1995) and its System
Advisor Model, OpenStax, World Bank, ADB and IFC were looked for, and their worked tables not seen.
"""

import pytest

from asmcarbon.finance.debt import (
    at_exchange,
    effective_rate,
    nominal_of,
    payments_of,
    real_of,
    schedule_of,
)
from asmcarbon.finance.returns import (
    debt_service_cover,
    internal_rate_of_return,
    internal_rates,
    levelised_cost,
    loan_life_cover,
    modified_internal_rate,
    payback_of,
    profitability_index,
)


@pytest.mark.parametrize(
    ("amount", "rate", "months", "printed", "digit"),
    [
        # numpy-financial, tests/test_financial.py, test_pmt_simple and test_pmt_zero_rate
        (15_000, 0.08, 60, 304.145914, 1e-6),
        (15_000, 0.0, 60, 250.0, 1e-9),
        # Microsoft, support.microsoft.com, PMT function: 8 %, 10 monthly payments, 100,000
        (100_000, 0.08, 10, 10_370.30, 0.1),  # its dollars are a tenth, 1,037.03, printed tenfold in the page read
        # MathWorks, Financial Toolbox, amortize: 30 years at 12 % APR
        (100_000, 0.12, 360, 1_028.61, 0.01),
        # Mescius, Document Solutions, PMT: PMT(6%/12, 15, 5000)
        (5_000, 0.06, 15, 346.82, 0.01),
        # Claris, FileMaker Pro Help, PMT, example 1
        (21_000, 0.069, 48, 501.90, 0.01),
        # Oracle, PeopleTools 8.63, Analytic Calculation Engine, PMT
        (50_000, 0.14, 120, 776.33, 0.01),
        # Jay Hannah, amortize.pl, printed schedule: 15 years at 2.13 %
        (176_000, 0.0213, 180, 1_143.14, 0.01),
        # LoanSchedule (npm), test of calculateAnnuityPaymentAmount
        (110_000, 0.129, 60, 2_497.21, 0.01),
    ],
)
def test_a_level_payment_is_what_others_print(
    amount: float, rate: float, months: int, printed: float, digit: float
) -> None:
    first, *_, last = payments_of(rate / 12, months)
    for one in (first, last):
        assert amount * (one.interest + one.principal) == pytest.approx(printed, abs=digit / 2)


@pytest.mark.parametrize(
    ("amount", "rate", "a_year", "payments", "number", "interest", "principal", "digit"),
    [
        # Microsoft, IPMT function: 8,000 at 10 % over 3 years, first month (SAS, IPMT: the same) and last year
        (8_000, 0.10, 12, 36, 1, 66.67, None, 0.01),
        (8_000, 0.10, 1, 3, 3, 292.45, None, 0.01),
        # Microsoft, PPMT function: 2,000 at 10 % over 2 years, and 200,000 at 8 % over 10 years
        (2_000, 0.10, 12, 24, 1, None, 75.62, 0.01),
        (200_000, 0.08, 1, 10, 10, None, 27_598.05, 0.01),
        # numpy-financial, tests/test_financial.py, TestPpmt: test_decimal, and test_broadcast, fourth payment
        (55_000, 0.10, 12, 60, 1, None, 710.2541257864217, 1e-9),
        (2_000, 0.10, 12, 24, 4, None, 77.52956425, 1e-8),
        # Jay Hannah, amortize.pl, payments 1 and 8 of a schedule without further payments
        (176_000, 0.0213, 12, 180, 1, 312.40, 830.74, 0.01),
        (176_000, 0.0213, 12, 180, 8, 302.02, 841.12, 0.01),
        # Course Hero, demonstration of a payment schedule: 10,000 at 2.9 % over 5 years, period 33
        (10_000, 0.029, 12, 60, 33, 11.71, 167.53, 0.01),
        # Microsoft, CUMPRINC and CUMIPMT functions: 125,000 at 9 % over 30 years, first month
        (125_000, 0.09, 12, 360, 1, 937.50, 68.27827118, 1e-8),
    ],
)
def test_interest_and_principal_of_a_payment_are_what_others_print(
    amount: float,
    rate: float,
    a_year: int,
    payments: int,
    number: int,
    interest: float | None,
    principal: float | None,
    digit: float,
) -> None:
    one = payments_of(rate / a_year, payments)[number - 1]
    if interest is not None:
        assert amount * one.interest == pytest.approx(interest, abs=digit / 2)
    if principal is not None:
        assert amount * one.principal == pytest.approx(principal, abs=digit / 2)


def test_the_second_year_of_a_mortgage_is_what_microsoft_prints():
    """Microsoft, CUMIPMT and CUMPRINC functions: 11,135.23213 and 934.1071234, months 13 to 24; MicroStrategy and SAS

    print 934.1071 and 934.107 of the same loan (SAS writes its first month as 12).
    """
    loan = schedule_of(0.09, 360, years=2)
    assert 125_000 * loan.interest[1] == pytest.approx(11_135.23213, abs=5e-6)
    assert 125_000 * loan.principal[1] == pytest.approx(934.1071234, abs=5e-8)


def test_a_balloon_leaves_the_payment_that_oracle_prints():
    """Oracle, PeopleTools 8.63, PMT: 50,000 at 14 % over 120 months with a balloon of 30,000: 660.53."""
    payments = payments_of(0.14 / 12, 120, balloon=0.6)
    for one in (payments[0], payments[-2]):
        assert 50_000 * (one.interest + one.principal) == pytest.approx(660.53, abs=0.005)
    assert 50_000 * (payments[-1].interest + payments[-1].principal) == pytest.approx(30_660.53, abs=0.005)


@pytest.mark.parametrize(
    ("year", "service", "interest", "principal"),
    [(1, 10_400, 10_400, 0), (10, 10_400, 10_400, 0), (11, 21_801, 10_054, 11_747)],
)
def test_ten_years_of_grace_are_those_of_a_printed_table(
    year: int, service: float, interest: float, principal: float
) -> None:
    """My Home Loan Tools, 20 Year Fixed Interest-Only Mortgage: 160,000 at 6.5 %, yearly sums of its table."""
    loan = schedule_of(0.065, 240, grace_months=120)
    assert len(loan.service) == 20
    assert 160_000 * loan.service[year - 1] == pytest.approx(service, abs=0.5)
    assert 160_000 * loan.interest[year - 1] == pytest.approx(interest, abs=0.5)
    assert 160_000 * loan.principal[year - 1] == pytest.approx(principal, abs=0.5)


@pytest.mark.parametrize(
    ("rate", "months", "grace", "amount", "before", "after", "digit"),
    [
        # My Home Loan Tools, the same table, months 1 and 121
        (0.065, 240, 120, 160_000, 867, 1_817, 1),
        # Cameron, Interest-Only Options: 500,000 at 7.5 %, years 1-10 and 11-30
        (0.075, 360, 120, 500_000, 3_125, 4_028, 1),
    ],
)
def test_the_payment_after_grace_is_what_lenders_print(
    rate: float, months: int, grace: int, amount: float, before: float, after: float, digit: float
) -> None:
    payments = payments_of(rate / 12, months, grace)
    in_grace, first = payments[grace - 1], payments[grace]
    assert amount * (in_grace.interest + in_grace.principal) == pytest.approx(before, abs=digit / 2)
    assert amount * (first.interest + first.principal) == pytest.approx(after, abs=digit / 2)


def test_equal_principal_gives_the_table_that_microsoft_prints():
    """Microsoft, DAX reference, ISPMT: 4,000 over 4 periods at 10 %, amortisation table with even principal."""
    loan = schedule_of(0.10, 48, payments_per_year=1, repayment="equal_principal")
    assert [4_000 * one for one in loan.principal] == pytest.approx([1_000, 1_000, 1_000, 1_000], abs=0.005)
    assert [4_000 * one for one in loan.interest] == pytest.approx([400, 300, 200, 100], abs=0.005)
    assert [4_000 * one for one in loan.service] == pytest.approx([1_400, 1_300, 1_200, 1_100], abs=0.005)


def test_an_effective_rate_is_what_microsoft_prints():
    """Microsoft, EFFECT function: 5.25 % compounding 4 times a year, 0.0535427."""
    assert effective_rate(0.0525, 4) == pytest.approx(0.0535427, abs=5e-8)


def test_a_real_rate_by_fisher_is_what_scoutmytool_prints():
    """ScoutMyTool, Real Interest Rate Calculator (Fisher Equation): 7 % nominal and 3 % inflation, 3.8835 %."""
    assert real_of(0.07, 0.03) == pytest.approx(0.038835, abs=5e-7)
    assert nominal_of(0.038835, 0.03) == pytest.approx(0.07, abs=1e-6)


@pytest.mark.parametrize(
    ("rate", "then", "now", "printed", "digit"),
    [
        # Gaodun, question of the US accountants' examination: 4 % in pounds, 2.00 then 2.10 dollars a pound, 9.2 %
        (0.04, 2.00, 2.10, 0.092, 0.001),
        # Morton Company, textbook question as answered on Qammunity: 6 % in yen, 0.005 then 0.0035 dollars, -25.8 %
        (0.06, 0.005, 0.0035, -0.258, 0.001),
    ],
)
def test_a_loan_in_another_currency_costs_what_teachers_print(
    rate: float, then: float, now: float, printed: float, digit: float
) -> None:
    served = at_exchange(schedule_of(rate, 12, payments_per_year=1).service, depreciation=then / now - 1)
    assert served[0] - 1 == pytest.approx(printed, abs=digit / 2)


@pytest.mark.parametrize(
    ("flows", "printed", "digit"),
    [
        # Microsoft, IRR function: five, four and two years
        ([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000], 0.087, 0.001),
        ([-70_000, 12_000, 15_000, 18_000, 21_000], -0.021, 0.001),
        ([-70_000, 12_000, 15_000], -0.444, 0.001),
        # MathWorks, Financial Toolbox, irr
        ([-100_000, 10_000, 20_000, 30_000, 40_000, 50_000], 0.1201, 0.0001),
        # Perforce, PV-WAVE, INT_RATE_RETURN
        ([-4_500, -800, 800, 800, 600, 600, 800, 800, 700, 3_000], 0.0720783, 1e-7),
    ],
)
def test_an_internal_rate_is_what_others_print(flows: list[float], printed: float, digit: float) -> None:
    assert internal_rate_of_return(flows) == pytest.approx(printed, abs=digit / 2)


def test_several_internal_rates_are_those_that_mathworks_prints():
    """MathWorks, Financial Toolbox, irr, Find Multiple Internal Rates of Return: -0.0488, 1.0000 and 2.0488."""
    flows = [-1_000, 6_000, -10_900, 5_800]
    assert internal_rates(flows) == pytest.approx((-0.0488, 1.0000, 2.0488), abs=5e-5)
    assert internal_rate_of_return(flows) is None


@pytest.mark.parametrize(
    ("flows", "finance", "reinvestment", "printed", "digit"),
    [
        # numpy-financial, tests/test_financial.py, TestMirr.test_mirr_decimal
        ([-4_500, -800, 800, 800, 600, 600, 800, 800, 700, 3_000], 0.08, 0.055, 0.066597175031553, 1e-14),
        ([100, 200, -50, 300, -200], 0.05, 0.06, 0.342823387842176, 1e-14),
        # Microsoft, MIRR function: 13 % and -5 %; numpy-financial prints more digits of the first
        ([-120_000, 39_000, 30_000, 21_000, 37_000, 46_000], 0.10, 0.12, 0.126094130365905, 1e-14),
        ([-120_000, 39_000, 30_000, 21_000], 0.10, 0.12, -0.05, 0.01),
        # Mescius, SpreadJS, MIRR
        ([7_300, -15_000, 4_036, 3_050], 0.065, 0.08, 0.0564050548577524, 1e-15),
    ],
)
def test_a_modified_rate_is_what_others_print(
    flows: list[float], finance: float, reinvestment: float, printed: float, digit: float
) -> None:
    assert modified_internal_rate(flows, finance, reinvestment) == pytest.approx(printed, abs=digit / 2)


def test_payback_and_index_are_what_tiko_prints():
    """tiko-lang, wiki, PaybackPeriod 2.6, DiscountedPaybackPeriod 3.154..., ProfitabilityIndex 1.11556588, at 10 %."""
    flows = [-1_000, 300, 400, 500, 200]
    assert payback_of(flows) == pytest.approx(2.6, abs=1e-12)
    discounted = payback_of(flows, 0.10)
    assert discounted is not None
    assert 3.154 <= discounted < 3.155
    assert profitability_index(flows, 0.10) == pytest.approx(1.11556588, abs=5e-9)


def test_debt_service_cover_is_what_dscr_ratio_prints():
    """dscr-ratio (Rust), documentation: 24,000 of income over 20,000 of service, 1.2."""
    assert debt_service_cover([24_000.0], [20_000.0]) == pytest.approx((1.2,), abs=1e-9)


def test_the_loan_that_a_cover_allows_has_that_cover():
    """Ya Guru, answer 4078553: income 500,000 and cover 1.25 allow 4,139,619 at 8.5 % over 25 years, monthly."""
    service = [4_139_619 * due for due in schedule_of(0.085, 300).service]
    assert service == pytest.approx([400_000.0] * 25, abs=0.5)
    assert debt_service_cover([500_000.0] * 25, service) == pytest.approx([1.25] * 25, abs=0.005)


def test_loan_life_cover_is_what_papers_with_backtest_prints():
    """Papers With Backtest, wiki, Loan Life Coverage Ratio: 1,000,000 for ten years at 8 % over 5,000,000: 6,710,081

    (its text calls it approximate) and 1.34.
    """
    cash, service = [1_000_000.0] * 10, [700_000.0] * 10
    assert loan_life_cover(cash, service, 0.08, 5_000_000.0) == pytest.approx(1.34, abs=0.005)
    assert loan_life_cover(cash, service, 0.08, 1.0) == pytest.approx(6_710_081, abs=0.5)


def test_levelised_cost_is_what_will_usher_prints():
    """Will Usher, lcoe (Python), tests/test_lcoe.py: 500 M$ and 25 M$ a year for 2,000 GWh over 20 years at 7 %.

    Another version of that test prints 0.673 of three years in which the capital is an annuity paid at the start of
    each year: another convention than ours, and no case.
    """
    found = levelised_cost([500e6, *[25e6] * 20], [0.0, *[2e9] * 20], 0.07)
    assert found == pytest.approx(0.03609823143581392, abs=1e-15)
