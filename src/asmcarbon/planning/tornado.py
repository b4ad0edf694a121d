"""What each uncertain input does by itself: the plan held, and planned anew, at both ends of its range."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import Infeasible
from asmcarbon.messages import _
from asmcarbon.optimise.on_off import redrawn
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.scenarios import year_at
from asmcarbon.optimise.sizing import solve_plan
from asmcarbon.optimise.solve import Solution
from asmcarbon.planning.cases import Case, Cases, Outcome
from asmcarbon.planning.lines import ATTEMPTS, GAP, dispatched, is_switched, relined
from asmcarbon.planning.prepare import cap_of
from asmcarbon.planning.time_limit import TimeLimit
from asmcarbon.planning.uncertain import Uncertain

DAYS = "days"


class End(Struct, frozen=True, eq=False):
    """One end of the range of an input, all others as the site states them.

    share    of the site's figure; None for the days of the sun, which a seed draws
    outcome  of the plan as it is held; None where it breaks a limit
    anew     the plan that is best there, of the one that is held and one that is sought anew; None where there is none
    gain     what it costs less a year than the one that is held, both dispatched alike; None where that breaks a limit
    """

    share: float | None
    outcome: Outcome | None
    anew: Solution | None
    gain: float | None


class Swing(Struct, frozen=True, eq=False):
    """One input and what its two ends lead to."""

    key: str
    name: str
    source: str
    low: End
    high: End

    @property
    def width(self) -> float:
        """How far the annual costs of the two ends lie apart; without end where the plan fails at one."""
        if self.low.outcome is None or self.high.outcome is None:
            return float("inf")
        return abs(self.high.outcome.plan.annual_cost - self.low.outcome.plan.annual_cost)


class Tornado(Struct, frozen=True, eq=False):
    """The plan in the middle of all ranges, and every input's swing about it, the widest first."""

    middle: Outcome | None
    swings: tuple[Swing, ...]


def tornado_of(
    cases: Cases,
    plan: Solution,
    shares: tuple[float, ...],
    seeds: Sequence[int],
    limit: TimeLimit,
    progress: Callable[[str], None],
) -> Tornado:
    """Return what each input does to a plan.

    shares  how much more by the kWh generators burn on the lines that the plan was found with than at full load
    seeds   of the days of the sun, of which the best and the worst for the plan are told; none: it has no seed
    """
    held: dict[tuple[object, ...], tuple[Solution, Solution]] = {}

    def ran(case: Case, line: Parameters) -> Solution | None:
        linear = year_at(line, plan)
        if linear is None:
            return None
        key = _dispatch_key(cases, case.factors, case.seed)
        if key not in held:
            held[key] = linear, dispatched(case, line, linear, cases.fuel_scale)
        before, year = held[key]
        # Prices of what is built move no hour: the year is the same, and what was built costs more or less.
        return replace(
            year,
            annual_cost=year.annual_cost + linear.annual_cost - before.annual_cost,
            capital_cost=linear.capital_cost,
        )

    def end(factors: Mapping[str, float], seed: int | None, share: float | None, *, is_middle: bool = False) -> End:
        case = cases.case(factors, seed)
        line = relined(case.parameters, shares)
        try:
            year = ran(case, line)
        except Infeasible:
            year = None
        if year is not None and is_switched(case.site, year):
            line = redrawn(line, year, 0.0)
        anew = None if is_middle else _anew(cases, case, line, limit)
        gain = None
        if year is not None:
            anew = year if anew is None or anew.annual_cost >= year.annual_cost else anew
            gain = year.annual_cost - anew.annual_cost
        return End(share, None if year is None else cases.outcome(case, year), anew, gain)

    def swing(one: Uncertain) -> Swing:
        progress(_("what {name} does").format(name=one.name))
        low, high = (end({one.key: share}, None, share) for share in (one.low, one.high))
        return Swing(one.key, one.name, one.source, low, high)

    found = [swing(one) for one in cases.inputs]
    if seeds:
        progress(_("what the days of the sun do"))
        best, worst = _extremes(cases, plan, shares, seeds)
        source = _("seeds, of which the best and the worst for the plan")
        found.append(Swing(DAYS, _("days"), source, end({}, best, None), end({}, worst, None)))
    return Tornado(end({}, None, 1.0, is_middle=True).outcome, tuple(sorted(found, key=lambda one: -one.width)))


def _anew(cases: Cases, case: Case, line: Parameters, limit: TimeLimit) -> Solution | None:
    """Return the best plan of a case by a line, dispatched as all are; None where none keeps the limits."""
    try:
        for _attempt in range(ATTEMPTS):
            sought = solve_plan(line, time_limit_s=limit.left_s(), gap=GAP)
            year = dispatched(case, line, sought, cases.fuel_scale)
            excess = year.operational_kgco2e - cap_of(case.parameters)
            if excess <= 0 or not is_switched(case.site, year):
                return year
            line = redrawn(line, year, excess)
    except Infeasible:
        pass
    return None


def _dispatch_key(cases: Cases, factors: Mapping[str, float], seed: int | None) -> tuple[object, ...]:
    """Return what the hours of a held plan depend on."""
    return (*(factors.get(one.key, 1.0) for one in cases.inputs if not one.is_capital), seed)


def _extremes(cases: Cases, plan: Solution, shares: tuple[float, ...], seeds: Sequence[int]) -> tuple[int, int]:
    """Return the seeds in which the plan costs least and most, with generators that need not be on or off."""
    costs: list[tuple[float, int]] = []
    for seed in seeds:
        year = year_at(relined(cases.case({}, seed).parameters, shares), plan)
        costs.append((float("inf") if year is None else year.annual_cost, seed))
    return min(costs)[1], max(costs)[1]
