"""Published figures and hand calculations, one file each, through the real path from a site to its footprint.

A case states its `source`, the parts of a site, and what is expected of a gas over some scopes: its amount, that amount
per product or job, or its 95 % uncertainty; `within` is relative to the expected figure.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.footprint.intensity import denominators_of, intensity_of
from asmcarbon.footprint.uncertainty import uncertainty_of
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site
from asmcarbon.units import quantity_of

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def site_of(case: dict[str, Any], name: str) -> Site:
    return site_from(json.dumps({"name": name, "year": 2024} | case["site"], ensure_ascii=False), name)


def figure(expected: dict[str, Any], footprint: Footprint, site: Site) -> Any:
    gas, scopes = expected["gas"], expected["scopes"]
    if "uncertainty" in expected:
        return uncertainty_of([line for line in footprint.lines if line.gas == gas and line.scope in scopes]).relative
    if gas == "CO2e":
        amount = footprint.total(scopes)
    elif "CO2e" in expected["value"]:
        amount = footprint.sum_of(lambda line: line.gas == gas and line.scope in scopes)
    else:
        amount = footprint.gas_total(gas, scopes)
    if "per" in expected:
        (amount_of,) = (one.amount for one in denominators_of(site) if one.name == expected["per"])
        return amount / amount_of
    return amount


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_gives_its_published_figures(path: Path) -> None:
    case = read(path)
    site = site_of(case, path.stem)
    footprint = calculate(activities_of(site), site, read_tables())
    for expected in case["expected"]:
        found = figure(expected, footprint, site)
        tolerance = quantity_of(expected["within"]).m_as("")
        if "uncertainty" in expected:
            assert found == pytest.approx(quantity_of(expected["uncertainty"]).m_as(""), rel=tolerance), expected
        else:
            wanted = quantity_of(expected["value"])
            assert found.m_as(wanted.units) == pytest.approx(wanted.magnitude, rel=tolerance), expected


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_names_its_source(path: Path) -> None:
    case = read(path)
    assert set(case) <= {"source", "note", "site", "expected"}
    assert len(case["source"]) > 40
    assert case["expected"]


def test_the_intensity_of_the_andean_site_is_the_published_one() -> None:
    case = read(CASES[0].with_name("andean_gold.yaml"))
    site = site_of(case, "andean_gold")
    told = {
        (one.scopes, one.per): one.value
        for one in intensity_of(calculate(activities_of(site), site, read_tables()), site)
    }
    # by hand: 114 t over 12 kg and 120 jobs, 9.5 t/kg and 0.95 t/job; methane and nitrous oxide add half a percent
    assert told[(1, 2), "gold"].m_as("tCO2e/kilogram") == pytest.approx(9.5, rel=0.01)
    assert told[(1, 2), "job"].m_as("tCO2e/job/year") == pytest.approx(0.95, rel=0.01)
