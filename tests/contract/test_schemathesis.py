"""Random requests drawn from the published document, right ones and wrong ones, under every check of schemathesis.

    pytest tests/contract/test_schemathesis.py                      some hundred cases, under a minute
    ASMCARBON_CASES=5000 pytest tests/contract/test_schemathesis.py  5,000 cases an operation

`POST /v1/plans` is not drawn here: each plan that is accepted costs seconds of solving, and a body reaches the solver
through the very door that `POST /v1/footprints` has. `test_api.py` holds what is its own.

Nor are `POST /v1/risks`, `/v1/progress`, `/v1/comparisons`, `/v1/explanations` and `/v1/statements`: to draw a site
takes a second or more, as its schema is large (60 cases of most passed), and their sites come through that door. Tests
of their own hold the rest.

`positive_data_acceptance` takes 422 for an answer too: JSON Schema cannot say that a text is a volume per time, that
women are among the workers, or that the tables have a factor for a country. In the second test the quantities are
drawn from texts that their fields accept, so that sites get past the door and are computed.
"""

import os
from copy import deepcopy

import hypothesis
import schemathesis
from schemathesis.config import SchemathesisConfig

from asmcarbon.api.app import app, create_app
from asmcarbon.api.openapi import mended

CASES = int(os.environ.get("ASMCARBON_CASES", "30"))
SAME_DOOR = (
    "/v1/plans", "/v1/stage-plans", "/v1/risks", "/v1/frontiers", "/v1/progress", "/v1/comparisons", "/v1/explanations",
    "/v1/statements",
)  # fmt: skip
CONFIG = {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]}}}
SETTINGS = hypothesis.settings(
    max_examples=CASES, deadline=None, derandomize="ASMCARBON_CASES" not in os.environ, database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)  # fmt: skip


def with_real_quantities(document):
    """Return the document with each quantity's text drawn from its example, in two sizes."""
    document = deepcopy(document)

    def walk(part):
        if isinstance(part, dict):
            if "pattern" in part and str(part.get("description", "")).startswith("a quantity of"):
                example = part["examples"][0]
                number, _space, unit = example.removeprefix("± ").partition(" ")
                return {"enum": [example, f"{float(number) / 2:g} {unit}", f"0 {unit}"]}
            return {key: walk(value) for key, value in part.items()}
        return [walk(one) for one in part] if isinstance(part, list) else part

    for path in [path for path in document["paths"] if path != "/v1/footprints"]:
        del document["paths"][path]
    return walk(document)


def loaded(document):
    found = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(CONFIG))
    found.app = app
    return found


document = mended(create_app().openapi_schema.to_schema())
published = loaded(document)
for path in SAME_DOOR:
    published = published.exclude(path=path)
deep = loaded(with_real_quantities(document))


@published.parametrize()
@SETTINGS
def test_no_request_breaks_the_contract(case):
    case.call_and_validate()


@deep.parametrize()
@SETTINGS
def test_no_site_of_real_quantities_breaks_the_contract(case):
    case.call_and_validate()
