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


def test_the_list_rounds_no_figure_and_tells_range_years_check_and_the_whole_place(asmcarbon):
    listed = asmcarbon("factors", "list", "--item", "electricity.grid", "--region", "PER").stdout
    assert " 0.170232636  kgCO2/kWh" in listed  # MINAM 2024, nine digits
    diesel = asmcarbon("factors", "list", "--item", "diesel.stationary").stdout.splitlines()
    (line,) = [one for one in diesel if ":CO2:" in one]
    # IPCC 2006 Guidelines, vol. 2, table 2.3: 74,100 kg/TJ, 95 % range 72,600-74,800
    assert "74.1  kgCO2/GJ" in line
    assert "72.6..74.8" in line
    assert "from 1990" in line
    assert line.endswith(read_tables().by_id["diesel.stationary:any:1990:CO2:combustion"].locator)


def test_the_list_is_of_a_year_a_boundary_and_a_source(asmcarbon):
    options = (
        "--item",
        "electricity.grid",
        "--year",
        "2023",
        "--boundary",
        "direct",
        "--source",
        "minam_sein",
        "--json",
    )
    found = json.loads(asmcarbon("factors", "list", *options).stdout)
    assert {(row["region"], row["valid_from"], row["valid_to"]) for row in found} == {("PER", 2023, 2023)}
    assert {row["gas"] for row in found} == {"CO2", "CH4", "N2O"}


def test_the_list_as_a_table_is_what_the_tables_hold(asmcarbon, root):
    listed = asmcarbon("factors", "list", "--csv").stdout
    rows = {tuple(row.values()) for row in csv.DictReader(io.StringIO(listed))}
    stated: set[tuple[str, ...]] = set()
    for path in (root / "emission_factors").glob("*.csv"):
        if path.name != "sources.csv":
            with path.open(encoding="utf-8", newline="") as file:
                stated |= {tuple(row.values()) for row in csv.DictReader(file)}
    assert len(rows) == len(read_tables().factors)
    # 0.50 and 0.5 are one number
    assert {tuple(map(plain, row)) for row in rows} == {tuple(map(plain, row)) for row in stated}


def plain(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--item", "diesl"), "no item begins with 'diesl'; alike are diesel."),
        (("--item", "electricity.grid", "--region", "per"), "no region is called 'per'; did you mean PER?"),
        (
            ("--item", "diesel.density", "--region", "XXX"),
            "no row of these items is of region 'XXX'; there are CHL",
        ),
        (("--item", "diesel.density", "--year", "1900"), "no row is all that was asked for"),
    ],
)
def test_an_empty_list_says_why(asmcarbon, options, sentence):
    done = asmcarbon("factors", "list", *options, "--json")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert sentence in done.stderr


def test_a_factor_is_shown_with_its_other_years_and_an_item_names_its_rows(asmcarbon):
    shown = asmcarbon("factors", "show", "electricity.grid:PER:2024:CO2:direct").stdout
    assert "valid_to         (still holds)" in shown
    assert "electricity.grid:PER:2023:CO2:direct  0.213031882  kgCO2/kWh  2023" in shown
    item = asmcarbon("factors", "show", "diesel.stationary")
    assert item.returncode == 1
    assert "diesel.stationary is an item, of 3 rows, and no id of one" in item.stderr


def test_another_release_is_listed_and_shown(asmcarbon, old):
    row = json.loads(
        asmcarbon("factors", "show", "diesel.density:any:1990:-:property", "--factors", old, "--json").stdout
    )
    assert (row["value"], row["release"][:2]) == (pytest.approx(0.83072 / 1.01), "0.")
    assert f"release {row['release']}" in asmcarbon("factors", "list", "--factors", old).stdout


def test_own_factors_are_checked_before_a_site_names_them(asmcarbon, tmp_path):
    header = "item,region,valid_from,value,unit,locator\n"
    (tmp_path / "own.csv").write_text(f"{header}diesel.density,PER,2024,0.9,kg/L,a certificate\n", encoding="utf-8")
    assert asmcarbon("factors", "check", "own.csv", cwd=tmp_path).stdout == "1 factors of your own, no problem\n"
    (tmp_path / "own.csv").write_text(f"{header}diesel.density,PER,2024,0.9,kWh,\n", encoding="utf-8")
    done = asmcarbon("factors", "check", "own.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "own.csv:2  diesel.density: has no locator" in done.stderr
    assert "expected a unit of the same dimension as kg/L" in done.stderr


def test_a_folder_that_holds_no_tables_is_not_checked(asmcarbon, tmp_path):
    done = asmcarbon("factors", "check", tmp_path / "nothing")
    assert done.returncode == 2
    assert "does not exist; expected the folder emission_factors of a release" in done.stderr
