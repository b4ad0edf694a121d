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
    rows = [{"unit": one.name, "also": list(one.aliases), "definition": one.definition, "measures": one.dimension} for one in unit_list()]
    lines = table([[row["unit"], ", ".join(row["also"]), row["definition"], row["measures"]] for row in rows])
    write(as_json_text(rows) if as_json else "\n".join(lines) + "\n", output)
