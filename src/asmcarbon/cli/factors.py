"""`asmcarbon factors list | show | check | diff`."""

import sys
from pathlib import Path

import click

from asmcarbon.cli import factors_diff
from asmcarbon.cli.files import (
    as_json_text,
    csv_option,
    factors_option,
    json_option,
    one_form,
    output_option,
    write,
)
from asmcarbon.factors.check import check as check_tables
from asmcarbon.factors.missing import no_such_factor, nothing_found
from asmcarbon.factors.rows import COLUMNS, row_cells
from asmcarbon.factors.tables import default_folder, read_tables, release_folder
from asmcarbon.messages import _
from asmcarbon.reports.factor_text import factor_text, factors_text, other_years
from asmcarbon.reports.rows import factor_row


@click.group("factors")
def command() -> None:
    """List, show, check and compare the emission factors."""


@command.command("list")
@click.option("--item", default="", help="Only items that begin so, for example diesel or electricity.grid.")
@click.option("--region", default="", help="Only this region: a country code, any, or World.")
@click.option("--year", type=int, metavar="YEAR", help="Only rows that hold for this year.")
@click.option("--boundary", default="", help="Only this boundary, for example direct or lifecycle.")
@click.option("--source", default="", metavar="ID", help="Only from this publication, an id of sources.csv.")
@factors_option
@json_option
@csv_option
@output_option
def list_factors(
    item: str, region: str, year: int | None, boundary: str, source: str, factors: Path | None, as_json: bool,
    as_csv: bool, output: str | None,
) -> None:  # fmt: skip
    """List the rows of the tables, every figure as it stands there.

    With --csv the columns are those of the tables, so that rows can be put into a table of one's own factors.
    """
    one_form(as_json, as_csv)
    tables = read_tables(factors)
    found = [
        row
        for row in tables.factors
        if row.item.startswith(item) and region in ("", row.region) and boundary in ("", row.boundary)
        and source in ("", row.source_id) and (year is None or row.is_valid_in(year))
    ]  # fmt: skip
    if not found:
        click.echo(nothing_found(tables, item, region), err=True)
    if as_csv:
        from asmcarbon.reports.csv_text import csv_text

        write(csv_text([row_cells(row) for row in found], COLUMNS), output)
    elif as_json:
        write(as_json_text([factor_row(row, tables) for row in found]), output)
    else:
        write(factors_text(found, tables.release), output)


@command.command("show")
@click.argument("factor_id", metavar="FACTOR_ID")
@factors_option
@json_option
@output_option
def show(factor_id: str, factors: Path | None, as_json: bool, output: str | None) -> None:
    """Show all that is known about one factor, by the id that reports print."""
    tables = read_tables(factors)
    factor = tables.by_id.get(factor_id)
    if factor is None:
        raise no_such_factor(tables, factor_id)
    row = factor_row(factor, tables)
    write(as_json_text(row) if as_json else factor_text(row, other_years(factor, tables)), output)


@command.command("check")
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Check factor tables: units, sources, duplicates, order.

    FOLDER is another folder than asmcarbon's own; or a .csv file of your own factors, as a site names one.
    """
    if folder is not None and folder.suffix.lower() == ".csv":
        own = [row for row in read_tables(overlay=folder).factors if row.is_own]
        click.echo(_("{n} factors of your own, no problem").format(n=len(own)))
        return
    where = default_folder() if folder is None else release_folder(folder)
    problems = check_tables(where)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    click.echo(_("{n} factors, no problem").format(n=len(read_tables(where).factors)))


command.add_command(factors_diff.command)
