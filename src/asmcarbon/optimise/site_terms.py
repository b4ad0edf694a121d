"""A site's finance to the terms of the optimiser: products by year, what today costs, what the mine earns."""

from collections.abc import Sequence
from itertools import accumulate

from asmcarbon.errors import InputError, Problem
from asmcarbon.finance.debt import MONTHS, Payment, at_exchange, early_of, nominal_of, payments_of, schedule_of
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Asset
from asmcarbon.optimise.plan import Year, other_fuel_cost_of
from asmcarbon.optimise.terms import PAYABLE, Advance, Premium, Terms, Tonnes
from asmcarbon.site.finance import Product
from asmcarbon.site.site import Site

_TONNES, _PREMIUMS = ("results_based", "carbon_credits"), ("mineral_credits", "premium")


def check_finance(site: Site) -> None:
    """Refuse finance that names what the site does not state: every reason at once."""
    problems = [*_product_problems(site), *_mine_problems(site)]
    if problems:
        raise InputError(problems)


def _product_problems(site: Site) -> list[Problem]:
    problems: list[Problem] = []
    measures = [one.name for one in site.options.measures]
    for number, one in enumerate(site.finance.products):
        where = f"finance.products.{number}"
        if one.requires is not None and one.requires not in measures:
            what = _("no measure is called {name}").format(name=one.requires)
            known = ", ".join(measures) or _("options.measures, with that name")
            problems.append(Problem(f"{where}.requires", what, known))
        if one.of is not None and one.of not in site.processing.products:
            what = _("the site has no {metal}").format(metal=one.of)
            expected = ", ".join(site.processing.products) or _("processing.products, with that metal")
            problems.append(Problem(f"{where}.of", what, expected))
        for name in ("tenor", "grace"):
            given = getattr(one, name)
            if given is not None and abs(given.to("month") - round(given.to("month"))) > 1e-6:
                what = _("{months:g} months").format(months=given.to("month"))
                problems.append(Problem(f"{where}.{name}", what, _("whole months"), "24 month"))
    return problems


def _mine_problems(site: Site) -> list[Problem]:
    """Return what is lacking where debt is paid from all that the mine earns."""
    finance, problems = site.finance, list[Problem]()
    if finance.cover_from != "mine":
        return problems
    for name, (_output, price) in site.processing.sold().items():
        if price is None:
            what = _("{name} has no price, and finance.cover_from is mine").format(name=name)
            problems.append(Problem("processing.prices", what, _("a price for each product"), "{gold: 60000 USD/kg}"))
    if site.people is None or site.people.wages is None:
        what = _("are not given, and finance.cover_from is mine")
        problems.append(Problem("people.wages", what, _("what all are paid in a year"), "180000 USD/year"))
    return problems


def terms_of(
    sites: Sequence[Site],
    others: Sequence[Asset],
    starts: Sequence[int],
    as_today: Sequence[Year | None],
    other_kgco2e: Sequence[float],
) -> Terms:
    """Return the terms of a site's plan.

    sites         the site by each stage, at the prices of then
    others        generators on offer, measures, ways of rehabilitation and connection, as `others_of` gives them
    starts        first year of each stage
    as_today      a year of today's equipment in each stage; None where it cannot carry the load
    other_kgco2e  gross emissions of a year of each stage that no plan of the site changes. [mass]
    """
    site = sites[0]
    finance, horizon = site.finance, round(site.finance.horizon.to("year"))
    nominal = nominal_of(finance.discount_rate.to("1"), finance.inflation.to("1"))
    inflation, elsewhere = finance.inflation.to("1"), [other_fuel_cost_of(one) for one in sites]
    _check_today(site, starts, as_today)
    earns = finance.cover_from == "mine"
    kinds = ("generator", "measure", "rehabilitation", "connection")
    return Terms(
        inflation=inflation,
        lifetimes={kind: tuple(round(one.lifetime) for one in others if one.kind == kind) for kind in kinds},
        today_cost=tuple(
            None if one is None else one.running_cost - other for one, other in zip(as_today, elsewhere, strict=True)
        ),
        today_kgco2e=tuple(
            None if one is None else one.operational_kgco2e + other
            for one, other in zip(as_today, other_kgco2e, strict=True)
        ),
        advances=tuple(_advance(one, nominal) for one in finance.products if one.kind not in (*_TONNES, *_PREMIUMS)),
        tonnes=tuple(_tonnes(one, inflation, horizon) for one in finance.products if one.kind in _TONNES),
        premiums=tuple(_premium(one, site, inflation, horizon) for one in finance.products if one.kind in _PREMIUMS),
        own_money=finance.own_money.to("USD") if finance.own_money is not None else None,
        minimum_cover=finance.minimum_cover,
        mine_income=tuple(mine_income(site) - other for other in elsewhere) if earns else None,
        tax_rate=finance.tax.to("1") if finance.tax is not None and earns else 0.0,
    )


def _check_today(site: Site, starts: Sequence[int], as_today: Sequence[Year | None]) -> None:
    """Refuse what is reckoned against today's equipment where that cannot carry the load."""
    short = [start for start, one in zip(starts, as_today, strict=True) if one is None]
    if not short:
        return
    finance = site.finance
    asks = {
        "finance.own_money": finance.own_money is not None and finance.cover_from == "savings",
        "finance.minimum_cover": finance.minimum_cover is not None and finance.cover_from == "savings",
        **{f"finance.products.{n}": one.kind in _TONNES for n, one in enumerate(finance.products)},
    }
    what = _("is reckoned against today's equipment, which cannot carry the load from {year} on")
    what = what.format(year=site.year + short[0])
    expected = _("a smaller options.stages.load_growth, or none of what is reckoned against it")
    problems = [Problem(where, what, expected) for where, does in asks.items() if does]
    if problems:
        raise InputError(problems)


def mine_income(site: Site) -> float:
    """Return what the mine earns in a year before energy: revenue less royalty, wages and other costs."""
    finance, people = site.finance, site.people
    wages = people.wages.to("USD/year") if people is not None and people.wages is not None else 0.0
    other = finance.other_costs.to("USD/year") if finance.other_costs is not None else 0.0
    return revenue(site) - wages - other


def revenue(site: Site) -> float:
    """Return what the site is paid for its products in a year, after royalty."""
    royalty = site.finance.royalty.to("1") if site.finance.royalty is not None else 0.0
    sold = site.processing.sold().values()
    whole = sum(output.to("kg/year") * price.to("USD/kg") for output, price in sold if price is not None)
    return (1.0 - royalty) * whole


def _advance(one: Product, discount_rate: float) -> Advance:
    """Return a product that gives money, by what is due each year after; the discount rate is nominal."""
    share = one.share.to("1") if one.share is not None else 1.0
    deposit = one.deposit.to("1") if one.deposit is not None else 0.0
    interest: tuple[float, ...] = ()
    principal: tuple[float, ...] = ()
    early: tuple[float, ...] = ()
    if one.tenor is not None:
        rate = one.rate.to("1") if one.rate is not None else 0.0
        months, grace = round(one.tenor.to("month")), round(one.grace.to("month")) if one.grace is not None else 0
        balloon, repayment = one.balloon.to("1") if one.balloon is not None else 0.0, one.repayment or "annuity"
        schedule = schedule_of(rate, months, grace, balloon, repayment=repayment)
        interest, principal = schedule.interest, schedule.principal
        due = payments_of(rate / MONTHS, months, grace, balloon, repayment)
        if one.markup is not None:
            interest = tuple(one.markup.to("1") * part for part in principal)
            due = tuple(Payment(one.markup.to("1") * part.principal, part.principal) for part in due)
        early = early_of(due, MONTHS, discount_rate)
    left = tuple(max(1.0 - repaid, 0.0) for repaid in accumulate(principal))
    depreciation = one.depreciation.to("1") if one.depreciation is not None else 0.0
    return Advance(
        name=one.name,
        pays_for=tuple(one.pays_for) if one.pays_for is not None else PAYABLE,
        share=min(share, 1.0 - deposit),
        ceiling=one.ceiling.to("USD") if one.ceiling is not None else None,
        minimum=one.minimum.to("USD") if one.minimum is not None else 0.0,
        fee=one.fee.to("1") if one.fee is not None else 0.0,
        interest=at_exchange(interest, depreciation),
        principal=at_exchange(principal, depreciation),
        left=at_exchange(left, depreciation),
        early=at_exchange(early, depreciation),
    )


def _tonnes(one: Product, inflation: float, horizon: int) -> Tonnes:
    """Return a buyer of tonnes, by what it pays each year."""
    assert one.price_per_tonne is not None
    price, growth = one.price_per_tonne.to("USD/tCO2e"), one.price_growth.to("1") if one.price_growth else 0.0
    last = round(one.years.to("year")) if one.years is not None else horizon
    nominal = ((1.0 + growth) * (1.0 + inflation)) if one.kind == "carbon_credits" else 1.0 + inflation
    return Tonnes(
        name=one.name,
        prices=tuple(price * nominal**year if 1 <= year <= last else 0.0 for year in range(horizon + 1)),
        kept=1.0 - (one.buffer.to("1") if one.buffer is not None else 0.0),
        with_removals=bool(one.removals),
        ceiling=one.ceiling.to("USD") if one.ceiling is not None else None,
        yearly_cost=one.yearly_cost.to("USD/year") if one.yearly_cost is not None else 0.0,
        up_front_cost=one.up_front_cost.to("USD") if one.up_front_cost is not None else 0.0,
    )


def _premium(one: Product, site: Site, inflation: float, horizon: int) -> Premium:
    """Return a premium, by what it pays each year."""
    assert one.price is not None
    assert one.of is not None
    share = one.share.to("1") if one.share is not None else 1.0
    income = share * one.price.to("USD/kg") * site.processing.products[one.of].to("kg/year")
    names = [measure.name for measure in site.options.measures]
    return Premium(
        name=one.name,
        income=tuple(income * (1.0 + inflation) ** year if year else 0.0 for year in range(horizon + 1)),
        measure=names.index(one.requires) if one.requires is not None else None,
        yearly_cost=one.yearly_cost.to("USD/year") if one.yearly_cost is not None else 0.0,
        up_front_cost=one.up_front_cost.to("USD") if one.up_front_cost is not None else 0.0,
    )
