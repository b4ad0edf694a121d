"""`asmcarbon explain`."""

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
from asmcarbon.reports.explain import explanation, figures_of
from asmcarbon.reports.explain_text import explanation_text
from asmcarbon.reports.moved import moved_report, moved_text
from asmcarbon.reports.rows import tables_for
from asmcarbon.site.site import GwpSet


@click.command("explain")
@site_argument
@click.argument("figure", required=False, default=None)
@gwp_option
@factors_option
@json_option
@output_option
def command(
    site: str, figure: str | None, gwp_set: GwpSet | None, factors: Path | None, as_json: bool, output: str | None
) -> None:
    """Tell where a figure comes from: equations, inputs, rows, sources.

    SITE.yaml is a site file, or - for standard input. FIGURE is the name of a total (scope_1, land_use_change), of
    lines of it (scope_1.diesel), of an intensity (scopes_1_2/job) or of an interval (scopes_1_2.interval); without it,
    the names are listed. With --gwp-set or --factors, it is told what the figure would be by these, and what moves it.
    """
    read = site_at(site)
    tables = tables_for(read, folder_of(site))
    if figure is not None and (gwp_set or factors):
        moved = moved_report(read, tables, tables_for(read, folder_of(site), factors), gwp_set, figure)
        write(as_json_text(moved) if as_json else moved_text(moved), output)
        return
    if figure is None:
        names = figures_of(read, tables)
        write(as_json_text(names) if as_json else "\n".join(names) + "\n", output)
        return
    report = explanation(read, tables, figure)
    write(as_json_text(report) if as_json else explanation_text(report), output)
