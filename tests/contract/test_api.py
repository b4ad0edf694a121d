"""The HTTP interface: it answers what the core computes, and every error in one shape."""

import subprocess
import sys
import time

import pytest

from asmcarbon.api import footprints
from asmcarbon.errors import AuditMismatch, FactorError, Infeasible, InputError, SolverStopped
from asmcarbon.factors.tables import read_tables
from asmcarbon.planning.plan_site import plan_site
from asmcarbon.reports.explain import explanation
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.plan_rows import plan_report
from asmcarbon.site.read import site_of

SITE = {"name": "A site", "country": "PER", "year": 2024}
PROBLEM_KEYS = {"type", "title", "status", "detail", "problems"}
ROW_KEYS = {"where", "what", "expected", "try"}


def assert_same(answer, expected, where=""):
    """Every figure within 1e-12 of the other, everything else equal."""
    if isinstance(expected, dict):
        assert answer.keys() == expected.keys(), where
        for key, value in expected.items():
            assert_same(answer[key], value, f"{where}.{key}")
    elif isinstance(expected, list | tuple):
        assert len(answer) == len(expected), where
        for number, (one, other) in enumerate(zip(answer, expected, strict=True)):
            assert_same(one, other, f"{where}.{number}")
    elif isinstance(expected, float):
        assert answer == pytest.approx(expected, rel=1e-12, abs=0), where
    else:
        assert answer == expected, where


def problem_of(answer, status):
    """The one shape of an error, and its status in both places."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    problem = answer.json()
    assert problem.keys() == PROBLEM_KEYS
    assert problem["status"] == status
    assert problem["type"].startswith("urn:asmcarbon:problem:")
    assert all(
        row.keys() == ROW_KEYS and all(isinstance(text, str) for text in row.values()) for row in problem["problems"]
    )
    assert "Traceback" not in answer.text
    return problem


def rows_of(answer, status=422):
    return problem_of(answer, status)["problems"]


def test_footprint_over_http_is_the_footprint_of_the_file(client, site, body):
    answer = client.post("/v1/footprints", json=body)
    assert answer.status_code == 200
    assert_same(answer.json(), footprint_report(site, read_tables()))


def test_draws_over_http_are_those_of_the_seed(client, site, body):
    answer = client.post("/v1/footprints?draws=500&seed=7", json=body)
    assert_same(answer.json(), footprint_report(site, read_tables(), draws=(500, 7)))
    assert [row["where"] for row in rows_of(client.post("/v1/footprints?draws=5", json=body))] == ["draws"]


def test_a_figure_is_explained_over_http_as_on_the_command_line(client, site, body):
    answer = client.post("/v1/explanations?figure=scopes_1_2/job", json=body)
    assert answer.status_code == 200
    assert_same(answer.json(), explanation(site, read_tables(), "scopes_1_2/job"))
    (row,) = rows_of(client.post("/v1/explanations?figure=scope_9", json=body))
    assert row["where"] == "scope_9"
    assert "scope_1" in row["expected"]
    assert rows_of(client.post("/v1/explanations", json=body))


def test_plan_over_http_is_the_plan_of_the_file(done, site):
    accepted, told = done("plan")
    assert accepted["job"]["status"] in ("queued", "running")
    assert accepted["result"] is None
    tables = read_tables()
    assert_same(told["result"], plan_report(plan_site(site, tables), tables))
    assert told["job"]["attempts"] == 1
    assert told["job"]["progress"]


def test_what_is_asked_of_a_job_reaches_it(done):
    """That each core computes what it is asked is shown in tests of its own."""
    result = {kind: done(kind)[1]["result"] for kind in ("plan over stages", "risk", "frontier")}
    assert [one["year"] for one in result["plan over stages"]["stages"]] == [2024, 2029]
    assert (result["risk"]["scenarios"], result["risk"]["seed"]) == (2, 3)
    assert len(result["risk"]["outcomes"]) == 2
    assert (len(result["frontier"]["points"]), result["frontier"]["within"]) == (2, 0.05)


def test_scenarios_that_cannot_be_are_refused_over_http(client, ended, body):
    assert [row["where"] for row in rows_of(client.post("/v1/risks?scenarios=1", json=body))] == ["scenarios"]
    assert [row["where"] for row in rows_of(client.post("/v1/risks?scenarios=51", json=body))] == ["scenarios"]
    body["options"] = {**body["options"], "uncertainty": {"grid_price": "± 30 %"}}
    told = ended(client.post("/v1/risks", json=body))
    assert told["job"]["status"] == "failed"
    assert told["result"] is None
    assert told["problem"]["status"] == 422
    assert [row["where"] for row in told["problem"]["problems"]] == ["options.uncertainty.grid_price"]


@pytest.mark.parametrize("asked", ["points=1", "points=21", "points=many", "within=0", "within=0.6", "within=nan"])
def test_a_frontier_of_too_much_is_refused(client, body, asked):
    (row,) = rows_of(client.post(f"/v1/frontiers?{asked}", json=body))
    assert row["where"] == asked.partition("=")[0]


def test_a_site_without_what_a_plan_needs_fails_with_the_reasons_a_file_would_have(client, ended):
    told = ended(client.post("/v1/plans", json=SITE))
    assert told["job"]["status"] == "failed"
    assert told["problem"].keys() == PROBLEM_KEYS
    assert told["problem"]["status"] == 422
    tables = read_tables()
    with pytest.raises(InputError) as refused:
        plan_site(site_of(SITE), tables)
    assert [row["where"] for row in told["problem"]["problems"]] == [one.where for one in refused.value.problems]


def test_answer_carries_release_version_and_hash_of_the_input(client, body):
    first, again = (client.post("/v1/footprints", json=body).json() for _time in range(2))
    other = client.post("/v1/footprints", json={**body, "year": 2023}).json()
    assert first == again
    assert first["factor_release"] == read_tables().release
    assert first["asmcarbon"]
    assert len(first["input_sha256"]) == 64 and first["input_sha256"] != other["input_sha256"]


@pytest.mark.parametrize(
    ("energy", "where", "words"),
    [
        (
            {"diesel": {"generator": "1200 kWh/month"}},
            "energy.diesel.generator",
            ["energy per time", "volume per time"],
        ),
        ({"diesel": {"generator": "12 litrs/month"}}, "energy.diesel.generator", ["litrs", "litre"]),
        ({"diesel": {"density": "1 ton/L"}}, "energy.diesel.density", ["short_ton", "long_ton"]),
        ({"diesel": {"generator": "nan L/year"}}, "energy.diesel.generator", ["nan"]),
        ({"diesel": {"generator": "1e400 L/year"}}, "energy.diesel.generator", ["too large"]),
        ({"diesel": {"generator": "9**9**9**9 L/year"}}, "energy.diesel.generator", ["9**9**9**9"]),
        ({"diesel": {"generator": "5 L**9**9**9/year"}}, "energy.diesel.generator", ["L**9**9**9"]),
        ({"diesel": {"generator": 1200}}, "energy.diesel.generator", ["no unit"]),
        ({"diesel": {"generator": ["1200 L/year"]}}, "energy.diesel.generator", ["not a quantity"]),
        ({"diesel": {"generator": "-1 L/year"}}, "energy.diesel.generator", ["too small"]),
        ({"diesel": {"generators": "1200 L/year"}}, "energy.diesel.generators", ["did you mean 'generator'"]),
        ({"machines": "mill"}, "energy.machines", ["list"]),
    ],
)
def test_wrong_input_says_where_and_what(client, energy, where, words):
    started = time.perf_counter()
    rows = rows_of(client.post("/v1/footprints", json={**SITE, "energy": energy}))
    assert time.perf_counter() - started < 5
    assert [row["where"] for row in rows] == [where]
    told = " ".join(rows[0].values())
    assert all(word in told for word in words), told


@pytest.mark.parametrize(
    ("key", "value"),
    [("year", "2024"), ("year", 2024.5), ("year", True), ("name", 5), ("country", "peru"), ("about", None)],
)
def test_value_of_another_type_is_refused_and_never_converted(client, key, value):
    rows = rows_of(client.post("/v1/footprints", json={**SITE, key: value}))
    assert [row["where"] for row in rows] == [key]


def test_everything_wrong_is_told_at_once(client):
    wrong = {
        "country": "PER",
        "year": 1800,
        "colour": "red",
        "energy": {"diesel": {"generator": "1 kWh/year", "price": "1 ton"}},
    }
    rows = rows_of(client.post("/v1/footprints", json=wrong))
    assert {row["where"] for row in rows} == {
        "name",
        "year",
        "colour",
        "energy.diesel.generator",
        "energy.diesel.price",
    }


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"{", "not JSON"),
        (b"name: A site", "not JSON"),
        (b'{"name": NaN}', "not JSON"),
        (b'{"name": Infinity}', "not JSON"),
        (b'{"year": 1e400}', "not JSON"),
        (b'{"name": "\xff"}', "not JSON"),
        (b'{"name": "\\ud800."}', "not JSON"),
        (b"1" * 5000, "not JSON"),
        (b"[" * 100_000, "deep"),
        (b'{"a":' * 100_000, "deep"),
        (b'{"name": "x"} {"name": "y"}', "not JSON"),
    ],
)
def test_body_that_is_not_json_is_refused(client, content, word):
    answer = client.post("/v1/footprints", content=content, headers={"content-type": "application/json"})
    assert word in problem_of(answer, 400)["detail"]


def test_key_given_twice_is_refused(client):
    content = (
        b'{"name": "x", "country": "PER", "year": 2024, "energy": {"diesel": {"price": "1 USD/L", "price": "2 USD/L"}}}'
    )
    rows = rows_of(client.post("/v1/footprints", content=content, headers={"content-type": "application/json"}))
    assert [(row["where"], row["what"]) for row in rows] == [("price", "is given twice")]


def test_object_with_thousands_of_keys_is_refused_before_each_is_looked_at(client):
    wrong = {**SITE, "processing": {"products": {f"metal {n}": "1 nothing" for n in range(20_000)}}}
    rows = rows_of(client.post("/v1/footprints", json=wrong))
    assert [row["what"] for row in rows] == ["an object has 20000 keys"]


@pytest.mark.parametrize("content", [b"null", b"[]", b'"text"', b"5", b"{}"])
def test_json_that_is_not_a_site_is_refused(client, content):
    assert rows_of(client.post("/v1/footprints", content=content, headers={"content-type": "application/json"}))


@pytest.mark.parametrize("path", ["/v1/footprints", "/v1/plans"])
def test_body_over_one_megabyte_is_refused(client, path):
    content = b'{"name": "' + b"x" * 2_000_000 + b'"}'
    problem_of(client.post(path, content=content, headers={"content-type": "application/json"}), 413)
    chunked = (content[start : start + 65536] for start in range(0, len(content), 65536))
    problem_of(client.post(path, content=chunked, headers={"content-type": "application/json"}), 413)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {},
    ],
)
def test_body_of_another_content_type_is_refused(client, headers):
    problem_of(client.post("/v1/footprints", content=b"{}", headers=headers), 415)


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/nothing", "/v1/factors/no:such:factor", "/schema/nothing", "/v1/factors/a/b"]
)
def test_what_is_not_there_is_404(client, path):
    problem_of(client.get(path), 404)


def test_wrong_method_is_405_and_names_the_right_ones(client):
    answer = client.get("/v1/footprints")
    problem_of(answer, 405)
    assert "POST" in answer.headers["allow"]


def test_site_over_http_may_not_name_a_file_of_the_server(client, body):
    body["energy"]["weather"] = {"file": "/etc/passwd"}
    rows = rows_of(client.post("/v1/plans", json=body))
    assert [row["where"] for row in rows] == ["energy.weather.file"]
    assert "monthly_irradiation" in rows[0]["expected"]


def test_land_over_http_has_its_polygon_in_the_body_and_not_in_the_answer(client):
    ring = [[-70.01, -12.81], [-70.008, -12.81], [-70.008, -12.808], [-70.01, -12.808], [-70.01, -12.81]]
    opened = {"carbon_before": "47.4 tC/ha", "pools": ["above_ground"]}
    polygon = {"type": "Polygon", "coordinates": [ring]}
    answer = client.post("/v1/footprints", json=SITE | {"land": {"opened": [opened | {"polygon": polygon}]}})
    assert answer.status_code == 200, answer.text
    # 0.002 by 0.002 degree at 12.8 degrees south: 217.0 by 221.3 m.
    area = answer.json()["lines"][0]["inputs"][0]
    assert area["value"] == pytest.approx(0.02170 * 0.02213 * 1e4, rel=2e-3)
    assert "12.8" not in answer.text

    named = client.post("/v1/footprints", json=SITE | {"land": {"opened": [opened | {"polygon": "/etc/hostname"}]}})
    (row,) = problem_of(named, 422)["problems"]
    assert row["where"] == "land.opened.0.polygon"
    assert "read on the command line only" in row["what"]


def test_country_without_a_factor_is_told_with_the_nearest_rows(client):
    wrong = {**SITE, "country": "MCO", "energy": {"grid": {"purchased": "1000 kWh/year"}}}
    problem = problem_of(client.post("/v1/footprints", json=wrong), 422)
    assert problem["type"].endswith(":factor-not-found")
    assert "electricity.grid" in problem["problems"][0]["expected"]


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (Infeasible("nothing meets all the limits"), 422, "infeasible"),
        (SolverStopped("the limit of time"), 503, "solver-stopped"),
        (AuditMismatch("net present cost", 1.0, 2.0), 500, "fault"),
        (FactorError("fuels.csv:3 secret"), 500, "fault"),
        (RuntimeError("secret"), 500, "fault"),
    ],
)
def test_each_branch_of_the_error_tree_has_its_status(client, monkeypatch, caplog, error, status, kind):
    def fail(*_given, **_named):
        raise error

    monkeypatch.setattr(footprints, "footprint_report", fail)
    answer = client.post("/v1/footprints", json=SITE)
    problem = problem_of(answer, status)
    assert problem["type"] == f"urn:asmcarbon:problem:{kind}"
    assert "secret" not in answer.text
    if status == 500:
        reference = problem["detail"].rsplit(" ", 1)[1]
        assert any(reference in record.getMessage() and record.exc_info for record in caplog.records)
    assert ("retry-after" in answer.headers) == (status == 503)


def test_figure_too_large_is_refused_and_never_null(client):
    answer = client.post("/v1/footprints", json={**SITE, "energy": {"diesel": {"generator": "1e308 L/year"}}})
    rows_of(answer)


def test_factors_are_paged_without_loss(client):
    total = client.get("/v1/factors").json()["total"]
    pages = [client.get("/v1/factors", params={"limit": 50, "offset": start}).json() for start in range(0, total, 50)]
    ids = [row["factor_id"] for page in pages for row in page["factors"]]
    assert ids == [factor.factor_id for factor in read_tables().factors]
    assert client.get("/v1/factors", params={"offset": total}).json()["factors"] == []


def test_benchmarks_are_the_rows_of_their_table(client):
    every = client.get("/v1/benchmarks").json()["benchmarks"]
    assert [row["factor_id"] for row in every] == [
        row.factor_id for row in read_tables().factors if row.table == "benchmarks"
    ]
    gold = client.get("/v1/benchmarks", params={"product": "gold"}).json()["benchmarks"]
    assert gold == [row for row in every if row["item"].startswith("gold.")]
    assert client.get("/v1/benchmarks", params={"product": "unobtainium"}).json()["benchmarks"] == []


def test_factors_are_filtered(client):
    found = client.get("/v1/factors", params={"table": "fuels", "gas": "CH4"}).json()
    assert found["total"] > 0
    assert {(row["table"], row["gas"]) for row in found["factors"]} == {("fuels", "CH4")}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "offset=-1", "colour=red", "item=a&item=b", f"item={'x' * 101}"]
)
def test_filter_that_is_not_known_or_out_of_range_is_refused(client, query):
    assert rows_of(client.get(f"/v1/factors?{query}"))


@pytest.mark.parametrize(
    "path", ["/v1/footprints?draw=500", "/v1/risks?seed=1&seed=2", "/v1/plans?=x", "/v1/frontiers?Idempotency-Key=a"]
)
def test_a_parameter_that_is_not_known_or_stands_twice_is_refused_and_never_left_unread(client, body, path):
    (row,) = rows_of(client.post(path, json=body))
    assert row["where"] == path.partition("?")[2].partition("=")[0]


def test_what_takes_no_parameter_refuses_every_one(client):
    for path in ("/v1/units?a=b", "/v1/releases?a", "/v1/schemas/site?%00", f"/v1/jobs/{'0' * 32}/events?wait=1"):
        assert rows_of(client.get(path))


def test_every_factor_is_found_by_its_id(client):
    for factor in read_tables().factors[::7]:
        assert client.get(f"/v1/factors/{factor.factor_id}").json()["value"] == factor.value
    escaped = read_tables().factors[0].factor_id.replace(":", "%3A")
    assert client.get(f"/v1/factors/{escaped}").status_code == 200


def test_units_schema_release_and_health_answer(client):
    assert {"kWh", "%"} <= {
        name for row in client.get("/v1/units").json()["units"] for name in (row["unit"], *row["also"])
    }
    assert client.get("/v1/schemas/site").json()["additionalProperties"] is False
    assert client.get("/v1/releases").json()["current"] == read_tables().release
    assert client.get("/health").json()["status"] == "ok"


def test_importing_the_server_does_not_import_the_optimiser():
    code = (
        "import sys, asmcarbon.api.app; print([m for m in ('pyomo', 'highspy', 'pvlib', 'pandas') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_fund_that_cannot_be_is_refused_over_http_with_all_that_is_wrong(client, body):
    fund = {"name": "A fund", "budget": {"2026": "130000 USD"}, "sites": [body]}
    staged = {**body, "options": {**body["options"], "stages": {"years": [0, 5]}}}
    rows = rows_of(client.post("/v1/portfolios", json={**fund, "sites": [body, staged]}))
    assert [row["where"] for row in rows] == ["sites.1.name", "sites.1.options.stages"]
    wrong = {**fund, "goal": "least_cost", "budget": {"2026": "130000 PEN"}, "sites": [{**body, "year": 1800}]}
    assert {row["where"] for row in rows_of(client.post("/v1/portfolios", json=wrong))} == {
        "budget.2026",
        "sites.0.year",
    }
    assert rows_of(client.post("/v1/portfolios", json={**fund, "sites": [body] * 51}))
    named = {**body, "energy": {**body["energy"], "weather": {"file": "/etc/passwd"}}}
    (row,) = rows_of(client.post("/v1/portfolios", json={**fund, "sites": [named]}))
    assert row["where"] == "sites.0.energy.weather.file"


def test_a_fund_over_http_buys_the_plan_that_its_money_is_enough_for(done):
    accepted, told = done("portfolio")
    assert (accepted["job"]["kind"], told["job"]["progress"]) == ("portfolio", "the choice of sites")
    (one,) = told["result"]["funded"]
    frontier = done("frontier")[1]["result"]
    assert (one["point"], one["year"]) == (1, 2026)
    today, point = frontier["today"], frontier["points"][0]
    assert one["money"] == pytest.approx(point["capital_cost"], rel=1e-6)
    assert one["net_present_cost"] == pytest.approx(point["net_present_cost"] - today["net_present_cost"], rel=1e-6)
    avoided = today["gross_emissions"]["value"] - point["gross_emissions"]["value"]
    assert one["avoided"]["value"] == pytest.approx(avoided, rel=1e-6)
