"""`POST /v1/frontiers`."""

from typing import Annotated

from litestar import Response, post
from litestar.params import JSONBody, Parameter

from asmcarbon.api.body import AnyRequest, refuse_files
from asmcarbon.api.job_answers import JobAnswer
from asmcarbon.api.jobs import IdempotencyKey, accepted
from asmcarbon.api.openapi import errors
from asmcarbon.planning.frontier_limits import LEAST_POINTS, MOST_POINTS_SERVED, WIDEST
from asmcarbon.site.site import Site

Points = Annotated[
    int, Parameter(ge=LEAST_POINTS, le=MOST_POINTS_SERVED, description="plans, from the cheapest to the cleanest")
]
Within = Annotated[
    float, Parameter(gt=0, le=WIDEST, description="share of the least cost within which sizes are told as a range")
]


@post("/frontiers", status_code=202, operation_id="frontier", summary="What fewer emissions cost at a site.",
      tags=["jobs"], responses=errors(400, 401, 408, 413, 415, 422, 429, 500, 503))  # fmt: skip
async def frontier(
    data: JSONBody[Site],
    request: AnyRequest,
    points: Points = 10,
    within: Within = 0.02,
    idempotency_key: IdempotencyKey = None,
) -> Response[JobAnswer]:
    """Accept a job: plans from the cheapest to the cleanest, what else is nearly as good, what a tonne costs by option.

    Over stages it takes a minute.
    """
    site = data
    refuse_files(site)
    return await accepted(request, "frontier", idempotency_key, points=points, within=within)
