"""The seeded tables of the batch are what they say: the same bytes again, so many rows, bad where they say and why."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import polars as pl
import pytest
from batch_tables import (
    ACTIVITY_COLUMNS,
    ACTIVITY_KINDS,
    BAD_OF_A_BLOCK,
    BLOCK,
    FIGURES,
    SITE_COLUMNS,
    SITE_KINDS,
    site_contents,
    write_activity_table,
    write_site_table,
)

from asmcarbon.errors import InputError
from asmcarbon.site.items import ITEMS
from asmcarbon.site.read import site_of
from asmcarbon.units import quantity

WRITERS = (write_site_table, write_activity_table)
ENDINGS = (".csv", ".parquet")


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_one_seed_gives_the_same_bytes_whatever_the_slices(write, ending: str, tmp_path: Path):
    n = 2 * BLOCK + 123
    tables = [tmp_path / f"{name}{ending}" for name in "abc"]
    written = [write(path, n, 7, blocks_at_a_time=size) for path, size in zip(tables, (1, 3, 2), strict=True)]
    assert tables[0].read_bytes() == tables[1].read_bytes() == tables[2].read_bytes()
    assert written[0].bad == written[1].bad == written[2].bad
    other = tmp_path / f"other{ending}"
    write(other, n, 8)
    assert other.read_bytes() != tables[0].read_bytes()


@pytest.mark.parametrize("write", WRITERS)
def test_a_table_of_fewer_sites_begins_one_of_more(write, tmp_path: Path):
    few, many = tmp_path / "few.csv", tmp_path / "many.csv"
    write(few, BLOCK + 5, 1)
    write(many, BLOCK + 4000, 1)
    assert many.read_bytes().startswith(few.read_bytes())


def test_a_site_table_has_one_row_a_site_and_thirty_columns(tmp_path: Path):
    written = write_site_table(tmp_path / "t.parquet", 3 * BLOCK, 1)
    frame = pl.read_parquet(tmp_path / "t.parquet")
    assert frame.columns == list(SITE_COLUMNS)
    assert frame.shape == (3 * BLOCK, 30)
    assert (written.rows, written.sites, len(written.bad)) == (3 * BLOCK, 3 * BLOCK, 3 * BAD_OF_A_BLOCK)
    assert written.accepted == 3 * BLOCK - 3 * BAD_OF_A_BLOCK
    assert {one.kind for one in written.bad} == {*SITE_KINDS} - {"text in a number cell"}
    assert frame.null_count()["ore [t/day]"][0] > 1000


def test_an_activity_table_has_mixed_units_and_one_figure_a_row(tmp_path: Path):
    written = write_activity_table(tmp_path / "t.csv", BLOCK, 1)
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == ACTIVITY_COLUMNS
    assert len(rows) == written.rows
    assert len({row["site"] for row in rows if row["site"]}) == written.sites == BLOCK
    units = defaultdict(set)
    for row in rows:
        units[row["item"]].add(row["unit"])
    assert all(units[one.item] >= {*one.units} for one in FIGURES)
    assert len(units) == len(FIGURES) + 1  # and the item that nobody knows


@pytest.mark.parametrize("scattered", [False, True])
def test_rows_of_an_activity_table_are_the_same_in_another_order(scattered: bool, tmp_path: Path):
    written = write_activity_table(tmp_path / "t.parquet", BLOCK, 3, scattered=scattered)
    frame = pl.read_parquet(tmp_path / "t.parquet")
    runs = int((frame["site"] != frame["site"].shift(1)).fill_null(True).sum())
    assert (runs > 5 * BLOCK) == scattered
    for one in written.bad:
        assert frame["site"][one.row - 2] == one.site


@pytest.mark.parametrize("write", WRITERS)
def test_each_kind_of_bad_row_stands_where_it_is_said_to(write, tmp_path: Path):
    written = write(tmp_path / "t.csv", 2 * BLOCK, 5)
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counts = Counter(one.kind for one in written.bad)
    kinds = SITE_KINDS if write is write_site_table else ACTIVITY_KINDS
    assert {*counts} == {*kinds}
    assert max(counts.values()) - min(counts.values()) <= 1
    for one in written.bad:
        cell = rows[one.row - 2][one.column]
        cell = cell.lower() if cell == "NaN" else cell
        assert rows[one.row - 2]["site"] == one.site
        told = {
            "negative amount": "-12.5", "text in a number cell": "about ten", "not a number": "nan", "infinite": "inf",
            "empty name": "", "unknown item": "dynamite", "unit of another kind": "km", "ambiguous unit": "oz/month",
            "unknown unit": "sackful/week", "another country": "FRA",
        }.get(one.kind, cell)  # fmt: skip
        assert cell == told
        if one.kind == "too large":
            assert float(cell) == 1e40
        if one.kind == "year out of range":
            assert not 1990 <= int(cell) <= 2100


def test_good_sites_of_a_site_table_are_sites_and_bad_ones_are_none(tmp_path: Path):
    written = write_site_table(tmp_path / "t.parquet", BLOCK, 2)
    frame = pl.read_parquet(tmp_path / "t.parquet").with_row_index("row", 2)
    bad = {one.row: one for one in written.bad}
    looked_at = pl.concat([frame.head(300), frame.filter(pl.col("row").is_in(list(bad)))]).unique("row")
    keys = ("site", "country", "year")
    names = Counter(frame.select(keys).iter_rows())
    for row, content in zip(looked_at["row"], site_contents(looked_at), strict=True):
        kind = bad[row].kind if row in bad else ""
        if kind.startswith("duplicate"):
            assert names[content["name"], content["country"], content["year"]] == 2
        elif kind:
            with pytest.raises(InputError):
                site_of(content)
        else:
            site_of(content)
    twice = sum(count - 1 for (name, _country, _year), count in names.items() if name)
    assert twice == sum(one.kind.startswith("duplicate") for one in written.bad)


def test_a_site_goes_on_without_the_row_that_lost_its_name(tmp_path: Path):
    written = write_activity_table(tmp_path / "t.parquet", 4 * BLOCK, 11)
    frame = pl.read_parquet(tmp_path / "t.parquet")
    lost = [one for one in written.bad if one.kind == "empty name"]
    assert len(lost) > 5
    assert all(frame["item"][one.row - 2] not in ("workers", "women") for one in lost)
    assert written.accepted == 4 * BLOCK - (len(written.bad) - len(lost))


def test_both_shapes_of_one_seed_tell_of_the_same_sites(tmp_path: Path):
    wide = write_site_table(tmp_path / "wide.parquet", 1000, 4)
    long = write_activity_table(tmp_path / "long.parquet", 1000, 4)
    bad = {one.row - 2 for one in wide.bad}
    refused = {one.site for one in long.bad}
    sites = pl.read_parquet(tmp_path / "wide.parquet")
    told = {
        (site, item): (amount, unit)
        for site, item, amount, unit in pl.read_parquet(tmp_path / "long.parquet")
        .select("site", "item", "amount", "unit")
        .iter_rows()
    }
    compared = 0
    for at, row in enumerate(sites.iter_rows(named=True)):
        for one in FIGURES:
            amount = row[one.header]
            if at in bad or row["site"] in refused or amount is None:
                continue
            size, unit = told[row["site"], one.item]
            assert quantity(size, unit).m_as(one.units[0]) == pytest.approx(amount, rel=1e-5)
            compared += 1
    assert compared > 5000


def test_items_of_the_tables_are_those_that_asmcarbon_knows():
    assert {one.item for one in FIGURES} < {*ITEMS}
