"""The OpenAPI document, mended where Litestar says less than pydantic enforces."""

from copy import deepcopy
from importlib.metadata import version
from typing import Any, cast

from litestar import Response, Router
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import License, Reference
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition
from pydantic import BaseModel

from asmcarbon.api.answers import ProblemAnswer
from asmcarbon.api.body import AnyRequest
from asmcarbon.site.site import Site

# The bodies that are published as pydantic describes them; a module with a body of its own adds it.
PUBLISHED: list[type[BaseModel]] = [Site]

# Asked for without a key: whether the server is up, what it can do, and where a key is turned into a token.
OPEN = frozenset({"/health", "/auth/token", "/schema", "/schema/openapi.json"})
# The page and its files, which hold nothing of anybody.
OPEN_PAGE, OPEN_BELOW = "", "/web/static/"

_REF = "#/components/schemas/"
# Of each event, as is done before OpenAPI 3.2 can tell an event from a stream.
_EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["progress", "ended"]},
        "data": {"type": "string", "description": "what the job tells, or how it ended"},
        "id": {"type": "string", "description": "to go on from, as `Last-Event-ID`"},
        "retry": {"type": "integer", "description": "milliseconds after which a client that was cut off asks again"},
    },
    "required": ["event", "data"],
}
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of `asmcarbon keys create`, or a token that was given for one. A server that has no keys asks"
    " for none, and serves its own machine alone.",
}
_MEDIA_TYPE = "application/problem+json"
_ERRORS = {
    400: "The body is not JSON, or is nested too deep.",
    401: "A key is missing, or opens nothing.",
    403: "Other machines are served over https only.",
    404: "There is no such thing.",
    408: "The body did not come in time.",
    413: "The body is larger than 1 MB.",
    415: "The body is not `application/json` in UTF-8, or is compressed.",
    422: "What was given cannot be used, has no factor, or has no plan; `problems` lists every reason.",
    429: "Too many jobs are waiting, or requests came too often; try again after `Retry-After` seconds.",
    500: "A fault on the server; `detail` has the reference under which its log tells more.",
    503: "The server cannot answer for now.",
}


def errors(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the description of the errors that an operation may answer, each of the one shape."""
    return {status: ResponseSpec(ProblemAnswer, False, _ERRORS[status], _MEDIA_TYPE) for status in statuses}


class SiteSchemaPlugin(OpenAPISchemaPlugin):
    """Publish a body as pydantic describes it: its quantities, its limits, and no key that is not known.

    Litestar's own schema of a pydantic model has `{}` for a type of ours and lacks `additionalProperties: false`.
    """

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        """Whether this is a site, or a body that holds some."""
        return value in PUBLISHED

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Any:
        """Return where the body stands among the components."""
        del schema_creator
        return Reference(ref=_REF + field_definition.annotation.__name__)


class MendedJSON(JsonRenderPlugin):
    """The document as JSON, with what Litestar does not know of: schemas of bodies, and that all errors are ours."""

    _rendered: bytes | None = None

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:
        """Return the mended document, which is made once: it takes a second, and whoever has no key may ask for it."""
        if self._rendered is None:
            self._rendered = cast("Any", super()).render(request, mended(openapi_schema))
        return cast("bytes", self._rendered)


def mended(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its bodies as pydantic writes them, and no error of a shape that is never answered."""
    document = deepcopy(document)
    for body in PUBLISHED:
        schema = body.model_json_schema(ref_template=_REF + "{model}")
        parts = schema.pop("$defs")
        document["components"]["schemas"] |= {**parts, body.__name__: schema}
    document["components"]["securitySchemes"] = {"key": _KEY}
    document["security"] = [{"key": []}]
    for path, operation in ((path, one) for path, item in document["paths"].items() for one in item.values()):
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = _without_null(parameter["schema"])
        answers = operation["responses"]
        for status in [status for status, one in answers.items() if status >= "4" and not _is_named(one)]:
            del answers[status]
        for answer in answers.values():
            if all(one["schema"] == {"type": "null"} for one in answer.get("content", {}).values()):
                answer.pop("content", None)  # no body
        for status in _before_a_route(path, operation):
            answers.setdefault(str(status), _error(status))
        if path in OPEN:
            operation["security"] = []
        if "202" in answers:
            where = {"description": "where the job is followed", "schema": {"type": "string"}}
            answers["202"]["headers"] = {"Location": where}
        for one in answers.values():
            if "text/event-stream" in one.get("content", {}):
                one["content"]["text/event-stream"]["schema"] = _EVENT
        for status in answers.keys() & {"429", "503"}:
            seconds = {"description": "seconds to wait", "schema": {"type": "integer", "minimum": 0}}
            answers[status]["headers"] = {"Retry-After": seconds}
    return document


def _is_named(answer: dict[str, Any]) -> bool:
    """Whether an error is one that a handler describes: Litestar's own has a schema without a name."""
    return all("$ref" in one["schema"] for one in answer.get("content", {}).values())


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter, which is left out or is a text, never null."""
    kinds = [one for one in schema.get("oneOf", ()) if one != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{name: value for name, value in schema.items() if name != "oneOf"}}


def _before_a_route(path: str, operation: dict[str, Any]) -> set[int]:
    """Return what may be answered before a route is reached: by the door, for the query, and while the body comes."""
    by_door = {429} if path == "/health" else {403, 429} if path in OPEN else {401, 403, 429, 503}
    by_query = {422} if path.startswith("/v1/") else set[int]()
    return by_door | by_query | ({408} if "requestBody" in operation else set[int]())


def _error(status: int) -> dict[str, Any]:
    return {"description": _ERRORS[status], "content": {_MEDIA_TYPE: {"schema": {"$ref": _REF + "ProblemAnswer"}}}}


def _as_problem(response: Response[Any]) -> Response[Any]:
    """Turn the page that Litestar answers below /schema where there is nothing into an error like every other."""
    if response.status_code == 404:
        raise NotFoundException
    return response


def openapi_config() -> OpenAPIConfig:
    """Return how the document is made and where it stands; nothing of it is fetched from elsewhere."""
    return OpenAPIConfig(
        title="asmcarbon",
        version=version("asmcarbon"),
        description="Emissions of artisanal and small-scale mines, and the investments that lower them.",
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, after_request=_as_problem),
        render_plugins=[MendedJSON(path=["/openapi.json", "/"])],
        use_handler_docstrings=True,
    )
