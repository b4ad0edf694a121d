"""A client that openapi-python-client generates from the published document asks our server, and reads its answers."""

import importlib
import json
import subprocess
import sys

import pytest

from asmcarbon.api.openapi import mended
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report


@pytest.fixture(scope="module")
def generated(client, tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(mended(client.app.openapi_schema.to_schema())))
    (folder / "config.yaml").write_text("post_hooks: []\n")
    given = ["--path", "openapi.json", "--meta", "none", "--output-path", "asmcarbon_client", "--config", "config.yaml"]
    told = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", *given],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    # It tells what it could not read of the document, and leaves that out.
    assert "arning" not in told.stdout + told.stderr, told.stdout
    sys.path.insert(0, str(folder))
    yield importlib.import_module("asmcarbon_client")
    sys.path.remove(str(folder))


def test_a_generated_client_asks_for_a_footprint_and_reads_it(generated, client, site, body):
    footprint = importlib.import_module("asmcarbon_client.api.results.footprint")
    asked = generated.Client(base_url="http://testserver").set_httpx_client(client)
    sent = importlib.import_module("asmcarbon_client.models").Site.from_dict(body)
    found = footprint.sync(client=asked, body=sent)
    expected = footprint_report(site, read_tables())
    assert [one.value for one in found.intensities] == pytest.approx([one["value"] for one in expected["intensities"]])
    assert found.input_sha256 == expected["input_sha256"]


def test_a_generated_client_is_told_what_is_wrong(generated, client, body):
    footprint = importlib.import_module("asmcarbon_client.api.results.footprint")
    asked = generated.Client(base_url="http://testserver").set_httpx_client(client)
    sent = importlib.import_module("asmcarbon_client.models").Site.from_dict(body | {"year": 1800})
    found = footprint.sync_detailed(client=asked, body=sent)
    assert found.status_code == 422
    assert found.parsed.problems[0].where == "year"
