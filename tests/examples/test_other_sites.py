"""Examples B, C and D against their checks, within 1 %: IPCC 2006 factors, CO2 only, the densities of the files."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from asmcarbon.energy.load import load_of
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.read import read_site


def site_named(root: Path, name: str):
    return read_site(root / "examples" / name / "site.yaml")


def fuel_co2(site) -> float:
    """Tonnes of CO2 of the fuels burned."""
    return calculate(activities_of(site), site, read_tables()).gas_total("CO2", (1,)).m_as("tCO2/year")


def test_the_alluvial_unit_emits_20_tonnes_a_kilogram_and_four_times_that_from_land(root: Path):
    site = site_named(root, "alluvial_gold")
    # 60,950 L x 0.84 kg/L x 43 GJ/t x 74.1 kg/GJ = 163 t; 4 ha x 47.4 tC x 44/12 = 696 t; 8 kg of gold.
    footprint = calculate(activities_of(site), site, read_tables())
    energy = footprint.sum_of(lambda line: line.account == "energy" and line.gas == "CO2").m_as("tCO2e/year")
    land = footprint.account_total("land_use_change").m_as("tCO2e/year")
    assert energy == pytest.approx(163, rel=0.01)
    assert energy / 8 == pytest.approx(20.4, rel=0.01)
    assert land == pytest.approx(4 * 47.4 * 44 / 12, rel=1e-12)
    assert land == pytest.approx(696, rel=0.01)
    assert land / 8 == pytest.approx(87, rel=0.01)


def test_published_areas_span_11_to_1217_tonnes_a_kilogram(root: Path):
    # 0.064 and 7 ha of forest a kilogram of gold, 47.4 tC a hectare.
    opened = site_named(root, "alluvial_gold").land.opened[0].area
    per_kilogram = [limit.m_as("ha/year") / 8 * 47.4 * 44 / 12 for limit in (opened.low, opened.high)]
    assert per_kilogram == [pytest.approx(11.1, rel=0.01), pytest.approx(1217, rel=0.01)]


def test_land_is_never_merged_with_the_scopes(root: Path):
    report = footprint_report(site_named(root, "alluvial_gold"), read_tables())
    energy = sum(line["co2e"]["value"] for line in report["lines"] if line["account"] == "energy") / 1000
    assert report["totals"]["scopes_1_2_3"]["value"] == pytest.approx(energy, rel=1e-12)
    assert report["land_use_change"]["value"] > 3 * energy
    assert any("leaves out below ground, dead wood, litter, soil" in note for note in report["notes"])


def test_the_cobalt_zone_emits_0_07_tonnes_a_job(root: Path):
    site = site_named(root, "copper_cobalt")
    # 45,000 L of diesel and 12,000 L of petrol at 0.74 kg/L, 44.3 GJ/t, 69.3 kg/GJ = 148 t.
    assert fuel_co2(site) == pytest.approx(148, rel=0.01)
    assert fuel_co2(site) / 210 == pytest.approx(0.70, rel=0.01)
    assert fuel_co2(site) / 2000 == pytest.approx(0.074, rel=0.01)


def test_the_cobalt_zone_says_why_it_is_not_compared(root: Path):
    report = footprint_report(site_named(root, "copper_cobalt"), read_tables())
    assert report["comparisons"] == []
    assert any(note.startswith("not compared with large-scale mining") for note in report["notes"])


def test_the_milling_centre_emits_17_7_tonnes_a_kilogram(root: Path):
    site = site_named(root, "milling_centre")
    assert load_of(site.energy.machines).annual_kwh == pytest.approx(78_800, rel=0.01)
    assert fuel_co2(site) == pytest.approx(73.8, rel=0.01)
    assert fuel_co2(site) / 4.16 == pytest.approx(17.7, rel=0.01)
    assert fuel_co2(site) / 25 == pytest.approx(2.95, rel=0.01)


def test_the_milling_centre_says_that_mining_lies_outside(root: Path):
    notes = footprint_report(site_named(root, "milling_centre"), read_tables())["notes"]
    assert "the ore is bought: mining it lies outside this account" in notes


def test_the_surveyed_parcels_by_hand(root: Path):
    folder = root / "examples" / "alluvial_gold"
    site = read_site(folder / "parcels.yaml")
    # A degree of latitude is 110.63 km and one of longitude 108.57 km at 12.8 degrees south (WGS 84), so that a ring's
    # shoelace sum in degrees is an area.
    hectares = 0.0
    for feature in json.loads((folder / "parcel.geojson").read_text(encoding="utf-8"))["features"]:
        for number, ring in enumerate(feature["geometry"]["coordinates"]):
            twice = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)))
            hectares += (1 if number == 0 else -1) * twice / 2 * 108.57 * 110.63 * 100
    (opened,) = site.land.opened
    assert opened.area.to("ha/year") == pytest.approx(hectares, rel=1e-4)
    assert hectares == pytest.approx(4.01, abs=0.005)

    report = footprint_report(site, read_tables())
    # Per hectare: above ground 307.1 t x 0.47, roots 0.221 of it, dead wood 14.8 and litter 4.8 tC, soil 80 % of 52 tC;
    # fire on half of it burns 160.4 t, which give 6.8 g of CH4 (GWP 27.0) and 0.2 g of N2O (273) a kilogram.
    carbon = 307.1 * 0.47 * 1.221 + 14.8 + 4.8 + 0.8 * 52
    fire = 0.5 * 160.4 * (6.8 * 27.0 + 0.2 * 273) / 1000
    peat = 1.5 * 5.3 * 44 / 12
    assert report["drained_peat"]["value"] == pytest.approx(peat, rel=1e-12)
    assert report["land_use_change"]["value"] == pytest.approx(hectares * (carbon * 44 / 12 + fire) + peat, rel=1e-4)
    taken_up = 2 * (0.60 + 0.15) * 5.9 * 0.47 * 1.221 * (1 - 0.20) * 44 / 12
    assert report["removals"]["value"] == pytest.approx(taken_up, rel=1e-12)
    assert not any("m3" in note or "peat is not said" in note for note in report["notes"])
