"""`asmcarbon init`."""

from pathlib import Path

import click

from asmcarbon.cli.files import write, write_bytes
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.site.files import WORKBOOKS
from asmcarbon.site.template import TYPES, template


@click.command("init")
@click.argument("file", metavar="SITE.yaml", default="-")
@click.option(
    "--type", "kind", type=click.Choice(list(TYPES)), default="underground", show_default=True, help="Type of mine."
)
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def command(file: str, kind: str, force: bool) -> None:
    """Write a commented site file to fill in.

    SITE.yaml is the file to write; standard output where it is not given. SITE.xlsx makes it a workbook, for those who
    have a spreadsheet and no editor.
    """
    ending = Path(file).suffix.lower()
    if ending in WORKBOOKS and ending != ".xlsx":
        what = _("a {ending} file cannot be written").format(ending=ending)
        raise InputError(Problem("", what, _("a workbook .xlsx, or a text file"), "site.xlsx", file=file))
    if file != "-" and Path(file).exists() and not force:
        raise InputError(
            Problem("", _("exists already"), _("a new file, or --force"), "asmcarbon init --force site.yaml", file=file)
        )
    if ending == ".xlsx":
        from asmcarbon.exchange.site_workbook import site_workbook

        write_bytes(site_workbook(kind), file)
    else:
        write(template(kind), None if file == "-" else file)
    if file != "-":
        click.echo(_("Wrote {file}. Fill it in, then: asmcarbon check {file}").format(file=file), err=True)
