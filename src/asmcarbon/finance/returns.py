"""What an investment gives back and how well it covers its debt: one definition each, in plain numbers.

Flows, costs, energy and tonnes are yearly, the first of them of year 0, as in `net_present_value`; cash available and
debt service are yearly too, the first of them of year 1, as in `debt.Schedule`.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from msgspec import Struct

from asmcarbon.finance.discounting import net_present_value

# Between which rates a year an internal rate is looked for.
LEAST_RATE, GREATEST_RATE = -0.99, 100.0
# Where a curve bends, a value this small beside the sizes of its terms is rounding: it touches zero there.
ROUNDING = 1e-13


def internal_rate_of_return(flows: Sequence[float]) -> float | None:
    """Return the discount rate at which flows are worth nothing today; None unless there is exactly one.

        r such that sum of F_t / (1 + r) ** t = 0

    None where the flows never change sign, where no rate between -0.99 and 100 a year does it, and where several do:
    then none of them ranks a project, and `internal_rates` lists them all.

    >>> round(internal_rate_of_return([-100.0, 60.0, 60.0]), 4)
    0.1307
    """
    rates = internal_rates(flows)
    return rates[0] if len(rates) == 1 else None


def internal_rates(flows: Sequence[float]) -> tuple[float, ...]:
    """Return every discount rate between -0.99 and 100 a year at which flows are worth nothing today, least first.

    There are no more of them than the flows change sign (Descartes), and each is found: the roots of
    sum of F_t * v ** t, with v = 1 / (1 + r), lie between the roots of a derivative whose terms change sign once less.

    >>> [round(rate, 6) for rate in internal_rates([-1000.0, 2300.0, -1320.0])]
    [0.1, 0.2]
    """
    least, greatest = 1 / (1 + GREATEST_RATE), 1 / (1 + LEAST_RATE)
    return tuple(sorted(1 / factor - 1 for factor in _roots([float(flow) for flow in flows], least, greatest)))


def _roots(terms: list[float], least: float, greatest: float) -> list[float]:
    """Return all v between two limits at which the sum of terms_t * v ** t is zero, least first.

    Multiplied by v ** -s, with s between two terms of unlike signs, the sum has the same roots; and its derivative,
    whose terms are (t - s) * terms_t, changes sign once less. Between two of the derivative's roots there is at most
    one root (Rolle).
    """
    signs = [(at, term > 0) for at, term in enumerate(terms) if term != 0]
    change = next((at + 0.5 for (at, one), (_, other) in pairwise(signs) if one != other), None)
    if change is None:
        return []
    bends = _roots([(at - change) * term for at, term in enumerate(terms)], least, greatest)
    value = _scaled_sum(terms)
    touched = [bend for bend in bends if abs(value(bend)) <= ROUNDING]
    crossed = [
        _bisected(value, low, high)
        for low, high in pairwise([least, *bends, greatest])
        if low not in touched and high not in touched and value(low) * value(high) < 0
    ]
    return sorted(touched + crossed)


def _scaled_sum(terms: list[float]) -> Callable[[float], float]:
    """Return the sum of terms_t * v ** t over the sum of the sizes of its terms: of its sign, from -1 to 1."""

    def value(factor: float) -> float:
        total = size = 0.0
        # Horner's rule from the side that keeps powers below one, so that no horizon overflows.
        ordered, factor = (reversed(terms), factor) if factor <= 1 else (iter(terms), 1 / factor)
        for term in ordered:
            total, size = total * factor + term, size * factor + abs(term)
        return total / size

    return value


def _bisected(value: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function changes sign between two limits, to the last digit."""
    rises = value(high) > 0
    while low < (middle := (low + high) / 2) < high:
        here = value(middle)
        if here == 0:
            return middle
        low, high = (low, middle) if (here > 0) == rises else (middle, high)
    return low


def modified_internal_rate(flows: Sequence[float], finance_rate: float, reinvestment_rate: float) -> float | None:
    """Return the rate at which what is paid in grows to what is got out; None unless there is both.

        (future worth of what is got / present worth of what is paid) ** (1 / n) - 1

    flows              of year 0 to n. [money]
    finance_rate       at which payments are discounted to year 0, per year. [dimensionless]
    reinvestment_rate  at which receipts earn until year n, per year. [dimensionless]

    >>> round(modified_internal_rate([-100.0, 60.0, 60.0], 0.10, 0.10), 4)
    0.1225
    """
    years = len(flows) - 1
    paid = net_present_value(finance_rate, [max(0.0, -flow) for flow in flows])
    got = net_present_value(reinvestment_rate, [max(0.0, flow) for flow in flows])
    return (got / paid) ** (1 / years) * (1 + reinvestment_rate) - 1 if paid > 0 and got > 0 else None


def profitability_index(flows: Sequence[float], discount_rate: float) -> float | None:
    """Return what each unit of money invested in year 0 brings, in present value; None where nothing is invested.

        (present value of the flows after year 0) / (what is paid in year 0)

    >>> round(profitability_index([-100.0, 60.0, 60.0], 0.10), 4)
    1.0413
    """
    return 1 - net_present_value(discount_rate, flows) / flows[0] if flows[0] < 0 else None


def payback_of(flows: Sequence[float], discount_rate: float = 0.0) -> float | None:
    """Return the years after which flows, discounted, have repaid what was paid; None where they never do.

        t - 1 + (what is still unpaid after year t - 1) / (discounted flow of year t)

    for the first year t after which nothing is unpaid; the flow of a year comes evenly within it. Zero discount rate
    gives simple payback. Of an investment followed by equal flows it is `simple_payback`, and `discounted_payback` at
    the end of whole years; within a year that one follows the curve of discounting and this one a straight line.
    A later cost, as of a replacement, may leave the sum below zero again: then only the year is told after which that
    has been made good as well.

    >>> payback_of([-100.0, 40.0, 40.0, 40.0])
    2.5
    """
    discounted = [flow / (1 + discount_rate) ** year for year, flow in enumerate(flows)]
    standing = list(accumulate(discounted))
    unpaid = [year for year, worth in enumerate(standing) if worth < 0]
    if not unpaid:
        return 0.0
    last = unpaid[-1]
    return last - standing[last] / discounted[last + 1] if last + 1 < len(flows) else None


def debt_service_cover(cash_available: Sequence[float], service: Sequence[float]) -> tuple[float | None, ...]:
    """Return how many times over the cash of each year pays the debt service of that year; None where none is due.

        CFADS_t / (interest_t + principal_t)

    cash_available  CFADS, what is left for lenders after running costs and tax. [money]
    service         interest and principal. [money]

    >>> debt_service_cover([150.0, 90.0, 80.0], [100.0, 100.0, 0.0])
    (1.5, 0.9, None)
    """
    return tuple(cash / due if due > 0 else None for cash, due in zip(cash_available, service, strict=True))


def least_cover(cash_available: Sequence[float], service: Sequence[float]) -> float | None:
    """Return the least cover of any year in which debt service is due; None where none ever is.

    >>> least_cover([150.0, 90.0, 80.0], [100.0, 100.0, 0.0])
    0.9
    """
    return min((one for one in debt_service_cover(cash_available, service) if one is not None), default=None)


def loan_life_cover(
    cash_available: Sequence[float], service: Sequence[float], rate: float, outstanding: float
) -> float | None:
    """Return how many times over the cash of a loan's life pays what is owed; None where nothing is owed or due.

        (sum of CFADS_t / (1 + i) ** t, over t = 1 to the last year of service) / debt

    cash_available  CFADS of each year from now on. [money]
    service         interest and principal: the last year in which any is due ends the loan's life. [money]
    rate            i, of the loan, effective per year (`debt.effective_rate`). [dimensionless]
    outstanding     debt, what is owed now. [money]

    >>> round(loan_life_cover([75.0, 75.0, 75.0], [60.0, 60.0, 0.0], rate=0.10, outstanding=100.0), 4)
    1.3017
    """
    served = [year for year, due in enumerate(service, start=1) if due > 0]
    if not served or outstanding <= 0:
        return None
    return net_present_value(rate, [0.0, *cash_available[: served[-1]]]) / outstanding


def levelised_cost(costs: Sequence[float], energy: Sequence[float], discount_rate: float) -> float | None:
    """Return what a unit of energy costs over all years; None where none is delivered.

        (present value of the costs) / (present value of the energy)

    costs          of year 0 and each year after. [money]
    energy         delivered in year 0 (as a rule none) and each year after. [energy]
    discount_rate  per year; real where the costs are, and nominal where they are. [dimensionless]

    >>> round(levelised_cost([1000.0, 50.0, 50.0], [0.0, 5000.0, 5000.0], 0.08), 4)
    0.1222
    """
    delivered = net_present_value(discount_rate, energy)
    return net_present_value(discount_rate, costs) / delivered if delivered > 0 else None


class Abatement(Struct, frozen=True):
    """What a tonne not emitted costs, below zero where it saves money; the two are not to be compared."""

    per_tonne: float  # of all tonnes, whenever they are avoided
    per_discounted_tonne: float  # of tonnes discounted as money is: the carbon price at which the plan pays for itself


def cost_of_abatement(
    net_present_cost_difference: float, tonnes: Sequence[float], discount_rate: float
) -> Abatement | None:
    """Return what a tonne not emitted costs; None where none is avoided.

        (net present cost of the plan - of going on as today) / (sum of the tonnes avoided)
        (net present cost of the plan - of going on as today) / (sum of tonnes_t / (1 + r) ** t)

    net_present_cost_difference  below zero where the plan saves money. [money]
    tonnes                       avoided in year 0 (as a rule none) and each year after. [mass]
    discount_rate                r, that of the net present cost, per year. [dimensionless]

    >>> cost = cost_of_abatement(1000.0, [0.0, 10.0, 10.0], 0.10)
    >>> round(cost.per_tonne, 2), round(cost.per_discounted_tonne, 2)
    (50.0, 57.62)
    """
    plain, discounted = sum(tonnes), net_present_value(discount_rate, tonnes)
    if plain <= 0 or discounted <= 0:
        return None
    return Abatement(net_present_cost_difference / plain, net_present_cost_difference / discounted)
