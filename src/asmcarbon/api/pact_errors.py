"""Errors of the endpoints of PACT, in its own shape.

400  what was asked cannot be used     401  the token is missing, wrong or ended     404  there is no such footprint
429  too many answers wait already     500  a fault of ours                          503  the database is away
"""

from typing import Any, cast

from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from pydantic import ValidationError

from asmcarbon.api.answers import ProblemAnswer
from asmcarbon.api.body import AnyRequest
from asmcarbon.api.pact_answers import Code, OAuthCode, OAuthError, PactError
from asmcarbon.api.problems import HANDLERS, MEDIA_TYPE, SECONDS_TO_RETRY, content_of_problem, fault, problem_of
from asmcarbon.errors import AsmcarbonError, InputError, Problem, QueueFull
from asmcarbon.site.read import problems_of

_LONGEST = 1_000
_CODES: dict[int, Code] = {403: "AccessDenied", 404: "NotFound", 501: "NotImplemented"}
_TOLD = {
    400: "What was asked cannot be used.",
    401: "The token is missing, wrong or ended.",
    403: "It did not come over https.",
    404: "There is no such footprint.",
    408: "The body did not come in time.",
    413: "The body is larger than 1 MB.",
    415: "The body is of another content type, or compressed.",
    429: "Too many answers wait already, or requests came too often; try again after `Retry-After` seconds.",
    500: "A fault on the server; `message` has the reference under which its log tells more.",
    503: "The server cannot answer for now.",
}


def pact_errors(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the description of the errors that an operation may answer."""
    return {status: ResponseSpec(PactError, False, _TOLD[status], "application/json") for status in statuses}


def pact_error(status: int, sentence: str) -> PactError:
    """Return an error as PACT has it."""
    code = _CODES.get(status, "BadRequest" if status < 500 else "InternalError")
    return PactError(code=code, message=sentence[:_LONGEST])


def oauth_error(status: int, sentence: str, code: OAuthCode = "invalid_request") -> OAuthError:
    """Return an error as OAuth2 has it (RFC 6749, section 5.2)."""
    if status in (429, 503):
        code = "temporarily_unavailable"
    return OAuthError(error="server_error" if status == 500 else code, error_description=sentence[:_LONGEST])


def refusal(path: str, status: int, kind: str, detail: str) -> tuple[ProblemAnswer | PactError | OAuthError, str]:
    """Return an error in the shape that a path has, and its media type."""
    if path == "/3" or path.startswith("/3/"):
        return pact_error(status, detail), "application/json"
    if path.rstrip("/") == "/auth/token":
        return oauth_error(status, detail), "application/json"
    return content_of_problem(status, kind, detail, [Problem(path, detail)]), MEDIA_TYPE


def reason_of(error: Exception) -> tuple[int, str, dict[str, str]]:
    """Return status, sentence and headers of an error; the trace of a fault goes to the log under a reference."""
    if isinstance(error, ValidationException):
        return 400, _sentence(error), {}
    if isinstance(error, HTTPException) and (error.status_code < 500 or error.status_code == 503):
        return error.status_code, error.detail, dict(error.headers or {})
    problem = problem_of(error) if isinstance(error, AsmcarbonError) else fault(error)
    status = problem["status"]
    wait = {429: str(error.retry_s) if isinstance(error, QueueFull) else "1", 503: SECONDS_TO_RETRY}
    headers = {"Retry-After": wait[status]} if status in wait else {}
    if status == 422:
        return 400, str(error), headers
    return status, problem["detail"], headers


def _sentence(error: ValidationException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ValidationError):
            return str(InputError(problems_of(cause)))
        cause = cause.__cause__
    found = cast("list[dict[str, Any]]", error.extra or [])
    told = [f"{one.get('key', '')}  {one.get('message', '')}" for one in found]
    return "; ".join(told) or error.detail


def _answer(_request: AnyRequest, error: Exception) -> Response[PactError]:
    status, sentence, headers = reason_of(error)
    content = pact_error(status, sentence)
    return Response(content, status_code=status, media_type="application/json", headers=headers)


def _oauth_answer(_request: AnyRequest, error: Exception) -> Response[OAuthError]:
    status, sentence, headers = reason_of(error)
    status = status if status in (429, 503) or status >= 500 else 400
    return Response(oauth_error(status, sentence), status_code=status, media_type="application/json", headers=headers)


# Each kind that the application answers in another shape, so that none of those is taken for these endpoints.
PACT_HANDLERS: dict[type[Exception] | int, Any] = dict.fromkeys(HANDLERS, _answer)
OAUTH_HANDLERS: dict[type[Exception] | int, Any] = dict.fromkeys(HANDLERS, _oauth_answer)
