"""Financed emissions: what of a site's footprint each one who lends to it or holds a part of it answers for (PCAF)."""

from collections.abc import Iterator
from typing import Any

import pint
from msgspec import Struct

from asmcarbon.errors import Problem
from asmcarbon.footprint.footprint import LINE_UNIT, Footprint
from asmcarbon.footprint.statement_equations import attribution_factor, equity_held, financed_emission
from asmcarbon.messages import _
from asmcarbon.site.site import Site
from asmcarbon.site.statements import Financing, Investor
from asmcarbon.units import quantity

Quantity = pint.Quantity[Any]

_LARGEST_SHARE = 1 + 1e-9  # sums of shares are rounded


class Attributed(Struct, frozen=True):
    """What one investor answers for.

    factor  share of every total
    totals  by name, in the order of the report; None where the site states none of it
    """

    investor: Investor
    outstanding: Quantity
    factor: float
    totals: dict[str, Quantity | None]


class Financed(Struct, frozen=True):
    """The footprint of a site among those who finance it.

    equity        as it counts: none where the balance sheet's is below zero
    score         of data quality of scopes 1 and 2, 1 (best) to 5, by the table of the asset class; None where no row
                  of it fits
    option        the row of that table, or why there is none
    unattributed  share that nobody who is listed answers for
    """

    financing: Financing
    equity: Quantity
    investors: tuple[Attributed, ...]
    score: int | None
    option: str
    unattributed: float


def financed_problems(site: Site) -> Iterator[Problem]:
    """Yield why nobody can be told a share of the footprint."""
    financing, where = site.statements.finance, "statements.finance"
    if financing is None:
        return
    if int(financing.as_of[:4]) != site.year:
        what = _("the balance sheet of {day} is not of the site's year, {year}")
        expected = _("a day of the year that the footprint is of")
        yield Problem(
            f"{where}.as_of", what.format(day=financing.as_of, year=site.year), expected, f"{site.year}-12-31"
        )
    equity, debt = _counted_equity(financing).m_as("USD"), financing.debt.to("USD")
    if equity + debt <= 0:
        what, expected = _("there is neither equity nor debt to attribute to"), _("what the balance sheet states")
        yield Problem(where, what, expected, "equity: 80000 USD")
    texts = {
        "loan": (debt, _("the loans, {held:,.0f} USD, are more than the debt, {whole:,.0f} USD"), "debt: 120000 USD"),
        "equity": (
            equity,
            _("the equity held, {held:,.0f} USD, is more than there is, {whole:,.0f} USD"),
            "share: 40 %",
        ),
    }
    for kind, (whole, text, example) in texts.items():
        held = sum(_outstanding(one, financing).m_as("USD") for one in financing.investors if one.kind == kind)
        if held > whole * _LARGEST_SHARE:
            expected = _("at most 100 % of the balance sheet's, where equity below zero counts as none")
            yield Problem(f"{where}.investors", text.format(held=held, whole=whole), expected, example)
    shares = sum(one.share.to("%") for one in financing.investors if one.share is not None)
    if shares > 100 * _LARGEST_SHARE:
        what = _("the shares of the equity make {shares:g} %").format(shares=shares)
        yield Problem(f"{where}.investors", what, _("at most 100 %"), "share: 40 %")


def financed_of(site: Site, footprint: Footprint) -> Financed | None:
    """Return what each investor answers for, or None where the site states none.

    `financed_problems` has to have found nothing. Removals are told without regard to credits sold, and those apart
    (PCAF 2022, Part A, ch. 6).
    """
    financing = site.statements.finance
    if financing is None:
        return None
    equity = _counted_equity(financing)
    totals = _totals(site, footprint)
    investors: list[Attributed] = []
    for one in financing.investors:
        outstanding = _outstanding(one, financing)
        factor = attribution_factor(outstanding, equity, financing.debt.quantity)
        shares: dict[str, Any] = {
            name: None if total is None else financed_emission(factor, total).to(LINE_UNIT)
            for name, total in totals.items()
        }
        investors.append(Attributed(one, outstanding, float(factor.m_as("")), shares))
    score, option = _data_quality(financing, footprint)
    unattributed = max(1.0 - sum(one.factor for one in investors), 0.0)
    return Financed(financing, equity, tuple(investors), score, option, unattributed)


def _counted_equity(financing: Financing) -> Quantity:
    """Return the total equity, none where it is below zero: all is then attributed to debt (footnotes 90 and 121)."""
    return max(financing.equity.quantity, quantity(0.0, "USD"))


def _outstanding(investor: Investor, financing: Financing) -> Quantity:
    if investor.share is not None:
        return equity_held(investor.share.quantity, _counted_equity(financing)).to("USD")
    assert investor.outstanding is not None
    return investor.outstanding.quantity


def _totals(site: Site, footprint: Footprint) -> dict[str, Quantity | None]:
    credits_sold = [one.amount.quantity for one in site.statements.credits_sold]
    # One tonne of CO2e is one of CO2e: credits are told in the unit of the totals.
    generated = sum((one.to(LINE_UNIT) for one in credits_sold), start=quantity(0.0, LINE_UNIT))
    return {
        **{f"scope_{scope}": footprint.total([scope]) for scope in (1, 2)},
        "scopes_1_2": footprint.total([1, 2]),
        "scope_2_market_based": footprint.account_total("market_based"),
        "scope_3": footprint.total([3]),
        "land_use_change": footprint.account_total("land_use_change"),
        "removals": footprint.account_total("removals"),
        "credits_generated": generated if credits_sold else None,
    }


# Tables of options of the two asset classes (PCAF 2022, Part A): they agree on options 1 and 2.
TABLES = {"business_loans_and_unlisted_equity": "5-7", "project_finance": "5-10"}


def _data_quality(financing: Financing, footprint: Footprint) -> tuple[int | None, str]:
    table = TABLES[financing.asset_class]
    if financing.verified is not None:
        text = _("option 1a of table {table}: emissions verified by {who}")
        return 1, text.format(table=table, who=financing.verified)
    amounts = [
        one
        for line in footprint.lines
        if line.account == "energy" and line.scope in (1, 2)
        for one in line.inputs
        if one.name == "amount"
    ]
    unmeasured = list(dict.fromkeys(one.key for one in amounts if one.basis != "measured"))
    if not amounts:
        return None, _("no score: the site states no source of scopes 1 and 2")
    if unmeasured:
        text = _(
            "no score: options 1b and 2a of table {table} rest on primary data, and {keys} are not marked measured"
        )
        return None, text.format(table=table, keys=", ".join(unmeasured))
    text = _("option 1b of table {table}: calculated by the GHG Protocol from measured activity, not verified")
    return 2, text.format(table=table)
