"""What a release changed, on small tables written here, and what it does to a site, worked by hand.

The site burns 1,000 L of diesel a year: 0.8 t, 32 GJ, 2,240 kg of CO2, and 600 kg CO2e of its supply.
"""

import csv
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asmcarbon.factors.diff import RowChange, diff_of
from asmcarbon.factors.rows import Factor
from asmcarbon.factors.tables import COLUMNS, SOURCE_COLUMNS, FactorTables, default_folder, read_tables
from asmcarbon.footprint.factor_effect import effect_of
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.reports.factors_diff import csv_rows, factors_diff_report
from asmcarbon.reports.factors_diff_text import factors_diff_text
from asmcarbon.site import examples
from asmcarbon.site.read import site_from

SITE = site_from("name: A\ncountry: PER\nyear: 2024\nenergy: {diesel: {generator: 1000 L/year}}\n", "a.yaml")

Cells = dict[str, str]

BLANK = dict.fromkeys(COLUMNS, "") | {
    "region": "any", "valid_from": "1990", "source_id": "src", "locator": "Table 1", "checked": "primary",
    "checked_on": "2026-11-23", "redistributable": "yes",
}  # fmt: skip
DENSITY: Cells = {"item": "diesel.density", "value": "0.8", "unit": "kg/L", "boundary": "property", "locator": "T 1"}
CALORIFIC: Cells = {
    "item": "diesel.net_calorific_value", "value": "40", "unit": "GJ/t", "boundary": "property", "locator": "T 2",
}  # fmt: skip
CARBON: Cells = {
    "item": "diesel.stationary", "gas": "CO2", "value": "70", "unit": "kgCO2/GJ", "boundary": "combustion",
    "locator": "T 3",
}  # fmt: skip
METHANE = CARBON | {"gas": "CH4", "value": "1", "unit": "kgCH4/GJ", "locator": "T 4"}
SUPPLY: Cells = {
    "item": "diesel.well_to_tank", "gas": "CO2e", "value": "0.6", "unit": "kgCO2e/L", "boundary": "well_to_tank",
    "gwp_set": "AR6", "locator": "T 5",
}  # fmt: skip
GWPS = [
    {
        "item": f"gwp100.{name}",
        "gas": gas,
        "value": value,
        "unit": f"kgCO2e/kg{gas[:3]}",
        "locator": f"T 6 {name} {gas}",
    }
    for name, values in (("AR5", ("1", "28")), ("AR6", ("1", "27")))
    for gas, value in zip(("CO2", "CH4_nonfossil"), values, strict=True)
]
ROWS = [DENSITY, CALORIFIC, CARBON, SUPPLY, *GWPS]
SOURCE = {"source_id": "src", "citation": "A Report", "publisher": "P", "year": "2020", "licence": "CC BY 4.0"}


@pytest.fixture
def folder(tmp_path: Path):
    """Write tables into a folder of their own."""
    made = iter(range(100))

    def write(rows: Sequence[Cells], release: str = "1", gwp_set: str = "AR6", sources: Sequence[Cells] = (SOURCE,)):
        where = tmp_path / f"tables{next(made)}"
        where.mkdir()
        toml = f'release = "{release}"\ndefault_gwp_set = "{gwp_set}"\n'
        (where / "release.toml").write_text(toml, encoding="utf-8")
        tables: list[tuple[str, tuple[str, ...], list[Cells]]] = [
            ("sources", SOURCE_COLUMNS, [dict.fromkeys(SOURCE_COLUMNS, "") | one for one in sources]),
            ("fuels", COLUMNS, [BLANK | row for row in rows]),
        ]
        for name, header, cells in tables:
            with (where / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                lines = [[row[column] for column in header] for row in cells]
                csv.writer(file, lineterminator="\n").writerows([header, *lines])
        return where

    return write


@pytest.fixture
def tables(folder):
    def read(rows: Sequence[Cells], **stated: Any) -> FactorTables:
        return read_tables(folder(rows, **stated))

    return read


def with_row(row: Cells, **cells: str) -> list[Cells]:
    """Return the rows with some cells of one of them changed."""
    return [one | cells if one is row else one for one in ROWS]


def report_on(old: FactorTables, new: FactorTables, site: Any = SITE, own: Path | None = None) -> Any:
    return factors_diff_report(old, new, ("old", "new"), {"a.yaml": (site, own)})


def cells_of(one: RowChange) -> dict[str, tuple[Any, Any]]:
    return {cell.column: (cell.old, cell.new) for cell in one.cells}


# --- rows -------------------------------------------------------------------------------------------------------------


def test_equal_tables_have_no_difference(tables) -> None:
    diff = diff_of(tables(ROWS), tables(ROWS))
    assert (diff.rows, diff.sources, diff.unchanged) == ((), (), len(ROWS))


def test_a_value_that_changed_is_told_with_both_and_in_percent(tables) -> None:
    (one,) = diff_of(tables(ROWS), tables(with_row(DENSITY, value="0.84"))).rows
    assert (one.change, one.row.factor_id) == ("changed", "diesel.density:any:1990:-:property")
    assert cells_of(one) == {"value": (0.8, 0.84)}
    assert one.percent == pytest.approx(5, rel=1e-12)


def test_the_same_value_in_another_unit_is_no_change_of_value(tables) -> None:
    (one,) = diff_of(tables(ROWS), tables(with_row(DENSITY, value="800", unit="kg/m3"))).rows
    assert cells_of(one) == {"unit": ("kg/L", "kg/m3")}
    assert not one.is_of_value
    assert one.percent == 0


def test_another_value_in_another_unit_is_compared_with_its_unit(tables) -> None:
    (one,) = diff_of(tables(ROWS), tables(with_row(DENSITY, value="808", unit="kg/m3"))).rows
    assert cells_of(one) == {"value": (0.8, 808), "unit": ("kg/L", "kg/m3")}
    assert one.percent == pytest.approx(1, rel=1e-9)


def test_a_unit_of_another_kind_or_of_no_kind_has_no_percent(tables) -> None:
    for unit in ("kgCO2e/GJ", "kgg/GJ"):
        (one,) = diff_of(tables(ROWS), tables(with_row(CARBON, unit=unit))).rows
        assert cells_of(one) == {"value": (70, 70), "unit": ("kgCO2/GJ", unit)}
        assert one.percent is None


def test_a_change_from_nothing_has_no_percent(tables) -> None:
    (one,) = diff_of(tables(with_row(CARBON, value="0")), tables(ROWS)).rows
    assert cells_of(one) == {"value": (0, 70)}
    assert one.percent is None


def test_a_range_that_came_went_or_moved_is_told(tables) -> None:
    ranged = tables(with_row(DENSITY, low="0.78", high="0.82"))
    (came,) = diff_of(tables(ROWS), ranged).rows
    (went,) = diff_of(ranged, tables(ROWS)).rows
    (moved,) = diff_of(ranged, tables(with_row(DENSITY, low="0.78", high="0.861"))).rows
    assert cells_of(came) == {"low": (None, 0.78), "high": (None, 0.82)}
    assert cells_of(went) == {"low": (0.78, None), "high": (0.82, None)}
    (high,) = moved.cells
    assert (high.column, high.percent) == ("high", pytest.approx(5, rel=1e-12))


def test_what_is_said_of_a_number_is_compared_too(tables) -> None:
    said = {
        "valid_to": "2030", "gwp_set": "AR5", "distribution": "normal", "source_id": "two", "locator": "p. 3",
        "checked": "secondary", "checked_on": "2026-11-24", "redistributable": "fact", "note": "seen",
    }  # fmt: skip
    (one,) = diff_of(tables(ROWS), tables(with_row(SUPPLY, **said))).rows
    assert {name: new for name, (_old, new) in cells_of(one).items()} == said | {"valid_to": 2030}
    assert not one.is_of_value


def test_rows_stand_by_item_region_and_year(tables) -> None:
    added = [
        DENSITY | {"region": region, "valid_from": year, "locator": f"{region} {year}"}
        for region, year in (("PER", "2020"), ("COL", "2021"), ("COL", "2019"))
    ]
    found = diff_of(tables([*ROWS, *added]), tables(with_row(CARBON, value="71"))).rows
    assert [(one.change, one.row.item, one.row.region, one.row.valid_from) for one in found] == [
        ("removed", "diesel.density", "COL", 2019), ("removed", "diesel.density", "COL", 2021),
        ("removed", "diesel.density", "PER", 2020), ("changed", "diesel.stationary", "any", 1990),
    ]  # fmt: skip


def test_the_row_of_a_new_year_stands_beside_the_one_that_it_follows(tables) -> None:
    newer = DENSITY | {"valid_from": "2025", "value": "0.82", "locator": "T 9"}
    ended = [*with_row(DENSITY, valid_to="2024"), newer]
    old, added = diff_of(tables(ROWS), tables(ended)).rows
    assert cells_of(old) == {"valid_to": (None, 2024)}
    assert (added.change, added.beside and added.beside.factor_id) == ("added", "diesel.density:any:1990:-:property")
    assert added.percent == pytest.approx(2.5, rel=1e-12)
    _old, removed = diff_of(tables(ended), tables(ROWS)).rows
    assert (removed.change, removed.percent) == ("removed", pytest.approx(100 * (0.8 / 0.82 - 1), rel=1e-12))


@pytest.mark.parametrize(
    "moved",
    [
        {"boundary": "cradle_to_gate", "value": "0.7", "locator": "elsewhere"},
        {"valid_from": "2020", "value": "0.7", "locator": "elsewhere"},
        {"region": "USA", "valid_from": "2022"},  # of the same place in the same source
    ],
)
def test_a_row_under_another_key_is_one_change(tables, moved: Cells) -> None:
    (one,) = diff_of(tables(ROWS), tables(with_row(SUPPLY, **moved))).rows
    assert one.change == "changed"
    assert one.old is not None and one.new is not None
    told = {name: str(new).removesuffix(".0") for name, (_old, new) in cells_of(one).items()}
    assert told == moved


def test_where_it_would_be_a_guess_a_row_under_another_key_is_removed_and_added(tables) -> None:
    others = [SUPPLY | {"boundary": name, "locator": name} for name in ("a", "b")]
    found = diff_of(tables(ROWS), tables([row for row in ROWS if row is not SUPPLY] + others)).rows
    assert [one.change for one in found] == ["added", "added", "removed"]


def test_sources_are_compared(tables) -> None:
    newer = [SOURCE | {"licence": "CC0"}, SOURCE | {"source_id": "two"}]
    diff = diff_of(tables(ROWS), tables(ROWS, sources=newer))
    assert [(one.change, one.source_id) for one in diff.sources] == [("changed", "src"), ("added", "two")]
    (cell,) = diff.sources[0].cells
    assert (cell.column, cell.old, cell.new) == ("licence", "CC BY 4.0", "CC0")


def test_the_shipped_tables_do_not_differ_from_a_copy_of_themselves(tmp_path: Path) -> None:
    shutil.copytree(default_folder(), tmp_path / "copy")
    assert diff_of(read_tables(tmp_path / "copy"), read_tables()).rows == ()


def factor(value: float, unit: str, year: int) -> Factor:
    blank = dict.fromkeys(("gas", "gwp_set", "distribution", "checked", "checked_on", "redistributable", "note"), "")
    return Factor(
        table="t", line=2, release="1", item="diesel.density", region="PER", valid_from=year, valid_to=None,
        value=value, unit=unit, low=None, high=None, boundary="property", source_id="s", locator="l", **blank,
    )  # fmt: skip


def held(rows: Sequence[Factor]) -> FactorTables:
    return FactorTables(Path(), "1", "AR6", tuple(rows), {})


years = st.lists(st.integers(1990, 2000), unique=True, max_size=6)


@given(years, years)
def test_forwards_and_backwards_the_same_rows_differ(old: list[int], new: list[int]) -> None:
    before, after = held([factor(1, "kg/L", one) for one in old]), held([factor(1, "kg/L", one) for one in new])
    there, back = diff_of(before, after), diff_of(after, before)
    assert there.number("added") == back.number("removed")
    assert there.number("changed") == back.number("changed")
    # every row of the new tables is the same, changed or added
    assert there.unchanged + there.number("changed") + there.number("added") == len(new)
    assert there.unchanged + there.number("changed") + there.number("removed") == len(old)


@given(st.floats(0.01, 100), st.floats(-90, 1000))
def test_the_percent_is_that_of_the_value_whatever_its_unit(value: float, percent: float) -> None:
    before = held([factor(value, "kg/L", 2000)])
    for unit, scale in (("kg/L", 1.0), ("kg/m3", 1000.0), ("t/m3", 1.0)):
        diff = diff_of(before, held([factor(value * (1 + percent / 100) * scale, unit, 2000)]))
        found = diff.rows[0].percent if diff.rows else 0.0
        assert found == pytest.approx(percent, rel=1e-6, abs=1e-9)


# --- what it does to a site -----------------------------------------------------------------------------------------


def test_one_percent_of_density_is_one_percent_of_scope_1_of_a_site_of_diesel_alone(tables) -> None:
    report = report_on(tables(ROWS), tables(with_row(DENSITY, value="0.808")))
    (site,) = report["sites"]
    scope_1_2, whole = site["totals"]["scopes_1_2"], site["totals"]["scopes_1_2_3"]
    assert scope_1_2["before"] == pytest.approx(2.24, rel=1e-12)  # 1000 L x 0.8 kg/L x 40 GJ/t x 70 kg/GJ
    assert scope_1_2["percent"] == pytest.approx(1, rel=1e-9)
    assert (whole["before"], whole["change"]) == pytest.approx((2.84, 0.0224), rel=1e-9)  # the supply is by volume
    (move,) = site["moves"]
    assert (move["label"], move["scope"], move["gas"]) == ("diesel, generator", 1, "CO2")
    assert move["after"] - move["before"] == pytest.approx(22.4, rel=1e-9)
    (cause,) = move["causes"]
    assert cause["before"] == {"key": "diesel.density:any:1990:-:property", "value": "0.8 kg/L"}
    assert cause["percent"] == pytest.approx(1, rel=1e-9)
    assert report["changes"][0]["used_by"] == ["a.yaml"]


def test_a_density_in_another_unit_moves_nothing(tables) -> None:
    (site,) = report_on(tables(ROWS), tables(with_row(DENSITY, value="800", unit="kg/m3")))["sites"]
    assert (site["moves"], site["causes"]) == ([], [])


def test_each_change_alone_and_what_they_do_together(tables) -> None:
    changed = {"diesel.density": "0.808", "diesel.stationary": "77"}
    new = [row | {"value": changed.get(row["item"], row["value"])} for row in ROWS]
    (site,) = report_on(tables(ROWS), tables(new))["sites"]
    alone = {one["item"]: one["change"]["scopes_1_2"] for one in site["causes"]}
    # 10 % of 2.24 t by the factor, 1 % by the density, and 0.1 % by both at once
    assert alone == pytest.approx({"diesel.stationary": 0.224, "diesel.density": 0.0224}, rel=1e-9)
    assert site["interaction"]["scopes_1_2"] == pytest.approx(0.00224, rel=1e-6)
    assert list(alone) == ["diesel.stationary", "diesel.density"]
    assert site["totals"]["scopes_1_2"]["percent"] == pytest.approx(100 * (1.1 * 1.01 - 1), rel=1e-9)


def test_another_default_gwp_set_is_one_cause_and_moves_methane_alone(tables) -> None:
    rows = [*ROWS, METHANE]
    report = report_on(tables(rows), tables(rows, release="2", gwp_set="AR5"))
    assert (report["gwp_set_changed"], report["release_changed"], report["changes"]) == (True, True, [])
    (site,) = report["sites"]
    assert site["gwp_set"] == {"old": "AR6", "new": "AR5"}
    assert [one["gas"] for one in site["moves"]] == ["CH4"]
    assert site["totals"]["scopes_1_2"]["change"] == pytest.approx(0.032, rel=1e-9)  # 32 kg of CH4, 27 to 28
    (cause,) = site["causes"]
    assert (cause["item"], cause["change"]["scopes_1_2"]) == ("gwp100", pytest.approx(0.032, rel=1e-9))
    assert "The default GWP set changes from AR6 to AR5" in factors_diff_text(report)


def test_a_site_that_names_its_gwp_set_does_not_move_with_the_default(tables) -> None:
    rows = [*ROWS, METHANE]
    method = SITE.method.model_copy(update={"gwp_set": "AR6"})
    (site,) = report_on(tables(rows), tables(rows, gwp_set="AR5"), SITE.model_copy(update={"method": method}))["sites"]
    assert site["moves"] == []


def test_a_line_that_is_gone_is_caused_by_its_own_row_and_not_by_the_density_that_it_shared(tables) -> None:
    (site,) = report_on(tables([*ROWS, METHANE]), tables(ROWS))["sites"]
    (move,) = site["moves"]
    assert (move["gas"], move["before"], move["after"]) == ("CH4", pytest.approx(32 * 27, rel=1e-9), 0)
    assert {cause["name"] for cause in move["causes"]} == {"emission_factor", "global_warming_potential"}


def test_biomass_of_a_forest_moves_its_wood_and_roots_and_not_what_lies_dead(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    shutil.copytree(default_folder(), folder)
    land = (folder / "land.csv").read_text(encoding="utf-8")
    row = "forest.above_ground_biomass.tropical_rainforest.primary,Americas,1990,,,307.1,"
    assert land.count(row) == 1
    (folder / "land.csv").write_text(land.replace(row, row.replace("307.1", "320")), encoding="utf-8")
    opened = "land: {opened: [{area: 1 ha/year, zone: tropical_rainforest, state: primary}]}"
    site = site_from(f"name: A\ncountry: PER\nyear: 2024\n{opened}\n", "a.yaml")
    (told,) = report_on(read_tables(), read_tables(folder), site)["sites"]
    # IPCC 2006 vol. 4 table 4.3: 0.47 t of carbon a tonne; 2019 table 4.4: 0.221 of roots a tonne of wood
    expected = (320 - 307.1) * 0.47 * (1 + 0.221) * 44 / 12
    assert told["totals"]["land_use_change"]["change"] == pytest.approx(expected, rel=1e-9)
    assert told["totals"]["scopes_1_2"]["change"] == 0
    assert [one["percent"] for one in told["moves"]] == pytest.approx([100 * (320 / 307.1 - 1)] * 2, rel=1e-9)


def test_a_sites_own_factors_come_before_both_releases(tables, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        "item,region,valid_from,value,unit,locator\ndiesel.density,PER,2024,0.9,kg/L,a certificate\n", encoding="utf-8"
    )
    report = report_on(tables(ROWS), tables(with_row(DENSITY, value="0.808")), SITE, own)
    (site,) = report["sites"]
    assert site["totals"]["scopes_1_2"]["after"] == pytest.approx(2.52, rel=1e-12)  # 0.9 x 40 x 70
    assert site["moves"] == []
    assert report["changes"][0]["used_by"] == []
    assert "1 of the 1 rows that differ are used by none of these sites" in report["notes"]


def test_a_site_that_a_release_cannot_answer_says_so_and_the_other_figure_stands(tables) -> None:
    without = [row for row in ROWS if row is not SUPPLY]
    report = report_on(tables(ROWS), tables(without))
    (site,) = report["sites"]
    assert site["refused"]["old"] is None
    assert "no factor for diesel.well_to_tank in PER, 2024" in site["refused"]["new"]
    assert site["totals"]["scopes_1_2_3"] == {
        "before": pytest.approx(2.84, rel=1e-12), "after": None, "change": None, "percent": None,
    }  # fmt: skip
    text = factors_diff_text(report)
    assert "cannot be computed with the new tables:\n      no factor for diesel.well_to_tank" in text
    assert report["changes"][0]["used_by"] == ["a.yaml"]


def test_a_unit_that_is_not_known_refuses_the_site_and_not_the_comparison(tables) -> None:
    (site,) = report_on(tables(ROWS), tables(with_row(CARBON, unit="kgg/GJ")))["sites"]
    assert "'kgg' is not a unit" in site["refused"]["new"]


def test_a_source_that_is_not_listed_refuses_the_site_and_not_the_comparison(tables) -> None:
    report = report_on(tables(ROWS), tables(with_row(CARBON, source_id="none")))
    assert report["sites"][0]["refused"]["new"] == (
        "fuels.csv:4  diesel.stationary:any:1990:CO2:combustion: source_id 'none' is not in sources.csv"
    )


def test_an_expired_row_refuses_the_site_with_its_last_year(tables) -> None:
    (site,) = report_on(tables(ROWS), tables(with_row(DENSITY, valid_to="2023")))["sites"]
    assert "diesel.density:any:1990:-:property was valid until 2023" in site["refused"]["new"]


def test_the_figures_are_those_of_the_footprint_by_either_release() -> None:
    for site in examples.example_sites().values():
        effect = effect_of(site, read_tables(), read_tables())
        assert isinstance(effect.old, Footprint)
        assert (effect.moves, effect.causes) == ((), ())
        assert effect.used <= read_tables().by_id.keys()


# --- the report -----------------------------------------------------------------------------------------------------


def test_rows_that_differ_under_one_name_are_noted(tables) -> None:
    old, new = tables(ROWS), tables(with_row(DENSITY, value="0.9"))
    assert "both call themselves 1, and their rows differ: a change raises the release" in report_on(old, new)["notes"]
    renamed = tables(with_row(DENSITY, value="0.9"), release="2")
    assert not [note for note in report_on(old, renamed)["notes"] if "call themselves" in note]


def test_tables_that_do_not_pass_their_check_are_noted(tables) -> None:
    notes = report_on(tables(ROWS), tables(with_row(DENSITY, locator="")))["notes"]
    assert any(note.startswith("new does not pass its check") for note in notes)


def test_a_row_that_stands_twice_is_counted_once_and_the_check_is_named(tables) -> None:
    report = report_on(tables(ROWS), tables([*ROWS, DENSITY]))
    assert report["rows"]["unchanged"] == len(ROWS)
    assert "new does not pass its check" in " ".join(report["notes"])
    assert "more than one factor for diesel.density" in report["sites"][0]["refused"]["new"]


def test_long_texts_stand_whole_one_below_the_other(tables) -> None:
    long = "a note that is longer than a line of a table and is not cut, for its end may be what changed: 7"
    text = factors_diff_text(
        report_on(tables(with_row(DENSITY, note=long)), tables(with_row(DENSITY, note=long + "0")))
    )
    assert f"        - {long}\n        + {long}0\n" in text


def test_the_table_has_every_cell_every_total_and_every_line(tables) -> None:
    new = with_row(DENSITY, value="0.808", locator="p. 3")
    report = report_on(tables(ROWS), tables(new, release="2"))
    rows = csv_rows(report)
    parts = [row["part"] for row in rows]
    assert {part: parts.count(part) for part in dict.fromkeys(parts)} == {"release": 4, "row": 2, "site": 2, "line": 1}
    value = next(row for row in rows if row.get("column") == "value")
    assert (value["old"], value["old_unit"], value["new"]) == (0.8, "kg/L", 0.808)
    line = next(row for row in rows if row["part"] == "line")
    assert (line["rows"], line["site"]) == ("diesel.density:any:1990:-:property", "a.yaml")
    assert json.loads(json.dumps(report)) == report


def test_where_the_examples_are_not_installed_the_templates_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name.split("/")[1] for name in examples.example_sites()} == {
        "alluvial_gold", "andean_gold", "copper_cobalt", "milling_centre",
    }  # fmt: skip
    monkeypatch.setattr(examples, "example_folder", lambda: None)
    assert "template underground" in examples.example_sites()
