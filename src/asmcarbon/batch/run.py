"""A run over tables of sites: parts in any order, results in the order of the input, and a rerun that goes on.

Until the run is done everything is in a folder beside its output: each part's results under their name once they are
whole, so that whatever is killed in between loses nothing that was done, and nothing stands twice. Then duplicates over
all parts are refused, and the results put together under a temporary name that is then renamed.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
from msgspec import Struct

from asmcarbon.batch.engines import Engine
from asmcarbon.batch.folder import REFUSED
from asmcarbon.batch.layout import is_activity_table
from asmcarbon.batch.pieces import cut, piece_of, pieces_in
from asmcarbon.batch.sources import Part, Read, Source, spans_of
from asmcarbon.batch.twice import repeated_over
from asmcarbon.batch.work import (
    Count,
    Plan,
    count_of,
    done_of,
    file_of,
    keep,
    kept_elsewhere,
    left_of,
    read_rows,
    recipe_of,
    safe,
    take_out,
    worked,
)
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.reports.rows import version_installed

Say = Callable[[str], None]
# Least time between two notes of progress.
_PATIENCE_S = 1.0


class Outputs(Struct, frozen=True):
    """Where a run writes: its results, and beside them what it tells of them."""

    rows: Path
    refused: Path
    summary: Path
    to_audit: Path
    manifest: Path
    lines: Path
    anonymous: Path

    @property
    def folder(self) -> Path:
        """Where everything is until the run is done."""
        return self.rows.with_name(f".{self.rows.name}.parts")


def outputs_of(path: Path) -> Outputs:
    """Return where a run writes, by the file of its results."""
    beside = path.with_name
    return Outputs(
        rows=path,
        refused=beside("refused.csv"),
        summary=beside("summary.csv"),
        to_audit=beside("to_audit.csv"),
        manifest=beside("manifest.json"),
        lines=beside(f"lines{path.suffix}"),
        anonymous=beside("anonymous.csv"),
    )


class Manifest(Struct, frozen=True):
    """What a run was, and what it came to: enough to do it again, and to see that it is the same.

    draws, seed   of the intervals by Monte Carlo; None where there are none
    to_audit   how often a site looks wrong; None where nobody looked
    anonymous  what groups were told by, and how many sites are in none; None where they were not asked for
    """

    asmcarbon: str
    polars: str
    factor_release: str
    gwp_set: str
    method: dict[str, str]
    draws: int | None
    seed: int | None
    inputs: list[dict[str, Any]]
    read: int
    accepted: int
    refused: int
    sites: int
    to_audit: int | None
    anonymous: dict[str, Any] | None
    outputs: dict[str, str]


def run(
    plan: Plan, tables: FactorTables, engine: Engine, folder: Path, say: Say = lambda _text: None
) -> tuple[list[Count], list[Part], list[Read]]:
    """Work on every part of a run that is not done yet, and refuse sites that stand twice.

    folder   of the parts; those of another run are removed
    """
    _begun(plan, tables, folder)
    read = [Read() for _source in plan.sources]
    parts: list[Part] = []
    work = partial(keep, recipe=recipe_of(plan, tables)) if engine.is_here else kept_elsewhere
    progress = _Progress(say)

    cuts = [
        _cut(source, place, folder, engine, one)
        for place, (source, one) in enumerate(zip(plan.sources, read, strict=True))
    ]

    def missing() -> Iterator[tuple[Any, ...]]:
        for part in _parts(plan, read, cuts):
            parts.append(part)
            if file_of(folder, part.number, "count").exists():
                progress.add(count_of(folder, part.number))
            else:
                yield plan, part, folder

    for count in engine.each(work, missing()):
        progress.add(count)
    _take_out(plan, parts, folder, engine, work)
    return [count_of(folder, part.number) for part in parts], parts, read


def _take_out(plan: Plan, parts: Sequence[Part], folder: Path, engine: Engine, work: Callable[..., Any]) -> None:
    """Refuse sites that stand in an earlier part; an activity table, whose rows are many a site, is worked on anew."""
    found = repeated_over([np.load(file_of(folder, part.number, "sites")) for part in parts])
    tasks: dict[bool, list[tuple[Any, ...]]] = {True: [], False: []}
    for place, rows in found.items():
        part = parts[place]
        if not left_of(folder, part.number, "count").exists():
            tasks[is_activity_table(plan.sources[part.source].header)].append((plan, part, folder, rows))
    for kind, given in ((work, tasks[True]), (take_out, tasks[False])):
        for _done in engine.each(kind, given):
            pass


def _cut(source: Source, place: int, folder: Path, engine: Engine, read: Read) -> list[tuple[str, ...]] | None:
    """Cut a large activity table into pieces by its sites, and return the files of each; None for any other table."""
    if not is_activity_table(source.header) or (pieces := pieces_in(source)) <= 1:
        return None
    spans = [Part(number, place, *span) for number, span in enumerate(spans_of(source, read))]
    missing = [part for part in spans if not all(piece_of(folder, part, n).exists() for n in range(pieces))]
    for _done in engine.each(cut, ((source, part, pieces, folder) for part in missing)):
        pass
    return [tuple(str(piece_of(folder, part, piece)) for part in spans) for piece in range(pieces)]


def _parts(plan: Plan, read: Sequence[Read], cuts: Sequence[list[tuple[str, ...]] | None]) -> Iterator[Part]:
    """Yield the parts of a run in order."""
    number = 0
    for place, (source, pieces) in enumerate(zip(plan.sources, cuts, strict=True)):
        if pieces is not None:
            for files in pieces:
                yield Part(number, place, 0, 0, 1, files)
                number += 1
            continue
        for span in spans_of(source, read[place], whole=is_activity_table(source.header)):
            yield Part(number, place, *span)
            number += 1


def _begun(plan: Plan, tables: FactorTables, folder: Path) -> None:
    """Make the folder of a run, or go on in it where it is of the same run."""
    key = hashlib.sha256(
        msgspec.json.encode(
            {
                "plan": plan,
                "versions": [version_installed(), version("polars"), version("numpy"), tables.release],
            }
        )
    ).hexdigest()
    marker = folder / "run"
    if folder.exists() and (not marker.exists() or marker.read_text(encoding="utf-8") != key):
        for one in folder.iterdir():
            if not one.name.endswith(".utf8.csv"):
                one.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    for one in folder.glob(".*"):
        one.unlink()
    marker.write_text(key, encoding="utf-8")


class _Progress:
    """Says how far a run is, and for how long it goes on; not more often than anybody reads."""

    def __init__(self, say: Say) -> None:
        self.say, self.read, self.refused = say, 0, 0
        self.started = self.said = time.monotonic()

    def add(self, count: Count) -> None:
        self.read += count.read
        self.refused += count.read - count.accepted
        now = time.monotonic()
        if now - self.said > _PATIENCE_S:
            self.said = now
            rate = self.read / (now - self.started)
            text = _("{read:,} rows read, {refused:,} refused, {rate:,.0f} a second")
            self.say(text.format(read=self.read, refused=self.refused, rate=rate))


def results_of_none(plan: Plan, tables: FactorTables) -> pl.DataFrame:
    """Return the results of no site: their columns."""
    source = plan.sources[0]
    nothing = Part(0, 0, source.start, source.start, 1) if source.spoken is not None else Part(0, 0, 0, 0, 1)
    found, _rows, _stated = worked(plan, nothing, recipe_of(plan, tables))
    return found.rows


def rows_of(plan: Plan, folder: Path, parts: Sequence[Part], none: pl.DataFrame) -> pl.LazyFrame:
    """Return the results of a run, to look through once more.

    none   the results of no site
    """
    files = [done_of(folder, part.number, "rows") for part in parts]
    if not files:
        return none.lazy()
    return pl.scan_ipc(files) if plan.is_csv else pl.scan_parquet(files)


def put_together(
    plan: Plan, folder: Path, parts: Sequence[Part], header: Sequence[str], output: Path, kind: str = "rows"
) -> None:
    """Put what the parts came to into one file, or Parquet of several parts into a folder, and give it its name.

    kind   `rows` or `lines`
    """
    files = [done_of(folder, part.number, kind) for part in parts]
    made = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        removed(made)
        if plan.is_csv:
            with made.open("wb") as whole:
                whole.write(pl.DataFrame(schema=dict.fromkeys(header, pl.String)).write_csv().encode())
                for file in files:
                    safe(read_rows(file, is_csv=True)).write_csv(whole, include_header=False)
        elif len(files) == 1:
            _linked(files[0], made)
        else:
            made.mkdir()
            for number, file in enumerate(files):
                _linked(file, made / f"part-{number:05}.parquet")
        removed(output)
        made.replace(output)
    except OSError as error:
        removed(made)
        what = _("cannot be written: {reason}").format(reason=error.strerror or error)
        raise InputError(Problem("", what, file=str(output))) from error


def _linked(file: Path, name: Path) -> None:
    """Give a file a second name; where a disk knows no second names, copy it."""
    try:
        os.link(file, name)
    except OSError:
        shutil.copyfile(file, name)


def removed(path: Path) -> None:
    """Remove a file or a folder; nothing where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def refused_together(folder: Path, parts: Sequence[Part]) -> Iterable[bytes]:
    """Yield the refusals of a run as CSV."""
    yield (",".join(REFUSED) + "\n").encode()
    for part in parts:
        yield done_of(folder, part.number, "refused").read_bytes()


def manifest_of(
    plan: Plan,
    tables: FactorTables,
    counts: Sequence[Count],
    read: Sequence[Read],
    outputs: dict[str, str],
    to_audit: int | None,
    anonymous: dict[str, Any] | None,
) -> Manifest:
    """Return what a run was and came to."""
    rows, accepted = sum(one.read for one in counts), sum(one.accepted for one in counts)
    inputs = [
        {"file": source.name, "sha256": one.sha256, "columns": len(source.header)}
        for source, one in zip(plan.sources, read, strict=True)
    ]
    return Manifest(
        version_installed(),
        version("polars"),
        tables.release,
        plan.method.get("gwp_set", tables.default_gwp_set),
        dict(plan.method),
        *(plan.draws or (None, None)),
        inputs,
        rows,
        accepted,
        rows - accepted,
        sum(one.sites for one in counts),
        to_audit,
        anonymous,
        outputs,
    )
