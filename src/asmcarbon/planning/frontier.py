"""The trade-off of a site: least cost against gross emissions, each plan judged with its generators on and off."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, InputError, Problem, SolverStopped
from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.discounting import present_value_factor
from asmcarbon.messages import _
from asmcarbon.optimise.diagnose import ExplainedInfeasible, ways_out
from asmcarbon.optimise.frontier import Frontier, Point, years_of
from asmcarbon.optimise.frontier_points import between, ends_of
from asmcarbon.optimise.pathway import infeasible_stages_text
from asmcarbon.optimise.site_checks import check_plannable
from asmcarbon.optimise.site_parameters import parameters_of
from asmcarbon.optimise.site_terms import check_finance
from asmcarbon.optimise.solve import infeasible_text
from asmcarbon.planning.alternatives import Alternative, Measured, Plans, Range, alternatives_of, measured_of, ranges_of
from asmcarbon.planning.frontier_limits import LEAST_POINTS, MOST_POINTS, WIDEST
from asmcarbon.planning.judge import Judge, Judged
from asmcarbon.planning.plan_stages import ReadyStage, check_stages, stages_ready
from asmcarbon.planning.prepare import Prepared, prepared
from asmcarbon.planning.stage_finance import finance_notes, terms_of_stages, tightened
from asmcarbon.planning.time_limit import TimeLimit, time_limit_of
from asmcarbon.site.site import Site
from asmcarbon.site.stages import stages_of

# How often a point is sought whose generators, on and off, keep its cap: of a year, of many over stages.
_ATTEMPTS = (2, 1)
# Share by which plans by line and on/off may differ in emissions without a word on why.
_APART = 0.05
# The gap at which the search for a point ends, and how often lines are redrawn before: a year, stages. On/off years.
_GAP, _REDRAWN, _MOST_YEARS = (1e-4, 3e-4), (2, 1), 24
# By how much debt cover and cash are tightened where on/off years of the cheapest plan cost too much, at each attempt.
_MARGINS = (0.005, 0.02, 0.08)
# Share of its emissions by which a plan may be cleaner than the cleanest without a word.
_CLEANER = 0.01


class FrontierPoint(Struct, frozen=True, eq=False):
    """One plan of the frontier.

    cap_kgco2e  that it was sought under; None at both ends: no cap, and the least that can be emitted
    line        the plan by a straight line for each generator, of which the gap is proven
    plan        the same, judged with generators on and off where it was
    keeps_cap   whether what is judged keeps the cap; None where there is none
    """

    cap_kgco2e: float | None
    line: Judged
    plan: Judged
    keeps_cap: bool | None


class SiteFrontier(Struct, frozen=True, eq=False):
    """The frontier of a site, and what else is nearly as good as its cheapest plan.

    today    net present cost and emissions of going on as today; None over stages
    within   share of the least cost within which the ranges are
    agreement  how far plans by line are from their on/off years at most, in cost and emissions, as shares; None: none
    spans    years that each stage stands for; one of 1 where the plan is of a year, its emissions a year's
    """

    ready: Prepared
    judge: Judge
    points: tuple[FrontierPoint, ...]
    alternatives: tuple[Alternative, ...]
    measured: tuple[Measured, ...]
    ranges: tuple[Range, ...]
    today: tuple[float, float] | None
    within: float
    agreement: tuple[float, float] | None
    dispatches: int
    notes: tuple[str, ...]

    @property
    def is_staged(self) -> bool:
        """Whether emissions are of all years of the horizon."""
        return self.judge.is_staged

    @property
    def asks_who_pays(self) -> bool:
        """Whether costs are after what products pay."""
        return self.judge.terms is not None


def frontier_of_site(
    site: Site,
    tables: FactorTables,
    *,
    points: int = 10,
    within: float = 0.02,
    folder: Path | None = None,
    time_limit_s: float | None = None,
    since: float | None = None,
    progress: Callable[[str], None] = lambda _message: None,
) -> SiteFrontier:
    """Return plans from least cost to least emissions, and what else is nearly as good as the cheapest.

    Where the site states who pays, the cost of every plan is after that, as its financing is best.

    points   how many, the caps between both ends evenly spaced in emissions
    within   share of the least cost within which sizes may range. [dimensionless]
    folder   where files that the site names are looked for: the folder of the site file
    time_limit_s  most seconds in all; none where not given; a point whose gap is open by then says so
    since    time of `time.monotonic` from which they count; now where not given

    InputError where the site lacks what a plan needs; SolveError where no plan can be given.
    """
    _check(points, within)
    limit = time_limit_of(time_limit_s, since)
    if site.is_planned_in_stages:
        check_stages(site, stages_of(site.options.stages))
        check_finance(site)
    else:
        check_plannable(site)
    ready = prepared(site, tables, folder, progress, limit)
    judge = _judge(ready, tables)
    progress(_("the plan of least cost"))
    try:
        with limit.told():
            judge, frontier, ends, first = _drawn(judge, limit)
    except Infeasible as error:
        raise _explained(judge, limit) from error
    found = _points(judge, frontier, ends, first, points, limit, progress)
    progress(_("what else is nearly as good"))
    today = None if judge.is_staged else _today(ready, judge)
    ranges, alternatives, measured, notes = _nearly(judge, frontier, ends[0], found[0], within, today, limit, progress)
    progress(_("audit"))
    for plan in {id(one): one for one in (*(point.plan for point in found), *told_of(alternatives))}.values():
        judge.audit(plan, tables)
    agreement = _agreement(judge, found)
    notes = (*_notes(ready, judge, agreement), *_money_notes(ready, judge, frontier, ends[1]), *notes)
    return SiteFrontier(
        ready, judge, found, alternatives, measured, ranges, today, within, agreement, frontier.dispatches, notes
    )


def _nearly(
    judge: Judge,
    frontier: Frontier,
    best: Point,
    first: FrontierPoint,
    within: float,
    today: tuple[float, float] | None,
    limit: TimeLimit,
    progress: Callable[[str], None],
) -> tuple[tuple[Range, ...], tuple[Alternative, ...], tuple[Measured, ...], list[str]]:
    """Return ranges, alternatives and options by what a tonne costs; what the time leaves none for is left out."""
    # Of all that the report counts as cost, which the master knows but for the fuel of engines and vehicles.
    spare = within * abs(first.line.net_present_cost) / (1.0 if judge.pathway is not None else judge.weights[0])
    ranges, alternatives = tuple[Range, ...](), tuple[Alternative, ...]()
    try:
        ranges = ranges_of(frontier, best, spare)
        plans = Plans(frontier, judge, lambda: _debtless(judge, limit))
        alternatives = alternatives_of(plans, best)
        measured = measured_of(
            plans, first.plan, alternatives, today, lambda name: progress(_("{name} alone").format(name=name))
        )
    except SolverStopped:
        if limit.allows():
            raise
        text = _("the limit of {limit:g} s was reached: what else is nearly as good was not sought to the end")
        return ranges, alternatives, (), [text.format(limit=limit.limit_s)]
    return ranges, alternatives, measured, []


def _debtless(judge: Judge, limit: TimeLimit) -> tuple[Frontier, Judge]:
    """Return the master and the judge of plans that borrow nothing."""
    assert judge.terms is not None
    without = judge.paid_by(judge.terms.without_debt())
    return without.frontier(gap=_GAP[judge.is_staged], time_limit_s=limit.left_s()), without


def told_of(alternatives: tuple[Alternative, ...]) -> Iterator[Judged]:
    """Yield the plans of the alternatives that are possible."""
    for one in alternatives:
        if one.plan is not None:
            yield one.plan


def _check(points: int, within: float) -> None:
    problems: list[Problem] = []
    if not LEAST_POINTS <= points <= MOST_POINTS:
        expected = _("{least} to {most}").format(least=LEAST_POINTS, most=MOST_POINTS)
        problems.append(Problem("points", _("is {n}").format(n=points), expected, "20"))
    if not 0.0 < within <= WIDEST:
        expected = _("a share above 0, at most {most:.0%}").format(most=WIDEST)
        problems.append(Problem("within", _("is {share:g}").format(share=within), expected, "2 %"))
    if problems:
        raise InputError(problems)


def _judge(ready: Prepared, tables: FactorTables) -> Judge:
    """Return what judges plans of a site, of a year or over stages; one year that products pay for is one stage."""
    site, stages, asks = ready.site, ready.site.options.stages, ready.site.finance.asks_who_pays
    if stages is not None or asks:
        each, pathway = stages_ready(ready, stages_of(stages), tables, with_today=asks)
        weights, years = pathway.weights(), years_of(pathway)
        judge = Judge(tuple(each), pathway.stages, ready.fuel_scale, weights, years, pathway, {})
        return judge.paid_by(terms_of_stages(each, pathway)) if asks else judge
    line = parameters_of(site, ready.load, ready.sun, ready.assets, ready.coefficients, ready.fuel_scale, ready.before)
    worth = present_value_factor(site.finance.discount_rate.to("1"), round(site.finance.horizon.to("year")))
    each = ReadyStage(ready.stated, site, ready.assets, ready.before, ready.coefficients, line, ready.today)
    return Judge((each,), (line,), ready.fuel_scale, (worth,), (1.0,), None, {})


def _drawn(judge: Judge, limit: TimeLimit) -> tuple[Judge, Frontier, tuple[Point, Point], Judged]:
    """Return a judge with lines redrawn through the cheapest plan, the master of them, its ends, the first judged.

    Where what the years of the cheapest cost on and off breaks debt cover or cash, the search is made to keep more.
    """
    gap = _GAP[judge.is_staged]
    for _attempt in range(_REDRAWN[judge.is_staged]):
        frontier = judge.frontier(gap=gap, time_limit_s=limit.left_s())
        try:
            point = frontier.point(first=frontier.first())
        except Infeasible:
            # Cover is asked in every year in which a loan on offer could be due: a plan without any may do without it.
            if judge.terms is None or not judge.terms.asks_cover:
                raise
            judge = judge.paid_by(judge.terms.without_debt())
            frontier = judge.frontier(gap=gap, time_limit_s=limit.left_s())
            point = frontier.point(first=frontier.first())
        if not judge.is_needed(point):
            break
        judge = judge.redrawn(judge.on_off_years(point))
    frontier = judge.frontier(gap=gap, time_limit_s=limit.left_s())
    cheapest = frontier.point(first=frontier.first())
    first = judge.judged(cheapest)
    for margin in _MARGINS:
        if judge.terms is None or not judge.unpaid or not limit.allows():
            break
        judge = replace(judge, asked=tightened(judge.terms, margin), unpaid=[])
        frontier = judge.frontier(gap=gap, time_limit_s=limit.left_s())
        cheapest = frontier.point(first=frontier.first())
        first = judge.judged(cheapest)
    return judge, frontier, ends_of(frontier, cheapest), first


def _explained(judge: Judge, limit: TimeLimit) -> Infeasible:
    """Return an error with the ways out of what a year cannot meet, or what no stages can, without their caps."""
    if judge.pathway is not None:
        stages = tuple(replace(one, emissions_cap_kgco2e=None) for one in judge.lines)
        return Infeasible(infeasible_stages_text(replace(judge.pathway, stages=stages), judge.terms, limit.left_s()))
    without_cap = replace(judge.lines[0], emissions_cap_kgco2e=None, objective="cost")
    return ExplainedInfeasible(infeasible_text(without_cap), ways_out(without_cap), without_cap)


def _points(
    judge: Judge,
    frontier: Frontier,
    ends: tuple[Point, Point],
    first: Judged,
    count: int,
    limit: TimeLimit,
    progress: Callable[[str], None],
) -> tuple[FrontierPoint, ...]:
    """Return the points, those judged on and off that the limit of years allows, evenly among them."""
    cheapest, last = ends
    if last is cheapest:
        return (FrontierPoint(None, judge.by_line(cheapest), first, None),)
    most = max(_MOST_YEARS // len(judge.sites), 2)
    chosen = set(np.unique(np.round(np.linspace(0, count - 1, min(count, most)))).astype(int).tolist())
    attempts = _ATTEMPTS[judge.is_staged and 2 * count > most]
    cleanest = _judged_or_line(judge, last, limit)
    found = [FrontierPoint(None, judge.by_line(cheapest), first, None)]
    pool = [first, cleanest]
    # What generators on and off emit beyond the line: the last that was seen tightens the next cap.
    excess, point = max(first.kgco2e - cheapest.kgco2e, 0.0), cheapest
    for nth in range(1, count - 1):
        progress(_("point {n} of {count}").format(n=nth + 1, count=count))
        cap = first.kgco2e + (cleanest.kgco2e - first.kgco2e) * nth / (count - 1)
        by_line = point = frontier.point(cap, between(point, last, cap), last.columns)
        plan = judge.by_line(by_line)
        for _attempt in range(attempts if nth in chosen else 0):
            lower = max(min(cap - excess, cheapest.kgco2e), last.kgco2e)
            if lower < point.kgco2e:
                point = frontier.point(lower, between(point, last, lower), last.columns)
            plan = _judged_or_line(judge, point, limit)
            pool.append(plan)
            excess = max(plan.kgco2e - point.kgco2e, 0.0)
            if not plan.is_switched or keeps(plan, cap):
                break
            excess *= 1.05
        found.append(FrontierPoint(cap, judge.by_line(by_line), plan, keeps(plan, cap)))
    found.append(FrontierPoint(None, judge.by_line(last), cleanest, None))
    return tuple(_cheapest_of(pool, one) for one in found)


def _judged_or_line(judge: Judge, point: Point, limit: TimeLimit) -> Judged:
    """Return a plan judged on and off; by its line where no such year serves every hour, or the time is over."""
    try:
        return judge.judged(point) if limit.allows() else judge.by_line(point)
    except Infeasible:
        return judge.by_line(point)


def keeps(plan: Judged, cap_kgco2e: float) -> bool:
    """Whether a plan keeps a cap, but for rounding."""
    return plan.kgco2e <= cap_kgco2e + 1e-6 * max(cap_kgco2e, 1.0)


def _cheapest_of(pool: list[Judged], one: FrontierPoint) -> FrontierPoint:
    """Return a point with the cheapest of all judged plans that keep its cap: one for a tighter cap keeps it too."""
    cap = one.plan.kgco2e if one.cap_kgco2e is None else one.cap_kgco2e
    fit = [plan for plan in pool if plan.is_switched == one.plan.is_switched and keeps(plan, cap)]
    if not fit:
        return one
    best = min(fit, key=lambda plan: plan.net_present_cost)
    return replace(one, plan=best, keeps_cap=None if one.cap_kgco2e is None else True)


def _agreement(judge: Judge, found: tuple[FrontierPoint, ...]) -> tuple[float, float] | None:
    plans = [one.plan for one in found if one.plan.is_switched]
    pairs = [(judge.by_line(plan.point), plan) for plan in plans]
    if not pairs:
        return None
    return (
        max(share_of(plan.net_present_cost - line.net_present_cost, line.net_present_cost) for line, plan in pairs),
        max((abs(plan.kgco2e / line.kgco2e - 1.0) for line, plan in pairs if line.kgco2e > 0.0), default=0.0),
    )


def share_of(more: float, cost: float) -> float:
    """Return how much dearer or cheaper that is, as a share of a cost, which is below zero where it earns."""
    return abs(more) / max(abs(cost), 1.0)


def _today(ready: Prepared, judge: Judge) -> tuple[float, float]:
    return (
        judge.weights[0] * ready.today.running_cost,
        ready.today.operational_kgco2e + judge.lines[0].other_kgco2e,
    )


def _notes(ready: Prepared, judge: Judge, agreement: tuple[float, float] | None) -> tuple[str, ...]:
    site, notes = ready.stated, list(ready.notes)
    options = site.options
    caps = [] if options.stages is None else [options.stages.emissions_caps, options.stages.supply_caps]
    if any(cap is not None for cap in (options.emissions_cap, *caps)):
        notes.append(_("the site's own emissions cap is left out: the frontier is of all caps"))
    if options.objective != "least_cost":
        text = _("each plan is the cheapest under its cap; options.objective is {goal}")
        notes.append(text.format(goal=options.objective))
    if options.unserved_energy_price is not None:
        notes.append(
            _(
                "load may stay unserved at a price, so that a cap may be kept by less power as well; without"
                " options.unserved_energy_price every plan serves all of it"
            )
        )
    if agreement is not None and agreement[1] > _APART:
        notes.append(
            _(
                "a year with generators on and off runs at least cost: it does not leave load unserved, or draw on a"
                " dearer source, for the sake of a cap, as the plan by line may; emissions differ by up to {share:.0%}"
            ).format(share=agreement[1])
        )
    budgets = [line.budget for line in judge.lines if line.budget is not None]
    if budgets:
        text = _("every plan keeps the budget of {money} USD")
        notes.append(text.format(money=", ".join(f"{budget:,.0f}" for budget in budgets)))
    if judge.is_staged:
        notes.append(_("the cap is on all years together, each counting alike: the plan chooses the years"))
        notes.append(_("stages have foresight: loads and prices of all years are known on the first day"))
    return tuple(notes)


def _money_notes(ready: Prepared, judge: Judge, frontier: Frontier, last: Point) -> list[str]:
    """Return what to say of the money of the plans."""
    if judge.terms is None:
        return []
    notes = finance_notes(ready.stated)
    finance = ready.stated.finance
    lends = finance.minimum_cover is not None and any(one.tenor is not None for one in finance.products)
    if lends and not judge.terms.asks_cover:
        notes.append(_("no plan keeps debt cover with a loan on offer: these plans borrow nothing"))
    if judge.asked is not judge.terms:
        text = _("debt cover and cash are sought a little stricter than stated, so that years on and off keep them")
        notes.append(text)
    if judge.unpaid:
        text = _(
            "{n} plans cost so much more on and off that they would break debt cover or cash: they are told by line"
        )
        notes.append(text.format(n=len(judge.unpaid)))
    if frontier.least_kgco2e < last.kgco2e - _CLEANER * abs(last.kgco2e):
        text = _(
            "money limits the cleanest plan: whether one can be paid for that emits less, down to {tonnes:,.1f} tCO2e,"
            " was not found out"
        )
        notes.append(text.format(tonnes=frontier.least_kgco2e / 1000.0))
    return notes
