"""`asmcarbon factors list | show | check | diff`."""

import sys
from pathlib import Path

import click

from asmcarbon.cli import factors_diff
from asmcarbon.cli.files import as_json_text, json_option, output_option, write
from asmcarbon.errors import FactorNotFound
from asmcarbon.factors.check import check as check_tables
from asmcarbon.factors.tables import default_folder, read_tables
from asmcarbon.messages import _
from asmcarbon.reports.rows import factor_row
from asmcarbon.reports.terminal import factor_text, table


@click.group("factors")
def command() -> None:
    """List, show, check and compare the emission factors."""


@command.command("list")
@click.option("--item", default="", help="Only items that begin so, for example diesel or electricity.grid.")
@click.option("--region", default="", help="Only this region: a country code, any, or World.")
@json_option
@output_option
def list_factors(item: str, region: str, as_json: bool, output: str | None) -> None:
    """List the rows of the tables."""
    tables = read_tables()
    found = [row for row in tables.factors if row.item.startswith(item) and region in ("", row.region)]
    if as_json:
        write(as_json_text([factor_row(row, tables) for row in found]), output)
        return
    rows = [[row.factor_id, f"{row.value:g}", row.unit, row.source_id, row.locator[:60]] for row in found]
    title = _("{n} factors of release {release}").format(n=len(found), release=tables.release)
    write("\n".join([title, *table(rows, right=(1,))]) + "\n", output)


@command.command("show")
@click.argument("factor_id", metavar="FACTOR_ID")
@json_option
@output_option
def show(factor_id: str, as_json: bool, output: str | None) -> None:
    """Show all that is known about one factor, by the id that reports print."""
    from difflib import get_close_matches

    tables = read_tables()
    factor = tables.by_id.get(factor_id)
    if factor is None:
        raise FactorNotFound(
            factor_id, _("any region"), None, tuple(get_close_matches(factor_id, list(tables.by_id), 3, 0.3))
        )
    row = factor_row(factor, tables)
    write(as_json_text(row) if as_json else factor_text(row), output)


@command.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Check factor tables: units, sources, duplicates, order. FOLDER is another folder than asmcarbon's own."""
    where = folder or default_folder()
    problems = check_tables(where)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    click.echo(_("{n} factors, no problem").format(n=len(read_tables(where).factors)))


command.add_command(factors_diff.command)
