"""A site beside large-scale mining; figures of the World Gold Council and S&P."""

import pytest

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.footprint.compare import Comparison, compare, refusal, standings_of, unlike
from asmcarbon.footprint.intensity import Intensity
from asmcarbon.reports.compare import compare_report
from asmcarbon.reports.compare_text import compare_text
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, unit_of

INTENSITIES = (
    Intensity("scopes_1_2", (1, 2), "ore", quantity(95.0, "kgCO2e/t")),
    Intensity("scopes_1_2", (1, 2), "gold", quantity(9.5, "tCO2e/kg")),
    Intensity("scopes_1_2_3", (1, 2, 3), "gold", quantity(12.1, "tCO2e/kg")),
    Intensity("scopes_1_2", (1, 2), "job", quantity(0.95, "tCO2e/job/year")),
)


@pytest.fixture(scope="module")
def tables() -> FactorTables:
    return read_tables()


def site(processing: str) -> Site:
    return site_from(f"name: A site\ncountry: PER\nyear: 2024\nprocessing: {{{processing}}}\n", "site")


def of_gold(tables: FactorTables) -> dict[str, Comparison]:
    return {one.factor_id: one for one in compare(INTENSITIES, site("products: {gold: 12 kg/year}"), tables)}


@pytest.mark.parametrize(
    ("factor_id", "published"),
    [
        ("gold.large_scale.intensity:World:2018:CO2e:scopes_1_2", 32.689),  # World Gold Council 2018: 32,689 t/t
        ("gold.large_scale.intensity:World:2022:CO2e:scopes_1_2", 0.829 / 0.0311034768),  # S&P: 829 kg/oz, 26.7 t/kg
        ("gold.large_scale.intensity:World:2023:CO2e:scopes_1_2", 0.792 / 0.0311034768),  # S&P: 792 kg/oz, 25.5 t/kg
        ("gold.large_scale.intensity.underground:World:2019:CO2e:scopes_1_2", 0.40 / 0.0311034768),  # S&P 2019: 12.9
        ("gold.large_scale.intensity.open_pit:World:2019:CO2e:scopes_1_2", 0.85 / 0.0311034768),  # S&P 2019: 27.3
    ],
)
def test_gold_stands_beside_the_published_figures(tables: FactorTables, factor_id: str, published: float) -> None:
    one = of_gold(tables)[factor_id]
    assert one.benchmark.m_as(unit_of("tCO2e/kg")) == pytest.approx(published, rel=1e-12)
    assert one.ratio == pytest.approx(9.5 / published, rel=1e-12)
    assert one.site == quantity(9.5, "tCO2e/kg")


def test_a_job_stands_beside_a_job(tables: FactorTables) -> None:
    one = of_gold(tables)["gold.large_scale.per_job:World:2023:CO2e:scopes_1_2"]
    assert one.ratio == pytest.approx(0.95 / 138.3, rel=1e-12)  # WGC and S&P: about 138 t a direct job-year


def test_only_the_same_boundary_is_compared(tables: FactorTables) -> None:
    found = of_gold(tables)
    assert {one.boundary for one in found.values()} == {"scopes_1_2"}
    assert not any(name.startswith("gold.asm") or "cradle_to_gate" in name for name in found)
    assert not any(one.site == quantity(12.1, "tCO2e/kg") for one in found.values())  # scopes 1, 2 and 3


def test_year_and_source_stand_on_each_comparison(tables: FactorTables) -> None:
    for one in of_gold(tables).values():
        row = tables.by_id[one.factor_id]
        assert str(row.valid_from) in one.label
        assert tables.sources[row.source_id].publisher in one.citation


@pytest.mark.parametrize(
    "processing",
    [
        "products: {gold: 12 kg/year}, boundary: mine_gate", "products: {gold: 12 kg/year}, boundary: refined",
        "products: {gold: 12 kg/year, silver: 1 kg/year}", "ore: 5 t/year",
        "products: {tin: 12 t/year}",  # its only published figure is cradle to gate
    ],
)  # fmt: skip
def test_what_does_not_match_is_compared_with_nothing(tables: FactorTables, processing: str) -> None:
    assert compare(INTENSITIES, site(processing), tables) == ()


def test_a_denominator_that_the_site_lacks_is_not_compared(tables: FactorTables) -> None:
    found = compare(INTENSITIES[:3], site("products: {gold: 12 kg/year}"), tables)
    assert found
    assert not any("per_job" in one.factor_id for one in found)


@pytest.mark.parametrize(
    ("gold", "job", "position"), [(9.5, 0.95, "lower"), (20.0, 100.0, "among"), (40.0, 150.0, "higher")]
)
def test_a_site_is_lower_or_higher_than_all_large_scale_figures_or_among_them(
    tables: FactorTables, gold: float, job: float, position: str
) -> None:
    # Published per kilogram: 12.9 to 32.7 t; per job: 70.6 and 138.3 t.
    intensities = (
        Intensity("scopes_1_2", (1, 2), "gold", quantity(gold, "tCO2e/kg")),
        Intensity("scopes_1_2", (1, 2), "job", quantity(job, "tCO2e/job/year")),
    )
    found = standings_of(compare(intensities, site("products: {gold: 12 kg/year}"), tables))
    assert [(one.per, one.position) for one in found] == [("gold", position), ("job", position)]
    assert found[0].low.m_as(unit_of("tCO2e/kg")) == pytest.approx(0.40 / 0.0311034768, rel=1e-12)
    assert found[0].high.m_as(unit_of("tCO2e/kg")) == pytest.approx(32.689, rel=1e-12)
    assert (found[1].low.magnitude, found[1].high.magnitude) == pytest.approx((70.6, 138.3))


def test_the_accounts_of_two_sites_differ_in_product_boundary_and_ore() -> None:
    one = site("products: {gold: 12 kg/year}")
    assert unlike(one, site("products: {gold: 3 kg/year}")) == ()
    other = site("products: {tin: 3 t/year}, boundary: mine_gate, ore_from: bought")
    assert unlike(one, other) == (
        ("processing.products", "gold", "tin"),
        ("processing.boundary", "processing_gate", "mine_gate"),
        ("processing.ore_from", "own", "bought"),
    )


def report_of_sites(*texts: str):
    return compare_report([(f"{n}.yaml", site_from(text, f"{n}.yaml"), read_tables()) for n, text in enumerate(texts)])


SITE = """name: A site
country: PER
year: 2024
processing: {products: {gold: 12 kg/year}}
energy: {diesel: {engines: 1000 L/year}}
"""


def test_sites_by_other_gwps_are_not_set_side_by_side() -> None:
    with pytest.raises(InputError, match=r"method\.gwp_set  is AR5, and AR6 in 0\.yaml"):
        report_of_sites(SITE, SITE + "method: {gwp_set: AR5}\n")


def test_sites_whose_full_time_is_of_other_hours_are_not_set_side_by_side() -> None:
    people = "people: {{workers: 5 person, hours: 2400 h/year, full_time: {}}}\n"
    assert report_of_sites(SITE + people.format("2400 h/year"), SITE + people.format("200 h/month"))
    with pytest.raises(InputError, match=r"people\.full_time  is 2400 h/year, and 2080 h/year in 0\.yaml"):
        report_of_sites(SITE + people.format("2080 h/year"), SITE + people.format("2400 h/year"))


def test_without_hours_nothing_is_told_per_job_and_the_report_says_why() -> None:
    text = compare_text(report_of_sites(SITE + "people: {workers: 5 person}\n"))
    assert "Per job: not told, the site states no hours: a headcount is not a number of jobs." in text
    assert "Land: the site states no land opened in the year" in text


@pytest.mark.parametrize("whose", ["bought", "customers"])
def test_a_mill_of_others_ore_is_not_compared_with_mines(tables: FactorTables, whose: str) -> None:
    mill = site(f"products: {{gold: 12 kg/year}}, ore_from: {whose}")
    assert compare(INTENSITIES, mill, tables) == ()
    assert "the mining of the ore, this account does not" in str(refusal(mill, tables))
