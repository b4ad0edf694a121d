"""What the contract tests share: one server for all of them, and the example site as a client would send it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from asmcarbon.api.app import create_app
from asmcarbon.site.read import read_site
from asmcarbon.site.site import Site


@pytest.fixture(scope="session")
def site(example: Path) -> Site:
    return read_site(example)


@pytest.fixture
def body(site: Site) -> dict[str, Any]:
    """The example as JSON: what its file states, and no default beside it."""
    return json.loads(json.dumps(site.model_dump(mode="json", exclude_unset=True)))


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(), raise_server_exceptions=False) as server:
        yield server
