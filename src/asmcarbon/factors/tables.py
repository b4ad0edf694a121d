"""The tables of `emission_factors/`, read into frozen rows: one row, one number, one source."""

import tomllib
from functools import cache
from pathlib import Path

from asmcarbon.errors import FactorError, InputError, Problem
from asmcarbon.factors.rows import (
    COLUMNS,
    OVERLAY,
    SOURCE_COLUMNS,
    Factor,
    FactorTables,
    Source,
    cells_of,
    factor_of,
    tables_of,
    year_of,
)
from asmcarbon.messages import _

__all__ = [
    "COLUMNS", "OVERLAY", "SOURCE_COLUMNS", "Factor", "FactorTables", "Source", "default_folder", "parse_folder",
    "read_tables", "release_folder",
]  # fmt: skip


def default_folder() -> Path:
    """Folder of the tables that come with asmcarbon.

    A checkout's own `emission_factors/` comes before the copy inside the package: an editable install leaves there
    the copy of the day it was installed.
    """
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent.parent / "emission_factors"
    if package.parent.name == "src" and (checkout / "release.toml").is_file():
        return checkout
    inside = package / "emission_factors"
    if (inside / "release.toml").is_file():
        return inside
    message = _(
        "no emission factor tables: neither {inside} nor {checkout} has a release.toml; install asmcarbon again"
    ).format(inside=inside, checkout=checkout)
    raise FactorError(message)


def read_tables(folder: Path | None = None, overlay: Path | None = None) -> FactorTables:
    """Read the tables of a folder, or those that come with asmcarbon (these once a process).

    overlay     a CSV file of the user's own rows, which come before the rows of the same item, region, gas and boundary

    FactorError lists everything in the tables that could not be read, as `file:line  sentence`, one to a line;
    InputError does so for the user's own file.
    """
    tables = _default_tables() if folder is None else _read(release_folder(folder))
    if overlay is None:
        return tables
    from asmcarbon.factors.overlay import overlaid  # with what it needs to look into a file that few users have

    return overlaid(tables, overlay)


def release_folder(folder: Path) -> Path:
    """Return a folder that holds a release of the tables; InputError for any other."""
    if not (folder / "release.toml").is_file():
        what = _("is not a folder of factor tables") if folder.is_dir() else _("does not exist")
        expected = _("the folder emission_factors of a release, out of its source archive or its wheel")
        raise InputError(Problem("", what, expected, "asmcarbon factors diff old/emission_factors", file=str(folder)))
    return folder


@cache
def _default_tables() -> FactorTables:
    return _read(default_folder())


def _read(folder: Path) -> FactorTables:
    tables, problems = parse_folder(folder)
    if problems:
        message = "\n".join(problems)
        raise FactorError(message)
    return tables


def parse_folder(folder: Path) -> tuple[FactorTables, list[str]]:
    """Return the rows that can be read, and a sentence for each thing that cannot."""
    problems: list[str] = []
    release, default_gwp_set = _parse_release(folder / "release.toml", problems)
    sources: dict[str, Source] = {}
    for line, row in _rows(folder / "sources.csv", SOURCE_COLUMNS, problems):
        where = f"sources.csv:{line}"
        if row["source_id"] in sources:
            problems.append(
                _("{where}  source_id '{source_id}' stands twice; each source has one row").format(
                    where=where, source_id=row["source_id"]
                )
            )
        year = year_of(row["year"], where, "year", problems)
        parts = {name: row[name] for name in SOURCE_COLUMNS if name != "year"}
        sources[row["source_id"]] = Source(year=year, **parts)
    factors: list[Factor] = []
    for path in sorted(folder.glob("*.csv")):
        if path.name != "sources.csv":
            table, name = path.stem, path.name
            for line, row in _rows(path, COLUMNS, problems):
                factor = factor_of(table, f"{name}:{line}", line, release, row, problems)
                if factor is not None:
                    factors.append(factor)
    if not factors and not problems:
        problems.append(
            _("{folder}  has no factor tables; expected .csv files with the columns {names}").format(
                folder=folder, names=", ".join(COLUMNS)
            )
        )
    return tables_of(folder, release, default_gwp_set, tuple(factors), sources), problems


def _parse_release(path: Path, problems: list[str]) -> tuple[str, str]:
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(_("{name}  cannot be read ({error})").format(name=path.name, error=error))
        return "", ""
    texts: list[str] = []
    for name, example in (("release", "2026.1"), ("default_gwp_set", "AR6")):
        text = stated.get(name)
        if not isinstance(text, str) or not text:
            problems.append(
                _("{name}  has no '{name_2}'; expected a text, for example {name_2} = \"{example}\"").format(
                    name=path.name, name_2=name, example=example
                )
            )
            text = ""
        texts.append(text)
    return texts[0], texts[1]


def _rows(path: Path, columns: tuple[str, ...], problems: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a table with the line that each ends on."""
    try:
        content = path.read_bytes()
    except OSError as error:
        problems.append(_("{name}  cannot be read ({error})").format(name=path.name, error=error.strerror or error))
        return []
    before = len(problems)
    lines = cells_of(path.name, content, problems)
    header = tuple(lines[0][1]) if lines else ()
    if header != columns:
        if len(problems) == before:
            problems.append(
                _("{name}:1  columns are {names}; expected {names_2}").format(
                    name=path.name, names=", ".join(header), names_2=", ".join(columns)
                )
            )
        return []
    rows: list[tuple[int, dict[str, str]]] = []
    for line, cells in lines[1:]:
        if len(cells) == len(columns):
            rows.append((line, dict(zip(columns, cells, strict=True))))
        else:
            problems.append(
                _("{name}:{line}  has {count} cells; expected {expected}").format(
                    name=path.name, line=line, count=len(cells), expected=len(columns)
                )
            )
    return rows
