"""The HTTP application. `asmcarbon serve` hands uvicorn `asmcarbon.api.app:served`, which reads what it was told."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.plugins.pydantic import PydanticPlugin
from litestar.types import Receive, Scope, Send

from asmcarbon.api import (
    comparisons,
    explanations,
    factors,
    footprints,
    frontiers,
    jobs,
    metrics,
    outbox,
    pact,
    pact_errors,
    pact_events,
    plans,
    portfolios,
    problems,
    queries,
    reference,
    reports,
    risks,
    statements,
    tokens,
)
from asmcarbon.api.access import Door
from asmcarbon.api.body import LARGEST_BODY, JSONRequest
from asmcarbon.api.openapi import SiteSchemaPlugin, openapi_config
from asmcarbon.jobs.places import Places
from asmcarbon.jobs.queue import Queue
from asmcarbon.jobs.settings import Settings
from asmcarbon.jobs.store import Store

# Where `asmcarbon serve` writes what it was told.
SETTINGS = "ASMCARBON_SETTINGS"


class Server(Litestar):
    """Litestar behind a door: what is not there, and what is refused, is asked for a key and noted as well."""

    door: Door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Serve a request through the door."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        scope.setdefault("state", {})
        await self.door.through(super().__call__, scope, receive, send)


def create_app(settings: Settings) -> Server:
    """Return the application; its database is opened when it starts."""
    version_1 = Router(
        "/v1",
        route_handlers=[
            footprints.footprint,
            explanations.explain,
            statements.statements,
            comparisons.progress,
            comparisons.compare,
            plans.plan,
            risks.risk,
            frontiers.frontier,
            portfolios.portfolio,
            jobs.jobs,
            jobs.job,
            jobs.job_events,
            jobs.cancel_job,
            reports.job_report,
            reports.report,
            reports.comparison_report,
            factors.factors,
            factors.factor,
            factors.releases,
            factors.benchmarks,
            reference.units,
            reference.site_schema,
            pact.publish_footprint,
        ],
        before_request=queries.refuse_unknown,
    )
    version_3 = Router(
        "/3",
        exception_handlers=pact_errors.PACT_HANDLERS,
        route_handlers=[pact.list_footprints, pact.footprint_by_id, pact_events.event],
    )
    counted = metrics.Metrics()
    app = Server(
        [version_1, version_3, tokens.token, reference.health, metrics.metrics],
        debug=False,
        exception_handlers=problems.HANDLERS,
        lifespan=[_opened, outbox.outbox],
        logging_config=None,
        openapi_config=openapi_config(),
        plugins=[SiteSchemaPlugin(), PydanticPlugin(validate_strict=True)],
        request_class=JSONRequest,
        request_max_body_size=LARGEST_BODY,
        state=State({"settings": settings, "metrics": counted}),
    )
    app.door = Door(settings, counted)
    return app


@asynccontextmanager
async def _opened(app: Litestar) -> AsyncGenerator[None]:
    """Keep the database open, and the places at work, for as long as the server runs."""
    settings: Settings = app.state.settings
    app.state.store = store = Store(settings.database)
    app.state.queue = Queue(store, settings.queue)
    app.state.places = Places(app.state.queue, settings.work, problems.kept_of)
    if isinstance(app, Server):
        app.door.store = store
    app.state.places.start()
    try:
        yield
    finally:
        await app.state.places.close()
        store.close()


def served() -> Server:
    """Return the application that `asmcarbon serve` asks for."""
    return create_app(msgspec.json.decode(os.environ[SETTINGS], type=Settings))
