"""`asmcarbon units`."""

import click

from asmcarbon.cli.files import as_json_text, json_option, output_option, write
from asmcarbon.reports.terminal import table
from asmcarbon.units import unit_list


@click.command("units")
@json_option
@output_option
def command(as_json: bool, output: str | None) -> None:
    """List the units that may be written."""
    units = unit_list()
    rows = [
        {"unit": one.name, "also": list(one.aliases), "definition": one.definition, "measures": one.dimension}
        for one in units
    ]
    lines = table([[one.name, ", ".join(one.aliases), one.definition, one.dimension] for one in units])
    write(as_json_text(rows) if as_json else "\n".join(lines) + "\n", output)
