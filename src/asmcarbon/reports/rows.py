"""Results as plain rows: what `--json`, the HTTP answers and the batch tables are made of, all from here."""

import hashlib
import json
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pint

from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import Factor, FactorTables, read_tables
from asmcarbon.footprint.activities import AMORTISATION_YEARS, activities_of, implied_fuel
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.compare import Comparison, compare, refusal
from asmcarbon.footprint.footprint import Footprint, Input, Line
from asmcarbon.footprint.intensity import Intensity, amortised_land_of, intensity_of, jobs_of
from asmcarbon.footprint.uncertainty import line_uncertainty, uncertainty_of
from asmcarbon.measures import Datum
from asmcarbon.messages import _
from asmcarbon.reports.record_notes import record_notes
from asmcarbon.site.data import data_of
from asmcarbon.site.land import Pool
from asmcarbon.site.site import Site
from asmcarbon.units import text_of_unit, unit_of

if TYPE_CHECKING:
    from asmcarbon.optimise.plan import Year
    from asmcarbon.planning.plan_site import SitePlan

Row = dict[str, Any]

SCOPE_GROUPS: dict[str, tuple[int, ...]] = {
    "scope_1": (1,),
    "scope_2": (2,),
    "scope_3": (3,),
    "scopes_1_2": (1, 2),
    "scopes_1_2_3": (1, 2, 3),
}


def tables_for(site: Site, folder: Path) -> FactorTables:
    """Return the factor tables, with the site's own factors before them where it names a table in a folder."""
    own = site.method.factors
    return read_tables() if own is None else read_tables(overlay=folder / own)


def footprint_report(site: Site, tables: FactorTables) -> Row:
    """Return the footprint of a site as rows: the one call that every edge makes for a footprint."""
    return report_of(site, calculate(activities_of(site), site, tables), tables)


def report_of(site: Site, footprint: Footprint, tables: FactorTables) -> Row:
    """Return a footprint as rows."""
    intensities = intensity_of(footprint, site)
    return {
        **provenance(site, footprint.release),
        "gwp_set": footprint.gwp_set,
        "boundary": site.processing.boundary,
        "consolidation": site.method.consolidation,
        "site": {"name": site.name, "country": site.country, "year": site.year},
        "totals": totals_rows(footprint),
        "scope_2_market_based": figure(_tonnes(footprint.account_total("market_based"))),
        "land_use_change": figure(_tonnes(footprint.account_total("land_use_change"))),
        "land_use_change_amortised": figure(_tonnes(amortised_land_of(footprint, site))),
        "removals": figure(_tonnes(footprint.account_total("removals"))),
        "uncertainty": _uncertainty_row(footprint),
        "people": _people_row(site),
        "mercury": _yearly(site.processing.mercury, "kg/year"),
        "water": _yearly(site.processing.water, "m3/year"),
        "intensities": [_intensity_row(one) for one in intensities],
        "comparisons": [_comparison_row(one) for one in compare(intensities, site, tables)],
        "lines": [_line_row(line) for line in footprint.lines],
        "data": _data_row(site),
        "exclusions": [exclusion.model_dump() for exclusion in site.method.exclusions],
        "notes": footprint_notes(site, footprint, tables),
    }


def provenance(site: Site, release: str) -> Row:
    """Return what makes a result repeatable: the same three give the same figures."""
    content = json.dumps(site.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(content.encode()).hexdigest()
    return {"asmcarbon": _version(), "factor_release": release, "input_sha256": digest}


@cache
def _version() -> str:
    return version("asmcarbon")


def figure(value: "pint.Quantity[Any] | None") -> Row | None:
    """Return a quantity as machines read it: `{"value": 38.4, "unit": "tCO2e/year"}`."""
    return None if value is None else {"value": float(value.magnitude), "unit": text_of_unit(value.units)}


def totals_rows(footprint: Footprint) -> Row:
    """Return the totals by scope, in tCO2e a year."""
    return {name: figure(footprint.total(scopes).to("tCO2e/year")) for name, scopes in SCOPE_GROUPS.items()}


def _yearly(datum: Datum | None, unit: str) -> Row | None:
    return None if datum is None else figure(datum.quantity.to(unit_of(unit)))


def _tonnes(total: Any) -> Any:
    return None if total is None else total.to("tCO2e/year")


def footprint_notes(site: Site, footprint: Footprint, tables: FactorTables) -> list[str]:
    """Return what a reader of a footprint has to know beside its figures."""
    notes = [*_land_notes(footprint), *_history_notes(site), *record_notes(site)]
    if site.processing.ore_from != "own":
        whose = {"bought": _("bought"), "customers": _("its customers'")}[site.processing.ore_from]
        notes.append(_("the ore is {whose}: mining it lies outside this account").format(whose=whose))
    for (fuel, use), implied in implied_fuel(site).items():
        stated = getattr(site.energy.fuels().get(fuel), use, None)
        if stated is not None and abs(implied.quantity - stated.quantity) > 0.25 * stated.quantity:
            text = _("{fuel}, {use}: the engines' duty implies {implied:,.0f} L a year, {stated:,.0f} L are reported")
            litres = {"implied": implied.to("L/year"), "stated": stated.to("L/year")}
            notes.append(text.format(fuel=fuel, use=use, **litres))
    if site.people is not None and site.people.hours is None:
        text = _("{n:g} people without hours: a headcount is not a number of jobs, so nothing is told per job")
        notes.append(text.format(n=site.people.workers.to("person")))
    if len(site.processing.products) > 1:
        notes.append(_("several products, allocation none: the whole total stands over each of them"))
    notes += _electricity_notes(site, footprint)
    notes += filter(None, [refusal(site, tables)])
    notes += sorted({f"{line.label}: {note}" for line in footprint.lines for note in line.notes})
    return notes


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
    if not opened:
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
        words = {"pools": ", ".join(sorted(pools)).replace("_", " "), "missing": ", ".join(missing).replace("_", " ")}
        if missing:
            told.append(text.format(source=source, **words))
    return [*notes, *dict.fromkeys(told)]


def _history_notes(site: Site) -> list[str]:
    """Return why land-use change is not amortised, where the site lists land of other years."""
    needed, since = site.year - AMORTISATION_YEARS + 1, site.land.history_since
    listed = any(one.year not in (None, site.year) for one in site.land.opened)
    if since is not None and since > needed:
        text = _("not amortised: what was opened is known since {since}, and 20 years of it start in {needed}")
        return [text.format(since=since, needed=needed)]
    if since is None and listed:
        text = _("not amortised: say since when every hectare is listed, land.history_since: {needed}, or earlier")
        return [text.format(needed=needed)]
    return []


def _uncertainty_row(footprint: Footprint) -> Row:
    found = uncertainty_of(footprint.lines)
    return {
        "method": "IPCC 2006 vol. 1 ch. 3, approach 1",
        "relative_percent": None if found.relative is None else 100 * found.relative,
        "covered_percent": 100 * found.covered,
        "without_range": list(found.without_range),
    }


def _data_row(site: Site) -> Row:
    """Return what stands behind the site's own figures: how many are measured, and which are assumed."""
    data = list(data_of(site))
    counts = {basis: sum(datum.basis == basis for _path, datum in data) for basis in ("measured", "sourced", "assumed")}
    return {**counts, "assumed_figures": [path for path, datum in data if datum.basis == "assumed"]}


def _people_row(site: Site) -> Row:
    people = site.people
    if people is None:
        return {"workers": None, "women": None, "jobs": None}
    return {
        "workers": people.workers.to("person"),
        "women": None if people.women is None else people.women.to("person"),
        "jobs": figure(jobs_of(site)),
    }


def _intensity_row(one: Intensity) -> Row:
    return {"total": one.total, "scopes": list(one.scopes), "per": one.per, **(figure(one.value) or {})}


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


def _line_row(line: Line) -> Row:
    uncertainty = line_uncertainty(line)
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
    if one.low is not None and one.high is not None:
        units = one.quantity.units
        row |= {"low": float(one.low.m_as(units)), "high": float(one.high.m_as(units))}
    return row | {"basis": one.basis, "source": one.source}


def plan_report(result: "SitePlan", tables: FactorTables) -> Row:
    """Return a plan as rows, with the footprints before and after it."""
    plan, cashflow = result.plan, result.cashflow
    before, after = result.before.total().to("tCO2e/year"), result.after.total().to("tCO2e/year")
    avoided = (before - after).magnitude
    land = [one.account_total("land_use_change") for one in (result.before, result.after)]
    land_avoided = (land[0] - land[1]).m_as("tCO2e/year") if land[0] is not None and land[1] is not None else 0.0
    saving = plan.today.running_cost - plan.annual_cost
    return {
        **provenance(result.site, result.before.release),
        "gwp_set": result.before.gwp_set,
        "currency": "USD",
        "site": {"name": result.site.name, "country": result.site.country, "year": result.site.year},
        "purchases": [
            {
                "item": one.asset.name,
                "kind": one.asset.kind,
                "size": one.size,
                "unit": one.asset.unit,
                "capital_cost": one.capital_cost,
                "operation_cost": one.asset.operation_cost * one.size,
                "lifetime_years": one.asset.lifetime,
                "kit_size": one.asset.kit,
                "kits": one.kits,
            }
            for one in plan.purchases
        ],
        "capital_cost": plan.capital_cost,
        "objective": result.site.options.objective,
        "gap": plan.gap,
        "dispatch_gap": None if plan.switched is None else plan.switched.gap,
        "resizing_gain": None if plan.switched is None else plan.switched.saving,
        "certificate": None if result.certificate is None else asdict(result.certificate),
        "person_days": plan.person_days,
        "rehabilitated_ha": sum(one.size for one in plan.bought("rehabilitation")),
        "annual_cost": {"today": plan.today.running_cost, "plan": plan.annual_cost},
        "running_cost": {"today": plan.today.running_cost, "plan": plan.planned.running_cost},
        "net_present_cost": {"today": plan.net_present_cost_today, "plan": plan.net_present_cost},
        "net_present_value": cashflow.net_present_value,
        "payback_years": plan.payback_years,
        "discounted_payback_years": plan.discounted_payback_years,
        "levelised_cost_per_kwh": {"today": plan.levelised_cost_today, "plan": plan.levelised_cost},
        "discount_rate": plan.discount_rate,
        "horizon_years": plan.horizon_years,
        "load_kwh": plan.load_kwh,
        "supply_kwh": {"today": supply_row(plan.today), "plan": supply_row(plan.planned)},
        "fuel_l": {"today": dict(plan.today.fuel_l), "plan": dict(plan.planned.fuel_l)},
        "fuel_scale": dict(plan.fuel_scale),
        "avoided": {"value": avoided, "unit": "tCO2e/year"},
        "avoided_land_use_change": {"value": land_avoided, "unit": "tCO2e/year"},
        "cost_per_tonne_avoided": -saving / (avoided + land_avoided) if avoided + land_avoided > 0 else None,
        "budget_shadow_price": plan.budget_shadow_price,
        "bindings": [
            {"key": one.key, "name": one.name, "unit": one.unit, "limit": one.limit, "worth": one.worth,
             "gains": GAINS[result.site.options.objective]} for one in plan.bindings
        ],
        "retired_generators": list(plan.retired),
        "battery_cycles_a_year": plan.battery_cycles,
        "standing_ready_kw": plan.standing_ready_kw,
        "short_reserve_hours": plan.short_reserve_hours,
        "mercury_kg": {
            "today": _mercury(result.site), "plan": _mercury(result.site_after)
        } if result.site.processing.mercury is not None else None,
        "cash_flow": [
            {"year": one.year, "capital": one.capital, "running": one.running, "residual": one.residual,
             "cost": one.cost, "running_today": one.running_today, "saving": one.saving}
            for one in cashflow.years
        ],
        "sun": {
            "yield_kwh_per_kw": result.sun.annual_yield_kwh_per_kw,
            "ghi_kwh_m2_day": result.sun.ghi_kwh_m2_day,
            "source": result.sun.source,
        },
        "assumptions": [asdict(one) for one in result.assets.assumptions],
        "solver": plan.solver,
        "footprint_today": report_of(result.site, result.before, tables),
        "footprint_plan": report_of(result.site_after, result.after, tables),
        "notes": list(result.notes),
    }  # fmt: skip


# What a year's objective is counted in.
GAINS = {"least_cost": "USD/year", "least_emissions": "kgCO2e/year", "most_jobs": "person-days"}


def _mercury(site: Site) -> float:
    return site.processing.mercury.to("kg/year") if site.processing.mercury is not None else 0.0


def supply_row(year: "Year") -> Row:
    """Return a year of electricity by where it comes from and goes, in kWh."""
    supply = year.supply
    return {
        "solar": supply.solar,
        "generators": supply.generators,
        "grid": supply.grid,
        "unserved": supply.unserved,
        "battery_losses": supply.battery_losses,
        "solar_curtailed": supply.curtailed,
        "generators_dumped": supply.dumped,
        "solar_sold": supply.exported,
    }


def factor_row(factor: Factor, tables: FactorTables) -> Row:
    """Return one row of the factor tables with its whole citation."""
    source = tables.sources[factor.source_id]
    return {
        "factor_id": factor.factor_id,
        "table": factor.table,
        "item": factor.item,
        "region": factor.region,
        "valid_from": factor.valid_from,
        "valid_to": factor.valid_to,
        "gas": factor.gas or None,
        "value": factor.value,
        "unit": factor.unit,
        "gwp_set": factor.gwp_set or None,
        "low": factor.low,
        "high": factor.high,
        "boundary": factor.boundary or None,
        "source": citation(tables, factor),
        "locator": factor.locator,
        "url": source.url,
        "licence": source.licence,
        "checked": factor.checked,
        "checked_on": factor.checked_on,
        "redistributable": factor.redistributable,
        "release": factor.release,
        "note": factor.note,
    }
