"""One way in which all years of a plan over stages may turn out, and what a plan comes to in it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.drawn import cost_of_financing, drawn
from asmcarbon.messages import _
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.pathway import PathwayPlan
from asmcarbon.optimise.plan import Switched, Year
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.optimise.terms import Terms
from asmcarbon.planning.cases import Case, Cases
from asmcarbon.planning.plan_stages import stages_ready
from asmcarbon.planning.prepare import Prepared, cap_of
from asmcarbon.planning.stage_finance import audit_financing, terms_of_stages
from asmcarbon.planning.stage_reckoning import Reckoned, placed_of, reckoned
from asmcarbon.planning.stage_records import ReadyStage
from asmcarbon.planning.uncertain import Uncertain
from asmcarbon.site.site import Site
from asmcarbon.site.stages import Stages

# A cap is broken by more than this share of it, else by rounding.
_ROUNDING = 1e-6


class StageCase(Struct, frozen=True, eq=False):
    """All stages of a site as they may turn out; `case` is its first year."""

    case: Case
    each: tuple[ReadyStage, ...]
    pathway: Pathway
    terms: Terms | None


class StageOutcome(Struct, frozen=True, eq=False):
    """What a plan over stages comes to in a case; calculator and cash flow agree with it.

    found      its years as they are dispatched there
    financing  who pays as it turns out; None where nothing was asked of money
    """

    case: StageCase
    found: PathwayPlan
    made: Reckoned
    financing: Financing | None

    @property
    def net_present_cost(self) -> float:
        """With who pays, where that was asked."""
        flow = self.made.financed
        return self.made.net_present_cost if flow is None else flow.net_present_cost

    @property
    def net_present_value(self) -> float | None:
        """To the site against going on as today, with who pays; None where today's equipment could not."""
        flow = self.made.financed
        return self.made.net_present_value if flow is None else flow.net_present_value

    @property
    def broken_caps(self) -> tuple[int, ...]:
        """First years of the stages that emit more than their caps."""
        return tuple(
            stage.start
            for stage, one in zip(self.found.stages, self.case.each, strict=True)
            if stage.solution.operational_kgco2e > cap_of(one.parameters) * (1.0 + _ROUNDING)
        )


class StageCases:
    """The cases of one site over its stages; what cases share is worked out once."""

    def __init__(
        self, site: Site, tables: FactorTables, inputs: Sequence[Uncertain], folder: Path | None, stages: Stages
    ) -> None:
        """Work out the site as it is stated."""
        self.cases, self.stages, self.tables = Cases(site, tables, inputs, folder), stages, tables
        self._todays: dict[tuple[object, ...], list[Year | None]] = {}
        self.middle = self.case({}, None)

    def case(self, factors: Mapping[str, float], seed: int | None, number: int | None = None) -> StageCase:
        """Return all stages with the site's inputs multiplied by factors, and days of another seed.

        number   of the scenario, for what is told of one that cannot be; None: it has none

        Caps that are shares of today's emissions are of today as the site states it, in every case.
        """
        cases = self.cases
        first = cases.case(factors, seed)
        assert cases.middle.today is not None
        ready = Prepared(
            first.stated, first.site, first.load, first.sun, first.assets, first.before, first.coefficients,
            cases.middle.today, cases.fuel_scale, (), (), 0.0,
        )  # fmt: skip
        key = cases.today_key(factors, seed)
        each, pathway = stages_ready(ready, self.stages, self.tables, with_today=key not in self._todays)
        if key not in self._todays:
            self._todays[key] = [one.as_today for one in each]
        each = [replace(one, as_today=year) for one, year in zip(each, self._todays[key], strict=True)]
        terms = None
        if first.site.finance.asks_who_pays:
            try:
                terms = terms_of_stages(each, pathway)
            except InputError as error:
                raise InputError([_told(one, number) for one in error.problems]) from None
        return StageCase(first, tuple(each), pathway, terms)

    def outcome(
        self, case: StageCase, found: PathwayPlan, switched: Sequence[Switched | None], agreed: Financing | None
    ) -> StageOutcome:
        """Return what a plan comes to in a case under what was agreed of its financing, once all audits are passed."""
        financing, starts = None, case.pathway.starts
        if case.terms is not None and agreed is not None:
            placed = placed_of(case.each, case.pathway, found.stages)
            avoided = [
                None if today is None else today - stage.solution.operational_kgco2e
                for today, stage in zip(case.terms.today_kgco2e, found.stages, strict=True)
            ]
            financing = drawn(agreed, case.terms, placed, starts, avoided)
        made = reckoned(
            case.case.site, case.each, case.pathway, found, switched, case.terms, financing, self.cases.fuel_scale,
            self.tables,
        )  # fmt: skip
        if made.financed is not None and financing is not None:
            cost = cost_of_financing(financing, made.financed, starts)
            financing = replace(financing, net_present_cost=cost)
            audit_financing(made.financed, made.net_present_cost + cost)
        return StageOutcome(case, found, made, financing)


def _told(problem: Problem, number: int | None) -> Problem:
    if number is None:
        return problem
    return replace(problem, what=_("in scenario {n}: {what}").format(n=number, what=problem.what))
