"""What a plan over stages comes to, once it is found: purchases, the footprint of every stage, money year by year."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.cashflow import CashFlow, Placed, cashflow_of_years
from asmcarbon.finance.financed import FinancedFlow, RealYears, financed_flow
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Asset, Purchase
from asmcarbon.optimise.benefits import work_of
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.pathway import PathwayPlan, StagePlan
from asmcarbon.optimise.plan import SMALLEST, Switched, bought_units, idle_year, plan_of, year_of
from asmcarbon.optimise.site_measures import others_of
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.optimise.terms import Terms
from asmcarbon.planning.apply import apply
from asmcarbon.planning.audit import agree_or_raise, audit_emissions
from asmcarbon.planning.stage_finance import real_years
from asmcarbon.planning.stage_records import ReadyStage, SiteStage
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site


class Reckoned(Struct, frozen=True, eq=False):
    """A plan over stages in money and emissions; calculator and cash flow agree with it.

    net_present_cost    before any product pays
    net_present_value   the same against going on as today; None where today's equipment could not
    real, financed      what runs in each year, and that with who pays; None where nothing was asked of money
    """

    placed: tuple[Placed, ...]
    told: tuple[SiteStage, ...]
    cashflow: CashFlow
    net_present_cost: float
    net_present_value: float | None
    real: RealYears | None
    financed: FinancedFlow | None


def reckoned(
    site: Site,
    each: Sequence[ReadyStage],
    pathway: Pathway,
    found: PathwayPlan,
    switched: Sequence[Switched | None],
    terms: Terms | None,
    financing: Financing | None,
    fuel_scale: dict[FuelName, float],
    tables: FactorTables,
) -> Reckoned:
    """Return what a plan comes to, once its emissions and its cost before financing have passed their audits.

    site       the derated site of the first day
    switched   what is known of the dispatch of each stage; None where no generator is switched
    """
    placed = placed_of(each, pathway, found.stages)
    told = [_told(one, found, number, switched[number], placed, fuel_scale, tables) for number, one in enumerate(each)]
    spans = [end - start for start, end in pairwise((*pathway.starts, pathway.horizon_years))]
    running = [one.plan.planned.running_cost for one, span in zip(told, spans, strict=True) for _year in range(span)]
    as_today = [one.as_today for one, span in zip(told, spans, strict=True) for _year in range(span)]
    can_go_on = all(one is not None for one in as_today)
    running_today = [one.running_cost if one is not None and can_go_on else 0.0 for one in as_today]
    cashflow = cashflow_of_years(placed, running, running_today, pathway.discount_rate)
    others = [one.plan.planned.other_fuel_cost for one in told]
    cost = sum(
        weight * (stage.solution.annual_cost + other)
        for weight, stage, other in zip(pathway.weights(), found.stages, others, strict=True)
    )
    agree_or_raise(_("net present cost"), cost, cashflow.net_present_cost)
    real = financed = None
    if terms is not None and financing is not None:
        real = real_years(site, told, spans, can_go_on=can_go_on)
        financed = financed_flow(placed, real, financing, terms, pathway.starts, pathway.discount_rate)
    value = cashflow.net_present_value if can_go_on else None
    return Reckoned(tuple(placed), tuple(told), cashflow, cost, value, real, financed)


def placed_of(prepared: Sequence[ReadyStage], pathway: Pathway, stages: Sequence[StagePlan]) -> list[Placed]:
    """Return everything that is bought, with the years of its service."""
    placed: list[Placed] = []
    ends = (*pathway.starts[1:], pathway.horizon_years)
    for number, (one, stage) in enumerate(zip(prepared, stages, strict=True)):
        cohorts = (one.assets.solar, one.assets.battery, one.assets.inverter)
        for asset, size, lifetime in zip(cohorts, stage.new, pathway.lifetimes, strict=True):
            serves = [s for s in range(len(prepared)) if pathway.in_service(number, s, lifetime)]
            if size > SMALLEST:
                placed.append(Placed(Purchase(asset, size), stage.start, ends[serves[-1]]))
        before = _taken(prepared[number - 1], stages[number - 1]) if number else None
        for place, (asset, size) in enumerate(_taken(one, stage)):
            more = size - (before[place][1] if before is not None else 0.0)
            if more > SMALLEST:
                placed.append(Placed(Purchase(asset, more), stage.start, pathway.horizon_years))
    return placed


def _taken(one: ReadyStage, stage: StagePlan) -> list[tuple[Asset, float]]:
    """Return generators on offer, measures, rehabilitation and connection, and how much of each is taken by then."""
    site, solution = one.site, stage.solution
    on_offer = site.energy.grid is not None and site.energy.grid.connection_cost is not None
    connected = (1.0 if solution.is_connected else 0.0,) if on_offer else ()
    sizes = (*bought_units(site, solution), *solution.measures, *solution.hectares, *connected)
    return list(zip(others_of(site, one.before), sizes, strict=True))


def _told(
    one: ReadyStage,
    found: PathwayPlan,
    number: int,
    switched: Switched | None,
    placed: list[Placed],
    fuel_scale: dict[FuelName, float],
    tables: FactorTables,
) -> SiteStage:
    """Return a stage with its footprint, once that is what the model counted."""
    stage = found.stages[number]
    serving = [item for item in placed if item.start <= stage.start < item.end]
    operation = sum(item.purchase.asset.operation_cost * item.purchase.size for item in serving)
    others = others_of(one.site, one.before)
    plan = plan_of(
        one.site, one.assets, others, one.parameters, stage.solution, idle_year(one.site), fuel_scale, switched
    )
    plan = replace(plan, planned=year_of(one.site, one.parameters, stage.solution, operation))
    site_after = apply(plan, one.stated)
    after = calculate(activities_of(site_after), site_after, tables)
    audit_emissions(plan, one.stated, one.before, after, one.coefficients)
    work = work_of([item.purchase for item in serving])
    new = tuple(item.purchase for item in placed if item.start == stage.start)
    return SiteStage(one.site.year + stage.start, one.stated, plan, new, work, one.as_today, one.before, after)
