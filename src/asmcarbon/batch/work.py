"""One part of a run to its files: results, refusals, and what tells its sites apart; the same bytes by any engine."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
from msgspec import Struct

from asmcarbon.batch import activities
from asmcarbon.batch.columns import WORDS, items
from asmcarbon.batch.draws import Draws
from asmcarbon.batch.files import written
from asmcarbon.batch.layout import Layout, is_activity_table, layout_of
from asmcarbon.batch.part import Recipe, Result, result_of
from asmcarbon.batch.pieces import joined
from asmcarbon.batch.read import frame_of
from asmcarbon.batch.sources import Part, Source
from asmcarbon.batch.stated import Refusal, Stated, in_order, stated_in
from asmcarbon.batch.twice import marks_of, reason_twice, repeated
from asmcarbon.errors import InputError
from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.reports.csv_text import FORMULA, csv_lines

Codes = np.ndarray[Any, np.dtype[np.int64]]


class Plan(Struct, frozen=True):
    """What is to be done with the tables of a run; all that decides its results but the factors and our version.

    stated    items that the tables state, of activity tables all that there are
    method    of the accounts, as a site states it
    is_csv    results are CSV, or Parquet
    has_lines the lines of each site are told as well
    draws      number and seed of the Monte Carlo draws, or None for none
    """

    sources: tuple[Source, ...]
    stated: tuple[str, ...]
    words: tuple[str, ...]
    has_ranges: bool
    method: dict[str, str]
    is_csv: bool
    has_lines: bool = False
    draws: tuple[int, int] | None = None


class Count(Struct, frozen=True):
    """How many rows of a part were read and accepted; the others are refused."""

    read: int
    accepted: int
    sites: int


def plan_of(
    sources: Sequence[Source],
    method: dict[str, str],
    *,
    is_csv: bool,
    has_lines: bool = False,
    draws: tuple[int, int] | None = None,
) -> Plan:
    """Return what is to be done with tables; InputError lists all that is wrong with their headers."""
    stated: dict[str, None] = {}
    words: dict[str, None] = {}
    has_ranges, problems = False, []
    for source in sources:
        try:
            if is_activity_table(source.header):
                columns = activities.columns_of(source.header, source.name)
                named = activities.items_in(source)
                stated |= dict.fromkeys(named & items().keys())
                words |= dict.fromkeys(named & WORDS.keys())
                has_ranges |= activities.RANGE in columns
            else:
                layout = layout_of(source.header, source.name)
                stated |= dict.fromkeys(layout.quantities)
                words |= dict.fromkeys(layout.words)
                has_ranges |= bool(layout.ranges)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    order = [name for name in items() if name in stated]
    return Plan(
        tuple(sources),
        tuple(order),
        tuple(name for name in WORDS if name in words),
        has_ranges,
        method,
        is_csv,
        has_lines,
        draws,
    )


def recipe_of(plan: Plan, tables: FactorTables) -> Recipe:
    """Return how the sites of a run are computed."""
    known = items()
    return Recipe(
        tables,
        tuple(name for name in plan.stated if known[name].is_amount),
        tuple(name for name in plan.stated if not known[name].is_amount and known[name].path[0] != "people"),
        tuple(name for name in plan.stated if known[name].path[0] == "people"),
        plan.words,
        plan.method,
        plan.has_ranges,
        plan.has_lines,
        None if plan.draws is None else Draws(*plan.draws),
    )


def worked(plan: Plan, part: Part, recipe: Recipe, doubled: Sequence[int] = ()) -> tuple[Result, Codes, Stated]:
    """Return the results of a part, the row of the table of each of its rows (from 1), and what it states.

    doubled   sites of an activity table that stand in an earlier part
    """
    source = plan.sources[part.source]
    if part.pieces:
        frame, refused, numbers = joined(part)
    else:
        frame, refused = frame_of(source, part)
        numbers = np.arange(frame.height) + part.first + 1
    frame, refused, rows = _without_blank_rows(frame, refused, numbers)
    decimal = source.spoken.decimal if source.spoken is not None else "."
    if is_activity_table(source.header):
        pivot = activities.pivoted(frame, activities.columns_of(source.header, source.name), decimal, refused)
        stated = _with_all(pivot.stated, recipe)
        found = result_of(stated, recipe, doubled, activities.sites_out(pivot))
        told = _told_once(activities.refused_rows(pivot, found.refused), refused)
        out = np.zeros(len(rows), dtype=bool)
        out[[one.row for one in told]] = True
        return Result(found.rows, in_order(told), ~out, found.lines), rows, stated
    layout: Layout = layout_of(source.header, source.name)
    stated = stated_in(frame, layout, decimal)
    stated.refused = [*_told_once(stated.refused, refused), *refused]
    stated = _with_all(stated, recipe)
    return result_of(stated, recipe, repeated(marks_of(stated))), rows, stated


def _told_once(found: Sequence[Refusal], miscounted: Sequence[Refusal]) -> list[Refusal]:
    """Return refusals without what else is said of rows whose cells are not those of the header."""
    rows = {one.row for one in miscounted}
    return [one for one in found if one.row not in rows or one in miscounted]


def _without_blank_rows(
    frame: pl.DataFrame, refused: list[Refusal], rows: Codes
) -> tuple[pl.DataFrame, list[Refusal], Codes]:
    """Leave out the rows without anything in them.

    rows   their numbers in the table: a header is row 1
    """
    text = pl.all().cast(pl.String).fill_null("").str.strip_chars()
    suspect = frame.select(pl.first().cast(pl.String).fill_null("").str.strip_chars() == "").to_series().to_numpy()
    if not suspect.any():
        return frame, refused, rows
    blank = suspect.copy()
    blank[suspect] = frame.filter(pl.Series(suspect)).select(pl.all_horizontal(text == "")).to_series().to_numpy()
    if not blank.any():
        return frame, refused, rows
    number = np.cumsum(~blank) - 1
    moved = [Refusal(int(number[one.row]), one.column, one.value, one.reason) for one in refused if not blank[one.row]]
    return frame.filter(pl.Series(~blank)), moved, rows[~blank]


def _with_all(stated: Stated, recipe: Recipe) -> Stated:
    """Return what rows state, with the items that only other tables of the run have."""
    for name in (*recipe.amounts, *recipe.others, *recipe.people):
        stated.amounts.setdefault(name, np.zeros(stated.size))
        stated.is_stated.setdefault(name, np.zeros(stated.size, dtype=bool))
    for name in recipe.words:
        stated.words.setdefault(name, pl.Series([""] * stated.size, dtype=pl.String))
    return stated


def file_of(folder: Path, part: int, kind: str) -> Path:
    """Return where a part of a run keeps something until the run is done."""
    return folder / f"{part:06}.{kind}"


def keep(plan: Plan, part: Part, folder: Path, doubled: Sequence[int] = (), *, recipe: Recipe) -> Count:
    """Work on a part and keep what it came to in a folder; a part whose count is there is done."""
    found, rows, stated = worked(plan, part, recipe, doubled)
    count = Count(len(rows), int(found.accepted.sum()), found.rows.height)
    name = plan.sources[part.source].name
    written(file_of(folder, part.number, "rows"), lambda file: write_rows(found.rows, file, is_csv=plan.is_csv))
    if found.lines is not None:
        lines = found.lines
        written(file_of(folder, part.number, "lines"), lambda file: write_rows(lines, file, is_csv=plan.is_csv))
    told = [(name, int(rows[one.row]), one.column, one.value, one.reason) for one in found.refused]
    written(file_of(folder, part.number, "refused"), lambda file: file.write(csv_lines(told).encode()))
    written(file_of(folder, part.number, "sites"), lambda file: np.save(file, marks_of(stated)))
    accepted = np.where(found.accepted, rows, 0)
    written(file_of(folder, part.number, "accepted"), lambda file: np.save(file, accepted))
    written(file_of(folder, part.number, "count"), lambda file: file.write(msgspec.json.encode(count)))
    return count


def take_out(plan: Plan, part: Part, folder: Path, doubled: Sequence[int]) -> Count:
    """Refuse rows of a site table whose sites stand in an earlier part, and keep what is left beside what there was.

    What a part was worked to stays: whatever stops a run in the middle of this, it can be done again.
    """
    accepted = np.load(file_of(folder, part.number, "accepted"))
    out = np.zeros(len(accepted), dtype=bool)
    out[np.asarray(doubled)] = True
    out &= accepted > 0
    rows = read_rows(file_of(folder, part.number, "rows"), is_csv=plan.is_csv)
    gone = out[accepted > 0]
    sites, left = rows.filter(gone).select("site", "year"), rows.filter(~gone)
    written(left_of(folder, part.number, "rows"), lambda file: write_rows(left, file, is_csv=plan.is_csv))
    if plan.has_lines:
        lines = read_rows(file_of(folder, part.number, "lines"), is_csv=plan.is_csv)
        its = lines.join(sites, on=["site", "year"], how="anti", maintain_order="left")
        written(left_of(folder, part.number, "lines"), lambda file: write_rows(its, file, is_csv=plan.is_csv))
    source = plan.sources[part.source]
    column = next(name for name in source.header if name.strip().lower() == "site")
    told = zip(accepted[out].tolist(), sites["site"].to_list(), strict=True)
    refused = file_of(folder, part.number, "refused").read_text(encoding="utf-8").splitlines(keepends=True)
    refused += [csv_lines([(source.name, row, column, name, reason_twice())]) for row, name in told]
    by_row = sorted(refused, key=lambda line: int(next(csv.reader([line]))[1]))
    written(left_of(folder, part.number, "refused"), lambda file: file.write("".join(by_row).encode()))
    was = count_of(folder, part.number)
    count = Count(was.read, was.accepted - int(out.sum()), was.sites - int(out.sum()))
    written(left_of(folder, part.number, "count"), lambda file: file.write(msgspec.json.encode(count)))
    return count


def count_of(folder: Path, part: int) -> Count:
    """Return how much of a part was read and accepted."""
    return msgspec.json.decode(done_of(folder, part, "count").read_bytes(), type=Count)


def left_of(folder: Path, part: int, kind: str) -> Path:
    """Return where there is what was left of a part when sites of earlier parts were taken out."""
    return folder / f"{part:06}.{kind}.left"


def done_of(folder: Path, part: int, kind: str) -> Path:
    """Return where there is what a part came to."""
    left = left_of(folder, part, kind)
    return left if left.exists() else file_of(folder, part, kind)


def write_rows(frame: pl.DataFrame, file: Any, *, is_csv: bool) -> None:
    """Write results as they are to be, or for CSV, which is made at the end, as is fastest to read."""
    if is_csv:
        frame.write_ipc(file)
    else:
        frame.write_parquet(file)


def read_rows(file: Path, *, is_csv: bool) -> pl.DataFrame:
    """Return results as they were written."""
    return pl.read_ipc(file) if is_csv else pl.read_parquet(file)


def safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Return texts that no spreadsheet takes for a formula."""
    risky = pl.col(pl.String).str.head(1).is_in(FORMULA)
    return frame.with_columns(pl.when(risky).then("'" + pl.col(pl.String)).otherwise(pl.col(pl.String)).name.keep())


_recipes: dict[bytes, Recipe] = {}


def kept_elsewhere(plan: Plan, part: Part, folder: Path, doubled: Sequence[int] = ()) -> Count:
    """Work on a part in another process, or on another machine that shares the folder and the tables."""
    key = msgspec.json.encode(plan)
    if key not in _recipes:
        _recipes.clear()
        _recipes[key] = recipe_of(plan, read_tables())
    return keep(plan, part, folder, doubled, recipe=_recipes[key])
