"""`asmcarbon optimise`, also `optimize`."""

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
from asmcarbon.reports.rows import plan_report, tables_for
from asmcarbon.reports.terminal import plan_text


@click.command("optimise")
@site_argument
@json_option
@output_option
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Most time for the solver."
)
@click.option("--certify", is_flag=True, help="Let HiGHS solve all hours as one program too, and tell both optima.")
def command(site: str, as_json: bool, output: str | None, time_limit: float | None, certify: bool) -> None:
    """Plan solar and storage for a site: what to build, what it costs and saves.

    SITE.yaml is a site file, or - for standard input. Every plan is audited by the footprint calculator.
    """
    read = site_at(site)
    from asmcarbon.planning.plan_site import plan_site

    tables = tables_for(read, folder_of(site))
    folder = folder_of(site)
    found = plan_site(read, tables, folder=folder, time_limit_s=time_limit, certified=certify, progress=progress)
    report = plan_report(found, tables)
    write(as_json_text(report) if as_json else plan_text(report), output)
