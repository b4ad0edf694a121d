"""What changed between two releases of the factors, and what it does to sites, as rows and as text."""

from collections.abc import Sequence

from asmcarbon.errors import FactorError, FactorNotFound
from asmcarbon.factors.diff import RowChange, diff
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.moves import Move, moves_between
from asmcarbon.messages import _
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import table, told
from asmcarbon.site.site import Site
from asmcarbon.units import text_of_unit

# The totals that a site is told to move in, by the lines that they are of.
_TOTALS = ("scopes_1_2", "scopes_1_2_3", "land_use_change")


def diff_report(old: FactorTables, new: FactorTables, sites: Sequence[tuple[str, Site]]) -> Row:
    """Return the rows that changed and what they do to sites.

    sites   each with the name that it is told by
    """
    changes = diff(old, new)
    return {
        "old": {"release": old.release, "default_gwp_set": old.default_gwp_set, "rows": len(old.factors)},
        "new": {"release": new.release, "default_gwp_set": new.default_gwp_set, "rows": len(new.factors)},
        "counts": {kind: sum(one.kind == kind for one in changes) for kind in ("added", "removed", "changed")},
        "changes": [_change_row(one) for one in changes],
        "sites": [_site_row(name, site, old, new) for name, site in sites],
    }


def _change_row(one: RowChange) -> Row:
    factor = one.new or one.old
    assert factor is not None
    return {
        "kind": one.kind,
        "factor_id": one.factor_id,
        "table": factor.table,
        "value": factor.value,
        "unit": factor.unit,
        "fields": {name: {"old": before, "new": after} for name, (before, after) in one.fields.items()},
        "relative_percent": None if one.relative is None else 100 * one.relative,
    }


def _site_row(name: str, site: Site, old: FactorTables, new: FactorTables) -> Row:
    row: Row = {"site": name, "name": site.name, "totals": {}, "moves": [], "refused": None}
    activities = activities_of(site)
    try:
        before, after = (calculate(activities, site, tables) for tables in (old, new))
    except (FactorNotFound, FactorError) as error:
        return row | {"refused": str(error)}
    for total in _TOTALS:
        lines = before.lines_of(total), after.lines_of(total)
        if any(lines):
            row["totals"][total] = _pair(*(sum(line.co2e.m_as("tCO2e/year") for line in one) for one in lines))
    row["moves"] = [move_row(move) for move in moves_between(before.lines, after.lines)]
    return row


def _pair(before: float, after: float) -> Row:
    change = 100 * (after / before - 1) if before else None
    return {"before": before, "after": after, "unit": "tCO2e/year", "change_percent": change}


def move_row(move: Move) -> Row:
    """Return a line that moved with the inputs that moved it."""
    causes: list[Row] = []
    for name, before, after in move.causes:
        one: Row = {"name": name}
        for side, put in (("before", before), ("after", after)):
            one[side] = (
                None
                if put is None
                else {"key": put.key, "value": f"{put.quantity.magnitude:.12g} {text_of_unit(put.quantity.units)}"}
            )
        causes.append(one)
    return {
        "source": move.source, "label": move.label, "gas": move.gas, "before": move.before, "after": move.after,
        "unit": "kgCO2e/year", "causes": causes,
    }  # fmt: skip


def diff_text(report: Row) -> str:
    """Return the changes of a release as a page of text."""
    old, new, counts = report["old"], report["new"], report["counts"]
    head = _("Release {old} ({n} rows) to {new} ({m} rows): {added} rows added, {removed} removed, {changed} changed.")
    lines = [head.format(old=old["release"], n=old["rows"], new=new["release"], m=new["rows"], **counts)]
    if old["default_gwp_set"] != new["default_gwp_set"]:
        text = _("The GWP set where a site names none: {old} to {new}.")
        lines.append(text.format(old=old["default_gwp_set"], new=new["default_gwp_set"]))
    lines += [text for one in report["changes"] for text in _change_lines(one)]
    for site in report["sites"]:
        lines += ["", f"{site['name']} ({site['site']})", *_site_lines(site)]
    return "\n".join(lines) + "\n"


_KINDS = {"added": "+", "removed": "-", "changed": "~"}


def _change_lines(one: Row) -> list[str]:
    value = "" if "value" in one["fields"] else f"  {one['value']:.12g} {one['unit']}"
    lines = [f"{_KINDS[one['kind']]} {one['factor_id']}{value}"]
    for name, pair in one["fields"].items():
        change = f"  ({one['relative_percent']:+.3g} %)" if name == "value" and one["relative_percent"] else ""
        lines.append(f"    {name}: {_text(pair['old'])} -> {_text(pair['new'])}{change}")
    return lines


def _text(value: object) -> str:
    return _("nothing") if value in (None, "") else str(value)


def _site_lines(site: Row) -> list[str]:
    if site["refused"]:
        return [f"  {line}" for line in site["refused"].splitlines()]
    if not site["moves"]:
        return ["  " + _("nothing moves")]
    rows = [
        [total.replace("_", " "), told(one["before"]), "->", told(one["after"]), one["unit"],
         "" if one["change_percent"] is None else f"{one['change_percent']:+.3g} %"]
        for total, one in site["totals"].items()
    ]  # fmt: skip
    return [*table(rows, right=(1, 3, 5)), *move_lines(site["moves"])]


def move_lines(moves: list[Row], most: int = 10) -> list[str]:
    """Return lines that moved, with what moved them."""
    lines: list[str] = []
    for move in moves[:most]:
        change = move["after"] - move["before"]
        lines.append(f"  {move['label']}, {move['gas']}: {change:+,.6g} {move['unit']}")
        for cause in move["causes"]:
            was, now = (None if cause[side] is None else cause[side]["value"] for side in ("before", "after"))
            key = (cause["after"] or cause["before"])["key"]
            lines.append(f"    {cause['name']}: {_text(was)} -> {_text(now)}  {key}")
    if len(moves) > most:
        lines.append("  " + _("… and {n} more lines").format(n=len(moves) - most))
    return lines
