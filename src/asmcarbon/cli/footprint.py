"""`asmcarbon footprint`."""

import click

from asmcarbon.cli.files import as_json_text, folder_of, json_option, output_option, site_argument, site_at, write
from asmcarbon.reports.rows import footprint_report, tables_for
from asmcarbon.reports.terminal import footprint_text


@click.command("footprint")
@site_argument
@json_option
@output_option
def command(site: str, as_json: bool, output: str | None) -> None:
    """Tell what a site emits, per tonne and per job.

    SITE.yaml is a site file, or - for standard input.
    """
    read = site_at(site)
    report = footprint_report(read, tables_for(read, folder_of(site)))
    write(as_json_text(report) if as_json else footprint_text(report), output)
