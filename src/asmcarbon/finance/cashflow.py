"""A plan as yearly money: what is paid when, beside going on as today."""

from dataclasses import dataclass

from asmcarbon.finance.discounting import net_present_value, residual_value
from asmcarbon.optimise.plan import Plan, Purchase


@dataclass(frozen=True, slots=True)
class CashYear:
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


@dataclass(frozen=True, slots=True)
class CashFlow:
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


def cashflow_of(plan: Plan) -> CashFlow:
    """Return the cash flow of a plan over its horizon.

    Equipment is bought in year 0, replaced at the end of each life before the horizon, and credited at the horizon with
    what it is still worth (`residual_value`); running costs fall at the end of each year.
    """
    horizon = plan.horizon_years
    years = [
        CashYear(
            year=year,
            capital=sum(_bought(one, year, horizon) for one in plan.purchases),
            running=plan.planned.running_cost if year > 0 else 0.0,
            residual=-sum(_left(one, plan) for one in plan.purchases) if year == horizon else 0.0,
            running_today=plan.today.running_cost if year > 0 else 0.0,
        )
        for year in range(horizon + 1)
    ]
    return CashFlow(tuple(years), plan.discount_rate)


def _bought(purchase: Purchase, year: int, horizon: int) -> float:
    due = year < horizon and year % round(purchase.asset.lifetime) == 0
    return purchase.capital_cost if due else 0.0


def _left(purchase: Purchase, plan: Plan) -> float:
    lifetime = round(purchase.asset.lifetime)
    age = (plan.horizon_years - 1) % lifetime + 1
    return purchase.capital_cost * residual_value(plan.discount_rate, lifetime, age)
