"""Build, solve, apply, audit over stages: what to build in which year, every stage's year dispatched on and off."""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.energy.load import load_of
from asmcarbon.energy.sun import Sun
from asmcarbon.errors import Infeasible, InputError, Problem, SolverStopped
from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.cashflow import CashFlow, Placed, cashflow_of_years
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Asset, Assets, Purchase, assets_of
from asmcarbon.optimise.benefits import Work, work_of
from asmcarbon.optimise.coefficients import Coefficients, coefficients_of
from asmcarbon.optimise.derating import derated
from asmcarbon.optimise.on_off import is_needed, is_possible, on_off, redrawn
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.pathway import Pathway, PathwayPlan, StagePlan, solve_pathway
from asmcarbon.optimise.plan import (
    SMALLEST,
    Plan,
    Switched,
    Year,
    bought_units,
    idle_year,
    plan_of,
    year_of,
)
from asmcarbon.optimise.site_checks import check_baseline, check_plannable
from asmcarbon.optimise.site_equipment import community_price
from asmcarbon.optimise.site_measures import measure_problems, others_of
from asmcarbon.optimise.site_parameters import parameters_of
from asmcarbon.optimise.solve import Solution
from asmcarbon.planning import sentences
from asmcarbon.planning.apply import apply
from asmcarbon.planning.audit import agree_or_raise, audit_emissions
from asmcarbon.planning.notes import doubts_of
from asmcarbon.planning.plan_site import cap_of, sun_at, today_of, year_today
from asmcarbon.planning.stage_sites import site_of_stage
from asmcarbon.planning.time_limit import PROOF, TimeLimit, time_limit_of
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site
from asmcarbon.site.stages import Stages

# How often the lines of the generators are redrawn through their on/off years, and the gap of each solve.
_ATTEMPTS = 2
_GAP = 1e-4
# The year of each stage, and what is known of its dispatch; None where no generator is switched.
_Years = list[tuple[Solution, Switched | None]]


class SiteStage(Struct, frozen=True, eq=False):
    """One stage of a site's plan.

    year      calendar year in which it begins
    site      the site by then, before anything is built
    plan      what is in service, and the year of it; `today` in it is idle
    new       what is bought then
    work      person-days of all that is in service
    as_today  the year of today's equipment by then; None where it could not carry the load
    before    footprint of the site by then, were nothing built and today's fuel burned
    after     footprint with what is in service
    """

    year: int
    site: Site
    plan: Plan
    new: tuple[Purchase, ...]
    work: tuple[Work, ...]
    as_today: Year | None
    before: Footprint
    after: Footprint

    @property
    def capital_cost(self) -> float:
        """What is paid up front then."""
        return sum(one.capital_cost for one in self.new)


class SiteStages(Struct, frozen=True, eq=False):
    """A plan over stages; it has passed its audit.

    net_present_value   against going on as today; None where today's equipment could not
    """

    site: Site
    stages: tuple[SiteStage, ...]
    cashflow: CashFlow
    net_present_cost: float
    net_present_value: float | None
    gap: float
    dispatches: int
    sun: Sun
    assets: Assets
    today: Year
    notes: tuple[str, ...]


class _Prepared(Struct, frozen=True, eq=False):
    """A stage before it is planned: the derated site, its equipment, and what the calculator makes of it."""

    stated: Site
    site: Site
    assets: Assets
    before: Footprint
    coefficients: Coefficients
    parameters: Parameters


def plan_stages(
    site: Site,
    tables: FactorTables,
    *,
    folder: Path | None = None,
    time_limit_s: float | None = None,
    since: float | None = None,
    progress: Callable[[str], None] = lambda _message: None,
) -> SiteStages:
    """Return the plan of least net present cost of a site that states `options.stages`.

    folder         where files that the site names are looked for: the folder of the site file
    time_limit_s   most seconds for the plan; none where not given. The best plan by then is returned, with its gap
    since          time of `time.monotonic` from which they count; now where not given

    InputError where the site lacks what such a plan needs; SolveError where none can be given, SolverStopped in time.
    """
    limit = time_limit_of(time_limit_s, since)
    stages = site.options.stages
    assert stages is not None
    _check(site, stages)
    limit.check()
    progress(_("weather and load"))
    sun = sun_at(site, folder)
    stated, (site, derating, derating_notes) = site, derated(site, sun, tables)
    load = load_of(site.energy.machines)
    check_baseline(site, load)
    before = calculate(activities_of(site), site, tables)
    if problems := measure_problems(site, before):
        raise InputError(problems)
    assets = assets_of(site, tables)
    progress(_("today's supply"))
    started = time.monotonic()
    today, fuel_scale = today_of(site, load, sun, assets, coefficients_of(site, assets, tables), limit)
    # A year of a stage on and off, and that of today's equipment by then, take about as long as the two of today.
    kept_s = len(stages.years) * (time.monotonic() - started)
    prepared = [
        _prepared(stated, site, stages, number, assets, sun, fuel_scale, tables) for number in range(len(stages.years))
    ]
    pathway = Pathway(
        tuple(one.parameters for one in prepared),
        tuple(stages.years),
        round(site.finance.horizon.to("year")),
        site.finance.discount_rate.to("1"),
        (round(assets.solar.lifetime), round(assets.battery.lifetime), round(assets.inverter.lifetime)),
        stages.solar_degradation.to("1") if stages.solar_degradation is not None else 0.0,
    )
    progress(_("{n} stages of 8,760 hours").format(n=len(prepared)))
    found, switched, time_notes = _switched(prepared, pathway, fuel_scale, limit, kept_s, progress)
    progress(_("audit"))
    placed = _placed(prepared, pathway, found)
    told = [
        _told(one, found, number, switched[number], placed, sun, fuel_scale, tables)
        for number, one in enumerate(prepared)
    ]
    spans = [end - start for start, end in pairwise((*pathway.starts, pathway.horizon_years))]
    running = [one.plan.planned.running_cost for one, span in zip(told, spans, strict=True) for _year in range(span)]
    as_today = [one.as_today for one, span in zip(told, spans, strict=True) for _year in range(span)]
    can_go_on = all(one is not None for one in as_today)
    running_today = [one.running_cost if one is not None and can_go_on else 0.0 for one in as_today]
    cashflow = cashflow_of_years(placed, running, running_today, pathway.discount_rate)
    others = [one.plan.planned.other_fuel_cost for one in told]
    cost = sum(
        weight * (stage.solution.annual_cost + other)
        for weight, stage, other in zip(pathway.weights(), found.stages, others, strict=True)
    )
    agree_or_raise(_("net present cost"), cost, cashflow.net_present_cost)
    notes = (
        *sun.notes,
        *derating_notes,
        *time_notes,
        *_notes(told, stated),
        *doubts_of(stated, replace(told[0].plan, today=today), tables),
    )
    assets = replace(assets, assumptions=(*derating, *assets.assumptions))
    value = cashflow.net_present_value if can_go_on else None
    return SiteStages(
        stated, tuple(told), cashflow, cost, value, found.gap, found.dispatches, sun, assets, today, notes
    )


def _check(site: Site, stages: Stages) -> None:
    """Refuse what a plan over stages cannot take."""
    check_plannable(site)
    problems: list[Problem] = []
    horizon = round(site.finance.horizon.to("year"))
    if stages.years[-1] >= horizon:
        what = _("the last is {year}, and the horizon {horizon} years").format(year=stages.years[-1], horizon=horizon)
        problems.append(Problem("options.stages.years", what, _("years below finance.horizon"), "[0, 5, 10, 15]"))
    if site.options.objective != "least_cost":
        what = _("is {goal}").format(goal=site.options.objective)
        problems.append(Problem("options.objective", what, _("least_cost, with options.stages")))
    grid = site.energy.grid
    places = [(f"energy.machines.{n}", machine) for n, machine in enumerate(site.energy.machines)]
    for number, measure in enumerate(site.options.measures):
        places += [(f"options.measures.{number}.adds.{n}", machine) for n, machine in enumerate(measure.adds)]
    unfit = {
        **{f"{place}.shiftable": machine.shiftable for place, machine in places},
        "energy.grid.demand_charge": grid is not None and grid.demand_charge is not None,
        "energy.grid.export_price": grid is not None and grid.export_price is not None,
        "options.battery.cycle_life": site.options.battery.cycle_life is not None,
        "options.unserved_maximum": site.options.unserved_maximum is not None,
        "options.community.price": community_price(site) > 0.0,
    }
    what, expected = _("cannot be planned over stages yet"), _("a plan of one year, without options.stages")
    problems += [Problem(name, what, expected) for name, is_so in unfit.items() if is_so]
    if problems:
        raise InputError(problems)


def _prepared(
    stated: Site,
    site: Site,
    stages: Stages,
    number: int,
    first: Assets,
    sun: Sun,
    fuel_scale: dict[FuelName, float],
    tables: FactorTables,
) -> _Prepared:
    by_then = site_of_stage(site, stages, number, first)
    assets = assets_of(by_then, tables)
    before = calculate(activities_of(by_then), by_then, tables)
    coefficients = coefficients_of(by_then, assets, tables)
    load = load_of(by_then.energy.machines)
    parameters = parameters_of(by_then, load, sun, assets, coefficients, fuel_scale, before)
    return _Prepared(site_of_stage(stated, stages, number, first), by_then, assets, before, coefficients, parameters)


def _switched(
    prepared: list[_Prepared],
    pathway: Pathway,
    fuel_scale: dict[FuelName, float],
    limit: TimeLimit,
    kept_s: float,
    progress: Callable[[str], None],
) -> tuple[PathwayPlan, list[Switched | None], list[str]]:
    """Return the plan with the generators of every stage on and off, where one has a curve or a minimum load.

    The lines that stand for them are redrawn through the years that they led to, and caps that these break are
    tightened, as for one year. Where the time ends before, the best plan by then is told, as for one year.

    kept_s   seconds that the years of all stages take with generators on and off, and those of today's equipment
    """
    caps = [cap_of(one.parameters) for one in prepared]
    weights, lines = pathway.weights(), pathway
    best: tuple[float, Pathway, PathwayPlan, _Years] | None = None
    with limit.told():
        found = solve_pathway(lines, time_limit_s=limit.left_s(kept_s), gap=_GAP)
    for attempt in range(_ATTEMPTS):
        if not any(is_needed(one.site, stage.solution) for one, stage in zip(prepared, found.stages, strict=True)):
            return found, [None] * len(prepared), []
        if best is not None and not limit.allows(kept_s):
            break
        progress(_("generators on and off, {n}").format(n=attempt + 1))
        years = _on_off_years(prepared, lines, found, fuel_scale, bound=False)
        excess = [year.operational_kgco2e - cap for (year, _known), cap in zip(years, caps, strict=True)]
        cost = sum(weight * year.annual_cost for weight, (year, _known) in zip(weights, years, strict=True))
        if max(excess) <= 0 and (best is None or cost < best[0]):
            best = cost, lines, found, years
        drawn = [
            redrawn(line, year, over) for line, (year, _known), over in zip(lines.stages, years, excess, strict=True)
        ]
        if attempt < _ATTEMPTS - 1 or best is None:
            lines = replace(lines, stages=tuple(drawn))
            try:
                found = solve_pathway(lines, time_limit_s=limit.left_s(kept_s), gap=_GAP)
            except SolverStopped:
                break
    if best is None:
        limit.check()
        raise Infeasible(_("no plan was found whose generators, on and off, keep the caps; allow looser ones"))
    _cost, lines, found, years = best
    notes = [] if limit.allows(PROOF * kept_s) else [limit.note()]
    if not notes:
        progress(_("proof of the years with generators on and off"))
        years = _on_off_years(prepared, lines, found, fuel_scale, bound=True)
    stages = tuple(replace(stage, solution=year) for stage, (year, _known) in zip(found.stages, years, strict=True))
    return replace(found, stages=stages), [known for _year, known in years], notes


def _on_off_years(
    prepared: list[_Prepared], lines: Pathway, found: PathwayPlan, fuel_scale: dict[FuelName, float], *, bound: bool
) -> _Years:
    years: _Years = []
    for one, line, stage in zip(prepared, lines.stages, found.stages, strict=True):
        if is_needed(one.site, stage.solution) and is_possible(one.site, stage.solution):
            known = on_off(one.site, line, stage.solution, fuel_scale, bound=bound)
            years.append((known.solution, Switched(known.gap, 0.0)))
        else:
            years.append((stage.solution, None))
    return years


def _placed(prepared: list[_Prepared], pathway: Pathway, found: PathwayPlan) -> list[Placed]:
    """Return everything that is bought, with the years of its service."""
    placed: list[Placed] = []
    ends = (*pathway.starts[1:], pathway.horizon_years)
    for number, (one, stage) in enumerate(zip(prepared, found.stages, strict=True)):
        cohorts = (one.assets.solar, one.assets.battery, one.assets.inverter)
        for asset, size, lifetime in zip(cohorts, stage.new, pathway.lifetimes, strict=True):
            serves = [s for s in range(len(prepared)) if pathway.in_service(number, s, lifetime)]
            if size > SMALLEST:
                placed.append(Placed(Purchase(asset, size), stage.start, ends[serves[-1]]))
        before = _taken(prepared[number - 1], found.stages[number - 1]) if number else None
        for place, (asset, size) in enumerate(_taken(one, stage)):
            more = size - (before[place][1] if before is not None else 0.0)
            if more > SMALLEST:
                placed.append(Placed(Purchase(asset, more), stage.start, pathway.horizon_years))
    return placed


def _taken(one: _Prepared, stage: StagePlan) -> list[tuple[Asset, float]]:
    """Return generators on offer, measures, rehabilitation and connection, and how much of each is taken by then."""
    site, solution = one.site, stage.solution
    on_offer = site.energy.grid is not None and site.energy.grid.connection_cost is not None
    connected = (1.0 if solution.is_connected else 0.0,) if on_offer else ()
    sizes = (*bought_units(site, solution), *solution.measures, *solution.hectares, *connected)
    return list(zip(others_of(site, one.before), sizes, strict=True))


def _told(
    one: _Prepared,
    found: PathwayPlan,
    number: int,
    switched: Switched | None,
    placed: list[Placed],
    sun: Sun,
    fuel_scale: dict[FuelName, float],
    tables: FactorTables,
) -> SiteStage:
    """Return a stage with its footprint, once that is what the model counted."""
    stage = found.stages[number]
    serving = [item for item in placed if item.start <= stage.start < item.end]
    operation = sum(item.purchase.asset.operation_cost * item.purchase.size for item in serving)
    others = others_of(one.site, one.before)
    plan = plan_of(
        one.site, one.assets, others, one.parameters, stage.solution, idle_year(one.site), fuel_scale, switched
    )
    plan = replace(plan, planned=year_of(one.site, one.parameters, stage.solution, operation))
    site_after = apply(plan, one.stated)
    after = calculate(activities_of(site_after), site_after, tables)
    audit_emissions(plan, one.stated, one.before, after, one.coefficients)
    work = work_of([item.purchase for item in serving])
    new = tuple(item.purchase for item in placed if item.start == stage.start)
    try:
        load = load_of(one.site.energy.machines)
        check_baseline(one.site, load)
        as_today = (
            year_today(one.site, load, sun, one.assets, one.coefficients, fuel_scale)
            if load.annual_kwh
            else idle_year(one.site)
        )
    except Infeasible:
        as_today = None
    return SiteStage(one.site.year + stage.start, one.stated, plan, new, work, as_today, one.before, after)


def _notes(told: list[SiteStage], stated: Site) -> list[str]:
    notes = [
        _("stages have foresight: loads and prices of all years are known on the first day"),
        _("equipment at the end of its life is bought anew, at the price of then"),
    ]
    solar, battery = stated.energy.solar, stated.energy.battery
    notes += sentences.standing(
        solar=solar is not None and solar.remaining is None, battery=battery is not None and battery.remaining is None
    )
    burning = [one for one in told if any(one.plan.planned.fuel_l.values()) and one.plan.switched is None]
    every = (*stated.energy.generators, *stated.options.generators)
    if burning and not any(one.is_curved for one in every):
        notes.append(sentences.straight_line())
    elif burning:
        years = ", ".join(str(one.year) for one in burning)
        notes.append(f"{years}: {sentences.too_many_units()}")
    return notes
