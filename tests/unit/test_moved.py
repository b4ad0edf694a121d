"""A figure under another GWP set or another release, by hand."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from asmcarbon.cli.main import main
from asmcarbon.factors.tables import default_folder, read_tables
from asmcarbon.reports.moved import moved_report, moved_text
from asmcarbon.site.read import site_from

# 1 TJ: by IPCC 2006 vol. 2 table 2.3, 3 kg of CH4 and 0.6 kg of N2O
TERAJOULE = (
    "name: A\ncountry: PER\nyear: 2024\n"
    "energy: {diesel: {generator: 23255.813953488372 L/year, density: 1 kg/L, net_calorific_value: 43 GJ/t}}\n"
)
SITE = site_from(TERAJOULE, "site.yaml")


def test_another_gwp_set_moves_methane_and_nitrous_oxide_alone() -> None:
    report = moved_report(SITE, read_tables(), read_tables(), "AR4", "scope_1")
    # AR6 27.0 and 273, AR4 25 and 298
    assert report["after"]["value"] - report["before"]["value"] == pytest.approx(
        (3 * (25 - 27.0) + 0.6 * (298 - 273)) / 1000, rel=1e-6
    )
    moved = {move["gas"]: move for move in report["moves"]}
    assert moved.keys() == {"CH4", "N2O"}
    assert moved["N2O"]["after"] - moved["N2O"]["before"] == pytest.approx(0.6 * 25, rel=1e-9)
    (cause,) = moved["CH4"]["causes"]
    assert (cause["name"], cause["before"]["value"], cause["after"]["value"]) == (
        "global_warming_potential", "27 kgCO2e/kgCH4", "25 kgCO2e/kgCH4",
    )  # fmt: skip
    assert (report["before"]["gwp_set"], report["after"]["gwp_set"]) == ("AR6", "AR4")
    assert "GWP100 of AR4" in moved_text(report)


def test_another_release_moves_what_its_rows_do(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    shutil.copytree(default_folder(), folder)
    fuels = folder / "fuels.csv"
    text = fuels.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("diesel.stationary,any,1990,,CO2,74.1,"))
    fuels.write_text(text.replace(row, row.replace(",74.1,", ",73.0,")), encoding="utf-8")
    site = tmp_path / "site.yaml"
    site.write_text(TERAJOULE, encoding="utf-8")
    result = CliRunner().invoke(main, ["explain", str(site), "scope_1", "--factors", str(folder), "--json"])
    report = json.loads(result.output)
    (move,) = report["moves"]
    assert move["after"] - move["before"] == pytest.approx(-1100, rel=1e-9)  # 1,000 GJ x 1.1 kg/GJ
    told = CliRunner().invoke(main, ["footprint", str(site), "--factors", str(folder), "--gwp-set", "AR5", "--json"])
    footprint = json.loads(told.output)
    assert footprint["gwp_set"] == "AR5"
    # 73,000 kg of CO2, 3 of CH4 and 0.6 of N2O at 28 and 265
    assert footprint["totals"]["scope_1"]["value"] == pytest.approx((73_000 + 3 * 28 + 0.6 * 265) / 1000, rel=1e-9)


def test_nothing_moves_under_the_same_rules() -> None:
    report = moved_report(SITE, read_tables(), read_tables(), "AR6", "scope_1")
    assert report["moves"] == []
    assert "no line moves" in moved_text(report)
