"""Tables in, results and what is told beside them out: all that `asmcarbon batch` does with tables."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from asmcarbon.batch.anonymous import anonymous_of
from asmcarbon.batch.engines import Dask, Engine, Local
from asmcarbon.batch.files import written
from asmcarbon.batch.lines import SCHEMA
from asmcarbon.batch.run import (
    Manifest,
    Outputs,
    manifest_of,
    outputs_of,
    put_together,
    refused_together,
    removed,
    results_of_none,
    rows_of,
    run,
)
from asmcarbon.batch.sources import source_of
from asmcarbon.batch.summary import summary_of
from asmcarbon.batch.suspects import suspects_of
from asmcarbon.batch.work import plan_of, safe
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import read_tables
from asmcarbon.messages import _

# What is refused is told on a terminal up to here.
MOST_TOLD = 50
# Sites whose summary takes longer than anybody waits without a word.
_MANY = 50_000


class Asked(Struct, frozen=True):
    """How groups of sites are to be told, so that they may be published.

    by      columns that part the sites
    least   sites that a figure must be of
    """

    by: tuple[str, ...]
    least: int


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
    is_summed: bool = True,
    has_lines: bool = False,
    draws: tuple[int, int] | None = None,
    anonymous: Asked | None = None,
    say: Callable[[str], None] = lambda _text: None,
) -> Tabled:
    """Compute the sites of tables, and write results and what is told beside them.

    tables   files, and what refusals call them
    output   FILE.csv or FILE.parquet, or None for text
    spoken   encoding, separator and sign before decimals of CSV tables, where they are to be other than they seem
    is_summed  tell what there is over all sites, and which look wrong, beside the results
    has_lines  write the lines of each site as well
    draws      number and seed of the Monte Carlo draws, or None for none
    anonymous  tell groups of sites, as they may be published, or None for none
    """
    work = _Work(
        tables,
        method,
        spoken,
        scheduler,
        workers,
        say,
        is_summed=is_summed,
        has_lines=has_lines,
        draws=draws,
        anonymous=anonymous,
    )
    if output is not None and not dry_run:
        _may_be_written(output)
        outputs = outputs_of(output)
        try:
            found = work.run(outputs, is_text=False)
        except InputError:
            # Nothing of a table that cannot be read is worth keeping, as what a stopped run did is.
            removed(outputs.folder)
            raise
        removed(outputs.folder)
        return found
    with tempfile.TemporaryDirectory() as folder:
        return work.run(outputs_of(Path(folder) / "rows.csv"), is_text=not dry_run)


def _may_be_written(output: Path) -> None:
    if output.suffix.lower() not in (".csv", ".parquet"):
        what = _("ends in neither .csv nor .parquet")
        raise InputError(Problem("-o", what, _("FILE.csv or FILE.parquet"), "footprints.parquet", file=str(output)))
    if not output.absolute().parent.is_dir():
        raise InputError(Problem("-o", _("is in a folder that does not exist"), file=str(output)))
    if output.is_dir() and any(not one.name.startswith("part-") for one in output.iterdir()):
        raise InputError(Problem("-o", _("is a folder with other files in it"), file=str(output)))


class _Work(Struct, frozen=True):
    """What is asked of a run."""

    tables: Sequence[tuple[Path, str]]
    method: dict[str, str]
    spoken: tuple[str | None, str | None, str | None]
    scheduler: str | None
    workers: int | None
    say: Callable[[str], None]
    is_summed: bool
    has_lines: bool
    draws: tuple[int, int] | None
    anonymous: Asked | None

    def run(self, outputs: Outputs, *, is_text: bool) -> Tabled:
        """Compute, and write what is asked for."""
        folder = outputs.folder
        folder.mkdir(exist_ok=True)
        is_csv = outputs.rows.suffix.lower() != ".parquet"
        sources = _sources(self.tables, folder, self.spoken)
        plan = plan_of(sources, self.method, is_csv=is_csv, has_lines=self.has_lines, draws=self.draws)
        factors = read_tables()
        engine: Engine = Local(self.workers) if self.scheduler is None else Dask(self.scheduler)
        try:
            counts, parts, read = run(plan, factors, engine, folder, self.say)
        finally:
            engine.close()
        none = results_of_none(plan, factors)
        rows, header = rows_of(plan, folder, parts, none), none.columns
        names, to_audit = {"rows": outputs.rows.name}, None
        put_together(plan, folder, parts, header, outputs.rows)
        written(outputs.refused, lambda file: file.writelines(refused_together(folder, parts)))
        names["refused"] = outputs.refused.name
        if self.has_lines:
            put_together(plan, folder, parts, list(SCHEMA), outputs.lines, "lines")
            names["lines"] = outputs.lines.name
        if self.is_summed:
            if sum(one.sites for one in counts) > _MANY:
                self.say(_("totals and distributions"))
            summary = summary_of(rows, header, factors)
            written(outputs.summary, lambda file: safe(summary).write_csv(file))
            suspects, to_audit = suspects_of(rows, header)
            written(outputs.to_audit, lambda file: safe(suspects).write_csv(file))
            names |= {"summary": outputs.summary.name, "to_audit": outputs.to_audit.name}
        grouped: dict[str, Any] | None = None
        if self.anonymous is not None:
            least, by = self.anonymous.least, self.anonymous.by
            groups, left_out = anonymous_of(rows, header, by, least)
            written(outputs.anonymous, lambda file: safe(groups).write_csv(file))
            names["anonymous"] = outputs.anonymous.name
            grouped = {"by": by, "least_sites": least, "sites_in_no_group": left_out}
        manifest = manifest_of(plan, factors, counts, read, names, to_audit, grouped)
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=2).decode() + "\n"
        written(outputs.manifest, lambda file: file.write(text.encode()))
        refused = refused_together(folder, parts)
        told_of, more = _first_refused(refused)
        return Tabled(manifest, outputs.rows.read_text(encoding="utf-8") if is_text else None, told_of, more)


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


def _first_refused(rows: Iterable[bytes]) -> tuple[list[dict[str, Any]], int]:
    """Return the first refusals, and how many more there are."""
    told: list[dict[str, Any]] = []
    more = 0
    lines = (line for text in rows for line in io.StringIO(text.decode("utf-8"), newline=""))
    for row in csv.DictReader(lines):
        if len(told) < MOST_TOLD:
            told.append(row)
        else:
            more += 1
    return told, more
