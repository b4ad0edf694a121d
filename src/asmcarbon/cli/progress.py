"""`asmcarbon progress`."""

import click

from asmcarbon.cli.files import (
    as_json_text,
    csv_option,
    gwp_option,
    json_option,
    one_form,
    output_option,
    write,
)
from asmcarbon.cli.sites import sites_argument, sites_at
from asmcarbon.reports.csv_text import csv_text
from asmcarbon.reports.progress import progress_report, progress_table, threshold_percent_of
from asmcarbon.reports.progress_text import progress_text
from asmcarbon.site.site import GwpSet


@click.command("progress")
@sites_argument
@click.option("--per", metavar="NAME", help="What activity is: gold, ore, job ...; the product where not given.")
@click.option(
    "--threshold", metavar="SHARE", help="Share of the base year past which it is recalculated, for example '5 %'."
)
@gwp_option
@json_option
@csv_option
@output_option
def command(
    sites: tuple[str, ...], per: str | None, threshold: str | None, gwp_set: GwpSet | None, as_json: bool, as_csv: bool,
    output: str | None,
) -> None:  # fmt: skip
    """Tell what changed a site's footprint over the years, by cause.

    SITE.yaml are files of the same site, one for each year; the first year is the base year. The change is split into
    activity (more or less product), intensity (fuel and materials for each product), factor (density, emission factor,
    GWP) and boundary (what one of the accounts leaves out), so that a change of factors never looks like progress.
    """
    one_form(as_json, as_csv)
    share = None if threshold is None else threshold_percent_of(threshold)
    report = progress_report(sites_at(sites, gwp_set), per, share)
    if as_csv:
        write(csv_text(progress_table(report)), output)
    else:
        write(as_json_text(report) if as_json else progress_text(report), output)
