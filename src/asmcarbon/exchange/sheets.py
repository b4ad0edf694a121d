"""Sheets of a workbook to read: what stands on them as plain tables, and how they are written.

Numbers are numbers and texts are texts: no text of a site's becomes a formula. What we write as a formula has its value
beside it, for programs that calculate nothing.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import ceil, fsum
from typing import Any, Literal

from msgspec import Struct

from asmcarbon.errors import MissingExtra
from asmcarbon.messages import _

Form = Literal["text", "number", "precise", "general", "money", "share", "whole"]

# A sign is told in each: a section with a condition would leave it out. `_)` keeps numbers off the line beside them.
_FORMATS: dict[Form, str] = {
    "text": "@", "number": "#,##0.00_)", "precise": "#,##0.000_)", "general": "General_)",
    "money": '#,##0_);-#,##0_);"–"_)', "share": "0.0%_)", "whole": "0_)",
}  # fmt: skip
# From here on, of a number with decimals only the whole is shown.
_WHOLE_FROM = 1000.0
_GREEN, _LINES, _PALE, _GREY = "#1F4E3D", "#C9CFCB", "#DCE8E1", "#4A544E"
# Characters across which a text runs before it goes on in the next line.
_PARAGRAPH = 120
_POINTS_A_LINE = 13.0
# Less money is what rounding left.
_LEAST_MONEY = 0.005


class Formula(Struct, frozen=True):
    """A formula of ours, in which {row} is its row and {first} and {last} are those of its table, and its value."""

    text: str
    value: float | None


class Shown(Struct, frozen=True):
    """A number that is shown otherwise than its column."""

    value: float
    form: Form


class Column(Struct, frozen=True):
    """One column of a table.

    title   with its unit, where all of it has one
    width   in characters
    is_added  whether a last row adds it up
    """

    title: str
    form: Form = "text"
    width: int = 14
    is_added: bool = False


class Table(Struct, frozen=True):
    """A table below a heading.

    named   names that formulas call a cell by, with its row and column in the table
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    named: Mapping[str, tuple[int, int]] = {}


class Sheet(Struct, frozen=True):
    """A sheet: its title, what is said below it, and its tables one below the other."""

    name: str
    title: str
    lines: Sequence[str] = ()
    tables: Sequence[Table] = ()


def new_book() -> tuple[Any, io.BytesIO]:
    """Return a workbook to write and the bytes that it becomes once it is closed: of no date, the same each time."""
    try:
        import xlsxwriter
    except ModuleNotFoundError:
        raise MissingExtra(_("writing a workbook"), "xlsx") from None
    content = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, {"in_memory": True, **plain})
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC), "comments": "asmcarbon"})
    return book, content


def looks_of(book: Any, forms: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return how cells look, by name: what all have in common and what is their own."""
    base = {"font_name": "Calibri", "font_size": 10, "valign": "top", "text_wrap": True}
    return {name: book.add_format({**base, **form}) for name, form in forms.items()}


COMMON_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "text_wrap": False, "valign": "vcenter"},
    "told": {"font_color": _GREY, "text_wrap": False},
    "header": {
        "border": 1,
        "border_color": _LINES,
        "bold": True,
        "bg_color": _GREEN,
        "font_color": "#FFFFFF",
        "align": "left",
        "indent": 1,
    },
    "heading": {"border": 1, "border_color": _LINES, "bold": True, "bg_color": _PALE, "align": "left", "indent": 1},
}


def workbook_of(sheets: Sequence[Sheet]) -> bytes:
    """Return sheets as a workbook."""
    book, content = new_book()
    add_sheets(book, sheets)
    book.close()
    return content.getvalue()


def add_sheets(book: Any, sheets: Sequence[Sheet]) -> None:
    """Write sheets behind those that a workbook has."""
    line = {"border": 1, "border_color": _LINES}
    looks: dict[str, Any] = {
        "subtitle": {"bold": True, "font_size": 12, "text_wrap": False},
        "paragraph": {"font_color": _GREY},
    }
    for form, code in _FORMATS.items():
        side: dict[str, Any] = {"align": "right", "text_wrap": False}
        looks[form] = {**line, **({"align": "left", "indent": 1} if form == "text" else side), "num_format": code}
        looks[f"sum of {form}"] = {**looks[form], "bold": True, "top": 2}
    looks["right header"] = {**COMMON_LOOKS["header"], "align": "right"}
    made = looks_of(book, {**COMMON_LOOKS, **looks})
    for sheet in sheets:
        _Page(book, sheet, made).write()


class _Page:
    """One sheet as it is written, from the top down."""

    def __init__(self, book: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
        self.book, self.sheet, self.looks = book, sheet, looks
        self.page = book.add_worksheet(sheet.name)
        self.row = 0

    def write(self) -> None:
        """Write it all."""
        page = self.page
        widths = self._widths()
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.set_row(0, 26)
        page.write_string(0, 0, self.sheet.title, self.looks["title"])
        self.row = 1
        for text in self.sheet.lines:
            self._paragraph(text, widths)
        single = len(self.sheet.tables) == 1
        for table in self.sheet.tables:
            self._table(table, is_alone=single)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(0.4, 0.4, 0.5, 0.6)
        page.set_footer("&L&A&R&P / &N")

    def _widths(self) -> list[int]:
        tables = self.sheet.tables
        most = max((len(one.columns) for one in tables), default=0)
        return [max(one.columns[n].width for one in tables if n < len(one.columns)) for n in range(most)]

    def _paragraph(self, text: str, widths: Sequence[int]) -> None:
        """Write a text across as many columns as a page is wide; a long one goes on in further lines."""
        across, room = 0, 0
        while across < len(widths) and room < _PARAGRAPH:
            room += widths[across]
            across += 1
        lines = ceil(len(text) / max(room, 40))
        look = self.looks["paragraph"]
        if lines > 1 and across > 1:
            self.page.merge_range(self.row, 0, self.row, across - 1, "", look)
        self.page.set_row(self.row, 3 + _POINTS_A_LINE * lines)
        self.page.write_string(self.row, 0, text, look if lines > 1 else self.looks["told"])
        self.row += 1

    def _table(self, table: Table, *, is_alone: bool) -> None:
        page, looks = self.page, self.looks
        self.row += 1
        if table.title:
            page.set_row(self.row, 20)
            page.write_string(self.row, 0, table.title, looks["subtitle"])
            self.row += 1
        tall = max((ceil(len(one.title) / max(one.width - 2, 1)) for one in table.columns), default=1)
        page.set_row(self.row, 3 + _POINTS_A_LINE * tall)
        for column, one in enumerate(table.columns):
            page.write_string(self.row, column, one.title, looks["header" if one.form == "text" else "right header"])
        if is_alone:
            page.freeze_panes(self.row + 1, 0)
            page.repeat_rows(self.row)
        first, last = self.row + 2, self.row + 1 + len(table.rows)
        for values in table.rows:
            self.row += 1
            self._values(table, values, first, last)
        self.row += 1
        if any(one.is_added for one in table.columns) and table.rows:
            self._sums(table, first, last)
            self.row += 1
        for name, (at, column) in table.named.items():
            self.book.define_name(name, f"='{self.sheet.name}'!${chr(65 + column)}${first + at}")

    def _values(self, table: Table, values: Sequence[Any], first: int, last: int) -> None:
        tall = 1
        for column, (one, value) in enumerate(zip(table.columns, values, strict=True)):
            if value is None:
                self.page.write_blank(self.row, column, None, self.looks[one.form])
            elif isinstance(value, bool | str):
                text = value if isinstance(value, str) else _("yes") if value else ""
                tall = max(tall, ceil(len(text) / max(one.width - 2, 1)))
                self.page.write_string(self.row, column, text, self.looks["text"])
            elif isinstance(value, Formula):
                look = self._look(one.form, value.value)
                self._formula(column, value.text, value.value, look, first, last)
            else:
                form, number = (value.form, value.value) if isinstance(value, Shown) else (one.form, value)
                remainder = form == "money" and abs(number) < _LEAST_MONEY
                self.page.write_number(self.row, column, 0 if remainder else number, self._look(form, number))
        if tall > 1:
            self.page.set_row(self.row, 3 + _POINTS_A_LINE * tall)

    def _look(self, form: Form, value: float | None) -> Any:
        """Return how a number looks: a large one without decimals."""
        is_large = form in ("number", "precise") and abs(value or 0.0) >= _WHOLE_FROM
        return self.looks["money" if is_large else form]

    def _formula(self, column: int, text: str, value: float | None, look: Any, first: int, last: int) -> None:
        written = text.format(row=self.row + 1, first=first, last=last)
        self.page.write_formula(self.row, column, written, look, "" if value is None else value)

    def _sums(self, table: Table, first: int, last: int) -> None:
        for column, one in enumerate(table.columns):
            look = self.looks[f"sum of {one.form}"]
            if one.is_added:
                letter = chr(65 + column)
                plain = [value.value if isinstance(value, Formula) else value for value in _column(table, column)]
                total = fsum(value for value in plain if value is not None)
                self.page.write_formula(self.row, column, f"=SUM({letter}{first}:{letter}{last})", look, total)
            elif column == 0:
                self.page.write_string(self.row, 0, _("in all"), self.looks["sum of text"])
            else:
                self.page.write_blank(self.row, column, None, look)


def _column(table: Table, column: int) -> list[Any]:
    return [row[column] for row in table.rows]
