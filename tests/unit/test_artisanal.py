"""A site among artisanal mines: figures of Fritz et al. 2024 (Tapajos) and Cenia et al. 2018 (Philippines)."""

import pytest

from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.artisanal import Published, among_artisanal
from asmcarbon.footprint.calculate import calculate
from asmcarbon.site.read import site_from

TABLES = read_tables()


def found(processing: str = "products: {gold: 10 kg/year}", energy: str = "", country: str = "PER") -> list[Published]:
    text = f"""
name: A mine
country: {country}
year: 2024
processing: {{{processing}}}
explosives: {{anfo: 100000 kg/year}}
materials: [{{item: lime, amount: 90 t/year, factor: 1 kgCO2e/kg}}]
energy: {{diesel: {{generator: 50000 L/year, density: 0.84 kg/L}}{energy}}}
"""
    site = site_from(text, "site")
    return list(among_artisanal(calculate(activities_of(site), site, TABLES), site, TABLES))


def test_energy_stands_beside_energy_and_nothing_else():
    # By hand, IPCC 2006: 50,000 L x 0.84 kg/L x 43 GJ/t x 74.1 kgCO2/GJ = 133.8 t, 13.38 t/kg; with CH4 0.003 x 27.0
    # and N2O 0.0006 x 273 kgCO2e/GJ it is 13.43. Explosives, lime and the supply of fuel are in neither.
    co2 = 50000 * 0.84 * 43 * 74.1 / 1e6 / 10
    co2e = 50000 * 0.84 * 43 * (74.1 + 0.003 * 27.0 + 0.0006 * 273) / 1e6 / 10
    told = {one.label: one for one in found()}
    assert list(told) == [
        "artisanal gold, lowest route, PHL, 2018", "artisanal gold, BRA, 2024",
        "artisanal gold, highest route, PHL, 2018",
    ]  # fmt: skip
    # Cenia et al. 2018, abstract: 4.0 to 53.4 tCO2/kg; Fritz et al. 2024, abstract: 16 tCO2e/kg.
    published = {"CO2": (4.0, 53.4), "CO2e": (16.0,)}
    for one in told.values():
        own = co2 if one.gas == "CO2" else co2e
        assert one.published.magnitude in published[one.gas]
        assert one.site.magnitude == pytest.approx(own, rel=1e-9)
        assert one.ratio == pytest.approx(own / one.published.magnitude, rel=1e-9)
        assert one.boundary == "energy"


def test_a_figure_of_co2_stands_beside_no_grid_that_is_told_in_co2e():
    # Ghana's grid is told in CO2e alone (Ember).
    told = found(energy=", grid: {purchased: 1000 kWh/year}", country="GHA")
    assert [one.gas for one in told] == ["CO2e"]


@pytest.mark.parametrize(
    "processing",
    [
        "products: {tin: 12 t/year}", "ore: 5 t/year", "products: {gold: 1 kg/year, silver: 1 kg/year}",
        "products: {gold: 10 kg/year}, boundary: mine_gate", "products: {gold: 10 kg/year}, ore_from: bought",
        "products: {gold: 0 kg/year}",
    ],
)  # fmt: skip
def test_what_has_no_figure_or_another_boundary_stands_beside_none(processing: str):
    assert found(processing) == []
