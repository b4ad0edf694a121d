"""`POST /v1/footprints`."""

from typing import cast

from litestar import post
from litestar.params import JSONBody

from asmcarbon.api.body import refuse_files
from asmcarbon.api.footprint_answers import FootprintAnswer
from asmcarbon.api.openapi import errors
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.site import Site


@post("/footprints", status_code=200, operation_id="footprint", summary="The footprint of a site.", tags=["results"],
      responses=errors(400, 413, 415, 422, 500))  # fmt: skip
async def footprint(data: JSONBody[Site]) -> FootprintAnswer:
    """Return what a site emits in a year: lines with their sources, totals, intensities."""
    site = data
    refuse_files(site, weather=False)
    return cast("FootprintAnswer", footprint_report(site, read_tables()))
