"""Tables that nobody should write and somebody will: HOSTILE has a function for each file name, to write it to a path.

    path = tmp_path / name
    HOSTILE[name](path)

Where not said otherwise a table has two good sites, `a` and `b`, and one thing wrong with it. Nothing here says what
the batch has to do of it: only that it ends with a sentence, and that what it read is what it accepted and refused.
"""

import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

HEADER = "site,country,year,diesel.generator [L/month],gold [g/week],workers [person]"
ROWS = ("a,PER,2024,900,80.5,35", "b,GHA,2023,1200.25,120,60")
ACTIVITY_HEADER = "site,item,amount,unit,country,year"
FORMULAS = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1;2)", "\t=1+1", "\r=1+1", "=HYPERLINK(\"http://x\")", "＝1+1", "|calc",
)  # fmt: skip
LONG = 10**6
MANY = 10_000

Writer = Callable[[Path], None]
HOSTILE: dict[str, Writer] = {}


def hostile(name: str) -> Callable[[Writer], Writer]:
    def kept(writer: Writer) -> Writer:
        HOSTILE[name] = writer
        return writer

    return kept


def text_of(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    return end.join((header, *rows)) + end


def _text(name: str, text: str, encoding: str = "utf-8") -> None:
    _bytes(name, text.encode(encoding))


def _bytes(name: str, content: bytes) -> None:
    def write(path: Path) -> None:
        path.write_bytes(content)

    HOSTILE[name] = write


def _cell(place: int, *values: str) -> str:
    """Return a table with a site for each value, which stands in one of its columns."""
    rows = []
    for number, value in enumerate(values):
        cells = [f"s{number}", "PER", "2024", "900", "80.5", "35"]
        cells[place] = '"' + value.replace('"', '""') + '"'
        rows.append(",".join(cells))
    return text_of(*rows)


# Headers.
_text("wrong-header.csv", text_of("a,PER,1,2", header="name,land,when,fuel"))
_text("header-of-numbers.csv", "1,2,3\n4,5,6\n")
_text("no-year.csv", text_of("a,PER,900", header="site,country,diesel.generator [L/month]"))
_text("duplicate-header.csv", text_of("a,PER,2024,1,2", header="site,country,year,gold [g/week],gold [g/week]"))
_text("item-in-two-units.csv", text_of("a,PER,2024,1,2", header="site,country,year,gold [g/week],gold [kg/year]"))
_text("blank-in-header.csv", text_of(*(f"{row}," for row in ROWS), header=f"{HEADER},"))
_text("unknown-unit.csv", text_of("a,PER,2024,1", header="site,country,year,gold [sackful/week]"))
_text("ambiguous-unit.csv", text_of("a,PER,2024,1", header="site,country,year,gold [oz/week]"))
_text("unit-of-another-kind.csv", text_of("a,PER,2024,1", header="site,country,year,gold [kWh/week]"))
_text("unclosed-bracket.csv", text_of("a,PER,2024,1", header="site,country,year,gold [g/week"))
_text("unit-bomb.csv", text_of("a,PER,2024,1", header="site,country,year,gold [g^9^9^9^9]"))
_text("unknown-item.csv", text_of("a,PER,2024,1", header="site,country,year,dynamite [kg/year]"))
_text("formula-header.csv", text_of("a,PER,2024,1", header="site,country,year,=cmd|' /C calc'!A0"))
_text("activity-without-unit.csv", text_of("a,gold,1,PER,2024", header="site,item,amount,country,year"))
_text("header-only.csv", HEADER + "\n")
_text("header-without-end.csv", HEADER)
_text("activity-header-only.csv", ACTIVITY_HEADER + "\n")
_text("ten-thousand-columns.csv", text_of("a,PER,2024" + ",1" * MANY,
      header="site,country,year" + "".join(f",x{n} [kg/year]" for n in range(MANY))))  # fmt: skip

# Encodings.
_text("latin-1.csv", text_of("Peñón,PER,2024,900,80.5,35", ROWS[1]), "latin-1")
_text("cp1252-quotes.csv", text_of("“Peñón”,PER,2024,900,80.5,35", ROWS[1]), "cp1252")
_text("utf-16.csv", text_of("Peñón,PER,2024,900,80.5,35", ROWS[1]), "utf-16")
_text("utf-16-without-mark.csv", text_of(*ROWS), "utf-16-le")
_text("utf-32.csv", text_of(*ROWS), "utf-32")
_text("utf-8-mark.csv", text_of(*ROWS), "utf-8-sig")
_bytes("no-encoding.csv", text_of(*ROWS).encode() + bytes(range(128, 256)) + b",PER,2024,1,1,1\n")
_bytes("noise.csv", random.Random(1).randbytes(100_000))
_bytes("zeros.csv", bytes(100_000))
_bytes("gzip.csv", gzip.compress(text_of(*ROWS).encode(), mtime=0))
_bytes("cut-character.csv", text_of(*ROWS).encode() + "é".encode()[:1])

# Lines and cells.
_bytes("empty.csv", b"")
_text("blank-lines.csv", "\n\n \n,,,,,\n")
_text("blank-lines-between.csv", text_of(ROWS[0], "", ",,,,,", ROWS[1], ""))
_text("cr-only.csv", text_of(*ROWS, end="\r"))
_text("crlf.csv", text_of(*ROWS, end="\r\n"))
_text("mixed-ends.csv", text_of(ROWS[0]) + ROWS[1] + "\r\nc,PER,2024,1,1,1\rd,PER,2024,1,1,1\n")
_text("no-last-end.csv", text_of(*ROWS)[:-1])
_text("short-and-long-rows.csv", text_of(ROWS[0], "c,PER,2024", ROWS[1] + ",7,8"))
_text("semicolons-decimal-comma.csv", text_of(*(row.replace(",", ";").replace(".", ",") for row in ROWS),
      header=HEADER.replace(",", ";")))  # fmt: skip
_text("semicolons-thousands.csv", text_of("a;PER;2024;1.234,5;80,5;1.035", header=HEADER.replace(",", ";")))
_text("quoted-thousands.csv", text_of('a,PER,2024,"1,234.5","80.5","1,035"'))
_text("tabs.csv", text_of(*ROWS).replace(",", "\t"))
_text("tabs.tsv", text_of(*ROWS).replace(",", "\t"))
_text("pipes.csv", text_of(*ROWS).replace(",", "|"))
_text("sep-line.csv", "sep=;\n" + text_of(*ROWS).replace(",", ";"))
_text("nul-bytes.csv", text_of("a\x00,PER,2024,900,80.5,35", ROWS[1]))
_text("unbalanced-quotes.csv", text_of('"a,PER,2024,900,80.5,35', ROWS[1]))
_text("quote-in-cell.csv", text_of('a"b,PER,2024,900,80.5,35', ROWS[1]))
_text("text-after-quote.csv", text_of('"a"b,PER,2024,900,80.5,35', ROWS[1]))
_text("line-end-in-quotes.csv", text_of('"a\nsecond line",PER,2024,900,80.5,35', ROWS[1]))
_text("control-characters.csv", _cell(0, "\x1b[31mred\x1b[0m", "bell\x07", "back\x08space", "del\x7f", "next\x85line"))
_text("direction-marks.csv", _cell(0, "\u202egro.live\u202c", "zero\u200bwidth", "\ufeffmark"))
_text("one-name-in-two-forms.csv", _cell(0, "R\u00edo", "Ri\u0301o", " R\u00edo ", "R\u00cdO"))
_text("formula-cells.csv", _cell(0, *FORMULAS))
_text("formulas-of-programmes.csv", text_of(*(f'{n},PER,2024,1,"{one.replace(chr(34), chr(34) * 2)}"'
      for n, one in enumerate(FORMULAS)), header="site,country,year,gold [g/week],programme"))  # fmt: skip
_text("formulas-of-numbers.csv", _cell(3, *FORMULAS))
_text("long-name.csv", text_of("x" * LONG + ",PER,2024,900,80.5,35", ROWS[1]))
_text("long-number.csv", text_of("c,PER,2024," + "9" * LONG + ",80.5,35", ROWS[1]))
_text("long-quoted.csv", text_of('"' + "x,\n" * (LONG // 3) + '",PER,2024,900,80.5,35', ROWS[1]))
_text("long-line-without-end.csv", HEADER + "\n" + "x" * 3 * LONG)
_text("odd-numbers.csv", _cell(3, "1e400", "1e-400", "0x10", "1_000", "１２", "٣", " 12 ",
       "-0", "+5", ".5", "5.", "1e3",
      "NaN", "-inf", "Infinity", "1/2", "12 L", "1.2.3", "--1", "n/a", "-", "?", "#REF!", "TRUE"))  # fmt: skip
_text(
    "odd-years.csv", _cell(2, "2024.0", "2024.5", "24", "9" * 30, "-2024", "2024-05-01", "MMXXIV", "", " 2024 ", "2e3")
)
_text("odd-countries.csv", _cell(1, "", "per", " PER ", "PE", "Peru", "Perú", "XXX", "World", "any", "604", "=PER"))
_text("duplicate-site.csv", text_of(ROWS[0], ROWS[0], ROWS[1]))
_text("only-bad-sites.csv", text_of("a,PER,2024,-1,80.5,35", "b,XXX,2024,1,1,1"))
_text("activity-odd-rows.csv", text_of(
    "a,gold,1,kg/year,PER,2024", "a,gold,2,kg/year,PER,2024", ",gold,1,kg/year,PER,2024", "b,=gold,1,kg/year,PER,2024",
    "c,gold,1,=kg/year,PER,2024", "d,gold,1,g^9^9^9/year,PER,2024", "e,gold,1,,PER,2024", "f,gold,,kg/year,PER,2024",
    "g,gold,1,kg/year,PER,2024", "g,ore,1,t/year,GHA,2024", "h,,1,kg/year,PER,2024", "i,gold,1,kg/year",
    "j,workers,3.5,person,PER,2024", "k,women,3,person,PER,2024", header=ACTIVITY_HEADER))  # fmt: skip


# Parquet.
def _frame(**columns: Any) -> pl.DataFrame:
    """Return the table of two good sites, with columns in the place of some, named without their units."""
    frame = pl.DataFrame(
        {
            "site": ["a", "b"], "country": ["PER", "GHA"], "year": [2024, 2023],
            "diesel.generator [L/month]": [900.0, 1200.25], "gold [g/week]": [80.5, 120.0],
            "workers [person]": [35.0, 60.0],
        }
    )  # fmt: skip
    names = {name.split(" ")[0].split(".")[0]: name for name in frame.columns}
    return frame.with_columns([pl.Series(names[name], values) for name, values in columns.items()])


def _parquet(name: str, frame: pl.DataFrame) -> None:
    HOSTILE[name] = frame.write_parquet


_NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
_parquet("lists.parquet", _frame(gold=[[1.0, 2.0], [3.0]]))
_parquet("bools.parquet", _frame(gold=[True, False]))
_parquet("timestamps.parquet", _frame(gold=[_NOON, _NOON]))
_parquet("years-as-timestamps.parquet", _frame(year=[_NOON, _NOON]))
_parquet("years-as-dates.parquet", _frame(year=[_NOON.date(), _NOON.date()]))
_parquet("years-as-floats.parquet", _frame(year=[2024.0, 2023.5]))
_parquet("years-as-text.parquet", _frame(year=["2024", "twenty"]))
_parquet("structs.parquet", _frame(site=[{"name": "a"}, {"name": "b"}]))
_parquet("names-as-bytes.parquet", _frame(site=[b"a", b"\xff\xfe"]))
_parquet("names-as-numbers.parquet", _frame(site=[1, 2]))
_parquet("names-as-lists.parquet", _frame(site=[["a"], ["b"]]))
_parquet("countries-as-categories.parquet", _frame().with_columns(pl.col("country").cast(pl.Categorical)))
_parquet("amounts-as-text.parquet", _frame(gold=["80.5", "much"]))
_parquet("amounts-as-integers.parquet", _frame(gold=[80, 120]))
_parquet("amounts-as-decimals.parquet", _frame().with_columns(pl.col("gold [g/week]").cast(pl.Decimal(20, 2))))
_parquet("amounts-of-single-precision.parquet", _frame().with_columns(pl.col("gold [g/week]").cast(pl.Float32)))
_parquet("amounts-all-null.parquet", _frame().with_columns(pl.lit(None).alias("gold [g/week]")))
_parquet("nulls-everywhere.parquet", _frame().with_columns(pl.lit(None, pl.String).alias("site")))
_parquet("nan-and-infinity.parquet", _frame(gold=[float("nan"), float("inf")]))
_parquet("no-rows.parquet", _frame().clear())
_parquet("wrong-columns.parquet", pl.DataFrame({"name": ["a"], "fuel": [1.0]}))
_parquet("ten-thousand-columns.parquet", _frame().with_columns([pl.lit(1.0).alias(f"x{n}") for n in range(MANY)]))
_parquet("long-name.parquet", _frame(site=["x" * LONG, "b"]))
_parquet("formula-cells.parquet", _frame(site=list(FORMULAS[:2])))
_bytes("empty.parquet", b"")
_text("csv-inside.parquet", text_of(*ROWS))


@hostile("parquet-inside.csv")
def parquet_inside(path: Path) -> None:
    _frame().write_parquet(path)


@hostile("truncated.parquet")
def truncated(path: Path) -> None:
    _frame().write_parquet(path)
    path.write_bytes(path.read_bytes()[:-200])


@hostile("cut-in-half-with-its-end.parquet")
def cut_in_half(path: Path) -> None:
    """Leave the footer, which says where columns stand, and take out the columns."""
    _frame().write_parquet(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + whole[len(whole) // 2 :])


@hostile("turned-bits.parquet")
def turned_bits(path: Path) -> None:
    """Turn bits of the pages; the footer is whole."""
    _frame().write_parquet(path)
    content = bytearray(path.read_bytes())
    for place in range(4, 60, 3):
        content[place] ^= 0xFF
    path.write_bytes(content)
