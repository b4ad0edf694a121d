"""Primary data and ratings by PACT: the published rules and scale, weighted means by hand.

WBCSD, PACT: Technical Specifications 3.0 (DataQualityIndicators: each rating between 1 and 5, a weighted average of all
inputs; primaryDataShare: in percent), Pathfinder Framework 2.0 section 4.2.2 (primary data share), Methodology 3.0,
p. 66 (matrix of ratings).
"""

import json

import pytest
from msgspec.structs import replace

from asmcarbon.factors.rows import Factor
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.data_quality import (
    CRITERIA,
    Quality,
    geographical,
    line_quality,
    quality_by_line,
    quality_of,
    technological,
    temporal,
)
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.footprint_text import footprint_text
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site

TABLES = read_tables()

# 1,000 L x 0.84 kg/L x 43 GJ/t = 36.12 GJ; IPCC 2006: 74.1 kg CO2, 0.003 kg CH4, 0.0006 kg N2O a GJ; AR6: 27 and 273.
BURNED = 36.12 * (74.1 + 0.003 * 27 + 0.0006 * 273)
SUPPLIED = 1000 * 0.62409  # kgCO2e/L, DESNZ 2025


def site(more: str) -> Site:
    return site_from(f"name: A site\ncountry: PER\nyear: 2024\n{more}", "site")


def diesel(litres: str) -> Site:
    return site(f"energy:\n  diesel: {{generator: {litres}, density: 0.84 kg/L}}\n")


def footprint_of(of: Site) -> Footprint:
    return calculate(activities_of(of), of, TABLES)


def found(of: Site, total: str = "scopes_1_2_3") -> Quality:
    lines = footprint_of(of).lines_of(total)
    return quality_of(lines, quality_by_line(lines, of, TABLES))


def row(**other: object) -> Factor:
    return replace(TABLES.by_id["diesel.stationary:any:1990:CO2:combustion"], **other)


# Primary data


def test_measured_fuel_with_a_published_factor_is_measured_activity_and_not_primary_data() -> None:
    # "both the activity and emission factor shall be compliant with the primary data definitions"
    quality = found(diesel("{value: 1000 L/year, basis: measured}"))
    assert (quality.primary, quality.measured) == (0.0, 1.0)
    quality = found(diesel("{value: 1000 L/year, basis: sourced, source: receipts}"))
    assert (quality.primary, quality.measured) == (0.0, 0.0)


OTHER = "explosives:\n  other:\n"


def emulsion(amount: str, factor: str) -> str:
    return f"    - {{name: e, amount: {{value: 1000 kg/year, basis: {amount}}}, factor: {factor}}}\n"


def test_the_primary_data_share_is_the_part_from_primary_data_over_the_whole() -> None:
    measured = "{value: 0.2 kgCO2e/kg, basis: measured}"
    cited = "{value: 0.5 kgCO2e/kg, basis: sourced, source: the supplier}"
    text = OTHER + emulsion("measured", measured) + emulsion("measured", cited) + emulsion("assumed", measured)
    quality = found(site(text))
    # 200, 500 and 200 kg: the first is primary, the first two have a measured amount
    assert quality.primary == pytest.approx(200 / 900, rel=1e-12)
    assert quality.measured == pytest.approx(700 / 900, rel=1e-12)


def test_an_amount_that_is_computed_is_measured_where_everything_that_it_comes_from_is() -> None:
    def engine(hours: str) -> Site:
        measured = "{name: pump, fuel: diesel, use: engines, fuel_rate: {value: 2 L/h, basis: measured}, "
        rest = f"days: {{value: 100 day/year, basis: measured}}, hours: {hours}}}"
        return site(f"energy:\n  engines:\n    - {measured}{rest}\n")

    assert found(engine("{value: 5 h/day, basis: measured}")).measured == 1.0
    assert found(engine("5 h/day")).measured == 0.0


def test_land_and_removals_have_a_share_of_their_own() -> None:
    of = site(
        "land:\n  opened:\n    - {name: forest, area: {value: 2 ha/year, basis: measured}, pools: [above_ground],"
        " carbon_before: {value: 100 tC/ha, basis: measured}}\n"
        "  rehabilitated:\n    - {method: planting, land: tailings, area: {value: 1 ha, basis: measured},"
        " removals: 6 tCO2e/ha/year}\n"
    )
    assert found(of, "land_use_change").primary == 1.0
    assert (found(of, "removals").primary, found(of, "removals").measured) == (0.0, 1.0)
    assert found(of, "land_use_change").ratings == dict.fromkeys(CRITERIA, 1.0)
    assert found(of, "removals").ratings == dict.fromkeys(CRITERIA, 5.0)


def test_a_total_without_emission_has_neither_share_nor_rating() -> None:
    quality = found(site(""))
    assert (quality.primary, quality.measured, quality.ratings) == (None, None, None)
    assert quality.reasons == dict.fromkeys(CRITERIA, ())


# Ratings of a row, by the matrix


@pytest.mark.parametrize(
    ("apart", "rating"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (18, 5)]
)  # up to 1 year, 2, 3, 4, more
@pytest.mark.parametrize("sign", [-1, 1])
def test_time_is_rated_by_the_years_between_the_data_and_the_site(apart: int, rating: int, sign: int) -> None:
    assert temporal(row(valid_from=2015 + sign * apart), 2015, TABLES)[0] == rating


def test_a_row_that_describes_no_year_is_as_old_as_its_publication() -> None:
    assert TABLES.sources[row().source_id].year == 2006
    assert temporal(row(), 2010, TABLES) == (4, "published in 2006, for 2010")
    assert temporal(row(valid_from=2009), 2010, TABLES) == (1, "data of 2009 for 2010")


def test_an_unknown_year_is_rated_worst() -> None:
    unknown = next(name for name, source in TABLES.sources.items() if source.year is None)
    assert temporal(row(source_id=unknown), 2024, TABLES)[0] == 5
    assert temporal(row(source_id="nobody"), 2024, TABLES)[0] == 5


@pytest.mark.parametrize(
    ("region", "country", "rating"),
    [
        ("PER", "PER", 2),  # country average
        ("South_America", "PER", 3),  # regional average with the site
        ("Americas", "PER", 3),
        ("World", "PER", 4),  # global average
        ("any", "PER", 4),  # of the IPCC, for all countries
        ("Africa", "PER", 5),  # a region without the site
        ("CHL", "PER", 5),  # another country
    ],
)
def test_place_is_rated_by_how_near_the_data_are_to_the_country(region: str, country: str, rating: int) -> None:
    assert geographical(row(region=region), country, TABLES)[0] == rating


def test_a_figure_of_one_country_that_the_tables_take_anywhere_is_of_another_place() -> None:
    kingdom = TABLES.by_id["diesel.well_to_tank:any:1990:CO2e:well_to_tank"]
    assert TABLES.sources[kingdom.source_id].publisher == "DESNZ"
    assert geographical(kingdom, "PER", TABLES)[0] == 5
    assert geographical(row(source_id="own"), "PER", TABLES)[0] == 5


@pytest.mark.parametrize(
    ("other", "rating"),
    [
        ({}, 3),  # average of an equivalent technology
        ({"region": "World"}, 4),  # a proxy
        ({"table": "embodied"}, 4),
        ({"boundary": "cradle_to_shelf"}, 5),  # unknown
        ({"boundary": "cradle_to_shelf", "region": "World"}, 5),
    ],
)
def test_technology_is_rated_by_what_a_row_is_an_average_of(other: dict[str, str], rating: int) -> None:
    assert technological(row(**other))[0] == rating


def test_every_row_of_the_tables_has_ratings_on_the_scale_of_the_specification() -> None:
    # "The value MUST be between `1` and `5` inclusive."
    for one in TABLES.factors:
        scores = (technological(one), temporal(one, 2024, TABLES), geographical(one, "PER", TABLES))
        assert all(1 <= score <= 5 and reason for score, reason in scores), one.factor_id


# Ratings of lines and totals


def test_a_mean_rating_is_weighted_by_what_each_line_emits() -> None:
    quality = found(diesel("1000 L/year"))
    total = BURNED + SUPPLIED
    assert quality.ratings == {
        "technological": pytest.approx(3.0, rel=1e-12),
        "temporal": pytest.approx((5 * BURNED + 1 * SUPPLIED) / total, rel=1e-9),  # 2006 and 2025, for 2024
        "geographical": pytest.approx((4 * BURNED + 5 * SUPPLIED) / total, rel=1e-9),  # IPCC, and the United Kingdom
    }
    assert [(one.score, one.reason) for one in quality.reasons["temporal"]] == [
        (5, "published in 2006, for 2024"),
        (1, "published in 2025, for 2024"),
    ]
    assert [one.share for one in quality.reasons["temporal"]] == pytest.approx([BURNED / total, SUPPLIED / total])


def test_a_rating_over_scopes_1_and_2_leaves_the_supply_chain_out() -> None:
    assert found(diesel("1000 L/year"), "scopes_1_2").ratings == pytest.approx(
        {"technological": 3.0, "temporal": 5.0, "geographical": 4.0}
    )


def test_a_line_takes_the_worst_of_the_figures_that_it_rests_on_and_names_it() -> None:
    of = site("land:\n  opened:\n    - {name: forest, area: 1 ha/year, zone: tropical_rainforest, state: primary}\n")
    lines = footprint_of(of).lines_of("land_use_change")
    (above,) = [line for line in lines if line.pools == ("above_ground",)]
    rating = line_quality(above, of, TABLES).ratings["geographical"]
    # the biomass is of the Americas, 3; the share of carbon in it is a default for all countries, 4
    assert (rating.score, rating.key) == (4, "biomass.carbon_fraction.tropical:any:1990:-:carbon")


@pytest.mark.parametrize(("basis", "rating"), [("measured", 1), ("sourced", 5), ("assumed", 5)])
def test_the_sites_own_factor_is_best_where_measured_and_worst_where_of_unknown_origin(basis: str, rating: int) -> None:
    of = site(OTHER + emulsion("measured", f"{{value: 0.2 kgCO2e/kg, basis: {basis}}}"))
    assert found(of).ratings == dict.fromkeys(CRITERIA, float(rating))


@pytest.mark.parametrize("density", ["0.84 kg/L", "{value: 0.84 kg/L, basis: sourced}"])
def test_density_belongs_to_the_activity_and_is_not_rated(density: str) -> None:
    of = site(f"energy:\n  diesel: {{generator: 1000 L/year, density: {density}}}\n")
    assert found(of).ratings == found(diesel("1000 L/year")).ratings


def test_a_removal_counts_by_its_size() -> None:
    of = site(
        "land:\n  rehabilitated:\n"
        "    - {method: a, land: tailings, area: 1 ha, removals: {value: 6 tCO2e/ha/year, basis: measured}}\n"
        "    - {method: b, land: tailings, area: 1 ha, removals: 2 tCO2e/ha/year}\n"
    )
    ratings = found(of, "removals").ratings
    assert ratings == dict.fromkeys(CRITERIA, pytest.approx((1 * 6 + 5 * 2) / 8, rel=1e-12))


# Rows and text


def test_a_report_tells_shares_ratings_and_reasons_of_each_total() -> None:
    report = footprint_report(diesel("{value: 1000 L/year, basis: measured}"), TABLES)
    quality = report["data"]["quality"]
    assert (quality["land_use_change"], quality["removals"]) == (None, None)
    told = quality["scopes_1_2_3"]
    assert (told["primary_data_share_percent"], told["measured_activity_percent"]) == (0.0, 100.0)
    assert sum(one["share_percent"] for one in told["temporal"]["reasons"]) == pytest.approx(100)
    burned = next(line for line in report["lines"] if (line["scope"], line["gas"]) == (1, "CO2"))
    assert burned["data_quality"]["geographical"] == {
        "rating": 4,
        "reason": "a default for all countries",
        "key": "diesel.stationary:any:1990:CO2:combustion",
    }
    assert json.loads(json.dumps(report))["data"]["quality"] == quality


def test_the_text_has_the_share_and_the_ratings_with_their_reasons() -> None:
    text = footprint_text(footprint_report(diesel("{value: 1000 L/year, basis: measured}"), TABLES))
    time, place = (5 * BURNED + SUPPLIED) / (BURNED + SUPPLIED), (4 * BURNED + 5 * SUPPLIED) / (BURNED + SUPPLIED)
    assert "0 % of scopes 1+2+3; 100 % of it rests on measured activity." in text
    assert f"(PACT, 1 best, 5 worst): technology 3.0, time {time:.1f}, geography {place:.1f}\n" in text
    assert "time: 5 published in 2006, for 2024 (81 %); 1 published in 2025, for 2024 (19 %)" in text


def test_the_text_says_nothing_of_a_total_that_emits_nothing() -> None:
    assert "Primary data" not in footprint_text(footprint_report(site(""), TABLES))
