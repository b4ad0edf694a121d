"""`POST /v1/plans`."""

from litestar import Response, post
from litestar.params import JSONBody

from asmcarbon.api.body import AnyRequest, refuse_files
from asmcarbon.api.job_answers import JobAnswer
from asmcarbon.api.jobs import IdempotencyKey, accepted
from asmcarbon.api.openapi import errors
from asmcarbon.site.site import Site


@post("/plans", status_code=202, operation_id="plan", summary="The least-cost plan of a site.", tags=["jobs"],
      responses=errors(400, 401, 408, 413, 415, 422, 429, 500, 503))  # fmt: skip
async def plan(
    data: JSONBody[Site], request: AnyRequest, idempotency_key: IdempotencyKey = None
) -> Response[JobAnswer]:
    """Accept a job: what to build at a site, what it costs and saves, and its footprints before and after.

    Of a site that states `options.stages` or who pays (`finance.products`), what to build in which year and who pays.
    A plan takes seconds to minutes; follow it at `Location`.
    """
    site = data
    refuse_files(site)
    return await accepted(request, "plan", idempotency_key)
