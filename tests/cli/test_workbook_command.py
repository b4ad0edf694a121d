"""Workbooks on the command line: written by `init`, read by every command, results as `export xlsx`."""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from asmcarbon.site.template import TYPES


@pytest.mark.parametrize("kind", TYPES)
def test_the_workbook_of_a_type_has_the_footprint_of_its_file_to_the_byte(asmcarbon, tmp_path: Path, kind: str):
    for name in ("site.yaml", "site.xlsx"):
        made = asmcarbon("init", "--type", kind, name, cwd=tmp_path)
        assert (made.returncode, made.stdout) == (0, "")
        assert made.stderr == f"Wrote {name}. Fill it in, then: asmcarbon check {name}\n"
    reports = [asmcarbon("footprint", name, "--json", cwd=tmp_path).stdout for name in ("site.yaml", "site.xlsx")]
    assert json.loads(reports[0])["totals"]["scopes_1_2_3"]["value"] > 0
    assert reports[0] == reports[1]


def test_a_workbook_that_is_there_is_not_written_over(asmcarbon, tmp_path: Path):
    (tmp_path / "site.xlsx").write_bytes(b"mine")
    done = asmcarbon("init", "site.xlsx", cwd=tmp_path)
    assert done.returncode == 2
    assert "site.xlsx  exists already" in done.stderr
    assert (tmp_path / "site.xlsx").read_bytes() == b"mine"


def test_a_workbook_of_another_program_is_not_made_of_text(asmcarbon, tmp_path: Path):
    done = asmcarbon("init", "site.ods", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "site.ods  a .ods file cannot be written; expected a workbook .xlsx, or a text file, for example site.xlsx\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_csv_file_by_the_name_of_a_workbook_is_one_sentence(asmcarbon, tmp_path: Path):
    (tmp_path / "site.xlsx").write_text("name,My site\n", encoding="utf-8")
    done = asmcarbon("footprint", "site.xlsx", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "site.xlsx  is not a workbook; expected a workbook saved as .xlsx, for example asmcarbon init site.xlsx\n"
    )


def test_a_folder_of_sites_may_hold_workbooks(asmcarbon, tmp_path: Path):
    """And the file that a spreadsheet keeps beside an open one is no site."""
    sites = tmp_path / "sites"
    sites.mkdir()
    asmcarbon("init", "a.yaml", cwd=sites)
    asmcarbon("init", "b.xlsx", cwd=sites)
    (sites / "~$b.xlsx").write_bytes(b"open elsewhere")
    shutil.copy(sites / "~$b.xlsx", sites / "c.xlsx")
    done = asmcarbon("batch", sites, "-o", "footprints.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = [line.split(",") for line in (tmp_path / "footprints.csv").read_text("utf-8").splitlines()[1:]]
    assert [row[0] for row in rows] == ["a.yaml", "b.xlsx"]
    assert rows[0][1:] == rows[1][1:]
    assert (tmp_path / "refused.csv").read_text("utf-8").splitlines()[1].startswith('c.xlsx,,,,"is not a workbook')


def test_results_are_written_as_a_workbook(asmcarbon, tmp_path: Path):
    made = asmcarbon("init", "--type", "milling", "site.xlsx", cwd=tmp_path)
    assert made.returncode == 0
    done = asmcarbon("export", "xlsx", "site.xlsx", "--points", "2", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "Wrote results.xlsx."
    names = [
        "Summary",
        "Plan",
        "Cash flow",
        "Frontier",
        "Lines",
        "Lines with plan",
        "Figures",
        "Sources",
        "Assumptions",
    ]
    assert openpyxl.load_workbook(tmp_path / "results.xlsx", read_only=True).sheetnames == names


def test_the_footprint_alone_is_the_same_bytes_each_time_and_of_either_file(asmcarbon, tmp_path: Path):
    for name in ("site.yaml", "site.xlsx"):
        asmcarbon("init", name, cwd=tmp_path)
        done = asmcarbon("export", "xlsx", name, "--no-plan", "-o", f"{name}.results.xlsx", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stderr == f"Wrote {name}.results.xlsx.\n"
    first, second = sorted(tmp_path.glob("*.results.xlsx"))
    assert first.read_bytes() == second.read_bytes()


def test_a_site_that_cannot_be_planned_tells_why_in_its_workbook(asmcarbon, root: Path, tmp_path: Path):
    site = root / "examples" / "alluvial_gold" / "parcels.yaml"
    done = asmcarbon("export", "xlsx", site, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    summary = openpyxl.load_workbook(tmp_path / "results.xlsx", read_only=True)["Summary"]
    said = [row[0] for row in summary.iter_rows(values_only=True)]
    assert said[said.index("There is no plan:") + 1].startswith("energy.machines  no machines are given")


def test_a_folder_that_is_not_there_is_told_before_any_work(asmcarbon, root: Path, tmp_path: Path):
    site = root / "examples" / "andean_gold" / "site.yaml"
    done = asmcarbon("export", "xlsx", site, "-o", "nowhere/results.xlsx", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "nowhere/results.xlsx  --output  is in a folder that does not exist; expected a file in a folder that does"
    ]
