"""Many plans: each as `optimise` makes it, none twice, and a killed process takes nobody else's work with it."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from asmcarbon.batch import plans
from asmcarbon.batch.engines import Local, Processes
from asmcarbon.batch.plans import plans_of
from asmcarbon.errors import BatchError
from asmcarbon.factors.tables import read_tables
from asmcarbon.planning.plan_site import plan_site
from asmcarbon.reports.plan_rows import plan_report
from asmcarbon.site.read import read_site


@pytest.fixture
def sites(root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "sites"
    (folder / "north").mkdir(parents=True)
    shutil.copy(root / "examples" / "milling_centre" / "site.yaml", folder / "north" / "mill.yaml")
    (folder / "bad.yaml").write_text("name: x\ncountry: PER\nyear: 2024\nfoo: 1\n", encoding="utf-8")
    return folder


def test_a_plan_of_many_is_the_plan_of_one(sites, tmp_path, monkeypatch):
    said = []
    bad, mill = plans_of(sites, tmp_path / "plans", Local(1), points=0, say=said.append)
    assert [row["reason"][:12] for row in bad.refused] == ["is not a key"]
    told = json.loads((tmp_path / "plans" / "north__mill.yaml.plan.json").read_text("utf-8"))
    site = read_site(sites / "north" / "mill.yaml")
    expected = json.loads(json.dumps(plan_report(plan_site(site, read_tables()), read_tables())))
    assert told["net_present_value"] == expected["net_present_value"]
    assert told["purchases"] == expected["purchases"]
    assert mill.row is not None
    assert mill.row["capital cost"] == expected["capital_cost"]
    assert mill.row["avoided [tCO2e/year]"] == expected["avoided"]["value"]
    assert "2 of 2 sites planned, about 0 s left" in said[-1]
    monkeypatch.setattr(plans, "_reports", lambda *_given: pytest.fail("it was planned before"))
    assert plans_of(sites, tmp_path / "plans", Local(1), points=0)[1] == mill


def killed_once(flag: str, number: int) -> int:
    """Square a number in a process that kills itself the first time that it is to square 3."""
    if number == 3 and not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def killed_always(_flag: str, number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def test_work_of_a_killed_process_is_begun_again(tmp_path):
    given = [(str(tmp_path / "flag"), number) for number in range(6)]
    assert sorted(Processes(2).each(killed_once, given)) == [0, 1, 4, 9, 16, 25]


def test_work_that_kills_its_process_again_and_again_ends_the_run_in_a_sentence(tmp_path):
    given = [(str(tmp_path / "flag"), number) for number in range(4)]
    with pytest.raises(BatchError, match="was lost 3 times"):
        list(Processes(2).each(killed_always, given))
