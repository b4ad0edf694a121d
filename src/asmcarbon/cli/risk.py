"""`asmcarbon risk`."""

from typing import Any

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
from asmcarbon.reports.rows import tables_for


@click.command("risk")
@site_argument
@click.option("--scenarios", type=int, default=12, show_default=True, help="How many ways the years may turn out.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Seed of the draws.")
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Most time for it all."
)
@click.option("--chart", metavar="FILE.svg", callback=in_a_folder, help="Draw what matters as a tornado chart too.")
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

    Where the site has options.stages, or states who pays, the plan is of all stages: sizes and financing are decided
    before it is known which scenario comes, and debt cover, cash and worth are told for each.
    """
    one_form(as_json, as_csv)
    read, folder = site_at(site), folder_of(site)
    tables = tables_for(read, folder)
    from asmcarbon.reports.csv_text import csv_text

    wanted: dict[str, Any] = {"folder": folder, "scenarios": scenarios, "seed": seed, "time_limit_s": time_limit}
    if read.is_planned_in_stages:
        from asmcarbon.planning.stage_risk import stage_risk_of
        from asmcarbon.reports.stage_risk import stage_risk_report, stage_risk_table
        from asmcarbon.reports.stage_risk_text import stage_risk_text
        from asmcarbon.reports.tornado_chart import stage_tornado_chart

        staged = stage_risk_of(read, tables, progress=progress, **wanted)
        report = stage_risk_report(staged, tables)
        drawn, rows, page = stage_tornado_chart, stage_risk_table, stage_risk_text
    else:
        from asmcarbon.planning.risk import risk_of
        from asmcarbon.reports.risk import risk_report, risk_table
        from asmcarbon.reports.risk_text import risk_text
        from asmcarbon.reports.tornado_chart import tornado_chart

        report = risk_report(risk_of(read, tables, progress=progress, **wanted), tables)
        drawn, rows, page = tornado_chart, risk_table, risk_text
    if chart is not None:
        write(drawn(report), chart)
    if as_csv:
        write(csv_text(rows(report)), output)
    else:
        write(as_json_text(report) if as_json else page(report), output)
