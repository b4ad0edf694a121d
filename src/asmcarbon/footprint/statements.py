"""The statements of a site, each on its own: avoided, financed, sold, and what it does for people.

None is netted against the footprint or merged with it; its totals are the same with all of them or none.
"""

from collections.abc import Iterator
from typing import Any

import pint
from msgspec import Struct

from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.avoided import AvoidedEmissions, avoided_of, avoided_problems
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.compare import Comparison
from asmcarbon.footprint.financed import Financed, financed_of, financed_problems
from asmcarbon.footprint.footprint import LINE_UNIT, Footprint
from asmcarbon.footprint.intensity import Intensity
from asmcarbon.footprint.social import Indicator, all_jobs_intensities, compare_all_jobs, energy_of, social_of
from asmcarbon.footprint.statement_equations import own_claim
from asmcarbon.messages import _
from asmcarbon.site.site import Site
from asmcarbon.site.statements import Credit, Sold
from asmcarbon.units import quantity

Quantity = pint.Quantity[Any]


class Claim(Struct, frozen=True):
    """What a site may still claim of one kind after its sales.

    total  of the year, None where the site states none
    """

    kind: Credit
    total: Quantity | None
    sold: Quantity
    own: Quantity
    sales: tuple[Sold, ...]


class SiteStatements(Struct, frozen=True):
    """Everything that a site states beside its footprint, and the footprint as it stands without it."""

    site: Site
    footprint: Footprint
    avoided: AvoidedEmissions | None
    financed: Financed | None
    claims: tuple[Claim, ...]
    social: tuple[Indicator, ...]
    energy: tuple[Indicator, ...]
    intensities: tuple[Intensity, ...]
    comparisons: tuple[Comparison, ...]


def statements_of(site: Site, tables: FactorTables, baseline: Site | None = None) -> SiteStatements:
    """Return the statements of a site.

    baseline  the site as it would be without what was done, or None: nothing is then told as avoided against one

    InputError lists everything that cannot be told; FactorNotFound names what the tables have no figure for.
    """
    problems = [*avoided_problems(site, baseline), *financed_problems(site), *_vintage_problems(site)]
    if problems:
        raise InputError(problems)
    footprint = calculate(activities_of(site), site, tables)
    avoided = avoided_of(site, baseline, tables)
    claims, oversold = _claims(site, footprint, avoided)
    if oversold:
        raise InputError(oversold)
    intensities = all_jobs_intensities(site, footprint)
    return SiteStatements(
        site,
        footprint,
        avoided,
        financed_of(site, footprint),
        claims,
        social_of(site),
        energy_of(site, footprint),
        intensities,
        compare_all_jobs(intensities, site, tables),
    )


def _vintage_problems(site: Site) -> Iterator[Problem]:
    for number, one in enumerate(site.statements.credits_sold):
        if one.vintage != site.year:
            what = _("vintage {vintage} is not the site's year, {year}").format(vintage=one.vintage, year=site.year)
            expected = _("credits of the year that the site file is of")
            yield Problem(f"statements.credits_sold.{number}.vintage", what, expected, f"vintage: {site.year}")


def _claims(
    site: Site, footprint: Footprint, avoided: AvoidedEmissions | None
) -> tuple[tuple[Claim, ...], list[Problem]]:
    totals: dict[Credit, Quantity | None] = {
        "removal": footprint.account_total("removals"),
        "avoided": None if avoided is None else avoided.total,
        "avoided_land_use_change": None if avoided is None else avoided.land,
    }
    claims: list[Claim] = []
    problems: list[Problem] = []
    for kind, total in totals.items():
        sales = tuple(one for one in site.statements.credits_sold if one.kind == kind)
        if not sales:
            continue
        sold = sum((one.amount.quantity.to(LINE_UNIT) for one in sales), start=quantity(0.0, LINE_UNIT))
        there = quantity(0.0, LINE_UNIT) if total is None else total
        if sold.magnitude > there.magnitude + 1e-9 * abs(there.magnitude):
            problems.append(_oversold(kind, sold, total))
        claims.append(Claim(kind, total, sold, own_claim(there, sold).to(LINE_UNIT), sales))
    return tuple(claims), problems


def _oversold(kind: Credit, sold: Quantity, total: Quantity | None) -> Problem:
    missing: dict[Credit, str] = {
        "removal": _("land.rehabilitated with removals"),
        "avoided": _("a baseline, or electricity given to the grid"),
        "avoided_land_use_change": _("land.opened in both files, 0 ha/year where none was opened"),
    }
    name = kind.replace("_", " ")
    if total is None:
        what = _("credits of {sold:g} tCO2e a year are sold as {kind}, and the site states none of it")
        return Problem(
            "statements.credits_sold", what.format(sold=sold.m_as("tCO2e/year"), kind=name), missing[kind], ""
        )
    what = _("credits of {sold:g} tCO2e a year are sold as {kind}, and there are {total:g}")
    amounts = {"sold": sold.m_as("tCO2e/year"), "total": total.m_as("tCO2e/year")}
    return Problem("statements.credits_sold", what.format(kind=name, **amounts), _("at most what there is"), "")
