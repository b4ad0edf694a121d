"""`asmcarbon progress` and `asmcarbon compare` as a user meets them."""

import csv
import io
import json
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def years(root: Path) -> list[Path]:
    return [root / "examples" / "andean_gold" / "years" / f"{year}.yaml" for year in (2022, 2023, 2024)]


def test_progress_is_split_by_cause_in_words(asmcarbon, years):
    done = asmcarbon("progress", *years)
    assert (done.returncode, done.stderr) == (0, "")
    assert "From 2022 to 2024 scopes 1+2+3 changed by -40.7 tCO2e a year (-29%): activity +" in done.stdout
    assert "energy.diesel.density: 0.84 → 0.85 kg/L  [diesel, generator; diesel, vehicles]" in done.stdout
    assert "is told as intensity" in done.stdout
    assert "Base year 2022, no threshold given" in done.stdout
    assert "to be recalculated" not in done.stdout
    assert "solar array made (scope 3): in 2024 only" in done.stdout


def test_the_order_of_the_files_does_not_matter(asmcarbon, years):
    assert asmcarbon("progress", *years[::-1]).stdout == asmcarbon("progress", *years).stdout


def test_causes_sum_to_the_change_in_json_and_the_changes_to_the_footprints(asmcarbon, years):
    report = json.loads(asmcarbon("progress", *years, "--json").stdout)
    assert [one["year"] for one in report["years"]] == [2022, 2023, 2024]
    spans = [*report["changes"], report["since_base_year"]]
    assert [(one["from"], one["to"]) for one in spans] == [(2022, 2023), (2023, 2024), (2022, 2024)]
    totals = {one["year"]: one for one in report["years"]}
    for span in spans:
        for total, parts in span["totals"].items():
            footprints = [totals[span[end]][total]["value"] for end in ("from", "to")]
            causes = [parts[name]["value"] for name in ("activity", "intensity", "factor", "boundary")]
            assert parts["change"]["value"] == pytest.approx(footprints[1] - footprints[0], abs=1e-9)
            assert sum(causes) == pytest.approx(parts["change"]["value"], abs=1e-9)
    for year in years:
        footprint = json.loads(asmcarbon("footprint", year, "--json").stdout)
        own = totals[footprint["site"]["year"]]
        assert own["scopes_1_2_3"] == footprint["totals"]["scopes_1_2_3"]
        assert own["input_sha256"] == footprint["input_sha256"]


def test_the_base_year_is_judged_only_past_a_threshold_that_is_given(asmcarbon, years, tmp_path):
    stands = asmcarbon("progress", *years, "--threshold", "5 %", "-o", tmp_path / "report.txt")
    assert (stands.returncode, stands.stdout) == (0, "")
    assert "within the threshold, the base year stands" in (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert "the base year is to be recalculated" in asmcarbon("progress", *years, "--threshold", "0.5 %").stdout
    refused = asmcarbon("progress", *years, "--threshold", "5")
    assert refused.returncode == 2
    assert (
        refused.stderr
        == "--threshold  '5' is not a share from 0 to 100 %; expected a share with its unit, for example '5 %'\n"
    )


def test_one_year_alone_and_another_output_are_refused_in_a_sentence(asmcarbon, years):
    alone = asmcarbon("progress", years[0])
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "is one year's account alone; expected the same site in two years or more" in alone.stderr
    assert "silver is not in every year's file" in asmcarbon("progress", *years, "--per", "silver").stderr
    assert "activity (job)" in asmcarbon("progress", *years, "--per", "job").stdout


def test_sites_stand_side_by_side_and_beside_large_scale_mining(asmcarbon, root):
    examples = root / "examples"
    sites = [examples / "andean_gold" / "site.yaml", examples / "alluvial_gold" / "site.yaml"]
    done = asmcarbon("compare", *sites)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Per job, 27.3 tCO2e/job/year: lower than large-scale mining, 70.6 to 138 in 2 figures" in done.stdout
    assert "among the figures of large-scale mining, 12.9 to 32.7: lower than 4 of 5" in done.stdout
    report = json.loads(asmcarbon("compare", *sites, "--json").stdout)
    for site, path in zip(report["sites"], sites, strict=True):
        footprint = json.loads(asmcarbon("footprint", path, "--json").stdout)
        for part in ("totals", "intensities", "land_use_change", "comparisons"):
            assert site[part] == footprint[part]


def test_sites_of_another_product_are_refused(asmcarbon, root):
    examples = root / "examples"
    done = asmcarbon("compare", examples / "andean_gold" / "site.yaml", examples / "copper_cobalt" / "site.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "processing.products  is cobalt, copper, and gold in" in done.stderr
    assert "processing.boundary  is mine_gate, and processing_gate in" in done.stderr


def test_a_table_has_the_changes_of_the_json(asmcarbon, years):
    rows = list(csv.DictReader(io.StringIO(asmcarbon("progress", *years, "--csv").stdout)))
    report = json.loads(asmcarbon("progress", *years, "--json").stdout)
    for span in (*report["changes"], report["since_base_year"]):
        of_span = [one for one in rows if (one["from"], one["to"]) == (str(span["from"]), str(span["to"]))]
        for cause in ("activity", "intensity", "factor", "boundary"):
            told = sum(float(one["value"]) for one in of_span if one["cause"] == cause)
            assert told == pytest.approx(span["totals"]["scopes_1_2_3"][cause]["value"], abs=1e-9)
    refused = asmcarbon("progress", *years, "--csv", "--json")
    assert (refused.returncode, refused.stderr) == (2, "--json  and --csv are both given; expected one of them\n")


def test_a_comparison_as_a_table_has_a_row_for_each_figure(asmcarbon, root):
    site = root / "examples" / "alluvial_gold" / "site.yaml"
    rows = list(csv.DictReader(io.StringIO(asmcarbon("compare", site, "--csv").stdout)))
    report = json.loads(asmcarbon("compare", site, "--json").stdout)["sites"][0]
    assert len(rows) == sum(len(report[part]) for part in ("intensities", "comparisons", "artisanal"))
    assert {one["kind"] for one in rows} == {
        "scopes_1_2", "scopes_1_2_3", "land_use_change", "large_scale", "artisanal"
    }  # fmt: skip


def test_a_site_stands_among_artisanal_mines_and_may_be_higher(asmcarbon, root, tmp_path):
    example = root / "examples" / "alluvial_gold" / "site.yaml"
    told = asmcarbon("compare", example).stdout
    assert "lower than 1 of the 3 published figures, 4.00 tCO2/kg to 53.4 tCO2/kg" in told
    text = example.read_text(encoding="utf-8")
    site = tmp_path / "site.yaml"
    site.write_text(text.replace("gold: {value: 8 kg/year", "gold: {value: 1 kg/year"), encoding="utf-8")
    assert site.read_text(encoding="utf-8") != text
    told = asmcarbon("compare", site).stdout
    assert "Per kilogram of gold, 164 tCO2e/kg: higher than large-scale mining, 12.9 to 32.7 in 5 figures" in told
    assert "not lower than any of the 3 published figures" in told


def test_all_years_take_one_set_of_gwps_where_that_is_asked_for(asmcarbon, years, tmp_path):
    text = years[1].read_text(encoding="utf-8")
    (tmp_path / "2023.yaml").write_text(f"{text}\nmethod: {{gwp_set: AR4}}\n", encoding="utf-8")
    own = json.loads(asmcarbon("progress", years[0], tmp_path / "2023.yaml", "--json").stdout)
    assert [one["gwp_set"] for one in own["years"]] == ["AR6", "AR4"]
    one = json.loads(asmcarbon("progress", years[0], tmp_path / "2023.yaml", "--json", "--gwp-set", "AR5").stdout)
    assert [each["gwp_set"] for each in one["years"]] == ["AR5", "AR5"]


def test_standard_input_is_one_site(asmcarbon, years):
    text = years[0].read_text(encoding="utf-8")
    assert "From 2022 to 2023" in asmcarbon("progress", "-", years[1], stdin=text).stdout
    refused = asmcarbon("progress", "-", "-", stdin=text)
    assert (refused.returncode, refused.stderr) == (2, "-  standard input is given twice; expected each site once\n")
