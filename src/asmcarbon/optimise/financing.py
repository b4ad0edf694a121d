"""Who pays for the plan, and what it earns: products as decisions of the master, beside the sizes (README.md)."""

from collections.abc import Iterator
from typing import Any

import pyomo.environ as pyo
from msgspec import Struct

from asmcarbon.finance.discounting import annuity, due_ages, written_off_since
from asmcarbon.optimise.terms import PAYABLE, PayableKind, Terms


class Bought(Struct, frozen=True):
    """Something that is bought in a stage: an expression of the model.

    cost   up front, real. [money]
    start, end   years of its service, at the end of each life in which it is bought anew. [time]
    """

    kind: PayableKind
    cost: Any
    lifetime: int
    start: int
    end: int

    def is_due(self, year: int) -> bool:
        """Whether it is bought anew at the end of a year."""
        return year > self.start and year - self.start in due_ages(self.lifetime, self.end - self.start)

    def depreciation(self, year: int, terms: Terms) -> float:
        """Return the share of its cost that is written off in a year: straight over each life, at what was paid.

            depreciation[t] = Σ cost * I[year of the last purchase before t] / lifetime, of all in service

        cost is that of the first day, without inflation.
        """
        age = year - self.start
        if not 0 < age <= self.end - self.start:
            return 0.0
        return terms.price_level(self.start + written_off_since(self.lifetime, age)) / self.lifetime


class Money(Struct, frozen=True, eq=False):
    """What the rows of financing are made of: expressions of the pathway's model.

    starts         first year of each stage; horizon: n. [time]
    annual_costs   of each stage, annuities in them, real. [money]
    bought         everything that may be bought, by stage
    kgco2e         gross operational emissions of a year of each stage. [mass]
    removals       taken up in a year of each stage. [mass]
    adopted        of each measure in each stage. [dimensionless]
    """

    starts: tuple[int, ...]
    horizon: int
    discount_rate: float
    annual_costs: list[Any]
    bought: list[Bought]
    kgco2e: list[Any]
    removals: list[Any]
    most_removals: float
    adopted: list[list[Any]]

    def stage(self, year: int) -> int:
        """Return the stage that a year, 1 or later, belongs to; its payments fall at the end of the year."""
        return max(s for s, start in enumerate(self.starts) if start < year)

    def running_cost(self, stage: int) -> Any:
        """Return what is paid in a year of a stage, real: its annual cost without the annuities in it.

            running_cost[s] = annual_cost[s] - Σ annuity(r, lifetime) * cost, of all that is in service at s

        cost is what was paid for it; what a stage asks for choices of an earlier one is at its own prices.
        """
        annuities = [
            annuity(self.discount_rate, one.lifetime) * one.cost
            for one in self.bought
            if one.start <= self.starts[stage] < one.end
        ]
        return self.annual_costs[stage] - sum(annuities)


def add_financing(model: pyo.ConcreteModel, terms: Terms, money: Money) -> Any:
    """Add the block `financing`, and return what it adds to the net present cost.

    Years t = 0 .. n, stages s from year y[s], kinds k of what is bought, advances p, buyers of tonnes c, premiums m;
    a year t >= 1 is of the last stage with y[s] < t, and

        I[t] = (1 + inflation) ** t,   D[t] = ((1 + r) * (1 + inflation)) ** -t

        uses_and_sources[k, s]  own[k, s] + Σ_p (1 - fee[p]) * part[p, k, s] = I[y[s]] * capital_cost[k, s]
        is_given[p, s]          given[p, s] = Σ_k part[p, k, s]
        share[p, s]             given[p, s] <= share[p] * I[y[s]] * Σ_k capital_cost[k, s] of what p pays for
        ceiling[p]              Σ_s given[p, s] <= ceiling[p]
        minimum[p, s]           given[p, s] >= minimum[p] * taken[p, s]
        taken_up[p, s]          given[p, s] <= ceiling[p] * taken[p, s]
        tonnes_avoided[s]       Σ_c 1000 / kept[c] * avoided_sold[c, s] + operational_kgco2e[s] <= today_kgco2e[s]
        tonnes_removed[s]       Σ_c 1000 / kept[c] * removed_sold[c, s] <= removals[s], of c that buy them
        is_accepted[c, s]       avoided_sold[c, s] + removed_sold[c, s] <= most[c, s] / 1000 * accepted[c]
        most_paid[c]            Σ_t price[c, t] * (avoided_sold[c, s] + removed_sold[c, s]) <= ceiling[c]
        stays_agreed[m, s]      agreed[m, s] >= agreed[m, s-1]
        requires[m, s]          agreed[m, s] <= adopted[measure[m], s]
        is_cfads[t]             cfads[t] = I[t] * (today_cost[s] - running_cost[s]) + income[t] - tax[t]
        debt_cover[t]           cfads[t] >= minimum_cover * service[t], in the years in which debt may be due
        cash_balance[t]         cash[t] = cash[t-1] + cfads[t] - service[t] - up_front[t] - own[t] - replaced[t]
        profit_tax[t]           tax[t] >= tax_rate * (cfads[t] + tax[t] - interest[t] - depreciation[t])
        is_net_present_cost     net_present_cost = Σ_t D[t] * (service[t] + early[t] + up_front[t] - income[t])
                                + Σ_t D[t] * more_tax[t]
                                + Σ_p,s (D[n] * owed[p, n - y[s]] - D[y[s]] * (1 - fee[p])) * given[p, s]

    with more_tax = tax - tax_today, mine_income[s] in the place of today_cost[s] where debt is paid from all that the
    mine earns, cash[0] = own_money - up_front[0] - own[0], and cash and tax never below zero. Debt is nominal;
    replacements are paid from cash and are not in cfads. A buyer that costs nothing beside is accepted = 1. Who is paid
    for tonnes may not emit more than today in any stage.
    """
    block = model.financing = pyo.Block()
    years, stages = range(money.horizon + 1), range(len(money.starts))
    capital = {
        (kind, s): terms.price_level(money.starts[s]) * sum(one.cost for one in costs)
        for s in stages
        for kind in PAYABLE
        if (costs := [one for one in money.bought if one.kind == kind and one.start == money.starts[s]])
    }
    _add_sources(block, terms, capital, stages)
    _add_tonnes(block, terms, money, stages)
    _add_premiums(block, terms, money, stages)
    if terms.watches_flows:
        _add_years(block, terms, money, years)
    discount = [1.0 / ((1.0 + money.discount_rate) * (1.0 + terms.inflation)) ** year for year in years]
    cost: Any = 0.0
    for year in years:
        cost = cost + discount[year] * (service(block, terms, money, year) - income(block, terms, money, year))
        cost = cost + discount[year] * (up_front(block, terms, money, year) + paid_early(block, terms, money, year))
        if terms.tax_rate and year > 0:
            cost = cost + discount[year] * (block.tax[year] - tax_today(terms, money, year))
    for p, one in enumerate(terms.advances):
        for s in stages:
            still_owed = discount[-1] * one.owed(money.horizon - money.starts[s])
            cost = cost + (still_owed - discount[money.starts[s]] * (1.0 - one.fee)) * block.given[p, s]
    block.net_present_cost = pyo.Var(initialize=0.0)
    block.is_net_present_cost = pyo.Constraint(expr=block.net_present_cost - cost == 0.0)
    return block.net_present_cost


def _add_sources(block: Any, terms: Terms, capital: dict[tuple[str, int], Any], stages: range) -> None:
    """Add who pays for what."""
    advances = range(len(terms.advances))
    block.own = pyo.Var(list(capital), bounds=(0.0, None), initialize=0.0)
    parts = [(p, kind, s) for p in advances for kind, s in capital if kind in terms.advances[p].pays_for]
    block.part = pyo.Var(parts, bounds=(0.0, None), initialize=0.0)
    block.given = pyo.Var(advances, stages, bounds=(0.0, None), initialize=0.0)

    @block.Constraint(list(capital))
    def uses_and_sources(block, kind, s):
        paid = [(1.0 - terms.advances[p].fee) * block.part[p, k, at] for p, k, at in parts if (k, at) == (kind, s)]
        return block.own[kind, s] + sum(paid) - capital[kind, s] == 0.0

    @block.Constraint(advances, stages)
    def is_given(block, p, s):
        return block.given[p, s] - sum(block.part[q, k, at] for q, k, at in parts if (q, at) == (p, s)) == 0.0

    @block.Constraint(advances, stages)
    def share(block, p, s):
        payable = [capital[k, at] for q, k, at in parts if (q, at) == (p, s)]
        return block.given[p, s] - terms.advances[p].share * sum(payable) <= 0.0

    @block.Constraint([p for p in advances if terms.advances[p].ceiling is not None])
    def ceiling(block, p):
        return sum(block.given[p, s] for s in stages) <= terms.advances[p].ceiling

    least = [p for p in advances if terms.advances[p].minimum > 0.0]
    block.taken = pyo.Var(least, stages, domain=pyo.Binary, initialize=0)

    @block.Constraint(least, stages)
    def minimum(block, p, s):
        return block.given[p, s] - terms.advances[p].minimum * block.taken[p, s] >= 0.0

    @block.Constraint(least, stages)
    def taken_up(block, p, s):
        return block.given[p, s] - terms.advances[p].ceiling * block.taken[p, s] <= 0.0


def _add_tonnes(block: Any, terms: Terms, money: Money, stages: range) -> None:
    """Add what is sold of tonnes avoided and taken up, each tonne once."""
    buyers = range(len(terms.tonnes))
    with_removals = [c for c in buyers if terms.tonnes[c].with_removals]
    priced = [c for c in buyers if terms.tonnes[c].yearly_cost > 0.0 or terms.tonnes[c].up_front_cost > 0.0]
    block.avoided_sold = pyo.Var(buyers, stages, bounds=(0.0, None), initialize=0.0)
    block.removed_sold = pyo.Var(with_removals, stages, bounds=(0.0, None), initialize=0.0)
    block.accepted = pyo.Var(priced, domain=pyo.Binary, initialize=0)

    @block.Constraint(stages if terms.tonnes else [])
    def tonnes_avoided(block, s):
        sold = sum(1000.0 / terms.tonnes[c].kept * block.avoided_sold[c, s] for c in buyers)
        return sold + money.kgco2e[s] <= terms.today_kgco2e[s]

    @block.Constraint(stages if with_removals else [])
    def tonnes_removed(block, s):
        sold = sum(1000.0 / terms.tonnes[c].kept * block.removed_sold[c, s] for c in with_removals)
        return sold - money.removals[s] <= 0.0

    @block.Constraint(priced, stages)
    def is_accepted(block, c, s):
        most = (terms.today_kgco2e[s] or 0.0) + (money.most_removals if c in with_removals else 0.0)
        sold = block.avoided_sold[c, s] + (block.removed_sold[c, s] if c in with_removals else 0.0)
        return sold - most / 1000.0 * block.accepted[c] <= 0.0

    @block.Constraint([c for c in buyers if terms.tonnes[c].ceiling is not None])
    def most_paid(block, c):
        return (
            sum(_paid(block, terms, money, c, year) for year in range(1, money.horizon + 1)) <= terms.tonnes[c].ceiling
        )


def _paid(block: Any, terms: Terms, money: Money, c: int, year: int) -> Any:
    """Return what a buyer of tonnes pays at the end of a year."""
    one, s = terms.tonnes[c], money.stage(year)
    removed = block.removed_sold[c, s] if one.with_removals else 0.0
    return one.prices[year] * (block.avoided_sold[c, s] + removed)


def _add_premiums(block: Any, terms: Terms, money: Money, stages: range) -> None:
    """Add which premiums are taken, once taken to the end, and not before what they require."""
    premiums = range(len(terms.premiums))
    block.agreed = pyo.Var(premiums, stages, domain=pyo.Binary, initialize=0)

    @block.Constraint(premiums, list(stages)[1:])
    def stays_agreed(block, m, s):
        return block.agreed[m, s] - block.agreed[m, s - 1] >= 0.0

    @block.Constraint([m for m in premiums if terms.premiums[m].measure is not None], stages)
    def requires(block, m, s):
        return block.agreed[m, s] - money.adopted[s][terms.premiums[m].measure] <= 0.0


def income(block: Any, terms: Terms, money: Money, year: int) -> Any:
    """Return what buyers of tonnes and premiums pay at the end of a year, less what they cost in it.

        income[0] = 0
        income[t] = Σ_c price[c, t] * (avoided_sold[c, s] + removed_sold[c, s])
                    - Σ_c I[t] * yearly_cost[c] * accepted[c]
                    + Σ_m (income[m, t] - I[t] * yearly_cost[m]) * agreed[m, s]

    What is paid is nominal as it is stated; what it costs rises with prices.
    """
    if year == 0:
        return 0.0
    level, s = terms.price_level(year), money.stage(year)
    total: Any = 0.0
    for c, one in enumerate(terms.tonnes):
        total = total + _paid(block, terms, money, c, year)
        if c in block.accepted and one.yearly_cost:
            total = total - one.yearly_cost * level * block.accepted[c]
    for m, one in enumerate(terms.premiums):
        total = total + (one.income[year] - one.yearly_cost * level) * block.agreed[m, s]
    return total


def up_front(block: Any, terms: Terms, money: Money, year: int) -> Any:
    """Return what taking buyers of tonnes, in year 0, and premiums, when a stage begins, costs in a year.

        up_front[0]    = Σ_c up_front_cost[c] * accepted[c] + Σ_m up_front_cost[m] * agreed[m, 0]
        up_front[y[s]] = I[y[s]] * Σ_m up_front_cost[m] * (agreed[m, s] - agreed[m, s-1])

    Of any other year it is nothing.
    """
    total: Any = 0.0
    if year == 0:
        for c, one in enumerate(terms.tonnes):
            if one.up_front_cost:
                total = total + one.up_front_cost * block.accepted[c]
    if year in money.starts:
        s = money.starts.index(year)
        for m, one in enumerate(terms.premiums):
            if one.up_front_cost:
                more = block.agreed[m, s] - (block.agreed[m, s - 1] if s else 0.0)
                total = total + one.up_front_cost * terms.price_level(year) * more
    return total


def service(block: Any, terms: Terms, money: Money, year: int, *, interest_alone: bool = False) -> Any:
    """Return what is due on all debt at the end of a year.

        interest[t] = Σ_p,s interest[p, t - y[s]] * given[p, s]
        service[t]  = interest[t] + Σ_p,s principal[p, t - y[s]] * given[p, s]

    interest_alone   the first of them
    """
    total: Any = 0.0
    for p, one in enumerate(terms.advances):
        for s, start in enumerate(money.starts):
            interest, principal = one.due(year - start)
            due = interest if interest_alone else interest + principal
            if due:
                total = total + due * block.given[p, s]
    return total


def paid_early(block: Any, terms: Terms, money: Money, year: int) -> Any:
    """Return what payments within a year are worth more at its end than they add up to.

        early[t] = Σ_p,s early[p, t - y[s]] * given[p, s]

    It is in no row but that of the net present cost.
    """
    total: Any = 0.0
    for p, one in enumerate(terms.advances):
        for s, start in enumerate(money.starts):
            if early := one.paid_early(year - start):
                total = total + early * block.given[p, s]
    return total


def tax_today(terms: Terms, money: Money, year: int) -> float:
    """Return the tax of a year of going on as today, whose equipment is written off.

        tax_today[t] = tax_rate * (I[t] * (mine_income[s] - today_cost[s]))+

    (x)+ is the greater of x and 0.
    """
    assert terms.mine_income is not None
    s = money.stage(year)
    return terms.tax_rate * max(terms.price_level(year) * (terms.mine_income[s] - (terms.today_cost[s] or 0.0)), 0.0)


def _add_years(block: Any, terms: Terms, money: Money, years: range) -> None:
    """Add what each year leaves for debt, its tax, and the cash at its end."""
    later = list(years)[1:]

    def before_tax(year: int) -> Any:
        s = money.stage(year)
        earned = terms.today_cost[s] if terms.mine_income is None else terms.mine_income[s]
        running = terms.price_level(year) * (earned - money.running_cost(s))
        return running + income(block, terms, money, year)

    if terms.tax_rate:
        block.tax = pyo.Var(later, bounds=(0.0, None), initialize=0.0)
        block.profit_tax = pyo.Constraint(
            later,
            rule=lambda block, year: (
                block.tax[year]
                - terms.tax_rate
                * (
                    before_tax(year)
                    - service(block, terms, money, year, interest_alone=True)
                    - sum(one.depreciation(year, terms) * one.cost for one in money.bought)
                )
                >= 0.0
            ),
        )
    block.cfads = pyo.Var(later, initialize=0.0)
    block.is_cfads = pyo.Constraint(
        later,
        rule=lambda block, year: (
            block.cfads[year] - before_tax(year) + (block.tax[year] if terms.tax_rate else 0.0) == 0.0
        ),
    )
    if terms.minimum_cover is not None:
        indebted = list(_indebted(terms, money))
        block.debt_cover = pyo.Constraint(
            indebted,
            rule=lambda block, year: (
                block.cfads[year] - terms.minimum_cover * service(block, terms, money, year) >= 0.0
            ),
        )
    if terms.own_money is not None:
        block.cash = pyo.Var(years, bounds=(0.0, None), initialize=0.0)
        block.cash_balance = pyo.Constraint(
            years, rule=lambda block, year: block.cash[year] - _cash(block, terms, money, year) == 0.0
        )


def _indebted(terms: Terms, money: Money) -> Iterator[int]:
    """Yield the years in which debt may be due."""
    for year in range(1, money.horizon + 1):
        if any(sum(one.due(year - start)) > 0.0 for one in terms.advances for start in money.starts):
            yield year


def _cash(block: Any, terms: Terms, money: Money, year: int) -> Any:
    """Return the cash at the end of a year from that of the year before.

        own[y[s]]   = Σ_k own[k, s]
        replaced[t] = I[t] * Σ cost, of all that ends a life at t and is bought anew

    In years in which no stage begins, own[t] is nothing.
    """
    total: Any = terms.own_money if year == 0 else block.cash[year - 1] + block.cfads[year]
    total = total - service(block, terms, money, year) - up_front(block, terms, money, year)
    if year in money.starts:
        s = money.starts.index(year)
        total = total - sum(block.own[kind, at] for kind, at in block.own if at == s)
    due = [one for one in money.bought if one.is_due(year)]
    return total - terms.price_level(year) * sum(one.cost for one in due)


class Financing(Struct, frozen=True):
    """Who pays for a plan, and what it sells.

    own        paid by the site itself, by kind and stage. [money]
    parts      paid by each advance, by its number, kind and stage. [money]
    avoided    tonnes a year that each buyer takes, by its number and stage; removed: the same of removals. [mass]
    accepted   whether each buyer of tonnes is taken; agreed: each premium, by stage
    net_present_cost   what all this adds to the plan's, below zero where it earns. [money]
    """

    own: dict[tuple[PayableKind, int], float]
    parts: dict[tuple[int, PayableKind, int], float]
    avoided: dict[tuple[int, int], float]
    removed: dict[tuple[int, int], float]
    accepted: tuple[bool, ...]
    agreed: dict[tuple[int, int], bool]
    net_present_cost: float


def financing_of(model: pyo.ConcreteModel, terms: Terms | None) -> Financing | None:
    """Return the financing that a solved model holds."""
    if terms is None:
        return None
    block = model.financing

    def values(variable: pyo.Var) -> dict[Any, float]:
        return {key: max(float(one.value or 0.0), 0.0) for key, one in variable.items()}

    accepted = values(block.accepted)
    return Financing(
        own=values(block.own),
        parts=values(block.part),
        avoided=values(block.avoided_sold),
        removed=values(block.removed_sold),
        accepted=tuple(accepted.get(c, 1.0) > 0.5 for c in range(len(terms.tonnes))),
        agreed={key: value > 0.5 for key, value in values(block.agreed).items()},
        net_present_cost=float(block.net_present_cost.value),
    )
