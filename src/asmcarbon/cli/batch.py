"""`asmcarbon batch`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from asmcarbon.cli.files import gwp_option, progress, write
from asmcarbon.cli.numbers import FiniteRange
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _, speak
from asmcarbon.reports.csv_text import csv_text
from asmcarbon.site.site import GwpSet

if TYPE_CHECKING:
    from asmcarbon.batch.tables_run import Tabled


# Options that only one kind of run has: another refuses them, as they would do nothing there.
_OF_TABLES = ("anonymous", "by", "dry_run", "no_summary", "has_lines", "substitute", "decimal", "separator", "encoding")
_OF_CLUSTERS = ("engine", "scheduler", "workers")
_OF_PLANS = ("points", "time_limit")
_OF_FOOTPRINTS = ("draws", "seed", "gwp_set")


@click.command("batch")
@click.argument("sources", metavar="FOLDER|TABLE...", nargs=-1, type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="FOLDER", help="Write to a folder, or a file, instead of standard output.")
@click.option(
    "--template",
    "kind",
    type=click.Choice(["activity", "site"]),
    help="Print a table to fill in: a figure a row, or a site a row.",
)
@click.option("--plan", "is_planned", is_flag=True, help="Plan each site file of FOLDER: reports go to the folder -o.")
@click.option("--points", type=click.IntRange(0, 20), default=5, show_default=True, metavar="N",
              help="With --plan: points of each site's frontier; 0 for none.")  # fmt: skip
@click.option("--time-limit", type=FiniteRange(min=0, min_open=True), metavar="SECONDS",
              help="With --plan: most time for each plan and each frontier.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit with 1 where anything is refused.")
@click.option("--dry-run", is_flag=True, help="Only check the tables: print what would be refused, and write nothing.")
@click.option("--no-summary", is_flag=True, help="Leave out summary.csv and to_audit.csv, which take a while.")
@click.option(
    "--lines", "has_lines", is_flag=True, help="Write lines.csv or lines.parquet too: each gas of each source."
)
@click.option("--draws", type=click.IntRange(100, 1_000_000), metavar="N",
              help="Draw the interval of each site by Monte Carlo too, N times.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Seed of the draws.")
@click.option("--anonymous", type=click.IntRange(min=3), metavar="N",
              help="Write anonymous.csv too: groups that may be published, each figure of N sites.")  # fmt: skip
@click.option("--by", type=click.Choice(["country", "minerals", "programme", "year"]), multiple=True,
              default=("country",), show_default=True, help="With --anonymous: what parts the sites into groups; may "
              "be given again. Publish one such table of the same sites.")  # fmt: skip
@gwp_option
@click.option("--substitute", type=click.Choice(["world"]), help="Allow a world average where a country has no figure.")
@click.option("--decimal", type=click.Choice([".", ","]), help="The sign before decimals, where it cannot be told.")
@click.option(
    "--separator", type=click.Choice([",", ";", "|", "tab"]), help="What stands between cells of a CSV table."
)
@click.option("--encoding", metavar="NAME", help="The encoding of a CSV table that is not in UTF-8, as cp1252.")
@click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True,
              help="Who computes: all cores of this machine, or a Dask cluster that shares its folders.")  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster: tcp://host:8786.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="How many cores to use here; all by default.")
def command(
    sources: tuple[Path, ...],
    output: str | None,
    kind: str | None,
    is_planned: bool,
    points: int,
    time_limit: float | None,
    strict: bool,
    dry_run: bool,
    no_summary: bool,
    has_lines: bool,
    draws: int | None,
    seed: int,
    anonymous: int | None,
    by: tuple[str, ...],
    gwp_set: GwpSet | None,
    substitute: str | None,
    decimal: str | None,
    separator: str | None,
    encoding: str | None,
    engine: str,
    scheduler: str | None,
    workers: int | None,
) -> None:
    """Footprints of many sites, a row each.

    FOLDER holds site files (.yaml, .yml, .json, .xlsx) or tables; TABLE is a CSV or Parquet file with a site a row, or
    one figure of a site a row (see --template). Results go to -o FILE.csv or FILE.parquet, and beside it refused.csv,
    summary.csv, to_audit.csv and manifest.json; or to standard output, as CSV. A run that was stopped goes on where it
    was when the same command is given again.
    """
    if kind is not None:
        from asmcarbon.batch.templates import template

        write(template(kind), output)
        return
    if (engine == "dask") != (scheduler is not None):
        raise InputError(Problem("--scheduler", _("goes with --engine dask"), _("both"), "tcp://localhost:8786"))
    sites, tables = _parted(sources)
    speak("en")  # what programs read is the same bytes in every language
    if is_planned:
        _refuse_given((*_OF_TABLES, *_OF_FOOTPRINTS), _("does not go with --plan"))
        _plan(sites, output, points, time_limit, scheduler, workers, strict)
        return
    drawn = None if draws is None else (draws, seed)
    if sites is not None:
        _refuse_given((*_OF_TABLES, *_OF_CLUSTERS, *_OF_PLANS), _("does not go with a folder of site files"))
        _of_site_files(sites, output, strict, drawn, gwp_set)
        return
    _refuse_given(_OF_PLANS, _("goes with --plan"))
    if anonymous is None:
        _refuse_given(("by",), _("goes with --anonymous"))
    elif output in (None, "-") or dry_run:
        what = _("is written beside a file of results")
        raise InputError(Problem("--anonymous", what, _("-o FILE"), "-o footprints.csv"))
    from asmcarbon.batch.tables_run import Asked, of_tables

    method = {name: one for name, one in (("gwp_set", gwp_set), ("substitute", substitute)) if one is not None}
    done = of_tables(
        tables,
        None if output in (None, "-") else Path(str(output)),
        method=method,
        spoken=(encoding, "\t" if separator == "tab" else separator, decimal),
        scheduler=scheduler,
        workers=workers,
        dry_run=dry_run,
        is_summed=not no_summary,
        has_lines=has_lines,
        draws=drawn,
        anonymous=None if anonymous is None else Asked(by, anonymous),
        say=progress,
    )
    _told(done, output)
    if strict and done.manifest.refused:
        sys.exit(1)


def _parted(sources: Sequence[Path]) -> tuple[Path | None, list[tuple[Path, str]]]:
    """Return the folder of site files, or the tables and what to call them; InputError where there are neither."""
    example = "asmcarbon batch sites/ -o footprints.csv"
    if not sources:
        raise InputError(Problem("FOLDER|TABLE", _("is missing"), _("a folder of site files, or a table"), example))
    from asmcarbon.batch.folder import SITE_FILES
    from asmcarbon.batch.sources import ENDINGS

    tables: list[tuple[Path, str]] = []
    problems: list[Problem] = []
    for source in sources:
        if source.is_dir():
            inside = sorted(one for one in source.iterdir() if one.suffix.lower() in (".csv", ".parquet"))
            # A workbook among tables may be anything: it makes them no folder of site files.
            has_sites = any(one.suffix.lower() in SITE_FILES and one.suffix != ".xlsx" for one in source.rglob("*"))
            if len(sources) == 1 and (has_sites or not inside):
                return source, []
            tables += [(one, one.relative_to(source).as_posix()) for one in inside]
        elif source.suffix.lower() in ENDINGS and source.is_file():
            tables.append((source, source.name))
        else:
            what = _("is neither a folder nor a .csv or .parquet table") if source.exists() else _("does not exist")
            problems.append(Problem("", what, _("a folder of site files, or a table"), example, file=str(source)))
    if problems or not tables:
        raise InputError(problems or Problem("", _("hold no tables"), _(".csv or .parquet files"), example))
    return None, tables


def _plan(
    folder: Path | None, output: str | None, points: int, time_limit: float | None, scheduler: str | None,
    workers: int | None, strict: bool,
) -> None:  # fmt: skip
    from asmcarbon.batch.engines import Dask, Processes
    from asmcarbon.batch.folder import REFUSED
    from asmcarbon.batch.plans import plans_of

    example = "asmcarbon batch sites/ --plan -o plans"
    if folder is None:
        raise InputError(Problem("--plan", _("plans site files, not tables"), _("a folder of site files"), example))
    if output is None or Path(output).is_file():
        raise InputError(Problem("-o", _("is no folder"), _("a folder for the reports"), example))
    engine = Processes(workers) if scheduler is None else Dask(scheduler)
    try:
        done = plans_of(folder, Path(output), engine, points=points, time_limit_s=time_limit, say=progress)
    finally:
        engine.close()
    rows = [one.row for one in done if one.row is not None]
    refused = [row for one in done for row in one.refused]
    write(csv_text(rows), str(Path(output) / "plans.csv"))
    write(csv_text(refused, REFUSED), str(Path(output) / "refused.csv"))
    _counted(len(done), len(rows))
    if strict and refused:
        sys.exit(1)


def _refuse_given(names: Sequence[str], what: str) -> None:
    """Refuse the options among names that are on the command line."""
    context = click.get_current_context()
    flags = {one.name: one.opts[0] for one in context.command.params}
    given = [name for name in names if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if given:
        raise InputError([Problem(flags[name], what) for name in given])


def _of_site_files(
    folder: Path, output: str | None, strict: bool, draws: tuple[int, int] | None, gwp_set: GwpSet | None
) -> None:
    from asmcarbon.batch.folder import REFUSED, footprints_of
    from asmcarbon.factors.tables import read_tables

    done = footprints_of(folder, read_tables(), progress, draws=draws, gwp_set=gwp_set)
    write(csv_text(done.rows), output)
    if output is None or output == "-":
        for one in done.refused:
            click.echo(_("refused: {file}:{row} {column} {value}: {reason}").format(**one), err=True)
    else:
        write(csv_text(done.refused, REFUSED), str(Path(output).with_name("refused.csv")))
    _counted(done.read, done.accepted)
    if strict and done.refused:
        sys.exit(1)


def _told(done: "Tabled", output: str | None) -> None:
    """Print what goes to standard output, and say what was refused."""
    if done.text is not None:
        click.echo(done.text, nl=False)
    if output in (None, "-"):
        for one in done.refused:
            click.echo(_("refused: {file}:{row} {column} {value}: {reason}").format(**one), err=True)
        if done.more:
            click.echo(_("refused: {n} more; write to a file to see all").format(n=done.more), err=True)
    _counted(done.manifest.read, done.manifest.accepted)


def _counted(read: int, accepted: int) -> None:
    summary = _("{read} read, {accepted} accepted, {refused} refused")
    click.echo(summary.format(read=read, accepted=accepted, refused=read - accepted), err=True)
