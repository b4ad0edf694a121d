"""`asmcarbon batch`."""

import sys
from pathlib import Path

import click

from asmcarbon.batch.run import footprints_of
from asmcarbon.batch.tables import csv_text, template
from asmcarbon.cli.files import output_option, write
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import read_tables
from asmcarbon.messages import _


@click.command("batch")
@click.argument("source", metavar="FOLDER|TABLE.csv", required=False, type=click.Path(path_type=Path))
@output_option
@click.option("--template", "want_template", is_flag=True, help="Print an activity table to fill in.")
@click.option("--strict", is_flag=True, help="Exit with 1 where anything is refused.")
def command(source: Path | None, output: str | None, want_template: bool, strict: bool) -> None:
    """Footprints of many sites into one CSV table.

    FOLDER holds site files (.yaml, .yml, .json); TABLE.csv is an activity table with the columns site, item, amount,
    unit, country, year. What is refused goes to refused.csv beside the output, or to standard error.
    """
    if want_template:
        write(template(), output)
        return
    if source is None:
        raise InputError(
            Problem(
                "FOLDER|TABLE.csv",
                _("is missing"),
                _("a folder of site files, or a table"),
                "asmcarbon batch sites/ -o footprints.csv",
            )
        )
    done = footprints_of(source, read_tables(), progress=lambda text: click.echo(text, err=True))
    write(csv_text(done.rows), output)
    if output is None or output == "-":
        for one in done.refused:
            click.echo(_("refused: {file}:{row} {column} {value}: {reason}").format(**one), err=True)
    else:
        write(
            csv_text(done.refused, ("file", "row", "column", "value", "reason")),
            str(Path(output).with_name("refused.csv")),
        )
    summary = _("{read} read, {accepted} accepted, {refused} refused")
    click.echo(summary.format(read=done.read, accepted=done.accepted, refused=done.read - done.accepted), err=True)
    if strict and done.refused:
        sys.exit(1)
