"""Random requests drawn from the published document, right ones and wrong ones, under every check of schemathesis.

    pytest tests/contract/test_schemathesis.py                       over a hundred, half a minute
    ASMCARBON_CASES=5000 pytest tests/contract/test_schemathesis.py  5,000 cases or more, shared by the operations

Every operation of the document is drawn, with the key of a tenant, in three ways:

- from the document as it is. A whole site drawn so takes most of the time, and is hardly ever one that can be computed;
- from the document with the ids of a job and of factors that are there, and with quantities taken from texts that their
  fields accept;
- a body with sites as the example, up to three of whose parts are drawn as the second way does: these are computed.

Jobs are accepted and never worked on, because each would cost seconds of solving. The job that is there was cancelled:
of one that waits, `wait` and `/events` tell nothing until they end after a minute and more. Two answers are taken for
right beside those of schemathesis: 404 and 422 of a right request (`positive_data_acceptance`), because JSON Schema
cannot say that a text is a volume per time, that women are among the workers, that the tables have a factor for a
country, or which jobs are there; of PACT and OAuth2, which have no 422, 400 and 401 as well. Wrong keys are not
counted: schemathesis sends more than are let through. A query is drawn again where a value of it is an empty list or
null, which is not sent, or one text in the place of a list, which is sent as a list of one: the request that was meant
to be wrong is right.
"""

import json
import os
from collections import Counter
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from asmcarbon.api.access import Rates
from asmcarbon.api.app import create_app
from asmcarbon.api.openapi import mended
from asmcarbon.factors.tables import read_tables
from asmcarbon.jobs.keys import create_key
from asmcarbon.jobs.places import WorkLimits
from asmcarbon.jobs.queue import Queue, QueueLimits
from asmcarbon.jobs.settings import Settings
from asmcarbon.jobs.store import Store
from asmcarbon.site.read import read_site

TOTAL = int(os.environ.get("ASMCARBON_CASES", "100"))
MANY = 1_000_000_000
CONFIG = {
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]}},
    # Made one by one before the first request, and for a site far too many: what the examples of its hundreds of parts
    # take two minutes for, and each keyword broken in turn had not been made after 6 minutes and 2.6 GB.
    # PACT and OAuth2 know no 422: what cannot be used is 400 there, and a client that is none 401.
    "operations": [
        {
            "include-path-regex": "^/(3|auth)/",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "401", "404"]}},
        }
    ],
    "phases": {"examples": {"enabled": False}, "coverage": {"enabled": False}},
}
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "andean_gold"


def json_of(file):
    return json.loads(json.dumps(read_site(EXAMPLES / file).model_dump(mode="json", exclude_unset=True)))


def with_real_values(document, job):
    """Return the document with what is there: the id of a job, ids of factors, quantities in two sizes and none."""
    document = deepcopy(document)
    ids = {"job_id": [job], "factor_id": list(read_tables().by_id)[::40]}
    for operation in (one for item in document["paths"].values() for one in item.values()):
        for parameter in operation.get("parameters", ()):
            if parameter["name"] in ids:
                parameter["schema"] = {"type": "string", "enum": ids[parameter["name"]]}

    def walk(part):
        if isinstance(part, dict):
            if "pattern" in part and str(part.get("description", "")).startswith("a quantity of"):
                example = part["examples"][0]
                number, _space, unit = example.removeprefix("± ").partition(" ")
                return {"type": "string", "enum": [example, f"{float(number) / 2:g} {unit}", f"0 {unit}"]}
            return {key: walk(value) for key, value in part.items()}
        return [walk(one) for one in part] if isinstance(part, list) else part

    return walk(document)


def of_parts(document):
    """Return a document that takes each part of a site in an operation of its own."""
    parts = document["components"]["schemas"]["Site"]["properties"]
    answer = {"200": {"description": "never asked"}}
    paths = {
        f"/{name}": {"post": {"responses": answer, "requestBody": {
            "required": True, "content": {"application/json": {"schema": schema}}
        }}}
        for name, schema in parts.items()
    }  # fmt: skip
    return {**document, "paths": paths, "security": []}


folder = TemporaryDirectory()
settings = Settings(
    str(Path(folder.name) / "server.sqlite"), rate=1e9, burst=MANY, work=WorkLimits(processes=0),
    queue=QueueLimits(waiting=MANY, waiting_each=MANY),
)  # fmt: skip
store = Store(settings.database)
_key, secret = create_key(store, "fund", "")
queue = Queue(store, settings.queue)
job = queue.cancel("fund", queue.add("fund", "plan", b"{}", "digest").id).id
store.close()
app = create_app(settings)
app.door._wrong = Rates(1e9, MANY)


def loaded(document):
    found = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(CONFIG))
    found.app = app
    return found


document = mended(app.openapi_schema.to_schema())
real = with_real_values(document, job)
published, there, parts = loaded(document), loaded(real), loaded(of_parts(real))
BODIES = {
    **dict.fromkeys(("/v1/footprints", "/v1/explanations", "/v1/plans", "/v1/risks", "/v1/frontiers"), "site"),
    "/v1/statements": "baseline", "/v1/progress": "years", "/v1/comparisons": "years", "/v1/portfolios": "fund",
}  # fmt: skip
# Of each of 49 tests, of which those that take nothing have asked in every way after two.
each = -(-TOTAL // 36)
SETTINGS = hypothesis.settings(
    max_examples=each, deadline=None, derandomize="ASMCARBON_CASES" not in os.environ, database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    # A failing case is told as it was drawn: to make it smaller takes minutes.
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)  # fmt: skip
asked = Counter()
LISTS = {
    parameter["name"]
    for item in document["paths"].values()
    for operation in item.values()
    for parameter in operation.get("parameters", ())
    if parameter["schema"].get("type") == "array"
}


def is_sent(name, value):
    if name in LISTS and not isinstance(value, list):
        return False
    return any(one is not None for one in value) if isinstance(value, list | dict) else value is not None


def check(case):
    hypothesis.assume(all(is_sent(name, value) for name, value in (case.query or {}).items()))
    asked[case.operation.label] += 1
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})


@published.parametrize()
@SETTINGS
def test_no_request_breaks_the_contract(case):
    check(case)


@there.parametrize()
@SETTINGS
def test_no_request_for_what_is_there_breaks_the_contract(case):
    check(case)


@st.composite
def changed(draw, site):
    """The example with up to three parts of it drawn anew."""
    site = deepcopy(site)
    for name in draw(
        st.lists(st.sampled_from(sorted(real["components"]["schemas"]["Site"]["properties"])), max_size=3)
    ):
        site[name] = draw(parts[f"/{name}"]["POST"].as_strategy()).body
    return site


@pytest.mark.parametrize("path", BODIES)
@SETTINGS
@hypothesis.given(data=st.data())
def test_no_site_that_is_computed_breaks_the_contract(path, data):
    match BODIES[path]:
        case "site":
            body = data.draw(changed(json_of("site.yaml")))
        case "baseline":
            body = {name: data.draw(changed(json_of(f"{name}.yaml"))) for name in ("site", "statements")}
            body = {"site": body["statements"], "baseline": body["site"]}
        case "years":
            body = {"sites": [data.draw(changed(json_of(f"years/{year}.yaml"))) for year in (2023, 2024)]}
        case "fund":
            body = {
                "name": "A fund",
                "budget": {"2026": "100000 USD"},
                "sites": [data.draw(changed(json_of("site.yaml")))],
            }
    check(data.draw(there[path]["POST"].as_strategy(body=body, media_type="application/json")))


def test_every_operation_was_asked_as_often_as_stated():
    assert asked.keys() == {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    print(f"\n{asked.total()} cases: {dict(asked)}")
    assert asked.total() >= TOTAL
