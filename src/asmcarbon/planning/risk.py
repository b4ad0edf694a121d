"""One plan for many ways in which the years may turn out, and what it comes to in each."""

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from asmcarbon.errors import InputError, Problem, SolverStopped
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.scenarios import InformationValue, ScenarioPlan, year_at
from asmcarbon.optimise.site_checks import check_plannable
from asmcarbon.optimise.sizing import solve_plan
from asmcarbon.optimise.solve import Solution
from asmcarbon.planning.cases import Cases, Outcome
from asmcarbon.planning.fixed import held_in_all, planned_for_all
from asmcarbon.planning.lines import GAP, is_switched, plan_by_lines
from asmcarbon.planning.notes import doubts_of, plan_notes
from asmcarbon.planning.time_limit import TimeLimit, time_limit_of
from asmcarbon.planning.tornado import Tornado, tornado_of
from asmcarbon.planning.uncertain import (
    SUN,
    Uncertain,
    drawn,
    has_seeds,
    seeds_of,
    uncertain_inputs,
)
from asmcarbon.site.site import Site
from asmcarbon.site.uncertainty import FEWEST_SCENARIOS, MOST_SCENARIOS


class SiteRisk(Struct, frozen=True, eq=False):
    """One plan, what it comes to in each scenario, what it is worth, and which input matters.

    outcomes         of the plan in each scenario, which have passed their audits
    gap, dispatches  how much less another plan might cost, with generators that need not be on or off; how it was found
    average          the plan for the average of all inputs, by itself, in the year of that
    cost_of_average  its mean cost over all scenarios, dispatched as the plan is; None where it breaks a limit in one
    is_of_average    whether it is the plan itself, as the other that was sought is no cheaper on and off
    failing          numbers, from 1, of the scenarios in which the plan for the average breaks a limit
    value            of information, with generators that need not be on or off
    is_switched      whether the outcomes are dispatched on and off
    """

    site: Site
    inputs: tuple[Uncertain, ...]
    seed: int
    outcomes: tuple[Outcome, ...]
    gap: float
    dispatches: int
    average: Solution
    cost_of_average: float | None
    is_of_average: bool
    failing: tuple[int, ...]
    value: InformationValue
    tornado: Tornado
    cases: Cases
    is_switched: bool
    notes: tuple[str, ...]


def risk_of(
    site: Site,
    tables: FactorTables,
    *,
    folder: Path | None = None,
    scenarios: int = 12,
    seed: int = 1,
    time_limit_s: float | None = None,
    progress: Callable[[str], None] = lambda _message: None,
) -> SiteRisk:
    """Return the plan of least expected cost over equally likely scenarios, and what it comes to in each.

    folder         where files that the site names are looked for: the folder of the site file
    scenarios      how many
    seed           of the draws, and of the days of the sun in each
    time_limit_s   most seconds for the solver; none where not given

    InputError where the site lacks what a plan needs, or nothing of it is uncertain; SolveError where no plan can be
    given that holds in all scenarios.
    """
    _check(site, scenarios)
    try:
        return _risk_of(site, tables, folder, scenarios, seed, time_limit_s, progress)
    except SolverStopped:
        if time_limit_s is None:
            raise
        text = _("the limit of {limit:g} s was reached before all was planned; allow more time, or fewer scenarios")
        raise SolverStopped(text.format(limit=time_limit_s)) from None


def _risk_of(
    site: Site,
    tables: FactorTables,
    folder: Path | None,
    scenarios: int,
    seed: int,
    time_limit_s: float | None,
    progress: Callable[[str], None],
) -> SiteRisk:
    inputs = uncertain_inputs(site)
    seeds = seeds_of(scenarios, seed) if has_seeds(site) else []
    if not inputs and not seeds:
        what, expected = _("is not given, and neither prices nor days vary"), _("what may turn out otherwise")
        raise InputError(Problem("options.uncertainty", what, expected, "{fuel_price: ± 30 %, load: ± 10 %}"))
    limit = time_limit_of(time_limit_s)
    progress(_("today's supply"))
    cases = Cases(site, tables, inputs, folder)
    progress(_("{n} scenarios: sun, load, prices, today's supply").format(n=scenarios))
    factors = drawn(inputs, scenarios, seed)
    drawn_cases = [
        cases.case(factors[number], seeds[number] if seeds else None) for number in range(scenarios)
    ]  # fmt: skip
    progress(_("the plan for the average"))
    mean = {one.key: sum(each[one.key] for each in factors) / scenarios for one in inputs}
    average, shares = plan_by_lines(cases.case(mean, None), cases.fuel_scale, limit)
    of_average = held_in_all(cases, drawn_cases, average, shares, progress)
    found, sought = planned_for_all(cases, drawn_cases, of_average.lines, limit, progress)
    is_better = of_average.cost is not None and sought.cost is not None and of_average.cost < sought.cost * (1 - GAP)
    chosen = of_average if is_better else sought
    years = [year for year in chosen.years if year is not None]
    outcomes = tuple(cases.outcome(case, year) for case, year in zip(drawn_cases, years, strict=True))
    progress(_("what planning for the average costs"))
    # What engines and vehicles burn is the same in every plan of a scenario, and counts as cost in each.
    other = sum(one.plan.today.other_fuel_cost for one in outcomes) / scenarios
    value, failing = _value(found, sought.lines, average, limit, other)
    failing |= {number for number, year in enumerate(of_average.years, start=1) if year is None}
    switched = is_switched(drawn_cases[0].site, years[0])
    tornado = tornado_of(cases, years[0], shares, seeds, limit, progress)
    told = tornado.middle or outcomes[0]
    notes = (
        *cases.middle.sun.notes, *cases.derating_notes, *plan_notes(cases.middle.site, told.plan, cases.middle.load),
        *_notes(site, inputs, bool(seeds)), *_notes_of_generators(site, switched), *doubts_of(site, told.plan, tables),
    )  # fmt: skip
    return SiteRisk(
        site=site,
        inputs=inputs,
        seed=seed,
        outcomes=outcomes,
        gap=found.gap,
        dispatches=found.dispatches,
        average=average,
        cost_of_average=None if of_average.cost is None else of_average.cost + other,
        is_of_average=is_better,
        failing=tuple(sorted(failing)),
        value=value,
        tornado=tornado,
        cases=cases,
        is_switched=switched,
        notes=notes,
    )


def _check(site: Site, scenarios: int) -> None:
    check_plannable(site)
    problems: list[Problem] = []
    if not FEWEST_SCENARIOS <= scenarios <= MOST_SCENARIOS:
        what = _("{n} are asked for").format(n=scenarios)
        expected = _("from {few} to {most}").format(few=FEWEST_SCENARIOS, most=MOST_SCENARIOS)
        problems.append(Problem("scenarios", what, expected, "12"))
    asked = {"options.stages": site.options.stages is not None, "finance.products": site.finance.asks_who_pays}
    for where, is_so in asked.items():
        if is_so:
            what = _("are given to a plan of one year")
            problems.append(Problem(where, what, _("a site without {where}").format(where=where)))
    if site.options.objective != "least_cost":
        what = _("is {goal}").format(goal=site.options.objective)
        problems.append(Problem("options.objective", what, _("least_cost, for a plan over scenarios")))
    if problems:
        raise InputError(problems)


def _value(
    found: ScenarioPlan, lines: Sequence[Parameters], average: Solution, limit: TimeLimit, other: float
) -> tuple[InformationValue, set[int]]:
    """Return the value of information, and the scenarios in which the plan for the average breaks a limit."""
    own = [solve_plan(line, time_limit_s=limit.left_s(), gap=GAP).annual_cost for line in lines]
    held = [year_at(line, average, time_limit_s=limit.left_s()) for line in lines]
    failing = {number for number, year in enumerate(held, start=1) if year is None}
    costs = [year.annual_cost for year in held if year is not None]
    of_average = None if failing else sum(costs) / len(costs) + other
    return InformationValue(found.expected_cost + other, sum(own) / len(own) + other, of_average), failing


def _notes(site: Site, inputs: tuple[Uncertain, ...], has_days: bool) -> list[str]:
    notes = [_("scenarios are equally likely, and their inputs do not move together: a dear year is dear by chance")]
    notes += [_("a scenario is one year that repeats over the horizon, not prices that rise and fall")]
    if has_days:
        notes += [_("each scenario has other days of sun and outages, of the same monthly means but for its error")]
    else:
        notes += [_("the days are those of the weather file in every scenario: give several years' files a run each")]
    if not any(one.key == SUN for one in inputs):
        notes += [_("the monthly means of the sun are taken as certain: give options.uncertainty.sun")]
    if not any("price" in one.key for one in inputs):
        notes += [_("prices are taken as certain: give options.uncertainty, or their ranges")]
    if site.options.emissions_cap is not None:
        notes += [_("the emissions cap holds in every scenario, not in their mean")]
    if site.finance.budget is not None:
        notes += [_("the budget holds in every scenario, also in the one in which equipment is dearest")]
    return notes


def _notes_of_generators(site: Site, switched: bool) -> list[str]:
    every = (*site.energy.generators, *site.options.generators)
    if switched:
        return [_("on and off, costs jump where a size just suffices: a percent between two plans says little")]
    if any(one.is_curved for one in every):
        return [_("generators are dispatched without minimum load and idling fuel: none runs, or more than three do")]
    if every:
        return [
            _("generators are a straight line, without minimum load or idling fuel, as the site gives no fuel curve")
        ]
    return []
