"""`asmcarbon factors diff`."""

from pathlib import Path

import click

from asmcarbon.cli.files import (
    as_json_text,
    csv_option,
    folder_of,
    json_option,
    one_form,
    output_option,
    site_at,
    write,
)
from asmcarbon.errors import FactorError, InputError, Problem
from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.messages import _


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@click.option("--site", "sites", metavar="FILE", multiple=True, help="A site to compute with both; may be repeated.")
@json_option
@csv_option
@output_option
def command(old: str, new: str | None, sites: tuple[str, ...], as_json: bool, as_csv: bool, output: str | None) -> None:
    """Compare two releases of the tables: rows, and what they do to sites.

    OLD and NEW are folders of factor tables, as emission_factors/ of a release, or a release unpacked; without NEW,
    OLD is compared with asmcarbon's own. Without --site, the examples are computed; where they are not installed, the
    templates of asmcarbon init.
    """
    one_form(as_json, as_csv)
    from asmcarbon.reports.csv_text import csv_text
    from asmcarbon.reports.factors_diff import CSV_COLUMNS, csv_rows, factors_diff_report
    from asmcarbon.reports.factors_diff_text import factors_diff_text
    from asmcarbon.site.examples import example_sites

    before, was = _tables(old)
    after, now = _tables(new) if new is not None else (read_tables(), _("the tables of this asmcarbon"))
    named = {path: (site_at(path), folder_of(path)) for path in sites}
    named = named or {name: (site, Path()) for name, site in example_sites().items()}
    own = {
        name: (site, folder / site.method.factors if site.method.factors is not None else None)
        for name, (site, folder) in named.items()
    }
    report = factors_diff_report(before, after, (was, now), own)
    if as_csv:
        write(csv_text(csv_rows(report), CSV_COLUMNS), output)
    else:
        write(as_json_text(report) if as_json else factors_diff_text(report), output)


def _tables(given: str) -> tuple[FactorTables, str]:
    """Return the tables of a folder, or of a release that lies unpacked in it, and what the folder is called."""
    inside = (Path(given), Path(given, "emission_factors"), Path(given, "asmcarbon", "emission_factors"))
    folder = next((one for one in inside if (one / "release.toml").is_file()), Path(given))
    try:
        return read_tables(folder), str(folder)
    except FactorError as error:
        problems = [Problem("", str(folder / line)) for line in str(error).splitlines()]
        raise InputError(problems) from error
