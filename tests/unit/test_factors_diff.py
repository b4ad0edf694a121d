"""What a release changed, on small tables written here, and what it does to a site, by hand."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from asmcarbon.cli.main import main
from asmcarbon.factors.diff import diff
from asmcarbon.factors.tables import default_folder, read_tables
from asmcarbon.reports.factors_diff import diff_report, diff_text
from asmcarbon.site.read import site_from

DIESEL = "name: A\ncountry: PER\nyear: 2024\nenergy: {diesel: {generator: 1000 L/year}}\n"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    shutil.copytree(default_folder(), folder)
    return folder


def changed(folder: Path, name: str, before: str, after: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, after), encoding="utf-8")


DENSITY = "diesel.density,any,1990,,,0.83072,kg/L"


def test_equal_tables_have_no_difference(old: Path) -> None:
    assert diff(read_tables(old), read_tables()) == ()


def test_a_value_that_changed_is_told_with_both_and_its_share(old: Path) -> None:
    changed(old, "fuels.csv", DENSITY, "diesel.density,any,1990,,,0.84,kg/L")
    (one,) = diff(read_tables(old), read_tables())
    assert one.factor_id == "diesel.density:any:1990:-:property"
    assert one.fields == {"value": ("0.84 kg/L", "0.83072 kg/L")}
    assert one.relative == pytest.approx(0.83072 / 0.84 - 1)


def test_the_same_value_in_another_unit_is_no_change_of_value(old: Path) -> None:
    changed(old, "fuels.csv", DENSITY, "diesel.density,any,1990,,,830.72,kg/m3")
    (one,) = diff(read_tables(old), read_tables())
    assert one.fields == {"unit": ("kg/m3", "kg/L")}
    assert one.relative is None


def test_rows_added_and_removed_and_a_note_that_changed(old: Path) -> None:
    text = (old / "fuels.csv").read_text(encoding="utf-8").splitlines()
    chile = next(n for n, line in enumerate(text) if line.startswith("diesel.density,CHL"))
    gone = text.pop(chile)
    (old / "fuels.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    before, after = read_tables(old), read_tables()
    (added,) = diff(before, after)
    (removed,) = diff(after, before)
    assert (added.kind, removed.kind) == ("added", "removed")
    assert added.factor_id == removed.factor_id == "diesel.density:CHL:1990:-:property"
    assert gone.startswith("diesel.density,CHL")


def test_a_site_moves_by_as_much_as_its_factor(old: Path) -> None:
    # scope 1 is volume x density x ...: 1 % less density is 1 % less of it; the supply is by volume and stays
    changed(old, "fuels.csv", DENSITY, f"diesel.density,any,1990,,,{0.83072 / 0.99!r},kg/L")
    report = diff_report(read_tables(old), read_tables(), [("a.yaml", site_from(DIESEL, "a.yaml"))])
    (site,) = report["sites"]
    assert site["totals"]["scopes_1_2"]["change_percent"] == pytest.approx(-1, rel=1e-9)
    # 43 GJ/t x 74.1 kg/GJ x 1000 L x (0.83072 - 0.83911) kg/L
    carbon_dioxide = site["moves"][0]
    assert carbon_dioxide["gas"] == "CO2"
    moved = carbon_dioxide["after"] - carbon_dioxide["before"]
    assert moved == pytest.approx(1000 * 0.83072 * (1 - 1 / 0.99) * 43 / 1000 * 74.1, rel=1e-9)
    (cause,) = carbon_dioxide["causes"]
    assert (cause["name"], cause["after"]["value"]) == ("density", "0.83072 kg/L")
    assert "scope 3" not in json.dumps(site["moves"])
    text = diff_text(report)
    assert "~ diesel.density:any:1990:-:property" in text
    assert "(-1 %)" in text


def test_a_site_that_a_release_cannot_answer_says_so(old: Path) -> None:
    text = (old / "fuels.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in text if not line.startswith("diesel.well_to_tank")]
    (old / "fuels.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    report = diff_report(read_tables(), read_tables(old), [("a.yaml", site_from(DIESEL, "a.yaml"))])
    assert "no factor for diesel.well_to_tank" in report["sites"][0]["refused"]
    assert "no factor for diesel.well_to_tank" in diff_text(report)


def test_the_command_tells_on_templates_or_on_a_site(old: Path, tmp_path: Path) -> None:
    changed(old, "release.toml", 'release = "', 'release = "0')
    run = CliRunner().invoke
    templates = run(main, ["factors", "diff", str(old)])
    assert templates.exit_code == 0
    assert templates.output.count("nothing moves") == 4
    site = tmp_path / "a.yaml"
    site.write_text(DIESEL, encoding="utf-8")
    as_json = run(main, ["factors", "diff", str(old), "--site", str(site), "--json"])
    report = json.loads(as_json.output)
    assert report["old"]["release"] == f"0{report['new']['release']}"
    assert [one["site"] for one in report["sites"]] == [str(site)]


def test_what_is_no_release_is_refused_with_where_to_get_one(tmp_path: Path) -> None:
    for given, what in ((tmp_path / "2019.1", "does not exist"), (tmp_path, "is not a folder of factor tables")):
        result = CliRunner().invoke(main, ["factors", "diff", str(given)])
        assert result.exit_code == 2
        assert f"{what}; expected the folder emission_factors of a release" in result.output
