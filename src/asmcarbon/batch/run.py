"""Many sites, one row each: the same call for each as for one site alone."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from asmcarbon.batch.tables import TableSite, read_activity_table
from asmcarbon.errors import AsmcarbonError, InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.data_quality import CRITERIA
from asmcarbon.messages import _
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.rows import Row, tables_for
from asmcarbon.site.read import read_site, site_of

SITE_FILES = (".yaml", ".yml", ".json")


class Batch(Struct, frozen=True):
    """What a run made of its input; read = accepted + refused, always.

    rows      one a site, in the order of the input
    refused   one a problem: file, row, column, value, reason
    read      site files or table rows that were read; `accepted` of them are in `rows`
    """

    rows: list[Row]
    refused: list[Row]
    read: int
    accepted: int


def footprints_of(source: Path, tables: FactorTables, progress: Callable[[str], None] = lambda _text: None) -> Batch:
    """Return the footprints of a folder of site files, or of an activity table."""
    if source.is_dir():
        items = _folder(source, tables)
    elif source.suffix.lower() == ".csv":
        items = _table(source, tables)
    else:
        what = _("is neither a folder nor a .csv table") if source.exists() else _("does not exist")
        raise InputError(
            Problem(
                "", what, _("a folder of site files, or an activity table"), "asmcarbon batch sites/", file=str(source)
            )
        )
    rows: list[Row] = []
    refused: list[Row] = []
    read = accepted = 0
    said = time.monotonic()
    for size, row, problems in items:
        read += size
        if row is not None:
            rows.append(row)
            accepted += size
        refused += problems
        if time.monotonic() - said > 1:
            said = time.monotonic()
            progress(_("… {read} read").format(read=read))
    return Batch(rows, refused, read, accepted)


def _folder(folder: Path, tables: FactorTables) -> Iterator[tuple[int, Row | None, list[Row]]]:
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SITE_FILES and path.is_file())
    if not files:
        what = _("holds no site files ({endings})").format(endings=", ".join(SITE_FILES))
        raise InputError(Problem("", what, _("one file a site"), file=str(folder)))
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            site = read_site(path)
            own = tables if site.method.factors is None else tables_for(site, path.parent)
            yield 1, site_row(name, footprint_report(site, own)), []
        except AsmcarbonError as error:
            yield 1, None, _refusals(error, name)


def _table(path: Path, tables: FactorTables) -> Iterator[tuple[int, Row | None, list[Row]]]:
    for one in read_activity_table(path):
        refused = [
            {"file": path.name, "row": line, "column": column, "value": value, "reason": reason}
            for line, column, value, reason in one.problems
        ]
        row = None
        if not refused:
            try:
                row = site_row(one.name, footprint_report(site_of(one.content), tables))
            except AsmcarbonError as error:
                refused = [_located(problem, one, path) for problem in _refusals(error, path.name)]
        stated = {problem["row"] for problem in refused}
        for line in sorted(one.values.keys() - stated) if row is None else ():
            reason = _("its site {site} is refused for other rows").format(site=one.name)
            refused.append({"file": path.name, "row": line, "column": "", "value": one.values[line], "reason": reason})
        yield len(one.values), row, refused


def _refusals(error: AsmcarbonError, name: str) -> list[Row]:
    if not isinstance(error, InputError):
        return [{"file": name, "row": "", "column": "", "value": "", "reason": str(error)}]
    return [
        {
            "file": name,
            "row": problem.line or "",
            "column": problem.where,
            "value": "",
            "reason": Problem("", problem.what, problem.expected, problem.example).sentence(),
        }
        for problem in error.problems
    ]


def _located(problem: Row, site: TableSite, path: Path) -> Row:
    """Name the row of the table that a problem of its site came from."""
    where = tuple(str(problem["column"]).split("."))
    line = next((site.rows[where[:n]] for n in range(len(where), 0, -1) if where[:n] in site.rows), min(site.values))
    return {**problem, "file": path.name, "row": line, "value": site.values.get(line, "")}


def site_row(name: str, report: Row) -> Row:
    """Return a footprint as one flat row; units stand in the column names."""
    row: Row = {"site": name, **report["site"]}
    for total, value in report["totals"].items():
        row[f"{total} [{value['unit']}]"] = value["value"]
    jobs: Any = report["people"]["jobs"]
    row["jobs"] = None if jobs is None else jobs["value"]
    for one in report["intensities"]:
        row[f"{one['total']} per {one['per']} [{one['unit']}]"] = one["value"]
    row["interval [± %]"] = report["uncertainty"]["scopes_1_2_3"]["relative_percent"]
    row["interval covers [%]"] = report["uncertainty"]["scopes_1_2_3"]["covered_percent"]
    quality = report["data"]["quality"]["scopes_1_2_3"]
    row["primary data share [%]"] = quality["primary_data_share_percent"]
    row["measured activity [%]"] = quality["measured_activity_percent"]
    for name in CRITERIA:
        row[f"{name} data quality [1 best to 5]"] = quality[name]["rating"]
    accounts = ("scope_2_market_based", "land_use_change", "land_use_change_amortised", "drained_peat", "removals")
    for account in accounts:
        value = report[account]
        row[f"{account} [tCO2e/year]"] = None if value is None else value["value"]
    return row | {name: report[name] for name in ("gwp_set", "factor_release", "asmcarbon", "input_sha256")}
