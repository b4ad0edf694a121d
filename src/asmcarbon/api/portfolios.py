"""`POST /v1/portfolios`."""

from litestar import Response, post
from litestar.params import JSONBody
from msgspec.structs import replace

from asmcarbon.api.body import AnyRequest, refuse_files
from asmcarbon.api.job_answers import JobAnswer
from asmcarbon.api.jobs import IdempotencyKey, accepted
from asmcarbon.api.openapi import PUBLISHED, errors
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.portfolio.fund import FundOfSites

PUBLISHED.append(FundOfSites)


@post("/portfolios", status_code=202, operation_id="portfolio", summary="Which sites a fund should pay for.",
      tags=["jobs"], responses=errors(400, 401, 408, 413, 415, 422, 429, 500, 503))  # fmt: skip
async def portfolio(
    data: JSONBody[FundOfSites], request: AnyRequest, idempotency_key: IdempotencyKey = None
) -> Response[JobAnswer]:
    """Accept a job: the sites that a fund pays for, at which point of their frontiers, from which year on.

    At most 50 sites, each of which takes a few seconds. Told besides: which limits bind, what the next money would
    buy, how a ranking by money for a tonne compares, and why each other site is left out.
    """
    fund, names = data, [site.name for site in data.sites]
    problems: list[Problem] = []
    for number, site in enumerate(fund.sites):
        if names.index(site.name) != number:
            what = _("{name} is the name of sites.{first} as well").format(name=site.name, first=names.index(site.name))
            problems.append(Problem(f"sites.{number}.name", what, _("each site once, by a name of its own")))
        if site.options.stages is not None:
            what = _("plans over stages, which are not told against today")
            problems.append(Problem(f"sites.{number}.options.stages", what, _("a site without them")))
        try:
            refuse_files(site)
        except InputError as error:
            problems += [replace(one, where=f"sites.{number}.{one.where}") for one in error.problems]
    if problems:
        raise InputError(problems)
    return await accepted(request, "portfolio", idempotency_key)
