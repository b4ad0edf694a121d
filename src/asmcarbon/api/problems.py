"""Errors to answers: one shape, RFC 9457 problem details, and the only place that knows status codes.

    InputError      422   what was given cannot be used; `problems` lists everything that is wrong with it
    FactorNotFound  422   the tables have no row for what the site asks
    FactorError     500   the tables themselves cannot be used
    SolveError      422   no plan can be given; Infeasible too
    SolverStopped   503   the server's limit of time came first: the site may be fine
    AuditMismatch   500   calculator and optimiser disagree: a fault of ours
    BatchError      422   a batch cannot be run as a whole

What Litestar refuses (no such path, method, body) keeps its own status, and everything else is 500: its trace goes to
the server's log under a reference, and only the reference to the client.
"""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, cast
from uuid import uuid4

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
    InputError,
    Problem,
    SolveError,
    SolverStopped,
)
from asmcarbon.messages import _
from asmcarbon.site.read import problems_of

MEDIA_TYPE = "application/problem+json"
MOST_PROBLEMS = 100
SECONDS_TO_RETRY = "60"

# Written out, because the phrases of `HTTPStatus` differ between versions of Python.
_KINDS = {
    400: "malformed", 404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "unsupported-media-type",
    429: "too-many-plans", 503: "unavailable",
}  # fmt: skip

_log = logging.getLogger("asmcarbon.api")


def problem_answer(
    status: int,
    kind: str,
    detail: str,
    problems: Iterable[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response[ProblemAnswer]:
    """Return an error in the one shape; `kind` is the last part of its type."""
    content: ProblemAnswer = {
        "type": f"urn:asmcarbon:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "problems": [
            {"where": one.where, "what": one.what, "expected": one.expected, "try": one.example} for one in problems
        ],
    }
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def _input(_request: AnyRequest, error: InputError) -> Response[ProblemAnswer]:
    shown = error.problems[:MOST_PROBLEMS]
    many, one = _("{n} things are wrong with what was given"), _("one thing is wrong with what was given")
    detail = many.format(n=len(error.problems)) if len(error.problems) != 1 else one
    return problem_answer(422, "input", detail, shown)


def _factor_not_found(_request: AnyRequest, error: FactorNotFound) -> Response[ProblemAnswer]:
    nearest = " | ".join(error.nearest)
    problems = [Problem(error.item, sentence, nearest) for sentence in str(error).splitlines()]
    return problem_answer(422, "factor-not-found", str(error), problems)


def _no_plan(_request: AnyRequest, error: SolveError) -> Response[ProblemAnswer]:
    kind = "infeasible" if type(error).__name__ == "Infeasible" else "no-plan"
    return problem_answer(422, kind, str(error), [Problem("", str(error))])


def _stopped(_request: AnyRequest, error: SolverStopped) -> Response[ProblemAnswer]:
    headers = {"Retry-After": SECONDS_TO_RETRY}
    return problem_answer(503, "solver-stopped", str(error), [Problem("", str(error))], headers)


def _batch(_request: AnyRequest, error: BatchError) -> Response[ProblemAnswer]:
    return problem_answer(422, "batch", str(error), [Problem("", str(error))])


def _fault(_request: AnyRequest, error: Exception) -> Response[ProblemAnswer]:
    reference = uuid4().hex[:12]
    _log.error("fault %s", reference, exc_info=error)
    detail = _("a fault on the server, not in what was given; its log has more under {reference}")
    return problem_answer(500, "fault", detail.format(reference=reference))


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
    return problem_answer(error.status_code, kind, error.detail, [what], error.headers)


def _not_valid(request: AnyRequest, error: ValidationException) -> Response[ProblemAnswer]:
    """Answer a body or a parameter that is not of its type; a body's problems are those that a file would have."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ValidationError):
            return _input(request, InputError(problems_of(cause)))
        cause = cause.__cause__
    messages = cast("list[dict[str, Any]]", error.extra or [])
    problems = [Problem(str(one.get("key", "")), str(one.get("message", ""))) for one in messages]
    return _input(request, InputError(problems or [Problem("", error.detail)]))


HANDLERS: dict[type[Exception] | int, Any] = {
    InputError: _input,
    FactorNotFound: _factor_not_found,
    FactorError: _fault,
    SolveError: _no_plan,
    SolverStopped: _stopped,
    AuditMismatch: _fault,
    BatchError: _batch,
    AsmcarbonError: _fault,
    ValidationException: _not_valid,
    HTTPException: _refused,
    Exception: _fault,
}
