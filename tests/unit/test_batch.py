"""Many sites: the same figures as one alone, nothing lost, nothing that a spreadsheet would run."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from asmcarbon.batch.folder import footprints_of
from asmcarbon.batch.tables_run import of_tables
from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.csv_text import csv_text
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.read import read_site

HEADER = "site,item,amount,unit,country,year\n"


def table(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "activities.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def of_table(path: Path, **more):
    """The rows of a table, as numbers where they are some, and the run."""
    done = of_tables([(path, path.name)], None, method={}, **more)
    return list(csv.DictReader(io.StringIO(done.text))), done


def test_a_site_in_a_batch_has_the_figures_of_its_file(example: Path, tmp_path: Path):
    shutil.copy(example, tmp_path / "a.yaml")
    (row,) = footprints_of(tmp_path, read_tables()).rows
    report = footprint_report(read_site(example), read_tables())
    assert row["scopes_1_2_3 [tCO2e/year]"] == report["totals"]["scopes_1_2_3"]["value"]
    told = {(tuple(one["scopes"]), one["per"]): one["value"] for one in report["intensities"]}
    assert row["scopes_1_2 per job [tCO2e/job/year]"] == told[(1, 2), "job"]
    assert row["input_sha256"] == report["input_sha256"]


def test_figures_survive_the_csv_to_the_last_digit(example: Path, tmp_path: Path):
    shutil.copy(example, tmp_path / "a.yaml")
    rows = footprints_of(tmp_path, read_tables()).rows
    (read,) = csv.DictReader(io.StringIO(csv_text(rows)))
    assert float(read["scopes_1_2 per gold [tCO2e/kg]"]) == rows[0]["scopes_1_2 per gold [tCO2e/kg]"]


def test_an_activity_table_gives_the_figures_of_a_site_file(tmp_path: Path):
    rows = ("m,diesel.generator,1000,L/year,PER,2024", "m,gold,2,kg/year,PER,2024")
    ((row,), _done) = of_table(table(tmp_path, *rows))
    # 1,000 L x 0.83072 kg/L x 43 GJ/t x (74.1 + 0.003 x 27 + 0.0006 x 273) kg/GJ, over 2 kg.
    expected = 1000 * 0.83072 * 43 * (74.1 + 0.003 * 27 + 0.0006 * 273) / 1e6 / 2
    assert float(row["scopes_1_2 per gold [tCO2e/kg]"]) == pytest.approx(expected, rel=1e-12)


def test_accepted_and_refused_add_up_to_read(tmp_path: Path):
    rows = (
        "good,diesel.generator,1000,L/year,PER,2024",
        "bad,diesel.generator,1000,kWh/year,PER,2024",
        "bad,gold,1,kg/year,PER,2024",
        "worse,nonsense,1,kg/year,PER,2024",
        "other,gold,1,kg/year,Atlantis,2024",
        "twice,gold,1,kg/year,PER,2024",
        "twice,gold,1,kg/year,PER,2024",
        "moves,gold,1,kg/year,PER,2024",
        "moves,ore,1,t/year,COL,2024",
        "short,gold,1",
        "good,gold,2,kg/year,PERU,2024",
        "good,gold,2,kg/year,Peru,2023",
    )
    (_rows, done) = of_table(table(tmp_path, *rows))
    assert (done.manifest.read, done.manifest.accepted, done.manifest.refused) == (len(rows), 3, 9)
    assert done.manifest.sites == 2
    assert [int(row["row"]) for row in done.refused] == [*range(3, 12)]
    by_row = {int(row["row"]): row["reason"] for row in done.refused}
    assert "is energy per time" in by_row[3]
    assert "refused for other rows" in by_row[4]
    assert "is not an item" in by_row[5]
    assert "'Atlantis' is no country" in by_row[6]
    assert "refused for other rows" in by_row[7]
    assert "stands twice" in by_row[8]
    assert "differs from the site's first row" in by_row[10]
    assert "has 3 cells" in by_row[11]


def test_a_refused_file_names_its_line_and_the_others_go_on(example: Path, tmp_path: Path):
    shutil.copy(example, tmp_path / "a.yaml")
    (tmp_path / "b.yaml").write_text("name: x\ncountry: PER\nyear: 2024\nfoo: 1\n", encoding="utf-8")
    done = footprints_of(tmp_path, read_tables())
    assert (done.read, done.accepted) == (2, 1)
    assert [(row["file"], row["row"], row["column"]) for row in done.refused] == [("b.yaml", 4, "foo")]


def test_cells_that_a_spreadsheet_would_run_are_text():
    assert csv_text([{"site": "=1+1", "x": -2.5}]) == "site,x\n'=1+1,-2.5\n"


@pytest.mark.parametrize(("header", "sentence"), [("a,b\n", "has no column site"), ("", "is empty")])
def test_a_table_with_another_header_is_refused(tmp_path: Path, header: str, sentence: str):
    with pytest.raises(InputError, match=sentence):
        of_table(table(tmp_path, header=header))


def test_a_folder_without_site_files_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="holds no site files"):
        footprints_of(tmp_path, read_tables())


def test_land_in_a_table_is_a_number_that_a_spreadsheet_reads(root: Path, tmp_path: Path):
    shutil.copy(root / "examples" / "alluvial_gold" / "site.yaml", tmp_path)
    batch = footprints_of(tmp_path, read_tables())
    (read,) = csv.DictReader(io.StringIO(csv_text(batch.rows)))
    # 4 ha x 47.4 tC x 44/12
    assert float(read["land_use_change [tCO2e/year]"]) == pytest.approx(4 * 47.4 * 44 / 12, rel=1e-12)


def test_a_row_has_the_share_of_primary_data_and_the_three_ratings(tmp_path: Path):
    ((read,), _done) = of_table(table(tmp_path, "m,diesel.generator,1000,L/year,PER,2024"))
    row = {name: float(value) for name, value in read.items() if "[" in name and value}
    burned, supplied = 1000 * 0.83072 * 43 * (74.1 + 0.003 * 27 + 0.0006 * 273) / 1000, 624.09  # kgCO2e
    assert (row["primary data share [%]"], row["measured activity [%]"]) == (0.0, 0.0)
    assert row["technological data quality [1 best to 5]"] == pytest.approx(3)
    expected = (4 * burned + 5 * supplied) / (burned + supplied)
    assert row["geographical data quality [1 best to 5]"] == pytest.approx(expected, rel=1e-9)
