"""The footprints of a site over the years as plain rows: what changed, split by cause."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from asmcarbon.errors import InputError, Problem, UnitError
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.base_year import restated
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.figures import ChangedFigure, Figure
from asmcarbon.footprint.footprint import LINE_UNIT
from asmcarbon.footprint.intensity import intensity_of
from asmcarbon.footprint.progress import (
    CAUSES,
    Change,
    Effect,
    Key,
    Year,
    change_of,
    names_activity,
    outputs_of,
)
from asmcarbon.messages import _
from asmcarbon.reports.rows import Row, figure, provenance
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, quantity_of, unit_of

# A site with the tables that price it, and the name of its file.
Given = tuple[str, Site, FactorTables]

TOTALS = ("scopes_1_2", "scopes_1_2_3")
APART = ("land_use_change", "removals")


def progress_report(given: Sequence[Given], per: str | None = None, threshold_percent: float | None = None) -> Row:
    """Return the change of a site's footprint over its years as rows: the one call that every edge makes.

    per                what activities are told over; the best of `outputs_of` where not given
    threshold_percent  of the base year's total, past which the base year is to be recalculated; not judged where None
    """
    _refuse_unlike(given)
    ordered = sorted(given, key=lambda one: one[1].year)
    years = [Year(site, calculate(activities_of(site), site, tables)) for _file, site, tables in ordered]
    chosen = _output_named(per, years)
    first, last = years[0], years[-1]
    changes = [change_of(*pair, chosen) for pair in pairwise(years)]
    whole = changes[0] if len(changes) == 1 else change_of(first, last, chosen)
    return {
        "asmcarbon": provenance(first.site, first.footprint.release)["asmcarbon"],
        "method": "additive LMDI-I (Ang 2005; zeros by analytical limits, Ang and Liu 2007)",
        "site": {"name": first.site.name, "country": first.site.country},
        "boundary": first.site.processing.boundary,
        "consolidation": first.site.method.consolidation,
        "per": chosen,
        "years": [_year_row(year, chosen) for year in years],
        "changes": [_change_row(one) for one in changes],
        "since_base_year": _change_row(whole),
        "base_year": _base_year_row(whole, threshold_percent),
        "notes": _notes(years, whole, chosen, per),
    }


def threshold_percent_of(text: str) -> float:
    """Return a threshold as a percentage, from how it is written: `5 %`."""
    what = _("'{text}' is not a share from 0 to 100 %").format(text=text)
    refused = InputError(Problem("--threshold", what, _("a share with its unit"), "'5 %'"))
    try:
        share = quantity_of(text)
    except UnitError as error:
        raise refused from error
    if not share.dimensionless or not 0 <= share.m_as(unit_of("%")) <= 100:
        raise refused
    return float(share.m_as(unit_of("%")))


def _refuse_unlike(given: Sequence[Given]) -> None:
    """Refuse what is not one site over several years by one account; all reasons at once."""
    if len(given) < 2:
        what = _("is one year's account alone")
        example = "asmcarbon progress 2023.yaml 2024.yaml"
        raise InputError(Problem("", what, _("the same site in two years or more"), example, file=given[0][0]))
    first_file, first, _tables = given[0]
    problems: list[Problem] = []
    parts: list[tuple[str, str, Any]] = [
        ("name", _("the same site in every file"), lambda site: site.name),
        ("country", _("the same site in every file"), lambda site: site.country),
        ("processing.boundary", _("one boundary, as no change can be told between two"), _boundary),
        ("method.consolidation", _("one consolidation, as no change can be told between two"), _consolidation),
        ("processing.ore_from", _("the ore of one, as mining it is in the account or is not"), _ore_from),
    ]
    for where, expected, of in parts:
        for file, site, _own in given[1:]:
            if of(site) != of(first):
                what = _("is {given}, and {other} in {file}").format(given=of(site), other=of(first), file=first_file)
                problems.append(Problem(where, what, expected, file=file))
    seen: dict[int, str] = {}
    for file, site, _own in given:
        if site.year in seen:
            what = _("is {year}, as in {file}").format(year=site.year, file=seen[site.year])
            problems.append(Problem("year", what, _("each year once"), file=file))
        seen.setdefault(site.year, file)
    if problems:
        raise InputError(problems)


def _boundary(site: Site) -> str:
    return site.processing.boundary


def _consolidation(site: Site) -> str:
    return site.method.consolidation


def _output_named(per: str | None, years: list[Year]) -> str:
    names = outputs_of(years)
    if not names:
        what = _("no product, ore or jobs (people.workers and people.hours) stand in every year's file")
        raise InputError(Problem("", what, _("one that does"), "processing.ore: 1200 t/year"))
    if per is None:
        return names[0]
    if per not in names:
        raise InputError(Problem("--per", _("{name} is not in every year's file").format(name=per), ", ".join(names)))
    return per


def _year_row(year: Year, per: str) -> Row:
    site, footprint = year.site, year.footprint
    amount = year.output(per).amount
    land = {name: footprint.account_total(name) for name in APART}
    return {
        "year": site.year,
        **{name: value for name, value in provenance(site, footprint.release).items() if name != "asmcarbon"},
        "gwp_set": footprint.gwp_set,
        "output": {"per": per, **(figure(amount) or {})},
        **{name: _tonnes(footprint.sum_of(lambda line, t=name: line in footprint.lines_of(t))) for name in TOTALS},
        **{name: None if total is None else _tonnes(total) for name, total in land.items()},
        "intensities": [
            {"total": one.total, "per": one.per, **(figure(one.value) or {})} for one in intensity_of(footprint, site)
        ],
    }


def _tonnes(value: Any) -> Row | None:
    return figure(value.to("tCO2e/year"))


def _told(kilograms: float) -> Row | None:
    return _tonnes(quantity(kilograms, LINE_UNIT))


def _change_row(change: Change) -> Row:
    totals = {total: _parts(change.of(total)) for total in TOTALS}
    by_source: dict[tuple[int, str, str], list[Effect]] = {}
    for one in change.effects:
        by_source.setdefault((one.key.scope, one.key.label, one.key.source), []).append(one)
    return {
        "from": change.before.site.year,
        "to": change.after.site.year,
        "totals": totals,
        **{name: _apart(change, name) for name in APART},
        "sources": [
            {"source": source, "label": label, "scope": scope, **_parts(effects)}
            for (scope, label, source), effects in by_source.items()
        ],
        "factors_changed": _factors_changed(change),
        "boundary_changed": _boundary_changed(change),
        "in_one_file": _in_one_file(change),
    }


def _parts(effects: Sequence[Effect]) -> Row:
    return {
        "before": _told(sum(one.before.co2e for one in effects if one.before)),
        "after": _told(sum(one.after.co2e for one in effects if one.after)),
        "change": _told(sum(one.change for one in effects)),
        **{cause: _told(sum(float(getattr(one, cause)) for one in effects)) for cause in CAUSES},
    }


def _apart(change: Change, account: Any) -> Row | None:
    """Return the change of land-use change or of removals, which is not split: None where neither year has any."""
    totals = [year.footprint.account_total(account) for year in (change.before, change.after)]
    if totals == [None, None]:
        return None
    before, after = (0.0 if one is None else float(one.m_as(LINE_UNIT)) for one in totals)
    return {"before": _told(before), "after": _told(after), "change": _told(after - before)}


def progress_table(report: Row) -> list[Row]:
    """Return a report as one table: a row for each step, source and cause; land and removals by themselves."""
    rows: list[Row] = []
    spans = [*report["changes"]] if len(report["changes"]) == 1 else [*report["changes"], report["since_base_year"]]
    for span in spans:
        place = {"from": span["from"], "to": span["to"]}
        for one in span["sources"]:
            told = {"account": "scopes", "scope": one["scope"], "source": one["source"], "label": one["label"]}
            rows += [{**place, **told, "cause": cause, **one[cause]} for cause in CAUSES]
        rows += [{**place, "account": name, "cause": "all", **span[name]["change"]} for name in APART if span[name]]
    return rows


def _factors_changed(change: Change) -> list[Row]:
    """Return every figure behind an activity, but its amount, that is another one in the second year."""
    found: dict[tuple[str, str, str], Row] = {}
    for effect in change.effects:
        for one in effect.changed:
            ends = _figure_row(one.before), _figure_row(one.after)
            old, new = (end["key"] if end is not None else "" for end in ends)
            row = {"name": one.name, "before": ends[0], "after": ends[1], "of_year": one.of_year, "lines": []}
            lines = found.setdefault((one.name, old, new), row)["lines"]
            lines += [effect.key.label] if effect.key.label not in lines else []
    return list(found.values())


def _figure_row(one: Figure | None) -> Row | None:
    """Return a figure by its value; of several entries with values of their own, by their keys alone."""
    if one is None:
        return None
    if len(one.inputs) != 1:
        return {"key": ", ".join(dict.fromkeys(each.key for each in one.inputs)), "value": None, "unit": None}
    each = one.inputs[0]
    return {"key": each.key, **(figure(each.quantity) or {})}


def _in_one_file(change: Change) -> list[Row]:
    """Return the activities that one year's file has none of and does not say that it leaves out."""
    return [
        {
            "source": one.key.source,
            "label": one.key.label,
            "scope": one.key.scope,
            "in": (change.before if one.before is not None else change.after).site.year,
            "intensity": _told(one.intensity),
        }
        for one in change.effects
        if one.is_in_one_file
    ]


def _boundary_changed(change: Change) -> list[Row]:
    """Return the activities that one of the two accounts leaves out."""
    rows: dict[tuple[str, str, int], Row] = {}
    for one in change.effects:
        if one.boundary:
            left_out_in = change.before if one.before is None else change.after
            row = {"source": one.key.source, "label": one.key.label, "left_out_in": left_out_in.site.year}
            rows.setdefault(one.key.activity, {**row, "reason": _reason(one.key, left_out_in)})
    return list(rows.values())


def _reason(key: Key, year: Year) -> str:
    for one in year.site.method.exclusions:
        if names_activity(one.source, key):
            return one.reason
    return _("no figure in the factor tables")


def _base_year_row(change: Change, threshold_percent: float | None) -> Row:
    """Return what method and boundary are worth of the base year, and its figure anew where past the threshold."""
    rows: Row = {}
    found = {total: restated(change, total) for total in TOTALS}
    for total, one in found.items():
        is_past = None if threshold_percent is None else one.is_past(threshold_percent / 100)
        rows[total] = {
            "stated": _told(one.stated),
            "method": _told(one.method),
            "boundary": _told(one.boundary),
            "percent": None if one.share is None else 100 * one.share,
            "rows_of_the_year": _told(one.own_rows),
            "recalculate": is_past,
            "recalculated": _told(one.recalculated) if is_past else None,
        }
    unknown = [one.key.label for one in change.effects if one.recalculated is None]
    return {
        "year": change.before.site.year,
        "by_factors_of": change.after.site.year,
        "threshold_percent": threshold_percent,
        "totals": rows,
        "not_recalculated": list(dict.fromkeys(unknown)),
    }


def _notes(years: list[Year], change: Change, per: str, asked: str | None) -> list[str]:
    notes = [
        _("a source that one year's file has none of is told as intensity, by the limit of the method"),
        _("a source that one year's file excludes (method.exclusions), or has no figure for, is told as boundary"),
    ]
    otherwise = [one.key.label for one in change.effects if one.factor and (one.before is None or one.after is None)]
    for label in dict.fromkeys(otherwise):
        text = _("{label}: counted in another unit, so that all of it is told as factor")
        notes.append(text.format(label=label))
    mixed = [one.key.label for one in change.effects if any(_is_several(each) for each in one.changed)]
    for label in dict.fromkeys(mixed):
        text = _("{label}: several entries are taken together, so that a shift among them is told as factor too")
        notes.append(text.format(label=label))
    if len(years) > 2:
        notes.append(_("first to last is compared directly: its causes are not the sums of those of the single years"))
    if len(change.before.site.processing.products) > 1 and asked is None and per in ("ore", "job"):
        notes.append(_("several products: activities are told over {per}; --per NAME takes another").format(per=per))
    keys = dict.fromkeys(key for year in years for key in year.flows())
    for year in years:
        for one in year.site.method.exclusions:
            if not any(names_activity(one.source, key) for key in keys):
                text = _("the exclusion of {source} in {year} names no line of any year: it moves nothing here")
                notes.append(text.format(source=one.source, year=year.site.year))
    told = dict.fromkeys(year.site.processing.allocation for year in years)
    if len(told) > 1:
        text = _("processing.allocation differs between the years ({values}): figures per product are not of one kind")
        notes.append(text.format(values=", ".join(told)))
    return notes


def _is_several(one: ChangedFigure) -> bool:
    return any(end is not None and len(end.inputs) > 1 for end in (one.before, one.after))


def _ore_from(site: Site) -> str:
    return site.processing.ore_from
