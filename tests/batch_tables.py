"""Seeded tables of many sites, for tests and benchmarks of `asmcarbon batch`: plausible figures, and known bad rows.

    python tests/batch_tables.py --sites 1e6 --shape site|activity --seed 1 sites.parquet

A site table has one row a site and a unit in each header, an activity table one figure a row in mixed units. Tables of
one seed describe the same sites in both shapes (to six digits), and a table of n sites begins one of more. They are
written block by block, so that memory does not grow with the number of sites.

Of each whole block of 10,000 sites 30 are bad (0.3 %), the kinds in turn. `Written.bad` says which, and why.
"""

import argparse
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from msgspec import Struct
from polars.io.plugins import register_io_source

from asmcarbon.errors import AsmcarbonError
from asmcarbon.factors.choose import choose_gases
from asmcarbon.factors.tables import read_tables
from asmcarbon.site.items import ITEMS
from asmcarbon.units import quantity, unit_of

BLOCK = 10_000
BAD_OF_A_BLOCK = 30
ROW_GROUP = 100_000  # rows of a Parquet file that stand together, whatever the slices that it is written in
HEADER_LINES = 1  # `Bad.row` counts as a spreadsheet does: the header is row 1, in Parquet too


class Figure(Struct, frozen=True):
    """One figure of a site: how many sites state it, and what they state (log-normal).

    units    that of the site table's header first; an activity table takes any of them
    """

    item: str
    units: tuple[str, ...]
    share: float
    median: float
    spread: float
    decimals: int = 1

    @property
    def header(self) -> str:
        return f"{self.item} [{self.units[0]}]"


_FUEL = ("L/month", "L/week", "L/year", "gal_us/week", "drum/month", "jerrycan/week")
_METAL = ("g/week", "kg/year", "troy_oz/month", "tola/month", "g/day")
FIGURES = (
    Figure("diesel.generator", _FUEL, 0.7, 900, 0.9),
    Figure("diesel.engines", ("gal_us/week", *_FUEL[:3]), 0.5, 60, 0.8),
    Figure("diesel.machinery", ("L/week", *_FUEL[2:]), 0.35, 400, 1.0),
    Figure("diesel.vehicles", _FUEL, 0.4, 250, 0.8),
    Figure("diesel.density", ("kg/L",), 0.1, 0.84, 0.01, 3),
    Figure("diesel.net_calorific_value", ("GJ/t",), 0.05, 43, 0.01, 2),
    Figure("petrol.generator", ("L/week", *_FUEL[:1]), 0.2, 30, 0.7),
    Figure("petrol.engines", ("jerrycan/month", *_FUEL[:3]), 0.3, 8, 0.7),
    Figure("petrol.vehicles", _FUEL, 0.4, 80, 0.8),
    Figure("electricity", ("kWh/month", "kWh/year", "MWh/year"), 0.4, 2500, 1.1),
    Figure("anfo", ("kg/month", "kg/year", "t/year", "lb/month"), 0.3, 120, 0.9),
    Figure("ore", ("t/day", "t/week", "t/month", "t/year", "kg/day"), 0.8, 6, 1.0, 2),
    Figure("gold", _METAL, 0.9, 90, 1.0),
    Figure("silver", _METAL, 0.15, 60, 1.0),
    Figure("copper", ("t/year", "t/month", "kg/week"), 0.1, 20, 0.8, 2),
    Figure("tin", ("kg/month", "t/year", "kg/week"), 0.1, 300, 0.8),
    Figure("mercury", ("g/week", "kg/year", "lb/month"), 0.4, 100, 0.9),
    Figure("water", ("m3/month", "m3/day", "m3/year"), 0.5, 400, 1.0),
    Figure("workers", ("person",), 1.0, 35, 0.9, 0),
    Figure("women", ("person",), 0.8, 0, 0.0, 0),
    Figure("hours", ("h/week", "h/year", "h/month"), 0.9, 42, 0.2),
)
# Half of the 95 % range of a figure, in percent, and how many of the sites that state it state its range.
RANGES = {"diesel.generator": 0.5, "electricity": 0.4, "ore": 0.3, "gold": 0.3}
NUMBERS = (*(one.header for one in FIGURES), *(f"{item} [± %]" for item in RANGES))
TEXTS = ("site", "country", "programme", "basis")
SITE_COLUMNS = ("site", "country", "year", "programme", "basis", *NUMBERS)
ACTIVITY_COLUMNS = ("site", "item", "amount", "unit", "country", "year", "programme", "basis", "uncertainty")

_NAMES = ("Mina Río Verde", "Kédougou", "Coopérative Salé", "Batu Hitam", "Geita pit", "Ñañitas", "Site", "Cooperativa")
COUNTRIES = (
    "BFA", "BOL", "BRA", "CIV", "COD", "COL", "ECU", "ETH", "GHA", "GIN", "GUY", "IDN", "KEN", "MDG", "MLI", "MMR",
    "MNG", "MOZ", "NER", "NGA", "NIC", "PER", "PHL", "PNG", "RWA", "SDN", "SEN", "SLE", "SUR", "TZA", "UGA", "ZMB",
    "ZWE",
)  # fmt: skip
YEARS = (2022, 2023, 2024, 2025)

SITE_KINDS = (
    "negative amount", "text in a number cell", "unknown country", "year out of range", "women above workers",
    "not a number", "infinite", "too large", "empty name", "duplicate site near", "duplicate site far",
)  # fmt: skip
ACTIVITY_KINDS = (
    "negative amount", "text in a number cell", "unknown country", "year out of range", "women above workers",
    "not a number", "infinite", "too large", "empty name", "unknown unit", "ambiguous unit", "unit of another kind",
    "unknown item", "item twice", "another country",
)  # fmt: skip
_AMOUNTS: dict[str, Any] = {
    "negative amount": -12.5, "text in a number cell": "about ten", "not a number": np.nan, "infinite": np.inf,
    "too large": 1e40,
}  # fmt: skip
_UNITS = {"unknown unit": "sackful/week", "ambiguous unit": "oz/month", "unit of another kind": "km"}
_WRONG_COUNTRIES = ("XXX", "Atlantis", "P", "12")
_WRONG_YEARS = (1889, 2124, 0, 20244)


class Bad(Struct, frozen=True):
    """A row that `batch` has to refuse.

    row      as a spreadsheet counts: the header is 1; of an unknown country or year in an activity table, where all
             rows of the site have it, the first
    site     the site that it is of; the other rows of the site are refused with it, but not where its name is empty
    column   the header of the bad cell
    kind     one of SITE_KINDS or ACTIVITY_KINDS
    """

    row: int
    site: str
    column: str
    kind: str


class Written(Struct):
    """What a table holds: its rows, its sites, and which are bad."""

    rows: int
    sites: int
    bad: list[Bad]
    shape: str

    @property
    def accepted(self) -> int:
        """How many sites have a row in the output: in an activity table, a row without a name refuses no site."""
        if self.shape == "site":
            return self.sites - len(self.bad)
        return self.sites - len({one.site for one in self.bad if one.kind != "empty name"})


def write_site_table(path: Path, n: int, seed: int, *, blocks_at_a_time: int = 10) -> Written:
    """Write a table of one row a site, CSV or Parquet by its ending."""
    return _write(path, n, seed, blocks_at_a_time, "site")


def write_activity_table(
    path: Path, n: int, seed: int, *, blocks_at_a_time: int = 10, scattered: bool = False
) -> Written:
    """Write a table of one figure a row, CSV or Parquet by its ending.

    scattered   the rows of a site stand among those of other sites of its block, not one after the other
    """
    return _write(path, n, seed, blocks_at_a_time, "activity", scattered)


def _write(path: Path, n: int, seed: int, at_a_time: int, shape: str, scattered: bool = False) -> Written:
    is_csv = path.suffix.lower() == ".csv"
    # A column with text in it is text in its block alone: the numbers of others are written as numbers are.
    at_a_time = 1 if is_csv else at_a_time
    written = Written(0, 0, [], shape)
    firsts: list[dict[str, Any]] = []  # of each block: what a duplicate far from it repeats

    def frames() -> Iterator[pl.DataFrame]:
        parts: list[pl.DataFrame] = []
        for number in range(-(-n // BLOCK)):
            size = min(BLOCK, n - number * BLOCK)
            block = _Block(seed, number, size, is_csv)
            firsts.append(block.frame.row(0, named=True))
            frame, bad = block.site_table(firsts) if shape == "site" else block.activity_table(written.rows, scattered)
            parts.append(frame)
            written.rows += frame.height
            written.sites += size
            written.bad += bad
            if len(parts) == at_a_time:
                yield pl.concat(parts)
                parts = []
        if parts:
            yield pl.concat(parts)

    if is_csv:
        with path.open("wb") as file:
            file.write((",".join(SITE_COLUMNS if shape == "site" else ACTIVITY_COLUMNS) + "\n").encode())
            for frame in frames():
                frame.write_csv(file, include_header=False)
    else:
        _sink_parquet(frames(), path, _schema(shape))
    return written


def _schema(shape: str) -> dict[str, Any]:
    names = SITE_COLUMNS if shape == "site" else ACTIVITY_COLUMNS
    texts = (*TEXTS, "item", "unit")
    return {name: pl.String if name in texts else pl.Int64 if name == "year" else pl.Float64 for name in names}


def _sink_parquet(frames: Iterator[pl.DataFrame], path: Path, schema: dict[str, Any]) -> None:
    def source(columns: Any, predicate: Any, rows: Any, _batch: Any) -> Iterator[pl.DataFrame]:
        assert predicate is None and rows is None  # a sink asks for everything
        return (frame.select(columns) if columns else frame for frame in frames)

    register_io_source(source, schema=schema).sink_parquet(path, row_group_size=ROW_GROUP)


@cache
def places() -> tuple[tuple[str, int], ...]:
    """Return the countries and years for which the factor tables have a figure of electricity."""
    tables, found = read_tables(), []
    for country in COUNTRIES:
        for year in YEARS:
            try:
                choose_gases(tables, "electricity.grid", country, year, ("direct", "lifecycle"))
            except AsmcarbonError:
                continue
            found.append((country, year))
    return tuple(found)


def name_of(index: int) -> str:
    """Return the name of a site by its number in the table."""
    return f"{_NAMES[index % len(_NAMES)]} {index:08d}"


def site_contents(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows of a site table as the plain values of site files, for `site_of`: each figure as a text."""
    for row in frame.iter_rows(named=True):
        content: dict[str, Any] = {"name": row["site"], "country": row["country"], "year": row["year"]}
        for one in FIGURES:
            if row[one.header] is None:
                continue
            figure = {"value": f"{row[one.header]} {one.units[0]}", "basis": row["basis"]}
            ranged = row.get(f"{one.item} [± %]")
            if ranged is not None:
                figure["range"] = f"± {ranged} %"
            *parts, last = ITEMS[one.item]
            part = content
            for key in parts:
                part = part.setdefault(key, {})
            part[last] = figure
        yield content


class _Block:
    """Sites of one block, by a stream of random numbers of its own: what stands before it does not matter."""

    def __init__(self, seed: int, number: int, size: int, is_csv: bool) -> None:
        self.number, self.size, self.is_csv = number, size, is_csv
        self.rng = np.random.default_rng([seed, number])
        self.first = number * BLOCK
        self.frame = self._clean().head(size)
        # The first row of a block is never bad: it is what a duplicate far from it is of.
        chosen = np.sort(1 + self.rng.choice(BLOCK - 1, BAD_OF_A_BLOCK, replace=False))
        self.picks = self.rng.integers(1 << 30, size=BAD_OF_A_BLOCK)
        self.chosen: list[int] = [int(row) for row in chosen if row < size]

    def _clean(self) -> pl.DataFrame:
        rng, indexes = self.rng, np.arange(self.first, self.first + BLOCK)
        place = rng.integers(len(places()), size=BLOCK)
        countries, years = (np.array(one) for one in zip(*places(), strict=True))
        programmes = np.array([f"programme-{number:02d}" for number in range(20)])
        # Blanks are null, numbers are rounded as people round them.
        columns: dict[str, Any] = {
            "site": [name_of(int(index)) for index in indexes],
            "country": countries[place],
            "year": years[place],
            "programme": _some(rng, 0.7, programmes[rng.integers(len(programmes), size=BLOCK)]),
            "basis": np.array(["measured", "sourced", "assumed"])[rng.integers(3, size=BLOCK)],
        }  # fmt: skip
        amounts: dict[str, Any] = {}
        for one in FIGURES:
            drawn = one.median * np.exp(one.spread * rng.standard_normal(BLOCK)) if one.median else 0.0
            if one.item == "workers":
                drawn = 2 + drawn
            if one.item == "women":
                drawn = np.floor(amounts["workers"] * rng.beta(2, 5, BLOCK))
            if one.item == "hours":
                drawn = np.minimum(drawn, 84.0)
            drawn = np.round(np.maximum(drawn, 0.0 if one.item == "women" else 0.1), one.decimals)
            stated = rng.random(BLOCK) < one.share
            if one.item == "gold":
                stated |= np.isnan(amounts["ore"])  # every site states workers and one thing more
            amounts[one.item] = np.where(stated, drawn, np.nan)
            columns[one.header] = amounts[one.item]
        for item, share in RANGES.items():
            stated = (rng.random(BLOCK) < share) & ~np.isnan(amounts[item])
            columns[f"{item} [± %]"] = np.where(stated, np.round(rng.uniform(2, 40, BLOCK)), np.nan)
        return pl.DataFrame(columns).with_columns(
            pl.col(NUMBERS).fill_nan(None), pl.col("year").cast(pl.Int64), pl.col(TEXTS).cast(pl.String)
        )

    def _kinds(self, kinds: tuple[str, ...]) -> Iterator[tuple[int, str, int]]:
        """Yield each bad site by its row in the block, its kind, and a number to choose by."""
        kinds = tuple(one for one in kinds if self.is_csv or one != "text in a number cell")
        for nth, row in enumerate(self.chosen):
            yield row, kinds[(self.number * BAD_OF_A_BLOCK + nth) % len(kinds)], int(self.picks[nth])

    def site_table(self, firsts: list[dict[str, Any]]) -> tuple[pl.DataFrame, list[Bad]]:
        found: list[Bad] = []
        cells: dict[str, dict[int, Any]] = {}
        for row, kind, pick in self._kinds(SITE_KINDS):
            name = name_of(self.first + row)
            column: str = NUMBERS[pick % len(NUMBERS)]
            if kind in _AMOUNTS:
                value = _AMOUNTS[kind]
            elif kind == "unknown country":
                column, value = "country", _WRONG_COUNTRIES[pick % len(_WRONG_COUNTRIES)]
            elif kind == "year out of range":
                column, value = "year", _WRONG_YEARS[pick % len(_WRONG_YEARS)]
            elif kind == "women above workers":
                column, value = "women [person]", 1.0 + self.frame["workers [person]"][row]
            elif kind == "empty name":
                column, value = "site", ""
            else:
                is_near = kind.endswith("near") or self.number == 0
                before = max(set(range(row)) - set(self.chosen))
                same = self.frame.row(before, named=True) if is_near else firsts[pick % self.number]
                column, value = "site", same["site"]
                name = value
                for other in ("country", "year"):  # of another year it would be none
                    cells.setdefault(other, {})[row] = same[other]
            cells.setdefault(column, {})[row] = value
            found.append(Bad(self.first + row + 1 + HEADER_LINES, "" if value == "" else name, column, kind))
        return _with(self.frame, cells).select(SITE_COLUMNS), found

    def activity_table(self, rows_before: int, scattered: bool) -> tuple[pl.DataFrame, list[Bad]]:
        frame = self._long()
        counts = np.bincount(frame["at"].to_numpy(), minlength=self.size)
        ends = np.cumsum(counts)
        order = self.rng.permutation(frame.height) if scattered else np.arange(frame.height)
        stands = np.argsort(order) + rows_before + 1 + HEADER_LINES  # where each row comes to stand
        found: list[Bad] = []
        cells: dict[str, dict[int, Any]] = {}
        for at, kind, pick in self._kinds(ACTIVITY_KINDS):
            start, end = int(ends[at] - counts[at]), int(ends[at])
            row, rows = start + pick % (end - start), [start + pick % (end - start)]
            column: str = "amount"
            if kind in _AMOUNTS:
                value = _AMOUNTS[kind]
            elif kind in _UNITS:
                column, value = "unit", _UNITS[kind]
            elif kind == "unknown country":
                column, value = "country", _WRONG_COUNTRIES[pick % len(_WRONG_COUNTRIES)]
                rows = list(range(start, end))
            elif kind == "year out of range":
                column, value, rows = "year", _WRONG_YEARS[pick % len(_WRONG_YEARS)], list(range(start, end))
            elif kind == "another country":
                row, column = max(row, start + 1), "country"
                value, rows = "FRA", [row]
            elif kind == "unknown item":
                column, value = "item", "dynamite"
            elif kind == "empty name":
                column, value, row, rows = "site", "", start, [start]  # not its workers: women need them
            elif kind == "item twice":
                row, column, value = start + 1, "item", frame["item"][start]
                rows = [row]
                for same in ("amount", "unit"):
                    cells.setdefault(same, {})[row] = frame[same][start]
            else:
                # Women are no item of every site: another figure of the site becomes theirs, so many that none works.
                items = frame["item"][start:end].to_list()
                row = start + (items.index("women") if "women" in items else (items.index("workers") + 1) % len(items))
                rows, value = [row], 1e6
                cells.setdefault("item", {})[row], cells.setdefault("unit", {})[row] = "women", "person"
            cells.setdefault(column, {}).update(dict.fromkeys(rows, value))
            place = int(stands[rows].min())
            found.append(Bad(place, "" if value == "" else name_of(self.first + at), column, kind))
        shown = _with(frame, cells)[order].select(ACTIVITY_COLUMNS)
        return shown, sorted(found, key=lambda one: one.row)

    def _long(self) -> pl.DataFrame:
        """Return one row a figure, each in one of its units; `at` is the row of its site in the block."""
        wide = self.frame.with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
        parts: list[pl.DataFrame] = []
        for number, one in enumerate(FIGURES):
            unit = self.rng.integers(len(one.units), size=BLOCK)[: self.size]
            sizes = np.array([quantity(1.0, one.units[0]).m_as(unit_of(other)) for other in one.units])
            ranged = f"{one.item} [± %]"
            parts.append(
                wide.select(
                    "at",
                    *TEXTS,
                    "year",
                    pl.lit(number).alias("number"),
                    pl.lit(one.item).alias("item"),
                    (pl.col(one.header) * pl.Series(sizes[unit])).round_sig_figs(6).alias("amount"),
                    pl.Series("unit", np.array(one.units)[unit]),
                    (pl.col(ranged) if one.item in RANGES else pl.lit(None, pl.Float64)).alias("uncertainty"),
                ).filter(pl.col("amount").is_not_null())
            )
        return pl.concat(parts).sort("at", "number")


def _some(rng: np.random.Generator, share: float, values: np.ndarray) -> list[str | None]:
    return [
        str(one) if is_stated else None for one, is_stated in zip(values, rng.random(len(values)) < share, strict=True)
    ]


def _with(frame: pl.DataFrame, cells: dict[str, dict[int, Any]]) -> pl.DataFrame:
    """Return a frame with some cells changed; a column of numbers that gets a text is text."""
    changed: list[pl.Series] = []
    for name, values in cells.items():
        series = frame[name]
        if series.dtype != pl.String and any(isinstance(one, str) for one in values.values()):
            series = series.cast(pl.String)
            values = {row: one if isinstance(one, str) else str(one) for row, one in values.items()}
        rows = list(values)
        changed.append(series.clone().scatter(rows, pl.Series(list(values.values()), dtype=series.dtype)))
    return frame.with_columns(changed)


def main() -> None:
    parser = argparse.ArgumentParser(description="A seeded table of sites, with known bad rows.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--sites", type=float, default=1e4)
    parser.add_argument("--shape", choices=("site", "activity"), default="site")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write = write_site_table if given.shape == "site" else write_activity_table
    written = write(given.path, int(given.sites), given.seed)
    print(f"{written.rows} rows of {written.sites} sites, {len(written.bad)} of them bad: {given.path}")


if __name__ == "__main__":
    main()
