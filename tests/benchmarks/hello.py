"""A Litestar hello behind the door of our server: its key check, limits and access log, and nothing after them."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec
from litestar import Litestar, post
from litestar.datastructures import State

from asmcarbon.api.access import Door
from asmcarbon.api.app import SETTINGS, Server
from asmcarbon.api.metrics import Metrics
from asmcarbon.jobs.settings import Settings
from asmcarbon.jobs.store import Store


@post("/v1/footprints", status_code=200)
async def hello() -> dict[str, str]:
    return {"hello": "world"}


@asynccontextmanager
async def opened(app: Litestar) -> AsyncGenerator[None]:
    app.door.store = Store(app.state.settings.database)
    yield


def served() -> Server:
    settings = msgspec.json.decode(os.environ[SETTINGS], type=Settings)
    app = Server(
        [hello], lifespan=[opened], openapi_config=None, logging_config=None, state=State({"settings": settings})
    )
    app.door = Door(settings, Metrics())
    return app
