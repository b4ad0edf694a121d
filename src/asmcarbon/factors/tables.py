"""The tables of `emission_factors/`, read into frozen rows: one row, one number, one source."""

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from asmcarbon.errors import FactorError

if TYPE_CHECKING:
    import pint

COLUMNS = (
    "item", "region", "valid_from", "valid_to", "gas", "value", "unit", "gwp_set", "low", "high", "distribution",
    "boundary", "source_id", "locator", "checked", "checked_on", "redistributable", "note",
)  # fmt: skip
SOURCE_COLUMNS = ("source_id", "citation", "publisher", "year", "url", "licence", "retrieved")

# `NaN` and infinity are read, so that `check` can name them; anything else that is not plain decimal text is not.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?|[+-]?(nan|inf(inity)?)", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Source:
    """One publication that figures come from: a row of `sources.csv`."""

    source_id: str
    citation: str
    publisher: str
    year: int | None
    url: str
    licence: str
    retrieved: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One number from outside: a row of one of the tables."""

    table: str
    line: int
    release: str
    item: str
    region: str
    valid_from: int
    valid_to: int | None
    gas: str
    value: float
    unit: str
    gwp_set: str
    low: float | None
    high: float | None
    distribution: str
    boundary: str
    source_id: str
    locator: str
    checked: str
    checked_on: str
    redistributable: str
    note: str

    @property
    def factor_id(self) -> str:
        """The row's key as one text: item:region:valid_from:gas:boundary, `-` where a part is blank."""
        parts = (self.item, self.region, str(self.valid_from), self.gas, self.boundary)
        return ":".join(part or "-" for part in parts)

    @property
    def quantity(self) -> "pint.Quantity[float]":
        """The value with its unit. The unit registry is loaded at the first use, not when tables are read."""
        from asmcarbon.units import quantity

        return quantity(self.value, self.unit)

    def is_valid_in(self, year: int) -> bool:
        """Whether the row holds for a year: from `valid_from` to `valid_to`, or onwards where that is blank."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)


@dataclass(frozen=True, eq=False)
class FactorTables:
    """One release of the factor tables."""

    folder: Path
    release: str
    default_gwp_set: str
    factors: tuple[Factor, ...]
    sources: Mapping[str, Source]

    @cached_property
    def by_item(self) -> Mapping[str, tuple[Factor, ...]]:
        """The rows of each item, in the order of the tables."""
        rows: dict[str, list[Factor]] = {}
        for factor in self.factors:
            rows.setdefault(factor.item, []).append(factor)
        return MappingProxyType({item: tuple(found) for item, found in rows.items()})

    @cached_property
    def by_id(self) -> Mapping[str, Factor]:
        """Each row by its `factor_id`."""
        return MappingProxyType({factor.factor_id: factor for factor in self.factors})

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from plain parts, so that tables reach a worker process."""
        return _tables, (self.folder, self.release, self.default_gwp_set, self.factors, dict(self.sources))


def _tables(
    folder: Path, release: str, default_gwp_set: str, factors: tuple[Factor, ...], sources: dict[str, Source]
) -> FactorTables:
    return FactorTables(folder, release, default_gwp_set, factors, MappingProxyType(sources))


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
    message = f"no emission factor tables: neither {inside} nor {checkout} has a release.toml; install asmcarbon again"
    raise FactorError(message)


def read_tables(folder: Path | None = None) -> FactorTables:
    """Read the tables of a folder, or those that come with asmcarbon (these once a process).

    FactorError lists everything that could not be read, as `file:line  sentence`, one to a line.
    """
    return _default_tables() if folder is None else _read(folder)


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
            problems.append(f"{where}  source_id '{row['source_id']}' stands twice; each source has one row")
        year = _year(row["year"], f"{where}  year", problems)
        parts = {name: row[name] for name in SOURCE_COLUMNS if name != "year"}
        sources[row["source_id"]] = Source(year=year, **parts)
    factors: list[Factor] = []
    for path in sorted(folder.glob("*.csv")):
        if path.name != "sources.csv":
            for line, row in _rows(path, COLUMNS, problems):
                factor = _factor(path.stem, line, release, row, problems)
                if factor is not None:
                    factors.append(factor)
    if not factors and not problems:
        problems.append(f"{folder}  has no factor tables; expected .csv files with the columns {', '.join(COLUMNS)}")
    return _tables(folder, release, default_gwp_set, tuple(factors), sources), problems


def _parse_release(path: Path, problems: list[str]) -> tuple[str, str]:
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path.name}  cannot be read ({error})")
        return "", ""
    texts: list[str] = []
    for name in ("release", "default_gwp_set"):
        text = stated.get(name)
        if not isinstance(text, str) or not text:
            problems.append(f"{path.name}  has no '{name}'; expected a text, for example {name} = \"AR6\"")
            text = ""
        texts.append(text)
    return texts[0], texts[1]


def _rows(path: Path, columns: tuple[str, ...], problems: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a table with the line that each ends on."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = tuple(next(reader, ()))
            if header != columns:
                problems.append(f"{path.name}:1  columns are {', '.join(header)}; expected {', '.join(columns)}")
                return []
            rows: list[tuple[int, dict[str, str]]] = []
            for cells in reader:
                if len(cells) == len(columns):
                    rows.append((reader.line_num, dict(zip(columns, cells, strict=True))))
                else:
                    problems.append(f"{path.name}:{reader.line_num}  has {len(cells)} cells; expected {len(columns)}")
            return rows
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(f"{path.name}  cannot be read ({error})")
        return []


def _factor(table: str, line: int, release: str, row: dict[str, str], problems: list[str]) -> Factor | None:
    where = f"{table}.csv:{line}"
    before = len(problems)
    numbers = {name: _number(row[name], f"{where}  {name}", problems) for name in ("value", "low", "high")}
    years = {name: _year(row[name], f"{where}  {name}", problems) for name in ("valid_from", "valid_to")}
    value, valid_from = numbers["value"], years["valid_from"]
    problems.extend(f"{where}  has no {name}" for name in ("item", "region", "valid_from", "value") if not row[name])
    if len(problems) > before or value is None or valid_from is None:
        return None
    texts = {name: row[name] for name in COLUMNS if name not in numbers and name not in years}
    return Factor(
        table=table, line=line, release=release, value=value, low=numbers["low"], high=numbers["high"],
        valid_from=valid_from, valid_to=years["valid_to"], **texts,
    )  # fmt: skip


def _number(text: str, where: str, problems: list[str]) -> float | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        problems.append(f"{where} is '{text}'; expected a number with a point for decimals, for example 0.84")
        return None
    return float(text)


def _year(text: str, where: str, problems: list[str]) -> int | None:
    if not text:
        return None
    if not _YEAR.fullmatch(text):
        problems.append(f"{where} is '{text}'; expected a year, for example 2024")
        return None
    return int(text)
