"""`asmcarbon check`."""

import click

from asmcarbon.cli.files import site_argument, site_at
from asmcarbon.errors import AsmcarbonError
from asmcarbon.factors.tables import read_tables
from asmcarbon.messages import _
from asmcarbon.reports.rows import footprint_report
from asmcarbon.site.data import data_of


@click.command("check")
@site_argument
def command(site: str) -> None:
    """Check a site file: every problem at once.

    SITE.yaml is a site file, or - for standard input. Says as well whether a plan can be made, and what is missing for one.
    """
    read = site_at(site)
    footprint_report(read, read_tables())
    click.echo(_("{site}: {name}, {n} figures; a footprint can be made").format(site=site, name=read.name, n=len(list(data_of(read)))))
    from asmcarbon.optimise.site_parameters import check_plannable

    try:
        check_plannable(read)
    except AsmcarbonError as missing:
        click.echo(_("for a plan it lacks:"))
        click.echo(str(missing))
    else:
        click.echo(_("a plan can be made"))
