"""Tables in and out: an activity table to sites, rows to CSV that no spreadsheet runs."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.site.items import ITEMS

COLUMNS = ("site", "item", "amount", "unit", "country", "year")
LARGEST_CELL = 1000

_EXAMPLE = (
    ("mine-1", "diesel.generator", "36500", "L/year", "PER", "2024"),
    ("mine-1", "ore", "1200", "t/year", "PER", "2024"),
    ("mine-1", "gold", "12", "kg/year", "PER", "2024"),
    ("mine-1", "workers", "120", "person", "PER", "2024"),
    ("mine-1", "hours", "2080", "h/year", "PER", "2024"),
)


class TableSite(Struct):
    """The rows of one site in an activity table, and the site that they describe."""

    name: str
    content: dict[str, Any]
    rows: dict[tuple[str, ...], int] = field(default_factory=dict[tuple[str, ...], int])
    values: dict[int, str] = field(default_factory=dict[int, str])
    problems: list[tuple[int, str, str, str]] = field(default_factory=list[tuple[int, str, str, str]])


def template() -> str:
    """Return an activity table with one example site."""
    return csv_text([dict(zip(COLUMNS, row, strict=True)) for row in _EXAMPLE], COLUMNS)


def read_activity_table(path: Path) -> list[TableSite]:
    """Return the sites of an activity table, in the order of their first rows; InputError where it is no such table."""
    sites: dict[str, TableSite] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = tuple(cell.strip().lower() for cell in next(reader, ()))
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                what = _("has no column {columns}").format(columns=", ".join(missing))
                raise InputError(Problem("", what, ",".join(COLUMNS), file=str(path), line=1))
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    _add(sites, header, cells, reader.line_num)
    except OSError as error:
        raise InputError(
            Problem("", _("cannot be read: {reason}").format(reason=error.strerror), file=str(path))
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        what = _("is not a CSV table in UTF-8 ({reason})").format(reason=str(error)[:80])
        raise InputError(Problem("", what, _("save it as CSV UTF-8"), file=str(path))) from error
    return list(sites.values())


def _add(sites: dict[str, TableSite], header: tuple[str, ...], cells: list[str], line: int) -> None:
    row = {name: cell.strip()[:LARGEST_CELL] for name, cell in zip(header, cells, strict=False)}
    name = row.get("site", "")
    site = sites.setdefault(name, TableSite(name, {"name": name}))
    site.values[line] = f"{row.get('amount', '')} {row.get('unit', '')}"
    if len(cells) != len(header):
        site.problems.append((line, "", "", _("has {n} cells; expected {m}").format(n=len(cells), m=len(header))))
        return
    for key, value in (
        ("country", row["country"]),
        ("year", int(row["year"]) if row["year"].isdecimal() else row["year"]),
    ):
        if site.content.setdefault(key, value) != value:
            what = _("differs from the site's first row, {value}").format(value=site.content[key])
            site.problems.append((line, key, row[key], what))
        site.rows.setdefault((key,), line)
    path = ITEMS.get(row["item"])
    if path is None:
        site.problems.append(
            (line, "item", row["item"], _("is not an item; expected one of {items}").format(items=", ".join(ITEMS)))
        )
    elif path in site.rows:
        what = _("stands twice; first in row {first}").format(first=site.rows[path])
        site.problems.append((line, "item", row["item"], what))
    else:
        site.rows[path] = line
        part = site.content
        for key in path[:-1]:
            part = part.setdefault(key, {})
        part[path[-1]] = f"{row['amount']} {row['unit']}"


def csv_text(rows: Sequence[dict[str, Any]], columns: Sequence[str] | None = None) -> str:
    """Return rows as CSV; columns are those of all rows, in the order in which they first stand."""
    names = list(columns) if columns is not None else list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_cell(row.get(name)) for name in names] for row in rows])
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
