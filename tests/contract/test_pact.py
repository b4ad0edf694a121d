"""PACT 3 over HTTP, by its Technical Specifications and, where they differ, by its public conformance service.

The service itself (github.com/wbcsd/pact-conformance-service) asks 41 things of a server; the same facts are here.
"""

import asyncio
import base64
import json
import re
import threading
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import jsonschema_rs
import pytest
from litestar.testing import TestClient

from asmcarbon.api.app import create_app
from asmcarbon.api.outbox import NotDelivered, deliver
from asmcarbon.jobs.keys import create_key
from asmcarbon.jobs.outbox import Callback, Delivery, register_callback
from asmcarbon.jobs.settings import Settings
from asmcarbon.jobs.store import Store

FORM = {"grant_type": "client_credentials"}
EVENT = "org.wbcsd.pact.ProductFootprint.{}Event.3"
CLOUD = {"Content-Type": "application/cloudevents+json; charset=UTF-8"}
SITE = {
    "name": "A site",
    "country": "COD",
    "year": 2024,
    "processing": {"products": {"gold": "2 kg/year"}},
    "materials": [{"item": "lime", "amount": "100 kg/year", "factor": "2 kgCO2e/kg"}],
}
COMPANY, GOLD = "urn:company:example:1", "urn:pact:example.com:product-id:gold-1"
CLASS = "urn:pact:productclassification:un-cpc:14240"
REF = "#/components/schemas/"


def publication(**changed):
    return {"site": SITE, "company": "A cooperative", "company_ids": [COMPANY], "product_ids": [GOLD], **changed}


class Server:
    """A server, its store, and a client of a tenant of its own."""

    def __init__(self, app, database):
        self.store, self.client = Store(database), TestClient(app, raise_server_exceptions=False)

    def key(self, tenant):
        key, secret = create_key(self.store, tenant, "")
        return key.id, secret

    def tenant(self):
        """A tenant that nobody else has: the headers of one of its keys."""
        return {"Authorization": f"Bearer {self.key(f't-{uuid4().hex[:8]}')[1]}"}

    def publish(self, headers, **changed):
        answer = self.client.post("/v1/pact/publish", json=publication(**changed), headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["data"]

    def ids(self, headers, query=""):
        answer = self.client.get(f"/3/footprints{query}", headers=headers)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["data"]]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    database = str(tmp_path_factory.mktemp("pact") / "server.sqlite")
    found = Server(create_app(Settings(database, rate=10_000.0, burst=10_000)), database)
    found.key("first")
    with found.client:
        yield found
    found.store.close()


@pytest.fixture
def headers(server):
    return server.tenant()


def error_of(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().keys() == {"code", "message"}
    assert answer.json()["code"] == code
    return answer.json()["message"]


def token(server, number, secret, data=FORM, **given):
    return server.client.post("/auth/token", data=data, auth=(number, secret), **given)


# Tokens: test cases 1, 2, 18 and 19 of the service.


def test_a_key_gets_a_token_that_opens_what_the_key_opens(server):
    number, secret = server.key("tokens")
    answer = token(server, number, secret)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    content = answer.json()
    assert content.keys() == {"access_token", "token_type", "expires_in"}
    assert (content["token_type"], content["expires_in"]) == ("Bearer", 3600)
    assert server.ids({"Authorization": f"Bearer {content['access_token']}"}) == []


def test_wrong_credentials_get_no_token_and_an_error_of_oauth2(server):
    number, secret = server.key("tokens")
    other, _secret = server.key("tokens")
    no_header = server.client.post("/auth/token", data=FORM)
    half = base64.b64encode(number.encode()).decode()
    wrong = [
        token(server, number, f"{secret}x"), token(server, "nobody", secret), token(server, other, secret), no_header,
        server.client.post("/auth/token", data=FORM, headers={"Authorization": f"Basic {half}"}),
        server.client.post("/auth/token", data=FORM, headers={"Authorization": "Basic ?"}),
    ]  # fmt: skip
    for answer in wrong:
        assert answer.status_code == 401
        assert answer.json().keys() == {"error", "error_description"}
        assert answer.json()["error"] == "invalid_client"
        assert answer.headers["www-authenticate"].startswith("Basic")
        assert secret not in answer.text


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"data": {"grant_type": "password"}}, "unsupported_grant_type"),
        ({"data": {"scope": "all"}}, "invalid_request"),
        ({"content": "grant_type=client_credentials&grant_type=client_credentials"}, "invalid_request"),
        ({"json": FORM}, "invalid_request"),
        ({"content": b"\xff\x00"}, "invalid_request"),
        ({"content": b"grant_type=" + b"x" * 20_000}, "invalid_request"),
        ({}, "invalid_request"),
    ],
)
def test_what_is_no_request_for_a_token_is_told_as_oauth2_has_it(server, given, error):
    number, secret = server.key("tokens")
    headers = {} if "json" in given else {"Content-Type": "application/x-www-form-urlencoded"}
    answer = server.client.post("/auth/token", auth=(number, secret), headers=headers, **given)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"] == error


# Test cases 6, 7 and 16; 9, 10, 11 and 17.


def test_a_key_for_a_buyers_system_opens_published_footprints_alone(server):
    key, secret = create_key(server.store, "t-buyer", "", opens="footprints")
    whole = {"Authorization": f"Bearer {create_key(server.store, 't-buyer', '')[1]}"}
    token = server.client.post("/auth/token", data=FORM, auth=(key.id, secret)).json()["access_token"]
    server.publish(whole)
    for opened in (secret, token):
        headers = {"Authorization": f"Bearer {opened}"}
        assert len(server.client.get("/3/footprints", headers=headers).json()["data"]) == 1
        refused = [
            server.client.get("/v1/jobs", headers=headers),
            server.client.get("/metrics", headers=headers),
            server.client.post("/v1/footprints", json=SITE, headers=headers),
            server.client.post("/v1/pact/publish", json=publication(), headers=headers),
        ]
        assert [answer.status_code for answer in refused] == [403] * 4
    assert server.client.get("/v1/jobs", headers=whole).status_code == 200


def test_a_wrong_token_opens_nothing(server):
    wrong = {"Authorization": "Bearer very-invalid-access-token"}
    error_of(server.client.get("/3/footprints", headers=wrong), 401, "BadRequest")
    error_of(server.client.get(f"/3/footprints/{uuid4()}", headers=wrong), 401, "BadRequest")
    error_of(server.client.post("/3/events", json={}, headers={**wrong, **CLOUD}), 401, "BadRequest")
    error_of(server.client.get("/3/footprints"), 401, "BadRequest")
    answer = server.client.post("/v1/pact/publish", json=publication(), headers=wrong)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_a_server_that_others_reach_gives_nothing_over_http(tmp_path):
    database = str(tmp_path / "server.sqlite")
    found = Server(create_app(Settings(database, is_exposed=True)), database)
    number, secret = found.key("coop")
    bearer = {"Authorization": f"Bearer {secret}"}
    with found.client:
        answer = token(found, number, secret)
        assert answer.status_code == 403 and answer.json().keys() == {"error", "error_description"}
        error_of(found.client.get("/3/footprints", headers=bearer), 403, "AccessDenied")
        error_of(found.client.post("/3/events", json={}, headers={**bearer, **CLOUD}), 403, "AccessDenied")
        found.client.base_url = "https://testserver.local"
        assert token(found, number, secret).status_code == 200
        assert found.ids(bearer) == []
    found.store.close()


# Publishing and reading: 3, 4, 5 and 8.


@pytest.mark.parametrize("query", ["?=", "?=true", "?productid=x&colour=red"])
def test_a_criterion_that_nobody_reads_is_refused(server, headers, query):
    error_of(server.client.get(f"/3/footprints{query}", headers=headers), 400, "BadRequest")


def test_a_footprint_is_published_read_and_listed(server, headers):
    answer = server.client.post("/v1/pact/publish", json=publication(), headers=headers)
    assert answer.status_code == 201
    published = answer.json()["data"]
    # 100 kg at 2 kgCO2e/kg, over 2 kg of gold.
    assert published["pcf"]["pcfExcludingBiogenicUptake"] == "100"
    assert "precedingPfIds" not in published
    read = server.client.get(answer.headers["location"], headers=headers)
    assert read.json() == {"data": published}
    assert server.client.get("/3/footprints", headers=headers).json() == {"data": [published]}
    assert server.client.get(f"/3/footprints/{published['id'].upper()}", headers=headers).json() == read.json()


def test_the_same_once_more_is_the_one_that_there_is(server, headers):
    first = server.publish(headers)
    again = server.client.post("/v1/pact/publish", json=publication(), headers=headers)
    assert (again.status_code, again.json()["data"]) == (200, first)
    assert server.ids(headers) == [first["id"]]


def test_a_change_is_a_new_footprint_and_the_old_one_is_deprecated_and_else_the_same(server, headers):
    first = server.publish(headers)
    other_year = server.publish(headers, site={**SITE, "year": 2023})
    second = server.publish(headers, product_name="Gold of ours")
    third = server.publish(headers, product_ids=[GOLD.upper(), "urn:gtin:4712345060507"])
    assert second["precedingPfIds"] == [first["id"]] and third["precedingPfIds"] == [second["id"]]
    now = {one["id"]: one for one in server.client.get("/3/footprints", headers=headers).json()["data"]}
    assert now[first["id"]] == {**first, "status": "Deprecated"}
    assert now[second["id"]] == {**second, "status": "Deprecated"}
    assert [one["status"] for one in now.values()] == ["Deprecated", "Active", "Deprecated", "Active"]
    assert now[other_year["id"]] == other_year
    assert server.ids(headers, "?status=Active") == [other_year["id"], third["id"]]


def test_another_company_or_product_takes_no_place(server, headers):
    found = [
        server.publish(headers),
        server.publish(headers, company_ids=["urn:company:example:2"]),
        server.publish(headers, product_ids=["urn:pact:example.com:product-id:gold-2"]),
    ]
    assert server.ids(headers, "?status=active") == [one["id"] for one in found]


def test_what_is_not_there_is_not_found(server, headers):
    for number in ("00000000-0000-0000-0000-000000000000", "no-uuid", "%2e%2e"):
        error_of(server.client.get(f"/3/footprints/{number}", headers=headers), 404, "NotFound")


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"company": ""}, "company"),
        ({"company_ids": ["acme"]}, "company_ids.0"),
        ({"site": {**SITE, "processing": {"ore_from": "bought", "products": {"gold": "2 kg/year"}}}},
         "processing.ore_from"),
        ({"site": {**SITE, "method": {"factors": "/etc/passwd"}}}, "method.factors"),
        ({"site": {**SITE, "year": "2024"}}, "site.year"),
        ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_what_cannot_be_published_says_why_in_our_own_shape(server, headers, changed, where):
    answer = server.client.post("/v1/pact/publish", json=publication(**changed), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [one["where"] for one in answer.json()["problems"]] == [where]
    assert server.ids(headers) == []


def test_pages_lead_from_one_to_the_next_on_the_same_host(server, headers):
    published = [server.publish(headers, product_ids=[f"{GOLD}-{n}"])["id"] for n in range(5)]
    found, address, pages = [], "/3/footprints?limit=2&geography=cd", 0
    while address:
        answer = server.client.get(address, headers={**headers, "Host": "pact.example.com:8443"})
        assert len(answer.json()["data"]) <= 2
        again = server.client.get(address, headers={**headers, "Host": "pact.example.com:8443"})
        assert again.json() == answer.json()
        found += [one["id"] for one in answer.json()["data"]]
        link, pages = answer.headers.get("link"), pages + 1
        match = re.fullmatch(r'<http://pact\.example\.com:8443(/3/footprints\?[^>]+)>; rel="next"', link or "")
        assert (match is None) == (link is None), link
        address = match and match[1]
    assert (found, pages) == (published, 3)
    assert server.ids(headers) == published


@pytest.mark.parametrize("query", ["limit=-1", "limit=x", "after=x", "after=00000000-0000-4000-8000-000000000000"])
def test_a_page_that_cannot_be_is_refused(server, headers, query):
    error_of(server.client.get(f"/3/footprints?{query}", headers=headers), 400, "BadRequest")


def test_a_host_that_is_none_is_not_written_into_a_link(server, headers):
    for number in range(2):
        server.publish(headers, product_ids=[f"{GOLD}-{number}"])
    for host in ('a">; rel="next', "a/b", "user@host", "a,b"):
        answer = server.client.get("/3/footprints?limit=1", headers={**headers, "Host": host})
        assert answer.status_code == 400 and "link" not in answer.headers


# Filters: 20 to 39.


@pytest.fixture(scope="module")
def two(server):
    """A tenant with gold of Congo, 2024, which is valid from 2025 to 2028, and copper of Peru, 2020: 2021 to 2024."""
    headers = server.tenant()
    first = server.publish(headers, classifications=[CLASS])
    copper = {**SITE, "country": "PER", "year": 2020, "processing": {"products": {"copper": "2 kg/year"}}}
    more = {"product_ids": ["urn:gtin:4712345060507"], "company_ids": ["urn:company:example:2"]}
    return headers, first["id"], server.publish(headers, site=copper, **more)["id"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"productId={GOLD}", "a"), (f"productId={GOLD.upper()}", "a"), ("productId=urn:bogus:product:1", ""),
        (f"companyId={COMPANY}", "a"), (f"companyId={COMPANY}&companyId=x&companyId=y", "a"),
        (f"companyId={COMPANY}&companyId=urn:company:example:2", "ab"), ("companyId=a&companyId=b", ""),
        ("geography=CD", "a"), ("geography=pe", "b"), ("geography=XX", ""), ("geography=CD&geography=PE", "ab"),
        ("geography=sub-saharan%20africa", "a"), ("geography=Americas", "b"), ("geography=Asia", ""),
        (f"classification={CLASS}", "a"), ("classification=urn:bogus:classification:1", ""), ("classification=", "ab"),
        ("status=Active", "ab"), ("status=ACTIVE", "ab"), ("status=Deprecated", ""), ("status=BogusStatus", ""),
        (f"status=Active&productId={GOLD}", "a"), (f"companyId=urn:company:example:2&productId={GOLD}", ""),
        (f"productId={GOLD}&productid=urn:gtin:4712345060507&PRODUCTID=z", "ab"),
        ("validOn=2025-01-01T00:00:00Z", "a"), ("validOn=2024-12-31T23:59:59Z", ""),
        ("validOn=2028-01-01T00:00:00Z", "a"), ("validOn=2028-01-01T00:00:01Z", ""),
        ("validOn=2024-01-01T02:00:00%2B02:00", "b"), ("validOn=2024-01-01T02:00:00+02:00", "b"),
        ("validon=2021-06-01T00:00Z", "b"), ("validOn=1900-01-01T00:00:00Z", ""),
        ("validAfter=2020-12-31T23:59:59Z", "ab"), ("validAfter=2021-01-01T00:00:00Z", "a"),
        ("validAfter=2099-12-31T23:59:59Z", ""), ("validBefore=2024-01-01T00:00:00Z", ""),
        ("validBefore=2024-01-01T00:00:01Z", "b"), ("validBefore=1900-01-01T00:00:00Z", ""),
        ("x-other-filter=1", "ab"), ("productId=%00", ""), ("productId=%ff", ""), ("geography=%ed%a0%80", ""),
        ("status=%00", ""), ("productId='%20or%201=1", ""),
    ],
)  # fmt: skip
def test_of_each_criterion_one_value_fits_and_every_criterion(server, two, query, found):
    headers, *numbers = two
    assert server.ids(headers, f"?{query}") == [numbers["ab".index(one)] for one in found]


@pytest.mark.parametrize("query", ["validOn=yesterday", "validAfter=2024", "validBefore=9" * 3, "validOn=0001-01-01"])
def test_a_time_that_is_none_is_refused(server, headers, query):
    if query != "validOn=0001-01-01":
        error_of(server.client.get(f"/3/footprints?{query}", headers=headers), 400, "BadRequest")
    else:
        assert server.ids(headers, f"?{query}") == []


def test_a_thousand_values_are_refused(server, headers):
    query = "&".join(f"productId=urn:a{n}:b" for n in range(101))
    error_of(server.client.get(f"/3/footprints?{query}", headers=headers), 400, "BadRequest")


# Two tenants.


def test_no_tenant_sees_or_changes_what_another_published(server):
    mine, others = server.tenant(), server.tenant()
    first, theirs = server.publish(mine), server.publish(others)
    assert first["id"] != theirs["id"]
    assert server.ids(mine) == [first["id"]] and server.ids(others) == [theirs["id"]]
    error_of(server.client.get(f"/3/footprints/{first['id']}", headers=others), 404, "NotFound")
    error_of(server.client.get(f"/3/footprints?after={first['id']}", headers=others), 400, "BadRequest")
    assert server.publish(others, product_name="other")["precedingPfIds"] == [theirs["id"]]
    assert server.ids(mine, "?status=Active") == [first["id"]]


# Events: 12 to 15, 40.


def event(kind, data, **changed):
    told = {"type": EVENT.format(kind), "specversion": "1.0", "id": str(uuid4()), "source": "https://buyer.example.com"}
    return {**told, "time": "2026-03-05T17:31:00Z", "data": data, **changed}


def sent(server, headers, content):
    return server.client.post("/3/events", content=json.dumps(content), headers={**headers, **CLOUD})


class Receiver:
    """A client's own server on this machine: what came, and what it answers."""

    def __init__(self):
        self.came, self.arrived, receiver = [], threading.Semaphore(0), self
        self.status, self.token, self.location = 200, '{"access_token": "their-token"}', None

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.came.append((self.path, dict(self.headers), body))
                is_token = self.path.endswith("/auth/token")
                text = receiver.token.encode() if is_token else b""
                self.send_response(200 if is_token else receiver.status)
                if receiver.location is not None and not is_token:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
                if not is_token:
                    receiver.arrived.release()

            def log_message(self, *_arguments):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/pact"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def event(self):
        """The next event that comes."""
        assert self.arrived.acquire(timeout=20)
        path, headers, body = self.came[-1]
        assert path == "/pact/3/events"
        assert headers["Content-Type"] == "application/cloudevents+json; charset=UTF-8"
        assert headers["Authorization"] == "Bearer their-token"
        return json.loads(body)


@pytest.fixture
def receiver():
    found = Receiver()
    yield found
    found.http.shutdown()
    found.http.server_close()


@pytest.fixture
def buyer(server, receiver):
    """A key whose answers go to the receiver."""
    number, secret = server.key(f"t-{uuid4().hex[:8]}")
    register_callback(server.store, number, receiver.url, "us", "our secret")
    return {"Authorization": f"Bearer {secret}"}


def test_a_request_is_answered_with_the_footprints_that_match(server, receiver, buyer):
    mine = server.publish(buyer)
    server.publish(buyer, product_ids=["urn:gtin:4712345060507"])
    asked = event("RequestCreated", {"productId": [GOLD.upper()], "comment": "for this year"}, extension="of others")
    answer = sent(server, buyer, asked)
    assert (answer.status_code, answer.content) == (200, b"")
    told = receiver.event()
    assert told["data"] == {"requestEventId": asked["id"], "pfs": [mine]}
    assert (told["type"], told["specversion"]) == (EVENT.format("RequestFulfilled"), "1.0")
    assert told["source"] == "//testserver.local/3/events"
    assert str(UUID(told["id"])) == told["id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["time"])
    path, headers, body = receiver.came[0]
    assert (path, body) == ("/pact/auth/token", "grant_type=client_credentials")
    assert headers["Authorization"] == f"Basic {base64.b64encode(b'us:our%20secret').decode()}"


def test_a_request_that_nothing_matches_is_rejected(server, receiver, buyer):
    server.publish(buyer)
    asked = event("RequestCreated", {"productId": ["urn:pact:null"]})
    assert sent(server, buyer, asked).status_code == 200
    told = receiver.event()
    assert told["type"] == EVENT.format("RequestRejected")
    assert told["data"]["requestEventId"] == asked["id"]
    assert told["data"]["error"]["code"] == "NotFound" and told["data"]["error"]["message"]


def test_an_answer_goes_to_the_registered_address_alone_and_once(server, receiver, buyer):
    other = Receiver()
    asked = event("RequestCreated", {}, source=f"{other.url}/3/events")
    for _time in range(3):
        assert sent(server, buyer, asked).status_code == 200
    receiver.event()
    assert sent(server, buyer, event("RequestCreated", {})).status_code == 200
    receiver.event()
    assert [path for path, _headers, _body in receiver.came].count("/pact/3/events") == 2
    assert other.came == []
    other.http.shutdown()
    other.http.server_close()


def test_a_request_of_a_client_without_an_address_is_refused(server, headers):
    told = error_of(sent(server, headers, event("RequestCreated", {})), 400, "BadRequest")
    assert "no address is registered" in told


def test_what_others_tell_is_accepted(server, headers):
    number = str(uuid4())
    for content in (
        event("Published", {"pfIds": [number]}),
        event("RequestFulfilled", {"requestEventId": "1", "pfs": [{"id": number}]}),
        event("RequestRejected", {"requestEventId": "1", "error": {"code": "NotFound", "message": "none"}}),
    ):
        answer = sent(server, headers, content)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "content",
    [
        event("Published", {"pfIds": ["urn:gtin:4712345060507"]}),
        event("Published", {"pfIds": []}),
        event("Published", {}),
        event("Other", {}),
        event("RequestCreated", {"productId": GOLD}),
        event("RequestCreated", {"validOn": "yesterday"}),
        event("RequestCreated", {"validOn": "2024-13-01T00:00:00Z"}),
        event("RequestFulfilled", {"requestEventId": "1", "pfs": []}),
        event("RequestRejected", {"requestEventId": "1"}),
        event("Published", {"pfIds": [str(uuid4())]}, specversion="0.3"),
        event("Published", {"pfIds": [str(uuid4())]}, id=""),
        {key: value for key, value in event("Published", {"pfIds": [str(uuid4())]}).items() if key != "source"},
        {"type": None}, [], "event", None,
    ],
)  # fmt: skip
def test_an_event_that_is_none_is_refused(server, buyer, content):
    error_of(sent(server, buyer, content), 400, "BadRequest")


def test_a_body_that_is_no_event_is_refused_in_the_shape_of_pact(server, headers):
    plain = server.client.post("/3/events", content="{}", headers={**headers, "Content-Type": "text/plain"})
    error_of(plain, 415, "BadRequest")
    error_of(server.client.post("/3/events", content="{", headers={**headers, **CLOUD}), 400, "BadRequest")
    error_of(server.client.post("/3/events", content="[" * 100_000, headers={**headers, **CLOUD}), 400, "BadRequest")
    large = json.dumps(event("Published", {"pfIds": [str(uuid4())], "more": "x" * 1_000_000}))
    error_of(server.client.post("/3/events", content=large, headers={**headers, **CLOUD}), 413, "BadRequest")


def delivery(url, token_url=None):
    callback = Callback("key", url, token_url or f"{url}/auth/token", "us", "our secret")
    return Delivery("1", b"{}", 1, 0.0, "lease", callback)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": 500}, "/pact/3/events answered 500"),
        ({"status": 302, "location": "/elsewhere"}, "/pact/3/events answered 302"),
        ({"token": "no json"}, "no token"),
        ({"token": '{"access_token": "a\\r\\nb"}'}, "no token"),
        ({"token": " " * 200_000}, "too long"),
    ],
)
def test_what_is_not_taken_is_not_delivered_and_no_redirect_is_followed(receiver, change, words):
    for name, value in change.items():
        setattr(receiver, name, value)
    with pytest.raises(NotDelivered, match=words) as caught:
        asyncio.run(deliver(delivery(receiver.url)))
    assert "secret" not in str(caught.value) and "their-token" not in str(caught.value)
    assert not any("elsewhere" in path for path, _headers, _body in receiver.came)


def test_a_server_that_is_away_is_told_without_a_trace_of_the_secret():
    with pytest.raises(NotDelivered, match="ConnectError"):
        asyncio.run(deliver(delivery("http://127.0.0.1:9")))


def test_an_answer_that_was_not_taken_is_sent_again(server, receiver, buyer, monkeypatch):
    monkeypatch.setattr("asmcarbon.jobs.outbox.FIRST_WAIT_S", 0.0)
    receiver.status = 503
    assert sent(server, buyer, event("RequestCreated", {})).status_code == 200
    first = receiver.event()
    receiver.status = 200
    assert receiver.event() == first


# The document.


@pytest.fixture(scope="module")
def document(server):
    return server.client.get("/schema/openapi.json").json()


def closed(components):
    components = deepcopy(components)
    for schema in components["schemas"].values():
        if schema.get("type") == "object" and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    return components


def test_answers_have_every_documented_key_and_no_other(server, document):
    number, secret = server.key(f"t-{uuid4().hex[:8]}")
    headers = {"Authorization": f"Bearer {secret}"}
    server.publish(headers)
    published = server.client.post("/v1/pact/publish", json=publication(classifications=[CLASS]), headers=headers)
    answers = {
        ("/v1/pact/publish", "post", "201"): published,
        ("/v1/pact/publish", "post", "200"): server.client.post(
            "/v1/pact/publish", json=publication(classifications=[CLASS]), headers=headers
        ),
        ("/v1/pact/publish", "post", "422"): server.client.post("/v1/pact/publish", json={}, headers=headers),
        ("/3/footprints", "get", "200"): server.client.get("/3/footprints", headers=headers),
        ("/3/footprints", "get", "400"): server.client.get("/3/footprints?limit=x", headers=headers),
        ("/3/footprints", "get", "401"): server.client.get("/3/footprints"),
        ("/3/footprints/{number}", "get", "200"): server.client.get(published.headers["location"], headers=headers),
        ("/3/footprints/{number}", "get", "404"): server.client.get("/3/footprints/x", headers=headers),
        ("/3/events", "post", "400"): sent(server, headers, {}),
        ("/auth/token", "post", "200"): token(server, number, secret),
        ("/auth/token", "post", "400"): token(server, number, secret, {"grant_type": "x"}),
        ("/auth/token", "post", "401"): token(server, number, "x"),
    }
    components = closed(document["components"])
    for (path, method, status), answer in answers.items():
        assert str(answer.status_code) == status, (path, answer.text)
        content = document["paths"][path][method]["responses"][status]["content"]
        schema = content[answer.headers["content-type"]]["schema"]
        jsonschema_rs.Draft202012Validator({**schema, "components": components}).validate(answer.json())


def test_bodies_are_documented_with_their_media_types(document):
    def content(path):
        return document["paths"][path]["post"]["requestBody"]["content"]

    assert content("/3/events") == {"application/cloudevents+json": {"schema": {"$ref": f"{REF}PactEvent"}}}
    assert content("/v1/pact/publish") == {"application/json": {"schema": {"$ref": f"{REF}PublishRequest"}}}
    assert list(content("/auth/token")) == ["application/x-www-form-urlencoded"]
    assert "content" not in document["paths"]["/3/events"]["post"]["responses"]["200"]
    assert "Link" in document["paths"]["/3/footprints"]["get"]["responses"]["200"]["headers"]
    kinds = document["components"]["schemas"]["PactEvent"]["discriminator"]["mapping"]
    assert set(kinds) == {
        EVENT.format(name) for name in ("Published", "RequestCreated", "RequestFulfilled", "RequestRejected")
    }
