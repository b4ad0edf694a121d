"""A user's own factors over asmcarbon's: which row wins, how it is cited, and what is said of a faulty file."""

import hashlib
import pickle
from pathlib import Path

import pytest

from asmcarbon.errors import FactorNotFound, InputError
from asmcarbon.factors.check import check
from asmcarbon.factors.choose import choose, choose_gases
from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import FactorTables, read_tables

HEADER = "item,region,valid_from,gas,value,unit,gwp_set,boundary,locator"
DENSITY = "diesel.density,PER,2024,,0.84,kg/L,,,certificate of the supplier"
GRID = "electricity.grid,PER,2023,CO2e,0.2,kgCO2e/kWh,AR6,direct,letter of the utility"


def laid_over(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> FactorTables:
    path = folder / "my_factors.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
    return read_tables(overlay=path)


def faults(folder: Path, *lines: str, header: str = HEADER) -> list[str]:
    with pytest.raises(InputError) as caught:
        laid_over(folder, *lines, header=header)
    return str(caught.value).splitlines()


def test_the_users_own_row_comes_first_and_is_cited_as_such(tmp_path: Path) -> None:
    tables = laid_over(tmp_path, DENSITY)
    factor = choose(tables, "diesel.density", "PER", 2024).factor
    assert (factor.value, factor.table, factor.is_own, factor.boundary) == (0.84, "overlay", True, "property")
    assert citation(tables, factor) == "the user's own: certificate of the supplier"
    assert tables.sources[factor.source_id].publisher == "the user's own"
    assert factor.quantity.magnitude == 0.84
    assert choose(tables, "diesel.density", "GHA", 2024).factor.table == "fuels"
    assert choose(tables, "diesel.density", "PER", 2023).factor.table == "fuels"


def test_the_tables_that_are_kept_for_everyone_stay_as_they_are(tmp_path: Path) -> None:
    laid_over(tmp_path, DENSITY)
    assert choose(read_tables(), "diesel.density", "PER", 2024).factor.table == "fuels"


def test_the_release_says_that_and_which_own_figures_were_used(tmp_path: Path) -> None:
    tables = laid_over(tmp_path, DENSITY)
    digest = hashlib.sha256((tmp_path / "my_factors.csv").read_bytes()).hexdigest()
    assert tables.release == f"{read_tables().release}+own.{digest[:8]}"


def test_a_row_with_the_key_of_a_shipped_one_replaces_it(tmp_path: Path) -> None:
    line = "diesel.density,any,1990,,0.85,kg/L,,property,own scales"
    tables = laid_over(tmp_path, line)
    assert tables.by_id["diesel.density:any:1990:-:property"].value == 0.85
    assert len(tables.factors) == len(read_tables().factors)
    assert choose(tables, "diesel.density", "COL", 2024).factor.value == 0.856  # a country's own row comes first still


def test_a_figure_in_co2e_replaces_the_single_gases_of_its_boundary_alone(tmp_path: Path) -> None:
    tables = laid_over(tmp_path, GRID)
    assert [one.factor.value for one in choose_gases(tables, "electricity.grid", "PER", 2024, "direct")] == [0.2]
    assert choose(tables, "electricity.grid", "PER", 2024, boundary="lifecycle").factor.table == "electricity"
    assert len(choose_gases(tables, "electricity.grid", "PER", 2022, "direct")) == 3


def test_a_row_that_ends_gives_way_to_ours(tmp_path: Path) -> None:
    header = HEADER + ",valid_to"
    tables = laid_over(tmp_path, GRID + ",2023", header=header)
    assert [one.factor.gas for one in choose_gases(tables, "electricity.grid", "PER", 2023, "direct")] == ["CO2e"]
    assert [one.factor.gas for one in choose_gases(tables, "electricity.grid", "PER", 2024, "direct")] == [
        "CH4", "CO2", "N2O",
    ]  # fmt: skip


def test_an_item_that_we_lack_may_be_brought(tmp_path: Path) -> None:
    with pytest.raises(FactorNotFound):
        choose(read_tables(), "sodium_cyanide.manufacture", "PER", 2024)
    line = "sodium_cyanide.manufacture,any,1990,CO2e,1,kgCO2e/kg,AR6,cradle_to_gate,declaration of the maker"
    assert choose(laid_over(tmp_path, line), "sodium_cyanide.manufacture", "PER", 2024).factor.value == 1


def test_only_the_needed_columns_are_needed_in_any_order_and_as_a_spreadsheet_writes_them(tmp_path: Path) -> None:
    header = "locator,unit,value,valid_from,region,item"
    line = "certificate,kg/L,0.84,2024,PER,diesel.density"
    tables = laid_over(tmp_path, line, ",,,,,", header=header, encoding="utf-8-sig")
    assert choose(tables, "diesel.density", "PER", 2024).factor.value == 0.84


def test_our_own_check_leaves_the_users_rows_alone(tmp_path: Path) -> None:
    assert check(laid_over(tmp_path, DENSITY)) == []


def test_laid_over_tables_survive_a_worker_process(tmp_path: Path) -> None:
    tables = laid_over(tmp_path, DENSITY)
    again = pickle.loads(pickle.dumps(tables))
    assert (again.factors, again.release) == (tables.factors, tables.release)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("diesel.density,PER,2024,,0.84,kg/L,,,", "my_factors.csv:2  diesel.density: has no locator"),
        ("diesel.density,PER,2024,,0.84,GJ/t,,,x", "unit is 'GJ/t'; expected a unit of the same dimension as kg/L"),
        ("diesel.density,PER,2024,,0.84,kilo,,,x", "is not a unit asmcarbon knows"),
        ("diesel.density,Peru,2024,,0.84,kg/L,,,x", "region is 'Peru'"),
        ("diesel.density,PER,soon,,0.84,kg/L,,,x", "my_factors.csv:2  valid_from is 'soon'"),
        ('diesel.density,PER,2024,,"0,84",kg/L,,,x', "my_factors.csv:2  value is '0,84'"),
        ("diesel.density,PER,2024,,,kg/L,,,x", "my_factors.csv:2  has no value"),
        ("diesel.density,PER,2024,,nan,kg/L,,,x", "value is nan; expected a finite number"),
        ("diesel.density,PER,2024,,0.84,kg/L,,tank,x", "boundary is 'tank'; expected property"),
        ("electricity.grid,PER,2024,CO2e,0.2,kgCO2e/kWh,AR6,,x", "boundary is ''; expected"),
        ("electricity.grid,PER,2024,CO2e,0.2,kgCO2e/kWh,,direct,x", "is in CO2e with gwp_set ''"),
        ("diesel.stationary,PER,2024,CO2e,74,kgCO2e/GJ,AR6,combustion,x", "gases are expected here, one row each"),
        ("diesel.densty,PER,2024,,0.84,kg/L,,,x", "is not an item of the factor tables; did you mean diesel.density"),
        ("diesel.density,PER,2024,,0.84,kg/L,,", "my_factors.csv:2  has 8 cells; expected 9"),
    ],
)
def test_a_fault_is_told_in_a_sentence(tmp_path: Path, line: str, sentence: str) -> None:
    told = faults(tmp_path, line)
    assert len(told) == 1
    assert sentence in told[0]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    told = faults(tmp_path, "diesel.density,PER,2024,,0.84,kg/L,,,", "petrol.density,PER,2024,,x,kg/L,,,y")
    assert [one.split("  ")[0] for one in sorted(told)] == ["my_factors.csv:2", "my_factors.csv:3"]


def test_two_own_rows_for_one_question_are_refused(tmp_path: Path) -> None:
    assert "stands twice; it is in my_factors.csv:2 already" in faults(tmp_path, DENSITY, DENSITY)[0]
    later = DENSITY.replace("2024", "2025")
    assert "give that row a valid_to" in faults(tmp_path, DENSITY, later)[0]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (HEADER.replace("locator", "origin"), "'origin' is not a column of the factor tables"),
        ("item,region,valid_from,value,unit", "has no column locator"),
        (HEADER.replace(",", ";"), "separate them by commas"),
        (HEADER.replace("gas", "item"), "names a column twice"),
    ],
)
def test_other_columns_are_told(tmp_path: Path, header: str, sentence: str) -> None:
    assert any(sentence in told for told in faults(tmp_path, header=header))


def test_an_empty_file_a_binary_file_and_no_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "my_factors.csv"
    for content in (b"", b"\xff\xfe\x00"):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"my_factors\.csv"):
            read_tables(overlay=path)
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        read_tables(overlay=path)


def test_the_source_of_an_own_row_stands_in_its_locator(tmp_path: Path) -> None:
    told = faults(tmp_path, DENSITY + ",desnz2025", header=HEADER + ",source_id")
    assert "source_id is 'desnz2025'; leave it blank or write own" in told[0]
