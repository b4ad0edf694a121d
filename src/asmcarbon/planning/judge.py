"""Plans of a master judged: each stage's year dispatched with generators on and off, and what the years come to."""

from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.cashflow import cashflow_of
from asmcarbon.finance.financed import FinancedFlow
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.messages import _
from asmcarbon.optimise.coefficients import is_land
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.frontier import Frontier, Point
from asmcarbon.optimise.on_off import is_needed, is_possible, on_off, redrawn
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.plan import idle_year, other_fuel_cost_of, plan_of
from asmcarbon.optimise.site_measures import others_of, reduced_lines
from asmcarbon.optimise.solve import Solution
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.optimise.terms import Terms
from asmcarbon.planning.apply import apply
from asmcarbon.planning.audit import agree_or_raise, audit, audit_emissions
from asmcarbon.planning.plan_stages import ReadyStage
from asmcarbon.planning.point_money import money_of
from asmcarbon.planning.stage_finance import audit_financing
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site


class Judged(Struct, frozen=True, eq=False):
    """A plan and what its years come to.

    stages            the year of each stage
    net_present_cost  over the horizon, discounted to today; the fuel of engines and vehicles is in it. [money]
    kgco2e            gross operational emissions: of the year, or of all years of the stages together. [mass]
    is_switched       whether generators are on or off in them; they are a straight line where not
    financing         who pays, what of it is in the net present cost; None where nothing is asked of money
    """

    point: Point
    stages: tuple[Solution, ...]
    net_present_cost: float
    kgco2e: float
    is_switched: bool
    financing: Financing | None = None


class Judge(Struct, frozen=True, eq=False):
    """What turns a plan into money and emissions.

    each        stages before they are planned, the sites derated; one where the plan is of a year
    lines       their parameters, a straight line for each generator
    fuel_scale  by which the fuel use of the site's own generators meets the reported fuel
    weights     what one a year over each stage is worth today, and `years`, how many it stands for
    pathway     that binds the stages together; None for a plan of one year
    known       years that were dispatched already, by stage and sizes
    terms       who pays, None where nothing is asked of money; `asked`: as the search keeps them, with room to spare
    books       the master of `terms`, by which what years on and off cost is financed
    unpaid      plans whose years on and off could not be paid for
    """

    each: tuple[ReadyStage, ...]
    lines: tuple[Parameters, ...]
    fuel_scale: dict[FuelName, float]
    weights: tuple[float, ...]
    years: tuple[float, ...]
    pathway: Pathway | None
    known: dict[Any, Solution]
    terms: Terms | None = None
    asked: Terms | None = None
    books: Frontier | None = None
    unpaid: list[Point] = []

    @property
    def sites(self) -> tuple[Site, ...]:
        """The derated site of each stage."""
        return tuple(one.site for one in self.each)

    @property
    def is_staged(self) -> bool:
        """Whether there is more than one stage, so that emissions are of all years of the horizon."""
        return len(self.each) > 1

    def frontier(self, *, gap: float, time_limit_s: float | None) -> Frontier:
        """Return the master of all caps by the lines."""
        given = self.lines[0] if self.pathway is None else replace(self.pathway, stages=self.lines)
        return Frontier(given, self.asked, gap=gap, time_limit_s=time_limit_s)

    def paid_by(self, terms: Terms) -> "Judge":
        """Return a judge of plans that are paid for by these terms."""
        assert self.pathway is not None
        return replace(self, terms=terms, asked=terms, books=Frontier(self.pathway, terms), unpaid=[])

    def by_line(self, point: Point) -> Judged:
        """Return a plan whose generators are straight lines."""
        return self._told(point, tuple(one.solution for one in point.stages), point.financing, is_switched=False)

    def is_needed(self, point: Point) -> bool:
        """Whether straight lines mislead, and the on/off dispatch takes so many generators."""
        plans = [(site, one.solution) for site, one in zip(self.sites, point.stages, strict=True)]
        return any(is_needed(*one) for one in plans) and all(is_possible(*one) for one in plans)

    def judged(self, point: Point) -> Judged:
        """Return a plan with its generators on and off where that differs; Infeasible where they leave load short.

        By its lines where what the years on and off cost breaks debt cover or cash.
        """
        if not self.is_needed(point):
            return self.by_line(point)
        years = self.on_off_years(point)
        financing = None if self.books is None else self.books.refinanced(point, years)
        if self.books is not None and financing is None:
            self.unpaid.append(point)
            return self.by_line(point)
        return self._told(point, years, financing, is_switched=True)

    def on_off_years(self, point: Point) -> tuple[Solution, ...]:
        """Return the year of each stage with its generators on and off."""
        return tuple(self._year(number, one.solution) for number, one in enumerate(point.stages))

    def redrawn(self, years: tuple[Solution, ...]) -> "Judge":
        """Return a judge whose lines burn what generators burned in years on and off."""
        lines = [redrawn(line, year, 0.0) for line, year in zip(self.lines, years, strict=True)]
        return replace(self, lines=tuple(lines), known={}, unpaid=[])

    def audit(self, judged: Judged, tables: FactorTables) -> None:
        """Raise AuditMismatch unless emissions, and the cost of a plan of a year, are what the calculator makes of it.

        A plan by redrawn lines is none that generators could run, and is not audited but for its money.
        """
        if (flow := self.money(judged)) is not None:
            audit_financing(flow, judged.net_present_cost)
        if not judged.is_switched and self.is_needed(judged.point):
            return
        for one, line, year in zip(self.each, self.lines, judged.stages, strict=True):
            others, idle = others_of(one.site, one.before), idle_year(one.site)
            plan = plan_of(one.site, one.assets, others, line, year, idle, self.fuel_scale)
            applied = apply(plan, one.stated)
            after = calculate(activities_of(applied), applied, tables)
            if self.pathway is None:
                agree_or_raise(_("net present cost"), judged.net_present_cost, plan.net_present_cost)
                audit(plan, one.stated, one.before, after, cashflow_of(plan), one.coefficients)
            else:
                audit_emissions(plan, one.stated, one.before, after, one.coefficients)

    def money(self, judged: Judged) -> FinancedFlow | None:
        """Return the money of a plan by year; None where nothing is asked of it."""
        if self.terms is None or self.pathway is None or judged.financing is None:
            return None
        return money_of(self.each, self.pathway, self.terms, judged.point, judged.stages, judged.financing)

    def land_kgco2e(self, stages: tuple[Solution, ...] | None) -> float:
        """Return land-use change, which is in the emissions of a plan; of going on as today for None.

        Σ_stage years * (today - Σ_measure adopted * Σ_line share * line)
        """
        total = 0.0
        for number, (span, one) in enumerate(zip(self.years, self.each, strict=True)):
            kgco2e = sum(line.co2e.m_as("kgCO2e/year") for line in one.before.lines if is_land(line))
            adopted = [] if stages is None else stages[number].measures
            for share, option in zip(adopted, one.site.options.measures, strict=stages is not None):
                lines = reduced_lines(option, one.before)
                kgco2e -= share * sum(less * line.co2e.m_as("kgCO2e/year") for line, less in lines if is_land(line))
            total += span * kgco2e
        return float(total)

    def _year(self, number: int, solution: Solution) -> Solution:
        site = self.sites[number]
        if not is_needed(site, solution):
            return solution
        sizes = (solution.solar_available_kw.sum(), solution.storage_kwh, solution.storage_kw)
        key = (
            number, *np.round(sizes, 6).tolist(), solution.generator_units, solution.is_connected,
            tuple(np.round(solution.measures, 9).tolist()), round(solution.annual_cost, 3),
        )  # fmt: skip
        if key not in self.known:
            found = on_off(site, self.lines[number], solution, self.fuel_scale, bound=False)
            self.known[key] = found.solution
        return self.known[key]

    def _told(
        self, point: Point, years: tuple[Solution, ...], financing: Financing | None, *, is_switched: bool
    ) -> Judged:
        others = [other_fuel_cost_of(site) for site in self.sites]
        cost = sum(
            weight * (year.annual_cost + other) for weight, year, other in zip(self.weights, years, others, strict=True)
        )
        cost += financing.net_present_cost if financing is not None else 0.0
        kgco2e = sum(span * year.operational_kgco2e for span, year in zip(self.years, years, strict=True))
        return Judged(point, years, cost, kgco2e, is_switched, financing)
