"""`asmcarbon schema`."""

import click

from asmcarbon.cli.files import as_json_text, output_option, write
from asmcarbon.site.site import Site


@click.command("schema")
@output_option
def command(output: str | None) -> None:
    """Print the JSON Schema of a site file."""
    write(as_json_text({"$schema": "https://json-schema.org/draft/2020-12/schema", **Site.model_json_schema()}), output)
