"""The least that a batch can take: Polars reads the same input and writes a frame of the output's size and types.

    python polars_floor.py INPUT OUTPUT TARGET ROWS SHARE

OUTPUT is what a batch wrote; its first rows are loaded before the clock starts, and written over and over to TARGET:
for each ROWS of the input that are read, SHARE of as many. Prints, as JSON, what loading took, to be taken off the cost
of the process.
"""

import json
import resource
import sys
import time
from pathlib import Path

import polars as pl


def main(source: Path, output: Path, target: Path, rows: int, share: float) -> None:
    wall, cpu = time.perf_counter(), cpu_seconds()
    is_csv = source.suffix == ".csv"
    if output.suffix == ".csv":
        written = pl.read_csv(output, infer_schema_length=100_000, n_rows=rows)
    else:
        written = pl.scan_parquet(output / "*.parquet" if output.is_dir() else output).head(rows).collect()
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}))
    if is_csv:
        read = read_csv(source)
        for start in range(0, read.height, rows):
            write(written, share * min(rows, read.height - start), target, start)
        return
    scanned = pl.scan_parquet(source)
    for start in range(0, scanned.select(pl.len()).collect().item(), rows):
        write(written, share * scanned.slice(start, rows).collect().height, target, start)


def read_csv(source: Path) -> pl.DataFrame:
    with source.open(encoding="utf-8") as file:
        header = file.readline().rstrip("\n").split(",")
    numbers = {name: pl.Float64 for name in header if name.endswith("]") or name in ("amount", "uncertainty")}
    texts = {name: pl.String for name in header if name not in numbers and name != "year"}
    return pl.read_csv(source, schema_overrides={**numbers, **texts, "year": pl.Int64}, ignore_errors=True)


def write(frame: pl.DataFrame, height: float, target: Path, start: int) -> None:
    part = frame.head(round(height))
    if target.suffix == ".csv":
        with target.open("ab") as file:
            part.write_csv(file, include_header=start == 0)
    else:
        target.mkdir(exist_ok=True)
        part.write_parquet(target / f"{start}.parquet")


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), int(sys.argv[4]), float(sys.argv[5]))
