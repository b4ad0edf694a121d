"""`asmcarbon factors diff`, list and show as a reviewer of factors meets them."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from asmcarbon.factors.tables import read_tables

SITE = "name: A\ncountry: PER\nyear: 2024\nenergy: {diesel: {generator: 1000 L/year}}\n"


@pytest.fixture
def old(tmp_path: Path, root: Path) -> Path:
    """A release before the one of the checkout, in which diesel was a hundredth less dense."""
    folder = tmp_path / "old"
    shutil.copytree(root / "emission_factors", folder)
    row = read_tables(folder).by_id["diesel.density:any:1990:-:property"]
    text = (folder / "fuels.csv").read_text(encoding="utf-8")
    was, now = f"diesel.density,any,1990,,,{row.value},kg/L", f"diesel.density,any,1990,,,{row.value / 1.01!r},kg/L"
    assert text.count(was) == 1
    (folder / "fuels.csv").write_text(text.replace(was, now), encoding="utf-8")
    toml = (folder / "release.toml").read_text(encoding="utf-8")
    (folder / "release.toml").write_text(toml.replace('release = "', 'release = "0.'), encoding="utf-8")
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(SITE, encoding="utf-8")
    return path


def test_a_release_is_compared_with_the_shipped_one_on_the_examples(asmcarbon, old):
    done = asmcarbon("factors", "diff", old)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Rows: 0 added, 0 removed, 1 changed (1 in value)" in done.stdout
    assert done.stdout.count("site.yaml") == 4
    assert "1 of the 1 rows that differ are used by none of these sites" in done.stdout  # each states its own density


def test_a_site_of_diesel_alone_moves_by_the_hundredth_of_its_density(asmcarbon, old, site):
    report = json.loads(asmcarbon("factors", "diff", old, "--site", site, "--json").stdout)
    (one,) = report["sites"]
    assert one["totals"]["scopes_1_2"]["percent"] == pytest.approx(1, rel=1e-9)
    assert report["old"]["release"] == f"0.{report['new']['release']}"


def test_a_folder_that_holds_an_unpacked_release_will_do(asmcarbon, old, site, tmp_path):
    for place in ("source/emission_factors", "wheel/asmcarbon/emission_factors"):
        shutil.copytree(old, tmp_path / place)
        done = asmcarbon("factors", "diff", tmp_path / place.partition("/")[0], old, "--site", site)
        assert done.returncode == 0
        assert "No row differs" in done.stdout


def test_the_comparison_goes_to_a_file_as_a_table(asmcarbon, old, site, tmp_path):
    done = asmcarbon("factors", "diff", old, "--site", site, "--csv", "-o", tmp_path / "diff.csv")
    assert (done.returncode, done.stdout) == (0, "")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "diff.csv").read_text(encoding="utf-8"))))
    (row,) = [one for one in rows if one["part"] == "row"]
    assert (row["item"], row["column"], float(row["percent"])) == ("diesel.density", "value", pytest.approx(1))


def test_a_site_is_read_from_standard_input_and_may_be_repeated(asmcarbon, old, site):
    done = asmcarbon("factors", "diff", old, "--site", site, "--site", "-", "--json", stdin=SITE)
    assert [one["file"] for one in json.loads(done.stdout)["sites"]] == [str(site), "-"]


def test_the_own_factors_of_a_site_are_found_beside_it(asmcarbon, old, site, tmp_path):
    own = "item,region,valid_from,value,unit,locator\ndiesel.density,PER,2024,0.9,kg/L,a certificate\n"
    (tmp_path / "own.csv").write_text(own, encoding="utf-8")
    site.write_text(SITE + "method: {factors: own.csv}\n", encoding="utf-8")
    (one,) = json.loads(asmcarbon("factors", "diff", old, "--site", site, "--json").stdout)["sites"]
    assert one["moves"] == []


def test_what_is_no_release_is_refused_with_where_to_get_one(asmcarbon, tmp_path):
    for given, what in (("2019.1", "does not exist"), (tmp_path, "is not a folder of factor tables")):
        done = asmcarbon("factors", "diff", given, cwd=tmp_path)
        assert done.returncode == 2
        assert f"{what}; expected the folder emission_factors of a release" in done.stderr
        assert done.stderr.count("\n") == 1


def test_every_line_that_cannot_be_read_is_told_with_its_file(asmcarbon, old):
    (old / "release.toml").write_text('default_gwp_set = "AR6"\n', encoding="utf-8")
    with (old / "fuels.csv").open("a", encoding="utf-8") as file:
        file.write("one,cell\n")
    done = asmcarbon("factors", "diff", old)
    assert done.returncode == 2
    assert f"{old}/release.toml  has no 'release'; expected a text, for example release = \"2026.1\"" in done.stderr
    assert "has 2 cells; expected 18" in done.stderr


def test_json_and_csv_are_not_both(asmcarbon, old):
    done = asmcarbon("factors", "diff", old, "--json", "--csv")
    assert done.returncode == 2
    assert done.stderr == "--json  and --csv are both given; expected one of them\n"


def test_a_wrong_site_is_a_sentence(asmcarbon, old, tmp_path):
    done = asmcarbon("factors", "diff", old, "--site", tmp_path / "no.yaml")
    assert done.returncode == 2
    assert "cannot be read" in done.stderr
