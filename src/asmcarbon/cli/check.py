"""`asmcarbon check`."""

import click

from asmcarbon.cli.files import as_json_text, folder_of, json_option, output_option, site_argument, site_at, write
from asmcarbon.errors import AsmcarbonError
from asmcarbon.messages import _
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.record_notes import record_notes
from asmcarbon.reports.rows import tables_for
from asmcarbon.reports.statements import baseline_for, statements_report
from asmcarbon.site.data import data_of


@click.command("check")
@site_argument
@json_option
@output_option
def command(site: str, as_json: bool, output: str | None) -> None:
    """Check a site file: every problem at once.

    SITE.yaml is a site file, or - for standard input. Says as well whether its statements and a plan can be made, and
    what is missing for them. With --json, prints the site as it was read: the body of a request to the HTTP server.
    """
    read = site_at(site)
    if as_json:
        write(as_json_text(read.model_dump(mode="json", exclude_unset=True)), output)
        return
    tables = tables_for(read, folder_of(site))
    footprint_report(read, tables)
    click.echo(
        _("{site}: {name}, {n} figures; a footprint can be made").format(
            site=site, name=read.name, n=len(list(data_of(read)))
        )
    )
    for note in record_notes(read):
        click.echo(note)
    if "statements" in read.model_fields_set:
        try:
            statements_report(read, tables, baseline_for(read, folder_of(site), None))
        except AsmcarbonError as missing:
            click.echo(_("for its statements it lacks:"))
            click.echo(str(missing))
        else:
            click.echo(_("its statements can be made"))
    from asmcarbon.optimise.site_checks import check_plannable

    try:
        check_plannable(read)
    except AsmcarbonError as missing:
        click.echo(_("for a plan it lacks:"))
        click.echo(str(missing))
    else:
        click.echo(_("a plan can be made"))
