"""`asmcarbon replay`."""

from pathlib import Path

import click

from asmcarbon.cli.files import as_json_text, json_option, output_option, write
from asmcarbon.reports.replay import replay_text, replayed


@click.command("replay")
@click.argument("report", metavar="REPORT.json")
@json_option
@output_option
def command(report: str, as_json: bool, output: str | None) -> None:
    """Compute a footprint report again from its own content, and compare.

    REPORT.json is what asmcarbon footprint --json wrote. Exit code 1 where an entry differs, or a row of factors is not
    that of its release.
    """
    result = replayed(Path(report))
    write(as_json_text(result) if as_json else replay_text(result), output)
    if result["differences"] or result["rows_changed"]:
        raise click.exceptions.Exit(1)
