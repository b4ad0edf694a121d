"""`POST /v1/frontiers`."""

from typing import Annotated, cast

from litestar import post
from litestar.params import JSONBody, Parameter

from asmcarbon.api.body import AnyRequest, refuse_files
from asmcarbon.api.frontier_answers import FrontierAnswer
from asmcarbon.api.openapi import errors
from asmcarbon.planning.frontier_limits import LEAST_POINTS, MOST_POINTS_SERVED, WIDEST
from asmcarbon.site.site import Site

Points = Annotated[
    int, Parameter(ge=LEAST_POINTS, le=MOST_POINTS_SERVED, description="plans, from the cheapest to the cleanest")
]
Within = Annotated[
    float, Parameter(gt=0, le=WIDEST, description="share of the least cost within which sizes are told as a range")
]


@post("/frontiers", status_code=200, operation_id="frontier", summary="What fewer emissions cost at a site.",
      tags=["results"], responses=errors(400, 413, 415, 422, 429, 500, 503))  # fmt: skip
async def frontier(
    data: JSONBody[Site], request: AnyRequest, points: Points = 10, within: Within = 0.02
) -> FrontierAnswer:
    """Return plans from the cheapest to the cleanest, what else is nearly as good, and what a tonne costs by option.

    Answered as a plan is, and by the same processes; over stages it takes a minute.
    """
    site = data
    refuse_files(site)
    return cast("FrontierAnswer", await request.app.state.plan_workers.frontier(site, points, within))
