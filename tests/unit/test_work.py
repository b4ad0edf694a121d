"""The work of a job: what was asked reaches the planner, what it tells is said, and an error of ours keeps its kind."""

import json
from multiprocessing import Pipe
from threading import Thread

import pytest

from asmcarbon.errors import Infeasible
from asmcarbon.jobs import work
from asmcarbon.site.site import Site

SITE = {"name": "A site", "country": "PER", "year": 2024}


@pytest.fixture
def handed(monkeypatch):
    """What planners are handed, in the place of their work."""
    found = {}

    def planner(name):
        def planned(site, *_tables, **given):
            given.pop("progress")("half of it")
            assert given.pop("folder", None) is None
            found.update(given, by=name, site=site)
            return {}

        return planned

    for module, name in (
        ("reports.planned", "plan_site"), ("reports.planned", "plan_stages"), ("planning.risk", "risk_of"),
        ("planning.frontier", "frontier_of_site"),
    ):  # fmt: skip
        monkeypatch.setattr(f"asmcarbon.{module}.{name}", planner(name))
    for module, name in (
        ("planned", "plan_report"), ("planned", "stages_report"), ("risk", "risk_report"),
        ("frontier", "frontier_report"),
    ):  # fmt: skip
        monkeypatch.setattr(f"asmcarbon.reports.{module}.{name}", lambda plan, *_tables, by=name: {"by": by, **plan})
    return found


@pytest.mark.parametrize(
    ("kind", "more", "by", "report"),
    [
        ("plan", {}, "plan_site", "plan_report"),
        ("risk", {"scenarios": 5, "seed": 9}, "risk_of", "risk_report"),
        ("frontier", {"points": 4, "within": 0.1}, "frontier_of_site", "frontier_report"),
    ],
)
def test_what_was_asked_reaches_the_planner(handed, kind, more, by, report):
    said = []
    result = work.done(kind, json.dumps({"site": SITE, **more}).encode(), 12.5, said.append)
    assert json.loads(result) == {"by": report}
    assert handed == {"by": by, "site": Site(**SITE), "time_limit_s": 12.5, **more}
    assert said == ["half of it"]


@pytest.mark.parametrize(
    "more",
    [{"options": {"stages": {"years": [0, 10]}}}, {"finance": {"own_money": "5000 USD"}}],
    ids=["years", "payer"],
)
def test_a_site_with_stages_or_with_who_pays_is_planned_over_stages(handed, more):
    result = work.done("plan", json.dumps({"site": {**SITE, **more}}).encode(), 1.0, lambda _text: None)
    assert handed["by"] == "plan_stages"
    assert json.loads(result) == {"by": "stages_report"}


def test_a_process_tells_results_errors_of_ours_and_faults_apart(monkeypatch):
    ours, theirs = Pipe()

    def worked(kind, given, _seconds, say):
        say("begun")
        if kind == "infeasible":
            raise Infeasible(given.decode())
        if kind == "fault":
            raise RuntimeError(given.decode())
        return given

    monkeypatch.setattr(work, "done", worked)
    monkeypatch.setattr(work.os, "nice", lambda _more: 0)
    monkeypatch.setattr(work.signal, "signal", lambda *_given: None)
    for kind in ("plan", "infeasible", "fault"):
        ours.send((kind, b"a text", 1.0))
    told = []

    def received():
        while len(told) < 6:
            told.append(ours.recv())
        ours.close()

    reader = Thread(target=received)
    reader.start()
    work.serve(theirs)
    reader.join()
    theirs.close()
    assert told[::2] == [("said", "begun")] * 3
    assert told[1] == ("done", b"a text")
    assert told[3][0] == "failed" and isinstance(told[3][1], Infeasible) and str(told[3][1]) == "a text"
    assert told[5][0] == "fault" and "RuntimeError: a text" in told[5][1]
