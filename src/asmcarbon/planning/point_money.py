"""The money of a plan of the frontier by year, and its audit: purchases, what runs, who pays, beside what it cost."""

from collections.abc import Sequence

from msgspec.structs import replace

from asmcarbon.finance.discounting import annuity
from asmcarbon.finance.financed import FinancedFlow, RealYears, financed_flow
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.frontier import Point
from asmcarbon.optimise.plan import other_fuel_cost_of
from asmcarbon.optimise.site_terms import mine_income, revenue
from asmcarbon.optimise.solve import Solution
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.optimise.terms import Terms
from asmcarbon.planning.stage_reckoning import placed_of
from asmcarbon.planning.stage_records import ReadyStage


def money_of(
    each: Sequence[ReadyStage],
    pathway: Pathway,
    terms: Terms,
    point: Point,
    years: Sequence[Solution],
    financing: Financing,
) -> FinancedFlow:
    """Return a plan by year: what is bought anew at the end of its life too, what runs, and who pays.

    years   of each stage; what runs in one is its annual cost without the annuities of all that is in service
    """
    stages = [replace(stage, solution=year) for stage, year in zip(point.stages, years, strict=True)]
    placed = placed_of(each, pathway, stages)
    rate, ends = pathway.discount_rate, (*pathway.starts[1:], pathway.horizon_years)
    running: list[float] = []
    today: list[float] | None = []
    for one, stage, end in zip(each, stages, ends, strict=True):
        serving = [item.purchase for item in placed if item.start <= stage.start < item.end]
        bought = sum(annuity(rate, round(item.asset.lifetime)) * item.capital_cost for item in serving)
        cost = stage.solution.annual_cost - bought + other_fuel_cost_of(one.site)
        running += [cost] * (end - stage.start)
        if one.as_today is None:
            today = None
        elif today is not None:
            today += [one.as_today.running_cost] * (end - stage.start)
    site, nothing = each[0].site, (0.0,) * len(running)
    earns = terms.mine_income is not None
    real = RealYears(
        running=tuple(running),
        running_today=None if today is None else tuple(today),
        fuel=nothing,
        fuel_today=None if today is None else nothing,
        mine_income=(mine_income(site),) * len(running) if earns else None,
        sales=(revenue(site),) * len(running) if earns else None,
    )
    return financed_flow(placed, real, financing, terms, pathway.starts, rate)
