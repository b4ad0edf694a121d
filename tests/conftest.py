"""What tests share: the checkout, the example site, the installed command."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from asmcarbon.jobs.store import Store

# How long an example takes is no matter of its law: on a busy machine any of them may be slow.
settings.register_profile("timeless", deadline=None)
settings.load_profile("timeless")

# Whatever the machine speaks, texts are compared in English.
os.environ["ASMCARBON_LANGUAGE"] = "en"

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "andean_gold" / "site.yaml"
COMMAND = Path(sys.executable).with_name("asmcarbon")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def example() -> Path:
    return EXAMPLE


@pytest.fixture(scope="session")
def asmcarbon():
    """Run the installed command in a process of its own."""

    def run(*arguments: str | Path, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )

    return run


@contextmanager
def schema_of(url: str) -> Iterator[str]:
    """A schema of its own in a PostgreSQL database, as the URL of a database; dropped afterwards."""
    psycopg = pytest.importorskip("psycopg")
    name = f"t_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        try:
            yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}"
        finally:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield str(tmp_path / "server.sqlite")
        return
    url = os.environ.get("ASMCARBON_TEST_POSTGRESQL")
    if not url:
        pytest.skip("$ASMCARBON_TEST_POSTGRESQL names no PostgreSQL database")
    with schema_of(url) as its:
        yield its


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


@pytest.fixture
def serving() -> Iterator[Callable[..., str]]:
    """Start `asmcarbon serve` in a process of its own, and return where it is reached; ended afterwards."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [COMMAND, "serve", "--port", str(port), *arguments]
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for _time in range(600):
            assert started[-1].poll() is None, "the server has ended"
            with socket.socket() as connection:
                if connection.connect_ex(("127.0.0.1", port)) == 0:
                    return f"http://127.0.0.1:{port}"
            time.sleep(0.1)
        raise AssertionError("the server does not listen")

    yield start
    for one in started:
        one.terminate()
        one.wait(timeout=60)
