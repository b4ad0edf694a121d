"""What no honest client sends: each is refused in bounded time with 4xx, and the next request is served.

What a client library would mend on its way is sent over a socket to a server of its own.
"""

import json
import socket
import threading
import time

import pytest
import uvicorn

from asmcarbon.api import body as body_room
from asmcarbon.api.app import create_app
from asmcarbon.jobs.places import WorkLimits
from asmcarbon.jobs.settings import Settings

SITE = {"name": "A site", "country": "PER", "year": 2024}
JSON = {"content-type": "application/json"}
# Far more than any refusal takes (milliseconds), far less than a server that is worn down by one.
SOON_S = 10.0
POSTS = (
    "/v1/footprints", "/v1/explanations?figure=scope_1", "/v1/statements", "/v1/progress", "/v1/comparisons",
    "/v1/plans", "/v1/risks", "/v1/frontiers", "/v1/portfolios",
)  # fmt: skip


@pytest.fixture
def refused(accepting):
    """Send a request that is refused, then one that is served; return the refusal."""

    def send(method, path, statuses=(400, 413, 415, 422), **given):
        started = time.monotonic()
        answer = accepting.request(method, path, **given)
        assert time.monotonic() - started < SOON_S, (method, path)
        assert answer.status_code in statuses, (method, path, answer.status_code, answer.text[:300])
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.content) < 200_000
        assert "Traceback" not in answer.text and "site-packages" not in answer.text
        assert accepting.get("/health").status_code == 200
        return answer

    return send


def of(path, site):
    """A body of a path that holds a site."""
    return (
        {"site": site} if "statements" in path else {"sites": [site, site]} if "/c" in path or "pro" in path else site
    )


@pytest.mark.parametrize("path", POSTS)
def test_bodies_that_are_deep_long_or_broken(refused, path):
    for content in (
        b"[" * 900_000, b'{"a":' * 190_000, b'{"energy":' * 90_000 + b"1" + b"}" * 90_000, b"", b"\x00", b"\xff\xfe{}",
        b"{" + b" " * 900_000, b'{"name": "' + b"\\ud800" * 100_000 + b'"}', b"NaN", b'{"year": NaN}',
        b'{"year": -Infinity}', b'{"year": 1e999999}', b'{"year": ' + b"9" * 900_000 + b"}", b"null", b"0", b'"x"',
        b"[]", b"--x\r\n\r\n", b"\x1f\x8b\x08\x00",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
    ):  # fmt: skip
        refused("POST", path, content=content, headers=JSON)
    refused("POST", path, statuses=(413,), content=b" " * 1_000_001, headers=JSON)


@pytest.mark.parametrize("path", POSTS)
def test_values_of_a_wrong_type_or_of_no_bound(refused, path):
    bomb = "1 " + "*".join(["km"] * 300)
    for wrong in (
        {"name": ["x"] * 100_000}, {"year": 10**400}, {"year": -(10**18)}, {"country": "PER\x00"}, {"name": "\x1b[2J"},
        {"energy": [[[]]]}, {"energy": {"diesel": {"generator": bomb + "/year"}}}, {"name": "x" * 900_000},
        {"energy": {"diesel": {"generator": "1" * 100_000 + " L/year"}}},
        {"energy": {"diesel": {"generator": "1 L^999999999/year"}}},
        {"energy": {"diesel": {"generator": "1e308 L/year", "engines": "1e308 L/year"}}},
        {"energy": {"diesel": {"generator": "2**2**2**2**2**2 L/year"}}},
        {"energy": {"diesel": {"generator": "(" * 20_000 + "1 L/year"}}},
        {"energy": {"machines": [0] * 300_000}}, {"energy": {"machines": [{}] * 200_000}},
        {"land": {"opened": [{"polygon": {"type": "Polygon", "coordinates": [[[0, 0]] * 60_000]}}]}},
        {"processing": {"products": {f"m{n}": "1 t" for n in range(30_000)}}},
        {"__proto__": {"x": 1}}, {"method": {"factors": "file:///etc/passwd"}}, {"method": {"factors": "http://[::1]/"}},
    ):  # fmt: skip
        refused("POST", path, statuses=(400, 413, 422), json=of(path, {**SITE, **wrong}))


def test_paths_that_lead_elsewhere(refused):
    for path in (
        "/v1/..%2f..%2fetc/passwd", "/v1/schemas/..%2f..%2f..%2fetc%2fpasswd", "/v1/factors/..%2f..%2fetc%2fpasswd",
        "/v1/factors/%2e%2e%2f%2e%2e%2fx", "/v1/jobs/..%2fhealth", "/v1/jobs/%00", "/v1/jobs/a%0d%0aX:%20y", "/%00",
        "/v1/factors/" + "x" * 50_000, "/" + "a/" * 20_000, "/v1/jobs/" + "%F0%9F%92%A9" * 9, "/v1//jobs/%",
        "/v1/jobs/%ff",
        "/v1/factors/%22%3E%3Cscript%3E", "/schema/..%2f..%2fx", "/v1/jobs/{job_id}", "/v1/jobs/1;drop%20table%20jobs",
    ):  # fmt: skip
        answer = refused("GET", path, statuses=(400, 404, 422))
        assert "root:" not in answer.text
        assert "x" not in answer.headers
    for query in ("wait=-1", "wait=1e9", "wait=x", "wait=" + "9" * 5000, "limit[]=1&limit=%00"):
        refused("GET", f"/v1/jobs/{'0' * 32}?{query}", statuses=(404, 422))
    for query in ("limit=0", "limit=999999", "limit=%00", "before=" + "x" * 5000):
        refused("GET", f"/v1/jobs?{query}", statuses=(422,))


def test_methods_that_a_route_does_not_have(accepting, refused):
    for route in accepting.app.routes:
        path = route.path.replace("{job_id:str}", "0" * 32).replace("{factor_id:str}", "x")
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X"} - set(route.methods):
            answer = refused(method, path, statuses=(405,))
            assert "allow" in answer.headers


def test_headers_that_are_meant_for_another_place(accepting, refused):
    for key in ("", " ", "a b", "é", "x" * 201, "\t", "a\x7f"):
        refused("POST", "/v1/plans", json=SITE, headers={"Idempotency-Key": key.encode("latin-1")}, statuses=(400, 422))
    for kind in ("", "application/json; charset=utf-7", "application/jsonx", "multipart/form-data", "x" * 10_000):
        refused("POST", "/v1/plans", content=b"{}", headers={"content-type": kind}, statuses=(415,))
    refused("GET", "/health", headers={f"x-{nth}": "y" for nth in range(101)}, statuses=(431,))
    refused("GET", "/health", headers={"cookie": "y" * 40_000}, statuses=(431,))
    forwarded = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "6.6.6.6",
        "Host": "evil.example",
        "Forwarded": "for=x",
    }
    answer = accepting.post("/v1/plans", json=SITE, headers=forwarded)
    assert answer.headers["location"].startswith("/v1/jobs/")
    assert "evil" not in answer.text


@pytest.fixture
def port(tmp_path, monkeypatch):
    """The port of a server that waits two seconds for a body."""
    monkeypatch.setattr(body_room, "SLOWEST_BODY_S", 2.0)
    app = create_app(Settings(str(tmp_path / "server.sqlite"), work=WorkLimits(processes=0)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, server_header=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def test_what_is_no_request_and_what_never_ends_is_refused_and_others_are_served_meanwhile(port):
    def opened(content):
        connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        connection.sendall(content)
        return connection

    def status_of(connection):
        with connection:
            told = connection.recv(65536)
        return int(told.split(b" ", 2)[1]), told

    head = b"POST /v1/footprints HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    health = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    silent = opened(head + b"Content-Length: 1000\r\n\r\n")
    dripping = opened(head + b"Transfer-Encoding: chunked\r\n\r\n")

    for content in (
        b"\x00" * 100 + b"\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        head + b"Content-Length: -1\r\n\r\n", head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        head + b"Content-Length: 99999999999999\r\n\r\n", head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        head + b"Idempotency-Key: a\rSet-Cookie: b\r\n\r\n", b"GET /health HTTP/1.1\r\n X: folded\r\n\r\n",
        b"GET /..%2f..%2fetc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PUT /v1/plans HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    ):  # fmt: skip
        status, told = status_of(opened(content))
        assert 400 <= status < 500, (content[:80], told[:200])
        assert b"Set-Cookie" not in told
        assert status_of(opened(health))[0] == 200

    # A request that hides behind another's body is not served as a second one.
    smuggled = opened(head + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + health)
    assert 400 <= status_of(smuggled)[0] < 500

    with dripping, pytest.raises(OSError, match=r"reset|pipe"):
        for _time in range(600):
            dripping.sendall(b"1\r\n \r\n")
            time.sleep(0.05)
    status, told = status_of(silent)
    assert status == 408
    assert json.loads(told.partition(b"\r\n\r\n")[2])["type"].endswith(":too-slow")
    assert status_of(opened(health))[0] == 200
