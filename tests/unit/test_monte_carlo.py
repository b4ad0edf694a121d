"""Monte Carlo against published results (JCGM 101:2008) and against propagation where that is exact."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.derivation import Input, derived
from asmcarbon.footprint.equations import added, fuel_mass
from asmcarbon.footprint.footprint import Line
from asmcarbon.footprint.monte_carlo import DEVIATE, drawn_of, draws_of, values_of
from asmcarbon.footprint.uncertainty import uncertainty_of
from asmcarbon.site.read import site_from
from asmcarbon.units import quantity


def one(value: float, low: float, high: float, key: str = "x", distribution: str = "") -> Input:
    return Input(
        key, "amount", quantity(value, "1"), quantity(low, "1"), quantity(high, "1"), "measured", "", distribution
    )


def summed(*inputs: Input) -> object:
    whole = inputs[0]
    for other in inputs[1:]:
        whole = derived(added, one=whole, other=other)
    return whole


@pytest.mark.parametrize(
    ("distribution", "half", "wide", "expected"),
    [
        # JCGM 101:2008, 9.2.2, table 2: four standard normal inputs, interval -3.92 to 3.92.
        ("normal", DEVIATE, 1.0, 3.92),
        # 9.2.3, table 3: four rectangular inputs of standard deviation 1, interval -3.88 to 3.88.
        ("uniform", math.sqrt(3), 1.0, 3.88),
        # 9.2.4, table 4: the last of them ten times as wide, interval -17.0 to 17.0 (by the GUM alone -19.8 to 19.8).
        ("uniform", math.sqrt(3), 10.0, 17.0),
    ],
)
def test_the_additive_model_of_jcgm_101(distribution: str, half: float, wide: float, expected: float) -> None:
    # About 1,000 instead of 0: what has no value has no relative range.
    inputs = [
        one(1000, 1000 - half * scale, 1000 + half * scale, f"x{n}", distribution)
        for n, scale in enumerate((1.0, 1.0, 1.0, wide))
    ]
    drawn = draws_of(summed(*inputs), {}, 400_000, 1) - 4000
    low, high = np.quantile(drawn, (0.025, 0.975))
    assert (low, high) == pytest.approx((-expected, expected), rel=0.01)


def test_a_skewed_range_keeps_its_ends_and_its_sign() -> None:
    # IPCC 2006 vol. 2 table 2.3, CH4 of diesel: 3 (1 to 10) kg/TJ
    drawn = values_of(one(3, 1, 10), np.random.default_rng(1).standard_normal(200_000))
    assert np.quantile(drawn, (0.025, 0.5, 0.975)) == pytest.approx((1, math.sqrt(10), 10), rel=0.02)
    assert drawn.min() > 0


def test_a_triangle_has_the_mean_and_spread_of_a_triangle() -> None:
    drawn = values_of(one(2, 1, 6, distribution="triangular"), np.random.default_rng(1).standard_normal(200_000))
    # mean (a + b + c) / 3; variance (a² + b² + c² - ab - ac - bc) / 18
    assert drawn.mean() == pytest.approx(3, rel=0.01)
    assert drawn.var() == pytest.approx((1 + 4 + 36 - 2 - 6 - 12) / 18, rel=0.02)
    assert (drawn.min() >= 1, drawn.max() <= 6) == (True, True)


def lines(text: str) -> list[Line]:
    site = site_from(f"name: A\ncountry: PER\nyear: 2024\n{text}", "site")
    return [one for one in calculate(activities_of(site), site, read_tables()).lines if one.scope == 1]


DIESEL = "energy: {diesel: {generator: {value: 9000 L/year, range: ± 8 %}, density: {value: 0.84 kg/L, range: ± 2 %}}}"


def test_narrow_symmetric_ranges_give_what_propagation_gives() -> None:
    found = lines(DIESEL)
    by_propagation = uncertainty_of(found).relative
    drawn = drawn_of(found, draws=100_000, seed=1)
    assert by_propagation is not None
    # the factors of IPCC 2006 are a little skewed (43, 41.4 to 43.3): the two agree to a few parts in a hundred
    assert (drawn.high - drawn.low) / 2 == pytest.approx(by_propagation, rel=0.03)
    assert drawn.covered == 1.0


def test_a_factor_that_lines_share_is_drawn_once() -> None:
    two = lines(
        "energy: {diesel: {generator: 9000 L/year, machinery: 9000 L/year, density: {value: 0.84 kg/L, range: ± 20 %}}}"
    )
    assert drawn_of(two, draws=1000, seed=1).low is None  # the litres have no range
    shared, own = one(10, 8, 12, "same"), one(10, 8, 12, "other")
    together = draws_of(summed(shared, shared), {}, 100_000, 1)
    apart = draws_of(summed(shared, own), {}, 100_000, 1)
    assert together.std() / apart.std() == pytest.approx(math.sqrt(2), rel=0.02)


def test_the_same_seed_gives_the_same_bytes_whatever_the_order() -> None:
    found = lines(DIESEL)
    assert drawn_of(found, draws=1000, seed=7) == drawn_of(found, draws=1000, seed=7)
    assert drawn_of(found[::-1], draws=1000, seed=7).high == pytest.approx(
        drawn_of(found, draws=1000, seed=7).high, rel=1e-12
    )
    assert drawn_of(found, draws=1000, seed=8) != drawn_of(found, draws=1000, seed=7)


@settings(max_examples=60, deadline=None)
@given(
    value=st.floats(0.01, 100),
    below=st.floats(0.0, 1.0),
    above=st.floats(0.001, 50),
    distribution=st.sampled_from(["", "normal", "lognormal", "uniform", "triangular"]),
)
def test_no_draw_is_negative(value: float, below: float, above: float, distribution: str) -> None:
    limits = one(value, value * below, value * (1 + above), distribution=distribution)
    mass = derived(fuel_mass, volume=limits, density=one(1, 0.5, 1.5, "density"))
    assert draws_of(mass, {}, 2000, 3).min() >= 0


def test_land_whose_remaining_stock_may_exceed_it_never_gains_by_opening() -> None:
    text = (
        "land: {opened: [{area: {value: 2 ha/year, range: ± 50 %}, carbon_before: {value: 50 tC/ha,"
        " range: 10..90 tC/ha}, carbon_after: {value: 40 tC/ha, range: 10..70 tC/ha}, pools: [above_ground]}]}"
    )
    drawn = drawn_of(lines(text), draws=10_000, seed=1)
    assert drawn.low == pytest.approx(-1)  # no loss, and not less
