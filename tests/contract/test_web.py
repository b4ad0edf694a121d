"""The page at `/`: its routes and headers, its words, and what its form knows of a site."""

import re
from pathlib import Path

import pytest
import yaml

from asmcarbon.api.web.routes import _FILES
from asmcarbon.api.web.words import words_of
from asmcarbon.factors.tables import read_tables
from asmcarbon.jobs.keys import create_key
from asmcarbon.messages import speaking
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.read import site_of
from asmcarbon.site.site import Site
from asmcarbon.site.template import TYPES, template

WEB = Path(__file__).parents[2] / "src" / "asmcarbon" / "api" / "web"
SCRIPTS = sorted(WEB.glob("static/*.js"))


def test_the_page_loads_nothing_but_its_own_and_runs_no_script_within(client):
    answer = client.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"\son\w+=", answer.text)
    assert set(re.findall(r'(?:src|href)="(?!#|data:)([^"]*)"', answer.text)) == {
        "/web/static/app.css", "/web/static/app.js",
    }  # fmt: skip
    assert "{{" not in answer.text


def test_every_file_of_the_page_is_served_and_no_other(client):
    assert {path.name for path in WEB.glob("static/*")} == set(_FILES)
    for name, kind in _FILES.items():
        answer = client.get(f"/web/static/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
    for name in ("nothing.js", "..%2findex.html", "..%2froutes.py", "%2e%2e/routes.py", "app.js%00"):
        assert client.get(f"/web/static/{name}").status_code == 404


def test_the_scripts_import_only_what_is_served():
    for path in SCRIPTS:
        for name in re.findall(r'from "\./([^"]+)"', path.read_text(encoding="utf-8")):
            assert name in _FILES


def test_every_word_is_used_and_every_word_that_is_used_is_there():
    text = (WEB / "index.html").read_text(encoding="utf-8")
    used = set(re.findall(r"\{\{(\w+)\}\}", text)) - {"lang", "languages", "words"}
    for path in SCRIPTS:
        script = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'word\("(\w+)"', script))
    # Named by what a job, a site or a figure states.
    used |= {"is_plan", "is_frontier", "is_portfolio", "queued", "running", "done", "failed", "cancelled"}
    used |= {"range", "basis", "source", "measured", "sourced", "assumed", "not_stated"}
    assert used == set(words_of())


def test_no_script_holds_prose():
    for path in SCRIPTS:
        script = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        for text in re.findall(r'"([^"\n]*)"|`([^`\n]*)`', script):
            assert sum(word.isalpha() for word in "".join(text).split()) < 3, text


def test_the_page_speaks_the_language_that_its_address_names(client):
    for headers, address in (({"Accept-Language": "pt"}, "/"), ({}, "/?language=pt")):
        page = client.get(address, headers=headers)
        with speaking("pt"):
            assert words_of()["start_plan"] in page.text
        assert '<html lang="pt">' in page.text
        assert '<option value="pt" lang="pt" selected>' in page.text


@pytest.mark.parametrize("address", ["/?language=xx", "/?language=../en", "/?language=", "/?other=1"])
def test_an_address_that_names_no_language_is_told_in_english(client, address):
    assert '<html lang="en">' in client.get(address).text


@pytest.mark.parametrize("kind", list(TYPES))
def test_a_template_comes_as_the_site_that_it_is(client, kind):
    assert client.get(f"/web/templates/{kind}").json() == yaml.safe_load(template(kind))


def test_a_template_that_is_not_there_is_refused(client):
    assert client.get("/web/templates/none").status_code in (404, 422)
    assert client.get("/web/templates/milling?x=1").status_code == 422


def nodes(fields, path=()):
    for node in fields:
        yield (*path, node["key"]), node
        yield from nodes(node.get("fields", ()), (*path, node["key"]))


def test_the_form_has_every_key_of_a_site(client):
    found = {path: node["kind"] for path, node in nodes(client.get("/web/form").json())}
    # What is read from files of the site's folder alone has no field.
    assert {path[0] for path in found} == set(Site.model_json_schema()["properties"]) - {"receipts"}
    assert found["energy", "diesel", "generator"] == "figure"
    assert found["energy", "machines"] == "list"
    assert found["processing", "products"] == "map"
    assert found["processing", "boundary"] == "choice"
    assert found["options", "solar", "offered"] == "switch"


@pytest.mark.parametrize("kind", list(TYPES))
def test_the_form_has_a_field_for_every_figure_of_a_template(client, kind):
    fields = client.get("/web/form").json()

    def covers(node, value):
        if node["kind"] == "group":
            known = {one["key"]: one for one in node["fields"]}
            return all(key in known and covers(known[key], each) for key, each in value.items())
        if node["kind"] == "list":
            return all(covers(node["item"], each) for each in value)
        if node["kind"] == "map":
            return all(covers(node["item"], each) for each in value.values())
        return not isinstance(value, list)

    assert covers({"kind": "group", "fields": fields}, yaml.safe_load(template(kind)))


def test_a_footprint_at_a_glance_is_that_of_the_site(client, body):
    answer = client.post("/web/footprint", json=body)
    report = footprint_report(site_of(body), read_tables())
    assert answer.status_code == 200
    assert f"{report['totals']['scopes_1_2']['value']:,.0f}" in answer.json()["answer"][0]
    assert [row[1] for row in answer.json()["sources"]] == [one["label"] for one in report["sources"]]


def test_a_wrong_figure_is_told_at_its_field(client, body):
    body["energy"]["diesel"]["generator"] = "1000 litrs/month"
    answer = client.post("/web/footprint", json=body)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == "energy.diesel.generator"


def test_a_text_is_a_site_and_the_same_text_again(client, body):
    text = client.post("/web/text", json=body).json()["text"]
    assert client.post("/web/site", json={"text": text}).json() == body


def test_the_problems_of_a_text_name_their_lines(client):
    answer = client.post("/web/site", json={"text": "name: x\nfoo: 1\n"})
    assert [one["where"] for one in answer.json()["problems"]] == ["line 2: foo", "country", "year"]


@pytest.mark.parametrize(
    "text", ["", "# nothing", "a: &a [*a]", "!!python/object:os.system x", "- 1", "receipts: x.csv"]
)
def test_a_text_that_is_no_site_is_refused_in_words(client, text):
    answer = client.post("/web/site", json={"text": text})
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_a_key_opens_what_computes_and_the_page_itself_needs_none(accepting):
    _key, secret = create_key(accepting.app.state.store, "somebody", "")
    server = accepting
    for path in ("/", "/web/static/app.js"):
        assert server.get(path).status_code == 200
    assert server.get("/web/form").status_code == 401
    assert server.get("/web/form", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
