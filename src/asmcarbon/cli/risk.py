"""`asmcarbon risk`."""

import click

from asmcarbon.cli.files import (
    as_json_text,
    csv_option,
    folder_of,
    json_option,
    one_form,
    output_option,
    progress,
    site_argument,
    site_at,
    write,
)
from asmcarbon.reports.rows import tables_for


@click.command("risk")
@site_argument
@click.option("--scenarios", type=int, default=12, show_default=True, help="How many ways the years may turn out.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Seed of the draws.")
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Most time for the solver."
)
@click.option("--chart", metavar="FILE.svg", help="Draw what matters as a tornado chart too.")
@json_option
@csv_option
@output_option
def command(
    site: str, scenarios: int, seed: int, time_limit: float | None, chart: str | None, as_json: bool, as_csv: bool,
    output: str | None,
) -> None:  # fmt: skip
    """Find the one plan that is best over many scenarios of sun, load and prices, and what it risks.

    SITE.yaml is a site file, or - for standard input. What varies, and how far, stands in its options.uncertainty;
    where that does not say, prices vary within the ranges that the site states, and the days of the sun by seed. The
    same seed gives the same scenarios. --csv prints the scenarios, one a row.
    """
    one_form(as_json, as_csv)
    read, folder = site_at(site), folder_of(site)
    tables = tables_for(read, folder)
    from asmcarbon.batch.tables import csv_text
    from asmcarbon.planning.risk import risk_of
    from asmcarbon.reports.risk import risk_report, risk_table
    from asmcarbon.reports.risk_text import risk_text
    from asmcarbon.reports.tornado_chart import tornado_chart

    found = risk_of(
        read, tables, folder=folder, scenarios=scenarios, seed=seed, time_limit_s=time_limit, progress=progress
    )
    report = risk_report(found, tables)
    if chart is not None:
        write(tornado_chart(report), chart)
    if as_csv:
        write(csv_text(risk_table(report)), output)
    else:
        write(as_json_text(report) if as_json else risk_text(report), output)
