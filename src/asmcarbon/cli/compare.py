"""`asmcarbon compare`."""

import click

from asmcarbon.cli.files import (
    as_json_text,
    csv_option,
    gwp_option,
    json_option,
    one_form,
    output_option,
    page_option,
    write,
)
from asmcarbon.cli.sites import sites_argument, sites_at
from asmcarbon.reports.compare import compare_report, compare_table
from asmcarbon.reports.compare_text import compare_text
from asmcarbon.reports.csv_text import csv_text
from asmcarbon.site.site import GwpSet


@click.command("compare")
@sites_argument
@gwp_option
@json_option
@csv_option
@page_option
@output_option
def command(
    sites: tuple[str, ...], gwp_set: GwpSet | None, as_json: bool, as_csv: bool, page: str | None, output: str | None
) -> None:  # fmt: skip
    """Set sites side by side, per mass of product and per job.

    SITE.yaml are site files; each stands beside the figures of large-scale mining too, and beside what was published of
    artisanal mines; one file alone stands beside these only. Refused where their boundary, GWP set or product differ:
    such figures are not of one kind.
    """
    one_form(as_json, as_csv)
    report = compare_report(sites_at(sites, gwp_set))
    if page is not None:
        from asmcarbon.reports.page.page import comparison_page

        write(comparison_page(report), page)
    if as_csv:
        write(csv_text(compare_table(report)), output)
    else:
        write(as_json_text(report) if as_json else compare_text(report), output)
