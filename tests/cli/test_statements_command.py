"""`asmcarbon statements` as a user meets it."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def stated(root: Path) -> Path:
    return root / "examples" / "andean_gold" / "statements.yaml"


def test_statements_stand_each_on_its_own(asmcarbon, stated: Path):
    done = asmcarbon("statements", stated)
    assert (done.returncode, done.stderr) == (0, "")
    for words in (
        "scaled by 1.050, per unit of gold",  # 12 kg in site.yaml, 12.6 kg here
        "development bank  loan              80,000  50.0 %",  # of 60,000 + 100,000 USD
        "Data quality score of scopes 1+2: 2 of 5",
        "Removals are 8.00 tCO2e a year; 5.00 are sold as credits, so the site may claim 3.00.",
        "GRI 305-1; SASB EM-MM-110a.1",
        "IRIS+ OI8869 (unverified)",
        "the footprint's totals are the same with all of these statements or none of them",
    ):
        assert words in done.stdout, words


def test_json_holds_what_the_text_tells(asmcarbon, stated: Path):
    report = json.loads(asmcarbon("statements", stated, "--json").stdout)
    baseline = report["avoided"]["baseline"]
    assert (baseline["name"], baseline["year"]) == ("Andean underground gold cooperative", 2024)
    assert baseline["input_sha256"] != report["input_sha256"]
    differences = {one["total"]: one["avoided"]["value"] for one in report["avoided"]["differences"]}
    assert report["avoided"]["avoided"]["value"] == pytest.approx(sum(differences.values()))
    (claim,) = report["credits"]
    assert claim["own_claim"] == {"value": pytest.approx(3.0), "unit": "tCO2e/year"}
    bank = report["financed"]["investors"][0]
    emitted = {one["key"]: one["value"] for one in report["emissions"]}
    assert bank["scope_1"]["value"] == pytest.approx(emitted["scope_1"] / 2)


def test_the_footprint_is_the_same_without_the_statements(asmcarbon, stated: Path, tmp_path: Path):
    text = stated.read_text(encoding="utf-8")
    (tmp_path / "alone.yaml").write_text(text[: text.index("\nstatements:")] + "\n", encoding="utf-8")
    alone, beside = (
        json.loads(asmcarbon("footprint", one, "--json").stdout) for one in (tmp_path / "alone.yaml", stated)
    )
    assert alone["totals"] == beside["totals"]
    assert alone["removals"] == beside["removals"]


def test_a_baseline_is_taken_from_the_command_line_before_that_of_the_file(asmcarbon, stated: Path, example: Path):
    text = stated.read_text(encoding="utf-8").replace("baseline: site.yaml", "baseline: nowhere.yaml")
    refused = asmcarbon("statements", "-", stdin=text)
    assert refused.returncode == 2
    assert refused.stderr.startswith("nowhere.yaml  cannot be read")
    done = asmcarbon("statements", "-", "--baseline", example, stdin=text)
    assert done.returncode == 0
    assert "Baseline: Andean underground gold cooperative, 2024 (input " in done.stdout


def test_everything_that_cannot_be_stated_is_told_at_once(asmcarbon, tmp_path: Path):
    (tmp_path / "site.yaml").write_text(
        "name: x\ncountry: PER\nyear: 2024\nstatements:\n  avoided: {why: hope}\n"
        "  finance: {as_of: 2023-12-31, equity: 1 USD, debt: 1 USD,"
        " investors: [{name: bank, kind: loan, outstanding: 2 USD}]}\n"
        "  credits_sold: [{kind: removal, amount: 1 tCO2e/year, programme: y, vintage: 2020}]\n",
        encoding="utf-8",
    )
    done = asmcarbon("statements", "site.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert [line.split("  ")[0] for line in done.stderr.splitlines()] == [
        "statements.avoided",
        "statements.finance.as_of",
        "statements.finance.investors",
        "statements.credits_sold.0.vintage",
    ]
    checked = asmcarbon("check", "site.yaml", cwd=tmp_path)
    assert checked.returncode == 0
    assert "for its statements it lacks:\nstatements.avoided" in checked.stdout


def test_check_says_that_the_statements_can_be_made(asmcarbon, stated: Path):
    assert "its statements can be made" in asmcarbon("check", stated).stdout


def test_statements_go_to_a_file(asmcarbon, stated: Path, tmp_path: Path):
    done = asmcarbon("statements", stated, "-o", tmp_path / "told.txt")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "told.txt").read_text(encoding="utf-8") == asmcarbon("statements", stated).stdout
    assert [path.name for path in tmp_path.iterdir()] == ["told.txt"]


def test_a_site_that_states_nothing_is_told_so(asmcarbon):
    done = asmcarbon("statements", "-", stdin="name: x\ncountry: PER\nyear: 2024\n")
    assert done.returncode == 0
    assert "Avoided emissions: none told, no baseline is stated." in done.stdout
    assert "Credits sold: none stated." in done.stdout
