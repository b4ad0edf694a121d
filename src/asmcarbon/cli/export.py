"""`asmcarbon export`."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import click

from asmcarbon.cli.files import (
    as_json_text,
    factors_option,
    folder_of,
    gwp_option,
    output_option,
    site_argument,
    site_at,
    write,
)

# Where a key of what is declared is given on the command line.
_OPTIONS = {
    "company": "--company", "company_ids": "--company-id", "product": "--product", "product_ids": "--product-id",
    "product_name": "--product-name", "product_description": "--product-description",
    "classifications": "--classification", "standards": "--standard", "exempted_percent": "--exempted-percent",
    "comment": "--comment",
}  # fmt: skip
_SEVERAL = ("company_ids", "product_ids", "classifications", "standards")


@click.group("export")
def command() -> None:
    """Write a site's results in the forms that other systems read."""


@command.command("pact")
@site_argument
@click.option("--company", required=True, help="Name of the company that owns the data.")
@click.option("--company-id", "company_ids", multiple=True, required=True, metavar="URN", help="URN of the company.")
@click.option("--product", metavar="METAL", help="Which metal, where several leave the site: gold, copper ...")
@click.option("--product-id", "product_ids", multiple=True, required=True, metavar="URN", help="URN of the product.")
@click.option("--product-name", help="As the company calls it; the metal otherwise.")
@click.option("--product-description", help="In words; made from the site otherwise.")
@click.option("--classification", "classifications", multiple=True, metavar="URN", help="URN of a class it is in.")
@click.option(
    "--standard",
    "standards",
    multiple=True,
    help="That the footprint follows: GHGP-Product unless said otherwise, ISO14067, PACT-3.0 ...",
)
@click.option("--exempted-percent", type=float, help="Share of emissions that the site leaves out, where it does.")
@click.option("--comment", help="For those who read or verify the footprint.")
@gwp_option
@factors_option
@output_option
def pact(site: str, gwp_set: Any, factors: Any, output: str | None, **declared: Any) -> None:
    """Write the footprint of a product as PACT's ProductFootprint (version 3), per kilogram of metal.

    SITE.yaml is a site file, or - for standard input. Options that name a URN may be given several times.
    """
    from msgspec.structs import replace

    from asmcarbon.errors import InputError
    from asmcarbon.exchange.declared import declared_of
    from asmcarbon.exchange.pact import product_footprint
    from asmcarbon.reports.rows import tables_for, under

    stated = {key: one for key, one in declared.items() if one is not None}
    for key in _SEVERAL:
        if names := stated.pop(key):
            stated[key] = list(names)
    read = under(site_at(site), gwp_set)
    try:
        row = product_footprint(
            read, tables_for(read, folder_of(site), factors), declared_of(stated), str(uuid4()), datetime.now(UTC)
        )
    except InputError as error:
        raise InputError([replace(one, where=_option_of(one.where)) for one in error.problems]) from error
    write(as_json_text(row), output)


def _option_of(where: str) -> str:
    return _OPTIONS.get(where.partition(".")[0], where)
