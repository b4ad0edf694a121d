"""Build, solve, apply, audit: the one call that every edge makes for a plan."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asmcarbon.energy.load import Load, load_of
from asmcarbon.energy.sun import Sun, sun_of
from asmcarbon.errors import Infeasible, InputError
from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.cashflow import CashFlow, cashflow_of
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Assets, assets_of
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.on_off import is_needed, is_possible, on_off, redrawn
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.plan import Plan, Year, idle_year, plan_of, year_of
from asmcarbon.optimise.site_measures import measure_problems, others_of
from asmcarbon.optimise.site_parameters import (
    Coefficients,
    baseline_parameters,
    check_baseline,
    check_plannable,
    coefficients_of,
    parameters_of,
)
from asmcarbon.optimise.solve import Solution, solve
from asmcarbon.planning.apply import apply
from asmcarbon.planning.audit import audit
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site

# How often the linear program is solved again for a better on/off year, and what counts as better.
_ATTEMPTS = 3
_BETTER = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class SitePlan:
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


def plan_site(
    site: Site,
    tables: FactorTables,
    *,
    folder: Path | None = None,
    time_limit_s: float | None = None,
    progress: Callable[[str], None] = lambda _message: None,
) -> SitePlan:
    """Return the least-cost plan of a site over the 8,760 hours of a year.

    folder         where files that the site names are looked for: the folder of the site file
    time_limit_s   most seconds for the solver; none where not given

    InputError where the site lacks what a plan needs; SolveError where no plan can be given.
    """
    check_plannable(site)
    load = load_of(site.energy.machines)
    check_baseline(site, load)
    before = calculate(activities_of(site), site, tables)
    if problems := measure_problems(site, before):
        raise InputError(problems)
    progress(_("weather and load"))
    sun = sun_at(site, folder)
    assets = assets_of(site, tables)
    coefficients = coefficients_of(site, assets, tables)
    progress(_("today's supply"))
    today, fuel_scale = _today(site, load, coefficients)
    progress(_("the plan over 8,760 hours"))
    parameters = parameters_of(site, load, sun, assets, coefficients, fuel_scale, before)
    solution = solve(build_model(parameters), parameters, time_limit_s=time_limit_s, explain=True)
    solution, dispatch_gap, unit_notes = _switched(site, parameters, solution, fuel_scale, progress)
    others = others_of(site, before)
    plan = plan_of(site, assets, others, parameters, solution, today, fuel_scale, dispatch_gap)
    progress(_("audit"))
    site_after = apply(plan, site)
    after = calculate(activities_of(site_after), site_after, tables)
    cashflow = cashflow_of(plan)
    audit(plan, site, before, after, cashflow, coefficients)
    notes = (*sun.notes, *unit_notes, *_notes(site, plan, load))
    return SitePlan(site, site_after, plan, before, after, cashflow, load, sun, assets, solution, notes)


def sun_at(site: Site, folder: Path | None) -> Sun:
    """Return the sun of a site from what it gives: a weather file, twelve means, or its place alone."""
    location, weather, losses = site.location, site.energy.weather, site.options.solar.losses
    assert location is not None
    file = None if weather.file is None else (folder or Path()) / weather.file
    return sun_of(
        location.latitude,
        location.longitude,
        elevation_m=location.elevation.to("m") if location.elevation is not None else None,
        monthly_ghi=weather.monthly_irradiation,
        weather_file=file,
        seed=weather.seed,
        utc_offset_h=location.utc_offset,
        **({} if losses is None else {"losses": losses.to("1")}),
    )


def _today(site: Site, load: Load, coefficients: Coefficients) -> tuple[Year, dict[FuelName, float]]:
    """Return the year of today's equipment, and the factor by which its fuel use meets the reported fuel.

    One factor a fuel, printed: reported fuel / fuel of today's dispatch at the stated litres per kWh.
    """
    if load.annual_kwh == 0:
        return idle_year(site), {}
    dispatched = _year_today(site, load, coefficients, {})
    scale: dict[FuelName, float] = {}
    for fuel, litres in dispatched.fuel_l.items():
        reported = getattr(site.energy.fuels()[fuel], "generator", None)
        if reported is not None and litres > 0:
            scale[fuel] = reported.to("L/year") / litres
    return _year_today(site, load, coefficients, scale), scale


def _year_today(site: Site, load: Load, coefficients: Coefficients, scale: dict[FuelName, float]) -> Year:
    parameters = baseline_parameters(site, load, coefficients, scale)
    solution = solve(build_model(parameters), parameters)
    if is_needed(site, solution) and is_possible(site, solution):
        solution = on_off(site, parameters, solution, scale, bound=False).solution
    return year_of(site, parameters, solution)


def _switched(
    site: Site,
    parameters: Parameters,
    solution: Solution,
    fuel_scale: dict[FuelName, float],
    progress: Callable[[str], None],
) -> tuple[Solution, float | None, list[str]]:
    """Return the solution with generators on and off, where one has a curve or a minimum load; its gap; what to say.

    The line that stands for a generator in the linear program is redrawn through the year that it led to, and a cap
    that this year breaks is tightened, as long as that gives a better plan.
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
        excess = found.operational_kgco2e - (parameters.emissions_cap_kgco2e or np.inf)
        worth = found.operational_kgco2e if parameters.objective == "emissions" else found.annual_cost
        if excess <= 0 and best is not None and worth >= best[0] * (1 - _BETTER):
            break
        if excess <= 0:
            best = worth, line, solution
        line = redrawn(line, found, excess)
        solution = solve(build_model(line), line)
    if best is None:
        raise Infeasible(
            _("no plan was found whose generators, on and off, keep the emissions cap; allow a looser cap")
        )
    _worth, line, solution = best
    proven = on_off(site, line, solution, fuel_scale)
    return proven.solution, proven.gap, []


def _notes(site: Site, plan: Plan, load: Load) -> list[str]:
    notes: list[str] = []
    for fuel, scale in plan.fuel_scale.items():
        if scale == 0:
            notes.append(_("the machines need {fuel}, but none is reported for generators").format(fuel=fuel))
        elif abs(scale - 1) > 0.25:
            text = _(
                "the machines explain {share:.0%} of the {fuel} reported for generators: check hours and load factors"
            )
            notes.append(text.format(share=1 / scale, fuel=fuel))
    grid = site.energy.grid
    if grid is not None and grid.connected and grid.purchased is not None:
        bought, dispatched = grid.purchased.to("kWh/year"), plan.today.supply.grid
        if abs(bought - dispatched) > 0.25 * max(bought, dispatched):
            text = _(
                "the site buys {bought:,.0f} kWh, but its machines would draw {drawn:,.0f} kWh from the grid: check"
                " their hours"
            )
            notes.append(text.format(bought=bought, drawn=dispatched))
    if grid is not None and not grid.connected and plan.planned.supply.grid > 0:
        notes.append(_("the plan connects the site to the grid; what the connection costs is not in it"))
    unused = [
        name
        for name, stated in (
            ("processing.prices", site.processing.prices),
            ("people.wages", site.people is not None and site.people.wages),
            ("finance.royalty", site.finance.royalty),
            ("finance.tax", site.finance.tax),
        )
        if stated
    ]
    if unused:
        notes.append(_("read, but not used by the plan yet: {names}").format(names=", ".join(unused)))
    capacity = sum(one.rated_power.to("kW") for one in site.energy.generators)
    if 0 < capacity < load.peak_kw and site.energy.grid is None:
        text = _("all machines at once draw {peak:.1f} kW, more than the generators' {capacity:.1f} kW")
        notes.append(text.format(peak=load.peak_kw, capacity=capacity))
    return notes
