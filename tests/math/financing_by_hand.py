"""Who pays for a plan, by the formulas of the book of the model, in plain NumPy.

Written from src/asmcarbon/optimise/README.md: of the package only the records of terms are used, of the model only the
values of its variables.
"""

from typing import Any

import numpy as np
import pyomo.environ as pyo
from by_hand import PathwayByHand, Rows

from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.optimise.terms import Terms

KINDS = ("solar", "battery", "generator", "measure", "rehabilitation", "connection")


def at_age(values: tuple[float, ...], age: int) -> float:
    return values[age - 1] if 1 <= age <= len(values) else 0.0


class FinancedByHand(PathwayByHand):
    """The stages of a plan, who pays for them, and what they sell."""

    def __init__(self, pathway: Pathway, terms: Terms, model: pyo.ConcreteModel) -> None:
        super().__init__(pathway, model)
        self.terms, self.n, self.r = terms, pathway.horizon_years, pathway.discount_rate
        self.later = range(1, self.n + 1)
        self.y = pathway.starts
        # What is bought: kind, cost, life, first year, year in which it is not bought anew any more.
        self.bought: list[tuple[str, float, int, int, int]] = []
        for s, start in enumerate(self.y):
            for size, kind in enumerate(("solar", "battery", "battery")):
                life = pathway.lifetimes[size]
                assert life is not None
                last = max(t for t in range(self.count) if self.serves(size, s, t))
                self.bought.append((kind, self.cost_of(size, 4, s) * self.new[size][s], life, start, self.ends[last]))
            self.bought += [(*one, start, self.n) for one in self._newly_taken(s)]

    def _newly_taken(self, s: int) -> list[tuple[str, float, int]]:
        given, lives = self.pathway.stages[s], self.terms.lifetimes
        offered = [one for one in given.generators if not one.is_fixed]
        kinds = ["generator"] * len(offered) + ["connection"] * (not self.years[s].grid.is_connected)
        kinds += ["measure"] * len(given.measures) + ["rehabilitation"] * len(given.rehabilitation)
        number, found = dict.fromkeys(KINDS, 0), []
        for nth, (kind, (taken, each)) in enumerate(zip(kinds, self.years[s].choices, strict=True)):
            if each > 0.0:
                was = self.years[s - 1].choices[nth][0] if s else 0.0
                found.append((kind, each * (taken - was), lives[kind][number[kind]]))
                number[kind] += 1
        return found

    def value(self, name: str, *index: Any) -> float:
        found = self.model.financing.component(name)
        return float(found[index if len(index) > 1 else index[0]].value) if index else float(found.value)

    def level(self, t: int) -> float:
        return (1.0 + self.terms.inflation) ** t

    def worth(self, t: int) -> float:
        """Of nominal money of a year, today."""
        return 1.0 / ((1.0 + self.r) ** t * (1.0 + self.terms.inflation) ** t)

    def stage(self, t: int) -> int:
        return next(s for s in range(self.count) if self.y[s] < t <= self.ends[s])

    def capital_of(self, kind: str, s: int) -> float:
        return self.level(self.y[s]) * sum(
            cost for k, cost, _l, start, _e in self.bought if (k, start) == (kind, self.y[s])
        )

    def annuity(self, life: int) -> float:
        return 1.0 / sum((1.0 + self.r) ** -age for age in range(1, life + 1))

    def running(self, t: int) -> float:
        """What is paid to run a year, nominal: all costs of the year without what repays capital."""
        s = self.stage(t)
        repaid = sum(self.annuity(life) * cost for _k, cost, life, start, end in self.bought if start < t <= end)
        return self.level(t) * (self.model.stage[s].running_cost.value + self.annuities(s) - repaid)

    def interest(self, t: int) -> float:
        given = [(p, s) for p in range(len(self.terms.advances)) for s in range(self.count)]
        return sum(at_age(self.terms.advances[p].interest, t - self.y[s]) * self.value("given", p, s) for p, s in given)

    def service(self, t: int) -> float:
        given = [(p, s) for p in range(len(self.terms.advances)) for s in range(self.count)]
        due = [at_age(self.terms.advances[p].principal, t - self.y[s]) * self.value("given", p, s) for p, s in given]
        return self.interest(t) + sum(due)

    def early(self, t: int) -> float:
        given = [(p, s) for p in range(len(self.terms.advances)) for s in range(self.count)]
        return sum(at_age(self.terms.advances[p].early, t - self.y[s]) * self.value("given", p, s) for p, s in given)

    def sold(self, c: int, s: int) -> float:
        removed = self.value("removed_sold", c, s) if self.terms.tonnes[c].with_removals else 0.0
        return self.value("avoided_sold", c, s) + removed

    def accepted(self, c: int) -> float:
        buyer = self.terms.tonnes[c]
        return self.value("accepted", c) if buyer.yearly_cost or buyer.up_front_cost else 1.0

    def income(self, t: int) -> float:
        if t == 0:
            return 0.0
        s, total = self.stage(t), 0.0
        for c, buyer in enumerate(self.terms.tonnes):
            total += buyer.prices[t] * self.sold(c, s) - self.level(t) * buyer.yearly_cost * self.accepted(c)
        for m, premium in enumerate(self.terms.premiums):
            total += (premium.income[t] - self.level(t) * premium.yearly_cost) * self.value("agreed", m, s)
        return total

    def up_front(self, t: int) -> float:
        total = 0.0
        if t == 0:
            total += sum(buyer.up_front_cost * self.accepted(c) for c, buyer in enumerate(self.terms.tonnes))
        for s in [s for s in range(self.count) if self.y[s] == t]:
            for m, premium in enumerate(self.terms.premiums):
                more = self.value("agreed", m, s) - (self.value("agreed", m, s - 1) if s else 0.0)
                total += self.level(t) * premium.up_front_cost * more
        return total

    def own(self, t: int) -> float:
        return sum(self.value("own", kind, s) for kind, s in self.model.financing.own if self.y[s] == t)

    def replaced(self, t: int) -> float:
        due = [cost for _k, cost, life, start, end in self.bought if start < t < end and (t - start) % life == 0]
        return self.level(t) * sum(due)

    def depreciation(self, t: int) -> float:
        total = 0.0
        for _kind, cost, life, start, end in self.bought:
            if start < t <= end:
                paid = max(year for year in range(start, t, life))
                total += cost * self.level(paid) / life
        return total

    def tax(self, t: int) -> float:
        return self.value("tax", t) if self.terms.tax_rate else 0.0

    def tax_today(self, t: int) -> float:
        if not self.terms.tax_rate:
            return 0.0
        s = self.stage(t)
        return self.terms.tax_rate * max(self.level(t) * (self.terms.mine_income[s] - self.terms.today_cost[s]), 0.0)

    def cfads(self, t: int) -> float:
        s = self.stage(t)
        earned = self.terms.today_cost[s] if self.terms.mine_income is None else self.terms.mine_income[s]
        return self.level(t) * earned - self.running(t) + self.income(t) - self.tax(t)

    def cash(self, t: int) -> float:
        """From the cash of the year before, as the model has it."""
        before = self.terms.own_money if t == 0 else self.value("cash", t - 1) + self.value("cfads", t)
        return before - self.service(t) - self.up_front(t) - self.own(t) - self.replaced(t)

    @property
    def added_cost(self) -> float:
        """What financing adds to the net present cost."""
        total = 0.0
        for t in range(self.n + 1):
            more_tax = self.tax(t) - self.tax_today(t) if t else 0.0
            total += self.worth(t) * (self.service(t) + self.early(t) + self.up_front(t) - self.income(t) + more_tax)
        for p, one in enumerate(self.terms.advances):
            for s, start in enumerate(self.y):
                got, owed = self.value("given", p, s), at_age(one.left, self.n - start)
                total += self.worth(self.n) * owed * got - self.worth(start) * (1.0 - one.fee) * got
        return total

    @property
    def year_by_year(self) -> float:
        """Net present cost of all money that the site pays and is paid, with what things are worth and owed at the end.

        What is bought is worth the annuities that it has not served yet.
        """
        total = self.worth(self.n) * sum(
            at_age(one.left, self.n - start) * self.value("given", p, s)
            for p, one in enumerate(self.terms.advances)
            for s, start in enumerate(self.y)
        )
        for t in range(self.n + 1):
            paid = self.own(t) + self.replaced(t) + self.up_front(t) + self.service(t) + self.early(t) - self.income(t)
            if t:
                paid += self.running(t) + self.tax(t) - self.tax_today(t)
            total += self.worth(t) * paid
        for _kind, cost, life, start, end in self.bought:
            left = life - 1 - (end - start - 1) % life
            worth = cost * self.annuity(life) * sum((1.0 + self.r) ** -age for age in range(1, left + 1))
            total -= worth / (1.0 + self.r) ** end
        return total

    @property
    def excess(self) -> Rows:
        rows: dict[str, dict[Any, float]] = {
            "uses_and_sources": {},
            "is_net_present_cost": {None: abs(self.value("net_present_cost") - self.added_cost)},
        }
        advances, stages = self.terms.advances, range(self.count)
        for kind in KINDS:
            for s in stages:
                paid = [
                    (1 - one.fee) * self.value("part", p, kind, s)
                    for p, one in enumerate(advances)
                    if kind in one.pays_for
                ]
                missed = self.value("own", kind, s) + sum(paid) - self.capital_of(kind, s)
                rows["uses_and_sources"][kind, s] = abs(missed)
        for p, one in enumerate(advances):
            for s in stages:
                given = self.value("given", p, s)
                add(rows, "is_given", (p, s), abs(given - sum(self.value("part", p, kind, s) for kind in one.pays_for)))
                payable = sum(self.capital_of(kind, s) for kind in one.pays_for)
                add(rows, "share", (p, s), given - one.share * payable)
                if one.minimum:
                    add(rows, "minimum", (p, s), one.minimum * self.value("taken", p, s) - given)
                    add(rows, "taken_up", (p, s), given - one.ceiling * self.value("taken", p, s))
            if one.ceiling is not None:
                add(rows, "ceiling", p, sum(self.value("given", p, s) for s in stages) - one.ceiling)
        self._tonnes(rows)
        self._premiums(rows)
        self._years(rows)
        named = {
            f"financing.{name}": np.array([found[key] for key in sorted(found)])
            for name, found in rows.items()
            if None not in found
        }
        named["financing.is_net_present_cost"] = np.array(list(rows["is_net_present_cost"].values()))
        return super().excess | named

    def _tonnes(self, rows: dict[str, dict[Any, float]]) -> None:
        buyers, land = self.terms.tonnes, self.pathway.stages[0].land
        methods = self.pathway.stages[0].rehabilitation
        most_removed = sum(one.available_ha for one in land) * max(one.removals_kgco2e_per_ha_year for one in methods)
        for s in range(self.count):
            today = self.terms.today_kgco2e[s]
            avoided = sum(1000 / one.kept * self.value("avoided_sold", c, s) for c, one in enumerate(buyers))
            add(rows, "tonnes_avoided", s, avoided + self.years[s].operational_kgco2e - today)
            taking = [(c, one) for c, one in enumerate(buyers) if one.with_removals]
            removed = sum(1000 / one.kept * self.value("removed_sold", c, s) for c, one in taking)
            taken_up = np.dot([one.removals_kgco2e_per_ha_year for one in methods], self.years[s].area_ha)
            add(rows, "tonnes_removed", s, removed - taken_up)
            for c, one in enumerate(buyers):
                if one.yearly_cost or one.up_front_cost:
                    most = today + (most_removed if one.with_removals else 0.0)
                    add(rows, "is_accepted", (c, s), self.sold(c, s) - most / 1000 * self.value("accepted", c))
        for c, one in enumerate(buyers):
            if one.ceiling is not None:
                paid = sum(one.prices[t] * self.sold(c, self.stage(t)) for t in self.later)
                add(rows, "most_paid", c, paid - one.ceiling)

    def _premiums(self, rows: dict[str, dict[Any, float]]) -> None:
        for m, one in enumerate(self.terms.premiums):
            for s in range(self.count):
                if s:
                    add(rows, "stays_agreed", (m, s), self.value("agreed", m, s - 1) - self.value("agreed", m, s))
                if one.measure is not None:
                    adopted = self.years[s].adopted[one.measure]
                    add(rows, "requires", (m, s), self.value("agreed", m, s) - adopted)

    def _years(self, rows: dict[str, dict[Any, float]]) -> None:
        for t in range(self.n + 1):
            add(rows, "cash_balance", t, abs(self.value("cash", t) - self.cash(t)))
        for t in self.later:
            add(rows, "is_cfads", t, abs(self.value("cfads", t) - self.cfads(t)))
            # Debt may be due in every year: the lease lasts from the first to beyond the horizon.
            add(rows, "debt_cover", t, self.terms.minimum_cover * self.service(t) - self.value("cfads", t))
            if self.terms.tax_rate:
                profit = self.cfads(t) + self.tax(t) - self.interest(t) - self.depreciation(t)
                add(rows, "profit_tax", t, self.terms.tax_rate * profit - self.tax(t))

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        """Least and most of each variable of financing."""
        amounts = ("own", "part", "given", "avoided_sold", "removed_sold", "cash") + ("tax",) * bool(
            self.terms.tax_rate
        )
        found = dict.fromkeys(amounts, (0.0, np.inf))
        found |= dict.fromkeys(("taken", "accepted", "agreed"), (0.0, 1.0))
        return found | dict.fromkeys(("cfads", "net_present_cost"), (-np.inf, np.inf))


def add(rows: dict[str, dict[Any, float]], name: str, index: Any, excess: float) -> None:
    rows.setdefault(name, {})[index] = excess
