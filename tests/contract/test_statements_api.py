"""`POST /v1/statements`: what the core states of a site and its baseline, and nothing that names a file."""

import json
from copy import deepcopy
from pathlib import Path

import jsonschema_rs
import pytest

from asmcarbon.api.statements import StatementsRequest
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.statements import statements_report
from asmcarbon.site.read import read_site

REF = "#/components/schemas/"


@pytest.fixture(scope="module")
def stated(root: Path):
    return read_site(root / "examples" / "andean_gold" / "statements.yaml")


@pytest.fixture
def request_body(stated, site):
    """The example and its baseline as JSON."""
    both = {"site": stated, "baseline": site}
    return {name: json.loads(json.dumps(one.model_dump(mode="json", exclude_unset=True))) for name, one in both.items()}


@pytest.fixture(scope="module")
def document(client):
    return client.get("/schema/openapi.json").json()


def problems(answer):
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {row["where"]: f"{row['what']}; {row['expected']}" for row in answer.json()["problems"]}


def test_statements_over_http_are_those_of_the_file(client, stated, site, request_body):
    answer = client.post("/v1/statements", json=request_body)
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(statements_report(stated, read_tables(), site)))


def test_a_baseline_in_a_file_is_refused_with_the_way_out(client, request_body):
    found = problems(client.post("/v1/statements", json={"site": request_body["site"]}))
    assert list(found) == ["site.statements.avoided.baseline"]
    assert "the baseline itself beside the site" in found["site.statements.avoided.baseline"]


def test_factors_in_a_file_are_refused_in_both_sites(client, request_body):
    for name in ("site", "baseline"):
        body = deepcopy(request_body)
        body[name]["method"] = {"factors": "/etc/passwd"}
        assert f"{name}.method.factors" in problems(client.post("/v1/statements", json=body))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"colour": "red"}, "colour"),
        ({"site": {"name": "x"}}, "site.country"),
        ({"baseline": {"name": "x", "country": "PER", "year": "2024"}}, "baseline.year"),
    ],
)
def test_a_wrong_body_says_where(client, request_body, change, where):
    assert where in problems(client.post("/v1/statements", json={**request_body, **change}))


def test_what_cannot_be_stated_is_told_at_once(client, request_body):
    request_body["site"]["statements"]["finance"]["as_of"] = "2023-12-31"
    request_body["site"]["statements"]["credits_sold"][0]["vintage"] = 2020
    found = problems(client.post("/v1/statements", json=request_body))
    assert list(found) == ["statements.finance.as_of", "statements.credits_sold.0.vintage"]


def test_the_body_is_published_as_pydantic_writes_it(document):
    expected = StatementsRequest.model_json_schema(ref_template=REF + "{model}")
    expected.pop("$defs")
    assert document["components"]["schemas"]["StatementsRequest"] == expected
    assert expected["additionalProperties"] is False
    content = document["paths"]["/v1/statements"]["post"]["requestBody"]["content"]
    assert content == {"application/json": {"schema": {"$ref": f"{REF}StatementsRequest"}}}


@pytest.mark.parametrize("more", [{}, {"people": {"workers": "5 person"}, "statements": {}}])
def test_the_answer_has_every_documented_key_and_no_other(client, document, request_body, more):
    body = request_body if not more else {"site": {"name": "x", "country": "PER", "year": 2024, **more}}
    answer = client.post("/v1/statements", json=body)
    assert answer.status_code == 200
    components = deepcopy(document["components"])
    for schema in components["schemas"].values():
        if schema.get("type") == "object" and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    schema = document["paths"]["/v1/statements"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema_rs.Draft202012Validator({**schema, "components": components}).validate(answer.json())
