"""Reports that are computed again from themselves, and reports that were changed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from asmcarbon.cli.main import main
from asmcarbon.errors import InputError
from asmcarbon.reports.replay import replay_text, replayed

EXAMPLES = Path(__file__).parents[2] / "examples"


def report_of(tmp_path: Path, site: Path, *options: str) -> tuple[Path, Any]:
    path = tmp_path / "report.json"
    result = CliRunner().invoke(main, ["footprint", str(site), "--json", "-o", str(path), *options])
    assert result.exit_code == 0, result.output
    return path, json.loads(path.read_text(encoding="utf-8"))


def rewritten(path: Path, report: Any) -> Path:
    path.write_text(json.dumps(report), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["andean_gold", "alluvial_gold", "copper_cobalt", "milling_centre"])
def test_an_example_is_computed_again_to_the_bit(tmp_path: Path, name: str) -> None:
    path, report = report_of(tmp_path, EXAMPLES / name / "site.yaml", "--draws", "200")
    result = replayed(path)
    assert (result["differences"], result["rows_changed"]) == ([], [])
    assert result["figures"] > 100
    assert result["rows"] == len(report["evidence"]["factors"])
    assert CliRunner().invoke(main, ["replay", str(path)]).exit_code == 0


def test_a_figure_that_was_changed_is_told(tmp_path: Path) -> None:
    path, report = report_of(tmp_path, EXAMPLES / "andean_gold" / "site.yaml")
    true = report["totals"]["scope_1"]["value"]
    report["totals"]["scope_1"]["value"] = 90.0
    (difference,) = replayed(rewritten(path, report))["differences"]
    assert difference == {"where": "totals.scope_1.value", "report": 90.0, "computed": true}
    result = CliRunner().invoke(main, ["replay", str(path)])
    assert result.exit_code == 1
    assert "1 of its entries differ:\n  totals.scope_1.value: 90.0, computed" in result.output


def test_a_row_that_was_changed_is_told_even_where_the_figures_follow(tmp_path: Path) -> None:
    path, report = report_of(tmp_path, EXAMPLES / "andean_gold" / "site.yaml")
    row = next(one for one in report["evidence"]["factors"] if one["item"] == "diesel.net_calorific_value")
    row["value"] = 42.0
    result = replayed(rewritten(path, report))
    assert result["rows_changed"] == ["diesel.net_calorific_value:any:1990:-:property"]
    assert any(one["where"] == "totals.scope_1.value" for one in result["differences"])


def test_another_version_is_named_where_its_figures_differ(tmp_path: Path) -> None:
    path, report = report_of(tmp_path, EXAMPLES / "andean_gold" / "site.yaml")
    report["asmcarbon"] = "0.0.9"
    assert replayed(rewritten(path, report))["differences"] == []
    report["totals"]["scope_1"]["value"] *= 1.001
    text = replay_text(replayed(rewritten(path, report)))
    assert "Version 0.0.9 is not the one installed: pip install asmcarbon==0.0.9 computes it as it was made." in text


def test_another_release_is_computed_from_the_rows_in_the_report(tmp_path: Path) -> None:
    path, report = report_of(tmp_path, EXAMPLES / "andean_gold" / "site.yaml")
    text = json.dumps(report).replace(f'"{report["factor_release"]}"', '"2019.1"')
    path.write_text(text, encoding="utf-8")
    result = replayed(path)
    assert (result["differences"], result["is_release_installed"]) == ([], False)
    assert "release 2019.1 is not installed" in replay_text(result)


def test_the_sites_own_factors_travel_with_the_report(tmp_path: Path) -> None:
    header = (
        "item,region,valid_from,valid_to,gas,value,unit,gwp_set,low,high,distribution,boundary,source_id,locator,note"
    )
    row = "lime.manufacture,any,2000,,CO2e,0.9,kgCO2e/kg,AR6,,,,cradle_to_gate,,kiln records 2024,"
    (tmp_path / "own.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    site = tmp_path / "site.yaml"
    site.write_text(
        "name: A\ncountry: PER\nyear: 2024\nmaterials: [{item: lime, amount: 2 t/year}]\nmethod: {factors: own.csv}\n",
        encoding="utf-8",
    )
    path, report = report_of(tmp_path, site)
    (tmp_path / "own.csv").unlink()
    assert report["totals"]["scope_3"]["value"] == pytest.approx(1.8)
    assert replayed(path)["differences"] == []


def test_a_report_tells_where_the_site_is_to_a_tenth_of_a_degree(tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(
        "name: A\ncountry: PER\nyear: 2024\nlocation: {latitude: -12.834567, longitude: -70.012345}\n", encoding="utf-8"
    )
    _path, report = report_of(tmp_path, site)
    text = json.dumps(report)
    assert ("834567" in text, "012345" in text) == (False, False)
    assert report["evidence"]["site"]["location"]["latitude"] == -12.8
    assert report["evidence"]["coarsened"] == ["location.latitude", "location.longitude"]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1]", '{"asmcarbon": "0.1.0"}', '{"asmcarbon": "1", "factor_release": "1", "evidence": 5, "lines": []}'],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="is no footprint report that holds what it was made of"):
        replayed(path)


def test_a_report_that_lacks_a_row_or_asks_for_too_many_draws_is_refused(tmp_path: Path) -> None:
    path, report = report_of(tmp_path, EXAMPLES / "andean_gold" / "site.yaml", "--draws", "200")
    gone = [one for one in report["evidence"]["factors"] if one["item"] != "gwp100.AR6"]
    lacking = report | {"evidence": report["evidence"] | {"factors": gone}}
    with pytest.raises(InputError, match=r"evidence  no factor for gwp100\.AR6"):
        replayed(rewritten(path, lacking))
    report["monte_carlo"]["draws"] = 10**12
    with pytest.raises(InputError, match="is no footprint report"):
        replayed(rewritten(path, report))
    with pytest.raises(InputError, match="cannot be read"):
        replayed(tmp_path / "none.json")
