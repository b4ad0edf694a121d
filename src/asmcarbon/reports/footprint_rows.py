"""A footprint as plain rows."""

from typing import Any

from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.allocation import METHODS, shares_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.compare import Comparison, compare
from asmcarbon.footprint.data_quality import quality_by_line
from asmcarbon.footprint.derivation import Input
from asmcarbon.footprint.footprint import LINE_UNIT, Footprint, Line
from asmcarbon.footprint.intensity import (
    Denominator,
    Intensity,
    amortised_land_of,
    denominators_of,
    intensities_over,
)
from asmcarbon.footprint.uncertainty import (
    Moves,
    Spread,
    Uncertainty,
    line_uncertainty,
    moves_by_line,
    spread_of,
    uncertainty_over,
)
from asmcarbon.measures import Datum
from asmcarbon.reports.evidence import evidence_of
from asmcarbon.reports.footprint_notes import footprint_notes
from asmcarbon.reports.quality import line_quality_row, quality_row
from asmcarbon.reports.rows import Row, figure, people_row, provenance, totals_rows
from asmcarbon.site.data import data_of
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, unit_of


def footprint_report(site: Site, tables: FactorTables, *, draws: tuple[int, int] | None = None) -> Row:
    """Return the footprint of a site as rows, with what it was made of: the one call that every edge makes.

    draws   number and seed of the Monte Carlo draws, or None for none
    """
    footprint, content = calculate(activities_of(site), site, tables), site.model_dump(mode="json")
    report = report_of(site, footprint, tables, draws=draws, content=content)
    benchmarks = [one["factor_id"] for one in report["comparisons"]]
    return {**report, "evidence": evidence_of(content, footprint, benchmarks, tables)}


def report_of(
    site: Site,
    footprint: Footprint,
    tables: FactorTables,
    *,
    draws: tuple[int, int] | None = None,
    content: Row | None = None,
) -> Row:
    """Return a footprint as rows.

    content   the site as plain values, where the caller has them already
    """
    denominators, moves = denominators_of(site), moves_by_line(footprint.lines)
    intensities = intensities_over(denominators, footprint, site)
    known = quality_by_line(footprint.lines, site, tables)
    totals = {*INTERVALS, *(one.total for one in intensities)}
    spreads = {total: spread_of(footprint.lines_of(total), moves) for total in totals}
    return {
        **provenance(site, footprint.release, content),
        "gwp_set": footprint.gwp_set,
        "boundary": site.processing.boundary,
        "consolidation": site.method.consolidation,
        "site": {"name": site.name, "country": site.country, "year": site.year},
        "totals": totals_rows(footprint),
        "scope_2_market_based": figure(_tonnes(footprint.account_total("market_based"))),
        "land_use_change": figure(_tonnes(footprint.account_total("land_use_change"))),
        "land_use_change_amortised": figure(_tonnes(amortised_land_of(footprint, site))),
        "drained_peat": figure(_tonnes(footprint.account_total("drained_peat"))),
        "removals": figure(_tonnes(footprint.account_total("removals"))),
        "uncertainty": _uncertainty_row(footprint, spreads),
        "monte_carlo": None if draws is None else _monte_carlo_row(intensities, denominators, footprint, draws),
        "people": people_row(site),
        "mercury": _yearly(site.processing.mercury, "kg/year"),
        "water": _yearly(site.processing.water, "m3/year"),
        "allocation": _allocation_row(site),
        "intensities": _intensity_rows(intensities, denominators, spreads),
        "comparisons": [_comparison_row(one) for one in compare(intensities, site, tables)],
        "sources": _source_rows(footprint, moves),
        "lines": [
            _line_row(line, line_uncertainty(line, moves)) | {"data_quality": line_quality_row(known[id(line)])}
            for line in footprint.lines
        ],
        "data": _data_row(site) | {"quality": quality_row(footprint, known)},
        "exclusions": [exclusion.model_dump() for exclusion in site.method.exclusions],
        "notes": footprint_notes(site, footprint, tables),
    }


def _yearly(datum: Datum | None, unit: str) -> Row | None:
    return None if datum is None else figure(datum.quantity.to(unit_of(unit)))


def _source_rows(footprint: Footprint, moves: Moves) -> list[Row]:
    """Return what each thing that a site does emits, over its gases, the largest of each scope first."""
    lines: dict[tuple[int, str], list[Line]] = {}
    for line in footprint.lines_of("scopes_1_2_3"):
        lines.setdefault((line.scope, line.label), []).append(line)
    rows: list[Row] = []
    for (scope, label), its in lines.items():
        found = uncertainty_over(spread_of(its, moves))
        emitted = quantity(sum((line.co2e.magnitude for line in its), start=0.0), LINE_UNIT)
        rows.append(
            {
                "scope": scope,
                "label": label,
                "co2e": figure(_tonnes(emitted)),
                "relative_percent": _percent(found.relative),
                "covered_percent": 100 * found.covered,
            }
        )
    return sorted(rows, key=lambda row: (row["scope"], -row["co2e"]["value"]))


def _tonnes(total: Any) -> Any:
    return None if total is None else total.to("tCO2e/year")


# The totals that have an interval of their own; land and removals only where the site states any.
INTERVALS = ("scopes_1_2", "scopes_1_2_3", "land_use_change", "removals")


def _uncertainty_row(footprint: Footprint, spreads: dict[str, Spread]) -> Row:
    row: Row = {"method": "IPCC 2006 vol. 1 ch. 3, approach 1"}
    for total in INTERVALS:
        is_told = total.startswith("scopes") or footprint.lines_of(total)
        row[total] = _interval_row(uncertainty_over(spreads[total])) if is_told else None
    return row


def _interval_row(found: Uncertainty) -> Row:
    return {
        "relative_percent": _percent(found.relative),
        "covered_percent": 100 * found.covered,
        "without_range": list(found.without_range),
        "measure_next": [
            {"key": one.key, "basis": one.basis, "variance_percent": 100 * one.share} for one in found.contributions[:3]
        ],
    }


def _monte_carlo_row(
    intensities: tuple[Intensity, ...],
    denominators: tuple[Denominator, ...],
    footprint: Footprint,
    draws: tuple[int, int],
) -> Row:
    from asmcarbon.footprint.monte_carlo import drawn_of  # only where it is asked for

    number, seed = draws
    over = {one.name: (one.node, one.share) for one in denominators}

    def row(total: str, per: str | None = None) -> Row:
        found = drawn_of(footprint.lines_of(total), *(over[per] if per else ()), draws=number, seed=seed)
        ends = {f"{name}_percent": _percent(getattr(found, name)) for name in ("mean", "low", "high", "covered")}
        return ends if per is None else {"total": total, "per": per, **ends}

    return {
        "method": "IPCC 2006 vol. 1 ch. 3, approach 2",
        "draws": number,
        "seed": seed,
        "totals": {
            total: row(total) if footprint.lines_of(total) or total.startswith("scopes") else None
            for total in INTERVALS
        },
        "intensities": [row(one.total, one.per) for one in intensities],
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _allocation_row(site: Site) -> Row:
    """Return how products share the footprint, and their shares by each method; None where prices are lacking."""
    processing, shares = site.processing, {}
    for method in METHODS:
        found = shares_of(processing, method)
        shares[method] = None if found is None else {name: float(one.quantity.m_as("")) for name, one in found.items()}
    return {"method": processing.allocation, "shares": shares}


def _data_row(site: Site) -> Row:
    """Return what stands behind the site's own figures: how many are measured, and which are assumed."""
    data = list(data_of(site))
    counts = {basis: sum(datum.basis == basis for _path, datum in data) for basis in ("measured", "sourced", "assumed")}
    return {**counts, "assumed_figures": [path for path, datum in data if datum.basis == "assumed"]}


def _intensity_rows(
    intensities: tuple[Intensity, ...], denominators: tuple[Denominator, ...], spreads: dict[str, Spread]
) -> list[Row]:
    over = {one.name: (one.node, one.share) for one in denominators}
    return [
        {
            "total": one.total,
            "scopes": list(one.scopes),
            "per": one.per,
            **(figure(one.value) or {}),
            "relative_percent": _percent(uncertainty_over(spreads[one.total], *over[one.per]).relative),
        }
        for one in intensities
    ]


def _comparison_row(one: Comparison) -> Row:
    return {
        "benchmark": one.label,
        "boundary": one.boundary,
        "site": figure(one.site),
        "large_scale": figure(one.benchmark),
        "ratio": one.ratio,
        "factor_id": one.factor_id,
        "source": one.citation,
    }


def _line_row(line: Line, uncertainty: float | None) -> Row:
    return {
        "source": line.source,
        "label": line.label,
        "scope": line.scope,
        "gas": line.gas,
        "emission": figure(line.emission),
        "co2e": figure(line.co2e),
        "account": line.account,
        "uncertainty_percent": None if uncertainty is None else 100 * uncertainty,
        "factor_id": line.factor_id,
        "factor_source": line.citation,
        "release": line.release,
        "gwp_set": line.gwp_set,
        "substituted": line.substituted,
        "includes_upstream": line.includes_upstream,
        "inputs": [_input_row(one) for one in line.inputs],
        "notes": list(line.notes),
    }


def _input_row(one: Input) -> Row:
    row: Row = {"key": one.key, "name": one.name, **(figure(one.quantity) or {})}
    if one.limits is not None:
        row["low"], row["high"] = one.limits
    return row | {"basis": one.basis, "source": one.source}
