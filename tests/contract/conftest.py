"""What the contract tests share: one server for all of them, and the example site as a client would send it."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from asmcarbon.api.app import create_app
from asmcarbon.jobs.places import WorkLimits
from asmcarbon.jobs.settings import Settings
from asmcarbon.site.read import read_site
from asmcarbon.site.site import Site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the tests that schemathesis gives one name to by their operation: of these pytest-xdist would run one."""
    for item in items:
        if (label := getattr(item, "operation_label", None)) is not None:
            item._id = f"{item.nodeid}[{label}]"


@pytest.fixture(scope="session")
def site(example: Path) -> Site:
    return read_site(example)


@pytest.fixture
def body(site: Site) -> dict[str, Any]:
    """The example as JSON: what its file states, and no default beside it."""
    return json.loads(json.dumps(site.model_dump(mode="json", exclude_unset=True)))


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Litestar]]:
    """A server without keys, which serves this machine alone."""
    file = tmp_path_factory.mktemp("server") / "server.sqlite"
    settings = Settings(str(file), rate=1e6, burst=1_000_000, work=WorkLimits(processes=1))
    with TestClient(create_app(settings), raise_server_exceptions=False) as server:
        yield server


@pytest.fixture(scope="session")
def ended(client: TestClient[Litestar]) -> Callable[[httpx.Response], dict[str, Any]]:
    """Follow the job of an answer to its end, and return what is answered about it then."""

    def followed(answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 202, answer.text
        for _time in range(5):
            told = client.get(answer.headers["location"] + "?wait=60", timeout=90).json()
            if told["job"]["status"] not in ("queued", "running"):
                break
        return told

    return followed


JOBS: dict[str, tuple[str, dict[str, Any]]] = {
    "plan": ("/v1/plans", {}),
    "plan over stages": ("/v1/plans", {"stages": {"years": [0, 5], "battery_cost_growth": "-3 %"}}),
    "risk": ("/v1/risks?scenarios=2&seed=3", {"uncertainty": {"fuel_price": "± 30 %"}}),
    "risk over stages": (
        "/v1/risks?scenarios=2&seed=3",
        {"uncertainty": {"fuel_price": "± 30 %"}, "stages": {"years": [0, 5]}},
    ),
    "frontier": ("/v1/frontiers?points=2&within=0.05", {}),
    "frontier over stages": ("/v1/frontiers?points=2", {"stages": {"years": [0, 10]}}),
    "portfolio": ("/v1/portfolios", {}),
}


@pytest.fixture(scope="session")
def done(
    client: TestClient[Litestar], ended: Callable[[httpx.Response], dict[str, Any]], site: Site
) -> Callable[[str], tuple[dict[str, Any], dict[str, Any]]]:
    """What is answered of a job of a kind when it is accepted, and when it is done; each is worked on once."""

    @cache
    def job(kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
        path, options = JOBS[kind]
        body = json.loads(json.dumps(site.model_dump(mode="json", exclude_unset=True)))
        body = {**body, "options": {**body["options"], **options}}
        if kind == "portfolio":
            body = {"name": "A fund", "budget": {"2026": "130000 USD"}, "points": 2, "sites": [body],
                    "countries": {"PER": "100 %"}, "floors": {"jobs": "50 job"}}  # fmt: skip
        accepted = client.post(path, json=body)
        told = ended(accepted)
        assert told["job"]["status"] == "done", told["problem"]
        assert told["problem"] is None
        return accepted.json(), told

    return job


@pytest.fixture
def accepting(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    """A server that accepts jobs and works on none."""
    settings = Settings(str(tmp_path / "accepting.sqlite"), rate=1e6, burst=1_000_000, work=WorkLimits(processes=0))
    with TestClient(create_app(settings), raise_server_exceptions=False) as server:
        yield server
