"""`POST /v1/plans` and `POST /v1/stage-plans`."""

from typing import cast

from litestar import post
from litestar.params import JSONBody

from asmcarbon.api.body import AnyRequest, refuse_files
from asmcarbon.api.openapi import errors
from asmcarbon.api.plan_answers import PlanAnswer
from asmcarbon.api.stage_plan_answers import StagePlanAnswer
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.site.one_year import check_one_year
from asmcarbon.site.site import Site


@post("/plans", status_code=200, operation_id="plan", summary="The least-cost plan of a site.", tags=["results"],
      responses=errors(400, 413, 415, 422, 429, 500, 503))  # fmt: skip
async def plan(data: JSONBody[Site], request: AnyRequest) -> PlanAnswer:
    """Return what to build at a site, what it costs and saves, and its footprints before and after.

    A plan takes seconds to minutes. Its solver stops at the server's limit of time, which is answered 503.
    """
    site = data
    refuse_files(site)
    check_one_year(site, _("none, or POST /v1/stage-plans"))
    return cast("PlanAnswer", await request.app.state.plan_workers.plan(site))


@post("/stage-plans", status_code=200, operation_id="stage_plan", summary="What to build at a site, and when.",
      tags=["results"], responses=errors(400, 413, 415, 422, 429, 500, 503))  # fmt: skip
async def stage_plan(data: JSONBody[Site], request: AnyRequest) -> StagePlanAnswer:
    """Return what to build in which year at a site that states `options.stages` or who pays, and a year of each stage.

    Answered as a plan of one year is, and by the same processes.
    """
    site = data
    refuse_files(site)
    if site.options.stages is None and not site.finance.asks_who_pays:
        what, expected = _("is missing"), _("the years of investment or who pays (finance), or POST /v1/plans")
        raise InputError(Problem("options.stages", what, expected, "{years: [0, 5, 10]}"))
    return cast("StagePlanAnswer", await request.app.state.plan_workers.plan(site))
