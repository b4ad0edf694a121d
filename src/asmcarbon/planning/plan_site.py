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
from asmcarbon.optimise.local_search import improved, sizes_of
from asmcarbon.optimise.on_off import OnOff, is_needed, is_possible, on_off, redrawn
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.plan import Plan, Switched, plan_of
from asmcarbon.optimise.site_checks import check_plannable
from asmcarbon.optimise.site_measures import others_of
from asmcarbon.optimise.site_parameters import parameters_of
from asmcarbon.optimise.sizing import solve_plan
from asmcarbon.optimise.solve import Solution
from asmcarbon.planning import sentences
from asmcarbon.planning.apply import apply
from asmcarbon.planning.audit import audit
from asmcarbon.planning.notes import doubts_of, plan_notes
from asmcarbon.planning.prepare import cap_of, prepared
from asmcarbon.planning.time_limit import PROOF, TimeLimit, time_limit_of
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
    since: float | None = None,
    certified: bool = False,
    progress: Callable[[str], None] = lambda _message: None,
) -> SitePlan:
    """Return the least-cost plan of a site over the 8,760 hours of a year.

    folder         where files that the site names are looked for: the folder of the site file
    time_limit_s   most seconds for the plan; none where not given. The best plan by then is returned, with its gap
    since          time of `time.monotonic` from which they count; now where not given
    certified      HiGHS solves the whole year too, before generators are switched on and off

    InputError where the site lacks what a plan needs; SolveError where no plan can be given, SolverStopped in time.
    """
    limit = time_limit_of(time_limit_s, since)
    check_plannable(site)
    _check_one_year(site)
    ready = prepared(site, tables, folder, progress, limit)
    stated, site, load, sun, today = ready.stated, ready.site, ready.load, ready.sun, ready.today
    before, coefficients, fuel_scale, pace_s = ready.before, ready.coefficients, ready.fuel_scale, ready.pace_s
    assets = replace(ready.assets, assumptions=(*ready.derating, *ready.assets.assumptions))
    progress(_("the plan over 8,760 hours"))
    parameters = parameters_of(site, load, sun, assets, coefficients, fuel_scale, before)
    with limit.told():
        solution = solve_plan(parameters, time_limit_s=limit.left_s(pace_s), gap=_GAP, explain=True)
    certificate, time_notes = None, list[str]()
    if certified:
        progress(_("certificate: the whole year as one program"))
        certificate = certify(parameters, solution, time_limit_s=limit.left_s(pace_s))
        if certificate is None:
            time_notes.append(_("there was no time for the certificate: allow more, or take the plan's own gap"))
    solution, switched, unit_notes = _switched(site, parameters, solution, fuel_scale, limit, progress)
    others = others_of(site, before)
    plan = plan_of(site, assets, others, parameters, solution, today, fuel_scale, switched)
    progress(_("audit"))
    site_after = apply(plan, stated)
    after = calculate(activities_of(site_after), site_after, tables)
    cashflow = cashflow_of(plan)
    audit(plan, stated, before, after, cashflow, coefficients)
    notes = (
        *ready.notes,
        *unit_notes,
        *time_notes,
        *plan_notes(site, plan, load),
        *doubts_of(stated, plan, tables),
    )
    return SitePlan(stated, site_after, plan, before, after, cashflow, load, sun, assets, solution, notes, certificate)


def _check_one_year(site: Site) -> None:
    """Refuse a site that states years of investment, or asks who pays: a plan of one year has neither."""
    asked = {"options.stages": site.options.stages is not None, "finance.products": site.finance.asks_who_pays}
    what, instead = _("are given to a plan of one year"), _("`asmcarbon optimise`, which plans over stages")
    if problems := [Problem(where, what, instead) for where, is_so in asked.items() if is_so]:
        raise InputError(problems)


def _switched(
    site: Site,
    parameters: Parameters,
    solution: Solution,
    fuel_scale: dict[FuelName, float],
    limit: TimeLimit,
    progress: Callable[[str], None],
) -> tuple[Solution, Switched | None, list[str]]:
    """Return the solution with generators on and off, where one has a curve or a minimum load; its gap; what to say.

    The line that stands for a generator in the linear program is redrawn through the year that it led to, and a cap
    that this year breaks is tightened, as long as that gives a better plan. Then the sizes are changed as long as that
    makes the year itself better. Where the time ends before, the best year by then is told, by the bound of the linear
    dispatch if there is no time for a closer one.
    """
    if not is_needed(site, solution):
        return solution, None, []
    if not is_possible(site, solution):
        return solution, None, [sentences.too_many_units()]
    best: tuple[float, Parameters, Solution, OnOff] | None = None
    line, year_s = parameters, 0.0
    for attempt in range(_ATTEMPTS):
        if attempt and not limit.allows(year_s):
            break
        progress(_("generators on and off, {n}").format(n=attempt + 1))
        started = time.monotonic()
        dispatched = on_off(site, line, solution, fuel_scale, bound=False)
        year_s, found = time.monotonic() - started, dispatched.solution
        excess = found.operational_kgco2e - cap_of(parameters)
        worth = _worth(parameters, found)
        if excess <= 0 and best is not None and worth >= best[0] * (1 - _BETTER):
            break
        if excess <= 0:
            best = worth, line, solution, dispatched
        line = redrawn(line, found, excess)
        try:
            solution = solve_plan(line, time_limit_s=limit.left_s(year_s), gap=_GAP)
        except SolverStopped:
            break
    if best is None:
        limit.check()
        raise Infeasible(
            _("no plan was found whose generators, on and off, keep the emissions cap; allow a looser cap")
        )
    worth, line, solution, dispatched = best
    known = {sizes_of(solution): dispatched}

    def worth_of(trial: Solution) -> float | None:
        if not limit.allows(year_s):
            return None
        try:
            tried = on_off(site, line, trial, fuel_scale, bound=False)
        except Infeasible:
            return None
        if tried.solution.operational_kgco2e > cap_of(parameters):
            return None
        known[sizes_of(trial)] = tried
        return _worth(parameters, tried.solution)

    progress(_("sizes for the year with generators on and off"))
    solution, saved = improved(line, solution, worth, worth_of)
    proven, notes = known[sizes_of(solution)], list[str]()
    if limit.allows(PROOF * year_s):
        proven = on_off(site, line, solution, fuel_scale)
    else:
        notes.append(limit.note())
    return proven.solution, Switched(proven.gap, saved), notes


def _worth(parameters: Parameters, year: Solution) -> float:
    """Return what of a year with generators on and off is sought to be least."""
    return year.operational_kgco2e if parameters.objective == "emissions" else year.annual_cost
