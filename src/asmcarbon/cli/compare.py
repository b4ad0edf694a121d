"""`asmcarbon compare`."""

import click

from asmcarbon.cli.files import as_json_text, json_option, output_option, write
from asmcarbon.cli.sites import sites_argument, sites_at
from asmcarbon.reports.compare import compare_report
from asmcarbon.reports.compare_text import compare_text


@click.command("compare")
@sites_argument
@json_option
@output_option
def command(sites: tuple[str, ...], as_json: bool, output: str | None) -> None:
    """Set sites side by side, per mass of product and per job.

    SITE.yaml are site files; each stands beside the figures of large-scale mining too, and one file alone beside these
    only. Refused where their boundary, GWP set or product differ: such figures are not of one kind.
    """
    report = compare_report(sites_at(sites))
    write(as_json_text(report) if as_json else compare_text(report), output)
