"""Results as plain rows: what `--json`, the HTTP answers and the batch tables are made of, all from here."""

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pint

from asmcarbon.factors.citation import citation, source_of
from asmcarbon.factors.tables import Factor, FactorTables, read_tables
from asmcarbon.footprint.footprint import SCOPE_GROUPS, Footprint
from asmcarbon.footprint.intensity import jobs_of
from asmcarbon.messages import language
from asmcarbon.site.site import GwpSet, Site
from asmcarbon.units import text_of_unit

Row = dict[str, Any]


def tables_for(site: Site, folder: Path, release: Path | None = None) -> FactorTables:
    """Return the factor tables, with the site's own factors before them where it names a table in a folder.

    release   folder of another release than the one that comes with asmcarbon
    """
    own = site.method.factors
    return read_tables(release, overlay=None if own is None else folder / own)


def under(site: Site, gwp_set: GwpSet | None) -> Site:
    """Return a site as it would be told by another GWP set; itself for None."""
    if gwp_set is None:
        return site
    return site.model_copy(update={"method": site.method.model_copy(update={"gwp_set": gwp_set})})


def provenance(site: Site, release: str, content: Row | None = None) -> Row:
    """Return what makes a result repeatable: the same three give the same figures.

    content   the site as plain values, where the caller has them already
    """
    plain = site.model_dump(mode="json") if content is None else content
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    made = {"asmcarbon": version_installed(), "factor_release": release, "input_sha256": digest}
    # Sentences stand among the rows: those of another language are told in it, and replayed in it.
    return made if language() == "en" else {**made, "language": language()}


@cache
def version_installed() -> str:
    """Return the version of asmcarbon."""
    return version("asmcarbon")


def figure(value: "pint.Quantity[Any] | None") -> Row | None:
    """Return a quantity as machines read it: `{"value": 38.4, "unit": "tCO2e/year"}`."""
    return None if value is None else {"value": float(value.magnitude), "unit": text_of_unit(value)}


def totals_rows(footprint: Footprint) -> Row:
    """Return the totals by scope, in tCO2e a year."""
    return {name: figure(footprint.total(scopes).to("tCO2e/year")) for name, scopes in SCOPE_GROUPS.items()}


def people_row(site: Site) -> Row:
    """Return who works at a site; a job is one full-time equivalent."""
    people = site.people
    if people is None:
        return {"workers": None, "women": None, "jobs": None}
    return {
        "workers": people.workers.to("person"),
        "women": None if people.women is None else people.women.to("person"),
        "jobs": None if (jobs := jobs_of(site)) is None else figure(jobs.quantity),
    }


def factor_row(factor: Factor, tables: FactorTables) -> Row:
    """Return one row of the factor tables with its whole citation."""
    source = source_of(tables, factor)
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
        "distribution": factor.distribution or None,
        "boundary": factor.boundary or None,
        "source_id": factor.source_id,
        "source": citation(tables, factor),
        "locator": factor.locator,
        "url": source.url,
        "licence": source.licence,
        "retrieved": source.retrieved or None,
        "checked": factor.checked,
        "checked_on": factor.checked_on,
        "redistributable": factor.redistributable,
        "release": factor.release,
        "note": factor.note,
    }
