"""Present values and annuities: one definition each, in plain numbers."""

from collections.abc import Sequence
from math import expm1, log, log1p


def present_value_factor(discount_rate: float, years: float) -> float:
    """Return what one a year, paid at the end of each year, is worth today.

        (1 - (1 + r) ** -n) / r

    discount_rate  r, real, per year. [dimensionless]
    years          n. [dimensionless]

    Zero discount rate gives n.

    >>> round(present_value_factor(0.07, 25), 4)
    11.6536
    """
    if discount_rate == 0:
        return years
    return -expm1(-years * log1p(discount_rate)) / discount_rate  # the same, exact for small rates too


def annuity(discount_rate: float, lifetime: float) -> float:
    """Return the share of an up-front cost to pay at the end of each year of a lifetime.

        r / (1 - (1 + r) ** -n)

    discount_rate  r, real, per year. [dimensionless]
    lifetime       n, years of service. [dimensionless]

    Zero discount rate gives 1 / n.

    >>> round(annuity(0.07, 25), 4)
    0.0858
    """
    return 1 / present_value_factor(discount_rate, lifetime)


def residual_value(discount_rate: float, lifetime: float, age: float) -> float:
    """Return the share of an up-front cost that equipment is still worth at an age below its lifetime.

        A(r, n) * P(r, n - age)

    The present value of the annuities still to come, so that equipment kept over any horizon costs its annuity
    a year, no more and no less: the convention of the plan (one stage equals the single-year model).

    >>> round(residual_value(0.0, 25, 20), 6)
    0.2
    """
    return annuity(discount_rate, lifetime) * present_value_factor(discount_rate, lifetime - age)


def due_ages(lifetime: float, span: float) -> range:
    """Return the ages at which what serves for a span is paid for: when it is bought, and at the end of each life.

    >>> list(due_ages(10, 25))
    [0, 10, 20]
    """
    return range(0, round(span), round(lifetime))


def written_off_since(lifetime: float, age: float) -> int:
    """Return the age at which was paid what is written off in the year that ends at an age: bought, or bought anew.

    Straight depreciation: 1 / lifetime of that payment a year. Source: by definition.

    >>> [written_off_since(10, age) for age in (1, 10, 11)]
    [0, 0, 10]
    """
    life = round(lifetime)
    return (round(age) - 1) // life * life


def simple_payback(investment: float, yearly_saving: float) -> float | None:
    """Return the years after which savings have repaid an investment; None where they never do.

    >>> simple_payback(1000.0, 250.0)
    4.0
    """
    return investment / yearly_saving if yearly_saving > 0 else None


def discounted_payback(investment: float, yearly_saving: float, discount_rate: float) -> float | None:
    """Return the years after which discounted savings have repaid an investment; None where they never do.

        n such that P(r, n) * saving = investment, saving spread evenly at the end of each year

    >>> round(discounted_payback(1000.0, 250.0, 0.10), 2)
    5.36
    """
    if discount_rate == 0:
        return simple_payback(investment, yearly_saving)
    share_left = 1 - investment * discount_rate / yearly_saving if yearly_saving > 0 else 0.0
    return -log(share_left) / log1p(discount_rate) if share_left > 0 else None


def net_present_value(discount_rate: float, flows: Sequence[float]) -> float:
    """Return the value today of yearly flows, the first of which falls today.

    Sum of F_t / (1 + r) ** t over t = 0, 1, 2 ...

    >>> round(net_present_value(0.10, [-100.0, 60.0, 60.0]), 4)
    4.1322
    """
    return sum(flow / (1 + discount_rate) ** year for year, flow in enumerate(flows))
