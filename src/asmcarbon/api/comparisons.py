"""`POST /v1/progress` and `POST /v1/comparisons`: several sites in one body."""

from typing import cast

from litestar import post
from litestar.params import JSONBody
from msgspec.structs import replace
from pydantic import Field

from asmcarbon.api.body import refuse_files
from asmcarbon.api.comparison_answers import ComparisonAnswer
from asmcarbon.api.openapi import PUBLISHED, errors
from asmcarbon.api.progress_answers import ProgressAnswer
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.measures import Share
from asmcarbon.reports.compare import compare_report
from asmcarbon.reports.progress import progress_report
from asmcarbon.reports.rows import Row, under
from asmcarbon.site.model import Name, Part
from asmcarbon.site.site import GwpSet, Site

MOST_SITES = 20


class ComparisonRequest(Part):
    """Sites to set side by side; one alone stands beside published figures."""

    sites: list[Site] = Field(min_length=1, max_length=MOST_SITES)
    gwp_set: GwpSet | None = Field(default=None, description="counts all of them, instead of each site's own")


class ProgressRequest(Part):
    """The years of one site; the earliest is the base year."""

    sites: list[Site] = Field(min_length=2, max_length=MOST_SITES)
    per: Name | None = Field(
        default=None, description="what activity is: gold, ore, job ...; the product where not given"
    )
    threshold: Share | None = Field(
        default=None, description="share of the base year past which it is recalculated; not judged where not given"
    )
    gwp_set: GwpSet | None = Field(default=None, description="counts all years, instead of each one's own")


PUBLISHED.extend([ComparisonRequest, ProgressRequest])


def _given(sites: list[Site], gwp_set: GwpSet | None) -> list[tuple[str, Site, FactorTables]]:
    """Return sites as reports take them, each named by its place in the body; none may name a file of the server."""
    tables = read_tables()
    problems: list[Problem] = []
    for number, site in enumerate(sites):
        try:
            refuse_files(site, weather=False)
        except InputError as error:
            problems += [replace(one, where=f"sites.{number}.{one.where}") for one in error.problems]
    if problems:
        raise InputError(problems)
    return [(f"sites.{number}", under(site, gwp_set), tables) for number, site in enumerate(sites)]


def _placed(error: InputError) -> InputError:
    """Return an error with each problem at its place in the body, where a command has a file or an option."""
    return InputError(
        [
            replace(one, where=".".join(filter(None, (one.file, one.where.lstrip("-")))), file="")
            for one in error.problems
        ]
    )


@post("/progress", status_code=200, operation_id="progress", summary="What changed a site's footprint over the years.",
      tags=["results"], responses=errors(400, 413, 415, 422, 500))  # fmt: skip
async def progress(data: JSONBody[ProgressRequest]) -> ProgressAnswer:
    """Return the change of a site's footprint from year to year, split by cause, and its base year counted as today."""
    threshold = None if data.threshold is None else data.threshold.to("%")
    try:
        report = progress_report(_given(data.sites, data.gwp_set), data.per, threshold)
    except InputError as error:
        raise _placed(error) from error
    return cast("ProgressAnswer", report)


@post("/comparisons", status_code=200, operation_id="compare", summary="Sites side by side.", tags=["results"],
      responses=errors(400, 413, 415, 422, 500))  # fmt: skip
async def compare(data: JSONBody[ComparisonRequest]) -> ComparisonAnswer:
    """Return sites per mass of product and per job, beside large-scale mining and beside artisanal mines."""
    return cast("ComparisonAnswer", compared(data))


def compared(asked: ComparisonRequest) -> Row:
    """Return sites side by side as rows; each problem has its place in the body."""
    try:
        return compare_report(_given(asked.sites, asked.gwp_set))
    except InputError as error:
        raise _placed(error) from error
