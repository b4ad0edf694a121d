"""The factor tables and how a row is chosen; expected values are those of the named publications."""

import csv
import pickle
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pint
import pytest

from asmcarbon.errors import FactorError, FactorNotFound, InputError
from asmcarbon.factors.check import check
from asmcarbon.factors.choose import choose, choose_gases
from asmcarbon.factors.citation import citation
from asmcarbon.factors.countries import CONTINENTS, COUNTRIES, regions_of
from asmcarbon.factors.tables import COLUMNS, SOURCE_COLUMNS, FactorTables, default_folder, read_tables

SOURCE = ["src", "A Report", "A Publisher", "2020", "", "CC BY 4.0", "2026-11-23"]
GRID = {
    "item": "electricity.grid", "region": "PER", "valid_from": "2022", "gas": "CO2", "value": "0.2",
    "unit": "kgCO2/kWh", "boundary": "direct", "source_id": "src", "locator": "Table 1", "checked": "primary",
    "checked_on": "2026-11-23", "redistributable": "yes",
}  # fmt: skip


def row(**cells: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | GRID | cells


def write(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    (folder / "release.toml").write_text('release = "test"\ndefault_gwp_set = "AR6"\n', encoding="utf-8")
    for name, header, lines in (
        ("sources", SOURCE_COLUMNS, [SOURCE]),
        ("electricity", columns, [list(cells.values()) for cells in rows]),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *lines])
    return folder


@pytest.fixture(scope="module")
def tables() -> FactorTables:
    return read_tables()


# --- the shipped tables ---------------------------------------------------------------------------------------


def test_shipped_tables_have_nothing_to_report(tables: FactorTables) -> None:
    assert check(tables.folder) == []
    assert check(tables) == []


@pytest.mark.parametrize(
    ("gwp_set", "gas", "value"),
    [
        ("AR4", "CH4_fossil", 25),  # IPCC AR4 WG1 Table 2.14
        ("AR4", "N2O", 298),
        ("AR4", "SF6", 22800),
        ("AR5", "CH4_fossil", 30),  # IPCC AR5 WG1 Table 8.A.1, without climate-carbon feedback
        ("AR5", "CH4_nonfossil", 28),
        ("AR5", "N2O", 265),
        ("AR5", "SF6", 23500),
        ("AR6", "CH4_fossil", 29.8),  # IPCC AR6 WG1 Table 7.15 and 7.SM.7
        ("AR6", "CH4_nonfossil", 27.0),
        ("AR6", "N2O", 273),
        ("AR6", "SF6", 24300),
        ("AR6", "CO2", 1),
    ],
)
def test_gwps_are_those_of_the_assessment_reports(tables: FactorTables, gwp_set: str, gas: str, value: float) -> None:
    assert choose(tables, f"gwp100.{gwp_set}", "PER", 2024, gas=gas).factor.value == value


@pytest.mark.parametrize(
    ("item", "gas", "value", "low", "high"),
    [
        ("diesel.stationary", "CO2", 74.1, 72.6, 74.8),  # IPCC 2006 vol. 2 Table 2.3, in kg/TJ: 74,100
        ("diesel.stationary", "CH4", 0.003, 0.001, 0.01),  # 3
        ("diesel.stationary", "N2O", 0.0006, 0.0002, 0.002),  # 0.6
        ("petrol.stationary", "CO2", 69.3, 67.5, 73.0),
        ("diesel.off_road", "CH4", 0.00415, None, None),  # Table 3.3.1, industry: 4.15
        ("diesel.off_road", "N2O", 0.0286, None, None),  # 28.6
        ("petrol.off_road", "CH4", 0.05, None, None),  # four-stroke: 50
        ("petrol_two_stroke.off_road", "CH4", 0.13, None, None),  # 130
        ("diesel.road", "CH4", 0.0039, 0.0016, 0.0095),  # Table 3.2.2: 3.9
        ("lpg.stationary", "N2O", 0.0001, 0.00003, 0.0003),
        ("diesel.net_calorific_value", "", 43.0, 41.4, 43.3),  # Table 1.2, TJ/Gg
        ("petrol.net_calorific_value", "", 44.3, 42.5, 44.8),
        ("kerosene.net_calorific_value", "", 43.8, 42.4, 45.2),
    ],
)
def test_fuels_are_those_of_the_ipcc_2006_guidelines(
    tables: FactorTables, item: str, gas: str, value: float, low: float | None, high: float | None
) -> None:
    factor = choose(tables, item, "GHA", 2024, gas=gas).factor
    assert (factor.value, factor.low, factor.high) == (value, low, high)


def test_a_litre_of_diesel_agrees_with_two_other_publications(tables: FactorTables) -> None:
    density = choose(tables, "diesel.density", "TZA", 2024).factor.quantity
    calorific = choose(tables, "diesel.net_calorific_value", "TZA", 2024).factor.quantity
    carbon = choose(tables, "diesel.stationary", "TZA", 2024, gas="CO2").factor.quantity
    per_litre = (density * calorific * carbon).to("kgCO2/L").magnitude
    assert per_litre == pytest.approx(2.66155, rel=0.01)  # DESNZ 2025, 100 % mineral diesel, kgCO2e/L
    per_kilogram = (calorific * carbon).to("kgCO2/kg").magnitude
    # South Africa, Carbon Tax Act 15 of 2019, Schedule 1 Table 1: 74,638 kgCO2/TJ and 0.043 TJ/t
    assert per_kilogram == pytest.approx(74.638 * 43.0 / 1000, rel=0.01)


def test_well_to_tank_is_that_of_desnz_2025(tables: FactorTables) -> None:
    # WTT- fuels: Diesel (100% mineral diesel) and Petrol (100% mineral petrol), per litre
    assert choose(tables, "diesel.well_to_tank", "PER", 2024).factor.value == 0.62409
    assert choose(tables, "petrol.well_to_tank", "PER", 2024).factor.value == 0.60664
    assert choose(tables, "diesel.well_to_tank", "PER", 2024).factor.gwp_set == "AR5"


def test_peruvian_grid_keeps_its_three_boundaries_apart(tables: FactorTables) -> None:
    gases = {
        choice.factor.gas: choice.factor.value
        for choice in choose_gases(tables, "electricity.grid", "PER", 2024, "direct")
    }
    total = gases["CO2"] + 27.0 * gases["CH4"] + 273 * gases["N2O"]  # IPCC AR6
    assert total == pytest.approx(0.171, abs=5e-4)  # MINAM 2024
    assert choose(tables, "electricity.grid", "PER", 2024, boundary="lifecycle").factor.value == 0.26327  # Ember
    assert choose(tables, "electricity.grid", "PER", 2024, boundary="operating_margin").factor.value == 0.473  # IFI


def test_large_scale_gold_is_that_of_sp_global(tables: FactorTables) -> None:
    def per_kg(year: int) -> float:
        choice = choose(tables, "gold.large_scale.intensity", "World", year, boundary="scopes_1_2")
        return choice.factor.quantity.to("tCO2e/kg").magnitude

    assert per_kg(2022) == pytest.approx(26.7, abs=0.05)  # 829 kg per troy ounce of 31.1034768 g
    assert per_kg(2023) == pytest.approx(25.5, abs=0.05)  # 792
    assert per_kg(2026) == per_kg(2023)


def test_large_scale_gold_per_job_follows_from_its_two_sources(tables: FactorTables) -> None:
    factor = choose(tables, "gold.large_scale.per_job", "World", 2024).factor
    assert factor.value == pytest.approx(0.792 * 34.5e6 / 197_500, abs=0.1)  # S&P 2023; World Gold Council 2020


def test_generator_curve_gives_the_worked_example_of_its_manual(tables: FactorTables) -> None:
    slope = choose(tables, "generator.fuel_slope", "COD", 2024).factor.value
    intercept = choose(tables, "generator.fuel_intercept", "COD", 2024).factor.value
    # HOMER Pro 3.12 manual, 50 kW diesel: 8.48 L/h at 25 kW, 15.3 L/h at 50 kW
    assert slope * 25 + intercept * 50 == pytest.approx(8.48, rel=0.01)
    assert slope * 50 + intercept * 50 == pytest.approx(15.3, rel=0.01)


def test_each_technology_item_has_one_default(tables: FactorTables) -> None:
    for item, rows in tables.by_item.items():
        if rows[0].table == "technology":
            assert [factor.region for factor in rows].count("any") == 1, item


@pytest.mark.parametrize(
    ("item", "region", "value", "unit", "boundary"),
    [
        # IPCC 2019 Refinement, vol. 4, Tables 4.7, 4.4, 4.9, 4.10, 2.2, 2.3; 2006 vol. 4 Table 4.3
        ("forest.above_ground_biomass.tropical_rainforest.primary", "PER", 307.1, "t/ha", "dry_matter"),
        ("forest.above_ground_biomass.tropical_rainforest.primary", "COD", 404.2, "t/ha", "dry_matter"),
        ("forest.above_ground_biomass.tropical_rainforest.primary", "IDN", 413.1, "t/ha", "dry_matter"),
        ("forest.above_ground_biomass.tropical_moist_deciduous_forest.secondary", "GHA", 72.8, "t/ha", "dry_matter"),
        ("forest.root_to_shoot.tropical_rainforest.over_125_t", "BRA", 0.221, "1", "dry_matter"),
        ("forest.growth.tropical_rainforest.secondary_up_to_20y", "COL", 5.9, "t/ha/year", "dry_matter"),
        ("forest.growth.tropical_shrubland.secondary_up_to_20y", "PHL", 2.0, "t/ha/year", "dry_matter"),
        ("forest.growth.tropical_shrubland.secondary_up_to_20y", "IND", 5.0, "t/ha/year", "dry_matter"),
        ("plantation.growth.tropical_dry_forest.eucalyptus.up_to_20y", "TZA", 13.0, "t/ha/year", "dry_matter"),
        ("forest.dead_wood.tropical_rainforest", "PER", 14.8, "t/ha", "carbon"),
        ("forest.litter.tropical_rainforest", "PER", 4.8, "t/ha", "carbon"),
        ("forest.soil.tropical_wet.low_activity_clay", "PER", 52.0, "t/ha", "carbon"),
        ("biomass.carbon_fraction", "PER", 0.47, "1", "carbon"),
        ("biomass.carbon_fraction.tropical.wood", "PER", 0.49, "1", "carbon"),
        ("mined_land.regrowth.pit", "SUR", 0.0, "t/ha/year", "dry_matter"),  # Kalamandeen et al. 2020
        ("truck_rigid_over_17_t.freight", "PER", 0.17146, "kgCO2e/t/km", "use"),  # DESNZ 2025
        ("truck_rigid_over_17_t.freight.full", "PER", 0.12436, "kgCO2e/t/km", "use"),
        ("motorcycle.driving", "TZA", 0.11367, "kgCO2e/km", "use"),
        ("motorcycle.driving.well_to_tank", "TZA", 0.02956, "kgCO2e/km", "well_to_tank"),
        ("tyres.manufacture", "PER", 3335.5719, "kgCO2e/t", "cradle_to_gate"),
        ("basic_inorganics.spend", "PER", 1.01, "kgCO2e/USD", "cradle_to_shelf"),  # USEEIO v1.3
        ("explosives.spend", "PER", 0.5, "kgCO2e/USD", "cradle_to_shelf"),
        ("rehabilitation.cost", "COL", 2500.0, "USD/ha", "shaping_and_planting"),
        ("grid.outages", "TZA", 8.9, "1/month", "surveyed_firms"),  # WDI IC.ELC.OUTG, 2013
        ("diesel.price", "PER", 0.88, "USD/L", "retail"),  # WDI EP.PMP.DESL.CD, 2016
        ("gold.premium", "PER", 4000.0, "USD/kg", "fairmined"),
        ("cobalt.credit", "COD", 5000.0, "USD/t", "fair_cobalt_alliance"),
    ],
)
def test_a_country_finds_the_published_figure(
    tables: FactorTables, item: str, region: str, value: float, unit: str, boundary: str
) -> None:
    factor = choose(tables, item, region, 2024).factor
    assert (factor.value, factor.unit, factor.boundary) == (value, unit, boundary)


def test_a_hectare_of_madre_de_dios_lost_174_tonnes_of_co2(tables: FactorTables) -> None:
    loss = choose(tables, "land.carbon_loss", "PER", 2024).factor
    assert loss.value == pytest.approx(1.12e6 / 23_613, abs=0.05)  # Csillik and Asner 2020: 1.12 TgC on 23,613 ha
    assert loss.value * 44 / 12 == pytest.approx(174, abs=0.5)


def test_a_mule_gives_off_ten_kilograms_of_methane_a_year(tables: FactorTables) -> None:
    factor = choose(tables, "mule.enteric_fermentation", "PER", 2024).factor
    assert (factor.gas, factor.value, factor.unit) == ("CH4", 10, "kgCH4/year")  # IPCC 2019 vol. 4 Table 10.10


def test_burning_a_forest_gives_off_methane_and_nitrous_oxide_but_no_co2(tables: FactorTables) -> None:
    burning = {
        one.factor.gas: one.factor.value for one in choose_gases(tables, "biomass.burning.tropical_forest", "PER", 2024)
    }
    assert burning == {"CH4": 6.8, "N2O": 0.2}  # IPCC 2006 vol. 4 Table 2.5, g/kg; its CO2 is in the stock


def test_every_kind_of_transport_has_its_well_to_tank(tables: FactorTables) -> None:
    items = {
        item for item, rows in tables.by_item.items() if rows[0].table == "transport" and rows[0].boundary == "use"
    }
    assert {item for item in items if f"{item}.well_to_tank" not in tables.by_item} == {"ferry.travel"}


def test_a_deviation_of_plots_is_no_range(tables: FactorTables) -> None:
    deviations = [factor for factor in tables.factors if "standard deviation" in factor.note]
    assert len(deviations) > 20
    assert all(factor.low is None for factor in deviations)


def test_old_prices_say_so(tables: FactorTables) -> None:
    prices = [factor for factor in tables.by_item["diesel.price"] if factor.region != "World"]
    assert len(prices) > 50
    assert all("old, escalate it" in factor.note for factor in prices)


def test_the_readme_counts_the_rows(tables: FactorTables) -> None:
    counts = Counter(factor.table for factor in tables.factors) | {"sources": len(tables.sources)}
    readme = (tables.folder / "README.md").read_text(encoding="utf-8")
    told = {name: int(number) for name, number in re.findall(r"^\| `(\w+)\.csv` \| (\d+) \|", readme, re.MULTILINE)}
    assert told == counts


def test_at_least_ten_mining_countries_have_a_grid_factor(tables: FactorTables) -> None:
    countries = "PER COL GHA TZA COD BOL BFA PHL IDN MNG KEN ECU BRA ZWE ZAF"
    for country in countries.split():
        assert choose(tables, "electricity.grid", country, 2025, boundary="lifecycle").factor.region == country


def test_every_factor_can_be_cited_and_has_a_quantity(tables: FactorTables) -> None:
    for factor in tables.factors:
        assert factor.locator in citation(tables, factor)
        assert factor.quantity.magnitude == factor.value


def test_methane_and_co2e_do_not_add_without_a_gwp(tables: FactorTables) -> None:
    methane = choose(tables, "diesel.stationary", "PER", 2024, gas="CH4").factor.quantity
    with pytest.raises(pint.DimensionalityError):
        methane + choose(tables, "diesel.stationary", "PER", 2024, gas="CO2").factor.quantity


def test_citation_names_publisher_year_title_and_place(tables: FactorTables) -> None:
    factor = choose(tables, "diesel.off_road", "PER", 2024, gas="N2O").factor
    text = citation(tables, factor)
    assert text.startswith("IPCC (2006), 2006 IPCC Guidelines")
    assert "Table 3.3.1" in text


# --- choosing ---------------------------------------------------------------------------------------------------


def test_a_countrys_own_row_comes_before_the_general_one(tables: FactorTables) -> None:
    assert choose(tables, "diesel.density", "COL", 2024).factor.value == 0.856  # UPME FECOC Table 2
    assert choose(tables, "diesel.density", "PER", 2024).factor.region == "any"


def test_a_later_year_uses_the_newest_row(tables: FactorTables) -> None:
    newest = choose(tables, "electricity.grid", "PER", 2030, gas="CO2", boundary="direct").factor
    assert (newest.valid_from, newest.valid_to) == (2024, None)
    older = choose(tables, "electricity.grid", "PER", 2022, gas="CO2", boundary="direct").factor
    assert older.value == 0.19989608  # MINAM 2022


def test_a_year_before_the_first_row_is_refused(tables: FactorTables) -> None:
    with pytest.raises(FactorNotFound):
        choose(tables, "electricity.grid", "PER", 2021, gas="CO2", boundary="direct")


def test_a_gap_between_rows_is_refused(tables: FactorTables) -> None:
    with pytest.raises(FactorNotFound):
        choose(tables, "gold.large_scale.intensity", "World", 2020, boundary="scopes_1_2")


def test_not_found_lists_the_nearest_rows(tables: FactorTables) -> None:
    with pytest.raises(FactorNotFound) as caught:
        choose(tables, "electricity.grid", "PER", 2021, gas="CO2", boundary="direct")
    error = caught.value
    assert (error.item, error.region, error.year) == ("electricity.grid", "PER", 2021)
    assert error.nearest[0] == "electricity.grid:PER:2022:CO2:direct"
    assert error.nearest[0] in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (again.nearest, str(again)) == (error.nearest, str(error))


def test_not_found_in_a_country_without_rows_names_the_world_row(tables: FactorTables) -> None:
    with pytest.raises(FactorNotFound) as caught:
        choose(tables, "electricity.grid", "ATA", 2024, gas="CO2e", boundary="lifecycle")
    assert caught.value.nearest[0] == "electricity.grid:World:2024:CO2e:lifecycle"


def test_an_unknown_item_names_items_spelled_alike(tables: FactorTables) -> None:
    with pytest.raises(FactorNotFound) as caught:
        choose(tables, "diesel.densty", "PER", 2024)
    assert any(found.startswith("diesel.density:") for found in caught.value.nearest)


def test_the_world_stands_in_only_where_allowed_and_says_so(tables: FactorTables) -> None:
    choice = choose(tables, "electricity.grid", "ATA", 2024, boundary="lifecycle", substitute="world")
    assert choice.substituted
    assert choice.factor.value == 0.47294  # Ember 2024
    assert not choose(tables, "electricity.grid", "PER", 2024, boundary="lifecycle", substitute="world").substituted
    with pytest.raises(FactorNotFound):
        choose(tables, "electricity.grid", "ATA", 2024, boundary="lifecycle")
    with pytest.raises(InputError):
        choose(tables, "electricity.grid", "ATA", 2024, boundary="lifecycle", substitute="nearest")


def test_two_rows_that_fit_are_refused_rather_than_guessed(tables: FactorTables) -> None:
    with pytest.raises(FactorError, match="name the gas or the boundary"):
        choose(tables, "electricity.grid", "PER", 2024)
    with pytest.raises(FactorError, match="name the gas or the boundary"):
        choose_gases(tables, "electricity.grid", "PER", 2024)


def test_a_country_is_answered_by_its_part_of_a_continent_then_by_the_continent() -> None:
    assert regions_of("PER") == ("PER", "South_America", "Americas")
    assert regions_of("HND") == ("HND", "North_America", "Americas")  # UN M49: Central America is of 003 North America
    assert regions_of("GHA") == ("GHA", "Africa")
    assert regions_of("PHL") == ("PHL", "Asia_insular", "Asia")
    assert regions_of("MNG") == ("MNG", "Asia_continental", "Asia")
    assert regions_of("MYS") == ("MYS", "Asia")  # on the mainland and on Borneo: neither part speaks for it
    assert regions_of("PNG") == ("PNG", "Oceania")
    assert regions_of("South_America") == ("South_America", "Americas")
    assert regions_of("ATA") == ("ATA",)


def test_every_country_but_two_lies_on_a_continent() -> None:
    assert {country for country in COUNTRIES if len(regions_of(country)) == 1} == {"ATA", "TWN"}
    assert {regions_of(country)[-1] for country in COUNTRIES if len(regions_of(country)) > 1} <= CONTINENTS


def test_a_continents_row_stands_behind_a_countrys_and_before_the_general_one(tmp_path: Path) -> None:
    stock = {"item": "forest.litter.x", "gas": "", "unit": "t/ha", "boundary": "carbon", "valid_from": "1990"}
    regions = ("Americas", "PER", "South_America", "any")
    tables = read_tables(write(tmp_path, *(row(**stock, region=region, value=str(len(region))) for region in regions)))
    chosen = {
        country: choose(tables, "forest.litter.x", country, 2024).factor.region
        for country in ("PER", "COL", "HND", "GHA")
    }
    assert chosen == {"PER": "PER", "COL": "South_America", "HND": "Americas", "GHA": "any"}


def test_where_two_parts_of_a_continent_differ_neither_is_guessed(tables: FactorTables) -> None:
    with pytest.raises(FactorNotFound) as caught:
        choose(tables, "forest.growth.tropical_shrubland.secondary_up_to_20y", "MYS", 2024)
    assert caught.value.nearest


def test_a_continent_without_a_row_is_not_answered_by_another(tables: FactorTables) -> None:
    with pytest.raises(FactorNotFound):
        choose(tables, "forest.above_ground_biomass.tropical_rainforest.primary", "PNG", 2024, substitute="world")


def test_all_gases_of_a_fuel_come_together(tables: FactorTables) -> None:
    gases = [choice.factor.gas for choice in choose_gases(tables, "diesel.off_road", "PER", 2024)]
    assert gases == ["CH4", "CO2", "N2O"]


def test_a_national_co2_is_completed_by_the_general_methane(tmp_path: Path) -> None:
    fuel = {"item": "diesel.stationary", "valid_from": "1990", "boundary": "combustion"}
    general = [row(**fuel, region="any", gas=gas, unit=f"kg{gas}/GJ", value="7") for gas in ("CH4", "CO2")]
    national = row(**fuel, region="ZAF", gas="CO2", unit="kgCO2/GJ", value="74.638")  # Carbon Tax Act, Schedule 1
    tables = read_tables(write(tmp_path, *general, national))
    chosen = [
        (choice.factor.gas, choice.factor.region) for choice in choose_gases(tables, "diesel.stationary", "ZAF", 2024)
    ]
    assert chosen == [("CH4", "any"), ("CO2", "ZAF")]


def test_a_national_gas_is_never_joined_with_a_figure_in_co2e(tmp_path: Path) -> None:
    inclusive = row(gas="CO2e", unit="kgCO2e/kWh", gwp_set="AR6", region="any", valid_from="1990")
    tables = read_tables(write(tmp_path, row(), inclusive))
    chosen = choose_gases(tables, "electricity.grid", "PER", 2024, substitute="world")
    assert [choice.factor.gas for choice in chosen] == ["CO2"]


# --- reading ----------------------------------------------------------------------------------------------------


def test_the_checkout_comes_before_the_copy_in_the_package(tables: FactorTables) -> None:
    checkout = Path(__file__).parents[2]
    assert default_folder() == checkout / "emission_factors"
    assert tables.folder == checkout / "emission_factors"
    assert read_tables() is tables


def test_reading_tables_does_not_load_the_unit_registry() -> None:
    program = (
        "import sys; from asmcarbon.factors.tables import read_tables; read_tables(); sys.exit('pint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_tables_survive_a_worker_process(tables: FactorTables) -> None:
    again = pickle.loads(pickle.dumps(tables))
    assert again.factors == tables.factors
    assert again.sources == tables.sources


def test_every_fault_in_a_table_is_told_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, row(value="0,2"), row(region="BOL", valid_from="last"), row(region="COL", low="9**9"))
    with pytest.raises(FactorError) as caught:
        read_tables(folder)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("electricity.csv:2  value is '0,2'")
    assert lines[1].startswith("electricity.csv:3  valid_from is 'last'")
    assert lines[2].startswith("electricity.csv:4  low is '9**9'")


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FactorError, match=r"electricity\.csv:1  columns are"):
        read_tables(write(tmp_path, row(), columns=(*COLUMNS[:-1], "remark")))


def test_a_folder_without_a_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder of factor tables; expected the folder emission_factors of a"):
        read_tables(tmp_path)


# --- checking ---------------------------------------------------------------------------------------------------


def test_a_sound_table_has_nothing_to_report(tmp_path: Path) -> None:
    assert check(write(tmp_path, row())) == []


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"unit": "kgCO2/kWhh"}, "is not a unit asmcarbon knows"),
        ({"unit": "kgCO2/L"}, "expected a unit of the same dimension as kgCO2/kWh"),
        ({"gas": "CH4"}, "expected a unit of the same dimension as kgCH4/kWh"),
        ({"gas": ""}, "needs a gas"),
        ({"gas": "NOx"}, "gas is 'NOx'"),
        ({"item": "diesel.density", "unit": "kg/L"}, "takes no gas"),
        ({"item": "diesel.colour"}, "is not an item that asmcarbon knows the dimension of"),
        ({"source_id": ""}, "has no source_id"),
        ({"source_id": "rumour"}, "source_id 'rumour' is not in sources.csv"),
        ({"locator": ""}, "has no locator"),
        ({"low": "0.3", "high": "0.4"}, "value 0.2 is outside its range 0.3 to 0.4"),
        ({"low": "0.1"}, "has only one of low and high"),
        ({"unit": "kgCO2e/kWh"}, "but a GWP is already applied"),
        ({"gwp_set": "AR6"}, "but a GWP is already applied"),
        ({"gas": "CO2e", "unit": "kgCO2e/kWh"}, "is in CO2e with gwp_set ''"),
        (
            {"item": "diesel.stationary", "gas": "CO2e", "unit": "kgCO2e/GJ", "gwp_set": "AR6"},
            "gases are expected here, one row each",
        ),
        ({"checked": "trust me"}, "checked is 'trust me'"),
        ({"checked_on": "yesterday"}, "checked_on is 'yesterday'"),
        ({"redistributable": "no"}, "redistributable is 'no'"),
        ({"distribution": "cauchy"}, "distribution is 'cauchy'"),
        ({"value": "nan"}, "value is nan"),
        ({"value": "1e400"}, "value is inf"),
        ({"low": "-inf", "high": "1"}, "low is -inf"),
        ({"region": "PE"}, "region is 'PE'"),
        ({"region": "XXX"}, "region is 'XXX'"),
        ({"region": "Africa"}, "a mean of a continent may not answer for its countries here"),
        ({"valid_to": "2020"}, "ends in 2020, before it begins"),
        ({"item": "forest.litter.x", "gas": "", "unit": "t/ha"}, "says of what: carbon or dry_matter"),
        ({"item": "truck.freight", "unit": "kgCO2/km"}, "the same dimension as kgCO2/t/km"),
        ({"item": "truck.freight.well_to_tank", "unit": "kgCO2/L"}, "the same dimension as kgCO2/t/km"),
        ({"item": "gold.premium", "gas": "", "unit": "USD/L"}, "the same dimension as USD/kg"),
        (
            {"item": "lime.process", "gas": "CO2e", "unit": "kgCO2e/kg", "gwp_set": "AR6"},
            "gases are expected here, one row each",
        ),
    ],
)
def test_a_bad_row_is_refused(tmp_path: Path, cells: dict[str, str], sentence: str) -> None:
    problems = check(write(tmp_path, row(**cells)))
    assert any(sentence in problem for problem in problems), problems
    assert all(problem.startswith("electricity.csv:2  ") for problem in problems)


def test_a_duplicate_key_is_refused(tmp_path: Path) -> None:
    problems = check(write(tmp_path, row(), row(value="0.3")))
    assert problems == [
        "electricity.csv:3  electricity.grid:PER:2022:CO2:direct stands twice; it is in electricity.csv:2 already"
    ]


def test_a_duplicate_key_in_another_table_is_refused(tmp_path: Path) -> None:
    write(tmp_path, row())
    (tmp_path / "other.csv").write_text((tmp_path / "electricity.csv").read_text(encoding="utf-8"), encoding="utf-8")
    assert any("stands twice" in problem for problem in check(tmp_path))


def test_overlapping_years_are_refused(tmp_path: Path) -> None:
    assert check(write(tmp_path, row(valid_to="2022"), row(valid_from="2023"))) == []
    problems = check(write(tmp_path, row(), row(valid_from="2023")))
    assert len(problems) == 1
    assert "electricity.grid:PER:2023:CO2:direct overlaps electricity.grid:PER:2022:CO2:direct" in problems[0]


def test_unsorted_rows_are_refused(tmp_path: Path) -> None:
    problems = check(write(tmp_path, row(), row(region="BOL")))
    assert len(problems) == 1
    assert problems[0].startswith("electricity.csv:3  electricity.grid:BOL:2022:CO2:direct is not in its place")


def test_an_unknown_default_gwp_set_is_refused(tmp_path: Path) -> None:
    write(tmp_path, row())
    (tmp_path / "release.toml").write_text('release = "test"\ndefault_gwp_set = "AR9"\n', encoding="utf-8")
    assert check(tmp_path) == ["release.toml  default_gwp_set is 'AR9'; expected AR4, AR5 or AR6"]


def test_money_of_any_currency_is_a_cost(tmp_path: Path) -> None:
    cost = row(item="solar.capital_cost", gas="", unit="EUR/kW", boundary="")
    assert check(write(tmp_path, cost)) == []
    assert any("EUR/kW" in problem for problem in check(write(tmp_path, cost | {"unit": "EUR/kWh"})))


def test_the_countries_are_the_249_of_iso_3166() -> None:
    assert len(COUNTRIES) == 249  # ISO 3166-1, officially assigned alpha-3 codes
    assert all(len(code) == 3 and code.isupper() for code in COUNTRIES)


def test_a_row_that_ended_or_has_not_begun_is_told_with_its_year(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    header = "item,region,valid_from,valid_to,gas,value,unit,gwp_set,boundary,locator"
    own.write_text(
        f"{header}\nkiln_lime.manufacture,PER,2010,2015,CO2e,0.9,kgCO2e/kg,AR6,cradle_to_gate,kiln\n", encoding="utf-8"
    )
    tables = read_tables(overlay=own)
    with pytest.raises(FactorNotFound, match=r"kiln_lime\.manufacture in PER, 2024: .* was valid until 2015 and no"):
        choose(tables, "kiln_lime.manufacture", "PER", 2024)
    with pytest.raises(FactorNotFound, match=r"in PER, 2001: its first row, .*, begins in 2010"):
        choose(tables, "kiln_lime.manufacture", "PER", 2001)


def test_a_country_without_a_figure_is_told_of_the_world_average_and_of_its_own_rows_alone() -> None:
    with pytest.raises(FactorNotFound) as caught:
        choose(read_tables(), "electricity.grid", "AND", 2024, boundary="lifecycle")
    assert "the tables have no figure for AND or Europe" in str(caught.value)
    assert "or allow the world average (method.substitute: world)" in str(caught.value)
    assert {one.split(":")[1] for one in caught.value.nearest} <= {"AND", "World"}
