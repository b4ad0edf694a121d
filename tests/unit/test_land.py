"""Land beyond the loss of a forest's carbon: fire, soil, drained peat, removals by age, and what pits hold.

Expected figures are worked by hand from the tables that each test names.
"""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asmcarbon.errors import FactorNotFound, InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint, Line
from asmcarbon.footprint.intensity import amortised_land_of
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.footprint_text import footprint_text
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site

OWN = {"area": "10 ha/year", "carbon_before": "40 tC/ha", "pools": ["above_ground"]}
PLANTED = {
    "method": "planting", "land": "overburden", "area": "5 ha", "growth": "forest.growth.tropical_rainforest",
    "planted": 2019, "survival": "70 %", "buffer": "20 %",
}  # fmt: skip
CO2 = 44 / 12


def site_of(land: dict[str, Any], **more: Any) -> Site:
    return site_from(json.dumps({"name": "A", "country": "PER", "year": 2024, "land": land} | more), "site.yaml")


def footprint_of(land: dict[str, Any], **more: Any) -> Footprint:
    site = site_of(land, **more)
    return calculate(activities_of(site), site, read_tables())


def lines_of(land: dict[str, Any], account: str = "land_use_change", **more: Any) -> list[Line]:
    return [line for line in footprint_of(land, **more).lines if line.account == account]


def opened(**more: Any) -> dict[str, Any]:
    return {"opened": [OWN | more]}


def rehabilitated(**more: Any) -> dict[str, Any]:
    return {"rehabilitated": [{key: value for key, value in (PLANTED | more).items() if value is not None}]}


def refusal_of(land: dict[str, Any], **more: Any) -> str:
    with pytest.raises(InputError) as caught:
        site_of(land, **more)
    (problem,) = caught.value.problems
    return problem.sentence()


def notes_of(land: dict[str, Any], **more: Any) -> list[str]:
    return footprint_report(site_of(land, **more), read_tables())["notes"]


# --- fire -------------------------------------------------------------------------------------------------------


def test_fire_is_equation_2_27_with_the_product_of_table_2_4():
    # IPCC worksheet 3C1: L = A * MB * Cf * Gef * 1e-3; with table 2.4 MB takes its value and Cf is 1.
    fire = {"share": "60 %", "vegetation": "primary_tropical_moist_forest"}
    (loss, methane, nitrous) = lines_of(opened(burned=fire))
    matter = 10 * 0.60 * 160.4  # t of dry matter: 962.4
    assert methane.emission.m_as("kgCH4/year") == pytest.approx(matter * 6.8, rel=1e-12)  # 6,544.32
    assert nitrous.emission.m_as("kgN2O/year") == pytest.approx(matter * 0.2, rel=1e-12)  # 192.48
    # AR6: CH4 27.0 where it is not fossil, N2O 273.
    assert methane.co2e.m_as("kgCO2e/year") == pytest.approx(6544.32 * 27.0, rel=1e-12)
    assert nitrous.co2e.m_as("kgCO2e/year") == pytest.approx(192.48 * 273, rel=1e-12)
    assert loss.emission.m_as("tCO2/year") == pytest.approx(10 * 40 * CO2, rel=1e-12)


def test_the_carbon_dioxide_of_fire_is_counted_once():
    fire = {"share": "100 %", "vegetation": "all_savanna_woodlands.late_dry_season"}
    without = sum(line.co2e.magnitude for line in lines_of(opened()) if line.gas == "CO2")
    assert sum(line.co2e.magnitude for line in lines_of(opened(burned=fire)) if line.gas == "CO2") == without
    assert "forest burned: its CO2 is in the loss of carbon" in notes_of(opened(burned=fire))


def test_fire_of_the_sites_own_fuel_takes_the_share_of_table_2_6():
    fire = {"share": "100 %", "vegetation": "primary_tropical_moist_forest", "fuel": "300 t/ha"}
    (_loss, methane, _nitrous) = lines_of(opened(burned=fire))
    assert methane.emission.m_as("kgCH4/year") == pytest.approx(10 * 300 * 0.50 * 6.8, rel=1e-12)
    (_loss, methane, _nitrous) = lines_of(opened(burned=fire | {"combustion_factor": "36 %"}))
    assert methane.emission.m_as("kgCH4/year") == pytest.approx(10 * 300 * 0.36 * 6.8, rel=1e-12)


@pytest.mark.parametrize(
    ("vegetation", "more", "methane"),
    [
        ("all_secondary_tropical_forests", {}, 42.2 * 6.8),
        ("all_savanna_woodlands.late_dry_season", {}, 4.6 * 2.3),
        ("all_shrublands", {"emits_as": "savanna_and_grassland"}, 14.3 * 2.3),
        ("peatland", {"emits_as": "extra_tropical_forest"}, 41 * 4.7),
    ],
)
def test_the_vegetation_decides_the_gases_of_table_2_5(vegetation: str, more: dict[str, str], methane: float):
    fire = {"share": "100 %", "vegetation": vegetation, **more}
    (found,) = (line for line in lines_of(opened(burned=fire)) if line.gas == "CH4")
    assert found.emission.m_as("kgCH4/year") == pytest.approx(10 * methane, rel=1e-12)


@pytest.mark.parametrize(
    ("fire", "told"),
    [
        ({"share": "50 %", "vegetation": "all_shrublands"}, "expected its class of fire"),
        ({"share": "50 %", "vegetation": "primary_tropical_forest", "combustion_factor": "36 %"}, "without the fuel"),
        ({"vegetation": "primary_tropical_forest"}, "land.opened.0.burned.share  is missing"),
        ({"share": "150 %", "vegetation": "primary_tropical_forest"}, "too large"),
    ],
)
def test_fire_that_does_not_fit_is_refused(fire: dict[str, str], told: str):
    assert told in refusal_of(opened(burned=fire))


def test_fire_without_a_row_names_the_nearest_and_what_to_give():
    with pytest.raises(FactorNotFound, match=r"primary_tropical_forest.*land.opened.0.burned.fuel"):
        footprint_of(opened(burned={"share": "50 %", "vegetation": "primry_tropical_forest"}))


def test_a_fire_larger_than_its_forest_is_told():
    # 40 tC/ha are 93 t/ha of dry matter at 0.43, the least of table 4.3: fire of 160.4 t/ha burns that on 58 %.
    fire = {"vegetation": "primary_tropical_moist_forest"}
    assert not any("of dry matter burn" in note for note in notes_of(opened(burned=fire | {"share": "57 %"})))
    (note,) = (note for note in notes_of(opened(burned=fire | {"share": "59 %"})) if "of dry matter burn" in note)
    assert "946 t of dry matter burn by the tables, and the carbon lost above ground makes up 930 t at most" in note


# --- soil -------------------------------------------------------------------------------------------------------


def test_soil_loses_a_share_of_its_reference_stock():
    # IPCC 2019 vol. 4 ch. 2, table 2.3: low activity clay in a tropical wet climate, 52 tC/ha.
    (_forest, soil) = lines_of(opened(soil={"kind": "tropical_wet.low_activity_clay", "lost": "80 %"}))
    assert soil.emission.m_as("tCO2/year") == pytest.approx(10 * 52 * 0.80 * CO2, rel=1e-12)
    assert soil.pools == ("soil",)


def test_soil_is_told_once():
    soil = {"kind": "tropical_wet.low_activity_clay", "lost": "80 %"}
    assert "beside a carbon_before that has it" in refusal_of(opened(soil=soil, pools=["above_ground", "soil"]))
    assert "mineral soil stands beside peat" in refusal_of(opened(soil=soil, peat="tropical.forest"))
    assert lines_of(opened(soil=soil, peat="none"))


# --- peat -------------------------------------------------------------------------------------------------------


def test_drained_peat_is_equation_2_26_and_a_part_of_land_use_change():
    # 2013 Wetlands Supplement, table 2.1: forest and cleared forest land, drained, tropical: 5.3 tC/ha/year.
    land = opened(peat="tropical.forest") | {"drained": [{"area": "12 ha", "peat": "tropical.forest"}]}
    new, old = lines_of(land, "drained_peat")
    assert new.emission.m_as("tCO2/year") == pytest.approx(10 * 5.3 * CO2, rel=1e-12)
    assert old.emission.m_as("tCO2/year") == pytest.approx(12 * 5.3 * CO2, rel=1e-12)
    report = footprint_report(site_of(land), read_tables())
    assert report["drained_peat"]["value"] == pytest.approx(22 * 5.3 * CO2, rel=1e-12)
    assert report["land_use_change"]["value"] == pytest.approx((10 * 40 + 22 * 5.3) * CO2, rel=1e-12)
    assert "lose 1,890 tCO2e more, told on their own; 428 of it is peat" in footprint_text(report)
    assert report["totals"]["scope_1"]["value"] == 0


def test_peat_of_the_sites_own_figure():
    (line,) = lines_of({"drained": [{"area": "3 ha", "peat_loss": "10 tC/ha/year"}]}, "drained_peat")
    assert line.emission.m_as("tCO2/year") == pytest.approx(30 * CO2, rel=1e-12)


def test_drained_peat_is_never_spread_over_twenty_years():
    land = opened(peat="tropical.forest") | {"history_since": 2005}
    site = site_of(land)
    amortised = amortised_land_of(footprint_of(land), site)
    assert amortised is not None
    assert amortised.m_as("tCO2e/year") == pytest.approx(10 * 40 * CO2 / 20, rel=1e-12)
    assert any("in the year's figure of land, not in the 20 years'" in note for note in notes_of(land))


def test_peat_opened_in_earlier_years_is_asked_for():
    land = {"opened": [OWN | {"year": 2020, "peat": "tropical.forest"}]}
    assert lines_of(land, "drained_peat") == []
    assert any("counted as drained only where land.drained lists it" in note for note in notes_of(land))
    listed = land | {"drained": [{"area": "10 ha", "peat": "tropical.forest"}]}
    assert not any("counted as drained only" in note for note in notes_of(listed))


def test_land_that_does_not_say_whether_it_is_peat_is_told():
    assert any("whether it lies on peat is not said" in note for note in notes_of(opened()))
    assert not any("peat is not said" in note for note in notes_of(opened(peat="none")))
    assert not any("peat is not said" in note for note in notes_of(opened(peat_loss="5 tC/ha/year")))


@pytest.mark.parametrize(
    ("land", "told"),
    [
        ({"drained": [{"area": "1 ha"}]}, "what it loses is not given"),
        ({"drained": [{"area": "1 ha", "peat": "none"}]}, "what it loses is not given"),
        ({"drained": [{"area": "1 ha", "peat": "tropical.forest", "peat_loss": "1 tC/ha/year"}]}, "one of them"),
        ({"drained": [{"area": "1 ha/year", "peat": "tropical.forest"}]}, "area per time"),
    ],
)
def test_peat_that_does_not_fit_is_refused(land: dict[str, Any], told: str):
    assert told in refusal_of(land)


def test_peat_without_a_row_names_the_nearest_and_what_to_give():
    with pytest.raises(FactorNotFound, match=r"soil.drainage.*land.drained.0.peat_loss"):
        footprint_of({"drained": [{"area": "1 ha", "peat": "tropical.gold"}]})


# --- removals ---------------------------------------------------------------------------------------------------


def test_a_removal_goes_by_growth_survival_and_buffer():
    # IPCC 2019 vol. 4 ch. 4: table 4.9, secondary rainforest up to 20 years, Americas, 5.9 t/ha/year; table 4.4, R
    # 0.221 of stands up to 125 t/ha; 2006, table 4.3, 0.47 of carbon.
    above, below = lines_of(rehabilitated(), "removals")
    carbon = 5 * 0.70 * 5.9 * 0.47 * (1 - 0.20)
    assert above.emission.m_as("tCO2/year") == pytest.approx(carbon * CO2, rel=1e-12)
    assert below.emission.m_as("tCO2/year") == pytest.approx(carbon * 0.221 * CO2, rel=1e-12)
    assert (above.pools, below.pools) == (("above_ground",), ("below_ground",))


def test_age_decides_the_growth():
    # Table 4.9, secondary rainforest over 20 years, Americas: 2.3 t/ha/year. The 20th year is young still.
    for planted, rate in ((2005, 5.9), (2004, 5.9), (2003, 2.3), (1980, 2.3)):
        above = lines_of(rehabilitated(planted=planted), "removals")[0]
        assert above.emission.m_as("tCO2/year") == pytest.approx(5 * 0.7 * rate * 0.47 * 0.8 * CO2, rel=1e-12)


def test_what_was_replanted_has_an_age_of_its_own():
    way = rehabilitated(planted=2000, replanted=[{"year": 2010, "share": "15 %"}])
    first, second = (line for line in lines_of(way, "removals") if line.pools == ("above_ground",))
    assert first.emission.m_as("tCO2/year") == pytest.approx(5 * 0.70 * 2.3 * 0.47 * 0.8 * CO2, rel=1e-12)
    assert second.emission.m_as("tCO2/year") == pytest.approx(5 * 0.15 * 5.9 * 0.47 * 0.8 * CO2, rel=1e-12)
    assert "aged 14" in second.label


def test_what_was_planted_in_the_year_counts_from_the_next():
    assert lines_of(rehabilitated(planted=2024), "removals") == []
    notes = notes_of(rehabilitated(planted=2024))
    assert any("planted in the year itself" in note for note in notes)
    assert not any("left out" in note for note in notes)


def test_roots_go_by_the_size_of_the_stand():
    # Table 4.4, rainforest of Africa: 0.825 up to 125 t/ha and 0.532 beyond, of natural stands, as none is printed for
    # planted ones; planted rainforest of the Americas: 0.17.
    pine = "plantation.growth.tropical_rainforest.pine"  # table 4.10, Africa, up to 20 years: 20 t/ha/year
    for planted, ratio in ((2018, 0.825), (2017, 0.532)):  # 120 and 140 t/ha
        above, below = lines_of(rehabilitated(growth=pine, planted=planted), "removals", country="GHA")
        assert below.emission / above.emission == pytest.approx(ratio, rel=1e-12)
    teak = rehabilitated(growth="plantation.growth.tropical_rainforest.teak")
    above, below = lines_of(teak, "removals")
    assert below.emission / above.emission == pytest.approx(0.17, rel=1e-12)


def test_agroforestry_is_carbon_already():
    # IPCC 2019 vol. 4 ch. 5, table 5.2: alley cropping, tropical wet: 1.88 above and 0.45 tC/ha/year below ground.
    alley = rehabilitated(growth="agroforestry.growth.tropical_wet.alley_cropping")
    above, below = lines_of(alley, "removals")
    assert above.emission.m_as("tCO2/year") == pytest.approx(5 * 0.7 * 1.88 * 0.8 * CO2, rel=1e-12)
    assert below.emission.m_as("tCO2/year") == pytest.approx(5 * 0.7 * 0.45 * 0.8 * CO2, rel=1e-12)


def test_observed_regrowth_is_above_ground_alone():
    # GROA: the median of Brazil, 2.61 tC/ha/year above ground.
    (above,) = lines_of(rehabilitated(growth="forest.regrowth_observed"), "removals", country="BRA")
    assert above.emission.m_as("tCO2/year") == pytest.approx(5 * 0.7 * 2.61 * 0.8 * CO2, rel=1e-12)


def test_unaided_pits_and_ponds_take_up_nothing():
    # Kalamandeen et al. 2020: regrowth of pits was about zero for years.
    alone = {"growth": "unaided", "planted": None, "survival": None, "land": "pits_and_ponds"}
    (line,) = lines_of(rehabilitated(**alone), "removals")
    assert line.co2e.magnitude == 0
    assert line.factor_id.startswith("mined_land.regrowth.pit")
    report = footprint_report(site_of(rehabilitated(**alone)), read_tables())
    assert report["removals"]["value"] == 0


def test_unaided_overburden_has_a_figure_in_guyana_alone():
    alone = rehabilitated(growth="unaided", planted=None, survival=None)
    (line,) = lines_of(alone, "removals", country="GUY")  # the middle of 0.4 to 5.4 t/ha/year of dry matter
    assert line.emission.m_as("tCO2/year") == pytest.approx(5 * 2.9 * 0.47 * 0.8 * CO2, rel=1e-12)
    with pytest.raises(FactorNotFound, match=r"mined_land.regrowth.overburden.*land.rehabilitated.0.removals"):
        footprint_of(alone)


def test_growth_of_the_tables_on_pits_is_told():
    assert any("that of other land" in note for note in notes_of(rehabilitated(land="pits_and_ponds")))
    assert not any("that of other land" in note for note in notes_of(rehabilitated()))


def test_removals_stand_in_no_other_total():
    land = opened() | rehabilitated()
    report, bare = (footprint_report(site_of(one), read_tables()) for one in (land, opened()))
    assert report["removals"]["value"] > 0
    for total in ("totals", "land_use_change", "drained_peat"):
        assert report[total] == bare[total]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"survival": None}, "without survival"),
        ({"buffer": None}, "without buffer"),
        ({"planted": None}, "without planted"),
        ({"removals": "5 tCO2e/ha/year"}, "removals stand beside a growth"),
        ({"growth": None}, "planted, survival, buffer without a growth"),
        ({"growth": "unaided"}, "unaided growth stands beside planting"),
        ({"growth": "forest.growth.tropical_rainforest.primary"}, "names a state of forest or an age, primary"),
        ({"growth": "plantation.growth.tropical_rainforest.pine.up_to_20y"}, "or an age, up_to_20y"),
        ({"growth": "rehabilitation.removal.planted_forest"}, "not of that form"),
        ({"growth": "mined_land.regrowth.pit"}, "not of that form"),
        ({"planted": 2025}, "planted in 2025, after the site's 2024"),
        ({"replanted": [{"year": 2025, "share": "5 %"}]}, "planted in 2025, after the site's 2024"),
        ({"replanted": [{"year": 2019, "share": "5 %"}]}, "replanted in 2019 or before"),
        ({"replanted": [{"year": 2021, "share": "31 %"}]}, "more than the whole area"),
    ],
)
def test_growth_that_does_not_fit_is_refused(more: dict[str, Any], told: str):
    assert told in refusal_of(rehabilitated(**more))


# --- linear in area, for the plans ------------------------------------------------------------------------------


@given(share=st.floats(0.01, 1.0))
@settings(max_examples=20, deadline=None)
def test_land_is_linear_in_its_area(share: float):
    more = {
        "zone": "tropical_rainforest", "state": "primary", "carbon_before": None, "pools": None,
        "burned": {"share": "60 %", "vegetation": "primary_tropical_moist_forest"}, "peat": "tropical.forest",
    }  # fmt: skip
    whole = {key: value for key, value in (OWN | more).items() if value is not None}
    less = whole | {"area": f"{10 * share!r} ha/year"}
    for one, other in zip(footprint_of({"opened": [whole]}).lines, footprint_of({"opened": [less]}).lines, strict=True):
        assert other.co2e.magnitude == pytest.approx(share * one.co2e.magnitude, rel=1e-9)


# --- pits -------------------------------------------------------------------------------------------------------


def volume_notes(land: dict[str, Any], **more: Any) -> list[str]:
    return [note for note in notes_of(land, **more) if "m3" in note]


def test_pits_that_hold_the_ground_moved_are_not_told():
    # 10 ha and 4 m deep: 400,000 m3, told from less than half to more than twice.
    for moved in (200_000, 800_000):
        assert volume_notes(opened(depth="4 m") | {"moved": f"{moved} m3/year"}) == []


@pytest.mark.parametrize("moved", [199_000, 801_000])
def test_pits_that_do_not_hold_the_ground_moved_are_told(moved: int):
    (note,) = volume_notes(opened(depth="4 m") | {"moved": f"{moved} m3/year"})
    assert f"holds 400,000 m3 by area and depth, {moved:,} m3 were moved: more than a factor of 2 apart" in note


def test_ore_that_does_not_fit_the_pits_is_told():
    land = opened(depth="4 m") | {"bulk_density": "1.8 t/m3"}
    # 800,000 m3 of 1.8 t/m3 are 1,440,000 t.
    assert volume_notes(land, processing={"ore": "1440000 t/year"}) == []
    (note,) = volume_notes(land, processing={"ore": "1450000 t/year"})
    assert "takes up 805,556 m3 in the ground" in note
    assert volume_notes(land, processing={"ore": "1450000 t/year", "ore_from": "bought"}) == []
    assert volume_notes(opened(depth="4 m"), processing={"ore": "1450000 t/year"}) == []


def test_pits_are_compared_only_where_all_land_of_the_year_has_a_depth():
    half = {"opened": [OWN | {"depth": "4 m"}, OWN], "moved": "1 m3/year"}
    assert volume_notes(half) == []
    earlier = {"opened": [OWN | {"depth": "4 m"}, OWN | {"year": 2020}], "moved": "1 m3/year"}
    assert len(volume_notes(earlier)) == 1
