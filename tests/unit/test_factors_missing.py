"""Why no row answers, in one sentence: the item, the country, the year, until when a row was valid, what to do."""

import csv
import pickle
from pathlib import Path

import pytest

from asmcarbon.errors import FactorNotFound
from asmcarbon.factors.choose import choose, choose_gases
from asmcarbon.factors.tables import COLUMNS, SOURCE_COLUMNS, FactorTables, read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.site.read import site_from

GRID = {
    "item": "electricity.grid", "region": "PER", "valid_from": "2022", "gas": "CO2", "value": "0.2",
    "unit": "kgCO2/kWh", "boundary": "direct", "source_id": "src", "locator": "Table 1",
}  # fmt: skip
OWN = "lay a row of your own over the tables (method.factors)"
WORLD = "or allow the world average (method.substitute: world)"


def tables(folder: Path, *rows: dict[str, str]) -> FactorTables:
    (folder / "release.toml").write_text('release = "t"\ndefault_gwp_set = "AR6"\n', encoding="utf-8")
    source = ["src", "A Report", "A Publisher", "2020", "", "CC BY 4.0", "2026-11-23"]
    lines = [list((dict.fromkeys(COLUMNS, "") | GRID | row).values()) for row in rows]
    for name, header, cells in (("sources", SOURCE_COLUMNS, [source]), ("electricity", COLUMNS, lines)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *cells])
    return read_tables(folder)


def told(found: FactorTables, region: str, year: int, **asked: str) -> str:
    with pytest.raises(FactorNotFound) as caught:
        choose(found, "electricity.grid", region, year, **asked)
    return str(caught.value)


def test_an_expired_row_is_told_with_its_last_year_and_what_to_do(tmp_path: Path) -> None:
    found = tables(tmp_path, {"valid_to": "2024"})
    assert told(found, "PER", 2026) == (
        "no factor for electricity.grid in PER, 2026: electricity.grid:PER:2022:CO2:direct was valid until 2024"
        f" and no row follows it; {OWN}"
    )


def test_of_several_expired_rows_the_last_is_named(tmp_path: Path) -> None:
    found = tables(tmp_path, {"valid_to": "2022"}, {"valid_from": "2023", "valid_to": "2025"})
    assert "electricity.grid:PER:2023:CO2:direct was valid until 2025" in told(found, "PER", 2026)


def test_until_when_a_row_was_valid_stays_on_the_error(tmp_path: Path) -> None:
    with pytest.raises(FactorNotFound) as caught:
        choose(tables(tmp_path, {"valid_to": "2024"}), "electricity.grid", "PER", 2026)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.valid_to, again.nearest) == (2024, ("electricity.grid:PER:2022:CO2:direct",))


def test_the_world_average_is_offered_where_there_is_one_for_the_year(tmp_path: Path) -> None:
    world = {"region": "World", "valid_from": "2024"}
    found = tables(tmp_path, {"valid_to": "2024"}, world)
    assert told(found, "PER", 2026).endswith(f"{OWN}, {WORLD}")
    assert told(found, "PER", 2021).endswith(OWN)  # the world's own row begins in 2024
    assert choose(found, "electricity.grid", "PER", 2026, substitute="world").substituted


def test_an_expired_world_average_that_was_allowed_is_told_and_not_offered_again(tmp_path: Path) -> None:
    found = tables(tmp_path, {"region": "World", "valid_to": "2023"})
    text = told(found, "PER", 2026, substitute="world")
    assert "electricity.grid:World:2022:CO2:direct was valid until 2023" in text
    assert text.endswith(OWN)


def test_a_gap_is_told_with_both_its_ends(tmp_path: Path) -> None:
    found = tables(tmp_path, {"valid_to": "2022"}, {"valid_from": "2025"})
    assert "electricity.grid:PER:2022:CO2:direct was valid until 2022 and the next row," in told(found, "PER", 2024)
    assert "electricity.grid:PER:2025:CO2:direct, begins in 2025" in told(found, "PER", 2024)


def test_a_year_before_the_first_row_is_told(tmp_path: Path) -> None:
    assert "its first row, electricity.grid:PER:2022:CO2:direct, begins in 2022" in told(
        tables(tmp_path, {}), "PER", 2020
    )


def test_a_country_without_a_figure_is_told_with_the_regions_that_would_have_answered(tmp_path: Path) -> None:
    text = told(tables(tmp_path, {}), "GTM", 2024)
    assert text.startswith(
        "no factor for electricity.grid in GTM, 2024: the tables have no figure for GTM, North_America or Americas,"
        f" nor one that is valid anywhere; {OWN}"
    )
    assert text.endswith("the nearest rows are electricity.grid:PER:2022:CO2:direct")


def test_the_expired_row_of_a_boundary_that_would_have_done_is_not_called_unknown(tmp_path: Path) -> None:
    found = tables(tmp_path, {"valid_to": "2024"})
    with pytest.raises(FactorNotFound, match="PER:2022:CO2:direct was valid until 2024"):
        choose_gases(found, "electricity.grid", "PER", 2026, ("direct", "lifecycle"))
    site = site_from("name: x\ncountry: PER\nyear: 2026\nenergy: {grid: {purchased: 5 kWh/year}}\n", "x")
    with pytest.raises(FactorNotFound, match="PER:2022:CO2:direct was valid until 2024"):
        calculate(activities_of(site), site, found)


def test_the_world_stands_in_for_the_last_boundary_only(tmp_path: Path) -> None:
    found = tables(tmp_path, {"region": "World"})
    boundaries = ("direct", "lifecycle")
    with pytest.raises(FactorNotFound, match="the tables have no figure for PER"):
        choose_gases(found, "electricity.grid", "PER", 2026, boundaries, "world")
    assert choose_gases(found, "electricity.grid", "PER", 2026, boundaries[::-1], "world")[0].substituted


def test_the_row_of_another_boundary_is_not_said_to_have_expired(tmp_path: Path) -> None:
    found = tables(tmp_path, {"boundary": "operating_margin", "valid_to": "2024"})
    with pytest.raises(FactorNotFound, match="the tables have no figure for PER") as caught:
        choose_gases(found, "electricity.grid", "PER", 2026, ("direct", "lifecycle"))
    assert caught.value.valid_to is None


def test_a_misspelled_item_brings_no_advice_but_the_names_alike() -> None:
    with pytest.raises(FactorNotFound) as caught:
        choose(read_tables(), "diesel.densty", "PER", 2024)
    assert "the tables have no such item; the nearest rows are diesel.density:" in str(caught.value)
