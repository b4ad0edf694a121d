"""A plan as yearly money: what is paid when, beside going on as today."""

from collections.abc import Sequence

from msgspec import Struct

from asmcarbon.finance.discounting import due_ages, net_present_value, residual_value
from asmcarbon.optimise.assets import Purchase
from asmcarbon.optimise.plan import Plan


class CashYear(Struct, frozen=True):
    """One year of a plan, year 0 being the day of building; costs are positive, a residual value negative."""

    year: int
    capital: float
    running: float
    residual: float
    running_today: float

    @property
    def cost(self) -> float:
        """What the plan costs in this year."""
        return self.capital + self.running + self.residual

    @property
    def saving(self) -> float:
        """What the plan saves against going on as today; negative where it costs more."""
        return self.running_today - self.cost


class CashFlow(Struct, frozen=True):
    """All years of a plan, year 0 first."""

    years: tuple[CashYear, ...]
    discount_rate: float

    @property
    def net_present_cost(self) -> float:
        """Cost of the plan over its years, discounted to year 0."""
        return net_present_value(self.discount_rate, [one.cost for one in self.years])

    @property
    def net_present_value(self) -> float:
        """What the plan is worth against going on as today, discounted to year 0."""
        return net_present_value(self.discount_rate, [one.saving for one in self.years])


class Placed(Struct, frozen=True):
    """A purchase in service from the start of one year to the end of another, replaced at the end of each life."""

    purchase: Purchase
    start: int
    end: int

    def capital(self, year: int) -> float:
        """Return what is paid for it, or its replacement, at the end of a year; year 0 being the first day."""
        due = year - self.start in due_ages(self.purchase.asset.lifetime, self.end - self.start)
        return self.purchase.capital_cost if due else 0.0

    def residual(self, year: int, discount_rate: float) -> float:
        """Return what it is still worth at the end of its service, below zero; 0 in other years."""
        if year != self.end:
            return 0.0
        lifetime = round(self.purchase.asset.lifetime)
        age = (self.end - self.start - 1) % lifetime + 1
        return -self.purchase.capital_cost * residual_value(discount_rate, lifetime, age)


def cashflow_of(plan: Plan) -> CashFlow:
    """Return the cash flow of a plan over its horizon.

    Equipment is bought in year 0, replaced at the end of each life before the horizon, and credited at the horizon with
    what it is still worth (`residual_value`); running costs fall at the end of each year.
    """
    placed = [Placed(one, 0, plan.horizon_years) for one in plan.purchases]
    running = [plan.planned.running_cost] * plan.horizon_years
    return cashflow_of_years(placed, running, [plan.today.running_cost] * plan.horizon_years, plan.discount_rate)


def cashflow_of_years(
    placed: Sequence[Placed], running: Sequence[float], running_today: Sequence[float], discount_rate: float
) -> CashFlow:
    """Return the cash flow of purchases and of what is paid in each year, the first of which is year 1."""
    years = [
        CashYear(
            year=year,
            capital=sum(one.capital(year) for one in placed),
            running=running[year - 1] if year > 0 else 0.0,
            residual=sum(one.residual(year, discount_rate) for one in placed),
            running_today=running_today[year - 1] if year > 0 else 0.0,
        )
        for year in range(len(running) + 1)
    ]
    return CashFlow(tuple(years), discount_rate)
