"""What differs between two releases of the factors, and what it does to sites, as plain rows."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from asmcarbon.errors import AsmcarbonError
from asmcarbon.factors.check import check
from asmcarbon.factors.diff import KEY, NUMBERS, CellChange, RowChange, SourceChange, TablesDiff, diff_of
from asmcarbon.factors.rows import Factor, FactorTables
from asmcarbon.footprint.factor_effect import UNIT, SiteEffect, effect_of, totals_of
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.messages import _
from asmcarbon.reports.moves import change_row, move_row
from asmcarbon.reports.rows import Row, version_installed
from asmcarbon.site.site import Site

# Sites by the names of their files, each with the file of its own factors, where it has one.
NamedSites = Mapping[str, tuple[Site, Path | None]]


def factors_diff_report(old: FactorTables, new: FactorTables, names: tuple[str, str], sites: NamedSites) -> Row:
    """Return what differs between two releases, and what that does to sites, as rows.

    names   what the two are called: their folders
    """
    diff = diff_of(old, new)
    effects = {name: effect_of(site, old, new, partial(_laid, own)) for name, (site, own) in sites.items()}
    used = {name: effect.used for name, effect in effects.items()}
    rows = [_row_change(one, [name for name, ids in used.items() if ids & _ids(one)]) for one in diff.rows]
    return {
        "asmcarbon": version_installed(),
        "old": _release(old, names[0]),
        "new": _release(new, names[1]),
        "release_changed": old.release != new.release,
        "gwp_set_changed": old.default_gwp_set != new.default_gwp_set,
        "rows": {
            "added": diff.number("added"),
            "removed": diff.number("removed"),
            "changed": diff.number("changed"),
            "changed_in_value": sum(one.is_of_value for one in diff.rows),
            "unchanged": diff.unchanged,
        },
        "changes": rows,
        "sources": [_source_change(one) for one in diff.sources],
        "sites": [_site_row(name, effect) for name, effect in effects.items()],
        "notes": _notes(diff, names, rows),
    }


def _laid(own: Path | None, tables: FactorTables) -> FactorTables:
    if own is None:
        return tables
    from asmcarbon.factors.overlay import overlaid

    return overlaid(tables, own)


def _release(tables: FactorTables, name: str) -> Row:
    return {
        "folder": name,
        "release": tables.release,
        "default_gwp_set": tables.default_gwp_set,
        "factors": len(tables.factors),
        "sources": len(tables.sources),
    }


def _ids(one: RowChange) -> set[str]:
    return {row.factor_id for row in (one.old, one.new) if row is not None}


def _row_change(one: RowChange, used_by: list[str]) -> Row:
    return {
        "change": one.change,
        "factor_id": one.row.factor_id,
        "old_factor_id": None if one.old is None else one.old.factor_id,
        "table": one.row.table,
        **{name: getattr(one.row, name) or None for name in KEY},
        "old": _value(one.old),
        "new": _value(one.new),
        "beside": None if one.beside is None else {"factor_id": one.beside.factor_id, **(_value(one.beside) or {})},
        "percent": one.percent,
        "cells": [_cell(cell) for cell in one.cells],
        "used_by": used_by,
    }


def _value(row: Factor | None) -> Row | None:
    return None if row is None else {"value": row.value, "unit": row.unit}


def _cell(cell: CellChange) -> Row:
    row: Row = {"column": cell.column, "old": _blank(cell.old), "new": _blank(cell.new)}
    return row | ({"percent": cell.percent} if cell.column in NUMBERS else {})


def _blank(cell: Any) -> Any:
    return None if cell == "" else cell


def _source_change(one: SourceChange) -> Row:
    return {"change": one.change, "source_id": one.source_id, "cells": [_cell(cell) for cell in one.cells]}


def _site_row(name: str, effect: SiteEffect) -> Row:
    site, pair = effect.site, (effect.old, effect.new)
    told = [totals_of(one) if isinstance(one, Footprint) else {} for one in pair]
    return {
        "file": name,
        "site": {"name": site.name, "country": site.country, "year": site.year},
        "gwp_set": {when: _gwp_set(one) for when, one in zip(("old", "new"), pair, strict=True)},
        "refused": {
            when: str(one) if isinstance(one, AsmcarbonError) else None
            for when, one in zip(("old", "new"), pair, strict=True)
        },
        "unit": UNIT,
        "totals": {
            total: change_row(told[0].get(total, _zero(pair[0])), told[1].get(total, _zero(pair[1])))
            for total in dict.fromkeys((*told[0], *told[1]))
        },
        "moves": [move_row(one) for one in effect.moves],
        "causes": [{"item": one.item, "change": one.totals} for one in effect.causes],
        "interaction": effect.interaction,
    }


def _gwp_set(one: Footprint | AsmcarbonError) -> str | None:
    return one.gwp_set if isinstance(one, Footprint) else None


def _zero(one: Footprint | AsmcarbonError) -> float | None:
    """Return what stands for a total that a footprint has not: nothing where there is no footprint."""
    return 0.0 if isinstance(one, Footprint) else None


def _notes(diff: TablesDiff, names: tuple[str, str], rows: Sequence[Row]) -> list[str]:
    notes: list[str] = []
    if diff.old.release == diff.new.release and (diff.rows or diff.sources):
        text = _("both call themselves {release}, and their rows differ: a change raises the release")
        notes.append(text.format(release=diff.new.release))
    for tables, name in zip((diff.old, diff.new), names, strict=True):
        problems = check(tables)
        if problems:
            text = _("{folder} does not pass its check ({n}): asmcarbon factors check {folder}")
            notes.append(text.format(n=len(problems), folder=name))
    unused = sum(not one["used_by"] for one in rows)
    if unused:
        text = _("{n} of the {whole} rows that differ are used by none of these sites")
        notes.append(text.format(n=unused, whole=len(rows)))
    return notes


# Every part of the report as one table: releases, rows cell by cell, sources, and of each site totals and activities.
CSV_COLUMNS = (
    "part", "change", *KEY, "column", "old", "old_unit", "new", "new_unit", "percent", "site", "rows",
)  # fmt: skip


def csv_rows(report: Row) -> list[Row]:
    """Return the report as the rows of one table, whose first column says what a row is of."""
    rows: list[Row] = [
        {"part": "release", "column": name, "old": report["old"][name], "new": report["new"][name],
         "change": "changed" if report["old"][name] != report["new"][name] else ""}
        for name in ("release", "default_gwp_set", "factors", "sources")
    ]  # fmt: skip
    for one in report["changes"]:
        rows += _csv_of_row(one)
    for one in report["sources"]:
        source = {"part": "source", "change": one["change"], "item": one["source_id"]}
        rows += [{**source, **cell} for cell in one["cells"]] or [source]
    for site in report["sites"]:
        rows += _csv_of_site(site)
    return rows


def _csv_of_row(one: Row) -> list[Row]:
    key = {"part": "row", "change": one["change"], **{name: one[name] for name in KEY}}
    units = {f"{when}_unit": one[when]["unit"] for when in ("old", "new") if one[when] is not None}
    if one["change"] == "changed":
        return [{**key, **cell, **(units if cell["column"] in NUMBERS else {})} for cell in one["cells"]]
    values = {when: one[when]["value"] for when in ("old", "new") if one[when] is not None}
    beside = "" if one["beside"] is None else one["beside"]["factor_id"]
    return [{**key, "column": "value", **values, **units, "percent": one["percent"], "rows": beside}]


def _csv_of_site(site: Row) -> list[Row]:
    units = {"old_unit": site["unit"], "new_unit": site["unit"], "site": site["file"]}
    rows: list[Row] = []
    if any(site["refused"].values()):
        rows.append({"part": "site", "change": "refused", "site": site["file"], **site["refused"]})
    for name, total in site["totals"].items():
        changed = "changed" if total["change"] else ""
        rows.append({"part": "site", "change": changed, "column": name, **_csv_pair(total), **units})
    for one in site["moves"]:
        keys = [cause[side]["key"] for cause in one["causes"] for side in ("before", "after") if cause[side]]
        label = f"{one['label']} (scope {one['scope']})"
        line = {"part": "line", "change": "changed", "item": one["source"], "gas": one["gas"], "column": label}
        line |= {"site": site["file"], "old_unit": one["unit"], "new_unit": one["unit"]}
        rows.append({**line, **_csv_pair(one), "rows": " ".join(dict.fromkeys(keys))})
    return rows


def _csv_pair(one: Row) -> Row:
    return {"old": one["before"], "new": one["after"], "percent": one["percent"]}
