"""The published document says what the server does: the schemas are pydantic's, the errors are all there."""

from copy import deepcopy

import jsonschema_rs
import pytest

from asmcarbon.site.site import Site

REF = "#/components/schemas/"


@pytest.fixture(scope="module")
def document(client):
    answer = client.get("/schema/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(document):
    return {(method, path): one for path, item in document["paths"].items() for method, one in item.items()}


def test_document_is_openapi_3_1_at_both_addresses(client, document):
    assert document["openapi"].startswith("3.1")
    assert client.get("/schema").json() == document


def test_schema_of_a_site_is_the_one_of_pydantic(document):
    expected = Site.model_json_schema(ref_template=REF + "{model}")
    parts = expected.pop("$defs")
    for name, schema in {"Site": expected, **parts}.items():
        assert document["components"]["schemas"][name] == schema, name


def test_every_part_of_a_site_refuses_unknown_keys(document):
    names = {"Site", *Site.model_json_schema()["$defs"]}
    assert all(document["components"]["schemas"][name]["additionalProperties"] is False for name in names)


def test_no_schema_is_empty_and_every_reference_leads_somewhere(document):
    def walk(part, path):
        if isinstance(part, dict):
            assert "schema" not in part or part["schema"], path
            if "$ref" in part:
                assert part["$ref"].removeprefix(REF) in document["components"]["schemas"], path
            for key, value in part.items():
                walk(value, f"{path}/{key}")
        elif isinstance(part, list):
            for number, value in enumerate(part):
                walk(value, f"{path}/{number}")

    walk(document, "")


def test_every_post_takes_a_site(document):
    for path in ("/v1/footprints", "/v1/explanations", "/v1/plans", "/v1/risks", "/v1/frontiers"):
        content = document["paths"][path]["post"]["requestBody"]["content"]
        assert content == {"application/json": {"schema": {"$ref": f"{REF}Site"}}}


def test_every_operation_documents_its_errors_in_the_one_shape(document):
    of_door, of_body, of_job = {"401", "403", "429", "503"}, {"400", "408", "413", "415", "422"}, {"404", "422"}
    expected = {
        ("get", "/health"): {"429"},
        ("get", "/metrics"): of_door,
        ("get", "/v1/jobs"): of_door | {"422"},
        ("get", "/v1/jobs/{job_id}"): of_door | of_job,
        ("delete", "/v1/jobs/{job_id}"): of_door | of_job,
        ("get", "/v1/jobs/{job_id}/events"): of_door | of_job,
        ("get", "/v1/jobs/{job_id}/report"): of_door | of_job,
        ("get", "/v1/factors"): of_door | {"422"},
        ("get", "/v1/benchmarks"): of_door | {"422"},
        ("get", "/v1/factors/{factor_id}"): of_door | {"404", "422"},
    }
    # Those of PACT and of OAuth2 have shapes of their own (`test_pact.py`).
    ours = {key: one for key, one in operations(document).items() if not key[1].startswith(("/3/", "/auth/"))}
    for key, operation in ours.items():
        errors = {status: one for status, one in operation["responses"].items() if status >= "4"}
        others = of_door | (of_body if key[0] == "post" else {"422"})
        assert errors.keys() == expected.get(key, others) | {"500"}, key
        for status, one in errors.items():
            assert one["content"] == {"application/problem+json": {"schema": {"$ref": f"{REF}ProblemAnswer"}}}, key
            assert len(one["description"]) > 10
            assert ("Retry-After" in one.get("headers", {})) == (status in ("429", "503"))


def test_no_parameter_can_be_null(document):
    parameters = [
        (one["name"], one["schema"]) for each in operations(document).values() for one in each.get("parameters", ())
    ]
    assert len(parameters) > 20
    assert all(schema["type"] in ("string", "integer", "number", "array") for _name, schema in parameters)


def test_every_operation_asks_for_a_key_but_the_one_that_gives_tokens_and_the_one_that_tells_whether_it_is_up(document):
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert document["security"] == [{"key": []}]
    without = [path for (_method, path), one in operations(document).items() if one.get("security") == []]
    assert sorted(without) == ["/auth/token", "/health"]


def test_every_operation_has_a_name_a_summary_and_a_description(document):
    found = operations(document).values()
    assert len({one["operationId"] for one in found}) == len(found)
    assert all(one["summary"] and one["description"] for one in found)


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/v1/footprints", {}),
        ("/v1/footprints?draws=200&seed=3", {}),
        ("/v1/explanations?figure=scope_1.diesel", {}),
        ("/v1/factors", None),
        ("/v1/factors/{factor_id}", None),
        ("/v1/releases", None),
        ("/v1/benchmarks", None),
        ("/v1/benchmarks?product=gold", None),
        ("/v1/units", None),
        ("/health", None),
    ],
)
def test_answers_have_every_documented_key_and_no_other(client, document, body, path, given):
    if given is not None:
        method, answer = "post", client.post(path, json=body)
    else:
        factor_id = client.get("/v1/factors?limit=1").json()["factors"][0]["factor_id"]
        method, answer = "get", client.get(path.format(factor_id=factor_id))
    assert answer.status_code == 200
    of_schema(document, document["paths"][path.partition("?")[0]][method], "200").validate(answer.json())


@pytest.mark.parametrize(
    ("kind", "path", "answer"),
    [
        ("plan", "/v1/plans", "PlanAnswer"),
        ("plan over stages", "/v1/plans", "StagePlanAnswer"),
        ("risk", "/v1/risks", "RiskAnswer"),
        ("frontier", "/v1/frontiers", "FrontierAnswer"),
        ("frontier over stages", "/v1/frontiers", "FrontierAnswer"),
        ("portfolio", "/v1/portfolios", "PortfolioAnswer"),
    ],
)
def test_a_job_has_every_documented_key_and_no_other(document, done, kind, path, answer):
    accepted, told = done(kind)
    of_schema(document, document["paths"][path]["post"], "202").validate(accepted)
    of_schema(document, document["paths"]["/v1/jobs/{job_id}"]["get"], "200").validate(told)
    schema = {"$ref": REF + answer, "components": closed(document["components"])}
    jsonschema_rs.Draft202012Validator(schema).validate(told["result"])


def test_a_job_that_failed_and_a_list_of_jobs_have_every_documented_key(client, document, ended):
    told = ended(client.post("/v1/plans", json={"name": "A site", "country": "PER", "year": 2024}))
    of_schema(document, document["paths"]["/v1/jobs/{job_id}"]["get"], "200").validate(told)
    schema = {"$ref": f"{REF}ProblemAnswer", "components": closed(document["components"])}
    jsonschema_rs.Draft202012Validator(schema).validate(told["problem"])
    listed = client.get("/v1/jobs?limit=1").json()
    of_schema(document, document["paths"]["/v1/jobs"]["get"], "200").validate(listed)
    assert listed["next"] is not None


def of_schema(document, operation, status):
    schema = operation["responses"][status]["content"]["application/json"]["schema"]
    return jsonschema_rs.Draft202012Validator({**schema, "components": closed(document["components"])})


def test_errors_have_every_documented_key_and_no_other(client, document):
    schema = {"$ref": f"{REF}ProblemAnswer", "components": closed(document["components"])}
    validator = jsonschema_rs.Draft202012Validator(schema)
    for answer in (client.get("/nothing"), client.post("/v1/footprints", json={}), client.get("/v1/factors?limit=0")):
        validator.validate(answer.json())


def closed(components):
    """The components with every object closed, so that a key which is not documented is seen."""
    components = deepcopy(components)
    for schema in components["schemas"].values():
        if schema.get("type") == "object" and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    return components
