"""A workbook to fill in: the commented site files as a sheet, for people who have a spreadsheet and no editor."""

import re
from math import ceil
from typing import Any, get_args

from asmcarbon.exchange.sheets import COMMON_LOOKS, Column, Sheet, Table, add_sheets, looks_of, new_book
from asmcarbon.measures import Basis
from asmcarbon.messages import _
from asmcarbon.site.fields import Place, place_at
from asmcarbon.site.files import SHEET
from asmcarbon.site.template_rows import TemplateRow, template_rows
from asmcarbon.units import is_of, quantity, unit_list

# Rows at the end for keys that the template has not.
_FREE_ROWS = 30
# Longest list that a spreadsheet keeps in the cell itself.
_LONGEST_CHOICES = 250
# Characters that fit a line of what a row says, in the widest of the usual fonts.
_LINE = 72
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_BASES = get_args(Basis)
# Units to choose from, by what a figure measures; any other of asmcarbon's may be typed.
_OFFERED = (
    "L/day", "L/week", "L/month", "L/year", "drum/week", "drum/month", "jerrycan/week", "jerrycan/month",
    "t/day", "t/month", "t/year", "kg/day", "kg/month", "kg/year", "g/month", "troy_oz/month", "troy_oz/year",
    "kWh/month", "kWh/year", "MWh/year", "kWh", "kW", "W", "hp", "m", "km", "ha", "m2", "ha/year", "m2/year",
    "person", "h/day", "h/week", "h/month", "h/year", "day/week", "day/month", "day/year", "h", "day", "month", "year",
    "L/h", "L/kWh", "kg/L", "GJ/t", "kg", "L", "m3", "m3/year", "t*km/year", "%", "1/month", "1/year",
    "USD", "USD/month", "USD/year", "USD/L", "USD/kWh", "USD/kW", "USD/kW/month", "USD/kW/year", "USD/kg", "USD/t",
    "USD/ha", "USD/ha/year", "USD/kWh/year", "USD/tCO2e", "tC/ha", "t/ha", "tC/ha/year", "kgCO2e/kg", "kgCO2e/kWh",
    "tCO2e/year", "tCO2e/ha/year", "m2/kW", "m/s", "day/ha", "day/ha/year", "day/kW/year",
)  # fmt: skip


def site_workbook(kind: str = "underground") -> bytes:
    """Return a workbook with the rows of a template, how to fill them in, and the units."""
    book, content = new_book()
    looks = _looks(book)
    _SiteSheet(book.add_worksheet(SHEET), looks).write(template_rows(kind))
    _write_how_to(book.add_worksheet(_("How to")), looks)
    add_sheets(book, [_units_sheet()])
    book.close()
    return content.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    """Return how cells look."""
    line = {"border": 1, "border_color": "#C9CFCB"}
    grey = {"bg_color": "#F1F3F2", "font_color": "#4A544E"}
    forms: dict[str, dict[str, Any]] = {
        **COMMON_LOOKS,
        "paragraph": {},
        "strong": {"bold": True, "valign": "bottom"},
        "key": {**line, **grey, "align": "left", "indent": 1},
        "value": {**line, "locked": False, "align": "right", "indent": 1},
        "text": {**line, "locked": False, "align": "left", "indent": 1, "num_format": "@"},
        "free": {**line, "locked": False, "align": "left", "indent": 1, "num_format": "@"},
    }
    return looks_of(book, forms)


class _SiteSheet:
    """The sheet to fill in."""

    def __init__(self, sheet: Any, looks: dict[str, Any]) -> None:
        self.sheet, self.looks = sheet, looks

    def write(self, rows: list[TemplateRow]) -> None:
        """Write the whole sheet: what to do, names of columns, a row a figure, free rows, drop-downs and print."""
        sheet, looks = self.sheet, self.looks
        sheet.set_row(0, 26)
        sheet.set_row(1, 18)
        sheet.write_string(0, 0, _("A site for asmcarbon"), looks["title"])
        told = _(
            "Replace every figure in the white cells by your own, and empty the rows that your site does not have; the"
            " sheet '{how_to}' says more."
        )
        sheet.write_string(1, 0, told.format(how_to=_("How to")), looks["told"])
        # Not translated: they are the words by which the sheet is read.
        titles = ("Key", _("What it is"), "Value", "Unit", "Range", "Basis", "Source")
        for column, (title, width) in enumerate(zip(titles, (36, 60, 16, 13, 18, 11, 38), strict=True)):
            sheet.write_string(2, column, title, looks["header"])
            sheet.set_column(column, column, width)
        number = 3
        for row in rows:
            self._write_row(number, row)
            number += 1
        heading = _("Further keys, as asmcarbon schema lists them")
        self._write_row(number, TemplateRow((), heading, is_heading=True))
        for free in range(number + 1, number + 1 + _FREE_ROWS):
            for column in range(7):
                sheet.write_blank(free, column, None, looks["value" if column == 2 else "free"])
            self._offer_basis(free)
        self._finish(number + _FREE_ROWS)

    def _write_row(self, number: int, row: TemplateRow) -> None:
        sheet, looks = self.sheet, self.looks
        place = place_at(row.path)
        about = _told(row, is_named=place is not None and place.is_named)
        look = looks["heading" if row.is_heading else "key"]
        sheet.set_row(number, 3 + 12.5 * max(1, ceil(len(about) / _LINE)))
        sheet.write_string(number, 0, row.key, looks["free"] if place is not None and place.is_named else look)
        sheet.write_string(number, 1, about, look)
        if row.is_heading or place is None:
            for column in range(2, 7):
                sheet.write_blank(number, column, None, looks["heading"])
            return
        self._write_value(number, row, place)
        others = (row.unit, row.low_high, row.basis, row.source)
        look = looks["free" if place.kind == "measure" else "key"]
        for column, text in enumerate(others, start=3):
            sheet.write(number, column, text or None, look)
        if place.kind == "measure":
            self._offer(number, 3, _units_for(place), is_free=True)
            self._offer_basis(number)

    def _write_value(self, number: int, row: TemplateRow, place: Place) -> None:
        sheet, looks = self.sheet, self.looks
        if place.kind == "truth" and row.value:
            sheet.write_boolean(number, 2, row.value == "true", looks["value"])
        elif place.kind in ("measure", "number") and _NUMBER.fullmatch(row.value):
            sheet.write_number(number, 2, float(row.value), looks["value"])
        else:
            look = looks["value" if place.kind in ("measure", "number", "truth") else "text"]
            sheet.write(number, 2, row.value or None, look)
        self._offer(number, 2, ("true", "false") if place.kind == "truth" else place.choices)

    def _offer_basis(self, number: int) -> None:
        self._offer(number, 5, _BASES)

    def _offer(self, number: int, column: int, choices: tuple[str, ...], *, is_free: bool = False) -> None:
        """Let a cell be chosen from a list; where it is free, anything else may be typed too."""
        if choices and len(",".join(choices)) <= _LONGEST_CHOICES:
            rule = {"validate": "list", "source": list(choices), "show_error": not is_free}
            self.sheet.data_validation(number, column, number, column, rule)

    def _finish(self, last: int) -> None:
        sheet = self.sheet
        sheet.freeze_panes(3, 0)
        sheet.protect(
            "", {"format_cells": True, "format_columns": True, "format_rows": True, "insert_rows": True, "sort": True}
        )
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
        sheet.print_area(0, 0, last, 6)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.set_footer("&L&F&R&P / &N")


def _told(row: TemplateRow, *, is_named: bool) -> str:
    """Return what a row says of itself, with an example where it may be left out."""
    about = row.about
    if row.is_heading and row.path and row.path[-1].isdecimal():
        about = _("No. {n}").format(n=int(row.path[-1]) + 1)
    if row.example and about:
        about = _("{about} (for example {example})").format(about=about, example=row.example)
    elif row.example:
        about = _("For example {example}").format(example=row.example)
    if is_named:
        about = (
            _("{about}. Another word may end the key.").format(about=about)
            if about
            else _("Another word may end the key.")
        )
    return about


def _units_for(place: Place) -> tuple[str, ...]:
    """Return the units to choose from for a figure."""
    measure = place.measure
    if measure is None:
        return ()
    if measure.units:
        return measure.units
    kinds = [one for one in (measure.unit, measure.also) if one]
    return tuple(unit for unit in _OFFERED if any(is_of(quantity(1.0, unit), one) for one in kinds))


def _write_how_to(sheet: Any, looks: dict[str, Any]) -> None:
    """Write what there is to know before one fills in a site."""
    lines = [
        (_("How to fill in a site"), "title"),
        (_("Fill in the white cells of the sheet {sheet}. The grey ones tell what stands where: leave them."), ""),
        (_("An empty value counts as nothing stated. Empty what your site does not have: no example may stay."), ""),
        (_("Value and unit"), "strong"),
        (_("Write a number, and choose a unit or type another: the sheet {units} lists them all."), ""),
        (_("Or write both into the value as text, 1200 L/month, and leave the unit empty."), ""),
        (_("ton, oz and gallon are refused: they mean different amounts in different countries."), ""),
        (_("Range, basis, source"), "strong"),
        (_("Range: how sure you are, as ± 10 % or as two limits in the same unit, 1000..1500."), ""),
        (_("Basis: measured (a meter, a scale, receipts), sourced (a document) or assumed, as what is empty is."), ""),
        (_("Source: what stands behind the figure, for example fuel receipts of 2024."), ""),
        (_("Lists"), "strong"),
        (
            _("Machines, generators, parcels and the like are numbered from 0: energy.machines.0 is the first."),
            "",
        ),
        (
            _("An empty one stands after the last. For more, type keys with the next number into the rows at the end."),
            "",
        ),
        (_("Short lists stand in one cell, apart by commas: above_ground, litter."), ""),
        (_("Your own"), "strong"),
        (
            _("Colours, further columns and sheets are yours: they are not read. Formulas count by their values."),
            "",
        ),
        (_("Save the file as .xlsx, without a password."), ""),
        (_("Then"), "strong"),
        (_("asmcarbon check site.xlsx tells what is wrong or missing, each with its cell."), ""),
        (_("asmcarbon footprint site.xlsx tells what the site emits, per tonne and per job."), ""),
        (_("asmcarbon optimise site.xlsx tells what to build, what it costs and saves."), ""),
    ]
    sheet.set_column(0, 0, 110)
    for number, (text, look) in enumerate(lines):
        sheet.set_row(number, 26 if look == "title" else 22 if look else 15)
        sheet.write_string(number, 0, text.format(sheet=SHEET, units=_("Units")), looks[look or "paragraph"])
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&F&R&P / &N")


def _units_sheet() -> Sheet:
    """Return every unit that may be typed."""
    columns = (
        Column(_("unit"), width=20), Column(_("also"), width=24), Column(_("definition"), width=32),
        Column(_("of"), width=26), Column(_("source"), width=76),
    )  # fmt: skip
    rows = [[one.name, ", ".join(one.aliases), one.definition, one.dimension, one.source] for one in unit_list()]
    said = [_("Joined by / and *: L/month, USD/kWh, t*km/year.")]
    return Sheet(_("Units"), _("Units that may be written"), said, [Table("", columns, rows)])
