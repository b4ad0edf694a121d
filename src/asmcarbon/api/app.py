"""The HTTP application. `asmcarbon serve` hands uvicorn `asmcarbon.api.app:app`."""

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.plugins.pydantic import PydanticPlugin
from litestar.types import Message, Scope

from asmcarbon.api import (
    comparisons,
    explanations,
    factors,
    footprints,
    frontiers,
    plans,
    problems,
    reference,
    risks,
    statements,
)
from asmcarbon.api.body import LARGEST_BODY, JSONRequest
from asmcarbon.api.openapi import SiteSchemaPlugin, openapi_config
from asmcarbon.api.workers import PlanLimits, plan_workers

# Nothing here is meant to be framed, sniffed, cached between clients, or to load anything.
_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]


def create_app(limits: PlanLimits | None = None) -> Litestar:
    """Return the application; `limits` is what it spends on plans."""
    version_1 = Router(
        "/v1",
        route_handlers=[
            footprints.footprint,
            explanations.explain,
            statements.statements,
            comparisons.progress,
            comparisons.compare,
            plans.plan,
            plans.stage_plan,
            risks.risk,
            frontiers.frontier,
            factors.factors,
            factors.factor,
            factors.releases,
            reference.units,
            reference.site_schema,
        ],
    )
    return Litestar(
        [version_1, reference.health],
        before_send=[_add_security_headers],
        debug=False,
        exception_handlers=problems.HANDLERS,
        lifespan=[plan_workers],
        logging_config=None,
        openapi_config=openapi_config(),
        plugins=[SiteSchemaPlugin(), PydanticPlugin(validate_strict=True)],
        request_class=JSONRequest,
        request_max_body_size=LARGEST_BODY,
        state=State({"plan_limits": limits or PlanLimits()}),
    )


async def _add_security_headers(message: Message, _scope: Scope) -> None:
    """Add the headers to every answer, errors included."""
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], *_SECURITY_HEADERS]


app = create_app()
