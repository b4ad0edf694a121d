"""Activities to result lines, worked by hand from IPCC 2006 vol. 2 and IPCC AR4, AR5 and AR6."""

import math
import pickle
import subprocess
import sys

import pytest

from asmcarbon.errors import FactorNotFound, InputError
from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.footprint.activities import Activity, activities_of, electricity_bought, fuel_burned
from asmcarbon.footprint.calculate import calculate, emission_factor_of, lines_of
from asmcarbon.footprint.footprint import Footprint, Line
from asmcarbon.footprint.uncertainty import line_uncertainty, moves_by_line
from asmcarbon.measures import Datum
from asmcarbon.reports.footprint_notes import footprint_notes
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, quantity_of

DIESEL = "energy: {diesel: {generator: 1000 L/year, density: 0.84 kg/L}}\n"
GIGAJOULES = 1000 * 0.84 * 43e-3  # litres x kg/L x GJ/kg (IPCC 2006 vol. 2 Table 1.2): 36.12


@pytest.fixture(scope="module")
def tables() -> FactorTables:
    return read_tables()


def site(more: str = "", country: str = "PER", year: int = 2024) -> Site:
    return site_from(f"name: A site\ncountry: {country}\nyear: {year}\n{more}", "site")


def footprint(of: Site, tables: FactorTables) -> Footprint:
    return calculate(activities_of(of), of, tables)


def line(of: Footprint, scope: int, gas: str) -> Line:
    (found,) = (one for one in of.lines if (one.scope, one.gas) == (scope, gas))
    return found


def test_a_litre_of_diesel_by_hand(tables: FactorTables) -> None:
    result = footprint(site(DIESEL), tables)
    # IPCC 2006 vol. 2 Table 2.3: 74,100 kg CO2, 3 kg CH4, 0.6 kg N2O a TJ; AR6: 27.0 and 273
    assert line(result, 1, "CO2").co2e.m_as("kgCO2e/year") == pytest.approx(GIGAJOULES * 74.1, rel=1e-12)
    assert line(result, 1, "CH4").emission.m_as("kgCH4/year") == pytest.approx(GIGAJOULES * 0.003, rel=1e-12)
    assert line(result, 1, "CH4").co2e.m_as("kgCO2e/year") == pytest.approx(GIGAJOULES * 0.003 * 27.0, rel=1e-12)
    assert line(result, 1, "N2O").co2e.m_as("kgCO2e/year") == pytest.approx(GIGAJOULES * 0.0006 * 273, rel=1e-12)
    assert line(result, 3, "CO2e").co2e.m_as("kgCO2e/year") == pytest.approx(
        624.09, rel=1e-12
    )  # DESNZ 2025, 0.62409 a litre
    assert result.total((1,)).m_as("kgCO2e/year") == pytest.approx(36.12 * (74.1 + 0.081 + 0.1638), rel=1e-12)


@pytest.mark.parametrize(
    ("gwp_set", "methane", "nitrous_oxide"),
    [("AR4", 25, 298), ("AR5", 28, 265), ("AR6", 27.0, 273)],  # AR4 Table 2.14, AR5 Table 8.A.1, AR6 Table 7.15
)
def test_a_site_may_ask_for_another_gwp_set(
    tables: FactorTables, gwp_set: str, methane: float, nitrous_oxide: float
) -> None:
    result = footprint(site(DIESEL + f"method: {{gwp_set: {gwp_set}}}\n"), tables)
    expected = GIGAJOULES * (74.1 + 0.003 * methane + 0.0006 * nitrous_oxide)
    assert result.total((1,)).m_as("kgCO2e/year") == pytest.approx(expected, rel=1e-12)
    assert result.gwp_set == gwp_set
    assert {one.gwp_set for one in result.lines if one.gas != "CO2e"} == {gwp_set}


def test_the_default_gwp_set_is_the_latest(tables: FactorTables) -> None:
    assert footprint(site(DIESEL), tables).gwp_set == "AR6"


def test_a_total_is_the_sum_over_its_lines(tables: FactorTables) -> None:
    result = footprint(site(DIESEL + "explosives: {anfo: 2 t/year}\n"), tables)
    by_scope = [result.total((scope,)).m_as("kgCO2e/year") for scope in (1, 2, 3)]
    assert by_scope[1] == 0
    assert sum(by_scope) == pytest.approx(result.total().m_as("kgCO2e/year"), rel=1e-15)
    assert sum(one.co2e.m_as("kgCO2e/year") for one in result.lines) == pytest.approx(sum(by_scope), rel=1e-15)
    # 0.17 t CO2 a tonne of ANFO (AGO Workbook 2006) beside the diesel
    assert result.gas_total("CO2", (1,)).m_as("kgCO2/year") == pytest.approx(GIGAJOULES * 74.1 + 340, rel=1e-12)


def test_nothing_is_a_footprint_of_zero(tables: FactorTables) -> None:
    assert footprint(site(), tables).total() == quantity(0.0, "kgCO2e/year")


def test_a_site_may_state_its_own_density_and_calorific_value(tables: FactorTables) -> None:
    own = site("energy: {diesel: {generator: 1000 L/year, density: 0.87 kg/L, net_calorific_value: 42 GJ/t}}\n")
    result = line(footprint(own, tables), 1, "CO2")
    assert result.co2e.m_as("kgCO2e/year") == pytest.approx(1000 * 0.87 * 0.042 * 74.1, rel=1e-12)
    assert [(one.name, one.basis) for one in result.inputs] == [
        ("amount", "assumed"), ("density", "assumed"), ("net_calorific_value", "assumed"),
        ("emission_factor", "factor"), ("global_warming_potential", "factor"),
    ]  # fmt: skip


def test_a_country_has_its_own_density(tables: FactorTables) -> None:
    colombian = footprint(site("energy: {diesel: {generator: 1000 L/year}}\n", country="COL"), tables)
    peruvian = footprint(site("energy: {diesel: {generator: 1000 L/year}}\n"), tables)
    # UPME FECOC 2016, Table 2: 0.856 kg/L; elsewhere DESNZ 2025: 2.66155 / 3203.91143 = 0.83072 kg/L
    assert colombian.total((1,)) / peruvian.total((1,)) == pytest.approx(0.856 / (2.66155 / 3.20391143), rel=1e-5)


def test_each_line_is_the_product_of_its_inputs(tables: FactorTables) -> None:
    everything = DIESEL + "explosives: {anfo: 2 t/year}\n"
    for one in footprint(site(everything), tables).lines:
        product = quantity(1.0, "1")
        for factor in one.inputs:
            product = product * factor.quantity
        assert product.m_as("kgCO2e/year") == pytest.approx(one.co2e.m_as("kgCO2e/year"), rel=1e-12)


def test_each_line_says_where_its_factor_comes_from(tables: FactorTables) -> None:
    for one in footprint(site(DIESEL), tables).lines:
        assert one.factor_id in tables.by_id
        assert one.release == tables.release
        assert tables.sources[tables.by_id[one.factor_id].source_id].publisher in one.citation
        assert not one.substituted


def test_a_figure_published_with_other_gwps_says_so(tables: FactorTables) -> None:
    supplied = line(footprint(site(DIESEL), tables), 3, "CO2e")
    assert supplied.notes == ("published in CO2e with GWPs AR5, not AR6",)
    assert line(footprint(site(DIESEL + "method: {gwp_set: AR5}\n"), tables), 3, "CO2e").notes == ()


def test_peru_takes_its_direct_figure_gas_by_gas(tables: FactorTables) -> None:
    result = footprint(site("energy: {grid: {purchased: 1000 kWh/year}}\n"), tables)
    # MINAM 2024: 0.170232636 kg CO2, 9.5198e-6 kg CH4, 1.17053e-6 kg N2O a kWh
    expected = 170.232636 + 9.5198e-3 * 27.0 + 1.17053e-3 * 273
    assert result.total((2,)).m_as("kgCO2e/year") == pytest.approx(expected, rel=1e-12)
    assert not any(one.includes_upstream for one in result.lines)


def test_tanzania_takes_a_life_cycle_figure_and_says_so(tables: FactorTables) -> None:
    result = footprint(site("energy: {grid: {purchased: 1000 kWh/year}}\n", country="TZA"), tables)
    one, lost = result.lines
    assert (one.scope, lost.scope) == (2, 3)
    assert one.co2e.m_as("kgCO2e/year") == pytest.approx(371.59, rel=1e-12)  # Ember, TZA 2023: 0.37159 kg/kWh
    assert one.includes_upstream
    assert "life-cycle figure: includes upstream" in one.notes


def test_a_grid_loses_a_share_of_what_is_generated_for_the_site(tables: FactorTables) -> None:
    bought = "energy: {grid: {purchased: 1000 kWh/year}}\n"
    peru, tanzania = (footprint(site(bought, country=country), tables) for country in ("PER", "TZA"))
    # World Bank EG.ELC.LOSS.ZS 2022, % of output: Peru 11.22616, Tanzania 17.59898. Of 1000 kWh that arrive,
    # 1000 / (1 - 0.1122616) = 1126.46 were generated.
    assert (peru.total((3,)) / peru.total((2,))).m_as("1") == pytest.approx(0.126457, abs=1e-6)
    assert tanzania.total((3,)).m_as("kgCO2e/year") == pytest.approx(371.59 * 0.1759898 / 0.8240102, rel=1e-12)
    own = site(bought.replace("year}", "year, losses: 20 %}"))
    assert (footprint(own, tables).total((3,)) / peru.total((2,))).m_as("1") == pytest.approx(0.25, rel=1e-12)


def test_losses_without_a_figure_are_left_out_and_told(tables: FactorTables) -> None:
    bought = site("energy: {grid: {purchased: 1000 kWh/year}}\n", country="GTM")  # Guatemala has no row of losses
    result = footprint(bought, tables)
    assert result.total((3,)).magnitude == 0
    (note,) = (note for note in footprint_notes(bought, result, tables) if "lost in the grid" in note)
    assert note == (
        "electricity lost in the grid: left out, no figure for GTM in 2024; give your own, energy.grid.losses"
    )


def test_a_missing_factor_is_refused_and_a_world_average_only_taken_where_allowed(tables: FactorTables) -> None:
    bought = "energy: {grid: {purchased: 1000 kWh/year}}\n"
    with pytest.raises(FactorNotFound) as caught:
        footprint(site(bought, country="ATA"), tables)
    assert (caught.value.item, caught.value.region, caught.value.year) == ("electricity.grid", "ATA", 2024)
    result = footprint(site(bought + "method: {substitute: world}\n", country="ATA"), tables)
    assert [one.substituted for one in result.lines] == [True, True]
    assert "a world average stands in for the country's own figure" in result.lines[0].notes
    assert ":World:" in result.lines[0].factor_id


def test_a_world_average_never_stands_in_for_a_country_that_has_a_figure(tables: FactorTables) -> None:
    bought = "energy: {grid: {purchased: 1000 kWh/year}}\nmethod: {substitute: world}\n"
    for country in ("PER", "TZA"):
        result = footprint(site(bought, country=country), tables)
        assert {one.factor_id.split(":")[1] for one in result.lines} == {country}


def test_all_missing_factors_are_told_at_once(tables: FactorTables) -> None:
    unknown = [
        Activity(name, name, 1, Datum(quantity(1.0, "kg/year")), f"{name}.made")
        for name in ("unobtainium", "phlogiston")
    ]
    with pytest.raises(FactorNotFound) as caught:
        calculate(unknown, site(), tables)
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert "unobtainium.made" in str(error)
        assert "phlogiston.made" in str(error)


def test_the_coefficient_of_the_optimiser_is_the_line_of_one_litre(tables: FactorTables) -> None:
    burned = fuel_burned("diesel", "generator", Datum(quantity_of("500 L/year")))
    coefficient = emission_factor_of(burned, site(DIESEL), tables)
    expected = GIGAJOULES / 1000 * (74.1 + 0.003 * 27.0 + 0.0006 * 273)
    assert coefficient.m_as("kgCO2e/litre") == pytest.approx(expected, rel=1e-12)


def test_lines_are_one_for_each_gas(tables: FactorTables) -> None:
    bought = electricity_bought(Datum(quantity_of("1 kWh/year")))
    assert [one.gas for one in lines_of(bought, site(), tables, "AR6")] == ["CH4", "CO2", "N2O"]
    assert [one.gas for one in lines_of(bought, site(country="TZA"), tables, "AR6")] == ["CO2e"]


def test_a_footprint_reaches_a_new_process(tables: FactorTables) -> None:
    result = footprint(site(DIESEL), tables)
    program = f"import pickle; print(pickle.loads({pickle.dumps(result)!r}).total().m_as('kgCO2e/year'))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-300:]
    assert float(done.stdout) == result.total().m_as("kgCO2e/year")


def test_equipment_counts_a_year_of_its_life() -> None:
    site = site_from("name: x\ncountry: PER\nyear: 2024\nenergy: {solar: {power: 50 kW, lifetime: 25 year}}\n", "x")
    (line,) = calculate(activities_of(site), site, read_tables()).lines
    # IEA PVPS 2022: 1,112 kgCO2e a kW made; 50 kW over 25 years.
    assert line.co2e.m_as("kgCO2e/year") == pytest.approx(1112 * 50 / 25, rel=1e-12)
    assert [one.name for one in line.inputs] == ["amount", "lifetime", "emission_factor"]


def test_materials_take_a_table_row_or_the_sites_own_factor() -> None:
    text = "name: x\ncountry: PER\nyear: 2024\nmaterials:\n  - {item: lime, amount: 2 t/year}\n"
    own = "  - {item: cyanide, amount: 1 t/year, factor: 3.5 kgCO2e/kg}\n"
    site = site_from(text + own, "x")
    lime, cyanide = calculate(activities_of(site), site, read_tables()).lines
    # ICE v2.0 (University of Bath 2011): lime, general, 0.78 kgCO2e/kg.
    assert lime.co2e.m_as("kgCO2e/year") == pytest.approx(0.78 * 2000, rel=1e-12)
    assert cyanide.co2e.m_as("kgCO2e/year") == pytest.approx(3.5 * 1000, rel=1e-12)
    assert cyanide.factor_id == ""


def test_a_material_without_a_factor_asks_for_the_sites_own() -> None:
    text = "name: x\ncountry: PER\nyear: 2024\nmaterials: [{item: cyanide, amount: 1 t/year}]\n"
    site = site_from(text, "x")
    with pytest.raises(FactorNotFound, match=r"give your own: materials\.0\.factor"):
        calculate(activities_of(site), site, read_tables())


def test_carriage_counts_its_fuel_and_the_supply_of_it() -> None:
    text = "name: x\ncountry: PER\nyear: 2024\ntransport: [{mode: truck_rigid_over_17_t, freight: 10000 t*km/year}]\n"
    site = site_from(text, "x")
    carried, supplied = calculate(activities_of(site), site, read_tables()).lines
    # DESNZ 2025, HGV (all diesel), rigid over 17 t, average laden: 0.17146 and 0.03736 kgCO2e a tonne-kilometre.
    assert carried.co2e.m_as("kgCO2e/year") == pytest.approx(1714.6, rel=1e-9)
    assert supplied.co2e.m_as("kgCO2e/year") == pytest.approx(373.6, rel=1e-9)


def test_engines_imply_the_fuel_that_is_not_reported() -> None:
    engine = "engines: [{name: pump, fuel_rate: 4 L/h, hours: 10 h/day, days: 200 day/year, count: 2}]"
    text = f"name: x\ncountry: PER\nyear: 2024\nenergy:\n  {engine}\n"
    site = site_from(text, "x")
    burned = [line for line in calculate(activities_of(site), site, read_tables()).lines if line.scope == 1]
    assert {line.source for line in burned} == {"energy.diesel.engines"}
    assert burned[0].inputs[0].quantity.m_as("L/year") == pytest.approx(2 * 4 * 10 * 200, rel=1e-12)
    reported = site_from(text + "  diesel: {engines: 5000 L/year}\n", "x")
    lines = calculate(activities_of(reported), reported, read_tables()).lines
    assert lines[0].inputs[0].quantity.m_as("L/year") == pytest.approx(5000, rel=1e-12)


def opened(more: str) -> str:
    return f"land: {{opened: [{{area: 2 ha/year, {more}}}]}}\n"


def test_land_takes_the_stock_of_its_zone_and_state(tables: FactorTables) -> None:
    of = site(opened("affected: 50 %, zone: tropical_rainforest, state: primary"))
    above, below, dead_wood, litter = footprint(of, tables).lines
    # IPCC 2019 vol. 4 ch. 4, Americas: table 4.7, 307.1 t/ha; table 4.4, 0.221 over 125 t/ha; 2006 table 4.3, 0.47.
    assert above.co2e.m_as("tCO2e/year") == pytest.approx(2 * 0.5 * 307.1 * 0.47 * 44 / 12, rel=1e-12)
    assert below.co2e.m_as("tCO2e/year") == pytest.approx(2 * 0.5 * 307.1 * 0.47 * 0.221 * 44 / 12, rel=1e-12)
    # 2019 vol. 4 ch. 2, table 2.2: 14.8 and 4.8 t of carbon a hectare.
    assert dead_wood.co2e.m_as("tCO2e/year") == pytest.approx(2 * 0.5 * 14.8 * 44 / 12, rel=1e-12)
    assert litter.co2e.m_as("tCO2e/year") == pytest.approx(2 * 0.5 * 4.8 * 44 / 12, rel=1e-12)
    assert (above.pools, below.pools) == (("above_ground",), ("below_ground",))
    assert [one.factor_id.split(":")[0] for one in (dead_wood, litter)] == [
        "forest.dead_wood.tropical_rainforest", "forest.litter.tropical_rainforest"
    ]  # fmt: skip
    assert dead_wood.inputs[2].low is None  # 0.6 to 218.9 are figures of single plots, and no interval of the mean
    assert [one.name for one in below.inputs] == [
        "area", "affected_share", "above_ground_biomass", "carbon_fraction", "root_to_shoot", "carbon_after",
        "carbon_to_co2", "global_warming_potential",
    ]  # fmt: skip
    keys = [one.key for one in below.inputs]
    assert "forest.above_ground_biomass.tropical_rainforest.primary:Americas:1990:-:dry_matter" in keys
    assert "forest.root_to_shoot.tropical_rainforest.over_125_t:Americas:1990:-:dry_matter" in keys
    assert all(one.source for one in below.inputs if one.basis == "factor")
    fraction = above.inputs[3]
    assert fraction.low is not None
    assert fraction.high is not None
    assert (fraction.low.m_as("tC/t"), fraction.high.m_as("tC/t")) == (0.44, 0.49)


def test_land_takes_the_roots_of_the_class_of_its_biomass(tables: FactorTables) -> None:
    young = opened("zone: tropical_rainforest, state: secondary_up_to_20y, pools: [above_ground, below_ground]")
    # IPCC 2019 vol. 4 ch. 4, Africa: 52.8 t/ha (table 4.7), 0.825 up to 125 t/ha and 0.532 over it (table 4.4).
    lines = footprint(site(young, country="GHA"), tables).lines
    total = sum(one.co2e.m_as("tCO2e/year") for one in lines)
    assert total == pytest.approx(2 * 52.8 * 0.47 * (1 + 0.825) * 44 / 12, rel=1e-12)


def test_mangroves_have_no_state_and_a_fraction_of_their_own(tables: FactorTables) -> None:
    lines = footprint(site(opened("zone: mangrove_tropical_wet")), tables).lines
    # IPCC 2013 Wetlands Supplement, coastal wetlands: 192 t/ha, 45.1 %, 0.49; dead wood 10.7 and litter 0.7 tC/ha.
    total = sum(one.co2e.m_as("tCO2e/year") for one in lines)
    assert total == pytest.approx(2 * (192 * 0.451 * 1.49 + 10.7 + 0.7) * 44 / 12, rel=1e-12)


def test_a_site_may_restrict_the_pools_of_a_zone(tables: FactorTables) -> None:
    (only,) = footprint(site(opened("zone: tropical_rainforest, state: primary, pools: [below_ground]")), tables).lines
    assert only.co2e.m_as("tCO2e/year") == pytest.approx(2 * 307.1 * 0.47 * 0.221 * 44 / 12, rel=1e-12)


def test_roots_without_a_row_are_left_out_with_a_word_or_refused_where_asked_for(tables: FactorTables) -> None:
    shrubs = "zone: tropical_shrubland, state: all"
    of = site(opened(shrubs))
    (above,) = footprint(of, tables).lines
    assert above.pools == ("above_ground",)
    notes = footprint_report(of, tables)["notes"]
    assert "its carbon holds above ground; it leaves out below ground, dead wood, litter, soil" in notes
    with pytest.raises(FactorNotFound, match=r"forest\.root_to_shoot\.tropical_shrubland"):
        footprint(site(opened(f"{shrubs}, pools: [above_ground, below_ground]")), tables)


def test_a_zone_or_state_without_a_row_names_the_nearest(tables: FactorTables) -> None:
    with pytest.raises(FactorNotFound, match=r"nearest rows.*tropical_rainforest\.secondary_over_20y"):
        footprint(site(opened("zone: tropical_rainforest, state: secondary")), tables)
    with pytest.raises(FactorNotFound, match=r"own stock: land\.opened\.0\.carbon_before"):
        footprint(site(opened("zone: tropical_rainforest, state: primary"), country="PNG"), tables)


def test_parcels_with_other_pools_are_told_apart(tables: FactorTables) -> None:
    two = "[{area: 1 ha/year, zone: tropical_rainforest, state: primary},"
    two += " {area: 1 ha/year, carbon_before: 47.4 tC/ha, pools: [above_ground]}]"
    notes = footprint_report(site(f"land: {{opened: {two}}}\n"), tables)["notes"]
    assert "land.opened.0: its carbon holds above ground, below ground, dead wood, litter; it leaves out soil" in notes
    assert "land.opened.1: its carbon holds above ground; it leaves out below ground, dead wood, litter, soil" in notes


def test_the_coefficient_of_land_by_zone_holds_every_pool(tables: FactorTables) -> None:
    of = site(opened("zone: tropical_rainforest, state: primary"))
    (activity,) = activities_of(of)
    per_area = emission_factor_of(activity, of, tables).m_as("tCO2e/ha")
    assert per_area == pytest.approx((307.1 * 0.47 * 1.221 + 14.8 + 4.8) * 44 / 12, rel=1e-12)


def test_land_has_an_interval_of_a_product_and_of_a_difference(tables: FactorTables) -> None:
    area, before = "area: {value: 2 ha/year, range: ± 30 %}", "carbon_before: {value: 50 tC/ha, range: ± 40 %}"
    own = f"land: {{opened: [{{{area}, {before}, pools: [above_ground]}}]}}\n"
    (line,) = footprint(site(own), tables).lines
    # IPCC 2006 vol. 1 ch. 3, equation 3.1: the square root of 0.3 ** 2 + 0.4 ** 2.
    assert line_uncertainty(line, moves_by_line([line])) == pytest.approx(0.5, rel=1e-12)
    (difference,) = footprint(
        site(own.replace("pools", "carbon_after: {value: 5 tC/ha, range: ± 9 %}, pools")), tables
    ).lines
    # of a difference the absolute halves of the ranges count: 20 and 0.45 of what 50 tC/ha less 5 leave
    assert line_uncertainty(difference, moves_by_line([difference])) == pytest.approx(
        math.hypot(0.3, math.hypot(20, 0.45) / 45), rel=1e-9
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("zone: tropical_rainforest, state: primary, carbon_before: 9 tC/ha, pools: [soil]", "stands beside a zone"),
        ("pools: [above_ground]", "neither carbon_before nor zone is given"),
        ("zone: tropical_rainforest", "has no state"),
        ("zone: tropical_rainforest, state: primary, carbon_after: 1 tC/ha", "carbon_after stands beside a zone"),
        ("zone: tropical_rainforest, state: primary, pools: [soil]", "soil is not computed by zone"),
        ("zone: tropical_rainforest, state: primary, pools: []", "no pool is named"),
        ("carbon_before: 9 tC/ha", "no pool is named"),
    ],
)
def test_land_takes_one_stock_and_only_one(more: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as refused:
        site(opened(more))
    (problem,) = refused.value.problems
    assert problem.expected
    assert problem.example


CONTRACTS = """\
energy:
  grid:
    purchased: 1000 kWh/year
    contracts:
      - {kind: certificate, name: wind, share: 60 %, factor: {value: 0 kgCO2e/kWh, source: I-REC 2024}}
      - {kind: supplier, name: the utility's mix, share: 10 %, factor: 0.3 kgCO2e/kWh}
"""


def test_contracts_stand_beside_the_location_based_figure(tables: FactorTables) -> None:
    by_place = footprint(site("energy: {grid: {purchased: 1000 kWh/year}}\n"), tables)
    both = footprint(site(CONTRACTS), tables)
    residual = footprint(site(CONTRACTS + "      - {kind: residual, name: mix, factor: 0.4 kgCO2e/kWh}\n"), tables)
    # 600 kWh at 0, 100 kWh at 0.3, and 300 kWh at the country's own figure or at the residual mix
    average = by_place.total((2,)).m_as("kgCO2e/year")
    assert both.account_total("market_based").m_as("kgCO2e/year") == pytest.approx(30 + 0.3 * average, rel=1e-12)
    assert residual.account_total("market_based").m_as("kgCO2e/year") == pytest.approx(30 + 120, rel=1e-12)
    for one in (both, residual):
        assert one.total().m_as("kgCO2e/year") == pytest.approx(by_place.total().m_as("kgCO2e/year"), rel=1e-15)
    assert by_place.account_total("market_based") is None


def test_an_average_in_the_place_of_a_residual_mix_is_told(tables: FactorTables) -> None:
    told = footprint_report(site(CONTRACTS), tables)["notes"]
    assert any(note.startswith("no residual mix is given") for note in told)
    residual = site(CONTRACTS + "      - {kind: residual, name: mix, factor: 0.4 kgCO2e/kWh}\n")
    told = footprint_report(residual, tables)["notes"]
    assert not any(note.startswith("no residual mix is given") for note in told)
    assert any("Scope 2 Guidance" in note for note in told)


@pytest.mark.parametrize(
    ("contracts", "told"),
    [
        ("{kind: certificate, name: a, share: 50 %, factor: 0 kgCO2e/kWh}", "a factor of 0 has no source"),
        ("{kind: contract, name: a, factor: 0.1 kgCO2e/kWh}", "a contract has no share"),
        ("{kind: residual, name: a, share: 5 %, factor: 0.1 kgCO2e/kWh}", "a residual mix has a share"),
        (
            "{kind: contract, name: a, share: 70 %, factor: 0.1 kgCO2e/kWh},"
            " {kind: supplier, name: b, share: 60 %, factor: 0.1 kgCO2e/kWh}",
            "the contracts cover 130 % of the electricity",
        ),
        (
            "{kind: residual, name: a, factor: 0.1 kgCO2e/kWh}, {kind: residual, name: b, factor: 0.1 kgCO2e/kWh}",
            "two residual mixes are given",
        ),
    ],
)
def test_contracts_that_do_not_fit_are_refused(contracts: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        site(f"energy: {{grid: {{purchased: 1 kWh/year, contracts: [{contracts}]}}}}\n")


def test_what_is_bought_may_be_told_by_the_money_paid(tables: FactorTables) -> None:
    bought = site(
        "materials: [{item: basic_inorganics, spend: 250 USD/month}]\ntransport: [{mode: truck, spend: 500 USD/year}]\n"
    )
    result = footprint(bought, tables)
    # US EPA, Supply Chain GHG Emission Factors v1.3 by NAICS-6: 325180 1.01, 484121 0.595 kg CO2e a USD of 2022.
    assert [one.co2e.m_as("kgCO2e/year") for one in result.lines] == pytest.approx(
        [3000 * 1.01, 500 * 0.595], rel=1e-12
    )
    assert all(any("per USD of 2022" in note for note in one.notes) for one in result.lines)


def test_an_explosive_without_a_row_takes_the_sites_own_factor(tables: FactorTables) -> None:
    own = site("explosives: {other: [{name: emulsion, amount: 2 t/year, factor: 0.15 kgCO2e/kg}]}\n")
    assert footprint(own, tables).total((1,)).m_as("kgCO2e/year") == pytest.approx(300, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("materials: [{item: lime}]", "neither amount nor spend is given"),
        ("materials: [{item: lime, amount: 1 t/year, spend: 1 USD/year}]", "amount and spend are both given"),
        ("materials: [{item: lime, spend: 1 USD/year, factor: 1 kgCO2e/kg}]", "a factor by mass stands beside spend"),
        ("transport: [{mode: truck}]", "neither freight nor spend is given"),
    ],
)
def test_what_is_bought_is_told_in_one_way(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        site(text + "\n")


def cleared(*years: int, since: int | None) -> Site:
    entries = ", ".join(
        f"{{year: {year}, area: {hectares} ha/year, carbon_before: 30 tC/ha, pools: [above_ground]}}"
        for hectares, year in enumerate(years, start=1)
    )
    history = "" if since is None else f", history_since: {since}"
    products = "processing: {products: {gold: 2 kg/year}}\n"
    return site(f"{products}land: {{opened: [{entries}]{history}}}\n")


def test_land_of_20_years_is_spread_over_them(tables: FactorTables) -> None:
    # Opened: 1 ha in 2024, 2 ha in 2015, 3 ha in 2005, 4 ha in 2004, which is 21 years back. A hectare loses
    # 30 tC x 44/12 = 110 t: 110 t of the year itself; (1 + 2 + 3) x 110 / 20 = 33 t a year amortised.
    report = footprint_report(cleared(2024, 2015, 2005, 2004, since=2005), tables)
    assert report["land_use_change"]["value"] == pytest.approx(110, rel=1e-12)
    assert report["land_use_change_amortised"]["value"] == pytest.approx(33, rel=1e-12)
    (per_kilogram,) = (
        one["value"]
        for one in report["intensities"]
        if (one["total"], one["per"]) == ("land_use_change_amortised", "gold")
    )
    assert per_kilogram == pytest.approx(16.5, rel=1e-12)
    assert report["totals"]["scopes_1_2_3"]["value"] == 0


@pytest.mark.parametrize(
    ("since", "told"),
    [
        (None, "not amortised: say since when every hectare is listed, land.history_since: 2005, or earlier"),
        (2006, "not amortised: what was opened is known since 2006, and 20 years of it start in 2005"),
    ],
)
def test_land_without_its_history_is_not_amortised(tables: FactorTables, since: int | None, told: str) -> None:
    report = footprint_report(cleared(2024, 2015, since=since), tables)
    assert report["land_use_change_amortised"] is None
    assert told in report["notes"]


def test_land_of_years_to_come_is_refused() -> None:
    with pytest.raises(InputError, match=r"land\.opened\.1 is of 2025, after the site's 2024"):
        cleared(2024, 2025, since=None)
