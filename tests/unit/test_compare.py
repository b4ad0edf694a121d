"""A site beside large-scale mining; figures of the World Gold Council and S&P."""

import pytest

from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.footprint.compare import Comparison, compare
from asmcarbon.footprint.intensity import Intensity
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
