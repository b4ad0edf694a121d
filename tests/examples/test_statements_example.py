"""The Andean cooperative a year after its array, against hand figures of its file and of its baseline."""

from pathlib import Path

import pytest

from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.statements import baseline_for, statements_report
from asmcarbon.site.read import read_site

# IPCC 2006: 0.84 kg/L x 43 GJ/t x kg/GJ of carbon dioxide, methane (GWP 27) and nitrous oxide (273), AR6.
GENERATOR = 0.84 * 43 * (74.1 + 0.003 * 27 + 0.0006 * 273) / 1e6
ROAD = 0.84 * 43 * (74.1 + 0.0039 * 27 + 0.0039 * 273) / 1e6
SUPPLY = 0.62409 / 1e3  # DESNZ 2025, kgCO2e/L
ANFO = 2000 * 0.17 / 1e3  # AGO 2006, carbon of its fuel
MADE = 2000 * 2.179 / 1e3  # of ANFO
BUILT = 75 * 1.112 / 25 + 58 * 0.0835 / 10  # IEA PVPS 2022 and IVL C444, spread over their lives


@pytest.fixture(scope="module")
def report(root: Path):
    path = root / "examples" / "andean_gold" / "statements.yaml"
    site = read_site(path)
    return statements_report(site, read_tables(), baseline_for(site, path.parent, None))


def test_what_is_avoided_is_that_of_the_two_files_for_the_gold_of_the_year(report):
    differences = {one["total"]: one for one in report["avoided"]["differences"]}
    before = (36_500 * GENERATOR + 6_000 * ROAD + ANFO) * 12.6 / 12
    after = 2_600 * GENERATOR + 6_000 * ROAD + ANFO
    assert differences["scope_1"]["baseline"]["value"] == pytest.approx(before, rel=1e-9)
    assert differences["scope_1"]["avoided"]["value"] == pytest.approx(before - after, rel=1e-9)
    before, after = (42_500 * SUPPLY + MADE) * 12.6 / 12, 8_600 * SUPPLY + MADE + BUILT
    assert differences["scope_3"]["avoided"]["value"] == pytest.approx(before - after, rel=1e-9)


def test_who_finances_it_answers_for_a_half_and_for_a_share_of_the_equity(report):
    shares = [one["attribution_percent"] for one in report["financed"]["investors"]]
    assert shares == pytest.approx([100 * 80 / 160, 25 * 60 / 160])
    assert report["financed"]["data_quality"]["score"] == 2  # PCAF 2022, Part A, table 5-7, option 1b


def test_energy_is_that_of_the_fuel_and_of_the_sun(report):
    told = {one["key"]: one["value"] for one in report["energy"]}
    assert told["fuels"] == pytest.approx(8_600 * 0.84 * 43 / 1e3)
    assert told["energy_consumed"] == pytest.approx(8_600 * 0.84 * 43 / 1e3 + 104 * 3.6)


def test_six_hundred_jobs_bear_its_emissions(report):
    told = {one["key"]: one["value"] for one in report["social"]}
    assert (told["jobs"], told["indirect_jobs"]) == (120, 480)
    emitted = {one["key"]: one["value"] for one in report["emissions"]}
    (whole,) = (one["value"] for one in report["intensities"] if one["total"] == "scopes_1_2_3")
    assert whole == pytest.approx(emitted["scopes_1_2_3"] / 600)
