"""`asmcarbon portfolio`."""

import hashlib
from pathlib import Path

import click

from asmcarbon.cli.files import (
    as_json_text,
    csv_option,
    json_option,
    one_form,
    output_option,
    page_option,
    progress,
    write,
)
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.portfolio.fund import Fund, read_fund
from asmcarbon.portfolio.offers import frontier_read
from asmcarbon.reports.csv_text import csv_text
from asmcarbon.reports.portfolio import Given, Progress, frontier_rows, portfolio_report, portfolio_table
from asmcarbon.reports.portfolio_text import portfolio_text
from asmcarbon.reports.rows import provenance, tables_for
from asmcarbon.site.files import text_from
from asmcarbon.site.read import read_site
from asmcarbon.site.site import Site


@click.command("portfolio")
@click.argument("fund", metavar="FUND.yaml", type=click.Path(path_type=Path))
@click.option(
    "--next", "next_money", metavar="MONEY", help="Tell what so much more would buy, for example '250000 USD'."
)
@click.option(
    "--frontiers", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Keep the frontier of each site here, and take those that are there already.",
)  # fmt: skip
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
    help="Most time for the frontiers of all sites, and for each choice: what is found by then is told, with its gap.",
)  # fmt: skip
@json_option
@csv_option
@page_option
@output_option
def command(
    fund: Path, next_money: str | None, frontiers: Path | None, time_limit: float | None, as_json: bool, as_csv: bool,
    page: str | None, output: str | None,
) -> None:  # fmt: skip
    """Tell which sites a fund should pay for, at which point of their frontiers, in which year.

    FUND.yaml lists site files, or reports of `asmcarbon frontier --json`, a budget by years, limits by country and
    mineral, floors for jobs and women, and a goal: most tonnes avoided, most jobs, or least cost.
    """
    one_form(as_json, as_csv)
    read = read_fund(fund)
    if next_money is not None:
        read = _with_next(read, next_money)
    report = portfolio_report(read, _given(read, fund.parent, frontiers, time_limit), time_limit)
    if page is not None:
        from asmcarbon.reports.page.page import fund_page

        write(fund_page(report), page)
    if as_csv:
        write(csv_text(portfolio_table(report)), output)
    else:
        write(as_json_text(report) if as_json else portfolio_text(report), output)


def _with_next(fund: Fund, text: str) -> Fund:
    from pydantic import TypeAdapter, ValidationError

    from asmcarbon.measures import Money
    from asmcarbon.site.read import problems_of

    try:
        return fund.model_copy(update={"next": TypeAdapter(Money).validate_python(text)})
    except ValidationError as error:
        (problem,) = problems_of(error, "--next")
        raise InputError(problem) from error


def _given(fund: Fund, folder: Path, kept: Path | None, limit_s: float | None) -> list[Given]:
    """Return the frontier of each site of a fund; the problems of all its files at once."""
    reports: dict[str, bytes] = {}
    sites: dict[str, tuple[Site, FactorTables, Path]] = {}
    problems: list[Problem] = []
    seen: dict[Path, str] = {}
    for name in fund.sites:
        path = folder / name
        try:
            if (first := seen.setdefault(path.resolve(), name)) != name:
                what = _("is the same file as {first}").format(first=first)
                raise InputError(Problem("sites", what, _("each site once"), file=name))
            if path.suffix == ".json" and b'"points"' in (content := text_from(path).encode()):
                frontier_read(content, name)
                reports[name] = content
            else:
                site = read_site(path)
                _refuse_stages(site, name)
                sites[name] = site, tables_for(site, path.parent), path.parent
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    missing = {name: _kept(kept, *one, fund.points) for name, one in sites.items()}
    lacking = [name for name, (_path, content) in missing.items() if content is None]
    told = Progress(progress, len(lacking), limit_s)
    found: dict[str, bytes | str] = dict(reports)
    for name, (path, content) in missing.items():
        if content is None:
            site, tables, own = sites[name]
            rows = frontier_rows(site, tables, fund.points, own, told.next(site.name))
            content = rows if isinstance(rows, str) else as_json_text(rows).encode()
            if path is not None and isinstance(content, bytes) and limit_s is None:
                write(content.decode(), str(path))
        found[name] = content
    return [(name, found[name]) for name in fund.sites]


def _refuse_stages(site: Site, name: str) -> None:
    if site.options.stages is not None:
        what = _("plans over stages, which are not told against today")
        raise InputError(Problem("options.stages", what, _("a site without them"), file=name))


def _kept(
    kept: Path | None, site: Site, tables: FactorTables, folder: Path, points: int
) -> tuple[Path | None, bytes | None]:
    """Return where the frontier of a site is kept, and the report that is there; its name tells all that it is of."""
    if kept is None:
        return None, None
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = _("cannot be made: {reason}").format(reason=error.strerror or error)
        raise InputError(Problem("--frontiers", what, _("a folder"), file=str(kept))) from error
    made_of = provenance(site, tables.release)
    digest = hashlib.sha256(f"{made_of} {points}".encode())
    for named in (site.energy.weather.file, site.method.factors):
        if named is not None and (folder / named).is_file():
            digest.update((folder / named).read_bytes())
    path = kept / f"{digest.hexdigest()[:32]}.json"
    if not path.is_file():
        return path, None
    content = path.read_bytes()
    try:
        frontier_read(content, str(path))
    except InputError:
        return path, None
    return path, content
