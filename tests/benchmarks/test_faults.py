"""200 plans while the server and its processes are killed at random for two minutes: 200 results, none lost or twice.

    pytest tests/benchmarks/test_faults.py -s          about four minutes a database

PostgreSQL is tried where $ASMCARBON_TEST_POSTGRESQL names an empty database.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from asmcarbon.jobs.store import Store, jobs
from asmcarbon.site.read import read_site

JOBS, KILL_S, SEED = 200, float(os.environ.get("ASMCARBON_KILL_S", "120")), 7
POSTGRESQL = os.environ.get("ASMCARBON_TEST_POSTGRESQL")


class Served:
    """A server that is started again whenever it was killed."""

    def __init__(self, database: str, log: Path) -> None:
        self.database, self.log, self.kills = database, log, {"server": 0, "process": 0}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        command = [
            sys.executable,
            "-c",
            "from asmcarbon.cli.main import main; main()",
            "serve",
            "--port",
            str(self.port),
        ]
        given = ["--database", self.database, "--rate", "1000000"]
        with self.log.open("a") as log:
            self.server = subprocess.Popen([*command, *given], stderr=log, stdout=log)

    def children(self) -> list[int]:
        told = subprocess.run(["pgrep", "-P", str(self.server.pid)], capture_output=True, text=True, check=False)
        return [int(one) for one in told.stdout.split()]

    def kill(self, draw: random.Random) -> None:
        """Kill the server or one of its processes, and start the server again where it was that."""
        children = self.children()
        if children and draw.random() < 0.6:
            self.kills["process"] += 1
            try:
                os.kill(draw.choice(children), signal.SIGKILL)
            except ProcessLookupError:
                return
        else:
            self.kills["server"] += 1
            self.server.kill()
            self.server.wait()
            self.start()

    def ask(self, method: str, path: str, **more) -> httpx.Response:
        """Ask until there is an answer, as a client would that was cut off."""
        for _attempt in range(600):
            try:
                return httpx.request(method, f"http://127.0.0.1:{self.port}{path}", timeout=30, **more)
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "server.sqlite")
        return
    if POSTGRESQL is None:
        pytest.skip("$ASMCARBON_TEST_POSTGRESQL names no database")
    admin = sa.create_engine(sa.make_url(POSTGRESQL).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    name = f"faults_{os.getpid()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield sa.make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


def test_two_hundred_plans_survive_two_minutes_of_kills(database: str, tmp_path: Path) -> None:
    site = read_site(Path(__file__).parents[2] / "examples/milling_centre/site.yaml")
    body = json.loads(json.dumps(site.model_dump(mode="json", exclude_unset=True)))
    served, draw = Served(database, tmp_path / "log"), random.Random(SEED)
    try:
        accepted: list[str] = []
        started, next_kill = time.monotonic(), time.monotonic() + 2.0
        while len(accepted) < JOBS or time.monotonic() - started < KILL_S:
            if time.monotonic() > next_kill:
                served.kill(draw)
                next_kill = time.monotonic() + draw.uniform(0.5, 5.0)
            if len(accepted) < JOBS:
                key = {"Idempotency-Key": f"job-{len(accepted)}"}
                answer = served.ask("POST", "/v1/plans", json={**body, "name": f"Mill {len(accepted)}"}, headers=key)
                assert answer.status_code == 202, answer.text
                accepted.append(answer.json()["job"]["id"])
            time.sleep(0.05)
        found = [served.ask("GET", f"/v1/jobs/{one}", params={"wait": 20}).json() for one in accepted]
        deadline = time.monotonic() + 600
        while any(one["job"]["status"] in ("queued", "running") for one in found):
            assert time.monotonic() < deadline, [one["job"]["status"] for one in found]
            found = [served.ask("GET", f"/v1/jobs/{one}", params={"wait": 20}).json() for one in accepted]
        attempts = [one["job"]["attempts"] for one in found]
        print(
            f"\n{JOBS} plans, killed: {served.kills}; attempts {sum(attempts)}, most {max(attempts)};"
            f" {time.monotonic() - started:.0f} s"
        )
    finally:
        served.server.terminate()
        served.server.wait(30)
    assert len(set(accepted)) == JOBS
    assert [one["job"]["status"] for one in found] == ["done"] * JOBS, [one["problem"] for one in found]
    assert [one["result"]["site"]["name"] for one in found] == [f"Mill {n}" for n in range(JOBS)]
    # The same plan for the same figures, whoever worked on it and however often it was begun.
    assert len({json.dumps(one["result"]["purchases"]) for one in found}) == 1
    store = Store(database)
    with store.reading() as connection:
        kept = connection.execute(sa.select(sa.func.count(), sa.func.count(jobs.c.result))).one()
        assert tuple(kept) == (JOBS, JOBS)
        if not store.is_postgresql:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.close()
