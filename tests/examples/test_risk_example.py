"""The Andean cooperative with what may turn out otherwise: the same site, and what its plan comes to."""

import json
from pathlib import Path

import pytest

from asmcarbon.site.read import read_site


def test_the_example_is_the_site_with_its_uncertainty_and_nothing_else(root: Path):
    folder = root / "examples" / "andean_gold"
    site, risky = (read_site(folder / name).model_dump() for name in ("site.yaml", "risk.yaml"))
    assert risky["options"].pop("uncertainty")
    assert site["options"].pop("uncertainty") is None
    assert {**risky, "name": site["name"]} == site


def test_its_plan_pays_in_every_scenario_and_fuel_matters_most(asmcarbon, root: Path):
    done = asmcarbon("risk", root / "examples" / "andean_gold" / "risk.yaml", "--scenarios", "3", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["loses_money"] == 0
    assert report["is_switched"]
    swing = report["tornado"]["swings"][0]
    assert swing["key"] == "fuel_price"
    # 6,000 L of vehicles alone: 0.6 of 1.20 USD/L from end to end; generators burn some more.
    assert swing["high"]["annual_cost"] - swing["low"]["annual_cost"] > 0.6 * 1.20 * 6000
    # Audited in each: a litre of diesel is about 2.7 kgCO2 at the pipe (IPCC 2006: 0.84 kg/L x 43 GJ/t x 74.1 kg/GJ).
    for one in report["outcomes"]:
        burned = one["fuel_l"]["diesel"] + 6000
        assert one["gross_emissions"]["value"] == pytest.approx(0.84 * 43 * 74.1e-6 * burned, rel=0.05)
