"""Build, solve, apply, audit over stages: what to build in which year, every stage's year dispatched on and off."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from asmcarbon.energy.load import Load, load_of
from asmcarbon.energy.sun import Sun
from asmcarbon.errors import Infeasible, InputError, Problem, SolverStopped
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Assets, assets_of
from asmcarbon.optimise.coefficients import Coefficients, coefficients_of
from asmcarbon.optimise.on_off import is_needed, is_possible, on_off, redrawn
from asmcarbon.optimise.pathway import PathwayPlan, refinanced
from asmcarbon.optimise.plan import (
    Switched,
    Year,
    idle_year,
)
from asmcarbon.optimise.site_checks import check_baseline, check_plannable
from asmcarbon.optimise.site_equipment import community_price
from asmcarbon.optimise.site_parameters import parameters_of
from asmcarbon.optimise.site_terms import check_finance
from asmcarbon.optimise.solve import Solution
from asmcarbon.optimise.staged_goals import solve_stages
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.optimise.terms import Terms
from asmcarbon.planning import sentences
from asmcarbon.planning.notes import doubts_of
from asmcarbon.planning.prepare import Prepared, cap_of, prepared, year_today
from asmcarbon.planning.stage_finance import audit_financing, audit_limits, finance_notes, terms_of_stages, tightened
from asmcarbon.planning.stage_reckoning import reckoned
from asmcarbon.planning.stage_records import ReadyStage, SiteStage, SiteStages
from asmcarbon.planning.stage_sites import capped, site_of_stage
from asmcarbon.planning.time_limit import PROOF, TimeLimit, time_limit_of
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site
from asmcarbon.site.stages import Stages, stages_of

# How often the lines of the generators are redrawn through their on/off years, and the gap of each solve.
_ATTEMPTS, _MOST_ATTEMPTS = 2, 5
# The year of each stage, and what is known of its dispatch; None where no generator is switched.
_Years = list[tuple[Solution, Switched | None]]
# By how much debt cover and cash are tightened where the years turn out dearer than the lines, at each attempt.
_MARGINS = (0.005, 0.01, 0.02, 0.04, 0.08)
_GAP = 1e-4


def plan_stages(
    site: Site,
    tables: FactorTables,
    *,
    folder: Path | None = None,
    time_limit_s: float | None = None,
    since: float | None = None,
    progress: Callable[[str], None] = lambda _message: None,
) -> SiteStages:
    """Return the plan of a site that states `options.stages`: of least net present cost, or what else it seeks.

    folder         where files that the site names are looked for: the folder of the site file
    time_limit_s   most seconds for the plan; none where not given. The best plan by then is returned, with its gap
    since          time of `time.monotonic` from which they count; now where not given

    InputError where the site lacks what such a plan needs; SolveError where none can be given, SolverStopped in time.
    """
    limit = time_limit_of(time_limit_s, since)
    stages = stages_of(site.options.stages)
    check_stages(site, stages)
    check_finance(site)
    ready = prepared(site, tables, folder, progress, limit)
    stated, site, sun, assets, today = ready.stated, ready.site, ready.sun, ready.assets, ready.today
    fuel_scale = ready.fuel_scale
    each, pathway = stages_ready(ready, stages, tables)
    progress(_("stages of 8,760 hours: {n}").format(n=len(each)))
    terms = terms_of_stages(each, pathway) if site.finance.asks_who_pays else None
    # A year of a stage on and off, and that of today's equipment by then, take about as long as the two of today.
    kept_s = len(each) * ready.pace_s
    found, switched, time_notes = switched_plan(each, pathway, terms, fuel_scale, limit, kept_s, progress)
    progress(_("audit"))
    financing = found.financing if terms is not None else None
    made = reckoned(site, each, pathway, found, switched, terms, financing, fuel_scale, tables)
    if made.financed is not None and financing is not None:
        audit_financing(made.financed, made.net_present_cost + financing.net_present_cost)
        audit_limits(made.financed)
    notes = (
        *ready.notes,
        *time_notes,
        *stage_notes(made.told, stated),
        *doubts_of(stated, replace(made.told[0].plan, today=today), tables),
    )
    assets = replace(assets, assumptions=(*ready.derating, *assets.assumptions))
    return SiteStages(
        stated, made.told, made.cashflow, made.net_present_cost, made.net_present_value, found.gap, found.dispatches,
        found.solved_by, sun, assets, today, notes, made.financed, found.financing, pathway.starts,
        made.real, made.placed,
    )  # fmt: skip


def check_stages(site: Site, stages: Stages) -> None:
    """Refuse what a plan over stages cannot take."""
    check_plannable(site)
    problems: list[Problem] = []
    horizon = round(site.finance.horizon.to("year"))
    if stages.years[-1] >= horizon:
        what = _("the last is {year}, and the horizon {horizon} years").format(year=stages.years[-1], horizon=horizon)
        problems.append(Problem("options.stages.years", what, _("years below finance.horizon"), "[0, 5, 10, 15]"))
    problems += _problems_of_goal(site, stages)
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


def _problems_of_goal(site: Site, stages: Stages) -> Iterator[Problem]:
    """Yield what does not go with another objective than least cost."""
    goal, options = site.options.objective, site.options
    if goal == "least_cost":
        return
    where, what = "options.objective", _("is {goal}").format(goal=goal)
    if site.finance.asks_who_pays:
        expected = _("least_cost, where finance.products asks who pays; or no products")
        yield Problem(where, what, expected, "objective: least_cost")
    caps = (options.emissions_cap, stages.emissions_caps, stages.supply_caps)
    if goal == "least_emissions" and any(one is not None for one in caps):
        expected = _("least_cost, where stages have caps; or least_emissions without caps")
        yield Problem(where, what, expected, "objective: least_cost")


def stages_ready(
    ready: Prepared, stages: Stages, tables: FactorTables, *, with_today: bool = True
) -> tuple[list[ReadyStage], Pathway]:
    """Return every stage of a site before it is planned, and the years and lives that bind them together.

    with_today   whether the year of today's equipment is dispatched in each, which takes most of the time
    """
    site, assets = ready.site, ready.assets
    each = [_prepared(ready, stages, number, tables, with_today=with_today) for number in range(len(stages.years))]
    pathway = Pathway(
        tuple(one.parameters for one in each),
        tuple(stages.years),
        round(site.finance.horizon.to("year")),
        site.finance.discount_rate.to("1"),
        (round(assets.solar.lifetime), round(assets.battery.lifetime), round(assets.inverter.lifetime)),
        stages.solar_degradation.to("1") if stages.solar_degradation is not None else 0.0,
    )
    return each, pathway


def _prepared(ready: Prepared, stages: Stages, number: int, tables: FactorTables, *, with_today: bool) -> ReadyStage:
    sun, fuel_scale = ready.sun, ready.fuel_scale
    stated = site_of_stage(ready.stated, stages, number, ready.assets)
    by_then = site_of_stage(ready.site, stages, number, ready.assets)
    assets = assets_of(by_then, tables)
    before = calculate(activities_of(by_then), by_then, tables)
    coefficients = coefficients_of(by_then, assets, tables)
    load = load_of(by_then.energy.machines)
    parameters = parameters_of(by_then, load, sun, assets, coefficients, fuel_scale, before)
    if stages.supply_caps is not None:
        cap = parameters.other_kgco2e + stages.supply_caps[number].to("1") * ready.today.operational_kgco2e
        cap = min(cap, cap_of(parameters))
        parameters = replace(parameters, emissions_cap_kgco2e=cap)
        stated, by_then = (capped(one, cap) for one in (stated, by_then))
    as_today = _as_today(by_then, load, sun, assets, coefficients, fuel_scale) if with_today else None
    return ReadyStage(stated, by_then, assets, before, coefficients, parameters, as_today)


def _as_today(
    site: Site, load: Load, sun: Sun, assets: Assets, coefficients: Coefficients, fuel_scale: dict[FuelName, float]
) -> Year | None:
    """Return the year of today's equipment at a stage; None where it could not carry the load."""
    if not load.annual_kwh:
        return idle_year(site)
    try:
        check_baseline(site, load)
        return year_today(site, load, sun, assets, coefficients, fuel_scale)
    except Infeasible:
        return None


def switched_plan(
    prepared: list[ReadyStage],
    pathway: Pathway,
    terms: Terms | None,
    fuel_scale: dict[FuelName, float],
    limit: TimeLimit,
    kept_s: float,
    progress: Callable[[str], None],
    *,
    proves: bool = True,
) -> tuple[PathwayPlan, list[Switched | None], list[str]]:
    """Return the plan with the generators of every stage on and off, where one has a curve or a minimum load.

    The lines that stand for them are redrawn through the years that they led to, and caps that these break are
    tightened, as for one year; so are debt cover and cash, where the years cost more than the lines. Where the time
    ends before, the best plan by then is told, as for one year.

    kept_s   seconds that the years of all stages take with generators on and off, and those of today's equipment
    proves   whether a bound of the years with generators on and off is sought, which takes most of their time
    """
    caps = [cap_of(one.parameters) for one in prepared]
    weights, lines, asked = pathway.weights(), pathway, terms
    best: tuple[tuple[float, float], Pathway, PathwayPlan, _Years] | None = None
    with limit.told():
        try:
            found = solve_stages(lines, asked, time_limit_s=limit.left_s(kept_s), gap=_GAP)
        except Infeasible:
            # Cover is asked in every year in which a loan on offer could be due: a plan without any may do without it.
            if terms is None or not terms.asks_cover:
                raise
            terms = asked = terms.without_debt()
            found = solve_stages(lines, asked, time_limit_s=limit.left_s(kept_s), gap=_GAP)
    for attempt in range(_MOST_ATTEMPTS):
        if not any(is_needed(one.site, stage.solution) for one, stage in zip(prepared, found.stages, strict=True)):
            return found, [None] * len(prepared), []
        if best is not None and not limit.allows(kept_s):
            break
        progress(_("generators on and off, {n}").format(n=attempt + 1))
        years = on_off_years(prepared, lines, found, fuel_scale, bound=False)
        excess = [year.operational_kgco2e - cap for (year, _known), cap in zip(years, caps, strict=True)]
        cost = sum(weight * year.annual_cost for weight, (year, _known) in zip(weights, years, strict=True))
        financing = None if terms is None else refinanced(lines, terms, found, [year for year, _known in years])
        can_pay = terms is None or financing is not None
        cost += financing.net_present_cost if financing is not None else 0.0
        worth = _sought(pathway, found, [year for year, _known in years]), cost
        if max(excess) <= 0 and can_pay and (best is None or worth < best[0]):
            best = worth, lines, found, years
        if best is not None and attempt >= _ATTEMPTS - 1:
            break
        drawn = [
            redrawn(line, year, over) for line, (year, _known), over in zip(lines.stages, years, excess, strict=True)
        ]
        lines = replace(lines, stages=tuple(drawn))
        if terms is not None and not can_pay:
            asked = tightened(terms, _MARGINS[attempt])
        try:
            found = solve_stages(lines, asked, time_limit_s=limit.left_s(kept_s), gap=_GAP)
        except SolverStopped:
            break
    if best is None:
        limit.check()
        text = _("no plan was found whose generators, on and off, keep the caps; allow looser ones")
        if terms is not None and terms.watches_flows:
            text = _(
                "no plan was found whose generators, on and off, keep caps, debt cover and cash; allow looser ones"
            )
        raise Infeasible(text)
    _worth, lines, found, years = best
    notes = [] if not proves or limit.allows(PROOF * kept_s) else [limit.note()]
    if proves and not notes:
        progress(_("proof of the years with generators on and off"))
        years = on_off_years(prepared, lines, found, fuel_scale, bound=True)
    financing = None if terms is None else refinanced(lines, terms, found, [year for year, _known in years])
    stages = tuple(replace(stage, solution=year) for stage, (year, _known) in zip(found.stages, years, strict=True))
    return replace(found, stages=stages, financing=financing), [known for _year, known in years], notes


def _sought(pathway: Pathway, found: PathwayPlan, years: list[Solution]) -> float:
    """Return what goes before the cost: emissions of all years, or work that is not done; nothing at least cost.

    Rounded to four figures, so that what a search does not tell apart is decided by the cost.
    """
    goal, spans = pathway.stages[0].objective, pathway.spans
    if goal == "emissions":
        sought = sum(span * year.operational_kgco2e for span, year in zip(spans, years, strict=True))
    elif goal == "jobs":
        sought = -found.person_days
    else:
        return 0.0
    return float(f"{sought:.4g}")


def on_off_years(
    prepared: Sequence[ReadyStage],
    lines: Pathway,
    found: PathwayPlan,
    fuel_scale: dict[FuelName, float],
    *,
    bound: bool,
) -> _Years:
    """Return the year of each stage of a plan with generators on and off, where that is needed and possible."""
    years: _Years = []
    for one, line, stage in zip(prepared, lines.stages, found.stages, strict=True):
        if is_needed(one.site, stage.solution) and is_possible(one.site, stage.solution):
            known = on_off(one.site, line, stage.solution, fuel_scale, bound=bound)
            years.append((known.solution, Switched(known.gap, 0.0)))
        else:
            years.append((stage.solution, None))
    return years


def stage_notes(told: Sequence[SiteStage], stated: Site) -> list[str]:
    """Return what is said of a plan over stages beside its figures."""
    notes = [
        _("stages have foresight: loads and prices of all years are known on the first day"),
        _("equipment at the end of its life is bought anew, at the price of then"),
        *finance_notes(stated),
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
