"""A folder of site files, a row each: the same call for each as for one site alone."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from asmcarbon.errors import AsmcarbonError, InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.data_quality import CRITERIA
from asmcarbon.messages import _
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.rows import Row, tables_for, under
from asmcarbon.site.read import read_site
from asmcarbon.site.site import GwpSet

SITE_FILES = (".yaml", ".yml", ".json", ".xlsx")
# Columns of what is refused.
REFUSED = ("file", "row", "column", "value", "reason")
# The three scopes by draws, relative to what they are.
DRAWN = ("drawn mean [%]", "drawn low [%]", "drawn high [%]")


class Batch(Struct, frozen=True):
    """What a run made of its input; read = accepted + refused, always.

    rows      one a site, in the order of the input
    refused   one a problem: file, row, column, value, reason
    read      site files that were read; `accepted` of them are in `rows`
    """

    rows: list[Row]
    refused: list[Row]
    read: int
    accepted: int


def footprints_of(
    folder: Path,
    tables: FactorTables,
    progress: Callable[[str], None] = lambda _text: None,
    *,
    draws: tuple[int, int] | None = None,
    gwp_set: GwpSet | None = None,
) -> Batch:
    """Return the footprints of a folder of site files, in the order of their names.

    draws    number and seed of the Monte Carlo draws, or None for none
    gwp_set  instead of those of the sites, or None for theirs
    """
    files = site_files_in(folder)
    if not files:
        what = _("holds no site files ({endings})").format(endings=", ".join(SITE_FILES))
        raise InputError(Problem("", what, _("one file a site"), file=str(folder)))
    rows: list[Row] = []
    refused: list[Row] = []
    said = time.monotonic()
    for read, path in enumerate(files):
        name = path.relative_to(folder).as_posix()
        try:
            site = under(read_site(path), gwp_set)
            own = tables if site.method.factors is None else tables_for(site, path.parent)
            rows.append(site_row(name, footprint_report(site, own, draws=draws)))
        except AsmcarbonError as error:
            refused += refusals_of(error, name)
        if time.monotonic() - said > 1:
            said = time.monotonic()
            progress(_("{read} read").format(read=read + 1))
    return Batch(rows, refused, len(files), len(rows))


def site_files_in(folder: Path) -> list[Path]:
    """Return the site files of a folder and those below it, by their names."""
    # What is left out: a spreadsheet keeps a file ~$site.xlsx beside each that is open.
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SITE_FILES and path.is_file() and not path.name.startswith("~$")
    )


def refusals_of(error: AsmcarbonError, name: str) -> list[Row]:
    """Return what is wrong with a site file as rows."""
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
    drawn = report["monte_carlo"]
    if drawn is not None:
        its = drawn["totals"]["scopes_1_2_3"]
        row |= {name: its[f"{end}_percent"] for name, end in zip(DRAWN, ("mean", "low", "high"), strict=True)}
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
