"""`POST /v1/plans`."""

from typing import cast

from litestar import post
from litestar.params import JSONBody

from asmcarbon.api.body import AnyRequest, refuse_files
from asmcarbon.api.openapi import errors
from asmcarbon.api.plan_answers import PlanAnswer
from asmcarbon.site.site import Site


@post("/plans", status_code=200, operation_id="plan", summary="The least-cost plan of a site.", tags=["results"],
      responses=errors(400, 413, 415, 422, 429, 500, 503))  # fmt: skip
async def plan(data: JSONBody[Site], request: AnyRequest) -> PlanAnswer:
    """Return what to build at a site, what it costs and saves, and its footprints before and after.

    A plan takes seconds to minutes. Its solver stops at the server's limit of time, which is answered 503.
    """
    site = data
    refuse_files(site)
    return cast("PlanAnswer", await request.app.state.plan_workers.plan(site))
