"""`asmcarbon report`."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import click

from asmcarbon.cli.files import folder_of, in_a_folder, output_option, progress, site_argument, site_at, write
from asmcarbon.cli.numbers import FiniteRange
from asmcarbon.errors import AsmcarbonError, InputError, Problem, SolveError
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.page.page import page_of
from asmcarbon.reports.rows import tables_for
from asmcarbon.site.site import Site

# Programs that print a page, by the names that they go by.
_PRINTERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")


@click.command("report")
@site_argument
@output_option
@click.option("--pdf", metavar="FILE.pdf", callback=in_a_folder, help="Print the page on A4 too, through Chromium.")
@click.option("--no-plan", is_flag=True, help="Tell the footprint only.")
@click.option(
    "--points",
    type=click.IntRange(2, 50),
    default=5,
    show_default=True,
    metavar="N",
    help="How many plans the frontier has, from the cheapest to the cleanest.",
)
@click.option("--no-frontier", is_flag=True, help="Tell one plan only, not what fewer emissions cost.")
@click.option(
    "--time-limit",
    type=FiniteRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Most time for the plan, and for the frontier.",
)
def command(
    site: str,
    output: str | None,
    pdf: str | None,
    no_plan: bool,
    points: int,
    no_frontier: bool,
    time_limit: float | None,
) -> None:
    """Write a site's report to read and to print: one page with its charts.

    SITE.yaml is a site file, or - for standard input. The page needs nothing else; where no plan can be given, it tells
    the footprint and why.
    """
    printer = _printer() if pdf is not None else ""
    read = site_at(site)
    tables, folder = tables_for(read, folder_of(site)), folder_of(site)
    if no_plan:
        page = page_of(footprint_report(read, tables))
    else:
        page = _planned_page(read, tables, folder, 0 if no_frontier else points, time_limit)
    if pdf is not None:
        _print(page, pdf, printer)
    if output is not None or pdf is None:
        write(page, output)


def _planned_page(site: Site, tables: FactorTables, folder: Path, points: int, time_limit: float | None) -> str:
    """Return the page with the plan, and the frontier of so many points; each that cannot be given tells why.

    points   0 for no frontier
    """
    from asmcarbon.planning.frontier import frontier_of_site
    from asmcarbon.reports.frontier import frontier_report
    from asmcarbon.reports.planned import planned_report

    try:
        plan = planned_report(site, tables, folder, time_limit, progress)
    except (SolveError, InputError) as error:
        return page_of(footprint_report(site, tables), without_plan=str(error))
    if not points:
        return page_of(plan)
    try:
        found = frontier_of_site(site, tables, points=points, folder=folder, time_limit_s=time_limit, progress=progress)
        return page_of(plan, frontier_report(found))
    except (SolveError, InputError) as error:
        return page_of(plan, without_frontier=str(error))


def _printer() -> str:
    found = next((path for name in _PRINTERS if (path := shutil.which(name)) is not None), None)
    if found is None:
        what = _("needs Chromium or Chrome, and there is none on the path")
        expected = _("an installed one, or the page alone, printed by any browser")
        raise InputError(Problem("--pdf", what, expected, "-o report.html"))
    return found


def _print(page: str, pdf: str, printer: str) -> None:
    """Print a page into a file, whole or not at all."""
    target = Path(pdf)
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(page, encoding="utf-8")
        flags = [
            "--headless", "--disable-gpu", "--no-pdf-header-footer", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", f"--user-data-dir={folder}/profile",
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        ]  # fmt: skip
        command = [printer, *flags, f"--print-to-pdf={made}", source.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode or not made.exists():
            last = done.stderr.strip().splitlines()[-1:] or [""]
            what = _("{program} could not print: {reason}").format(program=printer, reason=last[0][:120])
            raise AsmcarbonError(what)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            shutil.copyfile(made, part)
            part.replace(target)
        except OSError as error:
            part.unlink(missing_ok=True)
            what = _("cannot be written: {reason}").format(reason=error.strerror or error)
            raise InputError(Problem("", what, file=pdf)) from error
