"""`asmcarbon footprint`."""

from pathlib import Path

import click

from asmcarbon.cli.files import (
    as_json_text,
    factors_option,
    folder_of,
    gwp_option,
    json_option,
    output_option,
    site_argument,
    site_at,
    write,
)
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.footprint_text import footprint_text
from asmcarbon.reports.rows import tables_for, under
from asmcarbon.site.site import GwpSet


@click.command("footprint")
@site_argument
@json_option
@output_option
@click.option(
    "--draws", type=click.IntRange(100, 1_000_000), metavar="N", help="Draw the intervals by Monte Carlo too, N times."
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Seed of the draws.")
@gwp_option
@factors_option
def command(
    site: str, as_json: bool, output: str | None, draws: int | None, seed: int, gwp_set: GwpSet | None,
    factors: Path | None,
) -> None:  # fmt: skip
    """Tell what a site emits, per tonne and per job.

    SITE.yaml is a site file, or - for standard input.
    """
    read = under(site_at(site), gwp_set)
    tables = tables_for(read, folder_of(site), factors)
    report = footprint_report(read, tables, draws=None if draws is None else (draws, seed))
    write(as_json_text(report) if as_json else footprint_text(report), output)
