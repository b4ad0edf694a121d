"""Which sites of a fund, at which point of their frontiers, from which year on: proven by HiGHS, reckoned again.

    take[o]      whether offer o is taken                                          0 or 1
    start[o, y]  whether it starts in year y                                       0 or 1
    more[y]      money of year y beyond its budget                                 >= 0

    goal         most Σ tonnes[o] * take[o], most Σ jobs[o] * take[o], or least Σ cost[o] * take[o]
    cost         of those, least Σ cost[o] * take[o];   money: of those, least Σ money[o] * take[o]

    one_point    Σ_(o of a site) take[o] <= 1, = 1 where the site must be funded
    started      Σ_y start[o, y] = take[o]
    budget       Σ_o money[o] * start[o, y] <= budget[y] + more[y];  Σ_y more[y] <= extra
                 where unspent money carries over: Σ_o money[o] * take[o] <= Σ_y budget[y] + extra
    limit        Σ_(o that counts) money[o] * take[o] <= amount, or <= share * Σ_o money[o] * take[o]
    floor        Σ_o reached[o] * take[o] >= least

Where money carries over, every choice that all the money pays for can be paid for by the last year, so that years take
no part in it. Years are given afterwards: as early as the money comes, those first that avoid most in a year.
"""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from msgspec.structs import replace
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from asmcarbon.errors import AuditMismatch, Infeasible, SolveError, SolverStopped
from asmcarbon.messages import _
from asmcarbon.optimise.highs import OPTIMAL, STOPPED, linear_program, solver_of, whole_columns
from asmcarbon.portfolio.question import TOLERANCE, Floor, Funded, Goal, Offer, Question, Totals, broken, totals_of

_SOUGHT: dict[Goal, tuple[str, float]] = {
    "most_tonnes_avoided": ("tonnes", -1.0), "most_jobs": ("jobs", -1.0), "least_cost": ("cost", 1.0)
}  # fmt: skip
# How closely an objective is held while the next is sought, as a share of it.
_HELD = 1e-7


class Allocation(Struct, frozen=True):
    """What is funded, by site; what it comes to; how much better, as a share of the goal, another choice may be."""

    funded: tuple[Funded, ...]
    totals: Totals
    gap: float


def allocate(offers: Iterable[Offer], question: Question, *, time_limit_s: float | None = None) -> Allocation:
    """Return the best choice; of equally good ones the one that costs least, then the one that takes the least money.

    Offers may come in any order. Infeasible tells how far floors can be met; AuditMismatch where the choice, reckoned
    without the solver, is not what the model says.
    """
    until = math.inf if time_limit_s is None else time.perf_counter() + time_limit_s
    offers = _in_order(offers)
    name, sign = _SOUGHT[question.goal]
    try:
        taken, best, gap = _selected(offers, question, [(name, sign), ("cost", 1.0), ("money", 1.0)], until)
    except Infeasible as error:
        raise Infeasible(_how_far(offers, question, until)) from error
    funded = _placed([offers[n] for n in taken], question, until)
    _audit(funded, question, sign * best)
    return Allocation(funded, totals_of(funded), gap)


def best_of(offers: Iterable[Offer], question: Question, *, time_limit_s: float | None = None) -> float | None:
    """Return what the goal can reach, None where nothing meets all that is asked."""
    until = math.inf if time_limit_s is None else time.perf_counter() + time_limit_s
    name, sign = _SOUGHT[question.goal]
    return _reached(_in_order(offers), question, name, sign, until)


def _reached(offers: Sequence[Offer], question: Question, name: str, sign: float, until: float) -> float | None:
    try:
        return sign * _selected(offers, question, [(name, sign)], until)[1]
    except Infeasible:
        return None


def _in_order(offers: Iterable[Offer]) -> list[Offer]:
    return sorted(offers, key=lambda one: (one.site, one.point))


def _sum(terms: Iterable[Any]) -> Any:
    return pyo.quicksum(list(terms))


def _model(offers: Sequence[Offer], question: Question, sought: Sequence[tuple[str, float]]) -> pyo.ConcreteModel:
    """Return the program of which offers are taken."""
    model = pyo.ConcreteModel()
    numbers, years = range(len(offers)), range(len(question.budget))
    model.take = pyo.Var(numbers, domain=pyo.Binary)

    def total(of: Callable[[Offer], float]) -> Any:
        return _sum(of(one) * model.take[n] for n, one in enumerate(offers) if of(one) != 0.0)

    sites: dict[str, list[int]] = {}
    for n, one in enumerate(offers):
        sites.setdefault(one.site, []).append(n)
    least = {site: float(site in question.must) for site in sites}
    model.one_point = pyo.Constraint(
        list(sites), rule=lambda model, site: (least[site], _sum(1.0 * model.take[n] for n in sites[site]), 1.0)
    )
    if question.carry_over:
        model.budget = pyo.Constraint(expr=total(lambda one: one.money) <= question.money)
    else:
        model.start = pyo.Var(numbers, years, domain=pyo.Binary)
        model.more = pyo.Var(years, bounds=(0.0, question.extra))
        model.started = pyo.Constraint(
            numbers, rule=lambda model, n: _sum(1.0 * model.start[n, y] for y in years) - model.take[n] == 0.0
        )
        model.budget = pyo.Constraint(years, rule=lambda model, y: _of_year(model, offers, y) <= question.budget[y])
        model.extra = pyo.Constraint(expr=_sum(1.0 * model.more[y] for y in years) <= question.extra)
        # Follows from the others; by itself it bounds the search.
        model.money = pyo.Constraint(expr=total(lambda one: one.money) <= question.money)
    model.limit = pyo.ConstraintList()
    for limit in question.limits:
        share = 0.0 if limit.share is None else limit.share
        used = total(lambda one, limit=limit, share=share: one.money * (float(limit.counts(one)) - share))
        model.limit.add((None, used + 0.0 * model.take[0], 0.0 if limit.amount is None else limit.amount))
    model.floor = pyo.ConstraintList()
    for floor in question.floors:
        reached = total(lambda one, name=floor.name: 1.0 if name == "sites" else float(getattr(one, name)))
        model.floor.add((floor.least, reached + 0.0 * model.take[0], None))
    for number, (name, sign) in enumerate(sought):
        of = total(lambda one, name=name, sign=sign: sign * (1.0 if name == "sites" else float(getattr(one, name))))
        model.add_component(f"objective_{number}", pyo.Objective(expr=of + 0.0 * model.take[0]))
    return model


def _of_year(model: Any, offers: Sequence[Offer], year: int) -> Any:
    return _sum(one.money * model.start[n, year] for n, one in enumerate(offers)) - model.more[year]


def _selected(
    offers: Sequence[Offer], question: Question, sought: Sequence[tuple[str, float]], until: float
) -> tuple[list[int], float, float]:
    """Return the numbers of the offers taken, the least of the first objective, and the gap that is left of it.

    Infeasible where nothing meets all that is asked; SolverStopped where time ran out before there was a choice.
    """
    if not offers or not set(question.must) <= {one.site for one in offers}:
        if question.must or any(floor.least > 0.0 for floor in question.floors):
            raise Infeasible(_("no choice of sites meets all that is asked"))
        return [], 0.0, 0.0
    if not question.carry_over:
        # What is best with all the money in one purse is best, if the years have room for it: found far sooner.
        found = _searched(offers, replace(question, carry_over=True), sought, until)
        with suppress(Infeasible):
            _placed([offers[n] for n in found[0]], question, until)
            return found
    return _searched(offers, question, sought, until)


def _searched(
    offers: Sequence[Offer], question: Question, sought: Sequence[tuple[str, float]], until: float
) -> tuple[list[int], float, float]:
    model = _model(offers, question, sought)
    names = [id(model.take[n]) for n in range(len(offers))]
    values, best, gap = _solved(model, until)
    return [n for n, name in enumerate(names) if values[name] > 0.5], best, gap


def _solved(model: pyo.ConcreteModel, until: float) -> tuple[dict[int, float], float, float]:
    """Return the value of each variable by its id, the least of the first objective, and its gap.

    Each further objective is sought among what is as good by all before it, to one part in ten million.
    """
    matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
    lp, whole, costs = linear_program(matrix), whole_columns(matrix), matrix.c.toarray()
    highs = solver_of(lp)
    # The simplex alone would take whole numbers for any numbers.
    highs.setOptionValue("solver", "choose")
    highs.setOptionValue("mip_rel_gap", 0.0)
    for tolerance in ("primal_feasibility_tolerance", "mip_feasibility_tolerance"):
        highs.setOptionValue(tolerance, 1e-9)
    kinds = np.full(len(whole), highspy.HighsVarType.kInteger)
    highs.changeColsIntegrality(len(whole), whole, kinds)
    columns, best, gap = np.zeros(0), 0.0, 0.0
    for number, cost in enumerate(costs):
        highs.changeColsCost(lp.num_col_, np.arange(lp.num_col_, dtype=np.int32), cost)
        highs.changeObjectiveOffset(0.0)
        found = _run(highs, until, is_first=number == 0)
        if found is None:
            break
        columns = found
        value = float(cost @ columns)
        if number == 0:
            best, gap = value, max(highs.getInfo().mip_gap, 0.0) if len(whole) else 0.0
        held = np.flatnonzero(cost).astype(np.int32)
        highs.addRow(-highspy.kHighsInf, value + _HELD * max(1.0, abs(value)), len(held), held, cost[held])
    return {id(column): columns[n] for n, column in enumerate(matrix.columns)}, best, gap


def _run(highs: highspy.Highs, until: float, *, is_first: bool) -> np.ndarray | None:
    """Return the columns of the best choice; None where time ran out before another was found, the first being known.

    What was found by then is taken where it is the first objective's.
    """
    left_s = max(until - time.perf_counter(), 0.0)
    highs.setOptionValue("time_limit", highs.getRunTime() + left_s)
    highs.run()
    status = highs.getModelStatus()
    found = np.array(highs.getSolution().col_value)
    if status == OPTIMAL:
        return found
    if not is_first:
        return None
    if status == STOPPED:
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise SolverStopped(
                _("the limit of time was reached before any choice of sites was found; allow more time")
            )
        return found
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        raise Infeasible(_("no choice of sites meets all that is asked"))
    text = _("HiGHS ended with '{status}' and without a proven choice of sites")
    raise SolveError(text.format(status=highs.modelStatusToString(status)))


def _placed(taken: Sequence[Offer], question: Question, until: float) -> tuple[Funded, ...]:
    """Return what is taken with the years in which it starts.

    least Σ y * yearly[o] * start[o, y], then least Σ y * money[o] * start[o, y]
    budget    Σ_(o, y' <= y) money * start <= Σ_(y' <= y) (budget[y'] + more[y']) where money carries over
    """
    if not taken:
        return ()
    model, numbers, years = pyo.ConcreteModel(), range(len(taken)), range(len(question.budget))
    model.start = pyo.Var(numbers, years, domain=pyo.Binary)
    model.more = pyo.Var(years, bounds=(0.0, question.extra))
    model.started = pyo.Constraint(numbers, rule=lambda model, n: _sum(1.0 * model.start[n, y] for y in years) == 1.0)
    since = (lambda y: range(y + 1)) if question.carry_over else (lambda y: range(y, y + 1))
    # Chosen within the solver's tolerance of the money there is, it has to be placed within it too.
    close = _HELD * max(question.money, 1.0)
    model.budget = pyo.Constraint(
        years,
        rule=lambda model, y: (
            _sum(_of_year(model, taken, before) for before in since(y))
            <= sum(question.budget[before] for before in since(y)) + close
        ),
    )
    model.extra = pyo.Constraint(expr=_sum(1.0 * model.more[y] for y in years) <= question.extra)
    for name in ("yearly", "money"):
        late = _sum(y * float(getattr(one, name)) * model.start[n, y] for n, one in enumerate(taken) for y in years)
        model.add_component(f"late_{name}", pyo.Objective(expr=late))
    names = {(n, y): id(model.start[n, y]) for n in numbers for y in years}
    # There is a choice of years already: a second for the best of them is never more than the limit allows by much.
    values, _best, _gap = _solved(model, max(until, time.perf_counter() + 1.0))
    return tuple(
        Funded(one, next(y for y in years if values[names[n, y]] > 0.5)) for n, one in enumerate(taken)
    )  # fmt: skip


def _audit(funded: tuple[Funded, ...], question: Question, best: float) -> None:
    """Raise AuditMismatch unless the choice, reckoned by itself, keeps all that is asked and reaches what is told."""
    for what, has, may in broken(funded, question):
        raise AuditMismatch(str(what), may, has)
    reached = totals_of(funded).of_goal(question.goal)
    if abs(reached - best) > TOLERANCE * max(abs(reached), abs(best), 1.0):
        raise AuditMismatch(question.goal, best, reached)


_UNITS = {"jobs": "job", "women": "job", "tonnes": "tCO2e", "sites": ""}


def _how_far(offers: Sequence[Offer], question: Question, until: float) -> str:
    """Return a sentence on how far floors can be met within the money and the limits."""
    alone = replace(question, floors=())
    reached = {floor.name: _reached(offers, alone, floor.name, -1.0, until) for floor in question.floors}
    if any(value is None for value in reached.values()) or not reached:
        return _("no choice of sites keeps the budget and the limits")
    short = [floor for floor in question.floors if (reached[floor.name] or 0.0) < floor.least * (1.0 - TOLERANCE)]
    if short:
        head = _("the floors cannot be met within the budget and the limits")
        return head + ": " + "; ".join(_at_most(floor, reached[floor.name] or 0.0) for floor in short)
    parts: list[str] = []
    for floor in question.floors:
        others = tuple(one for one in question.floors if one != floor)
        most = _reached(offers, replace(question, floors=others), floor.name, -1.0, until)
        parts += [] if most is None else [_at_most(floor, most)]
    head = _("each floor can be met within the budget and the limits, but not all of them together")
    return head + (
        ": " + "; ".join(_("with the others met, {part}").format(part=one) for one in parts) if parts else ""
    )


def _at_most(floor: Floor, most: float) -> str:
    unit = _UNITS[floor.name]
    least, reached = (f"{value:,.10g} {unit}".strip() for value in (floor.least, math.floor(most * 100.0) / 100.0))
    return _("{name} reach at most {reached} of the {least} asked").format(
        name=floor.name, reached=reached, least=least
    )
