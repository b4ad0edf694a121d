"""Tables of sites: each row the figures of its site's file, whatever the table's shape, units, parts and neighbours."""

import csv
import io
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from batch_tables import write_activity_table, write_site_table

from asmcarbon.batch import pieces, sources, work
from asmcarbon.batch import run as batch_run
from asmcarbon.batch.columns import items
from asmcarbon.batch.countries import code_of
from asmcarbon.batch.engines import Local
from asmcarbon.batch.folder import DRAWN, site_row
from asmcarbon.batch.layout import layout_of
from asmcarbon.batch.part import content_of, result_of
from asmcarbon.batch.sources import source_of
from asmcarbon.batch.stated import stated_in
from asmcarbon.batch.tables_run import of_tables
from asmcarbon.batch.work import plan_of, recipe_of
from asmcarbon.errors import AsmcarbonError, InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.read import site_of

# What a table's row has not: it is of the file as a whole, or no column of a table can state it.
NOT_TOLD = {
    "name", "asmcarbon", "input_sha256", "scope_2_market_based [tCO2e/year]", "land_use_change_amortised [tCO2e/year]",
    "drained_peat [tCO2e/year]",
}  # fmt: skip


def drawn(seed, size):
    """Sites of all that a table may state, in other units than asmcarbon's own, with blanks anywhere."""
    rng = np.random.default_rng(seed)

    def column(low, high, share=0.6):
        return [float(rng.uniform(low, high)) if rng.random() < share else None for _row in range(size)]

    def beside(column, value):
        return [None if one is None else value for one in column]

    table = {
        "site": [f"site {n}" for n in range(size)],
        "country": rng.choice(["PER", "Ghana", "tz", "DR Congo", "COL", "PHL"], size).tolist(),
        "year": rng.choice([2021, 2022, 2023, 2024], size).tolist(),
        "basis": rng.choice(["measured", "assumed", "sourced", ""], size).tolist(),
    }
    for fuel in ("diesel", "petrol"):
        for use in ("generator", "engines", "machinery", "vehicles"):
            table[f"{fuel}.{use} [L/month]"] = column(0, 5000)
        table[f"{fuel}.density [kg/m3]"] = column(700, 900, 0.8)
        table[f"{fuel}.net_calorific_value [MJ/kg]"] = column(40, 46, 0.8)
    table |= {
        "electricity [MWh/year]": column(0, 500), "anfo [kg/week]": column(0, 50), "ore [t/day]": column(0, 20),
        "gold [g/week]": column(0, 400), "copper [t/year]": column(0, 40, 0.3),
        "silver [troy_oz/month]": column(0, 40, 0.3), "mercury [kg/year]": column(0, 5, 0.3),
        "workers [person]": column(5, 100, 0.9), "women [person]": column(0, 40, 0.5),
        "hours [h/month]": column(50, 150, 0.7), "forest.opened [ha/year]": (opened := column(0, 5, 0.3)),
    }  # fmt: skip
    zones = [None if one is None else ("tropical_rainforest" if rng.random() < 0.5 else "") for one in opened]
    rehabilitated = column(0, 5, 0.3)
    table |= {
        "forest.zone": [one or None for one in zones],
        "forest.state": ["primary" if one else None for one in zones],
        "forest.carbon_before [tC/ha]": [float(rng.uniform(50, 100)) if one == "" else None for one in zones],
        "forest.pools": ["above_ground below_ground" if one == "" else None for one in zones],
        "forest.affected [%]": [None if one is None else float(rng.uniform(0, 100)) for one in opened],
        "rehabilitated [ha]": rehabilitated,
        "rehabilitated.removals [tCO2e/ha/year]": beside(rehabilitated, 4.5),
        "rehabilitated.method": beside(rehabilitated, "planted"),
        "rehabilitated.land": beside(rehabilitated, "tailings"),
    }
    for item in ("diesel.generator", "petrol.engines", "electricity", "diesel.density", "diesel.net_calorific_value"):
        figures = next(cells for name, cells in table.items() if name.startswith(f"{item} ["))
        # From 59 % on draws are lognormal.
        most = 100 if item == "petrol.engines" else 30
        ranges = [None if one is None or rng.random() < 0.1 else float(rng.uniform(1, most)) for one in figures]
        table[f"{item} [± %]"] = ranges
    return pl.DataFrame(table)


DRAWS = (200, 7)


def drawn_close(one, other):
    return one == other or one == pytest.approx(other, rel=1e-12, abs=1e-10)


def close(one, other):
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-12, abs=0)
    return one == other


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_row_has_every_figure_of_its_sites_file_or_is_refused_as_that_is(seed):
    frame, tables = drawn(seed, 120), read_tables()
    layout = layout_of(frame.columns, "t.csv")
    stated = stated_in(frame, layout, ".")
    names = list(layout.quantities)
    plan = plan_of([], {}, is_csv=True)
    plan = type(plan)((), tuple(names), tuple(layout.words), True, {}, True, draws=DRAWS)
    found = result_of(stated, recipe_of(plan, tables))
    rows = iter(found.rows.to_dicts())
    refused = {one.row: one for one in found.refused}
    computed = intervals = 0
    for row in range(frame.height):
        content = content_of(stated, row)
        try:
            expected = site_row(content["name"], footprint_report(site_of(content), tables, draws=DRAWS))
        except AsmcarbonError as error:
            reasons = str(error)
            assert refused[row].reason.split(";")[0] in reasons
            continue
        assert row not in refused
        computed += 1
        got = next(rows)
        for name in expected.keys() - NOT_TOLD:
            # What is drawn is told relative to a figure, of which it is the small difference.
            as_told = drawn_close if name in DRAWN else close
            assert as_told(got[name], expected[name]), (row, name)
        intervals += got["drawn low [%]"] is not None
        amounts = {f"{item} [{items()[item].measure.unit}]" for item in ("ore", "gold", "copper", "silver")}
        for name in got.keys() - expected.keys() - {"minerals", "programme"} - amounts:
            assert got[name] is None, (row, name)
    assert next(rows, None) is None
    assert 20 < computed < 120
    assert intervals > 5


def sites_in(text):
    return list(csv.DictReader(io.StringIO(text)))


def of(path, **more):
    return of_tables([(path, path.name)], None, method=more.pop("method", {}), **more)


def written(tmp_path, text, name="sites.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


SITE = "site,country,year,diesel.generator [L/year],gold [kg/year]\n"


def test_a_figure_is_the_same_in_every_shape_of_table(tmp_path):
    site = written(tmp_path, SITE + "m,PER,2024,1000,2\n")
    by_column = written(tmp_path, "site,country,year,diesel.generator,diesel.generator unit,gold\n"
                        "m,PER,2024,1000,L/year,2 kg/year\n", "column.csv")  # fmt: skip
    activity = written(tmp_path, "site,item,amount,unit,country,year\nm,diesel.generator,1000,L/year,PER,2024\n"
                       "m,gold,2000,g/year,PER,2024\n", "activity.csv")  # fmt: skip
    pl.read_csv(site).write_parquet(tmp_path / "sites.parquet")
    comma = written(tmp_path, (SITE + "m,PER,2024,1000,2\n").replace(",", ";").replace("1000", "1000,0"), "comma.csv")
    tab = written(tmp_path, (SITE + "m,PER,2024,1000,2\n").replace(",", "\t"), "tab.tsv")
    wide = written(tmp_path, SITE + "m,PER,2024,1000,2\n", "wide.csv", "utf-16")
    every = (site, by_column, activity, tmp_path / "sites.parquet", comma, tab, wide)
    found = [sites_in(of(path).text) for path in every]
    assert all(one == found[0] for one in found[1:])
    # 1,000 L x 0.83072 kg/L x 43 GJ/t x (74.1 + 0.003 x 27 + 0.0006 x 273) kg/GJ, over 2 kg.
    expected = 1000 * 0.83072 * 43 * (74.1 + 0.003 * 27 + 0.0006 * 273) / 1e6 / 2
    assert float(found[0][0]["scopes_1_2 per gold [tCO2e/kg]"]) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PER", "PER"), ("per", "PER"), ("PE", "PER"), ("Perú", "PER"), ("Pérou", "PER"), ("Tanzânia", "TZA"),
        ("United Republic of Tanzania", "TZA"), ("DR Congo", "COD"), ("Costa do Marfim", "CIV"),
        ("Cote d'Ivoire", "CIV"), ("Atlantis", None), ("", None), ("Peru ", "PER"),
    ],
)  # fmt: skip
def test_countries_go_by_code_and_by_name(text, code):
    assert code_of(text) == code


HEADERS = [
    ("site,country,diesel.generator [L/year]", "has no column year"),
    (SITE.replace("gold [kg/year]", "glod [kg/year]"), "is not an item that asmcarbon knows; did you mean 'gold'?"),
    (SITE.replace("gold [kg/year]", "qqqqq [kg/year]"), "is not an item that asmcarbon knows; expected one of site,"),
    (SITE.replace("gold [kg/year]", "gold [ton/year]"), "'ton' differs between countries"),
    (SITE.replace("gold [kg/year]", "gold [kWh/year]"), "is energy per time; expected mass per time"),
    (SITE.replace("gold [kg/year]", "diesel.generator [L/week]"), "stands twice"),
    (SITE.replace("gold [kg/year]", "gold [± %]"), "is the range of a column that is not there"),
    (SITE.replace("gold [kg/year]", "gold unit"), "is the unit of a column that is not there"),
    ("site,item,amount,unit,country,yeer", "has no column year"),
    ("site,item,amount,unit,country,year,colour", "is no column of an activity table"),
    (",".join(["site,country,year", *(f"gold{n}" for n in range(600))]), "has 603 columns; expected at most 500"),
]


@pytest.mark.parametrize(("header", "sentence"), HEADERS)
def test_a_wrong_header_is_told_in_a_sentence(tmp_path, header, sentence):
    with pytest.raises(InputError) as refused:
        of(written(tmp_path, header.strip() + "\n"))
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 1000 + 200 * len(refused.value.problems)


def test_a_refused_table_leaves_nothing_behind(tmp_path):
    path = written(tmp_path, "site,country,glod [kg/year]\n")
    with pytest.raises(InputError):
        of_tables([(path, path.name)], tmp_path / "out.csv", method={})
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_all_that_is_wrong_with_headers_is_told_at_once(tmp_path):
    with pytest.raises(InputError) as refused:
        of(written(tmp_path, "site,country,glod [kg/year],gold [ton/year]\n"))
    assert len(refused.value.problems) == 3


BAD = [
    ("m,PER,2024,-1,2", 4, "'-1 L/year' is too small; expected at least 0 L/year"),
    ("m,PER,2024,nan,2", 4, "'nan' is not a number"),
    ("m,PER,2024,inf,2", 4, "'inf' is not a number"),
    ("m,PER,2024,1,x", 5, "'x' is not a number; expected a finite number, for example '12 kg/year'"),
    ("m,PER,2024,1e400,2", 4, "is too large to be a number"),
    ("m,PER,2024,abc,2", 4, "'abc' is not a number"),
    ('m,PER,2024,"1,000",2', 4, "write the number without separators"),
    ("m,PER,2024,1e18,2", 4, "is beyond any site"),
    ("m,PER,1889,1,2", 3, "'1889' is no year; expected 1990 .. 2100"),
    ("m,PER,2024.5,1,2", 3, "'2024.5' is no year"),
    ("m,,2024,1,2", 2, "is empty; expected its code in ISO 3166, or its name"),
    (",PER,2024,1,2", 1, "is empty; expected one line of text"),
    ("m\x07,PER,2024,1,2", 1, "has control characters"),
    ("m,PER,2024,1,2,3", 0, "has 6 cells; expected 5, as the header"),
    ("m,PER,2024,1", 0, "has 4 cells; expected 5, as the header"),
]


@pytest.mark.parametrize(("row", "place", "sentence"), BAD)
def test_a_row_that_cannot_be_used_is_refused_with_its_cell(tmp_path, row, place, sentence):
    done = of(written(tmp_path, SITE + "good,PER,2024,1,2\n" + row + "\n" + "fine,PER,2024,1,2\n"))
    (refused,) = done.refused
    assert (done.manifest.read, done.manifest.accepted) == (3, 2)
    assert refused["row"] == "3"
    assert refused["column"] == ["", *SITE.strip().split(",")][place]
    assert sentence in refused["reason"]


def test_a_site_stands_once_a_year_over_all_tables(tmp_path):
    first = written(tmp_path, SITE + "a,PER,2024,1,2\nb,PER,2024,1,2\na,PER,2023,1,2\n", "1.csv")
    second = written(tmp_path, SITE + "c,PER,2024,1,2\na,PER,2024,9,2\n", "2.csv")
    done = of_tables([(first, "1.csv"), (second, "2.csv")], None, method={})
    assert [(one["site"], one["year"]) for one in sites_in(done.text)] == [
        ("a", "2024"), ("b", "2024"), ("a", "2023"), ("c", "2024")
    ]  # fmt: skip
    assert [(one["file"], one["row"]) for one in done.refused] == [("2.csv", "3")]
    assert "stands in another row already" in done.refused[0]["reason"]


def test_thousands_that_may_be_decimals_are_asked_about(tmp_path):
    path = written(tmp_path, SITE.replace(",", ";") + "a;PER;2024;1,000;2\nb;PER;2024;2,500;2\nc;PER;2024;1;2\n")
    with pytest.raises(InputError, match="may be a thousand or a thousandth; expected --decimal"):
        of(path)
    row = sites_in(of(path, spoken=(None, None, ",")).text)[0]
    assert float(row["scopes_1_2 per gold [tCO2e/kg]"]) == pytest.approx(0.00265571 / 2, rel=1e-4)


def test_another_encoding_is_asked_for_and_read(tmp_path):
    path = written(tmp_path, SITE + "Mina Año Nuevo,Perú,2024,1,2\n", encoding="cp1252")
    with pytest.raises(InputError, match=r"is not in UTF-8.*--encoding cp1252"):
        of(path)
    assert sites_in(of(path, spoken=("cp1252", None, None)).text)[0]["site"] == "Mina Año Nuevo"


def test_cells_that_a_spreadsheet_would_run_are_text_in_every_file(tmp_path):
    path = written(tmp_path, SITE + "=1+1,PER,2024,1,2\n@x,PER,2024,-1,2\n")
    of_tables([(path, path.name)], tmp_path / "out.csv", method={})
    assert sites_in((tmp_path / "out.csv").read_text("utf-8"))[0]["site"] == "'=1+1"
    assert "'-1" in (tmp_path / "refused.csv").read_text("utf-8")


def test_quotes_newlines_and_separators_in_a_name_are_its_own(tmp_path):
    path = written(tmp_path, SITE + 'a,PER,2024,1,2\n"b, the ""old"" one",PER,2024,1,2\nc,PER,2024,x,2\n')
    done = of(path)
    assert [one["site"] for one in sites_in(done.text)] == ["a", 'b, the "old" one']
    assert done.refused[0]["row"] == "4"


def test_blank_rows_are_no_rows(tmp_path):
    done = of(written(tmp_path, SITE + "a,PER,2024,1,2\n,,,,\n\nb,PER,2024,x,2\n"))
    assert (done.manifest.read, done.manifest.accepted) == (2, 1)
    assert done.refused[0]["row"] == "5"


def bytes_of(folder):
    """What a run wrote, but for the manifest, which names its files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json"
    }  # fmt: skip


@pytest.fixture
def small_parts(monkeypatch):
    """Tables of a few kilobytes in many parts."""
    monkeypatch.setattr(sources, "PART_BYTES", 3000)
    monkeypatch.setattr(sources, "LARGEST_ROW", 2900)
    monkeypatch.setattr(sources, "PART_ROWS", 50)


def table_of(tmp_path, shape, size=200):
    frame = drawn(5, size)
    if shape != "activity":  # some of them twice, near and far
        frame = pl.concat([frame[:20], frame[10:15], frame[20:], frame[::7]])
    if shape == "parquet":
        frame.write_parquet(tmp_path / "in.parquet")
        return tmp_path / "in.parquet"
    if shape == "site":
        frame.write_csv(tmp_path / "in.csv")
        return tmp_path / "in.csv"
    rows = []
    for row in frame.to_dicts():
        for name, cell in row.items():
            item, _space, unit = name.partition(" [")
            if item in items() and cell is not None and "±" not in name:
                rows.append((row["site"], item, cell, unit.rstrip("]"), row["country"], row["year"]))
    rng = np.random.default_rng(1)
    rng.shuffle(rows)
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("site", "item", "amount", "unit", "country", "year"), *rows])
    return tmp_path / "in.csv"


@pytest.mark.parametrize("shape", ["site", "parquet"])
def test_parts_change_no_byte_of_a_csv(tmp_path, monkeypatch, shape):
    table = table_of(tmp_path, shape)
    whole, parted = tmp_path / "whole", tmp_path / "parted"

    def run(folder):
        folder.mkdir()
        return of_tables([(table, table.name)], folder / "out.csv", method={}, has_lines=True, draws=DRAWS).manifest

    run(whole)
    monkeypatch.setattr(sources, "PART_BYTES", 3000)
    monkeypatch.setattr(sources, "PART_ROWS", 50)
    monkeypatch.setattr(sources, "LARGEST_ROW", 2900)
    count = run(parted)
    assert bytes_of(parted) == bytes_of(whole)
    rows, lines = (sites_in((parted / f"{name}.csv").read_text("utf-8")) for name in ("out", "lines"))
    refused = sites_in((parted / "refused.csv").read_text("utf-8"))
    assert len(rows) == count.accepted > 20
    assert {one["site"] for one in lines} <= {one["site"] for one in rows}
    again = [one for one in refused if "stands in another row already" in one["reason"]]
    assert len(again) > 5
    assert {one["value"] for one in again} <= {one["site"] for one in rows}


def test_the_sites_of_an_activity_table_are_the_same_in_pieces(tmp_path, monkeypatch):
    table = table_of(tmp_path, "activity")
    whole = of(table)
    monkeypatch.setattr(sources, "PART_BYTES", 3000)
    monkeypatch.setattr(pieces, "PART_BYTES", 3000)
    monkeypatch.setattr(sources, "LARGEST_ROW", 2900)
    parted = of(table)
    assert pieces.pieces_in(source_of(table, "in", tmp_path, None, (None, None))) > 3
    one, other = ({(row["site"], row["year"]): row for row in sites_in(run.text)} for run in (whole, parted))
    assert one == other
    assert parted.manifest.read == whole.manifest.read
    assert parted.manifest.refused == whole.manifest.refused


class Killed(BaseException):
    """What stops a run in the middle."""


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("shape", ["site", "parquet", "activity"])
def test_a_run_that_was_stopped_anywhere_goes_on_to_the_same_bytes(tmp_path, monkeypatch, shape):
    table = table_of(tmp_path, shape)
    ending = "parquet" if shape == "parquet" else "csv"
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    whole.mkdir()
    torn.mkdir()
    of_tables([(table, table.name)], whole / f"out.{ending}", method={}, workers=1)
    keep, left = work.written, []

    def written(path: Path, write):
        if not left:
            raise Killed
        left.pop()
        keep(path, write)

    monkeypatch.setattr(work, "written", written)
    kills = 0
    while not (torn / f"out.{ending}").exists():
        left[:] = [None] * (kills % 8)
        with suppress(Killed):
            of_tables([(table, table.name)], torn / f"out.{ending}", method={}, workers=2)
            break
        kills += 1
    assert kills > 3
    assert bytes_of(torn) == bytes_of(whole)


def test_a_rerun_takes_what_was_done(tmp_path, monkeypatch):
    table = table_of(tmp_path, "site")
    monkeypatch.setattr(batch_run, "_take_out", lambda *_given: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        of_tables([(table, table.name)], tmp_path / "out.csv", method={})
    monkeypatch.undo()
    again = []
    each = Local.each
    monkeypatch.setattr(
        Local, "each", lambda self, work, given: each(self, work, (again.append(1) or one for one in given))
    )
    of_tables([(table, table.name)], tmp_path / "out.csv", method={})
    assert again == []


def test_another_table_under_the_same_name_is_not_taken_for_what_was_done(tmp_path, monkeypatch):
    table = written(tmp_path, SITE + "a,PER,2024,1,2\n")
    monkeypatch.setattr(batch_run, "_take_out", lambda *_given: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        of_tables([(table, table.name)], tmp_path / "out.csv", method={})
    monkeypatch.undo()
    written(tmp_path, SITE + "b,PER,2024,1,2\n")
    of_tables([(table, table.name)], tmp_path / "out.csv", method={})
    assert [one["site"] for one in sites_in((tmp_path / "out.csv").read_text("utf-8"))] == ["b"]


def test_lines_are_those_of_each_sites_report(tmp_path):
    frame = drawn(8, 40)
    frame.write_csv(tmp_path / "in.csv")
    of_tables([(tmp_path / "in.csv", "in.csv")], tmp_path / "out.csv", method={}, has_lines=True)
    lines = sites_in((tmp_path / "lines.csv").read_text("utf-8"))
    stated = stated_in(frame, layout_of(frame.columns, "in.csv"), ".")
    told = {row["site"] for row in sites_in((tmp_path / "out.csv").read_text("utf-8"))}
    assert len(told) > 5
    for row in (row for row in range(frame.height) if stated.sites[row] in told):
        report = footprint_report(site_of(content_of(stated, row)), read_tables())
        expected = [(one["source"], one["scope"], one["gas"], one["factor_id"]) for one in report["lines"]]
        found = [one for one in lines if one["site"] == stated.sites[row]]
        assert [(one["source"], int(one["scope"]), one["gas"], one["factor_id"]) for one in found] == expected
        values = [one["co2e"]["value"] for one in report["lines"]]
        assert [float(one["emission [kgCO2e/year]"]) for one in found] == pytest.approx(values, rel=1e-12)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("shape", ["site", "activity"])
def test_of_seeded_tables_the_bad_rows_and_no_others_are_refused(tmp_path, shape, ending):
    path = tmp_path / f"in.{ending}"
    known = (write_site_table if shape == "site" else write_activity_table)(path, 600, 1)
    of_tables([(path, path.name)], tmp_path / "out.parquet", method={}, is_summed=False)
    refused = list(csv.DictReader(io.StringIO((tmp_path / "refused.csv").read_text("utf-8"))))
    bad = {one.row for one in known.bad}
    assert len(bad) > 1
    told = {int(row["row"]) for row in refused if "refused for other rows" not in row["reason"]}
    assert bad <= told if shape == "activity" else bad == told
    assert pl.read_parquet(tmp_path / "out.parquet").height == known.accepted


def test_a_name_is_the_same_however_its_accents_are_written(tmp_path):
    done = of(written(tmp_path, SITE + "Mina Nu\u00f1ez,PER,2024,1,2\nMina Nun\u0303ez,PER,2024,1,2\n"))
    assert (done.manifest.read, done.manifest.accepted) == (2, 1)
