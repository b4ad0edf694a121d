"""`asmcarbon frontier`."""

import time

import click

from asmcarbon.cli.files import (
    as_json_text,
    csv_option,
    folder_of,
    in_a_folder,
    json_option,
    one_form,
    output_option,
    progress,
    site_argument,
    site_at,
    write,
)
from asmcarbon.reports.csv_text import csv_text
from asmcarbon.reports.frontier import frontier_report, frontier_table, within_of
from asmcarbon.reports.frontier_text import frontier_text
from asmcarbon.reports.rows import tables_for


@click.command("frontier")
@site_argument
@click.option(
    "--points", type=int, default=10, show_default=True, metavar="N", help="How many plans, from cheapest to cleanest."
)
@click.option(
    "--within", default="2 %", show_default=True, metavar="SHARE",
    help="How much dearer than the cheapest a plan may be whose sizes are told as a range.",
)  # fmt: skip
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Most time in all: what is found by then is told, with its gaps, or that there is no plan.",
)
@click.option("--chart", metavar="FILE.svg", callback=in_a_folder, help="Draw cost against emissions into a file.")
@json_option
@csv_option
@output_option
def command(
    site: str,
    points: int,
    within: str,
    time_limit: float | None,
    chart: str | None,
    as_json: bool,
    as_csv: bool,
    output: str | None,
) -> None:
    """Tell what fewer emissions cost: plans from the cheapest to the cleanest.

    SITE.yaml is a site file, or - for standard input. Besides: what a plan without a battery, or without any other
    option, would cost; how far sizes may range at nearly the same cost; what a tonne costs by each option. Where the
    site states who pays, all costs are after that, and each plan is financed as is best for it.
    """
    since = time.monotonic()
    one_form(as_json, as_csv)
    share, read = within_of(within), site_at(site)
    from asmcarbon.planning.frontier import frontier_of_site

    tables, folder = tables_for(read, folder_of(site)), folder_of(site)
    found = frontier_of_site(
        read,
        tables,
        points=points,
        within=share,
        folder=folder,
        time_limit_s=time_limit,
        since=since,
        progress=progress,
    )
    report = frontier_report(found)
    if chart is not None:
        from asmcarbon.reports.page.frontier_charts import frontier_chart

        write(frontier_chart(report, report["site"]["name"]).svg, chart)
    if as_csv:
        write(csv_text(frontier_table(report)), output)
    else:
        write(as_json_text(report) if as_json else frontier_text(report), output)
