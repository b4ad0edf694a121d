"""What a loan costs year by year, and which rate is meant: one definition each, in plain numbers."""

from collections.abc import Sequence
from math import isfinite
from typing import Literal

from msgspec import Struct

from asmcarbon.errors import InputError, Problem
from asmcarbon.finance.discounting import annuity
from asmcarbon.messages import _

Repayment = Literal["annuity", "equal_principal", "bullet"]
MONTHS = 12


class Payment(Struct, frozen=True):
    """What falls due on one date, of one unit of money lent."""

    interest: float
    principal: float


class Schedule(Struct, frozen=True):
    """What falls due in each year, the first of which is year 1, of one unit of money lent at year 0."""

    interest: tuple[float, ...]
    principal: tuple[float, ...]
    outstanding: float  # principal still unpaid after the last of the years

    @property
    def service(self) -> tuple[float, ...]:
        """Interest and principal of each year."""
        return tuple(interest + principal for interest, principal in zip(self.interest, self.principal, strict=True))


def schedule_of(
    rate: float,
    tenor_months: int,
    grace_months: int = 0,
    balloon: float = 0.0,
    payments_per_year: int = MONTHS,
    *,
    years: int | None = None,
    repayment: Repayment = "annuity",
) -> Schedule:
    """Return what a loan of one unit of money asks in each year; the payments of a year are summed, not compounded.

    rate               nominal, per year, as banks quote it: at each payment rate / payments_per_year of what is
                       outstanding is due. [dimensionless]
    tenor_months       from the day of lending to the last payment. [time]
    grace_months       at the start of the tenor, in which interest alone is paid. [time]
    balloon            share of the principal that is due with the last payment. [dimensionless]
    payments_per_year  12, 6, 4, 3, 2 or 1. [1 / time]
    years              of the horizon; all of the tenor where none is given. [time]
    repayment          annuity: equal payments of interest and principal together; equal_principal: equal parts of
                       the principal, and the interest on the rest; bullet: all principal with the last payment.

    >>> loan = schedule_of(0.12, tenor_months=24, payments_per_year=1)
    >>> [round(one, 4) for one in loan.service], loan.outstanding
    ([0.5917, 0.5917], 0.0)
    """
    refuse_terms(rate, tenor_months, grace_months, balloon, payments_per_year, years, repayment)
    period = MONTHS // payments_per_year
    horizon = -(-tenor_months // MONTHS) if years is None else years
    due = payments_of(rate / payments_per_year, tenor_months // period, grace_months // period, balloon, repayment)
    of_year = [due[year * payments_per_year : (year + 1) * payments_per_year] for year in range(horizon)]
    return Schedule(
        interest=tuple(sum(one.interest for one in year) for year in of_year),
        principal=tuple(sum(one.principal for one in year) for year in of_year),
        outstanding=sum(one.principal for one in due[horizon * payments_per_year :]) + 0.0,
    )


def payments_of(
    periodic_rate: float,
    payments: int,
    grace_payments: int = 0,
    balloon: float = 0.0,
    repayment: Repayment = "annuity",
) -> tuple[Payment, ...]:
    """Return each payment, at the end of its period, of one unit of money lent.

        interest_k  = i * B_k
        principal_k = (1 - b) * A(i, m) - i * (B_k - b)        annuity
                    = (1 - b) / m                              equal principal
                    = 0                                        bullet, and during grace
        B_k+1       = B_k - principal_k,  B_1 = 1,  and the last payment repays all that is left

    periodic_rate   i, per period. [dimensionless]
    payments        n, grace included; m = n - grace_payments of them repay. [dimensionless]
    balloon         b, share of the principal due with the last payment. [dimensionless]

    A is `annuity`: the share of the balloon asks its interest in every period.

    >>> [round(one.principal, 4) for one in payments_of(0.10, 4, grace_payments=1, balloon=0.5)]
    [0.0, 0.1511, 0.1662, 0.6828]
    """
    repaying = payments - grace_payments
    level = (1 - balloon) * annuity(periodic_rate, repaying) if repayment == "annuity" else 0.0
    part = (1 - balloon) / repaying if repayment == "equal_principal" else 0.0
    balance, due = 1.0, list[Payment]()
    for number in range(1, payments + 1):
        principal = part
        if repayment == "annuity":
            principal = level - periodic_rate * (balance - balloon)
        if number <= grace_payments:
            principal = 0.0
        if number == payments:
            principal = balance
        due.append(Payment(periodic_rate * balance, principal))
        balance -= principal
    return tuple(due)


def early_of(due: Sequence[Payment], payments_per_year: int, discount_rate: float) -> tuple[float, ...]:
    """Return what payments within each year are worth at its end above their sum, of one unit of money lent.

        Σ_k (interest_k + principal_k) * ((1 + r) ** (1 - k / m) - 1) over the payments k = 1 .. m of a year

    due                as `payments_of` gives them
    payments_per_year  m. [1 / time]
    discount_rate      r, nominal, per year. [dimensionless]

    With it, money that is told by the year costs what it costs by the month: a loan at the discount rate costs nothing.

    >>> due = payments_of(1.10 ** (1 / 12) - 1, 12)
    >>> round((sum(one.interest + one.principal for one in due) + early_of(due, 12, 0.10)[0]) / 1.10, 9)
    1.0
    """
    years = -(-len(due) // payments_per_year)
    early = [0.0] * years
    for number, one in enumerate(due):
        year, within = divmod(number, payments_per_year)
        worth = (1.0 + discount_rate) ** (1.0 - (within + 1) / payments_per_year)
        early[year] += (one.interest + one.principal) * (worth - 1.0)
    return tuple(early)


def refuse_terms(
    rate: float,
    tenor_months: int,
    grace_months: int,
    balloon: float,
    payments_per_year: int,
    years: int | None,
    repayment: Repayment,
) -> None:
    """Refuse terms that no loan can have, all of them at once."""
    problems = list[Problem]()
    if not (isfinite(rate) and rate >= 0):
        problems.append(Problem("rate", str(rate), _("a nominal rate a year, 0 or more"), "0.12"))
    share = _("a share of the principal, from 0 to below 1; with bullet repayment none, all of it being due at the end")
    if not 0 <= balloon < 1 or (balloon and repayment == "bullet"):
        problems.append(Problem("balloon", str(balloon), share, "0" if repayment == "bullet" else "0.3"))
    if years is not None and years < 1:
        problems.append(Problem("years", str(years), _("a horizon of a year or more"), "10"))
    if payments_per_year < 1 or MONTHS % payments_per_year:
        problems.append(Problem("payments_per_year", str(payments_per_year), _("12, 6, 4, 3, 2 or 1"), "12"))
        raise InputError(problems)
    period = MONTHS // payments_per_year
    whole = _("whole periods of {period} months between payments").format(period=period)
    if tenor_months <= 0 or tenor_months % period:
        problems.append(Problem("tenor_months", str(tenor_months), whole, str(3 * MONTHS)))
    if grace_months < 0 or grace_months % period:
        problems.append(Problem("grace_months", str(grace_months), whole, str(period)))
    if 0 < tenor_months <= grace_months:
        shorter = _("less than the tenor of {tenor} months, so that a payment is left to repay the loan")
        example = str(max(0, (tenor_months - 1) // period * period))
        problems.append(Problem("grace_months", str(grace_months), shorter.format(tenor=tenor_months), example))
    if problems:
        raise InputError(problems)


def effective_rate(nominal: float, payments_per_year: int) -> float:
    """Return what a nominal rate comes to in a year, interest on interest included.

        (1 + j / m) ** m - 1

    nominal            j, per year, compounding at each payment. [dimensionless]
    payments_per_year  m. [1 / time]

    >>> round(effective_rate(0.12, 12), 6)
    0.126825
    """
    return (1 + nominal / payments_per_year) ** payments_per_year - 1


def nominal_of(real: float, inflation: float) -> float:
    """Return the nominal rate that leaves a real rate after inflation.

        (1 + r) * (1 + f) - 1

    real       r, per year. [dimensionless]
    inflation  f, per year. [dimensionless]

    >>> round(nominal_of(0.07, 0.03), 4)
    0.1021
    """
    return (1 + real) * (1 + inflation) - 1


def real_of(nominal: float, inflation: float) -> float:
    """Return what a nominal rate leaves after inflation; below zero where inflation is the higher.

        (1 + n) / (1 + f) - 1

    nominal    n, per year. [dimensionless]
    inflation  f, per year. [dimensionless]

    >>> round(real_of(0.1021, 0.03), 4)
    0.07
    """
    return (1 + nominal) / (1 + inflation) - 1


def at_exchange(amounts: Sequence[float], depreciation: float) -> tuple[float, ...]:
    """Return yearly amounts of another currency, the first of which falls in year 1, in the reporting currency.

        a_t / (1 + d) ** t

    amounts       a, in that currency, for what one reporting unit bought at year 0. [money]
    depreciation  d: how much more of that currency a reporting unit buys each year; below zero where that currency
                  gains. A currency that loses a share s of its worth a year has d = s / (1 - s). [dimensionless]

    All of a year is exchanged at the rate of its end.

    >>> [round(one, 4) for one in at_exchange([0.5, 0.5], depreciation=0.10)]
    [0.4545, 0.4132]
    """
    return tuple(amount / (1 + depreciation) ** year for year, amount in enumerate(amounts, start=1))
