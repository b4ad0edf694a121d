"""Receipts added up into the figures of a site: nothing dropped, nothing counted that is not theirs."""

import json
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asmcarbon.batch.columns import items
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.record_notes import record_notes
from asmcarbon.site import equations
from asmcarbon.site.items import FLOWS, ITEMS
from asmcarbon.site.read import read_site, site_from, site_of
from asmcarbon.site.records import days_of
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, unit_of

HEAD = "name: A site\ncountry: PER\nyear: 2024\nreceipts: receipts.csv\n"
HEADER = "date,item,amount,unit,note\n"
DRUM = 55 * 3.785411784  # L, NIST SP 811: gallon (U.S.)


def write(folder: Path, lines: str | bytes, more: str = "", head: str = HEAD) -> Path:
    content = lines if isinstance(lines, bytes) else (HEADER + lines).encode()
    (folder / "receipts.csv").write_bytes(content)
    path = folder / "site.yaml"
    path.write_text(head + more, encoding="utf-8")
    return path


def site_with(folder: Path, lines: str | bytes, more: str = "", head: str = HEAD) -> Site:
    return read_site(write(folder, lines, more, head))


def problems_of(folder: Path, lines: str | bytes, more: str = "", head: str = HEAD) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        site_with(folder, lines, more, head)
    return caught.value.problems


def refusal(folder: Path, lines: str | bytes, more: str = "", head: str = HEAD) -> str:
    return "\n".join(problem.sentence() for problem in problems_of(folder, lines, more, head))


def test_lines_are_added_up_over_the_year(tmp_path: Path):
    site = site_with(
        tmp_path,
        "2024-01-05,diesel.engines,2,drum,no. 1\n2024-11-20,diesel.engines,0.5,drum,\n2024-12-31,diesel.engines,40,L\n"
        "2024-02-01,gold,1,tola,\n2024-02-08,gold,3.5,g,\n",
    )
    engines, gold = site.energy.diesel.engines, site.processing.products["gold"]
    assert engines.to("L/year") == pytest.approx(2.5 * DRUM + 40, rel=1e-12)
    assert gold.to("g/year") == pytest.approx(11.6638038 + 3.5, rel=1e-12)  # 180 grains
    assert (engines.basis, gold.basis) == ("measured", "measured")
    assert engines.source == "3 receipts of receipts.csv, from 2024-01-05 to 2024-12-31"
    assert (engines.low, engines.high) == (None, None)


def test_one_receipt_is_told_as_one(tmp_path: Path):
    site = site_with(tmp_path, "2024-01-05,anfo,25,kg,\n")
    assert site.explosives.anfo.source == "1 receipt of receipts.csv, of 2024-01-05"


@pytest.mark.parametrize("item", FLOWS)
def test_every_item_of_receipts_has_its_figure(tmp_path: Path, item: str):
    path, unit = FLOWS[item]
    site = site_with(tmp_path, f"2024-03-05,{item},3,{unit},\n2024-04-05,{item},4,{unit},\n")
    part = site
    for key in path:
        part = part[key] if isinstance(part, dict) else getattr(part, key)
    assert part.to(f"{unit}/year") == 7


def test_items_are_those_of_the_activity_table():
    assert {name: item.path for name, item in items().items() if name in ITEMS} == ITEMS
    assert {name: path for name, (path, _unit) in FLOWS.items()}.items() <= ITEMS.items()


def test_materials_are_added_to_the_list_or_to_the_factor_that_waits_for_them(tmp_path: Path):
    own = "{value: 5 kgCO2e/kg, basis: sourced, source: the maker}"
    site = site_with(
        tmp_path,
        "2024-03-05,materials.lime,50,kg,\n2024-03-06,materials.sodium_cyanide,2,kg,\n2024-03-07,materials.lime,1,t,\n",
        f"materials: [{{item: sodium_cyanide, factor: {own}}}]\n",
    )
    assert [(one.item, one.amount.to("kg/year")) for one in site.materials] == [("sodium_cyanide", 2), ("lime", 1050)]
    assert site.materials[0].factor.source == "the maker"


def test_several_files_add_up_and_are_named(tmp_path: Path):
    (tmp_path / "more.csv").write_text(HEADER + "2024-05-01,gold,2,g,\n2024-05-01,gold,2,g,\n", encoding="utf-8")
    head = HEAD.replace("receipts.csv", "[receipts.csv, more.csv]")
    site = site_with(tmp_path, "2024-05-01,gold,2,g,\n2024-05-02,ore,1,t,\n", head=head)
    gold = site.processing.products["gold"]
    assert gold.to("g/year") == 6
    assert gold.source == "3 receipts of receipts.csv, more.csv, from 2024-05-01 to 2024-05-01"
    assert site.processing.ore.source == "1 receipt of receipts.csv, of 2024-05-02"
    assert [(one.file, one.lines, one.repeats) for one in site.receipts] == [
        ("receipts.csv", 2, []), ("more.csv", 2, [2, 3]),
    ]  # fmt: skip


def test_a_line_that_repeats_another_is_counted_and_told(tmp_path: Path):
    lines = "2024-05-01,diesel.engines,1,drum,\n2024-05-01,diesel.engines,1.0,drum,\n"
    site = site_with(tmp_path, lines)
    assert site.energy.diesel.engines.to("L/year") == pytest.approx(2 * DRUM)
    assert any("the same as an earlier line" in note and note.endswith("line 3") for note in record_notes(site))


def test_receipts_with_numbers_of_their_own_are_no_repetition(tmp_path: Path):
    lines = "2024-05-01,diesel.engines,1,drum,no. 17\n2024-05-01,diesel.engines,1,drum,no. 18\n"
    assert site_with(tmp_path, lines).receipts[0].repeats == []


def test_a_figure_from_receipts_is_what_stating_it_gives(tmp_path: Path):
    by_receipts = site_with(tmp_path, "2024-05-01,diesel.engines,600,L,\n2024-06-01,diesel.engines,400,L,\n")
    stated = site_from("name: A site\ncountry: PER\nyear: 2024\nenergy: {diesel: {engines: 1000 L/year}}\n", "stated")
    totals = [footprint_report(site, read_tables())["totals"] for site in (by_receipts, stated)]
    assert totals[0] == totals[1]


def test_a_site_with_receipts_reads_back_to_the_same_footprint(tmp_path: Path):
    more = "containers: {sack: {value: 45 kg, range: 40..50 kg, basis: measured}}\n"
    site = site_with(tmp_path, "2024-05-01,ore,30,sack,\n2024-05-02,ore,2,sacks,\n2024-05-02,gold,0.3,g,\n", more)
    written = json.dumps(site.model_dump(mode="json", exclude_unset=True), ensure_ascii=False)
    (tmp_path / "receipts.csv").unlink()
    again = site_from(written, "again", tmp_path)
    assert again == site
    tables = read_tables()
    assert footprint_report(again, tables) == footprint_report(site, tables)


def test_the_hash_of_a_report_covers_the_file_of_receipts(tmp_path: Path):
    lines = "2024-05-01,ore,30,kg,no. 1\n2024-05-02,ore,2,kg,no. 2\n"
    sites = [site_with(tmp_path, lines), site_with(tmp_path, lines.replace("no. 2", "no. 3"))]
    hashes = {footprint_report(site, read_tables())["input_sha256"] for site in sites}
    assert len(hashes) == 2


# --- containers -------------------------------------------------------------------------------------------------


def test_receipts_may_count_in_the_sites_containers(tmp_path: Path):
    more = "containers: {sack: {value: 45 kg, range: 40..50 kg, basis: sourced, source: the mill}}\n"
    ore = site_with(tmp_path, "2024-05-01,ore,30,sack,\n2024-05-02,ore,2,sacks,\n", more).processing.ore
    assert ore.to("kg/year") == pytest.approx(32 * 45)
    assert (ore.low.m_as("kilogram/year"), ore.high.m_as("kilogram/year")) == pytest.approx((32 * 40, 32 * 50))
    assert ore.basis == "sourced"
    assert ore.source == "2 receipts of receipts.csv, from 2024-05-01 to 2024-05-02, a sack of 45 kg"


def test_a_sum_has_no_range_where_a_part_of_it_has_none(tmp_path: Path):
    more = "containers: {sack: {value: 45 kg, range: 40..50 kg}}\n"
    ore = site_with(tmp_path, "2024-05-01,ore,30,sack,\n2024-05-02,ore,2,t,\n", more).processing.ore
    assert (ore.low, ore.high) == (None, None)


# --- a part of the year -----------------------------------------------------------------------------------------

FOUR_MONTHS = "2024-03-01,diesel.engines,100,L,\n2024-06-30,diesel.engines,22,L,\n"
PERIOD = "records: {from: 2024-03-01, until: 2024-06-30}\n"


def test_nothing_is_added_for_the_rest_unless_asked(tmp_path: Path):
    site = site_with(tmp_path, FOUR_MONTHS, PERIOD)
    assert site.energy.diesel.engines.to("L/year") == 122
    assert site.energy.diesel.engines.basis == "measured"
    # March to June: 31 + 30 + 31 + 30
    assert any(
        note.startswith("records cover 122 of 366 days; nothing was added for the rest") for note in record_notes(site)
    )
    assert record_notes(site)[0] in footprint_report(site, read_tables())["notes"]


def test_sums_are_annualised_where_asked_and_assumed_then(tmp_path: Path):
    more = PERIOD.replace("}", ", annualise: true}") + "processing: {ore: 10 t/year}\n"
    site = site_with(tmp_path, FOUR_MONTHS, more)
    engines = site.energy.diesel.engines
    assert engines.to("L/year") == pytest.approx(122 * 366 / 122, rel=1e-15)
    assert (engines.basis, engines.low) == ("assumed", None)
    assert engines.source.endswith("from 2024-03-01 to 2024-06-30, times 366/122 days")
    assert site.processing.ore.to("t/year") == 10  # stated by the year
    assert any("multiplied by 366/122" in note for note in record_notes(site))


@pytest.mark.parametrize(("year", "days"), [(2023, 365), (2024, 366)])
def test_a_whole_year_of_records_is_not_scaled(tmp_path: Path, year: int, days: int):
    head = HEAD.replace("2024", str(year))
    more = f"records: {{from: {year}-01-01, until: {year}-12-31, annualise: true}}\n"
    site = site_with(tmp_path, f"{year}-01-01,ore,3,t,\n{year}-12-31,ore,4,t,\n", more, head)
    assert site.records.days == days == days_of(year)
    assert site.processing.ore.to("t/year") == 7
    assert site.processing.ore.basis == "measured"
    assert record_notes(site) == []


def test_an_annualised_site_reads_back_without_being_scaled_again(tmp_path: Path):
    site = site_with(tmp_path, FOUR_MONTHS, PERIOD.replace("}", ", annualise: true}"))
    again = site_of(json.loads(json.dumps(site.model_dump(mode="json", exclude_unset=True))))
    assert again == site
    assert footprint_report(again, read_tables()) == footprint_report(site, read_tables())


def test_the_equation_of_annualising_is_the_same_for_numbers_and_quantities():
    assert equations.annualised(1220.0, 366, 122) == 3660
    whole = equations.annualised(quantity(1220.0, "L"), 366, 122)
    assert whole.m_as(unit_of("L")) == 3660


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ("{from: 2024-06-30, until: 2024-03-01}", "until 2024-03-01 is before from 2024-06-30"),
        ("{from: 2023-12-01, until: 2024-06-30}", "are not of 2024"),
        ("{from: 2024-02-30, until: 2024-06-30}", "'2024-02-30' is not a date"),
        ("{from: 1/3/2024, until: 2024-06-30}", "'1/3/2024' is not a date"),
        ("{from: 2024-03-01}", "records.until  is missing"),
        ("{start: 2024-03-01, until: 2024-06-30}", "expected one of from, until, annualise"),
        ("{from: 2024-03-01, until: 2024-06-30, annualise: yes}", "records.annualise"),
    ],
)
def test_records_that_cannot_be_are_refused(tmp_path: Path, records: str, said: str):
    assert said in refusal(tmp_path, "2024-04-01,ore,1,t,\n", f"records: {records}\n")


def test_annualising_without_receipts_is_refused(tmp_path: Path):
    more = PERIOD.replace("}", ", annualise: true}") + "energy: {diesel: {engines: 5 L/year}}\n"
    told = refusal(tmp_path, "", more, HEAD.replace("receipts: receipts.csv\n", ""))
    assert "there are none" in told


# --- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "where", "said"),
    [
        ("2023-12-31,ore,1,t,", "date", "2023-12-31 lies outside the site's year, 2024"),
        ("2025-01-01,ore,1,t,", "date", "lies outside the site's year"),
        ("05/03/2024,ore,1,t,", "date", "'05/03/2024' is not a date; expected year-month-day, for example 2024-03-02"),
        ("2024-2-3,ore,1,t,", "date", "is not a date"),
        ("20240203,ore,1,t,", "date", "is not a date"),
        ("2024-02-30,ore,1,t,", "date", "is not a date"),
        (",ore,1,t,", "date", "is not a date"),
        ("2024-03-02,deisel.engines,1,L,", "item", "did you mean 'diesel.engines'?"),
        ("2024-03-02,cheese,1,kg,", "item", "'cheese' is not an item; expected one of diesel.generator"),
        ("2024-03-02,workers,1,person,", "item", "workers is not summed up from receipts"),
        ("2024-03-02,diesel.density,0.8,kg/L,", "item", "is not summed up from receipts"),
        ("2024-03-02,materials.,1,kg,", "item", "is not an item"),
        ("2024-03-02,ore,1,L,", "unit", "'L' is volume; expected an amount of mass without time"),
        ("2024-03-02,ore,1,t/year,", "unit", "'t/year' is mass per time"),
        ("2024-03-02,ore,1,,", "unit", "is missing"),
        ("2024-03-02,ore,1,ton,", "unit", "short_ton"),
        ("2024-03-02,ore,1,sack,", "unit", "weigh one"),
        ("2024-03-02,ore,1,L**9**9**9,", "unit", "is not a unit"),
        ("2024-03-02,ore,-1,t,", "amount", "-1 is negative"),
        ("2024-03-02,ore,,t,", "amount", "is not a number"),
        ("2024-03-02,ore,nan,t,", "amount", "is not a number"),
        ("2024-03-02,ore,1e400,t,", "amount", "too large"),
        ("2024-03-02,ore,1e30,t,", "amount", "beyond any site"),
        ("2024-03-02,ore,1 t,t,", "amount", "'1 t' is not a number"),
        ("2024-03-02,ore,=1+1,t,", "amount", "'=1+1' is not a number"),
        ('2024-03-02,ore,"1,200",t,', "amount", "without separators"),
        ("2024-03-02,ore,9**9**9**9,t,", "amount", "is not a number"),
        ("2024-03-02,ore,1,200,t,no. 3", "", "has 6 cells; expected 5"),
        ("2024-03-02,ore,1", "", "has 3 cells"),
        ('2024-03-02,ore,"1"2,t,', "", "is not a CSV table"),
        ('2024-03-02,ore,"1,t,', "", "is not a CSV table"),
    ],
)
def test_a_line_that_cannot_be_counted_is_refused_with_its_line(tmp_path: Path, line: str, where: str, said: str):
    (problem,) = problems_of(tmp_path, f"2024-01-01,gold,1,g,\n{line}\n")
    assert (problem.line, problem.where, problem.file) == (3, where, str(tmp_path / "receipts.csv"))
    assert said in problem.sentence()


def test_lines_outside_the_records_are_refused(tmp_path: Path):
    lines = "2024-02-29,ore,1,t,\n2024-03-01,ore,1,t,\n2024-06-30,ore,1,t,\n2024-07-01,ore,1,t,\n"
    problems = problems_of(tmp_path, lines, PERIOD)
    assert [problem.line for problem in problems] == [2, 5]
    assert "lies outside the records, from 2024-03-01 until 2024-06-30" in problems[0].what


def test_everything_is_told_at_once_the_sites_own_file_first(tmp_path: Path):
    problems = problems_of(
        tmp_path,
        "2024-02-02,ore,-1,L,\n2024-02-02,nothing,1,t,\n\n2024-02-02,diesel.engines,5,L,\n2023-02-02,gold,x,g,\n",
        "enrgy: {}\nenergy:\n  diesel:\n    engines: 5 L/year\n    vehicles: 5 kWh\n",
    )
    assert [(Path(one.file).name, one.line, one.where) for one in problems] == [
        ("site.yaml", 5, "enrgy"), ("site.yaml", 8, "energy.diesel.engines"),
        ("site.yaml", 9, "energy.diesel.vehicles"),
        ("receipts.csv", 2, "unit"), ("receipts.csv", 2, "amount"), ("receipts.csv", 3, "item"),
        ("receipts.csv", 6, "date"), ("receipts.csv", 6, "amount"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ("energy: {diesel: {engines: 5 L/year}}\n", "energy.diesel.engines"),
        ("materials: [{item: lime, amount: 5 kg/year}]\n", "materials.0"),
        ("materials: [{item: lime, spend: 5 USD/year}]\n", "materials.0"),
    ],
)
def test_an_item_stated_in_the_site_and_in_receipts_is_refused(tmp_path: Path, more: str, where: str):
    lines = "2024-02-02,diesel.engines,5,L,\n2024-02-02,materials.lime,5,kg,\n"
    (problem,) = problems_of(tmp_path, lines, more)
    assert (problem.where, problem.line) == (where, 5)
    assert "stands here and in receipts" in problem.what


def test_the_list_of_problems_ends_somewhere(tmp_path: Path):
    problems = problems_of(tmp_path, "2024-02-02,nothing,1,t,\n" * 5000)
    assert 10 <= len(problems) <= 60
    assert "4950 more problems" in problems[-1].what
    assert sum("expected one of" in problem.sentence() for problem in problems) == 1


def test_a_year_that_is_wrong_is_told_without_blaming_the_receipts(tmp_path: Path):
    (problem,) = problems_of(tmp_path, "2024-02-02,ore,1,t,\n", head=HEAD.replace("year: 2024", "year: twenty"))
    assert problem.where == "year"


# --- files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "date,item,amount,unit\n2024-03-02,ore,1.5,t\n",
        "\ufeffdate,item,amount,unit\n2024-03-02,ore,1.5,t\n",
        "Date , ITEM,Amount,Unit,Note\r\n2024-03-02 , ore , 1.5 , t ,\r\n",
        "date;item;amount;unit\n2024-03-02;ore;1.5;t\n",
        "date;item;amount;unit;note\n2024-03-02;ore;1,5;t;a, b\n",
        "date;item;amount;unit\n2024-03-02;ore;0,500;t\n2024-03-03;ore;1,0000;t\n",
        "date\titem\tamount\tunit\n2024-03-02\tore\t1,5\tt\n",
        "\n\nunit,amount,item,date\n\nt,1.5,ore,2024-03-02\n,,,\n",
        'date,item,amount,unit,note\n2024-03-02,ore,1.5,t,"two\nlines, one receipt"\n',
        "date,item,amount,unit,note\r2024-03-02,ore,1.5,t,\r",
    ],
)
def test_tables_of_every_country_are_read(tmp_path: Path, content: str):
    assert site_with(tmp_path, content.encode()).processing.ore.to("t/year") == 1.5


def test_a_comma_that_may_stand_for_thousands_is_refused(tmp_path: Path):
    told = refusal(tmp_path, b"date;item;amount;unit\n2024-03-02;ore;1,200;t\n")
    assert "'1,200': write the number without separators" in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"), (b"\n\n", "is empty"), (b"\xef\xbb\xbf", "is empty"),
        (b"date,item,amount,unit\n", "holds no receipts"),
        (b"date,item,amount\n2024-03-02,ore,1\n", "has no column unit"),
        (b"date,item,amount,unit,price\n", "has a column 'price'"), (b"date,item,amount,unit,unit\n", "a column twice"),
        (b"<html><body>hello</body></html>", "has no column date"), (b'{"a": [1]}', "has no column date"),
        ("date,item,amount,unit\n2024-03-02,ore,1,t\n".encode("utf-16"), "is not a text in UTF-8"),
        ("date,item,amount,unit,note\n2024-03-02,ore,1,t,é\n".encode("latin-1"), "is not a text in UTF-8"),
        (bytes(range(256)) * 20, "is not a text in UTF-8"), (b"\0" * 1000, "is not a text in UTF-8"),
        (b"date,item,amount,unit\n2024-03-02,ore,1,t\0\n", "is not a text in UTF-8"),
        (b'date,item,amount,unit\n"' + b"x" * 300_000, "is not a CSV table"),
        (b"x" * 5_000_001, "has 5 MB"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_receipts_is_a_sentence(tmp_path: Path, content: bytes, said: str):
    (problem,) = problems_of(tmp_path, content)
    assert problem.file == str(tmp_path / "receipts.csv")
    assert said in problem.sentence()
    assert len(problem.sentence()) < 400 + len(problem.file)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("missing.csv", "missing.csv  cannot be read"), (".", "is not a file"), ("''", "is not the name of a file"),
        ("[receipts.csv, receipts.csv]", "'receipts.csv' is named twice"), ("{a: b}", "is no file of receipts"),
        ("5", "is no file of receipts"), ("null", "is no file of receipts"), ("[5]", "is not a group of keys"),
        (f"[{', '.join(f'{n}.csv' for n in range(61))}]", "names 61 files"),
        ('"a\\u0007b"', "is not the name of a file"), ("[receipts.csv, {file: x}]", "names a file"),
        (f"'{'x' * 300}'", "is not the name of a file"),
    ],
)  # fmt: skip
def test_what_names_no_file_is_refused(tmp_path: Path, names: str, said: str):
    told = refusal(tmp_path, "2024-03-02,ore,1,t,\n", head=HEAD.replace("receipts.csv", names))
    assert said in told
    assert told.count("\n") == 0


def test_a_file_that_never_ends_is_refused(tmp_path: Path):
    path = write(tmp_path, "")
    (tmp_path / "receipts.csv").unlink()
    (tmp_path / "receipts.csv").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="is not a file"):
        read_site(path)


def test_names_of_files_are_refused_where_no_folder_is_known():
    with pytest.raises(InputError, match="read beside a site file on the command line only"):
        site_from(HEAD, "x")
    with pytest.raises(InputError, match="read beside a site file on the command line only"):
        site_of({"name": "x", "country": "PER", "year": 2024, "receipts": ["receipts.csv"]})


def test_a_formula_in_a_note_goes_nowhere(tmp_path: Path):
    site = site_with(tmp_path, "2024-03-02,ore,1,t,=cmd|' /C calc'!A0\n")
    assert "cmd" not in json.dumps(site.model_dump(mode="json"))


# --- laws -------------------------------------------------------------------------------------------------------

LINE = st.tuples(
    st.dates(min_value=date(2024, 1, 1), max_value=date(2024, 12, 31)),
    st.floats(0.001, 1e6),
    st.sampled_from(["L", "drum", "gal_uk", "jerrycan", "can"]),
)


@given(rows=st.lists(LINE, min_size=1, max_size=12), data=st.data())
def test_the_sum_of_receipts_is_free_of_their_order(rows, data):
    more = "containers: {can: {value: 18.5 L, range: 18..19 L}}\n"
    lines = [f"{day},diesel.engines,{amount!r},{unit}\n" for day, amount, unit in rows]
    with tempfile.TemporaryDirectory() as folder:
        one = site_with(Path(folder), "".join(lines), more).energy.diesel.engines
        other = site_with(Path(folder), "".join(data.draw(st.permutations(lines))), more).energy.diesel.engines
    assert one == other  # to the last digit
    litres = {"L": 1, "drum": DRUM, "gal_uk": 4.54609, "jerrycan": 20, "can": 18.5}
    assert one.to("L/year") == pytest.approx(sum(amount * litres[unit] for _day, amount, unit in rows), rel=1e-12)


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_is_receipts_or_an_input_error(content: bytes):
    with tempfile.TemporaryDirectory() as folder:
        try:
            site_with(Path(folder), HEADER.encode() + content)
        except InputError as error:
            assert str(error)
