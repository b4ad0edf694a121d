"""`asmcarbon units`."""

import click

from asmcarbon.cli.files import as_json_text, json_option, output_option, write
from asmcarbon.messages import _
from asmcarbon.reports.terminal import table
from asmcarbon.units import unit_list


@click.command("units")
@json_option
@output_option
def command(as_json: bool, output: str | None) -> None:
    """List the units that may be written, each with its source.

    What a site fills and counts, a sack or a bucket, is defined in its file under containers.
    """
    units = unit_list()
    rows = [
        {
            "unit": one.name,
            "also": list(one.aliases),
            "definition": one.definition,
            "measures": one.dimension,
            "source": one.source,
        }
        for one in units
    ]
    cells = [[one.name, ", ".join(one.aliases), one.definition, one.dimension, one.source] for one in units]
    header = [_("unit"), _("also"), _("definition"), _("measures"), _("source")]
    write(as_json_text(rows) if as_json else "\n".join(table([header, *cells])) + "\n", output)
