"""`/v1/jobs`: what takes longer than a request: accepted on disk, followed, cancelled, answered."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic
from typing import Annotated, Any, cast

import msgspec
from litestar import Response, delete, get
from litestar.exceptions import NotFoundException
from litestar.params import HeaderParameter, PathParameter, QueryParameter
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from asmcarbon.api.access import tenant_of
from asmcarbon.api.body import AnyRequest
from asmcarbon.api.job_answers import JobAnswer, JobRow, JobsAnswer
from asmcarbon.api.openapi import errors
from asmcarbon.api.reference import stamp
from asmcarbon.jobs.queue import Job, Queue
from asmcarbon.jobs.work import about
from asmcarbon.messages import _, language

# How often a job is looked at for who follows it, and how long one connection may follow.
_LOOK_S, _FOLLOW_S, _MOST_WAIT_S = 0.5, 600.0, 60

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[!-~]+$",
        description="a text of your own; a request that is sent again with it gets the job of the first",
    ),
]  # fmt: skip
JobId = Annotated[str, PathParameter(max_length=36, description="of a job")]
Wait = Annotated[int, QueryParameter(ge=0, le=_MOST_WAIT_S, description="seconds to wait for its end")]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="how many")]
Before = Annotated[str | None, QueryParameter(max_length=36, description="only those that follow this job in the list")]


async def accepted(request: AnyRequest, kind: str, key: str | None, **more: Any) -> Response[JobAnswer]:
    """Return a job for the site or the fund in the body, once it is on disk.

    key    that the client gave it; more: what the kind of job takes beside them
    """
    asked = {about(kind): msgspec.Raw(await request.body()), **more}
    # Another language than English is asked for with the job, so that whoever works on it tells it so.
    given = msgspec.json.encode(asked if language() == "en" else {**asked, "language": language()})
    queue = cast("Queue", request.app.state.queue)
    job = await asyncio.to_thread(queue.add, tenant_of(request), kind, given, sha256(given).hexdigest(), key)
    request.app.state.places.wake()
    headers = {"Location": f"/v1/jobs/{job.id}"}
    return Response(_answer(job, None), status_code=202, headers=headers)


@get(
    "/jobs", operation_id="jobs", summary="Your newest jobs.", tags=["jobs"], responses=errors(401, 422, 429, 500, 503)
)
async def jobs(request: AnyRequest, limit: Limit = 50, before: Before = None) -> JobsAnswer:
    """Return the newest jobs of the key's tenant, without what came of them."""
    queue = cast("Queue", request.app.state.queue)
    found = await asyncio.to_thread(queue.of_tenant, tenant_of(request), limit, before)
    following = f"/v1/jobs?limit={limit}&before={found[-1].id}" if len(found) == limit else None
    return {**stamp(), "jobs": [_row(one, None) for one in found], "next": following}


@get("/jobs/{job_id:str}", operation_id="job", summary="A job, and what came of it.", tags=["jobs"],
     responses=errors(401, 404, 422, 429, 500, 503))  # fmt: skip
async def job(request: AnyRequest, job_id: JobId, wait: Wait = 0) -> JobAnswer:
    """Return a job as it stands; `wait` waits for its end first, where that comes in time."""
    until = monotonic() + wait
    while not (found := await found_job(request, job_id)).is_ended and monotonic() < until:
        await asyncio.sleep(_LOOK_S)
    queue = cast("Queue", request.app.state.queue)
    said = await asyncio.to_thread(queue.said, tenant_of(request), job_id)
    return _answer(found, said[-1].text if said else None)


@get("/jobs/{job_id:str}/events", operation_id="jobEvents", summary="A job's progress as it happens.", tags=["jobs"],
     media_type="text/event-stream", responses=errors(401, 404, 422, 429, 500, 503))  # fmt: skip
async def job_events(
    request: AnyRequest,
    job_id: JobId,
    last_event_id: Annotated[int, HeaderParameter(name="Last-Event-ID", ge=0, le=2**31 - 1)] = 0,
) -> ServerSentEvent:
    """Send what a job tells as server-sent events: `progress` with a text, then `ended` with its status.

    A client that was cut off sends `Last-Event-ID` and misses nothing.
    """
    await found_job(request, job_id)
    return ServerSentEvent(_events(request, job_id, last_event_id))


@delete("/jobs/{job_id:str}", operation_id="cancelJob", summary="Cancel a job.", tags=["jobs"], status_code=200,
        responses=errors(401, 404, 422, 429, 500, 503))  # fmt: skip
async def cancel_job(request: AnyRequest, job_id: JobId) -> JobAnswer:
    """Cancel a job that has not ended, and return it as it is then; its solver stops within two seconds."""
    queue = cast("Queue", request.app.state.queue)
    found = await asyncio.to_thread(queue.cancel, tenant_of(request), job_id)
    if found is None:
        raise _not_there(job_id)
    return _answer(found, None)


async def found_job(request: AnyRequest, job_id: str) -> Job:
    """Return a job of the key's tenant; NotFoundException where there is none of this id."""
    queue = cast("Queue", request.app.state.queue)
    found = await asyncio.to_thread(queue.get, tenant_of(request), job_id)
    if found is None:
        raise _not_there(job_id)
    return found


def _not_there(job_id: str) -> NotFoundException:
    return NotFoundException(_("there is no job {id}").format(id=job_id))


async def _events(request: AnyRequest, job_id: str, last: int) -> AsyncGenerator[ServerSentEventMessage]:
    queue, tenant = cast("Queue", request.app.state.queue), tenant_of(request)
    until = monotonic() + _FOLLOW_S
    while monotonic() < until:
        # Looked at before what it told, so that nothing told at its end is missed.
        found = await asyncio.to_thread(queue.get, tenant, job_id)
        for one in await asyncio.to_thread(queue.said, tenant, job_id, last):
            last = one.number
            yield ServerSentEventMessage(data=one.text, event="progress", id=str(one.number), retry=1000)
        if found is None or found.is_ended:
            yield ServerSentEventMessage(data=found.status if found else "forgotten", event="ended")
            return
        await asyncio.sleep(_LOOK_S)


def _time(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _row(job: Job, told: str | None) -> JobRow:
    return cast(
        "JobRow",
        {
            "id": job.id, "kind": job.kind, "status": job.status, "created": _time(job.created),
            "started": _time(job.started), "finished": _time(job.finished), "attempts": job.attempts, "progress": told,
        },
    )  # fmt: skip


def _answer(job: Job, told: str | None) -> JobAnswer:
    """Return the answer about a job; what came of it is sent as it is kept, byte for byte."""
    kept = {
        name: None if content is None else msgspec.Raw(content)
        for name, content in (("result", job.result), ("problem", job.problem))
    }
    return cast("JobAnswer", {**stamp(), "job": _row(job, told), **kept})
