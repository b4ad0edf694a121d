"""Workbooks on the command line: written by `init`, read by every command, results as `export xlsx`."""

import json
import shutil
from pathlib import Path

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
