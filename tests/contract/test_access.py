"""Who may ask what: every route of the application, with no key, a wrong one, and the keys of two tenants."""

import json
import logging
import time
from uuid import UUID

import pytest
from litestar.testing import TestClient

from asmcarbon.api import access
from asmcarbon.api.access import Rates
from asmcarbon.api.app import create_app
from asmcarbon.api.openapi import OPEN
from asmcarbon.errors import StoreError
from asmcarbon.jobs.keys import create_key, grant_token, revoke_key
from asmcarbon.jobs.places import WorkLimits
from asmcarbon.jobs.queue import QueueLimits
from asmcarbon.jobs.settings import Settings

SITE = {"name": "A site", "country": "PER", "year": 2024}
PLENTY = {"rate": 1e6, "burst": 1_000_000}


def served(database, **settings):
    """A server that accepts jobs and works on none."""
    app = create_app(Settings(database, work=WorkLimits(processes=0), **{**PLENTY, **settings}))
    base = "https://testserver.local" if settings.get("is_exposed") else "http://testserver.local"
    return TestClient(app, base_url=base, raise_server_exceptions=False)


def by(secret):
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def tenants(store):
    """The secrets of two tenants."""
    return tuple(create_key(store, tenant, "")[1] for tenant in ("fund-a", "fund-b"))


@pytest.fixture
def server(database, tenants):  # noqa: ARG001, RUF100
    """A server that the keys of the tenants open."""
    with served(database) as client:
        client.app.door._wrong = Rates(1e6, 1_000_000)
        yield client


def routes(client):
    """Every route with each of its methods, found by walking the application."""
    found = sorted((method, route.path) for route in client.app.routes for method in route.methods)
    assert len(found) > 30
    return found


def asked(client, method, path, **given):
    """Ask a route for a job, or a factor, of which nothing is known."""
    for name in ("job_id:str", "factor_id:str"):
        path = path.replace(f"{{{name}}}", given.pop("id", "0" * 32))
    return client.request(method, path, json=SITE if method == "POST" else None, **given)


def problem_of(answer, status):
    assert answer.status_code == status, (answer.request.method, answer.request.url, answer.text)
    if answer.request.url.path.startswith(("/3", "/auth")):
        # PACT and OAuth2 have shapes of their own (`test_pact.py`).
        assert answer.headers["content-type"] == "application/json"
        return answer
    assert answer.headers["content-type"] == "application/problem+json"
    if answer.request.method != "HEAD":
        assert answer.json()["status"] == status
    return answer


def test_no_route_but_the_open_ones_answers_without_a_key(server):
    for method, path in routes(server):
        answer = asked(server, method, path)
        if path.rstrip("/") in OPEN:
            assert answer.status_code != 403, path
            assert answer.status_code < 400 or path == "/auth/token"
        else:
            problem_of(answer, 401)
            assert answer.headers["www-authenticate"].startswith("Bearer")


def test_what_is_not_there_is_told_to_nobody_without_a_key(server):
    for path in ("/", "/v1", "/v1/nothing", "/health/x", "/schema/x", "/v1/%2e%2e/health", "/HEALTH", "/health%00"):
        problem_of(server.get(path), 401)


def test_a_key_opens_every_route(server, tenants):
    for method, path in routes(server):
        assert asked(server, method, path, headers=by(tenants[0])).status_code not in (401, 403), (method, path)


NO_KEYS = (
    "", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "bearer", "Token {secret}", "{secret}", "Bearer {secret} x",
    "Bearer  {secret}", "Bearer {secret}x", "Bearer " + "x" * 5000, "Bearer ' OR 1=1 --", "Bearer %00",
)  # fmt: skip


def test_a_header_that_is_no_key_opens_nothing(server, tenants):
    for header in NO_KEYS:
        answer = problem_of(server.get("/v1/jobs", headers={"Authorization": header.format(secret=tenants[0])}), 401)
        assert "error=" in answer.headers["www-authenticate"], header
        assert tenants[0] not in answer.text


def test_two_keys_at_once_open_nothing(server, tenants):
    headers = [("Authorization", f"Bearer {secret}") for secret in tenants]
    problem_of(server.get("/v1/jobs", headers=headers), 401)


def test_the_word_bearer_may_be_written_in_any_case(server, tenants):
    assert server.get("/v1/jobs", headers={"Authorization": f"bEARER {tenants[0]}"}).status_code == 200


def job_of(server, secret, site=SITE, **headers):
    answer = server.post("/v1/plans", json=site, headers={**by(secret), **headers})
    assert answer.status_code == 202, answer.text
    return answer.json()["job"]["id"]


def test_another_tenant_neither_sees_nor_cancels_nor_follows_a_job_by_any_route(server, tenants):
    mine, theirs = tenants
    job = job_of(server, mine)
    names = {job, job.upper(), str(UUID(job)), f"{{{job}}}", f"{job} ", job[:-1], f"{job}%00", "%", "*"}
    with_id = [(method, path) for method, path in routes(server) if "{job_id:str}" in path and method != "OPTIONS"]
    assert len(with_id) >= 3
    for method, path in with_id:
        for name in names:
            answer = asked(server, method, path, id=name, headers=by(theirs))
            problem_of(answer, 404)
            assert "A site" not in answer.text
    answer = server.get(f"/v1/jobs/{job}", headers=by(mine)).json()
    assert answer["job"]["status"] == "queued"
    assert server.get("/v1/jobs", headers=by(theirs)).json()["jobs"] == []
    assert server.get(f"/v1/jobs?before={job}", headers=by(theirs)).json()["jobs"] == []
    assert [one["id"] for one in server.get("/v1/jobs", headers=by(mine)).json()["jobs"]] == [job]


def test_what_is_not_there_and_what_is_anothers_cannot_be_told_apart(server, tenants):
    mine, theirs = tenants
    job, none = job_of(server, mine), "0" * 32
    told = [server.get(f"/v1/jobs/{one}", headers=by(theirs)).text.replace(one, "") for one in (job, none)]
    assert told[0] == told[1]


def test_the_same_idempotency_key_of_two_tenants_is_two_jobs(server, tenants):
    mine, theirs = tenants
    first = job_of(server, mine, **{"Idempotency-Key": "k"})
    second = job_of(server, theirs, {**SITE, "name": "Another"}, **{"Idempotency-Key": "k"})
    assert first != second
    assert job_of(server, mine, **{"Idempotency-Key": "k"}) == first
    refused = server.post("/v1/plans", json={**SITE, "year": 2023}, headers={**by(mine), "Idempotency-Key": "k"})
    assert [row["where"] for row in problem_of(refused, 422).json()["problems"]] == ["Idempotency-Key"]
    assert "Another" not in refused.text


def test_two_keys_of_a_tenant_see_the_same_jobs(server, store, tenants):
    job = job_of(server, tenants[0])
    _key, again = create_key(store, "fund-a", "")
    assert server.get(f"/v1/jobs/{job}", headers=by(again)).status_code == 200


def test_a_key_that_is_revoked_or_ended_opens_nothing_within_two_seconds(server, store):
    revoked, secret = create_key(store, "fund", "")
    token = grant_token(store, revoked.id, secret)
    _ended, short = create_key(store, "fund", "", days=0.5 / 86_400)
    assert {server.get("/v1/jobs", headers=by(one)).status_code for one in (secret, token, short)} == {200}
    revoke_key(store, revoked.id)
    time.sleep(1.6)
    for one in (secret, token, short):
        problem_of(server.get("/v1/jobs", headers=by(one)), 401)


def test_the_first_key_closes_the_server_to_whoever_has_none(database, store):
    with served(database) as client:
        assert client.get("/v1/jobs").status_code == 200
        create_key(store, "fund", "")
        time.sleep(1.1)
        problem_of(client.get("/v1/jobs"), 401)


def test_a_server_that_others_reach_asks_for_a_key_also_where_there_is_none(tmp_path):
    with served(str(tmp_path / "server.sqlite"), is_exposed=True) as client:
        problem_of(client.get("/v1/jobs"), 401)


def test_a_server_that_others_reach_is_asked_over_https_only(database, tenants):
    with served(database, is_exposed=True) as client:
        for method, path in routes(client):
            answer = asked(client, method, "http://testserver.local" + path, headers=by(tenants[0]))
            if path != "/health":
                problem_of(answer, 403)
        assert client.get("http://testserver.local/health").status_code == 200
        assert client.get("/v1/jobs", headers=by(tenants[0])).status_code == 200
        assert client.get("https://testserver.local/v1/jobs", headers=by(tenants[0])).status_code == 200


def test_a_tenant_that_asks_too_often_is_told_when_to_come_back_and_others_are_served(database, tenants):
    mine, theirs = tenants
    with served(database, rate=0.5, burst=3) as client:
        assert [client.get("/v1/jobs", headers=by(mine)).status_code for _time in range(4)] == [200, 200, 200, 429]
        answer = problem_of(client.get("/v1/jobs", headers=by(mine)), 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 3
        assert client.get("/v1/jobs", headers=by(theirs)).status_code == 200


def test_what_opens_without_a_key_is_counted_by_address(tmp_path):
    with served(str(tmp_path / "server.sqlite"), rate=0.5, burst=2) as client:
        assert [client.get("/health").status_code for _time in range(3)] == [200, 200, 429]


def test_wrong_keys_are_not_tried_for_ever(database, tenants):
    with served(database) as client:
        client.app.door._wrong = Rates(0.01, 3)
        told = [client.get("/v1/jobs", headers=by(f"wrong{nth}")).status_code for nth in range(5)]
        assert told == [401, 401, 401, 429, 429]
        assert client.get("/v1/jobs", headers=by(tenants[0])).status_code == 200


def test_a_bucket_fills_at_its_rate_and_holds_its_burst():
    at = [0.0]
    rates = Rates(2.0, 4, lambda: at[0])
    assert [rates.wait_s("a") for _time in range(5)] == [0, 0, 0, 0, 0.5]
    assert rates.wait_s("b") == 0
    at[0] = 0.5
    assert [rates.wait_s("a"), rates.wait_s("a")] == [0, 0.5]
    at[0] = 1000.0
    assert [rates.wait_s("a") for _time in range(5)].count(0) == 4


def test_a_full_queue_is_429_and_says_when_to_come_back(database, tenants):
    with served(database, queue=QueueLimits(waiting=1, waiting_each=1, retry_s=7)) as client:
        job_of(client, tenants[0])
        answer = client.post("/v1/plans", json=SITE, headers=by(tenants[0]))
        assert problem_of(answer, 429).headers["retry-after"] == "7"
        assert answer.json()["type"].endswith(":queue-full")


def test_every_answer_has_the_security_headers(server, tenants):
    expected = {
        "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'", "cache-control": "no-store",
    }  # fmt: skip
    for headers in ({}, by(tenants[0]), by("wrong")):
        for method, path in [*routes(server), ("GET", "/nothing"), ("PUT", "/v1/plans"), ("TRACE", "/health")]:
            answer = asked(server, method, path, headers=headers)
            if answer.headers.get("content-type", "").startswith("text/html"):
                continue  # a page has headers of its own: test_reports_api.py
            assert {name: answer.headers[name] for name in expected} == expected, (method, path)
            assert answer.headers.get_list("cache-control") == ["no-store"], (method, path)
            assert "server" not in answer.headers


def test_neither_log_nor_metrics_hold_a_secret_a_query_or_a_body(server, tenants, caplog):
    caplog.set_level(logging.DEBUG)
    site = {**SITE, "name": "Mina Secreta"}
    server.post("/v1/plans", json=site, headers={**by(tenants[0]), "Idempotency-Key": "private-key"})
    server.get("/v1/factors?item=private", headers=by(tenants[0]))
    server.get("/v1/jobs", headers=by("private-wrong"))
    lines = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    noted = [json.loads(record.getMessage()) for record in caplog.records if record.name == "asmcarbon.access"]
    assert [(one["path"], one["status"], one["tenant"]) for one in noted] == [
        ("/v1/plans", 202, "fund-a"), ("/v1/factors", 200, "fund-a"), ("/v1/jobs", 401, None),
    ]  # fmt: skip
    metrics = server.get("/metrics", headers=by(tenants[0])).text
    assert 'asmcarbon_requests_total{method="POST",route="/v1/plans",status="202"} 1.0' in metrics
    assert 'asmcarbon_jobs{status="queued"} 1.0' in metrics
    for text in (*lines, metrics):
        for secret in (*tenants, tenants[0].split("_", 2)[2], "private", "Secreta"):
            assert secret not in text
    assert "fund-a" not in metrics


def test_a_path_that_is_made_up_becomes_no_metric_and_no_line_of_its_own(server, tenants, caplog):
    caplog.set_level(logging.INFO)
    for path in ("/made-up", "/v1/jobs/" + "0" * 32, "/v1/jobs/a%0Ab"):
        server.request("WORD", path, headers=by(tenants[0]))
        server.get(path, headers=by(tenants[0]))
    metrics = server.get("/metrics", headers=by(tenants[0])).text
    assert "made-up" not in metrics and "WORD" not in metrics and "0" * 32 not in metrics
    assert not any("\n" in record.getMessage() for record in caplog.records if record.name == "asmcarbon.access")


def test_a_database_that_is_away_is_503_and_says_when_to_come_back(server, tenants, monkeypatch):
    def away(*_given):
        raise StoreError("the database does not answer: gone")

    monkeypatch.setattr(access, "key_of", away)
    answer = problem_of(server.get("/v1/jobs", headers=by(tenants[0])), 503)
    assert int(answer.headers["retry-after"]) > 0
    assert server.get("/health").status_code == 200


def events(answer):
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [
        dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        for block in answer.text.replace("\r\n", "\n").strip().split("\n\n")
    ]


def test_who_follows_a_job_and_was_cut_off_misses_nothing(server, tenants):
    queue = server.app.state.queue
    job = job_of(server, tenants[0])
    claim = queue.claim()
    for text in ("one", "two\nlines", "three"):
        queue.say(claim, text)
    queue.finish(claim, b'{"x": 1}')
    path = f"/v1/jobs/{job}/events"
    whole = events(server.get(path, headers=by(tenants[0])))
    assert [(one["event"], one.get("id")) for one in whole] == [
        ("progress", "1"), ("progress", "2"), ("progress", "3"), ("ended", None),
    ]  # fmt: skip
    assert whole[-1]["data"] == "done"
    rest = events(server.get(path, headers={**by(tenants[0]), "Last-Event-ID": "2"}))
    assert rest == whole[2:]
    assert events(server.get(path, headers={**by(tenants[0]), "Last-Event-ID": "99"})) == whole[3:]
    problem_of(server.get(path, headers={**by(tenants[0]), "Last-Event-ID": "x"}), 422)
    told = server.get(f"/v1/jobs/{job}", headers=by(tenants[0])).json()
    assert (told["result"], told["job"]["progress"]) == ({"x": 1}, "three")


def test_a_cancelled_job_says_so_and_waiting_for_it_ends(server, tenants):
    job = job_of(server, tenants[0])
    assert server.delete(f"/v1/jobs/{job}", headers=by(tenants[0])).json()["job"]["status"] == "cancelled"
    assert server.get(f"/v1/jobs/{job}?wait=60", headers=by(tenants[0])).json()["job"]["status"] == "cancelled"
    assert events(server.get(f"/v1/jobs/{job}/events", headers=by(tenants[0])))[0]["data"] == "cancelled"


def test_jobs_are_paged_without_loss(server, tenants):
    made = {job_of(server, tenants[0]) for _nth in range(5)}
    found, path = [], "/v1/jobs?limit=2"
    while path:
        page = server.get(path, headers=by(tenants[0])).json()
        found += [one["id"] for one in page["jobs"]]
        path = page["next"]
    assert len(found) == 5
    assert set(found) == made
