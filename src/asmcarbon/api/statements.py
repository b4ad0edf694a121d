"""`POST /v1/statements`."""

from typing import cast

from litestar import post
from litestar.params import JSONBody
from msgspec.structs import replace
from pydantic import Field

from asmcarbon.api.body import refuse_files
from asmcarbon.api.openapi import PUBLISHED, errors
from asmcarbon.api.statement_answers import StatementsAnswer
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import read_tables
from asmcarbon.messages import _
from asmcarbon.reports.statements import statements_report
from asmcarbon.site.model import Part
from asmcarbon.site.site import Site


class StatementsRequest(Part):
    """A site, and the same site as it would be without what was done."""

    site: Site
    baseline: Site | None = Field(default=None, description="without it nothing is told as avoided against a baseline")


PUBLISHED.append(StatementsRequest)


def _refuse_files(name: str, site: Site) -> None:
    try:
        refuse_files(site, weather=False)
    except InputError as error:
        raise InputError([replace(one, where=f"{name}.{one.where}") for one in error.problems]) from error


@post("/statements", status_code=200, operation_id="statements", tags=["results"],
      summary="What a site states beside its footprint, each on its own.",
      responses=errors(400, 413, 415, 422, 500))  # fmt: skip
async def statements(data: JSONBody[StatementsRequest]) -> StatementsAnswer:
    """Return avoided, financed and sold emissions and social indicators; none is netted against the footprint."""
    site, baseline = data.site, data.baseline
    for name, one in (("site", site), ("baseline", baseline)):
        if one is not None:
            _refuse_files(name, one)
    if baseline is None and site.statements.avoided is not None and site.statements.avoided.baseline is not None:
        what = _("names a file, which is read on the command line only")
        expected = _("the baseline itself beside the site")
        raise InputError(Problem("site.statements.avoided.baseline", what, expected, "{site: {...}, baseline: {...}}"))
    return cast("StatementsAnswer", statements_report(site, read_tables(), baseline))
