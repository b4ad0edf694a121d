"""Results as a workbook: from a total to its source, and what LibreOffice makes of the formulas."""

import csv
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from spreadsheet import AS_SHOWN, numbers, reopened

from asmcarbon.exchange.results_workbook import results_workbook
from asmcarbon.exchange.sheets import Column, Sheet, Table, workbook_of
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.planned import planned_report
from asmcarbon.site.read import read_site, site_from

EXAMPLES = Path(__file__).parents[2] / "examples"
PLANNED = ["milling_centre/site", "milling_centre/financed", "copper_cobalt/financed", "alluvial_gold/financed"]


@cache
def results(name: str) -> tuple[dict[str, Any], bytes]:
    path = EXAMPLES / f"{name}.yaml"
    site, tables = read_site(path), read_tables()
    report = planned_report(site, tables, path.parent, None, lambda _text: None)
    return report, results_workbook(site, report, tables)


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[bytes, bool], Any]:
    def open_it(book: bytes, with_values: bool = True) -> Any:
        (tmp_path / "results.xlsx").write_bytes(book)
        return openpyxl.load_workbook(tmp_path / "results.xlsx", data_only=with_values)

    return open_it


def table(page: Any, first: str) -> list[dict[str, Any]]:
    """The rows below the header that begins with a word, up to the first empty one."""
    rows = list(page.iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if row[0] == first)
    titles = rows[at]
    found = []
    for row in rows[at + 1 :]:
        if row[0] in (None, "in all"):
            break
        found.append(dict(zip(titles, row, strict=True)))
    return found


def test_every_line_is_told_with_its_factor_and_every_factor_with_its_source(opened):
    report, book = results("milling_centre/site")
    pages = opened(book)
    lines = table(pages["Lines"], "stated at")
    today = report["footprint_today"]
    assert [(one["factor"], one["gas"], one["scope"]) for one in lines] == [
        (one["factor_id"], one["gas"], one["scope"]) for one in today["lines"]
    ]
    assert [one["kgCO2e/year"] for one in lines] == pytest.approx([one["co2e"]["value"] for one in today["lines"]])
    sources = {one["factor"]: one for one in table(pages["Sources"], "factor")}
    tables = read_tables()
    own = {one["factor_id"] for one in today["lines"]} - tables.by_id.keys()
    assert own == {"materials.0.factor"} or not own
    for one in today["lines"]:
        if one["factor_id"] not in own:
            factor, told = tables.by_id[one["factor_id"]], sources[one["factor_id"]]
            assert (told["value"], told["unit"], told["where in it"]) == (factor.value, factor.unit, factor.locator)
            assert told["source"]
            assert told["licence"]
    assert len(sources) == len(table(pages["Sources"], "factor"))


def test_totals_are_sums_over_the_lines_that_can_be_followed(opened):
    report, book = results("milling_centre/site")
    lines = table(opened(book)["Lines"], "stated at")
    totals = report["footprint_today"]["totals"]
    summary = opened(book, with_values=False)["Summary"]
    formulas = {row[0].value: row[1].value for row in summary.iter_rows() if row[0].value}
    assert formulas["scope 1"].startswith("=(SUMIFS('Lines'!$H:$H,'Lines'!$C:$C,1,'Lines'!$D:$D,\"energy\"))/1000")
    values = {row[0].value: row[1].value for row in opened(book)["Summary"].iter_rows() if row[0].value}
    for scope in (1, 2, 3):
        by_hand = sum(one["kgCO2e/year"] for one in lines if (one["scope"], one["account"]) == (scope, "energy")) / 1000
        assert values[f"scope {scope}"] == pytest.approx(by_hand)
        assert totals[f"scope_{scope}"]["value"] == pytest.approx(by_hand)


def test_the_cash_flow_comes_to_the_net_present_value_by_hand(opened):
    report, book = results("milling_centre/site")
    page = opened(book)["Cash flow"]
    years = table(page, "end of year")
    (rate,) = [row[1] for row in page.iter_rows(values_only=True) if row[0] == "discount rate, real"]
    assert rate == 0.1
    by_hand = sum(
        (one["to run, as today"] - one["to invest"] - one["to run"] - one["left over"])
        / (1 + rate) ** one["end of year"]
        for one in years
    )
    assert by_hand == pytest.approx(report["net_present_value"], rel=1e-9)
    assert years[-1]["so far"] == pytest.approx(by_hand, rel=1e-9)
    assert [row[4] for row in page.iter_rows(values_only=True) if row[0] == "in all"] == pytest.approx(
        [sum(one["in all"] for one in years)]
    )


def test_debt_cover_is_the_cash_for_each_dollar_that_is_due(opened):
    _report, book = results("milling_centre/financed")
    years = table(opened(book)["Cash with financing"], "end of year")
    due = [one for one in years if one["debt service"]]
    assert due
    for one in due:
        assert one["debt service"] == pytest.approx(one["interest"] + one["repaid"])
        assert one["debt cover (DSCR)"] == pytest.approx(one["cash available for debt service"] / one["debt service"])


@pytest.mark.parametrize("name", PLANNED)
def test_libreoffice_calculates_the_values_that_are_told(tmp_path: Path, name: str):
    """All formulas anew, by a program of others."""
    path = tmp_path / "results.xlsx"
    path.write_bytes(results(name)[1])
    ours, theirs = numbers(path), numbers(reopened(path, tmp_path))
    assert len(ours) > 400
    assert theirs.keys() == ours.keys()
    off = {at: (one, theirs[at]) for at, one in ours.items() if theirs[at] != pytest.approx(one, rel=1e-9, abs=1e-6)}
    assert off == {}


def test_a_wrong_value_beside_a_formula_would_be_seen(tmp_path: Path):
    """That LibreOffice calculates anew, and does not repeat what it was given."""
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "wrong.xlsx") as book:
        book.add_worksheet("Sums").write_formula(0, 0, "=1+1", None, 3)
    assert numbers(tmp_path / "wrong.xlsx") == {"Sums!A1": 3}
    assert numbers(reopened(tmp_path / "wrong.xlsx", tmp_path)) == {"Sums!A1": 2}


SHOWN = {
    "number": ["-421.84", "0.00", "-5,000", "12.35", "1,234,568"],
    "precise": ["-421.840", "0.000", "-5,000", "12.346", "1,234,568"],
    "money": ["-422", "–", "-5,000", "12", "1,234,568"],
    "share": ["-42184.0%", "0.0%", "-500020.0%", "1234.6%", "123456789.1%"],
    "whole": ["-422", "0", "-5000", "12", "1234568"],
    "general": ["-421.84", "0", "-5000.2", "12.3456", "1234567.891"],
}


def test_a_number_is_shown_with_its_sign_and_no_more_digits_than_it_needs(tmp_path: Path):
    """As LibreOffice shows it: 421.84 for -421.84 would tell a saving as a cost."""
    columns = [Column(form, form, 20) for form in SHOWN]  # type: ignore[arg-type]
    rows = [[number] * len(SHOWN) for number in (-421.84, 0.0, -5000.2, 12.3456, 1234567.891)]
    (tmp_path / "shown.xlsx").write_bytes(workbook_of([Sheet("Shown", "Shown", (), [Table("", columns, rows)])]))
    with reopened(tmp_path / "shown.xlsx", tmp_path, AS_SHOWN).open(encoding="utf-8", newline="") as file:
        shown = [row for row in csv.reader(file) if row[1]]
    assert {head: [one.strip() for one in values] for head, *values in zip(*shown, strict=True)} == SHOWN


HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org","x")',
    "http://a.example",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_a_text_whatever_it_begins_with(opened, name: str):
    told = name.replace("'", "''")
    text = (
        f"name: '{told}'\ncountry: PER\nyear: 2024\n"
        f"energy: {{diesel: {{engines: {{value: 1 L/day, source: '{told}'}}}}}}\n"
        f"materials: [{{item: '{told}', amount: 1 t/year, factor: {{value: 1 kgCO2e/kg, source: '{told}'}}}}]\n"
        f"method: {{exclusions: [{{source: '{told}', reason: '{told}'}}]}}\n"
    )
    site, tables = site_from(text, "site.yaml"), read_tables()
    pages = opened(results_workbook(site, footprint_report(site, tables), tables), with_values=False)
    found = [cell for page in pages for row in page.iter_rows() for cell in row if name in str(cell.value)]
    assert len(found) > 4
    assert {cell.data_type for cell in found} == {"s"}
    assert not any(cell.hyperlink for page in pages for row in page.iter_rows() for cell in row)


def test_the_same_results_are_the_same_bytes():
    site, tables = read_site(EXAMPLES / "alluvial_gold" / "parcels.yaml"), read_tables()
    report = footprint_report(site, tables)
    first = results_workbook(site, report, tables)
    time.sleep(2.1)  # a zip tells times by two seconds
    assert results_workbook(site, report, tables) == first


def test_figures_are_told_with_what_stands_behind_them(opened):
    site, tables = read_site(EXAMPLES / "alluvial_gold" / "parcels.yaml"), read_tables()
    report = footprint_report(site, tables)
    pages = opened(results_workbook(site, report, tables, without_plan="no machines"))
    figures = {one["key"]: one for one in table(pages["Figures"], "key")}
    diesel = site.energy.diesel
    assert diesel is not None
    assert diesel.engines is not None
    told = figures["energy.diesel.engines"]
    assert told["value"] == pytest.approx(float(diesel.engines.quantity.magnitude))
    assert (told["basis"], told["source"] or "") == (diesel.engines.basis, diesel.engines.source)
    assert sum(one["basis"] == "assumed" for one in figures.values()) == len(report["data"]["assumed_figures"])
    said = [row[0] for row in pages["Summary"].iter_rows(values_only=True)]
    assert "no machines" in said
    assert pages.sheetnames == ["Summary", "Lines", "Figures", "Sources", "Assumptions"]
