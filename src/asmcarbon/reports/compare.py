"""Sites side by side and beside large-scale mining, as plain rows; one site alone stands beside the latter."""

from collections.abc import Sequence

from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.artisanal import Published, among_artisanal
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.compare import Standing, compare, refusal, standings_of, unlike
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.footprint.intensity import intensity_of
from asmcarbon.messages import _
from asmcarbon.reports.footprint_rows import report_of
from asmcarbon.reports.rows import Row, figure
from asmcarbon.site.site import Site

# What of a footprint's rows stands in a comparison.
_KEPT = (
    "site", "factor_release", "input_sha256", "people", "totals", "land_use_change", "land_use_change_amortised",
    "removals", "intensities", "comparisons", "data", "exclusions",
)  # fmt: skip


def compare_report(given: Sequence[tuple[str, Site, FactorTables]]) -> Row:
    """Return sites side by side as rows; refused where their accounts are not of one kind.

    given   the name of each site's file, the site, and the tables that price it
    """
    found = [(file, site, tables, calculate(activities_of(site), site, tables)) for file, site, tables in given]
    _refuse_unlike([(file, site, footprint) for file, site, _tables, footprint in found])
    rows = [{"file": file, **_site_row(site, footprint, tables)} for file, site, tables, footprint in found]
    first, footprint = found[0][1], found[0][3]
    return {
        "asmcarbon": report_of(first, footprint, found[0][2])["asmcarbon"],
        "boundary": first.processing.boundary,
        "consolidation": first.method.consolidation,
        "gwp_set": footprint.gwp_set,
        "products": sorted(first.processing.products),
        "sites": rows,
        "notes": _notes([one[1] for one in found]),
    }


def _refuse_unlike(found: Sequence[tuple[str, Site, Footprint]]) -> None:
    """Refuse sites whose figures are not of one kind: every reason at once, both sides of each named."""
    file, first, footprint = found[0]
    problems: list[Problem] = []
    for other_file, site, other in found[1:]:
        unlikes = list(unlike(first, site))
        if footprint.gwp_set != other.gwp_set:
            unlikes.append(("method.gwp_set", footprint.gwp_set, other.gwp_set))
        for where, one, another in unlikes:
            what = _("is {given}, and {other} in {file}: their figures are not of one kind")
            text = what.format(given=another, other=one, file=file)
            problems.append(Problem(where, text, _("the same in every site"), file=other_file))
    if len(found) > 1 and not first.processing.products:
        what = _("no product is stated, so that nothing is told per mass of it")
        problems.append(Problem("processing.products", what, _("a product"), "{gold: 12 kg/year}", file=file))
    if problems:
        raise InputError(problems)


def _site_row(site: Site, footprint: Footprint, tables: FactorTables) -> Row:
    report = report_of(site, footprint, tables)
    standings = standings_of(compare(intensity_of(footprint, site), site, tables))
    return {
        **{name: report[name] for name in _KEPT},
        "standings": [_standing_row(one) for one in standings],
        "not_compared": refusal(site, tables),
        "artisanal": [_artisanal_row(one) for one in among_artisanal(footprint, site, tables)],
        "without_jobs": _without_jobs(site),
    }


def _standing_row(one: Standing) -> Row:
    return {
        "per": one.per,
        "position": one.position,
        "site": figure(one.site),
        "low": figure(one.low),
        "high": figure(one.high),
        "lower_than": one.lower_than,
        "number": one.number,
    }


def _artisanal_row(one: Published) -> Row:
    return {
        "figure": one.label,
        "boundary": one.boundary,
        "gas": one.gas,
        "site": figure(one.site),
        "published": figure(one.published),
        "ratio": one.ratio,
        "factor_id": one.factor_id,
        "source": one.citation,
    }


def compare_table(report: Row) -> list[Row]:
    """Return sites side by side as one table: a row for each site and figure of its own or beside it."""
    rows: list[Row] = []
    for one in report["sites"]:
        place = {"file": one["file"], **one["site"]}
        for each in one["intensities"]:
            rows.append({**place, "kind": each["total"], "per": each["per"], **_plain(each)})
        for each in one["comparisons"]:
            beside = {"kind": "large_scale", "per": each["benchmark"], **_plain(each["large_scale"])}
            rows.append({**place, **beside, "ratio": each["ratio"], "factor_id": each["factor_id"]})
        for each in one["artisanal"]:
            beside = {"kind": "artisanal", "per": each["figure"], **_plain(each["published"])}
            rows.append({**place, **beside, "ratio": each["ratio"], "factor_id": each["factor_id"]})
    return rows


def _plain(row: Row) -> Row:
    return {"value": row["value"], "unit": row["unit"]}


def _without_jobs(site: Site) -> str | None:
    """Return why nothing is told per job; None where something is."""
    if site.people is None:
        return _("the site states no people")
    return _("the site states no hours: a headcount is not a number of jobs") if site.people.hours is None else None


def _notes(sites: Sequence[Site]) -> list[str]:
    notes: list[str] = []
    if len({site.year for site in sites}) > 1:
        notes.append(_("the years differ"))
    if len({site.country for site in sites}) > 1:
        notes.append(_("the countries differ: so may the factors of electricity and fuel behind the figures"))
    for site in sites:
        if site.method.exclusions:
            text = _("{name} leaves out {sources}; the others may not")
            names = ", ".join(one.source for one in site.method.exclusions)
            notes.append(text.format(name=site.name, sources=names))
    if len(sites[0].processing.products) > 1 and sites[0].processing.allocation == "none":
        notes.append(_("several products, allocation none: the whole total stands over each of them"))
    return notes
