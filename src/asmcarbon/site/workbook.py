"""A site in a workbook (.xlsx), for people who have a spreadsheet: the cells of its sheet, read without running any.

A workbook comes from anywhere: what it unpacks to is bounded before it is parsed, entities of XML are refused, links to
other files are dropped, and of formulas only the values that the file keeps are read.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asmcarbon.errors import InputError, MissingExtra, Problem
from asmcarbon.messages import _
from asmcarbon.site.files import SHEET, bytes_from
from asmcarbon.site.workbook_rows import Cell, Filled, SheetRow, filled

COLUMNS = ("key", "value", "unit", "range", "basis", "source")
LARGEST_WORKBOOK = 5_000_000
LARGEST_CONTENT = 20_000_000
# Of one part of it: openpyxl takes 5 s and 150 MB for 1 MB of styles, and 1 s for 1 MB of cells or texts.
LARGEST_PART, LARGEST_SHEET = 1_000_000, 4_000_000
MOST_PARTS = 2_000
MOST_ROWS, MOST_COLUMNS = 5_000, 50
# How far down the names of the columns are looked for.
_HEADER_WITHIN = 30

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def filled_in(path: Path) -> Filled:
    """Return what the sheet Site of a workbook says; InputError where the file is no workbook of that form."""
    name = str(path)
    if path.suffix.lower() != ".xlsx":
        what = _("is a {ending} file").format(ending=path.suffix.lower())
        raise _refusal(name, what, _("a workbook saved as .xlsx"), "site.xlsx")
    content = bytes_from(path, _("a workbook"), "site.xlsx", LARGEST_WORKBOOK)
    _check_container(content, name)
    return filled(list(_rows(content, name)), SHEET, name)


def _refusal(name: str, what: str, expected: str = "", example: str = "") -> InputError:
    return InputError(Problem("", what, expected, example, file=name))


def _check_container(content: bytes, name: str) -> None:
    """Refuse what is no workbook, and what unpacks to more than a site can be."""
    expected = _("a workbook saved as .xlsx")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _refusal(name, _("is protected by a password"), _("a workbook saved without one"))
        raise _refusal(name, _("is an old .xls workbook under another name"), expected)
    if not content.startswith(_ZIP):
        raise _refusal(name, _("is not a workbook"), expected, "asmcarbon init site.xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            parts = container.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _refusal(name, _("is a damaged workbook"), expected) from error
    if "xl/workbook.xml" not in {one.filename for one in parts}:
        raise _refusal(name, _("is a zip file and not a workbook"), expected)
    size = sum(one.file_size for one in parts)
    if size > LARGEST_CONTENT or len(parts) > MOST_PARTS:
        raise _too_large(name, _("unpacks to {size:.1f} MB").format(size=size / 1e6), LARGEST_CONTENT)
    for one in parts:
        holds_cells = one.filename.startswith("xl/worksheets/") or one.filename == "xl/sharedStrings.xml"
        largest = LARGEST_SHEET if holds_cells else LARGEST_PART
        if one.file_size > largest:
            what = _("has a part of {size:.1f} MB, {part}").format(size=one.file_size / 1e6, part=one.filename[:60])
            raise _too_large(name, what, largest)


def _too_large(name: str, what: str, largest: int) -> InputError:
    limit = _("at most {limit:.0f} MB; delete what is not the site's").format(limit=largest / 1e6)
    return _refusal(name, what, limit)


def _rows(content: bytes, name: str) -> Iterator[SheetRow]:
    """Yield the rows of the sheet below the names of its columns."""
    values = _sheet(content, name, with_values=True)
    formulas = _sheet(content, name, with_values=False) if _has_formulas(content) else values
    columns: dict[str, int] = {}
    for number, (row, written) in enumerate(zip(values, formulas, strict=False), start=1):
        if not columns:
            columns = _columns(row)
            if not columns and number >= _HEADER_WITHIN:
                break
            continue
        cells = {title: _cell(row[at], written[at], f"{_letters(at + 1)}{number}") for title, at in columns.items()}
        if all(one.is_empty for one in cells.values()):
            continue
        if number > MOST_ROWS:
            raise _refusal(name, _("has more than {n} rows in {sheet}").format(n=MOST_ROWS, sheet=SHEET))
        yield SheetRow(number, cells)
    if not columns:
        what = _("the sheet {sheet} has no row that names its columns").format(sheet=SHEET)
        raise _refusal(name, what, ", ".join(COLUMNS), "asmcarbon init site.xlsx")


def _has_formulas(content: bytes) -> bool:
    """Whether a sheet may have a formula: only then it is read twice."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            looks = ("xl/styles.xml", "xl/theme/")
            return any(b"<f" in container.read(one) for one in container.namelist() if not one.startswith(looks))
    except Exception:  # a damaged part that is no sheet of the site's
        return True


def _columns(row: tuple[Any, ...]) -> dict[str, int]:
    """Return where the columns stand, by their names; none where the row is not the one that names them."""
    named: dict[str, int] = {}
    for at, cell in enumerate(row):
        title = cell.value.strip().lower() if isinstance(cell.value, str) else ""
        if title in COLUMNS:
            named.setdefault(title, at)
    return named if {"key", "value"} <= named.keys() else {}


def _cell(read: Any, written: Any, name: str) -> Cell:
    if read.value is None and written.data_type != "f":
        return Cell(name=name)
    percent = isinstance(read.number_format, str) and "%" in read.number_format
    return Cell(read.value, name, percent, read.value is None)


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _sheet(content: bytes, name: str, *, with_values: bool) -> list[tuple[Any, ...]]:
    """Return the rows of the sheet Site as openpyxl gives them: with the values of formulas, or the formulas."""
    try:
        import defusedxml  # noqa: F401  with it, openpyxl refuses entities
        import openpyxl
    except ModuleNotFoundError:
        raise MissingExtra(_("reading a workbook"), "xlsx") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out: drop-downs, charts, links
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=with_values, keep_links=False)
            titles = [str(one) for one in book.sheetnames]
            title = next((one for one in titles if one.strip().lower() == SHEET.lower()), None)
            sheet = None if title is None else book[title]
            if sheet is not None and hasattr(sheet, "iter_rows"):
                return list(sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS))
    except Exception as error:  # whatever a damaged file makes of a parser
        raise _refusal(name, _("is a damaged workbook"), _("one that a spreadsheet saved as .xlsx")) from error
    what = _("has no sheet {sheet}").format(sheet=SHEET)
    raise _refusal(name, what, _("a sheet of that name beside {titles}").format(titles=", ".join(titles[:5])))
