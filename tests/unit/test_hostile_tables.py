"""No table, however wrong, ends the batch with anything but a sentence; and no spreadsheet runs what comes of it."""

import csv
import re
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result
from hostile_tables import HOSTILE

from asmcarbon.cli.main import main

UNREADABLE = {
    "empty.parquet", "csv-inside.parquet", "truncated.parquet", "cut-in-half-with-its-end.parquet",
    "turned-bits.parquet",
}  # fmt: skip
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_COUNTS = re.compile(r"(\d+) read, (\d+) accepted, (\d+) refused")


def batch(name: str, folder: Path) -> tuple[Result, Path]:
    HOSTILE[name](folder / name)
    output = folder / "out.csv"
    return CliRunner().invoke(main, ["batch", str(folder / name), "-o", str(output)]), output


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_table_ends_with_a_sentence(name: str, tmp_path: Path):
    done, output = batch(name, tmp_path)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    if done.exit_code == 2:
        assert len(done.stderr.strip()) > 20
        assert not output.exists()
        return
    assert done.exit_code == 0
    told = _COUNTS.search(done.stderr)
    assert told is not None
    read, accepted, refused = map(int, told.groups())
    assert read == accepted + refused
    for table in (output, output.with_name("refused.csv")):
        assert_harmless(table)


def assert_harmless(table: Path) -> None:
    """Hold that no cell is a formula to a spreadsheet, and that none is longer than anybody reads."""
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                assert _NUMBER.fullmatch(cell) or cell[:1] not in ("=", "+", "-", "@", "\t", "\r")
                assert len(cell) < 3000


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_table_is_the_same_each_time(name: str, tmp_path: Path):
    for number in (1, 2):
        HOSTILE[name](tmp_path / f"{number}{name}")
    assert (tmp_path / f"1{name}").read_bytes() == (tmp_path / f"2{name}").read_bytes()


@pytest.mark.parametrize("name", sorted(name for name in HOSTILE if name.endswith(".parquet")))
def test_polars_reads_the_tables_of_wrong_types_and_not_the_damaged_ones(name: str, tmp_path: Path):
    HOSTILE[name](tmp_path / name)
    if name in UNREADABLE:
        with pytest.raises(pl.exceptions.PolarsError):
            pl.read_parquet(tmp_path / name)
    else:
        assert pl.read_parquet(tmp_path / name).width > 1
