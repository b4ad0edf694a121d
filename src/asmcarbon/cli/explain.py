"""`asmcarbon explain`."""

import click

from asmcarbon.cli.files import as_json_text, folder_of, json_option, output_option, site_argument, site_at, write
from asmcarbon.reports.explain import explanation, figures_of
from asmcarbon.reports.explain_text import explanation_text
from asmcarbon.reports.rows import tables_for


@click.command("explain")
@site_argument
@click.argument("figure", required=False, default=None)
@json_option
@output_option
def command(site: str, figure: str | None, as_json: bool, output: str | None) -> None:
    """Tell where a figure comes from: equations, inputs, rows, sources.

    SITE.yaml is a site file, or - for standard input. FIGURE is the name of a total (scope_1, land_use_change), of
    lines of it (scope_1.diesel), of an intensity (scopes_1_2/job) or of an interval (scopes_1_2.interval); without it,
    the names are listed.
    """
    read = site_at(site)
    tables = tables_for(read, folder_of(site))
    if figure is None:
        names = figures_of(read, tables)
        write(as_json_text(names) if as_json else "\n".join(names) + "\n", output)
        return
    report = explanation(read, tables, figure)
    write(as_json_text(report) if as_json else explanation_text(report), output)
