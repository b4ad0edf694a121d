"""`POST /v1/progress` and `POST /v1/comparisons`: what the commands tell of the same files; errors by their place."""

import json
from copy import deepcopy
from pathlib import Path

import jsonschema_rs
import pytest

from asmcarbon.api.comparisons import ComparisonRequest, ProgressRequest
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.compare import compare_report
from asmcarbon.reports.progress import progress_report
from asmcarbon.reports.rows import under
from asmcarbon.site.read import read_site, site_of

REF = "#/components/schemas/"


@pytest.fixture(scope="module")
def years(root: Path):
    return [read_site(root / "examples" / "andean_gold" / "years" / f"{year}.yaml") for year in (2022, 2023, 2024)]


@pytest.fixture
def bodies(years):
    """The years as JSON."""
    return [json.loads(json.dumps(site.model_dump(mode="json", exclude_unset=True))) for site in years]


@pytest.fixture(scope="module")
def document(client):
    return client.get("/schema/openapi.json").json()


def problems(answer):
    assert answer.status_code == 422, answer.text
    return {row["where"]: f"{row['what']}; {row['expected']}" for row in answer.json()["problems"]}


def test_progress_over_http_is_that_of_the_files(client, years, bodies):
    asked = {"sites": bodies, "per": "job", "threshold": "1 %", "gwp_set": "AR5"}
    answer = client.post("/v1/progress", json=asked)
    assert answer.status_code == 200, answer.text
    given = [(f"sites.{number}", under(site, "AR5"), read_tables()) for number, site in enumerate(years)]
    assert answer.json() == json.loads(json.dumps(progress_report(given, "job", 1.0)))


def test_a_comparison_over_http_is_that_of_the_files(client, years, bodies):
    answer = client.post("/v1/comparisons", json={"sites": bodies})
    assert answer.status_code == 200, answer.text
    given = [(f"sites.{number}", site, read_tables()) for number, site in enumerate(years)]
    assert answer.json() == json.loads(json.dumps(compare_report(given)))


def test_what_cannot_be_compared_is_told_by_its_place(client, bodies):
    other = deepcopy(bodies[1])
    other["name"], other["year"] = "Another", 2022
    found = problems(client.post("/v1/progress", json={"sites": [bodies[0], other]}))
    assert found.keys() == {"sites.1.name", "sites.1.year"}
    assert "is Another, and Andean underground gold cooperative, over the years in sites.0" in found["sites.1.name"]
    other["processing"]["boundary"] = "mine_gate"
    found = problems(client.post("/v1/comparisons", json={"sites": [bodies[0], other]}))
    assert list(found) == ["sites.1.processing.boundary"]
    assert list(problems(client.post("/v1/progress", json={"sites": bodies, "per": "silver"}))) == ["per"]


@pytest.mark.parametrize("path", ["/v1/progress", "/v1/comparisons"])
def test_a_wrong_body_says_where(client, bodies, path):
    first, second = bodies[0], {**bodies[1], "year": "2023"}
    assert "sites.1.year" in problems(client.post(path, json={"sites": [first, second]}))
    second = {**bodies[1], "method": {"factors": "/etc/passwd"}}
    assert list(problems(client.post(path, json={"sites": [first, second]}))) == ["sites.1.method.factors"]
    assert "colour" in problems(client.post(path, json={"sites": bodies, "colour": "red"}))
    assert "sites" in problems(client.post(path, json={"sites": []}))
    assert "sites" in problems(client.post(path, json={"sites": [first] * 21}))
    assert "threshold" in problems(client.post("/v1/progress", json={"sites": bodies, "threshold": "5 kg"}))


@pytest.mark.parametrize(
    ("path", "request_type"), [("/v1/progress", ProgressRequest), ("/v1/comparisons", ComparisonRequest)]
)
def test_the_body_is_published_as_pydantic_writes_it(document, path, request_type):
    expected = request_type.model_json_schema(ref_template=REF + "{model}")
    expected.pop("$defs")
    name = request_type.__name__
    assert document["components"]["schemas"][name] == expected
    content = document["paths"][path]["post"]["requestBody"]["content"]
    assert content == {"application/json": {"schema": {"$ref": REF + name}}}


# What moves a figure, a source, land and removals, so that every part of an answer is there; and a site of almost none.
MORE = {
    "land": {
        "opened": [{"name": "A pit", "area": "2 ha/year", "pools": ["above_ground"], "carbon_before": "100 tC/ha"}],
        "rehabilitated": [
            {"land": "overburden", "area": "1 ha", "method": "planting", "removals": "5 tCO2e/ha/year"}
        ],
    },
    "method": {"exclusions": [{"source": "explosives", "reason": "the contractor's"}]},
}  # fmt: skip


@pytest.mark.parametrize("path", ["/v1/progress", "/v1/comparisons"])
@pytest.mark.parametrize("more", [{}, MORE])
def test_the_answer_has_every_documented_key_and_no_other(client, document, bodies, path, more):
    bodies[1] = {**bodies[1], **more}
    if more:
        bodies[1].pop("explosives")
        site_of(bodies[1], "2023")
    bare = [
        {"name": "x", "country": "PER", "year": 2020 + n, "processing": {"products": {"tin": "1 t/year"}}}
        for n in (1, 2)
    ]
    components = deepcopy(document["components"])
    for schema in components["schemas"].values():
        if schema.get("type") == "object" and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    schema = document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    for asked in ({"sites": bodies}, {"sites": bare}):
        answer = client.post(path, json=asked)
        assert answer.status_code == 200, answer.text
        jsonschema_rs.Draft202012Validator({**schema, "components": components}).validate(answer.json())
