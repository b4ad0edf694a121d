"""`/v1/jobs/{id}/report` and pages of footprints and comparisons: those of the command line, to the byte."""

import json

import pytest

from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.compare import compare_report
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.page.page import comparison_page, page_of
from asmcarbon.reports.planned import planned_report


@pytest.fixture(scope="module")
def plan(client, ended, site):
    body = json.loads(json.dumps(site.model_dump(mode="json", exclude_unset=True)))
    told = ended(client.post("/v1/plans", json=body))
    assert told["job"]["status"] == "done"
    return told


@pytest.fixture(scope="module")
def frontier(client, ended, site):
    body = json.loads(json.dumps(site.model_dump(mode="json", exclude_unset=True)))
    return ended(client.post("/v1/frontiers?points=2", json=body))


def test_the_page_of_a_plan_is_that_of_the_command_line(client, plan, site):
    answer = client.get(f"/v1/jobs/{plan['job']['id']}/report")
    assert answer.status_code == 200
    assert answer.text == page_of(planned_report(site, read_tables(), None, 120.0, lambda _text: None))


def test_a_page_may_be_framed_by_its_server_alone_and_loads_nothing(client, plan):
    headers = client.get(f"/v1/jobs/{plan['job']['id']}/report").headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers.get_list("content-security-policy") == [
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    ]
    assert headers.get_list("x-frame-options") == ["SAMEORIGIN"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_page_is_kept_under_the_name_of_the_site(client, plan):
    answer = client.get(f"/v1/jobs/{plan['job']['id']}/report?as=file")
    assert answer.headers["content-disposition"] == 'attachment; filename="andean-underground-gold-cooperative.html"'


def test_a_name_in_another_script_gives_a_file_a_name(client, body):
    answer = client.post("/v1/reports?as=file", json={**body, "name": 'منجم "><script>'})
    assert answer.headers["content-disposition"] == 'attachment; filename="script.html"'
    assert "<script" not in answer.text


def test_a_plan_and_its_frontier_stand_on_one_page(client, plan, frontier):
    page = client.get(f"/v1/jobs/{plan['job']['id']}/report?frontier={frontier['job']['id']}").text
    assert 'id="frontier"' in page
    assert 'id="plan"' in page


def test_a_frontier_alone_stands_with_the_footprint(client, frontier, site):
    page = client.get(f"/v1/jobs/{frontier['job']['id']}/report").text
    assert page == page_of(footprint_report(site, read_tables()), frontier["result"])


def test_a_frontier_of_other_figures_is_refused(client, ended, plan, body):
    changed = ended(client.post("/v1/frontiers?points=2", json={**body, "name": "Another"}))
    answer = client.get(f"/v1/jobs/{plan['job']['id']}/report?frontier={changed['job']['id']}")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == "frontier"


def test_a_plan_is_no_frontier(client, plan):
    answer = client.get(f"/v1/jobs/{plan['job']['id']}/report?frontier={plan['job']['id']}")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["what"].endswith("is of another kind, plan")


def test_a_job_that_failed_has_no_page(client, ended, body):
    told = ended(client.post("/v1/plans", json={**body, "finance": {**body["finance"], "budget": "0 USD"},
                             "options": {**body["options"], "emissions_cap": "1 kgCO2e/year"}}))  # fmt: skip
    assert told["job"]["status"] == "failed"
    answer = client.get(f"/v1/jobs/{told['job']['id']}/report")
    assert answer.status_code == 404
    assert answer.json()["detail"] == f"job {told['job']['id']} has no result: failed"


def test_there_is_no_page_of_a_job_that_is_not_there(client):
    assert client.get("/v1/jobs/none/report").status_code == 404


def test_a_footprint_is_a_page_at_once(client, body, site):
    assert client.post("/v1/reports", json=body).text == page_of(footprint_report(site, read_tables()))


def test_sites_side_by_side_are_a_page(client, body, site):
    other = site.model_copy(update={"name": "Another"})
    given = [body, {**body, "name": "Another"}]
    page = client.post("/v1/comparisons/report", json={"sites": given}).text
    rows = compare_report([(f"sites.{n}", one, read_tables()) for n, one in enumerate((site, other))])
    assert page == comparison_page(rows)


def test_a_page_speaks_the_language_of_its_job(client, ended, body):
    told = ended(client.post("/v1/plans", json=body, headers={"Accept-Language": "pt"}))
    page = client.get(f"/v1/jobs/{told['job']['id']}/report").text
    assert '<html lang="pt">' in page
    assert "O plano" in page
