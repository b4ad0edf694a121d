"""`POST /v1/risks`."""

from typing import Annotated

from litestar import Response, post
from litestar.params import JSONBody, Parameter

from asmcarbon.api.body import AnyRequest, refuse_files
from asmcarbon.api.job_answers import JobAnswer
from asmcarbon.api.jobs import IdempotencyKey, accepted
from asmcarbon.api.openapi import errors
from asmcarbon.site.site import Site
from asmcarbon.site.uncertainty import FEWEST_SCENARIOS, MOST_SCENARIOS

Scenarios = Annotated[
    int, Parameter(ge=FEWEST_SCENARIOS, le=MOST_SCENARIOS, description="how many ways the years may turn out")
]
Seed = Annotated[int, Parameter(ge=0, le=2**31 - 1, description="of the draws")]


@post("/risks", status_code=202, operation_id="risk", summary="The one plan that is best over many scenarios.",
      tags=["jobs"], responses=errors(400, 401, 408, 413, 415, 422, 429, 500, 503))  # fmt: skip
async def risk(
    data: JSONBody[Site],
    request: AnyRequest,
    scenarios: Scenarios = 12,
    seed: Seed = 1,
    idempotency_key: IdempotencyKey = None,
) -> Response[JobAnswer]:
    """Accept a job: a plan of least expected cost, what it comes to in each scenario, what that is worth, what matters.

    What varies, and how far, stands in the site's `options.uncertainty`. Twelve scenarios take a few times as long as
    a plan. Where the site states `options.stages`, or who pays, the plan is of all stages, and debt cover, cash and
    worth are told for each scenario.
    """
    site = data
    refuse_files(site)
    return await accepted(request, "risk", idempotency_key, scenarios=scenarios, seed=seed)
