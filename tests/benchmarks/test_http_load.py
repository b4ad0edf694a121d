"""What a request costs the server, beside a hello of Litestar behind the same door, and what a running job takes of it.

    pytest tests/benchmarks/test_http_load.py -s       needs wrk; about a minute

Bodies are example A with the litres of its generator changed from one request to the next: no answer is kept.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from asmcarbon.jobs.keys import create_key
from asmcarbon.jobs.settings import Settings
from asmcarbon.jobs.store import Store
from asmcarbon.site.read import read_site

EXAMPLES = Path(__file__).parents[2] / "examples"
SECONDS = 8
LITRES = '"36500 L/year"'
SCRIPT = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer %s"
local body, n = [==[%s]==], 0
request = function()
  n = n + 1
  return wrk.format(nil, nil, nil, (body:gsub("LITRES", tostring(33000 + n %% 7000))))
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("REQUESTS %%d ERRORS %%d P50 %%d P99 %%d\\n", summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
"""


def body_of(example: str) -> str:
    site = read_site(EXAMPLES / example / "site.yaml")
    return json.dumps(site.model_dump(mode="json", exclude_unset=True))


class Served:
    """A server under load; its CPU is that of its own process, without those of its jobs."""

    def __init__(self, process: subprocess.Popen, url: str, secret: str, script: Path) -> None:
        self.process, self.url, self.script = process, url, script
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def loaded(self, connections: int) -> tuple[float, int, float, float]:
        """Requests a second, errors, CPU microseconds of each, and their median milliseconds."""
        before = self.cpu_s()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--timeout", "20s", "-s", str(self.script)]
        told = subprocess.run(
            [*command, f"{self.url}/v1/footprints"], capture_output=True, text=True, check=True
        ).stdout
        requests, errors, median, _p99 = (int(one) for one in re.search(
            r"REQUESTS (\d+) ERRORS (\d+) P50 (\d+) P99 (\d+)", told).groups())  # fmt: skip
        return requests / SECONDS, errors, 1e6 * (self.cpu_s() - before) / requests, median / 1e3


@contextmanager
def served(app: str, port: int, folder: Path) -> Iterator[Served]:
    database = str(folder / f"{port}.sqlite")
    store = Store(database)
    secret = create_key(store, "load", "")[1]
    store.close()
    script = folder / f"{port}.lua"
    script.write_text(SCRIPT % (secret, body_of("andean_gold").replace(LITRES, '"LITRES L/year"', 1)))
    settings = Settings(database, rate=1e9, burst=10**9)
    code = (
        f"import uvicorn; from asmcarbon.cli.serve import _LOGGING\n"
        f"uvicorn.run('{app}', factory=True, port={port}, access_log=False, log_config=_LOGGING, server_header=False)"
    )
    told = {"ASMCARBON_SETTINGS": msgspec.json.encode(settings).decode()}
    paths = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    with (folder / f"{port}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", code], env={**os.environ, **told, "PYTHONPATH": paths}, stderr=log
        )
        one = Served(process, f"http://127.0.0.1:{port}", secret, script)
        try:
            for _attempt in range(200):
                try:
                    answer = httpx.post(f"{one.url}/v1/footprints", content=body_of("andean_gold"), headers=one.headers)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            assert answer.status_code == 200, answer.text
            yield one
        finally:
            process.terminate()
            process.wait(30)


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_a_footprint_over_http_beside_a_hello(tmp_path: Path) -> None:
    with served("hello:served", 8511, tmp_path) as hello:
        rate, errors, hello_us, median = hello.loaded(2)
        print(f"\nhello, 2 connections: {rate:.0f}/s, {hello_us:.0f} us CPU each, median {median:.1f} ms")
        assert errors == 0
    with served("asmcarbon.api.app:served", 8512, tmp_path) as ours:
        rates = []
        for connections in (2, 64):
            rate, errors, ours_us, median = ours.loaded(connections)
            rates.append(rate)
            print(
                f"footprints, {connections} connections: {rate:.0f}/s, {ours_us:.0f} us CPU each,"
                f" {ours_us / hello_us:.1f} of hello, median {median:.1f} ms, {errors} errors"
            )
            assert errors == 0
        httpx.post(f"{ours.url}/v1/frontiers?points=20", content=body_of("andean_gold"), headers=ours.headers)
        time.sleep(4)
        rate, errors, _cpu, median = ours.loaded(2)
        print(f"beside a running job: {rate:.0f}/s, {rate / rates[0]:.2f} of alone, median {median:.1f} ms")
        assert errors == 0
