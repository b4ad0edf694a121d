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
    in_a_folder,
    output_option,
    progress,
    site_argument,
    site_at,
    write,
    write_bytes,
)
from asmcarbon.cli.numbers import FiniteRange
from asmcarbon.messages import _

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


@command.command("xlsx")
@site_argument
@click.option(
    "-o",
    "--output",
    metavar="FILE.xlsx",
    default="results.xlsx",
    show_default=True,
    callback=in_a_folder,
    help="File to write.",
)
@click.option("--no-plan", is_flag=True, help="Tell the footprint only.")
@click.option(
    "--points",
    type=click.IntRange(2, 50),
    metavar="N",
    help="Tell what fewer emissions cost too, by so many plans from the cheapest to the cleanest.",
)
@click.option(
    "--time-limit",
    type=FiniteRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Most time for the plan, and for what fewer emissions cost.",
)
@gwp_option
@factors_option
def xlsx(
    site: str, output: str, no_plan: bool, points: int | None, time_limit: float | None, gwp_set: Any, factors: Any
) -> None:
    """Write the results as a workbook: every line, factor and source, and the plan with its cash flow.

    SITE.yaml is a site file, or - for standard input. Numbers are numbers, sums are formulas. Where no plan can be
    given, it tells the footprint and why.
    """
    from asmcarbon.errors import InputError, SolveError
    from asmcarbon.exchange.results_workbook import results_workbook
    from asmcarbon.exchange.sheets import new_book
    from asmcarbon.reports.footprint_rows import footprint_report
    from asmcarbon.reports.rows import tables_for, under

    new_book()  # what is missing for it is told before long work
    read, folder = under(site_at(site), gwp_set), folder_of(site)
    tables = tables_for(read, folder, factors)
    report, frontier, without_plan = None, None, ""
    if not no_plan:
        from asmcarbon.planning.frontier import frontier_of_site
        from asmcarbon.reports.frontier import frontier_report
        from asmcarbon.reports.planned import planned_report

        try:
            report = planned_report(read, tables, folder, time_limit, progress)
            if points is not None:
                found = frontier_of_site(
                    read, tables, points=points, folder=folder, time_limit_s=time_limit, progress=progress
                )
                frontier = frontier_report(found)
        except (SolveError, InputError) as error:
            without_plan = str(error)
    made = results_workbook(
        read, report or footprint_report(read, tables), tables, frontier=frontier, without_plan=without_plan
    )
    write_bytes(made, output)
    click.echo(_("Wrote {file}.").format(file=output), err=True)
