"""Receipts added up into the figures of the site that names them, each with what stands behind it."""

from collections.abc import Sequence
from datetime import date
from math import fsum
from pathlib import Path
from typing import Any

from msgspec import Struct
from pydantic import ValidationError

from asmcarbon.errors import Problem
from asmcarbon.measures import Datum, weakest
from asmcarbon.messages import _
from asmcarbon.site.containers import containers_of
from asmcarbon.site.equations import annualised
from asmcarbon.site.receipts import Receipt, Table, Window, flow_of, read_receipts
from asmcarbon.site.records import MOST_FILES, Records, days_of
from asmcarbon.units import quantity

Content = dict[str, Any]
Lines = dict[tuple[Any, ...], int]


def file_names(content: Content) -> list[str] | None:
    """Return the files of receipts that a site's plain values name; None where they name none."""
    given = content.get("receipts")
    names = [given] if isinstance(given, str) else given
    if isinstance(names, list) and names and all(isinstance(one, str) for one in names):
        return list(names)
    return None


def with_receipts(content: Content, names: list[str], folder: Path, file: str, lines: Lines) -> "Summed":
    """Return a site's plain values with its receipts added up into them, and everything that is wrong with these.

    names   the files of receipts, in a folder
    file    what errors call the site's own file, and the line of each of its keys
    """
    year, records = content.get("year"), _records_of(content)
    window = _window(year, records)
    wrong = _wrong_names(names)
    if wrong:
        problems = [
            Problem("receipts", wrong, _("files beside the site file"), "receipts.csv", lines.get(("receipts",)), file)
        ]
        return Summed({**content, "receipts": [_UNREAD]}, problems)
    containers = containers_of(content.get("containers"))
    tables = [read_receipts(folder / name, name, window, containers) for name in names]
    problems = [problem for table in tables for problem in table.problems]
    scale = None
    if window is not None and records is not None and records.annualise:
        scale = records, days_of(window.first.year)
    summed = Summed({**content, "receipts": _read_rows(tables)}, problems)
    for item in dict.fromkeys(one.item for table in tables for one in table.receipts):
        summed.place(item, _sum(item, tables, scale), file, lines)
    return summed


# Stands for what was read where something is wrong with it, so that nothing else is said of receipts.
_UNREAD = {"file": "?", "sha256": "0" * 64, "lines": 1, "first": "2000-01-01", "last": "2000-01-01"}


def _records_of(content: Content) -> Records | None:
    try:
        return Records.model_validate(content.get("records"))
    except ValidationError:
        return None


def _window(year: object, records: Records | None) -> Window | None:
    """Return the days that receipts may be of: those of the records, or of the site's year."""
    if not isinstance(year, int) or not 1990 <= year <= 2100:
        return None
    if records is not None and {records.from_[:4], records.until[:4]} == {str(year)}:
        words = _("the records, from {start} until {until}").format(start=records.from_, until=records.until)
        return Window(date.fromisoformat(records.from_), date.fromisoformat(records.until), words)
    return Window(date(year, 1, 1), date(year, 12, 31), _("the site's year, {year}").format(year=year))


def _wrong_names(names: list[str]) -> str:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        return _("'{name}' is named twice").format(name=twice[:60])
    if len(names) > MOST_FILES:
        return _("names {n} files, more than {most}").format(n=len(names), most=MOST_FILES)
    odd = next((name for name in names if not name.isprintable() or not 0 < len(name) <= 200), None)
    return "" if odd is None else _("'{name}' is not the name of a file").format(name=odd[:60])


def _read_rows(tables: Sequence[Table]) -> list[Content]:
    """Return what was read from each file: how many lines, of which days, and which of them repeat an earlier one."""
    rows: list[Content] = []
    seen: set[tuple[Any, ...]] = set()
    for table in tables:
        repeats: list[int] = []
        for one in table.receipts:
            key = (one.day, one.item, one.amount, one.unit, one.note)
            if key in seen:
                repeats.append(one.line)
            seen.add(key)
        days = sorted(one.day.isoformat() for one in table.receipts)
        if days:
            read = {"file": table.name, "sha256": table.sha256, "lines": len(days), "first": days[0], "last": days[-1]}
            rows.append({**read, "repeats": repeats})
        else:
            rows.append(_UNREAD)
    return rows


def _sum(item: str, tables: Sequence[Table], scale: tuple[Records, int] | None) -> Datum:
    """Return the year's amount of an item.

    The sum of its receipts, exact to the last digit whatever their order. It has a range where each of them has one, by
    its container: limits are added, as if all were as full or as empty together. What is scaled to the year has none.
    """
    found = {table.name: [one for one in table.receipts if one.item == item] for table in tables}
    receipts = [one for rows in found.values() for one in rows]
    value, low, high = (
        fsum(one.amount * getattr(one.size, limit) for one in receipts) for limit in ("value", "low", "high")
    )
    source = _told([name for name, rows in found.items() if rows], receipts)
    unit = f"{_flow(item)[1]}/year"
    if scale is not None and scale[0].days < scale[1]:
        records, whole = scale
        source = _("{source}, times {whole}/{days} days").format(source=source, whole=whole, days=records.days)
        # assumed: no receipt stands behind the rest of the year
        return Datum(quantity(annualised(value, whole, records.days), unit), source=source)
    basis = weakest(one.size.basis for one in receipts)
    if not all(one.size.low < one.size.high for one in receipts):
        return Datum(quantity(value, unit), basis=basis, source=source)
    return Datum(quantity(value, unit), quantity(low, unit), quantity(high, unit), basis, source)


def _flow(item: str) -> tuple[tuple[str, ...], str]:
    flow = flow_of(item)
    assert flow is not None, item  # receipts of other items were refused
    return flow


def _told(names: list[str], receipts: Sequence[Receipt]) -> str:
    """Return what stands behind a sum, in the length that a source may have."""
    files = ", ".join(names)
    if len(files) > 200:
        files = _("{n} files").format(n=len(names))
    first, last = min(one.day for one in receipts), max(one.day for one in receipts)
    one, many = _("{n} receipt of {files}, of {first}"), _("{n} receipts of {files}, from {first} to {last}")
    told = (one if len(receipts) == 1 else many).format(n=len(receipts), files=files, first=first, last=last)
    containers = list(dict.fromkeys(one.size.container for one in receipts if one.size.container))
    if len(containers) > 3:
        containers = [_("{n} kinds of container").format(n=len(containers))]
    return ", ".join([told, *containers])


class Summed(Struct, frozen=True):
    """A site's plain values with sums of receipts in them, and what is wrong."""

    content: Content
    problems: list[Problem]

    def place(self, item: str, datum: Datum, file: str, lines: Lines) -> None:
        """Put the sum of an item where the site has its figure; what the site states itself is a problem."""
        path, _unit = _flow(item)
        if path[0] == "materials":
            self._place_material(path[1], datum, file, lines)
            return
        part: Content = self.content
        for key in path[:-1]:
            below = part.get(key, {})
            if not isinstance(below, dict):
                return  # what the site says of this group is refused
            part[key] = dict(below)
            part = part[key]
        if part.get(path[-1]) is not None:
            self._refuse(path, item, file, lines)
        else:
            part[path[-1]] = datum
            lines.setdefault(path, lines.get(("receipts",), 1))

    def _place_material(self, name: str, datum: Datum, file: str, lines: Lines) -> None:
        listed = self.content.get("materials", [])
        if not isinstance(listed, list):
            return
        listed = list(listed)
        number = next((n for n, one in enumerate(listed) if isinstance(one, dict) and one.get("item") == name), None)
        if number is None:
            listed.append({"item": name, "amount": datum})
        elif any(listed[number].get(key) is not None for key in ("amount", "spend")):
            self._refuse(("materials", number), f"materials.{name}", file, lines)
        else:
            listed[number] = {**listed[number], "amount": datum}
        self.content["materials"] = listed

    def _refuse(self, path: tuple[Any, ...], item: str, file: str, lines: Lines) -> None:
        what = _("stands here and in receipts, as {item}").format(item=item)
        where, line = ".".join(str(key) for key in path), lines.get(path)
        self.problems.append(Problem(where, what, _("one of the two"), "", line, file))
