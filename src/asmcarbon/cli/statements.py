"""`asmcarbon statements`."""

import click

from asmcarbon.cli.files import as_json_text, folder_of, json_option, output_option, site_argument, site_at, write
from asmcarbon.reports.rows import tables_for
from asmcarbon.reports.statements import baseline_for, statements_report
from asmcarbon.reports.statements_text import statements_text


@click.command("statements")
@site_argument
@click.option("--baseline", metavar="BEFORE.yaml", help="The same site without what was done, to tell what is avoided.")
@json_option
@output_option
def command(site: str, baseline: str | None, as_json: bool, output: str | None) -> None:
    """Tell avoided, financed and sold emissions and social indicators, each on its own.

    SITE.yaml is a site file, or - for standard input. None of it is netted against the footprint.
    """
    read, folder = site_at(site), folder_of(site)
    before = baseline_for(read, folder, None if baseline is None else site_at(baseline))
    report = statements_report(read, tables_for(read, folder), before)
    write(as_json_text(report) if as_json else statements_text(report), output)
