"""Approach 1 of IPCC 2006 Guidelines vol. 1 ch. 3; hand calculations with equations 3.1 and 3.2."""

import math

import pytest

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.derivation import Input, convention, derived
from asmcarbon.footprint.footprint import Line
from asmcarbon.footprint.uncertainty import line_uncertainty, moves_by_line, uncertainty_of
from asmcarbon.site.read import site_from
from asmcarbon.units import quantity


def given(key: str, percent: float | None, name: str = "amount", value: float = 1.0) -> Input:
    half = None if percent is None else value * percent / 100
    low, high = (None, None) if half is None else (quantity(value - half, "1"), quantity(value + half, "1"))
    return Input(key, name, quantity(value, "1"), low, high, "measured", "")


def line(tonnes: float, *inputs: Input) -> Line:
    """Return a line that is the product of its inputs."""
    gas, co2e = quantity(1000 * tonnes, "kgCO2/year"), quantity(1000 * tonnes, "kgCO2e/year")
    rest = 1000 * tonnes / math.prod(one.quantity.m_as("1") or 1.0 for one in inputs)
    whole = convention("whole", rest, "kgCO2e/year", "")
    step = derived(product, **{f"part_{n}": one for n, one in enumerate((whole, *inputs))})
    return Line("a", "a", 1, "CO2", gas, co2e, step, "id", "source", "test", "AR6", False, False)


def product(**parts):
    return math.prod(parts.values())


def test_a_product_adds_the_squares_of_its_factors() -> None:
    one = line(100.0, given("fuel", 5.0), given("factor", 7.0))
    # equation 3.1: sqrt(5^2 + 7^2) = 8.602 %
    assert line_uncertainty(one, moves_by_line([one])) == pytest.approx(math.sqrt(74) / 100, rel=1e-12)
    assert uncertainty_of([one]).relative == pytest.approx(0.0860233, rel=1e-6)


def test_a_sum_of_unlike_lines_adds_the_squares_of_their_amounts() -> None:
    lines = [line(120.0, given("diesel", 15.0)), line(50.0, given("petrol", 20.0))]
    # equation 3.2: sqrt((0.15 x 120)^2 + (0.20 x 50)^2) / 170 = sqrt(324 + 100) / 170 = 12.11 %
    assert uncertainty_of(lines).relative == pytest.approx(math.sqrt(424) / 170, rel=1e-12)


def test_lines_that_share_a_factor_are_fully_correlated_in_it() -> None:
    lines = [line(120.0, given("a", 3.0), given("factor", 10.0)), line(50.0, given("b", 4.0), given("factor", 10.0))]
    # the factor moves both: 0.10 x 170 = 17; the amounts alone 3.6 and 2.0
    expected = math.sqrt(17**2 + 3.6**2 + 2.0**2) / 170
    assert uncertainty_of(lines).relative == pytest.approx(expected, rel=1e-12)


def test_a_skewed_range_counts_by_half_its_width() -> None:
    skewed = Input(
        "factor", "emission_factor", quantity(3.0, "1"), quantity(1.0, "1"), quantity(10.0, "1"), "factor", ""
    )
    assert skewed.relative_uncertainty == pytest.approx(9 / 2 / 3)  # diesel CH4, Table 2.3: 3 (1-10) kg/TJ


def test_a_range_may_be_in_another_unit() -> None:
    amount = Input(
        "a", "amount", quantity(1.0, "m3/year"), quantity(900.0, "L/year"), quantity(1100.0, "L/year"), "", ""
    )
    assert amount.relative_uncertainty == pytest.approx(0.1, rel=1e-12)


def test_a_line_without_a_range_is_left_out_and_named() -> None:
    lines = [line(80.0, given("diesel", 10.0)), line(15.0, given("anfo", None)), line(5.0, given("solar", None))]
    result = uncertainty_of(lines)
    assert result.relative == pytest.approx(0.10, rel=1e-12)
    assert result.covered == pytest.approx(0.80, rel=1e-12)
    assert result.without_range == ("anfo", "solar")  # the larger share first
    assert line_uncertainty(lines[1], moves_by_line([lines[1]])) is None


def test_nothing_known_gives_no_interval() -> None:
    result = uncertainty_of([line(80.0, given("diesel", None))])
    assert (result.relative, result.covered, result.without_range) == (None, 0.0, ("diesel",))
    assert uncertainty_of([]).relative is None
    assert uncertainty_of([]).covered == 0.0


def test_a_gwp_is_a_convention_without_uncertainty() -> None:
    one = line(100.0, given("fuel", 5.0), given("gwp", None, "global_warming_potential"))
    assert uncertainty_of([one]).relative == pytest.approx(0.05, rel=1e-12)
    assert uncertainty_of([one]).covered == 1.0


def test_an_amount_of_zero_has_no_uncertainty() -> None:
    lines = [line(0.0, given("diesel", 10.0, value=0.0)), line(50.0, given("petrol", 20.0))]
    assert uncertainty_of(lines).relative == pytest.approx(0.20, rel=1e-12)


def test_diesel_of_a_site_by_hand() -> None:
    text = (
        "name: A site\ncountry: PER\nyear: 2024\nenergy:\n  diesel:\n"
        "    generator: {value: 1000 L/year, range: ± 10 %}\n    density: {value: 0.84 kg/L, range: ± 2 %}\n"
    )
    site = site_from(text, "site")
    lines = calculate(activities_of(site), site, read_tables()).lines
    carbon_dioxide = next(one for one in lines if (one.scope, one.gas) == (1, "CO2"))
    # Table 1.2: 43.0 (41.4-43.3) GJ/t; Table 2.3: 74.1 (72.6-74.8) kg CO2/GJ
    expected = math.sqrt(0.10**2 + 0.02**2 + (1.9 / 2 / 43.0) ** 2 + (2.2 / 2 / 74.1) ** 2)
    assert line_uncertainty(carbon_dioxide, moves_by_line([carbon_dioxide])) == pytest.approx(expected, rel=1e-9)
    result = uncertainty_of(lines)
    assert result.without_range == ("diesel.well_to_tank:any:1990:CO2e:well_to_tank",)
    burned = 36.12 * (74.1 + 0.003 * 27.0 + 0.0006 * 273)
    assert result.covered == pytest.approx(burned / (burned + 624.09), rel=1e-9)
    # methane and nitrous oxide are 0.3 % of the sum, so it is the same to a few parts in a thousand
    assert result.relative == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize("amount", ["1e160 L/year", "1e-320 L/year"])
def test_an_extreme_amount_is_refused_or_has_an_uncertainty(amount: str) -> None:
    text = (
        "name: A site\ncountry: PER\nyear: 2024\nenergy:\n  diesel:\n"
        f"    generator: {{value: {amount}, range: ± 10 %}}\n    density: {{value: 0.84 kg/L, range: ± 2 %}}\n"
    )
    try:
        site = site_from(text, "site")
    except InputError:
        return
    result = uncertainty_of(calculate(activities_of(site), site, read_tables()).lines)
    assert result.relative is None or math.isfinite(result.relative)
