"""What a reader of a footprint has to know beside its figures."""

from typing import get_args

from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import AMORTISATION_YEARS, implied_fuel
from asmcarbon.footprint.allocation import shares_of
from asmcarbon.footprint.compare import refusal
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.messages import _, numeral
from asmcarbon.reports.land_notes import land_notes
from asmcarbon.reports.record_notes import record_notes
from asmcarbon.site.land import Pool
from asmcarbon.site.site import Site
from asmcarbon.vocabulary import word


def footprint_notes(site: Site, footprint: Footprint, tables: FactorTables) -> list[str]:
    """Return what a reader of a footprint has to know beside its figures."""
    notes = [*_land_notes(footprint), *_history_notes(site), *land_notes(site, footprint), *record_notes(site)]
    if site.processing.ore_from != "own":
        whose = {"bought": _("bought"), "customers": _("its customers'")}[site.processing.ore_from]
        notes.append(_("the ore is {whose}: mining it lies outside this account").format(whose=whose))
    for (fuel, use), step in implied_fuel(site).items():
        implied = step.quantity
        stated = getattr(site.energy.fuels().get(fuel), use, None)
        if stated is not None and abs(implied - stated.quantity) > 0.25 * stated.quantity:
            text = _("{fuel}, {use}: the engines' duty implies {implied:,.0f} L a year, {stated:,.0f} L are reported")
            litres = {"implied": step.to("L/year"), "stated": stated.to("L/year")}
            notes.append(text.format(fuel=fuel, use=use, **litres))
    if site.people is not None and site.people.hours is None:
        text = _("{n:,g} people without hours: a headcount is not a number of jobs, so nothing is told per job")
        notes.append(text.format(n=site.people.workers.to("person")))
    notes += _allocation_notes(site)
    notes += _electricity_notes(site, footprint)
    notes += filter(None, [refusal(site, tables)])
    notes += sorted({f"{line.label}: {note}" for line in footprint.lines for note in line.notes})
    return notes


def _allocation_notes(site: Site) -> list[str]:
    processing = site.processing
    shares = shares_of(processing, processing.allocation)
    if len(processing.sold()) < 2 or shares is None:
        return []
    if processing.allocation == "none":
        return [_("several products, allocation none: the whole total stands over each of them")]
    words = ", ".join(f"{name} {numeral(one.quantity.m_as('%'), ',.1f')} %" for name, one in shares.items())
    text = _("{method} allocation of all totals: {shares}; what is told per job or tonne of ore is the whole")
    return [text.format(method=processing.allocation, shares=words)]


def _electricity_notes(site: Site, footprint: Footprint) -> list[str]:
    """Return what is left out of the electricity bought, and what is not known of its contracts."""
    text = _("{label}: left out, no figure for {country} in {year}; give your own, energy.grid.losses")
    place = {"country": site.country, "year": site.year}
    notes = [text.format(label=one, **place) for one in footprint.left_out]
    by_contract = [line for line in footprint.lines if line.account == "market_based"]
    if by_contract:
        notes.append(
            _("contracts of electricity: whether they meet the criteria of the Scope 2 Guidance is not checked")
        )
    if any(line.source == "energy.grid.purchased" for line in by_contract):
        notes.append(_("no residual mix is given: the average in its place counts power sold by contract twice"))
    return notes


def _land_notes(footprint: Footprint) -> list[str]:
    """Return which pools of carbon land-use change holds and leaves out: once, or by parcel where they differ."""
    opened: dict[str, set[Pool]] = {}
    for line in footprint.lines:
        if line.account == "land_use_change":
            opened.setdefault(line.source, set()).update(line.pools)
    if not opened and footprint.account_total("drained_peat") is None:
        return [_("no land-use change: the site states no land opened in the year")]
    notes = [_("land-use change stands apart from the totals and is never merged with them")]
    differ = len({frozenset(pools) for pools in opened.values()}) > 1
    told: list[str] = []
    for source, pools in opened.items():
        missing = sorted(set(get_args(Pool)) - pools)
        text = (
            _("{source}: its carbon holds {pools}; it leaves out {missing}")
            if differ
            else _("its carbon holds {pools}; it leaves out {missing}")
        )
        words = {"pools": ", ".join(map(word, sorted(pools))), "missing": ", ".join(map(word, missing))}
        if missing:
            told.append(text.format(source=source, **words))
    return [*notes, *dict.fromkeys(told)]


def _history_notes(site: Site) -> list[str]:
    """Return why land-use change is not amortised, where the site lists land of other years."""
    listed = any(one.year not in (None, site.year) for one in site.land.opened)
    told = why_not_amortised(site) if listed or site.land.history_since is not None else None
    return [] if told is None else [told]


def why_not_amortised(site: Site) -> str | None:
    """Return why land-use change cannot be spread over the clearing of 20 years; None where it can."""
    needed, since = site.year - AMORTISATION_YEARS + 1, site.land.history_since
    if since is None:
        text = _("not amortised: say since when every hectare is listed, land.history_since: {needed}, or earlier")
        return text.format(needed=needed)
    if since > needed:
        text = _("not amortised: what was opened is known since {since}, and 20 years of it start in {needed}")
        return text.format(since=since, needed=needed)
    return None
