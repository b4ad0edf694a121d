"""`asmcarbon batch` beside what is the least: Polars that only reads and writes, pint site by site, and Brightway.

    pytest tests/benchmarks/test_batch_speed.py -s                       10^6 sites; some minutes
    ASMCARBON_LARGE=1 pytest tests/benchmarks/test_batch_speed.py -s     10^7 as well; needs 5 GB of disk
    ASMCARBON_BRIGHTWAY=/path/to/python ...      an interpreter with bw2calc and bw2data, installed outside the checkout

The installed command in a process of its own; wall and CPU seconds are of whole processes, peak memory is of the
largest one of a run. Run it on a machine that does nothing else.
Whether a run is right is asserted: what it accepted, and that its totals are those of pint and of Brightway.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from batch_tables import Written, site_contents, write_activity_table, write_site_table
from brightway_sites import system_of
from msgspec import Struct

from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.read import site_of
from asmcarbon.site.site import Site

HERE = Path(__file__).parent
COMMAND = Path(sys.executable).with_name("asmcarbon")
SLICE = 125_000  # rows that the batch reads and writes at a time
RUNS = 3  # of a floor
TOTALS = ("scopes_1_2", "scopes_1_2_3")
PER_SITE = 1000  # sites that pint and Brightway compute


class Run(Struct, frozen=True):
    """What a process took: seconds, and megabytes at its peak."""

    wall: float
    cpu: float
    memory: float


def run(*command: object) -> tuple[Run, str]:
    """Run a command to its end; what it took, and what it printed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen([str(one) for one in command], stdout=out, stderr=err)
        _pid, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        assert process.returncode == 0, err.read().decode()[-2000:]
        return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024), out.read().decode()


class Batch(Struct):
    """A table, what is in it, what the batch made of it, and what that took."""

    table: Path
    output: Path
    written: Written
    took: Run


def batch_of(folder: Path, n: int, shape: str, ending: str, *options: str) -> Batch:
    """Write a table of n sites, and run the batch on it."""
    table, output = folder / f"{shape}-{n}{ending}", folder / f"out-{n}{''.join(options)}" / f"footprints{ending}"
    output.parent.mkdir()
    written = (write_site_table if shape == "site" else write_activity_table)(table, n, 1)
    took, _out = run(COMMAND, "batch", table, "-o", output, *options)
    manifest = json.loads(output.with_name("manifest.json").read_bytes())
    assert (manifest["read"], manifest["sites"]) == (written.rows, written.accepted)
    return Batch(table, output, written, took)


def floor_of(batch: Batch, folder: Path) -> Run:
    """Return what Polars takes to read the same and to write as much."""
    runs: list[Run] = []
    for number in range(RUNS):
        target = folder / f"floor-{number}{batch.output.suffix}"
        share = batch.written.accepted / batch.written.rows
        took, out = run(sys.executable, HERE / "polars_floor.py", batch.table, batch.output, target, SLICE, share)
        loading = json.loads(out)
        runs.append(Run(took.wall - loading["wall"], took.cpu - loading["cpu"], took.memory))
        assert 0.9 < size_of(target) / size_of(batch.output) < 1.1
    return Run(*(statistics.median(getattr(one, name) for one in runs) for name in ("wall", "cpu", "memory")))


def size_of(path: Path) -> int:
    return sum(one.stat().st_size for one in path.iterdir()) if path.is_dir() else path.stat().st_size


def tell(name: str, batch: Batch, floor: Run) -> None:
    took, rows = batch.took, batch.written.rows
    print(f"\n{name}: {took.wall:.1f} s wall, {took.cpu:.1f} s CPU, peak {took.memory:.0f} MB, ", end="")
    print(f"{rows / took.wall:,.0f} rows/s")
    ratio = f"{took.wall / floor.wall:.2f} by wall, {took.cpu / floor.cpu:.2f} by CPU"
    print(f"  Polars alone {floor.wall:.2f} s wall, {floor.cpu:.2f} s CPU: the batch is {ratio}")


@pytest.fixture
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="asmcarbon-batch-") as folder:
        yield Path(folder)


@pytest.mark.parametrize("n", [1_000_000, 10_000_000])
@pytest.mark.parametrize("options", [(), ("--no-summary",)], ids=["whole", "no-summary"])
def test_parquet_to_parquet(n: int, options: tuple[str, ...], scratch: Path) -> None:
    if n > 1_000_000 and not os.environ.get("ASMCARBON_LARGE"):
        pytest.skip("$ASMCARBON_LARGE is not set")
    batch = batch_of(scratch, n, "site", ".parquet", *options)
    tell(f"Parquet to Parquet, {n:,} sites {' '.join(options)}", batch, floor_of(batch, scratch))


def test_csv_to_csv(scratch: Path) -> None:
    batch = batch_of(scratch, 1_000_000, "site", ".csv")
    tell("CSV to CSV, 1,000,000 sites", batch, floor_of(batch, scratch))


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_activity_tables(ending: str, scratch: Path) -> None:
    batch = batch_of(scratch, 100_000, "activity", ending)
    tell(f"activity table {ending}, 100,000 sites, {batch.written.rows:,} rows", batch, floor_of(batch, scratch))


def sites_in(batch: Batch) -> list[Site]:
    """Return the first good sites of a table."""
    bad = {one.row - 2 for one in batch.written.bad}
    contents = site_contents(pl.scan_parquet(batch.table).head(PER_SITE + len(bad)).collect())
    good = [content for at, content in enumerate(contents) if at not in bad]
    return [site_of(content) for content in good[:PER_SITE]]


def rows_of(batch: Batch) -> dict[str, dict[str, float]]:
    frame = pl.scan_parquet(batch.output / "*.parquet" if batch.output.is_dir() else batch.output)
    rows = frame.head(PER_SITE).collect().iter_rows(named=True)
    return {row["site"]: {total: row[f"{total} [tCO2e/year]"] for total in TOTALS} for row in rows}


def test_pint_site_by_site(scratch: Path) -> None:
    batch, tables = batch_of(scratch, 1_000_000, "site", ".parquet"), read_tables()
    footprint_report(sites_in(batch)[0], tables)  # the unit registry is loaded once
    began = time.process_time()
    sites = sites_in(batch)
    reports = [footprint_report(site, tables) for site in sites]
    seconds = (time.process_time() - began) / len(sites)
    rows = rows_of(batch)
    for site, report in zip(sites, reports, strict=True):
        told = {total: report["totals"][total]["value"] for total in TOTALS}
        assert rows[site.name] == pytest.approx(told, rel=1e-9, abs=1e-12)
    each = batch.took.cpu / batch.written.sites
    print(f"\npint {1e6 * seconds:.0f} µs a site, batch {1e6 * each:.1f} µs (CPU): {seconds / each:.0f} times")


def test_brightway_side_by_side(scratch: Path) -> None:
    interpreter = os.environ.get("ASMCARBON_BRIGHTWAY")
    if not interpreter:
        pytest.skip("$ASMCARBON_BRIGHTWAY names no interpreter with bw2calc and bw2data")
    written = write_site_table(scratch / "sites.parquet", 2 * PER_SITE, 1)
    table = Batch(scratch / "sites.parquet", scratch, written, Run(0, 0, 0))
    tables, sites = read_tables(), sites_in(table)
    (scratch / "system.json").write_text(json.dumps(system_of(sites, tables)), encoding="utf-8")
    _run, _out = run(interpreter, HERE / "brightway_peer.py", scratch / "system.json", scratch / "scores.json")
    peer = json.loads((scratch / "scores.json").read_bytes())
    began = time.process_time()
    reports = [footprint_report(site, tables) for site in sites]
    ours = (time.process_time() - began) / len(sites)
    most, most_stored = 0.0, 0.0
    for site, report in zip(sites, reports, strict=True):
        told = {total: 1000 * report["totals"][total]["value"] for total in TOTALS}  # kg
        assert peer["exact"][site.name] == pytest.approx(told, rel=1e-9, abs=1e-9)
        assert peer["stored"][site.name] == pytest.approx(told["scopes_1_2_3"], rel=1e-6, abs=1e-9)
        most = max(most, *(apart(peer["exact"][site.name][total], told[total]) for total in TOTALS))
        most_stored = max(most_stored, apart(peer["stored"][site.name], told["scopes_1_2_3"]))
    print(
        f"\nBrightway {peer['versions']}, {len(sites)} sites: {most:.1e} apart at most, relative, in double precision;"
    )
    print(f"  {most_stored:.1e} from its own database, which keeps single precision")
    for name, seconds in peer["seconds"].items():
        print(f"  {name}: {seconds:.2f} s, {1e6 * seconds / len(sites):.0f} µs a site")
    print(f"  footprint_report, with its lines, notes and intervals: {1e6 * ours:.0f} µs a site (CPU)")


def apart(one: float, other: float) -> float:
    return abs(one - other) / max(abs(one), abs(other)) if one != other else 0.0
