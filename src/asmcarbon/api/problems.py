"""Errors to answers: one shape, RFC 9457 problem details, and the only place that knows status codes.

    InputError      422   what was given cannot be used; `problems` lists everything that is wrong with it
    FactorNotFound  422   the tables have no row for what the site asks
    FactorError     500   the tables themselves cannot be used
    SolveError      422   no plan can be given; Infeasible too
    SolverStopped   503   the server's limit of time came first: the site may be fine
    AuditMismatch   500   calculator and optimiser disagree: a fault of ours
    BatchError      422   a batch cannot be run as a whole
    StoreError      503   the database does not answer
    QueueFull       429   too many jobs wait already

What Litestar refuses (no such path, method, body) keeps its own status, and everything else is 500: its trace goes to
the server's log under a reference, and only the reference to the client.
"""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, cast
from uuid import uuid4

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from pydantic import ValidationError

from asmcarbon.api.answers import ProblemAnswer
from asmcarbon.api.body import AnyRequest
from asmcarbon.errors import (
    AsmcarbonError,
    AuditMismatch,
    BatchError,
    FactorError,
    FactorNotFound,
    Infeasible,
    InputError,
    Problem,
    QueueFull,
    SolveError,
    SolverStopped,
    StoreError,
)
from asmcarbon.messages import _
from asmcarbon.site.read import problems_of

MEDIA_TYPE = "application/problem+json"
MOST_PROBLEMS = 100
SECONDS_TO_RETRY = "60"

# Written out, because the phrases of `HTTPStatus` differ between versions of Python.
_KINDS = {
    400: "malformed", 404: "not-found", 405: "method-not-allowed", 408: "too-slow", 413: "too-large",
    415: "unsupported-media-type", 503: "unavailable",
}  # fmt: skip

_log = logging.getLogger("asmcarbon.api")


def content_of_problem(status: int, kind: str, detail: str, problems: Iterable[Problem] = ()) -> ProblemAnswer:
    """Return an error in the one shape; `kind` is the last part of its type."""
    return {
        "type": f"urn:asmcarbon:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "problems": [
            {"where": one.where, "what": one.what, "expected": one.expected, "try": one.example} for one in problems
        ],
    }


def problem_of(error: AsmcarbonError) -> ProblemAnswer:
    """Return the problem that an error of ours is told as, in an answer or as the end of a job."""
    match error:
        case InputError():
            shown = error.problems[:MOST_PROBLEMS]
            many, one = _("{n} things are wrong with what was given"), _("one thing is wrong with what was given")
            detail = many.format(n=len(error.problems)) if len(error.problems) != 1 else one
            return content_of_problem(422, "input", detail, shown)
        case FactorNotFound():
            rows = [Problem(error.item, sentence, " | ".join(error.nearest)) for sentence in str(error).splitlines()]
            return content_of_problem(422, "factor-not-found", str(error), rows)
        case AuditMismatch() | FactorError():
            return fault(error)
        case SolverStopped():
            return _told(503, "solver-stopped", error)
        case SolveError():
            return _told(422, "infeasible" if isinstance(error, Infeasible) else "no-plan", error)
        case BatchError():
            return _told(422, "batch", error)
        case StoreError():
            return _told(503, "unavailable", error)
        case QueueFull():
            return _told(429, "queue-full", error)
        case _:
            return fault(error)


def _told(status: int, kind: str, error: AsmcarbonError) -> ProblemAnswer:
    return content_of_problem(status, kind, str(error), [Problem("", str(error))])


def fault(error: Exception | str) -> ProblemAnswer:
    """Return a fault of ours: its trace goes to the log under a reference, and only that to the client."""
    reference = uuid4().hex[:12]
    if isinstance(error, str):
        _log.error("fault %s: %s", reference, error)
    else:
        _log.error("fault %s", reference, exc_info=error)
    detail = _("a fault on the server, not in what was given; its log has more under {reference}")
    return content_of_problem(500, "fault", detail.format(reference=reference))


def kept_of(error: AsmcarbonError | str) -> bytes:
    """Return what is kept of why a job has failed: an error of ours, or the trace of a fault."""
    return msgspec.json.encode(fault(error) if isinstance(error, str) else problem_of(error))


def _response(content: ProblemAnswer, headers: Mapping[str, str] | None = None) -> Response[ProblemAnswer]:
    return Response(content, status_code=content["status"], media_type=MEDIA_TYPE, headers=dict(headers or {}))


def _ours(_request: AnyRequest, error: AsmcarbonError) -> Response[ProblemAnswer]:
    content = problem_of(error)
    wait = {429: str(error.retry_s) if isinstance(error, QueueFull) else "1", 503: SECONDS_TO_RETRY}
    after = wait.get(content["status"])
    return _response(content, {"Retry-After": after} if after else None)


def _fault(_request: AnyRequest, error: Exception) -> Response[ProblemAnswer]:
    return _response(fault(error))


def _refused(request: AnyRequest, error: HTTPException) -> Response[ProblemAnswer]:
    """Answer what Litestar refuses itself, without its wording where that shows the inside of the server."""
    if error.status_code >= 500 and error.status_code != 503:
        return _fault(request, error)
    kind = _KINDS.get(error.status_code, "refused")
    expected = {
        404: _("a path of /schema/openapi.json"),
        405: (error.headers or {}).get("allow", ""),
        413: _("at most 1 MB"),
        415: "application/json",
    }.get(error.status_code, "")
    what = Problem(request.scope["path"], error.detail, expected)
    return _response(content_of_problem(error.status_code, kind, error.detail, [what]), error.headers)


def _not_valid(request: AnyRequest, error: ValidationException) -> Response[ProblemAnswer]:
    """Answer a body or a parameter that is not of its type; a body's problems are those that a file would have."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ValidationError):
            return _ours(request, InputError(problems_of(cause)))
        cause = cause.__cause__
    messages = cast("list[dict[str, Any]]", error.extra or [])
    problems = [Problem(str(one.get("key", "")), str(one.get("message", ""))) for one in messages]
    return _ours(request, InputError(problems or [Problem("", error.detail)]))


HANDLERS: dict[type[Exception] | int, Any] = {
    AsmcarbonError: _ours,
    ValidationException: _not_valid,
    HTTPException: _refused,
    Exception: _fault,
}
