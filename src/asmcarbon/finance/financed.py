"""A financed plan as yearly money, nominal: who pays, what is due, what is left; in plain numbers, and balanced."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.finance.cashflow import Placed
from asmcarbon.finance.debt import nominal_of
from asmcarbon.finance.discounting import net_present_value, written_off_since
from asmcarbon.finance.returns import debt_service_cover, internal_rate_of_return, payback_of
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.terms import Terms


class RealYears(Struct, frozen=True):
    """What runs in each year, the first being year 1, in the money of the first day.

    running         of the site with the plan
    running_today   with today's equipment, None where it cannot carry the load
    fuel, fuel_today  of it, for fuel
    mine_income     what the mine earns before energy, None where it is not told; sales: what it is paid, after royalty
    """

    running: tuple[float, ...]
    running_today: tuple[float, ...] | None
    fuel: tuple[float, ...]
    fuel_today: tuple[float, ...] | None
    mine_income: tuple[float, ...] | None = None
    sales: tuple[float, ...] | None = None

    def stressed(self, *, fuel_price: float = 0.0, metal_price: float = 0.0) -> "RealYears":
        """Return the same years at other prices, the plan being held: by a share of the fuel's, of the metals'."""
        burned = [run + fuel_price * fuel for run, fuel in zip(self.running, self.fuel, strict=True)]
        today, income = self.running_today, self.mine_income
        if today is not None and self.fuel_today is not None:
            today = tuple(run + fuel_price * fuel for run, fuel in zip(today, self.fuel_today, strict=True))
        if income is not None and self.sales is not None:
            income = tuple(one + metal_price * sold for one, sold in zip(income, self.sales, strict=True))
        return replace(self, running=tuple(burned), running_today=today, mine_income=income)


class FinancedYear(Struct, frozen=True):
    """One year of a financed plan, nominal; costs and what is due are positive.

    invested    in what is bought in the stage that begins; own, given (by each advance), fees: who pays for it
    replaced    paid for what is bought anew at the end of its life
    income      of tonnes and premiums, less what they cost; up_front: what taking them costs
    interest, principal   due, by each advance
    early       what is paid on debt within the year is worth more at its end than it adds up to; no money of its own
    cfads       cash available for debt service: savings, or what the mine earns, with the income, after tax
    cash        at the end of the year; None where it is not watched
    owed        at the end of the year, of all debt
    """

    year: int
    invested: float
    own: float
    given: tuple[float, ...]
    fees: float
    replaced: float
    running: float
    running_today: float | None
    income: float
    up_front: float
    interest: tuple[float, ...]
    principal: tuple[float, ...]
    early: float
    tax: float
    tax_today: float
    cfads: float | None
    cash: float | None
    owed: float

    @property
    def service(self) -> float:
        """All that is due on debt in the year."""
        return sum(self.interest) + sum(self.principal)

    @property
    def cover(self) -> float | None:
        """Debt service cover of the year; None where nothing is due, or nothing is known to pay it."""
        return None if self.cfads is None else debt_service_cover([self.cfads], [self.service])[0]

    @property
    def own_flow(self) -> float | None:
        """What the plan leaves the site in the year, beside going on as today; None where that is not known."""
        if self.running_today is None:
            return None
        saved = self.running_today - self.running + self.income - (self.tax - self.tax_today)
        return saved - self.own - self.replaced - self.up_front - self.service


class FinancedFlow(Struct, frozen=True):
    """All years of a financed plan, year 0 first.

    residual      what equipment is still worth at the horizon, real; settled: what is still owed then, nominal
    """

    years: tuple[FinancedYear, ...]
    terms: Terms
    discount_rate: float
    residual: float
    settled: float

    @property
    def nominal_rate(self) -> float:
        """The discount rate for nominal money, by Fisher."""
        return nominal_of(self.discount_rate, self.terms.inflation)

    @property
    def net_present_cost(self) -> float:
        """Cost of the plan and its financing over its years, discounted to year 0."""
        flows = [
            one.own + one.replaced + one.running + one.up_front + one.service + one.early - one.income
            + one.tax - one.tax_today
            for one in self.years
        ]  # fmt: skip
        flows[-1] += self._at_the_end
        return net_present_value(self.nominal_rate, flows)

    @property
    def _at_the_end(self) -> float:
        return self.settled - self.terms.price_level(len(self.years) - 1) * self.residual

    @property
    def own_flows(self) -> tuple[float, ...] | None:
        """What the plan leaves the site each year beside going on as today; at the end what is left over less owed."""
        flows = [flow for one in self.years if (flow := one.own_flow) is not None]
        if len(flows) < len(self.years):
            return None
        flows[-1] -= self._at_the_end
        return tuple(flows)

    @property
    def net_present_value(self) -> float | None:
        """What the plan is worth to the site against going on as today, discounted to year 0; debt by its months."""
        if self.own_flows is None:
            return None
        flows = [flow - one.early for flow, one in zip(self.own_flows, self.years, strict=True)]
        return net_present_value(self.nominal_rate, flows)

    @property
    def project_flows(self) -> tuple[float, ...] | None:
        """The same before any product pays or is paid."""
        if any(one.running_today is None for one in self.years):
            return None
        flows = [(one.running_today or 0.0) - one.running - one.invested - one.replaced for one in self.years]
        flows[-1] += self.terms.price_level(len(self.years) - 1) * self.residual
        return tuple(flows)

    @property
    def project_rate(self) -> float | None:
        """Nominal internal rate of return before any product pays."""
        return None if self.project_flows is None else internal_rate_of_return(self.project_flows)

    @property
    def own_rate(self) -> float | None:
        """Nominal internal rate of return of what the site itself pays."""
        return None if self.own_flows is None else internal_rate_of_return(self.own_flows)

    @property
    def own_payback(self) -> float | None:
        """Years after which what the plan leaves has repaid what the site itself paid."""
        return None if self.own_flows is None else payback_of(self.own_flows)

    @property
    def least_cover(self) -> tuple[int, float] | None:
        """The year of the least debt service cover, and that; None where there is no debt."""
        known = [(one.cover, one.year) for one in self.years if one.cover is not None]
        return (min(known)[1], min(known)[0]) if known else None

    @property
    def least_cash(self) -> tuple[int, float] | None:
        """The year of the least cash, and that; None where cash is not watched."""
        known = [(one.cash, one.year) for one in self.years if one.cash is not None]
        return (min(known)[1], min(known)[0]) if known else None


def financed_flow(
    placed: Sequence[Placed],
    real: RealYears,
    financing: Financing,
    terms: Terms,
    starts: Sequence[int],
    discount_rate: float,
) -> FinancedFlow:
    """Return the cash flow of purchases, of what runs each year, and of who pays for it.

    placed   what is bought, with the years of its service
    starts   first year of each stage
    """
    horizon = len(real.running)
    given = [
        tuple(
            sum(paid for (q, _kind, at), paid in financing.parts.items() if (q, at) == (p, s))
            for s in range(len(starts))
        )
        for p in range(len(terms.advances))
    ]
    years: list[FinancedYear] = []
    cash = terms.own_money
    for year in range(horizon + 1):
        one = _year(year, placed, real, financing, terms, starts, given)
        if cash is not None:
            cash += (one.cfads or 0.0) - one.service - one.up_front - one.own - one.replaced
        years.append(replace(one, cash=cash))
    settled = sum(
        advance.owed(horizon - start) * amount
        for advance, amounts in zip(terms.advances, given, strict=True)
        for start, amount in zip(starts, amounts, strict=True)
    )
    residual = -sum(one.residual(horizon, discount_rate) for one in placed)
    ended = sum(
        -one.residual(one.end, discount_rate) * (1.0 + discount_rate) ** (horizon - one.end)
        for one in placed
        if one.end < horizon
    )
    return FinancedFlow(tuple(years), terms, discount_rate, residual + ended, settled)


def _year(
    year: int,
    placed: Sequence[Placed],
    real: RealYears,
    financing: Financing,
    terms: Terms,
    starts: Sequence[int],
    given: Sequence[Sequence[float]],
) -> FinancedYear:
    level = terms.price_level(year)
    invested = level * sum(one.capital(year) for one in placed if one.start == year)
    replaced = level * sum(one.capital(year) for one in placed if one.start != year)
    new = starts.index(year) if year in starts else None
    now = tuple(0.0 if new is None else amounts[new] for amounts in given)
    fees = sum(advance.fee * amount for advance, amount in zip(terms.advances, now, strict=True))
    ages = [(s, year - start) for s, start in enumerate(starts)]
    due = [
        [(amounts[s] * part) for s, age in ages for part in (advance.due(age)[which],)]
        for which in (0, 1)
        for advance, amounts in zip(terms.advances, given, strict=True)
    ]
    count = len(terms.advances)
    interest, principal = tuple(sum(one) for one in due[:count]), tuple(sum(one) for one in due[count:])
    running = level * real.running[year - 1] if year else 0.0
    today = None if real.running_today is None else level * real.running_today[year - 1] if year else 0.0
    stage = max((s for s, start in enumerate(starts) if start < year), default=0)
    income = _income(year, stage, financing, terms) if year else 0.0
    tax = tax_today = 0.0
    before_tax = None if today is None else today - running + income
    if terms.mine_income is not None and real.mine_income is not None:
        earned = level * real.mine_income[year - 1] if year else 0.0
        before_tax = earned - running + income
        written_off = sum(_depreciation(one, year, terms) for one in placed)
        if year:
            tax = max(terms.tax_rate * (before_tax - sum(interest) - written_off), 0.0)
            tax_today = max(terms.tax_rate * (earned - (today or 0.0)), 0.0)
    return FinancedYear(
        year=year,
        invested=invested,
        own=invested - sum(now) + fees,
        given=now,
        fees=fees,
        replaced=replaced,
        running=running,
        running_today=today,
        income=income,
        up_front=_up_front(year, starts, financing, terms),
        interest=interest,
        principal=principal,
        early=sum(
            amounts[s] * advance.paid_early(age)
            for advance, amounts in zip(terms.advances, given, strict=True)
            for s, age in ages
        ),
        tax=tax,
        tax_today=tax_today,
        cfads=None if before_tax is None else before_tax - tax,
        cash=None,
        owed=sum(
            amounts[s] * (1.0 if age == 0 and advance.principal else advance.owed(age))
            for advance, amounts in zip(terms.advances, given, strict=True)
            for s, age in ages
            if age >= 0
        ),
    )


def _income(year: int, stage: int, financing: Financing, terms: Terms) -> float:
    """Return what buyers of tonnes and premiums pay at the end of a year, less what they cost in it."""
    level, total = terms.price_level(year), 0.0
    for c, one in enumerate(terms.tonnes):
        sold = financing.avoided.get((c, stage), 0.0) + financing.removed.get((c, stage), 0.0)
        total += one.prices[year] * sold - (one.yearly_cost * level if financing.accepted[c] else 0.0)
    for m, one in enumerate(terms.premiums):
        if financing.agreed.get((m, stage)):
            total += one.income[year] - one.yearly_cost * level
    return total


def _up_front(year: int, starts: Sequence[int], financing: Financing, terms: Terms) -> float:
    """Return what taking buyers of tonnes and premiums costs in a year."""
    total = 0.0
    if year == 0:
        total += sum(one.up_front_cost for one, taken in zip(terms.tonnes, financing.accepted, strict=True) if taken)
    if year in starts:
        stage = starts.index(year)
        for m, one in enumerate(terms.premiums):
            if financing.agreed.get((m, stage)) and not (stage and financing.agreed.get((m, stage - 1))):
                total += one.up_front_cost * terms.price_level(year)
    return total


def _depreciation(one: Placed, year: int, terms: Terms) -> float:
    """Return what is written off of a purchase in a year: straight over each life, at what was paid."""
    age, life = year - one.start, round(one.purchase.asset.lifetime)
    if not 0 < age <= one.end - one.start:
        return 0.0
    return one.purchase.capital_cost * terms.price_level(one.start + written_off_since(life, age)) / life
