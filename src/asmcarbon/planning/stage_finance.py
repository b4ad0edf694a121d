"""Who pays for a plan over stages: its terms, what runs in each year, and the audit of its cash flow."""

from collections.abc import Sequence

from msgspec.structs import replace

from asmcarbon.errors import AuditMismatch
from asmcarbon.finance.financed import FinancedFlow, RealYears
from asmcarbon.messages import _
from asmcarbon.optimise.plan import Year
from asmcarbon.optimise.site_measures import others_of
from asmcarbon.optimise.site_terms import mine_income, revenue, terms_of
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.optimise.terms import Terms
from asmcarbon.planning.audit import TOLERANCE, agree_or_raise
from asmcarbon.planning.stage_records import ReadyStage, SiteStage
from asmcarbon.site.site import Site


def terms_of_stages(each: Sequence[ReadyStage], pathway: Pathway) -> Terms:
    """Return the terms of a plan over stages."""
    first = each[0]
    others = others_of(first.site, first.before)
    as_today = [one.as_today for one in each]
    sites, other_kgco2e = [one.site for one in each], [one.parameters.other_kgco2e for one in each]
    return terms_of(sites, others, pathway.starts, as_today, other_kgco2e)


def tightened(terms: Terms, margin: float) -> Terms:
    """Return terms that ask more cover and leave less cash, by a share: room for years that cost more than lines."""
    cover, money = terms.minimum_cover, terms.own_money
    return replace(
        terms,
        minimum_cover=None if cover is None else cover * (1.0 + margin),
        own_money=None if money is None else money * (1.0 - margin),
    )


def real_years(site: Site, told: Sequence[SiteStage], spans: Sequence[int], *, can_go_on: bool) -> RealYears:
    """Return what runs in each year of a plan, real.

    spans       years of each stage
    can_go_on   whether today's equipment can carry the load of every stage
    """

    def yearly(values: Sequence[float]) -> tuple[float, ...]:
        return tuple(value for value, span in zip(values, spans, strict=True) for _year in range(span))

    as_today = [one.as_today for one in told if one.as_today is not None] if can_go_on else None
    earns = site.finance.cover_from == "mine"
    return RealYears(
        running=yearly([one.plan.planned.running_cost for one in told]),
        running_today=None if as_today is None else yearly([one.running_cost for one in as_today]),
        fuel=yearly([_fuel_cost(one.site, one.plan.planned) - _spared(one) for one in told]),
        fuel_today=None
        if as_today is None
        else yearly([_fuel_cost(stage.site, one) for stage, one in zip(told, as_today, strict=True)]),
        mine_income=yearly([mine_income(site)] * len(told)) if earns else None,
        sales=yearly([revenue(site)] * len(told)) if earns else None,
    )


def _fuel_cost(site: Site, year: Year) -> float:
    """Return what the fuel of a year costs: of generators, engines, machinery and vehicles."""
    return year.other_fuel_cost + sum(litres * site.energy.fuel_price(name) for name, litres in year.fuel_l.items())


def _spared(stage: SiteStage) -> float:
    """Return what measures spare of fuel in a year."""
    total = 0.0
    for one in stage.plan.bought("measure"):
        yearly = stage.site.options.measures[one.asset.number].yearly_cost
        total += one.size * ((yearly.to("USD/year") if yearly is not None else 0.0) - one.asset.operation_cost)
    return total


def audit_financing(flow: FinancedFlow, net_present_cost: float) -> None:
    """Raise AuditMismatch unless the cash flow costs what the model says, and each year's sources are its uses."""
    agree_or_raise(_("net present cost with financing"), net_present_cost, flow.net_present_cost)
    for one in flow.years:
        paid = one.own + sum(one.given) - one.fees
        agree_or_raise(_("money of year {year}").format(year=one.year), one.invested, paid)


def audit_limits(flow: FinancedFlow) -> None:
    """Raise AuditMismatch unless the cash flow keeps cover and cash in every year."""
    for one in flow.years:
        least = {_("own money"): one.own, _("cash"): one.cash}
        if flow.terms.minimum_cover is not None and one.cfads is not None and one.service > 0.0:
            # In money: the ratio to what is owed but for a rounding says nothing.
            least[_("debt cover")] = one.cfads - flow.terms.minimum_cover * one.service
        for name, value in least.items():
            if value is not None and value < -TOLERANCE * max(one.invested, one.running, 1.0):
                figure = _("{name} of year {year}").format(name=name, year=one.year)
                raise AuditMismatch(figure, 0.0, value)


def finance_notes(site: Site) -> list[str]:
    """Return what to say of the money of a plan."""
    finance, notes = site.finance, list[str]()
    if not finance.asks_who_pays:
        return notes
    if finance.cover_from == "savings":
        notes.append(_("what the plan saves is taken to be set aside for debt, new stages and what is bought anew"))
    else:
        notes.append(_("what the mine earns is taken to stay with it: nothing is paid out to its owners"))
    if finance.tax is not None and finance.cover_from == "savings":
        notes.append(_("no tax is reckoned: finance.tax is of profit, and finance.cover_from is savings"))
    if any(one.tenor is not None for one in finance.products):
        notes.append(_("debt is paid by the month and told by the year; cover is of whole years"))
    if any(one.price_per_tonne is not None for one in finance.products):
        notes.append(
            _("tonnes are sold against today's equipment dispatched in each stage; no standard has verified them")
        )
    for one in finance.products:
        if one.minimum is not None:
            text = _(
                "{name} gives {least:,.0f} USD or more at a time: where it is cheap, the plan may buy more than the"
                " site needs so as to have it"
            )
            notes.append(text.format(name=one.name, least=one.minimum.to("USD")))
    return notes
