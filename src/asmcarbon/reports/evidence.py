"""What a footprint report is made of, inside the report: so that it can be computed again from itself."""

from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import asdict

from asmcarbon.factors.rows import Factor, Source
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.derivation import inputs_of
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.reports.rows import Row

# Where informal miners work is sensitive: a report has it to a tenth of a degree, about 11 km.
COARSENED = ("latitude", "longitude")

_ROW_FIELDS = tuple(name for name in Factor.__struct_fields__ if name not in ("line", "release"))


def evidence_of(content: Row, footprint: Footprint, benchmarks: Iterable[str], tables: FactorTables) -> Row:
    """Return what a footprint was made of: the site with its location coarsened, the rows it used, their sources.

    content      the site as plain values
    benchmarks   ids of the rows that it is compared with
    """
    used = {one.key for line in footprint.lines for one in inputs_of(line.derivation, deep=True)} | {*benchmarks}
    items = sorted({key.split(":")[0] for key in used})
    rows = [row for item in items for row in tables.by_item.get(item, ()) if row.factor_id in used]
    cited = {factor.source_id for factor in rows}
    place = content["location"]
    coarse = None if place is None else place | {name: round(place[name], 1) for name in COARSENED}
    return {
        "site": content | {"location": coarse},
        "coarsened": [f"location.{name}" for name in COARSENED if place is not None],
        "default_gwp_set": tables.default_gwp_set,
        "factors": [written(factor) for factor in rows],
        "sources": [asdict(source) for name, source in tables.sources.items() if name in cited],
    }


def written(factor: Factor) -> Row:
    """Return a row of the tables as plain values, but for the line that it stands on."""
    return {name: getattr(factor, name) for name in _ROW_FIELDS}


def tables_of(report: Row) -> FactorTables:
    """Return the factor tables that a report holds: the rows that it used, and no others."""
    evidence, release = report["evidence"], str(report["factor_release"])
    rows = tuple(
        Factor(line=0, release=release, **{name: row[name] for name in _ROW_FIELDS}) for row in evidence["factors"]
    )
    sources = {source["source_id"]: Source(**source) for source in evidence["sources"]}
    return FactorTables(Path(), release, str(evidence["default_gwp_set"]), rows, MappingProxyType(sources))
