"""Plans of a master judged: each stage's year dispatched with generators on and off, and what the years come to."""

from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.cashflow import cashflow_of
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.messages import _
from asmcarbon.optimise.frontier import Frontier, Point
from asmcarbon.optimise.on_off import is_needed, is_possible, on_off, redrawn
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.plan import idle_year, other_fuel_cost_of, plan_of
from asmcarbon.optimise.site_measures import others_of
from asmcarbon.optimise.solve import Solution
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.planning.apply import apply
from asmcarbon.planning.audit import agree_or_raise, audit, audit_emissions
from asmcarbon.planning.plan_stages import ReadyStage
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site


class Judged(Struct, frozen=True, eq=False):
    """A plan and what its years come to.

    stages            the year of each stage
    net_present_cost  over the horizon, discounted to today; the fuel of engines and vehicles is in it. [money]
    kgco2e            gross operational emissions: of the year, or of all years of the stages together. [mass]
    is_switched       whether generators are on or off in them; they are a straight line where not
    """

    point: Point
    stages: tuple[Solution, ...]
    net_present_cost: float
    kgco2e: float
    is_switched: bool


class Judge(Struct, frozen=True, eq=False):
    """What turns a plan into money and emissions.

    each        stages before they are planned, the sites derated; one where the plan is of a year
    lines       their parameters, a straight line for each generator
    fuel_scale  by which the fuel use of the site's own generators meets the reported fuel
    weights     what one a year over each stage is worth today, and `years`, how many it stands for
    pathway     that binds the stages together; None for a plan of one year
    known       years that were dispatched already, by stage and sizes
    """

    each: tuple[ReadyStage, ...]
    lines: tuple[Parameters, ...]
    fuel_scale: dict[FuelName, float]
    weights: tuple[float, ...]
    years: tuple[float, ...]
    pathway: Pathway | None
    known: dict[Any, Solution]

    @property
    def sites(self) -> tuple[Site, ...]:
        """The derated site of each stage."""
        return tuple(one.site for one in self.each)

    def frontier(self, *, gap: float, until: float) -> Frontier:
        """Return the master of all caps by the lines."""
        given = self.lines[0] if self.pathway is None else replace(self.pathway, stages=self.lines)
        return Frontier(given, gap=gap, until=until)

    def by_line(self, point: Point) -> Judged:
        """Return a plan whose generators are straight lines."""
        return self._told(point, tuple(one.solution for one in point.stages), is_switched=False)

    def is_needed(self, point: Point) -> bool:
        """Whether straight lines mislead, and the on/off dispatch takes so many generators."""
        plans = [(site, one.solution) for site, one in zip(self.sites, point.stages, strict=True)]
        return any(is_needed(*one) for one in plans) and all(is_possible(*one) for one in plans)

    def judged(self, point: Point) -> Judged:
        """Return a plan with its generators on and off where that differs; Infeasible where they leave load short."""
        if not self.is_needed(point):
            return self.by_line(point)
        years = [self._year(number, one.solution) for number, one in enumerate(point.stages)]
        return self._told(point, tuple(years), is_switched=True)

    def redrawn(self, judged: Judged) -> "Judge":
        """Return a judge whose lines burn what the generators of an on/off plan burned."""
        lines = [redrawn(line, year, 0.0) for line, year in zip(self.lines, judged.stages, strict=True)]
        return replace(self, lines=tuple(lines), known={})

    def audit(self, judged: Judged, tables: FactorTables) -> None:
        """Raise AuditMismatch unless emissions, and the cost of a plan of a year, are what the calculator makes of it.

        A plan by redrawn lines is none that generators could run, and is not audited.
        """
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

    def _told(self, point: Point, years: tuple[Solution, ...], *, is_switched: bool) -> Judged:
        others = [other_fuel_cost_of(site) for site in self.sites]
        cost = sum(
            weight * (year.annual_cost + other) for weight, year, other in zip(self.weights, years, others, strict=True)
        )
        kgco2e = sum(span * year.operational_kgco2e for span, year in zip(self.years, years, strict=True))
        return Judged(point, years, cost, kgco2e, is_switched)
