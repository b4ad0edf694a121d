"""One plan over stages in every scenario: held where it is given, sought where it is not, generators on and off."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible
from asmcarbon.messages import _
from asmcarbon.optimise.expected import (
    Decided,
    ExpectedPlan,
    decided_by,
    pathway_at,
    refinanced_expected,
    solve_expected,
)
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.on_off import redrawn
from asmcarbon.optimise.pathway import PathwayPlan
from asmcarbon.optimise.plan import Switched
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.planning.lines import relined, shares_of
from asmcarbon.planning.plan_stages import on_off_years, switched_plan
from asmcarbon.planning.prepare import cap_of
from asmcarbon.planning.stage_cases import StageCase, StageCases
from asmcarbon.planning.stage_finance import tightened
from asmcarbon.planning.time_limit import TimeLimit

# The search for the plan ends where no other is cheaper by this share.
GAP = 2e-5
# How often a plan is sought whose years on and off keep the limits, and by how much cover and cash are tightened where
# these cost more than can be paid.
_ATTEMPTS, _MARGINS = 3, (0.005, 0.02, 0.05)

# How much more by the kWh the generators of each stage burn than their plates say.
Shares = tuple[tuple[float, ...], ...]


class Run(Struct, frozen=True, eq=False):
    """A plan in one case.

    used      lines of the generators that it was dispatched by, and `line`, drawn through its years
    linear    its years with generators that need not be on or off
    found     its years as they are dispatched, and `switched`, which of them with generators on and off
    """

    used: Pathway
    line: Pathway
    linear: PathwayPlan
    found: PathwayPlan
    switched: tuple[Switched | None, ...]

    @property
    def is_switched(self) -> bool:
        """Whether generators are dispatched on and off in any year."""
        return any(one is not None for one in self.switched)

    def excess(self, case: StageCase) -> list[float]:
        """Return by how much the year of each stage emits more than its cap, below zero where it does not. [mass]"""
        stages = zip(self.found.stages, case.each, strict=True)
        return [stage.solution.operational_kgco2e - cap_of(one.parameters) for stage, one in stages]

    def more(self) -> list[tuple[float, float]]:
        """Return what each year costs and emits more with generators on and off."""
        return [
            (one.solution.annual_cost - line.solution.annual_cost,
             one.solution.operational_kgco2e - line.solution.operational_kgco2e)
            for one, line in zip(self.found.stages, self.linear.stages, strict=True)
        ]  # fmt: skip


class MiddlePlan(Struct, frozen=True, eq=False):
    """The plan for the site as it is stated.

    shares   what the lines through its years are of the generators' plates
    """

    found: PathwayPlan
    switched: tuple[Switched | None, ...]
    decided: dict[str, float]
    shares: Shares


def plan_of_middle(
    cases: StageCases, limit: TimeLimit, progress: Callable[[str], None], pace_s: float = 0.0
) -> MiddlePlan:
    """Return the plan of `plan_stages`, without the proof of its years on and off."""
    case, scale = cases.middle, cases.cases.fuel_scale
    found, switched, _notes = switched_plan(
        list(case.each), case.pathway, case.terms, scale, limit, pace_s, progress, proves=False
    )
    shares = tuple(
        shares_of(redrawn(one, stage.solution, 0.0) if known is not None else one, one)
        for one, stage, known in zip(case.pathway.stages, found.stages, switched, strict=True)
    )
    return MiddlePlan(found, tuple(switched), decided_by(case.pathway, case.terms, found), shares)


def run_at(cases: StageCases, case: StageCase, decided: Decided, line: Pathway) -> Run | None:
    """Return sizes and choices as they run in a case; None where a limit breaks, or the load cannot be served."""
    linear = pathway_at(line, decided, case.terms)
    if linear is None:
        return None
    try:
        years = on_off_years(case.each, line, linear, cases.cases.fuel_scale, bound=False)
    except Infeasible:
        return None
    found = with_years(linear, case.pathway, [year for year, _known in years])
    switched = tuple(known for _year, known in years)
    drawn = [
        one if known is None else redrawn(one, year, 0.0)
        for one, (year, known) in zip(line.stages, years, strict=True)
    ]  # fmt: skip
    return Run(line, replace(line, stages=tuple(drawn)), linear, found, switched)


def run_of_middle(cases: StageCases, middle: MiddlePlan) -> Run | None:
    """Return the run of the plan for the site as it is stated in that very case, as it was dispatched."""
    case = cases.middle
    line = lined(case.pathway, middle.shares)
    linear = pathway_at(line, middle.decided, case.terms)
    if linear is None:
        return None
    # Without on and off, the plan's years are those of its plates.
    found = middle.found if any(one is not None for one in middle.switched) else linear
    return Run(line, line, linear, found, middle.switched)


def with_years(plan: PathwayPlan, pathway: Pathway, years: Sequence[Any]) -> PathwayPlan:
    """Return a plan with other years in its stages."""
    stages = tuple(replace(one, solution=year) for one, year in zip(plan.stages, years, strict=True))
    cost = sum(w * year.annual_cost for w, year in zip(pathway.weights(), years, strict=True))
    return replace(plan, stages=stages, net_present_cost=cost)


def lined(pathway: Pathway, shares: Shares) -> Pathway:
    """Return a pathway whose generators burn so much more by the kWh than their plates say."""
    stages = [relined(one, each) for one, each in zip(pathway.stages, shares, strict=True)]
    return replace(pathway, stages=tuple(stages))


class Sought(Struct, frozen=True, eq=False):
    """The plan of least expected cost, its run in each scenario, and who pays for it."""

    plan: ExpectedPlan
    runs: tuple[Run, ...]
    financing: Financing | None


def planned_for_all(
    cases: StageCases,
    scenarios: Sequence[StageCase],
    lines: Sequence[Pathway],
    first: Decided,
    limit: TimeLimit,
    pace_s: float,
    progress: Callable[[str], None],
) -> Sought:
    """Return the plan that is best over all scenarios, its years on and off in each, and who pays for it.

    lines    of the generators in each scenario. Where on/off years break a cap or leave too little to pay debt, they
             are drawn through these years, the limits tightened by as much, and the plan is sought once more
    first    sizes and choices to start from
    pace_s   seconds that the years of all scenarios take

    Infeasible where no plan is found, SolverStopped where none is in time.
    """
    terms = [one.terms for one in scenarios if one.terms is not None] or None
    asked, lines = terms, list(lines)
    for attempt in range(_ATTEMPTS):
        progress(_("one plan for all scenarios"))
        try:
            plan = solve_expected(lines, asked, first=first, time_limit_s=limit.left_s(pace_s), gap=GAP)
        except Infeasible:
            # Cover is asked in every year in which a loan on offer could be due: a plan without any may do without it.
            if terms is None or not terms[0].asks_cover:
                raise
            terms = asked = [one.without_debt() for one in terms]
            plan = solve_expected(lines, asked, first=first, time_limit_s=limit.left_s(pace_s), gap=GAP)
        runs = _runs(cases, scenarios, plan, lines, limit, progress)
        financing = plan.financing
        if terms is not None and any(one.is_switched for one in runs):
            financing = refinanced_expected(lines, terms, plan, [one.more() for one in runs])
        can_pay = terms is None or financing is not None
        excess = [run.excess(case) for run, case in zip(runs, scenarios, strict=True)]
        if can_pay and (all(max(one) <= 0 for one in excess) or not any(one.is_switched for one in runs)):
            return Sought(plan, tuple(runs), financing)
        lines = [_tighter(run.line, over) for run, over in zip(runs, excess, strict=True)]
        if terms is not None and not can_pay:
            asked = [tightened(one, _MARGINS[attempt]) for one in terms]
    text = _("no one plan was found whose generators, on and off, keep caps in every scenario, and debt cover and")
    raise Infeasible(text + _(" cash of the mean; allow looser ones"))


def _tighter(line: Pathway, excess: Sequence[float]) -> Pathway:
    """Return a line with each cap lowered by what the year on and off breaks it by, and a little more."""
    stages = [
        one
        if one.emissions_cap_kgco2e is None or over <= 0
        else replace(one, emissions_cap_kgco2e=max(one.emissions_cap_kgco2e - 1.05 * over, 0.0))
        for one, over in zip(line.stages, excess, strict=True)
    ]
    return replace(line, stages=tuple(stages))


def _runs(
    cases: StageCases,
    scenarios: Sequence[StageCase],
    plan: ExpectedPlan,
    lines: Sequence[Pathway],
    limit: TimeLimit,
    progress: Callable[[str], None],
) -> list[Run]:
    runs: list[Run] = []
    for number, (case, line) in enumerate(zip(scenarios, lines, strict=True), start=1):
        limit.check()
        progress(_("the plan in scenario {n}").format(n=number))
        run = run_at(cases, case, plan.decided, line)
        if run is None:
            text = _("in scenario {n} no on/off dispatch serves every hour; give unserved load a price")
            raise Infeasible(text.format(n=number))
        runs.append(run)
    return runs
