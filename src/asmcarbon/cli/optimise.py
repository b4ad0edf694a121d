"""`asmcarbon optimise`, also `optimize`."""

import time
from pathlib import Path

import click

from asmcarbon.cli.files import (
    as_json_text,
    folder_of,
    json_option,
    output_option,
    progress,
    site_argument,
    site_at,
    write,
)
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.reports.plan_rows import plan_report
from asmcarbon.reports.plan_text import plan_text
from asmcarbon.reports.rows import tables_for
from asmcarbon.site.site import Site


@click.command("optimise")
@site_argument
@json_option
@output_option
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Most time for the plan: the best by then is told, with its gap, or that there is none.",
)
@click.option("--certify", is_flag=True, help="Let HiGHS solve all hours as one program too, and tell both optima.")
def command(site: str, as_json: bool, output: str | None, time_limit: float | None, certify: bool) -> None:
    """Plan solar and storage for a site: what to build, what it costs and saves.

    SITE.yaml is a site file, or - for standard input. Every plan is audited by the footprint calculator.
    """
    since = time.monotonic()
    read = site_at(site)
    tables, folder = tables_for(read, folder_of(site)), folder_of(site)
    if read.is_planned_in_stages:
        _plan_stages(read, tables, folder, as_json, output, time_limit, since, certify)
        return
    from asmcarbon.planning.plan_site import plan_site

    found = plan_site(
        read, tables, folder=folder, time_limit_s=time_limit, since=since, certified=certify, progress=progress
    )
    report = plan_report(found, tables)
    write(as_json_text(report) if as_json else plan_text(report), output)


def _plan_stages(
    site: Site, tables: FactorTables, folder: Path, as_json: bool, output: str | None, time_limit: float | None,
    since: float, certify: bool,
) -> None:  # fmt: skip
    from asmcarbon.planning.plan_stages import plan_stages
    from asmcarbon.reports.stages import stages_report, stages_text

    if certify:
        what, expected = _("is for a plan of one year"), _("a site without options.stages")
        raise InputError(Problem("--certify", what, expected))
    found = plan_stages(site, tables, folder=folder, time_limit_s=time_limit, since=since, progress=progress)
    report = stages_report(found, tables)
    write(as_json_text(report) if as_json else stages_text(report), output)
