"""`asmcarbon portfolio` as an investor meets it: four mines and a budget, then all that can be wrong with a fund."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from asmcarbon.portfolio.fund import read_fund
from asmcarbon.site.read import read_site

POINT = {
    "solar_kw": 1.0, "storage_kwh": 0.0, "storage_kw": 0.0, "taken": [], "financing": None,
    "land_use_change": {"value": 2.0, "unit": "tCO2e/year"},
}  # fmt: skip


def report(name, country="PER", minerals=("gold",), jobs=40.0, points=((60_000.0, 10.0, -5_000.0),), **more):
    """A frontier report as far as a fund reads it: each point of so much money, tonnes avoided a year, cost."""
    return {
        "asmcarbon": "0.1.0", "factor_release": "2026.1", "input_sha256": name, "gwp_set": "AR6", "currency": "USD",
        "site": {"name": name, "country": country, "year": 2024}, "minerals": list(minerals), "horizon_years": 20,
        "people": {"workers": 50.0, "women": 10.0, "jobs": {"value": jobs, "unit": "job"}},
        "today": {
            "net_present_cost": 100_000.0, "gross_emissions": {"value": 102.0, "unit": "tCO2e/year"},
            "land_use_change": {"value": 2.0, "unit": "tCO2e/year"},
        },
        "points": [
            {**POINT, "capital_cost": money, "net_present_cost": 100_000.0 + cost,
             "gross_emissions": {"value": 102.0 - tonnes, "unit": "tCO2e/year"}}
            for money, tonnes, cost in points
        ],
        **more,
    }  # fmt: skip


@pytest.fixture
def fund(tmp_path: Path):
    """Write a fund over reports; return its file."""

    def written(*reports, budget="{2026: 100000 USD}", more=""):
        for one in reports:
            (tmp_path / f"{one['site']['name']}.json").write_text(json.dumps(one))
        names = [f"{one['site']['name']}.json" for one in reports]
        path = tmp_path / "fund.yaml"
        path.write_text(f"name: A fund\nbudget: {budget}\nsites: [{', '.join(names)}]\n{more}")
        return path

    return written


def test_the_example_funds_sites_within_all_that_it_asks(asmcarbon, root, tmp_path):
    path, kept = root / "examples" / "fund" / "fund.yaml", tmp_path / "kept"
    done = asmcarbon("portfolio", path, "--json", "--frontiers", kept)
    assert done.returncode == 0, done.stderr
    assert "site 1 of 4" in done.stderr and " left)" in done.stderr
    told = json.loads(done.stdout)
    assert len(list(kept.iterdir())) == 4
    again = asmcarbon("portfolio", path, "--json", "--frontiers", kept)
    assert (again.stdout, again.stderr) == (done.stdout, "")

    funded = told["funded"]
    spent = sum(one["money"] for one in funded)
    assert spent <= 600_000 * (1 + 1e-6)
    assert sum(one["money"] for one in funded if one["country"] == "PER") <= 0.6 * spent * (1 + 1e-6)
    assert sum(one["jobs"] for one in funded) >= 500
    assert sum(one["women"] for one in funded) >= 20
    assert told["totals"]["avoided"]["value"] == pytest.approx(sum(one["avoided"]["value"] for one in funded))
    assert told["next"]["gain"] >= 0
    assert told["greedy"]["breaks"] or told["greedy"]["short"] >= 0
    assert len(funded) + len(told["left_out"]) == 4
    text = asmcarbon("portfolio", path, "--frontiers", kept, "--next", "250000 USD").stdout
    assert "The next 250,000 USD would buy" in text
    table = asmcarbon("portfolio", path, "--frontiers", kept, "--csv").stdout
    assert len(table.splitlines()) == 1 + len(funded)


def test_what_is_funded_is_reckoned_as_by_hand(asmcarbon, fund):
    """A 60,000 for 10 t/year, B 50,000 for 9, C 50,000 for 8: with 100,000 it is B and C, 17 t/year; D needs more."""
    reports = (
        report("A"), report("B", points=((50_000.0, 9.0, 1_000.0),)), report("C", points=((50_000.0, 8.0, -21_400.0),)),
        report("D", points=((500_000.0, 50.0, 0.0),)),
    )  # fmt: skip
    told = json.loads(asmcarbon("portfolio", fund(*reports), "--json", "--next", "10000 USD").stdout)
    assert [one["site"] for one in told["funded"]] == ["B", "C"]
    totals = told["totals"]
    assert (totals["avoided"]["value"], totals["avoided_over_horizon"]["value"]) == pytest.approx((17.0, 340.0))
    # (1,000 - 21,400) USD for 340 t, and 100,000 USD of the fund; 10 of 50 workers are women.
    assert (totals["cost_per_tonne"], totals["money_per_tonne"]) == pytest.approx((-60.0, 100_000 / 340))
    assert (totals["jobs"], totals["women"], totals["land_avoided"]["value"]) == pytest.approx((80.0, 16.0, 0.0))
    assert (told["next"]["gain"], told["next"]["added"], told["next"]["dropped"]) == (pytest.approx(40.0), ["A"], ["C"])
    why = {one["site"]: (one["why"], one["loss"]) for one in told["left_out"]}
    assert why["A"][1] == pytest.approx(140.0)
    assert "500,000 USD, more than all the budget" in why["D"][0]


def test_a_floor_that_cannot_be_met_says_how_far_it_could_be_met(asmcarbon, fund):
    done = asmcarbon("portfolio", fund(report("A"), report("B"), more="floors: {jobs: 70 job}\n"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "jobs reach at most 40 job of the 70 job asked" in done.stderr


@pytest.mark.parametrize(
    ("budget", "more", "words"),
    [
        ("{2026: .nan USD}", "", ["fund.yaml:2", "budget.2026"]),
        ("{2026: nan USD}", "", ["fund.yaml:2", "budget.2026"]),
        ("{2026: 5000 PEN}", "", ["budget.2026", "in another currency", "USD"]),
        ("{soon: 5000 USD}", "", ["budget.soon", "a year"]),
        ("{2026: 0 USD}", "", ["the budget is nothing"]),
        ("{2026: 5 USD}", "goal: least_cost\n", ["no floor of tonnes"]),
        ("{2026: 5 USD}", "countries: {PER: 120 %}\n", ["120 % of the money", "at most 100 %"]),
        ("{2026: 5 USD}", "countries: {Peru: 20 %}\n", ["three letters of a country"]),
        ("{2026: 5 USD}", "minerals: {iron: 20 %}\n", ["minerals.iron"]),
        ("{2026: 5 USD}", "carryover: true\n", ["did you mean 'carry_over'"]),
        ("{2026: 5 USD}", "floors: {jobs: 5}\nnext: -5 USD\n", ["floors.jobs", "next", "too small"]),
    ],
)
def test_wrong_funds_are_refused_with_all_that_is_wrong(asmcarbon, fund, budget, more, words):
    done = asmcarbon("portfolio", fund(report("A"), budget=budget, more=more))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert [word for word in words if word not in done.stderr] == []


def test_wrong_sites_are_refused_all_at_once(asmcarbon, fund, tmp_path):
    path = fund(report("A"), report("B", currency="PEN"), report("C", today=None))
    (tmp_path / "old.json").write_text('{"points": []}')
    text = path.read_text().replace("A.json,", "A.json, ./A.json, nothing.yaml, old.json,")
    path.write_text(text)
    done = asmcarbon("portfolio", path)
    assert (done.returncode, done.stdout) == (2, "")
    for words in ("same file as A.json", "nothing.yaml", "is in PEN", "plan over stages", "no frontier report"):
        assert words in done.stderr
    same = asmcarbon("portfolio", fund(report("A"), report("B", site={"name": "A", "country": "PER", "year": 2024})))
    assert same.returncode == 2
    (tmp_path / "twin.json").write_text(json.dumps(report("A")))
    path.write_text("name: A fund\nbudget: {2026: 5 USD}\nsites: [A.json, twin.json]\n")
    assert "is called A, as A.json is" in asmcarbon("portfolio", path).stderr
    assert asmcarbon("portfolio", fund(report("A")), "--next", "5 EUR").returncode == 2
    assert asmcarbon("portfolio", tmp_path / "none.yaml").returncode == 2


def test_variants_of_one_seed_are_the_same_sites_and_each_can_be_read(root, tmp_path):
    texts = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        command = [sys.executable, root / "examples" / "fund" / "variants.py", folder, "--count", "4"]
        subprocess.run(command, check=True, capture_output=True)
        texts.append({path.name: path.read_text() for path in folder.iterdir()})
    assert texts[0] == texts[1]
    assert len(read_fund(tmp_path / "one" / "fund.yaml").sites) == 8
    sites = [read_site(path) for path in sorted((tmp_path / "one").glob("*_gold*.yaml"))]
    assert len({site.name for site in sites}) == len(sites) == 4
