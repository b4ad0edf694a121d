"""One plan over stages, and who pays for it, for many ways in which all years may turn out; what it risks."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, InputError, Problem, SolverStopped
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.optimise.expected import ExpectedPlan, pathway_at
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.pathway import PathwayPlan, solve_pathway
from asmcarbon.optimise.plan import other_fuel_cost_of
from asmcarbon.optimise.scenarios import InformationValue
from asmcarbon.optimise.site_terms import check_finance
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.planning.notes import doubts_of
from asmcarbon.planning.plan_stages import check_stages, stage_notes
from asmcarbon.planning.stage_cases import StageCase, StageCases, StageOutcome
from asmcarbon.planning.stage_runs import (
    MiddlePlan,
    Run,
    Sought,
    lined,
    plan_of_middle,
    planned_for_all,
    run_at,
    run_of_middle,
)
from asmcarbon.planning.stage_tornado import Held, StageTornado, stage_tornado
from asmcarbon.planning.time_limit import TimeLimit, time_limit_of
from asmcarbon.planning.uncertain import SUN, Uncertain, drawn, has_seeds, seeds_of, uncertain_inputs
from asmcarbon.site.site import Site
from asmcarbon.site.stages import stages_of
from asmcarbon.site.uncertainty import FEWEST_SCENARIOS, MOST_SCENARIOS

# Cover and cash of expected money that are short by this share are short by rounding.
_ROUNDING = 1e-6
# Where the search for the plan of each scenario by itself ends.
_GAP = 1e-4


class Expected(Struct, frozen=True):
    """The least cover and cash of expected money, and the years of each; None where there is none.

    cover   mean of the cash available for debt service over the mean of that service
    """

    cover: tuple[int, float] | None
    cash: tuple[int, float] | None


class StageRisk(Struct, frozen=True, eq=False):
    """One plan over stages, what it comes to in each scenario, what it is worth, and which input matters.

    scenarios        how all years turn out in each
    outcomes         of the plan in each scenario, which have passed their audits; None where it breaks a limit
    agreed           who pays, as it was decided before it is known which scenario comes; None: nobody but the site
    is_of_middle     whether the plan is the one for the site as it is stated, and `reason`, why
    sought           the plan that was sought for all scenarios, with generators that need not be on or off; or None
    sought_cost      mean net present cost of the plan that was sought for all scenarios; None where there is none
    middle_cost      mean net present cost of the plan for the middle; None where it breaks a limit in a scenario
    middle_outcomes  of that in each scenario, and `middle_keeps_money`, whether the mean of them keeps cover and cash
    value            of information, with generators that need not be on or off; None where there was no time
    expected         of the money of the plan
    """

    site: Site
    inputs: tuple[Uncertain, ...]
    seed: int
    scenarios: tuple[StageCase, ...]
    outcomes: tuple[StageOutcome | None, ...]
    agreed: Financing | None
    is_of_middle: bool
    reason: str
    sought: ExpectedPlan | None
    middle: MiddlePlan
    sought_cost: float | None
    middle_cost: float | None
    middle_outcomes: tuple[StageOutcome | None, ...]
    middle_keeps_money: bool
    value: InformationValue | None
    expected: Expected
    tornado: StageTornado
    cases: StageCases
    is_switched: bool
    notes: tuple[str, ...]

    @property
    def known(self) -> tuple[StageOutcome, ...]:
        """Outcomes of the scenarios in which the plan breaks no limit."""
        return tuple(one for one in self.outcomes if one is not None)


def stage_risk_of(
    site: Site,
    tables: FactorTables,
    *,
    folder: Path | None = None,
    scenarios: int = 12,
    seed: int = 1,
    time_limit_s: float | None = None,
    progress: Callable[[str], None] = lambda _message: None,
) -> StageRisk:
    """Return the plan over stages of least expected cost over equally likely scenarios, and what it comes to in each.

    folder         where files that the site names are looked for: the folder of the site file
    scenarios      how many
    seed           of the draws, and of the days of the sun in each
    time_limit_s   most seconds in all. Where they end before a plan for all scenarios is found, the plan for the site
                   as it is stated is held in each

    InputError where the site lacks what a plan needs, or nothing of it is uncertain; SolveError where no plan can be
    given.
    """
    limit = time_limit_of(time_limit_s)
    stages = stages_of(site.options.stages)
    check_stages(site, stages)
    check_finance(site)
    if site.options.objective != "least_cost":
        what = _("is {goal}").format(goal=site.options.objective)
        raise InputError(Problem("options.objective", what, _("least_cost, for a plan over scenarios")))
    if not FEWEST_SCENARIOS <= scenarios <= MOST_SCENARIOS:
        what = _("{n} are asked for").format(n=scenarios)
        expected = _("from {few} to {most}").format(few=FEWEST_SCENARIOS, most=MOST_SCENARIOS)
        raise InputError(Problem("scenarios", what, expected, "12"))
    inputs, seeds = uncertain_inputs(site), seeds_of(scenarios, seed) if has_seeds(site) else []
    if not inputs and not seeds:
        what, expected = _("is not given, and neither prices nor days vary"), _("what may turn out otherwise")
        raise InputError(Problem("options.uncertainty", what, expected, "{fuel_price: ± 30 %, load: ± 10 %}"))
    try:
        progress(_("today's supply"))
        cases = StageCases(site, tables, inputs, folder, stages)
        progress(_("{n} scenarios of {stages} stages each").format(n=scenarios, stages=len(stages.years)))
        factors = drawn(inputs, scenarios, seed)
        all_cases = [
            cases.case(factors[number], seeds[number] if seeds else None, number + 1) for number in range(scenarios)
        ]
        return _risk_of(cases, all_cases, inputs, seed, seeds, limit, progress)
    except SolverStopped:
        if time_limit_s is None:
            raise
        text = _("the limit of {limit:g} s was reached before all was planned; allow more time, or fewer scenarios")
        raise SolverStopped(text.format(limit=time_limit_s)) from None


def _risk_of(
    cases: StageCases,
    scenarios: Sequence[StageCase],
    inputs: tuple[Uncertain, ...],
    seed: int,
    seeds: Sequence[int],
    limit: TimeLimit,
    progress: Callable[[str], None],
) -> StageRisk:
    progress(_("the plan for the middle"))
    limit.check()
    middle = plan_of_middle(cases, limit, progress)
    started = time.monotonic()
    lines = [lined(case.pathway, middle.shares) for case in scenarios]
    held: list[Run | None] = []
    for number, (case, line) in enumerate(zip(scenarios, lines, strict=True), start=1):
        limit.check()
        progress(_("the plan for the middle in scenario {n}").format(n=number))
        held.append(run_at(cases, case, middle.decided, line))
    pace_s = time.monotonic() - started
    kept_s = pace_s * (1.0 + (2 * len(inputs) + 3) / len(scenarios))
    of_middle = _outcomes(cases, scenarios, held, middle.found.financing)
    sought, reason = _sought(cases, scenarios, middle, held, lines, limit, pace_s, kept_s, progress)
    of_sought = [] if sought is None else _outcomes(cases, scenarios, sought.runs, sought.financing)
    if sought is not None and _is_as_good(of_middle, of_sought):
        reason = _("what was sought for all of them costs no less, generators being on and off")
    is_of_middle = bool(reason)
    outcomes, runs = (of_middle, held) if is_of_middle or sought is None else (of_sought, sought.runs)
    if not any(outcomes):
        raise Infeasible(_("no plan keeps the limits in any scenario; relax one, or price unserved load"))
    agreed = middle.found.financing if is_of_middle or sought is None else sought.financing
    decided = middle.decided if is_of_middle or sought is None else sought.plan.decided
    plan = Held(cases, decided, agreed, middle.shares)
    if decided is middle.decided:
        plan.know(cases.middle, run_of_middle(cases, middle))
    tornado = stage_tornado(plan, inputs, seeds, limit, progress)
    value = None
    if sought is not None and limit.allows(0.5 * pace_s):
        progress(_("what planning for the middle costs"))
        value = _value(cases, scenarios, sought, middle, limit)
    switched = any(one is not None and one.is_switched for one in (*runs, *held))
    known = [one for one in outcomes if one is not None]
    is_cut_short = reason == _no_time() or (sought is not None and value is None)
    return StageRisk(
        site=cases.cases.stated,
        inputs=inputs,
        seed=seed,
        scenarios=tuple(scenarios),
        outcomes=tuple(outcomes),
        agreed=agreed,
        is_of_middle=is_of_middle,
        reason=reason,
        sought=None if sought is None else sought.plan,
        middle=middle,
        sought_cost=_mean_cost(of_sought),
        middle_cost=_mean_cost(of_middle),
        middle_outcomes=tuple(of_middle),
        middle_keeps_money=all(of_middle) and keeps_money([one for one in of_middle if one is not None]),
        value=value,
        expected=_expected(known),
        tornado=tornado,
        cases=cases,
        is_switched=switched,
        notes=_notes(cases, inputs, bool(seeds), is_cut_short, tornado.middle or known[0]),
    )


def _sought(
    cases: StageCases,
    scenarios: Sequence[StageCase],
    middle: MiddlePlan,
    held: Sequence[Run | None],
    lines: Sequence[Pathway],
    limit: TimeLimit,
    pace_s: float,
    kept_s: float,
    progress: Callable[[str], None],
) -> tuple[Sought | None, str]:
    """Return the plan for all scenarios; where there is none in time, or at all, why."""
    if not limit.allows(pace_s + kept_s):
        return None, _no_time()
    drawn_lines = [line if run is None else run.line for run, line in zip(held, lines, strict=True)]
    try:
        return planned_for_all(cases, scenarios, drawn_lines, middle.decided, limit, pace_s, progress), ""
    except SolverStopped:
        return None, _no_time()
    except Infeasible as error:
        if not any(held):
            raise
        return None, str(error)


def _no_time() -> str:
    return _("there was no time to seek one for all of them")


def _outcomes(
    cases: StageCases, scenarios: Sequence[StageCase], runs: Sequence[Run | None], agreed: Financing | None
) -> list[StageOutcome | None]:
    return [
        None if run is None else cases.outcome(case, run.found, run.switched, agreed)
        for case, run in zip(scenarios, runs, strict=True)
    ]


def _mean_cost(outcomes: Sequence[StageOutcome | None]) -> float | None:
    costs = [one.net_present_cost for one in outcomes if one is not None]
    return sum(costs) / len(costs) if costs and len(costs) == len(outcomes) else None


def _is_as_good(of_middle: Sequence[StageOutcome | None], of_sought: Sequence[StageOutcome | None]) -> bool:
    """Whether the plan for the middle keeps every limit that the other does, and costs no more in expectation."""
    middle, sought = _mean_cost(of_middle), _mean_cost(of_sought)
    if middle is None or sought is None or middle > sought:
        return False
    known = [one for one in of_middle if one is not None]
    return not any(one.broken_caps for one in known) and keeps_money(known)


def keeps_money(outcomes: Sequence[StageOutcome]) -> bool:
    """Whether the mean of the outcomes' money keeps debt cover and cash."""
    expected, terms = _expected(outcomes), outcomes[0].case.terms
    if terms is None:
        return True
    is_short = expected.cash is not None and expected.cash[1] < -_ROUNDING * max(terms.own_money or 0.0, 1.0)
    if terms.minimum_cover is not None and expected.cover is not None:
        is_short = is_short or expected.cover[1] < terms.minimum_cover * (1.0 - _ROUNDING)
    return not is_short


def _expected(outcomes: Sequence[StageOutcome]) -> Expected:
    flows = [one.made.financed for one in outcomes if one.made.financed is not None]
    if not flows:
        return Expected(None, None)
    covers: list[tuple[float, int]] = []
    cash: list[tuple[float, int]] = []
    for years in zip(*(flow.years for flow in flows), strict=True):
        year, due = years[0].year, sum(one.service for one in years)
        cfads = [one.cfads for one in years if one.cfads is not None]
        if due > 0.0 and len(cfads) == len(years):
            covers.append((sum(cfads) / due, year))
        left = [one.cash for one in years if one.cash is not None]
        if len(left) == len(years):
            cash.append((sum(left) / len(left), year))
    least = [(min(found)[1], min(found)[0]) if found else None for found in (covers, cash)]
    return Expected(least[0], least[1])


def _value(
    cases: StageCases,
    scenarios: Sequence[StageCase],
    sought: Sought,
    middle: MiddlePlan,
    limit: TimeLimit,
) -> InformationValue | None:
    """Return the value of information, generators being neither on nor off; None where it is not known in time.

    All are dispatched by the lines that the plan for all scenarios was sought with. Who knows the scenario is asked for
    neither cover nor cash: the one plan owes them only on the mean, so that it is one of those from which the other
    chooses.
    """
    runs = sought.runs
    recourse = _mean_cost(_linear(cases, scenarios, [run.linear for run in runs], sought.financing))
    assert recourse is not None
    held = [pathway_at(run.used, middle.decided, case.terms) for run, case in zip(runs, scenarios, strict=True)]
    of_middle = _mean_cost(_linear(cases, scenarios, held, middle.found.financing))
    own: list[float] = []
    try:
        for case, run in zip(scenarios, runs, strict=True):
            terms = case.terms and replace(case.terms, minimum_cover=None, own_money=None)
            found = solve_pathway(run.used, terms, time_limit_s=limit.left_s(), gap=_GAP)
            other = [other_fuel_cost_of(one.site) for one in case.each]
            own.append(
                found.net_present_cost * (1.0 - found.gap)
                + sum(weight * cost for weight, cost in zip(case.pathway.weights(), other, strict=True))
            )
    except SolverStopped:
        return None
    return InformationValue(recourse, sum(own) / len(own), of_middle)


def _linear(
    cases: StageCases,
    scenarios: Sequence[StageCase],
    plans: Sequence[PathwayPlan | None],
    agreed: Financing | None,
) -> list[StageOutcome | None]:
    return [
        None if found is None else cases.outcome(case, found, [None] * len(case.each), agreed)
        for case, found in zip(scenarios, plans, strict=True)
    ]


def _notes(
    cases: StageCases, inputs: tuple[Uncertain, ...], has_days: bool, is_cut_short: bool, told: StageOutcome
) -> tuple[str, ...]:
    site, tables = cases.cases.stated, cases.tables
    notes = [
        _("sizes, choices and financing of all stages are decided before it is known which scenario comes, and held"),
        _("scenarios are equally likely, and their inputs do not move together: a dear year is dear by chance"),
        _("what is drawn holds in all years of its scenario, on top of the growth that options.stages states"),
    ]
    if has_days:
        notes += [_("each scenario has other days of sun and outages, of the same monthly means but for its error")]
    else:
        notes += [_("the days are those of the weather file in every scenario: give several years' files a run each")]
    if site.finance.asks_who_pays:
        notes += [
            _("debt cover and cash are kept by the mean of the scenarios' money; how often one breaks them is told"),
            _("where things cost less than agreed, products pay less by as much; where they cost more, the site pays"),
        ]
    if not any(one.key == SUN for one in inputs):
        notes += [_("the monthly means of the sun are taken as certain: give options.uncertainty.sun")]
    if not any("price" in one.key for one in inputs):
        notes += [_("prices are taken as certain: give options.uncertainty, or their ranges")]
    if any(one.parameters.emissions_cap_kgco2e is not None for one in cases.middle.each):
        notes += [
            _("emissions caps hold in every scenario, not in their mean; shares are of today as the site states it")
        ]
    if any(one.parameters.budget is not None for one in cases.middle.each):
        notes += [_("budgets hold in every scenario, also in the one in which equipment is dearest")]
    if is_cut_short:
        notes += [_("the limit of time was reached: not all that could be known is told")]
    return (
        *cases.cases.middle.sun.notes,
        *cases.cases.derating_notes,
        *notes,
        *stage_notes(told.made.told, site),
        *doubts_of(site, replace(told.made.told[0].plan, today=cases.cases.middle.today), tables),
    )
