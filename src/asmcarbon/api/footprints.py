"""`POST /v1/footprints`."""

from typing import Annotated, cast

from litestar import post
from litestar.params import JSONBody, Parameter

from asmcarbon.api.body import refuse_files
from asmcarbon.api.footprint_answers import FootprintAnswer
from asmcarbon.api.openapi import errors
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.site import Site

Draws = Annotated[int | None, Parameter(ge=100, le=10_000, description="draw the intervals by Monte Carlo too")]
Seed = Annotated[int, Parameter(ge=0, le=2**31 - 1, description="of the draws")]


@post("/footprints", status_code=200, operation_id="footprint", summary="The footprint of a site.", tags=["results"],
      responses=errors(400, 413, 415, 422, 500))  # fmt: skip
async def footprint(data: JSONBody[Site], draws: Draws = None, seed: Seed = 1) -> FootprintAnswer:
    """Return what a site emits in a year: lines with their sources, totals, intensities, their intervals."""
    site = data
    refuse_files(site, weather=False)
    drawn = None if draws is None else (draws, seed)
    return cast("FootprintAnswer", footprint_report(site, read_tables(), draws=drawn))
