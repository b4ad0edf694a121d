"""Results as pages for people: the report of a job, of a footprint, of sites side by side."""

import asyncio
import re
import unicodedata
from threading import Lock
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter

from asmcarbon.api.body import AnyRequest, refuse_files
from asmcarbon.api.comparisons import ComparisonRequest, compared
from asmcarbon.api.jobs import JobId, found_job
from asmcarbon.api.openapi import errors
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import read_tables
from asmcarbon.jobs.queue import Job
from asmcarbon.messages import _, speaking
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.rows import Row
from asmcarbon.site.site import Site

# A page has its style in it and nothing else; a page of this server may show it in a frame.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    "x-frame-options": "SAMEORIGIN",
}
_PAGE = {200: ResponseSpec(str, False, "A page in HTML that needs nothing else.", "text/html")}
# Matplotlib draws for one at a time.
_drawing = Lock()

Frontier = Annotated[
    str | None, QueryParameter(max_length=36, description="id of a job that found the frontier of the same site")
]
As = Annotated[
    Literal["page", "file"], QueryParameter(name="as", description="file: to be kept under a name, not shown")
]


@get("/jobs/{job_id:str}/report", operation_id="jobReport", summary="What came of a job, as a page to read.",
     tags=["jobs"], media_type="text/html",
     responses={**_PAGE, **errors(401, 404, 422, 429, 500, 503)})  # fmt: skip
async def job_report(
    request: AnyRequest, job_id: JobId, frontier: Frontier = None, shown_as: As = "page"
) -> Response[str]:
    """Return the page of a plan, of a frontier with the footprint beside it, or of a fund, once its job is done.

    It speaks the language in which the job was asked for.
    """
    told = await _result_of(request, job_id, ("plan", "frontier", "portfolio"))
    beside = None if frontier is None else await _result_of(request, frontier, ("frontier",))
    page = await asyncio.to_thread(_page_of_job, *told, beside[1] if beside else None)
    return _shown(page, _name_of(told[1]), shown_as)


@post("/reports", status_code=200, operation_id="report", summary="The footprint of a site, as a page to read.",
      tags=["results"], media_type="text/html", responses={**_PAGE, **errors(400, 413, 415, 422, 500)})  # fmt: skip
async def report(data: JSONBody[Site], shown_as: As = "page") -> Response[str]:
    """Return the page of a footprint, without a plan."""
    site = data
    refuse_files(site, weather=False)
    rows = footprint_report(site, read_tables())
    return _shown(await asyncio.to_thread(_page_of_site, rows, None), site.name, shown_as)


@post("/comparisons/report", status_code=200, operation_id="comparisonReport", summary="Sites side by side, as a page.",
      tags=["results"], media_type="text/html", responses={**_PAGE, **errors(400, 413, 415, 422, 500)})  # fmt: skip
async def comparison_report(data: JSONBody[ComparisonRequest], shown_as: As = "page") -> Response[str]:
    """Return the page of sites per mass of product and per job, beside large-scale mining."""
    rows = compared(data)
    return _shown(await asyncio.to_thread(_page_of_comparison, rows), "comparison", shown_as)


async def _result_of(request: AnyRequest, job_id: str, kinds: tuple[str, ...]) -> tuple[Job, Row]:
    """Return a job that is done and what came of it."""
    job = await found_job(request, job_id)
    if job.kind not in kinds:
        what = _("job {id} is of another kind, {kind}").format(id=job.id, kind=job.kind)
        raise InputError(Problem("job_id", what, ", ".join(kinds)))
    if job.status != "done" or job.result is None:
        raise NotFoundException(_("job {id} has no result: {status}").format(id=job.id, status=job.status))
    return job, msgspec.json.decode(job.result)


def _page_of_job(job: Job, rows: Row, frontier: Row | None) -> str:
    with speaking(rows.get("language", "en")):
        if job.kind == "portfolio":
            from asmcarbon.reports.page.page import fund_page

            with _drawing:
                return fund_page(rows)
        if job.kind == "plan":
            _check_same(rows, frontier)
            return _page_of_site(rows, frontier)
        asked = msgspec.json.decode(job.given)
        site = Site.model_validate_json(msgspec.json.encode(asked["site"]), strict=True)
        return _page_of_site(footprint_report(site, read_tables()), rows)


def _check_same(plan: Row, frontier: Row | None) -> None:
    if frontier is not None and frontier["input_sha256"] != plan["input_sha256"]:
        what = _("is the frontier of another site, or of this one before it was changed")
        raise InputError(Problem("frontier", what, _("a frontier of the same figures")))


def _page_of_site(rows: Row, frontier: Row | None) -> str:
    from asmcarbon.reports.page.page import page_of

    with _drawing:
        return page_of(rows, frontier)


def _page_of_comparison(rows: Row) -> str:
    from asmcarbon.reports.page.page import comparison_page

    with _drawing:
        return comparison_page(rows)


def _name_of(rows: Row) -> str:
    return str(rows["name"] if "name" in rows else rows["site"]["name"])


def _shown(page: str, name: str, shown_as: str) -> Response[str]:
    headers = dict(_HEADERS)
    if shown_as == "file":
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        file = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "report"
        headers["content-disposition"] = f'attachment; filename="{file}.html"'
    return Response(page, status_code=200, media_type="text/html", headers=headers)
