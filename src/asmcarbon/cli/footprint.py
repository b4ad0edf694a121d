"""`asmcarbon footprint`."""

import click

from asmcarbon.cli.files import as_json_text, json_option, output_option, site_argument, site_at, write
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.rows import footprint_report
from asmcarbon.reports.terminal import footprint_text


@click.command("footprint")
@site_argument
@json_option
@output_option
def command(site: str, as_json: bool, output: str | None) -> None:
    """Tell what a site emits, per tonne and per job.

    SITE.yaml is a site file, or - for standard input.
    """
    report = footprint_report(site_at(site), read_tables())
    write(as_json_text(report) if as_json else footprint_text(report), output)
