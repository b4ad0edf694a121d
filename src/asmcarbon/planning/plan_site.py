"""Build, solve, apply, audit: the one call that every edge makes for a plan."""

import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.energy.load import Load
from asmcarbon.energy.sun import Sun
from asmcarbon.errors import Infeasible, InputError, Problem, SolverStopped
from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.cashflow import CashFlow, cashflow_of
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Assets
from asmcarbon.optimise.certify import Certificate, certify
from asmcarbon.optimise.local_search import improved
from asmcarbon.optimise.on_off import is_needed, is_possible, on_off, redrawn
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.plan import Plan, Switched, plan_of
from asmcarbon.optimise.site_checks import check_plannable
from asmcarbon.optimise.site_measures import others_of
from asmcarbon.optimise.site_parameters import parameters_of
from asmcarbon.optimise.sizing import solve_plan
from asmcarbon.optimise.solve import Solution
from asmcarbon.planning.apply import apply
from asmcarbon.planning.audit import audit
from asmcarbon.planning.notes import doubts_of, plan_notes
from asmcarbon.planning.prepare import cap_of, prepared, seconds_left, until_of
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site

# How often the linear program is solved again for a better on/off year, and what counts as better.
_ATTEMPTS = 3
_BETTER = 1e-3
# Where the search for the best plan ends: far below what any input is known to.
_GAP = 1e-6


class SitePlan(Struct, frozen=True, eq=False):
    """A plan with everything that a reader needs to judge it; it has passed its audit."""

    site: Site
    site_after: Site
    plan: Plan
    before: Footprint
    after: Footprint
    cashflow: CashFlow
    load: Load
    sun: Sun
    assets: Assets
    solution: Solution
    notes: tuple[str, ...]
    certificate: Certificate | None = None


def plan_site(
    site: Site,
    tables: FactorTables,
    *,
    folder: Path | None = None,
    time_limit_s: float | None = None,
    certified: bool = False,
    progress: Callable[[str], None] = lambda _message: None,
) -> SitePlan:
    """Return the least-cost plan of a site over the 8,760 hours of a year.

    folder         where files that the site names are looked for: the folder of the site file
    time_limit_s   most seconds for the solver; none where not given
    certified      HiGHS solves the whole year too, before generators are switched on and off

    InputError where the site lacks what a plan needs; SolveError where no plan can be given.
    """
    check_plannable(site)
    if site.options.stages is not None:
        what, expected = _("are given to a plan of one year"), _("`asmcarbon optimise`, which plans over stages")
        raise InputError(Problem("options.stages", what, expected))
    until = until_of(time_limit_s)
    ready = prepared(site, tables, folder, progress)
    stated, site, load, sun, today = ready.stated, ready.site, ready.load, ready.sun, ready.today
    before, coefficients, fuel_scale = ready.before, ready.coefficients, ready.fuel_scale
    assets = replace(ready.assets, assumptions=(*ready.derating, *ready.assets.assumptions))
    progress(_("the plan over 8,760 hours"))
    parameters = parameters_of(site, load, sun, assets, coefficients, fuel_scale, before)
    solution = solve_plan(parameters, time_limit_s=seconds_left(until), gap=_GAP, explain=True)
    certificate = None
    if certified:
        progress(_("certificate: the whole year as one program"))
        certificate = certify(parameters, solution)
    solution, switched, unit_notes = _switched(site, parameters, solution, fuel_scale, until, progress)
    others = others_of(site, before)
    plan = plan_of(site, assets, others, parameters, solution, today, fuel_scale, switched)
    progress(_("audit"))
    site_after = apply(plan, stated)
    after = calculate(activities_of(site_after), site_after, tables)
    cashflow = cashflow_of(plan)
    audit(plan, stated, before, after, cashflow, coefficients)
    notes = (*ready.notes, *unit_notes, *plan_notes(site, plan, load), *doubts_of(stated, plan, tables))
    return SitePlan(stated, site_after, plan, before, after, cashflow, load, sun, assets, solution, notes, certificate)


def _switched(
    site: Site,
    parameters: Parameters,
    solution: Solution,
    fuel_scale: dict[FuelName, float],
    until: float,
    progress: Callable[[str], None],
) -> tuple[Solution, Switched | None, list[str]]:
    """Return the solution with generators on and off, where one has a curve or a minimum load; its gap; what to say.

    The line that stands for a generator in the linear program is redrawn through the year that it led to, and a cap
    that this year breaks is tightened, as long as that gives a better plan. Then the sizes are changed as long as that
    makes the year itself better.
    """
    if not is_needed(site, solution):
        return solution, None, []
    if not is_possible(site, solution):
        return solution, None, [_("more than three generators: dispatched without minimum load and idling fuel")]
    best: tuple[float, Parameters, Solution] | None = None
    line = parameters
    for attempt in range(_ATTEMPTS):
        progress(_("generators on and off, {n}").format(n=attempt + 1))
        found = on_off(site, line, solution, fuel_scale, bound=False).solution
        excess = found.operational_kgco2e - cap_of(parameters)
        worth = found.operational_kgco2e if parameters.objective == "emissions" else found.annual_cost
        if excess <= 0 and best is not None and worth >= best[0] * (1 - _BETTER):
            break
        if excess <= 0:
            best = worth, line, solution
        line = redrawn(line, found, excess)
        try:
            solution = solve_plan(line, time_limit_s=seconds_left(until), gap=_GAP)
        except SolverStopped:
            break
    if best is None:
        raise Infeasible(
            _("no plan was found whose generators, on and off, keep the emissions cap; allow a looser cap")
        )
    worth, line, solution = best

    def worth_of(trial: Solution) -> float | None:
        if time.monotonic() > until:
            return None
        try:
            year = on_off(site, line, trial, fuel_scale, bound=False).solution
        except Infeasible:
            return None
        if year.operational_kgco2e > cap_of(parameters):
            return None
        return year.operational_kgco2e if parameters.objective == "emissions" else year.annual_cost

    progress(_("sizes for the year with generators on and off"))
    solution, saved = improved(line, solution, worth, worth_of)
    proven = on_off(site, line, solution, fuel_scale)
    return proven.solution, Switched(proven.gap, saved), []
