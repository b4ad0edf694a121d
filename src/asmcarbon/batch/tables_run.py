"""Tables in, results and what is told beside them out: all that `asmcarbon batch` does with tables."""

import csv
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from asmcarbon.batch.engines import Dask, Engine, Local
from asmcarbon.batch.files import written
from asmcarbon.batch.run import (
    Manifest,
    Outputs,
    header_of,
    manifest_of,
    outputs_of,
    put_together,
    refused_together,
    removed,
    run,
)
from asmcarbon.batch.sources import source_of
from asmcarbon.batch.work import plan_of
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import read_tables
from asmcarbon.messages import _

# What is refused is told on a terminal up to here.
MOST_TOLD = 50


class Tabled(Struct, frozen=True):
    """What a run over tables came to.

    text     results as CSV, where they are written to no file
    refused  the first of what was refused; `more` are not told
    """

    manifest: Manifest
    text: str | None
    refused: list[dict[str, Any]]
    more: int


def of_tables(
    tables: Sequence[tuple[Path, str]],
    output: Path | None,
    *,
    method: dict[str, str],
    spoken: tuple[str | None, str | None, str | None] = (None, None, None),
    scheduler: str | None = None,
    workers: int | None = None,
    dry_run: bool = False,
    say: Callable[[str], None] = lambda _text: None,
) -> Tabled:
    """Compute the sites of tables, and write results and what is told beside them.

    tables   files, and what refusals call them
    output   FILE.csv or FILE.parquet, or None for text
    spoken   encoding, separator and sign before decimals of CSV tables, where they are to be other than they seem
    """
    if output is not None and not dry_run:
        _may_be_written(output)
        outputs = outputs_of(output)
        found = _run(tables, outputs, outputs.folder, method, spoken, scheduler, workers, say, is_text=False)
        removed(outputs.folder)
        return found
    with tempfile.TemporaryDirectory() as folder:
        outputs = outputs_of(Path(folder) / "rows.csv")
        return _run(tables, outputs, outputs.folder, method, spoken, scheduler, workers, say, is_text=not dry_run)


def _may_be_written(output: Path) -> None:
    if output.suffix.lower() not in (".csv", ".parquet"):
        what = _("ends in neither .csv nor .parquet")
        raise InputError(Problem("-o", what, _("FILE.csv or FILE.parquet"), "footprints.parquet", file=str(output)))
    if not output.absolute().parent.is_dir():
        raise InputError(Problem("-o", _("is in a folder that does not exist"), file=str(output)))
    if output.is_dir() and any(not one.name.startswith("part-") for one in output.iterdir()):
        raise InputError(Problem("-o", _("is a folder with other files in it"), file=str(output)))


def _run(
    tables: Sequence[tuple[Path, str]],
    outputs: Outputs,
    folder: Path,
    method: dict[str, str],
    spoken: tuple[str | None, str | None, str | None],
    scheduler: str | None,
    workers: int | None,
    say: Callable[[str], None],
    *,
    is_text: bool,
) -> Tabled:
    folder.mkdir(exist_ok=True)
    sources = _sources(tables, folder, spoken)
    plan = plan_of(sources, method, is_csv=outputs.rows.suffix.lower() != ".parquet")
    factors = read_tables()
    engine: Engine = Local(workers) if scheduler is None else Dask(scheduler)
    try:
        counts, parts, read = run(plan, factors, engine, folder, say)
    finally:
        engine.close()
    header = header_of(plan, factors)
    put_together(plan, folder, parts, header, outputs.rows)
    written(outputs.refused, lambda file: file.writelines(refused_together(folder, parts)))
    manifest = manifest_of(plan, factors, counts, read, {"rows": outputs.rows.name, "refused": outputs.refused.name})
    text = (msgspec.json.format(msgspec.json.encode(manifest), indent=2)).decode() + "\n"
    written(outputs.manifest, lambda file: file.write(text.encode()))
    told, more = _first_refused(outputs.refused)
    return Tabled(manifest, outputs.rows.read_text(encoding="utf-8") if is_text else None, told, more)


def _sources(
    tables: Sequence[tuple[Path, str]], folder: Path, spoken: tuple[str | None, str | None, str | None]
) -> list[Any]:
    found: list[Any] = []
    problems: list[Problem] = []
    for path, name in tables:
        try:
            found.append(source_of(path, name, folder, spoken[0], spoken[1:]))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _first_refused(file: Path) -> tuple[list[dict[str, Any]], int]:
    with file.open(encoding="utf-8", newline="") as lines:
        told: list[dict[str, Any]] = []
        more = 0
        for row in csv.DictReader(lines):
            if len(told) < MOST_TOLD:
                told.append(row)
            else:
                more += 1
    return told, more
