"""A site in a workbook is the site of the YAML file with the same figures; all else is told in a sentence."""

import io
import json
import re
import time
import tracemalloc
import warnings
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.cell_range import CellRange
from spreadsheet import reopened

from asmcarbon.errors import InputError, MissingExtra
from asmcarbon.exchange.site_workbook import site_workbook
from asmcarbon.site.read import read_site, site_from
from asmcarbon.site.template import TYPES, template
from asmcarbon.site.template_rows import template_rows

HEAD = [("name", "A site"), ("country", "PER"), ("year", 2024)]
HEAD_YAML = "name: A site\ncountry: PER\nyear: 2024\n"


def content(site) -> dict[str, Any]:
    return site.model_dump(mode="json")


def site_in(path: Path, rows: list[tuple[Any, ...]], **more) -> Any:
    """The site of a workbook with these rows below the names of the columns."""
    path.write_bytes(book_of(rows, **more))
    return read_site(path)


def book_of(rows: list[tuple[Any, ...]], sheet: str = "Site", formats: dict[str, str] | None = None) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, ["Key", "Value", "Unit", "Range", "Basis", "Source"])
        for n, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                form = (formats or {}).get(f"{chr(65 + column)}{n + 1}")
                if isinstance(value, date):
                    page.write_datetime(n, column, value, book.add_format({"num_format": "yyyy-mm-dd"}))
                elif value is not None:
                    page.write(n, column, value, book.add_format({"num_format": form}) if form else None)
    return made.getvalue()


def problems_of(path: Path, rows: list[tuple[Any, ...]], **more) -> list[str]:
    with pytest.raises(InputError) as caught:
        site_in(path, rows, **more)
    return [one.sentence().replace(str(path), "site.xlsx") for one in caught.value.problems]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.xlsx"


# What is made to fill in.


@pytest.mark.parametrize("kind", TYPES)
def test_a_template_reads_back_to_the_site_of_the_yaml_template(path: Path, kind: str):
    path.write_bytes(site_workbook(kind))
    assert content(read_site(path)) == content(site_from(template(kind), "site.yaml"))


def test_templates_are_the_same_bytes_each_time():
    first = [site_workbook(kind) for kind in TYPES]
    time.sleep(2.1)  # a zip tells times by two seconds
    assert [site_workbook(kind) for kind in TYPES] == first


@pytest.mark.parametrize("kind", TYPES)
def test_every_line_of_a_yaml_template_has_its_row(kind: str):
    rows = {row.path[-1]: row for row in template_rows(kind)}
    for line in template(kind).splitlines()[10:]:
        for key in re.findall(r"(?:^|[{,]) *(?:# *)?(?:- *\{?)?([a-z_]+): ", line.partition(" # ")[0]):
            assert key in rows or key in ("value", "range", "basis", "source"), line
        remark = line.partition(" # ")[2]
        if remark and not line.lstrip().startswith("#"):
            assert remark in {row.about for row in rows.values()} | {row.about for row in template_rows(kind)}, line


def test_what_may_be_left_out_is_empty_with_an_example():
    rows = {row.key: row for row in template_rows("underground")}
    density = rows["energy.diesel.density"]
    assert (density.value, density.unit, density.example) == ("", "kg/L", "0.84 kg/L")
    assert density.about == "your supplier's; else a published default"
    spare = rows["energy.machines.2.rated_power"]
    assert (spare.value, spare.unit, spare.example) == ("", "kW", "11 kW")
    assert "energy.machines.3.rated_power" not in rows


def test_what_a_bookkeeper_fills_in_is_read(path: Path):
    """Through openpyxl, as any other program that writes workbooks would."""
    path.write_bytes(site_workbook("underground"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    page = book["Site"]
    rows = {page.cell(n, 1).value: n for n in range(1, page.max_row + 1) if page.cell(n, 1).value}
    fill = {
        "energy.diesel.generator": ("1500,5", "L/month"), "energy.diesel.density": ("0,85", "kg/L"),
        "energy.diesel.engines": (120, "L/month"), "energy.machines.2.name": ("pump", None),
        "energy.machines.2.rated_power": (4, "kW"), "energy.machines.2.hours": ("6 h/day", None),
        "energy.machines.2.days": (200, "day/year"),
    }  # fmt: skip
    for key, (value, unit) in fill.items():
        page.cell(rows[key], 3).value, page.cell(rows[key], 4).value = value, unit
    for key in rows:
        if key.startswith("energy.machines.1."):
            page.cell(rows[key], 3).value = None  # the camp is gone: the pump is the second machine
    book.save(path)
    site = read_site(path)
    diesel = site.energy.diesel
    assert diesel is not None
    assert diesel.generator is not None
    assert diesel.density is not None
    assert diesel.generator.to("L/month") == pytest.approx(1500.5)
    assert diesel.density.to("kg/L") == pytest.approx(0.85)
    assert [one.name for one in site.energy.machines] == ["mill", "pump"]


@pytest.mark.parametrize("kind", TYPES)
def test_a_template_that_libreoffice_saved_is_the_same_site(tmp_path: Path, kind: str):
    (tmp_path / "site.xlsx").write_bytes(site_workbook(kind))
    saved = reopened(tmp_path / "site.xlsx", tmp_path)
    assert content(read_site(saved)) == content(site_from(template(kind), "site.yaml"))


def test_a_workbook_of_libreoffice_keeps_its_drop_downs_and_its_locks(tmp_path: Path):
    """Written by one program and read by another: what a spreadsheet offers to whoever fills it in."""
    (tmp_path / "site.xlsx").write_bytes(site_workbook("underground"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = openpyxl.load_workbook(reopened(tmp_path / "site.xlsx", tmp_path))["Site"]
    rows = {page.cell(n, 1).value: n for n in range(1, page.max_row + 1) if page.cell(n, 1).value}
    offered = {
        str(part): (rule.formula1.replace('"', ""), rule.showErrorMessage)
        for rule in page.data_validations.dataValidation
        for part in str(rule.sqref).split()
    }

    def offers(cell: str) -> tuple[str, bool]:
        (found,) = [one for where, one in offered.items() if cell in CellRange(where)]
        return found

    assert offers(f"F{rows['energy.diesel.generator']}") == ("measured,sourced,assumed", True)
    units, is_refused = offers(f"D{rows['energy.diesel.generator']}")
    assert {"L/month", "drum/month"} <= set(units.split(","))
    assert not is_refused  # any other unit may be typed
    assert offers(f"C{rows['processing.boundary']}") == ("mine_gate,processing_gate,refined", True)
    assert page.protection.sheet
    row = rows["energy.diesel.generator"]
    assert [page.cell(row, column).protection.locked for column in range(1, 8)] == [True, True, *[False] * 5]


# What is read.

SAME = [
    ([("energy.diesel.engines", 1200, "L/month")], "energy: {diesel: {engines: 1200 L/month}}"),
    ([("energy.diesel.engines", "1200 L/month")], "energy: {diesel: {engines: 1200 L/month}}"),
    ([("energy.diesel.engines", "1200", "L/month")], "energy: {diesel: {engines: 1200 L/month}}"),
    ([("energy.diesel.engines", "1200 L/month", "L/month")], "energy: {diesel: {engines: 1200 L/month}}"),
    ([("energy.diesel.engines", "1200\u00a0L/month")], "energy: {diesel: {engines: 1200 L/month}}"),
    ([("energy.diesel.density", "0,845", "kg/L")], "energy: {diesel: {density: 0.845 kg/L}}"),
    ([("energy.diesel.density", "0,85 kg/L")], "energy: {diesel: {density: 0.85 kg/L}}"),
    (
        [("energy.diesel.engines", 1200.5, "L/month", "± 10 %", "Measured", "receipts")],
        "energy: {diesel: {engines: {value: 1200.5 L/month, range: ± 10 %, basis: measured, source: receipts}}}",
    ),
    (
        [("energy.diesel.engines", 1200, "L/month", "1000..1500", None, "the ledger")],
        "energy: {diesel: {engines: {value: 1200 L/month, range: 1000..1500 L/month, source: the ledger}}}",
    ),
    (
        [("energy.diesel.engines", 1200, "L/month", "12,5 %")],
        "energy: {diesel: {engines: {value: 1200 L/month, range: ± 12.5 %}}}",
    ),
    (
        [("energy.diesel.engines", 1200, "L/month", "10%")],
        "energy: {diesel: {engines: {value: 1200 L/month, range: ± 10 %}}}",
    ),
    ([("options.uncertainty.fuel_price", "± 30 %")], "options: {uncertainty: {fuel_price: ± 30 %}}"),
    ([("options.uncertainty.fuel_price", 30, "%")], "options: {uncertainty: {fuel_price: ± 30 %}}"),
    ([("name", "=1+1")], "name: =1+1"),
    ([("name", 7)], 'name: "7"'),
    ([("location.latitude", "-12,8"), ("location.longitude", -70)], "location: {latitude: -12.8, longitude: -70}"),
    ([("method.gwp_set", "AR5")], "method: {gwp_set: AR5}"),
    ([("processing.products.gold", 4, "kg/year")], "processing: {products: {gold: 4 kg/year}}"),
    (
        [("containers.sack", 45, "kg"), ("processing.ore", 30, "sack/week")],
        "containers: {sack: 45 kg}\nprocessing: {ore: 30 sack/week}",
    ),
    (
        [
            ("land.opened.3.name", "b"), ("land.opened.3.area", 2, "ha/year"), ("land.opened.2.name", ""),
            ("land.opened.3.carbon_before", 40, "tC/ha"), ("land.opened.3.pools", "above_ground, litter"),
            ("land.opened.1.name", "a"), ("land.opened.1.area", 1, "ha/year"),
            ("land.opened.1.carbon_before", 50, "tC/ha"), ("land.opened.1.pools", "above_ground"),
        ],
        "land: {opened: [{name: a, area: 1 ha/year, carbon_before: 50 tC/ha, pools: [above_ground]},"
        " {name: b, area: 2 ha/year, carbon_before: 40 tC/ha, pools: [above_ground, litter]}]}",
    ),
    ([("options.stages.years", "0, 5, 10")], "options: {stages: {years: [0, 5, 10]}}"),
    ([("options.battery.offered", "FALSE")], "options: {battery: {offered: false}}"),
    ([("options.battery.offered", False)], "options: {battery: {offered: false}}"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "yaml"), SAME, ids=[yaml[:60] for _rows, yaml in SAME])
def test_a_workbook_is_the_site_of_the_yaml_file(path: Path, rows: list[tuple[Any, ...]], yaml: str):
    given = {row[0] for row in rows}
    head = [row for row in HEAD if row[0] not in given]
    head_yaml = "".join(line for line in HEAD_YAML.splitlines(True) if line.partition(":")[0] not in given)
    assert content(site_in(path, [*head, *rows])) == content(site_from(f"{head_yaml}{yaml}\n", "site.yaml"))


UNITS = st.sampled_from(["L/month", "L/year", "drum/week", "jerrycan/day", "m3/year", "gal_us/month"])


@settings(max_examples=40)
@given(
    # To the 15 digits that a spreadsheet keeps of what is typed.
    number=st.floats(1e-3, 1e9).map(lambda one: float(f"{one:.15g}")) | st.integers(1, 10**9),
    unit=UNITS,
    share=st.integers(1, 99),
    basis=st.sampled_from(["measured", "sourced", "assumed"]),
    source=st.text(st.characters(categories=["L", "N", "P"]) | st.just(" "), max_size=40),
)
def test_any_figure_is_that_of_the_yaml_file(
    tmp_path_factory: pytest.TempPathFactory, number: float, unit: str, share: int, basis: str, source: str
):
    path = tmp_path_factory.mktemp("figure") / "site.xlsx"
    site = site_in(path, [*HEAD, ("energy.diesel.engines", number, unit, f"± {share} %", basis, source)])
    stated = {"value": f"{number!r} {unit}", "range": f"± {share} %", "basis": basis, "source": source.strip()}
    plain = {"name": "A site", "country": "PER", "year": 2024, "energy": {"diesel": {"engines": stated}}}
    assert content(site) == content(site_from(json.dumps(plain), "site.json"))


def test_a_share_in_a_cell_of_per_cent_is_that_share(path: Path):
    """10 % typed into a spreadsheet is kept as 0.1, and told as 10 %."""
    rows = [*HEAD, ("finance.discount_rate", 0.07, "%", 0.2), ("finance.inflation", 0.03)]
    site = site_in(path, rows, formats={"B5": "0%", "D5": "0.0%", "B6": "0%"})
    rate = site.finance.discount_rate
    assert rate.to("%") == pytest.approx(7, rel=1e-12)
    assert rate.low.m_as("percent") == pytest.approx(5.6)
    assert site.finance.inflation.to("%") == pytest.approx(3, rel=1e-12)


def test_a_day_in_a_cell_of_dates_is_that_day(path: Path):
    (path.parent / "receipts.csv").write_text(
        "date,item,amount,unit,note\n2024-03-02,diesel.engines,100,L,\n", encoding="utf-8"
    )
    rows = [*HEAD, ("receipts", "receipts.csv"), ("records.from", date(2024, 3, 1)), ("records.until", "2024-06-30")]
    site = site_in(path, rows)
    assert (site.records.from_, site.records.until) == ("2024-03-01", "2024-06-30")
    assert site.energy.diesel.engines.to("L/year") == pytest.approx(100)


def test_a_formula_counts_by_the_value_that_the_file_keeps(path: Path):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet("Site")
        page.write_row(0, 0, ["Key", "Value", "Unit"])
        for n, row in enumerate(HEAD, start=1):
            page.write_row(n, 0, row)
        page.write_row(4, 0, ["energy.diesel.engines", None, "L/month"])
        page.write_formula(4, 1, "=1000+200", None, 1200)
    path.write_bytes(made.getvalue())
    assert read_site(path).energy.diesel.engines.to("L/month") == 1200  # type: ignore[union-attr]


def test_sheets_columns_and_rows_of_the_own_are_left_alone(path: Path):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet("Ledger").write_row(0, 0, ["Key", "Value"])
        page = book.add_worksheet("SITE")
        page.write(0, 0, "Our mine")
        page.write_row(4, 1, ["Source", "Note", "VALUE", "Key", "Unit"])
        page.write_row(5, 1, ["", "a note", "A site", "name", ""])
        page.write_row(6, 1, ["", "", "PER", "country", ""])
        page.write_row(7, 1, ["", "", 2024, "year", ""])
        page.write_row(9, 2, ["a note alone"])
        page.merge_range(10, 3, 11, 3, 40)
        page.write_row(10, 4, ["people.workers", "person"])
    path.write_bytes(made.getvalue())
    site = read_site(path)
    assert site.people is not None
    assert site.people.workers.to("person") == 40


# What is wrong with it.

TOLD = [
    (
        ("energy.diesel.engines", "12 litrs/month"),
        "site.xlsx: Site!B5  energy.diesel.engines  'litrs/month': 'litrs' is not a unit asmcarbon knows; did you mean",
    ),
    (
        ("energy.diesel.engines", 12, "litrs/month"),
        "site.xlsx: Site!C5  energy.diesel.engines  'litrs/month': 'litrs' is not a unit asmcarbon knows; did you mean",
    ),
    (
        ("energy.diesel.engines", 12, "kWh/month"),
        "site.xlsx: Site!B5  energy.diesel.engines  '12 kWh/month' is energy per time; expected volume per time",
    ),
    (("energy.diesel.engines", "1,200", "L/month"), "site.xlsx: Site!B5  energy.diesel.engines  '1,200': write the"),
    (("energy.diesel.engines", 1200), "site.xlsx: Site!B5  energy.diesel.engines  '1200' has no unit; expected"),
    (
        ("energy.diesel.engines", "2 drum/month", "L/month"),
        "site.xlsx: Site!B5  energy.diesel.engines  has the unit 'drum/month' beside 'L/month' in C5; expected one of",
    ),
    (
        ("energy.diesel.engines", 12, "L/month", "± 200 %"),
        "site.xlsx: Site!D5  energy.diesel.engines  range '± 200 %' does not hold the value",
    ),
    (
        ("energy.diesel.engines", 12, "L/month", "", "guessed"),
        "site.xlsx: Site!E5  energy.diesel.engines  basis 'guessed'",
    ),
    (
        ("energy.diesel.engines", None, "L/month", "", "measured"),
        "site.xlsx: Site!E5  energy.diesel.engines  has a basis and no value; expected both, or neither",
    ),
    (
        ("energy.diesel.engines", date(2024, 1, 2), "L/month"),
        "site.xlsx: Site!B5  energy.diesel.engines  holds a date, 2024-01-02",
    ),
    (("energy.diesel.generatr", 1, "L/month"), "site.xlsx: Site!B5  energy.diesel.generatr  is not a key that"),
    (("energy.diesel", 1, "L/month"), "site.xlsx: Site!B5  energy.diesel  1 is not a group of keys"),
    (("energy..diesel", 1), "site.xlsx: Site!A5  energy..diesel  is not a key; expected names joined by points"),
    (("country", "PER"), "site.xlsx: Site!B5  country  is given twice; first in Site!B3"),
    (("", 12, "L/month"), "site.xlsx: Site!B5  has a value and no key"),
    (("method.gwp_set", "AR5", "kg"), "site.xlsx: Site!C5  method.gwp_set  takes no unit"),
    (
        ("people.workers", "#REF!", "person"),
        "site.xlsx: Site!B5  people.workers  holds an error of the spreadsheet, #REF!",
    ),
    (("finance.horizon", "+".join(["9"] * 30), "year"), "site.xlsx: Site!B5  finance.horizon  '9+9+9"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "told"), TOLD, ids=[told[17:70] for _row, told in TOLD])
def test_what_is_wrong_is_told_with_its_cell(path: Path, row: tuple[Any, ...], told: str):
    problems = problems_of(path, [*HEAD, row])
    assert len(problems) == 1
    assert problems[0].startswith(told)


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_rows(path: Path):
    rows = [
        ("name", "A site"), ("country", None), ("year", "soon"), ("energy.diesel.engines", "1 kg/month"),
        ("energy.diesel.engines.x", 1), ("energy.machines.4.name", "mill"), ("energy.machines.4.rated_power", "11 L"),
        ("energy.machines.4.hours", "1 h/day"), ("energy.machines.4.days", "1 day/year"), (None, 3),
    ]  # fmt: skip
    assert [one.partition("  ")[0] for one in problems_of(path, rows)] == [
        "site.xlsx: Site!B3", "site.xlsx: Site!B4", "site.xlsx: Site!B5", "site.xlsx: Site!B6", "site.xlsx: Site!B8",
        "site.xlsx: Site!B11",
    ]  # fmt: skip


def test_a_formula_without_a_value_is_told(path: Path):
    path.write_bytes(book_of(HEAD))
    book = openpyxl.load_workbook(path)
    page = book["Site"]
    page["A5"], page["B5"], page["C5"] = "energy.diesel.engines", "=1000+200", "L/month"
    book.save(path)  # openpyxl calculates nothing
    with pytest.raises(InputError, match=r"Site!B5  energy.diesel.engines  is a formula whose value is not kept"):
        read_site(path)


# What is no workbook of that form, and what is made to do harm.


def the_sentence(path: Path, content: bytes | None = None) -> str:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_site(path)
    (problem,) = caught.value.problems
    return problem.sentence().removeprefix(f"{path}  ")


def container(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return made.getvalue()


def with_part(book: bytes, name: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        parts = {one: file.read(one) for one in file.namelist()}
    assert old in parts[name]
    return container({**parts, name: parts[name].replace(old, new)})


def test_what_is_no_workbook_is_told_in_a_sentence(path: Path):
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    expected = "; expected a workbook saved as .xlsx"
    assert the_sentence(path, b"key,value\nname,A site\n").startswith(f"is not a workbook{expected}")
    assert the_sentence(path, b"").startswith("is not a workbook")
    assert the_sentence(path, old) == f"is an old .xls workbook under another name{expected}"
    assert the_sentence(path, old + "EncryptedPackage".encode("utf-16-le")).startswith("is protected by a password")
    assert the_sentence(path, container({"a.txt": b"a"})) == f"is a zip file and not a workbook{expected}"
    assert the_sentence(path, book_of(HEAD)[:-200]).startswith("is a damaged workbook")
    assert the_sentence(path.with_suffix(".xls"), old).startswith("is a .xls file; expected a workbook saved as .xlsx")
    assert the_sentence(path.with_suffix(".ods"), b"PK\x03\x04").startswith("is a .ods file")
    assert the_sentence(path.with_name("none.xlsx")).startswith("cannot be read: No such file")
    assert the_sentence(path, bytes(5_000_001)).startswith("has 5 MB; expected a workbook of at most 5 MB")


def test_a_workbook_of_another_form_is_told(path: Path):
    assert the_sentence(path, book_of(HEAD, sheet="Mine")) == (
        "has no sheet Site; expected a sheet of that name beside Mine"
    )
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet("Site").write_row(0, 0, ["Item", "Amount"])
    assert the_sentence(path, made.getvalue()).startswith(
        "the sheet Site has no row that names its columns; expected key,"
    )


def test_parts_that_are_no_xml_are_told(path: Path):
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        broken = with_part(book_of(HEAD), part, b"<?xml", b"<<?xml")
        assert the_sentence(path, broken).startswith("is a damaged workbook"), part


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_are_refused(path: Path, part: str):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    document = f'?>\n<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode()
    assert the_sentence(path, with_part(book_of(HEAD), part, b"?>", document)).startswith("is a damaged workbook")


def test_what_unpacks_to_too_much_is_not_unpacked(path: Path):
    with zipfile.ZipFile(io.BytesIO(book_of(HEAD))) as file:
        parts = {one: file.read(one) for one in file.namelist()}
    bomb = container({**parts, "xl/media/a.bin": bytes(200_000_000)})
    assert len(bomb) < 300_000
    tracemalloc.start()
    told = the_sentence(path, bomb)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()
    assert told == "unpacks to 200.0 MB; expected at most 20 MB; delete what is not the site's"


@pytest.mark.parametrize(
    ("part", "mark", "item", "told"),
    [
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>", "has a part of 5.0 MB, xl/styles.xml; expected at most 1 MB"),
        (
            "xl/sharedStrings.xml",
            b"</sst>",
            b"<si><t>a</t></si>",
            "has a part of 5.0 MB, xl/sharedStrings.xml; expected",
        ),
        (
            "xl/worksheets/sheet1.xml",
            b"</sheetData>",
            b"<row/>",
            "has a part of 5.0 MB, xl/worksheets/sheet1.xml; expec",
        ),
    ],
)
def test_a_part_that_would_take_long_is_not_read(path: Path, part: str, mark: bytes, item: bytes, told: str):
    """Of 5 MB each, which zip to 15 kB: openpyxl takes half a minute and 750 MB for such styles."""
    book = with_part(book_of(HEAD), part, mark, item * (5_000_000 // len(item)) + mark)
    assert len(book) < 30_000
    began = time.monotonic()
    assert the_sentence(path, book).startswith(told)
    assert time.monotonic() - began < 2


def test_what_is_large_and_still_read_takes_little(path: Path):
    strings = b"<si><t>a</t></si>" * (3_800_000 // 17) + b"</sst>"
    book = with_part(book_of(HEAD), "xl/sharedStrings.xml", b"</sst>", strings)
    path.write_bytes(with_part(book, "xl/styles.xml", b"</cellXfs>", b"<xf/>" * 20_000 + b"</cellXfs>"))
    began = time.monotonic()
    assert read_site(path).name == "A site"
    assert time.monotonic() - began < 60


def test_a_part_that_claims_to_be_small_is_read_no_further_than_it_claims(path: Path):
    book = bytearray(with_part(book_of(HEAD), "xl/sharedStrings.xml", b"</sst>", b" " * 30_000_000 + b"</sst>"))
    size = (30_000_000).to_bytes(4, "little")[2:]  # the upper half of the size: the lower has the rest of the part
    where = [m.start() for m in re.finditer(re.escape(b"xl/sharedStrings.xml"), bytes(book))]
    for at in where:
        for start in range(at - 30, at):
            if book[start : start + 2] == size:
                book[start : start + 2] = b"\0\0"
    began = time.monotonic()
    assert the_sentence(path, bytes(book)).startswith("is a damaged workbook")
    assert time.monotonic() - began < 10


def test_a_small_file_that_claims_a_huge_sheet_is_read_at_once(path: Path):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet("Site")
        page.write_row(0, 0, ["Key", "Value"])
        for n, row in enumerate(HEAD, start=1):
            page.write_row(n, 0, row)
        page.write(1_048_575, 16_383, "far away")
    path.write_bytes(made.getvalue())
    began = time.monotonic()
    tracemalloc.start()
    assert read_site(path).name == "A site"
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()
    assert time.monotonic() - began < 20


def test_more_rows_than_a_site_can_have_are_refused(path: Path):
    rows = [*HEAD, *((f"containers.c{n}", "1 kg") for n in range(5_000))]
    assert the_sentence(path, book_of(rows)) == "has more than 5000 rows in Site"


def test_without_the_extra_the_pip_command_is_told(path: Path, monkeypatch: pytest.MonkeyPatch):
    path.write_bytes(book_of(HEAD))
    for name in ("openpyxl", "defusedxml", "xlsxwriter"):
        with monkeypatch.context() as without:
            without.setitem(__import__("sys").modules, name, None)
            with pytest.raises(MissingExtra, match=r"pip install 'asmcarbon\[xlsx\]'"):
                site_workbook() if name == "xlsxwriter" else read_site(path)


def test_dates_of_both_kinds_are_days(path: Path):
    rows = [*HEAD, ("about", datetime(2024, 5, 6))]
    assert site_in(path, rows).about == "2024-05-06"
