"""What each uncertain input does by itself to a plan over stages that is held, at both ends of its range."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.messages import _
from asmcarbon.optimise.expected import Decided, pathway_at
from asmcarbon.optimise.financing import Financing
from asmcarbon.planning.stage_cases import StageCase, StageCases, StageOutcome
from asmcarbon.planning.stage_runs import Run, Shares, lined, run_at, with_years
from asmcarbon.planning.time_limit import TimeLimit
from asmcarbon.planning.tornado import DAYS
from asmcarbon.planning.uncertain import Uncertain
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site


class StageEnd(Struct, frozen=True, eq=False):
    """One end of the range of an input, all others as the site states them.

    share    of the site's figure; None for the days of the sun, which a seed draws
    outcome  of the plan, its sizes, choices and financing held; None where it breaks a limit
    """

    share: float | None
    outcome: StageOutcome | None


class StageSwing(Struct, frozen=True, eq=False):
    """One input and what its two ends lead to."""

    key: str
    name: str
    source: str
    low: StageEnd
    high: StageEnd

    @property
    def width(self) -> float:
        """How far the costs of the two ends lie apart; without end where the plan fails at one."""
        if self.low.outcome is None or self.high.outcome is None:
            return float("inf")
        return abs(self.high.outcome.net_present_cost - self.low.outcome.net_present_cost)


class StageTornado(Struct, frozen=True, eq=False):
    """The plan in the middle of all ranges, and every input's swing about it, the widest first."""

    middle: StageOutcome | None
    swings: tuple[StageSwing, ...]


def burns_one_fuel(site: Site) -> FuelName | None:
    """Return the one fuel whose price is all that running the supply costs by the kWh; None where there is more to it.

    Its price then moves no hour: each way of running costs more by the same share.
    """
    every = (*site.energy.generators, *site.options.generators)
    fuels: set[FuelName] = {one.fuel for one in every}
    beside = (
        site.energy.grid is not None
        or site.options.unserved_energy_price is not None
        or any(one.operation_cost is not None for one in every)
    )
    return None if beside or len(fuels) != 1 else fuels.pop()


class Held:
    """A plan that is held in any case: what has been dispatched once is not dispatched again."""

    def __init__(self, cases: StageCases, decided: Decided, agreed: Financing | None, shares: Shares) -> None:
        """Take its sizes and choices, what was agreed of its financing, the lines of the generators."""
        self.cases, self.decided, self.agreed, self.shares = cases, decided, agreed, shares
        self._runs: dict[tuple[object, ...], tuple[StageCase, Run | None]] = {}
        self._fuel_alone: FuelName | None = burns_one_fuel(cases.cases.stated)

    def outcome(self, factors: Mapping[str, float], seed: int | None) -> StageOutcome | None:
        """Return what the plan comes to; None where it breaks a limit."""
        case = self.cases.case(factors, seed)
        run = self._run(case)
        return None if run is None else self.cases.outcome(case, run.found, run.switched, self.agreed)

    def know(self, case: StageCase, run: Run | None) -> None:
        """Take a run of the plan that has been dispatched already, by the same lines."""
        self._runs[self._key(case)] = case, run

    def _key(self, case: StageCase) -> tuple[object, ...]:
        """Return what the hours of the plan depend on."""
        moving = [one.key for one in self.cases.cases.inputs if not one.is_capital and not self._is_of_fuel(one)]
        return (*(case.case.factors.get(name, 1.0) for name in moving), case.case.seed)

    def _run(self, case: StageCase) -> Run | None:
        key, line = self._key(case), lined(case.pathway, self.shares)
        if key not in self._runs:
            self._runs[key] = case, run_at(self.cases, case, self.decided, line)
            return self._runs[key][1]
        # The years are the same; what was built costs more or less, and so does what was burned.
        first, before = self._runs[key]
        linear = None if before is None else pathway_at(line, self.decided, case.terms)
        if before is None or linear is None:
            return None
        dearer = self._fuel_price(case) / self._fuel_price(first)
        years = [
            replace(
                one.solution,
                annual_cost=now.solution.annual_cost + dearer * (one.solution.annual_cost - was.solution.annual_cost),
                capital_cost=now.solution.capital_cost,
            )
            for one, was, now in zip(before.found.stages, before.linear.stages, linear.stages, strict=True)
        ]
        return replace(before, linear=linear, found=with_years(linear, case.pathway, years))

    def _is_of_fuel(self, one: Uncertain) -> bool:
        return self._fuel_alone is not None and f"energy.{self._fuel_alone}.price" in one.paths

    def _fuel_price(self, case: StageCase) -> float:
        return 1.0 if self._fuel_alone is None else case.case.site.energy.fuel_price(self._fuel_alone)

    def linear_cost(self, seed: int) -> float:
        """Return what the plan costs in the days of a seed, generators being neither on nor off."""
        case = self.cases.case({}, seed)
        found = pathway_at(lined(case.pathway, self.shares), self.decided, case.terms)
        return float("inf") if found is None else found.net_present_cost


def stage_tornado(
    held: Held, inputs: Sequence[Uncertain], seeds: Sequence[int], limit: TimeLimit, progress: Callable[[str], None]
) -> StageTornado:
    """Return what each input does to a plan.

    seeds   of the days of the sun, of which the best and the worst for the plan are told; none: it has no seed
    """
    middle = held.outcome({}, None)

    def swing(one: Uncertain) -> StageSwing:
        limit.check()
        progress(_("what {name} does").format(name=one.name))
        low, high = (StageEnd(share, held.outcome({one.key: share}, None)) for share in (one.low, one.high))
        return StageSwing(one.key, one.name, one.source, low, high)

    found = [swing(one) for one in inputs]
    if seeds:
        limit.check()
        progress(_("what the days of the sun do"))
        costs = [(held.linear_cost(seed), seed) for seed in seeds]
        low, high = (StageEnd(None, held.outcome({}, seed)) for seed in (min(costs)[1], max(costs)[1]))
        source = _("seeds, of which the best and the worst for the plan")
        found.append(StageSwing(DAYS, _("days"), source, low, high))
    return StageTornado(middle, tuple(sorted(found, key=lambda one: -one.width)))
